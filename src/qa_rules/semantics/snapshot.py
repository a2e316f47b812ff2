"""From facts as given to what is believed on a date.

A value counts when its evidence is dated on or before the assessment date, is still believed on it, and, for
a judgement, names a person and a date. Everything else is unknown, and `disbelief` says why.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

import attrs

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.facts import Held as Held
from qa_rules.model.values import Strength, Unit
from qa_rules.semantics.dates import later


class HeldRecord(NamedTuple):
    """The believed fields of one record."""

    fields: Mapping[str, Held]
    strength: int
    """How well it is backed that there is such a record."""


class HeldRecords(NamedTuple):
    """The records of a collection and the strength of the claim that there are no others."""

    records: tuple[HeldRecord, ...]
    whole: int


NO_RECORDS = HeldRecords((), 0)


@attrs.frozen
class Known:
    """What is believed on one date: the input of every engine."""

    values: Mapping[str, Held]
    collections: Mapping[str, HeldRecords]
    on: datetime.date
    calendar: Calendar | None = None


def believe(
    facts: Facts, vocabulary: Vocabulary, on: datetime.date, calendar: Calendar | None = None
) -> Known:
    """Return what is believed on `on`."""
    counts: dict[int, bool] = {}
    careful, judged, scalars = vocabulary.careful, vocabulary.judged, vocabulary.scalars
    values: dict[str, Held] = {}
    last, believed = None, False
    for name, given in facts.values.items():
        if name in careful:
            if disbelief(given, scalars[name], on) is None:
                values[name] = strongest(given) if scalars[name].needs_no_evidence else given.held
            continue
        evidence = given.evidence
        if evidence is not last:
            last, found = evidence, counts.get(id(evidence))
            believed = counts[id(evidence)] = _counts(evidence, on) if found is None else found
        if believed and (name not in judged or (evidence.by and evidence.on)):
            values[name] = given.held
    collections = {
        name: _held_records(records, vocabulary.collections[name], on)
        for name, records in facts.collections.items()
    }
    return Known(values, collections, on, calendar)


def strongest(given: FactValue) -> Held:
    """Return a value as one that needs no evidence counts: however it is known, every policy takes it."""
    return Held(given.value, Strength.VERIFIED, 0 if given.partial else Strength.VERIFIED)


def _counts(evidence: Evidence, on: datetime.date) -> bool:
    """Whether the dates of an evidence let it count. Many values share one, so each is looked at once."""
    return not _not_yet(evidence, on) and (evidence.valid_until is None or evidence.valid_until >= on)


def disbelief(given: FactValue | Records, declared: FactDeclaration, on: datetime.date) -> str | None:
    """Return why a value or list does not count on `on` (`no_judge`, `not_yet`, `expired`), or None if it does."""
    evidence = given.evidence
    if declared.type is FactType.JUDGEMENT and not (evidence.by and evidence.on):
        return "no_judge"
    if _not_yet(evidence, on):
        return "not_yet"
    until = believed_until(evidence, declared)
    if until is not None and until < on:
        return "expired"
    return None


def believed_until(evidence: Evidence, declared: FactDeclaration) -> datetime.date | None:
    """Return the last day on which the evidence is believed, None for no end."""
    if evidence.valid_until is not None or declared.good_for_months is None or evidence.dated is None:
        return evidence.valid_until
    return later(evidence.dated, declared.good_for_months, Unit.MONTHS, None)


def _not_yet(evidence: Evidence, on: datetime.date) -> bool:
    return evidence.dated is not None and evidence.dated > on


def _held_records(given: Records, declared: FactDeclaration, on: datetime.date) -> HeldRecords:
    until = believed_until(given.evidence, declared)
    believed = not _not_yet(given.evidence, on) and not (until is not None and until < on)
    listed = given.evidence.strength if believed else 0
    careful, judged = declared.careful, declared.judged
    counts: dict[int, bool] = {}
    records = []
    for record in given.records:
        strongest: int = listed
        fields: dict[str, Held] = {}
        for name, value in record.items():
            evidence = value.evidence
            if name in careful:
                counted = disbelief(value, declared.fields[name], on) is None
            elif (found := counts.get(id(evidence))) is not None:
                counted = found
            else:
                counted = counts[id(evidence)] = _counts(evidence, on)
            if counted and (name not in judged or (evidence.by and evidence.on)):
                held = fields[name] = value.held
                if held.strength > strongest:
                    strongest = held.strength
        records.append(HeldRecord(fields, strongest))
    return HeldRecords(tuple(records), 0 if given.partial else listed)

"""From facts as given to what is believed on a date.

A value counts when its evidence is dated on or before the assessment date, is still believed on it, and, for
a judgement, names a person and a date. Everything else is unknown, and `disbelief` says why.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

import attrs

from qa_rules.meaning.dates import later
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.values import Unit, Value


class Held(NamedTuple):
    """A believed value."""

    value: Value
    strength: int
    whole: int
    """Of a set: the strength of the claim that nothing else belongs to it, 0 when partial."""


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
    counts = _Counts(on)
    careful = vocabulary.careful
    scalars = vocabulary.scalars
    values = {
        name: Held(given.value, given.evidence.strength, 0 if given.partial else given.evidence.strength)
        for name, given in facts.values.items()
        if (disbelief(given, scalars[name], on) is None if name in careful else counts[given.evidence])
    }
    collections = {
        name: _held_records(records, vocabulary.collections[name], on, counts)
        for name, records in facts.collections.items()
    }
    return Known(values, collections, on, calendar)


class _Counts:
    """Whether an evidence counts on a date. Many values share one evidence, so each is looked at once."""

    def __init__(self, on: datetime.date) -> None:
        self._on = on
        self._found: dict[int, bool] = {}

    def __getitem__(self, evidence: Evidence) -> bool:
        found = self._found.get(id(evidence))
        if found is None:
            until = evidence.valid_until
            found = not _not_yet(evidence, self._on) and (until is None or until >= self._on)
            self._found[id(evidence)] = found
        return found


def disbelief(given: FactValue, declared: FactDeclaration, on: datetime.date) -> str | None:
    """Return why a given value is unknown on `on` (`no_judge`, `not_yet`, `expired`), or None if it counts."""
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


def _held_records(
    given: Records, declared: FactDeclaration, on: datetime.date, counts: _Counts
) -> HeldRecords:
    until = believed_until(given.evidence, declared)
    believed = not _not_yet(given.evidence, on) and not (until is not None and until < on)
    listed = given.evidence.strength if believed else 0
    careful = declared.careful
    records = []
    for record in given.records:
        strongest: int = listed
        fields = {}
        for name, value in record.items():
            evidence = value.evidence
            if disbelief(value, declared.fields[name], on) is None if name in careful else counts[evidence]:
                strength = evidence.strength
                fields[name] = Held(value.value, strength, 0 if value.partial else strength)
                if strength > strongest:
                    strongest = strength
        records.append(HeldRecord(fields, strongest))
    return HeldRecords(tuple(records), 0 if given.partial else listed)

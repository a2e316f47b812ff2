"""The facts of a case as a person would write them: one evidence for all, and nothing that is not needed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TypeVar

import attrs

from qa_rules.model.facts import Evidence, Facts, FactValue, Record, Records
from qa_rules.model.values import Strength

_T = TypeVar("_T")

ASSESSOR = "A. Assessor"
"""Who gave every answer, since some facts need a person."""


def plain(on: datetime.date, strength: Strength = Strength.STATED) -> Evidence:
    """Return the evidence of every fact of a generated case."""
    return Evidence(strength=strength, by=ASSESSOR, on=on)


def tidy(facts: Facts, on: datetime.date, levels: int) -> Facts:
    """Return the facts with the plain evidence; with one level all of it is `stated`."""

    def evidence(given: Evidence) -> Evidence:
        return plain(on, given.strength if levels > 1 else Strength.STATED)

    def value(given: FactValue) -> FactValue:
        return FactValue(given.value, evidence(given.evidence), given.partial)

    collections = {
        name: Records(
            tuple({key: value(each) for key, each in record.items()} for record in given.records),
            evidence(given.evidence),
            given.partial,
        )
        for name, given in facts.collections.items()
    }
    return Facts({name: value(each) for name, each in facts.values.items()}, collections)


def size(facts: Facts) -> int:
    """Return how many values there are, a list and each of its records counting for one besides."""
    records = sum(1 + sum(1 + len(record) for record in each.records) for each in facts.collections.values())
    return len(facts.values) + records


def merged(one: Facts, other: Facts) -> Facts | None:
    """Return what either knows; None when they contradict each other."""
    values, collections = dict(one.values), dict(one.collections)
    for name, value in other.values.items():
        if values.setdefault(name, value) != value:
            return None
    for name, records in other.collections.items():
        if collections.setdefault(name, records) != records:
            return None
    return Facts(values, collections)


@attrs.frozen
class Part:
    """Something that can be left out: a fact or list, a record of it, or a field of that record."""

    name: str
    record: int | None = None
    field: str | None = None


def parts(facts: Facts) -> list[Part]:
    """Return all that can be left out, large things first; later records before earlier ones."""
    found = [Part(name) for name in (*facts.collections, *facts.values)]
    for name, given in facts.collections.items():
        numbers = range(len(given.records) - 1, -1, -1)
        found += [Part(name, at) for at in numbers]
        found += [Part(name, at, field) for at in numbers for field in given.records[at]]
    return found


def without(facts: Facts, part: Part) -> Facts | None:
    """Return the facts without a part; None when it is not there any more."""
    if part.record is None:
        if part.name in facts.values:
            return Facts(_without(facts.values, part.name), facts.collections)
        if part.name in facts.collections:
            return Facts(facts.values, _without(facts.collections, part.name))
        return None
    given = facts.collections.get(part.name)
    if given is None or part.record >= len(given.records):
        return None
    before, record, after = _split(given.records, part.record)
    if part.field is None:
        records = (*before, *after)
    elif part.field in record:
        records = (*before, _without(record, part.field), *after)
    else:
        return None
    return Facts(facts.values, {**facts.collections, part.name: attrs.evolve(given, records=records)})


def _split(records: tuple[Record, ...], at: int) -> tuple[tuple[Record, ...], Record, tuple[Record, ...]]:
    return records[:at], records[at], records[at + 1 :]


def _without(given: Mapping[str, _T], name: str) -> dict[str, _T]:
    return {key: value for key, value in given.items() if key != name}

"""From an assignment of variables to facts of a provider, and from what is believed to an assignment."""

from __future__ import annotations

import datetime
from decimal import Decimal

from qa_rules.model.facts import (
    Evidence,
    FactDeclaration,
    Facts,
    FactType,
    FactValue,
    Records,
    Vocabulary,
)
from qa_rules.model.values import NONE, Strength, Value
from qa_rules.program.gates import Assignment, Number
from qa_rules.semantics.snapshot import NO_RECORDS, Held, Known

SOMEBODY = "A. Assessor"
"""Who judged, where a fact needs a person."""


def facts_from(
    assignment: Assignment, vocabulary: Vocabulary, on: datetime.date, levels: int = 1, prefix: str = ""
) -> Facts:
    """Return the facts of the provider that an assignment describes."""
    get = _Reader(assignment, on, levels)
    values = {
        name: found
        for name, declared in vocabulary.scalars.items()
        if (found := get.value(declared, prefix + name)) is not None
    }
    collections = {
        name: records
        for name, declared in vocabulary.collections.items()
        if (records := get.records(declared, prefix + name)) is not None
    }
    return Facts(values, collections)


class _Reader:
    def __init__(self, assignment: Assignment, on: datetime.date, levels: int) -> None:
        self.assignment, self.on, self.levels = assignment, on, levels

    def truth(self, name: str) -> bool:
        return bool(self.assignment.get(name, False))

    def strength(self, name: str) -> Strength | None:
        """The strength at which it is known; None when it is not."""
        known = [level for level in range(1, self.levels + 1) if self.truth(f"{name}?{level}")]
        if not known:
            return None
        return Strength.VERIFIED if self.levels == 1 else Strength(max(known))

    def value(self, declared: FactDeclaration, name: str) -> FactValue | None:
        strength = self.strength(name)
        if strength is None:
            return None
        judged = declared.type is FactType.JUDGEMENT
        evidence = Evidence(strength=strength, by=SOMEBODY if judged else "", on=self.on if judged else None)
        if declared.may_be_none and self.truth(f"{name}~none"):
            return FactValue(NONE, evidence)
        partial = declared.type.is_set and not self.truth(f"{name}!")
        return FactValue(self._plain(declared, name), evidence, partial)

    def _plain(self, declared: FactDeclaration, name: str) -> Value:
        match declared.type:
            case FactType.YES_NO | FactType.JUDGEMENT:
                return self.truth(f"{name}=yes")
            case FactType.INTEGER | FactType.DECIMAL:
                number = self._number(name, declared.least)
                return Decimal(number) if declared.type is FactType.DECIMAL else int(number)
            case FactType.DATE:
                return datetime.date.fromordinal(int(self._number(name, self.on.toordinal())))
            case FactType.CHOICES | FactType.CODES:
                return frozenset(self._items(f"{name}+"))
            case FactType.CHOICE | FactType.CODE:
                return next(iter(self._items(f"{name}=")), next(iter(declared.options), "other-1"))
            case _:
                return "some text"

    def _number(self, name: str, least: Number | None) -> Number:
        found = self.assignment.get(name, 0 if least is None else least)
        return int(found) if isinstance(found, bool) else found

    def _items(self, prefix: str) -> list[str]:
        found = (name for name, given in self.assignment.items() if given and name.startswith(prefix))
        return sorted(name.removeprefix(prefix) for name in found)

    def records(self, declared: FactDeclaration, name: str) -> Records | None:
        strength = self.strength(name)
        if strength is None:
            return None
        records = []
        at = 0
        while f"{name}[{at}]" in self.assignment:
            if self.truth(f"{name}[{at}]"):
                fields = (
                    (key, self.value(each, f"{name}[{at}].{key}")) for key, each in declared.fields.items()
                )
                records.append({key: value for key, value in fields if value is not None})
            at += 1
        return Records(tuple(records), Evidence(strength=strength), not self.truth(f"{name}!"))


def assignment_of(known: Known, vocabulary: Vocabulary, levels: int) -> dict[str, bool | Number]:
    """Return the assignment of what is believed. At one level everything believed counts as verified."""
    found: dict[str, bool | Number] = {}
    for name, held in known.values.items():
        _assign(found, name, vocabulary.scalars[name], held, levels)
    for name, declared in vocabulary.collections.items():
        records, whole = known.collections.get(name, NO_RECORDS)
        own = [max([0, *(held.strength for held in record.fields.values())]) for record in records]
        above = [
            record.strength for record, fields in zip(records, own, strict=True) if record.strength > fields
        ]
        listed = whole or max([0, *above])
        for level in range(1, levels + 1):
            found[f"{name}?{level}"] = listed >= level
        found[f"{name}!"] = whole > 0
        for at, record in enumerate(records):
            found[f"{name}[{at}]"] = True
            for key, held in record.fields.items():
                _assign(found, f"{name}[{at}].{key}", declared.fields[key], held, levels)
    return found


def _assign(
    found: dict[str, bool | Number], name: str, declared: FactDeclaration, held: Held, levels: int
) -> None:
    value = held.value
    for level in range(1, levels + 1):
        found[f"{name}?{level}"] = held.strength >= level
    found[f"{name}!"] = held.whole > 0
    if value is NONE:
        found[f"{name}~none"] = True
    elif isinstance(value, bool):
        found[f"{name}=yes"] = value
    elif isinstance(value, datetime.date):
        found[name] = value.toordinal()
    elif isinstance(value, frozenset):
        found.update((f"{name}+{item}", True) for item in value)
    elif isinstance(value, str):
        if declared.type is not FactType.TEXT:
            found[f"{name}={value}"] = True
    elif isinstance(value, int | Decimal):
        found[name] = value

"""Providers a step away from another: a fact left out, or changed to a value at which a test changes its mind.

Whoever meets one obligation of a test is mostly a step away from somebody who meets the next one, and running an engine
for a few dozen such providers is quicker than asking the solver for one.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from decimal import Decimal

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import terms, walk
from qa_rules.model.facts import (
    Evidence,
    FactDeclaration,
    Facts,
    FactType,
    FactValue,
    Record,
    Records,
    Vocabulary,
)
from qa_rules.model.values import NONE, Value
from qa_rules.program.bind import ClosedRuleset
from qa_rules.proofs.symbolic import Limits
from qa_rules.semantics.dates import later
from qa_rules.testing.canonical import parts, without

_Slot = tuple[str, str]
"""A fact, as ("", its name), or a field: its collection and its name."""
_ONE_DAY = datetime.timedelta(days=1)


class Nearby:
    """Steps from one provider to others, as the tests of a closed ruleset suggest them."""

    limits: Limits
    calendar: Calendar | None

    def __init__(self, closed: ClosedRuleset, limits: Limits, calendar: Calendar | None) -> None:
        self.limits, self.calendar = limits, calendar
        self.vocabulary: Vocabulary = closed.ruleset.vocabulary
        self.values: dict[_Slot, dict[Value, None]] = {}
        """The values that rules name, by what they are compared with."""
        self.beside: dict[_Slot, dict[tuple[ex.Term, ex.Term], None]] = {}
        """Comparisons with anything that is not written in the rule, each with the slot on the left."""
        for node in closed.nodes:
            for inner in walk(node.expr):
                self._collect(inner)

    def _collect(self, test: ex.Expr) -> None:
        named = [term.value for term in terms(test) if isinstance(term, ex.Literal)]
        for term in terms(test):
            slot = _slot(term)
            if slot is None:
                continue
            found = self.values.setdefault(slot, {})
            if isinstance(test, ex.Given):
                found[NONE] = None
            for value in named:
                found.update(dict.fromkeys(sorted(value)) if isinstance(value, frozenset) else {value: None})
        if isinstance(test, ex.Compare):
            for left, right in ((test.left, test.right), (test.right, test.left)):
                slot = _slot(left.start if isinstance(left, ex.Later) else left)
                if slot is not None and not isinstance(right, ex.Literal):
                    self.beside.setdefault(slot, {})[left, right] = None

    def of(self, facts: Facts, names: Collection[str]) -> Iterator[Facts]:
        """Yield the providers a step away, where the step is in a fact or collection of these names."""
        for part in parts(facts):
            fewer = without(facts, part) if part.name in names else None
            if fewer is not None:
                yield fewer
        for name, given in facts.values.items():
            if name in names:
                declared = self.vocabulary.scalars[name]
                for value in self._others(("", name), declared, given, facts, {}):
                    if value.value is not True or not any(map(facts.values.__contains__, declared.excludes)):
                        yield Facts({**facts.values, name: value}, facts.collections)
        for name, listed in facts.collections.items():
            if name in names:
                for records in self._lists(name, listed, facts):
                    yield Facts(facts.values, {**facts.collections, name: records})

    def _lists(self, name: str, given: Records, facts: Facts) -> Iterator[Records]:
        yield attrs.evolve(given, partial=not given.partial)
        room = self.limits.more_records.get(name, self.limits.records) > len(given.records)
        if room:
            yield attrs.evolve(given, records=(*given.records, {}))
        for at, record in enumerate(given.records):
            for changed in self._records(name, record, facts):
                yield attrs.evolve(given, records=(*given.records[:at], changed, *given.records[at + 1 :]))
                if room:
                    yield attrs.evolve(given, records=(*given.records, changed))
            if room:
                yield attrs.evolve(given, records=(*given.records, record))

    def _records(self, name: str, record: Record, facts: Facts) -> Iterator[Record]:
        for key, declared in self.vocabulary.collections[name].fields.items():
            if (name, key) in self.values or (name, key) in self.beside:
                for value in self._others((name, key), declared, record.get(key), facts, record):
                    yield {**record, key: value}

    def _others(
        self, slot: _Slot, declared: FactDeclaration, given: FactValue | None, facts: Facts, record: Record
    ) -> Iterator[FactValue]:
        """Other values of a slot, with the evidence of what is there, or else of anything that is known."""
        given = FactValue(NONE, _evidence(facts, record)) if given is None else given
        for value in dict.fromkeys(self._plain(slot, declared, given.value, facts, record)):
            if value != given.value:
                yield attrs.evolve(given, value=value)
        if declared.type.is_set and isinstance(given.value, frozenset):
            yield attrs.evolve(given, partial=not given.partial)

    def _plain(
        self, slot: _Slot, declared: FactDeclaration, given: Value, facts: Facts, record: Record
    ) -> Iterator[Value]:
        named = self.values.get(slot, {})
        if declared.may_be_none and NONE in named:
            yield NONE
        match declared.type:
            case FactType.YES_NO | FactType.JUDGEMENT:
                yield from (True, False)
            case FactType.CHOICE | FactType.CODE:
                yield from declared.options or (each for each in (*named, "other-1") if isinstance(each, str))
            case FactType.CHOICES | FactType.CODES:
                now = given if isinstance(given, frozenset) else frozenset()
                for item in declared.options or (*named, "other-1"):
                    if isinstance(item, str):
                        yield now ^ {item}
                        yield frozenset({item})
            case FactType.INTEGER | FactType.DECIMAL:
                whole = declared.type is FactType.INTEGER
                for number in (*named, *self._beside(slot, facts, record)):
                    if isinstance(number, int | Decimal) and _allowed(number, declared, self.limits):
                        yield int(number) if whole else Decimal(number)
            case FactType.DATE:
                span = datetime.timedelta(days=366 * self.limits.years)
                for day in (*named, *self._beside(slot, facts, record)):
                    if isinstance(day, datetime.date) and abs(day - self.limits.on) <= span:
                        yield day
            case _:
                return

    def _beside(self, slot: _Slot, facts: Facts, record: Record) -> Iterator[Value]:
        """Values that make a comparison of the slot with something else hold, and those beside them."""
        for left, right in self.beside.get(slot, ()):
            other = self._value(right, facts, record)
            if isinstance(left, ex.Later) and isinstance(other, datetime.date):
                amount = self._value(left.amount, facts, record)
                if isinstance(amount, int):
                    other = later(other, -amount, left.unit, self.calendar)
            if isinstance(other, datetime.date):
                yield from (other, other - _ONE_DAY, other + _ONE_DAY)
            elif isinstance(other, int | Decimal) and not isinstance(other, bool):
                yield from (other, other - 1, other + 1)

    def _value(self, term: ex.Term, facts: Facts, record: Record) -> Value | None:
        match term:
            case ex.Literal(value):
                return value
            case ex.On():
                return self.limits.on
            case ex.Fact(name):
                return facts.values[name].value if name in facts.values else None
            case ex.Field(_, name):
                return record[name].value if name in record else None
            case ex.Later(start, amount, unit):
                first, span = self._value(start, facts, record), self._value(amount, facts, record)
                if isinstance(first, datetime.date) and isinstance(span, int):
                    return later(first, span, unit, self.calendar)
                return None
            case _:
                return None


def _slot(term: ex.Term) -> _Slot | None:
    match term:
        case ex.Fact(name):
            return "", name
        case ex.Field(collection, name):
            return collection, name
        case _:
            return None


def _evidence(facts: Facts, record: Record) -> Evidence:
    """Evidence like that of anything else that is known."""
    known = [each.evidence for each in (*record.values(), *facts.values.values())]
    return next(iter([*known, *(each.evidence for each in facts.collections.values())]), Evidence())


def _allowed(number: int | Decimal, declared: FactDeclaration, limits: Limits) -> bool:
    least = 0 if declared.least is None else declared.least
    most = max(limits.most_number, least) if declared.most is None else declared.most
    return least <= number <= most

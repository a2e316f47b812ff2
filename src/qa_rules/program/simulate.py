"""Many providers tried on a formula at once: a gate's mask has a bit for each of whom it is true."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from qa_rules.model.calendars import Calendar
from qa_rules.model.values import Unit
from qa_rules.program.gates import (
    TRUE,
    And,
    Assignment,
    AtLeast,
    AtMost,
    Const,
    Gate,
    Lit,
    Number,
    NumberVar,
    Reached,
    Shift,
    SumAtLeast,
    Term,
    Var,
    cone,
    numbers_of,
)
from qa_rules.semantics.dates import later

Columns = Mapping[bool | Number, int]
"""For each value that a variable has, the mask of the providers who have it."""


class Simulation:
    """Each of some changes made to each of some bases; bit `base * len(changes) + change`.

    Masks are kept, so what shares gates with something asked before costs only what is new in it.
    """

    gates: Sequence[Gate]
    calendar: Calendar | None
    bases: Sequence[Assignment]
    width: int

    def __init__(
        self,
        gates: Sequence[Gate],
        calendar: Calendar | None,
        bases: Sequence[Assignment],
        changes: Sequence[Assignment],
    ) -> None:
        self.gates, self.calendar, self.bases, self.width = gates, calendar, bases, len(changes)
        self.every: int = (1 << len(bases) * len(changes)) - 1
        self.changed: dict[str, dict[bool | Number, int]] = {}
        for at, change in enumerate(changes):
            for name, value in change.items():
                values = self.changed.setdefault(name, {})
                values[value] = values.get(value, 0) | 1 << at
        self.masks: dict[int, int] = {TRUE: self.every}

    def mask(self, literal: Lit) -> int:
        """Return whom the literal is true of."""
        if abs(literal) not in self.masks:
            for number, gate in cone(self.gates, [literal], self.masks):
                self.masks[number] = self._made(gate)
        return self._known(literal)

    def _known(self, literal: Lit) -> int:
        return self.masks[literal] if literal > 0 else self.masks[-literal] ^ self.every

    def _made(self, gate: Gate) -> int:
        match gate:
            case Var(name):
                return self._column(name, False).get(True, 0)
            case And(of):
                found = self.every
                for each in of:
                    found &= self._known(each)
                return found
            case AtLeast(count, of):
                return _counted(count, [self._known(each) for each in of], self.every)
            case SumAtLeast(least):
                return sum(mask for total, mask in self._totals(gate).items() if total >= least)
            case AtMost() | Reached():
                return sum(mask for mask, values in self._groups(gate) if self._holds(gate, values))
            case _:
                assert_never(gate)

    def _column(self, name: str, otherwise: bool | Number) -> Columns:
        changes = self.changed.get(name, {})
        rest = ((1 << self.width) - 1) ^ sum(changes.values())
        found: dict[bool | Number, int] = {}
        for at, base in enumerate(self.bases):
            for value, mask in ((base.get(name, otherwise), rest), *changes.items()):
                found[value] = found.get(value, 0) | mask << at * self.width
        return found

    def _groups(self, gate: Gate) -> Iterator[tuple[int, Mapping[str, Number]]]:
        """Those who have the same numbers, with their numbers."""
        groups: list[tuple[int, dict[str, Number]]] = [(self.every, {})]
        for number in dict.fromkeys(numbers_of(gate)):
            column = self._column(number.name, 1 if number.least is None else number.least)
            groups = [
                (mask & theirs, {**values, number.name: value})
                for mask, values in groups
                for value, theirs in column.items()
                if mask & theirs
            ]
        yield from groups

    def _totals(self, gate: SumAtLeast) -> Mapping[Number, int]:
        """For each sum that the parts come to, of whom."""
        totals: dict[Number, int] = {0: self.every}
        for part in gate.of:
            there = self._known(part.when)
            values: Columns = {1: self.every}
            if isinstance(part.number, NumberVar):
                least = part.number.least
                values = self._column(part.number.name, 1 if least is None else least)
            elif part.number is not None:
                values = {self._value(part.number, {}): self.every}
            found: dict[Number, int] = {}
            for total, mask in totals.items():
                for value, theirs in (
                    (0, self.every ^ there),
                    *((each, has & there) for each, has in values.items()),
                ):
                    both = mask & theirs
                    if both:
                        then = total + part.factor * value
                        found[then] = found.get(then, 0) | both
            totals = found
        return totals

    def _holds(self, gate: AtMost | Reached, values: Mapping[str, Number]) -> bool:
        if isinstance(gate, AtMost):
            return self._value(gate.left, values) <= self._value(gate.right, values)
        start, amount = self._value(gate.start, values), self._value(gate.amount, values)
        return shifted(start, amount, Unit.WORKING_DAYS, self.calendar) is not None

    def _value(self, term: Term, values: Mapping[str, Number]) -> Number:
        """The number of a term; of a day beyond the calendar, 1."""
        match term:
            case Const(value):
                return value
            case NumberVar(name):
                return values[name]
            case Shift(start, amount, unit):
                first, span = self._value(start, values), self._value(amount, values)
                return shifted(first, span, unit, self.calendar) or 1
            case _:
                assert_never(term)


def shifted(start: Number, amount: Number, unit: Unit, calendar: Calendar | None) -> int | None:
    """Return the day number some time after another; None where the calendar does not reach."""
    found = later(datetime.date.fromordinal(int(start)), int(amount), unit, calendar)
    return None if found is None else found.toordinal()


def _counted(count: int, masks: Sequence[int], every: int) -> int:
    """The providers in which at least `count` masks have their bit."""
    at_least = [every] + [0] * count
    for mask in masks:
        for number in range(count, 0, -1):
            at_least[number] |= at_least[number - 1] & mask
    return at_least[count]

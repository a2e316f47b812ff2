"""Formulas shared by every question: truths as numbered gates over variables and comparisons of numbers.

A literal is a non-zero int; its negative is its negation, 1 is true. A gate is made once, so equal formulas are
the same literal, and a gate stands after those it is made of. Numbers are terms of their own; dates are day
numbers (`date.toordinal`). No solver is needed to build, to evaluate or to simulate.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, assert_never

import attrs

from qa_rules.meaning.dates import later
from qa_rules.model.calendars import Calendar
from qa_rules.model.values import Unit

Lit = int
TRUE: Final[Lit] = 1
FALSE: Final[Lit] = -1
Number = int | Decimal


@attrs.frozen
class Var:
    """A truth to be chosen."""

    name: str


@attrs.frozen
class And:
    """Every literal holds."""

    of: tuple[Lit, ...]


@attrs.frozen
class AtLeast:
    """At least `count` literals hold."""

    count: int
    of: tuple[Lit, ...]


@attrs.frozen
class AtMost:
    """`left <= right`."""

    left: Term
    right: Term


@attrs.frozen
class Reached:
    """The calendar reaches from `start` by `amount` working days."""

    start: Term
    amount: Term


@attrs.frozen
class Const:
    """A number, or a date as its day number."""

    value: Number


@attrs.frozen
class NumberVar:
    """A number to be chosen, between bounds if it has any."""

    name: str
    whole: bool
    least: Number | None = None
    most: Number | None = None


@attrs.frozen
class Shift:
    """The day `amount` units after the day `start`."""

    start: Term
    amount: Term
    unit: Unit


@attrs.frozen
class Choice:
    """One term where a literal holds, and another where it does not. Comparing it opens it up: no gate holds one."""

    when: Lit
    then: Term | Choice
    otherwise: Term | Choice


Term = Const | NumberVar | Shift
Moment = Term | Choice
Gate = Var | And | AtLeast | AtMost | Reached
Assignment = Mapping[str, bool | Number]
"""Variable names to values; a missing one is false, or the least that it can be."""


@attrs.define
class Formulas:
    """A store of gates. Literal n stands for `gates[n - 1]`."""

    calendar: Calendar | None = None
    gates: list[Gate] = attrs.field(factory=lambda: [And(())])
    index: dict[Gate, Lit] = attrs.field(factory=lambda: {And(()): TRUE}, repr=False)

    def _made(self, gate: Gate) -> Lit:
        found = self.index.get(gate)
        if found is None:
            self.gates.append(gate)
            found = self.index[gate] = len(self.gates)
        return found

    def var(self, name: str) -> Lit:
        """Return the variable of this name."""
        return self._made(Var(name))

    def all(self, literals: Iterable[Lit]) -> Lit:
        """Return: every one holds."""
        kept = {each for each in literals if each != TRUE}
        if FALSE in kept or any(-each in kept for each in kept):
            return FALSE
        if len(kept) < 2:
            return next(iter(kept), TRUE)
        return self._made(And(tuple(sorted(kept))))

    def any(self, literals: Iterable[Lit]) -> Lit:
        """Return: some one holds."""
        return -self.all(-each for each in literals)

    def implies(self, first: Lit, then: Lit) -> Lit:
        """Return: if the first holds, so does the other."""
        return self.any((-first, then))

    def same(self, first: Lit, other: Lit) -> Lit:
        """Return: both hold or neither does."""
        return self.any((self.all((first, other)), self.all((-first, -other))))

    def at_least(self, count: int, literals: Sequence[Lit]) -> Lit:
        """Return: at least `count` of these hold, each counted as often as it stands there."""
        wanted = count - sum(each == TRUE for each in literals)
        left = sorted(each for each in literals if each not in (TRUE, FALSE))
        if wanted <= 0:
            return TRUE
        if wanted > len(left):
            return FALSE
        if wanted == 1:
            return self.any(left)
        if wanted == len(left):
            return self.all(left)
        return self._made(AtLeast(wanted, tuple(left)))

    def either(self, when: Lit, then: Lit, otherwise: Lit) -> Lit:
        """Return: one literal where `when` holds, the other where it does not."""
        if then == otherwise:
            return then
        return self.any((self.all((when, then)), self.all((-when, otherwise))))

    def at_most(self, left: Moment, right: Moment) -> Lit:
        """Return: `left <= right`."""
        if left == right:
            return TRUE
        if isinstance(left, Choice):
            return self.either(left.when, self.at_most(left.then, right), self.at_most(left.otherwise, right))
        if isinstance(right, Choice):
            return self.either(
                right.when, self.at_most(left, right.then), self.at_most(left, right.otherwise)
            )
        if isinstance(left, Const) and isinstance(right, Const):
            return TRUE if left.value <= right.value else FALSE
        return self._made(AtMost(left, right))

    def less(self, left: Moment, right: Moment) -> Lit:
        """Return: `left < right`."""
        return -self.at_most(right, left)

    def equal(self, left: Moment, right: Moment) -> Lit:
        """Return: `left = right`."""
        return self.all((self.at_most(left, right), self.at_most(right, left)))

    def shift(self, start: Moment, amount: Moment, unit: Unit) -> tuple[Moment, Lit]:
        """Return the day some time after another, and whether the calendar reaches that far."""
        if isinstance(start, Choice):
            ways = [self.shift(each, amount, unit) for each in (start.then, start.otherwise)]
            return self._either_day(start.when, *ways)
        if isinstance(amount, Choice):
            ways = [self.shift(start, each, unit) for each in (amount.then, amount.otherwise)]
            return self._either_day(amount.when, *ways)
        term = Shift(start, amount, unit)
        if isinstance(start, Const) and isinstance(amount, Const):
            found = self._later(int(start.value), int(amount.value), unit)
            return (Const(1), FALSE) if found is None else (Const(found), TRUE)
        if unit is not Unit.WORKING_DAYS:
            return term, TRUE
        return term, FALSE if self.calendar is None else self._made(Reached(start, amount))

    def _either_day(
        self, when: Lit, then: tuple[Moment, Lit], otherwise: tuple[Moment, Lit]
    ) -> tuple[Moment, Lit]:
        day = then[0] if then[0] == otherwise[0] else Choice(when, then[0], otherwise[0])
        return day, self.either(when, then[1], otherwise[1])

    def _later(self, start: int, amount: int, unit: Unit) -> int | None:
        found = later(datetime.date.fromordinal(start), amount, unit, self.calendar)
        return None if found is None else found.toordinal()

    # Looking

    def cone(self, literals: Iterable[Lit]) -> Iterator[tuple[int, Gate]]:
        """Yield the gates that the literals are made of, with their numbers, inner ones first."""
        wanted: set[int] = set()
        ahead = [abs(each) for each in literals]
        while ahead:
            number = ahead.pop()
            if number not in wanted:
                wanted.add(number)
                gate = self.gates[number - 1]
                if isinstance(gate, And | AtLeast):
                    ahead.extend(map(abs, gate.of))
        for number in sorted(wanted):
            yield number, self.gates[number - 1]

    def names(self, literals: Iterable[Lit]) -> frozenset[str]:
        """Return the names of the variables that the literals are made of."""
        found: set[str] = set()
        for _, gate in self.cone(literals):
            if isinstance(gate, Var):
                found.add(gate.name)
            elif isinstance(gate, AtMost):
                found.update(each.name for each in (*_numbers(gate.left), *_numbers(gate.right)))
            elif isinstance(gate, Reached):
                found.update(each.name for each in (*_numbers(gate.start), *_numbers(gate.amount)))
        return frozenset(found)

    # Putting in values

    def put(self, literals: Sequence[Lit], values: Assignment) -> list[Lit]:
        """Return the literals with these variables replaced by their values; the others stay variables."""
        found: dict[int, Lit] = {}

        def rewritten(literal: Lit) -> Lit:
            return found[literal] if literal > 0 else -found[-literal]

        def fixed(term: Term) -> Term:
            match term:
                case NumberVar(name) if name in values:
                    return Const(values[name])
                case Shift(start, amount, unit):
                    return Shift(fixed(start), fixed(amount), unit)
                case _:
                    return term

        def moved(term: Term) -> Moment:
            """The term, and where both its parts are numbers now, the day that they come to."""
            inner = fixed(term)
            return self.shift(inner.start, inner.amount, inner.unit)[0] if isinstance(inner, Shift) else inner

        for number, gate in self.cone(literals):
            match gate:
                case Var(name):
                    found[number] = (TRUE if values[name] else FALSE) if name in values else number
                case And(of):
                    found[number] = self.all(rewritten(each) for each in of)
                case AtLeast(count, of):
                    found[number] = self.at_least(count, [rewritten(each) for each in of])
                case AtMost(left, right):
                    found[number] = self.at_most(moved(left), moved(right))
                case Reached(start, amount):
                    found[number] = self.shift(fixed(start), fixed(amount), Unit.WORKING_DAYS)[1]
                case _:
                    assert_never(gate)
        return [rewritten(each) for each in literals]

    # Evaluating

    def evaluate(self, assignment: Assignment, literals: Sequence[Lit]) -> list[bool]:
        """Return the truth of each literal under one assignment."""
        masks = self.simulate([assignment], literals)
        return [bool(mask) for mask in masks]

    def simulate(self, assignments: Sequence[Assignment], literals: Sequence[Lit]) -> list[int]:
        """Return for each literal a mask: bit i is its truth under assignment i."""
        every = (1 << len(assignments)) - 1
        found: dict[int, int] = {}

        def mask(literal: Lit) -> int:
            return found[literal] if literal > 0 else found[-literal] ^ every

        for number, gate in self.cone(literals):
            match gate:
                case Var(name):
                    found[number] = _bits(bool(each.get(name)) for each in assignments)
                case And(of):
                    bits = every
                    for each in of:
                        bits &= mask(each)
                    found[number] = bits
                case AtLeast(count, of):
                    found[number] = _counted(count, [mask(each) for each in of], every)
                case AtMost(left, right):
                    found[number] = _bits(
                        self.value(left, each) <= self.value(right, each) for each in assignments
                    )
                case Reached(start, amount):
                    found[number] = _bits(self._reaches(start, amount, each) for each in assignments)
                case _:
                    assert_never(gate)
        return [mask(each) for each in literals]

    def value(self, term: Term, assignment: Assignment) -> Number:
        """Return the number of a term; of a day beyond the calendar, 1."""
        match term:
            case Const(value):
                return value
            case NumberVar(name, _, least, _):
                return assignment.get(name, 1 if least is None else least)
            case Shift(start, amount, unit):
                first, span = self.value(start, assignment), self.value(amount, assignment)
                return self._later(int(first), int(span), unit) or 1
            case _:
                assert_never(term)

    def _reaches(self, start: Term, amount: Term, assignment: Assignment) -> bool:
        first, span = self.value(start, assignment), self.value(amount, assignment)
        return self._later(int(first), int(span), Unit.WORKING_DAYS) is not None


def _numbers(term: Term) -> Iterator[NumberVar]:
    match term:
        case NumberVar():
            yield term
        case Shift(start, amount):
            yield from _numbers(start)
            yield from _numbers(amount)
        case Const():
            return
        case _:
            assert_never(term)


def _bits(truths: Iterable[bool]) -> int:
    return sum(1 << at for at, each in enumerate(truths) if each)


def _counted(count: int, masks: Sequence[int], every: int) -> int:
    """The samples in which at least `count` masks have their bit."""
    at_least = [every] + [0] * count
    for mask in masks:
        for number in range(count, 0, -1):
            at_least[number] |= at_least[number - 1] & mask
    return at_least[count]

"""A store of gates, in which equal formulas are the same literal: an and-inverter graph.

No solver is needed to build or to evaluate.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import assert_never

import attrs

from qa_rules.model.calendars import Calendar
from qa_rules.model.values import Unit
from qa_rules.program.gates import (
    FALSE,
    TRUE,
    Added,
    And,
    Assignment,
    AtLeast,
    AtMost,
    Choice,
    Const,
    Gate,
    Lit,
    Moment,
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
from qa_rules.program.simulate import Simulation, shifted


@attrs.define
class Store:
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

    def sum_at_least(self, least: Number, parts: Iterable[Added]) -> Lit:
        """Return: the parts that hold add up to `least` or more. What is known of them is put in."""
        left: list[Added] = []
        for part in parts:
            if part.when == FALSE or not part.factor:
                continue
            value = part.number.value if isinstance(part.number, Const) else None
            if part.when == TRUE and (part.number is None or value is not None):
                least = least - part.factor * (1 if value is None else value)
            else:
                left.append(part)
        if not left:
            return TRUE if least <= 0 else FALSE
        if all(each.number is None for each in left):
            if least <= sum(each.factor for each in left if each.factor < 0):
                return TRUE
            if least > sum(each.factor for each in left if each.factor > 0):
                return FALSE
        return self._made(SumAtLeast(least, tuple(left)))

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
            found = shifted(start.value, amount.value, unit, self.calendar)
            return (Const(1), FALSE) if found is None else (Const(found), TRUE)
        if unit is not Unit.WORKING_DAYS:
            return term, TRUE
        return term, FALSE if self.calendar is None else self._made(Reached(start, amount))

    def _either_day(
        self, when: Lit, then: tuple[Moment, Lit], otherwise: tuple[Moment, Lit]
    ) -> tuple[Moment, Lit]:
        day = then[0] if then[0] == otherwise[0] else Choice(when, then[0], otherwise[0])
        return day, self.either(when, then[1], otherwise[1])

    # Looking

    def cone(self, literals: Iterable[Lit], without: Container[int] = ()) -> Iterator[tuple[int, Gate]]:
        """Yield the gates that the literals are made of, inner ones first; see `gates.cone`."""
        return cone(self.gates, literals, without)

    def names(self, literals: Iterable[Lit]) -> frozenset[str]:
        """Return the names of the variables that the literals are made of."""
        found: set[str] = set()
        for _, gate in self.cone(literals):
            if isinstance(gate, Var):
                found.add(gate.name)
            else:
                found.update(each.name for each in numbers_of(gate))
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
                case SumAtLeast(least, parts):
                    found[number] = self.sum_at_least(
                        least,
                        (
                            Added(
                                each.factor,
                                rewritten(each.when),
                                None if each.number is None else fixed(each.number),
                            )
                            for each in parts
                        ),
                    )
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
        one = Simulation(self.gates, self.calendar, [assignment], [{}])
        return [bool(one.mask(each)) for each in literals]

"""Formulas as z3 has them. The only module that imports z3.

What z3 cannot be told exactly (months after an unknown day by an unknown number, say) becomes a free truth.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Final, assert_never

try:
    import z3 as _installed

    z3: Any = _installed
except ImportError:  # a plain install: whoever comes to ask the solver has been told what to install
    z3 = None

from qa_rules.model.values import Unit
from qa_rules.program.gates import (
    Added,
    And,
    AtLeast,
    AtMost,
    Const,
    Gate,
    Lit,
    NumberVar,
    Reached,
    Shift,
    SumAtLeast,
    Term,
    Var,
)
from qa_rules.program.store import Store
from qa_rules.proofs.months import FIRST, LAST, Beyond, distances
from qa_rules.semantics.dates import later

SPANS: Final = 120
"""How many lengths of a span in months or years are told apart where the length is itself a number to be chosen."""


class Translation:
    """What a solver is told of the literals of one store, each made once."""

    formulas: Store
    span: tuple[int, int]

    def __init__(self, formulas: Store, span: tuple[int, int]) -> None:
        self.formulas, self.span = formulas, span
        self.context: Any = z3.Context()
        self.made: dict[Lit, Any] = {}
        self.numbers: dict[str, Any] = {}
        self.truths: dict[str, Any] = {}
        self.bounds: dict[str, list[Any]] = {}
        """By number what it is between, once some literal that was asked for turns on it."""
        self.free: set[int] = set()
        """Gates that stand free because they are beyond the solver."""
        self.templates: dict[object, Any] = {}
        self.some_day: Any = z3.Int("some day", self.context)

    def literal(self, literal: Lit) -> Any:
        """Return what the solver is told of a literal."""
        number = abs(literal)
        if number not in self.made:
            for inner, gate in self.formulas.cone([number], self.made):
                self.made[inner] = self._gate(inner, gate)
        if literal not in self.made:
            self.made[literal] = z3.Not(self.made[number])
        return self.made[literal]

    def _gate(self, number: int, gate: Gate) -> Any:
        match gate:
            case Var(name):
                return self.truths.setdefault(name, z3.Bool(name, self.context))
            case And(of):
                return self._all(of)
            case AtLeast(count, of):
                return z3.AtLeast(*[self.literal(each) for each in of], count)
            case SumAtLeast(least, parts):
                return z3.Sum([self._added(each) for each in parts]) >= self._term(Const(least))
            case AtMost() | Reached():
                try:
                    return self._comparison(gate)
                except Beyond:
                    self.free.add(number)
                    return z3.FreshBool("beyond", self.context)
            case _:
                assert_never(gate)

    def _added(self, part: Added) -> Any:
        factor = self._term(Const(part.factor))
        whole = factor if part.number is None else factor * self._term(part.number)
        return z3.If(self.literal(part.when), whole, 0)

    def _all(self, of: Sequence[Lit]) -> Any:
        """All of these; z3.And would take longer to look at what each of them is."""
        given = (z3.Ast * len(of))(*(self.literal(each).as_ast() for each in of))
        return z3.BoolRef(z3.Z3_mk_and(self.context.ref(), len(of), given), self.context)

    def _comparison(self, gate: AtMost | Reached) -> Any:
        match gate:
            case AtMost(Shift() as left, Const(limit)):
                return self._bound(left, int(limit), upper=True)
            case AtMost(Const(limit), Shift() as right):
                return self._bound(right, int(limit), upper=False)
            case AtMost(Shift(start, amount, Unit.WORKING_DAYS), right):
                return self._working_days(start, amount, self._term(right), ends_first=True)
            case AtMost(left, Shift(start, amount, Unit.WORKING_DAYS)):
                return self._working_days(start, amount, self._term(left), ends_first=False)
            case AtMost(left, right):
                return self._term(left) <= self._term(right)
            case Reached(start, amount):
                calendar = self.formulas.calendar
                if calendar is None:
                    return z3.BoolVal(False, self.context)
                day, span = self._term(start), self._term(amount)
                self._lengths(amount)
                first, last = calendar.first.toordinal(), calendar.last.toordinal()
                end = self._worked(z3.IntVal(last, self.context))
                return z3.And(day >= first, day <= last, self._worked(day) + span <= end)
            case _:
                assert_never(gate)

    def _bound(self, shift: Shift, limit: int, upper: bool) -> Any:
        """A fixed span after an unknown day against a fixed day: a bound on the unknown day."""
        if not isinstance(shift.amount, Const):
            return self._bound_of_any(shift, limit, upper)
        amount, unit, calendar = int(shift.amount.value), shift.unit, self.formulas.calendar
        low, high = FIRST, LAST
        if unit is Unit.WORKING_DAYS and calendar is not None:
            low, high = calendar.first.toordinal(), calendar.last.toordinal()
        while low < high:  # the first day from which the span ends beyond the limit (or at it)
            middle = (low + high) // 2
            end = later(datetime.date.fromordinal(middle), amount, unit, calendar)
            beyond = end is None or (end.toordinal() > limit if upper else end.toordinal() >= limit)
            low, high = (low, middle) if beyond else (middle + 1, high)
        start = self._term(shift.start)
        return start < low if upper else start >= low

    def _bound_of_any(self, shift: Shift, limit: int, upper: bool) -> Any:
        """A span whose length is to be chosen, after an unknown day, against a fixed day."""
        start, amount, unit = shift.start, shift.amount, shift.unit
        if unit is Unit.WORKING_DAYS:
            return self._working_days(start, amount, z3.IntVal(limit, self.context), upper)
        if unit is Unit.DAYS:
            end = self._term(shift)
            return end <= limit if upper else end >= limit
        span = self._term(amount)
        each = ((length, Shift(start, Const(length), unit)) for length in self._told_apart(amount))
        return z3.Or([z3.And(span == length, self._bound(one, limit, upper)) for length, one in each])

    def _lengths(self, amount: Term) -> tuple[int, int]:
        """The least and the greatest length of a span, none of them below zero."""
        match amount:
            case Const(value) if value >= 0:
                return int(value), int(value)
            case NumberVar(_, True, int(least), int(most)) if least >= 0:
                return least, most
            case _:
                raise Beyond

    def _told_apart(self, amount: Term) -> range:
        """Every length that a span may have, if these are few."""
        least, most = self._lengths(amount)
        if most - least > SPANS:
            raise Beyond
        return range(least, most + 1)

    def _term(self, term: Term) -> Any:
        match term:
            case Const(value):
                return (
                    z3.IntVal(value, self.context)
                    if isinstance(value, int)
                    else z3.RealVal(str(value), self.context)
                )
            case NumberVar(name, whole, least, most):
                if name not in self.numbers:
                    found = z3.Int(name, self.context) if whole else z3.Real(name, self.context)
                    self.numbers[name] = found
                    self.bounds[name] = [
                        *([] if least is None else [found >= (least if whole else str(least))]),
                        *([] if most is None else [found <= (most if whole else str(most))]),
                    ]
                return self.numbers[name]
            case Shift(start, amount, Unit.DAYS):
                end = self._term(start) + self._term(amount)
                if isinstance(amount, Const):
                    return end
                return z3.If(end < FIRST, FIRST, z3.If(end > LAST, LAST, end))
            case Shift(start, Const(amount), Unit.MONTHS | Unit.YEARS as unit):
                return self._months(self._term(start), int(amount) * (12 if unit is Unit.YEARS else 1))
            case Shift(start, amount, Unit.MONTHS | Unit.YEARS as unit):
                span, lengths = self._term(amount), self._told_apart(amount)
                found = self._term(Shift(start, Const(lengths[-1]), unit))
                for length in lengths[:-1]:
                    found = z3.If(span == length, self._term(Shift(start, Const(length), unit)), found)
                return found
            case Shift():
                raise Beyond
            case _:
                assert_never(term)

    def _months(self, day: Any, amount: int) -> Any:
        """A day some months later. The days on which the distance changes are told apart by halving."""
        if ("months", amount) not in self.templates:
            steps = list(distances(*self.span, amount))
            self.templates["months", amount] = self._apart(steps, 0, len(steps))
        return z3.substitute(self.templates["months", amount], (self.some_day, day))

    def _apart(self, steps: Sequence[tuple[int, int | None, int]], low: int, high: int) -> Any:
        """The day that `some_day` comes to, by the steps from one number to another."""
        if high - low > 1:
            middle = (low + high) // 2
            return z3.If(
                self.some_day < steps[middle][0],
                self._apart(steps, low, middle),
                self._apart(steps, middle, high),
            )
        _, distance, end = steps[low]
        return z3.IntVal(end, self.context) if distance is None else self.some_day + distance

    def _working_days(self, start: Term, amount: Term, other: Any, ends_first: bool) -> Any:
        """Whether some working days after a day end by another day, or not before it.

        How far they can stretch at all is told beside it: most questions need no more than that.
        """
        day, span = self._term(start), self._term(amount)
        least, most = self._lengths(amount)
        if ends_first:
            exact = self._worked(other) >= self._worked(day) + span
        else:
            exact = self._worked(other - 1) <= self._worked(day) + span - 1
        shortest, longest = self._stretch(least)[0], self._stretch(most)[1]
        reached = self._comparison(Reached(start, amount))
        within = other >= day + shortest if ends_first else other <= day + longest
        beyond = other >= day + longest if ends_first else other <= day + shortest
        found = z3.Or(z3.And(reached, beyond), z3.And(exact, z3.Implies(reached, within)))
        return found if least > 0 else z3.If(span > 0, found, day <= other if ends_first else other <= day)

    def _stretch(self, amount: int) -> tuple[int, int]:
        """The fewest and the most days that so many working days can take."""
        calendar = self.formulas.calendar
        if calendar is None:
            raise Beyond
        if not amount:
            return 0, 0
        first, last = calendar.first.toordinal(), calendar.last.toordinal()
        worked = calendar.days_worked
        spans = [
            worked[at + amount - 1] - day
            for day in range(first, last + 1)
            if (at := bisect_right(worked, day)) + amount <= len(worked)
        ]
        return (min(spans), max(spans)) if spans else (0, last - first)

    def _worked(self, day: Any) -> Any:
        """How many working days there are up to a day, counted from long ago."""
        if "worked" not in self.templates:
            self.templates["worked"] = self._worked_up_to(self.some_day)
        return z3.substitute(self.templates["worked"], (self.some_day, day))

    def _worked_up_to(self, day: Any) -> Any:
        calendar = self.formulas.calendar
        if calendar is None:
            raise Beyond
        week, rest = (day - 1) / 7, (day - 1) % 7
        holidays = calendar.days_off
        before = sum(each < self.span[0] for each in holidays)
        passed = [z3.If(day >= each, 1, 0) for each in holidays if self.span[0] <= each <= self.span[1]]
        return 5 * week + z3.If(rest < 4, rest + 1, 5) - before - (z3.Sum(passed) if passed else 0)

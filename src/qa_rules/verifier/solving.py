"""The only module that knows z3: is there an assignment under which these literals hold?

Every answer is checked by its reader: an assignment is evaluated again by `Formulas` and replayed in an engine. What
z3 cannot be told exactly (months after an unknown day by an unknown number, say) becomes a free truth. Then
*there is none* still stands, and an assignment that turns out false is reported as undecided.
"""

from __future__ import annotations

import calendar as months
import datetime
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, assert_never

import attrs
import z3

from qa_rules.errors import EngineFailedError
from qa_rules.meaning.dates import later
from qa_rules.model.values import Unit
from qa_rules.verifier.formulas import (
    And,
    AtLeast,
    AtMost,
    Const,
    Formulas,
    Gate,
    Lit,
    Number,
    NumberVar,
    Reached,
    Shift,
    Term,
    Var,
)

EFFORT: Final = 40_000_000
"""z3's own measure of work for one query, so that the same query ends the same way on every machine."""
_FIRST, _LAST = 1, datetime.date.max.toordinal()


@attrs.frozen
class Found:
    """An assignment under which the literals hold."""

    assignment: dict[str, bool | Number]


@attrs.frozen
class NoneExists:
    """There is none."""


@attrs.frozen
class Undecided:
    """It was not found out."""

    reason: str


Answer = Found | NoneExists | Undecided


class _Beyond(Exception):
    """Outside of what the solver is told exactly."""


class Solver:
    """Answers questions about literals of one store, within the laws of a world."""

    def __init__(
        self, formulas: Formulas, laws: Sequence[Lit], span: tuple[int, int], effort: int = EFFORT
    ) -> None:
        self.formulas, self.span, self.effort = formulas, span, effort
        self.context = z3.Context()
        self.solver = z3.Solver(ctx=self.context)
        self.solver.set("random_seed", 1)
        self.made: dict[int, Any] = {}
        self.numbers: dict[str, Any] = {}
        self.truths: dict[str, Any] = {}
        self.named: set[str] = set()
        self.free: set[int] = set()
        """Gates that stand free because they are beyond the solver."""
        self.by_name: dict[str, list[Lit]] = {}
        self.mentioned: dict[Lit, frozenset[str]] = {}
        self.lawful: set[Lit] = set()
        self.obeyed: set[int] = set()
        """Gates whose laws were added."""
        self.also(laws)

    def also(self, laws: Iterable[Lit]) -> None:
        """Take in further laws."""
        self.obeyed.clear()  # a law may be about what was asked before
        for law in laws:
            self.mentioned[law] = self.formulas.names([law])
            for name in self.mentioned[law]:
                self.by_name.setdefault(name, []).append(law)

    def solve(
        self,
        literals: Iterable[Lit],
        also: Iterable[str] = (),
        effort: int | None = None,
        read: bool = True,
    ) -> Answer:
        """Return an assignment under which every literal holds, that there is none, or why it is undecided.

        The assignment gives the variables of the literals, those that their laws mention, and those named in `also`.
        Where it does not matter, `read` false leaves it empty.
        """
        asked = [each for each in dict.fromkeys(literals) if each != 1]
        if -1 in asked:
            return NoneExists()
        truths = [self._literal(each) for each in asked]
        self._obey_all(asked)
        self._obey(also)
        self.solver.push()
        try:
            self.solver.set("rlimit", effort or self.effort)
            self.solver.add(*truths)
            answer = self.solver.check()
            if answer == z3.unsat:
                return NoneExists()
            if answer == z3.unknown:
                return Undecided(f"the solver gave up: {self.solver.reason_unknown()}")
            if not read and not self.free:
                return Found({})
            names = self._obey({*self.formulas.names(asked), *also})
            assignment = self._read(self.solver.model(), names)
        finally:
            self.solver.pop()
        if not all(self.formulas.evaluate(assignment, asked)):
            if self.free:
                return Undecided("unsupported: it turns on a span of time that is not known in advance")
            raise EngineFailedError("the solver's answer does not satisfy the formula that it was given")
        return Found(assignment)

    def _obey_all(self, literals: Iterable[Lit]) -> None:
        """Add the laws about everything that the literals are made of and that was not asked about before."""
        ahead = [abs(each) for each in literals]
        names: set[str] = set()
        while ahead:
            number = ahead.pop()
            if number in self.obeyed:
                continue
            self.obeyed.add(number)
            gate = self.formulas.gates[number - 1]
            if isinstance(gate, And | AtLeast):
                ahead.extend(map(abs, gate.of))
            else:
                names |= self.formulas.names([number])
        self._obey(names)

    def _obey(self, names: Iterable[str]) -> set[str]:
        """Add the laws about these variables, and about all that those laws mention; return all of them."""
        found: set[str] = set()
        ahead = list(names)
        while ahead:
            name = ahead.pop()
            if name in found:
                continue
            found.add(name)
            for law in self.by_name.get(name, ()):
                if law not in self.lawful:
                    self.lawful.add(law)
                    self.solver.add(self._literal(law))
                ahead.extend(self.mentioned[law])
        return found

    def _read(self, model: Any, names: Iterable[str]) -> dict[str, bool | Number]:
        found: dict[str, bool | Number] = {}
        for name in sorted(names):
            if name in self.truths:
                found[name] = z3.is_true(model.eval(self.truths[name], model_completion=True))
            elif name in self.numbers:
                value = model.eval(self.numbers[name], model_completion=True)
                if z3.is_int_value(value):
                    found[name] = value.as_long()
                else:
                    found[name] = Decimal(value.numerator_as_long()) / Decimal(value.denominator_as_long())
        return found

    # Translating

    def _literal(self, literal: Lit) -> Any:
        number = abs(literal)
        if number not in self.made:
            for inner, gate in self.formulas.cone([number]):
                if inner not in self.made:
                    self.made[inner] = self._gate(inner, gate)
        return self.made[number] if literal > 0 else z3.Not(self.made[number])

    def _gate(self, number: int, gate: Gate) -> Any:
        match gate:
            case Var(name):
                return self.truths.setdefault(name, z3.Bool(name, self.context))
            case And(of):
                return z3.And([self._literal(each) for each in of] or [z3.BoolVal(True, self.context)])
            case AtLeast(count, of):
                return z3.AtLeast(*[self._literal(each) for each in of], count)
            case AtMost() | Reached():
                try:
                    return self._comparison(gate)
                except _Beyond:
                    self.free.add(number)
                    return z3.FreshBool("beyond", self.context)
            case _:
                assert_never(gate)

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
                day, span = self._term(start), self._positive(amount)
                first, last = calendar.first.toordinal(), calendar.last.toordinal()
                end = self._worked(z3.IntVal(last, self.context))
                return z3.And(day >= first, day <= last, self._worked(day) + span <= end)
            case _:
                assert_never(gate)

    def _bound(self, shift: Shift, limit: int, upper: bool) -> Any:
        """A fixed span after an unknown day against a fixed day: a bound on the unknown day."""
        if not isinstance(shift.amount, Const):
            end = self._term(shift)
            return end <= limit if upper else end >= limit
        amount, unit, calendar = int(shift.amount.value), shift.unit, self.formulas.calendar
        low, high = _FIRST, _LAST
        if unit is Unit.WORKING_DAYS and calendar is not None:
            low, high = calendar.first.toordinal(), calendar.last.toordinal()
        while low < high:  # the first day from which the span ends beyond the limit (or at it)
            middle = (low + high) // 2
            end = later(datetime.date.fromordinal(middle), amount, unit, calendar)
            beyond = end is None or (end.toordinal() > limit if upper else end.toordinal() >= limit)
            low, high = (low, middle) if beyond else (middle + 1, high)
        start = self._term(shift.start)
        return start < low if upper else start >= low

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
                    if least is not None:
                        self.solver.add(found >= (least if whole else str(least)))
                    if most is not None:
                        self.solver.add(found <= (most if whole else str(most)))
                return self.numbers[name]
            case Shift(start, amount, Unit.DAYS):
                return self._term(start) + self._term(amount)
            case Shift(start, Const(amount), Unit.MONTHS | Unit.YEARS as unit):
                return self._months(self._term(start), int(amount) * (12 if unit is Unit.YEARS else 1))
            case Shift():
                raise _Beyond
            case _:
                assert_never(term)

    def _months(self, day: Any, amount: int) -> Any:
        """A day some months later, month by month over the span of dates."""
        first, last = (datetime.date.fromordinal(each) for each in self.span)
        result = day
        at = last.replace(day=1)
        while at >= first.replace(day=1):
            start, moved = at.toordinal(), later(at, amount, Unit.MONTHS, None)
            if moved is None or moved.year in (datetime.MINYEAR, datetime.MAXYEAR):
                raise _Beyond
            length = months.monthrange(moved.year, moved.month)[1]
            inside = z3.If(day - start < length, day - start, length - 1)
            end = (at.replace(day=28) + datetime.timedelta(days=4)).replace(day=1).toordinal()
            result = z3.If(day < end, inside + moved.toordinal(), result)
            at = (at - datetime.timedelta(days=1)).replace(day=1)
        return result

    def _working_days(self, start: Term, amount: Term, other: Any, ends_first: bool) -> Any:
        """Whether some working days after a day end by another day, or not before it.

        How far they can stretch at all is told beside it: most questions need no more than that.
        """
        day, span = self._term(start), self._positive(amount)
        if ends_first:
            exact = self._worked(other) >= self._worked(day) + span
        else:
            exact = self._worked(other - 1) <= self._worked(day) + span - 1
        shortest, longest = self._stretch(int(amount.value) if isinstance(amount, Const) else 1)
        reached = self._comparison(Reached(start, amount))
        within = other >= day + shortest if ends_first else other <= day + longest
        beyond = other >= day + longest if ends_first else other <= day + shortest
        return z3.Or(z3.And(reached, beyond), z3.And(exact, z3.Implies(reached, within)))

    def _stretch(self, amount: int) -> tuple[int, int]:
        """The fewest and the most days that so many working days can take."""
        calendar = self.formulas.calendar
        if calendar is None:
            raise _Beyond
        first, last = calendar.first.toordinal(), calendar.last.toordinal()
        days = map(datetime.date.fromordinal, range(first, last + 1))
        worked = [each.toordinal() for each in days if each.weekday() < 5 and each not in calendar.holidays]
        spans = [
            worked[at + amount - 1] - day
            for day in range(first, last + 1)
            if (at := bisect_right(worked, day)) + amount <= len(worked)
        ]
        return (min(spans), max(spans)) if spans else (0, last - first)

    def _worked(self, day: Any) -> Any:
        """How many working days there are up to a day, counted from long ago."""
        calendar = self.formulas.calendar
        if calendar is None:
            raise _Beyond
        week, rest = (day - 1) / 7, (day - 1) % 7
        holidays = [each.toordinal() for each in calendar.holidays if each.weekday() < 5]
        before = sum(each < self.span[0] for each in holidays)
        passed = [
            z3.If(day >= each, 1, 0) for each in sorted(holidays) if self.span[0] <= each <= self.span[1]
        ]
        return 5 * week + z3.If(rest < 4, rest + 1, 5) - before - (z3.Sum(passed) if passed else 0)

    def _positive(self, amount: Term) -> Any:
        """A number of working days that is known to be more than none."""
        if isinstance(amount, Const) and amount.value >= 1:
            return self._term(amount)
        raise _Beyond

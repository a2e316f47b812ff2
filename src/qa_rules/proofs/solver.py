"""The only module that knows z3: is there an assignment under which these literals hold?

Every answer is checked by its reader: an assignment is evaluated again by `Store` and replayed in an engine. What
z3 cannot be told exactly (months after an unknown day by an unknown number, say) becomes a free truth. Then
*there is none* still stands, and an assignment that turns out false is reported as undecided.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from typing import Any, Final, assert_never

import attrs

try:
    import z3 as _installed

    z3: Any = _installed
except ImportError:  # a plain install: whoever comes to ask the solver has been told what to install
    z3 = None

from qa_rules.errors import EngineFailedError
from qa_rules.model.values import Unit
from qa_rules.program.gates import (
    Added,
    And,
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
)
from qa_rules.program.store import Store
from qa_rules.proofs.assumptions import NOTHING, Laws, Needs
from qa_rules.proofs.months import FIRST, LAST, Beyond, distances
from qa_rules.semantics.dates import later

EFFORT: Final = 40_000_000
"""z3's own measure of work for a query: the same query ends the same way on every machine."""
SPANS: Final = 120
"""How many lengths of a span in months or years are told apart where the length is itself a number to be chosen."""
ROOM: Final = 200
"""How much may have been told to the solver that a question does not turn on, before it starts anew."""
_divide = Context(prec=200).divide  # a rule may hold a number against one of thirty digits


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


class Solver:
    """Answers questions about literals of one store, within the laws of a world."""

    formulas: Store
    laws: Laws
    span: tuple[int, int]
    effort: int

    def __init__(self, formulas: Store, laws: Laws, span: tuple[int, int], effort: int = EFFORT) -> None:
        self.formulas, self.laws, self.span, self.effort = formulas, laws, span, effort
        self.context: Any = z3.Context()
        self.made: dict[Lit, Any] = {}
        self.numbers: dict[str, Any] = {}
        self.truths: dict[str, Any] = {}
        self.bounds: dict[str, list[Any]] = {}
        self.free: set[int] = set()
        """Gates that stand free because they are beyond the solver."""
        self.templates: dict[object, Any] = {}
        self.some_day: Any = z3.Int("some day", self.context)
        self.asked: list[Lit] = []
        self.standing: list[Lit] = []
        """What is told of the last question."""
        self.needs: Needs = NOTHING
        """The laws and variables that it turns on."""
        self._start()

    def _start(self) -> None:
        self.solver: Any = z3.Solver(ctx=self.context)
        self.solver.set("random_seed", 1)
        self.held: set[Lit | str] = set()
        """The laws that the solver has been told, and the names of the numbers whose bounds it has."""
        self.stands: bool = False
        """Whether the last question stands: the solver is still told of it."""

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
        last = self._tell(asked, also)
        self.solver.set("rlimit", effort or self.effort)
        answer = self.solver.check() if last is None else self._check_assuming(last)
        if answer == z3.unsat:
            return NoneExists()
        if answer == z3.unknown:
            return Undecided(f"the solver gave up: {self.solver.reason_unknown()}")
        if not read and not self.free:
            return Found({})
        assignment = self._read(self.solver.model(), self.needs.names)
        if not all(self.formulas.evaluate(assignment, asked)):
            if self.free:
                return Undecided("unsupported: it turns on a span of time that is not known in advance")
            raise EngineFailedError("the solver's answer does not satisfy the formula that it was given")
        return Found(assignment)

    def _tell(self, asked: list[Lit], also: Iterable[str]) -> Any | None:
        """Tell the solver what is asked, but for what is to be assumed of this question alone, which is returned.

        A question that says all that stands and more is asked beside it, so that what z3 has found out stays: a
        witness is made small by hundreds of those.
        """
        told = [self._literal(each) for each in asked]  # before the laws: numbers in it may have bounds
        stand, alike = len(self.standing), len(asked) > 1 and asked[:-1] == self.asked[:-1]
        self.asked = asked
        if not self.stands or asked[:stand] != self.standing or len(asked) == stand:
            if self.stands:
                self.solver.pop()
            self.needs, self.standing, stand = self.laws.needs(asked) | self.laws.behind(also), [], 0
            self._hold(self.needs)
            self.solver.push()
            self.stands = True
            if not alike:
                self.standing = asked
                self.solver.add(*told)
                return None
        else:
            more = self.laws.needs(asked[stand:]) | self.laws.behind(also)
            new = Needs(more.laws - self.needs.laws, more.names - self.needs.names)
            self.solver.add(*[part for parts in self._telling(new).values() for part in parts])
            self.needs |= new
        self.solver.add(*told[stand:-1])
        self.standing = asked[:-1]
        return told[-1]

    def _check_assuming(self, truth: Any) -> Any:
        """Ask whether this can hold beside what stands; where it cannot, that is told the solver, too."""
        assumed = z3.FreshBool("assumed", self.context)
        self.solver.add(z3.Implies(assumed, truth))
        answer = self.solver.check(assumed)
        if answer == z3.unsat:
            self.solver.add(z3.Not(truth))
        return answer

    def _hold(self, needs: Needs) -> None:
        """Tell the solver what a question turns on; start anew where that is little of what it has been told.

        It has to satisfy all that it has been told, so that much of it slows every question.
        """
        wanted = self._telling(needs)
        if len(self.held) > ROOM + 4 * len(wanted):
            self._start()
        new = [each for each in wanted if each not in self.held]
        self.held.update(new)
        self.solver.add(*(part for each in new for part in wanted[each]))

    def _telling(self, needs: Needs) -> dict[Lit | str, list[Any]]:
        """What is told of each law, and of each number that has bounds."""
        wanted: dict[Lit | str, list[Any]] = {law: [self._literal(law)] for law in sorted(needs.laws)}
        return wanted | {name: self.bounds[name] for name in sorted(needs.names & self.bounds.keys())}

    def _read(self, model: Any, names: Iterable[str]) -> dict[str, bool | Number]:
        found: dict[str, bool | Number] = {}
        context, value_of, is_so = self.context.ref(), (z3.Ast * 1)(), z3.Z3_L_TRUE
        for name in sorted(names):
            if name in self.truths:  # there are thousands, so z3's objects for each are passed by
                z3.Z3_model_eval(context, model.model, self.truths[name].as_ast(), True, value_of)
                found[name] = z3.Z3_get_bool_value(context, value_of[0]) == is_so
            elif name in self.numbers:
                value = model.eval(self.numbers[name], model_completion=True)
                if z3.is_int_value(value):
                    found[name] = value.as_long()
                else:
                    parts = (value.numerator_as_long(), value.denominator_as_long())
                    found[name] = _divide(*map(Decimal, parts))
        return found

    # Translating

    def _literal(self, literal: Lit) -> Any:
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
                return z3.AtLeast(*[self._literal(each) for each in of], count)
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
        return z3.If(self._literal(part.when), whole, 0)

    def _all(self, of: Sequence[Lit]) -> Any:
        """All of these; z3.And would take longer to look at what each of them is."""
        given = (z3.Ast * len(of))(*(self._literal(each).as_ast() for each in of))
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

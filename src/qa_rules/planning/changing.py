"""What can be changed about a subject, to what, and whether some changes are enough.

A goal is a circuit over tests. A variable (a fact, a field of a record, whether a further record is there) has the values
that make a difference to its tests; of two values of which one makes every test come out at least as well as the
other, only the better is tried. So mostly there is one value to try for each variable, and where there are
several, all are gone through, a bound on what the rest could still do cutting the search short.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import attrs

from qa_rules.meaning.believing import Held, HeldRecord, Known
from qa_rules.model.expressions import Expr, Fact, Field, On, terms, walk
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE, Value
from qa_rules.planning.candidates import candidates
from qa_rules.planning.grounded import (
    STRONGEST,
    WHOLE,
    Grounded,
    Spot,
    State,
    Variable,
)

MOST_BRANCHES = 3_000
"""How many choices of values are gone through before it is left unsettled whether any is enough."""
_MOST_VALUES = 12

Setting = Held | bool


class UnsettledError(Exception):
    """There are too many choices to go through."""


@attrs.frozen
class Option:
    """A value that a variable may take, and the test gates that are then met, of those that look at it alone."""

    value: Setting
    true: frozenset[int]


@attrs.frozen(eq=False, slots=False)
class Changing:
    """The changes that there are for a goal."""

    goal: Grounded
    known: Known

    @cached_property
    def gates_of(self) -> Mapping[Variable, tuple[int, ...]]:
        """The test gates that look at each variable."""
        found: dict[Variable, list[int]] = {}
        for gate, (test, _, _) in self.goal.literals.items():
            for variable in self.goal.reads[test]:
                found.setdefault(variable, []).append(gate)
        return {variable: tuple(gates) for variable, gates in found.items()}

    @cached_property
    def given_true(self) -> frozenset[int]:
        """The test gates that are met as things are."""
        return frozenset(gate for gate in self.goal.literals if self._true(gate, {}))

    def _true(self, gate: int, state: State) -> bool:
        test = self.goal.literals[gate][0]
        return self.goal.is_true(gate, self.goal.worth(test, self.known, state))

    # What a variable may be

    def variables(self, names: Collection[str]) -> tuple[Variable, ...]:
        """Return the variables of facts and collections that may be changed."""
        return tuple(each for each in self.gates_of if each.name in names)

    @cached_property
    def _options(self) -> dict[Variable, tuple[Option, ...]]:
        return {}

    def options(self, variable: Variable) -> tuple[Option, ...]:
        """Return what is worth trying for a variable, best first; empty when it cannot be otherwise."""
        if variable not in self._options:
            self._options[variable] = tuple(self._worthwhile(variable))
        return self._options[variable]

    def _worthwhile(self, variable: Variable) -> Iterable[Option]:
        alone = [gate for gate in self.gates_of[variable] if self.stands_alone(gate)]
        jointly = len(alone) < len(self.gates_of[variable])
        tried: dict[tuple[frozenset[int], Setting | None], Option] = {}
        for value in self._settings(variable):
            state: State = {variable: value, **self._there(variable)}
            true = frozenset(gate for gate in alone if self._true(gate, state))
            tried.setdefault((true, value if jointly else None), Option(value, true))
        found = list(tried.values())
        if jointly:
            return found[:_MOST_VALUES]
        best = [each for each in found if not any(each.true < other.true for other in found)]
        return [each for each in best if each.true - self.given_true or len(best) > 1] or best[:1]

    def stands_alone(self, gate: int) -> bool:
        """Whether a test looks at one variable only (beside whether its record and list are there)."""
        reads = self.goal.reads[self.goal.literals[gate][0]]
        return sum(1 for each in reads if each.place != WHOLE) <= 1

    def _there(self, variable: Variable) -> State:
        """A record that is not given has to be there, and the list to be looked through, to have fields."""
        if variable.place is None or variable.place == WHOLE:
            return {}
        return {Variable(variable.name, WHOLE): True}

    def _settings(self, variable: Variable) -> Iterable[Setting]:
        if variable.place == WHOLE:
            return [True]
        if variable.place is not None and not variable.field:
            return [True, False] if variable.place >= self.goal.given[variable.name] else []
        declared, subject, record = self._about(variable)
        held = self._held(variable, record)
        if declared.type is FactType.TEXT and held is not None:
            return [Held(held.value, STRONGEST, STRONGEST)]
        exprs = [each for each in self._tests(variable)]
        values, _ = candidates(declared, subject, exprs, self.known, record)
        allowed = self._allowed(declared, values, held, exprs, variable)
        return [Held(value, STRONGEST, STRONGEST) for value in allowed]

    def _about(self, variable: Variable) -> tuple[FactDeclaration, Fact | Field, HeldRecord | None]:
        vocabulary = self.goal.closed.ruleset.vocabulary
        if variable.place is None:
            return vocabulary.scalars[variable.name], Fact(variable.name), None
        declared = vocabulary.collections[variable.name].fields[variable.field]
        record = self.goal.record(variable.name, variable.place, self.known, {})
        return declared, Field(variable.name, variable.field), record

    def _held(self, variable: Variable, record: HeldRecord | None) -> Held | None:
        if record is None:
            return self.known.values.get(variable.name)
        return record.fields.get(variable.field)

    def _tests(self, variable: Variable) -> Iterable[Expr]:
        for gate in self.gates_of[variable]:
            test = self.goal.tests[self.goal.literals[gate][0]]
            if isinstance(test, Spot):
                yield test.expr

    def _allowed(
        self,
        declared: FactDeclaration,
        values: Sequence[Value],
        held: Held | None,
        exprs: Sequence[Expr],
        variable: Variable,
    ) -> list[Value]:
        """What it may become: what it is comes first, and nothing can be made to have happened in the past."""
        on = self.known.on
        if declared.type is FactType.DATE:
            is_new = variable.place is not None and variable.place >= self.goal.given[variable.name]
            if held is not None or is_new:
                values = [each for each in values if not isinstance(each, datetime.date) or each >= on]
            past = held is not None and isinstance(held.value, datetime.date) and held.value < on
            if past and not any(_looks_at_the_day(expr, variable) for expr in exprs):
                values = []
            near = sorted(values, key=lambda each: _distance(each, on))
        else:
            near = list(values)
        first = [] if held is None else [held.value]
        return [*first, *(each for each in near if each not in first)]

    # Whether changes are enough

    def enough(self, names: Collection[str], also: Collection[int] = ()) -> dict[Variable, Setting] | None:
        """Return changes to these facts and collections with which the goal is met, None when there are none.

        `also` are gates to be met besides. UnsettledError when there are too many choices.
        """
        free = [each for each in self.variables(names) if self.options(each)]
        search = _Search(self, free, frozenset(also))
        return search.found()


def _looks_at_the_day(expr: Expr, variable: Variable) -> bool:
    for inner in walk(expr):
        found = terms(inner)
        names = {each.name for each in found if isinstance(each, Fact | Field)}
        if (variable.field or variable.name) in names and any(isinstance(each, On) for each in found):
            return True
    return False


def _distance(value: Value, on: datetime.date) -> tuple[bool, bool, int]:
    """Today first, then the days to come, then those past, none at last."""
    if value is NONE or not isinstance(value, datetime.date):
        return True, True, 0
    return False, value < on, abs((value - on).days)


class _Search:
    def __init__(self, changing: Changing, free: list[Variable], also: frozenset[int]) -> None:
        self.changing, self.also = changing, also
        self.goal = changing.goal
        options = {each: changing.options(each) for each in free}
        self.branches = 0
        # What must be chosen comes first where there is little to choose.
        self.free = sorted(free, key=lambda each: (each.place is not None, len(options[each])))
        self.options = options
        self.touched = {gate for each in free for gate in changing.gates_of[each]}
        self.joint = {gate for gate in self.touched if not changing.stands_alone(gate)}
        self.fixed = changing.given_true - self.touched

    def found(self) -> dict[Variable, Setting] | None:
        return self.search({}, self.free)

    def reached(self, true: Collection[int]) -> bool:
        if not self.also:
            return self.goal.met(true)
        met = self.goal.all_met(true)
        return met[self.goal.root] and all(met[each] for each in self.also)

    def search(self, state: dict[Variable, Setting], left: list[Variable]) -> dict[Variable, Setting] | None:
        self.branches += 1
        if self.branches > MOST_BRANCHES:
            raise UnsettledError
        if not self.reached(self.possible(state, left)):
            return None
        # Of what can only be one thing there is nothing to choose.
        settled = {each: self.options[each][0].value for each in left if len(self.options[each]) == 1}
        state = {**state, **settled}
        left = [each for each in left if each not in settled]
        if not left:
            return state if self.reached(self.true(state)) else None
        first, rest = left[0], left[1:]
        for option in self.options[first]:
            found = self.search({**state, first: option.value}, rest)
            if found is not None:
                return found
        return None

    def possible(self, state: State, left: Collection[Variable]) -> set[int]:
        """The test gates that could be met, each by itself, whatever is still chosen."""
        true = set(self.fixed)
        unchosen = set(left)
        for gate in self.touched:
            reads = self.goal.reads[self.goal.literals[gate][0]]
            pending = [each for each in reads if each in unchosen]
            if not pending:
                if self.changing._true(gate, state):
                    true.add(gate)
            elif gate in self.joint or len(pending) > 1:
                true.add(gate)
            elif any(gate in option.true for option in self.options[pending[0]]):
                true.add(gate)
        return true

    def true(self, state: State) -> set[int]:
        return self.fixed | {gate for gate in self.touched if self.changing._true(gate, state)}

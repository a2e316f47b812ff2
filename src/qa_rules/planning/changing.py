"""What can be changed about a subject, to what, and whether some changes are enough.

A goal is a circuit over tests. A variable (a fact, a field of a record, whether there is a further record) has the
values that make a difference to its tests; of two values of which one makes every test come out at least as well
as the other, only the better is tried. So mostly there is one value to try for each variable, and where there are
several, all are gone through, a bound on what the rest could still do cutting the search short.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

import attrs

from qa_rules.meaning.believing import Held, HeldRecord, Known
from qa_rules.model.expressions import Expr, Fact, Field, terms, walk
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE, Value
from qa_rules.planning.candidates import candidates
from qa_rules.planning.grounded import (
    STRONGEST,
    WHOLE,
    Grounded,
    Setting,
    Spot,
    State,
    Variable,
)

MOST_BRANCHES = 3_000
"""How many choices of values are gone through before it is left unsettled whether any is enough."""
_MOST_VALUES = 12


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
        return frozenset(gate for gate in self.goal.literals if self.is_true(gate, {}))

    def is_true(self, gate: int, state: State) -> bool:
        """Whether a test gate is met in a state."""
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
        own = [gate for gate in self.gates_of[variable] if self.owner(gate) == variable]
        jointly = any(self.owner(gate) is None for gate in self.gates_of[variable])
        tried: dict[tuple[frozenset[int], Setting | None], Option] = {}
        for value in self._settings(variable):
            state: State = {variable: value, **self._there(variable)}
            true = frozenset(gate for gate in own if self.is_true(gate, state))
            tried.setdefault((true, value if jointly else None), Option(value, true))
        found = list(tried.values())
        if jointly:
            return found[:_MOST_VALUES]
        return [each for each in found if not any(each.true < other.true for other in found)]

    def owner(self, gate: int) -> Variable | None:
        """The one variable on whose value a test gate depends; None when there are several."""
        if gate not in self._owners:
            reads = self.goal.reads[self.goal.literals[gate][0]]
            found = [each for each in reads if each.place != WHOLE and self._can_differ(each)]
            found = found or [each for each in reads if each.place == WHOLE]
            self._owners[gate] = found[0] if len(found) == 1 else None
        return self._owners[gate]

    @cached_property
    def _owners(self) -> dict[int, Variable | None]:
        return {}

    def _can_differ(self, variable: Variable) -> bool:
        """Whether it is more than that there is a record which is given."""
        return (
            variable.place is None or bool(variable.field) or variable.place >= self.goal.given[variable.name]
        )

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
        exprs = list(self._tests(variable))
        values, _ = candidates(declared, subject, exprs, self.known, record)
        items = self.goal.items.get(variable.name) if variable.place is None else None
        if items is not None:
            values = tuple(each for each in values if not isinstance(each, frozenset) or each <= items)
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
            if past and not self._is_renewable(exprs, variable):
                values = []
            near = sorted(values, key=lambda each: _distance(each, on))
        else:
            near = list(values)
        first = [] if held is None else [held.value]
        return [*first, *(each for each in near if each not in first)]

    def _is_renewable(self, exprs: Sequence[Expr], variable: Variable) -> bool:
        """Whether a date is compared with the day only. One that is compared with other dates is history."""
        vocabulary = self.goal.closed.ruleset.vocabulary
        name = variable.field or variable.name
        for inner in (inner for expr in exprs for inner in walk(expr)):
            looked_at = [each for each in terms(inner) if isinstance(each, Fact | Field)]
            for each in looked_at if name in {one.name for one in looked_at} else ():
                if isinstance(each, Fact):
                    kind = vocabulary.scalars[each.name].type
                else:
                    kind = vocabulary.collections[each.collection].fields[each.name].type
                if each.name != name and kind is FactType.DATE:
                    return False
        return True

    # Whether changes are enough

    def enough(self, names: Collection[str], also: Collection[int] = ()) -> dict[Variable, Setting] | None:
        """Return changes to these facts and collections with which the goal is met, None when there are none.

        `also` are gates to be met besides. UnsettledError when there are too many choices.
        """
        free = [each for each in self.variables(names) if self.options(each)]
        search = _Search(self, free, frozenset(also))
        return search.found()


def _distance(value: Value, on: datetime.date) -> tuple[bool, bool, int]:
    """Today first, then the days to come, then those past, none at last."""
    if value is NONE or not isinstance(value, datetime.date):
        return True, True, 0
    return False, value < on, abs((value - on).days)


class _Search:
    def __init__(self, changing: Changing, free: list[Variable], also: frozenset[int]) -> None:
        self.changing, self.also = changing, also
        self.goal = changing.goal
        self.options = {each: changing.options(each) for each in free}
        self.branches = 0
        # What there is least to choose from comes first.
        self.free = sorted(free, key=lambda each: (each.place is not None, len(self.options[each])))
        touched = {gate for each in free for gate in changing.gates_of[each]}
        self.joint = [gate for gate in touched if changing.owner(gate) not in self.options]
        self.fixed = changing.given_true - touched

    def found(self) -> dict[Variable, Setting] | None:
        chosen = self.search({}, self.free)
        return None if chosen is None else {each: option.value for each, option in chosen.items()}

    def met(self, chosen: Mapping[Variable, Option], left: Collection[Variable]) -> list[bool]:
        """Which gates could be met, each test by itself taken as well as what is still open allows."""
        true = set(self.fixed)
        for option in chosen.values():
            true |= option.true
        for variable in left:
            for option in self.options[variable]:
                true |= option.true
        state = {each: option.value for each, option in chosen.items()}
        open_ = set(left)
        for gate in self.joint:
            reads = self.goal.reads[self.goal.literals[gate][0]]
            if not open_.isdisjoint(reads) or self.changing.is_true(gate, state):
                true.add(gate)
        return self.goal.all_met(true)

    def unmet(self, met: Sequence[bool]) -> int | None:
        """The first gate asked for that is not met."""
        return next((gate for gate in (self.goal.root, *self.also) if not met[gate]), None)

    def search(
        self, chosen: Mapping[Variable, Option], left: list[Variable]
    ) -> Mapping[Variable, Option] | None:
        self.branches += 1
        if self.branches > MOST_BRANCHES:
            raise UnsettledError
        # Of what can only be one thing there is nothing to choose.
        chosen = {**chosen, **{each: self.options[each][0] for each in left if len(self.options[each]) == 1}}
        left = [each for each in left if len(self.options[each]) > 1]
        possible = self.met(chosen, left)
        if self.unmet(possible) is not None:
            return None
        plain = {**chosen, **{each: self.options[each][0] for each in left}}
        met = self.met(plain, ())
        gate = self.unmet(met)
        if gate is None:
            return plain
        literal = self.short(gate, met, possible)
        variable = self.behind(literal, left)
        rest = [each for each in left if each != variable]
        # Options are in the order of preference; those that help here come first.
        for option in sorted(self.options[variable], key=lambda each: literal not in each.true):
            found = self.search({**chosen, variable: option}, rest)
            if found is not None:
                return found
        return None

    def short(self, gate: int, met: Sequence[bool], possible: Sequence[bool]) -> int:
        """A test for want of which a gate is not met as things are chosen, and that could be."""
        while self.goal.gates[gate][1]:
            gate = next(each for each in self.goal.gates[gate][1] if possible[each] and not met[each])
        return gate

    def behind(self, literal: int, left: Sequence[Variable]) -> Variable:
        owner = self.changing.owner(literal)
        if owner is not None and owner in left:
            return owner
        reads = self.goal.reads[self.goal.literals[literal][0]]
        return next(each for each in left if each in reads)

"""What can be changed about a subject, to what, and whether some changes are enough.

A goal is a circuit over tests. A variable (a fact, a field of a record, whether there is a further record) has the
values that make a difference to its tests; of two values of which one makes every test come out at least as well
as the other, only the better is tried. So mostly there is one value to try for each variable, and where there are
several, all are gone through, a bound on what the rest could still do cutting the search short.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

import attrs

from qa_rules.explain.circuits import Keep
from qa_rules.model.expressions import Fact, Field
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.lazy import lazy
from qa_rules.model.values import NONE, Value
from qa_rules.repair import feasible
from qa_rules.repair.feasible import worth_trying
from qa_rules.repair.grounded import Grounded, Standing
from qa_rules.repair.sites import STRONGEST, WHOLE, Setting, Spot, State, Variable, in_order
from qa_rules.semantics.snapshot import Held, HeldRecord, HeldRecords, Known
from qa_rules.semantics.truth import Pair

Looked = tuple[Setting | str | None, ...]
"""What a state has of all that a test looks at, in the order of that."""
_AS_GIVEN = "as given"
_MOST_VALUES = 12


@attrs.frozen
class Masked:
    """Gates that count only as far as what is so already meets them, and what is stated outright."""

    gates: frozenset[int] = frozenset()
    stated: frozenset[str] = frozenset()
    """Keys of which it is stated what they are to become."""


class UnsettledError(Exception):
    """There are too many choices to go through."""


@attrs.frozen
class Option:
    """A value that a variable may take, and the test gates that are then met, of those that look at it alone."""

    value: Setting
    true: frozenset[int]


@attrs.frozen(eq=False)
class Shared:
    """What was worked out of the changes for a goal, whatever is lifted."""

    options: dict[Variable, tuple[Option, ...]] = attrs.field(factory=dict)
    """The options of variables for which nothing is lifted."""
    values: dict[Variable, tuple[tuple[Value, ...], bool]] = attrs.field(factory=dict)
    """The values of variables that make a difference, and whether that is all of them."""
    worth: dict[tuple[int, Looked], Pair] = attrs.field(factory=dict)
    """What tests are worth in states."""


@attrs.frozen(eq=False, slots=False)
class Changing:
    """The changes that there are for a goal."""

    goal: Grounded
    known: Known
    stays: frozenset[str] = frozenset()
    """Facts and collections of which the value stays: they may be learned or better backed, a list not even that."""
    lifted: frozenset[Variable] = frozenset()
    """What may become anything, as if nothing forbade it: to see what stands in the way."""
    is_evading: bool = False
    """Whether what is lifted may also be changed so that something is not asked any more."""
    cut: set[Variable] = attrs.field(factory=set)
    """Variables of which not every value that may make a difference was looked at."""
    inexact: set[Variable] = attrs.field(factory=set)
    """Variables of which only some of many sets are looked at. It does not matter where one of them does for all."""
    spent: Counter[str] = attrs.field(factory=Counter)
    """How many choices were gone through."""
    shared: Shared = attrs.field(factory=Shared)

    def lifting(self, lifted: Collection[Variable], is_evading: bool) -> Changing:
        """Return the same with some variables that may become anything, even so that less is asked when evading."""
        return attrs.evolve(self, lifted=frozenset(lifted), is_evading=is_evading, cut=set(self.cut))

    @lazy
    def gates_of(self) -> Mapping[Variable, tuple[int, ...]]:
        """The test gates that look at each variable."""
        found: dict[Variable, list[int]] = {}
        for gate, (test, _, _) in self.goal.literals.items():
            # Sets of names have another order in each process; what is tried first must not.
            for variable in sorted(self.goal.reads[test], key=in_order):
                found.setdefault(variable, []).append(gate)
        return {variable: tuple(gates) for variable, gates in found.items()}

    @lazy
    def given_true(self) -> frozenset[int]:
        """The test gates that are met as things are."""
        return frozenset(gate for gate in self.goal.literals if self.is_true(gate, {}))

    @lazy
    def _as_given(self) -> Standing:
        return self.goal.standing(self.given_true)

    def standing(self) -> Standing:
        """Return which gates are met as things are, to be kept up to date as tests turn."""
        as_given = self._as_given
        return Standing(self.goal, as_given.met.copy(), as_given.counts.copy())

    def turned_by(self, state: State) -> Iterator[tuple[int, bool]]:
        """Yield the test gates that look at what a state changes, and whether they are met in it."""
        seen: set[int] = set()
        for variable in state:
            for gate in self.gates_of.get(variable, ()):
                if gate not in seen:
                    seen.add(gate)
                    yield gate, self.is_true(gate, state)

    @lazy
    def met_already(self) -> Mapping[str, tuple[int, ...]]:
        """The gates of the requirements that the goal asks for and that are satisfied already."""
        goal, met = self.goal, self._as_given.met
        wholes = {name: goal.satisfied.get(name) or gates for name, gates in goal.requirements.items()}
        return {name: whole for name, whole in wholes.items() if all(met[gate] for gate in whole)}

    def is_true(self, gate: int, state: State) -> bool:
        """Whether a test gate is met in a state, and may count."""
        key = gate, self._looked(self.goal.literals[gate][0], state)
        if key not in self._true:
            self._true[key] = self._is_true(gate, key[1], state)
        return self._true[key]

    def _looked(self, test: int, state: State) -> Looked:
        """What a test sees of a state."""
        return tuple([state.get(each, _AS_GIVEN) for each in self.goal.reads[test]])

    @lazy
    def _true(self) -> dict[tuple[int, Looked], bool]:
        return {}

    def _is_true(self, gate: int, looked: Looked, state: State) -> bool:
        test, worth = self.goal.literals[gate][0], self.shared.worth
        if (test, looked) not in worth:
            worth[test, looked] = self.goal.worth(test, self.known, state)
        if not self.goal.is_true(gate, worth[test, looked]):
            return False
        keep = self.goal.keeps[gate]
        if keep is Keep.FREE or self.is_so_already(gate):
            return True
        reads = self.goal.reads[test]
        if not self.lifted.isdisjoint(reads) and (keep is not Keep.STAY or self.is_evading):
            return True
        return keep is Keep.LEARN and not any(self._is_moved(each, state) for each in reads)

    def is_so_already(self, gate: int) -> bool:
        """Whether a test gate is met as things are, if only what is known were well enough backed."""
        if gate not in self._already:
            test = self.goal.literals[gate][0]
            self._already[gate] = self.goal.is_true(gate, self.goal.worth(test, self._backed, {}))
        return self._already[gate]

    @lazy
    def _already(self) -> dict[int, bool]:
        return {}

    @lazy
    def _backed(self) -> Known:
        """The same values, as well backed as can be."""
        return attrs.evolve(
            self.known,
            values={name: backed(each) for name, each in self.known.values.items()},
            collections={
                name: HeldRecords(
                    tuple(
                        HeldRecord({field: backed(held) for field, held in each.fields.items()}, STRONGEST)
                        for each in given.records
                    ),
                    STRONGEST if given.whole else 0,
                )
                for name, given in self.known.collections.items()
            },
        )

    def _is_moved(self, variable: Variable, state: State) -> bool:
        """Whether something known is another in a state."""
        then = state.get(variable)
        held = self.held(variable)
        return isinstance(then, Held) and held is not None and held.value != then.value

    # What a variable may be

    def variables(self, keys: Collection[str]) -> tuple[Variable, ...]:
        """Return the variables that may be changed when facts, lists and fields of some keys may."""
        return tuple(each for each in self.gates_of if each.key in keys or each in self.lifted)

    @lazy
    def _options(self) -> dict[Variable, tuple[Option, ...]]:
        return {}

    def options(self, variable: Variable) -> tuple[Option, ...]:
        """Return what is worth trying for a variable, best first; empty when it cannot be otherwise."""
        if variable not in self._options:
            own = self.shared.options if self.lifted.isdisjoint(self._beside(variable)) else self._options
            if variable not in own:
                own[variable] = tuple(self._worthwhile(variable))
            self._options[variable] = own[variable]
        return self._options[variable]

    def _beside(self, variable: Variable) -> Iterable[Variable]:
        """It and all that the same tests look at."""
        for gate in self.gates_of[variable]:
            yield from self.goal.reads[self.goal.literals[gate][0]]

    def every(self, variable: Variable) -> tuple[Option, ...]:
        """Return what a variable may be: of values that make the same tests count, one."""
        if variable not in self._every:
            own = [gate for gate in self.gates_of[variable] if self.owner(gate) == variable]
            jointly = self._is_jointly(variable)
            tried: dict[tuple[frozenset[int], Setting | None], Option] = {}
            for value in self._settings(variable):
                state: State = {variable: value, **self._there(variable)}
                true = frozenset(gate for gate in own if self.is_true(gate, state))
                tried.setdefault((true, value if jointly else None), Option(value, true))
            self._every[variable] = tuple(tried.values())
        return self._every[variable]

    @lazy
    def _every(self) -> dict[Variable, tuple[Option, ...]]:
        return {}

    def _is_jointly(self, variable: Variable) -> bool:
        """Whether a test looks at it and at others."""
        return any(self.owner(gate) is None for gate in self.gates_of[variable])

    def _worthwhile(self, variable: Variable) -> Iterable[Option]:
        own = [gate for gate in self.gates_of[variable] if self.owner(gate) == variable]
        jointly = self._is_jointly(variable)
        found = list(self.every(variable))
        counting = frozenset(gate for gate in own if self.goal.keeps[gate] is not Keep.STAY)
        if variable in self.inexact and not any(counting <= each.true for each in found):
            self.cut.add(variable)
        if jointly:
            if len(found) > _MOST_VALUES:
                self.cut.add(variable)
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

    @lazy
    def _owners(self) -> dict[int, Variable | None]:
        return {}

    def _can_differ(self, variable: Variable) -> bool:
        """Whether it is more than that there is a record which is given."""
        return variable.place is None or bool(variable.field) or self.is_new(variable)

    def is_new(self, variable: Variable) -> bool:
        """Whether it is at a place where no record is given."""
        return variable.place is not None and variable.place >= self.goal.given[variable.name]

    def _there(self, variable: Variable) -> State:
        """A record that is not given has to be there, and the list to be looked through, to have fields."""
        if variable.place is None or variable.place == WHOLE:
            return {}
        return {Variable(variable.name, WHOLE): True}

    def _settings(self, variable: Variable) -> Iterable[Setting]:
        is_lifted = variable in self.lifted
        stays = variable.name in self.stays and not is_lifted and not self._is_renewable(variable)
        if variable.place is not None and stays:
            return []
        if variable.place == WHOLE:
            return [True]
        if variable.place is not None and not variable.field:
            return [True, False] if self.is_new(variable) else []
        declared, subject = self._about(variable)
        held = self.held(variable)
        if held is not None and (stays or (declared.type is FactType.TEXT and held.value is not NONE)):
            return [backed(held)]
        spots = list(self._tests(variable))
        exprs = [each.expr for each in spots]
        if variable not in self.shared.values:
            found = worth_trying(declared, subject, spots, self.goal, self.known)
            self.shared.values[variable] = found
        values, exact = self.shared.values[variable]
        if not exact:
            self.inexact.add(variable)
        items = self.goal.items.get(variable.name) if variable.place is None else None
        if items is not None:
            values = tuple(each for each in values if not isinstance(each, frozenset) or each <= items)
        on = self.known.on
        if is_lifted or held is None:
            chosen = feasible.learned(values, on, self.is_new(variable) and not is_lifted)
        else:
            vocabulary = self.goal.closed.ruleset.vocabulary
            stays_past = feasible.is_limit(subject, exprs) or (
                bool(variable.field) and feasible.is_history(variable.field, exprs, vocabulary)
            )
            chosen = feasible.changed(declared, values, held.value, on, stays_past)
        return [Held(value, STRONGEST, STRONGEST) for value in chosen]

    def _about(self, variable: Variable) -> tuple[FactDeclaration, Fact | Field]:
        vocabulary = self.goal.closed.ruleset.vocabulary
        if variable.place is None:
            return vocabulary.scalars[variable.name], Fact(variable.name)
        declared = vocabulary.collections[variable.name].fields[variable.field]
        return declared, Field(variable.name, variable.field)

    def _is_renewable(self, variable: Variable) -> bool:
        """Whether it is a day until which something lasts that one is assessed by, as a mark: passed, or not known.

        To renew it, or to find it out, is no other way of assessing.
        """
        ruleset = self.goal.closed.ruleset
        vocabulary, held = ruleset.vocabulary, self.held(variable)
        if (
            not variable.field
            or self.is_new(variable)
            or vocabulary.facts[variable.name].about in ruleset.given
        ):
            return False
        if vocabulary.collections[variable.name].fields[variable.field].type is not FactType.DATE:
            return False
        has_passed = held is None or (isinstance(held.value, datetime.date) and held.value < self.known.on)
        exprs = [each.expr for each in self._tests(variable)]
        return has_passed and not feasible.is_history(variable.field, exprs, vocabulary)

    def held(self, variable: Variable) -> Held | None:
        """Return what is known of a fact or field."""
        if variable.place is None:
            return self.known.values.get(variable.name)
        if not variable.field or self.is_new(variable):
            return None
        return self.goal.record(variable.name, variable.place, self.known, {}).fields.get(variable.field)

    def _tests(self, variable: Variable) -> Iterable[Spot]:
        for gate in self.gates_of[variable]:
            test = self.goal.tests[self.goal.literals[gate][0]]
            if isinstance(test, Spot):
                yield test

    # Whether changes are enough

    def is_met(self, state: State) -> bool:
        """Whether the goal is met in a state."""
        standing = self._as_given
        back = [
            (gate, not is_met) for gate, is_met in [*self.turned_by(state)] if standing.turn(gate, is_met)
        ]
        is_reached = standing.met[self.goal.root]
        for gate, was_met in back:
            standing.turn(gate, was_met)
        return is_reached

    def true_in(self, state: State) -> set[int]:
        """Return the test gates that are met in a state."""
        true = set(self.given_true)
        for gate, is_met in self.turned_by(state):
            (true.add if is_met else true.discard)(gate)
        return true

    def met(self, true: Collection[int], masked: Masked | None = None) -> list[bool]:
        """Return which gates are met when these test gates are; those masked only as far as they may count."""
        if masked is None or not masked.gates:
            return self.goal.all_met(true)
        if not masked.stated:
            return self.goal.all_met(true, masked.gates)
        stated = {gate for each in self.gates_of if each.key in masked.stated for gate in self.gates_of[each]}
        plain = self.goal.all_met({*true} & (self.given_true | stated))
        return self.goal.all_met(true, {gate for gate in masked.gates if not plain[gate]})


def backed(held: Held) -> Held:
    """Return a value as well backed as can be."""
    return Held(held.value, STRONGEST, STRONGEST if held.whole else 0)

"""What follows when some things are put right, however little is done: what is then met without being asked for.

Whoever is told to review once a year need not review each quarter; whoever reviews each quarter reviews once a year. A
way to meet some gates is followed test by test, and the gate that is to follow looked at where they are first met.
Nothing is lost on the way that it has already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import assert_never

import attrs

from qa_rules.explain.circuits import Kind
from qa_rules.repair.edits import Changing, UnsettledError
from qa_rules.repair.grounded import Grounded, Standing
from qa_rules.repair.sites import Setting, State, Variable

MOST_WAYS = 300
"""How many states are looked at before something is taken not to follow."""
MOST_TOGETHER = 60
"""How many sets of steps are tried together."""


@attrs.frozen
class Implying:
    """The sets of steps from which something follows."""

    sets: tuple[frozenset[str], ...] = ()
    """The smallest ones."""
    doubtful: tuple[frozenset[str], ...] = ()
    """Sets from which it may follow or not: there was too much to look at. An empty one stands for any further set."""


def implied(
    changing: Changing, wanted: Collection[int], steps: Mapping[str, tuple[frozenset[str], tuple[int, ...]]]
) -> Implying:
    """Return the smallest sets of steps from which the wanted gates follow.

    A step is given with the keys that it may change and the gates that it meets. Those that touch nothing of what is
    short may still cut off ways in which others are done, so all are looked at that hang together with it.
    """
    inside = cone(changing, wanted)
    short = {
        each.key
        for gate in inside
        if gate in changing.goal.literals and gate not in changing.given_true
        for each in _read(changing, gate)
    }
    changed = frozenset[str]().union(*(keys for keys, _ in steps.values()))
    turning = {name: keys | looked_at(changing, gates) & changed for name, (keys, gates) in steps.items()}
    near = hanging_together(short, turning)
    if not _can_follow(changing, wanted, inside, frozenset[str]().union(*(steps[each][0] for each in near))):
        return Implying()
    doubtful: list[frozenset[str]] = []

    def follows(names: frozenset[str]) -> bool | None:
        keys = frozenset[str]().union(*(steps[each][0] for each in names))
        asked = tuple(gate for each in names for gate in steps[each][1])
        try:
            return Ways(changing, keys, asked, wanted).follow()
        except UnsettledError:
            doubtful.append(names)
            return None

    if follows(frozenset(near)) is False:
        return Implying()
    found: list[frozenset[str]] = []
    tries = MOST_TOGETHER
    for size in range(1, len(near) + 1):
        for names in map(frozenset, combinations(near, size)):
            if any(each <= names for each in found):
                continue
            tries -= 1
            if tries < 0:
                return Implying(tuple(found), (*doubtful, frozenset()))
            if follows(names):
                found.append(names)
    return Implying(tuple(found), tuple(doubtful))


def choices_outside(goal: Grounded, short: frozenset[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield each gate that one of several things meets, all outside requirements and seen by that gate alone.

    With it those tests inside that fall short. That it follows from a step is enough, whichever of them the step meets.
    """
    parents = Counter(inside for _, parts, _ in goal.gates for inside in parts)
    whole: dict[int, frozenset[int]] = {}
    for at, (kind, parts, _) in enumerate(goal.gates):
        if at in goal.outside:
            whole[at] = frozenset({at})
        elif parts and all(each in whole and parents[each] == 1 for each in parts):
            whole[at] = frozenset[int]().union(*(whole[each] for each in parts))
            if kind is Kind.ANY and len(whole[at] & short) > 1:
                yield at, tuple(sorted(whole[at] & short))


def looked_at(changing: Changing, gates: Collection[int]) -> frozenset[str]:
    """Return the keys of all on which some gates turn."""
    return frozenset(each.key for gate in gates for each in changing.goal.reads_inside[gate])


def hanging_together(keys: Collection[str], steps: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the steps that have some of these keys, then those that share some with them, and so on."""
    found: list[str] = []
    reached = set(keys)
    while more := [name for name, own in steps.items() if name not in found and not own.isdisjoint(reached)]:
        found += more
        reached.update(*(steps[each] for each in more))
    return found


def _can_follow(
    changing: Changing, wanted: Collection[int], inside: list[int], keys: Collection[str]
) -> bool:
    """Whether changing what has these keys could meet the wanted gates at all, each test taken by itself."""
    found: dict[int, bool] = {}
    for gate in inside:
        if gate not in changing.goal.literals or gate in changing.given_true:
            found[gate] = gate in changing.given_true
            continue
        free = [each for each in _read(changing, gate) if each.key in keys]
        owner = changing.owner(gate)
        if owner is None:
            found[gate] = bool(free)
        else:
            found[gate] = owner in free and any(gate in each.true for each in changing.every(owner))
    met = _met(changing, inside, found)
    return all(met[each] for each in wanted)


def _met(changing: Changing, inside: list[int], tests: Mapping[int, bool]) -> Mapping[int, bool]:
    """Which of some gates are met, given which tests are."""
    found: dict[int, bool] = {}
    is_met = found.__getitem__
    for at in inside:
        kind, parts, number = changing.goal.gates[at]
        match kind:
            case Kind.TEST:
                found[at] = tests[at]
            case Kind.ALL:
                found[at] = all(map(is_met, parts))
            case Kind.ANY:
                found[at] = any(map(is_met, parts))
            case Kind.AT_LEAST:
                found[at] = sum(map(is_met, parts)) >= number
            case _:
                assert_never(kind)
    return found


def cone(changing: Changing, gates: Collection[int]) -> list[int]:
    """Return some gates and all inside them, those inside first."""
    found: set[int] = set()
    left = list(gates)
    while left:
        gate = left.pop()
        if gate not in found:
            found.add(gate)
            left += changing.goal.gates[gate][1]
    return sorted(found)


def _read(changing: Changing, gate: int) -> frozenset[Variable]:
    literal = changing.goal.literals.get(gate)
    return frozenset() if literal is None else changing.goal.reads[literal[0]]


class Ways:
    """The ways to meet some gates by changing what has some keys."""

    changing: Changing
    asked: Collection[int]
    then: Collection[int]

    def __init__(
        self, changing: Changing, keys: Collection[str], asked: Collection[int], then: Collection[int]
    ) -> None:
        self.changing, self.asked, self.then = changing, asked, then
        self.free: set[Variable] = {
            each for gate in (*asked, *then) for each in changing.goal.reads_inside[gate] if each.key in keys
        }
        self.kept: frozenset[int] = frozenset(
            gate
            for gate in cone(changing, then)
            if gate in changing.goal.literals and gate in changing.given_true
        )
        self.held: list[int] = self._held()
        self.standing: Standing = changing.standing()
        self.left: int = MOST_WAYS
        self.seen: set[frozenset[tuple[Variable, Setting | None]]] = set()
        """States that were looked at already: it does not matter in which order one came to them."""
        self.some: bool = False

    def _held(self) -> list[int]:
        """Requirements of the goal that are met already, and that a change here could take away."""
        looked_at = self.changing.goal.reads_inside
        return [
            gate
            for gates in self.changing.met_already.values()
            for gate in gates
            if not self.free.isdisjoint(looked_at[gate])
        ]

    def follow(self) -> bool | None:
        """Whether what is to follow does; None when there is no way at all. UnsettledError: too many to look at."""
        escapes = self._escapes({})
        return False if escapes else True if self.some else None

    def _escapes(self, state: State) -> bool:
        """Whether some way on from a state meets all that is asked, and not what is to follow."""
        here = frozenset(state.items())
        if here in self.seen:
            return False
        self.seen.add(here)
        self.left -= 1
        if self.left < 0:
            raise UnsettledError
        met = self.standing.met
        follows = all(met[each] for each in self.then)
        short = next((each for each in self.asked if not met[each]), None)
        if short is None:
            if not all(met[each] for each in self.held):
                return False
            self.some = True
            return not follows
        if follows and self.some:
            return False
        return any(self._goes_on(state, *move) for move in self._moves(short, state))

    def _goes_on(self, state: State, variable: Variable, value: Setting | None) -> bool:
        """Whether one more change is on such a way."""
        further: State = {**state, variable: value}
        turned = [(gate, self.changing.is_true(gate, further)) for gate in self.changing.gates_of[variable]]
        if any(gate in self.kept and not is_met for gate, is_met in turned):
            return False
        back = [(gate, not is_met) for gate, is_met in turned if self.standing.turn(gate, is_met)]
        escapes = self._escapes(further)
        for gate, was_met in back:
            self.standing.turn(gate, was_met)
        return escapes

    def _moves(self, gate: int, state: State) -> Iterator[tuple[Variable, Setting | None]]:
        """What can be done towards a gate, the least first."""
        met = self.standing.met
        kind, inside, _ = self.changing.goal.gates[gate]
        if kind is not Kind.TEST:
            short = [each for each in inside if not met[each]]
            for each in short[:1] if kind is Kind.ALL else short:
                yield from self._moves(each, state)
            return
        owner = self.changing.owner(gate)
        # Of a new record it is not enough that it has a field: it has to be there, which is a test by itself.
        for variable in sorted(self.free.intersection(_read(self.changing, gate)), key=_order):
            if variable in state or self._is_out_of_turn(variable, state):
                continue
            for option in sorted(self.changing.every(variable), key=lambda each: len(each.true)):
                if owner != variable or gate in option.true:
                    yield variable, option.value

    def _is_out_of_turn(self, variable: Variable, state: State) -> bool:
        """Of records that are new one is as good as another, so they come one after the other."""
        if variable.place is None or not self.changing.is_new(variable):
            return False
        before = variable.place - 1
        if before < self.changing.goal.given[variable.name]:
            return False
        return not any(each.name == variable.name and each.place == before for each in state)


def _order(variable: Variable) -> tuple[str, int, str]:
    return variable.name, -1 if variable.place is None else variable.place, variable.field

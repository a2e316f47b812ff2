"""Whether some changes are enough: a search that a bound on the rest cuts short."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice, product

import attrs

from qa_rules.repair.edits import Changing, Masked, Option, UnsettledError
from qa_rules.repair.sites import NEW, WHOLE, Setting, Variable

MOST_BRANCHES = 1_000
"""How many choices of values are gone through before it is left unsettled whether any is enough."""
MOST_KINDS = 200
"""How many kinds of new records are tried."""
MOST_IN_ALL = 10_000
"""How many for all the questions about one goal together."""


def enough(
    changing: Changing,
    keys: Collection[str],
    also: Collection[int] = (),
    masked: Masked | None = None,
) -> dict[Variable, Setting] | None:
    """Return changes to these facts, lists and fields with which the goal is met, None when there are none.

    `also` are gates to be met besides, and `masked` those that do not count. UnsettledError when there are too many
    choices, or none was found and not all were looked at.
    """
    free = [each for each in changing.variables(keys) if changing.options(each)]
    search = _Search(changing, free, frozenset(also), masked or Masked())
    crowded = any(each.name in changing.goal.crowded for each in free)
    # With places for many there is too much to go through, and most often records of one kind will do.
    found = search.alike() if crowded and changing.goal.new > NEW[0] else None
    try:
        found = found or search.found()
    except UnsettledError:
        found = search.alike() if crowded and changing.goal.new == NEW[0] else None
        if found is None:
            raise
    if found is None and (crowded or not changing.cut.isdisjoint(free)):
        raise UnsettledError
    return found


class _Search:
    def __init__(
        self, changing: Changing, free: list[Variable], also: frozenset[int], masked: Masked
    ) -> None:
        self.changing, self.also, self.masked = changing, also, masked.gates
        self.goal = changing.goal
        self.options = {each: changing.options(each) for each in free}
        self.branches = 0
        # What there is least to choose from comes first.
        self.free = sorted(free, key=lambda each: (each.place is not None, len(self.options[each])))
        touched = {gate for each in free for gate in changing.gates_of[each]}
        self.joint = [gate for gate in touched if changing.owner(gate) not in self.options]
        self.fixed = changing.given_true - touched
        stated = {gate for each in free if each.key in masked.stated for gate in changing.gates_of[each]}
        self.plain = (changing.given_true | stated) if stated else None

    def found(self) -> dict[Variable, Setting] | None:
        chosen = self.search({}, self.free)
        return None if chosen is None else {each: option.value for each, option in chosen.items()}

    def alike(self) -> dict[Variable, Setting] | None:
        """What is enough with as many new records as there are places for, all of one kind; the rest as it is best.

        What of it is not needed is dropped afterwards.
        """
        for name in sorted(self.goal.crowded):
            first, places = (
                self.goal.given[name],
                range(self.goal.given[name], self.goal.given[name] + self.goal.new),
            )
            kinds = [each for each in self.free if each.name == name and each.place in (first, WHOLE)]
            for options in islice(product(*(self.options[each] for each in kinds)), MOST_KINDS):
                chosen = {each: self.options[each][0] for each in self.free}
                for variable, option in zip(kinds, options, strict=True):
                    for place in (WHOLE,) if variable.place == WHOLE else places:
                        there = attrs.evolve(variable, place=place)
                        same = [each for each in self.options.get(there, ()) if each.value == option.value]
                        if same:
                            chosen[there] = same[0]
                if self.unmet(self.met(chosen, ())) is None:
                    return {each: option.value for each, option in chosen.items()}
        return None

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
        if not self.masked or self.plain is None:
            return self.goal.all_met(true, self.masked)
        plain = self.goal.all_met(true & self.plain)
        return self.goal.all_met(true, {gate for gate in self.masked if not plain[gate]})

    def unmet(self, met: Sequence[bool]) -> int | None:
        """The first gate asked for that is not met."""
        return next((gate for gate in (self.goal.root, *self.also) if not met[gate]), None)

    def search(
        self, chosen: Mapping[Variable, Option], left: list[Variable]
    ) -> Mapping[Variable, Option] | None:
        self.branches += 1
        self.changing.spent["choices"] += 1
        if (
            self.branches > MOST_BRANCHES * NEW[0] // self.goal.new
            or self.changing.spent["choices"] > MOST_IN_ALL
        ):
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

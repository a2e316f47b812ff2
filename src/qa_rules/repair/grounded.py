"""A circuit unrolled over records: what each of its tests looks at, and what it is worth when something is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

from qa_rules.explain.circuits import Keep, Kind, Nodes, View
from qa_rules.model.lazy import lazy
from qa_rules.program.bind import ClosedRuleset
from qa_rules.repair.sites import (
    STRONGEST,
    WHOLE,
    Spot,
    State,
    Test,
    There,
    Variable,
    Whole,
)
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import NO_RECORDS, Held, HeldRecord, HeldRecords, Known
from qa_rules.semantics.truth import Pair


@attrs.frozen(eq=False)
class Standing:
    """Which gates are met, kept up to date as tests turn: only the gates above a test that turns are looked at.

    Each gate keeps how many of its parts are met (counters, as for pseudo-Boolean constraints).
    """

    goal: Grounded
    met: list[bool]
    counts: list[int]

    def turn(self, gate: int, is_met: bool) -> bool:
        """Set a test gate, and return whether that was a change."""
        met, counts, parents, needs = self.met, self.counts, self.goal.parents, self.goal.needs
        if met[gate] == is_met:
            return False
        met[gate] = is_met
        left, more = [gate], 1 if is_met else -1
        while left:
            for each in parents[left.pop()]:
                counts[each] += more
                if met[each] != (counts[each] >= needs[each]):
                    met[each] = is_met
                    left.append(each)
        return True


@attrs.frozen(eq=False)
class Grounded:
    """A circuit with one root over tests at places."""

    closed: ClosedRuleset
    gates: tuple[tuple[Kind, tuple[int, ...], int], ...]
    """What each gate does, with what, and how many."""
    literals: Mapping[int, tuple[int, View, bool]]
    """Of each gate that is a test: the test, how it is asked about, and whether it is wanted to hold."""
    root: int
    tests: tuple[Test, ...]
    reads: tuple[frozenset[Variable], ...]
    """What each test looks at."""
    given: Mapping[str, int]
    """How many records each list has; the places beyond are empty."""
    keeps: Mapping[int, Keep]
    """Of each gate that is a test: whether what it looks at may be changed for its sake."""
    requirements: Mapping[str, tuple[int, ...]]
    """The gates that ask for a requirement to be satisfied, or to be met."""
    satisfied: Mapping[str, tuple[int, ...]]
    """Those that ask for it to be satisfied."""
    direct: frozenset[int]
    """Tests that stand outside any requirement."""
    outside: Mapping[int, int]
    """The gates that ask for one of those, with its test."""
    crowded: frozenset[str]
    """Lists of which it may take more new records than there are places for."""
    items: Mapping[str, frozenset[str]]
    """Of a fact that records cover together: the items that were written out. It may have no others."""
    new: int
    """How many empty places each list has."""

    @lazy
    def reads_inside(self) -> tuple[frozenset[Variable], ...]:
        """What each gate looks at, and all inside it. What is inside a gate comes before it."""
        found: list[frozenset[Variable]] = []
        for at, (_, inside, _) in enumerate(self.gates):
            own = self.reads[self.literals[at][0]] if at in self.literals else frozenset[Variable]()
            found.append(own.union(*(found[each] for each in inside)))
        return tuple(found)

    @lazy
    def parents(self) -> tuple[tuple[int, ...], ...]:
        """The gates that each gate is part of; twice where it is twice a part."""
        found: list[list[int]] = [[] for _ in self.gates]
        for at, (_, inside, _) in enumerate(self.gates):
            for each in inside:
                found[each].append(at)
        return tuple(tuple(each) for each in found)

    @lazy
    def needs(self) -> tuple[int, ...]:
        """How many of its parts each gate needs; a test has none, and is set."""
        least = {Kind.TEST: 1, Kind.ANY: 1}
        return tuple(
            least.get(kind, len(inside) if kind is Kind.ALL else count) for kind, inside, count in self.gates
        )

    def all_met(self, true: Collection[int], masked: Collection[int] = ()) -> list[bool]:
        """Return which gates are met when these test gates are, and no others. Those masked are taken not to be."""
        found: list[bool] = []
        is_met = found.__getitem__
        for at, (kind, inside, count) in enumerate(self.gates):
            if at in masked:
                found.append(False)
            elif kind is Kind.TEST:
                found.append(at in true)
            elif kind is Kind.ALL:
                found.append(all(map(is_met, inside)))
            elif kind is Kind.ANY:
                found.append(any(map(is_met, inside)))
            else:
                found.append(sum(map(is_met, inside)) >= count)
        return found

    def standing(self, true: Collection[int]) -> Standing:
        """Return which gates are met when these test gates are, to be kept up to date."""
        met = self.all_met(true)
        return Standing(self, met, [sum(map(met.__getitem__, inside)) for _, inside, _ in self.gates])

    def is_true(self, gate: int, pair: Pair) -> bool:
        """Whether a test gate is met when its test is worth so much."""
        _, view, wanted = self.literals[gate]
        return pair[0] >= view.met if wanted else pair[1] >= view.not_met

    def worth(self, at: int, known: Known, state: State) -> Pair:
        """Return what a test is worth in a state."""
        match self.tests[at]:
            case Whole(collection):
                return self.records(collection, known, state).whole, 0
            case There(collection, place):
                if place >= self.given[collection]:
                    return (STRONGEST, 0) if state.get(Variable(collection, place)) else (0, STRONGEST)
                if state.get(Variable(collection, WHOLE)):
                    return STRONGEST, 0
                return self.record(collection, place, known, {}).strength, 0
            case Spot(expr, collection, place):
                record = self.record(collection, place, known, state) if collection else None
                then = self.changed(known, state, at)
                return evaluate(expr, then, Nodes(self.closed, then), record)

    def changed(self, known: Known, state: State, at: int) -> Known:
        """Return what is known in a state, as far as a test looks at it."""
        moved = [each for each in self.reads[at] if each in state]
        if not moved:
            return known
        values, collections = dict(known.values), dict(known.collections)
        for variable in moved:
            if variable.place is None:
                held = state[variable]
                values.pop(variable.name, None)
                if isinstance(held, Held):
                    values[variable.name] = held
            else:
                collections[variable.name] = self.records(variable.name, known, state)
        return attrs.evolve(known, values=values, collections=collections)

    def record(self, collection: str, place: int, known: Known, state: State) -> HeldRecord:
        """Return the record at a place in a state."""
        records = known.collections.get(collection, NO_RECORDS).records
        base = records[place] if place < len(records) else HeldRecord({}, STRONGEST)
        fields = dict(base.fields)
        for field in self.closed.ruleset.vocabulary.collections[collection].fields if state else ():
            variable = Variable(collection, place, field)
            if variable in state:
                held = state[variable]
                fields.pop(field, None)
                if isinstance(held, Held):
                    fields[field] = held
        return HeldRecord(fields, max([base.strength, *(each.strength for each in fields.values())]))

    def records(self, collection: str, known: Known, state: State) -> HeldRecords:
        """Return a list in a state."""
        if not state.get(Variable(collection, WHOLE)):
            return known.collections.get(collection, NO_RECORDS)
        records = tuple(
            self.record(collection, place, known, state)._replace(strength=STRONGEST)
            for place in range(self.given[collection] + self.new)
            if place < self.given[collection] or state.get(Variable(collection, place))
        )
        return HeldRecords(records, STRONGEST)

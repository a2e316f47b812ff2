"""What is still unknown and matters: the facts in some minimal way of settling a target.

A *completion* gives values, fully backed, to facts that are not known (or not well enough), and leaves what is known
as it is. It settles the target when no longer anything that could be learned keeps it open; it is *minimal* when
it no longer settles once any fact is left out of it. A fact *matters* when it is in some minimal completion: then
there is a situation in which everything else of use is known and this fact alone is still needed. Facts that no
minimal completion has can be left unknown for ever.

The sets are worked out gate by gate, from the tests up. Alternatives that share no fact never get in each other's
way, so only those that share facts are multiplied out. Two abstractions are made and owned up to (`exact`): a test
of a collection, or of two unknown facts at once, is taken to come out either way whatever the others do; and where
multiplying out would take too long, every fact on an open path counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import combinations

import attrs

from qa_rules.explain.circuits import MET, NOT_MET, OPEN, Circuit, Gate, Kind
from qa_rules.explain.critical_values import candidates
from qa_rules.model.expressions import Fact, OverRecords
from qa_rules.model.values import Value
from qa_rules.semantics.snapshot import Held, Known
from qa_rules.semantics.truth import Pair

MOST_SETS = 500
"""How many sets a gate may have before it is bounded instead."""
STRONGEST = 3

Choice = tuple[str, int]
"""A fact, or a test on its own, and which of the outcomes that it can have."""
Way = frozenset[Choice]
Ways = frozenset[Way]

_NEVER: Ways = frozenset()
_ALREADY: Ways = frozenset([frozenset()])


class _TooManyError(Exception):
    """Multiplying out would take too long."""


@attrs.frozen
class Mattering:
    """The facts that matter for a target."""

    facts: tuple[str, ...]
    exact: bool
    """Whether these are just the facts that matter; else none is missing, but some may not matter after all."""


def mattering(circuit: Circuit, known: Known) -> Mattering:
    """Return the facts that are in some minimal completion that settles one of the circuit's roots.

    The roots are taken as ways that exclude each other.
    """
    work = _Completions(circuit, known)
    found: set[str] = set()
    exact = True
    for root in circuit.roots:
        try:
            units = work.members(root)
        except _TooManyError:
            units, exact = work.support(root), False
        found.update(fact for unit in units for fact in work.facts(unit))
        exact = exact and not (units & work.vague)
    return Mattering(tuple(sorted(found)), exact)


class _Completions:
    def __init__(self, circuit: Circuit, known: Known) -> None:
        self.circuit, self.known = circuit, known
        self.pairs = circuit.pairs(known)
        self.values = circuit.values(self.pairs)
        self.open: dict[int, tuple[str, ...]] = {}
        for gate in circuit.gates:
            if gate.kind is Kind.TEST and self.values_of(gate) == OPEN:
                asked = max(gate.view.met, gate.view.not_met)
                here = circuit.still_open(gate.test, known, asked)
                self.open[gate.test] = tuple(dict.fromkeys((*self.open.get(gate.test, ()), *here)))
        self.vague: set[str] = set()
        self.worths: dict[str, dict[int, list[Pair]]] = {}
        self._divide()
        self.made: dict[int, Ways] = {}
        self.supports: dict[int, frozenset[str]] = {}
        self.member: dict[int, frozenset[str]] = {}

    def values_of(self, gate: Gate) -> int:
        t, f = self.pairs[gate.test]
        return MET if t >= gate.view.met else NOT_MET if f >= gate.view.not_met else OPEN

    # Units: facts whose values are told apart, and tests that stand alone

    def _divide(self) -> None:
        alone: dict[str, list[int]] = {}
        for test, facts in self.open.items():
            expr = self.circuit.tests[test]
            single = len(facts) == 1 and not isinstance(expr, OverRecords)
            if single and facts[0] not in self.known.collections and facts[0] in self._scalars:
                alone.setdefault(facts[0], []).append(test)
        for fact, tests in alone.items():
            worths, certain = self._worths(fact, tests)
            self.worths[fact] = worths
            if not certain:
                self.vague.add(fact)
        lone = [test for test, facts in self.open.items() if facts and not self._own(test)]
        for test in lone:
            shared = any(
                set(self.open[test]) & set(facts) for other, facts in self.open.items() if other != test
            )
            if shared:
                self.vague.add(_unit(test))

    @property
    def _scalars(self) -> Iterable[str]:
        return self.circuit.closed.ruleset.vocabulary.scalars

    def _own(self, test: int) -> str | None:
        """The fact whose values settle this test alone."""
        facts = self.open.get(test, ())
        return facts[0] if len(facts) == 1 and test in self.worths.get(facts[0], {}) else None

    def _worths(self, fact: str, tests: Sequence[int]) -> tuple[dict[int, list[Pair]], bool]:
        """What each test is worth for each kind of value that the fact may have, and whether these are all."""
        declared = self.circuit.closed.ruleset.vocabulary.scalars[fact]
        held = self.known.values.get(fact)
        values: Sequence[Value]
        if held is None:
            values, certain = candidates(declared, Fact(fact), self.circuit.within(tests), self.known)
        elif isinstance(held.value, frozenset) and held.whole < held.strength:
            more = frozenset(declared.options)
            values, certain = [held.value, held.value | more], not more
        else:
            values, certain = [held.value], True
        kinds: dict[tuple[Pair, ...], None] = {}
        for value in values:
            known = self._with(fact, Held(value, STRONGEST, STRONGEST))
            kinds.setdefault(self.circuit.worth(tests, known))
        return {test: [worth[at] for worth in kinds] for at, test in enumerate(tests)}, certain

    def _with(self, fact: str, held: Held) -> Known:
        return attrs.evolve(self.known, values={**self.known.values, fact: held})

    def facts(self, unit: str) -> tuple[str, ...]:
        """The facts behind a unit."""
        return self.open[int(unit[1:])] if unit.startswith("#") else (unit,)

    # Ways to make a gate met

    def ways(self, at: int) -> Ways:
        """All minimal ways to make a gate met."""
        if at not in self.made:
            self.made[at] = self._ways(at)
        return self.made[at]

    def _ways(self, at: int) -> Ways:
        gate, value = self.circuit.gates[at], self.values[at]
        if value == MET:
            return _ALREADY
        if value == NOT_MET:
            return _NEVER
        match gate.kind:
            case Kind.TEST:
                return self._ways_of_test(gate)
            case Kind.ALL:
                return self._all(gate.inside)
            case Kind.ANY:
                return _least(way for inside in gate.inside for way in self.ways(inside))
            case Kind.AT_LEAST:
                return _least(
                    way for some in combinations(gate.inside, gate.count) for way in self._all(some)
                )

    def _ways_of_test(self, gate: Gate) -> Ways:
        own = self._own(gate.test)
        if own is None:
            if not self.open.get(gate.test):
                return _NEVER
            return frozenset([frozenset([(_unit(gate.test), int(gate.positive))])])
        asked = gate.view.met if gate.positive else gate.view.not_met
        side = 0 if gate.positive else 1
        worths = self.worths[own][gate.test]
        return frozenset(frozenset([(own, at)]) for at, worth in enumerate(worths) if worth[side] >= asked)

    def _all(self, gates: Iterable[int]) -> Ways:
        return reduce(_both, map(self.ways, gates), _ALREADY)

    # What is in some minimal way, without multiplying out what shares nothing

    def support(self, at: int) -> frozenset[str]:
        """All units on open paths to a gate that could be made met."""
        if at not in self.supports:
            gate = self.circuit.gates[at]
            found: frozenset[str] = frozenset()
            if self.values[at] == OPEN:
                if gate.kind is Kind.TEST:
                    found = frozenset(unit for way in self._ways_of_test(gate) for unit, _ in way)
                else:
                    found = found.union(*map(self.support, gate.inside))
            self.supports[at] = found
        return self.supports[at]

    def members(self, at: int) -> frozenset[str]:
        """The units in some minimal way to make a gate met; none when there is no way or it is met already."""
        if at not in self.member:
            self.member[at] = self._members(at)
        return self.member[at]

    def _members(self, at: int) -> frozenset[str]:
        gate = self.circuit.gates[at]
        if self.values[at] != OPEN or gate.kind is Kind.TEST:
            return _units(self.ways(at))
        inside = [each for each in gate.inside if self.values[each] == OPEN]
        clusters = self._clusters(inside)
        if gate.kind is Kind.AT_LEAST and len(clusters) < len(inside):
            return _units(self.ways(at))
        found: list[frozenset[str]] = []
        for cluster in clusters:
            if len(cluster) == 1:
                units = self.members(cluster[0])
            elif gate.kind is Kind.ALL:
                units = _units(self._all(cluster))
            else:
                units = _units(_least(way for each in cluster for way in self.ways(each)))
            found.append(units)
        # An open gate without units can never be met.
        if gate.kind is Kind.ALL and not all(found):
            return frozenset()
        if gate.kind is Kind.AT_LEAST:
            met = sum(self.values[each] == MET for each in gate.inside)
            if sum(map(bool, found)) < gate.count - met:
                return frozenset()
        return frozenset[str]().union(*found)

    def _clusters(self, gates: Sequence[int]) -> list[list[int]]:
        """Gates put together that share units, directly or by way of others."""
        clusters: list[tuple[frozenset[str], list[int]]] = []
        for at in gates:
            units, members = self.support(at), [at]
            apart = []
            for others, inside in clusters:
                if others & units:
                    units, members = units | others, [*inside, *members]
                else:
                    apart.append((others, inside))
            clusters = [*apart, (units, members)]
        return [members for _, members in clusters]


def _unit(test: int) -> str:
    return f"#{test}"


def _units(ways: Ways) -> frozenset[str]:
    return frozenset(unit for way in ways for unit, _ in way)


def _both(one: Ways, other: Ways) -> Ways:
    if len(one) * len(other) > MOST_SETS * 20:
        raise _TooManyError
    return _least(joined for first in one for second in other for joined in _joined(first, second))


def _joined(first: Way, second: Way) -> Iterator[Way]:
    """Both ways together, unless a fact would have to be two things."""
    way = first | second
    if len({unit for unit, _ in way}) == len(way):
        yield way


def _least(ways: Iterable[Way]) -> Ways:
    """The ways of which no other is a part."""
    kept: list[Way] = []
    for way in sorted(set(ways), key=len):
        if not any(other <= way for other in kept):
            kept.append(way)
        if len(kept) > MOST_SETS:
            raise _TooManyError
    return frozenset(kept)

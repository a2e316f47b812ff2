"""The best question when few facts are left: every way in which the interview can go on, looked at.

A state says of each fact that is left how it came out, or that it is not known. All states go through the circuit
at once: a gate is two long integers, one bit a state, for *met* and for *not not met*.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import attrs

from qa_rules.explain.circuits import MET, NOT_MET, Gate, Kind
from qa_rules.explain.critical_values import candidates
from qa_rules.explain.standing import declared
from qa_rules.interview.relevance import Live, effort
from qa_rules.model.expressions import Fact, OverRecords
from qa_rules.model.facts import FactType
from qa_rules.semantics.snapshot import Held
from qa_rules.semantics.truth import Pair

MOST_STATES = 250
"""Five facts that come out two ways have 243 states."""

_MET: Pair = (3, 0)
_NOT_MET: Pair = (0, 3)


@attrs.frozen
class Best:
    """The best first question, and what the whole interview is expected to cost from here."""

    fact: str
    cost: float


@attrs.frozen
class _Lot:
    """One way in which a fact may come out: how likely it is, and what each test is then worth."""

    chance: float
    worth: dict[int, Pair]


def best(live: Live, most_states: int = MOST_STATES) -> Best | None:
    """Return the best question. None when too much is left, or tests look at several facts at once."""
    facts = tuple(live.scores)
    # Each fact has two lots at least (one, when it is only to be shown better).
    if not facts or 2 ** len(facts) > most_states or any(len(each) != 1 for each in live.tests.values()):
        return None
    lots = [_lots(live, fact) for fact in facts]
    if any(each is None for each in lots):
        return None
    found = _Future(live, facts, [each for each in lots if each is not None])
    return None if found.size > most_states else found.best()


def _lots(live: Live, fact: str) -> list[_Lot] | None:
    circuit, known = live.agenda.circuit, live.known
    tests = [test for test, facts in live.tests.items() if facts == (fact,)]
    if len(tests) == 1:
        chance = live.chances[tests[0]]
        return [_Lot(chance, {tests[0]: _MET}), _Lot(1 - chance, {tests[0]: _NOT_MET})]
    vocabulary = circuit.closed.ruleset.vocabulary
    exprs = [circuit.tests[test] for test in tests]
    if fact not in vocabulary.scalars or any(isinstance(each, OverRecords) for each in exprs):
        return None
    about = declared(vocabulary, fact)
    held = known.values.get(fact)
    values = candidates(about, Fact(fact), circuit.within(tests), known)[0] if held is None else (held.value,)
    worths: dict[tuple[Pair, ...], None] = {}
    for value in values:
        then = attrs.evolve(known, values={**known.values, fact: Held(value, 3, 3)})
        worths.setdefault(circuit.worth(tests, then))
    found = [dict(zip(tests, worth, strict=True)) for worth in worths]
    if about.type in (FactType.YES_NO, FactType.JUDGEMENT) and len(found) == 2:
        chance = live.chances[tests[0]]
        first = chance if found[0][tests[0]][0] else 1 - chance
        return [_Lot(first, found[0]), _Lot(1 - first, found[1])]
    return [_Lot(1 / len(found), worth) for worth in found]


class _Future:
    def __init__(self, live: Live, facts: Sequence[str], lots: Sequence[list[_Lot]]) -> None:
        self.live, self.facts, self.lots = live, facts, lots
        self.costs = [effort(live.agenda, fact) for fact in facts]
        self.sizes = [len(each) + 1 for each in lots]
        self.size = prod(self.sizes)
        self.strides = [prod(self.sizes[:at]) for at in range(len(facts))]
        self.memo: dict[int, float] = {}
        self.done = 0

    def best(self) -> Best:
        self.all = (1 << self.size) - 1
        self.masks = [
            [self.mask(at, lot) for lot in range(self.sizes[at] - 1)] for at in range(len(self.facts))
        ]
        self.done = self.reached()
        # The last lot of each fact stands for not known.
        unknown = sum((size - 1) * stride for size, stride in zip(self.sizes, self.strides, strict=True))
        left = tuple(range(len(self.facts)))
        costs = [self.asking(unknown, at, left) for at in left]
        first = min(left, key=lambda at: (costs[at], self.live.scores[self.facts[at]]))
        return Best(self.facts[first], costs[first])

    def mask(self, fact: int, lot: int) -> int:
        """The states in which a fact came out so."""
        stride, size = self.strides[fact], self.sizes[fact]
        run = ((1 << stride) - 1) << lot * stride
        period, found = stride * size, 0
        for at in range(0, self.size, period):
            found |= run << at
        return found

    def reached(self) -> int:
        """The states in which nothing is left to settle."""
        live, circuit = self.live, self.live.agenda.circuit
        planes: dict[int, tuple[int, int]] = {}

        def plane(at: int) -> tuple[int, int]:
            if at in planes:
                return planes[at]
            value = live.values[at]
            return (self.all, self.all) if value == MET else (0, 0) if value == NOT_MET else (0, self.all)

        for at in sorted(live.gates):
            gate = circuit.gates[at]
            if gate.kind is Kind.TEST:
                planes[at] = self.test_plane(gate)
            else:
                planes[at] = self.gate_plane(gate, [plane(each) for each in gate.inside])
        done = self.all
        for chain in live.agenda.chains:
            going, over = self.all, 0
            entries = [(plane(each.root), each.ends) for each in chain.entries]
            for place, ((met, can), ends) in enumerate(entries):
                stop, goes_on = (met, self.all ^ can) if ends == MET else (self.all ^ can, met)
                sure = chain.entries[place].certain
                if sure is not None:
                    is_sure, can_be = plane(sure)
                    stop &= is_sure | (self.all ^ can_be)
                alone = 0
                if chain.left_over is not None and ends == MET:
                    alone = going & can & (self.all ^ met) & plane(chain.left_over)[0]
                for (_, later), _ in entries[place + 1 :]:
                    alone &= self.all ^ later
                over |= (going & stop) | alone
                going &= goes_on
            done &= over | going
        return done

    def test_plane(self, gate: Gate) -> tuple[int, int]:
        fact = self.facts.index(self.live.tests[gate.test][0])
        met = not_met = 0
        for lot, mask in zip(self.lots[fact], self.masks[fact], strict=True):
            t, f = lot.worth[gate.test]
            met |= mask if t >= gate.view.met else 0
            not_met |= mask if t < gate.view.met and f >= gate.view.not_met else 0
        if not gate.positive:
            met, not_met = not_met, met
        return met, self.all ^ not_met

    def gate_plane(self, gate: Gate, inside: Sequence[tuple[int, int]]) -> tuple[int, int]:
        found = []
        for side in (0, 1):
            planes = [each[side] for each in inside]
            if gate.kind is Kind.AT_LEAST:
                at_least = [self.all] + [0] * gate.count
                for each in planes:
                    for count in range(gate.count, 0, -1):
                        at_least[count] |= at_least[count - 1] & each
                found.append(at_least[gate.count])
                continue
            value = self.all if gate.kind is Kind.ALL else 0
            for each in planes:
                value = value & each if gate.kind is Kind.ALL else value | each
            found.append(value)
        return found[0], found[1]

    def cost(self, state: int, left: tuple[int, ...]) -> float:
        """The expected cost from a state on, asking as well as can be."""
        if self.done >> state & 1 or not left:
            return 0.0
        if state not in self.memo:
            self.memo[state] = min(self.asking(state, at, left) for at in left)
        return self.memo[state]

    def asking(self, state: int, fact: int, left: tuple[int, ...]) -> float:
        rest = tuple(at for at in left if at != fact)
        base = state - (self.sizes[fact] - 1) * self.strides[fact]
        cost = self.costs[fact]
        for lot, each in enumerate(self.lots[fact]):
            cost += each.chance * self.cost(base + lot * self.strides[fact], rest)
        return cost

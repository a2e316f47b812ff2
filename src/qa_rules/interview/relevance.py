"""Which tests can still matter to an agenda, and in which order asking about them is cheapest.

A test matters while it is open, something that could be learned would settle it, and every gate on some path
from it to what is to be settled is open and can still be moved by it. The order is that of sequential testing:
under an all-of ask first what fails most cheaply, by cost over the chance of failing; under an any-of what
holds most cheaply; of k out of n what is early in both orders. Where tests are shared this is a rule of thumb.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import attrs

from qa_rules.explain.circuits import MET, NOT_MET, OPEN, Gate, Kind
from qa_rules.explain.standing import declared
from qa_rules.interview.purpose import Agenda
from qa_rules.model.facts import FactDeclaration
from qa_rules.semantics.snapshot import Known

LIKELIHOOD = 0.75
"""The chance of a favourable answer where the vocabulary says none."""
SURE = 0.95
"""The chance that what is only stated is borne out when it is shown."""
_LATER = 8.0
"""How much worse it is to ask for a later stage of a chain before an earlier one."""
_LEAST = 1e-9


class Prospect(NamedTuple):
    """What it takes to settle a gate."""

    chance: float
    """Of being met."""
    cost: float
    """Expected, in units of effort."""


@attrs.frozen(eq=False)
class Live:
    """The state of an interview."""

    agenda: Agenda
    known: Known
    values: Sequence[int]
    stages: tuple[int, ...]
    """Gates that may have to be settled; none when the purpose is reached."""
    tests: Mapping[int, tuple[str, ...]]
    """Tests that can still matter, and the facts that would settle each."""
    gates: frozenset[int]
    """Gates that can still matter, tests among them."""
    chances: Mapping[int, float]
    """Of each such test: that it holds."""
    scores: Mapping[str, float]
    """Facts that can still matter: 1 for those to ask first, more for those whose asking now would cost more."""


def look(agenda: Agenda, known: Known, closed_to: Collection[str]) -> Live:
    """Return what can still matter. `closed_to` are facts that nobody will tell."""
    circuit = agenda.circuit
    pairs = circuit.pairs(known)
    values = circuit.values(pairs)
    stages = tuple(dict.fromkeys(at for chain in agenda.chains for at in chain.stages(values)))
    if not stages:
        return Live(agenda, known, values, (), {}, frozenset(), {}, {})
    learnable = _learnable(agenda, known, values, closed_to)
    can = _can(agenda, pairs, values, known, learnable)
    gates = _wanted(agenda, values, stages, can)
    tests = {
        circuit.gates[at].test: learnable[circuit.gates[at].test]
        for at in gates
        if circuit.gates[at].kind is Kind.TEST
    }
    chances = {test: _chance(agenda, test, facts, known, pairs[test]) for test, facts in tests.items()}
    prospects, within = _prospects(agenda, gates, tests, chances)
    firsts = {found[0] for chain in agenda.chains if (found := chain.stages(values))}
    worse = {at: 1.0 if at in firsts else _LATER for at in stages if at in gates}
    scores = _scores(agenda, within, worse, prospects, tests)
    return Live(agenda, known, values, stages, tests, gates, chances, scores)


def effort(agenda: Agenda, fact: str) -> float:
    """Return what it costs to find a fact out."""
    return float(_declared(agenda, fact).effort) or 1.0


def _declared(agenda: Agenda, fact: str) -> FactDeclaration:
    return declared(agenda.circuit.closed.ruleset.vocabulary, fact)


def _learnable(
    agenda: Agenda, known: Known, values: Sequence[int], closed_to: Collection[str]
) -> dict[int, tuple[str, ...]]:
    """The open tests that could be settled, with the facts to learn."""
    circuit = agenda.circuit
    found: dict[int, tuple[str, ...]] = {}
    for at, gate in enumerate(circuit.gates):
        if gate.kind is Kind.TEST and values[at] == OPEN:
            asked = max(gate.view.met, gate.view.not_met)
            facts = circuit.still_open(gate.test, known, asked)
            if facts and not any(name in closed_to for name in facts):
                found[gate.test] = tuple(dict.fromkeys((*found.get(gate.test, ()), *facts)))
    return found


def _can(
    agenda: Agenda,
    pairs: Sequence[tuple[int, int]],
    values: Sequence[int],
    known: Known,
    learnable: Mapping[int, tuple[str, ...]],
) -> list[tuple[bool, bool]]:
    """Whether each gate can still come to be met, and to be not met."""
    found: list[tuple[bool, bool]] = []
    for at, gate in enumerate(agenda.circuit.gates):
        value = values[at]
        if value != OPEN:
            found.append((value == MET, value == NOT_MET))
        elif gate.kind is Kind.TEST:
            found.append(_test_can(gate, pairs[gate.test], known, learnable.get(gate.test, ())))
        else:
            met = [found[each][0] for each in gate.inside]
            not_met = [found[each][1] for each in gate.inside]
            if gate.kind is Kind.ALL:
                found.append((all(met), any(not_met)))
            elif gate.kind is Kind.ANY:
                found.append((any(met), all(not_met)))
            else:
                found.append((sum(met) >= gate.count, sum(not_met) > len(gate.inside) - gate.count))
    return found


def _test_can(gate: Gate, pair: tuple[int, int], known: Known, facts: Sequence[str]) -> tuple[bool, bool]:
    if not facts:
        return False, False
    can = (True, True)
    if any(pair):
        # Known, but not well enough: showing it better can only bear it out.
        can = (pair[0] > 0, pair[1] > 0)
    return can if gate.positive else (can[1], can[0])


def _wanted(
    agenda: Agenda, values: Sequence[int], stages: Sequence[int], can: Sequence[tuple[bool, bool]]
) -> frozenset[int]:
    """The open gates by which some stage can still be moved."""
    gates = agenda.circuit.gates
    met, not_met = set[int](), set[int]()
    for at in stages:
        if can[at][0]:
            met.add(at)
        if can[at][1]:
            not_met.add(at)
    for at in range(max(stages, default=-1), -1, -1):
        for wanted, side in ((met, 0), (not_met, 1)):
            if at in wanted:
                for each in gates[at].inside:
                    if values[each] == OPEN and can[each][side]:
                        wanted.add(each)
    return frozenset(met | not_met)


def _chance(agenda: Agenda, test: int, facts: Sequence[str], known: Known, pair: tuple[int, int]) -> float:
    if any(pair):
        return SURE if pair[0] else 1 - SURE
    favourable = agenda.favourable[test]
    told = [each.likelihood for each in (_declared(agenda, name) for name in facts)]
    chances = [float(each) for each in told if each is not None]
    if favourable is None:
        return min(chances, default=0.5)
    chance = min(max(min(chances, default=LIKELIHOOD), 0.01), 0.99)
    return chance if favourable else 1 - chance


def _prospects(
    agenda: Agenda, live: frozenset[int], tests: Mapping[int, tuple[str, ...]], chances: Mapping[int, float]
) -> tuple[dict[int, Prospect], dict[int, list[int]]]:
    """What it takes to settle each gate, and which of those inside it can matter."""
    found: dict[int, Prospect] = {}
    within: dict[int, list[int]] = {}
    efforts = {name: effort(agenda, name) for facts in tests.values() for name in facts}
    for at in sorted(live):
        gate = agenda.circuit.gates[at]
        if gate.kind is Kind.TEST:
            chance = chances[gate.test]
            cost = sum([efforts[name] for name in tests[gate.test]])
            found[at] = Prospect(chance if gate.positive else 1 - chance, cost)
        else:
            inside = within[at] = [each for each in gate.inside if each in live]
            found[at] = (
                found[inside[0]]
                if len(inside) == 1
                else _prospect(gate.kind, [found[each] for each in inside])
            )
    return found, within


def _prospect(kind: Kind, inside: list[Prospect]) -> Prospect:
    reached, cost = 1.0, 0.0
    if kind is Kind.ANY:
        for each in sorted(inside, key=lambda each: each.cost / max(each.chance, _LEAST)):
            cost += reached * each.cost
            reached *= 1 - each.chance
        return Prospect(1 - reached, cost)
    for each in sorted(inside, key=lambda each: each.cost / max(1 - each.chance, _LEAST)):
        cost += reached * each.cost
        reached *= each.chance
    return Prospect(reached, cost)


def _scores(
    agenda: Agenda,
    within: Mapping[int, list[int]],
    worse: dict[int, float],
    prospects: Mapping[int, Prospect],
    tests: Mapping[int, tuple[str, ...]],
) -> dict[str, float]:
    """How much worse than the best it is to begin with a fact, taken along the best path to it."""
    gates = agenda.circuit.gates
    far = float("inf")
    for at in sorted(within, reverse=True):
        inside, here = within[at], worse.get(at)
        if here is None:
            continue
        if len(inside) == 1:
            worse[inside[0]] = min(worse.get(inside[0], far), here)
            continue
        for each, factor in zip(inside, _factors(gates[at], [prospects[one] for one in inside]), strict=True):
            score = here * factor
            if score < worse.get(each, far):
                worse[each] = score
    scores: dict[str, float] = {}
    for at, score in worse.items():
        if gates[at].kind is Kind.TEST:
            for name in tests[gates[at].test]:
                scores[name] = min(scores.get(name, far), score)
    return scores


def _factors(gate: Gate, inside: list[Prospect]) -> list[float]:
    fails = [each.cost / max(1 - each.chance, _LEAST) for each in inside]
    holds = [each.cost / max(each.chance, _LEAST) for each in inside]
    if gate.kind is Kind.ALL:
        ratios = fails
    elif gate.kind is Kind.ANY:
        ratios = holds
    else:
        # What is early in both orders is best to ask first, whichever way it will turn out.
        by_fail = {at: rank for rank, at in enumerate(sorted(range(len(inside)), key=fails.__getitem__))}
        by_hold = {at: rank for rank, at in enumerate(sorted(range(len(inside)), key=holds.__getitem__))}
        ratios = [1.0 + max(by_fail[at], by_hold[at]) for at in range(len(inside))]
    best = max(min(ratios), _LEAST)
    return [ratio / best for ratio in ratios]

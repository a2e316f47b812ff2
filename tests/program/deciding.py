"""The oracle of what the program decides: verdicts, tiers and answers worked out from pairs, step by step.

Written before the program was, and apart from it. Nothing of the library uses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import attrs

from qa_rules.model.assessments import Answer, TierResult
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import Strength, Verdict
from qa_rules.program import levels
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.exhaustive import asked_of_last, is_total
from qa_rules.semantics.truth import PAIR, Pair

Results = Sequence[int]
"""The six bits of each node, in the order of the closed ruleset."""

_ALWAYS: Pair = (3, 0)


def pair_of(closed: ClosedRuleset, results: Results, name: str) -> Pair | None:
    """Return the pair of a node, None when there is no such node."""
    at = closed.index.get(name)
    return None if at is None else PAIR[results[at]]


def _verdict(asked: int, t: int, f: int, never_applies: int) -> Verdict:
    if never_applies >= asked:
        return Verdict.NOT_APPLICABLE
    if f:
        return Verdict.NOT_MET
    return Verdict.MET if t >= asked else Verdict.UNKNOWN


def verdicts_of(closed: ClosedRuleset, results: Results) -> dict[str, Verdict]:
    """Return the verdict of each requirement, in the order of the ruleset."""
    return {name: verdict_of(closed, results, name)[0] for name in closed.ruleset.requirement}


def verdict_of(closed: ClosedRuleset, results: Results, name: str) -> tuple[Verdict, Strength | None]:
    """Return the verdict of a requirement or group, and how strongly it stands.

    The strength of met and of not applicable is that of the claim; of the others None.
    """
    t, f = pair_of(closed, results, name) or (0, 0)
    never = max((pair_of(closed, results, each) or _ALWAYS)[1] for each in (NodeId.applies(name), SCOPE))
    verdict = _verdict(closed.strength, t, f, never)
    if verdict is Verdict.NOT_APPLICABLE:
        return verdict, Strength(never)
    return verdict, Strength(t) if verdict is Verdict.MET else None


def answer_of(closed: ClosedRuleset, results: Results, decision: Decision, facts: Facts) -> Answer | None:
    """Return what a decision comes to; None when it needs a subject of whom no fact is given."""
    if decision.needs and not _is_given(closed, decision.needs, facts):
        return None
    scope_t, scope_f = 3, 0
    for name in (SCOPE, NodeId.scope(decision.id)):
        t, f = pair_of(closed, results, name) or _ALWAYS
        scope_t, scope_f = min(scope_t, t), max(scope_f, f)
    if scope_f >= closed.strength:
        return _answer(decision, decision.not_applicable, (decision.not_applicable,), None)
    possible, is_met = _possible(closed, results, decision)
    if scope_t < closed.strength:
        return _answer(decision, decision.undecided, (decision.not_applicable, *possible), None)
    allowed = {outcome.id: outcome.allows for outcome in decision.outcomes}
    allows = {allowed[word] for word in possible}
    if len(allows) != 1 or not (is_met or _left_over(closed, results, decision)):
        return _answer(decision, decision.undecided, possible, None)
    allowing = allows.pop()
    return _answer(decision, possible[0] if allowing else possible[-1], possible, allowing)


def _answer(decision: Decision, word: str, possible: tuple[str, ...], allows: bool | None) -> Answer:
    outcome = next((each for each in decision.outcomes if each.id == word), None)
    if outcome is not None:
        words, next_step = outcome.words, outcome.next_step
    elif word == decision.undecided:
        words, next_step = decision.undecided_words or "Cannot be decided yet", ""
    else:
        words, next_step = decision.not_applicable_words or "Does not apply here", ""
    return Answer(decision.id, decision.title, word, words, possible, allows, possible == (word,), next_step)


def _possible(closed: ClosedRuleset, results: Results, decision: Decision) -> tuple[tuple[str, ...], bool]:
    """The outcomes not ruled out, from the strictest down to the first that is met, and whether one is met.

    While none is met, those that are left over are an answer only as `_left_over` says.
    What is favourable (an outcome that allows, the end of one that forbids) needs the strength that the policy asks.
    """
    found: list[str] = []
    for outcome in decision.outcomes:
        t, f = pair_of(closed, results, NodeId.outcome(decision.id, outcome.id)) or (0, 0)
        if t >= (closed.strength if outcome.allows else 1):
            return (*found, outcome.id), True
        if f < (1 if outcome.allows else closed.strength):
            found.append(outcome.id)
    return tuple(found), False


def _left_over(closed: ClosedRuleset, results: Results, decision: Decision) -> bool:
    """Whether outcomes of which none is met stand as the answer because everything else is ruled out.

    Only where no case falls between them, and, unless all of them allow, where something that the last one asks
    applies and is met: nothing asked is nothing answered.
    """
    if not is_total(closed.ruleset, decision):
        return False
    if all(outcome.allows for outcome in decision.outcomes):
        return True
    return any(
        min((pair_of(closed, results, part) or _ALWAYS)[0] for part in parts) >= closed.strength
        for parts in ((NodeId.applies(name), NodeId.met(name), name) for name in asked_of_last(decision))
    )


def _is_given(closed: ClosedRuleset, about: str, facts: Facts) -> bool:
    vocabulary = closed.ruleset.vocabulary
    values = (vocabulary.scalars[name].about for name in facts.values)
    return about in (*values, *(vocabulary.collections[name].about for name in facts.collections))


def tiers_of(closed: ClosedRuleset, results: Results) -> TierResult | None:
    """Return the tier attained, its bound, what the routes in use can reach, and the tier required."""
    places = _tier_places(closed)
    if places is None:
        return None
    names, used = places.names, places.used
    attained = max((at for at, place in places.attained if PAIR[results[place]][0]), default=0)
    at_most = max((at for at, place in places.attained if not PAIR[results[place]][1]), default=0)
    least = max((at for at, place in places.required if PAIR[results[place]][0]), default=0)
    greatest = max((at for at, place in places.required if not PAIR[results[place]][1]), default=0)
    routes = [(route, reaches) for route, place, reaches in used if PAIR[results[place]][0]]
    reaches = max((reaches for _, reaches in routes), default=0)
    return TierResult(
        attained=names[attained],
        at_most=names[at_most],
        reaches=names[reaches],
        required_least=names[least],
        required_greatest=names[greatest],
        routes=tuple(route for route, _ in routes),
        ladder=names[1:],
    )


@attrs.frozen
class _TierPlaces:
    """Where in the results the tiers stand, the lowest first from 1."""

    names: tuple[str, ...]
    """By number; nothing is 0."""
    attained: tuple[tuple[int, int], ...]
    required: tuple[tuple[int, int], ...]
    used: tuple[tuple[str, int, int], ...]
    """Each route, where *it is used* stands, and the highest tier that it can give."""


@lru_cache(maxsize=64)
def _tier_places(closed: ClosedRuleset) -> _TierPlaces | None:
    policy = closed.policy
    count = levels.count(closed.ruleset, policy)
    if policy is None or not count:
        return None
    ladder = range(1, count + 1)
    routes = [route.id for route in closed.ruleset.routes]
    return _TierPlaces(
        ("", *(tier.id for tier in policy.tiers)),
        tuple((at, closed.index[NodeId.attained(at)]) for at in ladder),
        tuple((at, closed.index[NodeId.required(at)]) for at in ladder),
        tuple((route, closed.index[NodeId.used(route)], levels.reach(policy, route)) for route in routes),
    )

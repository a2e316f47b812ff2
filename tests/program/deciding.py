"""The oracle of what the program decides: verdicts, tiers and answers worked out from pairs, step by step.

Written apart from the program: it walks through the outcomes one by one. Nothing of the library uses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import attrs

from qa_rules.model.assessments import Answer, TierResult
from qa_rules.model.expressions import Reference, is_test, walk
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import DecisionKind, Strength, Verdict
from qa_rules.program import levels
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.truth import PAIR, Pair
from tests.program.readings import leaves_nobody_out

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
    """Return what a decision comes to; None when it needs a subject of whom no fact is given.

    Outcomes run from the strictest to the most favourable. A stricter one is ruled out only at the strength asked and
    holds at any; the most favourable holds only at that strength and is ruled out at any.
    """
    if decision.needs and not _is_given(closed, decision.needs, facts):
        return None
    asked = int(closed.strength)
    scope_t, scope_f = 3, 0
    for name in (SCOPE, NodeId.scope(decision.id)):
        t, f = pair_of(closed, results, name) or _ALWAYS
        scope_t, scope_f = min(scope_t, t), max(scope_f, f)
    if scope_f >= asked:
        return _answer(decision, decision.not_applicable, (decision.not_applicable,), None)
    pairs = [
        pair_of(closed, results, NodeId.outcome(decision.id, each.id)) or (0, 0) for each in decision.outcomes
    ]
    possible: list[str] = []
    held = None
    for at, (outcome, (t, f)) in enumerate(zip(decision.outcomes, pairs, strict=True)):
        holds, falls = _strengths(decision, at, asked)
        if t >= holds:
            possible, held = [*possible, outcome.id], outcome
            break
        if f < falls:
            possible.append(outcome.id)
    if scope_t < asked:
        return _answer(decision, decision.undecided, (decision.not_applicable, *possible), None)
    if decision.kind is not DecisionKind.PERMISSION:
        # A span or a set, until one is left; that one has to hold, or to be left over where nobody is left out.
        alone = len(possible) == 1 and (held is not None or _stands(closed, results, decision))
        return _answer(decision, possible[0] if alone else decision.undecided, tuple(possible), None)
    by_id = {outcome.id: outcome for outcome in decision.outcomes}
    allowed = {by_id[word].allows for word in possible}
    if len(allowed) != 1:
        return _answer(decision, decision.undecided, tuple(possible), None)
    allows = allowed.pop()
    is_sure = held is not None
    if allows and is_sure:
        # What holds on less than is asked only cuts off what is more favourable.
        is_sure = any(
            t >= asked for (t, _), each in zip(pairs, decision.outcomes, strict=True) if each.allows
        )
    if not is_sure and not _stands(closed, results, decision):
        return _answer(decision, decision.undecided, tuple(possible), None)
    return _answer(decision, possible[0] if allows else possible[-1], tuple(possible), allows)


def _strengths(decision: Decision, at: int, asked: int) -> tuple[int, int]:
    is_last, outcome = at == len(decision.outcomes) - 1, decision.outcomes[at]
    if decision.kind is DecisionKind.CATEGORY:
        return asked, asked
    if decision.kind is DecisionKind.RATING:
        # Worst first: a shortfall that is admitted counts at any strength, and the best is a favour.
        return (asked, 1) if is_last else (asked if outcome.otherwise else 1, asked)
    if outcome.otherwise:
        # All else is ruled out, and that is asked for at the strength asked.
        return asked, 1 if is_last and outcome.allows else asked
    kinds = [each.allows for each in decision.outcomes]
    if at == len(kinds) - 1:
        # One that forbids is no favour to anybody, be it the last or the only one.
        return (asked, 1) if kinds[at] else (1, asked)
    return (asked, asked) if kinds[at] and not all(kinds[at:]) else (1, asked)


def _stands(closed: ClosedRuleset, results: Results, decision: Decision) -> bool:
    """Whether what is left over is an answer though it is not met."""
    if not leaves_nobody_out(closed, decision):
        return False
    named = [node for outcome in decision.outcomes if not outcome.otherwise for node in walk(outcome.when)]
    if decision.kind is DecisionKind.PERMISSION:
        if all(outcome.allows for outcome in decision.outcomes):
            return True
    elif any(is_test(node) and (not isinstance(node, Reference) or node.name.is_tier) for node in named):
        return True  # facts and levels are asked of everybody
    return any(
        min(
            (pair_of(closed, results, part) or _ALWAYS)[0]
            for part in (f"{name}/applies", f"{name}/met", name)
        )
        >= closed.strength
        for name in {node.name for node in named if isinstance(node, Reference) and not node.name.is_tier}
    )


def _answer(decision: Decision, word: str, possible: tuple[str, ...], allows: bool | None) -> Answer:
    outcome = next((each for each in decision.outcomes if each.id == word), None)
    if outcome is not None:
        words, next_step = outcome.words, outcome.next_step
    elif word == decision.undecided:
        words, next_step = decision.undecided_words or _open_words(decision, possible), ""
    else:
        words, next_step = decision.not_applicable_words or "Does not apply here", ""
    settled = possible == (word,)
    urgent = outcome is not None and outcome.urgent
    return Answer(
        decision.id, decision.title, word, words, possible, allows, settled, next_step, decision.kind, urgent
    )


def _open_words(decision: Decision, possible: tuple[str, ...]) -> str:
    outside = ["“Does not apply here”"] if decision.not_applicable in possible else []
    inside = [f"“{each.words}”" for each in decision.outcomes if each.id in possible]
    if decision.kind is DecisionKind.PERMISSION or len(possible) < 2:
        return "Cannot be decided yet"
    if decision.kind is DecisionKind.RATING and len(inside) > 1:
        words = ", or ".join([*outside, f"between {inside[0]} and {inside[-1]}"])
        return words[0].upper() + words[1:]
    return f"One of {', '.join(outside + inside)}"


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
    if not closed.ruleset.routes:
        reaches = len(names) - 1
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
    policy, ruleset = closed.policy, closed.ruleset
    if not ruleset.routes:
        # A standard that awards levels of its own: nobody needs one, and there is one way.
        places = enumerate(ruleset.levels, 1)
        attained = tuple((at, closed.index[NodeId.attained(at)]) for at, _ in places)
        return (
            _TierPlaces(("", *(each.id for each in ruleset.levels)), attained, (), ()) if attained else None
        )
    if policy is None or not policy.tiers:
        return None
    ladder = range(1, len(policy.tiers) + 1)
    routes = [route.id for route in ruleset.routes]
    return _TierPlaces(
        ("", *(tier.id for tier in policy.tiers)),
        tuple((at, closed.index[NodeId.attained(at)]) for at in ladder),
        tuple((at, closed.index[NodeId.required(at)]) for at in ladder),
        tuple(
            (route, closed.index[NodeId.used(route)], levels.reach(policy.tiers, route)) for route in routes
        ),
    )

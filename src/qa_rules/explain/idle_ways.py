"""A way in use to a tier of which nothing that is asked applies: nobody gets there by it, and nothing is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_rules.explain.messages import say
from qa_rules.model.nodes import NodeId, Rung, TierNode
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.levels import something_applies
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair


def idle_way(closed: ClosedRuleset, known: Known, pairs: Mapping[str, Pair], name: str) -> str:
    """Return, of the node of a way that is in use, that nothing of what it asks applies; empty where something may."""
    parts = NodeId(name).parts
    if not isinstance(parts, TierNode) or parts.rung is not Rung.WAY:
        return ""
    applies = something_applies(closed.exprs, parts.route, parts.number)
    if applies is None or not evaluate(applies, known, pairs)[1]:
        return ""
    route = next((each for each in closed.ruleset.routes if each.id == parts.route), None)
    tier = closed.ladder[parts.number - 1].title
    if route is None:
        return say("Nothing that level {level} asks applies here, so it is not reached", level=tier)
    if not pairs[NodeId.used(route.id)][0]:
        return ""
    return say(
        "Nothing that tier {tier} asks applies to what is assessed in this way, so it is not reached: {route}",
        tier=tier,
        route=route.title,
    )


def idle_ways(
    closed: ClosedRuleset, known: Known, pairs: Mapping[str, Pair], number: int
) -> Iterator[tuple[str, str]]:
    """Yield the titles of tier and route of each way in use to a tier of which nothing that is asked applies."""
    for route in closed.ruleset.routes:
        name = NodeId.way(route.id, number)
        if name in closed.exprs and idle_way(closed, known, pairs, name):
            yield closed.ladder[number - 1].title, route.title

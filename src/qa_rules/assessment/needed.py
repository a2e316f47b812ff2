"""What a tier that is or may be needed asks, while it is not known to be reached. Loaded when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_rules.assessment.evaluation import tiers
from qa_rules.assessment.work import Work
from qa_rules.model.expressions import Reference, walk
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Route
from qa_rules.model.values import Strength
from qa_rules.program.asked import rules_behind
from qa_rules.program.levels import conjuncts, reach


def tier_blocks(work: Work) -> frozenset[str]:
    """Return what such a tier asks by the routes in use; where none is, what it asks by every route.

    Not a gap at which one route ends while another may still get there.
    """
    return _asked_by_routes(work) - asked_in_vain(work)


def _asked_by_routes(work: Work) -> frozenset[str]:
    ways = _ways(work)
    asked = [rules_behind(work.closed, (each,)) for each in ways]
    if not asked:
        return frozenset()
    return frozenset[str]().union(*asked) if _routes(work) else asked[0].intersection(*asked)


def asked_in_vain(work: Work) -> frozenset[str]:
    """Return the gaps that only such routes in use ask to be closed as are ruled out, while another may get there."""
    ways = [each for each in _ways(work) if each in work.pairs] if _routes(work) else []
    possible = [each for each in ways if not work.pairs[each][1]]
    if not possible:
        return frozenset()
    asked = _asked_by_routes(work).difference(*(rules_behind(work.closed, (each,)) for each in possible))
    return frozenset(each for each in asked if work.pairs[each][1])


def _ways(work: Work) -> list[NodeId]:
    """The nodes of how such a tier is reached by the routes in use; where none is, by every one that can get there."""
    policy, closed, needed = work.closed.policy, work.closed, _needed(work)
    if policy is None or not needed:
        return []
    able = [each for each in closed.ruleset.routes if reach(policy.tiers, each.id) >= needed[-1]]
    return [
        NodeId.way(each.id, min(needed[-1], reach(policy.tiers, each.id))) for each in _routes(work) or able
    ]


def too_weak(work: Work) -> Mapping[str, Strength]:
    """Return what such a tier asks more strongly than it is known, and how strongly."""
    found: dict[str, Strength] = {}
    asked_here = _asked_by_routes(work)
    for need, asked in _needs(work):
        for each in rules_behind(work.closed, (need,)):
            if (
                each in asked_here
                and each in work.closed.ruleset.requirement
                and 0 < work.pairs[each][0] < asked
            ):
                found[each] = max(asked, found.get(each, asked))
    return found


def _needed(work: Work) -> range:
    """The numbers of the tiers that are or may be needed and are not known to be reached."""
    found = tiers(work)
    if found is None or work.closed.policy is None:
        return range(0)
    ladder = ("", *found.ladder)
    return range(ladder.index(found.attained) + 1, ladder.index(found.required_greatest) + 1)


def _routes(work: Work) -> list[Route]:
    """The routes in use, and those that may be."""
    return [each for each in work.closed.ruleset.routes if not work.pairs[NodeId.used(each.id)][1]]


def _needs(work: Work) -> Iterator[tuple[NodeId, Strength]]:
    """What the tiers name that is not met as strongly as they ask."""
    policy, closed = work.closed.policy, work.closed
    for number in _needed(work) if policy is not None else ():
        for route in _routes(work) or closed.ruleset.routes:
            if policy is None or reach(policy.tiers, route.id) < number:
                continue
            for need in conjuncts(closed.exprs[NodeId.needs(route.id, number)]):
                for each in walk(need):
                    asked = policy.tiers[number - 1].strength
                    if isinstance(each, Reference):
                        asked = each.strength or asked
                        if work.pairs[each.name][0] < asked:
                            yield each.name, asked

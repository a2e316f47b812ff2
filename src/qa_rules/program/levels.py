"""The ladder of a policy as expressions: tiers attained by route, the tier required, and how they compare.

Tiers are numbered from 1, lowest first. The node of a tier attained holds when that tier or a higher one is, and so
does the node of a tier required.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import attrs

from qa_rules.model.expressions import AllOf, AnyOf, Aspect, Constant, Expr, Not, Reference, rebuild
from qa_rules.model.nodes import BELOW, NO_ROUTE, NodeId
from qa_rules.model.rulesets import Policy, Route, Ruleset
from qa_rules.model.values import Strength
from qa_rules.program.guards import never_not_met


def count(ruleset: Ruleset, policy: Policy | None) -> int:
    """Return how many tiers are attained and required: none without a route."""
    return 0 if policy is None or not ruleset.routes else len(policy.tiers)


def reach(policy: Policy, route: str) -> int:
    """Return the number of the highest tier that a route can give, 0 for none."""
    number = 0
    for tier in policy.tiers:
        if route not in tier.needs:
            break
        number += 1
    return number


def counting(ruleset: Ruleset, exprs: Mapping[str, Expr]) -> Mapping[str, Expr]:
    """Return the tests of whom each route is for, by route, as they stand in the ways to the lowest tier."""
    found: dict[str, Expr] = {}
    for route in ruleset.routes:
        way = exprs.get(NodeId.way(route.id, 1))
        whole = way.operands[0] if isinstance(way, AnyOf) and way.operands else way
        if route.counts_when is not None and isinstance(whole, AllOf):
            found[route.id] = whole.operands[1]
    return found


Naming = Callable[[NodeId], NodeId]
"""From the name of a need to that of the node that says whether it is satisfied as a need."""


def nodes(
    ruleset: Ruleset, policy: Policy | None, asked: Naming, always: Collection[str]
) -> list[tuple[NodeId, Expr]]:
    """Return the named expressions of the ladder, each after those it refers to. `always` names what always applies.

    A tier is attained at the strengths that it asks and the policy asks, or not: what is shown and what is compared
    with the tier required are that one value.
    """
    if not ruleset.routes:
        return []
    made = [(NodeId.used(route.id), route.used_when) for route in ruleset.routes]
    if policy is None or not policy.tiers:
        return [*made, (BELOW, Constant(None, "tiers")), (NO_ROUTE, Constant(None, "tiers"))]
    ladder = range(1, len(policy.tiers) + 1)
    for route in ruleset.routes:
        made += _needs(ruleset, policy, route, asked, always)
    for number in ladder:
        routes = [route.id for route in ruleset.routes if reach(policy, route.id) >= number]
        ways = tuple(Reference(NodeId.way(route, number), strength=policy.strength) for route in routes)
        made.append((NodeId.attained(number), AnyOf(ways) if ways else Constant(False)))
    for number in ladder:
        made += _required(ruleset, policy, number)
    short = [AllOf((Reference(NodeId.required(at)), Not(Reference(NodeId.attained(at))))) for at in ladder]
    beyond = [AllOf((Reference(NodeId.required(at)), Not(_reached(ruleset, policy, at)))) for at in ladder]
    in_use = AnyOf(tuple(Reference(NodeId.used(route.id)) for route in ruleset.routes))
    return [*made, (BELOW, AnyOf(tuple(short))), (NO_ROUTE, AllOf((in_use, AnyOf(tuple(beyond)))))]


def _needs(
    ruleset: Ruleset, policy: Policy, route: Route, asked: Naming, always: Collection[str]
) -> list[tuple[NodeId, Expr]]:
    """What a route needs at each tier that it reaches, and the ways to it, those of the tiers below included."""
    made: list[tuple[NodeId, Expr]] = []
    ways: list[tuple[NodeId, Expr]] = []
    used_at_all = Reference(NodeId.used(route.id), strength=Strength.STATED)
    parts: list[Expr] = [used_at_all] if route.counts_when is None else [used_at_all, route.counts_when]
    needed: list[Expr] = []
    highest = reach(policy, route.id)
    for number, tier in enumerate(policy.tiers[:highest], 1):
        own = _asking(tier.needs[route.id], asked)
        if number == len(policy.tiers) and ruleset.top_tier is not None:
            own = AllOf((own, *(Reference(need) for need in ruleset.top_tier.needs)))
        made.append((NodeId.needs(route.id, number), own))
        parts.append(Reference(NodeId.needs(route.id, number), strength=tier.strength, place=tier.place))
        needed += [_graded(each, tier.strength) for each in conjuncts(own)]
        vacuous = _something(needed, always)
        here: Expr = AllOf((*parts, *vacuous))
        if vacuous and number < highest:
            # Nothing that it asks may apply to somebody who attains the tier above all the same.
            here = AnyOf((here, Reference(NodeId.way(route.id, number + 1))))
        ways.append((NodeId.way(route.id, number), here))
    return [*made, *reversed(ways)]


def conjuncts(expr: Expr) -> list[Expr]:
    """Return what is asked together, the lists inside lists taken apart."""
    if isinstance(expr, AllOf):
        return [each for operand in expr.operands for each in conjuncts(operand)]
    return [expr]


def _asking(expr: Expr, asked: Naming) -> Expr:
    """What a tier names, it asks: the node of each need, whatever the severity of what is in it."""
    if isinstance(expr, Reference):
        return attrs.evolve(expr, name=asked(expr.name))
    return rebuild(expr, lambda inner: _asking(inner, asked))


def _graded(expr: Expr, strength: Strength) -> Expr:
    if isinstance(expr, Reference) and expr.strength is None:
        return attrs.evolve(expr, strength=strength)
    return expr


def _something(needed: list[Expr], always: Collection[str]) -> tuple[Expr, ...]:
    """Unknown while nothing that is needed applies and is met; not met where it is known that nothing of it applies.

    Nothing where that cannot come about: a test of facts always applies.
    """
    asked = [each for each in needed if isinstance(each, Reference) and each.aspect is Aspect.SATISFIED]
    if len(asked) < len(needed) or any(each.name in always for each in asked):
        return ()
    applies = AnyOf(tuple(Reference(NodeId.applies(each.name)) for each in asked))
    met = AnyOf(tuple(attrs.evolve(each, aspect=Aspect.MET) for each in asked))
    return applies, never_not_met(met)


def _reached(ruleset: Ruleset, policy: Policy, number: int) -> Expr:
    ways = tuple(
        Reference(NodeId.used(route.id), strength=Strength.STATED)
        for route in ruleset.routes
        if reach(policy, route.id) >= number
    )
    return AnyOf(ways) if ways else Constant(False)


def _required(ruleset: Ruleset, policy: Policy, number: int) -> list[tuple[NodeId, Expr]]:
    """Tier `number` or higher is required.

    That a row holds counts at any strength; that none does is favourable, and counts as far as the policy asks.
    """
    order = {tier.id: at for at, tier in enumerate(policy.tiers, 1)}
    rows = [
        (order[row.tier], Constant(True) if row.when is None else row.when) for row in policy.required_tier
    ]
    holds: list[Expr] = [when for at, when in rows if at >= number]
    if ruleset.top_tier is not None:
        holds.append(ruleset.top_tier.forced_when)
    if number == 1:
        holds.append(Constant(True))
    if all(row.when is not None for row in policy.required_tier):  # where no row holds the policy is silent
        holds.append(AllOf((*(Not(when) for _, when in rows), Constant(None, "required_tier"))))
    return [
        (NodeId.lower_than(number), Not(AnyOf(tuple(holds))) if holds else Constant(True)),
        (
            NodeId.required(number),
            Not(Reference(NodeId.lower_than(number), Aspect.SATISFIED, policy.activity_strength)),
        ),
    ]

"""The ladder of a policy as expressions: tiers attained by route, the tier required, and how they compare.

Tiers are numbered from 1, lowest first. `tier/attained/k` holds when tier k or a higher one is attained,
`tier/required/k` when tier k or a higher one is required.
"""

from __future__ import annotations

from qa_rules.model.expressions import AllOf, AnyOf, Aspect, Constant, Expr, Not, Reference, rebuild
from qa_rules.model.rulesets import Policy, Route, Ruleset

BELOW = "tier/below"
NO_ROUTE = "tier/no_route"


def attained(number: int) -> str:
    """Return the name of the node: tier `number` or a higher one is attained."""
    return f"tier/attained/{number}"


def required(number: int) -> str:
    """Return the name of the node: tier `number` or a higher one is required."""
    return f"tier/required/{number}"


def lower(number: int) -> str:
    """Return the name of the node: a tier below `number` is enough."""
    return f"tier/lower/{number}"


def used(route: str) -> str:
    """Return the name of the node: this route is in use."""
    return f"tier/used/{route}"


def needs(route: str, number: int) -> str:
    """Return the name of the node: what a route needs at a tier of its own, whatever the strength."""
    return f"tier/needs/{route}/{number}"


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


def nodes(ruleset: Ruleset, policy: Policy | None) -> list[tuple[str, Expr]]:
    """Return the named expressions of the ladder, each after those it refers to."""
    if not ruleset.routes:
        return []
    made = [(used(route.id), route.used_when) for route in ruleset.routes]
    if policy is None or not policy.tiers:
        return [*made, (BELOW, Constant(None, "tiers")), (NO_ROUTE, Constant(None, "tiers"))]
    ladder = range(1, len(policy.tiers) + 1)
    for route in ruleset.routes:
        made += _needs(ruleset, policy, route)
    for number in ladder:
        ways = [_way(policy, route, number) for route in ruleset.routes if reach(policy, route.id) >= number]
        made.append((attained(number), AnyOf(tuple(ways)) if ways else Constant(False)))
    for number in ladder:
        made += _required(ruleset, policy, number)
    short = [AllOf((Reference(required(at)), Not(Reference(attained(at))))) for at in ladder]
    beyond = [AllOf((Reference(required(at)), Not(_reached(ruleset, policy, at)))) for at in ladder]
    in_use = AnyOf(tuple(Reference(used(route.id)) for route in ruleset.routes))
    return [*made, (BELOW, AnyOf(tuple(short))), (NO_ROUTE, AllOf((in_use, AnyOf(tuple(beyond)))))]


def _needs(ruleset: Ruleset, policy: Policy, route: Route) -> list[tuple[str, Expr]]:
    """What a route needs at each tier that it reaches, those of the tiers below included."""
    made: list[tuple[str, Expr]] = []
    top = len(policy.tiers)
    for number, tier in enumerate(policy.tiers[: reach(policy, route.id)], 1):
        name = f"tier/route/{route.id}/{number}"
        asked = _required_members(tier.needs[route.id], ruleset)
        if number == top and ruleset.top_tier is not None:
            asked = AllOf((asked, *(Reference(need) for need in ruleset.top_tier.needs)))
        made.append((needs(route.id, number), asked))
        graded: Expr = Reference(needs(route.id, number), strength=tier.strength, place=tier.place)
        below = Reference(f"tier/route/{route.id}/{number - 1}")
        made.append((name, AllOf((below, graded)) if number > 1 else graded))
    return made


def _required_members(expr: Expr, ruleset: Ruleset) -> Expr:
    """A tier counts the required members of a group."""
    if isinstance(expr, Reference) and expr.name in ruleset.group:
        return Reference(f"{expr.name}:required", expr.aspect, expr.strength, place=expr.place)
    return rebuild(expr, lambda inner: _required_members(inner, ruleset))


def _way(policy: Policy, route: Route, number: int) -> Expr:
    parts: list[Expr] = [Reference(used(route.id)), Reference(f"tier/route/{route.id}/{number}")]
    if route.counts_when is not None:
        parts.insert(1, route.counts_when)
    return AllOf(tuple(parts))


def _reached(ruleset: Ruleset, policy: Policy, number: int) -> Expr:
    ways = tuple(Reference(used(route.id)) for route in ruleset.routes if reach(policy, route.id) >= number)
    return AnyOf(ways) if ways else Constant(False)


def _required(ruleset: Ruleset, policy: Policy, number: int) -> list[tuple[str, Expr]]:
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
    # Where no row holds at all the policy is silent.
    gap = AllOf((*(Not(when) for _, when in rows), Constant(None, "required_tier")))
    return [
        (lower(number), Not(AnyOf((*holds, gap)))),
        (required(number), Not(Reference(lower(number), Aspect.SATISFIED, policy.activity_strength))),
    ]

"""A ladder as expressions: levels attained, by route where there are routes; the tier required; how they compare.

The levels of a standard and the tiers of a policy are one thing: a tier is a level with routes, and one can be
required where there are routes. They are numbered from 1, lowest first. The node of a tier attained holds when that
tier or a higher one is, and so does the node of a tier required.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import attrs

from qa_rules.errors import Place
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Compare,
    Constant,
    Expr,
    Literal,
    Named,
    Not,
    OneOf,
    Op,
    Reference,
    rebuild,
)
from qa_rules.model.nodes import BELOW, NO_ROUTE, NodeId
from qa_rules.model.rulesets import Decision, Outcome, Policy, Route, Ruleset, Tier
from qa_rules.model.values import DecisionKind, Strength
from qa_rules.program.guards import never_not_met

ONLY: Final = ""
"""The one way up a ladder without routes."""
LEVEL: Final = "level"
"""The decision that says which level of a standard is reached."""
NO_LEVEL: Final = "no_level"


def ladder_of(ruleset: Ruleset, policy: Policy | None) -> tuple[Tier, ...]:
    """Return the levels that are attained, lowest first: the tiers of a policy, or those of the standard itself."""
    tiers = () if policy is None else policy.tiers
    if tiers and (ruleset.routes or ONLY in tiers[0].needs):
        return tiers
    return () if ruleset.routes else ruleset.levels


def ways_of(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the ways up the ladder: the routes, or where there are none the only one, which has no name."""
    return tuple(route.id for route in ruleset.routes) or (ONLY,)


def reach(ladder: Sequence[Tier], route: str) -> int:
    """Return the number of the highest tier that a route can give, 0 for none."""
    number = 0
    for tier in ladder:
        if route not in tier.needs:
            break
        number += 1
    return number


def level_reached(
    ladder: Sequence[Tier], below: str = NO_LEVEL, below_title: str = "No level", place: Place | None = None
) -> Decision:
    """Return the rating that says which level is reached, with the word for having none."""
    gaps = [
        Outcome(name, title, Reference(NodeId.attained(number), Aspect.GAP), None, place=where)
        for number, (name, title, where) in enumerate(
            [(below, below_title, place), *((each.id, each.title, each.place) for each in ladder[:-1])], 1
        )
    ]
    top = ladder[-1]
    best = Outcome(top.id, top.title, Reference(NodeId.attained(len(ladder))), None, place=top.place)
    return Decision(
        LEVEL,
        "Which level is reached?",
        (*gaps, best),
        undecided="undecided",
        kind=DecisionKind.RATING,
        place=place,
    )


def counting(ruleset: Ruleset, exprs: Mapping[str, Expr]) -> Mapping[str, Expr]:
    """Return the tests of whom each route is for, by route, as they stand in the ways to the lowest tier."""
    found: dict[str, Expr] = {}
    for route in ruleset.routes:
        way = exprs.get(NodeId.way(route.id, 1))
        whole = way.operands[0] if isinstance(way, AnyOf) and way.operands else way
        if route.counts_when is not None and isinstance(whole, AllOf):
            found[route.id] = whole.operands[1]
    return found


def something_applies(exprs: Mapping[str, Expr], route: str, number: int) -> Expr | None:
    """Return the test that anything applies which a way asks at a tier and below it; None where that is always so."""
    way = exprs.get(NodeId.way(route, number))
    whole = way.operands[0] if isinstance(way, AnyOf) and way.operands else way
    found = (each for each in whole.operands if _asks_whether(each)) if isinstance(whole, AllOf) else ()
    return next(iter(found), None)


def _asks_whether(expr: Expr) -> bool:
    """Whether it only asks if one of several things applies."""
    return (
        isinstance(expr, AnyOf)
        and bool(expr.operands)
        and all(isinstance(each, Reference) and each.name.is_applies for each in expr.operands)
    )


Naming = Callable[[NodeId], NodeId]
"""From the name of a need to that of the node that says whether it is satisfied as a need."""


def nodes(
    ruleset: Ruleset, policy: Policy | None, asked: Naming, always: Collection[str]
) -> list[tuple[NodeId, Expr]]:
    """Return the named expressions of the ladder, each after those it refers to. `always` names what always applies.

    A tier is attained at the strengths that it asks and the policy asks, or not: what is shown and what is compared
    with the tier required are that one value.
    """
    made = [(NodeId.used(route.id), route.used_when) for route in ruleset.routes]
    ladder = ladder_of(ruleset, policy)
    if not ladder:
        unknown = Constant(None, "tiers")
        return [*made, (BELOW, unknown), (NO_ROUTE, unknown)] if ruleset.routes else []
    for way in ways_of(ruleset):
        made += _needs(ruleset, ladder, way, asked, always)
    strength = Strength.STATED if policy is None else policy.strength
    for number in range(1, len(ladder) + 1):
        reaching = [way for way in ways_of(ruleset) if reach(ladder, way) >= number]
        ways = tuple(Reference(NodeId.way(way, number), strength=strength) for way in reaching)
        made.append((NodeId.attained(number), AnyOf(ways) if ways else Constant(False)))
    # What is only awarded nobody needs.
    return made if policy is None or not ruleset.routes else [*made, *_compared(ruleset, policy)]


def _compared(ruleset: Ruleset, policy: Policy) -> list[tuple[NodeId, Expr]]:
    """The tier required, and how the one attained compares with it."""
    ladder = range(1, len(policy.tiers) + 1)
    made = [node for number in ladder for node in _required(ruleset, policy, number)]
    short = [AllOf((Reference(NodeId.required(at)), Not(Reference(NodeId.attained(at))))) for at in ladder]
    beyond = [AllOf((Reference(NodeId.required(at)), Not(_reached(ruleset, policy, at)))) for at in ladder]
    in_use = AnyOf(tuple(Reference(NodeId.used(route.id)) for route in ruleset.routes))
    return [*made, (BELOW, AnyOf(tuple(short))), (NO_ROUTE, AllOf((in_use, AnyOf(tuple(beyond)))))]


def _needs(
    ruleset: Ruleset, ladder: Sequence[Tier], way: str, asked: Naming, always: Collection[str]
) -> list[tuple[NodeId, Expr]]:
    """What a way needs at each tier that it reaches, and the steps on it, those of the tiers below included."""
    made: list[tuple[NodeId, Expr]] = []
    steps: list[tuple[NodeId, Expr]] = []
    parts = [
        each
        for route in ruleset.routes
        if route.id == way
        for each in (Reference(NodeId.used(way), strength=Strength.STATED), route.counts_when)
        if each is not None
    ]
    needed: list[Expr] = []
    highest = reach(ladder, way)
    for number, tier in enumerate(ladder[:highest], 1):
        own = _asking(tier.needs[way], asked)
        if number == len(ladder) and ruleset.top_tier is not None:
            own = AllOf((own, *(Reference(need) for need in ruleset.top_tier.needs)))
        made.append((NodeId.needs(way, number), own))
        parts.append(Reference(NodeId.needs(way, number), strength=tier.strength, place=tier.place))
        needed += [_graded(each, tier.strength) for each in conjuncts(own)]
        vacuous = _something(needed, always)
        here: Expr = AllOf((*parts, *vacuous))
        if vacuous and number < highest:
            # Nothing that it asks may apply to somebody who attains the tier above all the same.
            here = AnyOf((here, Reference(NodeId.way(way, number + 1))))
        steps.append((NodeId.way(way, number), here))
    return [*made, *reversed(steps)]


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


def _used(route: Route) -> Expr:
    return Reference(NodeId.used(route.id), strength=Strength.STATED)


def _counted(route: Route) -> Expr:
    """A route is in use, and counts for such as it is: one that does not gives nobody anything."""
    used = _used(route)
    return used if route.counts_when is None else AllOf((used, route.counts_when))


def _reached(ruleset: Ruleset, policy: Policy, number: int) -> Expr:
    """A route in use gets there that counts for such as it is; any that is in use, where none of them counts.

    Where none counts, it is for whoever assesses to take another way, and no answer to who is to be referred.
    """
    reaching = [route for route in ruleset.routes if reach(policy.tiers, route.id) >= number]
    if not reaching:
        return Constant(False)
    none_counts = Not(AnyOf(tuple(map(_counted, ruleset.routes))))
    in_use = AnyOf(tuple(map(_used, reaching)))
    return AnyOf((*map(_counted, reaching), AllOf((none_counts, in_use))))


def _required(ruleset: Ruleset, policy: Policy, number: int) -> list[tuple[NodeId, Expr]]:
    """Tier `number` or higher is required.

    That a row holds counts at any strength; that none does is favourable, and counts as far as the policy asks.
    """
    order = {tier.id: at for at, tier in enumerate(policy.tiers, 1)}
    rows = [
        (order[row.tier], Constant(True) if row.when is None else row.when) for row in policy.required_tier
    ]
    holds = _together([when for at, when in rows if at >= number])
    if ruleset.top_tier is not None:
        holds.append(ruleset.top_tier.forced_when)
    if number == 1:  # everybody needs that, whatever the table says
        holds = [*(() if policy.required_by else holds), Constant(True)]
    if not policy.required_by and all(row.when is not None for row in policy.required_tier):
        # Where no row holds the policy is silent; a table says itself where it gives nothing.
        holds.append(AllOf((*(Not(when) for _, when in rows), Constant(None, "required_tier"))))
    return [
        (NodeId.lower_than(number), Not(AnyOf(tuple(holds))) if holds else Constant(True)),
        (
            NodeId.required(number),
            Not(Reference(NodeId.lower_than(number), Aspect.SATISFIED, policy.activity_strength)),
        ),
    ]


def _together(whens: Sequence[Expr]) -> list[Expr]:
    """The tests of what one table gives as one test: it can be certain where none of them is."""
    values: dict[str, set[str]] = {}
    found: list[Expr] = []
    for each in whens:
        match each:
            case Compare(Named(name), Op.IS, Literal(str() as value)):
                values.setdefault(name, set()).add(value)
            case _:
                found.append(each)
    return [*found, *(OneOf(Named(name), Literal(frozenset(each))) for name, each in values.items())]

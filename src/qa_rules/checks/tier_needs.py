"""A tier that asks for less than it says.

It takes weaker evidence, asks what counts only once overdue or is asked of nobody by its route, or its route never
counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Final

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.expressions import Expr, Reference, walk
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy, Ruleset, Tier
from qa_rules.model.values import Severity, Value
from qa_rules.program.asked import routes_read
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.levels import counting
from qa_rules.program.severities import requirements_of
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Held, Known
from qa_rules.semantics.truth import Pair

CODE = "tier-needs"
_MOST_WAYS: Final = 256
"""How many ways to be assessed are gone through, several routes at once included."""
_SURE: Final = 3


def find(subject: Subject) -> Iterator[Remark]:
    """Yield tiers weaker than the one below, needs weaker than their tier or of overdue conditions, and idle routes.

    What a lower tier asks counts at every tier above; nobody has to repeat it.
    """
    for policy in subject.policies:
        for below, above in zip(policy.tiers, policy.tiers[1:], strict=False):
            if above.strength < below.strength:
                message = f"`{above.id}` asks weaker evidence than `{below.id}`"
                hint = "a higher tier asks at least the strength of the one below"
                yield Remark(CODE, f"{policy.name}.{above.id}", message, hint, above.place)
        yield from _idle_routes(subject.ruleset, policy)
        yield from _asked_of_nobody(subject.ruleset, policy)
        for tier in policy.tiers:
            yield from _of_tier(subject.ruleset, policy, tier)


def _idle_routes(ruleset: Ruleset, policy: Policy) -> Iterator[Remark]:
    """Yield the routes on which tiers ask something, though what the policy sets lets nobody come by them."""
    nothing = Known({}, {}, datetime.date.min)
    closed = close(ruleset, policy)
    pairs = _pairs(closed, nothing)
    for route, counts in counting(closed.ruleset, closed.exprs).items():
        first = next((each for each in policy.tiers if route in each.needs), None)
        if first is not None and evaluate(counts, nothing, pairs)[1]:
            message = f"`{first.id}` says what the route {route} needs, and under this policy that route never counts"
            hint = "let the route count in the settings of the policy, or leave it out of the tiers"
            yield Remark(CODE, f"{policy.name}.{first.id}", message, hint, first.place)


def _asked_of_nobody(ruleset: Ruleset, policy: Policy) -> Iterator[Remark]:
    """Yield the needs that apply to nobody who is assessed by the route alone that they are said of."""
    closed = close(ruleset, policy)
    alone = _assessed_by_one(closed)
    for tier in policy.tiers:
        for route, needs in tier.needs.items():
            for need in sorted(_named(needs), key=lambda each: each.name):
                asked = NodeId.asked(need.name)
                applies = NodeId.applies(asked if asked in closed.exprs else need.name)
                ways = alone.get(route, ())
                if applies in closed.exprs and ways and all(pairs[applies][1] for pairs in ways):
                    message = (
                        f"`{tier.id}` asks for {need.name} on the route {route}, and nobody is asked that "
                        "who is assessed by that route alone"
                    )
                    hint = "it is as if it were not there; name what that route asks, or take it out"
                    yield Remark(CODE, f"{policy.name}.{tier.id}", message, hint, need.place or tier.place)


def _assessed_by_one(closed: ClosedRuleset) -> Mapping[str, Sequence[Mapping[str, Pair]]]:
    """What is known of the nodes, for each route, of whoever is assessed by that alone and nothing else is known of."""
    vocabulary, routes = closed.ruleset.vocabulary, closed.ruleset.routes
    tests = [each.used_when for each in routes]
    facts = sorted(routes_read(closed) & vocabulary.scalars.keys())
    values = [_values(vocabulary.scalars[each]) for each in facts]
    found: dict[str, list[Mapping[str, Pair]]] = {}
    for chosen in islice(product(*values), _MOST_WAYS):
        known = Known(
            {name: Held(value, _SURE, _SURE) for name, value in zip(facts, chosen, strict=True)},
            {},
            datetime.date.min,
        )
        worth = [evaluate(each, known, {}) for each in tests]
        if sum(bool(t) for t, _ in worth) == 1 and sum(bool(f) for _, f in worth) == len(routes) - 1:
            route = next(each.id for each, (t, _) in zip(routes, worth, strict=True) if t)
            found.setdefault(route, []).append(_pairs(closed, known))
    return found


def _values(declared: FactDeclaration) -> Sequence[Value]:
    """What a fact may say of how one is assessed, of a set each thing alone; nothing where that cannot be listed."""
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return True, False
        case FactType.CHOICE:
            return tuple(declared.options)
        case FactType.CHOICES:
            return tuple(frozenset({each}) for each in declared.options)
        case _:
            return ()


def _pairs(closed: ClosedRuleset, known: Known) -> Mapping[str, Pair]:
    pairs: dict[str, Pair] = {}
    for node in closed.nodes:
        pairs[node.name] = evaluate(node.expr, known, pairs)
    return pairs


def _named(needs: Expr) -> set[Reference]:
    return {each for each in walk(needs) if isinstance(each, Reference)}


def _of_tier(ruleset: Ruleset, policy: Policy, tier: Tier) -> Iterator[Remark]:
    at = f"{policy.name}.{tier.id}"
    named = {(route, node) for route, needs in tier.needs.items() for node in _named(needs)}
    for route, need in sorted(named, key=lambda each: (each[0], each[1].name)):
        place = need.place or tier.place
        if need.strength is not None and need.strength < tier.strength:
            word, own = need.strength.word, tier.strength.word
            message = f"`{tier.id}` asks for {need.name} at strength {word} on the route {route}, and is itself {own}"
            hint = f"leave the strength out to ask for it {own}, or say why less is enough and accept this"
            yield Remark(CODE, at, message, hint, place)
        if _only_once_overdue(ruleset, policy, need.name):
            base = need.name.rule
            message = f"`{tier.id}` asks for {need.name} on the route {route}, and all that {base} holds is a condition"
            hint = f"so it counts only once it is overdue; name `{base}` to ask for it from the first day"
            yield Remark(CODE, at, message, hint, place)


def _only_once_overdue(ruleset: Ruleset, policy: Policy, name: NodeId) -> bool:
    severities = close(ruleset, policy).severities
    inside = {severities[each] for each in requirements_of(ruleset, name.rule)}
    return name.severity is Severity.REQUIRED and Severity.REQUIRED not in inside and None not in inside

"""A tier that asks for less than it says: weaker evidence, what counts only once overdue, a route that never counts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.expressions import Reference, walk
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy, Ruleset, Tier
from qa_rules.model.values import Severity
from qa_rules.program.bind import close
from qa_rules.program.levels import counting
from qa_rules.program.severities import requirements_of
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair

CODE = "tier-needs"


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
        for tier in policy.tiers:
            yield from _of_tier(subject.ruleset, policy, tier)


def _idle_routes(ruleset: Ruleset, policy: Policy) -> Iterator[Remark]:
    """Yield the routes on which tiers ask something, though what the policy sets lets nobody come by them."""
    nothing = Known({}, {}, datetime.date.min)
    closed = close(ruleset, policy)
    pairs: dict[str, Pair] = {}
    for node in closed.nodes:
        pairs[node.name] = evaluate(node.expr, nothing, pairs)
    for route, counts in counting(closed.ruleset, closed.exprs).items():
        first = next((each for each in policy.tiers if route in each.needs), None)
        if first is not None and evaluate(counts, nothing, pairs)[1]:
            message = f"`{first.id}` says what the route {route} needs, and under this policy that route never counts"
            hint = "let the route count in the settings of the policy, or leave it out of the tiers"
            yield Remark(CODE, f"{policy.name}.{first.id}", message, hint, first.place)


def _of_tier(ruleset: Ruleset, policy: Policy, tier: Tier) -> Iterator[Remark]:
    at = f"{policy.name}.{tier.id}"
    named = {
        (route, node)
        for route, needs in tier.needs.items()
        for node in walk(needs)
        if isinstance(node, Reference)
    }
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

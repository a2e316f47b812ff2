"""What a check is: it looks at a ruleset and what stands around it, and remarks on it. No facts, no solver."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator

import attrs

from qa_rules.errors import Place
from qa_rules.language.cases import Case
from qa_rules.model.acceptances import Acceptance
from qa_rules.model.expressions import Expr, walk
from qa_rules.model.rulesets import Policy, Ruleset


@attrs.frozen
class Subject:
    """What is checked together."""

    ruleset: Ruleset
    policies: tuple[Policy, ...] = ()
    cases: tuple[Case, ...] | None = None
    """None: there is no file of cases beside the ruleset."""
    on: datetime.date | None = None
    """The day by which acceptances are judged; None leaves them unjudged."""
    found: tuple[Remark, ...] = ()
    """What the checks before this one remarked on."""


@attrs.frozen
class Remark:
    """What a check, or a proof, says about one thing in a file."""

    code: str
    at: str
    """The id of what it concerns: a requirement, group, decision, fact, parameter, tier or policy."""
    message: str
    """One line in the words of the domain."""
    hint: str = ""
    place: Place | None = attrs.field(default=None, eq=False)
    accepted: Acceptance | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Check:
    """A named check."""

    code: str
    title: str
    find: Callable[[Subject], Iterable[Remark]]


def expressions(subject: Subject) -> Iterator[tuple[str, Place | None, Expr]]:
    """Yield every expression of the ruleset and its policies with the id and place of its owner."""
    ruleset = subject.ruleset
    if ruleset.applies_when is not None:
        yield ruleset.id, ruleset.place, ruleset.applies_when
    for value in ruleset.values:
        for test in value.tests:
            yield value.name, value.place, test
    for table in ruleset.tables:
        for test in table.every_test:
            yield table.id, test.place or table.place, test
    for requirement in ruleset.requirements:
        for expr in (requirement.applies_when, requirement.met_when):
            if expr is not None:
                yield requirement.id, requirement.place, expr
    for group in ruleset.groups:
        if group.instead is not None:
            yield group.id, group.place, group.instead
    for decision in ruleset.decisions:
        if decision.applies_when is not None:
            yield decision.id, decision.place, decision.applies_when
        for outcome in decision.outcomes:
            yield f"{decision.id}.{outcome.id}", outcome.place, outcome.when
    for parameter in ruleset.parameters:
        if parameter.type is None and isinstance(parameter.default, Expr):
            yield parameter.name, parameter.place, parameter.default
    for route in ruleset.routes:
        for expr in (route.used_when, route.counts_when):
            if expr is not None:
                yield route.id, route.place, expr
    if ruleset.top_tier is not None:
        yield ruleset.id, ruleset.place, ruleset.top_tier.forced_when
    for level in ruleset.levels:
        for expr in level.needs.values():
            yield level.id, level.place, expr
    for claim in ruleset.claims:
        yield claim.id, claim.place, claim.when
    for prompt in ruleset.conversation:
        for follow_up in prompt.follow_ups:
            yield prompt.id, follow_up.place, follow_up.when
    for policy in subject.policies:
        yield from _of_policy(policy)


def _of_policy(policy: Policy) -> Iterator[tuple[str, Place | None, Expr]]:
    for name, value in policy.settings.items():
        if isinstance(value, Expr):
            yield name, policy.place, value
    for table in policy.tables:
        for test in table.every_test:
            yield table.id, test.place or table.place, test
    for tier in policy.tiers:
        for needs in tier.needs.values():
            yield tier.id, tier.place, needs
    for row in policy.required_tier:
        if row.when is not None:
            yield row.tier, row.place, row.when
    for claim in policy.claims:
        yield claim.id, claim.place, claim.when


def nodes(subject: Subject) -> Iterator[tuple[str, Place | None, Expr]]:
    """Yield every node of every expression, with its owner and the nearest place."""
    for owner, place, expr in expressions(subject):
        for node in walk(expr):
            yield owner, node.place or place, node

"""What a node or a test is called in a message."""

from __future__ import annotations

from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.meaning.wording import Wording, subject_of
from qa_rules.model.expressions import (
    AtLeast,
    Compare,
    Count,
    Empty,
    Expr,
    Given,
    Includes,
    OneOf,
    Quantified,
    Reference,
    Together,
    Within,
)
from qa_rules.model.facts import Vocabulary


def words_of(test: Expr, vocabulary: Vocabulary) -> str:
    """Return what a test asks, as the end of a sentence: *score is at least 10*."""
    if isinstance(test, Reference):
        return f"{test.name} holds"
    if isinstance(test, AtLeast):
        return f"at least {test.count} of {len(test.operands)} hold"
    if isinstance(test, Quantified | Together):
        listed = test.collection.replace("_", " ")
        if isinstance(test, Quantified) and test.count is Count.AT_LEAST:
            return f"there are at least {test.number} of the {listed}"
        return f"asks about the {listed}"
    if not isinstance(test, Compare | Within | OneOf | Includes | Empty | Given):
        return "stands here"
    wording, subject = Wording(vocabulary), subject_of(test)
    return f"{'something' if subject is None else wording.label(subject)} is {wording.needs(test)}"


def owner_of(closed: ClosedRuleset, name: str) -> str:
    """Return the id of what a node belongs to: a requirement, group, tier, `decision.outcome` or policy."""
    first, *rest = name.split("/")
    policy = closed.policy
    if first == "outcome":
        return ".".join(rest)
    if first == "tier" and policy is not None:
        if rest[0] in ("needs", "route", "attained", "lower", "required"):
            return policy.tiers[int(rest[-1]) - 1].id
        return rest[-1] if rest[0] == "used" else policy.name
    if first == "policy":
        return rest[0]
    return closed.ruleset.id if first == "scope" else first

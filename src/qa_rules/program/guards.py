"""Nothing asked is nothing answered: what keeps groups and outcomes from holding vacuously."""

from __future__ import annotations

from collections.abc import Collection

from qa_rules.model.expressions import AllOf, AnyOf, Aspect, Constant, Expr, Reference, walk

WEIGHT = "severity/"
"""Before the name of a requirement: the policy does not say what a gap in it means."""
NO_SEVERITY = "no such severity"
"""Why a group under a severity asks nothing: the policy gives it to none of its members."""


def guarded(expr: Expr, always: Collection[str] = ()) -> Expr:
    """The same while it is not met, and unknown instead of met when nothing it refers to applies and is met.

    `always` names what always applies: an expression that asks for one of those can never hold vacuously.
    """
    asked = [
        node
        for node in walk(expr)
        if isinstance(node, Reference) and node.aspect is Aspect.SATISFIED and not node.name.is_tier
    ]
    if not asked or any(each.name in always for each in asked):
        return expr
    met = AnyOf(tuple(Reference(each.name, Aspect.MET, each.strength) for each in asked))
    return AllOf((expr, never_not_met(met)))


def never_not_met(expr: Expr, because: str = "") -> Expr:
    """The same while it is met, and unknown instead of not met, for a reason that reports can give."""
    return AnyOf((expr, Constant(None, because)))

"""Nothing asked is nothing answered: what keeps groups, tiers and outcomes from holding vacuously."""

from __future__ import annotations

from qa_rules.model.expressions import AllOf, AnyOf, Aspect, Constant, Expr, Reference, walk


def guarded(expr: Expr) -> Expr:
    """The same while it is not met, and unknown instead of met when nothing it refers to applies and is met."""
    met = [
        Reference(node.name, Aspect.MET)
        for node in walk(expr)
        if isinstance(node, Reference)
        and node.aspect is Aspect.SATISFIED
        and not node.name.startswith("tier/")
    ]
    return AllOf((expr, never_not_met(AnyOf(tuple(met))))) if met else expr


def never_not_met(expr: Expr) -> Expr:
    """The same while it is met, and unknown instead of not met."""
    return AnyOf((expr, Constant(None)))

"""Nothing asked is nothing answered: what keeps groups and outcomes from holding vacuously."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Constant,
    Expr,
    Not,
    Reference,
    is_test,
    walk,
)
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Decision, Outcome
from qa_rules.model.values import DecisionKind

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
    # Who is asked for because the policy might say so is asked for nothing where it says otherwise.
    silent = [each for each in walk(expr) if isinstance(each, Constant) and each.because.startswith(WEIGHT)]
    met = AnyOf((*(Reference(each.name, Aspect.MET, each.strength) for each in asked), *silent))
    return AllOf((expr, never_not_met(met)))


def asked_in(decision: Decision) -> tuple[NodeId, ...]:
    """Return the requirements and groups that the outcomes of a decision name."""
    named = (node.name for node in _inside(decision.outcomes) if isinstance(node, Reference))
    return tuple(dict.fromkeys(name for name in named if not name.is_tier))


def always_asks(decision: Decision) -> bool:
    """Whether what the outcomes ask is asked of everybody, so that one that is left over stands.

    A permission does where all outcomes allow; a rating or category where an outcome itself tests facts or levels.
    """
    if decision.kind is DecisionKind.PERMISSION:
        return all(outcome.allows for outcome in decision.outcomes)
    return _is_plain(decision.outcomes)


def holds_when(decision: Decision, outcome: Outcome, always: Collection[str]) -> Expr:
    """Return when an outcome holds.

    What holds otherwise does where all outcomes before it are ruled out and something that they ask applies and is met.
    """
    if not outcome.otherwise:
        return guarded(outcome.when, always)
    before = decision.outcomes[: decision.outcomes.index(outcome)]
    ruled_out = [Not(Reference(NodeId.outcome(decision.id, each.id))) for each in before]
    return AllOf((*ruled_out, *something_asked(before, always)))


def something_asked(outcomes: Sequence[Outcome], always: Collection[str] = ()) -> tuple[Expr, ...]:
    """Return: something that these outcomes ask applies and is met, else unknown; nothing where that is always so."""
    named = (node.name for node in _inside(outcomes) if isinstance(node, Reference))
    asked = tuple(dict.fromkeys(name for name in named if not name.is_tier))
    if _is_plain(outcomes) or any(each in always for each in asked):
        return ()
    return (never_not_met(AnyOf(tuple(Reference(each, Aspect.MET) for each in asked))),)


def _is_plain(outcomes: Iterable[Outcome]) -> bool:
    """Whether a test of facts or a level stands in an outcome itself."""
    return any(
        node.name.is_tier if isinstance(node, Reference) else is_test(node) for node in _inside(outcomes)
    )


def _inside(outcomes: Iterable[Outcome]) -> Iterator[Expr]:
    return (node for each in outcomes if not each.otherwise for node in walk(each.when))


def never_not_met(expr: Expr, because: str = "") -> Expr:
    """The same while it is met, and unknown instead of not met, for a reason that reports can give."""
    return AnyOf((expr, Constant(None, because)))

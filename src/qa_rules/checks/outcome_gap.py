"""A decision that leaves somebody without an outcome, whatever a policy says."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.expressions import AllOf, Aspect, Expr, Reference
from qa_rules.model.rulesets import Decision
from qa_rules.program.bind import close
from qa_rules.program.exhaustive import STEPS, OutcomeGap, exhaustive

CODE = "outcome-gap"
_GIVE = "give the case to one of the outcomes, usually a stricter one; `qa-rules verify` looks for somebody like that"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield each decision of which every outcome may be ruled out, with what the last one asks and nothing catches."""
    found = exhaustive(close(subject.ruleset))
    for decision in subject.ruleset.decisions:
        if found[decision.id].holds:
            continue
        gap = found[decision.id].gap
        if gap is None:
            message = f"`{decision.id}` may leave somebody out: {STEPS:,} steps did not find out"
            yield Remark(CODE, decision.id, message, "make the outcomes simpler", decision.place)
        else:
            yield _remark(decision, gap)


def _remark(decision: Decision, gap: OutcomeGap) -> Remark:
    last = decision.outcomes[-1]
    at = f"{decision.id}.{last.id}"
    for asked in _asked(last.when):
        if not asked.name.is_tier and asked.name in gap.not_met:
            message = (
                f"`{last.id}` asks for {asked.name}, and no stricter outcome is for all who do not meet it"
            )
            hint = f"add `{asked.name} is not met` to an outcome above it"
            return Remark(CODE, at, message, hint, asked.place or last.place)
    message = f"`{decision.id}` has no outcome for some: all of its outcomes can be ruled out together"
    return Remark(CODE, at, message, _GIVE, last.place)


def _asked(expr: Expr) -> Iterator[Reference]:
    """The requirements and groups that an expression asks to be satisfied, one and all."""
    if isinstance(expr, AllOf):
        for operand in expr.operands:
            yield from _asked(operand)
    elif isinstance(expr, Reference) and expr.aspect is not Aspect.GAP:
        yield expr

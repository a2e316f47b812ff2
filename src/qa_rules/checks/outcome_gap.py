"""A decision whose last outcome asks for something whose failure no outcome before it catches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.expressions import AllOf, Aspect, Expr, Reference, walk
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Decision, Ruleset
from qa_rules.program.bind import close, requirements_of

CODE = "outcome-gap"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield what the last outcome asks and no earlier one catches; then every outcome may be ruled out.

    Only last outcomes that are plain references are judged here; `verify` judges all of them.
    """
    for decision in subject.ruleset.decisions:
        asked = _asked(decision.outcomes[-1].when)
        if asked is None:
            continue
        caught = _caught(subject.ruleset, decision)
        for reference in asked:
            if not _covered(subject.ruleset, reference.name, caught):
                last = decision.outcomes[-1]
                message = f"`{last.id}` asks for {reference.name}, and no stricter outcome is for when it is not met"
                hint = f"add `{reference.name} is not met` to an outcome above it"
                yield Remark(CODE, f"{decision.id}.{last.id}", message, hint, reference.place or last.place)


def _asked(expr: Expr) -> Sequence[Reference] | None:
    """The references that hold together; None when there is more to it."""
    if isinstance(expr, Reference):
        return [expr] if expr.aspect is not Aspect.GAP or expr.name.is_tier else None
    if isinstance(expr, AllOf):
        inner = [_asked(operand) for operand in expr.operands]
        return None if None in inner else [each for found in inner if found for each in found]
    return None


def _caught(ruleset: Ruleset, decision: Decision) -> set[str]:
    """The names whose gap some earlier outcome asks."""
    found: set[str] = set()
    for outcome in decision.outcomes[:-1]:
        for node in walk(outcome.when):
            if not isinstance(node, Reference):
                continue
            if node.aspect is Aspect.GAP or node.name.is_tier:
                found.add(node.name)
                base, severity = node.name.rule, node.name.severity
                severities = close(ruleset).severities
                found.update(
                    name
                    for name in requirements_of(ruleset, base)
                    if severity is None
                    or severities[name] is severity  # fixed by the standard, whatever a policy says
                )
    return found


def _covered(ruleset: Ruleset, name: str, caught: set[str]) -> bool:
    if name in caught or NodeId(name).is_tier:
        return name in caught
    base = NodeId(name).rule
    group = ruleset.group.get(base)
    if group is None or group.instead is not None:
        return base in caught
    return base in caught or all(_covered(ruleset, member, caught) for member in group.members)

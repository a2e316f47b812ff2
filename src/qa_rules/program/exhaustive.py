"""Whether the outcomes of a decision leave nobody out, so that what is not ruled out may stand as the answer.

A decision is total when each thing that its last outcome asks is caught by an outcome before it that holds when
that thing is not satisfied. Only then is one of those that are left certain to hold, though none is met yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from qa_rules.model.expressions import AllOf, AnyOf, Aspect, Expr, Reference
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Decision, Ruleset


@lru_cache(maxsize=256)
def is_total(ruleset: Ruleset, decision: Decision) -> bool:
    """Return whether one outcome holds for everybody, by the form of the outcomes."""
    caught = dict.fromkeys((name for each in decision.outcomes[:-1] for name in _caught(each.when)), True)
    asked = list(_conjuncts(decision.outcomes[-1].when))
    return all(isinstance(each, Reference) and _is_covered(ruleset, each, caught) for each in asked)


def asked_of_last(decision: Decision) -> tuple[str, ...]:
    """Return the requirements and groups that the last outcome asks to be satisfied."""
    found = (each for each in _conjuncts(decision.outcomes[-1].when) if isinstance(each, Reference))
    return tuple(each.name for each in found if not each.name.is_tier)


def _conjuncts(expr: Expr) -> Iterator[Expr]:
    if isinstance(expr, AllOf):
        for operand in expr.operands:
            yield from _conjuncts(operand)
    else:
        yield expr


def _caught(expr: Expr) -> Iterator[str]:
    """The names of which a gap alone makes the expression hold."""
    if isinstance(expr, AnyOf):
        for operand in expr.operands:
            yield from _caught(operand)
    elif isinstance(expr, Reference) and (expr.aspect is Aspect.GAP) is not expr.name.is_tier:
        yield expr.name


def _is_covered(ruleset: Ruleset, asked: Reference, caught: dict[str, bool]) -> bool:
    if asked.name.is_tier:
        return asked.aspect is Aspect.GAP and asked.name in caught
    plain = asked.aspect is Aspect.SATISFIED and asked.strength is None
    return plain and _is_caught(ruleset, asked.name, caught)


def _is_caught(ruleset: Ruleset, name: str, caught: dict[str, bool]) -> bool:
    """Itself, or, of a group or a severity of one, the whole or every member. What was found is kept in `caught`."""
    base = NodeId(name).rule
    if name not in caught and base not in caught:
        group = ruleset.group.get(base)
        members = () if group is None else group.members
        caught[base] = bool(members) and all(_is_caught(ruleset, member, caught) for member in members)
    return caught.get(name, False) or caught.get(base, False)

"""Conditions that may be overdue: which of them are is left open, as a fact of its own for each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import attrs

from qa_rules.model.expressions import Fact, terms, walk
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId, overdue_of
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.bind import ClosedRuleset, close, close_waiting
from qa_rules.semantics.snapshot import Held, Known


def opened(ruleset: Ruleset, policy: Policy | None) -> ClosedRuleset:
    """Apply a policy. Where conditions fall due, which of them are overdue stays open."""
    if policy is None or policy.condition_days is None:
        return close(ruleset, policy)
    return _told(close_waiting(ruleset, policy))


@once_for_each
def _told(closed: ClosedRuleset) -> ClosedRuleset:
    """The same, with a declaration of each fact that says whether a condition is overdue."""
    told = {
        NodeId.overdue(name): FactDeclaration(
            NodeId.overdue(name), FactType.YES_NO, f"{name} overdue", f"Is {name} overdue?"
        )
        for name in may_be_overdue(closed)
    }
    vocabulary = Vocabulary({**closed.ruleset.vocabulary.facts, **told})
    return attrs.evolve(closed, ruleset=attrs.evolve(closed.ruleset, vocabulary=vocabulary))


@once_for_each
def may_be_overdue(closed: ClosedRuleset) -> tuple[str, ...]:
    """Return the requirements that the closed ruleset asks differently of when they are overdue."""
    found: dict[str, None] = {}
    for node in closed.nodes:
        for inner in walk(node.expr):
            for term in terms(inner):
                if isinstance(term, Fact) and (condition := overdue_of(term.name)):
                    found.setdefault(condition)
    return tuple(found)


@once_for_each
def looks_at_overdue(closed: ClosedRuleset) -> bool:
    """Whether a requirement itself looks at what is overdue, by way of a group under a severity."""
    parts = (
        part for name in closed.ruleset.requirement for part in (name, NodeId.applies(name), NodeId.met(name))
    )
    return any(overdue_of(each) for name in closed.behind(parts) for each in closed.reads_itself[name])


@once_for_each
def _none_overdue(closed: ClosedRuleset) -> dict[str, Held]:
    return {NodeId.overdue(name): Held(False, 3, 0) for name in may_be_overdue(closed)}


def with_overdue(known: Known, closed: ClosedRuleset, overdue: Collection[str]) -> Known:
    """Return what is known, and of each condition that may be overdue whether it is."""
    told = _none_overdue(closed)
    if not told:
        return known
    late = {name: _OVERDUE for each in overdue if (name := NodeId.overdue(each)) in told}
    return Known({**known.values, **told, **late}, known.collections, known.on, known.calendar)


_OVERDUE: Final = Held(True, 3, 0)

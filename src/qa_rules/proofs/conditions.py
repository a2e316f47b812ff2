"""Conditions that may be overdue: which of them are is left open, as a fact of its own for each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

import attrs

from qa_rules.model.expressions import Fact, terms, walk
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.nodes import NodeId, overdue_of
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Strength
from qa_rules.program.bind import ClosedRuleset, close, close_waiting
from qa_rules.semantics.snapshot import Held, Known


def opened(ruleset: Ruleset, policy: Policy | None) -> ClosedRuleset:
    """Apply a policy. Where conditions fall due, which of them are overdue stays open."""
    if policy is None or policy.condition_days is None:
        return close(ruleset, policy)
    return _waiting(ruleset, policy)


@lru_cache(maxsize=16)
def _waiting(ruleset: Ruleset, policy: Policy) -> ClosedRuleset:
    closed = close_waiting(ruleset, policy)
    told = {
        NodeId.overdue(name): FactDeclaration(
            NodeId.overdue(name), FactType.YES_NO, f"{name} overdue", f"Is {name} overdue?"
        )
        for name in may_be_overdue(closed)
    }
    vocabulary = Vocabulary({**closed.ruleset.vocabulary.facts, **told})
    return attrs.evolve(closed, ruleset=attrs.evolve(closed.ruleset, vocabulary=vocabulary))


def may_be_overdue(closed: ClosedRuleset) -> Iterator[str]:
    """Yield the requirements that the closed ruleset asks differently of when they are overdue."""
    found: dict[str, None] = {}
    for node in closed.nodes:
        for inner in walk(node.expr):
            for term in terms(inner):
                if isinstance(term, Fact) and (condition := overdue_of(term.name)):
                    found.setdefault(condition)
    yield from found


def with_overdue(known: Known, closed: ClosedRuleset, overdue: Collection[str]) -> Known:
    """Return what is known, and of each condition that may be overdue whether it is."""
    strongest = int(Strength.VERIFIED)
    told = {NodeId.overdue(name): Held(name in overdue, strongest, 0) for name in may_be_overdue(closed)}
    return attrs.evolve(known, values={**known.values, **told}) if told else known

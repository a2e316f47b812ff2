"""What a change can reach: the nodes of a closed ruleset that are others, and those that refer to them."""

from __future__ import annotations

from typing import Final

import attrs

from qa_rules.model.expressions import Expr, facts_of
from qa_rules.model.lazy import lazy
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Severity
from qa_rules.program.bind import ClosedRuleset, close, close_again
from qa_rules.program.graph import referred
from qa_rules.testing.mutants import Mutant


@attrs.frozen
class Step:
    """A node that a change can reach."""

    name: str
    expr: Expr
    refers: tuple[str, ...]
    reads: frozenset[str]
    """The facts and collections that it reads itself."""
    changed: bool
    """Whether the node itself is another."""


@attrs.frozen
class Reach:
    """What a change can reach in one closed ruleset."""

    closed: ClosedRuleset
    """With the change."""
    steps: tuple[Step, ...]
    """Each after those that it refers to."""
    alike: bool
    """Whether the nodes have the same names in the same order as without the change."""
    everywhere: bool
    """Whether answers can change although no node does: outcomes or strengths are others."""

    @lazy
    def changed(self) -> tuple[Step, ...]:
        """The steps that are others themselves."""
        return tuple(step for step in self.steps if step.changed)

    @property
    def is_nothing(self) -> bool:
        """Whether the change changes nothing at all."""
        return not self.steps and self.alike and not self.everywhere

    @property
    def touches_a_condition(self) -> bool:
        """Whether it reaches a requirement that is a condition, which may fall due."""
        severities = self.closed.severities
        return any(severities.get(step.name) is Severity.CONDITION for step in self.steps)


def reach(old: ClosedRuleset, mutant: Mutant) -> Reach:
    """Return what a mutant's change can reach in the ruleset closed under one policy."""
    if mutant.requirement is not None and _keeps_the_nodes(old, mutant.ruleset, mutant.requirement):
        new = close_again(old, mutant.ruleset, mutant.requirement)
        return Reach(new, _steps(old, new), old.index == new.index, everywhere=False)
    new = close(mutant.ruleset, _policy(mutant, old))
    same = old.ruleset.decisions == new.ruleset.decisions and old.strength == new.strength
    same = same and _ladder(old) == _ladder(new)
    return Reach(new, _steps(old, new), old.index == new.index, not same)


def _steps(old: ClosedRuleset, new: ClosedRuleset) -> tuple[Step, ...]:
    before = old.exprs
    touched: set[str] = set()
    steps: list[Step] = []
    for node in new.nodes:
        was = before.get(node.name)
        changed = was is not node.expr and was != node.expr
        refers = tuple(dict.fromkeys(referred(node.expr))) if changed else old.refers[node.name]
        reads = facts_of(node.expr) if changed else old.reads_itself[node.name]
        if changed or not touched.isdisjoint(refers):
            touched.add(node.name)
            steps.append(Step(node.name, node.expr, refers, reads, changed))
    return tuple(steps)


_OPTIONAL: Final = ("applies_when", "plainly")


def _keeps_the_nodes(old: ClosedRuleset, changed: Ruleset, name: str) -> bool:
    """Whether a requirement with other rules leaves the other nodes, and their order, as they are."""
    before, after = old.ruleset.requirement[name], changed.requirement[name]
    if any((getattr(before, each) is None) is not (getattr(after, each) is None) for each in _OPTIONAL):
        return False
    was, now = (
        {ref for expr in (each.applies_when, each.met_when) if expr is not None for ref in referred(expr)}
        for each in (before, after)
    )
    return now <= was


def _ladder(closed: ClosedRuleset) -> tuple[object, ...]:
    """What of a ladder decides how far the routes reach; the rest stands in the nodes."""
    return tuple(tuple(tier.needs) for tier in closed.ladder)


def _policy(mutant: Mutant, old: ClosedRuleset) -> Policy | None:
    """The policy of the mutant, with the conditions that are overdue made required as in `old`."""
    if mutant.policy is None or old.policy is None:
        return old.policy
    given = mutant.policy.severities
    overdue = {
        name: severity
        for name, severity in old.policy.severities.items()
        if name not in given and severity is Severity.REQUIRED and name in old.ruleset.requirement
    }
    return attrs.evolve(mutant.policy, severities={**given, **overdue}) if overdue else mutant.policy

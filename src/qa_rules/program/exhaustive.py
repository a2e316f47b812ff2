"""Whether the outcomes of a decision leave nobody out, by what they mean.

They do where no complete subject in scope has every outcome ruled out, however each test that stays open for it (on
none, on an empty list, on a setting that nobody gave) is read: as met or as not met. So a test is one truth, the tests
of one fact are only so together as some value of it makes them, and which conditions are overdue is left open. Whether
some such reading rules out every outcome is searched for on the gates; no solver is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from qa_rules.model.expressions import (
    Compare,
    Constant,
    Expr,
    Fact,
    Given,
    Literal,
    Not,
    Op,
    Reference,
    Sided,
    walk,
)
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.program.algebra import Algebra, Pair
from qa_rules.program.bind import ClosedRuleset, left_waiting
from qa_rules.program.connectives import FactTest, Lowering
from qa_rules.program.gates import Lit
from qa_rules.program.graph import outcomes_of
from qa_rules.program.regions import Region, regions
from qa_rules.program.search import search
from qa_rules.program.store import Store

STEPS = 100_000
"""How many gates are looked at before the search is given up. Then the outcomes do not count as exhaustive."""


@attrs.frozen
class OutcomeGap:
    """Somebody for whom every outcome is ruled out."""

    tests: Mapping[Expr, bool]
    """The tests that this takes, each as it comes out or is read."""
    not_met: frozenset[str]
    """The nodes that are not met for them."""


@attrs.frozen
class Exhaustiveness:
    """What was found of the outcomes of a decision."""

    holds: bool
    """No complete subject has every outcome ruled out."""
    gap: OutcomeGap | None = None
    """One who has, where the outcomes are not exhaustive; None where the search was given up."""


@once_for_each
def exhaustive(closed: ClosedRuleset) -> Mapping[str, Exhaustiveness]:
    """Return by decision whether its outcomes leave nobody out."""
    waiting = left_waiting(closed)
    return {each.id: _of_decision(waiting, each) for each in closed.ruleset.decisions}


def is_exhaustive(closed: ClosedRuleset, tests: Sequence[Expr]) -> bool:
    """Whether one of these tests holds for every complete subject in scope; False where the search was given up."""
    return _judged(left_waiting(closed), tests, ()).holds


def is_met_by_somebody(closed: ClosedRuleset, test: Expr) -> bool:
    """Whether some complete subject in scope meets a test; False where the search was given up."""
    return _judged(left_waiting(closed), [Not(test)], ()).gap is not None


def _of_decision(closed: ClosedRuleset, decision: Decision) -> Exhaustiveness:
    return _judged(closed, [Reference(name) for name in outcomes_of(decision)], [NodeId.scope(decision.id)])


def _judged(closed: ClosedRuleset, tests: Sequence[Expr], of: Sequence[NodeId]) -> Exhaustiveness:
    """Search for somebody in scope, of the ruleset and `of` more, who fails every test."""
    lowering = _Reading(Store(), 1, always_given(closed))
    scopes = [name for name in (SCOPE, *of) if name in closed.index]
    asked = [each.name for test in tests for each in walk(test) if isinstance(each, Reference)]
    behind = closed.behind([*asked, *scopes])
    nodes = lowering.nodes
    for name in sorted(behind, key=closed.index.__getitem__):
        nodes[name] = lowering.of(closed.exprs[name])
    goals = [lowering.of(test).f[0] for test in tests] + [nodes[name].t[0] for name in scopes]
    # So it always is; said of each node, it spares the search from finding it out.
    goals += [lowering.make.any((-pair.t[0], -pair.f[0])) for pair in nodes.values()]
    goals += [lowering.one_of(ways) for ways in regions(lowering.tests, closed.ruleset.vocabulary.scalars)]
    found = search(lowering.make.gates, goals, STEPS)
    if found is None or not found.holds:
        return Exhaustiveness(found is not None)
    names = list(nodes)
    not_met = lowering.make.evaluate(found.truths, [nodes[name].f[0] for name in names])
    read = {
        test: found.truths[name]
        for test, literal in lowering.tests.items()
        for name in lowering.make.names([literal])
        if name in found.truths
    }
    unmet = frozenset(name for name, each in zip(names, not_met, strict=True) if each)
    return Exhaustiveness(False, OutcomeGap(read, unmet))


def always_given(closed: ClosedRuleset) -> frozenset[str]:
    """Return the facts that have a value in everybody of whom everything is known: those that may not be none.

    What stands in a document may be missing with the document.
    """
    declared = closed.ruleset.vocabulary.scalars.items()
    return frozenset(name for name, each in declared if not each.may_be_none and "." not in name)


@attrs.frozen
class _Reading(Algebra, Lowering[Pair]):
    """Lowers expressions with every test read one way or the other."""

    given: frozenset[str]
    tests: dict[Expr, Lit] = attrs.field(factory=dict)
    nodes: dict[str, Pair] = attrs.field(factory=dict)

    def constant(self, expr: Constant) -> Pair:
        # What is unknown for no reason guards against what nobody is asked: it is open, however one reads.
        return self._read(expr) if expr.holds is None and expr.because else self.sure(expr.holds)

    def reference(self, expr: Reference) -> Pair:
        return self.nodes[expr.name]

    def sided(self, expr: Sided) -> Pair:
        # A table with a hole gives nothing there: that stays open, however one reads.
        met, unmet = self.of(expr.met).t[0], self.of(expr.unmet).t[0]
        literal = self.make.any((met, self.make.all((-unmet, self._read(expr.of).t[0]))))
        return Pair((literal,), (-literal,))

    def test(self, expr: FactTest) -> Pair:
        if isinstance(expr, Given) and isinstance(expr.term, Fact) and expr.term.name in self.given:
            return self.sure(True)
        return self._read(expr)

    def one_of(self, ways: Sequence[Region]) -> Lit:
        """Return: tests come out together in one of these ways."""
        return self.make.any(
            self.make.all(self.tests[test] if truth else -self.tests[test] for test, truth in way.items())
            for way in ways
        )

    def _read(self, test: Expr) -> Pair:
        """One truth, wherever it stands. Opposite comparisons are one test and its not."""
        opposite = _opposite(test)
        if opposite is not None:
            return self.opposite(self._read(opposite))
        if test not in self.tests:
            self.tests[test] = self.make.var(str(len(self.tests)))
        literal = self.tests[test]
        return Pair((literal,), (-literal,))


def _opposite(test: Expr) -> Expr | None:
    """The test that is met just where this one is not met, if that is the one of the two that is read."""
    match test:
        case Compare(_, Op.MORE | Op.LESS as op) if op.opposite is not None:
            return attrs.evolve(test, op=op.opposite)
        case Compare(_, Op.IS, Literal(False)):
            return attrs.evolve(test, right=Literal(True))
        case _:
            return None

"""What the nodes of one closed ruleset are worth, from what those of another are: only what is another is evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa_rules.model.expressions import Expr
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import PAIR, Pair, pack

Pairs = Mapping[str, Pair]
"""What nodes are worth, by name."""


def translated(
    closed: ClosedRuleset, other: ClosedRuleset, results: Sequence[int], known: Known
) -> tuple[int, ...]:
    """Return the six bits of every node, from the results of another closed ruleset of the same rules."""
    if closed is other:
        return tuple(results)
    pairs: dict[str, Pair] = {}
    found: list[int] = []
    moved: set[str] = set()
    for name, expr, at, is_same, refers in _plan(closed, other):
        if is_same and moved.isdisjoint(refers):
            code = results[at]
        else:
            code = pack(*evaluate(expr, known, pairs))
            if at < 0 or code != results[at]:
                moved.add(name)
        found.append(code)
        pairs[name] = PAIR[code]
    return tuple(found)


@once_for_each
def _plan(
    closed: ClosedRuleset, other: ClosedRuleset
) -> list[tuple[NodeId, Expr, int, bool, frozenset[NodeId]]]:
    """For each node: where it stands in the other, whether it is the same there, and what it refers to."""
    index, exprs = other.index, other.exprs
    return [
        (
            node.name,
            node.expr,
            index.get(node.name, -1),
            node.name in index and exprs[node.name] == node.expr,
            frozenset(closed.refers[node.name]),
        )
        for node in closed.nodes
    ]


class _Pairs(dict[str, Pair]):
    """Pairs of nodes, of which those that are another are evaluated when they are looked up."""

    def __init__(self, closed: ClosedRuleset, known: Known, pairs: Mapping[str, Pair]) -> None:
        super().__init__(pairs)
        self.exprs, self.known = closed.exprs, known

    def __missing__(self, name: str) -> Pair:
        found = self[name] = evaluate(self.exprs[name], self.known, self)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self.exprs else default


def pairs_by(closed: ClosedRuleset, other: ClosedRuleset, results: Sequence[int], known: Known) -> Pairs:
    """Return the pair of every node, from the results of another closed ruleset of the same rules."""
    if closed is other:
        return closed.pairs(results)
    names, places = _shared(closed, other)
    return _Pairs(closed, known, dict(zip(names, [PAIR[results[at]] for at in places], strict=True)))


@once_for_each
def _shared(closed: ClosedRuleset, other: ClosedRuleset) -> tuple[tuple[NodeId, ...], tuple[int, ...]]:
    """The nodes that are the same in both, and all that is behind them is, with their places in the other."""
    found: dict[NodeId, int] = {}
    for name, _, at, is_same, refers in _plan(closed, other):
        if is_same and all(each in found for each in refers):
            found[name] = at
    return tuple(found), tuple(found.values())

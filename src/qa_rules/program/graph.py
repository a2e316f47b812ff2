"""The nodes of a closed ruleset and how they hang together, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from qa_rules.model.expressions import Compare, Expr, Later, Reference, Within, facts_of, walk
from qa_rules.model.kept import Keeping
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import NodeId, OutcomeNode, ScopeNode
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import Unit
from qa_rules.semantics.truth import PAIR, Pair


@attrs.frozen
class Node:
    """A named expression. Its references name earlier nodes, taken as they are."""

    name: NodeId = attrs.field(converter=NodeId)
    expr: Expr
    compared: Compare | None = None
    """Of a number that is compared: the comparison as it is told, of which `expr` is what it comes to."""


class Graph(Keeping):
    """Named expressions in the order of their dependence. Without cycles: a node refers to earlier ones."""

    nodes: tuple[Node, ...]

    @lazy
    def index(self) -> Mapping[str, int]:
        """The position of each node."""
        return {node.name: at for at, node in enumerate(self.nodes)}

    @lazy
    def exprs(self) -> Mapping[str, Expr]:
        """The expression of each node."""
        return {node.name: node.expr for node in self.nodes}

    @lazy
    def compared(self) -> Mapping[str, Compare]:
        """Of nodes that compare a number of the ruleset: the comparison."""
        return {node.name: node.compared for node in self.nodes if node.compared is not None}

    @lazy
    def refers(self) -> Mapping[str, tuple[NodeId, ...]]:
        """The nodes that each node itself refers to."""
        return {node.name: tuple(dict.fromkeys(referred(node.expr))) for node in self.nodes}

    @lazy
    def referring(self) -> Mapping[str, tuple[NodeId, ...]]:
        """The nodes that themselves refer to each node."""
        found: dict[str, list[NodeId]] = {node.name: [] for node in self.nodes}
        for node in self.nodes:
            for name in self.refers[node.name]:
                found[name].append(node.name)
        return {name: tuple(names) for name, names in found.items()}

    @lazy
    def reads_itself(self) -> Mapping[str, frozenset[str]]:
        """The facts and collections that each node reads other than by way of a reference."""
        return {node.name: facts_of(node.expr) for node in self.nodes}

    @lazy
    def reads(self) -> Mapping[str, frozenset[str]]:
        """The facts and collections that each node reads, those of the nodes that it refers to included."""
        found: dict[str, frozenset[str]] = {}
        for node in self.nodes:
            inner = (found[name] for name in self.refers[node.name])
            found[node.name] = self.reads_itself[node.name].union(*inner)
        return found

    def read_by(self, expr: Expr) -> frozenset[str]:
        """Return the facts and collections that an expression over the nodes reads."""
        return facts_of(expr).union(*(self.reads[name] for name in referred(expr)))

    def behind(self, names: Iterable[str]) -> frozenset[NodeId]:
        """Return the nodes that these refer to, directly or not, and themselves. Names of no node are passed over."""
        return self._reached(names, self.refers)

    def behind_whatever_is_overdue(
        self, names: Iterable[str]
    ) -> tuple[frozenset[str], dict[NodeId, frozenset[str]]]:
        """Return the rules behind these nodes, less those behind conditions that are asked while overdue, or while not.

        And of each such condition the rules behind it.
        """
        names = tuple(names)
        waiting = {each for each in self.behind(names) if each.is_waiting}
        steps = {
            name: tuple(each for each in inner if each not in waiting) for name, inner in self.refers.items()
        }
        sure = frozenset(each.rule for each in self._reached(names, steps))
        return sure, {each: frozenset(one.rule for one in self.behind([each])) for each in waiting}

    def above(self, names: Iterable[str]) -> frozenset[NodeId]:
        """Return the nodes that refer to these, directly or not, and themselves. Names of no node are passed over."""
        return self._reached(names, self.referring)

    def of_decision(self, decision: str) -> Iterator[NodeId]:
        """Yield the nodes that say whether a decision applies, the ruleset's own included, and its outcomes."""
        for node in self.nodes:
            match node.name.parts:
                case ScopeNode(which) if which in ("", decision):
                    yield node.name
                case OutcomeNode(which) if which == decision:
                    yield node.name
                case _:
                    pass

    def pairs(self, results: Sequence[int]) -> dict[str, Pair]:
        """Return the pair of each node, out of the six bits of each."""
        return dict(zip(self.names, map(PAIR.__getitem__, results), strict=True))

    @lazy
    def names(self) -> tuple[NodeId, ...]:
        """The nodes in their order."""
        return tuple(node.name for node in self.nodes)

    def _reached(self, names: Iterable[str], steps: Mapping[str, tuple[NodeId, ...]]) -> frozenset[NodeId]:
        ahead = [self.nodes[self.index[name]].name for name in names if name in self.index]
        found: set[NodeId] = set()
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                ahead.extend(steps[name])
        return frozenset(found)


def outcomes_of(decision: Decision) -> tuple[NodeId, ...]:
    """Return the nodes of a decision's outcomes, in their order."""
    return tuple(NodeId.outcome(decision.id, outcome.id) for outcome in decision.outcomes)


def referred(expr: Expr) -> Iterator[NodeId]:
    """Yield the nodes that an expression refers to, as often as it does."""
    return (inner.name for inner in walk(expr) if isinstance(inner, Reference))


def has_working_days(expr: Expr) -> bool:
    """Return whether a test counts working days."""
    if isinstance(expr, Within):
        return expr.unit is Unit.WORKING_DAYS
    if isinstance(expr, Compare):
        return any(
            isinstance(term, Later) and term.unit is Unit.WORKING_DAYS for term in (expr.left, expr.right)
        )
    return False

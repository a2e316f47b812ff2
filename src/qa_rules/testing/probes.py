"""A closed ruleset with further nodes, so that any engine tells what single tests come to and what turns on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import children, is_test, rebuild
from qa_rules.model.facts import Vocabulary
from qa_rules.model.nodes import NodeId
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.graph import Node
from qa_rules.semantics.written import written

Path = tuple[int, ...]
"""The way from an expression to one inside it: which child, at each step."""


@attrs.frozen
class Spot:
    """One test where it stands."""

    expr: ex.Expr
    path: Path
    collection: str | None
    """The collection whose records it looks at; None outside of quantifiers."""


def spots(
    expr: ex.Expr, vocabulary: Vocabulary, path: Path = (), collection: str | None = None
) -> Iterator[Spot]:
    """Yield every test and every count in an expression that its author wrote, outermost first.

    A test stands where it is together with what settles it.
    """
    test = written(expr, vocabulary)
    if _is_written(test):
        yield Spot(test, path, collection)
    for at, (child, inside) in enumerate(_inside(expr, collection) if test is expr else ()):
        yield from spots(child, vocabulary, (*path, at), inside)


def _inside(expr: ex.Expr, collection: str | None) -> list[tuple[ex.Expr, str | None]]:
    """What stands directly inside, with the collection whose records it looks at."""
    match expr:
        case ex.Quantified() | ex.Together():
            return [(each, expr.collection) for each in children(expr)]
        case ex.Total(parts):
            return [(each.where, each.collection) for each in parts if each.where is not None]
        case _:
            return [(each, collection) for each in children(expr)]


def _is_written(expr: ex.Expr) -> bool:
    """Whether an author wrote it: a count, a test, or a reference that does not only hold the nodes together.

    What was made in Python has no place; then references to parts of nodes are taken as ours.
    """
    match expr:
        case ex.Reference(name):
            return expr.place is not None or name.whole == name
        case ex.AllOf((ex.Reference(), ex.Reference(name))):
            return expr.place is not None and name.whole != name and expr.operands[1].place is None
        case ex.AtLeast():
            return True
        case ex.Sided():  # its parts are asked about
            return False
        case _:
            return is_test(expr)


def replaced(expr: ex.Expr, path: Path, new: ex.Expr) -> ex.Expr:
    """Return an expression with another in the place that the path leads to."""
    if not path:
        return new
    at = iter(range(len(children(expr))))
    return rebuild(expr, lambda child: replaced(child, path[1:], new) if next(at) == path[0] else child)


class Probes:
    """Nodes added to a closed ruleset, one for each expression."""

    def __init__(self, closed: ClosedRuleset) -> None:
        """Begin with the nodes of a closed ruleset."""
        self.closed = closed
        self.named: dict[ex.Expr, NodeId] = {}

    def node(self, expr: ex.Expr) -> NodeId:
        """Return the name of the node of an expression."""
        return self.named.setdefault(expr, NodeId.probe(len(self.named)))

    def some(self, spot: Spot, expr: ex.Expr) -> NodeId:
        """Return a node that holds when an expression holds where a test stands: there, or of some record."""
        if spot.collection is None:
            return self.node(expr)
        return self.node(ex.Quantified(ex.Count.SOME, 0, spot.collection, None, expr))

    def taken(self, expr: ex.Expr, spots: Iterable[Spot], holds: bool) -> NodeId:
        """Return the node of an expression in which a test, wherever it stands, is taken as held or failed."""
        for spot in spots:
            expr = replaced(expr, spot.path, ex.Constant(holds))
        return self.node(expr)

    def whole(self) -> ClosedRuleset:
        """Return the closed ruleset with every node that was asked for."""
        added = (Node(name, expr) for expr, name in self.named.items())
        return attrs.evolve(self.closed, nodes=(*self.closed.nodes, *added))


def behind(closed: ClosedRuleset, names: Iterable[str]) -> ClosedRuleset:
    """Return the closed ruleset with only these nodes and those that they refer to."""
    kept = closed.behind(names)
    return attrs.evolve(closed, nodes=tuple(node for node in closed.nodes if node.name in kept))


def exactly(count: int, operands: tuple[ex.Expr, ...]) -> ex.Expr:
    """Return: so many of the operands hold, no more and no fewer."""
    fewer = ex.Not(ex.AtLeast(count + 1, operands))
    if count == 0:
        return fewer
    return (
        ex.AtLeast(count, operands)
        if count == len(operands)
        else ex.AllOf((ex.AtLeast(count, operands), fewer))
    )

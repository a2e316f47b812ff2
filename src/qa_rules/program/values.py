"""The values that a ruleset defines, put into the tests that use them: a program knows facts and nodes only.

A yes or no is a node of its own, to which its users refer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import rebuild, terms, walk
from qa_rules.model.facts import FactType
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import NamedValue


def nodes_of(values: Mapping[str, NamedValue]) -> Mapping[str, ex.Expr]:
    """Return the tests of the values that are nodes of their own, by those nodes."""
    return {
        NodeId.value(name): each.definition for name, each in values.items() if each.type is FactType.YES_NO
    }


def named(expr: ex.Expr) -> Iterator[str]:
    """Yield the names of the values that an expression uses itself, as often as it does."""
    for node in walk(expr):
        yield from (term.name for term in terms(node) if isinstance(term, ex.Named))


def bound(expr: ex.Expr, values: Mapping[str, NamedValue]) -> ex.Expr:
    """Return the expression with what the values in it are made of in their place."""
    match expr:
        case ex.Compare(ex.Named(name), ex.Op.IS, ex.Literal(bool() as wanted)):
            reference = ex.Reference(NodeId.value(name), place=expr.place)
            return reference if wanted else ex.Not(reference, place=expr.place)
        case _:
            return rebuild(expr, lambda inner: bound(inner, values))

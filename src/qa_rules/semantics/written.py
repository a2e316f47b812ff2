"""Tests as they were written, in expressions in which what settles a test stands beside it."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import children, rebuild
from qa_rules.model.facts import Vocabulary
from qa_rules.semantics.settled import settled


def written(expr: ex.Expr, vocabulary: Vocabulary) -> ex.Expr:
    """Return the test that was written, of one that stands with what settles it; any other expression as it is."""
    first = expr.operands[0] if isinstance(expr, ex.AllOf | ex.AnyOf) and expr.operands else None
    if isinstance(expr, ex.AllOf) and isinstance(first, ex.AnyOf) and first.operands:
        first = first.operands[0]
    if not isinstance(first, ex.Compare | ex.Within | ex.OneOf | ex.Includes):
        return expr
    return first if settled(first, vocabulary) == expr else expr


def walk_written(expr: ex.Expr, vocabulary: Vocabulary) -> Iterator[ex.Expr]:
    """Yield the expression and everything inside it, outermost first, without what settles a test beside it.

    A test that was taken apart, as one of what a table gives beside another fact, is yielded as one.
    """
    test = written(expr, vocabulary)
    yield test
    if test is expr and not isinstance(expr, ex.Sided):
        for child in children(expr):
            yield from walk_written(child, vocabulary)


def taken(expr: ex.Expr, test: ex.Expr, holds: bool, vocabulary: Vocabulary) -> ex.Expr:
    """Return the expression with a test that was written there taken as held or failed, with what settles it."""

    def change(inner: ex.Expr) -> ex.Expr:
        found = written(inner, vocabulary)
        if found == test and found.place == test.place:
            return ex.Constant(holds)
        return inner if found is not inner or isinstance(inner, ex.Sided) else rebuild(inner, change)

    return change(expr)

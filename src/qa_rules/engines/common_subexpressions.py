"""What is written once though it stands in several places: tests of one fact in an any-of, equal expressions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from qa_rules.model.expressions import AnyOf, Compare, Expr, Fact, Field, Literal, OneOf, Op, Term, walk


def merged(operands: Sequence[Expr]) -> Sequence[Expr]:
    """Write `f is a or f is b` as `f is one of a, b`: of equal worth, and one look at the fact."""
    options: dict[Term, list[Any]] = {}
    for operand in operands:
        match operand:
            case Compare(Fact() | Field() as item, Op.IS, Literal(value)) if not isinstance(value, bool):
                options.setdefault(item, []).append(value)
    found: dict[Expr, None] = {}
    for operand in operands:
        match operand:
            case Compare(Fact() | Field() as item, Op.IS, Literal()) if len(options.get(item, ())) > 1:
                found[OneOf(item, Literal(frozenset(options[item])))] = None
            case _:
                found[operand] = None
    return tuple(found)


def repeated(exprs: Iterable[Expr]) -> set[Expr]:
    """Return the expressions that stand in several places, those that `merged` makes included."""
    counts: Counter[Expr] = Counter()
    for expr in exprs:
        for inner in walk(expr):
            counts[inner] += 1
            if isinstance(inner, AnyOf):
                counts.update(set(merged(inner.operands)) - set(inner.operands))
    return {expr for expr, count in counts.items() if count > 1}

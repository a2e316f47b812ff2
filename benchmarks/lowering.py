"""The same rules as expressions of Polars and as SQL of DuckDB: what `columns` is measured against.

Both know nullable booleans with Kleene's and/or, so a test is written as it stands and null is unknown. That holds for
facts of one strength; grades of evidence would double every expression. At least k of n counts those that hold and
those that do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from qa_rules.meaning.closing import ClosedRuleset, Node
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Expr,
    Fact,
    Literal,
    Not,
    OnlyWhen,
    Op,
    Reference,
    walk,
)

if TYPE_CHECKING:
    import polars as pl

SIGNS: Mapping[Op, str] = {Op.IS: "=", Op.AT_LEAST: ">=", Op.AT_MOST: "<=", Op.MORE: ">", Op.LESS: "<"}


def needed(closed: ClosedRuleset, names: Iterable[str]) -> list[list[Node]]:
    """Return the nodes that these depend on, in stages: each refers to earlier stages only."""
    nodes = {node.name: node for node in closed.nodes}
    stage: dict[str, int] = {}

    def visit(name: str) -> int:
        if name not in stage:
            uses = [visit(each.name) for each in walk(nodes[name].expr) if isinstance(each, Reference)]
            stage[name] = max(uses, default=-1) + 1
        return stage[name]

    for name in names:
        visit(name)
    found: list[list[Node]] = [[] for _ in range(max(stage.values()) + 1)]
    for node in closed.nodes:
        if node.name in stage:
            found[stage[node.name]].append(node)
    return found


def to_polars(expr: Expr) -> pl.Expr:
    """Return a nullable boolean."""
    import polars as pl

    match expr:
        case AllOf(operands):
            return pl.all_horizontal([to_polars(each) for each in operands])
        case AnyOf(operands):
            return pl.any_horizontal([to_polars(each) for each in operands])
        case AtLeast(count, operands):
            every = [to_polars(each) for each in operands]
            met = pl.sum_horizontal([each.fill_null(False).cast(pl.UInt8) for each in every]) >= count
            open_ = pl.sum_horizontal([each.fill_null(True).cast(pl.UInt8) for each in every]) >= count
            return pl.when(met).then(True).when(~open_).then(False)
        case Not(operand):
            return ~to_polars(operand)
        case OnlyWhen(condition, operand):
            return ~to_polars(condition) | to_polars(operand)
        case Constant(holds):
            return pl.lit(holds, pl.Boolean)
        case Reference(name):
            return pl.col(name)
        case Compare(Fact(name), Op.IS, Literal(bool() as value)):
            return pl.col(name) if value else ~pl.col(name)
        case Compare(Fact(name), op, Literal(value)):
            column = pl.col(name)
            tests = {
                Op.IS: column.eq,
                Op.AT_LEAST: column.ge,
                Op.AT_MOST: column.le,
                Op.MORE: column.gt,
                Op.LESS: column.lt,
            }
            return tests[op](value)
        case _:
            raise NotImplementedError(type(expr).__name__)


def to_sql(expr: Expr) -> str:
    """Return a nullable boolean in SQL."""
    match expr:
        case AllOf(operands):
            return "(" + " AND ".join(map(to_sql, operands)) + ")" if operands else "TRUE"
        case AnyOf(operands):
            return "(" + " OR ".join(map(to_sql, operands)) + ")" if operands else "FALSE"
        case AtLeast(count, operands):
            every = [to_sql(each) for each in operands]
            met = " + ".join(f"COALESCE({each}, FALSE)::TINYINT" for each in every)
            open_ = " + ".join(f"COALESCE({each}, TRUE)::TINYINT" for each in every)
            return f"(CASE WHEN {met} >= {count} THEN TRUE WHEN {open_} < {count} THEN FALSE END)"
        case Not(operand):
            return f"(NOT {to_sql(operand)})"
        case OnlyWhen(condition, operand):
            return f"(NOT {to_sql(condition)} OR {to_sql(operand)})"
        case Constant(holds):
            return "NULL::BOOLEAN" if holds is None else str(holds).upper()
        case Reference(name):
            return f'"{name}"'
        case Compare(Fact(name), Op.IS, Literal(bool() as value)):
            return f'"{name}"' if value else f'(NOT "{name}")'
        case Compare(Fact(name), op, Literal(value)):
            return f'("{name}" {SIGNS[op]} {value!r})'
        case _:
            raise NotImplementedError(type(expr).__name__)


def polars_plan(frame: pl.LazyFrame, closed: ClosedRuleset, names: Iterable[str]) -> pl.LazyFrame:
    """Return the plan that gives these nodes as columns, a step for each stage of references."""
    import polars as pl

    wanted = list(names)
    for stage in needed(closed, wanted):
        frame = frame.with_columns([to_polars(node.expr).alias(node.name) for node in stage])
    return frame.select([pl.col(name) for name in wanted])


def duckdb_query(source: str, closed: ClosedRuleset, names: Iterable[str]) -> str:
    """Return the query that gives these nodes as columns, a subquery for each stage of references."""
    wanted = list(names)
    query = f"SELECT * FROM {source}"
    for stage in needed(closed, wanted):
        made = ", ".join(f'{to_sql(node.expr)} AS "{node.name}"' for node in stage)
        query = f"SELECT *, {made} FROM ({query})"
    listed = ", ".join(f'"{name}"' for name in wanted)
    return f"SELECT {listed} FROM ({query})"

"""Slips in the cells of decision tables: another edge or value in a test, another output."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qa_rules.errors import Place
from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import DecisionTable, TableInput, TableRow
from qa_rules.model.expressions import terms, walk
from qa_rules.model.values import Scalar
from qa_rules.testing.operators import Altering, Kind
from qa_rules.testing.quoting import value_words

Slip = tuple[Kind, str, Place | None, DecisionTable]
"""What kind it is, in words, where it is, and the table with it."""


def slips(table: DecisionTable, altering: Altering) -> Iterator[Slip]:
    """Yield the table with one cell or output changed at a time."""
    for at, row in enumerate(table.rows):
        for column, (asked, cell) in enumerate(zip(table.inputs, row.cells, strict=True)):
            if cell is None:
                continue
            if isinstance(cell, ex.Constant):
                words = f"`{asked.name}` in row {at + 1} became {'no' if cell.holds else 'yes'}"
                yield Kind.CONSTANT, words, row.place, _put(table, at, column, ex.Constant(not cell.holds))
                continue
            for change in altering.changes(cell):
                if _is_cell(change.expr, asked):
                    words = f"row {at + 1}: {change.words}"
                    yield change.kind, words, row.place, _put(table, at, column, change.expr)
        for number, (declared, value) in enumerate(zip(table.outputs, row.outputs, strict=True)):
            for other in _others(table, number, value):
                words = f"`{declared.name}` in row {at + 1} became `{value_words(other)}`"
                outputs = (*row.outputs[:number], other, *row.outputs[number + 1 :])
                yield Kind.CONSTANT, words, row.place, _with(table, at, attrs.evolve(row, outputs=outputs))


def _others(table: DecisionTable, number: int, value: Scalar) -> list[Scalar]:
    """The next value that the column of an output has, in its place."""
    found = list(dict.fromkeys(row.outputs[number] for row in table.rows))
    return [found[(found.index(value) + 1) % len(found)]] if len(found) > 1 else []


def _put(table: DecisionTable, at: int, column: int, cell: ex.Expr) -> DecisionTable:
    row = table.rows[at]
    return _with(table, at, attrs.evolve(row, cells=(*row.cells[:column], cell, *row.cells[column + 1 :])))


def _with(table: DecisionTable, at: int, row: TableRow) -> DecisionTable:
    return attrs.evolve(table, rows=(*table.rows[:at], row, *table.rows[at + 1 :]))


def _is_cell(expr: ex.Expr, asked: TableInput) -> bool:
    """Whether a changed test is still one of the same input."""
    kinds = ex.AllOf | ex.AnyOf | ex.Not | ex.Compare | ex.OneOf | ex.Given
    plain = all(isinstance(inner, kinds) for inner in walk(expr))
    return plain and all(
        term == asked.term or isinstance(term, ex.Literal | ex.Parameter)
        for inner in walk(expr)
        for term in terms(inner)
    )

"""Decision tables as grids for people, with what is wrong with them marked: as text, and as what a page shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from qa_rules.explain.table_words import cell_words, dead_rows, holes, overlaps
from qa_rules.explain.wording import capital, value_words
from qa_rules.model.decision_tables import DecisionTable, HitPolicy
from qa_rules.program.decision_diagram import Diagram

_POLICIES: Final = {
    HitPolicy.UNIQUE: "exactly one row matches",
    HitPolicy.FIRST: "the first row that matches decides",
    HitPolicy.COLLECT: "all rows that match count",
}
OTHERWISE: Final = "otherwise"


@attrs.frozen
class Row:
    """A row of a grid."""

    number: str
    cells: tuple[str, ...]
    """Below the inputs, and then below the outputs."""
    mark: str = ""
    """`!` where it matches together with another row of which only one may, `x` where it decides nothing."""


@attrs.frozen
class Grid:
    """A decision table in words."""

    id: str
    title: str
    how: str
    """Which rows give the answer."""
    columns: tuple[str, ...]
    """The inputs and then the outputs, by their names."""
    head: tuple[str, ...]
    """What is written above each column."""
    rows: tuple[Row, ...]
    faults: tuple[str, ...]
    """Holes, rows that match together, and rows that decide nothing."""


def grid_of(diagram: Diagram) -> Grid:
    """Return a table in words: its rows, what it gives where none matches, and what is wrong with it."""
    table = diagram.table
    dead = set(dead_rows(diagram))
    clash = {row for overlap, _ in overlaps(diagram) for row in (overlap.one, overlap.other)}
    rows = [
        Row(str(at + 1), tuple(_cells(diagram, at)), "!" if at in clash else "x" if at in dead else "")
        for at in range(len(table.rows))
    ]
    if table.otherwise is not None:
        rest = [value_words(value, each) for value, each in zip(table.otherwise, table.outputs, strict=True)]
        rows.append(Row("", (OTHERWISE, *[""] * (len(table.inputs) - 1), *rest)))
    return Grid(
        table.id,
        table.title,
        _how(table),
        (*(each.name for each in table.inputs), *table.output),
        (*(capital(each.label) for each in table.inputs), *(f"= {each.label}" for each in table.outputs)),
        tuple(rows),
        tuple(_faults(diagram)),
    )


def _faults(diagram: Diagram) -> Iterator[str]:
    yield from (f"Hole: {words}" for words in holes(diagram))
    for each, words in overlaps(diagram):
        yield f"Rows {each.one + 1} and {each.other + 1} both match: {words}"
    yield from (f"Row {at + 1} decides nothing" for at in sorted(dead_rows(diagram)))


def grid_lines(made: Grid) -> list[str]:
    """Return a table as lines of text: its rows, and below them holes, overlaps and rows that decide nothing."""
    rows = [(f"{each.number}{f' {each.mark}' if each.mark else ''}", *each.cells) for each in made.rows]
    lines = [f"{made.title} ({made.how})", *laid_out([("", *made.head), *rows])]
    return [*lines, *(f"  {each}" for each in made.faults)]


def _how(table: DecisionTable) -> str:
    """Which rows give the answer, in words."""
    words = _POLICIES[table.hit_policy]
    return words if table.aggregation is None else f"{words}: {table.aggregation}"


def _cells(diagram: Diagram, at: int) -> list[str]:
    """The cells of a row in words, its outputs last."""
    table = diagram.table
    row = table.rows[at]
    declared = {each.input.name: each.declared for each in diagram.columns if not each.setting}
    tests = [
        cell_words(cell, declared.get(asked.name))
        for cell, asked in zip(row.cells, table.inputs, strict=True)
    ]
    given = [value_words(value, each) for value, each in zip(row.outputs, table.outputs, strict=True)]
    return [*tests, *given]


def laid_out(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows in columns of equal width, a line below the first."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for number, row in enumerate(rows):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if number == 0:
            yield "  " + "  ".join("-" * width for width in widths)

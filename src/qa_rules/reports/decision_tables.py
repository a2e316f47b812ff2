"""Decision tables as a grid of text, with what is wrong with them marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from qa_rules.explain.table_words import cell_words, dead_rows, holes, overlaps
from qa_rules.explain.wording import capital, value_words
from qa_rules.model.decision_tables import DecisionTable, HitPolicy
from qa_rules.program.decision_diagram import Diagram

_POLICIES: Final = {
    HitPolicy.UNIQUE: "exactly one row matches",
    HitPolicy.FIRST: "the first row that matches decides",
    HitPolicy.COLLECT: "all rows that match count",
}


def grid(diagram: Diagram) -> list[str]:
    """Return a table as lines of text: its rows, and below them holes, overlaps and rows that decide nothing."""
    table = diagram.table
    dead = set(dead_rows(diagram))
    clash = {row for overlap, _ in overlaps(diagram) for row in (overlap.one, overlap.other)}
    head = [
        "",
        *(capital(each.label) for each in table.inputs),
        *(f"= {each.label}" for each in table.outputs),
    ]
    rows = [[_mark(at, dead, clash), *_cells(diagram, at)] for at in range(len(table.rows))]
    if table.otherwise is not None:
        rest = [value_words(value, each) for value, each in zip(table.otherwise, table.outputs, strict=True)]
        rows.append(["", *(["otherwise"] + [""] * (len(table.inputs) - 1)), *rest])
    lines = [f"{table.title} ({_how(table)})", *_laid_out([head, *rows])]
    lines += [f"  Hole: {words}" for words in holes(diagram)]
    lines += [
        f"  Rows {each.one + 1} and {each.other + 1} both match: {words}" for each, words in overlaps(diagram)
    ]
    lines += [f"  Row {at + 1} decides nothing" for at in sorted(dead)]
    return lines


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


def _mark(at: int, dead: set[int], clash: set[int]) -> str:
    return f"{at + 1}{' !' if at in clash else ' x' if at in dead else ''}"


def _laid_out(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for number, row in enumerate(rows):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if number == 0:
            yield "  " + "  ".join("-" * width for width in widths)

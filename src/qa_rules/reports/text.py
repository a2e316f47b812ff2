"""A report as plain text, as wide as a page of text, or as whoever prints it says."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import assert_never

from qa_rules.escaping import apart
from qa_rules.reports.blocks import (
    Block,
    Cell,
    Findings,
    Grid,
    Items,
    Section,
    Timeline,
    Tree,
    Words,
)
from qa_rules.reports.content import Content
from qa_rules.reports.width import width

REST = 24
"""What all columns of a table but the last have to leave."""
LOUD = 60
"""Headlines below this length stand in capitals."""


def render(content: Content) -> str:
    """Return the text."""
    lines = [*wrapped(content.subject), "=" * min(len(content.subject), width())]
    if content.question:
        lines += wrapped(content.question)
    lines += ["", *headline(content), ""]
    for section in content.sections:
        if section.blocks:
            lines += [*section_lines(section), ""]
    return apart("\n".join(lines).rstrip())


def headline(content: Content) -> list[str]:
    """Return the answer, in capitals where it is short, and between which it lies while it is not settled."""
    loud = content.headline.upper() if len(content.headline) < LOUD else content.headline
    return [*wrapped(loud), *wrapped(content.span)]


def section_lines(section: Section, on_card: bool = False) -> Iterator[str]:
    """Yield a section with its title."""
    if section.title:
        yield section.title
    for at, block in enumerate(section.blocks):
        if at and isinstance(block, Findings):
            yield ""
        yield from _block(block, on_card)


def _block(block: Block, on_card: bool) -> Iterator[str]:
    match block:
        case Words(paragraphs):
            for each in paragraphs:
                yield from wrapped(each)
        case Items():
            if block.title:
                yield from wrapped(block.title, "  ")
            yield from _items(block.shown(on_card), block.is_numbered)
        case Grid():
            yield from _grid(block)
        case Timeline(points):
            for point in points:
                yield from _items([f"{point.when}: {point.words}"])
                for note in point.notes:
                    yield from wrapped(note, "      ")
        case Tree(root):
            for depth, line in root.lines():
                yield from _hanging(line, "  " * depth + "  ")
        case Findings():
            yield block.title
            for told in block.told:
                marks = f" [{', '.join(told.marks)}]" if told.marks else ""
                yield from _items([told.name + marks])
                for line in told.lines:
                    yield from wrapped(line, "      ")
        case _:
            assert_never(block)


def _grid(grid: Grid) -> Iterator[str]:
    """A row a line where it fits, otherwise its cells below each other, each with the name of its column."""
    rows = [tuple(_cell(cell) for cell in row) for row in grid.rows]
    *widths, _ = (max(len(row[at]) for row in (grid.columns, *rows)) for at in range(len(grid.columns)))
    before = sum(widths) + 2 * len(widths) + 2
    if before <= width() - REST:
        for row in (grid.columns, *rows):
            cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
            last = textwrap.wrap(row[-1], width() - before, break_on_hyphens=False) or [""]
            yield f"  {cells}  {last[0]}".rstrip()
            yield from (" " * before + each for each in last[1:])
        return
    for first, *others in rows:
        yield from _items([first])
        for name, cell in zip(grid.columns[1:], others, strict=True):
            yield from _hanging(f"{name}: {cell}", "      ")


def _cell(cell: Cell) -> str:
    return f"{cell.words} ({cell.note})" if cell.note else cell.words


def wrapped(text: str, indent: str = "") -> list[str]:
    """Return a paragraph in lines."""
    return textwrap.wrap(
        text, width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _hanging(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, width(), initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )


def _items(items: Iterable[str], numbered: bool = False) -> Iterator[str]:
    for number, item in enumerate(items, 1):
        mark = f"{number:>3}. " if numbered else "  - "
        yield from textwrap.wrap(
            item, width(), initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
        )

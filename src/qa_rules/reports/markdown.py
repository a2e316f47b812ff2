"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from qa_rules.escaping import apart, markdown
from qa_rules.reports.blocks import Block, Cell, Findings, Grid, Items, Timeline, Tree, Words
from qa_rules.reports.content import Content


def render(content: Content) -> str:
    """Return the Markdown."""
    parts = [f"# {safe(content.subject)}", safe(content.question), f"**{safe(content.headline)}**"]
    parts.append(safe(content.span))
    for section in content.sections:
        parts.append(f"## {safe(section.title)}" if section.title and section.blocks else "")
        for block in section.blocks:
            parts += _block(block)
    return "\n\n".join(part for part in parts if part)


def safe(text: str) -> str:
    """Return a text as Markdown shows it, whatever it is and from whichever side it is read."""
    return apart(markdown(text))


def _block(block: Block) -> Iterator[str]:
    match block:
        case Words(paragraphs):
            yield from map(safe, paragraphs)
        case Items():
            if block.title:
                yield f"**{safe(block.title)}**"
            yield _list(block.shown(on_card=False), "1." if block.is_numbered else "-")
        case Grid():
            yield safe(block.caption)
            yield _table(block)
        case Timeline(points):
            yield _list(" ".join([f"{each.when}: {each.words}", *each.notes]) for each in points)
        case Tree(root):
            yield "\n".join(f"{'  ' * depth}- {safe(line)}" for depth, line in root.lines())
        case Findings():
            yield f"### {safe(block.title)}"
            items = []
            for told in block.told:
                marks = f" [{', '.join(told.marks)}]" if told.marks else ""
                items.append(f"- **{safe(told.name)}**{safe(marks)}  ")
                items += [f"  {safe(line)}  " for line in told.lines]
            yield "\n".join(items)
        case _:
            assert_never(block)


def _list(items: Iterable[str], mark: str = "-") -> str:
    return "\n".join(f"{mark} {safe(item)}" for item in items)


def _table(grid: Grid) -> str:
    rows = [grid.columns, tuple("---" for _ in grid.columns)]
    lines = ["| " + " | ".join(each if each == "---" else safe(each) for each in row) + " |" for row in rows]
    return "\n".join([*lines, *("| " + " | ".join(map(_cell, row)) + " |" for row in grid.rows)])


def _cell(cell: Cell) -> str:
    return safe(f"{cell.words} ({cell.note})" if cell.note else cell.words)

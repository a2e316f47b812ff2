"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from qa_rules.reports.blocks import Block, Cell, Findings, Grid, Items, Timeline, Tree, Words
from qa_rules.reports.content import Content


def render(content: Content) -> str:
    """Return the Markdown."""
    parts = [f"# {_safe(content.subject)}", _safe(content.question), f"**{_safe(content.headline)}**"]
    for section in content.sections:
        parts.append(f"## {_safe(section.title)}" if section.title and section.blocks else "")
        for block in section.blocks:
            parts += _block(block)
    return "\n\n".join(part for part in parts if part)


def _safe(text: str) -> str:
    """Escape what Markdown would read as a mark."""
    return re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", text)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Words(paragraphs):
            yield from map(_safe, paragraphs)
        case Items():
            if block.title:
                yield f"**{_safe(block.title)}**"
            yield _list(block.shown(on_card=False), "1." if block.is_numbered else "-")
        case Grid():
            yield _safe(block.caption)
            yield _table(block)
        case Timeline(points):
            yield _list(" ".join([f"{each.when}: {each.words}", *each.notes]) for each in points)
        case Tree(root):
            yield "\n".join(f"{'  ' * depth}- {_safe(line)}" for depth, line in root.lines())
        case Findings():
            yield f"### {_safe(block.title)}"
            items = []
            for told in block.told:
                marks = f" [{', '.join(told.marks)}]" if told.marks else ""
                items.append(f"- **{_safe(told.name)}**{_safe(marks)}  ")
                items += [f"  {_safe(line)}  " for line in told.lines]
            yield "\n".join(items)
        case _:
            assert_never(block)


def _list(items: Iterable[str], mark: str = "-") -> str:
    return "\n".join(f"{mark} {_safe(item)}" for item in items)


def _table(grid: Grid) -> str:
    rows = [grid.columns, tuple("---" for _ in grid.columns)]
    lines = ["| " + " | ".join(each if each == "---" else _safe(each) for each in row) + " |" for row in rows]
    return "\n".join([*lines, *("| " + " | ".join(map(_cell, row)) + " |" for row in grid.rows)])


def _cell(cell: Cell) -> str:
    return _safe(f"{cell.words} ({cell.note})" if cell.note else cell.words)

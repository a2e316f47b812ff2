"""Rewriting what cases expect, in place: every other line, and every comment, stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qa_rules.language.reading import mapping, read_file

Changes = Mapping[tuple[str, str], str]
"""The name of a case and what it expects something of, to the new word."""


def rewritten(path: Path, changes: Changes) -> str:
    """Return the text of a file of cases with other expectations; line ends and a byte order mark stay."""
    source = read_file(path)
    text = path.read_bytes().decode("utf-8")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text.removeprefix(mark).splitlines(keepends=True)
    edits: list[tuple[int, int, int, str]] = []
    for at, case in enumerate(mapping(source.data)["cases"]):
        for about in mapping(case["expect"]):
            word = changes.get((str(case["name"]), about))
            span = source.values.get(("cases", at, "expect", about))
            if word is not None and span is not None:
                written = f'"{word}"' if span.quoted else word
                edits.append((span.line - 1, span.column - 1, span.width, written))
    for line, column, width, written in sorted(edits, reverse=True):
        lines[line] = lines[line][:column] + written + lines[line][column + width :]
    return mark + "".join(lines)

"""The replacements that the faults of files carry, made in the text: nothing else in it changes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from qa_rules.errors import Diagnostic, Edit
from qa_rules.outputs import write_text

_INDENT = 2


@attrs.frozen
class Fixed:
    """A file with replacements made."""

    file: str
    before: str
    after: str
    edits: tuple[Edit, ...]

    def diff(self) -> str:
        """Return the difference as a patch."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        lines = difflib.unified_diff(before, after, self.file, self.file)
        return "".join(each if each.endswith("\n") else f"{each}\n" for each in lines)

    def write(self) -> None:
        """Write the file; OutputError where that cannot be done."""
        write_text(Path(self.file), self.after)


def fixed(faults: Iterable[Diagnostic]) -> Iterator[Fixed]:
    """Yield each file of which faults say exactly what to write instead, with that written.

    A replacement is left out where something else stands at its place by now.
    """
    by_file: dict[str, list[Edit]] = {}
    for each in faults:
        if each.edit is not None:
            by_file.setdefault(each.edit.place.file, []).append(each.edit)
    for file, edits in by_file.items():
        with Path(file).open(encoding="utf-8", newline="") as opened:
            before = opened.read()
        after, made = _made(before, edits)
        if made:
            yield Fixed(file, before, after, tuple(made))


@attrs.frozen
class Replacement:
    """What an edit comes to in a text: a part of one line, counted from 0, and what takes its place."""

    edit: Edit
    line: int
    start: int
    end: int
    new: str


def replacements(text: str, edits: Iterable[Edit]) -> list[Replacement]:
    """Return what edits come to in a text, the first in it first; of two at one place the first that was said.

    An edit is left out where something else stands at its place by now.
    """
    lines = text.splitlines(keepends=True)
    made: list[Replacement] = []
    mark = int(text.startswith("\ufeff"))
    for each in sorted(dict.fromkeys(edits), key=lambda edit: edit.place, reverse=True):
        at, start = each.place.line - 1, each.place.column - 1
        start += mark if at == 0 else 0
        line = lines[at] if at < len(lines) else ""
        end = start + len(each.old)
        overlaps = made and made[-1].line == at and made[-1].start < end
        new = _new(each, start, lines, at) if line[start:end] == each.old and not overlaps else None
        if new is not None:
            made.append(Replacement(each, at, start, end, new))
    return made[::-1]


def _made(text: str, edits: Iterable[Edit]) -> tuple[str, list[Edit]]:
    """The text with the edits made, and those that were."""
    lines, made = text.splitlines(keepends=True), replacements(text, edits)
    for each in reversed(made):
        line = lines[each.line]
        lines[each.line] = line[: each.start] + each.new + line[each.end :]
    return "".join(lines), [each.edit for each in made]


def _new(edit: Edit, start: int, lines: list[str], at: int) -> str | None:
    """What is written for a word; a key under another goes as deep as what it holds, None where that cannot be."""
    if not edit.below:
        return edit.new
    line = lines[at]
    end = line[len(line.rstrip("\r\n")) :] or "\n"
    following = next(
        (each for each in lines[at + 1 :] if each.strip() and not each.lstrip().startswith("#")), ""
    )
    depth = len(following) - len(following.lstrip(" "))
    holds_lines = line.rstrip()[-1:] == ":"
    if holds_lines and depth <= start:
        return None  # its list stands as far left as itself
    return f"{edit.new}:{end}{' ' * (depth if holds_lines else start + _INDENT)}{edit.below}"

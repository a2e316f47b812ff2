"""What was read of a file: its data, where each value stands, and the faults that were found in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from qa_rules.errors import MORE, Diagnostic, Place
from qa_rules.escaping import in_place
from qa_rules.language.instead import edit_at

MOST_SHOWN = 400
"""How many characters of a line a diagnostic shows."""
MOST_SAID = 1_000
"""How many characters a message has."""
MOST_FAULTS = 200
"""How many faults of one file are told; the rest are counted."""

Raw = Any
"""Plain, str, None, list and dict from YAML; numbers and booleans from JSON; anything from Python."""
Trail = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


class Plain(str):
    """A scalar written without quotes."""

    __slots__ = ()


@attrs.frozen
class Span:
    """Where a value is written: line and columns from 1; `quoted` shifts its text by one."""

    line: int
    column: int
    width: int
    quoted: bool = False


@attrs.define
class Source:
    """Data with the places where it was written, and the diagnostics found in it."""

    name: str
    data: Raw = None
    lines: Sequence[str] = ()
    values: dict[Trail, Span] = attrs.field(factory=dict, repr=False)
    keys: dict[Trail, Span] = attrs.field(factory=dict, repr=False)
    diagnostics: list[Diagnostic] = attrs.field(factory=list)
    base: int = 0
    """How many steps of a trail lead to the data itself, which is part of something larger."""
    left_out: int = 0
    """Faults that were only counted."""

    @property
    def full(self) -> bool:
        """Whether more faults are only counted: then no hint need be looked for."""
        return len(self.diagnostics) >= MOST_FAULTS

    def count(self, faults: int) -> None:
        """Count faults that are not told."""
        if not faults:
            return
        if self.left_out:
            self.diagnostics.pop()
        self.left_out += faults
        more = f"and {self.left_out} more fault{'' if self.left_out == 1 else 's'}"
        hint = "put these right first, and read it again"
        self.diagnostics.append(Diagnostic(MORE, more, Place(self.name), hint))

    def fault(
        self,
        code: str,
        message: str,
        trail: Trail = (),
        hint: str = "",
        *,
        key: bool = False,
        offset: int = 0,
        width: int = 0,
    ) -> None:
        """Record a diagnostic at a value, at its key, or at some characters inside its text."""
        if self.full:
            self.count(1)
            return
        span, path = self._span(trail, key), tuple(trail[self.base :])
        if span is None:
            where = f" (at {_dotted(trail)})" if trail else ""
            said = one_line(message) + one_line(where)
            self.diagnostics.append(Diagnostic(code, said, Place(self.name), one_line(hint), path=path))
            return
        column = span.column + (offset + span.quoted if width else 0)
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        if column > len(line) + 1:
            column = span.column
        # A line may be a whole file, such as JSON without line ends: no caret under what is not shown, and none of
        # it is looked through for each fault.
        excerpt = "" if column > MOST_SHOWN else in_place(line[:MOST_SHOWN])
        wide = min(width or span.width, max(1, len(excerpt) - column + 1))
        place = Place(self.name, span.line, column)
        edit = edit_at(hint, place, width or span.width, self.lines)
        found = Diagnostic(code, one_line(message), place, one_line(hint), excerpt, wide, path, edit)
        self.diagnostics.append(found)

    def place(self, trail: Trail, key: bool = False) -> Place | None:
        """Return where a value or its key stands, None for data that was not read from a file."""
        span = self._span(trail, key)
        return None if span is None else Place(self.name, span.line, span.column)

    def _span(self, trail: Trail, key: bool) -> Span | None:
        if key and trail in self.keys:
            return self.keys[trail]
        while trail and trail not in self.values:
            trail = trail[:-1]
        return self.values.get(trail)


def one_line(text: str) -> str:
    """A line that a person can read to its end, whatever names stand in it."""
    return in_place(text if len(text) <= MOST_SAID else f"{text[: MOST_SAID - 1]}…")


def _dotted(trail: Trail) -> str:
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in trail)
    return words.removeprefix(".")

"""Where in the data of a file somebody is writing, by its lines, also where these are no whole file yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from qa_rules.language.reading import Trail

_LINE: Final = re.compile(r"(?P<space> *)(?P<dashes>(?:- +)*)(?P<rest>.*)", re.DOTALL)
_KEY: Final = re.compile(r"(?P<key>[^\s'\"{\[#:][^:{\[#]*|'[^']*'|\"[^\"]*\"):(?=\s|$)")


@attrs.frozen
class Cursor:
    """A place at which something is written."""

    trail: Trail
    """The keys that lead to what is written; a position in a list counts as 0."""
    text: str
    """What stands before the cursor of it."""
    is_value: bool
    """Whether a key stands before it on its line: then it is no key itself."""


def cursor_at(lines: Sequence[str], line: int, column: int) -> Cursor:
    """Return where somebody writes, line and column counted from 0."""
    before = lines[line][:column] if line < len(lines) else ""
    found = _LINE.fullmatch(before)
    assert found is not None  # it fits everything
    start = len(found["space"]) + len(found["dashes"])
    dashes = _dashes(found)
    rest, is_value = found["rest"], False
    inner: Trail = ()
    key = _KEY.match(rest)
    if key is not None and len(rest) > key.end():
        inner, rest, is_value = (_bare(key["key"]),), rest[key.end() :].lstrip(), True
    within, rest, is_value = _in_brackets(rest, is_value)
    return Cursor((*_above(lines, line, dashes, start), *inner, *within), rest, is_value)


def _bare(key: str) -> str:
    return key.strip().strip("'\"")


def _dashes(found: re.Match[str]) -> list[int]:
    """The columns of the dashes of a line."""
    first = len(found["space"])
    return [first + each.start() for each in re.finditer("-", found["dashes"])]


def _above(lines: Sequence[str], line: int, dashes: Sequence[int], start: int) -> Trail:
    """The keys above a line, the outermost first."""
    trail: list[str | int] = []
    at, is_dash = start, False
    for column in reversed(dashes):
        trail.append(0)
        at, is_dash = column, True
    for index in range(line - 1, -1, -1):
        if at == 0 and not is_dash:
            break
        for column, key in _marks(lines[index]):
            if key is None and column < at:
                trail.append(0)
                at, is_dash = column, True
            elif key is not None and (column < at or (column == at and is_dash)):
                trail.append(key)
                at, is_dash = column, False
    return tuple(reversed(trail))


def _marks(line: str) -> Iterator[tuple[int, str | None]]:
    """The key of a line and its dashes, None for each, with their columns, from right to left."""
    found = _LINE.fullmatch(line.rstrip("\r\n"))
    assert found is not None
    if not found["rest"].strip() or found["rest"].startswith("#"):
        return
    key = _KEY.match(found["rest"])
    if key is not None:
        yield len(found["space"]) + len(found["dashes"]), _bare(key["key"])
    for column in reversed(_dashes(found)):
        yield column, None


def _in_brackets(rest: str, is_value: bool) -> tuple[Trail, str, bool]:
    """What open brackets of a line add to the trail, the text behind the last mark in them, and if it is a value."""
    trail: list[str | int] = []
    opened: list[int] = []
    text, quote = "", ""
    for char in rest:
        if quote or char in "'\"":
            quote = "" if char == quote else quote or char
            text += char
        elif char in "[{":
            opened.append(len(trail))
            if char == "[":
                trail.append(0)
            text, is_value = "", char == "["
        elif char in "]}" and opened:
            del trail[opened.pop() :]
            text = ""
        elif char == "," and opened:
            is_list = len(trail) > opened[-1] and trail[opened[-1]] == 0
            del trail[opened[-1] + is_list :]
            text, is_value = "", is_list
        elif char == " " and text[-1:] == ":" and opened:
            trail.append(_bare(text[:-1]))
            text, is_value = "", True
        else:
            text += char
    return tuple(trail), text.lstrip(), is_value

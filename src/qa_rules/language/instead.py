"""Hints that say exactly what to write in the place of a word, as data, and where that stands in the text.

A replacement is offered only where it is certain what was meant: of all the names that there are one alone is a single
slip of the pen away, and no digit differs. Any other name that is alike is only a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa_rules.errors import Edit, Place


class Instead(str):
    """A hint with the word that it is about, and what to write in its place."""

    old: str
    new: str
    below: str

    def __new__(cls, hint: str, old: str, new: str, below: str = "") -> Instead:
        """Make a hint; `below` is a key that then stands under a new key on a line of its own."""
        found = super().__new__(cls, hint)
        found.old, found.new, found.below = old, new, below
        return found


def meant(hint: str, word: str, found: str, known: Iterable[str]) -> str:
    """Return a hint that names what was found for a word, with the replacement where nothing else can be meant."""
    alone = [each for each in known if is_one_slip(word, each)] == [found]
    return Instead(hint, word, found) if alone else hint


def is_one_slip(word: str, other: str) -> bool:
    """Whether two words differ by capitals, `-` for `_`, or one letter: more, less, another, or two swapped."""
    one, two = (re.sub("[-_ ]", "_", each.lower()) for each in (word, other))
    if word == other or re.findall(r"\d", one) != re.findall(r"\d", two):
        return False
    if one == two:
        return True
    start = next((at for at, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), None)
    start = min(len(one), len(two)) if start is None else start
    left, right = one[start:], two[start:]
    ways = (left[1:] == right[1:], left[1:] == right, left == right[1:])
    return any(ways) or left[:2][::-1] + left[2:] == right


def edit_at(hint: str, place: Place, width: int, lines: Sequence[str]) -> Edit | None:
    """Return the replacement that a hint says, where its word stands once among the characters at a place."""
    if not isinstance(hint, Instead) or place.line > len(lines):
        return None
    line = lines[place.line - 1]
    underlined = line[place.column - 1 : place.column - 1 + width]
    found = [each.start() for each in re.finditer(rf"(?<![\w.]){re.escape(hint.old)}(?![\w])", underlined)]
    if len(found) != 1:
        return None
    column = place.column + found[0]
    below = hint.below and _opens_a_block(line, column, hint.old)
    if hint.below and not below:
        return None
    return Edit(Place(place.file, place.line, column), hint.old, hint.new, hint.below)


def _opens_a_block(line: str, column: int, key: str) -> bool:
    """Whether a key stands first on its line, behind dashes at most, so that another can stand under it."""
    behind = line[column - 1 + len(key) :]
    return not line[: column - 1].strip(" -") and behind[:1] == ":"

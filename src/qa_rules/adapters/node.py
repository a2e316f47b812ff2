"""Plain data of a feed, walked with care: what is of another kind than is due becomes a fault with its pointer.

Whatever is asked for, nothing is raised, and what is wrong in one place costs nothing in another.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from qa_rules.errors import Diagnostic
from qa_rules.language.placeholders import says_nothing
from qa_rules.language.values import MOST_TEXT, ValueFault, parse_decimal, shown

MOST_FAULTS: Final = 1_000
"""How many faults of one feed are told; a feed of another kind has one in every field."""
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)([T ]\d\d:\d\d.*)?", re.ASCII | re.DOTALL)
_PART: Final = re.compile(r"(\d{4})(-(\d\d))?", re.ASCII)
_BRITISH: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})( \d\d:\d\d.*)?", re.ASCII | re.DOTALL)
_TRUTH: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "no", "n", "0"), False),
}
Trail = tuple[str | int, ...]


@attrs.frozen(eq=False)
class Node:
    """A value in a feed, where it stands, and where its faults go."""

    given: Any
    path: Trail
    faults: list[Diagnostic]

    def __getitem__(self, key: str) -> Node:
        """Return what stands under a key; nothing, where there is none or this is no object."""
        inside = self.given.get(key) if isinstance(self.given, Mapping) else None
        return Node(inside, (*self.path, key), self.faults)

    def first(self, *keys: str) -> Node:
        """Return the first of several keys that holds something: names that editions of a standard have for one."""
        for key in keys:
            if not self[key].is_empty:
                return self[key]
        return self[keys[0]]

    @property
    def pointer(self) -> str:
        """Where it stands, as a JSON Pointer."""
        return Diagnostic("", "", path=self.path).pointer

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said: null, blank, a word such as `n/a`, an empty list or object."""
        if isinstance(self.given, str):
            return says_nothing(self.given)
        return self.given is None or (isinstance(self.given, Mapping | list) and not self.given)

    def fault(self, message: str, hint: str = "", code: str = "value") -> None:
        """Note that something here cannot be read."""
        if any(each.path == self.path and each.message == message for each in self.faults[-8:]):
            return  # looked at twice
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Diagnostic(code, message, hint=hint, path=self.path))
        elif len(self.faults) == MOST_FAULTS:
            more = "more faults are not told: is this feed of another kind, or another version?"
            self.faults.append(Diagnostic("more-faults", more))

    def _name(self) -> str:
        return str(self.path[-1]) if self.path else "this"

    def mapping(self) -> bool:
        """Whether it is an object; a fault where something else stands."""
        if isinstance(self.given, Mapping):
            return True
        if self.given is not None:
            self.fault(f"`{self._name()}` is {kind_of(self.given)}, and an object is due")
        return False

    def items(self) -> Iterator[Node]:
        """Yield what a list holds, without nulls. One object stands for a list of one, as some writers have it."""
        if isinstance(self.given, Mapping):
            if self.given:
                yield self
        elif isinstance(self.given, list | tuple):
            for at, each in enumerate(self.given):
                if each is not None:
                    yield Node(each, (*self.path, at), self.faults)
        elif not self.is_empty:
            self.fault(f"`{self._name()}` is {kind_of(self.given)}, and a list is due")

    def objects(self) -> Iterator[Node]:
        """Yield the objects of a list; anything else in it is a fault."""
        return (each for each in self.items() if each.mapping())

    def text(self) -> str:
        """Return text without blanks around it, empty where nothing is said; a fault where something else stands."""
        if self.is_empty:
            return ""
        if (
            isinstance(self.given, int)
            and not isinstance(self.given, bool)
            and self.given.bit_length() <= 120
        ):
            return str(self.given)  # numbers of registers are often written as numbers
        if not isinstance(self.given, str):
            self.fault(f"`{self._name()}` is {kind_of(self.given)}, and text is due")
            return ""
        text = self.given.strip()
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            self.fault(f"`{self._name()}` holds half a character", "save the file as UTF-8")
            return ""
        if len(text) > MOST_TEXT:
            self.fault(f"`{self._name()}` is longer than {MOST_TEXT} characters", "shorten it")
            return ""
        return text

    def yes_no(self) -> bool | None:
        """Return yes or no, None where nothing is said; a fault where it is neither."""
        if isinstance(self.given, bool) or self.is_empty:
            return self.given if isinstance(self.given, bool) else None
        word = str(self.given).strip().casefold() if isinstance(self.given, str | int) else ""
        if word not in _TRUTH:
            self.fault(f"{shown(self.given)} is neither yes nor no", "write true or false")
        return _TRUTH.get(word)

    def number(self) -> Decimal | None:
        """Return a number, None where nothing is said; a fault where it is none."""
        if self.is_empty:
            return None
        try:
            return parse_decimal(self.given)
        except ValueFault as fault:
            self.fault(f"{self._name()}: {fault.message}", fault.hint)
            return None

    def day(self, *, british: bool = False, in_part: bool = False) -> datetime.date | None:
        """Return a day, None where nothing is said; a fault where it is none. Of a moment it is the day as written.

        Args:
            british: day, month and year with strokes is a date too.
            in_part: a year, or a year and month, is its first day: the earliest that it can be.

        """
        if self.is_empty:
            return None
        text = self.given.strip() if isinstance(self.given, str) else ""
        try:
            if found := _DAY.fullmatch(text):
                return datetime.date(*map(int, found.group(1, 2, 3)))
            if british and (found := _BRITISH.fullmatch(text)):
                return datetime.date(*map(int, found.group(3, 2, 1)))
            if in_part and (found := _PART.fullmatch(text)):
                return datetime.date(int(found[1]), int(found[3] or 1), 1)
        except ValueError:
            self.fault(f"there is no day {shown(self.given)}", "check the month and the day")
            return None
        self.fault(f"{shown(self.given)} is not a date", "write year-month-day, such as 2026-03-31")
        return None


def is_unread(node: Node, read: object) -> bool:
    """Whether something stands there and could not be read: then nothing else is taken in its place."""
    return read is None and not node.is_empty


def kind_of(given: object) -> str:
    """Return what a value of JSON is, in words."""
    if isinstance(given, bool):
        return "a yes or no"
    if isinstance(given, int | float | Decimal):
        return "a number"
    if isinstance(given, str):
        return "text"
    return "a list" if isinstance(given, list | tuple) else "an object"


def quoted(text: str, most: int = 200) -> str:
    """Return what a feed says in one line, cut where it is long."""
    line = " ".join(text.split())
    return f"“{line[: most - 1]}…”" if len(line) > most else f"“{line}”"

"""What is shown is data: names and texts from files steer no terminal, no spreadsheet and no page."""

from __future__ import annotations

import json
import re
from typing import Any, Final, TypeVar

import attrs

_SPACES: Final = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
"""What ends a line somewhere, and tabs: a blank."""
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2060\u2061\u2062\u2063\u2064\ufeff\u3164\uffa0"
)
"""What is not seen and makes a word another one than it looks: left out."""
_STEERING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters, the second set of them included: they clear a screen, or write on it
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # what turns the direction of text round
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_JOINER: Final = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
"""Between letters of scripts that need it, and inside of emoji, a joiner is part of the word; elsewhere it hides."""
_INERT: Final = str.maketrans({**dict.fromkeys(_SPACES, " "), **dict.fromkeys(_UNSEEN)})
_PLAIN: Final = re.compile(r"[ -~]*")
_HIDDEN_IN_JSON: Final = re.compile(
    f"[{_UNSEEN}\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
MISSING: Final = "\ufffd"
_RIGHT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_BETWEEN: Final = rf"(?:(?!\s\s)(?![{_RIGHT}\n\u2066-\u2069])[\W\d_])"
RIGHT_TO_LEFT: Final = re.compile(f"[{_RIGHT}]+(?:{_BETWEEN}+[{_RIGHT}]+)*")
"""Words that are read from right to left, and what stands between them, but for the room between two columns."""
_ISOLATED: Final = re.compile(f"\u2068((?>{RIGHT_TO_LEFT.pattern}))\u2069")

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>#|~&])|(?<=[A-Za-z])(:)(?=//)")
_MARKDOWN_FIRST: Final = re.compile(r"\d+(?=[.)])|(?=[-+=])")

T = TypeVar("T")


def inert(text: str) -> str:
    """Return a text on one line that can steer no terminal, and that reads as it is written."""
    if _PLAIN.fullmatch(text):
        return text
    return _STEERING.sub(MISSING, _JOINER.sub("", _ISOLATED.sub(r"\1", text).translate(_INERT)))


def apart(text: str) -> str:
    """Return text in which words that are read from right to left turn nothing round that stands beside them.

    The signs around them (first strong isolate, pop) are not seen. It is the last thing that is done to a text.
    """
    return text if text.isascii() else RIGHT_TO_LEFT.sub("\u2068\\g<0>\u2069", _ISOLATED.sub(r"\1", text))


def inert_lines(text: str) -> str:
    """Return a text whose line ends are meant, each line of it inert."""
    return "\n".join(map(inert, text.split("\n")))


def in_place(text: str) -> str:
    """Return a line inert and as long as it was, so that a column still points at the same character."""
    return "".join(char if char.isprintable() or char == "\t" else MISSING for char in text)


def json_inert(text: str) -> str:
    """Return JSON that says the same and can steer no terminal."""
    return _HIDDEN_IN_JSON.sub(lambda found: json.dumps(found.group())[1:-1], text)


def all_inert(thing: T) -> T:
    """Return a text, or a tuple or attrs object of texts, with every text in it inert."""
    found: Any = thing
    if isinstance(thing, str):
        found = inert(thing)
    elif isinstance(thing, tuple):
        parts = tuple(map(all_inert, thing))
        same = all(after is before for after, before in zip(parts, thing, strict=True))
        found = thing if same else parts
    elif attrs.has(type(thing)):
        fields = ((each.name, getattr(thing, each.name)) for each in attrs.fields(type(found)))
        changes = {name: after for name, before in fields if (after := all_inert(before)) is not before}
        found = attrs.evolve(found, **changes) if changes else thing
    return found  # type: ignore[no-any-return]


def cell(text: str) -> str:
    """Return the cell of a CSV file: an apostrophe stands before what a spreadsheet would run as a formula."""
    seen = _STEERING.sub("", text.translate(_INERT)).strip(" \u200c\u200d")
    return f"'{text}" if text.startswith(_FORMULA) or seen.startswith(_FORMULA) else text


def markdown(text: str) -> str:
    """Return a text that Markdown shows as it is: no heading, list, link or HTML can stand in it."""
    found = _MARKDOWN.sub(r"\\\g<0>", " ".join(inert(text).split()))
    return _MARKDOWN_FIRST.sub(r"\g<0>\\", found, count=1) if _MARKDOWN_FIRST.match(found) else found

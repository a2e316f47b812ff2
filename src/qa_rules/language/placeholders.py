"""Words that stand for nothing: what forms, spreadsheets and databases write where a value is not known.

Taken as values they would make two unknown things equal, and a gap count as given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_LISTED: Final = """
    n/a | na | not applicable | not available | no answer | does not apply | null | none | nan | nat | nil | void
    | undefined | unknown | not known | unk | nk | dk | don't know | do not know | not sure | unsure | not stated
    | not given | not specified | unspecified | not provided | not recorded | not set | no data | no value | missing
    | blank | empty | tbc | tba | tbd | to be confirmed | to be announced | to be advised | to be decided
    | to be determined | to follow | pending | null! | ref! | value! | name? | div/0! | num!
    | awaiting | awaited | unbekannt | keine angabe | inconnu | desconocido | sconosciuto | onbekend
    | anhysbys | ddim yn hysbys | ddim ar gael | dim gwybodaeth
    """
"""In lower case; blanks and signs do not matter."""

_SIGNS: Final = re.compile(r"[\W_]+")
_DASHES: Final = re.compile(r"[\s\-\u2010-\u2015\u2212\u2022\u2026\u00b7_.,;:?!*/|~#()\[\]{}<>=+]*")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_FROM_PROGRAM: Final = re.compile(r"\[.*\]|[({]\s*(['\"].*)?[)}]|(frozenset|set|array)\(.*\)", re.DOTALL)
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f")
"""Signs that show nothing, though Unicode counts them among letters and symbols."""


def _squeezed(text: str) -> str:
    return _SIGNS.sub("", text)


_NOT: Final = """
    known answered asked checked assessed recorded stated given specified provided set available confirmed received
    reported entered completed decided determined established collected disclosed supplied found filled
    """
"""What was not done where nothing is known."""
_NO: Final = "data answer value information info response reply idea details"
_AWAITED: Final = "information confirmation details answer reply response data"
_TO_BE: Final = "confirmed announced advised agreed checked completed decided determined provided supplied"


def _made() -> Iterator[str]:
    """Words that are made alike, from what is missing and how that is said."""
    for each in _NOT.split():
        yield from (
            f"not {each}",
            f"not yet {each}",
            f"not {each} yet",
            f"not been {each}",
            f"not yet been {each}",
        )
    yield from (f"{no} {each}" for no in ("no", "no further") for each in _NO.split())
    yield from (
        f"{wait} {each}" for wait in ("awaiting", "waiting for", "pending") for each in _AWAITED.split()
    )
    yield from (
        f"{first} {each}" for first in ("to be", "still to be", "yet to be") for each in _TO_BE.split()
    )


WORDS: Final = tuple(dict.fromkeys((*(" ".join(each.split()) for each in _LISTED.split("|")), *_made())))
KNOWN: Final = frozenset(map(_squeezed, WORDS))
"""Letters and digits of such words, in lower case."""
_ZERO_DAY: Final = r"(?:[0-9]{4}[-/](?:00[-/][0-9]{2}|[0-9]{2}[-/]00)|9999[-/]99[-/]99)"
_DAY_ZERO: Final = r"(?:(?:00[-/.][0-9]{2}|[0-9]{2}[-/.]00)[-/.][0-9]{4}|99[-/.]99[-/.]9999)"
FORMS: Final = (
    rf"^\s*(?:{_ZERO_DAY}|{_DAY_ZERO})(?:[ tT]00:00(?::00)?)?\s*$",
    r"^\s*[Tt][Bb][AaCcDd] +(?:[Aa]fter|[Aa][Tt]|[Bb][Yy]|[Ff]rom|[Ii][Nn]|[Oo][Nn]|[Uu]ntil|[Ww]hen|[Ww]ith)(?: |$)",
    r"^\s*[Kk]\. ?[Aa]\.\s*$",
)
"""A day that no calendar has, as databases and forms write it for none; `TBC by Ana`; *keine Angabe*, but no KA.

In the language that JSON Schema, Python and Arrow read alike."""
_FORMS: Final = tuple(map(re.compile, FORMS))


def says_nothing(text: str) -> bool:
    """Whether a text is empty to the eye, made of dashes and dots alone, or a word for `not known`."""
    seen = (
        text
        if text.isascii() and text.isprintable()
        else "".join(
            char
            for char in unicodedata.normalize("NFKC", text)
            if (unicodedata.category(char) not in _UNSEEN and char not in _BLANK) or char == "\t"
        )
    )
    seen = seen.strip().casefold()
    if _DASHES.fullmatch(seen) is not None or seen == r"\n" or _squeezed(seen) in KNOWN:
        return True
    return any(each.search(text) for each in _FORMS)


def is_from_program(text: str) -> bool:
    """Whether a text is a list as a program writes it, such as `['a', 'b']` or `{}`: no code, and not its items."""
    return _FROM_PROGRAM.fullmatch(text) is not None

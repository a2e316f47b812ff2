"""Words that stand for nothing: what forms, spreadsheets and databases write where a value is not known.

Taken as values they would make two unknown things equal, and a gap count as given.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LISTED: Final = """
    n/a | na | not applicable | not available | no answer | does not apply | null | none | nan | nat | nil | void
    | undefined | unknown | not known | unk | nk | dk | don't know | do not know | not sure | unsure | not stated
    | not given | not specified | unspecified | not provided | not recorded | not set | no data | no value | missing
    | blank | empty | tbc | tba | tbd | to be confirmed | to be announced | to be advised | to be decided
    | to be determined | to follow | pending | null! | ref! | value! | name? | div/0! | num!
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


WORDS: Final = tuple(" ".join(each.split()) for each in _LISTED.split("|"))
KNOWN: Final = frozenset(map(_squeezed, WORDS))
"""Letters and digits of such words, in lower case."""


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
    return _DASHES.fullmatch(seen) is not None or seen == r"\n" or _squeezed(seen) in KNOWN


def is_from_program(text: str) -> bool:
    """Whether a text is a list as a program writes it, such as `['a', 'b']` or `{}`: no code, and not its items."""
    return _FROM_PROGRAM.fullmatch(text) is not None

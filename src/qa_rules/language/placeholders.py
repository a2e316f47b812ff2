"""Words that stand for nothing: what forms, spreadsheets and databases write where a value is not known.

Taken as values they would make two unknown things equal, and a gap count as given.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LISTED: Final = """
    n/a | na | not applicable | does not apply | null | none | nan | nat | pd.na | nil | void | undefined | unknown
    | unk | nk | dk | don't know | do not know | not sure | unsure | unspecified | missing | blank | empty | tbc | tba
    | tbd | to follow | awaiting | awaited | pending | null! | ref! | value! | name? | div/0! | num!
    | unbekannt | keine angabe | inconnu | desconocido | sconosciuto | onbekend | anhysbys | ddim yn hysbys
    """
"""In lower case; blanks and signs do not matter."""

_SAID: Final = "data|answer|value|info|information|response|reply|idea|details|confirmation"
PHRASE: Final = (
    "not(?:yet)?(?:been)?(?:known|given|set|available|(?:answer|ask|check|assess|record|stat|specifi|provid|confirm"
    "|receiv|report|enter|decid|determin|establish|collect|disclos|suppli)ed)(?:yet)?"
    f"|(?:no|nofurther|awaiting|waitingfor|pending)(?:{_SAID})"
    "|(?:still|yet)?tobe(?:confirm|announc|advis|agre|check|decid|determin|provid|suppli)ed"
)
"""What is said in several words of what nobody has said yet: not yet known, no answer, to be confirmed.

Letters and digits alone, in lower case; in what JSON Schema, Python and Arrow read alike, as the forms are."""
_ZERO_DAY: Final = (
    "[0-9]{4}[-/]00[-/]00|00[-/.]00[-/.][0-9]{4}|9999[-/]99[-/]99|99[-/.]99[-/.]9999"
    "|1900-01-00|0?0/0?1/1900|0?1/0?0/1900"
)
FORMS: Final = (
    rf"^\s*(?:{_ZERO_DAY})(?:[ tT]00:00(?::00)?)?\s*$",
    r"^\s*[tT][bB][aAcCdD] +(?:[aA]fter|[aA][tT]|[bB][yY]|[fF]rom|[iI]n|[oO]n|[uU]ntil|[wW]hen|[wW]ith)(?: |$)",
    r"^\s*[kK]\. ?[aA]\.\s*$",
)
"""A day that no calendar has, as databases and sheets write none; `TBC by Ana`; *keine Angabe*, though KA is a code."""

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


_PHRASE: Final = re.compile(PHRASE)
_FORMS: Final = re.compile("|".join(FORMS))


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
    if _DASHES.fullmatch(seen) or seen == r"\n" or _FORMS.search(text):
        return True
    squeezed = _squeezed(seen)
    return squeezed in KNOWN or _PHRASE.fullmatch(squeezed) is not None


def is_from_program(text: str) -> bool:
    """Whether a text is a list as a program writes it, such as `['a', 'b']` or `{}`: no code, and not its items."""
    return _FROM_PROGRAM.fullmatch(text) is not None

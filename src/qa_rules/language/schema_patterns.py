"""What text of a fact is taken, as regular expressions that JSON Schema and its readers in other languages share.

They look neither ahead nor behind, and use classes of letters only where each language means the same by them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any, Final

from qa_rules.language.placeholders import FORMS, KNOWN, PHRASE, says_nothing
from qa_rules.language.values import MOST_DIGITS

_ASCII: Final = 0x7F
_BLOCKS: Final = (range(0xC0), range(0x2000, 0x2C00), range(0x3000, 0x3040), range(0xFE10, 0xFFF0))
"""Where signs stand that people write beside Latin letters, of mathematics and of full width."""
_SIGN: Final = r"[\W_]*"
_FRACTION: Final = r"(?:\.[0-9]+)?"
_MONTHS: Final = (
    r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
_LEAP: Final = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_YEAR: Final = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
DAY: Final = f"(?:{_YEAR}-(?:{_MONTHS})|{_LEAP}-02-29)"
"""A day that there is, as year-month-day."""


def around(pattern: str) -> str:
    """Return the pattern of what stands alone, with blanks around it or none."""
    return rf"^\s*(?:{pattern})\s*$"


def literally(words: Iterable[str]) -> str:
    """Return the pattern of one of some words, as they are."""
    return "|".join("".join(_escaped(char) for char in word) for word in words)


def in_any_case(words: Iterable[str]) -> str:
    """Return the pattern of one of some words of ASCII letters, in capitals or not."""
    return "|".join("".join(f"[{char}{char.upper()}]" for char in word) for word in words)


def _escaped(char: str) -> str:
    return f"\\{char}" if char in r"\^$.|?*+()[]{}/" else char


@lru_cache(maxsize=1)
def nothing() -> dict[str, Any]:
    """Return the schema of text that says nothing: dashes and dots, or words for it with signs about and in them."""
    dashes = "".join(_ranges(each for each in _SIGNS if says_nothing(chr(each))))
    beyond = "".join(_ranges(each for each in _SIGNS if each > _ASCII))
    word = [
        {"pattern": rf"^[\u0000-\u007f{beyond}]*$"},
        {"pattern": f"^{_SIGN}(?:{_tree(KNOWN)}{_SIGN}|{_spelt(PHRASE)})$"},
    ]
    forms = (f"^[{dashes}]*$", around(r"\\[nN]"), *FORMS)
    return {"anyOf": [*({"pattern": each} for each in forms), {"allOf": word}]}


def _spelt(pattern: str) -> str:
    """A pattern of lower letters, in any case and with signs after each."""
    return re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]{_SIGN}", pattern)


def _tree(words: Iterable[str]) -> str:
    """The pattern of one of some words in any case, with signs between the letters."""
    behind: dict[str, list[str]] = {}
    for word in sorted(words):
        behind.setdefault(word[:1], []).append(word[1:])
    found = [
        (first if first.isdigit() else f"[{first}{first.upper()}]")
        + (_SIGN + _tree(rest) if any(rest) else "")
        for first, rest in behind.items()
        if first
    ]
    whole = found[0] if len(found) == 1 else _any(found)
    return f"(?:{whole})?" if "" in behind else whole


def _is_sign(char: str) -> bool:
    """Whether a character is no letter, digit or picture, nor made of any."""
    letters = "LMN"
    return unicodedata.category(char) != "So" and not any(
        unicodedata.category(each)[0] in letters for each in unicodedata.normalize("NFKC", char)
    )


_SIGNS: Final = tuple(
    code
    for code in chain(*_BLOCKS)
    if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs") and _is_sign(chr(code))
)


def _ranges(codes: Iterable[int]) -> Iterator[str]:
    found = [*codes]
    starts = [found[0], *(after for before, after in pairwise(found) if after != before + 1)]
    ends = [*(before for before, after in pairwise(found) if after != before + 1), found[-1]]
    for start, end in zip(starts, ends, strict=True):
        yield f"\\u{start:04x}" + (f"-\\u{end:04x}" if end > start else "")


def digits_between(least: Decimal | None, most: Decimal | None) -> list[dict[str, Any]]:
    """Return the schemas of which a decimal written as text fits one: with its sign, and within bounds."""
    digits = [around(rf"[-+]?[0-9.]{{1,{MOST_DIGITS}}}")]
    found = []
    if most is None or most >= 0:
        bounds = [*([_from(least)] if least is not None and least > 0 else [])]
        bounds += [] if most is None else [_up_to(most)]
        found.append([rf"\+?{each}" for each in (f"[0-9]+{_FRACTION}", *bounds)])
    if least is None or least <= 0:
        bounds = [*([_from(-most)] if most is not None and most < 0 else [])]
        bounds += [] if least is None else [_up_to(-least)]
        found.append([f"-{each}" for each in (f"[0-9]+{_FRACTION}", *bounds)])
    return [
        {"type": "string", "allOf": [{"pattern": each} for each in (*digits, *map(around, patterns))]}
        for patterns in found
    ]


def _parts(bound: Decimal) -> tuple[str, str]:
    whole, _, fraction = format(bound, "f").partition(".")
    return whole.lstrip("-0"), fraction.rstrip("0")


def _up_to(bound: Decimal) -> str:
    """The pattern of digits that make no more than a bound, which is not below zero."""
    whole, fraction = _parts(bound)
    fewer = [f"[0-9]{{0,{len(whole) - 1}}}{_FRACTION}"] if whole else []
    less = [
        f"{same}[0-{int(digit) - 1}][0-9]{{{left}}}{_FRACTION}" for same, digit, left in _places(whole, "0")
    ]
    behind = [f"{same}[0-{int(digit) - 1}][0-9]*" for same, digit, _ in _places(fraction, "0")]
    behind += [fraction[:at] for at in range(1, len(fraction))]
    last = rf"{whole}(?:\.{_any([*behind, f'{fraction}0*'])})?"
    return "0*" + _any([*fewer, *less, last])


def _from(bound: Decimal) -> str:
    """The pattern of digits that make a bound at least, which is above zero."""
    whole, fraction = _parts(bound)
    further = f"[1-9][0-9]{{{len(whole)},}}{_FRACTION}"
    more = [
        f"{same}[{int(digit) + 1}-9][0-9]{{{left}}}{_FRACTION}" for same, digit, left in _places(whole, "9")
    ]
    behind = [f"{same}[{int(digit) + 1}-9][0-9]*" for same, digit, _ in _places(fraction, "9")]
    last = rf"{whole}\.{_any([*behind, f'{fraction}[0-9]*'])}" if fraction else whole + _FRACTION
    return "0*" + _any([further, *more, last])


def _places(digits: str, but: str) -> Iterator[tuple[str, str, int]]:
    """Each digit with those before it and how many there are behind it; not where it is already the last of all."""
    for at, digit in enumerate(digits):
        if digit != but:
            yield digits[:at], digit, len(digits) - at - 1


def _any(patterns: Iterable[str]) -> str:
    return f"(?:{'|'.join(patterns)})"

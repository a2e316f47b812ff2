"""One value of one declared type, from what a file or a Python caller wrote."""

from __future__ import annotations

import datetime
import difflib
import enum
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from math import isfinite, isnan
from typing import assert_never

import attrs

from qa_rules.language.instead import meant
from qa_rules.language.placeholders import says_nothing
from qa_rules.language.reading import Plain, Raw, Source
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE, Value

MOST_DIGITS = 30
MOST_TEXT = 10_000
MOST_CODE = 200
MOST_COMPARED = 12
"""How many words are compared letter by letter; those that share most with the word that is not known."""
MOST_NEAR = 200
"""A longer word is no slip of the pen, and finding what is near it takes a while."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_TRUTH: Mapping[str, bool] = {"yes": True, "no": False, "true": True, "false": False}


@attrs.frozen
class ValueFault(ValueError):
    """A value that does not fit its type: one line, and a hint or empty."""

    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class NothingWritten(ValueFault):
    """There is no text where text is due. Whether it may be left out, only the shape of the file knows."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or empty."""
    if len(word) > MOST_NEAR:
        return ""
    names = frozenset(known) - {word}
    alike: Iterable[str] = names
    folded = word.casefold()
    if same := sorted(each for each in names if each.casefold() == folded):
        return meant(f"did you mean `{same[0]}`?", word, same[0], names)
    if len(names) > MOST_COMPARED:
        shared = Counter(name for pair in _pairs(word) for name in _by_pair(names).get(pair, ()))
        alike = (name for name, _ in shared.most_common(MOST_COMPARED))
    found = difflib.get_close_matches(word, sorted(alike), 1, 0.6)
    return meant(f"did you mean `{found[0]}`?", word, found[0], names) if found else ""


def near(source: Source, word: str, known: Iterable[str]) -> str:
    """Return the hint of `did_you_mean`, empty where the source has no room for another fault."""
    return "" if source.full else did_you_mean(word, known)


def _pairs(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}


@lru_cache(maxsize=64)
def _by_pair(names: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """The names that hold each pair of letters: what is near a word shares most of its pairs."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        for pair in _pairs(name):
            found.setdefault(pair, []).append(name)
    return {pair: tuple(each) for pair, each in found.items()}


_OWN = (
    bool,
    int,
    float,
    str,
    Plain,
    Decimal,
    datetime.date,
    datetime.datetime,
    list,
    tuple,
    dict,
    type(NONE),
)
_LIBRARIES = ("numpy", "pandas", "pyarrow")
_MISSING = ("NaT", "<NA>")


def as_python(raw: Raw) -> Raw:
    """Return a scalar or array of NumPy, Arrow or an enumeration as the value of Python that it stands for.

    A float of few bits has the value that it is printed as. ValueFault for what pandas writes where nothing is known.
    """
    if raw is None or type(raw) in _OWN:
        return raw
    if isinstance(raw, enum.Enum):
        return raw.value if isinstance(raw, str | int) else raw
    if type(raw).__module__.partition(".")[0] not in _LIBRARIES:
        return raw
    if str(raw) in _MISSING:
        raise ValueFault(f"{shown(raw)} says nothing", "leave it out, or give None, when it is unknown")
    if hasattr(raw, "as_py"):
        return raw.as_py()
    kind = getattr(raw, "dtype", None)
    if kind is None or not hasattr(raw, "tolist"):
        return raw
    if kind.kind == "f" and kind.itemsize != 8 and not raw.shape:
        return float(str(raw))
    if kind.kind == "M" and not raw.shape:
        return datetime.date.fromisoformat(str(raw)) if len(str(raw)) == len("2026-03-31") else str(raw)
    return raw.tolist()


def parse_value(raw: Raw, declared: FactDeclaration) -> Value | None:
    """Return the value, None for unknown; ValueFault when it does not fit."""
    raw = as_python(raw)
    if raw is None:
        return None
    if (isinstance(raw, str) and raw.strip() == "none" and declared.may_be_none) or raw is NONE:
        if not declared.may_be_none:
            raise ValueFault("none is no answer here", "leave the fact out when it is unknown")
        return NONE
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return parse_yes_no(raw)
        case FactType.INTEGER:
            return _bounded(parse_integer(raw), declared)
        case FactType.DECIMAL:
            return _bounded(parse_decimal(raw), declared)
        case FactType.DATE:
            return parse_date(raw)
        case FactType.CHOICE:
            return _option(raw, declared)
        case FactType.CODE:
            return _saying(raw, declared, MOST_CODE)
        case FactType.TEXT:
            return _saying(raw, declared, MOST_TEXT)
        case FactType.CHOICES:
            return _options(list(_items(raw, declared.options)), declared)
        case FactType.CODES:
            return frozenset(_saying(each, declared, MOST_CODE) for each in _items(raw, ()))
        case FactType.DOCUMENT | FactType.COLLECTION:
            raise ValueFault(f"{declared.type.words} is not one value")
        case _:
            assert_never(declared.type)


def parse_yes_no(raw: Raw) -> bool:
    """Return yes as True and no as False."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().lower() in _TRUTH:
        return _TRUTH[raw.strip().lower()]
    raise ValueFault(f"{shown(raw)} is neither yes nor no", "write yes or no, or leave it out when unknown")


def parse_integer(raw: Raw) -> int:
    """Return a whole number."""
    number: int | None = None
    if isinstance(raw, float | Decimal) and _is_whole(raw):
        raw = int(raw)  # JSON has one kind of numbers: 12.0 is 12
    if isinstance(raw, int) and not isinstance(raw, bool):
        if raw.bit_length() <= 64:
            return raw
        number = raw if raw.bit_length() <= 120 else None
    elif (
        isinstance(raw, Plain)
        and _INTEGER.fullmatch(raw.strip())
        and len(raw.strip().lstrip("+-")) <= MOST_DIGITS
    ):
        number = int(raw)
    _refuse_long(raw, "is not a whole number", "12")
    if number is None or len(str(abs(number))) > MOST_DIGITS:
        raise ValueFault(f"{shown(raw)} is not a whole number", "write digits without quotes, such as 12")
    return number


def _is_whole(number: float | Decimal) -> bool:
    """Whether a number is whole and has no more digits than one may have; nan and infinity are none."""
    if not _is_finite(number):
        return False
    # The magnitude of a decimal is looked at as it is written: no context can hold 1E+9999999.
    few = number.adjusted() < MOST_DIGITS if isinstance(number, Decimal) else abs(number) < 10**MOST_DIGITS
    return few and number == int(number)


def _is_finite(number: float | Decimal) -> bool:
    return number.is_finite() if isinstance(number, Decimal) else isinstance(number, int) or isfinite(number)


def parse_decimal(raw: Raw) -> Decimal:
    """Return an exact decimal number."""
    hint = "write digits, such as 12.50"
    if (isinstance(raw, float) and isnan(raw)) or (isinstance(raw, Decimal) and raw.is_nan()):
        raise ValueFault(f"{shown(raw)} is not a number", "leave it out, or give None, when it is unknown")
    if isinstance(raw, bool):
        raise ValueFault(f"{shown(raw)} is not a number", hint)
    text = digits_of(raw)
    if len(text.lstrip("+-")) <= MOST_DIGITS and _DECIMAL.fullmatch(text):
        return Decimal(text)
    _refuse_long(raw, "is not a number", "12.50")
    raise ValueFault(f"{shown(raw)} is not a number", hint)


def _refuse_long(raw: Raw, fault: str, example: str) -> None:
    """Tell of a number, whole or not, that it has more digits than one may have."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal) or not _is_finite(raw):
        return
    if raw.adjusted() >= MOST_DIGITS if isinstance(raw, Decimal) else abs(raw) >= 10**MOST_DIGITS:
        raise ValueFault(
            f"{shown(raw)} {fault} of at most {MOST_DIGITS} digits", f"write fewer, such as {example}"
        )


def digits_of(raw: Raw) -> str:
    """Return a number as it would be written, empty for what is none and for one of very many digits."""
    if isinstance(raw, int):
        return str(raw) if raw.bit_length() <= 120 else ""
    if isinstance(raw, Decimal):
        exponent = raw.as_tuple().exponent
        short = isinstance(exponent, int) and exponent >= -MOST_DIGITS and raw.adjusted() <= MOST_DIGITS
        return format(raw, "f") if short else ""
    if isinstance(raw, float) and abs(raw) < 10**MOST_DIGITS:
        return format(Decimal(repr(raw)), "f")
    return str(raw).strip() if isinstance(raw, float | str) else ""


def parse_date(raw: Raw) -> datetime.date:
    """Return a calendar date."""
    if isinstance(raw, datetime.date) and not isinstance(raw, datetime.datetime):
        return raw
    text = raw.strip() if isinstance(raw, str) else ""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            raise ValueFault(f"there is no day {text}", "check the month and the day") from None
    raise ValueFault(f"{shown(raw)} is not a date", "write year-month-day, such as 2026-03-31")


def parse_text(raw: Raw, most: int = MOST_TEXT) -> str:
    """Return text that says something."""
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        quoted = "write it in quotes"
        if raw.bit_length() <= 64 if isinstance(raw, int) else len(str(raw)) <= MOST_DIGITS:
            quoted += f': "{raw}"'
        hint = quoted if _is_finite(raw) else "leave it out when it is unknown"
        raise ValueFault(f"{shown(raw)} is a number where text is due", hint)
    text = str(raw).strip() if isinstance(raw, str) else ""
    if not text and (raw is None or isinstance(raw, str)):
        raise NothingWritten("there is nothing written here", "leave it out when it is unknown")
    if not text:
        raise ValueFault(f"{shown(raw)} is not text", "write text")
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueFault("this text holds half a character", "write the whole character")
    if len(str(raw)) > most:  # with the blanks around it, as the schema counts
        raise ValueFault(f"this text is longer than {most} characters", "shorten it")
    return text


def _saying(raw: Raw, declared: FactDeclaration, most: int) -> str:
    """Text that is a value: `n/a` and its like are none, unless the vocabulary says that they are."""
    text = parse_text(raw, most)
    if says_nothing(text) and text not in declared.real_words:
        none = ", or write none where there is none" if declared.may_be_none else ""
        codes = declared.type in (FactType.CODE, FactType.CODES)
        real = "; a real code is named in `real_words`" if codes else ""
        raise ValueFault(f"{shown(text)} says nothing", f"leave it out when it is unknown{none}{real}")
    return text


def parse_judge(raw: Raw) -> str:
    """Return the name of a person who gave a value; `n/a` and its like name nobody."""
    text = parse_text(raw)
    if says_nothing(text):
        raise ValueFault(f"{shown(text)} names nobody", "write a name, or leave it out when it is unknown")
    return text


def parse_words(raw: Raw) -> str:
    """Return text that has at least a letter or a digit in it, for people to read."""
    text = parse_text(raw)
    if not any(map(str.isalnum, text)):
        raise NothingWritten("there are no words here")
    return text


def _option(raw: Raw, declared: FactDeclaration) -> str:
    text = str(raw).strip() if isinstance(raw, str) else ""
    if text in declared.options:
        return text
    choices = ", ".join(f"`{key}`" for key in declared.options)
    near = did_you_mean(text, declared.options)
    raise ValueFault(f"{shown(raw)} is not one of the options", near or f"choose one of {choices}")


def _options(raw: Sequence[Raw], declared: FactDeclaration) -> frozenset[str]:
    """The options of a list; of several that there are not, each is told."""
    found, wrong = [], []
    for each in raw:
        try:
            found.append(_option(each, declared))
        except ValueFault as fault:
            wrong.append((shown(each), fault))
    if len(wrong) == 1:
        raise wrong[0][1]
    if wrong:
        names = ", ".join(dict.fromkeys(name for name, _ in wrong))
        hints = "; ".join(dict.fromkeys(str(fault.hint) for _, fault in wrong if fault.hint))
        raise ValueFault(f"{names} are not among the options", hints)
    return frozenset(found)


def _items(raw: Raw, options: Iterable[str]) -> Iterable[Raw]:
    if isinstance(raw, list | tuple | set | frozenset):
        return [as_python(each) for each in raw]
    first = next(iter(options), "this")
    raise ValueFault(f"{shown(raw)} is not a list", f"write a list, such as [{first}]; [] for none of them")


def _bounded(number: int | Decimal, declared: FactDeclaration) -> int | Decimal:
    unit = f" {declared.unit}" if declared.unit else ""
    if declared.least is not None and number < declared.least:
        raise ValueFault(
            f"{number} is below the least that can be, {declared.least}{unit}", "check the figure"
        )
    if declared.most is not None and number > declared.most:
        raise ValueFault(f"{number} is above the most that can be, {declared.most}{unit}", "check the figure")
    return number


def shown(raw: Raw) -> str:
    """Return a value as a message quotes it: short, whatever it is."""
    if isinstance(raw, Mapping):
        return "a mapping"
    if isinstance(raw, list | tuple):
        return "a list"
    if isinstance(raw, bool):
        return f"`{'true' if raw else 'false'}`"
    if isinstance(raw, int) and raw.bit_length() > 400:
        return f"a number of {int(raw.bit_length() * 0.30103) + 1} digits"
    try:
        text = str(raw)
    except Exception:  # the value is of somebody else's type, and says nothing
        text = type(raw).__name__
    return f"`{text[:60]}…`" if len(text) > 60 else f"`{text}`"

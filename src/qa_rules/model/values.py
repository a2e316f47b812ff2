"""The smallest words: verdicts, strengths, and the values that facts may have."""

from __future__ import annotations

import datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Final, Literal

import attrs


class Shown:
    """A noun that prints with the names of its fields.

    One method for all nouns: generating one for each would double the time that importing them takes.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        shown = (field.name for field in attrs.fields(type(self)) if field.repr)  # type: ignore[arg-type]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


class Verdict(StrEnum):
    """What an assessment says of one requirement or group."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


EXPLAINED: Final = "explained"
"""What cases and suites say of a requirement that is met, and by an explanation alone."""


class DecisionKind(StrEnum):
    """How the outcomes of a decision are to each other, and so what an open answer is."""

    PERMISSION = "permission"
    """Strictest first, each allowing or forbidding."""
    RATING = "rating"
    """A scale, worst first; an open answer is a span, never one of it."""
    CATEGORY = "category"
    """The first that holds; an open answer is the set of those that may."""


StrengthWord = Literal["stated", "seen", "verified"]
"""A strength as files and JSON write it."""
_WORDS: Final[tuple[StrengthWord, ...]] = ("stated", "seen", "verified")
_NUMBERS: Final = tuple("bcdeEfFgGnoxX%")
"""How formats of numbers end: whoever asks for a number gets one."""


class Strength(IntEnum):
    """How well a claim is backed, weakest first."""

    STATED = 1
    """The provider says so."""
    SEEN = 2
    """A competent person saw it."""
    VERIFIED = 3
    """An independent assessment found it."""

    @property
    def word(self) -> StrengthWord:
        """The name as files write it."""
        return _WORDS[self - 1]

    def __str__(self) -> str:
        return self.word

    def __format__(self, spec: str) -> str:
        return format(int(self) if spec[-1:] in _NUMBERS else self.word, spec)

    @classmethod
    def of(cls, word: str) -> Strength:
        """Return the strength that files call `word`; KeyError for any other word."""
        return cls[word.upper()]


class NoneGiven(Enum):
    """The known value *none*: no limit has been set, nothing was submitted."""

    NONE = "none"

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return "NONE"


NONE: Final = NoneGiven.NONE


def exact_text(number: Decimal) -> str:
    """Return the same text for equal numbers, with every digit: `normalize`, as all arithmetic, rounds to 28."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) if number else "0"


Scalar = bool | int | Decimal | str | datetime.date
Value = Scalar | frozenset[str] | NoneGiven
"""A known value. Unknown is the absence of one (None in Python, null in files)."""


class Unit(StrEnum):
    """Units of a span of time."""

    DAYS = "days"
    WORKING_DAYS = "working days"
    MONTHS = "months"
    YEARS = "years"


class Severity(StrEnum):
    """What a gap means for the outcome."""

    REQUIRED = "required"
    """It stands in the way."""
    CONDITION = "condition"
    """It may be closed by a due date."""
    ADVICE = "advice"
    """It is told, and changes nothing."""

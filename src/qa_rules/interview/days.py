"""A line as it is compared, and a day as people type it."""

from __future__ import annotations

import datetime
import re
from typing import Final

from qa_rules.explain.messages import say
from qa_rules.language.values import ValueFault

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_NEAR: Final = 92
"""How many days off a date without a year may be, for it to be plain which year is meant."""
_A_DAY: Final = datetime.date(2026, 3, 31)


def plain(line: str) -> str:
    """Return a line in lower case, with straight quotation marks and single blanks."""
    return " ".join(line.replace("\u2019", "'").replace("\u2018", "'").split()).rstrip(".!").lower()


def date_of(text: str, on: datetime.date | None = None) -> datetime.date:
    """Return a date as people write it: 2026-03-31, 31/3/26, 31 March 2026; with `on`, also today or 27 Nov.

    ValueFault for anything else, and for a day without a year that may be in one year or another.
    """
    word = plain(text)
    if on is not None and word in ("today", "yesterday"):
        return on - datetime.timedelta(days=word == "yesterday")
    day, month, year = _day_month_year(word)
    if not day:
        raise ValueFault(
            say("`{text}` is not a date", text=text),
            say("write it as 31 March 2026, 31/3/2026 or 2026-03-31"),
        )
    if year is None:
        years = [] if on is None else [on.year - 1, on.year, on.year + 1]
        dates = [each for each in (_date(one, month, day) for one in years) if each is not None]
        near = [each for each in dates if on is not None and abs((each - on).days) <= _NEAR]
        if len(near) == 1:
            return near[0]
        raise ValueFault(
            say("`{text}` has no year", text=text),
            say("write the year too, such as 31 March {year}", year=(on or _A_DAY).year),
        )
    found = _date(year, month, day)
    if found is None:
        raise ValueFault(say("there is no day {text}", text=text), say("the day comes first, then the month"))
    return found


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _day_month_year(word: str) -> tuple[int, int, int | None]:
    """The numbers of a date, with no year where none was written; no day where it is no date."""
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", word, re.ASCII):
        return int(found[3]), int(found[2]), int(found[1])
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})", word, re.ASCII):
        return int(found[1]), int(found[2]), _year(found[3])
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})", word, re.ASCII):
        return int(found[1]), int(found[2]), None
    spelled = r"(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})\.?,?(?: (\d{4}|\d{2}))?"
    if found := re.fullmatch(spelled, word, re.ASCII):
        months = [at for at, name in enumerate(_MONTHS, 1) if name.startswith(found[2])]
        if len(months) == 1:
            return int(found[1]), months[0], None if found[3] is None else _year(found[3])
    return 0, 0, None


def _year(digits: str) -> int:
    """Two digits are of this century."""
    return int(digits) + (2000 if len(digits) == 2 else 0)


__all__ = ["date_of", "plain"]

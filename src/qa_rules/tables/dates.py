"""`meaning.dates.later` for arrays of days. A day is a number of days since 1970-01-01."""

from __future__ import annotations

import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from qa_rules.model.calendars import Calendar
from qa_rules.model.values import Unit
from qa_rules.tables.planes import Rows

Days = npt.NDArray[np.int64]

_EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST_DAY = datetime.date.min.toordinal() - _EPOCH
LAST_DAY = datetime.date.max.toordinal() - _EPOCH
_MOST_DAYS = LAST_DAY - FIRST_DAY
_MOST_MONTHS = 12 * 10_000


def day_of(date: datetime.date) -> int:
    """Return the number of a day."""
    return date.toordinal() - _EPOCH


def date_of(day: int) -> datetime.date:
    """Return the day of a number."""
    return datetime.date.fromordinal(day + _EPOCH)


def later(start: Days, amount: Days, unit: Unit, calendar: Calendar | None) -> tuple[Days, Rows | None]:
    """Return the days `amount` units after `start`, and where there is one (None: everywhere).

    Amounts beyond the years 1 to 9999 come to the first or last day that there is, as one by one.
    """
    start = np.clip(start, FIRST_DAY, LAST_DAY)
    match unit:
        case Unit.DAYS:
            span = np.clip(amount, -_MOST_DAYS, _MOST_DAYS)
            return np.clip(start + span, FIRST_DAY, LAST_DAY), None
        case Unit.MONTHS:
            return _months_later(start, np.clip(amount, -_MOST_MONTHS, _MOST_MONTHS)), None
        case Unit.YEARS:
            span = np.clip(amount, -_MOST_MONTHS // 12, _MOST_MONTHS // 12)
            return _months_later(start, 12 * span), None
        case Unit.WORKING_DAYS:
            if calendar is None:
                return start, np.zeros(len(start), np.bool_)
            return _working_days_later(start, np.clip(amount, -_MOST_DAYS, _MOST_DAYS), calendar)


def _months_later(start: Days, amount: Days) -> Days:
    days = start.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    in_month = start - months.astype("datetime64[D]").astype(np.int64)
    moved = months.astype(np.int64) + amount
    first = moved.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    next_first = (moved + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    found = first + np.minimum(in_month, next_first - first - 1)
    clipped: Days = np.clip(found, FIRST_DAY, LAST_DAY)
    return clipped


@lru_cache(maxsize=8)
def _working_days(calendar: Calendar) -> Days:
    days = np.arange(day_of(calendar.first), day_of(calendar.last) + 1)
    free = np.array([day_of(day) for day in calendar.holidays], np.int64)
    return days[((days + 3) % 7 < 5) & ~np.isin(days, free)]


def _working_days_later(start: Days, amount: Days, calendar: Calendar) -> tuple[Days, Rows]:
    """Count from the day after (or before) the start, which is day 0 whatever day it is."""
    working = _working_days(calendar)
    covered = (start >= day_of(calendar.first)) & (start <= day_of(calendar.last))
    if not len(working):
        return start, covered & (amount == 0)
    ahead = np.searchsorted(working, start, side="right") + amount - 1
    back = np.searchsorted(working, start, side="left") + amount
    at = np.where(amount > 0, ahead, back)
    found = np.where(amount == 0, start, working[np.clip(at, 0, len(working) - 1)])
    return found, covered & ((amount == 0) | ((at >= 0) & (at < len(working))))

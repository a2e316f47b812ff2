"""Dates some time later: days, months clamped to the month's end, working days of a calendar."""

from __future__ import annotations

import calendar as months
import datetime
from bisect import bisect_left, bisect_right
from functools import lru_cache

from qa_rules.model.calendars import Calendar
from qa_rules.model.values import Unit


def later(start: datetime.date, amount: int, unit: Unit, working: Calendar | None) -> datetime.date | None:
    """Return the date `amount` units after `start`; None where the calendar does not reach.

    Months and years keep the day of the month, clamped to the month's end. Working days count from the day
    after `start`, which is day 0 whether or not anybody works on it. Dates beyond the year 9999 are the last
    date that there is.
    """
    match unit:
        case Unit.DAYS:
            return _shifted(start.toordinal() + amount)
        case Unit.MONTHS:
            return _months_later(start, amount)
        case Unit.YEARS:
            return _months_later(start, 12 * amount)
        case Unit.WORKING_DAYS:
            return None if working is None else _working_days_later(start, amount, working)


def _shifted(ordinal: int) -> datetime.date:
    return datetime.date.fromordinal(min(max(ordinal, 1), datetime.date.max.toordinal()))


@lru_cache(maxsize=4096)
def _months_later(start: datetime.date, amount: int) -> datetime.date:
    year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
    if year > datetime.MAXYEAR:
        return datetime.date.max
    if year < datetime.MINYEAR:
        return datetime.date.min
    return datetime.date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))


def _working_days_later(start: datetime.date, amount: int, working: Calendar) -> datetime.date | None:
    if not working.first <= start <= working.last:
        return None
    if amount == 0:
        return start
    days, here = working.days_worked, start.toordinal()
    # The first day by which so many have been worked.
    at = bisect_right(days, here) + amount - 1 if amount > 0 else bisect_left(days, here) + amount
    return datetime.date.fromordinal(days[at]) if 0 <= at < len(days) else None

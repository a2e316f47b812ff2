"""Dates some time later: days, months clamped to the month's end, working days of a calendar."""

from __future__ import annotations

import calendar as months
import datetime
from bisect import bisect_left, bisect_right

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


def _months_later(start: datetime.date, amount: int) -> datetime.date:
    year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
    if year > datetime.MAXYEAR:
        return datetime.date.max
    if year < datetime.MINYEAR:
        return datetime.date.min
    return datetime.date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))


def _working_days_later(start: datetime.date, amount: int, working: Calendar) -> datetime.date | None:
    if not working.first <= start <= working.last or amount == 0:
        return start if working.first <= start <= working.last else None
    first, last, here = working.first.toordinal(), working.last.toordinal(), start.toordinal()
    if amount > 0:
        # The first day by which so many have been worked.
        after = range(here + 1, last + 1)
        at = bisect_left(after, amount, key=lambda day: _worked(here + 1, day, working))
        return None if at == len(after) else datetime.date.fromordinal(after[at])
    before = range(here - 1, first - 1, -1)
    at = bisect_left(before, -amount, key=lambda day: _worked(day, here - 1, working))
    return None if at == len(before) else datetime.date.fromordinal(before[at])


def _worked(first: int, last: int, working: Calendar) -> int:
    """How many days are worked from one to another, both counted."""
    off = working.days_off
    return _weekdays(last) - _weekdays(first - 1) - (bisect_right(off, last) - bisect_left(off, first))


def _weekdays(day: int) -> int:
    """How many days from Monday to Friday there are up to a day; the first of all days was a Monday."""
    weeks, over = divmod(day, 7)
    return 5 * weeks + min(over, 5)

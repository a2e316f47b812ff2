"""Days some time later, counted one by one."""

from __future__ import annotations

import calendar
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)


class Working(NamedTuple):
    """The days on which nobody works, beside Saturdays and Sundays, and how far the list goes."""

    first: date
    last: date
    holidays: Collection[date]


def later(start: date, amount: int, unit: str, working: Working) -> date | None:
    """Return the day so much later; None where the list of holidays does not reach."""
    if unit == "days":
        return start + amount * DAY
    if unit == "working days":
        return _working_days_later(start, amount, working)
    months = start.month - 1 + amount * (12 if unit == "years" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def _working_days_later(start: date, amount: int, working: Working) -> date | None:
    day = start
    if not working.first <= day <= working.last:
        return None
    while amount:
        day += DAY
        if day > working.last:
            return None
        if day.weekday() < 5 and day not in working.holidays:
            amount -= 1
    return day

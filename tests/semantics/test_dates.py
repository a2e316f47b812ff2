"""Spans of time: month ends, leap years, working days, and the ends of the calendar."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.language.calendars import england_and_wales
from qa_rules.model.values import Unit
from qa_rules.semantics.dates import later
from tests.strategies import CALENDAR

Day = datetime.date


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2025-01-31", 1, Unit.MONTHS, "2025-02-28"),
        ("2024-01-31", 1, Unit.MONTHS, "2024-02-29"),
        ("2025-01-31", 2, Unit.MONTHS, "2025-03-31"),
        ("2025-12-15", 1, Unit.MONTHS, "2026-01-15"),
        ("2025-03-31", -1, Unit.MONTHS, "2025-02-28"),
        ("2024-02-29", 1, Unit.YEARS, "2025-02-28"),
        ("2024-02-29", 4, Unit.YEARS, "2028-02-29"),
        ("2025-11-22", 0, Unit.YEARS, "2025-11-22"),
        ("2026-12-31", 1, Unit.DAYS, "2027-01-01"),
        ("2026-03-01", -1, Unit.DAYS, "2026-02-28"),
        ("2026-11-22", 10**29, Unit.DAYS, "9999-12-31"),
        ("2026-11-22", -(10**29), Unit.DAYS, "0001-01-01"),
        ("2026-11-22", 10**29, Unit.MONTHS, "9999-12-31"),
        ("2026-11-22", -(10**29), Unit.YEARS, "0001-01-01"),
    ],
)
def test_days_months_and_years(start: str, amount: int, unit: Unit, end: str) -> None:
    assert later(Day.fromisoformat(start), amount, unit, None) == Day.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2019-08-16", 10, "2019-09-02"),  # over the late summer bank holiday
        ("2019-08-16", 0, "2019-08-16"),
        ("2019-08-17", 0, "2019-08-17"),  # a Saturday is day 0 of itself
        ("2019-08-17", 1, "2019-08-19"),
        ("2026-12-24", 1, "2026-12-29"),  # Christmas Day is a Friday, Boxing Day is kept on the Monday
        ("2019-09-02", -10, "2019-08-16"),
        ("1999-12-31", 1, None),
        ("2060-12-31", 1, None),
        ("2026-11-22", 10**29, None),
    ],
)
def test_working_days_of_england_and_wales(start: str, amount: int, end: str | None) -> None:
    found = later(Day.fromisoformat(start), amount, Unit.WORKING_DAYS, england_and_wales())
    assert found == (None if end is None else Day.fromisoformat(end))


def test_working_days_without_a_calendar_are_not_known() -> None:
    assert later(Day(2026, 11, 22), 1, Unit.WORKING_DAYS, None) is None


DAYS = st.dates(Day(2020, 1, 1), Day(2027, 6, 1))


@given(DAYS, st.integers(1, 60))
def test_a_count_of_working_days_is_the_days_worked_in_between(start: Day, amount: int) -> None:
    end = later(start, amount, Unit.WORKING_DAYS, CALENDAR)
    assert end is not None
    between = [start + datetime.timedelta(days=at) for at in range(1, (end - start).days + 1)]
    worked = [day for day in between if day.weekday() < 5 and day not in CALENDAR.holidays]
    assert len(worked) == amount
    assert worked[-1] == end


@given(DAYS, st.integers(-400, 400), st.sampled_from(Unit))
def test_a_longer_span_never_ends_earlier(start: Day, amount: int, unit: Unit) -> None:
    first, then = (later(start, span, unit, CALENDAR) for span in (amount, amount + 1))
    assert first is None or then is None or first <= then


@given(st.dates(), st.integers(-2000, 2000))
def test_months_keep_the_day_or_take_the_last_of_the_month(start: Day, amount: int) -> None:
    end = later(start, amount, Unit.MONTHS, None)
    assert end is not None
    if Day.min < end < Day.max:
        assert (end.year - start.year) * 12 + end.month - start.month == amount
        assert end.day == start.day or (end + datetime.timedelta(days=1)).day == 1

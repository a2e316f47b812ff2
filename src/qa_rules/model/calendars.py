"""The working-day calendar, as data that is handed in."""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterable, Sequence

import attrs

from qa_rules.errors import ArgumentError, due
from qa_rules.model.lazy import lazy
from qa_rules.model.values import Shown


def _days(given: Iterable[datetime.date]) -> frozenset[datetime.date]:
    """Days of any collection, each of them a date and no moment: a moment is equal to no date."""
    due("holidays", given, Iterable, "a set of dates")
    days = list(given)
    for each in days:
        _due_date("holidays", each, "a set of dates")
    return frozenset(days)


def _due_date(argument: str, given: object, words: str) -> None:
    due(argument, given, datetime.date, words)
    if isinstance(given, datetime.datetime):
        raise ArgumentError(f"`{argument}` is {words}, not datetime")


@attrs.frozen(repr=False)
class Calendar(Shown):
    """Which days between `first` and `last` nobody works, beside Saturdays and Sundays.

    ArgumentError when a day is no date, or `last` is before `first`.
    """

    name: str
    version: str
    """Where the days come from, so that a decision can be replayed."""
    first: datetime.date
    last: datetime.date
    holidays: frozenset[datetime.date] = attrs.field(repr=False, converter=_days)

    def __attrs_post_init__(self) -> None:
        for argument in ("name", "version"):
            due(argument, getattr(self, argument), str, "text")
        for argument in ("first", "last"):
            _due_date(argument, getattr(self, argument), "a date")
        if self.last < self.first:
            raise ArgumentError(f"`last` is not before `first`, and {self.last} is before {self.first}")

    @lazy
    def days_worked(self) -> Sequence[int]:
        """The days that are worked, as ordinals, the earliest first. The first day of all was a Monday."""
        off = frozenset(self.days_off)
        every = range(self.first.toordinal(), self.last.toordinal() + 1)
        return array("l", [day for day in every if (day - 1) % 7 < 5 and day not in off])

    @lazy
    def days_off(self) -> tuple[int, ...]:
        """The holidays from Monday to Friday as ordinals, the earliest first."""
        return tuple(sorted(day.toordinal() for day in self.holidays if day.weekday() < 5))

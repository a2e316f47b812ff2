"""The working-day calendar, as data that is handed in."""

from __future__ import annotations

import datetime

import attrs

from qa_rules.model.lazy import lazy
from qa_rules.model.values import Shown


@attrs.frozen(repr=False)
class Calendar(Shown):
    """Which days between `first` and `last` nobody works, beside Saturdays and Sundays."""

    name: str
    version: str
    """Where the days come from, so that a decision can be replayed."""
    first: datetime.date
    last: datetime.date
    holidays: frozenset[datetime.date] = attrs.field(repr=False)

    @lazy
    def days_off(self) -> tuple[int, ...]:
        """The holidays from Monday to Friday as ordinals, the earliest first."""
        return tuple(sorted(day.toordinal() for day in self.holidays if day.weekday() < 5))

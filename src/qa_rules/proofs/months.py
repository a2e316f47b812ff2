"""Days some months later, as a solver is told of them: from which day on another distance lies between the two."""

from __future__ import annotations

import calendar as months
import datetime
from collections.abc import Iterator
from typing import Final

from qa_rules.model.values import Unit
from qa_rules.semantics.dates import later

FIRST: Final = 1
LAST: Final = datetime.date.max.toordinal()


class Beyond(Exception):
    """Outside of what the solver is told exactly."""


def distances(first: int, last: int, amount: int) -> Iterator[tuple[int, int | None, int]]:
    """Yield the days from which on another distance lies between a day and the same some months later.

    Each with that distance; or without one, the one day that the days from there on come to, at a month's end.
    """
    one = datetime.timedelta(days=1)
    at = datetime.date.fromordinal(max(first - 31 * abs(amount), FIRST)).replace(day=1)
    before: int | None = None
    while at.toordinal() <= min(last + 31 * abs(amount), LAST - 62):
        moved, following = later(at, amount, Unit.MONTHS, None), (at.replace(day=28) + 4 * one).replace(day=1)
        if moved is None or moved.year in (datetime.MINYEAR, datetime.MAXYEAR):
            raise Beyond
        length, distance = months.monthrange(moved.year, moved.month)[1], moved.toordinal() - at.toordinal()
        if distance != before:
            yield at.toordinal(), distance, 0
        before = distance
        if (following - at).days > length:
            yield at.toordinal() + length, None, moved.toordinal() + length - 1
            before = None
        at = following

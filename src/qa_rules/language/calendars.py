"""The bank holidays of England and Wales, from a maintained library, as a calendar."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache

from qa_rules.model.calendars import Calendar

FIRST, LAST = 2000, 2060
"""Years covered. A date outside them leaves a working-day test unknown."""


@lru_cache(maxsize=1)
def england_and_wales() -> Calendar:
    """Return the calendar. Importing the library takes a while, so ask only when working days are counted."""
    from holidays.countries.united_kingdom import UnitedKingdom
    from holidays.version import __version__ as version

    days: Iterable[datetime.date] = UnitedKingdom(  # type: ignore[no-untyped-call]
        subdiv="ENG", years=range(FIRST, LAST + 1), observed=True, language="en_GB"
    )
    return Calendar(
        name="England and Wales",
        version=f"holidays {version}",
        first=datetime.date(FIRST, 1, 1),
        last=datetime.date(LAST, 12, 31),
        holidays=frozenset(day for day in days if day.weekday() < 5),
    )

"""The days on which time alone may turn what one requirement asks."""

from __future__ import annotations

import datetime

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import NodeId
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.breakpoints import turning_days


def days_of(
    closed: ClosedRuleset,
    requirement: str,
    facts: Facts,
    on: datetime.date,
    until: datetime.date,
    calendar: Calendar | None,
) -> list[datetime.date]:
    """Return the days later than `on` and no later than `until` on which its own test may turn, in order."""
    met = NodeId.met(requirement)
    asked = closed.exprs[met if met in closed.exprs else requirement]
    return sorted(turning_days([asked], facts, on, until, calendar))

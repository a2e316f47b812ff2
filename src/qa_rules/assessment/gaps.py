"""The days of the gaps that an earlier assessment found."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import NoneType
from typing import TYPE_CHECKING

from qa_rules.errors import ArgumentError, due
from qa_rules.model.rulesets import Ruleset

if TYPE_CHECKING:
    from qa_rules.assessment.assess import Assessment


def gaps_of(
    earlier: Assessment | Mapping[str, datetime.date] | None, ruleset: Ruleset, on: datetime.date
) -> Mapping[str, datetime.date]:
    """Return the days of the gaps that an earlier assessment found. ArgumentError where it cannot be an earlier one."""
    from qa_rules.assessment.assess import Assessment

    due("earlier", earlier, (Assessment, Mapping, NoneType), "an Assessment, its gaps, or None")
    if isinstance(earlier, Assessment):
        about = earlier.decided_by["ruleset"]["id"]
        if about != ruleset.id:
            raise ArgumentError(f"`earlier` was assessed against {about}, not {ruleset.id}")
        if earlier.on > on:
            raise ArgumentError(f"`earlier` is of {earlier.on}, later than this assessment of {on}")
        earlier = earlier.gaps
    found = dict(earlier or {})
    for name, day in found.items():
        if name not in ruleset.requirement:
            raise ArgumentError(f"`earlier` has a gap in {name!r}, and {ruleset.id} has no such requirement")
        if not isinstance(day, datetime.date) or isinstance(day, datetime.datetime) or day > on:
            raise ArgumentError(f"`earlier` has {day!r} for {name}, which is no day up to {on}")
    return found

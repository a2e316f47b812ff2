"""What the functions of the front door can take."""

from __future__ import annotations

import datetime
from types import NoneType

from qa_rules.errors import ArgumentError, due
from qa_rules.model.calendars import Calendar
from qa_rules.model.rulesets import Policy, Ruleset


def due_to_prepare(ruleset: Ruleset, policy: Policy | None, engine: str, calendar: Calendar | None) -> None:
    """Do nothing when these have the types that are due. ArgumentError says what is due otherwise."""
    due("ruleset", ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
    due("policy", policy, (Policy, NoneType), "a Policy, as load_policy returns it, or None")
    due("engine", engine, str, "the name of an engine")
    due("calendar", calendar, (Calendar, NoneType), "a Calendar or None")


def due_to_decide(
    ruleset: Ruleset, on: datetime.date, policy: Policy | None, engine: str, calendar: Calendar | None
) -> None:
    """Do nothing when these have the types that are due. ArgumentError says what is due otherwise."""
    due("ruleset", ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
    due_day("on", on)
    due_to_prepare(ruleset, policy, engine, calendar)


def due_day(argument: str, given: object) -> None:
    """Do nothing for a day. ArgumentError says what is due otherwise; a moment is no day."""
    if not isinstance(given, datetime.date) or isinstance(given, datetime.datetime):
        what = type(given).__name__
        raise ArgumentError(f"`{argument}` is a date such as datetime.date(2026, 11, 22), not {what}")


def teller_named(told_by: str | None, ruleset: Ruleset) -> str:
    """Return who hands the facts in, empty for anybody. ArgumentError for whom `people:` does not name."""
    named = ruleset.people.own_word_seen
    due("told_by", told_by, (str, NoneType), f"{', '.join(f'`{each}`' for each in named)} or None")
    if told_by is not None and told_by not in named:
        found = (
            f"{' or '.join(named)}, or left out" if named else f"left out where {ruleset.id} has no `people:`"
        )
        raise ArgumentError(f"`told_by` is {found}, not {told_by!r}")
    return told_by or ""

"""From which day to which the calendar of working days can have a say in a decision."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.facts import Facts, FactValue
from qa_rules.model.kept import once_for_each
from qa_rules.model.values import Unit
from qa_rules.program.bind import ClosedRuleset

_WORKED = 240
"""Fewer days than are worked in any year."""


def days_that_count(
    closed: ClosedRuleset, facts: Facts, on: datetime.date
) -> tuple[datetime.date, datetime.date]:
    """Return whole years, from the first to the last, outside which no day off can change what is decided.

    They reach from the earliest date that anything starts from to the latest, and as far beyond as the rules count.
    """
    dates, amounts, is_open = _in_rules(closed)
    given = tuple(each.value for each in _values(facts))
    days = {on, *dates, *(each for each in given if isinstance(each, datetime.date))}
    days |= {day for each in facts.evidence() for day in (each.on, each.as_of, each.valid_until) if day}
    counted = {*amounts, *(abs(each) for each in given if type(each) is int and is_open)}
    years = 1 + max(counted, default=0) // _WORKED
    first, last = min(days).year - years, max(days).year + years
    return datetime.date(max(first, datetime.MINYEAR), 1, 1), datetime.date(
        min(last, datetime.MAXYEAR), 12, 31
    )


def _values(facts: Facts) -> Iterator[FactValue]:
    yield from facts.values.values()
    for given in facts.collections.values():
        for record in given.records:
            yield from record.values()


@once_for_each
def _in_rules(closed: ClosedRuleset) -> tuple[frozenset[datetime.date], frozenset[int], bool]:
    """The dates written in the rules, how many working days they count, and whether a fact says how many."""
    dates: set[datetime.date] = set()
    amounts: set[int] = set()
    is_open = False
    for part in _parts(node.expr for node in closed.nodes):
        if isinstance(part, datetime.date):
            dates.add(part)
        elif getattr(part, "unit", None) is Unit.WORKING_DAYS:
            amount = getattr(part, "amount", None)
            if isinstance(amount, ex.Literal) and isinstance(amount.value, int):
                amounts.add(abs(amount.value))
            else:
                is_open = True
        elif isinstance(part, ex.Literal) and isinstance(part.value, datetime.date):
            dates.add(part.value)
    return frozenset(dates), frozenset(amounts), is_open


def _parts(left: Iterable[object]) -> Iterator[object]:
    """Everything inside the expressions, their terms included."""
    stack = list(left)
    while stack:
        part = stack.pop()
        yield part
        if attrs.has(type(part)):
            stack += [getattr(part, field.name) for field in attrs.fields(type(part)) if field.eq]  # type: ignore[arg-type]
        elif isinstance(part, Mapping):
            stack += part.values()
        elif isinstance(part, tuple | list | frozenset):
            stack += part

"""How far the proofs reach: to all dates, numbers and counts of records that rules name, with room on either side."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from math import ceil, floor
from typing import Final

import attrs

from qa_rules.model.expressions import (
    Count,
    Expr,
    Fact,
    Field,
    Literal,
    Quantified,
    Reference,
    Term,
    spans,
    terms,
    walk,
)
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.values import Unit
from qa_rules.program.bind import ClosedRuleset
from qa_rules.proofs.symbolic import Limits

ROOM: Final = 5 * 366
"""So many days lie on either side of the dates that a rule names."""
TIMES: Final = 10
"""Numbers reach so many times further than the largest that is named."""
LONGEST: Final = 200 * 366
"""A longer span is taken for a slip, or for a way to say `never`."""
_DAYS: Final = {Unit.DAYS: 1, Unit.WORKING_DAYS: 2, Unit.MONTHS: 31, Unit.YEARS: 366}
_FIRST, _LAST = datetime.date(2, 1, 1).toordinal(), datetime.date(9998, 12, 31).toordinal()


def reaching(limits: Limits, *closed: ClosedRuleset) -> Limits:
    """Return the limits, made wider where these rulesets name more: else the limits, not the rules, would decide."""
    tests = [inner for each in closed for node in each.nodes for inner in walk(node.expr)]
    named = [term.value for test in tests for term in terms(test) if isinstance(term, Literal)]
    vocabularies = [each.ruleset.vocabulary for each in closed]
    numbers = [each for each in named if isinstance(each, int | Decimal) and not isinstance(each, bool)]
    numbers += [bound for each in vocabularies for bound in _bounds(each)]
    dates = [limits.on, *(each for each in named if isinstance(each, datetime.date))]
    longest = max([0, *(_span(*each, vocabularies) for test in tests for each in spans(test))])
    room = ROOM + 2 * min(longest, LONGEST)
    first, last = limits.days
    earliest = max(min(dates).toordinal() - room, _FIRST)
    latest = min(max(dates).toordinal() + room, _LAST)
    return attrs.evolve(
        limits,
        first=datetime.date.fromordinal(earliest) if earliest < first else limits.first,
        last=datetime.date.fromordinal(latest) if latest > last else limits.last,
        least_number=min([limits.least_number, *(floor(TIMES * each) for each in numbers)]),
        most_number=max([limits.most_number, *(ceil(TIMES * each) for each in numbers)]),
        more_records=_records(tests, limits),
    )


def _bounds(vocabulary: Vocabulary) -> Iterator[Decimal]:
    for declared in vocabulary.facts.values():
        for each in (declared, *declared.fields.values()):
            if each.type in (FactType.INTEGER, FactType.DECIMAL):
                yield from (bound for bound in (each.least, each.most) if bound is not None)


def _span(amount: Term, unit: Unit, vocabularies: list[Vocabulary]) -> int:
    """The most days that a span can take, as far as that is said."""
    if isinstance(amount, Literal) and isinstance(amount.value, int):
        return abs(amount.value) * _DAYS[unit]
    if isinstance(amount, Fact | Field):
        found = (declared.most for each in vocabularies if (declared := each.declaration(amount)) is not None)
        return max((int(most) * _DAYS[unit] for most in found if most is not None), default=0)
    return 0


def _records(tests: list[Expr], limits: Limits) -> dict[str, int]:
    """Collections of which a rule counts more records than the limit."""
    found: dict[str, int] = {}
    for each in tests:
        if isinstance(each, Quantified) and each.count is Count.AT_LEAST and each.number > limits.records:
            found[each.collection] = max(found.get(each.collection, 0), each.number)
    return {**found, **limits.more_records}


def strengths(closed: ClosedRuleset) -> tuple[object, ...]:
    """Return every strength at which something is asked. Where two rulesets differ in that, evidence may be weaker."""
    asked = (
        inner.strength for node in closed.nodes for inner in walk(node.expr) if isinstance(inner, Reference)
    )
    return (closed.strength, *(each for each in asked if each is not None))

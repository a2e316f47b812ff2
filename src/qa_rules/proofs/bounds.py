"""How far the proofs reach: to all dates, numbers and counts of records that rules name, with room on either side."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
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
    Together,
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
MOST_RECORDS: Final = 24
"""A list that would need more is not looked at beyond; then a proof says so."""
MOST_CODES: Final = 12
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
    records = _records(closed, limits)
    earliest = max(min(dates).toordinal() - room, _FIRST)
    latest = min(max(dates).toordinal() + room, _LAST)
    return attrs.evolve(
        limits,
        first=datetime.date.fromordinal(earliest) if earliest < first else limits.first,
        last=datetime.date.fromordinal(latest) if latest > last else limits.last,
        least_number=min([limits.least_number, *(floor(TIMES * each) for each in numbers)]),
        most_number=max([limits.most_number, *(ceil(TIMES * each) for each in numbers)]),
        more_records=records,
        codes=_codes(closed, records, limits),
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


def counted(*closed: ClosedRuleset) -> frozenset[str]:
    """Return the collections of which some rule counts more than two records."""
    return frozenset(
        test.collection
        for test in _tests(closed)
        if isinstance(test, Quantified) and test.count is Count.AT_LEAST and test.number > 2
    )


def _tests(closed: Sequence[ClosedRuleset]) -> Iterator[Expr]:
    return (inner for each in closed for node in each.nodes for inner in walk(node.expr))


def _records(closed: Sequence[ClosedRuleset], limits: Limits) -> dict[str, int]:
    """How many records are enough for every claim: a witness for each quantifier that is read together.

    Small model property for one level of quantifiers: a list is told from a longer one only by a record that makes some
    quantifier hold or fail, and each needs no more of them than it counts. The rules of both sides of a comparison are
    read together. Named are the collections that need more than the limit.
    """
    needed: dict[str, int] = {}
    for test in dict.fromkeys(_tests(closed)):
        if isinstance(test, Quantified):
            own = test.number if test.count is Count.AT_LEAST else 1
        elif isinstance(test, Together):
            own = _cover(test, closed)
        else:
            continue
        needed[test.collection] = needed.get(test.collection, 0) + max(own, 1)
    more = {name: min(number, MOST_RECORDS) for name, number in needed.items() if number > limits.records}
    return {**more, **limits.more_records}


def _cover(test: Together, closed: Sequence[ClosedRuleset]) -> int:
    """The most records that a cover needs: one for each item of the target."""
    if isinstance(test.target, Literal) and isinstance(test.target.value, frozenset):
        return len(test.target.value)
    declared = [each.ruleset.vocabulary.declaration(Field(test.collection, test.field)) for each in closed]
    return max((len(each.options) for each in declared if each is not None), default=0) or 2


def _codes(closed: Sequence[ClosedRuleset], records: Mapping[str, int], limits: Limits) -> tuple[str, ...]:
    """As many codes that no rule names as there are code values compared with each other, and two at the least.

    With fewer, facts that have to differ from each other could not all do so.
    """
    compared: dict[Term, int] = {}
    for test in dict.fromkeys(_tests(closed)):
        sides = [term for term in terms(test) if isinstance(term, Fact | Field)]
        if len(sides) < 2:
            continue
        for term in sides:
            kinds = {
                declared.type
                for each in closed
                if (declared := each.ruleset.vocabulary.declaration(term)) is not None
            }
            if kinds & {FactType.CODE, FactType.CODES}:
                places = records.get(term.collection, limits.records) if isinstance(term, Field) else 1
                compared[term] = places
    number = min(max(len(limits.codes), sum(compared.values())), MOST_CODES)
    return tuple(f"other-{at}" for at in range(1, number + 1)) if number > len(limits.codes) else limits.codes


def strengths(closed: ClosedRuleset) -> tuple[object, ...]:
    """Return every strength at which something is asked. Where two rulesets differ in that, evidence may be weaker."""
    asked = (
        inner.strength for node in closed.nodes for inner in walk(node.expr) if isinstance(inner, Reference)
    )
    return (closed.strength, *(each for each in asked if each is not None))

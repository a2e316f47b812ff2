"""How far the proofs reach: to all dates, numbers and counts of records that rules name, with room on either side."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import ceil, floor
from typing import Final

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import spans, terms, walk
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.kept import once_for_each
from qa_rules.model.values import Strength, Unit
from qa_rules.program.bind import ClosedRuleset
from qa_rules.proofs.symbolic import Limits

ROOM: Final = 5 * 366
"""So many days lie on either side of the dates that a rule names."""
TIMES: Final = 10
"""Numbers reach so many times further than the largest that is named."""
MOST_RECORDS: Final = 60
"""A list that would need more is not looked at beyond; then a proof says so."""
FEWER_RECORDS, MANY_TESTS = 8, 8
"""So many records of a list are looked at where more than so many tests of it are read together."""
MOST_CODES: Final = 12
LONGEST: Final = 200 * 366
"""A longer span is taken for a slip, or for a way to say `never`."""
_DAYS: Final = {Unit.DAYS: 1, Unit.WORKING_DAYS: 2, Unit.MONTHS: 31, Unit.YEARS: 366}
_FIRST, _LAST = datetime.date(2, 1, 1).toordinal(), datetime.date(9998, 12, 31).toordinal()


def reaching(limits: Limits, *closed: ClosedRuleset) -> Limits:
    """Return the limits with dates and numbers made wider where these rulesets name more.

    Else the limits, not the rules, would decide. Where no rule looks at the day, or asks for evidence of some strength,
    what is proved of one day, or of verified evidence, is proved of all.
    """
    tests = [inner for each in closed for node in each.nodes for inner in walk(node.expr)]
    named = [term.value for test in tests for term in terms(test) if isinstance(term, ex.Literal)]
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
        any_day=not any(isinstance(term, ex.On) for test in tests for term in terms(test)),
        any_strength=all(each is Strength.STATED for ruleset in closed for each in strengths(ruleset)),
    )


def sufficient(limits: Limits, *closed: ClosedRuleset) -> Limits:
    """Return the limits with as many records and free codes as all that these rulesets read together can need.

    But with no more than can be afforded.
    """
    return together(limits, {each: tuple(each.index) for each in closed})


def together(
    limits: Limits,
    read: Mapping[ClosedRuleset, Iterable[str]],
    worlds: int = 1,
    affordable: bool = True,
) -> Limits:
    """Return the limits with the records and codes that these nodes need when they are read together.

    What is read in so many `worlds` (before and after a change, say) may need a record of its own in each. Unless
    it is `affordable` that is asked for, more may be needed than is looked at.
    """
    tests = _telling_of(read)
    needed = {name: worlds * number for name, number in _records(tests, [*read], limits.levels).items()}
    if affordable:
        asked = Counter(name for each in tests for name in ex.collections_of(each))
        added = {name for each in tests if isinstance(each, ex.Total) for name in ex.collections_of(each)}
        needed = {
            name: min(number, FEWER_RECORDS if asked[name] > MANY_TESTS or name in added else MOST_RECORDS)
            for name, number in needed.items()
        }
    given = limits.more_records
    more = {
        name: max(number, given.get(name, 0)) for name, number in needed.items() if number > limits.records
    }
    within = attrs.evolve(limits, more_records={**given, **more})
    return attrs.evolve(within, codes=_codes(tests, [*read], within, worlds))


def _telling_of(read: Mapping[ClosedRuleset, Iterable[str]]) -> list[ex.Expr]:
    """The tests of these nodes that can need records or codes of their own, each once."""
    found: dict[int, ex.Expr] = {}
    for closed, names in read.items():
        telling = _telling(closed)
        found |= {id(test): test for name in names for test in telling[name]}
    return [*found.values()] if len(read) == 1 else list(dict.fromkeys(found.values()))


@once_for_each
def _telling(closed: ClosedRuleset) -> Mapping[str, tuple[ex.Expr, ...]]:
    """By node the tests that ask of records, or compare two facts; what is equal is one object."""
    one: dict[ex.Expr, ex.Expr] = {}
    return {
        node.name: tuple(
            one.setdefault(inner, inner)
            for inner in walk(node.expr)
            if isinstance(inner, ex.OverRecords) or len(_sides(inner)) > 1
        )
        for node in closed.nodes
    }


def _sides(test: ex.Expr) -> list[ex.Fact | ex.Field]:
    """The facts and fields that a test looks at."""
    return [term for term in terms(test) if isinstance(term, ex.Fact | ex.Field)]


def _bounds(vocabulary: Vocabulary) -> Iterator[Decimal]:
    for declared in vocabulary.facts.values():
        for each in (declared, *declared.fields.values()):
            if each.type in (FactType.INTEGER, FactType.DECIMAL):
                yield from (bound for bound in (each.least, each.most) if bound is not None)


def _span(amount: ex.Term, unit: Unit, vocabularies: list[Vocabulary]) -> int:
    """The most days that a span can take, as far as that is said."""
    if isinstance(amount, ex.Literal) and isinstance(amount.value, int):
        return abs(amount.value) * _DAYS[unit]
    if isinstance(amount, ex.Fact | ex.Field):
        found = (declared.most for each in vocabularies if (declared := each.declaration(amount)) is not None)
        return max((int(most) * _DAYS[unit] for most in found if most is not None), default=0)
    return 0


def counted(*closed: ClosedRuleset) -> frozenset[str]:
    """Return the collections of which some rule counts more than two records."""
    return frozenset(
        test.collection
        for each in closed
        for node in each.nodes
        for test in walk(node.expr)
        if isinstance(test, ex.Quantified) and test.count is ex.Count.AT_LEAST and test.number > 2
    )


def _records(tests: Iterable[ex.Expr], closed: Sequence[ClosedRuleset], levels: int) -> dict[str, int]:
    """How many records are enough for these tests: a witness for each of them.

    Small model property for one level of quantifiers: a list is told from a longer one only by a record that makes some
    quantifier hold or fail, and each needs no more of them than it counts. With strengths, what holds of every record
    needs one to show how weakly, and one to show that there is any.
    """
    needed: dict[str, int] = {}
    for test in tests:
        if isinstance(test, ex.Quantified):
            own = test.number if test.count is ex.Count.AT_LEAST else 1
            if test.count is ex.Count.EVERY and levels > 1 and not test.empty_is_met:
                own = 2
        elif isinstance(test, ex.Together):
            own = _cover(test, closed)
        elif isinstance(test, ex.Total):  # however many are looked at, one more adds
            needed |= dict.fromkeys(ex.collections_of(test), MOST_RECORDS + 1)
            continue
        else:
            continue
        needed[test.collection] = needed.get(test.collection, 0) + max(own, 1)
    return needed


def _cover(test: ex.Together, closed: Sequence[ClosedRuleset]) -> int:
    """The most records that a cover needs: one for each item of the target."""
    if isinstance(test.target, ex.Literal) and isinstance(test.target.value, frozenset):
        return len(test.target.value)
    declared = [each.ruleset.vocabulary.declaration(ex.Field(test.collection, test.field)) for each in closed]
    return max((len(each.options) for each in declared if each is not None), default=0) or 2


def _codes(
    tests: Iterable[ex.Expr], closed: Sequence[ClosedRuleset], limits: Limits, worlds: int
) -> tuple[str, ...]:
    """As many codes that no rule names as there are code values compared with each other, and two at the least.

    With fewer, facts that have to differ from each other could not all do so.
    """
    compared: dict[ex.Term, int] = {}
    for test in tests:
        sides = _sides(test)
        items = test.count if isinstance(test, ex.Includes) and test.how is ex.Inclusion.AT_LEAST else 1
        if len(sides) < 2:
            continue
        for term in sides:
            kinds = {
                declared.type
                for each in closed
                if (declared := each.ruleset.vocabulary.declaration(term)) is not None
            }
            if kinds & {FactType.CODE, FactType.CODES}:
                places = (
                    limits.more_records.get(term.collection, limits.records)
                    if isinstance(term, ex.Field)
                    else worlds
                )
                compared[term] = max(compared.get(term, 0), places * max(items, 1))
    number = min(max(len(limits.codes), sum(compared.values())), MOST_CODES)
    return tuple(f"other-{at}" for at in range(1, number + 1)) if number > len(limits.codes) else limits.codes


def strengths(closed: ClosedRuleset) -> tuple[object, ...]:
    """Return every strength at which something is asked. Where two rulesets differ in that, evidence may be weaker."""
    asked = (
        inner.strength
        for node in closed.nodes
        for inner in walk(node.expr)
        if isinstance(inner, ex.Reference)
    )
    return (closed.strength, *(each for each in asked if each is not None))

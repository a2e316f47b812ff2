"""The values of a fact that make a difference: for each range of values that tests treat alike, one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from math import ceil, floor

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import terms, walk
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE, Value
from qa_rules.semantics.bisection import changes
from qa_rules.semantics.leaves import held
from qa_rules.semantics.snapshot import Held, HeldRecord, Known

_DAY = datetime.timedelta(days=1)
_YEARS = 150
"""How far before and after the assessment dates are looked for."""
_MOST_SUBSETS = 64

Subject = ex.Fact | ex.Field


def candidates(
    declared: FactDeclaration,
    subject: Subject,
    tests: Iterable[ex.Expr],
    known: Known,
    record: HeldRecord | None = None,
) -> tuple[tuple[Value, ...], bool]:
    """Return values of a fact such that any other value fares, in each test alone, like one of them.

    Also whether that is certain: of sets with many items in play only some subsets are looked at. What a test
    compares the fact with is taken as it is known; what is not known gives no value. `record` is that of a field.
    """
    here = _Here(known, record)
    leaves = [inner for test in tests for inner in walk(test) if subject in terms(inner)]
    found: list[Value]
    exact = True
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            found = [True, False]
        case FactType.CHOICE:
            found = list(declared.options)
        case FactType.INTEGER | FactType.DECIMAL:
            found = list(_numbers(declared, leaves, subject, here))
            # What records add is not gone through: of such a sum not every number is looked at.
            exact = not any(isinstance(leaf, ex.Total) for leaf in leaves)
        case FactType.DATE:
            found = list(_dates(leaves, subject, here))
        case FactType.CHOICES | FactType.CODES:
            items = sorted(set(_items(leaves, here)))
            if declared.type is FactType.CHOICES:
                items = [each for each in items if each in declared.options]
            # Of those that no test names one will do.
            if declared.type is FactType.CODES:
                items.append(other_than(items))
            else:
                items += [each for each in declared.options if each not in items][:1]
            sizes = range(len(items) + 1) if 2 ** len(items) <= _MOST_SUBSETS else (0, 1, len(items))
            found = [frozenset(each) for size in sizes for each in combinations(items, size)]
            exact = len(found) == 2 ** len(items)
        case _:
            items = sorted(_items(leaves, here))
            found = [*items, other_than(items)]
    if declared.may_be_none:
        found.append(NONE)
    return tuple(found), exact


def other_than(items: Sequence[str]) -> str:
    """Return a text that is none of these."""
    other = "another"
    while other in items:
        other += "_one"
    return other


@attrs.frozen
class _Here:
    """What is known, with one fact or field assumed to be something."""

    known: Known
    record: HeldRecord | None
    assumed: tuple[Subject, Value] | None = None

    def lookup(self, term: ex.Fact | ex.Field) -> Held | None:
        if self.assumed is not None and term == self.assumed[0]:
            return Held(self.assumed[1], 3, 3)
        if isinstance(term, ex.Fact):
            found = self.known.values.get(term.name)
        else:
            found = None if self.record is None else self.record.fields.get(term.name)
        return None if found is None or found.value is NONE else found

    def value(self, term: ex.Term) -> Value | None:
        found = held(term, self.lookup, self.known.on, self.known.calendar)
        return None if found is None else found.value

    def order(self, subject: Subject, value: Value, one: ex.Term, other: ex.Term) -> int | None:
        """How two dates stand to each other when the subject has a value."""
        then = attrs.evolve(self, assumed=(subject, value))
        first, second = then.value(one), then.value(other)
        if not (isinstance(first, datetime.date) and isinstance(second, datetime.date)):
            return None
        return (first > second) - (first < second)


def _items(leaves: Iterable[ex.Expr], here: _Here) -> Iterator[str]:
    for leaf in leaves:
        for term in terms(leaf):
            value = here.value(term)
            if isinstance(value, frozenset):
                yield from value
            elif isinstance(value, str):
                yield value


def _numbers(
    declared: FactDeclaration, leaves: Iterable[ex.Expr], subject: Subject, here: _Here
) -> Iterator[int | Decimal]:
    """Each number that the fact is compared with, what lies between two of them, and beyond them."""
    cuts = {
        value
        for leaf in leaves
        for term in terms(leaf)
        if isinstance(value := here.value(term), int | Decimal) and not isinstance(value, bool)
    }
    cuts.update(_amounts(leaves, subject, here))
    cuts.update(_remainders(leaves, subject, here))
    cuts.update(_alone(leaves, subject))
    cuts.update(each for each in (declared.least, declared.most) if each is not None)
    ordered = sorted(cuts) or [0]
    whole = declared.type is FactType.INTEGER
    around: set[int | Decimal] = {ordered[0] - 1, *ordered, ordered[-1] + 1}
    if whole:
        around = {int(at + step) for at in ordered for step in (-1, 0, 1)}
    else:
        around.update((Decimal(a) + Decimal(b)) / 2 for a, b in pairwise(ordered))
        around = {Decimal(each) for each in around}
    for each in sorted(around):
        if (declared.least is None or each >= declared.least) and (
            declared.most is None or each <= declared.most
        ):
            yield each


def _remainders(leaves: Iterable[ex.Expr], subject: Subject, here: _Here) -> Iterator[int | Decimal]:
    """What a sum still needs of the fact, the other parts being what they are known to be."""
    for leaf in leaves:
        if not isinstance(leaf, ex.Linear):
            continue
        rest, factor = Fraction(leaf.least), Fraction(1)
        for part in leaf.sum:
            value = here.value(part.term)
            if part.term == subject:
                factor = Fraction(part.factor)
            elif isinstance(value, int | Decimal):
                rest -= Fraction(part.factor) * Fraction(value)
            else:
                break
        else:
            needed = rest / factor
            yield floor(needed)
            yield ceil(needed)
            if not any(part.whole for part in leaf.sum if part.term == subject):
                yield Decimal(needed.numerator) / needed.denominator


def _alone(leaves: Iterable[ex.Expr], subject: Subject) -> Iterator[int | Decimal]:
    """What a number in a sum over records would have to be if nothing else were in it."""
    for leaf in leaves:
        if isinstance(leaf, ex.Total):
            parts = [each.factor for each in leaf.sum if each.term == subject]
            parts += [
                each.factor
                for each in leaf.records
                if each.amount is not None and each.amount.term == subject
            ]
            for factor in parts:
                needed = Fraction(leaf.least) / Fraction(factor)
                yield from (floor(needed), ceil(needed))


def _amounts(leaves: Iterable[ex.Expr], subject: Subject, here: _Here) -> Iterator[int]:
    """The spans at which a date that is so much later passes the date it is compared with."""
    for leaf in leaves:
        for one, other in _races(leaf):
            if not any(isinstance(each, ex.Later) and each.amount == subject for each in (one, other)):
                continue

            def order(amount: int, one: ex.Term = one, other: ex.Term = other) -> int | None:
                return here.order(subject, amount, one, other)

            yield from changes(order, -_YEARS * 366, _YEARS * 366)


def _dates(leaves: Iterable[ex.Expr], subject: Subject, here: _Here) -> Iterator[datetime.date]:
    """The first day of each range of days that tests treat alike, and one before them all."""
    today, calendar = here.known.on.toordinal(), here.known.calendar
    low, high = today - _YEARS * 366, today + _YEARS * 366
    edges = {max(low, 1), min(high, datetime.date.max.toordinal())}
    if calendar is not None:
        # Outside the calendar working days are unknown, so look at what is inside by itself.
        first, last = calendar.first.toordinal(), calendar.last.toordinal()
        edges.update(each for each in (first - 1, first, last, last + 1) if min(edges) < each < max(edges))
    found = {today, min(today + 1, datetime.date.max.toordinal())}
    for leaf in leaves:
        for one, other in _races(leaf):

            def order(ordinal: int, one: ex.Term = one, other: ex.Term = other) -> int | None:
                return here.order(subject, datetime.date.fromordinal(ordinal), one, other)

            for first, last in pairwise(sorted(edges)):
                found.update(changes(order, first, last))
    found.update(each - 1 for each in tuple(found) if each > 1)
    yield from map(datetime.date.fromordinal, sorted(found))


def _races(leaf: ex.Expr) -> tuple[tuple[ex.Term, ex.Term], ...]:
    match leaf:
        case ex.Compare(left, _, right):
            return ((left, right),)
        case ex.Within(moment, start, amount, unit):
            return (moment, start), (moment, ex.Later(start, amount, unit))
        case _:
            return ()

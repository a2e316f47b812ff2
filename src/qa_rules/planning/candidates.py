"""The values of a fact that make a difference: for each range of values that tests treat alike, one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise

from qa_rules.meaning.believing import Held, Known
from qa_rules.meaning.leaves import held
from qa_rules.model.expressions import (
    Compare,
    Expr,
    Fact,
    Field,
    Later,
    Term,
    Within,
    terms,
    walk,
)
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE, Value
from qa_rules.planning.halving import changes

_DAY = datetime.timedelta(days=1)
_YEARS = 150
"""How far before and after the assessment dates are looked for."""
_MOST_SUBSETS = 64

Subject = Fact | Field


def candidates(
    declared: FactDeclaration, subject: Subject, tests: Iterable[Expr], known: Known
) -> tuple[tuple[Value, ...], bool]:
    """Return values of a fact such that any other value fares, in each test alone, like one of them.

    Also whether that is certain: of sets with many items in play only some subsets are looked at. What a test
    compares the fact with is taken as it is known; what is not known gives no value.
    """
    leaves = [inner for test in tests for inner in walk(test) if subject in terms(inner)]
    found: list[Value]
    exact = True
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            found = [True, False]
        case FactType.CHOICE:
            found = list(declared.options)
        case FactType.INTEGER | FactType.DECIMAL:
            found = list(_numbers(declared, leaves, subject, known))
        case FactType.DATE:
            found = list(_dates(leaves, subject, known))
        case FactType.CHOICES | FactType.CODES:
            items = sorted({*_items(leaves, known), *declared.options} or {"something"})
            if declared.type is FactType.CODES:
                items.append(_other(items))
            sizes = range(len(items) + 1) if 2 ** len(items) <= _MOST_SUBSETS else (0, 1, len(items))
            found = [frozenset(each) for size in sizes for each in combinations(items, size)]
            exact = len(found) == 2 ** len(items)
        case _:
            items = sorted(_items(leaves, known))
            found = [*items, _other(items)]
    if declared.may_be_none:
        found.append(NONE)
    return tuple(found), exact


def _other(items: Sequence[str]) -> str:
    """A value that no test names."""
    other = "another"
    while other in items:
        other += "_one"
    return other


def _items(leaves: Iterable[Expr], known: Known) -> Iterator[str]:
    for leaf in leaves:
        for term in terms(leaf):
            value = _known(term, known)
            if isinstance(value, frozenset):
                yield from value
            elif isinstance(value, str):
                yield value


def _known(term: Term, known: Known) -> Value | None:
    found = held(term, _lookup(known, None), known.on, known.calendar)
    return None if found is None else found.value


def _lookup(known: Known, assumed: tuple[Subject, Value] | None) -> Callable[[Fact | Field], Held | None]:
    def lookup(term: Fact | Field) -> Held | None:
        if assumed is not None and term == assumed[0]:
            return Held(assumed[1], 3, 3)
        found = known.values.get(term.name) if isinstance(term, Fact) else None
        return None if found is None or found.value is NONE else found

    return lookup


def _numbers(
    declared: FactDeclaration, leaves: Iterable[Expr], subject: Subject, known: Known
) -> Iterator[int | Decimal]:
    """Each number that the fact is compared with, what lies between two of them, and beyond them."""
    cuts = {
        value
        for leaf in leaves
        for term in terms(leaf)
        if isinstance(value := _known(term, known), int | Decimal) and not isinstance(value, bool)
    }
    cuts.update(_amounts(leaves, subject, known))
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


def _amounts(leaves: Iterable[Expr], subject: Subject, known: Known) -> Iterator[int]:
    """The spans at which a date that is so much later passes the date it is compared with."""
    for leaf in leaves:
        for one, other in _races(leaf):
            if not any(isinstance(each, Later) and each.amount == subject for each in (one, other)):
                continue

            def order(amount: int, one: Term = one, other: Term = other) -> int | None:
                return _order(one, other, _lookup(known, (subject, amount)), known)

            yield from changes(order, -_YEARS * 366, _YEARS * 366)


def _dates(leaves: Iterable[Expr], subject: Subject, known: Known) -> Iterator[datetime.date]:
    """The first day of each range of days that tests treat alike, and one before them all."""
    low = known.on.toordinal() - _YEARS * 366
    high = known.on.toordinal() + _YEARS * 366
    edges = {max(low, 1), min(high, datetime.date.max.toordinal())}
    if known.calendar is not None:
        # Outside the calendar working days are unknown, so look at what is inside by itself.
        first, last = known.calendar.first.toordinal(), known.calendar.last.toordinal()
        edges.update(each for each in (first - 1, first, last, last + 1) if min(edges) < each < max(edges))
    found = {known.on.toordinal()}
    for leaf in leaves:
        for one, other in _races(leaf):

            def order(ordinal: int, one: Term = one, other: Term = other) -> int | None:
                day = datetime.date.fromordinal(ordinal)
                return _order(one, other, _lookup(known, (subject, day)), known)

            for first, last in pairwise(sorted(edges)):
                found.update(changes(order, first, last))
    found.update(each - 1 for each in tuple(found) if each > 1)
    yield from map(datetime.date.fromordinal, sorted(found))


def _races(leaf: Expr) -> tuple[tuple[Term, Term], ...]:
    match leaf:
        case Compare(left, _, right):
            return ((left, right),)
        case Within(moment, start, amount, unit):
            return (moment, start), (moment, Later(start, amount, unit))
        case _:
            return ()


def _order(one: Term, other: Term, lookup: Callable[[Fact | Field], Held | None], known: Known) -> int | None:
    first, second = (held(term, lookup, known.on, known.calendar) for term in (one, other))
    if first is None or second is None:
        return None
    a, b = first.value, second.value
    if not (isinstance(a, datetime.date) and isinstance(b, datetime.date)):
        return None
    return (a > b) - (a < b)

"""How the tests of one fact hang together: the ways in which its values make them come out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from qa_rules.model.expressions import Compare, Expr, Fact, Given, Literal, OneOf, spans, terms
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import Scalar
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.ranges import bounds
from qa_rules.semantics.snapshot import Held, Known

Region = Mapping[Expr, bool]
"""How tests of one fact come out for some of its values."""
_FIRST, _LAST = datetime.date.min.toordinal(), datetime.date.max.toordinal()
T = TypeVar("T", bound=Expr)


def regions(tests: Iterable[Expr], declared: Mapping[str, FactDeclaration]) -> Iterator[Sequence[Region]]:
    """Yield, for each fact that is always known in the end, the ways in which its tests can come out together.

    Only tests of a single fact against what is written are looked at. While a fact may be none nothing hangs together:
    every test of none but *is given* stays open.
    """
    of_fact: dict[str, list[Expr]] = {}
    for test in tests:
        name = _fact(test)
        if name in declared and not declared[name].may_be_none:
            of_fact.setdefault(name, []).append(test)
    for name, found in of_fact.items():
        ways = {_region(name, value, found) for value in _values(declared[name], found)}
        if ways and all(None not in each for each in ways):
            yield [dict(zip(found, map(bool, each), strict=True)) for each in sorted(ways, key=str)]


def _fact(test: Expr) -> str:
    """The only fact that a test reads; empty where there is more to it."""
    if not isinstance(test, Compare | OneOf | Given):
        return ""
    if spans(test):  # the days that it turns on are not written
        return ""
    own = terms(test)
    names = [each.name for each in own if isinstance(each, Fact)]
    return names[0] if len(names) == 1 and all(isinstance(each, Fact | Literal) for each in own) else ""


def _region(name: str, value: Scalar, tests: Sequence[Expr]) -> tuple[bool | None, ...]:
    known = Known({name: Held(value, 3, 3)}, {}, datetime.date.min)
    pairs = [evaluate(test, known, {}) for test in tests]
    return tuple(True if t else False if f else None for t, f in pairs)


def _values(declared: FactDeclaration, tests: Sequence[Expr]) -> set[Scalar]:
    """Values of every region that the tests cut; none where the type has none that could be listed."""
    written = {
        value for test in tests for term in terms(test) if isinstance(term, Literal) for value in _each(term)
    }
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return {True, False}
        case FactType.CHOICE:
            return set(declared.options)
        case FactType.CODE:
            return {*written, "\0"}
        case FactType.DATE:
            days = {each.toordinal() for each in written if isinstance(each, datetime.date)}
            near = {day + step for day in days for step in (-1, 0, 1)}
            return {datetime.date.fromordinal(day) for day in near if _FIRST <= day <= _LAST}
        case FactType.INTEGER | FactType.DECIMAL:
            return set(_numbers(declared, written))
        case _:
            return set()


def _each(term: Literal) -> Iterable[Scalar]:
    return term.value if isinstance(term.value, frozenset) else (term.value,)


def _numbers(declared: FactDeclaration, written: Iterable[Scalar]) -> Iterator[Scalar]:
    """The numbers written, one beside each and one between each two, as far as the fact can have them."""
    cuts = sorted(Decimal(each) for each in written if isinstance(each, int | Decimal))
    least, most = bounds(declared)
    if declared.type is FactType.INTEGER:
        found = {Decimal(int(cut) + step) for cut in cuts for step in (-1, 0, 1, 2)}
    else:
        between = ((one + other) / 2 for one, other in pairwise(cuts))
        found = {*cuts, *between, *(cut + step for cut in (*cuts[:1], *cuts[-1:]) for step in (-1, 1))}
        found |= {Decimal(each) for each in (least, most) if isinstance(each, int | Decimal)}
    for each in found:
        if (least is None or each >= least) and (most is None or each <= most):  # type: ignore[operator]
            yield int(each) if declared.type is FactType.INTEGER else each

"""What a leaf is worth: the one place where values are compared.

Every engine that does not compare values itself calls `settle`. A value that is unknown, and any test of
none but `is given`, leaves the leaf unknown.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import TypeGuard, assert_never

from qa_rules.model import expressions as ex
from qa_rules.model.calendars import Calendar
from qa_rules.model.values import NONE, Unit
from qa_rules.semantics.dates import later
from qa_rules.semantics.linear import linear
from qa_rules.semantics.snapshot import Held
from qa_rules.semantics.truth import Pair, all_of, any_of, at_least

Lookup = Callable[[ex.Fact | ex.Field], Held | None]

_UNKNOWN: Pair = (0, 0)


def settle(leaf: ex.Leaf, lookup: Lookup, on: datetime.date, calendar: Calendar | None) -> Pair:
    """Return the pair of a leaf, given what is believed of its facts."""

    def known(term: ex.Term) -> Held | None:
        return held(term, lookup, on, calendar)

    match leaf:
        case ex.Given(term):
            found = lookup(term)
            if found is None:
                return _UNKNOWN
            return (0, found.strength) if found.value is NONE else (found.strength, 0)
        case ex.Compare(left, op, right, ranks):
            return _compared(known(left), op, known(right), ranks)
        case ex.Linear():
            return linear(leaf, lookup)
        case ex.Within(moment, start, amount, unit):
            return _within(known(moment), known(start), known(amount), unit, calendar)
        case ex.OneOf(item, options):
            return _one_of(known(item), known(options))
        case ex.Includes(whole, how, items, count):
            return _includes(known(whole), how, known(items), count)
        case ex.Empty(whole):
            found = known(whole)
            if not _usable(found):
                return _UNKNOWN
            return (0, found.strength) if found.value else (found.whole, 0)
        case _:
            assert_never(leaf)


def held(term: ex.Term, lookup: Lookup, on: datetime.date, calendar: Calendar | None) -> Held | None:
    """Return what is believed of a term, None when unknown."""
    match term:
        case ex.Fact() | ex.Field():
            return lookup(term)
        case ex.Literal(value):
            return Held(value, 3, 3)
        case ex.On():
            return Held(on, 3, 3)
        case ex.Later(start, amount, unit):
            first, span = held(start, lookup, on, calendar), held(amount, lookup, on, calendar)
            if not (_usable(first) and _usable(span)):
                return None
            day = later(first.value, span.value, unit, calendar)  # type: ignore[arg-type]
            return None if day is None else Held(day, min(first.strength, span.strength), 0)
        case ex.Unset() | ex.Parameter() | ex.Named():
            return None
        case _:
            assert_never(term)


def membership(held_set: Held, item: str) -> Pair:
    """Whether a set, or the set of one single value, has the item."""
    value = held_set.value
    if value is NONE:
        return _UNKNOWN
    if isinstance(value, frozenset):
        return (held_set.strength, 0) if item in value else (0, held_set.whole)
    return (held_set.strength, 0) if value == item else (0, held_set.strength)


def every_item(items: Held, judge: Callable[[str], Pair]) -> Pair:
    """Every item of a set: t as far as the set is whole, and none for an empty set."""
    pairs = [judge(item) for item in _members(items)]
    t, f = all_of(pairs)
    return (min(items.whole, t) if pairs else 0), min(items.strength, f)


def _members(items: Held) -> Iterable[str]:
    value = items.value
    if not isinstance(value, frozenset):
        raise TypeError(f"{value!r} is not a set")
    return sorted(value)


def _usable(found: Held | None) -> TypeGuard[Held]:
    return found is not None and found.value is not NONE


def _graded(holds: bool, *facts: Held) -> Pair:
    strength = min(fact.strength for fact in facts)
    return (strength, 0) if holds else (0, strength)


def _compared(left: Held | None, op: ex.Op, right: Held | None, ranks: tuple[str, ...]) -> Pair:
    if not (_usable(left) and _usable(right)):
        return _UNKNOWN
    a, b = left.value, right.value
    if op is ex.Op.IS:
        return _graded(a == b, left, right)
    if ranks:
        a, b = ranks.index(a), ranks.index(b)
    match op:
        case ex.Op.AT_LEAST:
            holds = a >= b  # type: ignore[operator]
        case ex.Op.AT_MOST:
            holds = a <= b  # type: ignore[operator]
        case ex.Op.MORE:
            holds = a > b  # type: ignore[operator]
        case ex.Op.LESS:
            holds = a < b  # type: ignore[operator]
        case _:
            assert_never(op)
    return _graded(holds, left, right)


def _within(
    moment: Held | None, start: Held | None, amount: Held | None, unit: Unit, calendar: Calendar | None
) -> Pair:
    if not (_usable(moment) and _usable(start)):
        return _UNKNOWN
    if moment.value < start.value:  # type: ignore[operator]
        return _graded(False, moment, start)
    if not _usable(amount):
        return _UNKNOWN
    last = later(start.value, amount.value, unit, calendar)  # type: ignore[arg-type]
    if last is None:
        return _UNKNOWN
    return _graded(moment.value <= last, moment, start, amount)  # type: ignore[operator]


def _one_of(item: Held | None, options: Held | None) -> Pair:
    if not (_usable(item) and _usable(options)):
        return _UNKNOWN
    t, f = membership(options, item.value)  # type: ignore[arg-type]
    return min(t, item.strength), min(f, item.strength)


def _includes(whole: Held | None, how: ex.Inclusion, items: Held | None, count: int) -> Pair:
    if not (_usable(whole) and _usable(items)):
        return _UNKNOWN
    match how:
        case ex.Inclusion.ALL:
            return every_item(items, lambda item: membership(whole, item))
        case ex.Inclusion.ONLY:
            return every_item(whole, lambda item: membership(items, item))
        case ex.Inclusion.ANY | ex.Inclusion.AT_LEAST:
            pairs = [all_of([(items.strength, 0), membership(whole, item)]) for item in _members(items)]
            t, f = any_of(pairs) if how is ex.Inclusion.ANY else at_least(count, pairs)
            # Too few to choose from is a shortfall too, of a set that is known.
            return t, min(items.whole, whole.strength, f)
        case _:
            assert_never(how)

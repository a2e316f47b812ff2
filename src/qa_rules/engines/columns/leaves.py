"""What a leaf is worth in every row: `meaning.leaves.settle` on planes.

A leaf at a level is two planes: rows where it holds, and rows where it does not, by facts of that strength or a
higher one.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Callable
from typing import Protocol, assert_never

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.engines.columns import dates
from qa_rules.engines.columns.held import (
    UNKNOWN,
    Column,
    Days,
    Index,
    Moved,
    Numbers,
    Operand,
    Options,
    Same,
    Sets,
    Source,
    Truths,
    Vector,
    Words,
    compared,
    running,
)
from qa_rules.engines.columns.planes import (
    Array,
    Plane,
    Rows,
    both,
    but,
    either,
    in_any,
    neither,
    packed,
    without,
)
from qa_rules.meaning.believing import Held
from qa_rules.meaning.dates import later as one_later
from qa_rules.meaning.leaves import settle
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import (
    Compare,
    Empty,
    Fact,
    Field,
    Given,
    Includes,
    Inclusion,
    Later,
    Leaf,
    Literal,
    On,
    OneOf,
    Op,
    Parameter,
    Term,
    Unset,
    Within,
    terms,
)
from qa_rules.model.values import Unit

Sides = tuple[Plane, Plane]
Test = Callable[[int], Sides]
"""From a level to where a leaf holds and where it does not."""


class Rowed(Protocol):
    """What leaves need of a table, or of the records of a collection."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        ...

    @property
    def on(self) -> datetime.date:
        """The date of the assessment."""
        ...

    @property
    def calendar(self) -> Calendar | None:
        """The working days."""
        ...

    def column(self, term: Fact | Field) -> Source:
        """Return what is believed of a fact."""
        ...

    def items_of(self, term: Fact | Field) -> tuple[str, ...]:
        """Return every item that some rule looks for in a set."""
        ...


def tested(leaf: Leaf, frame: Rowed) -> Test:
    """Return the test of a leaf. Values are compared once, whatever levels are asked."""
    found = {term: frame.column(term) for term in terms(leaf) if isinstance(term, Fact | Field)}
    if all(isinstance(operand, Same) for operand in found.values()):
        held = {term: operand.held for term, operand in found.items() if isinstance(operand, Same)}
        t, f = settle(leaf, held.__getitem__, frame.on, frame.calendar)
        return lambda level: (t >= level, f >= level)
    match leaf:
        case Given(term):
            return _given(found[term])
        case Compare(left, op, right, ranks):
            return _compare(operand_of(left, frame), op, operand_of(right, frame), ranks, frame.rows)
        case Within():
            return _within(leaf, frame)
        case OneOf(item, options):
            return _one_of(operand_of(item, frame), operand_of(options, frame), frame.rows)
        case Includes(whole, how, items, count):
            universe = frame.items_of(whole) if isinstance(whole, Fact | Field) else ()
            pair = operand_of(whole, frame), operand_of(items, frame)
            return _includes(_Overlap.of(*pair, universe, frame.rows), how, count)
        case Empty(whole):
            return _empty(operand_of(whole, frame), frame.rows)
        case _:
            assert_never(leaf)


def operand_of(term: Term, frame: Rowed) -> Operand:
    """Return what a term is in every row."""
    match term:
        case Fact() | Field():
            return frame.column(term)
        case Literal(value):
            return Same(Held(value, 3, 3))
        case On():
            return Same(Held(frame.on, 3, 3))
        case Later():
            return _later(term, frame)
        case Parameter() | Unset():
            return UNKNOWN
        case _:
            assert_never(term)


def _graded(hit: Plane, *operands: Operand) -> Test:
    """As strong as the weakest of the facts that were looked at."""

    def at(level: int) -> Sides:
        known: Plane = True
        for operand in operands:
            known = both(known, operand.known(level))
        holds = both(known, hit)
        return holds, but(known, holds)

    return at


def _given(operand: Operand) -> Test:
    return lambda level: (operand.known(level), operand.given_none(level))


# Dates


def _days(operand: Operand, rows: int) -> Array:
    if isinstance(operand, Same):
        day = dates.day_of(operand.value) if operand.known(1) else 0
        return np.full(rows, day, np.int64)
    assert isinstance(operand.values, Days)
    return operand.values.values.astype(np.int64, copy=False)


def _amounts(operand: Operand, rows: int) -> Array:
    most = 10**9
    if isinstance(operand, Same):
        amount = operand.value if operand.known(1) else 0
        return np.full(rows, min(max(int(amount), -most), most), np.int64)
    assert isinstance(operand.values, Numbers)
    values = operand.values
    if values.scale is None:
        return np.array([min(max(int(each), -most), most) for each in values.values.tolist()], np.int64)
    assert values.scale == 0
    return np.clip(values.values.astype(np.int64, copy=False), -most, most)


def _later(term: Later, frame: Rowed) -> Operand:
    start, amount = operand_of(term.start, frame), operand_of(term.amount, frame)
    if not (_usable(start) and _usable(amount)):
        return UNKNOWN
    if isinstance(start, Same) and isinstance(amount, Same):
        day = one_later(start.value, amount.value, term.unit, frame.calendar)
        strength = min(held.strength for held in (start.held, amount.held) if held is not None)
        return UNKNOWN if day is None else Same(Held(day, strength, 0))
    days, there = dates.later(
        _days(start, frame.rows), _amounts(amount, frame.rows), term.unit, frame.calendar
    )
    return Moved(Days(days), start, amount, True if there is None else packed(there))


def _within(leaf: Within, frame: Rowed) -> Test:
    """Too early whatever the span; else in time or late, where the last day is known."""
    moment, start = operand_of(leaf.moment, frame), operand_of(leaf.start, frame)
    if not (_usable(moment) and _usable(start)):
        return lambda _: (False, False)
    amount = operand_of(leaf.amount, frame)
    last: Operand
    if isinstance(moment, Same) and isinstance(amount, Same) and leaf.unit is not Unit.WORKING_DAYS:
        # The last day never falls when the start rises, so one start divides in time from late.
        last, days = amount, _days(start, frame.rows)
        early = packed(days > dates.day_of(moment.value))
        late: Plane = _usable(amount) and packed(days < _earliest(moment.value, amount.value, leaf.unit))
    else:
        last = _later(Later(leaf.start, leaf.amount, leaf.unit), frame)
        at = _days(moment, frame.rows)
        early = packed(at < _days(start, frame.rows))
        late = _usable(last) and packed(at > _days(last, frame.rows))

    def sides(level: int) -> Sides:
        known = both(moment.known(level), start.known(level))
        complete = both(known, last.known(level))
        in_time = without(without(complete, early), late)
        return in_time, either(both(known, early), without(both(complete, late), early))

    return sides


def _earliest(moment: datetime.date, amount: int, unit: Unit) -> int:
    """Return the first start day from which `amount` units reach the moment."""

    def reaches(day: int) -> bool:
        last = one_later(dates.date_of(day), amount, unit, None)
        return last is not None and last >= moment

    days = range(dates.FIRST_DAY, dates.LAST_DAY + 1)
    return dates.FIRST_DAY + bisect_left(days, True, key=reaches)


# Comparisons


_MIRRORED = {
    Op.AT_LEAST: Op.AT_MOST,
    Op.AT_MOST: Op.AT_LEAST,
    Op.MORE: Op.LESS,
    Op.LESS: Op.MORE,
    Op.IS: Op.IS,
}


def _compare(left: Operand, op: Op, right: Operand, ranks: tuple[str, ...], rows: int) -> Test:
    if isinstance(left, Same):
        left, op, right = right, _MIRRORED[op], left
    if not (_usable(left) and _usable(right)):
        return lambda _: (False, False)
    assert not isinstance(left, Same)
    if isinstance(right, Same):
        hit = _against(left, op, right.value, ranks)
    else:
        hit = _row_by_row(left, op, right, ranks)
    return _graded(hit, left, right)


def _against(left: Vector, op: Op, value: object, ranks: tuple[str, ...]) -> Plane:
    match left.values:
        case Truths(_, yes):
            return yes if value else neither(yes)
        case Numbers() as numbers:
            return numbers.against(op, value)  # type: ignore[arg-type]
        case Days(days):
            return compared(days, op, dates.day_of(value))  # type: ignore[arg-type]
        case Options() as options:
            if op is Op.IS:
                return options.plane(str(value))
            return compared(options.ranked(ranks), op, ranks.index(str(value)))
        case Words(words):
            return _bits(pc.equal(words, pa.scalar(str(value), words.type)))
        case Sets() | None:
            raise AssertionError("a set or a text is not compared with one value")
        case _:
            assert_never(left.values)


def _row_by_row(left: Vector, op: Op, right: Vector, ranks: tuple[str, ...]) -> Plane:
    match left.values, right.values:
        case Truths(_, first), Truths(_, second):
            return either(both(first, second), neither(either(first, second)))
        case Numbers() as numbers, Numbers() as others:
            return numbers.with_(op, others)
        case Days(first), Days(second):
            return compared(first, op, second)
        case Options() as options, Options() as others:
            if op is Op.IS and options.options != others.options:
                return _bits(pc.equal(options.words, others.words))
            order = ranks or options.options
            return compared(options.ranked(order), op, others.ranked(order))
        case (Words() | Options()) as first, (Words() | Options()) as second:
            return _bits(pc.equal(first.words, second.words))
        case _:
            raise AssertionError("only values of one type are compared")


def _bits(found: pa.Array) -> Plane:
    return packed(pc.fill_null(found, False).to_numpy(zero_copy_only=False))


# Sets


@attrs.frozen(eq=False)
class _Overlap:
    """How many items two sets share in every row, and what each has."""

    whole: Operand
    items: Operand
    shared: Array
    of_whole: Array | int
    of_items: Array | int

    @classmethod
    def of(cls, whole: Operand, items: Operand, universe: tuple[str, ...], rows: int) -> _Overlap:
        """Compare sets row by row: by masks when one of them is written in the rule, else item by item."""
        if not (_usable(whole) and _usable(items)):
            return cls(UNKNOWN, UNKNOWN, np.zeros(rows, np.int64), 0, 0)
        if isinstance(whole, Column) and isinstance(items, Same) and isinstance(whole.values, Sets):
            masks = whole.values.masks(universe)
            wanted = _mask(items.value, universe)
            shared = sum(np.bitwise_count(mask & word) for mask, word in zip(masks, wanted, strict=True))
            # Bits, not items: anything else is one bit. It is only ever compared with what is shared.
            of_whole = sum(np.bitwise_count(mask) for mask in masks)
            return cls(whole, items, np.asarray(shared), np.asarray(of_whole), len(items.value))
        first, second = as_sets(whole, rows), as_sets(items, rows)
        return cls(whole, items, *overlap(first, second))


def _usable(operand: Operand) -> bool:
    return not isinstance(operand, Same) or operand.known(1)


def _mask(items: frozenset[str], universe: tuple[str, ...]) -> list[np.uint64]:
    words = [0] * (len(universe) // 64 + 1)
    for item in items:
        at = universe.index(item)
        words[at // 64] |= 1 << at % 64
    return [np.uint64(word) for word in words]


def as_sets(operand: Operand, rows: int) -> Sets:
    """A set in every row; a single value is a set of one."""
    if isinstance(operand, Same):
        value = operand.value if isinstance(operand.value, frozenset) else {operand.value}
        items = pa.array(sorted(value) * rows, pa.string())
        return Sets(np.arange(rows + 1, dtype=np.int64) * len(value), items)
    match operand.values:
        case Sets() as sets:
            return sets
        case Options() | Words() as single:
            words = single.words
            return Sets(running(words.is_valid().to_numpy(zero_copy_only=False)), words.drop_null())
        case _:
            raise AssertionError("neither a set nor one of its items")


def keyed(rows: Index, items: pa.Array, others: Index, other_items: pa.Array) -> tuple[Index, Index, int]:
    """Return a number for each pair of row and item, the same for the same pair on both sides."""
    words = pa.concat_arrays([items.cast(pa.string()), other_items.cast(pa.string())]).dictionary_encode()
    codes = words.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    size = max(len(words.dictionary), 1)
    return rows * size + codes[: len(items)], others * size + codes[len(items) :], size


def rows_of(offsets: Index) -> Index:
    """Return the row of each item."""
    return np.repeat(np.arange(len(offsets) - 1), offsets[1:] - offsets[:-1])


def overlap(first: Sets, second: Sets) -> tuple[Array, Array, Array]:
    """Return how many different items both sets have, the first has and the second has, row by row."""
    one, two, size = keyed(rows_of(first.offsets), first.items, rows_of(second.offsets), second.items)
    one, two = np.unique(one), np.unique(two)
    shared = np.intersect1d(one, two, assume_unique=True)
    count = len(first.offsets) - 1
    found = [np.bincount(keys // size, minlength=count) for keys in (shared, one, two)]
    return found[0], found[1], found[2]


def _includes(pair: _Overlap, how: Inclusion, count: int) -> Test:
    whole, items = pair.whole, pair.items
    match how:
        case Inclusion.ALL:
            return _every(items, whole, pair.shared == pair.of_items, pair.of_items)
        case Inclusion.ONLY:
            return _every(whole, items, pair.shared == pair.of_whole, pair.of_whole)
        case Inclusion.ANY:
            return _enough(whole, items, pair, 1)
        case Inclusion.AT_LEAST:
            return _enough(whole, items, pair, count)
        case _:
            assert_never(how)


def _every(of: Operand, within: Operand, hit: Rows, number: Array | int) -> Test:
    """Every item of one set is in the other; nothing is said of an empty one."""
    something = number > 0
    some: Plane = something if isinstance(something, bool) else packed(something)
    hits = packed(hit)

    def sides(level: int) -> Sides:
        holds = in_all_of(some, hits, of.whole(level), within.known(level))
        fails = both(without(of.known(level), hits), within.whole(level))
        return holds, fails

    return sides


def in_all_of(*planes: Plane) -> Plane:
    """Rows in every plane."""
    found: Plane = True
    for plane in planes:
        found = both(found, plane)
    return found


def _enough(whole: Operand, items: Operand, pair: _Overlap, count: int) -> Test:
    """At least `count` of the items are in the set. Fewer items than that are never enough."""
    hits = packed(pair.shared >= count)
    scarce = pair.of_items < count
    few: Plane = scarce if isinstance(scarce, bool) else packed(scarce)

    def sides(level: int) -> Sides:
        usable = both(whole.known(1), items.known(1))
        holds = in_all_of(usable, hits, items.known(level), whole.known(level)) if count else usable
        missed = either(whole.whole(level), both(few, whole.known(level)))
        fails = without(in_all_of(usable, items.whole(level), missed), hits) if count else False
        return holds, fails

    return sides


def _one_of(item: Operand, options: Operand, rows: int) -> Test:
    if not (_usable(item) and _usable(options)):
        return lambda _: (False, False)
    if isinstance(options, Same) and isinstance(item, Column):
        hit = _among(item, options.value)
    else:
        shared, _, _ = overlap(as_sets(item, rows), as_sets(options, rows))
        hit = packed(shared > 0)

    def sides(level: int) -> Sides:
        known = item.known(level)
        holds = in_all_of(known, options.known(level), hit)
        return holds, without(both(known, options.whole(level)), hit)

    return sides


def _among(item: Column, wanted: frozenset[str]) -> Plane:
    match item.values:
        case Options() as options:
            return in_any(options.plane(each) for each in sorted(wanted))
        case Words(words):
            return _bits(pc.is_in(words, value_set=pa.array(sorted(wanted), words.type)))
        case _:
            raise AssertionError("only choices and codes are looked up in a set")


def _empty(whole: Operand, rows: int) -> Test:
    assert isinstance(whole, Column)
    assert isinstance(whole.values, Sets)
    some = packed(whole.values.some())
    return lambda level: (without(whole.whole(level), some), both(whole.known(level), some))

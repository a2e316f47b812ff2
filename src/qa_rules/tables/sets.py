"""Tests of sets: what they share, counted by masks when one side is written in the rule, else item by item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_never

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.model.expressions import Inclusion
from qa_rules.tables.planes import Array, Plane, Rows, both, either, in_any, packed, without
from qa_rules.tables.vectors import (
    UNKNOWN,
    Column,
    Index,
    Operand,
    Options,
    Same,
    Sets,
    Words,
    gathered,
    running,
)

Sides = tuple[Plane, Plane]
"""Where a leaf holds, and where it does not."""
Test = Callable[[int], Sides]
"""From a level to the sides of a leaf, by facts of that strength or a higher one."""


_FEW: Final = 512
"""So many different items are compared by masks."""
_TABLE: Final = 2**27
"""So many pairs of row and item fit a table."""


def bits(found: pa.Array) -> Plane:
    """Return the plane of an Arrow array of booleans; null is no."""
    return packed(pc.fill_null(found, False).to_numpy(zero_copy_only=False))


def usable(operand: Operand) -> bool:
    """Whether something may be known of it in some row."""
    return not isinstance(operand, Same) or operand.known(1)


@attrs.frozen(eq=False)
class Overlap:
    """How many items two sets share in every row, and what each has."""

    whole: Operand
    items: Operand
    shared: Array
    of_whole: Array | int
    of_items: Array | int

    @classmethod
    def of(cls, whole: Operand, items: Operand, universe: tuple[str, ...], rows: int) -> Overlap:
        """Compare sets row by row: by masks when one of them is written in the rule, else item by item."""
        if not (usable(whole) and usable(items)):
            return cls(UNKNOWN, UNKNOWN, np.zeros(rows, np.int64), 0, 0)
        written = isinstance(items, Same) and items.value <= set(universe)
        if (
            written
            and isinstance(whole, Column)
            and isinstance(whole.values, Sets)
            and isinstance(items, Same)
        ):
            masks = whole.values.masks(universe)
            wanted = _mask(items.value, universe)
            shared = sum(np.bitwise_count(mask & word) for mask, word in zip(masks, wanted, strict=True))
            # Bits, not items: anything else is one bit. It is only ever compared with what is shared.
            of_whole = sum(np.bitwise_count(mask) for mask in masks)
            return cls(whole, items, np.asarray(shared), np.asarray(of_whole), len(items.value))
        first, second = as_sets(whole, rows), as_sets(items, rows)
        return cls(whole, items, *overlap(first, second))


def _mask(items: frozenset[str], universe: tuple[str, ...]) -> list[np.uint64]:
    words = [0] * (len(universe) // 64 + 1)
    for item in items:
        at = universe.index(item)
        words[at // 64] |= 1 << at % 64
    return [np.uint64(word) for word in words]


def as_sets(operand: Operand, rows: int) -> Sets:
    """A set in every row; a single value is a set of one. Where it is unknown there may be anything."""
    if isinstance(operand, Same):
        value = operand.value if isinstance(operand.value, frozenset) else {operand.value}
        codes = np.tile(np.arange(len(value)), rows)
        return Sets(np.arange(rows + 1, dtype=np.int64) * len(value), codes, tuple(sorted(value)))
    match operand.values:
        case Sets() as sets:
            return sets
        case Options(codes, options):
            return Sets(np.arange(rows + 1, dtype=np.int64), np.clip(codes, 0, len(options) - 1), options)
        case Words(words):
            there = words.is_valid().to_numpy(zero_copy_only=False)
            distinct = words.drop_null().dictionary_encode()
            return Sets(running(there), distinct.indices.to_numpy(), tuple(distinct.dictionary.to_pylist()))
        case _:
            raise AssertionError("neither a set nor one of its items")


def pooled(first: Sets, second: Sets) -> tuple[Array, Array, int]:
    """Return the items of both by one numbering, and how many different ones there may be."""
    one, two, size = _numbered(first, second)
    return one[first.codes], two[second.codes], size


def _numbered(first: Sets, second: Sets) -> tuple[Array, Array, int]:
    """Return one numbering of the words of both, for each, and how many different ones there are."""
    pool = {word: at for at, word in enumerate(dict.fromkeys([*first.words, *second.words]))}
    one, two = (np.array([*(pool[word] for word in each.words), 0]) for each in (first, second))
    return one, two, max(len(pool), 1)


def rows_of(offsets: Index) -> Index:
    """Return the row of each item."""
    return np.repeat(np.arange(len(offsets) - 1), offsets[1:] - offsets[:-1])


def overlap(first: Sets, second: Sets) -> tuple[Array, Array, Array]:
    """Return how many different items both sets have, the first has and the second has, row by row."""
    one, two, size = _numbered(first, second)
    if size <= _FEW:
        shared, of_first, of_second = (np.zeros(first.rows, np.int64) for _ in range(3))
        words = (
            gathered(one, first.codes, size, first.offsets),
            gathered(two, second.codes, size, second.offsets),
        )
        for mask, other in zip(*words, strict=True):
            shared += np.bitwise_count(mask & other)
            of_first += np.bitwise_count(mask)
            of_second += np.bitwise_count(other)
        return shared, of_first, of_second
    one, two = (
        np.unique(rows_of(each.offsets) * size + places[each.codes])
        for each, places in ((first, one), (second, two))
    )
    found = np.intersect1d(one, two, assume_unique=True)
    shared, of_first, of_second = (
        np.bincount(each // size, minlength=first.rows) for each in (found, one, two)
    )
    return shared, of_first, of_second


def present(asked: Index, offered: Index, size: int) -> Rows:
    """Whether each number, below `size`, is among those offered."""
    if size > _TABLE:
        return np.isin(asked, offered)
    table = np.zeros(size, np.bool_)
    table[offered] = True
    return table[asked]


def includes(pair: Overlap, how: Inclusion, count: int) -> Test:
    """A set holds all, any, some or only of the items."""
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


def _enough(whole: Operand, items: Operand, pair: Overlap, count: int) -> Test:
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


def one_of(item: Operand, options: Operand, rows: int) -> Test:
    """A single value belongs to a set."""
    if not (usable(item) and usable(options)):
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
            return bits(pc.is_in(words, value_set=pa.array(sorted(wanted), words.type)))
        case _:
            raise AssertionError("only choices and codes are looked up in a set")


def empty(whole: Operand) -> Test:
    """A set has nothing in it."""
    assert isinstance(whole, Column)
    assert isinstance(whole.values, Sets)
    some = packed(whole.values.some())
    return lambda level: (without(whole.whole(level), some), both(whole.known(level), some))

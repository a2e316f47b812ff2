"""What is believed of one fact in every row: its values, and planes of where they are known and how strongly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final, assert_never

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_rules.model.expressions import Op
from qa_rules.model.lazy import lazy
from qa_rules.model.values import NONE
from qa_rules.semantics.snapshot import Held
from qa_rules.tables.planes import Array, Plane, Rows, both, packed, unpacked, without

Index = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint64]

_LEAST, _MOST = int(np.iinfo(np.int64).min), int(np.iinfo(np.int64).max)


@attrs.frozen(eq=False)
class Grades:
    """Where something is believed, and at which strength: one for all rows, or one a row."""

    rows: int
    present: Plane
    strength: int | npt.NDArray[np.int8]

    @lazy
    def _planes(self) -> dict[int, Plane]:
        return {}

    def at(self, level: int) -> Plane:
        """Rows believed at this strength or a higher one."""
        if isinstance(self.strength, int):
            return self.present if self.strength >= level else False
        if level not in self._planes:
            self._planes[level] = both(self.present, packed(self.strength >= level))
        return self._planes[level]

    def take(self, index: Index) -> Grades:
        """Return the same for other rows."""
        strength = self.strength if isinstance(self.strength, int) else self.strength[index]
        return Grades(len(index), taken(self.present, self.rows, index), strength)


def taken(plane: Plane, rows: int, index: Index) -> Plane:
    """Return a plane for other rows."""
    return plane if isinstance(plane, bool) else packed(unpacked(plane, rows)[index])


# Values


@attrs.frozen(eq=False)
class Truths:
    """Of a yes or no: the rows that say yes."""

    rows: int
    yes: Plane

    def take(self, index: Index) -> Truths:
        """Return the same for other rows."""
        return Truths(len(index), taken(self.yes, self.rows, index))


@attrs.frozen(eq=False)
class Numbers:
    """Whole numbers in units of a power of ten; or, where they do not fit, the exact numbers one by one."""

    values: Array
    scale: int | None = 0
    """Decimal places; None when `values` holds int and Decimal."""

    def take(self, index: Index) -> Numbers:
        """Return the same for other rows."""
        return Numbers(self.values[index], self.scale)

    @lazy
    def exact(self) -> Array:
        """One Fraction a row."""
        unit = 10 ** (self.scale or 0)
        found = np.empty(len(self.values), object)
        found[:] = [Fraction(value) / unit for value in self.values.tolist()]
        return found

    def against(self, op: Op, literal: int | Decimal) -> Plane:
        """Compare with one number."""
        if self.scale is None:
            return compared(self.exact, op, Fraction(literal))
        wanted = Fraction(literal) * 10**self.scale
        if op is Op.IS:
            if wanted.denominator != 1 or not _LEAST <= wanted <= _MOST:
                return False
            return compared(self.values, op, int(wanted))
        # v >= x is v >= ceil(x), and v > x is v > floor(x), for whole v.
        whole = ceil(wanted) if op in (Op.AT_LEAST, Op.LESS) else floor(wanted)
        if not _LEAST <= whole <= _MOST:
            below = whole < 0
            return below if op in (Op.AT_LEAST, Op.MORE) else not below
        return compared(self.values, op, whole)

    def with_(self, op: Op, other: Numbers) -> Plane:
        """Compare row by row."""
        if self.scale is not None and self.scale == other.scale:
            return compared(self.values, op, other.values)
        return compared(self.exact, op, other.exact)


def compared(left: Array, op: Op, right: Any) -> Plane:
    """Compare arrays, or an array with one value."""
    match op:
        case Op.IS:
            found: Array = left == right
        case Op.AT_LEAST:
            found = left >= right
        case Op.AT_MOST:
            found = left <= right
        case Op.MORE:
            found = left > right
        case Op.LESS:
            found = left < right
        case _:
            assert_never(op)
    return packed(found.astype(np.bool_, copy=False))


@attrs.frozen(eq=False)
class Days:
    """Dates as days since 1970-01-01."""

    values: Array

    def take(self, index: Index) -> Days:
        """Return the same for other rows."""
        return Days(self.values[index])


@attrs.frozen(eq=False)
class Options:
    """Of a choice: the position of the option among those declared."""

    codes: Array
    """Anything where the option is not known."""
    options: tuple[str, ...]

    def take(self, index: Index) -> Options:
        """Return the same for other rows."""
        return Options(self.codes[index], self.options)

    @lazy
    def _planes(self) -> dict[str, Plane]:
        return {}

    def plane(self, option: str) -> Plane:
        """Rows with this option."""
        if option not in self._planes:
            known = option in self.options
            self._planes[option] = packed(self.codes == self.options.index(option)) if known else False
        return self._planes[option]

    def ranked(self, ranks: tuple[str, ...]) -> Array:
        """Return the position of the option in an order; anything where it is not known."""
        if ranks == self.options:
            return self.codes
        order = np.array([ranks.index(each) if each in ranks else -1 for each in self.options])
        return np.take(order, self.codes, mode="clip")

    @lazy
    def words(self) -> pa.Array:
        """The options in words, anything where it is not known."""
        return pa.array(self.options, pa.string()).take(
            pa.array(np.clip(self.codes, 0, len(self.options) - 1))
        )


@attrs.frozen(eq=False)
class Words:
    """Codes and texts."""

    words: pa.Array

    def take(self, index: Index) -> Words:
        """Return the same for other rows."""
        return Words(self.words.take(pa.array(index)))


@attrs.frozen(eq=False)
class Sets:
    """Sets of options or codes: the items of all rows, one after the other, and where each row begins."""

    offsets: Index
    """One more than there are rows."""
    codes: Array
    """Of each item, its place among the words."""
    words: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many sets there are."""
        return len(self.offsets) - 1

    def take(self, index: Index) -> Sets:
        """Return the same for other rows."""
        lengths = (self.offsets[1:] - self.offsets[:-1])[index]
        offsets = running(lengths)
        inner = np.arange(offsets[-1]) + np.repeat(self.offsets[:-1][index] - offsets[:-1], lengths)
        return Sets(offsets, self.codes[inner], self.words)

    @lazy
    def _masks(self) -> dict[tuple[str, ...], list[Masks]]:
        return {}

    def masks(self, universe: tuple[str, ...]) -> list[Masks]:
        """Return words of bits, a bit for each item of the universe and the next one for anything else."""
        if universe not in self._masks:
            bits = {item: at for at, item in enumerate(universe)}
            places = np.array([*(bits.get(word, len(universe)) for word in self.words), 0])
            self._masks[universe] = gathered(places, self.codes, len(universe) + 1, self.offsets)
        return self._masks[universe]

    def some(self) -> Rows:
        """Rows with something in the set."""
        return self.offsets[1:] > self.offsets[:-1]


def running(lengths: Array) -> Index:
    """Return where each row begins, and where the last one ends."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def gathered(places: Array, codes: Array, size: int, offsets: Index) -> list[Masks]:
    """Join the bits of each row's items, 64 to a word. Each item is a code, and a code has its place among the bits."""
    lengths = offsets[1:] - offsets[:-1]
    filled = None if lengths.all() else lengths > 0
    starts = offsets[:-1] if filled is None else offsets[:-1][filled]
    words = []
    for first in range(0, size, 64):
        bits = np.array(
            [1 << at - first if first <= at < first + 64 else 0 for at in places.tolist()], np.uint64
        )
        found = np.zeros(len(lengths), np.uint64)
        if len(starts):
            joined = np.bitwise_or.reduceat(bits[codes], starts)
            if filled is None:
                found = joined
            else:
                found[filled] = joined
        words.append(found)
    return words


Values = Truths | Numbers | Days | Options | Words | Sets


# Columns


@attrs.frozen(eq=False)
class Column:
    """One fact in every row. Values stand where it is known; elsewhere there is anything."""

    values: Values | None
    """None: only whether it is given matters."""
    grades: Grades
    none: Plane = False
    """Rows whose known value is *none*."""
    partial: Plane = False
    """Of a set: rows in which more may belong to it."""

    def known(self, level: int) -> Plane:
        """Rows with a known value other than none, at this strength or a higher one."""
        return without(self.grades.at(level), self.none)

    def whole(self, level: int) -> Plane:
        """Of sets: rows in which nothing else belongs to it, claimed at this strength."""
        return without(self.known(level), self.partial)

    def given_none(self, level: int) -> Plane:
        """Rows whose value is known to be none."""
        return both(self.grades.at(level), self.none)

    def take(self, index: Index) -> Column:
        """Return the same for other rows."""
        rows = self.grades.rows
        return Column(
            None if self.values is None else self.values.take(index),
            self.grades.take(index),
            taken(self.none, rows, index),
            taken(self.partial, rows, index),
        )


@attrs.frozen(eq=False)
class Same:
    """One value for every row: a literal, the date, a fact about a person, or (None) nothing known."""

    held: Held | None

    @property
    def value(self) -> Any:
        """The value; only of use where it is known."""
        return None if self.held is None else self.held.value

    def known(self, level: int) -> bool:
        """Whether the value is known, and not none, at this strength."""
        return self.held is not None and self.held.value is not NONE and self.held.strength >= level

    def whole(self, level: int) -> bool:
        """Of a set: whether nothing else belongs to it."""
        return self.known(1) and self.held is not None and self.held.whole >= level

    def given_none(self, level: int) -> bool:
        """Whether the value is known to be none."""
        return self.held is not None and self.held.value is NONE and self.held.strength >= level

    def take(self, index: Index) -> Same:
        """Return itself: it is the same for other rows too."""
        return self


@attrs.frozen(eq=False)
class Moved:
    """A date some time after another: known as far as what it is made of, where there is such a day."""

    values: Days
    start: Operand
    amount: Operand
    exists: Plane

    def known(self, level: int) -> Plane:
        """Rows in which both are known at this strength or a higher one."""
        return both(both(self.start.known(level), self.amount.known(level)), self.exists)

    def whole(self, level: int) -> Plane:
        """No set, so never whole."""
        return False

    def given_none(self, level: int) -> Plane:
        """Never none."""
        return False


UNKNOWN: Final = Same(None)
Source = Column | Same
Vector = Column | Moved
Operand = Column | Moved | Same

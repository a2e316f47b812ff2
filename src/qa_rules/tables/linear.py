"""Sums of numbers in every row at once: `semantics.linear` and `semantics.totals` on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final, Protocol

import attrs
import numpy as np

from qa_rules.model import expressions as ex
from qa_rules.tables.planes import Array, Plane, Rows, packed, unpacked
from qa_rules.tables.sets import Sides, Test
from qa_rules.tables.vectors import Column, Index, Numbers, Source, running

_ROOM: Final = 2**62
"""Sums of whole numbers below this fit into 64 bits; larger ones are worked out exactly, one by one."""


@attrs.frozen(eq=False)
class Part:
    """One number, so many times."""

    source: Source | None
    """None for a number that is always there."""
    values: Array | Fraction
    """In units of `unit`, one for all rows or one a row; anything where it is not known."""
    unit: Fraction
    least: Fraction | None
    most: Fraction | None
    may_be_none: bool

    @classmethod
    def of(cls, part: ex.Weighted, source: Source) -> Part:
        """Return the part of a number of which this is believed."""
        factor = Fraction(part.factor)
        ends = [None if end is None else Fraction(end) * factor for end in (part.least, part.most)]
        least, most = ends if factor >= 0 else reversed(ends)
        if isinstance(source, Column):
            assert isinstance(source.values, Numbers)
            unit = factor if source.values.scale is None else factor / 10**source.values.scale
            return cls(source, source.values.values, unit, least, most, part.may_be_none)
        value = factor * Fraction(source.value) if source.known(1) else Fraction(0)
        return cls(source, value, Fraction(1, value.denominator), least, most, part.may_be_none)

    @classmethod
    def always(cls, number: Fraction) -> Part:
        """Return the part of a number that is always there."""
        return cls(None, number, Fraction(1, number.denominator), number, number, False)

    def known(self, level: int) -> Plane:
        """Where it is known, at a strength or better."""
        return True if self.source is None else self.source.known(level)

    def in_units(self, of: Fraction) -> tuple[Any, Any, Any]:
        """Values and ends as whole numbers of a smaller unit."""
        if isinstance(self.values, Fraction):
            values: Any = int(self.values / of)
        else:
            values = self.values.astype(np.int64) * int(self.unit / of)
        least, most = (None if end is None else int(end / of) for end in (self.least, self.most))
        return values, least, most

    @property
    def exact(self) -> tuple[Any, Any, Any]:
        """Values and ends as they are, in numbers that cannot overflow."""
        if isinstance(self.values, Fraction):
            return self.values, self.least, self.most
        values = np.empty(len(self.values), object)
        values[:] = [Fraction(each) * self.unit for each in self.values.tolist()]
        return values, self.least, self.most

    @property
    def room(self) -> Fraction:
        """How large it may become."""
        if isinstance(self.values, Fraction):
            span = abs(self.values)
        else:
            ends = (abs(int(end(self.values, initial=0))) for end in (np.min, np.max))
            span = max(ends, default=0) * abs(self.unit)
        return span + sum((abs(end) for end in (self.least, self.most) if end is not None), Fraction(0))

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers of its unit."""
        return isinstance(self.values, Fraction) or self.values.dtype != object


class Listing(Protocol):
    """The records of a list in every row, as far as sums need them."""

    @property
    def offsets(self) -> Index:
        """Where the records of each row begin; one more than there are rows."""
        ...

    def selected(self, level: int) -> Sides:
        """Return which records count, and which are known not to."""
        ...

    def whole(self, level: int) -> Plane:
        """Return the rows whose lists are known to be whole."""
        ...


@attrs.frozen(eq=False)
class Ends:
    """Between what a sum lies in every row, in units of `unit`."""

    low: Array
    high: Array
    no_low: Rows
    no_high: Rows
    open: Rows
    """Where it may yet be no number."""

    @classmethod
    def nothing(cls, rows: int, kind: Any) -> Ends:
        """Return those of a sum of nothing."""
        nothing, never = np.zeros(rows, kind), np.zeros(rows, np.bool_)
        return cls(nothing, nothing, never, never, never)

    def plus(self, other: Ends) -> Ends:
        """Return those of both together."""
        return Ends(
            self.low + other.low,
            self.high + other.high,
            self.no_low | other.no_low,
            self.no_high | other.no_high,
            self.open | other.open,
        )


@attrs.frozen(eq=False)
class Summation:
    """A sum of numbers, to which records of lists may add, made ready for rows."""

    rows: int
    numbers: Sequence[Part]
    records: Sequence[tuple[Part, Listing]]
    unit: Fraction
    kind: Any
    """Whole numbers of 64 bits, or fractions of any size."""

    @classmethod
    def of(
        cls,
        rows: int,
        numbers: Sequence[Part],
        records: Sequence[tuple[Part, Listing]],
        beside: Fraction = Fraction(0),
    ) -> Summation:
        """Return the sum; a number that it is compared with is told `beside` it, for its unit."""
        parts = [*numbers, *(part for part, _ in records)]
        ends = [end for part in parts for end in (part.unit, part.least, part.most) if end is not None]
        unit = Fraction(1, lcm(*(end.denominator for end in (*ends, beside))))
        room = abs(beside) + sum((each.room for each in numbers), Fraction(0))
        for part, listing in records:
            offsets = listing.offsets
            room += part.room * int(np.max(offsets[1:] - offsets[:-1], initial=0))
        fits = all(each.is_whole for each in parts) and room / unit < _ROOM
        return cls(rows, numbers, records, unit, np.int64 if fits else object)

    def _values(self, part: Part) -> tuple[Any, Any, Any]:
        return part.exact if self.kind is object else part.in_units(self.unit)

    def number(self, value: Fraction) -> Any:
        """Return a number in the unit of the sum."""
        return value if self.kind is object else int(value / self.unit)

    def ends(self, level: int) -> Ends:
        """Return between what it lies by what is known at a strength or better."""
        found = Ends.nothing(self.rows, self.kind)
        for part in self.numbers:
            found = found.plus(self._known(part, level, self.rows))
        for part, listing in self.records:
            found = found.plus(self._listed(part, listing, level))
        return found

    def _known(self, part: Part, level: int, rows: int) -> Ends:
        """The value where it is known, elsewhere the ends that it may have."""
        known, (values, bottom, top) = unpacked(part.known(level), rows), self._values(part)
        low, high = (np.where(known, values, 0 if end is None else end) for end in (bottom, top))
        nothing = np.zeros(rows, np.bool_)
        return Ends(
            low.astype(self.kind),
            high.astype(self.kind),
            ~known if bottom is None else nothing,
            ~known if top is None else nothing,
            ~known if part.may_be_none else nothing,
        )

    def _listed(self, part: Part, listing: Listing, level: int) -> Ends:
        """What the records of each row add; a list that is not known to be whole may hold any number of others."""
        offsets = listing.offsets
        count = int(offsets[-1])
        chosen, left_out = (unpacked(each, count) for each in listing.selected(level))
        perhaps = ~chosen & ~left_out
        counts = chosen | perhaps
        each = self._known(part, level, count)

        def added(ends: Array, outward: Any) -> Array:
            one = np.where(chosen, ends, np.where(perhaps, outward(ends, 0), 0))
            sums = np.zeros(count + 1, self.kind)
            np.cumsum(one, out=sums[1:])
            return sums[offsets[1:]] - sums[offsets[:-1]]

        def some(records: Rows) -> Rows:
            sums = running(records & counts)
            return sums[offsets[1:]] > sums[offsets[:-1]]

        more = ~unpacked(listing.whole(level), self.rows)
        nothing = np.zeros(self.rows, np.bool_)
        return Ends(
            added(each.low, np.minimum),
            added(each.high, np.maximum),
            some(each.no_low) | (more if part.least is None or part.least < 0 else nothing),
            some(each.no_high) | (more if part.most is None or part.most > 0 else nothing),
            some(each.open) | (more if part.may_be_none else nothing),
        )

    def reaches(self, leaf: ex.Linear | ex.Total) -> Test:
        """Return the test that it comes to so much."""
        least = self.number(Fraction(leaf.least))

        def at(level: int) -> Sides:
            found = self.ends(level)
            low, high = found.low, found.high
            holds, fails = (low > least, high <= least) if leaf.strictly else (low >= least, high < least)
            sure = holds.astype(np.bool_) & ~found.no_low & ~found.open
            never = fails.astype(np.bool_) & ~found.no_high & ~found.open
            return packed(sure), packed(never)

        return at


def linear(leaf: ex.Linear, found: Sequence[Source], rows: int) -> Test:
    """Return the test of a sum."""
    parts = [Part.of(part, source) for part, source in zip(leaf.sum, found, strict=True)]
    return Summation.of(rows, parts, (), Fraction(leaf.least)).reaches(leaf)

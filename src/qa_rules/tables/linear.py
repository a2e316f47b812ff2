"""A sum of numbers against a constant, in every row at once: `semantics.linear` on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, Final

import attrs
import numpy as np

from qa_rules.model import expressions as ex
from qa_rules.tables.planes import Array, Rows, packed, unpacked
from qa_rules.tables.sets import Sides, Test
from qa_rules.tables.vectors import Column, Numbers, Source

_ROOM: Final = 2**62
"""Sums of whole numbers below this fit into 64 bits; larger ones are worked out exactly, one by one."""


@attrs.frozen(eq=False)
class _Part:
    """One number, so many times."""

    source: Source
    values: Array | Fraction
    """In units of `unit`, one for all rows or one a row; anything where it is not known."""
    unit: Fraction
    least: Fraction | None
    most: Fraction | None
    may_be_none: bool

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
    def span(self) -> int:
        """How large it may become, in units of its own, where all of its values are whole numbers of it."""
        if isinstance(self.values, Fraction):
            return abs(int(self.values / self.unit))
        return max((abs(int(end(self.values, initial=0))) for end in (np.min, np.max)), default=0)


def linear(leaf: ex.Linear, found: Sequence[Source], rows: int) -> Test:
    """Return the test of a sum."""
    parts = [_part(part, source) for part, source in zip(leaf.sum, found, strict=True)]
    ends = [end for part in parts for end in (part.unit, part.least, part.most) if end is not None]
    of = Fraction(1, lcm(*(end.denominator for end in (*ends, Fraction(leaf.least)))))
    whole = all(isinstance(each.values, Fraction) or each.values.dtype != object for each in parts)
    least, room = Fraction(leaf.least), Fraction(0)
    for each in parts:
        ends = [abs(end) for end in (each.least, each.most) if end is not None]
        room += each.span * abs(each.unit) + sum(ends, Fraction(0))
    if whole and (room + abs(least)) / of < _ROOM:
        return _summed(leaf, [(each, *each.in_units(of)) for each in parts], int(least / of), np.int64, rows)
    return _summed(leaf, [(each, *each.exact) for each in parts], least, object, rows)


def _part(part: ex.Weighted, source: Source) -> _Part:
    factor = Fraction(part.factor)
    ends = [None if end is None else Fraction(end) * factor for end in (part.least, part.most)]
    least, most = ends if factor >= 0 else reversed(ends)
    if isinstance(source, Column):
        assert isinstance(source.values, Numbers)
        unit = factor if source.values.scale is None else factor / 10**source.values.scale
        return _Part(source, source.values.values, unit, least, most, part.may_be_none)
    value = factor * Fraction(source.value) if source.known(1) else Fraction(0)
    return _Part(source, value, Fraction(1, value.denominator), least, most, part.may_be_none)


def _summed(
    leaf: ex.Linear, parts: Sequence[tuple[_Part, Any, Any, Any]], least: Any, kind: Any, rows: int
) -> Test:
    def at(level: int) -> Sides:
        low, high = (np.zeros(rows, kind) for _ in range(2))
        no_low, no_high, open_ = (np.zeros(rows, np.bool_) for _ in range(3))
        for part, values, bottom, top in parts:
            known = unpacked(part.source.known(level), rows)
            low = low + _or_end(known, values, bottom, no_low)
            high = high + _or_end(known, values, top, no_high)
            if part.may_be_none:
                open_ |= ~known
        holds, fails = (low > least, high <= least) if leaf.strictly else (low >= least, high < least)
        sure = holds.astype(np.bool_) & ~no_low & ~open_
        never = fails.astype(np.bool_) & ~no_high & ~open_
        return packed(sure), packed(never)

    return at


def _or_end(known: Rows, values: Any, end: Any, endless: Rows) -> Array:
    """The value where it is known, elsewhere the end; where there is no end, that is noted."""
    if end is None:
        endless |= ~known
    return np.where(known, values, 0 if end is None else end)

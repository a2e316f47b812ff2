"""Bit planes: one bit a row, eight rows a byte, the first row in the lowest bit, as Arrow lays them out.

A plane that is the same for every row is a plain `bool`, so what a table does not say costs nothing. Bits beyond the
last row are anything; whoever reads a plane says how many rows there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint8]
Plane = Bits | bool
Rows = npt.NDArray[np.bool_]
"""One byte a row: what a comparison gives."""
Array = npt.NDArray[Any]


def packed(rows: Rows) -> Bits:
    """Return the plane of one truth a row."""
    return np.packbits(rows, bitorder="little")


def unpacked(plane: Plane, rows: int) -> Rows:
    """Return one truth a row."""
    if isinstance(plane, bool):
        return np.full(rows, plane)
    return np.unpackbits(plane, count=rows, bitorder="little").view(np.bool_)


def count_of(plane: Plane, rows: int) -> int:
    """Return how many of so many rows are in the plane."""
    if isinstance(plane, bool):
        return rows if plane else 0
    whole = rows // 64 * 8
    rest = np.unpackbits(plane[whole:], count=rows % 64, bitorder="little") if rows % 64 else plane[:0]
    # Eight bytes at a time, where the plane lies so.
    words = plane[:whole].view(np.uint64)
    return int(np.bitwise_count(words).sum(dtype=np.int64)) + int(np.count_nonzero(rest))


def both(first: Plane, second: Plane) -> Plane:
    """Rows in both planes."""
    if isinstance(first, bool):
        return second if first else False
    if isinstance(second, bool):
        return first if second else False
    return first if first is second else first & second


def either(first: Plane, second: Plane) -> Plane:
    """Rows in one plane at least."""
    if isinstance(first, bool):
        return True if first else second
    if isinstance(second, bool):
        return True if second else first
    return first if first is second else first | second


def neither(plane: Plane) -> Plane:
    """Rows that are not in the plane."""
    return not plane if isinstance(plane, bool) else ~plane


def without(first: Plane, second: Plane) -> Plane:
    """Rows in the first plane only."""
    if isinstance(first, bool):
        return neither(second) if first else False
    if isinstance(second, bool):
        return False if second else first
    return first & ~second


def but(whole: Plane, part: Plane) -> Plane:
    """Rows of a plane that are not in a part of it."""
    if isinstance(whole, bool) or isinstance(part, bool):
        return without(whole, part)
    return whole ^ part


def in_all(planes: Iterable[Plane]) -> Plane:
    """Rows in every plane; all of them when there is none."""
    found: Plane = True
    for plane in planes:
        if found is False:
            break
        found = both(found, plane)
    return found


def in_any(planes: Iterable[Plane]) -> Plane:
    """Rows in some plane; none of them when there is none."""
    found: Plane = False
    for plane in planes:
        if found is True:
            break
        found = either(found, plane)
    return found


def in_at_least(count: int, planes: Sequence[Plane]) -> Plane:
    """Rows in at least `count` of the planes."""
    if count <= 0:
        return True
    if count > len(planes):
        return False
    if count == 1:
        return in_any(planes)
    if count == len(planes):
        return in_all(planes)
    # reached[k]: rows that are in at least k of the planes seen so far.
    reached: list[Plane] = [True, *([False] * count)]
    for seen, plane in enumerate(planes, 1):
        still_needed = count - (len(planes) - seen)
        for at in range(min(count, seen), max(still_needed, 1) - 1, -1):
            reached[at] = either(reached[at], both(reached[at - 1], plane))
    return reached[count]

"""Where a function changes, by halving."""

from __future__ import annotations

from collections.abc import Callable


def changes(order: Callable[[int], int | None], low: int, high: int) -> list[int]:
    """Return the places above `low` at which a function changes that takes each of its values in one run."""
    if low >= high or order(low) == order(high):
        return []
    if high - low == 1:
        return [high]
    middle = (low + high) // 2
    return [*changes(order, low, middle), *changes(order, middle, high)]

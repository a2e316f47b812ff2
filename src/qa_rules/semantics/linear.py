"""What is known of a sum: between what it lies by the facts that are known at a strength or better.

The interval only shrinks as more is known, and as evidence becomes stronger. While a number may still be none there is
no interval, whatever the bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Context, Decimal
from typing import Final

from qa_rules.model import expressions as ex
from qa_rules.model.values import NONE, Strength
from qa_rules.semantics.snapshot import Held
from qa_rules.semantics.truth import Pair

Number = int | Decimal
EXACT: Final = Context(prec=100_000)
"""Sums are exact: the usual context rounds to 28 digits, and what is rounded can pass that must not."""
Interval = tuple[Number | None, Number | None]
"""The least and the greatest that it can be; None for no bound."""


def known_at(held: Held | None, strength: int, part: ex.Weighted) -> Interval | None:
    """Return between what one number lies, None while it may be none."""
    if held is None or held.strength < strength:
        return None if part.may_be_none else (part.least, part.most)
    return None if held.value is NONE else (held.value, held.value)  # type: ignore[return-value]


def scaled(factor: Number, of: Interval) -> Interval:
    """Return an interval so many times."""
    low, high = (None if end is None else EXACT.multiply(end, factor) for end in of)
    return (low, high) if factor >= 0 else (high, low)


def added(parts: Iterable[Interval]) -> Interval:
    """Return the interval of a sum."""
    low: Number | None = 0
    high: Number | None = 0
    for least, most in parts:
        low = None if low is None or least is None else EXACT.add(low, least)
        high = None if high is None or most is None else EXACT.add(high, most)
    return low, high


def sum_at(
    leaf: ex.Linear, lookup: Callable[[ex.Fact | ex.Field], Held | None], strength: int
) -> Interval | None:
    """Return between what a sum lies by what is known at a strength or better, None while a part may be none."""
    found = []
    for part in leaf.sum:
        known = known_at(lookup(part.term), strength, part)
        if known is None:
            return None
        found.append(scaled(part.factor, known))
    return added(found)


def linear(leaf: ex.Linear, lookup: Callable[[ex.Fact | ex.Field], Held | None]) -> Pair:
    """Return the pair: met where the whole interval is as asked, not met where none of it is."""
    return reached(leaf, lambda strength: sum_at(leaf, lookup, strength))


def reached(leaf: ex.Linear | ex.Total, interval: Callable[[int], Interval | None]) -> Pair:
    """Return the pair of a sum of which it is known, at each strength, between what it lies."""
    t = f = 0
    for strength in Strength:
        known = interval(strength)
        if known is None:
            break
        low, high = known
        if low is not None and (low > leaf.least if leaf.strictly else low >= leaf.least):
            t = int(strength)
        elif high is not None and (high <= leaf.least if leaf.strictly else high < leaf.least):
            f = int(strength)
        else:
            break
    return t, f

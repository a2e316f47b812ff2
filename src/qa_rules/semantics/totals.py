"""What is known of a sum to which the records of lists add: between what it lies by what is known at a strength.

A record that `where` is known not to select adds nothing, one of which that is open may add or not, and a list that is
not known to be whole may hold any number of others. While a number that may count may still be none there is no sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa_rules.model import expressions as ex
from qa_rules.semantics.linear import Interval, Number, added, known_at, reached, scaled
from qa_rules.semantics.snapshot import Held
from qa_rules.semantics.truth import Pair

Chosen = Sequence[tuple[Pair, Held | None]]
"""Of each record whether there is this one and it is selected, and its number."""


def records_at(part: ex.OfRecords, chosen: Chosen, whole: int, strength: int) -> Interval | None:
    """Return between what lies that which records add; None while it is no number."""
    found: list[Interval] = []
    if whole < strength:
        others = _others(part)
        if others is None:
            return None
        found.append(others)
    for (t, f), held in chosen:
        if f >= strength:
            continue
        one: Interval | None = (1, 1)
        if part.amount is not None:
            one = known_at(held, strength, part.amount)
        if one is None:
            return None
        found.append(one if t >= strength else perhaps(one))
    return scaled(part.factor, added(found))


def perhaps(one: Interval) -> Interval:
    """Return what something adds that may add nothing."""
    low, high = one
    return None if low is None else min(low, 0), None if high is None else max(high, 0)


def _others(part: ex.OfRecords) -> Interval | None:
    """What records that are not listed may add, before the factor; None where their number may be none."""
    if part.amount is None:
        return 0, None
    if part.amount.may_be_none:
        return None
    least, most = part.amount.least, part.amount.most
    low: Number | None = 0 if least is not None and least >= 0 else None
    return low, 0 if most is not None and most <= 0 else None


def total(
    leaf: ex.Total,
    lookup: Callable[[ex.Fact | ex.Field], Held | None],
    listed: Sequence[tuple[Chosen, int]],
) -> Pair:
    """Return the pair: met where the whole interval is as asked, not met where none of it is.

    `listed` has, for each part, its records and the strength of the claim that there are no others.
    """
    return reached(leaf, lambda strength: total_at(leaf, lookup, listed, strength))


def total_at(
    leaf: ex.Total,
    lookup: Callable[[ex.Fact | ex.Field], Held | None],
    listed: Sequence[tuple[Chosen, int]],
    strength: int,
) -> Interval | None:
    """Return between what a sum lies by what is known at a strength or better; None while it is no number."""
    found: list[Interval] = []
    for number in leaf.sum:
        known = known_at(lookup(number.term), strength, number)
        if known is None:
            return None
        found.append(scaled(number.factor, known))
    for part, (chosen, whole) in zip(leaf.records, listed, strict=True):
        known = records_at(part, chosen, whole, strength)
        if known is None:
            return None
        found.append(known)
    return added(found)

"""What a generated function calls and looks up: counting of bits, coverage, ranks, rare tests."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import add, mul

from qa_rules.model.expressions import Fact, Field, Leaf, Linear, Total, Weighted
from qa_rules.model.values import NONE
from qa_rules.semantics.leaves import membership, settle
from qa_rules.semantics.linear import EXACT, Interval, Number, scaled
from qa_rules.semantics.snapshot import Held
from qa_rules.semantics.totals import Chosen, total
from qa_rules.semantics.truth import FAILS, HOLDS, MET, NOT_MET, UNKNOWN, pack


@lru_cache(maxsize=256)
def lanes(width: int, count: int) -> tuple[tuple[int, ...], int, int, dict[int, int]]:
    """Return what it takes to count six bits at once in lanes of `width` bits.

    The spread of each code; a bias that carries into the top bit of a lane once `count` was reached; a mask of
    the top bits; and the way back to six bits. The high bits count *not not met*, of which at least `count`
    must remain, so one rule serves both.
    """
    spread = tuple(sum((code >> bit & 1) << bit * width for bit in range(6)) for code in range(64))
    top = spread[63] << (width - 1)
    bias = spread[63] * ((1 << (width - 1)) - count)
    return spread, bias, top, {spread[code] << (width - 1): code for code in range(64)}


def together(target: Held | None, chosen: Sequence[tuple[int, Held | None]], whole: int) -> int:
    """Return the bits of *the records together cover the target*."""
    if target is None or not isinstance(target.value, frozenset) or not target.value:
        return UNKNOWN
    result = MET
    for item in target.value:
        covered = FAILS[whole]
        for selected, field in chosen:
            covered |= selected & (UNKNOWN if field is None else pack(*membership(field, item)))
        result &= covered
    return result & HOLDS[target.whole] | FAILS[target.strength]


class Ranks(dict[str, int]):
    """The position of each option of an ordered choice; the stand-in of an unknown one comes first."""

    def __init__(self, ranks: tuple[str, ...]) -> None:
        super().__init__({option: at for at, option in enumerate(ranks)} | {"": 0})
        self.ranks = ranks

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self.ranks)


def settler(leaf: Leaf, found: Sequence[Fact | Field]) -> Callable[..., int]:
    """Return a function of believed values that settles a leaf by the shared code."""

    def run(*held: Held | None) -> int:
        known = dict(zip(found, held, strict=True))
        return pack(*settle(leaf, known.__getitem__, datetime.date.min, None))

    return run


def summer(leaf: Linear) -> Callable[..., int]:
    """Return a function of believed numbers that settles a sum as `semantics.linear` does, its bounds worked out.

    Where all that is known is known equally well, one look is enough: with more of it masked, the bounds alone would
    have to settle it, and a sum that they settle is never asked.
    """
    is_whole = all(each.whole and type(each.factor) is int and _is_whole(each) for each in leaf.sum)
    # Sums are exact: of decimals what Python adds by itself would round to 28 digits.
    times, plus = (mul, add) if is_whole else (EXACT.multiply, EXACT.add)
    parts = [(each.factor, _ends(each, is_whole)) for each in leaf.sum]
    least, strictly = leaf.least, leaf.strictly

    def at(strength: int, held: Sequence[Held | None]) -> int:
        low: Number | None = 0
        high: Number | None = 0
        for (factor, ends), each in zip(parts, held, strict=True):
            if each is None or each.strength < strength:
                if ends is None:
                    return UNKNOWN
                below, above = ends
            elif each.value is NONE:
                return UNKNOWN
            else:
                below = above = times(each.value, factor)  # type: ignore[arg-type]
            low = None if low is None or below is None else plus(low, below)
            high = None if high is None or above is None else plus(high, above)
            if low is None and high is None:
                return UNKNOWN
        if low is not None and (low > least if strictly else low >= least):
            return MET
        return NOT_MET if high is not None and (high <= least if strictly else high < least) else UNKNOWN

    def run(*held: Held | None) -> int:
        found = at(1, held)
        if found == UNKNOWN:
            return UNKNOWN
        strengths = {each.strength for each in held if each is not None}
        if len(strengths) == 1:
            (strength,) = strengths
            return HOLDS[strength] if found == MET else FAILS[strength]
        return by_strength(*held)

    by_strength = settler(leaf, [each.term for each in leaf.sum])
    return run


def _is_whole(part: Weighted) -> bool:
    return all(end is None or end == int(end) for end in (part.least, part.most))


def _ends(part: Weighted, is_whole: bool) -> Interval | None:
    """Between what a number that is not known lies, so many times; None while it may be none."""
    if part.may_be_none:
        return None
    low, high = scaled(part.factor, (part.least, part.most))
    if not is_whole:
        return low, high
    return None if low is None else int(low), None if high is None else int(high)


def totaller(leaf: Total) -> Callable[..., int]:
    """Return a function of what lists hold, and of believed numbers, that settles a sum over records."""
    terms = [each.term for each in leaf.sum]

    def run(listed: Sequence[tuple[Chosen, int]], *held: Held | None) -> int:
        known = dict(zip(terms, held, strict=True))
        return pack(*total(leaf, known.__getitem__, listed))

    return run

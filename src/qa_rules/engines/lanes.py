"""What a generated function calls and looks up: counting of bits, coverage, ranks, rare tests."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import lru_cache

from qa_rules.model.expressions import Fact, Field, Leaf, Total
from qa_rules.semantics.leaves import membership, settle
from qa_rules.semantics.snapshot import Held
from qa_rules.semantics.totals import Chosen, total
from qa_rules.semantics.truth import FAILS, HOLDS, MET, UNKNOWN, pack


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


def totaller(leaf: Total) -> Callable[..., int]:
    """Return a function of what lists hold, and of believed numbers, that settles a sum over records."""
    terms = [each.term for each in leaf.sum]

    def run(listed: Sequence[tuple[Chosen, int]], *held: Held | None) -> int:
        known = dict(zip(terms, held, strict=True))
        return pack(*total(leaf, known.__getitem__, listed))

    return run

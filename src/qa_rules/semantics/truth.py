"""The algebra of graded verdicts.

An expression is worth a pair (t, f) of strengths from 0 to 3: it is met at strength s when t >= s,
and not met when f >= 1; t and f are never both above 0. A pair is held in six bits: the low three are a mask
of the strengths at which it is met, the high three the complement of the mask of not met. So all-of is
`&`, any-of is `|`, and the order of the bits keeps the law: learning only moves a pair away from UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

Pair = tuple[int, int]

_MASK: Final = (0b000, 0b001, 0b011, 0b111)


def pack(met: int, not_met: int) -> int:
    """Return the six bits of a pair."""
    return _MASK[met] | (_MASK[not_met] ^ 0b111) << 3


UNKNOWN: Final = pack(0, 0)
MET: Final = pack(3, 0)
NOT_MET: Final = pack(0, 3)

PAIR: Final[tuple[Pair, ...]] = tuple(
    ((code & 0b111).bit_count(), 3 - (code >> 3).bit_count()) for code in range(64)
)
"""Six bits back to (t, f)."""

HOLDS: Final = tuple(pack(strength, 0) for strength in range(4))
"""The bits of a leaf that holds, by the strength of its facts."""
FAILS: Final = tuple(pack(0, strength) for strength in range(4))
"""The bits of a leaf that does not hold."""
NEGATED: Final = tuple(pack(f, t) for t, f in PAIR)
AT_STRENGTH: Final = tuple(tuple(pack(3 if t >= asked else 0, f) for t, f in PAIR) for asked in range(4))
"""`AT_STRENGTH[s][code]`: a claim weaker than s is taken as unknown."""


def all_of(pairs: Iterable[Pair]) -> Pair:
    """(min t, max f); nothing at all holds."""
    t, f = 3, 0
    for each_t, each_f in pairs:
        t, f = min(t, each_t), max(f, each_f)
    return t, f


def any_of(pairs: Iterable[Pair]) -> Pair:
    """(max t, min f); nothing at all fails."""
    t, f = 0, 3
    for each_t, each_f in pairs:
        t, f = max(t, each_t), min(f, each_f)
    return t, f


def at_least(count: int, pairs: Sequence[Pair]) -> Pair:
    """The count-th largest t and the (k - count + 1)-th largest f; (0, 3) when k < count."""
    if len(pairs) < count:
        return 0, 3
    by_t = sorted((t for t, _ in pairs), reverse=True)
    by_f = sorted((f for _, f in pairs), reverse=True)
    return (by_t[count - 1] if count else 3), (by_f[len(pairs) - count] if count else 0)


def negated(pair: Pair) -> Pair:
    """Swap met and not met."""
    return pair[1], pair[0]


def only_when(condition: Pair, operand: Pair) -> Pair:
    """Met when the condition is not met or the operand is met."""
    return max(condition[1], operand[0]), min(condition[0], operand[1])


def at_strength(asked: int, pair: Pair) -> Pair:
    """Take a claim weaker than `asked` as unknown."""
    return (3 if pair[0] >= asked else 0), pair[1]

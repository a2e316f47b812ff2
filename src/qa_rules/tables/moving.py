"""Who goes from which word to which: columns of words of two assessments set side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from qa_rules.tables.results import Words


def is_same(what: str, before: str, after: str, ladders: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    """Whether two words say the same. Tiers of two ladders do by their name, and else by their place.

    By their place only where none of one name stands at two places. Of ladders of different lengths the lowest are one
    and the highest are one: what stands between has no fellow.
    """
    old, new = ladders
    moved_along = len(old) == len(new) and any(
        each in new and new.index(each) != at for at, each in enumerate(old)
    )
    if before == after or what == "outcome" or moved_along or before not in old or after not in new:
        return before == after
    if len(old) != len(new) and {*old} & {*new}:
        return False
    one, other = old.index(before), new.index(after)
    ends = (0, 0), (len(old) - 1, len(new) - 1)
    return one == other if len(old) == len(new) else (one, other) in ends


def placed(words: Words, places: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """The place of each row's tier in the ladder; 0 where there is none."""
    order = np.array([*(places.get(word, 0) for word in words.words), 0])
    found: npt.NDArray[np.int64] = order[words.codes]
    return found


def ranked(words: Words, ranks: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """The rank of each row's word; below 0 where there is none."""
    order = np.array([*(ranks[word] for word in words.words), -1])
    found: npt.NDArray[np.int64] = order[words.codes]
    return found


def crossed(before: Words, after: Words) -> Iterable[tuple[tuple[str, str], int]]:
    """How many rows go from each word to each word; rows without one are left out."""
    there = (before.codes >= 0) & (after.codes >= 0)
    size = len(after.words)
    pairs = before.codes[there].astype(np.int64) * size + after.codes[there]
    for at, count in enumerate(np.bincount(pairs, minlength=len(before.words) * size).tolist()):
        if count:
            yield (before.words[at // size], after.words[at % size]), count

"""The packed bits and the algebra of pairs say the same, for every pair there is."""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.engines.lanes import lanes
from qa_rules.semantics.truth import (
    AT_STRENGTH,
    FAILS,
    HOLDS,
    MET,
    NEGATED,
    NOT_MET,
    PAIR,
    UNKNOWN,
    all_of,
    any_of,
    at_least,
    at_strength,
    negated,
    only_when,
    pack,
)

PAIRS = [(0, 0), *((t, 0) for t in (1, 2, 3)), *((0, f) for f in (1, 2, 3))]


@pytest.mark.parametrize("pair", PAIRS)
def test_packing_keeps_a_pair(pair: tuple[int, int]) -> None:
    assert PAIR[pack(*pair)] == pair
    assert PAIR[NEGATED[pack(*pair)]] == negated(pair)
    for asked in range(4):
        assert PAIR[AT_STRENGTH[asked][pack(*pair)]] == at_strength(asked, pair)


def test_the_named_codes_are_what_they_say() -> None:
    assert [PAIR[code] for code in (UNKNOWN, MET, NOT_MET)] == [(0, 0), (3, 0), (0, 3)]
    assert [PAIR[code] for code in HOLDS] == [(s, 0) for s in range(4)]
    assert [PAIR[code] for code in FAILS] == [(0, s) for s in range(4)]


@pytest.mark.parametrize(("one", "other"), list(product(PAIRS, PAIRS)))
def test_and_is_all_of_and_or_is_any_of(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert PAIR[pack(*one) & pack(*other)] == all_of([one, other])
    assert PAIR[pack(*one) | pack(*other)] == any_of([one, other])
    assert PAIR[NEGATED[pack(*one)] | pack(*other)] == only_when(one, other)
    assert negated(all_of([one, other])) == any_of([negated(one), negated(other)])


def test_of_nothing_all_hold_and_none_does() -> None:
    assert all_of([]) == (3, 0)
    assert any_of([]) == (0, 3)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_at_least_is_an_any_of_every_all_of_that_many(size: int) -> None:
    for pairs in combinations_with_replacement(PAIRS, size):
        assert at_least(1, pairs) == any_of(pairs)
        assert at_least(size, pairs) == all_of(pairs)
        assert at_least(0, pairs) == (3, 0)
        assert at_least(size + 1, pairs) == (0, 3)


@given(st.lists(st.sampled_from(PAIRS), min_size=1, max_size=40), st.integers(1, 41))
def test_counting_in_lanes_agrees_with_at_least(pairs: list[tuple[int, int]], count: int) -> None:
    if count > len(pairs):
        count = len(pairs)
    spread, bias, top, back = lanes(len(pairs).bit_length() + 1, count)
    total = sum(spread[pack(*pair)] for pair in pairs) + bias
    assert PAIR[back[total & top]] == at_least(count, pairs)


@given(st.lists(st.sampled_from(PAIRS), max_size=6), st.integers(1, 6), st.integers(1, 3))
def test_at_least_counts_those_that_are_strong_enough(
    pairs: list[tuple[int, int]], count: int, strength: int
) -> None:
    t, f = at_least(count, pairs)
    assert (t >= strength) == (sum(each >= strength for each, _ in pairs) >= count)
    assert (f >= strength) == (sum(each < strength for _, each in pairs) < count)

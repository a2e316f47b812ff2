"""The patterns of the schema of facts say what the reader says of days, of decimals and of what says nothing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.language.placeholders import FORMS, KNOWN, PHRASE, says_nothing
from qa_rules.language.schema_patterns import DAY, around, digits_between, in_any_case, literally, nothing

SIGNS = st.sampled_from(
    [*" \t-_.,/()[]{}<>#'\"$%&@^~|\\", "\u00ab", "\u2014", "\u2026", "\u200b", "\uff0f", "\x01", ""]
)
LETTERS = st.sampled_from([*"nNaAuUlLkKtbcxyz09", "\u00e9", "\u00ff"])
WORDS = st.one_of(st.sampled_from(sorted(KNOWN)), st.from_regex(rf"\A(?:{PHRASE})\Z"))
SPELT = WORDS.flatmap(
    lambda word: st.tuples(*(st.tuples(st.sampled_from([each, each.upper()]), SIGNS).map("".join) for each in word))
).map("".join)  # fmt: skip
TEXTS = st.one_of(
    st.tuples(SIGNS, SPELT, SIGNS).map("".join),
    st.tuples(SPELT, LETTERS).map("".join),
    st.sampled_from(FORMS).flatmap(lambda form: st.from_regex(form, alphabet=st.characters(codec="ascii"))),
    st.lists(SIGNS | LETTERS, max_size=80).map("".join),
)


def fits(schema: Mapping[str, Any], text: str) -> bool:
    """Whether a text fits a schema of patterns, as any validator has it."""
    return (
        re.search(schema.get("pattern", ""), text) is not None
        and all(fits(each, text) for each in schema.get("allOf", ()))
        and ("anyOf" not in schema or any(fits(each, text) for each in schema["anyOf"]))
    )


@given(TEXTS)
def test_what_says_nothing_to_the_reader_says_nothing_to_the_schema(text: str) -> None:
    assert fits(nothing(), text) == says_nothing(text)


@pytest.mark.parametrize("word", sorted(KNOWN))
def test_every_word_for_not_known_is_known_to_the_schema(word: str) -> None:
    assert fits(nothing(), word)
    assert not fits(nothing(), f"{word}q")


def test_long_text_is_looked_through_in_one_pass() -> None:
    assert not fits(nothing(), "-" * 10_000 + "x" + "-" * 10_000)
    assert not fits(nothing(), "n" * 10_000)
    assert fits(nothing(), "n" + "/" * 10_000 + "a")
    assert not fits(nothing(), "not" + " yet" * 10_000)


@given(st.integers(0, 10_000), st.integers(0, 14), st.integers(0, 33))
def test_a_day_of_the_pattern_is_a_day_of_the_calendar(year: int, month: int, day: int) -> None:
    text = f"{year:04}-{month:02}-{day:02}"
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        assert not re.fullmatch(DAY, text)
    else:
        assert re.fullmatch(DAY, text)


@pytest.mark.parametrize("year", [4, 100, 400, 1900, 2000, 2023, 2024, 2100, 9996])
def test_leap_years_are_those_of_the_calendar(year: int) -> None:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    assert (re.fullmatch(DAY, f"{year:04}-02-29") is not None) is is_leap


NUMBERS = st.from_regex(r"\A-?0?(0|1|9|10|12|99|101|120|[0-9]{1,4})(\.(0|5|05|25|50|[0-9]{1,3}))?\Z")


@given(st.none() | NUMBERS, st.none() | NUMBERS, st.sampled_from(["", "+", " "]), NUMBERS)
def test_digits_fit_where_the_number_is_within_the_bounds(
    least: str | None, most: str | None, before: str, text: str
) -> None:
    low, high = (None if each is None else Decimal(each) for each in (least, most))
    if low is not None and high is not None and low > high:
        low, high = high, low
    within = (low is None or Decimal(text) >= low) and (high is None or Decimal(text) <= high)
    written = before + text if not (before == "+" and text.startswith("-")) else text
    assert any(fits(each, written) for each in digits_between(low, high)) is within


def test_words_are_taken_as_they_are() -> None:
    assert re.search(around(literally(["a.b", "c"])), " a.b\n")
    assert not re.search(around(literally(["a.b", "c"])), "axb")
    assert re.search(around(in_any_case(["yes"])), "YeS ")

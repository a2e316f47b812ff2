"""However Arrow lays values out, they are the same values; and none of them is read from a neighbour."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.errors import FactsError
from tests.tables.clubs import CLUBS

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")

import pyarrow.compute as pc  # noqa: E402

from qa_rules.tables import assess_table  # noqa: E402
from qa_rules.tables.plain import as_text, plain, plain_type  # noqa: E402

ON = datetime.date(2026, 11, 22)


def verdicts(table: Any, name: str, **options: Any) -> list[str]:
    found = assess_table(CLUBS, table, on=ON, **options)
    assert found.faults.to_pylist() == []
    words: list[str] = found.table[name].to_pylist()
    return words


def over_a_neighbour(items: Any) -> Any:
    """Lists of one item each, the second of them null, over an item all the same."""
    offsets = pa.array([0, 1, 2, 3], pa.int32()).buffers()[1]
    kind, bits = pa.list_(items.type), pa.py_buffer(b"\x05")
    return pa.Array.from_buffers(kind, 3, [bits, offsets], null_count=1, children=[items])


LAYOUTS: dict[str, Callable[[list[str | None]], Any]] = {
    "text": lambda words: pa.array(words, pa.string()),
    "large text": lambda words: pa.array(words, pa.large_string()),
    "views": lambda words: pa.array(words, pa.string_view()),
    "a dictionary": lambda words: pa.array(words, pa.string()).dictionary_encode(),
    "a dictionary of large text": lambda words: pa.array(words, pa.large_string()).dictionary_encode(),
    "a dictionary with a null word": lambda words: pa.DictionaryArray.from_arrays(
        pa.array(range(len(words)), pa.int32()), pa.array(words, pa.string())
    ),
    "a dictionary of views": lambda words: pa.DictionaryArray.from_arrays(
        pa.array(range(len(words)), pa.uint8()), pa.array(words, pa.string_view())
    ),
    "runs": lambda words: pc.run_end_encode(pa.array(words, pa.string())),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@given(words=st.lists(st.sampled_from(["a", "b", None]), min_size=2, max_size=20), start=st.integers(0, 3))
def test_text_is_the_same_in_every_layout(layout: str, words: list[str | None], start: int) -> None:
    array = LAYOUTS[layout](words)
    found = plain(array.slice(start))
    found.validate(full=True)
    assert found.to_pylist() == words[start:]
    assert found.type == plain_type(array.type)
    listed = pa.table({"charity": array}).slice(start)
    assert verdicts(listed, "CHARITY") == ["unknown" if word is None else "met" for word in words[start:]]


LISTS = (
    pa.list_(pa.string()),
    pa.large_list(pa.string()),
    pa.list_view(pa.string()),
    pa.large_list_view(pa.string_view()),
    pa.list_(pa.string_view()),
    pa.list_(pa.string(), 1),
)


@pytest.mark.parametrize("kind", LISTS, ids=str)
@pytest.mark.parametrize("start", [0, 1, 2])
def test_sets_are_the_same_in_every_layout_of_lists(kind: Any, start: int) -> None:
    sets = [["walks"], None, ["talks"], ["walks"]]
    expected = ["met", "unknown", "not_met", "met"]
    assert verdicts(pa.table({"schemes": pa.array(sets, kind)}).slice(start), "WALKS") == expected[start:]


def test_a_null_slot_holds_nothing_of_its_neighbour() -> None:
    leaders = pa.StructArray.from_arrays([pa.array([True, True, False])], names=["first_aider"])
    table = pa.table(
        {"leaders": over_a_neighbour(leaders), "schemes": over_a_neighbour(pa.array(["walks", "x", "talks"]))}
    )
    found = assess_table(CLUBS, table, on=ON)
    assert found.faults.to_pylist() == []
    assert found.table["EVERY"].to_pylist() == ["met", "unknown", "not_met"]
    assert found.table["WALKS"].to_pylist() == ["met", "unknown", "not_met"]


def test_a_null_record_over_values_is_missing_and_not_a_record() -> None:
    leaders = pa.StructArray.from_arrays(
        [pa.array([True, True])], names=["first_aider"], mask=pa.array([False, True])
    )
    table = pa.table({"leaders": pa.ListArray.from_arrays([0, 1, 2], leaders)})
    found = assess_table(CLUBS, table, on=ON)
    assert found.table["SOME"].to_pylist() == ["met", "unknown"]
    assert [each["row"] for each in found.faults.to_pylist()] == [2]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_floats_are_the_decimals_that_they_print_as(kind: Any) -> None:
    fees = np.array([2.3, 2.299, float("nan"), 5], kind)
    assert verdicts(pa.table({"fee": fees}), "FEE") == ["met", "not_met", "unknown", "met"]


@pytest.mark.parametrize("bits", [32, 64, 128, 256])
def test_decimals_of_any_width_are_exact(bits: int) -> None:
    kind = getattr(pa, f"decimal{bits}")(5, 2)
    fees = pa.array(["2.30", "2.29", None]).cast(kind)
    assert verdicts(pa.table({"fee": fees}), "FEE") == ["met", "not_met", "unknown"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "+05:30", "UTC"])
def test_a_moment_is_a_day_at_midnight_in_the_zone_of_its_column(zone: str, unit: str) -> None:
    wall = pa.array([datetime.datetime(2026, 6, 1), datetime.datetime(2026, 5, 31), None], pa.timestamp(unit))
    moments = pc.assume_timezone(wall, zone)
    assert verdicts(pa.table({"checked_on": moments}), "DAY") == ["met", "not_met", "unknown"]


def test_a_moment_that_is_no_midnight_in_its_zone_is_no_date() -> None:
    moments = pa.array([datetime.datetime(2026, 6, 1)], pa.timestamp("us", "Europe/London"))
    found = assess_table(CLUBS, pa.table({"checked_on": moments}), on=ON)
    assert found.table["DAY"].to_pylist() == ["unknown"]
    assert "is not a date" in found.faults.to_pylist()[0]["problem"]


def test_a_zone_that_nobody_knows_is_refused() -> None:
    moments = pa.array([datetime.datetime(2026, 6, 1)], pa.timestamp("us", "Mars/Olympus"))
    with pytest.raises(FactsError, match="zone `Mars/Olympus`"):
        assess_table(CLUBS, pa.table({"checked_on": moments}), on=ON)


@pytest.mark.parametrize(
    "days",
    [
        pa.array([3_000_000, 20_605, None], pa.int32()).cast(pa.date32()),
        pa.array([2**60, 20_605 * 86_400_000, None], pa.int64()).cast(pa.date64()),
        pa.array([253_402_300_800, 20_605 * 86_400, None], pa.int64()).cast(pa.timestamp("s")),
    ],
    ids=str,
)
def test_a_day_that_the_calendar_does_not_have_costs_its_row(days: Any) -> None:
    found = assess_table(CLUBS, pa.table({"checked_on": days}), on=ON)
    assert found.table["DAY"].to_pylist() == ["unknown", "met", "unknown"]
    assert [each["row"] for each in found.faults.to_pylist()] == [1]


KEYS = {
    "whole numbers": (pa.array([7, 8, None]), ["7", "8", None]),
    "floats": (pa.array([7.0, float("nan"), None]), ["7", None, None]),
    "decimals": (pa.array(["7.00", "0.50"]).cast(pa.decimal128(5, 2)), ["7", "0.5"]),
    "many digits": (
        pa.array(["1" + "0" * 29, "1" + "0" * 28 + "1"]).cast(pa.decimal128(38, 1)),
        ["1" + "0" * 29, "1" + "0" * 28 + "1"],
    ),
    "text": (pa.array(["7", "007", " "]), ["7", "007", None]),
    "a dictionary": (pa.array(["7", None]).dictionary_encode(), ["7", None]),
    "days": (pa.array([datetime.date(2026, 1, 1)]), ["2026-01-01"]),
}


@pytest.mark.parametrize(("keys", "expected"), KEYS.values(), ids=KEYS)
def test_keys_are_compared_as_text(keys: Any, expected: list[str | None]) -> None:
    found = as_text(keys)
    assert found is not None
    assert found.to_pylist() == expected


def test_007_and_7_are_two() -> None:
    children = {"leaders": pa.table({"id": [7], "first_aider": [True]})}
    table = pa.table({"id": ["007", "7"], "leaders@partial": [False, False]})
    found = assess_table(CLUBS, table, on=ON, key="id", children=children)
    # The record of 7 is not that of 007; but the number may have been 007 before a program made a number of it, so
    # that neither list is known to be whole, nor the record known to be of either.
    assert found.table["SOME"].to_pylist() == ["unknown", "unknown"]
    assert [each["value"] for each in found.faults.to_pylist()] == ["7"]
    table = pa.table({"id": ["007"]})
    found = assess_table(CLUBS, table, on=ON, key="id", children=children)
    assert found.table["SOME"].to_pylist() == ["unknown"]
    assert [each["value"] for each in found.faults.to_pylist()] == ["7"]


@pytest.mark.parametrize("keys", [pa.array([b"a"]), pa.array([["a"]])], ids=str)
def test_keys_that_cannot_be_compared_are_refused(keys: Any) -> None:
    good = pa.table({"id": ["a"], "first_aider": [True]})
    with pytest.raises(FactsError, match="keys are text or numbers"):
        assess_table(CLUBS, pa.table({"id": keys}), on=ON, key="id", children={"leaders": good})
    bad = pa.table({"id": keys, "first_aider": [True]})
    with pytest.raises(FactsError, match="keys are text or numbers"):
        assess_table(CLUBS, pa.table({"id": ["a"]}), on=ON, key="id", children={"leaders": bad})


def test_a_left_join_of_polars_gives_nobody_the_records_of_another() -> None:
    polars = pytest.importorskip("polars")
    clubs = polars.DataFrame({"id": ["a", "b", "c"]})
    leaders = polars.DataFrame(
        {"id": ["a", "c"], "leaders": [[{"first_aider": True}], [{"first_aider": True}]]}
    )
    joined = clubs.join(leaders, on="id", how="left")
    assert verdicts(joined, "EVERY", key="id") == ["met", "unknown", "met"]


@pytest.mark.filterwarnings("ignore")
def test_the_index_of_a_pandas_frame_is_no_column() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"insured": [True, False, True]})
    assert verdicts(frame[frame["insured"]], "INSURED") == ["met", "met"]


@pytest.mark.parametrize("thing", [None, 5, "clubs.csv", [1, 2]], ids=repr)
def test_what_is_no_table_is_refused_in_one_line(thing: Any) -> None:
    with pytest.raises(FactsError, match="cannot be read as a table"):
        assess_table(CLUBS, thing, on=ON)

"""What looks alike and is not, and what a cell cannot say: nothing of it is lost, and none of it passes."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from qa_rules.errors import ArgumentError, FactsError, NotFoundError, OutputError
from qa_rules.language import placeholders
from qa_rules.outputs import refuse
from tests.language.test_placeholders import WORDS
from tests.tables.clubs import CLUBS, ON

pa = pytest.importorskip("pyarrow")

import pyarrow.parquet as parquet  # noqa: E402

from qa_rules.tables import assess_table  # noqa: E402
from qa_rules.tables.files import open_table  # noqa: E402

DAY = datetime.date.fromisoformat(ON)


@pytest.mark.parametrize(
    "cell",
    [
        "[ ]",
        "{}",
        "set()",
        "()",
        "['A']",
        '["A", "B"]',
        "['A'; 'B']",
        "{'A'}",
        "('A', 'B')",
        "array(['A'])",
        "[\n]",
    ],
)
def test_a_list_as_a_program_writes_it_is_no_code(cell: str) -> None:
    found = assess_table(WORDS, pa.table({"codes": [cell, "A; B"]}), on=DAY)
    assert found.table.column("C").to_pylist() == ["unknown", "met"]
    assert found.faults.column("row").to_pylist() == [1]


def test_the_empty_set_is_still_written_with_two_brackets() -> None:
    found = assess_table(WORDS, pa.table({"codes": ["[]"]}), on=DAY)
    assert found.table.column("C").to_pylist() == ["not_met"]
    assert found.faults.num_rows == 0


@pytest.mark.parametrize(
    ("row", "record"),
    [
        ("a1", "A1"),
        ("a1", "a1\u200b"),
        ("a1", "\ufeffa1"),
        ("a 1", "a1"),
        ("a1", "a\u00ad1"),
        ("Si\u00e2n", "Sia\u0302n"),
        ("2026-01-01", "2026-01-01 00:00:00"),
        ("7", "7.0"),
        ("7", "7.00 "),
        ("7", "+7"),
        ("1000", "1,000"),
        ("'7", "7"),
        ("007", "7"),
        ("A7", "A007"),
        ("Stra\u00dfe", "STRASSE"),
        ("Si\u00e2n", "Sian"),
        ("St. Mary's", "St Marys"),
        ("1.10", "1.1"),
        ("2.5", "2.50"),
        ("v1.10", "v1.1"),
        ("\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2"),
        ("\u0131", "i"),
        ("\u0141\u00f3d\u017a", "Lodz"),
        ("\u00f8re", "ore"),
    ],
)
def test_a_list_is_not_whole_where_a_lost_record_has_a_key_that_looks_like_that_of_the_row(
    row: str, record: str
) -> None:
    table = pa.table({"id": [row, "other"], "leaders@partial": [False, False]})
    lost = pa.table({"id": [record], "called": ["Ann"], "first_aider": [True]})
    found = assess_table(CLUBS, table, on=DAY, key="id", children={"leaders": lost})
    assert found.table.column("SOME").to_pylist() == ["unknown", "not_met"]
    assert found.faults.num_rows == 1


@pytest.mark.parametrize(
    "nothing",
    [
        *placeholders.WORDS,
        "?",
        "-",
        "TBC",
        "#N/A",
        "\u200b",
        "\u00a0",
        "1E+03",
        "1.23457E+12",
        "123456789012345000",
    ],
)
def test_a_record_whose_key_stands_for_nothing_or_was_shortened_may_belong_to_any_row(nothing: str) -> None:
    table = pa.table({"id": ["a", "b"], "leaders@partial": [False, False]})
    child = pa.table({"id": ["a", nothing], "called": ["Ann", "Bo"], "first_aider": [True, False]})
    found = assess_table(CLUBS, table, on=DAY, key="id", children={"leaders": child})
    assert found.table.column("EVERY").to_pylist() == ["unknown", "unknown"]
    assert found.faults.num_rows == 1
    assert "may belong to any row" in found.faults.column("problem")[0].as_py()


@pytest.mark.parametrize("key", ["n/a", "TBC", "1E+03", "123456789012345000"])
def test_a_row_whose_key_stands_for_nothing_or_was_shortened_has_no_whole_list(key: str) -> None:
    table = pa.table({"id": [key, "b"], "leaders@partial": [False, False]})
    child = pa.table({"id": ["b"], "called": ["Ann"], "first_aider": [True]})
    found = assess_table(CLUBS, table, on=DAY, key="id", children={"leaders": child})
    assert found.table.column("EVERY").to_pylist() == ["unknown", "met"]


def test_long_numbers_in_full_are_keys_as_others_are() -> None:
    keys = ["123456789012345678", "123456789012345000", "1000"]
    table = pa.table({"id": keys, "leaders@partial": [False] * 3})
    child = pa.table({"id": keys, "called": ["Ann"] * 3, "first_aider": [True, False, True]})
    found = assess_table(CLUBS, table, on=DAY, key="id", children={"leaders": child})
    assert found.table.column("EVERY").to_pylist() == ["met", "not_met", "met"]


def test_keys_that_look_alike_and_have_rows_of_their_own_leave_both_lists_whole() -> None:
    keys = ["7", "007", "7.0", "a-1", "A1"]
    table = pa.table({"id": keys, "leaders@partial": [False] * 5})
    child = pa.table({"id": keys, "called": ["Ann"] * 5, "first_aider": [True, False, True, True, False]})
    found = assess_table(CLUBS, table, on=DAY, key="id", children={"leaders": child})
    assert found.table.column("EVERY").to_pylist() == ["met", "not_met", "met", "met", "not_met"]
    assert found.faults.num_rows == 0


NUMBERS: dict[str, tuple[list[Any], list[Any], list[str]]] = {
    "7 may have been 007": (["7", "007", "8"], [7, 8], ["unknown", "unknown", "met"]),
    "7 may have been 7.0": (["7", "7.0", "8"], [7, 8], ["unknown", "unknown", "met"]),
    "7 may have been a wide 7": (["7", "\uff17", "8"], [7, 8], ["unknown", "unknown", "met"]),
    "records of 007 and of 7 for a row 7": ([7, 8], ["7", "007", "8"], ["unknown", "met"]),
    "a number in a float": (["7", "07"], [7.0], ["unknown", "unknown"]),
    "no row but one is like it": (["007", "8"], [7, 8], ["unknown", "met"]),
    "less than nothing is another": ([-7, 7], ["7", "-7"], ["met", "met"]),
    "numbers on both sides": ([7, 70], [7, 70], ["met", "met"]),
}


@pytest.mark.parametrize("what", NUMBERS)
@pytest.mark.parametrize("chunks", [1, 2])
@pytest.mark.parametrize("as_text", [False, True])
def test_where_numbers_meet_text_no_record_is_used_that_may_be_of_another_row(
    what: str, chunks: int, as_text: bool
) -> None:
    rows, records, verdicts = NUMBERS[what]
    if as_text:  # as it comes from CSV and NDJSON
        rows, records = (
            [str(each).removesuffix(".0") if type(each) is float else str(each) for each in some]
            for some in (rows, records)
        )
    whole = pa.table({"id": rows, "leaders@partial": [False] * len(rows)})
    table = pa.concat_tables(
        [whole.slice(at * len(rows) // chunks, len(rows) // chunks + at) for at in range(chunks)]
    )
    assert table == whole
    child = pa.table({"id": records, "called": ["Ann"] * len(records), "first_aider": [True] * len(records)})
    found = assess_table(CLUBS, table, on=DAY, key="id", children={"leaders": child})
    for requirement in ("EVERY", "SOME"):
        assert found.table.column(requirement).to_pylist() == verdicts
    told = " ".join(found.faults.column("problem").to_pylist())
    assert ("as a number" in told) == ("may have" in what or "records of" in what or "float" in what)


def test_floats_of_a_column_with_a_gap_meet_whole_numbers_as_text() -> None:
    table = pa.table({"id": [7.0, 8.0, None], "leaders@partial": [False] * 3})
    child = pa.table({"id": ["7", "7.0"], "called": ["Ann"] * 2, "first_aider": [True, False]})
    found = assess_table(CLUBS, table, on=DAY, key="id", children={"leaders": child})
    assert found.table.column("EVERY").to_pylist() == ["unknown"] * 3
    assert "`id`" in found.faults.column("problem").to_pylist()[0]


def test_text_that_is_no_utf_8_is_a_fault_that_names_its_column(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, 1], pa.int32()).buffers()[1], pa.py_buffer(b"\xff")]
    )
    table = pa.table({"insured": [True], "signed_by": broken})
    with pytest.raises(FactsError, match="signed_by"):
        assess_table(CLUBS, table, on=DAY)
    parquet.write_table(table, tmp_path / "in.parquet")
    with pytest.raises(FactsError, match="signed_by"):
        assess_table(CLUBS, open_table(tmp_path / "in.parquet", CLUBS.vocabulary), on=DAY)


@pytest.mark.parametrize("children", [["leaders"], "leaders"])
def test_child_tables_that_are_no_mapping_are_a_wrong_argument(children: Sequence[object]) -> None:
    with pytest.raises(ArgumentError, match="children"):
        assess_table(CLUBS, pa.table({"id": ["a"]}), on=DAY, key="id", children=children)  # type: ignore[arg-type]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_named_pipe_is_refused_as_a_table_and_as_an_output(tmp_path: Path) -> None:
    pipe = tmp_path / "table.csv"
    os.mkfifo(pipe)
    with pytest.raises(NotFoundError, match="named pipe"):
        open_table(pipe, CLUBS.vocabulary)
    with pytest.raises(OutputError, match="named pipe"):
        refuse([pipe])

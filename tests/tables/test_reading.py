"""What a table may say, and what becomes of what it may not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.errors import ArgumentError, FactsError, NotFoundError
from qa_rules.model.facts import Evidence
from qa_rules.model.values import Strength, Unit
from qa_rules.semantics.dates import later
from tests.strategies import CALENDAR
from tests.tables.small import ON, RULESET, VOCABULARY

np = pytest.importorskip("numpy")
pa = pytest.importorskip("pyarrow")

from qa_rules.tables import (  # noqa: E402
    TableTask,
    assess_batches,
    assess_table,
    dates,
)
from qa_rules.tables.files import open_table  # noqa: E402
from qa_rules.tables.run import run_file  # noqa: E402

DAY = datetime.date


def verdicts(table: Any, name: str, **options: Any) -> list[str]:
    """The verdicts of one requirement, row by row, when nothing is at fault."""
    found = assess_table(RULESET, table, on=ON, **options)
    assert found.faults.to_pylist() == []
    words: list[str] = found.table[name].to_pylist()
    return words


def faults(table: Any, **options: Any) -> list[tuple[int, str, str]]:
    """Row, column and value of everything that did not fit."""
    found = assess_table(RULESET, table, on=ON, **options)
    return [(each["row"], each["column"], each["value"]) for each in found.faults.to_pylist()]


def refused(table: Any, **options: Any) -> str:
    with pytest.raises(FactsError) as caught:
        assess_table(RULESET, table, on=ON, **options)
    return str(caught.value)


def test_a_column_that_is_no_fact_is_refused_by_name_with_the_nearest_one() -> None:
    told = refused(pa.table({"insurred": [True], "volunteer": [1], "postcode": ["X1"]}))
    assert "`insurred` is no fact" in told
    assert "did you mean `insured`?" in told
    assert "did you mean `volunteers`?" in told
    assert "`postcode` is no fact" in told


def test_columns_that_are_kept_or_ignored_need_not_be_facts() -> None:
    found = assess_table(
        RULESET,
        pa.table({"name": ["A"], "postcode": ["X1"], "insured": [True]}),
        on=ON,
        keep=["name"],
        ignore=["postcode"],
    )
    assert found.table["name"].to_pylist() == ["A"]
    assert "postcode" not in found.table.column_names


def test_a_column_of_another_type_is_refused_with_what_is_due() -> None:
    told = refused(pa.table({"insured": [1.5], "hazards": [1], "venues": ["a"], "reviewed": [True]}))
    assert "`insured` holds double, and a yes or no is due" in told
    assert "cast it to booleans" in told
    assert "`hazards` holds int64, and a set of choices is due" in told
    assert "give a list of structs, or a child table" in told
    assert "`reviewed` holds bool, and a date is due" in told


def test_what_stands_beside_a_fact_is_checked_too() -> None:
    told = refused(pa.table({"insured": [True], "insured@strenght": ["seen"], "risk@on": [5]}))
    assert "did you mean `strength`?" in told
    assert "`risk@on` holds int64" in told


def test_a_kept_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="there is no column `name`"):
        assess_table(RULESET, pa.table({"insured": [True]}), on=ON, keep=["name"])


def test_a_value_that_does_not_fit_is_told_with_its_row_and_is_unknown_there() -> None:
    table = pa.table(
        {
            "id": ["a", "b", "c", "d"],
            "volunteers": [2, 401, -1, 3],
            "risk": ["low", "lwo", None, "high"],
            "insured": [True, True, False, None],
        }
    )
    found = assess_table(RULESET, table, on=ON, key="id")
    assert [
        (each["row"], each["key"], each["column"], each["value"]) for each in found.faults.to_pylist()
    ] == [
        (2, "b", "volunteers", "401"),
        (2, "b", "risk", "lwo"),
        (3, "c", "volunteers", "-1"),
    ]
    assert "did you mean `low`?" in [each["hint"] for each in found.faults.to_pylist()]
    assert found.table["Volunteers"].to_pylist() == ["not_met", "unknown", "unknown", "met"]
    assert found.table["Risk"].to_pylist() == ["met", "unknown", "unknown", "not_met"]
    # The rest of a row at fault counts.
    assert found.table["Insured"].to_pylist() == ["met", "met", "not_met", "unknown"]
    assert (found.summary.faults, found.summary.rows_at_fault) == (3, 2)


def test_numbers_may_come_as_floats_and_nan_is_unknown() -> None:
    table = pa.table(
        {"volunteers": pa.array([3.0, float("nan"), 2.0, None]), "income": [370.5, 370.51, 0.1, None]}
    )
    assert verdicts(table, "Volunteers") == ["met", "unknown", "not_met", "unknown"]
    assert verdicts(table, "Income") == ["met", "not_met", "met", "unknown"]


def test_a_part_of_a_person_is_no_whole_number() -> None:
    assert faults(pa.table({"volunteers": [2.5, 3.0]})) == [(1, "volunteers", "2.5")]


def test_dates_may_come_as_moments_at_midnight() -> None:
    noon = datetime.datetime(2026, 11, 22, 12)
    table = pa.table(
        {"reviewed": pa.array([datetime.datetime(2026, 11, 22), datetime.datetime(2026, 11, 23), None])}
    )
    assert verdicts(table, "Reviewed") == ["met", "not_met", "unknown"]
    assert [row for row, _, _ in faults(pa.table({"reviewed": pa.array([noon, None])}))] == [1]


def test_none_is_a_known_value() -> None:
    table = pa.table({"volunteers": [None, None, 5], "volunteers@none": [True, False, False]})
    assert verdicts(table, "Told") == ["not_met", "unknown", "met"]
    assert verdicts(table, "Volunteers") == ["unknown", "unknown", "met"]


def test_a_value_that_is_none_as_well_is_at_fault_and_unknown() -> None:
    table = pa.table({"volunteers": [5], "volunteers@none": [True]})
    assert faults(table) == [(1, "volunteers@none", "none")]
    assert assess_table(RULESET, table, on=ON).table["Told"].to_pylist() == ["unknown"]


def test_none_is_no_answer_where_there_always_is_one() -> None:
    assert faults(pa.table({"risk": [None, "low"], "risk@none": [True, False]})) == [(1, "risk@none", "none")]


def test_a_judgement_needs_a_person_and_a_date() -> None:
    table = pa.table({"safe": [True, True, True], "safe@by": ["A", None, "A"], "safe@on": [ON, ON, None]})
    assert verdicts(table, "Safe") == ["met", "unknown", "unknown"]
    evidence = Evidence(by="B", on=ON)
    assert verdicts(pa.table({"safe": [True, None]}), "Safe", evidence=evidence) == ["met", "unknown"]


def test_evidence_counts_on_its_dates_only() -> None:
    after, before = ON + datetime.timedelta(1), ON - datetime.timedelta(1)
    table = pa.table(
        {
            "insured": [True] * 4,
            "insured@on": [ON, after, None, None],
            "insured@valid_until": [None, None, before, ON],
        }
    )
    assert verdicts(table, "Insured") == ["met", "unknown", "unknown", "met"]


def test_strengths_come_by_row_and_else_from_the_whole_table() -> None:
    table = pa.table({"insured": [True, True, None], "insured@strength": ["verified", None, "seen"]})
    found = assess_table(RULESET, table, on=ON, evidence=Evidence(strength=Strength.SEEN))
    assert found.table["Insured@strength"].to_pylist() == ["verified", "seen", None]
    wrong = pa.table({"insured": [True], "insured@strength": ["strong"]})
    assert faults(wrong) == [(1, "insured@strength", "strong")]
    assert assess_table(RULESET, wrong, on=ON).table["Insured"].to_pylist() == ["unknown"]


def test_a_set_with_an_item_that_does_not_fit_is_unknown_in_its_row() -> None:
    table = pa.table({"hazards": [["tools"], ["tools", "fire"], [], None, ["water"]]})
    assert faults(table) == [(2, "hazards", '["tools", "fire"]')]
    found = assess_table(RULESET, table, on=ON).table["Dry"].to_pylist()
    assert found == ["met", "unknown", "unknown", "unknown", "not_met"]


VENUES = [
    [{"checked": True, "seats": 4}, {"checked": True, "seats": 2}],
    [{"checked": True, "seats": 4}, {"checked": None, "seats": 2}],
    [{"checked": False, "seats": 4}],
    [],
    None,
]


def test_records_are_lists_of_structs() -> None:
    assert verdicts(pa.table({"venues": VENUES}), "Venues") == [
        "met",
        "unknown",
        "not_met",
        "unknown",
        "unknown",
    ]


def test_a_field_at_fault_is_told_with_the_row_of_its_record() -> None:
    table = pa.table({"venues": [None, [{"checked": True, "seats": 3}, {"checked": True, "seats": 0}]]})
    assert faults(table) == [(2, "venues.seats", "0")]


def test_records_may_stand_in_a_table_of_their_own() -> None:
    table = pa.table({"id": ["a", "b", "c", "d"]})
    children = pa.table({"id": ["c", "a", "a"], "checked": [False, True, True]})
    options: dict[str, Any] = {"key": "id", "children": {"venues": children}}
    # A row without records says nothing of them, unless a column says that there are no others.
    assert verdicts(table, "Venues", **options) == ["met", "unknown", "not_met", "unknown"]
    partial = table.append_column("venues@partial", pa.array([True, False, True, None]))
    assert verdicts(partial, "Venues", **options) == ["unknown", "unknown", "not_met", "unknown"]
    assert "no column `id`" in refused(table, key="id", children={"venues": pa.table({"checked": [True]})})
    with pytest.raises(ArgumentError, match="child tables need a key"):
        assess_table(RULESET, pa.table({"insured": [True]}), on=ON, children={"venues": children})


@pytest.mark.parametrize("offset", [0, 1, 7, 8, 13])
def test_a_slice_of_a_table_is_read_where_it_begins(offset: int) -> None:
    said = [None if at % 5 == 0 else at % 3 == 0 for at in range(40)]
    whole = verdicts(pa.table({"insured": said}), "Insured")
    assert verdicts(pa.table({"insured": said}).slice(offset), "Insured") == whole[offset:]


def test_polars_and_duckdb_speak_arrow() -> None:
    polars, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    table = pa.table({"insured": [True, None], "risk": ["low", "high"], "hazards": [["tools"], None]})
    expected = assess_table(RULESET, table, on=ON).table.to_pylist()
    frame = polars.from_arrow(table).with_columns(polars.col("risk").cast(polars.Categorical))
    assert assess_table(RULESET, frame, on=ON).table.to_pylist() == expected
    connection = duckdb.connect()
    connection.register("rows", table)
    assert assess_table(RULESET, connection.sql("SELECT * FROM rows"), on=ON).table.to_pylist() == expected
    assert polars.DataFrame(assess_table(RULESET, table, on=ON)).height == 2


@pytest.mark.filterwarnings("ignore")
def test_pandas_speaks_arrow() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "insured": pandas.array([True, None, False], dtype="boolean"),
            "volunteers": [3.0, float("nan"), 2.0],
            "risk": pandas.Categorical(["low", "high", None]),
            "reviewed": pandas.to_datetime(["2026-11-22", None, "2026-11-23"]),
        }
    )
    found = assess_table(RULESET, frame, on=ON)
    assert found.faults.to_pylist() == []
    assert found.table["Insured"].to_pylist() == ["met", "unknown", "not_met"]
    assert found.table["Volunteers"].to_pylist() == ["met", "unknown", "not_met"]
    assert found.table["Risk"].to_pylist() == ["met", "not_met", "unknown"]
    assert found.table["Reviewed"].to_pylist() == ["met", "unknown", "not_met"]
    assert list(pandas.DataFrame.from_arrow(found)["Insured"]) == ["met", "unknown", "not_met"]


def test_a_stream_is_read_as_it_is_worked_and_not_at_once(tmp_path: Path) -> None:
    """What is larger than memory: a batch of the result is there before the next one is read."""
    table = pa.table({"insured": [True, None, False, True] * 25})
    read: list[int] = []

    def batches() -> Iterator[Any]:
        for at in range(10):
            read.append(at)
            yield table.to_batches()[0]

    for threads, ahead in ((1, 1), (2, 4)):
        read.clear()
        task = TableTask(ruleset=RULESET, on=ON, threads=threads, rows_at_once=64)
        reader = pa.RecordBatchReader.from_batches(table.schema, batches())
        rows = 0
        for part in assess_batches(reader, task):
            rows += part.table.num_rows
            assert len(read) <= rows // 100 + 1 + ahead
        assert rows == 1000


def test_a_stream_in_small_batches_comes_to_the_same_as_the_whole() -> None:
    said = [None if at % 5 == 0 else at % 3 == 0 for at in range(1000)]
    table = pa.table({"id": range(1000), "insured": said, "volunteers": [at % 500 for at in range(1000)]})
    whole = assess_table(RULESET, table, on=ON, key="id")
    for threads in (1, 2):
        task = TableTask(ruleset=RULESET, on=ON, key="id", threads=threads, rows_at_once=96)
        reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=7))
        parts = list(assess_batches(reader, task))
        assert len(parts) > 1
        assert pa.Table.from_batches([each.table for each in parts]).equals(whole.table)
        found = [fault for each in parts for fault in each.faults.to_pylist()]
        assert sorted(each["row"] for each in found) == sorted(
            each["row"] for each in whole.faults.to_pylist()
        )


def test_no_rows_are_no_rows() -> None:
    found = assess_table(RULESET, pa.table({"insured": pa.array([], pa.bool_())}), on=ON)
    assert found.table.num_rows == 0
    assert found.summary.rows == 0


LINES = """\
{"id": "a", "insured": true, "volunteers": 4, "income": 370.50, "hazards": ["tools"], "venues": [{"checked": true}]}
{"id": "b", "insured": "no", "volunteers": 900, "risk": "high", "hazards": [], "venues": []}
{"id": "c", "venues": 5, "insured": true}
{"id": "d",
{"id": "e", "volunteers": "none", "charity": "1098"}
"""
CELLS = """\
id,insured,volunteers,income,reviewed,risk,hazards,charity
a,true,4,370.50,2026-11-22,,tools,
b,no,900,,,high,[],
c,true,,,,,tools;water,
d,yes,,,,
e,,none,,,,,1098
"""


def test_lines_of_json_are_read_and_a_bad_one_is_a_row_of_which_nothing_is_known(tmp_path: Path) -> None:
    source, target, errors = (tmp_path / name for name in ("in.ndjson", "out.parquet", "errors.csv"))
    source.write_text(LINES, encoding="utf-8")
    task = TableTask(ruleset=RULESET, on=ON, key="id")
    summary = run_file(task, open_table(source, VOCABULARY), target, errors)
    import pyarrow.parquet as parquet

    rows = parquet.read_table(target).to_pylist()
    assert [row["id"] for row in rows] == ["a", "b", "c", None, "e"]
    assert [row["Insured"] for row in rows] == ["met", "not_met", "met", "unknown", "unknown"]
    assert [row["Volunteers"] for row in rows] == ["met", "unknown", "unknown", "unknown", "unknown"]
    assert [row["Told"] for row in rows] == ["met", "unknown", "unknown", "unknown", "not_met"]
    assert rows[0]["Income"] == "met"
    assert [row["Dry"] for row in rows][:2] == ["met", "unknown"]
    assert [row["Venues"] for row in rows][:3] == ["met", "unknown", "unknown"]
    assert rows[4]["Charity"] == "met"
    told = errors.read_text(encoding="utf-8")
    assert "900 is above the most that can be, 400" in told
    assert "`venues` is no list of records" in told
    assert "this line is no JSON" in told
    assert summary.faults == 3


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
def test_a_line_with_another_number_of_cells_is_a_row_of_which_nothing_is_known(
    tmp_path: Path, suffix: str
) -> None:
    source, target, errors = (tmp_path / name for name in ("in.csv", f"out.{suffix}", "errors.ndjson"))
    source.write_text(CELLS, encoding="utf-8")
    task = TableTask(ruleset=RULESET, on=ON, key="id")
    summary = run_file(task, open_table(source, VOCABULARY), target, errors)
    assert summary.rows == 5
    assert summary.counts["Insured"] == {"met": 2, "not_met": 1, "unknown": 2, "not_applicable": 0}
    assert summary.counts["Dry"] == {"met": 1, "not_met": 1, "unknown": 3, "not_applicable": 0}
    assert summary.counts["Told"] == {"met": 1, "not_met": 1, "unknown": 3, "not_applicable": 0}
    assert summary.counts["Charity"]["met"] == 1
    assert "this line has 6 cells, and 8 are due" in errors.read_text(encoding="utf-8")
    back = open_table(target, VOCABULARY)
    assert pa.Table.from_batches(list(back.batches), back.schema)["Insured"].to_pylist()[:2] == [
        "met",
        "not_met",
    ]


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no file"):
        open_table(tmp_path / "none.csv", VOCABULARY)
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(NotFoundError, match="is no table"):
        open_table(tmp_path / "notes.txt", VOCABULARY)


DATES = st.dates() | st.sampled_from([DAY.min, DAY.max, DAY(2024, 2, 29), DAY(2020, 1, 1), DAY(2027, 12, 31)])


@given(
    st.lists(st.tuples(DATES, st.integers(-(10**7), 10**7) | st.integers(-40, 40)), min_size=1),
    st.sampled_from(Unit),
)
def test_dates_move_in_arrays_as_they_do_one_by_one(moves: list[tuple[DAY, int]], unit: Unit) -> None:
    starts = np.array([dates.day_of(start) for start, _ in moves], np.int64)
    found, there = dates.later(starts, np.array([amount for _, amount in moves], np.int64), unit, CALENDAR)
    exists = np.ones(len(moves), bool) if there is None else there
    for (start, amount), day, known in zip(moves, found.tolist(), exists.tolist(), strict=True):
        assert (dates.date_of(day) if known else None) == later(start, amount, unit, CALENDAR)

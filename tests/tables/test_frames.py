"""Frames of pandas, Polars and DuckDB as people have them: of several kinds, of rare types, of nulls alone."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from qa_rules.errors import FactsError
from qa_rules.tables import assess_table
from tests.tables.clubs import CLUBS, ON

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

import numpy as np  # noqa: E402

DAY = datetime.date.fromisoformat(ON)
JUNE = datetime.date(2026, 6, 2)


def told(table: Any, **more: Any) -> tuple[Any, list[tuple[int | None, str]]]:
    found = assess_table(CLUBS, table, on=DAY, **more)
    return found.table.to_pydict(), [(each["row"], each["column"]) for each in found.faults.to_pylist()]


MIXED: dict[str, tuple[str, str, list[Any], list[str], list[int]]] = {
    "yes or no": (
        "insured", "INSURED", ["yes", True, None, "maybe", 1, False],
        ["met", "met", "unknown", "unknown", "unknown", "not_met"], [4, 5],
    ),
    "numbers": (
        "fee", "FEE",
        [2, "3.5", np.nan, 2.3, Decimal("7"), True, pandas.NA, np.float32(2.3), 2**70, "n/a",
         10**5_000, Decimal("1E+999999")],
        ["not_met", "met", "unknown", "met", "met", "unknown", "unknown", "met", "met", *["unknown"] * 3],
        [6, 10, 11, 12],
    ),
    "days": (
        "checked_on", "DAY",
        ["2026-06-02", JUNE, pandas.Timestamp("2026-06-02"), pandas.NaT, pandas.Timestamp("2026-06-02 09:00"), 46175],
        ["met", "met", "met", "unknown", "unknown", "unknown"], [5, 6],
    ),
    "text": (
        "signed_by", "SIGNED", ["Ada", 7, True, None, b"Ada", object(), ["Ada"], "n/a"],
        ["met", *["unknown"] * 7], [2, 3, 5, 6, 7, 8],
    ),
    "sets": (
        "schemes", "WALKS",
        [["walks"], "walks", None, np.array(["walks"]), ("walks",), {"walks"}, [7], ["walks", None]],
        ["met", "unknown", "unknown", "met", "met", "met", "unknown", "unknown"], [2, 7, 8],
    ),
    "records": (
        "leaders", "EVERY",
        [[{"first_aider": True}], "none", [{"first_aider": np.bool_(True)}], [{"first_aider": "no"}],
         [{"first_aider": 7}], [None]],
        ["met", "unknown", "met", "not_met", "unknown", "unknown"], [2, 5, 6],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MIXED)
@pytest.mark.parametrize("library", ["pandas", "polars", "lists"])
def test_a_value_of_another_kind_in_a_column_of_objects_costs_its_cell_and_is_told(
    name: str, library: str
) -> None:
    fact, requirement, values, verdicts, faults = MIXED[name]
    columns = {"id": [f"p{at}" for at in range(len(values))], fact: values}
    if library == "pandas":
        frame = pandas.DataFrame({each: pandas.Series(what, dtype=object) for each, what in columns.items()})
    elif library == "lists":
        frame = columns
    else:
        frame = polars.DataFrame({"id": columns["id"], fact: polars.Series(values, dtype=polars.Object)})
    table, lost = told(frame, key="id")
    assert table[requirement] == verdicts
    assert [row for row, _ in lost] == faults
    assert {column.partition(".")[0] for _, column in lost} <= {fact}
    assert table["id"] == columns["id"]


def test_columns_beside_one_of_several_kinds_go_the_way_that_arrow_knows() -> None:
    frame = pandas.DataFrame(
        {"fee": [2, "3.5"], "insured": [True, False], "signed_by": pandas.Categorical(["Ada", "Bo"])},
        index=["a", "b"],
    ).rename_axis("id")
    table, lost = told(frame, key="id")
    assert (table["FEE"], table["INSURED"], table["SIGNED"]) == (
        ["not_met", "met"],
        ["met", "not_met"],
        ["met"] * 2,
    )
    assert (table["id"], lost) == (["a", "b"], [])


@pytest.mark.parametrize("kind", ["Int128", "UInt128"])
def test_whole_numbers_of_128_bits_are_numbers(kind: str) -> None:
    if not hasattr(polars, kind):
        pytest.skip(f"this Polars has no {kind}")
    frame = polars.DataFrame({"fee": polars.Series([2, 3, None, 2**100], dtype=getattr(polars, kind))})
    table, lost = told(frame)
    assert table["FEE"] == ["not_met", "met", "unknown", "unknown"]
    assert lost == [(4, "fee")]


def test_a_lazy_frame_is_collected() -> None:
    table, _ = told(polars.LazyFrame({"fee": [2, 3]}).filter(polars.col("fee") > 2))
    assert table["FEE"] == ["met"]


@pytest.mark.parametrize(
    "given", [[{"fee": 3}], "fee", 7, None, polars.Series("fee", [3]), pandas.Series([3])]
)
def test_what_is_no_table_is_refused_in_one_line_of_ours(given: Any) -> None:
    with pytest.raises(FactsError) as refused:
        told(given)
    assert str(refused.value).startswith(f"no-table: this {type(given).__name__} cannot be read as a table\n")


def nulls() -> dict[str, Any]:
    """Columns in which nothing stands, in types that fit none of the facts."""
    facts = ["insured", "schemes", "checked_on", "signed_by", "charity", "leaders", "charity@none", "fee@on"]
    duckdb = pytest.importorskip("duckdb").connect()
    nothing = ", ".join(f'NULL AS "{each}"' for each in facts)
    numbers = pa.table({each: pa.nulls(2, pa.int32()) for each in facts})
    return {
        "pandas": pandas.DataFrame({each: [np.nan, np.nan] for each in facts}),
        "polars": polars.DataFrame(
            {each: [None, None] for each in facts}, schema=dict.fromkeys(facts, polars.Float64)
        ),
        "duckdb": duckdb.sql(f"SELECT {nothing} FROM range(2)"),
        "arrow": numbers,
        "a stream": numbers.to_reader(1),
        "floats that are no number": pa.table({each: [float("nan")] * 2 for each in facts}),
    }


@pytest.mark.parametrize("name", nulls())
def test_a_column_in_which_nothing_stands_is_unknown_whatever_its_type(name: str) -> None:
    table, lost = told(nulls()[name])
    assert lost == []
    assert {verdict for column in CLUBS.requirements for verdict in table[column.id]} == {"unknown"}


def test_a_field_of_records_in_which_nothing_stands_is_unknown() -> None:
    fields = pa.struct([("called", pa.int32()), ("first_aider", pa.bool_())])
    column = pa.array([[{"called": None, "first_aider": True}]], pa.list_(fields))
    assert told(pa.table({"leaders": column}))[0]["EVERY"] == ["met"]
    child = pa.table({"id": ["a"], "called": pa.nulls(1, pa.int32()), "first_aider": [True]})
    table = told(pa.table({"id": ["a"], "leaders@partial": [False]}), key="id", children={"leaders": child})[
        0
    ]
    assert (table["EVERY"], table["NAMED"]) == (["met"], ["unknown"])


@pytest.mark.parametrize("last", [1.5, 0.0])
def test_a_column_of_another_type_is_refused_where_one_value_stands_in_it(last: float) -> None:
    table = pa.table({"insured": [None] * 1000 + [last]})
    for source in (table, table.to_reader(10), polars.from_arrow(table), table.to_pandas()):
        with pytest.raises(FactsError, match="`insured` holds double, and a yes or no is due"):
            told(source)


def test_a_child_table_of_objects_of_several_kinds_is_read_and_told() -> None:
    child = pandas.DataFrame({"id": ["a", 7, None], "first_aider": ["yes", True, 3]})
    rows = pa.table({"id": ["a", "7"], "leaders@partial": [False, False]})
    table, lost = told(rows, key="id", children={"leaders": child})
    assert table["SOME"] == ["met", "met"]
    assert table["EVERY"] == ["unknown", "unknown"]
    assert lost == [(None, "leaders")]


def test_a_document_as_a_struct_is_told_to_stand_in_a_column_for_each_part() -> None:
    from qa_rules import load_ruleset

    frame = polars.DataFrame({"emergency_procedure": [{"exists": True, "dated": JUNE}]})
    with pytest.raises(FactsError) as refused:
        assess_table(load_ruleset("ss2q"), frame, on=DAY)
    assert "`emergency_procedure.exists`, `emergency_procedure.dated`" in (
        refused.value.diagnostics[0].hint or ""
    )


def test_moments_of_numpy_among_other_kinds_do_not_end_the_process() -> None:
    values = [np.datetime64("2026-06-02"), np.float32(2.3), (1,)]
    table, lost = told(pandas.DataFrame({"checked_on": pandas.Series(values, dtype=object)}))
    assert (table["DAY"], [row for row, _ in lost]) == (["met", "unknown", "unknown"], [2, 3])


def broken() -> Iterator[Any]:
    yield pa.record_batch({"fee": [3]})
    raise RuntimeError("the well ran dry")


class Torn:
    """Something that speaks Arrow, in principle."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise ConnectionError("the well ran dry")


def query(text: str) -> Any:
    connection = pytest.importorskip("duckdb").connect()
    connection.execute("CREATE TABLE wells AS SELECT 'x' AS fee, 7 AS insured, NULL::INTEGER AS schemes")
    return connection.sql(text)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            lambda: pa.RecordBatchReader.from_batches(pa.schema([("fee", pa.int64())]), broken()),
            "the well ran dry",
        ),
        (Torn, "the well ran dry"),
        (lambda: query("SELECT CAST(fee AS DECIMAL) AS fee FROM wells"), "Could not convert"),
        (lambda: polars.LazyFrame({"fee": ["x"]}).cast(polars.Float64), "conversion from"),
    ],
)
def test_what_breaks_while_it_is_read_is_told_in_its_own_words(source: Callable[[], Any], said: str) -> None:
    with pytest.raises(FactsError, match=f"cannot be read as a table: .*{said}") as refused:
        told(source())
    assert refused.value.diagnostics[0].hint == "this is what it says itself; put it right there"


def test_a_query_whose_columns_have_other_types_is_asked_once_more_when_it_is_done() -> None:
    assert told(query("SELECT fee, schemes FROM wells"))[1] == [(1, "fee")]
    with pytest.raises(FactsError, match="`insured` holds int32, and a yes or no is due"):
        told(query("SELECT insured FROM wells"))


@pytest.mark.parametrize(
    "table",
    [
        pandas.DataFrame(index=range(3)),
        pandas.DataFrame(index=list("abc")),
        pa.table({"x": [1, 2, 3]}).select([]),
    ],
    ids=["numbered", "named", "arrow"],
)
def test_rows_without_columns_are_rows_of_which_nothing_is_known(table: Any) -> None:
    found, lost = told(table)
    assert (found["FEE"], lost) == (["unknown"] * 3, [])

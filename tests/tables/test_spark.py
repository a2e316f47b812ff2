"""Inside Spark a DataFrame comes to what the same table comes to outside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_rules.errors import FactsError, QaRulesError
from tests.strategies import FEW
from tests.tables.small import ON, RULESET

pa = pytest.importorskip("pyarrow")
pyspark = pytest.importorskip("pyspark", reason="needs qa-rules[spark]")

from qa_rules.tables import TableTask, assess_table, table_of  # noqa: E402
from qa_rules.tables.spark import assess_frame, unpacked  # noqa: E402
from tests.tables.test_doors import KEY, agree, drawn  # noqa: E402

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(shutil.which("java") is None, reason="needs Java"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    import sys

    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    quiet = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.host": "127.0.0.1",
    }
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for key, value in quiet.items():
        builder = builder.config(key, value)
    found = builder.getOrCreate()
    yield found
    found.stop()


ROWS = [
    {
        "id": f"p{at}",
        "insured": None if at % 3 == 0 else at % 2 == 0,
        "volunteers": at * 7 % 450,
        "risk": ("low", "high", None)[at % 3],
        "hazards": ["tools"] if at % 2 else [],
        "venues": [{"checked": True, "seats": 3}] if at % 4 else None,
    }
    for at in range(500)
]


def test_a_frame_comes_to_the_same_as_a_table(session: Any) -> None:
    table = pa.Table.from_pylist(ROWS)
    frame = session.createDataFrame(table.to_pandas())
    task = TableTask(ruleset=RULESET, on=ON, key="id")
    found = {row["id"]: row.asDict() for row in assess_frame(frame.repartition(4), task).collect()}
    expected = assess_table(RULESET, table, on=ON, key="id")
    for row in expected.table.to_pylist():
        assert {name: found[row["id"]][name] for name in row} == row
    assert sum(row["faults"] for row in found.values()) == expected.summary.faults > 0


# A job of Spark takes half a second, so there are few.
@settings(
    FEW, max_examples=min(FEW.max_examples, 40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_generated_facts_come_to_the_same_in_spark(
    session: Any, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import pyarrow.parquet as parquet

    task, subjects = drawn(data)
    file = tmp_path_factory.mktemp("door") / "in.parquet"
    parquet.write_table(table_of(task.ruleset, subjects), file)
    found = {row[KEY]: row.asDict() for row in assess_frame(session.read.parquet(str(file)), task).collect()}
    assert sum(row["faults"] for row in found.values()) == 0
    agree([found[each.subject] for each in subjects], subjects, task)


def test_whole_files_packed_in_a_column_come_to_the_same(session: Any, tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    table = pa.Table.from_pylist(ROWS)
    parquet.write_table(table.slice(0, 300), tmp_path / "1.parquet")
    parquet.write_table(table.slice(300), tmp_path / "2.parquet")
    frame = session.read.format("binaryFile").load(f"{tmp_path}/*.parquet")
    task = TableTask(ruleset=RULESET, on=ON, key="id")
    expected = assess_table(RULESET, table, on=ON, key="id")
    by_id = {row["id"]: row for row in expected.table.to_pylist()}
    for row in assess_frame(frame, task).collect():
        assert {name: row[name] for name in by_id[row["id"]]} == by_id.pop(row["id"])
    assert by_id == {}
    batches = assess_frame(frame, task, packed=True).collect()
    found = [row for batch in batches for row in unpacked(batch["content"]).to_pylist()]
    assert sorted(found, key=lambda row: str(row["id"])) == sorted(
        expected.table.to_pylist(), key=lambda row: str(row["id"])
    )
    assert sum(row["rows"] for row in batches) == len(ROWS)
    assert sum(row["faults"] for row in batches) == expected.summary.faults


def test_files_that_do_not_fit_or_are_not_there_are_refused(session: Any, tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    parquet.write_table(pa.table({"insurred": [True]}), tmp_path / "1.parquet")
    read = session.read.format("binaryFile")
    with pytest.raises(FactsError, match="did you mean `insured`"):
        assess_frame(read.load(str(tmp_path)), TableTask(ruleset=RULESET, on=ON))
    empty = read.load(str(tmp_path)).where("path = ''")
    with pytest.raises(QaRulesError, match="no Parquet file"):
        assess_frame(empty, TableTask(ruleset=RULESET, on=ON))


def test_columns_that_do_not_fit_are_refused_before_anything_runs(session: Any) -> None:
    frame = session.createDataFrame([(True,)], ["insurred"])
    with pytest.raises(FactsError, match="did you mean `insured`"):
        assess_frame(frame, TableTask(ruleset=RULESET, on=ON))
    with pytest.raises(QaRulesError, match="child tables"):
        assess_frame(frame, TableTask(ruleset=RULESET, on=ON, key="id", children={"venues": None}))

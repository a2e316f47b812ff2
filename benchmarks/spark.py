"""Spark on two local cores beside `columns` on two threads, over the same Parquet files, warm, in turns.

Facts go to Spark's workers as whole files in one binary column, or as a column each; results come back as text, a
column each, or packed. Figures are seconds, the least and the most of the rounds, and the median ratio to `columns`.

`python -m benchmarks.spark [--rows 1000000] [--rounds 5]`
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from benchmarks import workload
from qa_rules.tables import TableTask, assess_batches
from qa_rules.tables.files import open_parquet
from qa_rules.tables.spark import assess_frame

FILES = 8
SLOW = 10.0
"""What takes so many seconds is run once, after a first time to warm up."""
OUTPUTS = {
    "outcomes and tiers": ("outcomes", "tiers"),
    "every verdict": ("outcomes", "tiers", "groups", "verdicts"),
}


def write(folder: Path, rows: int) -> None:
    """Write the peers' workload as a few files."""
    table = workload.table(rows)
    part = -(-rows // FILES)
    for at in range(FILES):
        parquet.write_table(table.slice(at * part, part), folder / f"part-{at}.parquet")


def task(outputs: tuple[str, ...]) -> TableTask:
    """Return what is asked."""
    return TableTask(
        ruleset=workload.ruleset(),
        on=workload.ON,
        policy=workload.policy(),
        key="subject",
        outputs=outputs,
        threads=2,
    )


def by_columns(folder: Path, asked: TableTask) -> int:
    """Assess the files without Spark; return how many rows there were."""
    files = [open_parquet(path) for path in sorted(folder.glob("*.parquet"))]
    batches = (batch for file in files for batch in file.iter_batches(131_072))
    reader = pa.RecordBatchReader.from_batches(files[0].schema_arrow, batches)
    return sum(each.summary.rows for each in assess_batches(reader, asked))


def session(memory: str = "3g") -> Any:
    """Return a local Spark on two cores."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": memory,
        "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
        # Two files or so to a task.
        "spark.sql.files.maxPartitionBytes": "16m",
    }
    builder = SparkSession.builder.master("local[2]").appName("benchmark")
    for key, value in settings.items():
        builder = builder.config(key, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("OFF")
    return found


def drained(frame: Any) -> None:
    """Run a frame to its end and throw the rows away."""
    frame.write.format("noop").mode("overwrite").save()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    spark = session()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, given.rows)
        files = spark.read.format("binaryFile").load(f"{folder}/*.parquet")
        table = spark.read.parquet(str(folder))
        for title, outputs in OUTPUTS.items():
            asked = task(outputs)
            ways: dict[str, Callable[[], object]] = {
                "columns": partial(by_columns, folder, asked),
                "Spark, files in, packed out": partial(drained, assess_frame(files, asked, packed=True)),
                "Spark, files in, text out": partial(drained, assess_frame(files, asked)),
                "Spark, columns in, text out": partial(drained, assess_frame(table, asked)),
            }
            times: dict[str, list[float]] = {way: [] for way in ways}
            for warm in range(given.rounds + 1):
                for way, run in ways.items():
                    if times[way] and min(times[way]) > SLOW:
                        continue
                    start = time.perf_counter()
                    run()
                    if warm:
                        times[way].append(time.perf_counter() - start)
            print(f"\n{given.rows:,} subjects, 120 facts, {title}")
            for way, each in times.items():
                ratio = statistics.median(
                    one / ours for one, ours in zip(each, times["columns"], strict=False)
                )
                print(f"  {way:28} {min(each):6.2f} - {max(each):6.2f} {ratio:7.2f}", flush=True)
    spark.stop()


if __name__ == "__main__":
    main()

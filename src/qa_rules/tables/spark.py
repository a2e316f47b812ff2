"""The same inside Spark: one function on a DataFrame. Needs the extra `spark`, and Java."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa

from qa_rules.errors import EngineUnavailableError, QaRulesError
from qa_rules.tables.task import TableTask

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def assess_frame(frame: DataFrame, task: TableTask) -> DataFrame:
    """Return a DataFrame with the columns that `task` keeps and its results, as text.

    Every partition is assessed batch by batch as Arrow; nothing is collected or shuffled. Values that do not fit are
    unknown in their row and are counted in the column `faults`. Child tables are for tables at hand: in Spark, join
    them to lists of structs first. Raises what `assess_table` raises, before anything runs.
    """
    try:
        from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
    except ImportError as error:
        raise EngineUnavailableError("Spark needs pyspark; install qa-rules[spark]") from error
    if task.children:
        raise QaRulesError("child tables are not for Spark; join them to lists of structs first")
    schema = to_arrow_schema(frame.schema)
    task.layout(schema)
    work = _Work(task)
    [empty] = work(iter([pa.RecordBatch.from_pylist([], schema)]))
    return frame.mapInArrow(work, from_arrow_schema(empty.schema))


@attrs.frozen(eq=False)
class _Work:
    """What runs on the workers: pickled with the rules in it, made ready once on each."""

    task: TableTask

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        layout = None
        for batch in batches:
            if layout is None:
                layout = self.task.layout(batch.schema)
            judged = self.task.judged(batch, layout)
            yield _as_text(judged.table, judged.faults, batch.num_rows)


def _as_text(table: pa.RecordBatch, faults: pa.RecordBatch, rows: int) -> pa.RecordBatch:
    """Spark knows no dictionaries."""
    arrays = [each.cast(pa.string()) if pa.types.is_dictionary(each.type) else each for each in table.columns]
    counts = [0] * rows
    for row in faults.column("row").to_pylist():
        counts[row - 1] += 1
    names = [*table.schema.names, "faults"]
    return pa.RecordBatch.from_arrays([*arrays, pa.array(counts, pa.int64())], names=names)

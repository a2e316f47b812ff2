"""The same inside Spark: one function on a DataFrame. Needs the extra `spark`, and Java.

Spark hands facts to Python row by row and column by column, which costs many times what the rules do. So a frame of
whole Parquet files, one packed in the binary column of a row, is taken too: `session.read.format("binaryFile")` gives
it, by Spark's own access to its storage, and the facts never pass through Java.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import attrs
import pyarrow as pa

from qa_rules.errors import EngineUnavailableError, QaRulesError
from qa_rules.tables.files import open_parquet
from qa_rules.tables.plain import plain_batch, plain_schema
from qa_rules.tables.streams import FEWEST, empty, joined
from qa_rules.tables.task import TableBatch, TableTask

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CONTENT: Final = "content"
"""The column that Spark's `binaryFile` puts the bytes of a file in."""
_FILES: Final = {"path", "modificationTime", "length", CONTENT}


def assess_frame(frame: DataFrame, task: TableTask, packed: bool = False) -> DataFrame:
    """Return a DataFrame with a row for each subject: the columns that `task` keeps and its results, as text.

    A row of `frame` is a subject, with a column for each fact. Or it is a whole Parquet file of subjects, as
    `session.read.format("binaryFile").load("directory/*.parquet")` reads them, which is several times faster.
    Every partition is assessed batch by batch; nothing is collected or shuffled. Values that do not fit are unknown
    in their row and are counted in the column `faults`. With `packed` a row of the result is a batch of subjects:
    how many `rows` and `faults`, and in `content` a table for `unpacked`, which pays where all verdicts are asked.
    Child tables are for tables at hand: in Spark, join them to lists of structs first. Raises what `assess_table`
    raises, before anything is assessed.
    """
    try:
        from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
    except ImportError as error:
        raise EngineUnavailableError("Spark needs pyspark; install qa-rules[spark]") from error
    if task.children:
        raise QaRulesError("child tables are not for Spark; join them to lists of structs first")
    in_files = CONTENT in frame.columns and set(frame.columns) <= _FILES
    schema = plain_schema(_first_schema(frame) if in_files else to_arrow_schema(frame.schema))
    task.layout(schema)
    [none] = _Work(task, packed, ())(iter([empty(schema)]))
    made = from_arrow_schema(none.schema)
    if in_files:
        return frame.select(CONTENT).mapInArrow(_FileWork(task, packed, ()), made)
    # By name Spark would look for `plan.exists` inside a column `plan`, so the names travel apart.
    plain = frame.toDF(*(f"c{at}" for at in range(len(frame.columns))))
    return plain.mapInArrow(_Work(task, packed, tuple(frame.columns)), made)


def unpacked(content: bytes) -> pa.Table:
    """Return the table in the column `content` of a packed result."""
    return pa.ipc.open_stream(content).read_all()


def _first_schema(frame: DataFrame) -> pa.Schema:
    """The columns of the first file, read where it is. QaRulesError when there is none."""
    found = frame.select(CONTENT).limit(1).mapInArrow(_schemas, "schema binary").collect()
    if not found:
        raise QaRulesError("there is no Parquet file to assess; correct the path")
    return pa.ipc.read_schema(pa.py_buffer(found[0][0]))


def _schemas(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for file in _files(batches):
        written = file.schema_arrow.remove_metadata().serialize().to_pybytes()
        yield pa.RecordBatch.from_arrays([pa.array([written], pa.binary())], ["schema"])


def _files(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.parquet.ParquetFile]:
    for batch in batches:
        for content in batch.column(CONTENT):
            yield open_parquet(pa.BufferReader(content.as_buffer()))


@attrs.frozen(eq=False)
class _Work:
    """What runs on the workers: pickled with the rules in it, made ready once on each."""

    task: TableTask
    packed: bool
    names: tuple[str, ...]
    """Of the columns that are handed in; empty where they bring their own."""

    def __reduce__(self) -> tuple[Callable[..., _Work], tuple[type[_Work], bytes, bool, tuple[str, ...]]]:
        # A copy: what was made ready here is made ready again there.
        return _revived, (type(self), pickle.dumps(attrs.evolve(self.task)), self.packed, self.names)

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Assess the batches of a partition."""
        layout = None
        named = (batch.rename_columns(self.names) for batch in batches) if self.names else batches
        for batch in joined(map(plain_batch, named)):
            if layout is None:
                layout = self.task.layout(batch.schema)
            judged = self.task.judged(batch, layout)
            yield _packed(judged) if self.packed else _as_text(judged.table, judged.faults, batch.num_rows)


def _revived(kind: type[_Work], task: bytes, packed: bool, names: tuple[str, ...]) -> _Work:
    return kind(_task(task), packed, names)


@lru_cache(maxsize=4)
def _task(written: bytes) -> TableTask:
    """A worker that is used again has the rules ready."""
    found: TableTask = pickle.loads(written)
    return found


@attrs.frozen(eq=False)
class _FileWork(_Work):
    """The same over files, each of which may have its own order of columns."""

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Assess the files of a partition."""
        for file in _files(batches):
            yield from _Work.__call__(self, file.iter_batches(FEWEST * 2))


def _packed(judged: TableBatch) -> pa.RecordBatch:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, judged.table.schema) as writer:
        writer.write_batch(judged.table)
    counts = pa.array([judged.table.num_rows], pa.int64()), pa.array([judged.faults.num_rows], pa.int64())
    content = pa.array([sink.getvalue().to_pybytes()], pa.binary())
    return pa.RecordBatch.from_arrays([*counts, content], ["rows", "faults", CONTENT])


def _as_text(table: pa.RecordBatch, faults: pa.RecordBatch, rows: int) -> pa.RecordBatch:
    """Spark knows no dictionaries."""
    arrays = [each.cast(pa.string()) if pa.types.is_dictionary(each.type) else each for each in table.columns]
    counts = [0] * rows
    for row in faults.column("row").to_pylist():
        counts[row - 1] += 1
    names = [*table.schema.names, "faults"]
    return pa.RecordBatch.from_arrays([*arrays, pa.array(counts, pa.int64())], names=names)

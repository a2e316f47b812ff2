"""Tables as streams of batches, whatever they come from, laid out as they are behind the door."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.errors import Diagnostic, FactsError, QaRulesError
from qa_rules.escaping import inert
from qa_rules.tables.children import Lost
from qa_rules.tables.plain import plain, plain_batch, plain_schema

MOST: Final = 524_288
"""Rows of a batch at most: enough that a plane is worth an operation, few enough that it stays near the processor."""
FEWEST: Final = 65_536
"""Smaller batches of a stream are joined up to this many rows."""
BYTES: Final = 2**28
"""So much memory of columns is worked at once, when a batch has enough rows."""
_SAID: Final = 200
_TABLES: Final = (
    "give a table of pyarrow, Polars, pandas or DuckDB; pyarrow.Table.from_pylist makes one of a list of rows"
)
_NO_TABLE: Final = (TypeError, AttributeError, ValueError)
"""What Python says of a thing that is no table at all, and says nothing to whoever handed it in."""


@attrs.define(eq=False)
class TableFile:
    """A file as a stream of batches. `unread` fills, as it is read, with the lines and cells that are not used."""

    path: Path
    batches: Iterable[pa.RecordBatch]
    schema: pa.Schema
    size: int
    """Rows of a Parquet file, bytes of others."""
    done: Callable[[], int] | None
    """Bytes read so far; None when rows are counted."""
    column: Callable[[str], Iterable[pa.Array]]
    """Reads one column, apart from the batches."""
    unread: deque[Lost] = attrs.field(factory=deque)
    """In the order of their rows, which count from 1. Such a line is a row of which nothing is known."""


@attrs.frozen(eq=False)
class WholeTable:
    """A file that was read whole."""

    table: pa.Table
    unread: deque[Lost]

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


def unread_of(source: Any) -> deque[Lost]:
    """Return the lines and cells of a source that are not used, if it is a file."""
    return source.unread if isinstance(source, TableFile | WholeTable) else deque()


def as_table(source: Any) -> pa.Table:
    """Return a table of anything that speaks Arrow. FactsError when it does not."""
    if isinstance(source, pa.Table):
        return source
    with refused(source):
        if isinstance(source, pa.RecordBatchReader):
            return source.read_all()
        if isinstance(source, pa.RecordBatch):
            return pa.Table.from_batches([source])
        return pa.table(source)


def repeatable(source: Any) -> Any:
    """Return a source that can be read more than once: a stream that cannot is read whole."""
    return source if isinstance(source, TableFile | WholeTable | pa.Table) else as_table(source)


def column_of(source: Any, name: str) -> Iterator[pa.Array]:
    """Return one column of a source that can be read more than once, as it is laid out behind the door."""
    if isinstance(source, TableFile):
        return map(plain, source.column(name))
    return map(plain, as_table(source).column(name).chunks)


def holds_nothing(source: Any, children: Mapping[str, Any], label: str) -> bool:
    """Whether there is no value in a column, or in a field of records, as `leaders.called`; NaN is none."""
    name, _, field = label.partition(".")
    if label in (source.schema if isinstance(source, TableFile) else as_table(source).schema).names:
        arrays = column_of(source, label)
    elif name in children:
        arrays = column_of(children[name], field)
    else:
        arrays = (each.flatten().field(field) for each in column_of(source, name))
    return all(pc.all(pc.is_null(each, nan_is_null=True)).as_py() is not False for each in arrays)


def opened(source: Any) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return anything that speaks Arrow as a schema and its batches, as they are laid out behind the door."""
    if isinstance(source, TableFile):
        return plain_schema(source.schema), map(plain_batch, source.batches)
    if isinstance(source, pa.RecordBatchReader):
        reader = source
    elif hasattr(source, "__arrow_c_stream__") and not isinstance(source, pa.Table):
        with refused(source):
            reader = pa.RecordBatchReader.from_stream(source)
    else:
        reader = as_table(source).to_reader()
    with refused(source):
        return plain_schema(reader.schema), map(plain_batch, _read(reader, source))


def _read(reader: pa.RecordBatchReader, source: Any) -> Iterator[pa.RecordBatch]:
    while True:
        with refused(source, ()):
            batch = next(reader, None)
        if batch is None:
            return
        yield batch


@contextmanager
def refused(source: Any, of_python: tuple[type[Exception], ...] = _NO_TABLE) -> Iterator[None]:
    """What cannot be read, in the words of the library.

    A source works while it is read (a query, a lazy frame, a generator), and what it says when it fails is told; not
    so what is `of_python`.
    """
    try:
        yield
    except QaRulesError:
        raise
    except Exception as error:
        message, hint = f"this {type(source).__name__} cannot be read as a table", _TABLES
        if not isinstance(error, of_python):
            message += f": {inert(str(error).partition(chr(10))[0][:_SAID])}"
            hint = "this is what it says itself; put it right there"
        raise FactsError([Diagnostic("no-table", message, hint=hint)]) from error


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch without rows."""
    columns = [column.combine_chunks() for column in schema.empty_table().columns]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def joined(batches: Iterable[pa.RecordBatch], rows: int = 0) -> Iterator[pa.RecordBatch]:
    """Cut large batches and join small ones; one batch at least, though it be empty."""
    waiting: list[pa.RecordBatch] = []
    given = False
    for batch in batches:
        rows = rows or _fitting(batch)
        for at in range(0, max(batch.num_rows, 1), rows or 1):
            waiting.append(batch.slice(at, rows))
            if sum(each.num_rows for each in waiting) >= min(rows or FEWEST, FEWEST):
                given = True
                yield _joined(waiting)
                waiting = []
    if any(each.num_rows for each in waiting) or (waiting and not given):
        yield _joined(waiting)


def _fitting(batch: pa.RecordBatch) -> int:
    """Return how many rows like these to work at once; 0 when there is none to go by."""
    if not batch.num_rows:
        return 0
    rows = BYTES // max(int(batch.nbytes) // int(batch.num_rows), 1)
    return min(max(rows, FEWEST), MOST) // 64 * 64


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) > 1:
        batches = [each for each in batches if each.num_rows] or batches[:1]
    if len(batches) == 1:
        return batches[0]
    whole: pa.RecordBatch = pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
    return whole

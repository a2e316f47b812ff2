"""What was not used of a table: values that do not fit, lines that cannot be read, records that find no row.

One collector for every command and function over tables. Whoever reads a table empties it.
"""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs
import pyarrow as pa
import pyarrow.parquet

from qa_rules.tables.children import Child, Lost
from qa_rules.tables.read import ColumnFaults

FAULTS: Final = pa.schema(
    [
        ("row", pa.int64()),
        ("key", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("problem", pa.string()),
        ("hint", pa.string()),
    ]
)
"""The columns of the table of faults. Rows count from 1, as they stand in the file."""
_LONGEST_HEADING: Final = 2**16


@attrs.define(eq=False)
class Collector:
    """Gathers, over one run, what was not used. Every row's faults come once, with the batch of the row."""

    children: Mapping[str, Child]
    unread: deque[Lost] = attrs.field(factory=deque)
    """Fills as a file is read: lines that cannot be read, in the order of their rows."""
    first: int = 0
    """The first row of the next batch, counted from 0."""

    def of_batch(
        self, found: Iterable[Sequence[ColumnFaults]], batch: pa.RecordBatch, key: str
    ) -> pa.RecordBatch:
        """Return what was not used of the next batch, as several readings of it found."""
        first, last = self.first, self.first + batch.num_rows
        self.first = last
        lost: dict[Lost, int | None] = {}
        while self.unread and (self.unread[0].row or 0) <= last:
            each = self.unread.popleft()
            lost[each] = None if each.row is None else each.row - first - 1
        for one in found:
            lost |= _of_columns(one, first)
        lost = dict(sorted(lost.items(), key=lambda each: (each[0].row is None, each[0].row or 0)))
        rows = [row for row in lost.values() if row is not None]
        keys = iter(
            texts_of(batch.column(key).take(pa.array(rows, pa.int64()))) if key else [None] * len(rows)
        )
        return faults_of(lost, (next(keys) if row is not None else None for row in lost.values()))

    def pass_over(self, batch: pa.RecordBatch, key: str) -> None:
        """Take it that a batch was told of before."""
        self.first += batch.num_rows
        while self.unread and (self.unread[0].row or 0) <= self.first:
            self.unread.popleft()
        for child in self.children.values():
            child.of_rows(batch.column(key))

    def rest(self) -> list[Lost]:
        """Return, once every batch was judged, what belongs to no row."""
        lost = list(self.unread)
        self.unread.clear()
        for child in self.children.values():
            lost += [*child.astray, *child.unmatched()]
        return lost


def faults_of(lost: Iterable[Lost], keys: Iterable[str | None] = ()) -> pa.RecordBatch:
    """Return faults as a batch of the table of faults."""
    found = list(lost)
    named = list(keys) or [None] * len(found)
    columns = [
        [each.row for each in found],
        [None if each is None else _whole(each) for each in named],
        [each.column or None for each in found],
        [_whole(each.value) for each in found],
        [each.problem for each in found],
        [each.hint for each in found],
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, FAULTS, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=FAULTS)


def _of_columns(found: Sequence[ColumnFaults], first: int) -> dict[Lost, int | None]:
    return {
        Lost(first + row + 1, each.column, value, message, hint): row
        for each in found
        for row, value, message, hint in zip(
            each.faults.rows.tolist(),
            each.faults.values,
            each.faults.messages,
            each.faults.hints,
            strict=True,
        )
    }


def is_errors_file(path: Path) -> bool:
    """Whether a file is a table of faults, by the names of its columns. An empty file holds nothing else."""
    try:
        if not path.stat().st_size:
            return True
        if path.suffix.lower() == ".parquet":
            return bool(pa.parquet.read_schema(path).names == FAULTS.names)
        with path.open("rb") as file:
            first = file.readline(_LONGEST_HEADING).decode("utf-8-sig")
        if path.suffix.lower() == ".csv":
            return next(csv.reader([first]), []) == [*FAULTS.names]
        said = json.loads(first)
    except (OSError, ValueError, pa.ArrowException, csv.Error, RecursionError):
        return False
    return isinstance(said, dict) and [*said] == [*FAULTS.names]


def texts_of(keys: pa.Array) -> list[str | None]:
    """Return the names of rows as text."""
    return [None if each is None else str(each) for each in keys.to_pylist()]


def _whole(text: str) -> str:
    """Half a character cannot be written."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

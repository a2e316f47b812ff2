"""Tables written to files: Parquet, CSV and NDJSON, by the suffix, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

import attrs
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from qa_rules.errors import NotFoundError
from qa_rules.escaping import cell, inert
from qa_rules.outputs import replacing
from qa_rules.tables.files import SUFFIXES

_MARK: Final = b"\xef\xbb\xbf"
"""Spreadsheets want to see it before UTF-8; programs that read CSV skip it."""


def check_suffix(path: Path) -> None:
    """Do nothing if a table can be written to a file of this name. NotFoundError when it cannot."""
    if path.suffix.lower() not in SUFFIXES:
        raise NotFoundError(f"{path} is no table; there are {', '.join(SUFFIXES)}")


def save(table: pa.Table, path: Path, inputs: Iterable[Path] = ()) -> None:
    """Write a table in place of a file. OutputError when it cannot be written; what was there is still there."""
    with saving(path, inputs) as write:
        for batch in table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]:
            write.write(batch)


@contextmanager
def saving(path: Path, inputs: Iterable[Path] = ()) -> Iterator[TableWriter]:
    """Yield a writer of what takes the place of a file when the block ends without an error."""
    check_suffix(path)
    with replacing(path, inputs) as beside:
        writer = TableWriter(beside, path.suffix.lower())
        try:
            yield writer
        except BaseException:
            with suppress(Exception):
                writer.close()
            raise
        writer.close()


@attrs.define(eq=False)
class TableWriter:
    """Writes batches of one schema to a file."""

    path: Path
    suffix: str
    file: BinaryIO | None = None
    writer: Any = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch."""
        if self.file is None:
            self.file = self.path.open("wb")
        match self.suffix:
            case ".parquet":
                if self.writer is None:
                    self.writer = pa.parquet.ParquetWriter(self.file, batch.schema)
                self.writer.write_batch(batch)
            case ".csv":
                plain = _cells(batch)
                if self.writer is None:
                    self.file.write(_MARK)
                    self.writer = pa.csv.CSVWriter(self.file, plain.schema)
                self.writer.write_batch(plain)
            case _:
                for row in batch.to_pylist():
                    self.file.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")

    def close(self) -> None:
        """End the file."""
        with ExitStack() as stack:
            for each in (self.file, self.writer):
                if each is not None:
                    stack.callback(each.close)


def _cells(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Words in place of codes, lists as text, and nothing that a spreadsheet would run: what a CSV file can hold."""
    arrays = [_cell_column(column) for column in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=[cell(inert(name)) for name in batch.schema.names])


def _cell_column(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        words = pa.array(
            [None if each is None else cell(inert(str(each))) for each in column.dictionary.to_pylist()]
        )
        return pa.DictionaryArray.from_arrays(column.indices, words.cast(pa.string())).cast(pa.string())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.array(
            [None if each is None else cell(inert(each)) for each in column.to_pylist()], pa.string()
        )
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        cells = [
            None if each is None else json.dumps(each, ensure_ascii=False, default=str)
            for each in column.to_pylist()
        ]
        return pa.array(cells, pa.string())
    return column

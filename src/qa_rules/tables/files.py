"""Tables in files: Parquet, CSV and NDJSON, read and written in batches, so that they may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from qa_rules.errors import NotFoundError
from qa_rules.model.facts import FactDeclaration, Vocabulary
from qa_rules.tables.cells import open_csv, refused
from qa_rules.tables.lines import open_ndjson
from qa_rules.tables.streams import FEWEST, TableFile, WholeTable

SUFFIXES: Final = (".parquet", ".csv", ".ndjson", ".jsonl")
_SHOWN: Final = 200


def open_table(path: Path, vocabulary: Vocabulary, rows: int = FEWEST * 2, collection: str = "") -> TableFile:
    """Open a file by its suffix: a table of subjects, or of the records of a collection.

    NotFoundError when there is none, or its suffix is that of no table; FactsError when it cannot be read.
    """
    if path.is_fifo():
        raise NotFoundError(f"cannot read {path}: it is a named pipe; name a file")
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "no plain file"
        raise NotFoundError(f"cannot read {path}: it is {kind}; name a file")
    if not path.is_file():
        raise NotFoundError(f"there is no file {path}")
    try:
        match path.suffix.lower():
            case ".parquet":
                return _parquet(path, rows)
            case ".csv":
                return open_csv(path)
            case ".ndjson" | ".jsonl":
                return open_ndjson(path, _declared(vocabulary, collection))
            case _:
                raise NotFoundError(
                    f"{path} is no table; there are {', '.join(SUFFIXES)}; save a sheet as CSV"
                )
    except OSError as error:
        raise NotFoundError(f"cannot read {path}: {error.strerror or error}") from error


def _declared(vocabulary: Vocabulary, collection: str) -> dict[str, FactDeclaration]:
    if collection in vocabulary.collections:
        return dict(vocabulary.collections[collection].fields)
    return {**vocabulary.facts, **vocabulary.scalars}


def read_table(path: Path, vocabulary: Vocabulary, collection: str = "") -> WholeTable:
    """Return a whole file, with the lines and cells of it that are not used."""
    file = open_table(path, vocabulary, collection=collection)
    return WholeTable(pa.Table.from_batches(file.batches, file.schema), file.unread)


def open_parquet(source: Any) -> parquet.ParquetFile:
    """Open a Parquet file by its path or from memory; texts are read as codes into the words that occur."""
    file = parquet.ParquetFile(source)
    texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
    return parquet.ParquetFile(source, metadata=file.metadata, read_dictionary=texts)


def _parquet(path: Path, rows: int) -> TableFile:
    def column(name: str) -> Iterator[pa.Array]:
        with _readable(path):
            alone = open_parquet(path).iter_batches(rows, columns=[name])
        return (batch.column(name) for batch in _row_groups(path, alone))

    with _readable(path):
        file = open_parquet(path)
        batches = _row_groups(path, file.iter_batches(rows))
        return TableFile(path, batches, file.schema_arrow, file.metadata.num_rows, None, column)


def _row_groups(path: Path, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    while True:
        with _readable(path):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What Arrow says of a file that is damaged or none of its own, with the name of the file."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        told = str(error).partition("\n")[0][:_SHOWN]
        raise refused(path, "no-table", f"this is no whole Parquet file: {told}", "write it again") from error

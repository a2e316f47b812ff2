"""Tables in files: Parquet, CSV and NDJSON, read and written in batches, so that they may be larger than memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from qa_rules.errors import NotFoundError
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.tables.task import FEWEST

SUFFIXES: Final = (".parquet", ".csv", ".ndjson", ".jsonl")
_LINES: Final = 20_000
_SHOWN: Final = 200


@attrs.define(eq=False)
class TableFile:
    """A file as a stream of batches. `unread` fills with the lines that are no rows of it."""

    path: Path
    batches: Iterable[pa.RecordBatch]
    schema: pa.Schema
    size: int
    """Rows of a Parquet file, bytes of others."""
    done: Callable[[], int] | None
    """Bytes read so far; None when rows are counted."""
    unread: list[tuple[int | None, str, str]] = attrs.field(factory=list)
    """Row counted from 1 (None when it is left out), text, problem."""

    def reader(self) -> pa.RecordBatchReader:
        """Return the batches as a stream."""
        return pa.RecordBatchReader.from_batches(self.schema, self.batches)


def open_table(path: Path, vocabulary: Vocabulary, rows: int = FEWEST * 2) -> TableFile:
    """Open a file by its suffix. NotFoundError when there is none, or when it is no table."""
    if not path.is_file():
        raise NotFoundError(f"there is no file {path}")
    match path.suffix.lower():
        case ".parquet":
            return _parquet(path, rows)
        case ".csv":
            return _csv(path)
        case ".ndjson" | ".jsonl":
            return _ndjson(path, vocabulary)
        case _:
            raise NotFoundError(f"{path.name} is no table; there are {', '.join(SUFFIXES)}")


def read_table(path: Path, vocabulary: Vocabulary) -> pa.Table:
    """Return a whole file."""
    file = open_table(path, vocabulary)
    return file.reader().read_all()


def open_parquet(source: Any) -> pa.parquet.ParquetFile:
    """Open a Parquet file by its path or from memory; texts are read as codes into the words that occur."""
    file = pa.parquet.ParquetFile(source)
    texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
    return pa.parquet.ParquetFile(source, metadata=file.metadata, read_dictionary=texts)


def _parquet(path: Path, rows: int) -> TableFile:
    file = open_parquet(path)
    return TableFile(path, file.iter_batches(rows), file.schema_arrow, file.metadata.num_rows, None)


def _csv(path: Path) -> TableFile:
    """Every cell is text, and what it says is up to the vocabulary. An empty cell is unknown."""
    stream = pa.input_stream(str(path))
    unread: list[tuple[int | None, str, str]] = []

    def wrong(row: Any) -> str:
        problem = f"this line has {row.actual_columns} cells, and {row.expected_columns} are due"
        unread.append((None, str(row.text)[:_SHOWN], problem))
        return "skip"

    with path.open(encoding="utf-8-sig") as file:
        names = pa.csv.read_csv(pa.py_buffer(file.readline().encode() + b"\n")).column_names
    reader = pa.csv.open_csv(
        stream,
        parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=wrong),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return TableFile(path, reader, reader.schema, path.stat().st_size, stream.tell, unread)


# Lines of JSON


def _ndjson(path: Path, vocabulary: Vocabulary) -> TableFile:
    """One object a line. A line that cannot be read is a row of which nothing is known."""
    unread: list[tuple[int | None, str, str]] = []
    names: dict[str, None] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            found, _ = _object(line)
            names.update(dict.fromkeys(found))
    declared = {**vocabulary.facts, **vocabulary.scalars}
    first = _batch([], list(names), declared)
    stream = path.open("rb")

    def batches() -> Iterator[pa.RecordBatch]:
        row, rows = 0, []
        with stream:
            for line in stream:
                row += 1
                found, problem = _object(line.decode("utf-8", "replace"))
                for name in [each for each in found if _misshapen(found[each], declared.get(each))]:
                    problem = f"`{name}` is no list of records"
                    del found[name]
                if problem:
                    unread.append((row, line.decode("utf-8", "replace").strip()[:_SHOWN], problem))
                rows.append(found)
                if len(rows) == _LINES:
                    yield _batch(rows, list(names), declared)
                    rows = []
        if rows:
            yield _batch(rows, list(names), declared)

    return TableFile(path, batches(), first.schema, path.stat().st_size, _telling(stream.tell), unread)


def _telling(tell: Callable[[], int]) -> Callable[[], int]:
    last = [0]

    def told() -> int:
        # Once everything was read the file is closed.
        with suppress(ValueError):
            last[0] = tell()
        return last[0]

    return told


def _object(line: str) -> tuple[dict[str, Any], str]:
    try:
        found = json.loads(line, parse_float=Decimal)
    except ValueError:
        return {}, "this line is no JSON"
    return (found, "") if isinstance(found, dict) else ({}, "this line is no JSON object")


def _misshapen(value: Any, declared: FactDeclaration | None) -> bool:
    if declared is None or declared.type is not FactType.COLLECTION or value is None:
        return False
    return not isinstance(value, list) or not all(isinstance(each, dict) for each in value)


def _batch(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str], declared: Mapping[str, FactDeclaration]
) -> pa.RecordBatch:
    arrays = [_column([row.get(name) for row in rows], declared.get(name)) for name in names]
    return pa.RecordBatch.from_arrays(arrays, names=list(names))


def _column(values: Sequence[Any], declared: FactDeclaration | None) -> pa.Array:
    """Text for every value, lists of text for sets, lists of structs for collections."""
    if declared is not None and declared.type is FactType.COLLECTION:
        every = [record for value in values for record in value or ()]
        fields = list(dict.fromkeys([*declared.fields, *(key for record in every for key in record)]))
        arrays = [_column([record.get(key) for record in every], declared.fields.get(key)) for key in fields]
        structs = pa.StructArray.from_arrays(arrays, names=fields)
        offsets: list[int | None] = []
        total = 0
        for value in values:
            offsets.append(None if value is None else total)
            total += len(value or ())
        return pa.ListArray.from_arrays(pa.array([*offsets, total], pa.int32()), structs)
    if declared is not None and declared.type.is_set:
        lists = [value if isinstance(value, list) or value is None else [value] for value in values]
        return pa.array(
            [None if value is None else [_text(each) for each in value] for value in lists],
            pa.list_(pa.string()),
        )
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else value if isinstance(value, str) else str(value)


# Writing


@attrs.define(eq=False)
class TableWriter:
    """Writes batches of one schema to a file, by its suffix."""

    path: Path
    writer: Any = None
    lines: Any = None

    def __enter__(self) -> TableWriter:
        if self.path.suffix.lower() not in SUFFIXES:
            raise NotFoundError(f"{self.path.name} is no table; there are {', '.join(SUFFIXES)}")
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Write a batch."""
        match self.path.suffix.lower():
            case ".parquet":
                self.writer = self.writer or pa.parquet.ParquetWriter(self.path, batch.schema)
                self.writer.write_batch(batch)
            case ".csv":
                plain = _plain(batch)
                self.writer = self.writer or pa.csv.CSVWriter(str(self.path), plain.schema)
                self.writer.write_batch(plain)
            case _:
                self.lines = self.lines or self.path.open("w", encoding="utf-8")
                for row in batch.to_pylist():
                    self.lines.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (self.writer, self.lines):
            if each is not None:
                each.close()


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Words in place of codes, lists as text: what a CSV file can hold."""
    arrays = []
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            arrays.append(column.cast(pa.string()))
        elif pa.types.is_nested(column.type):
            cells = [None if each is None else json.dumps(each, default=str) for each in column.to_pylist()]
            arrays.append(pa.array(cells, pa.string()))
        else:
            arrays.append(column)
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)

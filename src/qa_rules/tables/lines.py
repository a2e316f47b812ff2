"""NDJSON as a stream of batches: one object a line, in which what is wrong costs its own line or cell and no other.

The columns are those that occur in some line, down into records, so that nothing that a line says is passed over. A
line that cannot be read is a row of which nothing is known; so is an empty one.
"""

from __future__ import annotations

import io
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.tables.cells import in_utf8, refused
from qa_rules.tables.children import Lost
from qa_rules.tables.streams import TableFile

_ROWS: Final = 20_000
_SHOWN: Final = 200
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_TEXT: Final = (FactType.TEXT, FactType.CODE, FactType.CHOICE, FactType.DATE)
_FLAG: Final = re.compile(r"@(none|partial)$")
Line = dict[str, Any]


@attrs.frozen
class _Odd(ValueError):
    """Why a line cannot be read."""

    problem: str
    hint: str = "put the line right"


def open_ndjson(path: Path, declared: Mapping[str, FactDeclaration]) -> TableFile:
    """Open lines of JSON. FactsError when none can be read, or they are in another encoding."""
    with path.open("rb") as file:
        in_utf8(path, file.read(4))
    shape = _Shape.of(path, declared)
    if not shape.names:
        hint = 'write a JSON object in each line, such as {"name": "A"}'
        raise refused(path, "no-table", "no line of this file says anything", hint)
    unread: deque[Lost] = deque()
    read = [0]

    def batches() -> Iterator[pa.RecordBatch]:
        # Opened when it is read, and not before: a table that is refused leaves no file open.
        with path.open("rb") as stream:
            for batch in _batches(stream, shape, unread):
                read[0] = stream.tell()
                yield batch

    def column(name: str) -> Iterator[pa.Array]:
        with path.open("rb") as stream:
            for batch in _batches(stream, shape, deque()):
                yield batch.column(name)

    return TableFile(path, batches(), shape.schema(), path.stat().st_size, lambda: read[0], column, unread)


def _lines(stream: Any) -> Iterator[str]:
    """Lines with any end; a byte that is no UTF-8 is half a character."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline=None)
    try:
        yield from text
    finally:
        text.detach()


def _batches(stream: Any, shape: _Shape, unread: deque[Lost]) -> Iterator[pa.RecordBatch]:
    row, blank = 0, 0
    rows: list[Line] = []
    for line in _lines(stream):
        if not line.strip():
            blank += 1
            continue
        # Empty lines count as rows where another follows, so that rows have the numbers of lines.
        rows += [{}] * blank
        row, blank = row + blank + 1, 0
        rows.append(shape.read(line, row, unread))
        if len(rows) >= _ROWS:
            yield shape.batch(rows)
            rows = []
    if rows:
        yield shape.batch(rows)


def _object(line: str) -> Line:
    """Return what a line says. _Odd when it cannot be read."""
    if not line.isascii():
        for char in line:
            if "\udc80" <= char <= "\udcff":
                raise _Odd(f"the byte 0x{ord(char) - 0xDC00:02x} is no UTF-8", "save the file in UTF-8")
    try:
        found = json.loads(line, parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_once)
    except _Odd:
        raise
    except (ValueError, RecursionError, ArithmeticError):
        raise _Odd("this line is no JSON") from None
    if not isinstance(found, dict):
        raise _Odd("this line is no JSON object", 'write an object, such as {"name": "A"}')
    if _HALF.search(line):
        try:
            json.dumps(found, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise _Odd("this line holds half a character", "write the whole character") from None
    return found


def _constant(word: str) -> str | None:
    """NaN is unknown, as in a column of floats; what is infinite is no number."""
    return None if word == "NaN" else word


def _once(pairs: list[tuple[str, Any]]) -> Line:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Odd(f"`{twice[:60]}` is there twice", "keep one of them")
    return found


@attrs.define(eq=False)
class _Shape:
    """Which columns the lines of a file have, and which fields their records."""

    declared: Mapping[str, FactDeclaration]
    names: dict[str, None] = attrs.field(factory=dict)
    fields: dict[str, dict[str, None]] = attrs.field(factory=dict)
    """By collection."""

    @classmethod
    def of(cls, path: Path, declared: Mapping[str, FactDeclaration]) -> _Shape:
        """Gather what occurs in a file."""
        found = cls(declared)
        with path.open("rb") as stream:
            for line in _lines(stream):
                try:
                    said = _object(line)
                except _Odd:
                    continue
                found.names |= dict.fromkeys(said)
                for name, value in said.items():
                    if found.is_collection(name) and isinstance(value, list):
                        fields = found.fields.setdefault(name, {})
                        for record in value:
                            if isinstance(record, dict):
                                fields |= dict.fromkeys(record)
        return found

    def is_collection(self, name: str) -> bool:
        declared = self.declared.get(name)
        return declared is not None and declared.type is FactType.COLLECTION

    def schema(self) -> pa.Schema:
        """Return the columns."""
        return self.batch([]).schema

    def read(self, line: str, row: int, unread: deque[Lost]) -> Line:
        """Return what a line says that can be a value; what cannot is told."""
        try:
            found = _object(line)
        except _Odd as odd:
            unread.append(Lost(row, "", line.strip()[:_SHOWN], f"line {row:,}: {odd.problem}", odd.hint))
            return {}
        return {
            name: value
            for name, value in found.items()
            if self.fits(name, value, self.declared.get(name), row, unread)
        }

    def fits(
        self, label: str, value: Any, declared: FactDeclaration | None, row: int, unread: deque[Lost]
    ) -> bool:
        """Whether a value is of a kind that its column can hold; a field that is not is taken out of its record."""
        wrong = _misfit(value, declared, label)
        if wrong:
            unread.append(Lost(row, label, _shown(value), *wrong))
            return False
        if declared is not None and declared.type is FactType.COLLECTION:
            for record in value or ():
                bad = [
                    name
                    for name, each in record.items()
                    if not self.fits(f"{label}.{name}", each, declared.fields.get(name), row, unread)
                ]
                for name in bad:
                    del record[name]
        return True

    def batch(self, rows: Sequence[Line]) -> pa.RecordBatch:
        """Return lines as a batch."""
        arrays = [
            self.column([row.get(name) for row in rows], self.declared.get(name), name) for name in self.names
        ]
        return pa.RecordBatch.from_arrays(arrays, names=list(self.names))

    def column(self, values: Sequence[Any], declared: FactDeclaration | None, name: str) -> pa.Array:
        """Text for every value, lists of text for sets, lists of structs for collections."""
        if declared is not None and declared.type is FactType.COLLECTION:
            return self.records(values, declared, name)
        if declared is not None and declared.type.is_set:
            lists = [None if value is None else [_text(each) for each in value] for value in values]
            return pa.array(lists, pa.list_(pa.string()))
        return pa.array([_text(value) for value in values], pa.string())

    def records(self, values: Sequence[Any], declared: FactDeclaration, name: str) -> pa.Array:
        every = [record for value in values for record in value or ()]
        fields = list(self.fields.get(name, ())) or list(declared.fields)
        arrays = [
            self.column([record.get(field) for record in every], declared.fields.get(field), "")
            for field in fields
        ]
        structs = pa.StructArray.from_arrays(arrays, names=fields)
        lengths = [0 if value is None else len(value) for value in values]
        offsets = pa.array(_running(lengths), pa.int32())
        mask = pa.array([value is None for value in values], pa.bool_())
        return pa.ListArray.from_arrays(offsets, structs, mask=mask)


def _running(lengths: Iterable[int]) -> list[int]:
    found = [0]
    for length in lengths:
        found.append(found[-1] + length)
    return found


def _misfit(value: Any, declared: FactDeclaration | None, label: str) -> tuple[str, str] | None:
    """Why a value cannot stand in a column at all: problem and hint."""
    if value is None:
        return None
    if declared is None:
        # Evidence, the key and other columns: one value each.
        if isinstance(value, list | dict):
            return f"{_kind(value)} is no single value", "write text, a number, or yes or no"
        if (
            "@" in label
            and not isinstance(value, str)
            and not (_FLAG.search(label) and isinstance(value, bool))
        ):
            return f"{_kind(value)} stands where text is due", "write it in quotes"
        return None
    match declared.type:
        case FactType.COLLECTION:
            if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
                return f"`{label}` is no list of records", 'write a list of objects, such as [{"name": "A"}]'
        case FactType.CHOICES | FactType.CODES:
            if not isinstance(value, list):
                return f"{_kind(value)} is not a list", "write a list; [] for none of them"
            if not all(each is None or isinstance(each, str) for each in value):
                return "an item of the set is no text", "write each in quotes"
        case FactType.DOCUMENT if isinstance(value, list | dict):
            return f"{_kind(value)} is neither yes nor no", f"name its parts, such as `{label}.exists`"
        case _ if isinstance(value, list | dict):
            return f"{_kind(value)} is no single value", "write one value"
        case _ if declared.type in _TEXT and not isinstance(value, str):
            return f"{_kind(value)} stands where text is due", "write it in quotes"
        case _:
            pass
    return None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "a number"


def _shown(value: Any) -> str:
    with suppress(RecursionError):
        return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))[
            :_SHOWN
        ]
    return ""


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else value if isinstance(value, str) else str(value)

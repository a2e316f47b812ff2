"""NDJSON as a stream of batches: one object a line, in which what is wrong costs its own line or cell and no other.

The columns are those that occur in some line, down into records, so that nothing that a line says is passed over. A
line that cannot be read is a row of which nothing is known; so is an empty one.
"""

from __future__ import annotations

import io
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from qa_rules.language.json_numbers import NUMBERS
from qa_rules.model.facts import FactDeclaration
from qa_rules.tables.cells import in_utf8, refused
from qa_rules.tables.children import Lost
from qa_rules.tables.shapes import Line, Shape
from qa_rules.tables.streams import TableFile

_ROWS: Final = 20_000
_SHOWN: Final = 200
_LOOKED_AT: Final = 400
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")


@attrs.frozen
class _Odd(ValueError):
    """Why a line cannot be read."""

    problem: str
    hint: str = "put the line right"


def open_ndjson(path: Path, declared: Mapping[str, FactDeclaration]) -> TableFile:
    """Open lines of JSON. FactsError when none can be read, or they are in another encoding."""
    with path.open("rb") as file:
        in_utf8(path, file.read(_LOOKED_AT))
    shape = _gathered(path, declared)
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


def _batches(stream: Any, shape: Shape, unread: deque[Lost]) -> Iterator[pa.RecordBatch]:
    row, blank = 0, 0
    rows: list[Line] = []
    for line in _lines(stream):
        if not line.strip():
            blank += 1
            continue
        # Empty lines count as rows where another follows, so that rows have the numbers of lines.
        rows += [{}] * blank
        row, blank = row + blank + 1, 0
        rows.append(_read(line, shape, row, unread))
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
        found = json.loads(line, object_pairs_hook=_once, **_NUMBERS)
    except _Odd:
        raise
    except (ValueError, RecursionError):
        raise _Odd("this line is no JSON") from None
    if not isinstance(found, dict):
        raise _Odd("this line is no JSON object", 'write an object, such as {"name": "A"}')
    if _HALF.search(line):
        try:
            json.dumps(found, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise _Odd("this line holds half a character", "write the whole character") from None
    return found


def _constant(word: str) -> Decimal | None:
    """NaN is unknown, as in a column of floats; what is infinite fits no fact."""
    return None if word == "NaN" else Decimal(word)


_NUMBERS: Final = {**NUMBERS, "parse_constant": _constant}


def _once(pairs: list[tuple[str, Any]]) -> Line:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Odd(f"`{twice[:60]}` is there twice", "keep one of them")
    return found


def _gathered(path: Path, declared: Mapping[str, FactDeclaration]) -> Shape:
    """What occurs in a file."""
    found = Shape(declared)
    with path.open("rb") as stream:
        for line in _lines(stream):
            with suppress(_Odd):
                found.note(_object(line))
    return found


def _read(line: str, shape: Shape, row: int, unread: deque[Lost]) -> Line:
    """What a line says that can be a value; what cannot is told."""
    try:
        found = _object(line)
    except _Odd as odd:
        unread.append(Lost(row, "", line.strip()[:_SHOWN], f"line {row:,}: {odd.problem}", odd.hint))
        return {}
    return shape.kept(found, row, unread)

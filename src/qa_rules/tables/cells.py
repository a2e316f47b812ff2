"""CSV as a stream of batches, in which what is wrong costs its own row and no other.

Every cell is text, and what it says is up to the vocabulary; an empty cell is unknown. Blocks of whole rows in which
nothing is odd go to the reader of Arrow. All others are read here, row by row: bytes that are no UTF-8, a row with
another number of cells, a quotation mark that is never closed. Such a row is there, and nothing is known of it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO, Final

import attrs
import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from qa_rules.errors import Diagnostic, FactsError
from qa_rules.language.encoding import AS_TEXT, no_text, wide_encoding
from qa_rules.tables.children import Lost
from qa_rules.tables.streams import TableFile

UTF8_MARK: Final = b"\xef\xbb\xbf"
_BLOCK: Final = 2**22
_LONGEST: Final = 2**20
"""Bytes of a row at most; a quotation mark that is not closed within them is never closed."""
_ROWS: Final = 20_000
_SHOWN: Final = 200
_LOOKED_AT: Final = 2**16
_QUOTED: Final = re.compile(rb'"((?:[^"]|"")*+)"(?=[,\r\n]|\Z)')
_PLAIN: Final = re.compile(rb"[^,\r\n]*+")
_QUOTED_TEXT: Final = re.compile(rb'"[^"]*+"')
_PLAIN_LINE: Final = re.compile(rb"[^\r\n]*+")
_END: Final = re.compile(rb"\r\n|\n|\r")
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "upright strokes"}
_SEPARATOR_LINE: Final = re.compile(rb"sep=(.)[ \t]*(?:\r\n|\n|\r|\Z)")
"""Where Excel is told of the separator."""
_SPARE: Final = "\0"
_FORM: Final = "save the file as CSV in UTF-8"

Cells = list[str | None]


@attrs.frozen
class _Odd(Exception):
    """Why a row cannot be read."""

    problem: str
    hint: str = "put the line right"


_TOO_LONG: Final = _Odd("this line is too long")


def open_csv(path: Path) -> TableFile:
    """Open a CSV file. FactsError when it is empty or in another encoding."""
    with path.open("rb") as stream:
        first = _Reading(path, stream)
        first.begin()
    schema = pa.schema([(name, pa.string()) for name in first.names])
    unread: deque[Lost] = deque()
    readings = [first]

    def batches() -> Iterator[pa.RecordBatch]:
        # Opened when it is read, and not before: a table that is refused leaves no file open.
        with path.open("rb") as stream:
            readings.append(_Reading(path, stream, unread))
            readings[-1].begin()
            yield from readings[-1].batches()

    def column(name: str) -> Iterator[pa.Array]:
        with path.open("rb") as stream:
            reading = _Reading(path, stream)
            reading.begin()
            for batch in reading.batches():
                yield batch.column(name)

    def done() -> int:
        return readings[-1].bytes_read

    return TableFile(path, batches(), schema, path.stat().st_size, done, column, unread)


def refused(path: Path, code: str, message: str, hint: str) -> FactsError:
    """Return what is wrong with a whole file."""
    return FactsError([Diagnostic(code, f"{path}: {message}", hint=hint)])


def in_utf8(path: Path, start: bytes) -> bytes:
    """Return the first bytes of a file without the mark of UTF-8. FactsError for another encoding."""
    if kind := no_text(start):
        raise refused(path, "encoding", f"this is {kind}, and no text", AS_TEXT)
    if wide := wide_encoding(start):
        raise refused(path, "encoding", f"this file is in {wide}", "save it in UTF-8")
    return start.removeprefix(UTF8_MARK)


@attrs.define(eq=False)
class _Reading:
    """A file at work: what was read and not yet given on, and where that stands."""

    path: Path
    stream: BinaryIO
    unread: deque[Lost] = attrs.field(factory=deque)
    names: list[str] = attrs.field(factory=list)
    spare: int = 0
    """Empty cells behind the last name of a column."""
    buffer: bytes = b""
    ended: bool = False
    returns: bool = False
    """Lines end in a lone carriage return."""
    row: int = 0
    line: int = 1
    blank: int = 0
    """Empty lines that were read and count only if a row follows."""
    bytes_read: int = 0

    def begin(self) -> None:
        """Read the names of the columns."""
        self.buffer = in_utf8(self.path, self.stream.read(_LOOKED_AT))
        self.bytes_read = len(self.buffer)
        self.returns = b"\r" in self.buffer and b"\n" not in self.buffer
        self.buffer = self._lines(self.buffer)
        self.fill()
        first = len(self.buffer) - len(self.buffer.lstrip(b"\r\n"))
        self.line += self._count(0, first)
        self.buffer = self.buffer[first:]
        if not self.buffer.strip():
            hint = "name the columns in the first line"
            raise refused(self.path, "no-table", "there is nothing in this file", hint)
        stated = _SEPARATOR_LINE.match(self.buffer)
        if stated is not None and stated[1] == b",":
            self.buffer, self.line = self.buffer[stated.end() :], self.line + 1
        elif stated is not None:
            raise self._separated(stated[1].decode("latin-1"))
        heading = _QUOTED_TEXT.sub(b"", _PLAIN_LINE.match(self.buffer)[0])  # type: ignore[index]
        for sign in _SEPARATORS:
            if heading.count(sign.encode()) > heading.count(b","):
                raise self._separated(sign)
        try:
            cells, end = self.cells(0)
            self._named([(each or "").strip() for each in cells])
        except _Odd as odd:
            raise refused(
                self.path, "no-table", f"the names of the columns cannot be read: {odd.problem}", odd.hint
            ) from None
        self.line += self._count(0, end)
        self.buffer = self.buffer[end:]

    def _named(self, names: list[str]) -> None:
        """Take the names of the columns. Behind the last name there may be empty cells, in every row as many."""
        named = len(names) - len(list(takewhile(lambda each: not each, reversed(names))))
        self.names, self.spare = names[:named], len(names) - named
        if "" in self.names:
            message = f"column {self.names.index('') + 1} has no name"
            raise refused(self.path, "no-table", message, "name it, or take the column out")

    def _separated(self, sign: str) -> FactsError:
        """What is wrong with a file that is separated by something else than commas."""
        message = f"the cells are separated by {_SEPARATORS.get(sign, f'`{sign}`')}, where commas are due"
        return refused(self.path, "no-table", message, "save the file as CSV with commas, in UTF-8")

    def fill(self) -> None:
        """Read the next block."""
        more = self.stream.read(_BLOCK)
        self.ended = not more
        self.bytes_read += len(more)
        self.buffer += self._lines(more)

    def _lines(self, text: bytes) -> bytes:
        return text.replace(b"\r", b"\n") if self.returns else text

    def _count(self, start: int, end: int) -> int:
        """How many lines end between two places."""
        return len(_END.findall(self.buffer, start, end))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Return the rows."""
        while self.buffer or not self.ended:
            if not self.ended and len(self.buffer) < _BLOCK:
                self.fill()
            if self.ended and len(self.names) > 1:
                self.buffer = self.buffer.rstrip(b"\r\n")
            batch = self.block()
            if batch is None:
                yield from self.one_by_one()
            elif batch.num_rows:
                yield batch

    def block(self) -> pa.RecordBatch | None:
        """Return the whole rows at hand, None when something about them is odd."""
        text = self.buffer
        end = len(text) if self.ended else _whole(text)
        if not end:
            return None
        block = text[:end]
        if not _regular(block):
            return None
        spare = [f"{_SPARE}{at}" for at in range(self.spare)]
        reads = arrow_csv.ReadOptions(column_names=[*self.names, *spare], block_size=max(end + 1, 2**16))
        try:
            table = arrow_csv.read_csv(
                pa.py_buffer(block),
                read_options=reads,
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys([*self.names, *spare], pa.string()),
                    strings_can_be_null=True,
                    null_values=[""],
                ),
            )
        except (pa.ArrowInvalid, pa.ArrowKeyError):
            return None
        if self.blank or table.num_columns != len(self.names) + self.spare:
            return None
        if any(table[name].null_count < table.num_rows for name in spare):
            return None
        table = table.select(range(len(self.names)))
        self.row += table.num_rows
        self.line += block.count(b"\n")
        self.buffer = text[end:]
        arrays = [column.combine_chunks() for column in table.columns]
        return pa.RecordBatch.from_arrays(arrays, names=self.names)

    def one_by_one(self) -> Iterator[pa.RecordBatch]:
        """Read rows one by one, up to where another block is wanted."""
        at, rows = 0, []
        enough = len(self.buffer) if self.ended else len(self.buffer) - _LONGEST
        while at < enough:
            found = _END.search(self.buffer, at)
            if found is None and len(self.buffer) - at >= _LONGEST:
                # A line without an end, longer than any row: its rest is passed over.
                rows.append(self.lost(_TOO_LONG, at, len(self.buffer)))
                self.buffer, at = self._after_line(), 0
                break
            start, line = at, len(self.buffer) if found is None else found.end()
            end = line
            if found is not None and found.start() == at and len(self.names) > 1:
                self.blank += 1
            else:
                rows += [[None] * len(self.names)] * self.blank
                self.row, self.blank = self.row + self.blank, 0
                try:
                    if line - at > _LONGEST:
                        raise _TOO_LONG
                    cells, end = self.cells(at)
                    due = len(self.names)
                    if not due <= len(cells) <= due + self.spare or any(cells[due:]):
                        end = line
                        cells_there = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
                        raise _Odd(
                            f"this line has {cells_there}, and {due} {'is' if due == 1 else 'are'} due"
                        )
                    rows.append(cells[:due])
                    self.row += 1
                except _Odd as odd:
                    rows.append(self.lost(odd, at, line))
                    end = line
            self.line += self._count(start, end)
            at = end
            if len(rows) >= _ROWS:
                yield self.batch(rows)
                rows = []
        self.buffer = self.buffer[at:]
        if rows:
            yield self.batch(rows)

    def _after_line(self) -> bytes:
        while True:
            more = self._lines(self.stream.read(_BLOCK))
            self.bytes_read += len(more)
            if not more:
                self.ended = True
                return b""
            if (end := _END.search(more)) is not None:
                self.line += 1
                return more[end.end() :]

    def lost(self, odd: _Odd, start: int, end: int) -> Cells:
        """Tell of a row that cannot be read, of which nothing is known."""
        self.row += 1
        text = self.buffer[start:end].rstrip(b"\r\n")
        shown = text[: _SHOWN * 4].decode("utf-8", "replace")[:_SHOWN]
        self.unread.append(Lost(self.row, "", shown, f"line {self.line:,}: {odd.problem}", odd.hint))
        return [None] * len(self.names)

    def batch(self, rows: list[Cells]) -> pa.RecordBatch:
        """Return rows as a batch."""
        columns = zip(*rows, strict=True)
        return pa.RecordBatch.from_arrays(
            [pa.array(column, pa.string()) for column in columns], names=self.names
        )

    def cells(self, at: int) -> tuple[Cells, int]:
        """Return the cells of the row that begins here, and where the next one begins."""
        found: Cells = []
        limit = at + _LONGEST
        line = _END.search(self.buffer, at)
        start, stop = (len(self.buffer), len(self.buffer)) if line is None else line.span()
        if self.buffer.find(b'"', at, start) < 0:
            return [each or None for each in _decoded(self.buffer[at:start]).split(",")], stop
        while True:
            if self.buffer[at : at + 1] == b'"':
                match = _QUOTED.match(self.buffer, at, limit)
                if match is None or (match.end() == limit < len(self.buffer)):
                    raise _Odd(
                        "a quotation mark is not closed where its cell ends",
                        "close it, and double the quotation marks inside it",
                    )
                cell = match[1].replace(b'""', b'"')
            else:
                match = _PLAIN.match(self.buffer, at)
                assert match is not None
                cell = match[0]
            found.append(_decoded(cell) or None)
            at = match.end()
            if self.buffer[at : at + 1] == b",":
                at += 1
                continue
            if at > limit:
                raise _TOO_LONG
            end = _END.match(self.buffer, at)
            return found, at if end is None else end.end()


def _decoded(cell: bytes) -> str:
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError as error:
        problem = f"the byte 0x{cell[error.start]:02x} is no UTF-8"
        raise _Odd(problem, _FORM) from None


def _whole(text: bytes) -> int:
    """Return where the last whole row of a block ends, by its quotation marks; 0 when none does."""
    end = text.rfind(b"\n")
    if b'"' not in text:
        return end + 1
    marks = text.count(b'"', 0, end + 1)
    while end >= 0 and marks % 2:
        before = text.rfind(b"\n", 0, end)
        marks -= text.count(b'"', before + 1, end + 1)
        end = before
    return end + 1


def _regular(block: bytes) -> bool:
    """Whether every quotation mark opens a cell, closes one or is doubled, all lines end alike and all is UTF-8."""
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError:
            return False
    if block.count(b"\r") != block.count(b"\r\n"):
        return False
    if b'"' not in block:
        return True
    signs = np.frombuffer(b"\n" + block + b"\n", np.uint8)
    marks = np.flatnonzero(signs == ord('"'))
    if len(marks) % 2:
        return False
    before, after = signs[marks[0::2] - 1], signs[marks[1::2] + 1]
    return bool(np.isin(before, _BEFORE).all() and np.isin(after, _AFTER).all())


_BEFORE: Final = np.frombuffer(b',\n"', np.uint8)
_AFTER: Final = np.frombuffer(b',\r\n"', np.uint8)

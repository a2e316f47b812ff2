"""What a file is that is no text in UTF-8: named, so that whoever saved it knows what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MARKS: Final[Mapping[bytes, str]] = {
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
"""Byte order marks, the longer ones first."""
_LOOKED_AT: Final = 400
_WIDTHS: Final = {4: "UTF-32", 2: "UTF-16"}


_BEGINNINGS: Final[Mapping[bytes, str]] = {
    b"PK\x03\x04": "a Word document, a workbook or another zip archive",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "a workbook or document of an old Office",
    b"%PDF-": "a PDF",
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"SQLite format 3\0": "a database",
    b"\x1f\x8b": "a compressed file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
AS_TEXT: Final = "save it as plain text in UTF-8; a sheet is saved as CSV"


def no_text(start: bytes) -> str:
    """Return what a file is that begins like none of text; empty for text."""
    return next((kind for begins, kind in _BEGINNINGS.items() if start.startswith(begins)), "")


def wide_encoding(start: bytes) -> str:
    """Return the name of the encoding that takes several bytes for each letter; empty where the file is in none.

    Without a byte order mark it is known by its zero bytes: text in UTF-8 has none.
    """
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    looked_at = start[: min(_LOOKED_AT, len(start) // 4 * 4 or len(start) // 2 * 2)]
    for width, name in _WIDTHS.items():
        zeros = [looked_at[at::width].count(0) for at in range(width)]
        letters = len(looked_at) // width
        # Latin letters have one byte that says something, first or last, and zeros elsewhere.
        if letters and (
            sum(zeros[1:]) > letters * (width - 1) * 3 / 4 or sum(zeros[:-1]) > letters * (width - 1) * 3 / 4
        ):
            return name
    return ""

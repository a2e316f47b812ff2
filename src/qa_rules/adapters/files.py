"""Files of feeds: JSON, lines of JSON, CSV, a folder of these, a stream. What is wrong in one costs no other."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs

from qa_rules.adapters.reading import Match
from qa_rules.errors import Diagnostic, FactsError, NotFoundError, Place
from qa_rules.language.values import ValueFault, parse_date

SUFFIXES: Final = (".json", ".ndjson", ".jsonl", ".csv", ".tsv", ".txt")
EXTRACT: Final = "publicextract."
MATCH: Final = ("identifier", "subject", "by", "on")


@attrs.frozen
class Part:
    """What one file or line holds, or why it cannot be read."""

    data: Any
    place: Place
    faults: tuple[Diagnostic, ...] = ()
    is_read: bool = True


def parts_of(path: Path) -> Iterator[Part]:
    """Yield what a file or folder holds. NotFoundError where there is none, or nothing that is read.

    The tables of the charity extract, `publicextract.NAME.json`, are one part together.
    """
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES and each.is_file())
        if not files:
            raise NotFoundError(f"no feed is in {path}; files end in {', '.join(SUFFIXES)}")
        tables: dict[str, Any] = {}
        faults: list[Diagnostic] = []
        for file in files:
            for part in _parts_of_file(file):
                if file.name.startswith(EXTRACT) and part.is_read:
                    tables[file.stem.removeprefix(EXTRACT)] = part.data
                    faults += part.faults
                else:
                    yield part
        if tables:
            yield Part(tables, Place(str(path)), tuple(faults))
    elif path.suffix.lower() in SUFFIXES:
        yield from _parts_of_file(path)
    elif path.exists() and not path.is_file():
        raise NotFoundError(
            f"cannot read {path}: it is no plain file; - is lines of JSON on the standard input"
        )
    else:
        raise NotFoundError(f"{path} is no feed; files end in {', '.join(SUFFIXES)}, and - is lines of JSON")


def _parts_of_file(path: Path) -> Iterator[Part]:
    if not path.is_file():
        is_there = path.exists()
        raise NotFoundError(
            f"cannot read {path}: it is no plain file" if is_there else f"there is no file {path}"
        )
    try:
        text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as error:
        raise NotFoundError(f"cannot read {path}: {error.strerror or error}") from error
    match path.suffix.lower():
        case ".json":
            yield _part(text, Place(str(path)))
        case ".csv" | ".tsv" | ".txt" as suffix:
            # The charity extract comes as text with tabs too.
            yield _table(text, str(path), "," if suffix == ".csv" else "\t")
        case _:
            yield from parts_of_lines(text.splitlines(), str(path))


def parts_of_lines(lines: Iterable[str], name: str) -> Iterator[Part]:
    """Yield what each line of JSON holds; empty lines are left out. One value over many lines is one part."""
    lines = list(lines)
    whole = "\n".join(lines)
    if len(lines) > 1 and lines[0].strip() in ("{", "["):
        yield _part(whole, Place(name))
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _part(line, Place(name, number))


def _part(text: str, place: Place) -> Part:
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found and found[key] != value:
                twice.append(key)
                found[key] = None  # two values of one thing: neither is known
            else:
                found[key] = value
        return found

    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=lambda _: None, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        at = Place(place.file, place.line + error.lineno - 1, error.colno)
        message = f"this is not JSON: {error.msg.lower()}"
        return Part(None, place, (Diagnostic("not-json", message, at, "write the file anew"),), False)
    except (RecursionError, ValueError, ArithmeticError) as error:
        hint = "hand over a feed as the standard has it"
        code, what = (
            ("too-deep", "it is too deep")
            if isinstance(error, RecursionError)
            else ("value", "a number in it is too long")
        )
        return Part(
            None, place, (Diagnostic(code, f"this cannot be read as JSON: {what}", place, hint),), False
        )
    faults = tuple(
        Diagnostic("duplicate-key", f"the key `{key[:60]}` has two values", place, "keep one of them")
        for key in dict.fromkeys(twice)
    )
    return Part(data, place, faults)


def _table(text: str, name: str, between: str) -> Part:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    rows: list[dict[str, str]] = []
    faults: list[Diagnostic] = []
    header: list[str] | None = None
    doubled: set[str] = set()
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            faults.append(
                Diagnostic(
                    "value", f"a line of this table cannot be read: {error}", Place(name, reader.line_num)
                )
            )
            continue
        if header is None:
            header = [each.strip() for each in cells]
            doubled = {each for each in header if header.count(each) > 1}
            for twice in sorted(filter(None, doubled)):
                message = f"the column `{twice[:60]}` is there twice"
                faults.append(Diagnostic("duplicate-key", message, Place(name, 1), "keep one of them"))
        elif cells and len(cells) != len(header):
            message = f"this line has {len(cells)} cells, and there are {len(header)} columns"
            faults.append(Diagnostic("value", message, Place(name, reader.line_num), "put the line right"))
        elif cells:
            # of a column that is there twice, neither is known
            pairs = zip(header, cells, strict=True)
            rows.append({each: cell for each, cell in pairs if each not in doubled})
    if not rows and not faults:
        message = "this table is empty" if header is None else "this table has one line and no row below it"
        hint = "put the names of the columns into the first line, and each body into one of its own"
        faults.append(Diagnostic("value", message, Place(name, 1), hint))
    return Part(rows, Place(name), tuple(faults))


def matches_in(path: Path) -> list[Match]:
    """Return the matches in a table with the columns identifier, subject, by and on.

    NotFoundError where there is none; FactsError with every line that is no match.
    """
    if path.suffix.lower() != ".csv" or not path.is_file():
        raise NotFoundError(f"there is no table {path}; matches are a CSV file with {', '.join(MATCH)}")
    part = next(_parts_of_file(path))
    found, faults = [], list(part.faults)
    for at, row in enumerate(part.data, 2):
        try:
            identifier, subject, by = (_cell(row, name) for name in MATCH[:3])
            found.append(Match(identifier, subject, by, parse_date(row.get("on"))))
        except ValueFault as fault:
            faults.append(Diagnostic("value", fault.message, Place(str(path), at), fault.hint))
    if faults:
        raise FactsError(faults)
    return found


def _cell(row: Mapping[str, str], name: str) -> str:
    text = row.get(name, "").strip()
    if not text:
        raise ValueFault(f"`{name}` is empty", "name the entry, the provider, who looked, and the day")
    return text


__all__ = ["Part", "matches_in", "parts_of", "parts_of_lines"]

"""Things that are said one by one, as plain data, made into columns: what is of another kind costs its own cell."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

import attrs
import pyarrow as pa

from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.tables.children import Lost

_SHOWN: Final = 200
_TEXT: Final = (FactType.TEXT, FactType.CODE, FactType.CHOICE, FactType.DATE)
_FLAG: Final = re.compile(r"@(none|partial)$")
Line = dict[str, Any]


class Day(str):
    """A day or moment of Python, as a facts file writes it: a date, and neither a code nor a text."""

    __slots__ = ()


@attrs.define(eq=False)
class Shape:
    """Which columns things that are said one by one have, and which fields their records."""

    declared: Mapping[str, FactDeclaration]
    names: dict[str, None] = attrs.field(factory=dict)
    fields: dict[str, dict[str, None]] = attrs.field(factory=dict)
    """By collection."""

    def note(self, said: Line) -> None:
        """Take note of the columns, and the fields of records, that something says."""
        self.names |= dict.fromkeys(said)
        for name, value in said.items():
            if self.is_collection(name) and isinstance(value, list):
                fields = self.fields.setdefault(name, {})
                for record in value:
                    if isinstance(record, dict):
                        fields |= dict.fromkeys(record)

    def is_collection(self, name: str) -> bool:
        """Whether a column holds records."""
        declared = self.declared.get(name)
        return declared is not None and declared.type is FactType.COLLECTION

    def schema(self) -> pa.Schema:
        """Return the columns."""
        return self.batch([]).schema

    def kept(self, said: Line, row: int, unread: deque[Lost]) -> Line:
        """Return of what is said what can be a value; what cannot is told."""
        return {
            name: value
            for name, value in said.items()
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
            records: Sequence[dict[str, Any]] = value or []
            for number, record in enumerate(records, 1):
                inner = deque[Lost]()
                bad = [
                    name
                    for name, each in record.items()
                    if not self.fits(f"{label}.{name}", each, declared.fields.get(name), row, inner)
                ]
                for name in bad:
                    del record[name]
                unread.extend(
                    attrs.evolve(each, problem=of_record(label, number, each.problem)) for each in inner
                )
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
        """Lists of structs."""
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


def of_record(collection: str, number: int, problem: str) -> str:
    """Return a problem with the record in which it is, counted from 1."""
    return f"record {number:,} of `{collection}`: {problem}"


def _running(lengths: Iterable[int]) -> list[int]:
    found = [0]
    for length in lengths:
        found.append(found[-1] + length)
    return found


def _misfit(value: Any, declared: FactDeclaration | None, label: str) -> tuple[str, str] | None:
    """Why a value cannot stand in a column at all: problem and hint."""
    if value is None:
        return None
    if not isinstance(value, bool | int | Decimal | str | list | dict):
        kind = f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")
        return (
            f"something of the type {kind} is no value",
            "give text, a number, a date or yes or no",
        )
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
            if not all(
                each is None or (isinstance(each, str) and not isinstance(each, Day)) for each in value
            ):
                return "an item of the set is no text", "write each in quotes"
        case FactType.DOCUMENT if isinstance(value, list | dict):
            return f"{_kind(value)} is neither yes nor no", f"name its parts, such as `{label}.exists`"
        case _ if isinstance(value, list | dict):
            return f"{_kind(value)} is no single value", "write one value"
        case FactType.TEXT | FactType.CODE | FactType.CHOICE if isinstance(value, Day):
            return (
                f"{_kind(value)} stands where text is due",
                "write it in quotes, as it was before it became a date",
            )
        case _ if declared.type in _TEXT and not isinstance(value, str):
            return f"{_kind(value)} stands where text is due", "write it in quotes"
        case _:
            pass
    return None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, str):
        return "a date" if isinstance(value, Day) else "text"
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

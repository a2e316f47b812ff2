"""Frames of pandas and Polars of which Arrow does not know every column, made into tables.

A column of Python objects of several kinds is read as lines of JSON are: a value of another kind costs its own cell.
Everything else goes the way that Arrow knows.
"""

from __future__ import annotations

import datetime
import re
from collections import deque
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import isinf, isnan
from typing import Any, Final

import pyarrow as pa

from qa_rules.errors import Diagnostic, FactsError
from qa_rules.language.values import ValueFault, as_python
from qa_rules.model.facts import FactDeclaration
from qa_rules.tables.children import Lost
from qa_rules.tables.shapes import Day, Shape
from qa_rules.tables.streams import WholeTable, refused

_UNKNOWN_TO_ARROW: Final = re.compile(r"Int128|Object")
"""Types of Polars that have no like in Arrow, be it inside of another."""
_MIDNIGHT: Final = datetime.time()
_MOST_BITS: Final = 1_000
"""Python writes no whole number of very many digits; it fits no fact either."""
_MOST_EXPONENT: Final = 100


def spoken(source: Any, declared: Mapping[str, FactDeclaration]) -> Any:
    """Return a source as something that speaks Arrow in every column: itself, if it does. FactsError when it cannot."""
    match type(source).__module__.partition(".")[0], type(source).__name__:
        case "polars", "LazyFrame":
            with refused(source):
                frame = source.collect()
            return _of_polars(frame, declared)
        case "polars", "DataFrame":
            return _of_polars(source, declared)
        case "pandas", "DataFrame":
            return _of_pandas(source, declared)
        case "builtins", "dict":
            return _of_columns(source, declared)
        case _:
            return source


def _of_columns(columns: Mapping[Any, Any], declared: Mapping[str, FactDeclaration]) -> Any:
    """Columns by name, each a list of values. What is no table is left to whoever reads tables, to be refused."""
    lists = {str(name): each for name, each in columns.items() if isinstance(each, list | tuple)}
    if len(lists) < len(columns) or len({*map(len, lists.values())}) != 1:
        return columns
    known = {name: array for name, each in lists.items() if (array := _known(each)) is not None}
    return _joined(pa.table(known), {name: lists[name] for name in lists if name not in known}, declared)


def _of_polars(frame: Any, declared: Mapping[str, FactDeclaration]) -> Any:
    odd = [name for name, kind in frame.schema.items() if _UNKNOWN_TO_ARROW.search(str(kind))]
    if not odd:
        return frame
    return _joined(pa.table(frame.drop(odd)), {name: frame[name].to_list() for name in odd}, declared)


def _of_pandas(frame: Any, declared: Mapping[str, FactDeclaration]) -> Any:
    if not any(column.dtype == object and _holds_odd(column) for _, column in frame.items()):
        try:
            return pa.Table.from_pandas(frame)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            pass
    names = [str(each) for each in frame.columns]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        hint = "keep one of them"
        raise FactsError(
            [Diagnostic("duplicate-fact", f"the column `{each}` is there twice", hint=hint) for each in twice]
        )
    odd = [name for name, column in frame.items() if _known(column) is None]
    rest = pa.Table.from_pandas(frame.drop(columns=odd))
    return _joined(rest, {str(name): frame[name].tolist() for name in odd}, declared)


def _known(column: Any) -> Any:
    """A column as Arrow knows it; None when it does not."""
    if _holds_odd(column):
        return None
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None


def _holds_odd(column: Iterable[Any]) -> bool:
    """Whether there is what Arrow cannot take: numbers of a million digits, or moments of NumPy among other things."""
    return any(
        type(each).__name__ in ("datetime64", "timedelta64")  # beside other kinds they end the process
        or (isinstance(each, Decimal) and each.is_finite() and abs(each.adjusted()) > _MOST_EXPONENT)
        or (isinstance(each, int) and each.bit_length() > _MOST_BITS)
        for each in column
    )


def _joined(
    table: pa.Table, columns: Mapping[str, Iterable[Any]], declared: Mapping[str, FactDeclaration]
) -> WholeTable:
    """Lay columns of Python objects beside those that Arrow knows."""
    if not columns:
        return WholeTable(table, deque())
    shape, unread = Shape(declared), deque[Lost]()
    rows = []
    try:
        for number, row in enumerate(zip(*columns.values(), strict=True), 1):
            said = {name: _as_data(each) for name, each in zip(columns, row, strict=True)}
            kept = shape.kept(said, number, unread)
            shape.note(kept)
            rows.append(kept)
    except RecursionError:
        message, hint = "a value of this table is nested too deeply, or holds itself", "give plain values"
        raise FactsError([Diagnostic("too-deep", message, hint=hint)]) from None
    shape.names = dict.fromkeys(columns)
    made = shape.batch(rows)
    arrays = [*(column.combine_chunks() for column in table.columns), *made.columns]
    return WholeTable(pa.table(arrays, [*table.column_names, *made.schema.names]), unread)


def _as_data(value: Any) -> Any:
    """A value as JSON would have it. What pandas writes where nothing is known is nothing."""
    try:
        value = as_python(value)
    except ValueFault:
        return None
    match value:
        case datetime.datetime():
            whole = value.time() == _MIDNIGHT and not getattr(value, "nanosecond", 0)
            return Day(value.date().isoformat() if whole else str(value))
        case datetime.date():
            return Day(value.isoformat())
        case int() if value.bit_length() > _MOST_BITS:
            return Decimal(value)
        case float():
            if isnan(value) or isinf(value):
                return None if isnan(value) else Decimal(value)
            return int(value) if value.is_integer() else Decimal(repr(value))
        case Decimal():
            return None if value.is_nan() else value
        case str():
            return str(value.encode("utf-8", "replace").decode("utf-8"))
        case list() | tuple():
            return [_as_data(each) for each in value]
        case set() | frozenset():
            return sorted((_as_data(each) for each in value), key=str)
        case Mapping():
            return {str(name): _as_data(each) for name, each in value.items()}
        case _:
            return value

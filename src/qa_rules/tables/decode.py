"""Arrow arrays as values: fast where the type fits, and one distinct value at a time where it has to be parsed.

What does not fit the declaration is a fault of its row, in the words that a facts file would get; the fact is
unknown there. Nothing else of the row is lost.
"""

from __future__ import annotations

import json
from decimal import Decimal
from math import ceil, floor
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.language.reading import Plain
from qa_rules.language.values import MOST_TEXT, ValueFault, parse_value
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE, Value
from qa_rules.tables import dates
from qa_rules.tables.from_rows import values_of
from qa_rules.tables.items import fault_of, items_of
from qa_rules.tables.plain import bits_of, is_text, say_nothing, validity
from qa_rules.tables.planes import Array, Plane, Rows, both, either, packed, unpacked, without
from qa_rules.tables.vectors import Days, Index, Numbers, Options, Sets, Truths, Values, Words

_TRUTHS: Final = (FactType.YES_NO, FactType.JUDGEMENT)
_LONGEST_CODE: Final = 200
_SHOWN: Final = 200
_DAY: Final = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


@attrs.frozen(eq=False)
class Faults:
    """Values of one column that do not fit."""

    rows: Index
    values: tuple[str, ...]
    messages: tuple[str, ...]
    hints: tuple[str, ...]


@attrs.frozen(eq=False)
class Decoded:
    """The values of one column, where there is one, where it is none, and what did not fit."""

    values: Values | None
    present: Plane
    none: Plane = False
    faults: Faults | None = None


def fits(kind: pa.DataType, declared: FactDeclaration) -> bool:
    """Whether a column of this Arrow type, as it is behind the door, can hold the fact."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_null(kind) or is_text(kind):
        return True
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return bool(pa.types.is_boolean(kind))
        case FactType.INTEGER | FactType.DECIMAL:
            return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))
        case FactType.DATE:
            return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))
        case FactType.CHOICES | FactType.CODES:
            inner = kind.value_type if is_list(kind) else kind
            inner = inner.value_type if pa.types.is_dictionary(inner) else inner
            return is_list(kind) and bool(is_text(inner) or pa.types.is_null(inner))
        case _:
            return False


def is_list(kind: pa.DataType) -> bool:
    """Whether an Arrow type holds lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def decoded(array: pa.Array, declared: FactDeclaration) -> Decoded:
    """Return the values of a column whose type `fits`."""
    kind = array.type
    if pa.types.is_null(kind) or not len(array):
        return Decoded(values_of([None] * len(array), declared), False)
    if is_list(kind):
        return _sets(array, declared)
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT if pa.types.is_boolean(kind):
            yes = bits_of(array.buffers()[1], array.offset, len(array))
            return Decoded(Truths(len(array), yes), validity(array))
        case FactType.INTEGER | FactType.DECIMAL if pa.types.is_integer(kind) and kind != pa.uint64():
            return _numbers(array, _raw(array), 0, declared)
        case FactType.INTEGER | FactType.DECIMAL if pa.types.is_floating(kind):
            return _floats(array, declared)
        case FactType.DATE if kind == pa.date32():
            return _days(array, _raw(array), False, declared)
        case FactType.DATE if pa.types.is_timestamp(kind) or pa.types.is_date64(kind):
            return _moments(array, declared)
        case FactType.CODE | FactType.TEXT if is_text(kind):
            return _texts(array, declared)
        case FactType.CHOICES | FactType.CODES:
            return _sets(items_of(array), declared, cells=array)
        case _:
            pass
    return _one_by_one(array, declared)


def _raw(array: pa.Array) -> Array:
    """The numbers of a primitive array, in place; anything where it is null."""
    kind = (
        np.dtype(array.type.to_pandas_dtype()) if not pa.types.is_date32(array.type) else np.dtype(np.int32)
    )
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


# Numbers and dates


def _numbers(array: pa.Array, values: Array, scale: int, declared: FactDeclaration) -> Decoded:
    present = validity(array)
    if not len(values):
        return Decoded(Numbers(values.astype(np.int64), scale), present)
    outside = _outside(values, scale, declared)
    if outside is not None:
        bad = both(present, packed(outside))
        if not isinstance(bad, bool) and np.unpackbits(bad, count=len(values), bitorder="little").any():
            rows = np.flatnonzero(np.unpackbits(bad, count=len(values), bitorder="little"))
            return Decoded(
                Numbers(_narrow(values), scale),
                without(present, bad),
                faults=_faults(array.take(pa.array(rows)), rows, declared),
            )
    return Decoded(Numbers(_narrow(values), scale), present)


def _outside(values: Array, scale: int, declared: FactDeclaration) -> Rows | None:
    """Rows beyond the bounds, None when there can be none."""
    unit = 10**scale
    low, high = int(values.min()), int(values.max())
    below = declared.least is not None and low < declared.least * unit
    above = declared.most is not None and high > declared.most * unit
    if not (below or above):
        return None
    outside = np.zeros(len(values), np.bool_)
    if declared.least is not None:
        outside |= values < ceil(declared.least * unit)
    if declared.most is not None:
        outside |= values > floor(declared.most * unit)
    return outside


def _narrow(values: Array) -> Array:
    """The same numbers in 16 bits where they fit: a comparison takes a quarter of the time."""
    least, most = np.iinfo(np.int16).min, np.iinfo(np.int16).max
    if values.dtype.itemsize > 2 and least <= values.min() and values.max() <= most:
        return values.astype(np.int16)
    return values.astype(np.int64, copy=False) if values.dtype.itemsize > 4 else values


def _floats(array: pa.Array, declared: FactDeclaration) -> Decoded:
    """Floats as the decimals that they are printed as. NaN is unknown."""
    floats = _printed(array)
    floats = pc.if_else(pc.is_nan(floats), pa.scalar(None, pa.float64()), floats)
    values = pc.fill_null(floats, 0.0).to_numpy(zero_copy_only=False)
    for scale in (0,) if declared.type is FactType.INTEGER else (0, 2, 4):
        units = np.rint(values * 10**scale)
        if (np.abs(units) < 10**15).all() and (units / 10**scale == values).all():
            return _numbers(floats, units.astype(np.int64), scale, declared)
    return _one_by_one(floats, declared)


def _printed(floats: pa.Array) -> pa.Array:
    """Floats of any width with the values that they are printed as: 2.3 of 32 bits is 2.3."""
    if floats.type == pa.float64():
        return floats
    if floats.type == pa.float32():
        return floats.cast(pa.string()).cast(pa.float64())
    halves = floats.to_numpy(zero_copy_only=False).astype(np.float16)
    return pa.array(halves.astype(str), pa.string(), mask=~floats.is_valid().to_numpy(False)).cast(
        pa.float64()
    )


def _moments(array: pa.Array, declared: FactDeclaration) -> Decoded:
    """Dates that come as moments, as from pandas: at midnight in the zone of the column, else they are no dates."""
    kind = array.type
    local = pc.local_timestamp(array) if zone_of(kind) else array
    moments = pc.fill_null(local.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    days, rest = np.divmod(moments, _DAY[kind.unit if pa.types.is_timestamp(kind) else "ms"])
    return _days(array, days, rest != 0, declared)


def _days(array: pa.Array, days: Array, odd: Rows | bool, declared: FactDeclaration) -> Decoded:
    """Days counted from 1970, where the calendar has them and they are not odd."""
    bad = (days < dates.FIRST_DAY) | (days > dates.LAST_DAY) | odd
    present = validity(array)
    if not bad.any():
        return Decoded(Days(days), present)
    rows = np.flatnonzero(bad & unpacked(present, len(array)))
    faults = _faults(array.take(pa.array(rows)).cast(pa.string()), rows, declared) if len(rows) else None
    return Decoded(Days(np.where(bad, 0, days)), both(present, packed(~bad)), faults=faults)


def zone_of(kind: pa.DataType) -> str:
    """Return the zone of a column of moments; empty for any other."""
    return (kind.tz or "") if pa.types.is_timestamp(kind) else ""


# Words


def _texts(array: pa.Array, declared: FactDeclaration) -> Decoded:
    """Codes and texts as they are, but for those that say nothing or too much. Each distinct one is looked at once."""
    encoded = array.dictionary_encode()
    words = pc.utf8_trim_whitespace(encoded.dictionary)
    at, present = _raw(encoded.indices), validity(array)
    values = None
    if declared.type is FactType.CODE:
        values = Words(array if words.equals(encoded.dictionary) else words.take(encoded.indices))
    if not len(words):
        return Decoded(values, present)
    is_none = pc.equal(words, "none").to_pylist() if declared.may_be_none else [False] * len(words)
    most = _LONGEST_CODE if declared.type is FactType.CODE else MOST_TEXT
    odd = pc.or_(
        pc.greater(pc.utf8_length(encoded.dictionary), most), say_nothing(words, declared.real_words)
    )
    if any(is_none):
        odd = pc.and_not(odd, pa.array(is_none))
    none = _among(at, is_none)
    if not pc.any(odd).as_py():
        return Decoded(values, present, none)
    bad = both(present, _among(at, odd.to_pylist()))
    rows = np.flatnonzero(unpacked(bad, len(array)))
    faults = _faults(array.take(pa.array(rows)), rows, declared)
    return Decoded(values, without(present, bad), none, faults)


def _one_by_one(array: pa.Array, declared: FactDeclaration) -> Decoded:
    """Parse each distinct value once."""
    words = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    parsed, wrong = _parsed([_written(each) for each in words.dictionary.to_pylist()], declared)
    present = validity(words)
    if not parsed:
        return Decoded(values_of([None] * len(array), declared), False)
    at = _raw(words.indices)
    none = _among(at, [each is NONE for each in parsed])
    if parsed == list(declared.options)[: len(parsed)]:
        # The dictionary is the list of options: its codes are ours.
        return Decoded(Options(at, tuple(declared.options)), present)
    whole = values_of([None if each is NONE else each for each in parsed], declared)
    values = None if whole is None else whole.take(np.clip(at, 0, len(parsed) - 1))
    faults = None
    if wrong:
        bad = both(present, _among(at, [code in wrong for code in range(len(parsed))]))
        rows = np.flatnonzero(unpacked(bad, len(array)))
        faults = _fault_list(rows, [wrong[code] for code in at[rows].tolist()])
    known = _among(at, [each is not None for each in parsed])
    return Decoded(values, both(present, known), none, faults)


def _among(at: Array, wanted: list[bool]) -> Plane:
    """Rows whose code is one of those wanted."""
    if all(wanted) or not any(wanted):
        return wanted[0]
    return packed(np.take(np.array(wanted), at, mode="clip"))


Wrong = tuple[str, ValueFault]


def _parsed(values: list[Any], declared: FactDeclaration) -> tuple[list[Value | None], dict[int, Wrong]]:
    parsed: list[Value | None] = []
    wrong: dict[int, Wrong] = {}
    for at, each in enumerate(values):
        try:
            parsed.append(parse_value(each, declared))
        except ValueFault as fault:
            wrong[at] = (str(each), fault)
            parsed.append(None)
    return parsed, wrong


def _written(value: Any) -> Any:
    """A value as a file would hold it: numbers in text may be read as numbers, whole floats as whole."""
    if isinstance(value, str):
        return Plain(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def _faults(values: pa.Array, rows: Index, declared: FactDeclaration) -> Faults:
    """The faults of values that are known not to fit."""
    raw = [_written(each) for each in values.to_pylist()]
    found = []
    for each in raw:
        try:
            parse_value(each, declared)
            found.append((str(each), ValueFault("the value does not fit")))
        except ValueFault as fault:
            found.append((str(each), fault))
    return _fault_list(rows, found)


def _fault_list(rows: Index, found: list[Wrong]) -> Faults:
    return Faults(
        rows,
        tuple(value for value, _ in found),
        tuple(fault.message for _, fault in found),
        tuple(fault.hint for _, fault in found),
    )


# Sets


def lists(array: pa.Array) -> tuple[Index, pa.Array]:
    """Return where each row's items begin, from 0, and the items of all rows."""
    offsets = array.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    items = array.values.slice(offsets[0], offsets[-1] - offsets[0])
    return offsets - offsets[0], items


def _sets(array: pa.Array, declared: FactDeclaration, *, cells: pa.Array | None = None) -> Decoded:
    """Lists of options or codes, and the cells in which they stood, if they did.

    One item that does not fit makes the whole set unknown in its row; the value that is told is the cell, or the list.
    """
    offsets, items = lists(array)
    words = items if pa.types.is_dictionary(items.type) else items.dictionary_encode()
    single = attrs.evolve(
        declared,
        type=FactType.CHOICE if declared.type is FactType.CHOICES else FactType.CODE,
        may_be_none=False,
    )
    raw = [_written(each) for each in words.dictionary.to_pylist()]
    parsed, wrong = _parsed(raw, single)
    if cells is not None:
        found = {code: fault_of(str(item)) for code, item in enumerate(raw)}
        wrong |= {code: (str(raw[code]), fault) for code, fault in found.items() if fault is not None}
    present = validity(array)
    if words.null_count or not len(words):
        codes = pc.fill_null(words.indices.cast(pa.int64()), len(parsed)).to_numpy(zero_copy_only=False)
        wrong[len(parsed)] = ("", ValueFault("an item of the set is missing", "leave it out"))
    else:
        codes = _raw(words.indices)
    clean = tuple(each if isinstance(each, str) else "" for each in (*parsed, None))
    bad = (
        np.array([code in wrong for code in range(len(parsed) + 1)])[codes]
        if wrong
        else np.zeros(0, np.bool_)
    )
    faults = None
    if bad.any():
        at = np.flatnonzero(bad)
        rows = np.searchsorted(offsets, at, side="right") - 1
        whole = (array if cells is None else cells).take(pa.array(rows)).to_pylist()
        values = [
            each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)[:_SHOWN] for each in whole
        ]
        wrongs = [wrong[code][1] for code in codes[at].tolist()]
        faults = _fault_list(rows, [*zip(values, wrongs, strict=True)])
        spoilt = np.zeros(len(array), np.bool_)
        spoilt[rows] = True
        present = without(present, packed(spoilt))
    return Decoded(Sets(offsets, codes, clean), present, faults=faults)


def with_none(found: Decoded, none: Decoded) -> Decoded:
    """Lay a column that says where the value is none over the values."""
    assert isinstance(none.values, Truths)
    says = both(none.present, none.values.yes)
    return attrs.evolve(found, present=either(found.present, says), none=either(found.none, says))

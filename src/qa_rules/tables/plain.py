"""Arrow as it is laid out at the door: many layouts of the same values in, one out.

Polars, pandas, DuckDB and others write views, dictionaries of anything, runs, lists of a fixed size and types of their
own, and null slots that lie over values of a neighbour, as Arrow allows. Behind this door there are plain arrays,
lists whose null slots hold nothing, and dictionaries of text only, whose words are all there. What a value means is
for `decoding`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.errors import Diagnostic, FactsError
from qa_rules.language.placeholders import FORMS, KNOWN, PHRASE, says_nothing
from qa_rules.model.values import exact_text
from qa_rules.tables.planes import Plane, packed
from qa_rules.tables.vectors import running

_INDEX: Final = re.compile(r"__index_level_\d+__")
"""The rows' numbers of a pandas frame, where it carries them along."""
_MOST_OFFSET: Final = 2**31 - 1


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Return the columns as they are behind the door."""
    fields = [_field(each) for each in schema if not _INDEX.fullmatch(each.name)]
    return pa.schema(fields)


def plain_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch as it is behind the door. FactsError when a column is broken."""
    kept = [
        (field.name, plain(_sound(field.name, column)))
        for field, column in zip(batch.schema, batch.columns, strict=True)
        if not _INDEX.fullmatch(field.name)
    ]
    if not kept:
        return batch.select([])  # which still has its rows
    arrays, names = [array for _, array in kept], [name for name, _ in kept]
    return pa.RecordBatch.from_arrays(arrays, names)


def plain_table(table: pa.Table) -> pa.Table:
    """Return a table as it is behind the door."""
    return pa.Table.from_batches(map(plain_batch, table.to_batches()), plain_schema(table.schema))


def _sound(name: str, column: pa.Array) -> pa.Array:
    """A column that may hold text, if it can be read: Arrow itself believes whoever wrote it."""
    kind = column.type
    if not (pa.types.is_primitive(kind) or pa.types.is_null(kind)):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            hint = "write the table anew, with its text in UTF-8"
            message = f"the column `{name}` cannot be read: {error}"
            raise FactsError([Diagnostic("encoding", message, hint=hint)]) from None
    return column


def _field(field: pa.Field) -> pa.Field:
    return pa.field(field.name, plain_type(field.type))


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the type that an array of this type has behind the door."""
    types = pa.types
    if isinstance(kind, pa.BaseExtensionType):
        own = {"arrow.bool8": pa.bool_(), "arrow.uuid": pa.string()}
        return own.get(kind.extension_name) or plain_type(kind.storage_type)
    if types.is_run_end_encoded(kind):
        return plain_type(kind.value_type)
    if types.is_dictionary(kind):
        words = plain_type(kind.value_type)
        return pa.dictionary(kind.index_type, words) if is_text(words) else words
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_binary_view(kind):
        return pa.large_binary()
    if types.is_large_list(kind) or types.is_large_list_view(kind):
        return pa.large_list(_field(kind.value_field))
    if types.is_list(kind) or types.is_list_view(kind) or types.is_fixed_size_list(kind):
        return pa.list_(_field(kind.value_field))
    if types.is_struct(kind):
        return pa.struct([_field(each) for each in kind])
    if types.is_decimal32(kind) or types.is_decimal64(kind):
        return pa.decimal128(kind.precision, kind.scale)
    return kind


def is_text(kind: pa.DataType) -> bool:
    """Whether an Arrow type holds text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def plain(array: pa.Array) -> pa.Array:
    """Return an array as it is behind the door: itself, where it lies so already."""
    kind, types = array.type, pa.types
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.bool8":
            return array.storage.cast(pa.bool_())
        if kind.extension_name == "arrow.uuid":
            return pa.array([None if each is None else str(each) for each in array.to_pylist()], pa.string())
        return plain(array.storage)
    if types.is_run_end_encoded(kind):
        words = pa.RunEndEncodedArray.from_arrays(array.run_ends, plain(array.values))
        return pc.run_end_decode(words.slice(array.offset, len(array)))
    if types.is_dictionary(kind):
        return _words(array)
    if types.is_struct(kind):
        return _structs(array)
    wanted = plain_type(kind)
    if types.is_list(wanted) or types.is_large_list(wanted):
        return _lists(array)
    return array if wanted == kind else array.cast(wanted)


def _words(array: pa.DictionaryArray) -> pa.Array:
    words = plain(array.dictionary)
    if words is not array.dictionary:
        array = pa.DictionaryArray.from_arrays(array.indices, words)
    if not is_text(words.type):
        return array.dictionary_decode()
    if words.null_count:
        # A code for a word that is null is a null too.
        return array.dictionary_decode().dictionary_encode().cast(array.type)
    return array


def _structs(array: pa.StructArray) -> pa.StructArray:
    wanted = plain_type(array.type)
    given = array.flatten()
    fields = [plain(each) for each in given]
    if wanted == array.type and all(one is two for one, two in zip(fields, given, strict=True)):
        return array
    if not fields:
        return array
    named = [pa.field(each.name, each.type) for each in wanted]
    return pa.StructArray.from_arrays(fields, fields=named, mask=array.is_null())


def _lists(array: pa.Array) -> pa.Array:
    wanted = plain_type(array.type)
    if wanted == array.type and _tight(array):
        first, last = array.offsets[0].as_py(), array.offsets[-1].as_py()
        items = array.values.slice(first, last - first)
        laid = plain(items)
        if laid is items:
            return array
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    offsets = running(lengths)
    items = plain(array.flatten())
    wide = pa.types.is_large_list(wanted) or int(offsets[-1]) > _MOST_OFFSET
    of = pa.LargeListArray if wide else pa.ListArray
    return of.from_arrays(
        pa.array(offsets, pa.int64() if wide else pa.int32()),
        items,
        mask=array.is_null() if array.null_count else None,
    )


def _tight(array: pa.Array) -> bool:
    """Whether every null slot of a list array holds nothing."""
    if not len(array):
        return False
    if not array.null_count:
        return True
    offsets = array.offsets.to_numpy(zero_copy_only=False)
    empty = offsets[1:] == offsets[:-1]
    return bool((empty | array.is_valid().to_numpy(zero_copy_only=False)).all())


def as_text(array: pa.Array) -> pa.Array | None:
    """Return keys as text, so that 7 and "7" are one and "007" is another; None when they cannot be compared.

    A key that is empty or blank is no key.
    """
    kind, types = array.type, pa.types
    if types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if types.is_null(kind):
        return pa.nulls(len(array), pa.large_string())
    if types.is_floating(kind):
        floats = array.cast(pa.float64())
        array = pc.if_else(pc.is_finite(floats), floats, pa.scalar(None, pa.float64()))
        whole = pc.fill_null(array, 0.0).to_numpy(zero_copy_only=False)
        if (whole == np.rint(whole)).all() and (np.abs(whole) < 2**53).all():
            array = array.cast(pa.int64())
    elif types.is_decimal(kind):
        found = [None if each is None else exact_text(each) for each in array.to_pylist()]
        return pa.array(found, pa.large_string())
    elif not (is_text(kind) or types.is_integer(kind) or types.is_boolean(kind) or types.is_temporal(kind)):
        return None
    words = array.cast(pa.large_string())
    said = pc.not_equal(pc.utf8_trim_whitespace(words), "")
    return pc.if_else(said, words, pa.scalar(None, pa.large_string()))


def say_nothing(words: pa.Array, real: Collection[str] = ()) -> pa.Array:
    """Return which of some words are empty or stand for nothing, such as `n/a`, and are not among the real ones."""
    squeezed = pc.replace_substring_regex(pc.ascii_lower(words), "[^a-z0-9]+", "")
    likely = pc.is_in(squeezed, value_set=pa.array(["", "n", *sorted(KNOWN)], squeezed.type))
    for texts, pattern in ((squeezed, f"^(?:{PHRASE})$"), (words, "|".join(FORMS))):
        likely = pc.or_(likely, pc.match_substring_regex(texts, pattern))
    suspects = words.filter(pc.or_(likely, pc.invert(pc.string_is_ascii(words)))).unique().to_pylist()
    nothing = [each for each in suspects if each is not None and says_nothing(each) and each not in real]
    return pc.is_in(words, value_set=pa.array(nothing, words.type))


def validity(array: pa.Array) -> Plane:
    """Return where an array has a value, in place when it begins on a whole byte."""
    if array.null_count == 0:
        return True
    if array.null_count == len(array):
        return False
    bitmap = array.buffers()[0]
    if bitmap is None:
        return packed(array.is_valid().to_numpy(zero_copy_only=False))
    return bits_of(bitmap, array.offset, len(array))


def bits_of(buffer: pa.Buffer, offset: int, rows: int) -> Plane:
    """Return a bitmap of Arrow as a plane."""
    whole = np.frombuffer(buffer, np.uint8)
    if offset % 8 == 0:
        return whole[offset // 8 : (offset + rows + 7) // 8]
    return packed(np.unpackbits(whole, bitorder="little")[offset : offset + rows].view(np.bool_))

"""Facts of several subjects as one table, evidence and all: the inverse of what tables are read as."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

from qa_rules.errors import ArgumentError, due
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import NONE

_TYPES: Mapping[FactType, pa.DataType] = {
    FactType.YES_NO: pa.bool_(),
    FactType.JUDGEMENT: pa.bool_(),
    FactType.DATE: pa.date32(),
    FactType.CHOICE: pa.string(),
    FactType.CODE: pa.string(),
    FactType.TEXT: pa.string(),
    FactType.CHOICES: pa.list_(pa.string()),
    FactType.CODES: pa.list_(pa.string()),
}
_EVIDENCE: Mapping[str, pa.DataType] = {
    "strength": pa.string(),
    "on": pa.date32(),
    "valid_until": pa.date32(),
    "since": pa.date32(),
    "by": pa.string(),
}
_FITS = range(-(2**63), 2**63)


def table_of(ruleset: Ruleset, subjects: Sequence[Facts], key: str = "subject") -> pa.Table:
    """Return a row for each subject, with a column for each fact that one of them gives and for its evidence.

    Sources, roles and references of evidence are left out; nothing that a verdict turns on is. Who said something that
    stands around a value, and not on it, is left out too, but for judgements. As in a facts file,
    what the evidence of a field does not say is that of its list.
    """
    due("ruleset", ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
    due("subjects", subjects, (list, tuple), "a list of Facts")
    due("key", key, str, "the name of a column")
    if any("\ud800" <= char <= "\udfff" for char in key):
        raise ArgumentError("`key` holds half a character")
    for each in subjects:
        due("subjects", each, Facts, "a list of Facts")
    vocabulary = ruleset.vocabulary
    columns: dict[str, pa.Array] = {key: pa.array([each.subject for each in subjects], pa.string())}
    for name, declared in vocabulary.scalars.items():
        values = [each.values.get(name) for each in subjects]
        if any(values):
            columns |= _columns(name, declared, values)
    for name, declared in vocabulary.collections.items():
        given = [each.collections.get(name) for each in subjects]
        if any(each is not None for each in given):
            columns |= _beside(name, [None if each is None else each.evidence for each in given], declared)
            columns[f"{name}@partial"] = pa.array([None if each is None else each.partial for each in given])
            records = [
                [dict(record) for record in each.records] if each is not None else None for each in given
            ]
            columns[name] = _records(declared, records)
    return pa.table(columns)


def _columns(name: str, declared: FactDeclaration, values: Sequence[FactValue | None]) -> dict[str, pa.Array]:
    raw = [None if each is None or each.value is NONE else _plain(each.value) for each in values]
    columns = {name: _array(declared, raw)}
    if any(each is not None and each.value is NONE for each in values):
        columns[f"{name}@none"] = pa.array([each is not None and each.value is NONE for each in values])
    if any(each is not None and each.partial for each in values):
        columns[f"{name}@partial"] = pa.array([each is not None and each.partial for each in values])
    return columns | _beside(name, [None if each is None else each.evidence for each in values], declared)


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


def _array(declared: FactDeclaration, values: Sequence[Any]) -> pa.Array:
    kind = _TYPES.get(declared.type)
    if kind is not None:
        return pa.array(values, kind)
    given = [each for each in values if each is not None]
    if all(isinstance(each, int) and each in _FITS for each in given):
        return pa.array(values, pa.int64())
    return pa.array([None if each is None else Decimal(each) for each in values])


def _beside(name: str, evidence: Sequence[Evidence | None], declared: FactDeclaration) -> dict[str, pa.Array]:
    """The evidence of a value that is not there is unknown too."""
    judged = declared.type is FactType.JUDGEMENT
    any_since = any(each and each.since for each in evidence)
    # Who says it counts for a judgement, and where the word of whoever hands the table in may.
    is_their_word = bool(declared.own_word_of)
    parts: dict[str, Callable[[Evidence], object]] = {
        "strength": lambda each: each.strength.word,
        # A judgement needs a date of its own; the date of a file does not do.
        "on": lambda each: each.on if judged else each.dated,
        "valid_until": lambda each: each.valid_until,
        "since": lambda each: each.since,
        "by": lambda each: (each.by if judged or not each.inherited else "") or None,
    }
    return {
        f"{name}@{part}": pa.array([None if each is None else of(each) for each in evidence], _EVIDENCE[part])
        for part, of in parts.items()
        if (part != "by" or judged or is_their_word) and (part != "since" or any_since)
    }


def _records(declared: FactDeclaration, rows: Sequence[list[dict[str, FactValue]] | None]) -> pa.Array:
    every = [record for row in rows for record in row or ()]
    columns: dict[str, pa.Array] = {}
    for name, field in declared.fields.items():
        columns |= _columns(name, field, [record.get(name) for record in every])
    structs = pa.StructArray.from_arrays(columns.values(), names=list(columns))
    ends = _running(None if row is None else len(row) for row in rows)
    return pa.ListArray.from_arrays(ends, structs)


def _running(lengths: Iterable[int | None]) -> pa.Array:
    """Offsets of a list array: null where a row has no list."""
    offsets: list[int | None] = []
    total = 0
    for length in lengths:
        offsets.append(None if length is None else total)
        total += length or 0
    return pa.array([*offsets, total], pa.int32())

"""Columns from believed values one by one: for one subject, for a person, and for what no fast path fits."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa

from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import Fact, Field
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.values import NONE
from qa_rules.semantics.snapshot import NO_RECORDS, Held, HeldRecords, Known
from qa_rules.tables import dates
from qa_rules.tables.planes import packed
from qa_rules.tables.records import Records, TableFrame
from qa_rules.tables.vectors import (
    Column,
    Days,
    Grades,
    Numbers,
    Options,
    Sets,
    Source,
    Truths,
    Values,
    Words,
    running,
)

_FITS = range(-(2**63), 2**63)


def frame_of(
    known: Sequence[Known],
    vocabulary: Vocabulary,
    items: Mapping[Fact | Field, tuple[str, ...]],
    on: datetime.date,
    calendar: Calendar | None,
) -> TableFrame:
    """Return a row for each subject, all on one date."""
    names = dict.fromkeys(name for each in known for name in each.values)
    columns: dict[str, Source] = {
        name: column_of([each.values.get(name) for each in known], vocabulary.scalars[name]) for name in names
    }
    lists = dict.fromkeys(name for each in known for name in each.collections)
    collections = {
        name: records_of(
            [each.collections.get(name, NO_RECORDS) for each in known], vocabulary.collections[name]
        )
        for name in lists
    }
    return TableFrame(len(known), columns, collections, on, calendar, items)


def column_of(held: Sequence[Held | None], declared: FactDeclaration) -> Column:
    """Return the column of believed values, None where unknown."""
    strength = np.array([0 if each is None else each.strength for each in held], np.int8)
    none = np.array([each is not None and each.value is NONE for each in held], np.bool_)
    partial = np.array([each is not None and each.whole == 0 for each in held], np.bool_)
    values = [None if each is None or each.value is NONE else each.value for each in held]
    return Column(
        values=values_of(values, declared),
        grades=Grades(len(held), packed(strength > 0), strength),
        none=packed(none) if none.any() else False,
        partial=packed(partial) if partial.any() else False,
    )


def values_of(values: Sequence[object], declared: FactDeclaration) -> Values | None:
    """Return values encoded by their type, None for one that stands for nothing."""
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return Truths(len(values), packed(np.array([value is True for value in values], np.bool_)))
        case FactType.INTEGER | FactType.DECIMAL:
            return _numbers([value if isinstance(value, int | Decimal) else 0 for value in values])
        case FactType.DATE:
            days = [dates.day_of(value) if isinstance(value, datetime.date) else 0 for value in values]
            return Days(np.array(days, np.int64))
        case FactType.CHOICE:
            options = tuple(declared.options)
            codes = [options.index(value) if isinstance(value, str) else -1 for value in values]
            return Options(np.array(codes, np.int32), options)
        case FactType.CODE:
            return Words(pa.array(values, pa.string()))
        case FactType.CHOICES | FactType.CODES:
            sets = [sorted(value) if isinstance(value, frozenset) else [] for value in values]
            offsets = running(np.array([len(each) for each in sets], np.int64))
            words = tuple(dict.fromkeys(item for each in sets for item in each))
            place = {word: at for at, word in enumerate(words)}
            return Sets(offsets, np.array([place[item] for each in sets for item in each], np.int64), words)
        case _:
            return None


def _numbers(values: Sequence[int | Decimal]) -> Numbers:
    if all(isinstance(value, int) and value in _FITS for value in values):
        return Numbers(np.array(values, np.int64))
    exact = np.empty(len(values), object)
    exact[:] = values
    return Numbers(exact, None)


def records_of(held: Sequence[HeldRecords], declared: FactDeclaration) -> Records:
    """Return the believed records of a collection, row by row."""
    every = [record for each in held for record in each.records]
    names = dict.fromkeys(name for record in every for name in record.fields)
    strength = np.array([record.strength for record in every], np.int8)
    whole = np.array([each.whole for each in held], np.int8)
    return Records(
        offsets=running(np.array([len(each.records) for each in held], np.int64)),
        fields={
            name: column_of([record.fields.get(name) for record in every], declared.fields[name])
            for name in names
        },
        there=Grades(len(every), packed(strength > 0), strength),
        whole=Grades(len(held), packed(whole > 0), whole),
    )

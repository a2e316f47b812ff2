"""From a batch of a table to what is believed in every row, and what did not fit."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

import attrs
import numpy as np
import pyarrow as pa

from qa_rules.model.facts import Evidence, FactDeclaration
from qa_rules.tables.children import Child
from qa_rules.tables.dates import day_of
from qa_rules.tables.decode import Decoded, Faults, decoded, lists, with_none
from qa_rules.tables.evidence import PARTS, Backing, CountedFrom
from qa_rules.tables.layout import FLAGS, FactColumns, Layout, RecordColumns
from qa_rules.tables.plain import validity
from qa_rules.tables.planes import Plane, both, either, packed, unpacked, without
from qa_rules.tables.records import Records
from qa_rules.tables.sets import rows_of
from qa_rules.tables.shapes import of_record
from qa_rules.tables.vectors import Column, Grades, Index, Truths

Get = Callable[[str], pa.Array]
"""Return a column by name."""


@attrs.frozen(eq=False)
class ColumnFaults:
    """What did not fit in one column: rows count from 0 within the batch."""

    column: str
    faults: Faults


@attrs.frozen
class Moment:
    """What is believed today, judged on a date, and, where `by` is given, only of what counts by then."""

    on: datetime.date
    by: datetime.date | None = None
    counted: CountedFrom = CountedFrom.GAP
    today: datetime.date | None = None
    """The day of the assessment, where it is not the date on which is judged."""

    @property
    def believed(self) -> datetime.date:
        """The day on which evidence is believed, or not."""
        return self.today or self.on


@attrs.frozen(eq=False)
class Lists:
    """The records of a collection in all rows, as the table has them."""

    offsets: Index
    """Where each row's records begin."""
    records: pa.Array
    given: Plane
    """Which rows give a list."""
    lacking: Plane
    """Which lists may lack some."""
    numbers: Index
    """What each record is called in a fault, from 1: where it stands in its list, or in its child table."""


@attrs.define
class Reader:
    """Reads one batch. What was decoded is kept, so that it may be asked about several moments."""

    layout: Layout
    evidence: Evidence
    batch: pa.RecordBatch
    told_by: str = ""
    """Who hands the table in, where that counts."""
    found: list[ColumnFaults] = attrs.field(factory=list)
    given: dict[str, Plane] = attrs.field(factory=dict)
    """Where the table itself says something of a fact, believed or not."""
    counts: dict[tuple[Moment, str], Plane] = attrs.field(factory=dict)
    """By a moment and the name of a fact or collection: where something of it counts by then."""
    kept: dict[str, Decoded] = attrs.field(factory=dict)
    backings: dict[str, Backing] = attrs.field(factory=dict)
    inner: dict[str, Reader] = attrs.field(factory=dict)
    lists: dict[str, Lists] = attrs.field(factory=dict)
    """By collection."""

    def facts(self, at: Moment) -> dict[str, Column]:
        """Return what is believed of the facts that have columns."""
        base = Backing.of(self.evidence, self.batch.num_rows)
        documents = {
            name: self.backing(base, sides, self.column, "").around()
            for name, sides in self.layout.documents.items()
        }
        return {
            name: self.fact(columns, documents.get(name.partition(".")[0], base), self.column, "", at)
            for name, columns in self.layout.facts.items()
        }

    def column(self, name: str) -> pa.Array:
        """Return a column of the batch."""
        return self.batch.column(name)

    def decode(self, array: pa.Array, declared: FactDeclaration, label: str) -> Decoded:
        """Return the values of a column, and keep what did not fit."""
        if label not in self.kept:
            found = self.kept[label] = decoded(array, declared)
            if found.faults is not None:
                self.found.append(ColumnFaults(label, found.faults))
        return self.kept[label]

    def backing(self, base: Backing, sides: Mapping[str, str], get: Get, prefix: str) -> Backing:
        """Return the evidence with what columns say laid over it."""
        if not any(side in PARTS for side in sides):
            return base
        key = prefix + " ".join(sides.values())
        if key in self.backings:
            return self.backings[key]
        parts = {
            side: self.decode(get(name), PARTS[side], prefix + name)
            for side, name in sides.items()
            if side in PARTS
        }
        found = self.backings[key] = base.under(parts)
        if "since" in parts:
            rows = np.flatnonzero(unpacked(found.too_late(), found.rows))
            label = prefix + sides["since"]
            hint = "`since` is no later than the day of the evidence"
            messages = ("it is so since a day after that of its evidence",) * len(rows)
            faults = Faults(rows, ("",) * len(rows), messages, (hint,) * len(rows))
            self.found += [ColumnFaults(label, faults)] if len(rows) else []
        return found

    def flag(self, sides: Mapping[str, str], side: str, get: Get, prefix: str) -> Decoded | None:
        """Return a column of yes or no beside a fact."""
        return None if side not in sides else self.decode(get(sides[side]), FLAGS[side], prefix + sides[side])

    def fact(self, columns: FactColumns, base: Backing, get: Get, prefix: str, at: Moment) -> Column:
        """Return what is believed of one fact or field."""
        declared = columns.declared
        backing = self.backing(base, columns.sides, get, prefix)
        array = get(columns.value) if columns.value else pa.nulls(base.rows)
        label = prefix + (columns.value or declared.name)
        found = self.decode(array, declared, label)
        none = self.flag(columns.sides, "none", get, prefix)
        if none is not None:
            key = f"{label} or none"
            if key not in self.kept:
                self.kept[key] = self.none(found, none, columns, prefix)
            found = self.kept[key]
        partial = self.flag(columns.sides, "partial", get, prefix)
        self.given[declared.name] = found.present
        self.counted(declared.name, found.present, backing, at)
        return Column(
            values=found.values,
            grades=backing.grades(declared, found.present, _counts(backing, declared, at), self.told_by),
            none=found.none,
            partial=_perhaps(partial, base.rows),
        )

    def counted(self, name: str, given: Plane, backing: Backing, at: Moment) -> None:
        """Keep where something is given, and counts by the day of the moment."""
        if at.by is not None:
            there = both(given, backing.counted_by(day_of(at.by), at.counted))
            self.counts[at, name] = either(self.counts.get((at, name), False), there)

    def none(self, found: Decoded, none: Decoded, columns: FactColumns, prefix: str) -> Decoded:
        """Take what the column `@none` says; a row with a value and none too is at fault."""
        label = prefix + columns.sides["none"]
        says = _yes(none)
        torn = says if not columns.declared.may_be_none else both(found.present, says)
        assert isinstance(none.values, Truths)
        size = none.values.rows
        torn_rows = unpacked(torn, size)
        rows = np.flatnonzero(torn_rows)
        if len(rows):
            message = f"{columns.declared.name} has a value and is none as well"
            hint = "keep one of them"
            if not columns.declared.may_be_none:
                message, hint = "none is no answer here", "leave the fact out when it is unknown"
            count = len(rows)
            self.found.append(
                ColumnFaults(label, Faults(rows, ("none",) * count, (message,) * count, (hint,) * count))
            )
            clear = packed(~torn_rows)
            found = attrs.evolve(found, present=both(found.present, clear))
            none = attrs.evolve(none, present=both(none.present, clear))
        if none.faults is not None:
            # Nobody can say whether it is none.
            spoilt = _rows(none.faults, size)
            found = attrs.evolve(found, present=without(found.present, spoilt))
        return with_none(found, none)

    # Collections

    def collections(
        self, children: Mapping[str, Child], keys: pa.Array | None, at: Moment
    ) -> dict[str, Records]:
        """Return what is believed of the collections that have columns or child tables."""
        base = Backing.of(self.evidence, self.batch.num_rows)
        found = {}
        for name, columns in self.layout.collections.items():
            backing = self.backing(base, columns.sides, self.column, "")
            partial = self.flag(columns.sides, "partial", self.column, "")
            if name not in self.lists:
                if name in children and keys is not None:
                    self.lists[name] = self.of_child(children[name], keys, partial)
                elif columns.value:
                    self.lists[name] = self.listed(name, self.column(columns.value))
                else:
                    continue
            lists = self.lists[name]
            more = either(lists.lacking, _perhaps(partial, base.rows))
            found[name] = self.records(columns, backing, lists, more, at)
            self.given[name] = lists.given
        return found

    def of_child(self, child: Child, keys: pa.Array, partial: Decoded | None) -> Lists:
        """Return the records of a child table. None says nothing, unless a column says that the list is whole."""
        offsets, inner, lacking, shared = child.of_rows(keys)
        rows = np.flatnonzero(shared)
        if len(rows):
            values = tuple(str(each) for each in keys.take(pa.array(rows)).to_pylist())
            told = f"another row has this `{child.key}` too"
            hint = f"give each row a `{child.key}` of its own"
            if child.crossed is not None:
                told = f"another row or record may have this `{child.key}` too: as a number it is the same"
                hint = f"write the `{child.key}` in one way in both tables, zeros and all"
            problem = (
                f"{told}; nobody can say whose records of `{child.name}` they are, so none is used and the list is "
                "not whole"
            )
            faults = Faults(rows, values, (problem,) * len(rows), (hint,) * len(rows))
            self.found.append(ColumnFaults(child.key, faults))
        records = child.records.take(pa.array(inner)).combine_chunks().to_struct_array()
        if isinstance(records, pa.ChunkedArray):
            records = records.combine_chunks()
        given: Plane = packed(offsets[1:] > offsets[:-1])
        given = given if partial is None else either(given, partial.present)
        return Lists(offsets, records, given, lacking, child.places[inner] + 1)

    def listed(self, name: str, array: pa.Array) -> Lists:
        """Return the records of a column of lists. One that is missing makes the list unknown in its row."""
        offsets, records = lists(array)
        given, row = validity(array), rows_of(offsets)
        numbers = np.arange(len(row)) - offsets[row] + 1
        if records.null_count:
            missing = records.is_null().to_numpy(zero_copy_only=False)
            rows, count = row[missing], int(missing.sum())
            hint = "leave it out, or write what is known of it"
            problems = tuple(of_record(name, each, "it is missing") for each in numbers[missing].tolist())
            faults = Faults(rows, ("",) * count, problems, (hint,) * count)
            self.found.append(ColumnFaults(name, faults))
            given = without(given, _rows(faults, len(array)))
        return Lists(offsets, records, given, False, numbers)

    def records(
        self,
        columns: RecordColumns,
        base: Backing,
        lists: Lists,
        partial: Plane,
        at: Moment,
    ) -> Records:
        """Return what is believed of the records of all rows."""
        offsets, structs, given = lists.offsets, lists.records, lists.given
        row = rows_of(offsets)
        name = columns.declared.name
        label = f"{name}."
        arrays = {field.name: array for field, array in zip(structs.type, structs.flatten(), strict=True)}
        inner = self.inner.setdefault(name, Reader(self.layout, self.evidence, self.batch, self.told_by))
        backing = inner.backing(base.take(row).around(), columns.own, arrays.__getitem__, label).around()
        fields = {
            field: inner.fact(each, backing, arrays.__getitem__, label, at)
            for field, each in columns.fields.items()
        }
        self.found += [
            ColumnFaults(each.column, _in_records(each.faults, name, row, lists.numbers))
            for each in inner.found
        ]
        inner.found.clear()
        self.counted(name, given, base, at)
        for key in [each for each in inner.counts if each[0] == at]:
            theirs = inner.counts.pop(key)
            if theirs is not False:
                here = np.zeros(base.rows, np.bool_)
                here[row[unpacked(theirs, len(row))]] = True
                self.counts[at, name] = either(self.counts[at, name], packed(here))
        listed = base.grades(
            columns.declared, given, base.believed(columns.declared, at.believed), self.told_by
        )
        strength = np.zeros(len(row), np.int8)
        for level in (1, 2, 3):
            levels = [unpacked(listed.at(level), base.rows)[row]]
            levels += [unpacked(each.grades.at(level), len(row)) for each in fields.values()]
            strength += np.logical_or.reduce(levels)
        whole = without(listed.present, partial)
        if at.by is not None:
            whole = both(whole, base.counted_by(day_of(at.by), at.counted))
        return Records(
            offsets=offsets,
            fields=fields,
            there=Grades(len(row), True, strength),
            whole=attrs.evolve(listed, present=whole),
        )


def _counts(backing: Backing, declared: FactDeclaration, at: Moment) -> Plane:
    believed = backing.believed(declared, at.believed)
    return believed if at.by is None else both(believed, backing.counted_by(day_of(at.by), at.counted))


def _yes(flag: Decoded) -> Plane:
    assert isinstance(flag.values, Truths)
    return both(flag.present, flag.values.yes)


def _perhaps(flag: Decoded | None, rows: int) -> Plane:
    """Rows in which a flag says yes, or nobody can read what it says."""
    if flag is None:
        return False
    return _yes(flag) if flag.faults is None else either(_yes(flag), _rows(flag.faults, rows))


def _in_records(faults: Faults, collection: str, row: Index, numbers: Index) -> Faults:
    """Faults of records as faults of the rows to which they belong."""
    at = zip(numbers[faults.rows].tolist(), faults.messages, strict=True)
    messages = tuple(of_record(collection, number, message) for number, message in at)
    return attrs.evolve(faults, rows=row[faults.rows], messages=messages)


def _rows(faults: Faults, rows: int) -> Plane:
    spoilt = np.zeros(rows, np.bool_)
    spoilt[faults.rows] = True
    return packed(spoilt)

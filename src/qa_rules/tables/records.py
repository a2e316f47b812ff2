"""Quantifiers: the records of all rows, one after the other, judged at once and counted back into their rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import assert_never

import attrs
import numpy as np

from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import (
    Count,
    Fact,
    Field,
    OfRecords,
    Quantified,
    Together,
    Total,
    collections_of,
)
from qa_rules.model.lazy import lazy
from qa_rules.tables.leaves import operand_of
from qa_rules.tables.linear import Listing, Part, Summation
from qa_rules.tables.planes import Plane, Rows, both, either, neither, packed, unpacked, without
from qa_rules.tables.schedule import MET, NOT_MET, Outer, Program, Quantifier, Run
from qa_rules.tables.sets import Sides, as_sets, in_all_of, pooled, present, rows_of
from qa_rules.tables.vectors import (
    UNKNOWN,
    Grades,
    Index,
    Moved,
    Same,
    Sets,
    Source,
    running,
    taken,
)


@attrs.frozen(eq=False)
class Records:
    """The records of a collection in every row."""

    offsets: Index
    """Where the records of each row begin; one more than there are rows."""
    fields: Mapping[str, Source]
    there: Grades
    """How well it is backed that there is such a record."""
    whole: Grades
    """By row: the strength of the claim that there are no others."""

    @lazy
    def row(self) -> Index:
        """The row of each record."""
        return rows_of(self.offsets)

    def repeated(self, rows: int) -> Records:
        """Return the records of the only row for every one of many rows."""
        inner = np.tile(np.arange(self.offsets[-1]), rows)
        fields = {name: each.take(inner) for name, each in self.fields.items()}
        offsets = np.arange(rows + 1, dtype=np.int64) * self.offsets[-1]
        return Records(offsets, fields, self.there.take(inner), self.whole.take(np.zeros(rows, np.int64)))


def no_records(rows: int) -> Records:
    """Nothing known of a collection in any row."""
    return Records(np.zeros(rows + 1, np.int64), {}, Grades(0, False, 0), Grades(rows, False, 0))


@attrs.frozen(eq=False)
class TableFrame:
    """What is believed in every row of a table."""

    rows: int
    columns: Mapping[str, Source]
    collections: Mapping[str, Records]
    on: datetime.date
    calendar: Calendar | None
    items: Mapping[Fact | Field, tuple[str, ...]]
    inside: dict[str, dict[str, Source]] = attrs.field(factory=dict, init=False, repr=False)
    """By collection: facts of the rows, for each record of theirs."""

    def strengths(self) -> set[int]:
        """Return the strengths that may occur."""
        found: set[int] = set()
        for column in self.columns.values():
            found |= _strengths(column)
        for records in self.collections.values():
            for grades in (records.there, records.whole):
                found |= _of_grades(grades)
            for column in records.fields.values():
                found |= _strengths(column)
        return found

    def column(self, term: Fact | Field) -> Source:
        """Return what is believed of a fact."""
        return self.columns.get(term.name, UNKNOWN)

    def items_of(self, term: Fact | Field) -> tuple[str, ...]:
        """Return every item that some rule looks for in a set."""
        return self.items.get(term, ())

    def outer(self, name: str, side: bool, level: int) -> Plane:
        """Nothing is outside of the table."""
        raise AssertionError(f"{name} is asked about outside of the table")

    def records(self, step: Quantifier, ask: Outer) -> Callable[[int], Sides]:
        """Return the test of a quantifier."""
        inner = [self._inner(name, ask) for name in collections_of(step.expr)]
        match step.expr:
            case Quantified():
                where, body = step.parts
                return _quantified(step.expr, where, body, inner[0])
            case Together():
                return _together(step.expr, step.parts[0], inner[0])
            case Total():
                frames = {each.collection: each for each in inner}
                return _totalled(step.expr, step.parts, frames, self)
            case _:
                assert_never(step.expr)

    def adding(self, part: OfRecords, where: Program | None, ask: Outer) -> tuple[Part, Listing]:
        """Return what the records of a collection add to a sum."""
        return _adding(part, where, self._inner(part.collection, ask))

    def _inner(self, collection: str, ask: Outer) -> _RecordFrame:
        """The records of a collection in every row, as a frame of their own."""
        found = self.collections.get(collection)
        records = no_records(self.rows) if found is None else found
        return _RecordFrame(
            self, collection, records, ask, records.row, self.inside.setdefault(collection, {})
        )


def _of_grades(grades: Grades) -> set[int]:
    return {grades.strength} if isinstance(grades.strength, int) else {1, 2, 3}


def _strengths(column: Source) -> set[int]:
    if isinstance(column, Same):
        return set() if column.held is None else {column.held.strength, column.held.whole}
    return _of_grades(column.grades)


@attrs.frozen(eq=False)
class _RecordFrame:
    """What is believed of every record: its fields, and what is believed of the row that it belongs to."""

    table: TableFrame
    collection: str
    own: Records
    ask: Outer
    row: Index
    """The row of each record."""
    taken: dict[str, Source]

    @property
    def rows(self) -> int:
        return len(self.row)

    @property
    def on(self) -> datetime.date:
        return self.table.on

    @property
    def calendar(self) -> Calendar | None:
        return self.table.calendar

    def column(self, term: Fact | Field) -> Source:
        if isinstance(term, Field):
            return self.own.fields.get(term.name, UNKNOWN)
        if term.name not in self.taken:
            column = self.table.columns.get(term.name, UNKNOWN)
            self.taken[term.name] = column.take(self.row)
        return self.taken[term.name]

    def items_of(self, term: Fact | Field) -> tuple[str, ...]:
        return self.table.items_of(term)

    def outer(self, name: str, side: bool, level: int) -> Plane:
        return taken(self.ask(name, side, level), self.table.rows, self.row)

    def records(self, step: Quantifier, ask: Outer) -> Callable[[int], Sides]:
        raise AssertionError("a quantifier stands in a quantifier")

    def sides(self, part: Program | None, level: int) -> Sides:
        """Where a part holds and where it does not; without a part it holds for every record."""
        if part is None:
            return True, False
        holds, fails = Run(part, self).planes((("", MET, level), ("", NOT_MET, level)))
        return holds, fails

    def selected(self, where: Program | None, level: int) -> Sides:
        """Whether there is this record and `where` selects it; that it exists is never denied."""
        holds, fails = self.sides(where, level)
        return both(holds, self.own.there.at(level)), fails

    def counted(self, plane: Plane) -> Index:
        """Return how many of its records each row has in the plane."""
        offsets = self.own.offsets
        if isinstance(plane, bool):
            return (offsets[1:] - offsets[:-1]) * plane
        sums = running(unpacked(plane, self.rows))
        return sums[offsets[1:]] - sums[offsets[:-1]]

    def some(self, plane: Plane) -> Plane:
        """Rows with some record in the plane."""
        return packed(self.counted(plane) > 0)


def _quantified(
    expr: Quantified, where: Program | None, body: Program | None, frame: _RecordFrame
) -> Callable[[int], Sides]:
    whole = frame.own.whole
    lengths = frame.counted(True)

    def every(level: int) -> Sides:
        (chosen, left_out), (holds, fails) = frame.selected(where, level), frame.sides(body, level)
        open_ = frame.some(neither(either(left_out, holds)))
        something = True if expr.empty_is_met else frame.some(chosen)
        return both(without(whole.at(level), open_), something), frame.some(both(chosen, fails))

    def enough(level: int) -> Sides:
        number = 1 if expr.count is Count.SOME else expr.number
        (chosen, left_out), (holds, fails) = frame.selected(where, level), frame.sides(body, level)
        met = packed(frame.counted(both(chosen, holds)) >= number)
        not_met = frame.counted(either(left_out, fails)) > lengths - number
        return met, both(whole.at(level), packed(not_met))

    match expr.count:
        case Count.EVERY:
            return every
        case Count.SOME | Count.AT_LEAST:
            return enough
        case _:
            assert_never(expr.count)


@attrs.frozen(eq=False)
class _Selected:
    """The records that a part of a sum selects."""

    frame: _RecordFrame
    where: Program | None

    @property
    def offsets(self) -> Index:
        """Where the records of each row begin; one more than there are rows."""
        return self.frame.own.offsets

    def selected(self, level: int) -> Sides:
        """Return which records count, and which are known not to."""
        return self.frame.selected(self.where, level)

    def whole(self, level: int) -> Plane:
        """Return the rows whose lists are known to be whole."""
        return self.frame.own.whole.at(level)


def _adding(part: OfRecords, where: Program | None, frame: _RecordFrame) -> tuple[Part, Listing]:
    """Return what records add to a sum."""
    if part.amount is None:
        return Part.always(Fraction(part.factor)), _Selected(frame, where)
    number = attrs.evolve(part.amount, factor=part.factor)
    return Part.of(number, frame.column(part.amount.term)), _Selected(frame, where)


def _totalled(
    expr: Total,
    wheres: Sequence[Program | None],
    frames: Mapping[str, _RecordFrame],
    table: TableFrame,
) -> Callable[[int], Sides]:
    numbers = [Part.of(each, table.column(each.term)) for each in expr.sum]
    records = [
        _adding(each, where, frames[each.collection])
        for each, where in zip(expr.records, wheres, strict=True)
    ]
    return Summation.of(table.rows, numbers, records, Fraction(expr.least)).reaches(expr)


def _together(expr: Together, where: Program | None, frame: _RecordFrame) -> Callable[[int], Sides]:
    """Whether the records of each row, together, hold every item of a target set."""
    rows = frame.table.rows
    target = operand_of(expr.target, frame.table)
    assert not isinstance(target, Moved)
    field = frame.column(Field(expr.collection, expr.field))
    if isinstance(target, Same) and not (target.known(1) and isinstance(target.value, frozenset)):
        return lambda _: (False, False)
    wanted = as_sets(target, rows)
    wanted_row = rows_of(wanted.offsets)
    usable = not isinstance(field, Same) or field.known(1)
    nothing_held = Sets(np.zeros(frame.rows + 1, np.int64), wanted.codes[:0], ())
    held = as_sets(field, frame.rows) if usable else nothing_held
    record = rows_of(held.offsets)
    items, held_items, size = pooled(wanted, held)
    asked, offered = wanted_row * size + items, frame.row[record] * size + held_items
    nothing = packed(wanted.offsets[1:] == wanted.offsets[:-1])

    def covered(records: Plane) -> Rows:
        """Items of the targets that one of these records holds."""
        return present(asked, offered[unpacked(records, frame.rows)[record]], rows * size)

    def some(items: Rows) -> Plane:
        """Rows with one of these items of the target."""
        sums = running(items)
        return packed(sums[wanted.offsets[1:]] > sums[wanted.offsets[:-1]])

    def sides(level: int) -> Sides:
        chosen, left_out = frame.selected(where, level)
        found = covered(in_all_of(chosen, field.known(level), field.known(1)))
        # A record that is not left out may yet hold anything that it is not known to lack.
        possible = neither(left_out)
        open_ = frame.some(without(possible, field.whole(level)))
        lacking = some(~covered(both(possible, field.known(1))))
        holds = without(without(target.whole(level), nothing), some(~found))
        fails = without(in_all_of(target.known(level), frame.own.whole.at(level), lacking), open_)
        return holds, fails

    return sides

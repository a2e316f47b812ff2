"""What a leaf is worth in every row: `meaning.leaves.settle` on planes.

A leaf at a level is two planes: rows where it holds, and rows where it does not, by facts of that strength or a
higher one.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from typing import Protocol, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.model import expressions as ex
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import terms
from qa_rules.model.values import Unit
from qa_rules.semantics.dates import later as one_later
from qa_rules.semantics.leaves import settle
from qa_rules.semantics.snapshot import Held
from qa_rules.tables import dates
from qa_rules.tables.linear import linear
from qa_rules.tables.planes import (
    Array,
    Plane,
    both,
    but,
    either,
    neither,
    packed,
    without,
)
from qa_rules.tables.sets import Overlap, Sides, Test, bits, empty, includes, one_of, usable
from qa_rules.tables.vectors import (
    UNKNOWN,
    Days,
    Moved,
    Numbers,
    Operand,
    Options,
    Same,
    Sets,
    Source,
    Truths,
    Vector,
    Words,
    compared,
)


class Rowed(Protocol):
    """What leaves need of a table, or of the records of a collection."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        ...

    @property
    def on(self) -> datetime.date:
        """The date of the assessment."""
        ...

    @property
    def calendar(self) -> Calendar | None:
        """The working days."""
        ...

    def column(self, term: ex.Fact | ex.Field) -> Source:
        """Return what is believed of a fact."""
        ...

    def items_of(self, term: ex.Fact | ex.Field) -> tuple[str, ...]:
        """Return every item that some rule looks for in a set."""
        ...


def tested(leaf: ex.Leaf, frame: Rowed) -> Test:
    """Return the test of a leaf. Values are compared once, whatever levels are asked."""
    found = {term: frame.column(term) for term in terms(leaf) if isinstance(term, ex.Fact | ex.Field)}
    if all(isinstance(operand, Same) for operand in found.values()):
        held = {term: operand.held for term, operand in found.items() if isinstance(operand, Same)}
        t, f = settle(leaf, held.__getitem__, frame.on, frame.calendar)
        return lambda level: (t >= level, f >= level)
    match leaf:
        case ex.Given(term):
            return _given(found[term])
        case ex.Compare(left, op, right, ranks):
            return _compare(operand_of(left, frame), op, operand_of(right, frame), ranks, frame.rows)
        case ex.Within():
            return _within(leaf, frame)
        case ex.Linear():
            return linear(leaf, [frame.column(each.term) for each in leaf.sum], frame.rows)
        case ex.OneOf(item, options):
            return one_of(operand_of(item, frame), operand_of(options, frame), frame.rows)
        case ex.Includes(whole, how, items, count):
            universe = frame.items_of(whole) if isinstance(whole, ex.Fact | ex.Field) else ()
            pair = operand_of(whole, frame), operand_of(items, frame)
            return includes(Overlap.of(*pair, universe, frame.rows), how, count)
        case ex.Empty(whole):
            return empty(operand_of(whole, frame))
        case _:
            assert_never(leaf)


def operand_of(term: ex.Term, frame: Rowed) -> Operand:
    """Return what a term is in every row."""
    match term:
        case ex.Fact() | ex.Field():
            return frame.column(term)
        case ex.Literal(value):
            return Same(Held(value, 3, 3))
        case ex.On():
            return Same(Held(frame.on, 3, 3))
        case ex.Later():
            return _later(term, frame)
        case ex.Parameter() | ex.Unset() | ex.Named():
            return UNKNOWN
        case _:
            assert_never(term)


def _graded(hit: Plane, *operands: Operand) -> Test:
    """As strong as the weakest of the facts that were looked at."""

    def at(level: int) -> Sides:
        known: Plane = True
        for operand in operands:
            known = both(known, operand.known(level))
        holds = both(known, hit)
        return holds, but(known, holds)

    return at


def _given(operand: Operand) -> Test:
    return lambda level: (operand.known(level), operand.given_none(level))


# Dates


def _days(operand: Operand, rows: int) -> Array:
    if isinstance(operand, Same):
        day = dates.day_of(operand.value) if operand.known(1) else 0
        return np.full(rows, day, np.int64)
    assert isinstance(operand.values, Days)
    return operand.values.values.astype(np.int64, copy=False)


def _amounts(operand: Operand, rows: int) -> Array:
    most = 10**9
    if isinstance(operand, Same):
        amount = operand.value if operand.known(1) else 0
        return np.full(rows, min(max(int(amount), -most), most), np.int64)
    assert isinstance(operand.values, Numbers)
    values = operand.values
    if values.scale is None:
        return np.array([min(max(int(each), -most), most) for each in values.values.tolist()], np.int64)
    assert values.scale == 0
    return np.clip(values.values.astype(np.int64, copy=False), -most, most)


def _later(term: ex.Later, frame: Rowed) -> Operand:
    start, amount = operand_of(term.start, frame), operand_of(term.amount, frame)
    if not (usable(start) and usable(amount)):
        return UNKNOWN
    if isinstance(start, Same) and isinstance(amount, Same):
        day = one_later(start.value, amount.value, term.unit, frame.calendar)
        strength = min(held.strength for held in (start.held, amount.held) if held is not None)
        return UNKNOWN if day is None else Same(Held(day, strength, 0))
    days, there = dates.later(
        _days(start, frame.rows), _amounts(amount, frame.rows), term.unit, frame.calendar
    )
    return Moved(Days(days), start, amount, True if there is None else packed(there))


def _within(leaf: ex.Within, frame: Rowed) -> Test:
    """Too early whatever the span; else in time or late, where the last day is known."""
    moment, start = operand_of(leaf.moment, frame), operand_of(leaf.start, frame)
    if not (usable(moment) and usable(start)):
        return lambda _: (False, False)
    amount = operand_of(leaf.amount, frame)
    last: Operand
    if isinstance(moment, Same) and isinstance(amount, Same) and leaf.unit is not Unit.WORKING_DAYS:
        # The last day never falls when the start rises, so one start divides in time from late.
        last, days = amount, _days(start, frame.rows)
        early = packed(days > dates.day_of(moment.value))
        late: Plane = usable(amount) and packed(days < earliest_start(moment.value, amount.value, leaf.unit))
    else:
        last = _later(ex.Later(leaf.start, leaf.amount, leaf.unit), frame)
        at = _days(moment, frame.rows)
        early = packed(at < _days(start, frame.rows))
        late = usable(last) and packed(at > _days(last, frame.rows))

    def sides(level: int) -> Sides:
        known = both(moment.known(level), start.known(level))
        complete = both(known, last.known(level))
        in_time = without(without(complete, early), late)
        return in_time, either(both(known, early), without(both(complete, late), early))

    return sides


def earliest_start(moment: datetime.date, amount: int, unit: Unit) -> int:
    """Return the first start day from which `amount` units reach the moment."""

    def reaches(day: int) -> bool:
        last = one_later(dates.date_of(day), amount, unit, None)
        return last is not None and last >= moment

    days = range(dates.FIRST_DAY, dates.LAST_DAY + 1)
    return dates.FIRST_DAY + bisect_left(days, True, key=reaches)


# Comparisons


def _compare(left: Operand, op: ex.Op, right: Operand, ranks: tuple[str, ...], rows: int) -> Test:
    if isinstance(left, Same):
        left, op, right = right, op.mirrored, left
    if not (usable(left) and usable(right)):
        return lambda _: (False, False)
    assert not isinstance(left, Same)
    if isinstance(right, Same):
        hit = _against(left, op, right.value, ranks)
    else:
        hit = _row_by_row(left, op, right, ranks)
    return _graded(hit, left, right)


def _against(left: Vector, op: ex.Op, value: object, ranks: tuple[str, ...]) -> Plane:
    match left.values:
        case Truths(_, yes):
            return yes if value else neither(yes)
        case Numbers() as numbers:
            return numbers.against(op, value)  # type: ignore[arg-type]
        case Days(days):
            return compared(days, op, dates.day_of(value))  # type: ignore[arg-type]
        case Options() as options:
            if op is ex.Op.IS:
                return options.plane(str(value))
            return compared(options.ranked(ranks), op, ranks.index(str(value)))
        case Words(words):
            return bits(pc.equal(words, pa.scalar(str(value), words.type)))
        case Sets() | None:
            raise AssertionError("a set or a text is not compared with one value")
        case _:
            assert_never(left.values)


def _row_by_row(left: Vector, op: ex.Op, right: Vector, ranks: tuple[str, ...]) -> Plane:
    match left.values, right.values:
        case Truths(_, first), Truths(_, second):
            return either(both(first, second), neither(either(first, second)))
        case Numbers() as numbers, Numbers() as others:
            return numbers.with_(op, others)
        case Days(first), Days(second):
            return compared(first, op, second)
        case Options() as options, Options() as others:
            if op is ex.Op.IS and options.options != others.options:
                return bits(pc.equal(options.words, others.words))
            order = ranks or options.options
            return compared(options.ranked(order), op, others.ranked(order))
        case (Words() | Options()) as first, (Words() | Options()) as second:
            return bits(pc.equal(first.words, second.words))
        case _:
            raise AssertionError("only values of one type are compared")

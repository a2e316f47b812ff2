"""The regions into which the rows of a decision table cut the values of each of its inputs.

All values of a region are alike to every row. A number or date falls into single values and the open spans between
them; a choice into its options; and none, where it may come up, is a region of its own, which only a test whether
something is given and a cell that takes anything take.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor
from typing import Final, assert_never

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import TableInput
from qa_rules.model.expressions import terms, walk
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE, Scalar, Value
from qa_rules.semantics.linear import EXACT
from qa_rules.semantics.ranges import bounds, holds_of

Edge = int | Decimal | datetime.date
_ELSE: Final = "\0"
"""Stands for any code that no row names."""


@attrs.frozen
class Span:
    """Numbers or dates from one edge to another. None for no edge; `open` where the edge itself is left out."""

    low: Edge | None
    low_open: bool
    high: Edge | None
    high_open: bool

    @property
    def is_one(self) -> bool:
        """Whether it is a single value."""
        return self.low is not None and self.low == self.high


@attrs.frozen
class Options:
    """Some options or codes, or with `others` all but these."""

    values: frozenset[str]
    others: bool = False


@attrs.frozen
class Truth:
    """A yes or no."""

    holds: bool


@attrs.frozen
class NoValue:
    """None; with `given` any value but none."""

    given: bool = False


Piece = Span | Options | Truth | NoValue


@attrs.frozen
class Region:
    """Values of an input that every row treats alike."""

    pieces: tuple[Piece, ...]
    test: ex.Expr
    """Whether the input is in the region."""
    rows: frozenset[int]
    """The rows that take it."""


@attrs.frozen
class Column:
    """An input with its regions, which leave out no value and share none."""

    input: TableInput
    regions: tuple[Region, ...]
    declared: FactDeclaration | None = None
    """What values it can have; None for a test."""
    setting: str = ""
    """The setting that nobody gave, where that is all that the column is about."""

    def test(self, regions: Sequence[int]) -> ex.Expr:
        """Return whether the input is in one of its regions, given by number."""
        found = [self.regions[at] for at in regions]
        if self.declared is None or self.input.term is None:
            return found[0].test if len(found) == 1 else ex.AnyOf(tuple(each.test for each in found))
        pieces = [piece for each in found for piece in each.pieces]
        merged = tuple(joined(pieces, self.declared.type is FactType.INTEGER))
        return _membership(self.input.term, merged, self.declared)


def column(asked: TableInput, cells: Sequence[ex.Expr | None], declared: FactDeclaration | None) -> Column:
    """Return an input with the regions that its cells cut. `declared`: what is known of its term."""
    if asked.term is None or declared is None:
        return _of_test(asked, cells)
    values: dict[frozenset[int], list[Piece]] = {}
    for piece, value in _atoms(declared, cells):
        rows = frozenset(at for at, cell in enumerate(cells) if cell is None or holds(cell, value))
        values.setdefault(rows, []).append(piece)
    found = []
    for rows, atoms in values.items():
        pieces = tuple(joined(atoms, declared.type is FactType.INTEGER))
        found.append(Region(pieces, _membership(asked.term, pieces, declared), rows))
    return Column(asked, tuple(found), declared)


def unset(asked: TableInput, cell: ex.Expr, row: int, rows: int) -> Column:
    """Return a column for a cell with a setting that nobody gave: whether its row takes the input stays open."""
    name = next(each.name for inner in walk(cell) for each in terms(inner) if isinstance(each, ex.Unset))
    others = frozenset(range(rows)) - {row}
    open_test = ex.Constant(None, name)
    both = (Region((), open_test, others | {row}), Region((), open_test, others))
    return Column(asked, both, setting=name)


def is_unset(cell: ex.Expr | None) -> bool:
    """Whether a cell has a setting in it that nobody gave."""
    return cell is not None and any(
        isinstance(term, ex.Unset) for inner in walk(cell) for term in terms(inner)
    )


def _of_test(asked: TableInput, cells: Sequence[ex.Expr | None]) -> Column:
    test = asked.test
    if test is None:
        raise AssertionError(f"{asked.name} is neither a term nor a test")
    wanted = [cell.holds if isinstance(cell, ex.Constant) else None for cell in cells]
    found = []
    for truth, expr in ((True, test), (False, ex.Not(test))):
        rows = frozenset(at for at, each in enumerate(wanted) if each is None or each is truth)
        found.append(Region((Truth(truth),), expr, rows))
    return Column(asked, tuple(found))


# Values


def inside(value: Value, piece: Piece) -> bool:
    """Return whether a value is in a part of a region."""
    match piece:
        case NoValue(given):
            return (value is NONE) is not given
        case Truth(truth):
            return value is truth
        case Options(values, others):
            return (value in values) is not others
        case Span(low, low_open, high, high_open):
            above = low is None or (value > low if low_open else value >= low)  # type: ignore[operator]
            return above and (high is None or (value < high if high_open else value <= high))  # type: ignore[operator]
        case _:
            assert_never(piece)


def holds(cell: ex.Expr, value: Value) -> bool:
    """Return whether a cell takes a value; of none it takes only what it says of it."""
    return _judged(cell, value) is True


def _judged(cell: ex.Expr, value: Value) -> bool | None:
    match cell:
        case ex.AllOf(operands):
            found = [_judged(each, value) for each in operands]
            return False if False in found else None if None in found else True
        case ex.AnyOf(operands):
            found = [_judged(each, value) for each in operands]
            return True if True in found else None if None in found else False
        case ex.Not(operand):
            inner = _judged(operand, value)
            return None if inner is None else not inner
        case ex.Given():
            return value is not NONE
        case ex.Compare(_, op, ex.Literal(bound), ranks) if not isinstance(bound, frozenset):
            return None if value is NONE else holds_of(value, op, bound, ranks)  # type: ignore[arg-type]
        case ex.OneOf(_, ex.Literal(frozenset() as options)):
            return None if value is NONE else value in options
        case ex.Constant(truth):
            return truth
        case _:
            raise AssertionError(f"{cell!r} is no test of a cell")


def _atoms(declared: FactDeclaration, cells: Sequence[ex.Expr | None]) -> Iterator[tuple[Piece, Value]]:
    """The smallest regions that the cells can tell apart, each with a value of it."""
    if declared.may_be_none:
        yield NoValue(), NONE
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            yield from ((Truth(each), each) for each in (True, False))
        case FactType.CHOICE:
            yield from ((Options(frozenset([each])), each) for each in declared.options)
        case FactType.CODE:
            named = sorted({str(each) for each in _written(cells)})
            yield from ((Options(frozenset([each])), each) for each in named)
            yield Options(frozenset(named), others=True), _ELSE
        case FactType.INTEGER | FactType.DECIMAL | FactType.DATE:
            yield from _spans(declared, [each for each in _written(cells) if not isinstance(each, str)])
        case _:
            yield NoValue(given=True), _ELSE


def _written(cells: Iterable[ex.Expr | None]) -> Iterator[Scalar]:
    for cell in cells:
        for inner in () if cell is None else walk(cell):
            for term in terms(inner):
                if isinstance(term, ex.Literal):
                    yield from term.value if isinstance(term.value, frozenset) else (term.value,)


def _spans(declared: FactDeclaration, written: Iterable[Scalar]) -> Iterator[tuple[Span, Value]]:
    least, most = bounds(declared)
    cuts = sorted({*written, *(each for each in (least, most) if each is not None)})
    edges: list[Edge | None] = [None, *cuts, None]  # type: ignore[list-item]
    for low, high in pairwise(edges):
        atoms = [Span(low, True, high, True)]
        if high is not None:
            atoms.append(Span(high, False, high, False))
        for each in atoms:
            span = each if declared.type is FactType.DECIMAL else _counted(each)
            inside = None if span is None else _inside(span)
            if span is None or inside is None or not _within(inside, least, most):
                continue
            if span.low == least:
                span = attrs.evolve(span, low=None, low_open=True)
            if span.high == most:
                span = attrs.evolve(span, high=None, high_open=True)
            yield span, inside


def _counted(span: Span) -> Span | None:
    """The whole numbers, or the days, of a span, edges included; None where there are none."""
    low, high = span.low, span.high
    if isinstance(low, datetime.date) or isinstance(high, datetime.date):
        if (low == datetime.date.max and span.low_open) or (high == datetime.date.min and span.high_open):
            return None  # there are no days beyond
        one = datetime.timedelta(1)
        first = low + one if low is not None and span.low_open else low  # type: ignore[operator]
        last = high - one if high is not None and span.high_open else high  # type: ignore[operator]
    else:
        first = None if low is None else floor(low) + 1 if span.low_open else ceil(low)
        last = None if high is None else ceil(high) - 1 if span.high_open else floor(high)
    if first is not None and last is not None and first > last:  # type: ignore[operator]
        return None
    return Span(first, first is None, last, last is None)


def _inside(span: Span) -> Edge | None:
    """A value of the span, None where it is empty."""
    low, high = span.low, span.high
    if low is None and high is None:
        return 0
    if low is not None and not span.low_open:
        return low
    if high is not None and not span.high_open:
        return high
    assert not isinstance(low, datetime.date)
    assert not isinstance(high, datetime.date)
    if low is None or high is None:
        return EXACT.add(low, 1) if low is not None else EXACT.subtract(high or 0, 1)
    return EXACT.multiply(EXACT.add(low, high), Decimal("0.5"))


def _within(value: Edge, least: Scalar | None, most: Scalar | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)  # type: ignore[operator]


# Pieces


def joined(atoms: Sequence[Piece], whole: bool) -> Iterator[Piece]:
    """Yield neighbours put together: spans that touch, of numbers that are `whole` or others, and all options."""
    truths = [each for each in atoms if isinstance(each, Truth | NoValue)]
    yield from truths
    options = [each for each in atoms if isinstance(each, Options)]
    if options:
        named = frozenset[str]().union(*(each.values for each in options if not each.others))
        others = [each.values - named for each in options if each.others]
        yield Options(others[0], others=True) if others else Options(named)
    last: Span | None = None
    for each in sorted((each for each in atoms if isinstance(each, Span)), key=_by_low):
        if last is not None and _touch(last, each, whole):
            last = attrs.evolve(last, high=each.high, high_open=each.high_open)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _by_low(span: Span) -> tuple[bool, Edge, bool]:
    return span.low is not None, 0 if span.low is None else span.low, span.low_open


def _touch(one: Span, other: Span, whole: bool) -> bool:
    """Whether nothing lies between two spans, of which the first is the lower."""
    if one.high is None or other.low is None:
        return False
    if one.high == other.low:
        return not (one.high_open and other.low_open)
    if isinstance(one.high, datetime.date):
        return one.high + datetime.timedelta(1) == other.low
    return whole and one.high + 1 == other.low


def _membership(term: ex.Term, pieces: Sequence[Piece], declared: FactDeclaration) -> ex.Expr:
    tests = [_piece(term, each, declared) for each in pieces]
    return tests[0] if len(tests) == 1 else ex.AnyOf(tuple(tests))


def _piece(term: ex.Term, piece: Piece, declared: FactDeclaration) -> ex.Expr:
    match piece:
        case NoValue(given):
            asked: ex.Expr = ex.Given(term)  # type: ignore[arg-type]
            return asked if given else ex.Not(asked)
        case Truth(truth):
            test: ex.Expr = ex.Compare(term, ex.Op.IS, ex.Literal(truth))
        case Options(values, others):
            test = ex.OneOf(term, ex.Literal(values))
            test = ex.Not(test) if others else test
        case Span():
            test = _between(term, piece)
        case _:
            assert_never(piece)
    return ex.AllOf((ex.Given(term), test)) if declared.may_be_none else test  # type: ignore[arg-type]


def _between(term: ex.Term, span: Span) -> ex.Expr:
    if span.is_one:
        assert span.low is not None
        return ex.Compare(term, ex.Op.IS, ex.Literal(span.low))
    tests = []
    if span.low is not None:
        tests.append(ex.Compare(term, ex.Op.MORE if span.low_open else ex.Op.AT_LEAST, ex.Literal(span.low)))
    if span.high is not None:
        tests.append(ex.Compare(term, ex.Op.LESS if span.high_open else ex.Op.AT_MOST, ex.Literal(span.high)))
    if not tests:
        return ex.Constant(True)
    return tests[0] if len(tests) == 1 else ex.AllOf(tuple(tests))

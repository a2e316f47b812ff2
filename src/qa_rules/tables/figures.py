"""What the values of a ruleset, and what its tables give, come to in every row: `program.figures` on arrays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import Any, Final, Protocol

import attrs
import numpy as np
import pyarrow as pa

from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId
from qa_rules.model.values import Scalar
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.constraints import Extreme, Form, Line, UnsetError
from qa_rules.program.figures import binding, over_nodes
from qa_rules.tables.linear import Ends, Listing, Part, Summation
from qa_rules.tables.planes import Array, Plane, Rows, either, unpacked
from qa_rules.tables.results import Words
from qa_rules.tables.schedule import MET, NOT_MET, Outer, Program, Run
from qa_rules.tables.vectors import Source, running

PLACES: Final = 6
"""Decimal places of a number that need not be whole; ends are rounded outwards."""
_DECIMAL: Final = pa.decimal128(38, PLACES)
_MOST: Final = {True: 2**63, False: 10**38}


class Lists(Protocol):
    """What numbers need of a table."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        ...

    def column(self, term: ex.Fact | ex.Field) -> Source:
        """Return what is believed of a fact."""
        ...

    def adding(self, part: ex.OfRecords, where: Program | None, ask: Outer) -> tuple[Part, Listing]:
        """Return what the records of a collection add."""
        ...


@attrs.frozen(eq=False)
class Amounts:
    """A column of numbers, or of one end of them; empty where there is none."""

    numbers: Array
    """Whole numbers, of the smallest decimal place where they need not be whole."""
    there: Rows
    is_whole: bool

    def to_arrow(self) -> pa.Array:
        """Return an array of whole numbers of 64 bits, or of decimals. What is too large for them is left empty."""
        most = _MOST[self.is_whole]
        if self.numbers.dtype == object:
            fits = np.array([-most <= each < most for each in self.numbers.tolist()], np.bool_) & self.there
        else:
            fits = self.there
        if self.is_whole:
            whole = np.where(fits, self.numbers, 0).astype(np.int64)
            return pa.array(whole, pa.int64(), mask=~fits)
        given = zip(self.numbers.tolist(), fits.tolist(), strict=True)
        unit = 10**PLACES
        texts = [_text(each, unit) if fit else None for each, fit in given]
        return pa.array(texts, pa.string()).cast(_DECIMAL)


def _text(number: int, unit: int) -> str:
    whole, rest = divmod(abs(number), unit)
    return f"{'-' if number < 0 else ''}{whole}.{rest:0{PLACES}d}"


@attrs.frozen(eq=False)
class Figure:
    """A value of the ruleset, or an output of a table, for all rows."""

    closed: ClosedRuleset
    name: str
    form: Form | None
    """Of a number what it is made of; None for one that turns on a setting that nobody gave, and for words."""
    words: tuple[tuple[str, str], ...]
    """Of anything else: each word that it may be, and the test that it is that."""
    share: nu.Share | nu.ShareOfRecords | None = None

    def columns(self, run: Run, frame: Lists, level: int) -> Iterator[tuple[str, Words | Amounts]]:
        """Yield its columns by name."""
        rows = frame.rows
        if self.words:
            codes = np.full(rows, -1, np.int16)
            for at, (_, test) in enumerate(self.words):
                side = NOT_MET if test.startswith("-") else MET
                asked = 1 if side is NOT_MET else level
                (plane,) = run.planes(((test.removeprefix("-"), side, asked),))
                codes[unpacked(plane, rows)] = at
            yield f"value.{self.name}", Words(codes, tuple(word for word, _ in self.words))
            return
        if self.share is not None:
            low, high, sure = shared(_Reckoning(self.closed, run, frame, level), self.share)
            yield f"value.{self.name}.least", Amounts(low, sure, False)
            yield f"value.{self.name}.most", Amounts(high, sure, False)
            return
        whole = self.form is not None and is_whole(self.form)
        ends = None if self.form is None else _Reckoning(self.closed, run, frame, level).of(self.form)
        for which in ("least", "most"):
            yield f"value.{self.name}.{which}", _end(ends, which == "most", whole, rows)


def _end(ends: tuple[Ends, Fraction] | None, upper: bool, whole: bool, rows: int) -> Amounts:
    if ends is None:
        return Amounts(np.zeros(rows, np.int64), np.zeros(rows, np.bool_), whole)
    found, unit = ends
    numbers, missing = (found.high, found.no_high) if upper else (found.low, found.no_low)
    factor = unit * (1 if whole else 10**PLACES)
    exact = [each * factor for each in numbers.tolist()] if factor != 1 else None
    if exact is not None:
        rounded = [-(-each.numerator // each.denominator) if upper else each // 1 for each in exact]
        numbers = np.empty(rows, object)
        numbers[:] = rounded
    elif numbers.dtype == object:
        plain = [int(each) for each in numbers.tolist()]
        numbers = np.empty(rows, object)
        numbers[:] = plain
    return Amounts(numbers, ~(missing | found.open), whole)


@attrs.frozen(eq=False)
class _Truth:
    """A test as a number: 1 where it holds, 0 where it does not."""

    met: Plane
    not_met: Plane

    def known(self, level: int) -> Plane:
        """Where it is known; `level` was asked for already."""
        return either(self.met, self.not_met)


@attrs.frozen(eq=False)
class _Reckoning:
    """Numbers at work over some rows, by what is known at a strength or better."""

    closed: ClosedRuleset
    run: Run
    frame: Lists
    level: int

    def of(self, form: Form) -> tuple[Ends, Fraction]:
        """Return between what a number lies in every row, and its unit."""
        if isinstance(form, Line):
            summed = self._line(form)
            return self._open(form, summed.ends(self.level)), summed.unit
        parts = [self.of(each) for each in form.parts]
        unit = Fraction(1, lcm(*(unit.denominator for _, unit in parts)))
        found = [_in_unit(ends, one, unit) for ends, one in parts]
        return _extreme(found, form), unit

    def _line(self, line: Line) -> Summation:
        rows = self.frame.rows
        numbers = [
            Part.of(attrs.evolve(each, factor=factor), self.frame.column(each.term))  # type: ignore[arg-type]
            for each, factor in line.facts.items()
            if factor
        ]
        numbers += [self._test(test, factor) for test, factor in line.tests.items() if factor]
        constant = line.constant
        for steps, factor in line.steps.items():
            constant += factor * steps.values[0]
            rises = zip(steps.values, steps.values[1:], steps.tests, strict=False)
            numbers += [self._test(test, factor * (after - before)) for before, after, test in rises]
        numbers.append(Part.always(constant))
        records = [self.adding(each, factor) for each, factor in line.counts.items() if factor]
        return Summation.of(rows, numbers, records)

    def adding(self, part: ex.OfRecords, factor: Fraction) -> tuple[Part, Listing]:
        """Return what records add, so many times."""
        return self.frame.adding(_times_of(part, factor), _where(self.closed, part), self._ask)

    def _ask(self, name: str, side: bool, level: int) -> Plane:
        return self.run.planes(((name, side, level),))[0]

    def sides(self, test: ex.Expr) -> _Truth:
        """Return where a test holds and where it does not."""
        name = test_name(test)
        met, not_met = self.run.planes(((name, MET, self.level), (name, NOT_MET, self.level)))
        return _Truth(met, not_met)

    def _test(self, test: ex.Expr, factor: Fraction) -> Part:
        truth = self.sides(test)
        values = unpacked(truth.met, self.frame.rows).astype(np.int64)
        ends = sorted((Fraction(0), factor))
        return Part(truth, values, factor, ends[0], ends[1], False)  # type: ignore[arg-type]

    def _open(self, line: Line, ends: Ends) -> Ends:
        """The same, open where it is not sure to be a number."""
        open_ = ends.open
        for test in line.only_when:
            open_ = open_ | ~unpacked(self.sides(test).met, self.frame.rows)
        return attrs.evolve(ends, open=open_)


def _times_of(part: ex.OfRecords, factor: Fraction) -> ex.OfRecords:
    return attrs.evolve(part, factor=factor)  # type: ignore[arg-type]


@once_for_each
def _where(closed: ClosedRuleset, part: ex.OfRecords) -> Program | None:
    """What selects records, as a program over them."""
    return None if part.where is None else Program.inside(over_nodes(closed, part.where))


_Asked = tuple[Rows, Rows, Rows, Rows]
"""Where it counts, where it is known not to, where it holds and where it does not."""


def shared(work: _Reckoning, share: nu.Share | nu.ShareOfRecords) -> tuple[Array, Array, Rows]:
    """Return between what a share lies, in percent and in the smallest decimal place, and where it is one for sure."""
    counts = _of_listed(work, share) if isinstance(share, nu.ShareOfRecords) else _of_tests(work, share)
    (held, open_, short), (perhaps_held, perhaps_open, perhaps_short), more = counts
    all_sure = held + open_ + short
    unit = 100 * 10**PLACES
    worst = unit * held // np.maximum(all_sure + perhaps_short + perhaps_open, 1)
    better = held + open_ + perhaps_held + perhaps_open
    best = -(-unit * better // np.maximum(all_sure + perhaps_held + perhaps_open, 1))
    return np.where(more, 0, worst), np.where(more, unit, best), all_sure > 0


_Counts = tuple[list[Array], list[Array], Rows]
"""Of what counts, how much holds, is open and does not; the same of what may count; and where there may be more."""


def _of_tests(work: _Reckoning, share: nu.Share) -> _Counts:
    rows, values = work.frame.rows, binding(work.closed).values
    sure, perhaps = ([np.zeros(rows, np.int64) for _ in range(3)] for _ in range(2))
    for when, holds in share.asked:
        truth = work.sides(values.bound(holds))
        asked = _Truth(True, False) if when is None else work.sides(values.bound(when))
        one = tuple(unpacked(each, rows) for each in (asked.met, asked.not_met, truth.met, truth.not_met))
        for found, more in zip((*sure, *perhaps), _sorted(one), strict=True):
            found += more
    return sure, perhaps, np.zeros(rows, np.bool_)


def _of_listed(work: _Reckoning, share: nu.ShareOfRecords) -> _Counts:
    counting = ex.OfRecords(1, share.collection, _bound(work, share.where), None)
    holding = ex.OfRecords(1, share.collection, _bound(work, share.holds), None)
    (_, listed), (_, held) = (work.adding(each, Fraction(1)) for each in (counting, holding))
    offsets = listed.offsets
    count = int(offsets[-1])
    planes = (*listed.selected(work.level), *held.selected(work.level))
    one = tuple(unpacked(each, count) for each in planes)
    found = []
    for each in _sorted(one):
        sums = running(each)
        found.append(sums[offsets[1:]] - sums[offsets[:-1]])
    return found[:3], found[3:], ~unpacked(listed.whole(work.level), work.frame.rows)


def _bound(work: _Reckoning, test: ex.Expr | None) -> ex.Expr | None:
    return None if test is None else binding(work.closed).values.bound(test)


def _sorted(asked: tuple[Rows, ...]) -> Iterator[Rows]:
    """Where it counts and holds, is open or does not; and the same where it may count."""
    counts, never, holds, fails = asked
    for which in (counts, ~counts & ~never):
        yield from (which & holds, which & ~holds & ~fails, which & fails)


def _in_unit(ends: Ends, one: Fraction, unit: Fraction) -> Ends:
    if ends.low.dtype != object and one == unit:
        return ends
    times = one / unit
    low, high = (_times(each, times) for each in (ends.low, ends.high))
    return attrs.evolve(ends, low=low, high=high)


def _times(numbers: Array, factor: Fraction) -> Array:
    found = np.empty(len(numbers), object)
    found[:] = [each * factor for each in numbers.tolist()]
    return found


def _extreme(parts: list[Ends], form: Extreme) -> Ends:
    """The ends of the least or the greatest of some."""
    first, *rest = parts
    pick: Any = np.maximum if form.greatest else np.minimum
    for each in rest:
        # An end that is missing on the inner side leaves the other's; on the outer side there is none.
        first_low, each_low, first_high, each_high = first.low, each.low, first.high, each.high
        low, high = pick(first_low, each_low), pick(first_high, each_high)
        if form.greatest:
            low = np.where(first.no_low, each_low, np.where(each.no_low, first_low, low))
            no_low, no_high = first.no_low & each.no_low, first.no_high | each.no_high
        else:
            high = np.where(first.no_high, each_high, np.where(each.no_high, first_high, high))
            no_low, no_high = first.no_low | each.no_low, first.no_high & each.no_high
        first = Ends(low, high, no_low, no_high, first.open | each.open)
    return first


def is_whole(form: Form) -> bool:
    """Return whether a number is whole, whatever is known."""
    if isinstance(form, Extreme):
        return all(map(is_whole, form.parts))
    factors = (form.facts, form.tests, form.counts, form.steps)
    numbers = [form.constant, *(factor for each in factors for factor in each.values())]
    numbers += [value for steps in form.steps for value in steps.values]
    parts = [*form.facts, *(each.amount for each in form.counts if each.amount is not None)]
    return all(each.denominator == 1 for each in numbers) and all(each.whole for each in parts)


def _lines(form: Form) -> Iterator[Line]:
    if isinstance(form, Line):
        yield form
    else:
        for each in form.parts:
            yield from _lines(each)


def _tests(form: Form) -> Iterator[ex.Expr]:
    for line in _lines(form):
        yield from line.tests
        yield from line.only_when
        for steps in line.steps:
            yield from steps.tests


def test_name(test: ex.Expr) -> str:
    """Return the name under which a test in a number stands in a program of tables."""
    return f"figure/{test!r}"


@once_for_each
def figures_of(closed: ClosedRuleset) -> tuple[Figure, ...]:
    """Return the values of a ruleset and the outputs of its tables, in the order of the file."""
    ruleset = closed.ruleset
    named = [(each.name, each.type) for each in ruleset.values]
    named += [(each.name, each.type) for table in ruleset.tables for each in table.outputs]
    return tuple(_figure(closed, name, kind.is_number) for name, kind in named)


def _figure(closed: ClosedRuleset, name: str, is_number: bool) -> Figure:
    values = binding(closed).values
    if is_number:
        definition = None if name in closed.outputs else values.definition(name)
        if isinstance(definition, nu.Share | nu.ShareOfRecords):
            return Figure(closed, name, None, (), definition)
        try:
            return Figure(closed, name, values.form(ex.Named(name)), ())
        except UnsetError:
            return Figure(closed, name, None, ())
    if name in closed.outputs:
        tests = ((_word(each), _is(closed, name, each)) for each in closed.outputs[name].values)
        return Figure(closed, name, None, tuple((word, test_name(test)) for word, test in tests))
    node = NodeId.value(name)
    return Figure(closed, name, None, (("yes", node), ("no", f"-{node}")))


def tests_of(closed: ClosedRuleset) -> Iterator[tuple[str, ex.Expr]]:
    """Yield what a program of tables has to work out for the values of a ruleset, by name, beside its nodes."""
    found: dict[str, ex.Expr] = {}
    for figure in figures_of(closed):
        for test in () if figure.form is None else _tests(figure.form):
            found[test_name(test)] = over_nodes(closed, test)
        if isinstance(figure.share, nu.Share):
            for each in (one for pair in figure.share.asked for one in pair if one is not None):
                test = binding(closed).values.bound(each)
                found[test_name(test)] = over_nodes(closed, test)
        if figure.words and figure.name in closed.outputs:
            for value in closed.outputs[figure.name].values:
                test = _is(closed, figure.name, value)
                found[test_name(test)] = over_nodes(closed, test)
        for line in () if figure.form is None else _lines(figure.form):
            for part in line.counts:
                _where(closed, part)
    yield from ((name, expr) for name, expr in binding(closed).made.items() if name not in closed.index)
    yield from found.items()


def _is(closed: ClosedRuleset, name: str, value: Scalar) -> ex.Expr:
    return binding(closed).values.applied(ex.Compare(ex.Named(name), ex.Op.IS, ex.Literal(value)))


def _word(value: Scalar) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)

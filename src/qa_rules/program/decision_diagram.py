"""A decision table as a decision diagram: a multi-terminal decision diagram over the regions that its rows cut.

A step asks one input in which of its regions it is; a leaf is what the table then gives: its outputs, nothing (a gap),
or two rows where only one may match (an overlap). Equal parts are one, and an input that decides nothing is not asked.
So what a table can still give, with some of its inputs unknown, is what the leaves say that can still be reached.

Multi-terminal decision diagrams: Fujita, McGeer and Yang (1997), *Multi-terminal binary decision diagrams*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

import attrs

from qa_rules.model.decision_tables import Aggregation, DecisionTable, HitPolicy
from qa_rules.model.expressions import Expr
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.lazy import lazy
from qa_rules.model.values import Scalar, exact_text
from qa_rules.program.table_regions import Column, Region, column, is_unset, unset

MOST_STEPS: Final = 20_000
"""A diagram with more steps is given up: the table has to be split."""


class TooManyStepsError(Exception):
    """A table whose diagram would be too large."""


@attrs.frozen
class Given:
    """The table gives these outputs."""

    outputs: tuple[Scalar, ...]


@attrs.frozen
class Gap:
    """No row matches, and nothing is said of that."""


@attrs.frozen
class Overlap:
    """Two rows match of which only one may. Rows count from 0."""

    one: int
    other: int


Leaf = Given | Gap | Overlap


@attrs.frozen(eq=False)
class Branch:
    """What a step comes to in some regions of its input."""

    regions: frozenset[int]
    then: int
    """The number of the step or leaf."""


@attrs.frozen(eq=False)
class Step:
    """Asks in which region an input is."""

    column: int
    branches: tuple[Branch, ...]


@attrs.frozen(eq=False)
class Diagram:
    """A decision table's diagram: steps and leaves by number, each after those that it leads to."""

    table: DecisionTable
    columns: tuple[Column, ...]
    parts: tuple[Step | Leaf, ...]
    """The last one is where it begins."""
    rows_used: frozenset[int]
    """The rows that decide somewhere."""

    @property
    def root(self) -> int:
        """The number of the part where it begins."""
        return len(self.parts) - 1

    @lazy
    def leaves(self) -> Mapping[int, Leaf]:
        """The leaves by their numbers."""
        return {at: part for at, part in enumerate(self.parts) if not isinstance(part, Step)}

    def regions_of(self, step: Step, branch: Branch) -> list[Region]:
        """Return the regions in which a step takes a branch."""
        return [self.columns[step.column].regions[at] for at in sorted(branch.regions)]

    def paths(self, leaf: int) -> Iterator[tuple[tuple[Step, Branch], ...]]:
        """Yield the ways that lead to a leaf."""
        ahead: list[tuple[int, tuple[tuple[Step, Branch], ...]]] = [(self.root, ())]
        while ahead:
            number, path = ahead.pop()
            part = self.parts[number]
            if number == leaf:
                yield path
            elif isinstance(part, Step):
                ahead += [(each.then, (*path, (part, each))) for each in reversed(part.branches)]


def diagram(
    table: DecisionTable, cells: Sequence[Sequence[Expr | None]], declared: Sequence[FactDeclaration | None]
) -> Diagram:
    """Return the diagram of a table.

    `cells` are those of its rows with settings put in; `declared` says of each input what values its term can have.
    TooManyStepsError where it would be too large.
    """
    columns: list[Column] = []
    for at, asked in enumerate(table.inputs):
        tests = [row[at] for row in cells]
        plain = [None if is_unset(cell) else cell for cell in tests]
        columns.append(column(asked, plain, declared[at]))
        columns += [
            unset(asked, cell, row, len(cells))
            for row, cell in enumerate(tests)
            if cell is not None and is_unset(cell)
        ]
    return _Building(table, tuple(columns)).diagram()


_Kept = Scalar | None
"""What was found on the way: of a table that collects the outputs so far, else the row that matched."""


class _Building:
    def __init__(self, table: DecisionTable, columns: tuple[Column, ...]) -> None:
        self.table, self.columns = table, columns
        self.parts: list[Step | Leaf] = []
        self.numbers: dict[object, int] = {}
        self.known: dict[tuple[int, tuple[int, ...], _Kept], int] = {}
        self.rows_used: set[int] = set()
        everything = range(len(table.rows))
        self.open = [
            frozenset(at for at in everything if any(at not in region.rows for region in each.regions))
            for each in columns
        ]
        """By column the rows that do not take all of it."""
        self.last = [
            max((at for at, rows in enumerate(self.open) if row in rows), default=-1) for row in everything
        ]
        """By row the last column that it asks."""

    def diagram(self) -> Diagram:
        rows = tuple(range(len(self.table.rows)))
        root = self.part(0, *self.settled(-1, rows, None))
        if root != len(self.parts) - 1:
            self.parts.append(self.parts[root])
        return Diagram(self.table, self.columns, tuple(self.parts), frozenset(self.rows_used))

    def settled(self, at: int, rows: tuple[int, ...], kept: _Kept) -> tuple[tuple[int, ...], _Kept | Overlap]:
        """Put what matches for certain, behind column `at`, with what was kept, and return what is open still."""
        done = [row for row in rows if self.last[row] <= at]
        left = tuple(row for row in rows if self.last[row] > at)
        match self.table.hit_policy:
            case HitPolicy.FIRST:
                if done:
                    kept = min(done) if kept is None else min(int(kept), *done)  # type: ignore[arg-type]
                return (left if kept is None else tuple(row for row in left if row < int(kept))), kept  # type: ignore[arg-type]
            case HitPolicy.UNIQUE:
                found = ([] if kept is None else [int(kept)]) + done  # type: ignore[arg-type]
                if len(found) > 1:
                    self.rows_used.update(found)
                    return (), Overlap(found[0], found[1])
                return left, found[0] if found else None
            case HitPolicy.COLLECT:
                self.rows_used.update(done)
                for row in done:
                    kept = self.taken_together(kept, self.table.rows[row].outputs[0])
                return left, kept

    def taken_together(self, kept: _Kept, one: Scalar) -> Scalar:
        match self.table.aggregation:
            case Aggregation.SUM:
                return one if kept is None else kept + one  # type: ignore[operator]
            case Aggregation.COUNT:
                return 1 if kept is None else kept + 1  # type: ignore[operator]
            case Aggregation.LEAST:
                return one if kept is None else min(kept, one)
            case Aggregation.GREATEST:
                return one if kept is None else max(kept, one)
            case None:
                raise AssertionError("a table that collects says how")

    def part(self, at: int, rows: tuple[int, ...], kept: _Kept | Overlap) -> int:
        """The number of the part behind the columns before `at`, with these rows still open."""
        if isinstance(kept, Overlap):
            return self.number(kept, kept)
        if not rows:
            return self.leaf(kept)
        key = (at, rows, kept)
        if key not in self.known:
            self.known[key] = self.step(at, rows, kept)
        return self.known[key]

    def step(self, at: int, rows: tuple[int, ...], kept: _Kept) -> int:
        asked = self.open[at]
        if asked.isdisjoint(rows):
            return self.part(at + 1, rows, kept)
        branches: dict[int, list[int]] = {}
        for number, region in enumerate(self.columns[at].regions):
            left = tuple(row for row in rows if row in region.rows)
            then = self.part(at + 1, *self.settled(at, left, kept))
            branches.setdefault(then, []).append(number)
        if len(branches) == 1:
            return next(iter(branches))
        key = (at, tuple((then, tuple(regions)) for then, regions in branches.items()))
        made = tuple(Branch(frozenset(regions), then) for then, regions in branches.items())
        return self.number(key, Step(at, made))

    def leaf(self, kept: _Kept) -> int:
        table = self.table
        if kept is None:
            leaf: Leaf = Gap() if table.otherwise is None else Given(table.otherwise)
        elif table.hit_policy is HitPolicy.COLLECT:
            leaf = Given((_plain(kept),))
        else:
            self.rows_used.add(int(kept))  # type: ignore[arg-type]
            leaf = Given(table.rows[int(kept)].outputs)  # type: ignore[arg-type]
        return self.number(_typed(leaf), leaf)

    def number(self, key: object, part: Step | Leaf) -> int:
        if key not in self.numbers:
            if len(self.parts) >= MOST_STEPS:
                raise TooManyStepsError(self.table.id)
            self.numbers[key] = len(self.parts)
            self.parts.append(part)
        return self.numbers[key]


def _typed(leaf: Leaf) -> object:
    """A key that keeps yes apart from 1."""
    return leaf if not isinstance(leaf, Given) else (leaf, tuple(map(type, leaf.outputs)))


def _plain(value: Scalar) -> Scalar:
    return Decimal(exact_text(value)) if isinstance(value, Decimal) else value

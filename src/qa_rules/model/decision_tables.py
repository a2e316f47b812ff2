"""Decision tables: rows of tests over inputs, one hit policy, typed outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

import attrs

from qa_rules.errors import Place
from qa_rules.model.expressions import Expr, Term
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.lazy import lazy
from qa_rules.model.values import Scalar, Shown


class HitPolicy(StrEnum):
    """Which of the rows that match give the answer."""

    UNIQUE = "unique"
    """The only one that matches: two that match are a fault."""
    FIRST = "first"
    """The first that matches, from the top."""
    COLLECT = "collect"
    """All of them, taken together."""


class Aggregation(StrEnum):
    """How a table that collects takes together what its rows give."""

    SUM = "sum"
    COUNT = "count"
    LEAST = "least"
    GREATEST = "greatest"


@attrs.frozen(repr=False)
class TableInput(Shown):
    """A column of tests: of one term, or of a test that comes out as yes or no."""

    name: str
    label: str
    term: Term | None
    test: Expr | None = None
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)


@attrs.frozen(repr=False)
class TableRow(Shown):
    """A row: for each input a test of its term, or None for any; for each output a value."""

    cells: tuple[Expr | None, ...]
    """Of an input that is a test, a constant says which answer the row takes."""
    outputs: tuple[Scalar, ...]
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)


@attrs.frozen(repr=False)
class DecisionTable(Shown):
    """A decision table. Its outputs are values that tests of the ruleset may name."""

    id: str
    title: str
    hit_policy: HitPolicy
    inputs: tuple[TableInput, ...]
    outputs: tuple[FactDeclaration, ...]
    rows: tuple[TableRow, ...]
    aggregation: Aggregation | None = None
    otherwise: tuple[Scalar, ...] | None = None
    """What it gives where no row matches; None for no value."""
    says: str = ""
    source: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)

    @lazy
    def output(self) -> Mapping[str, int]:
        """The position of each output by its name."""
        return {each.name: at for at, each in enumerate(self.outputs)}

    @property
    def every_test(self) -> Iterator[Expr]:
        """All tests in the columns of its inputs."""
        return (test for at in range(len(self.inputs)) for test in self.tests(at))

    def tests(self, at: int) -> Iterator[Expr]:
        """Yield all tests of the column of an input, its own included where it is one."""
        own = self.inputs[at].test
        return iter([*self.cells(at), *(() if own is None else (own,))])

    def cells(self, at: int) -> Iterator[Expr]:
        """Yield the tests in the column of an input, without the cells that take anything."""
        return (row.cells[at] for row in self.rows if row.cells[at] is not None)  # type: ignore[misc]

"""The same rules as expressions of Polars and as SQL of DuckDB: what `columns` is measured against.

Both know nullable booleans with Kleene's and/or, so a test is written as it stands and null is unknown. That holds
where all facts have one strength and all lists are whole; grades of evidence would double every expression. A
quantifier turns records into 0, 1 and 2 (not met, unknown, met) and takes the least or the greatest. What turns on no
column is settled before.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qa_rules.model.expressions import (
    Compare,
    Expr,
    Fact,
    Field,
    Leaf,
    Literal,
    On,
    Op,
    Reference,
    Within,
    rebuild,
    terms,
    walk,
)
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Unit
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.graph import Node
from qa_rules.semantics.leaves import settle
from qa_rules.semantics.snapshot import Held
from qa_rules.tables.dates import date_of
from qa_rules.tables.leaves import earliest_start

if TYPE_CHECKING:
    pass

SIGNS: Mapping[Op, str] = {Op.IS: "=", Op.AT_LEAST: ">=", Op.AT_MOST: "<=", Op.MORE: ">", Op.LESS: "<"}


def without_working_days(ruleset: Ruleset) -> Ruleset:
    """Return the ruleset counting days where it counts working days, which no other engine knows."""

    def plain(expr: Expr) -> Expr:
        if isinstance(expr, Within) and expr.unit is Unit.WORKING_DAYS:
            return attrs.evolve(expr, unit=Unit.DAYS)
        return rebuild(expr, plain)

    return attrs.evolve(
        ruleset,
        requirements=tuple(
            attrs.evolve(each, met_when=plain(each.met_when)) for each in ruleset.requirements
        ),
    )


def needed(closed: ClosedRuleset, names: Iterable[str]) -> list[list[Node]]:
    """Return the nodes that these depend on, in stages: each refers to earlier stages only."""
    nodes: dict[str, Node] = {node.name: node for node in closed.nodes}
    stage: dict[str, int] = {}

    def visit(name: str) -> int:
        if name not in stage:
            uses = [visit(each.name) for each in walk(nodes[name].expr) if isinstance(each, Reference)]
            stage[name] = max(uses, default=-1) + 1
        return stage[name]

    for name in names:
        visit(name)
    found: list[list[Node]] = [[] for _ in range(max(stage.values()) + 1)]
    for node in closed.nodes:
        if node.name in stage:
            found[stage[node.name]].append(node)
    return found


@attrs.frozen(eq=False)
class Lowering:
    """What both languages share: the date, what has columns, and the values of what has none."""

    closed: ClosedRuleset
    on: datetime.date
    columns: Collection[str]
    constants: Mapping[str, Any] = attrs.field(factory=dict)

    def settled(self, leaf: Leaf) -> bool | str | None:
        """Return the truth of a leaf that turns on no column; "column" for one that does."""
        used = [term for term in terms(leaf) if isinstance(term, Fact | Field)]
        if any(isinstance(term, Field) or term.name in self.columns for term in used):
            missing = [
                term
                for term in used
                if isinstance(term, Fact)
                and term.name not in self.columns
                and term.name not in self.constants
            ]
            return None if missing else "column"

        def held(term: Fact | Field) -> Held | None:
            value = self.constants.get(term.name)
            return None if value is None else Held(value, 3, 3)

        t, f = settle(leaf, held, self.on, None)
        return True if t else False if f else None

    def options(self, leaf: Compare) -> list[str]:
        """Return the options of an ordered choice for which a comparison with one of them holds."""
        assert isinstance(leaf.right, Literal)
        at = leaf.ranks.index(str(leaf.right.value))
        tests = {
            Op.IS: at.__eq__,
            Op.AT_LEAST: at.__le__,
            Op.AT_MOST: at.__ge__,
            Op.MORE: at.__lt__,
            Op.LESS: at.__gt__,
        }
        return [option for place, option in enumerate(leaf.ranks) if tests[leaf.op](place)]

    def first_start(self, leaf: Within) -> datetime.date | None:
        """Return the first start from which a fixed span reaches the date of the assessment."""
        if isinstance(leaf.moment, On) and isinstance(leaf.amount, Literal):
            return date_of(earliest_start(self.on, int(str(leaf.amount.value)), leaf.unit))
        return None


def plain_number(value: object) -> Any:
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else value

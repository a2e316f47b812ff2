"""Rows of a table that match together, give different values, and of which only one may match: a fault of the file.

It is told when a ruleset is read, or the policy that settles its cells, before anybody is assessed. Only what somebody
reaches is a fault; that is searched for on the gates, and where the search is given up, `check` tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import assert_never

from qa_rules.errors import RulesetError
from qa_rules.language.reading import Source, Trail
from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import HitPolicy
from qa_rules.model.facts import FactType
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Scalar, exact_text
from qa_rules.program.bind import close
from qa_rules.program.decision_diagram import Diagram, Overlap
from qa_rules.program.exhaustive import is_met_by_somebody
from qa_rules.program.table_regions import NoValue, Options, Piece, Span, Truth, joined
from qa_rules.program.table_tests import Output, Way, leading_to, tables_of

_MOST = 60
"""How many ways to rows that match together are looked at in one table."""


def stop_at_faults(files: Iterable[Source]) -> None:
    """Raise RulesetError with all that was recorded of some files, if anything was."""
    found = [each for one in files for each in one.diagnostics]
    if found:
        raise RulesetError(found)


def report_overlaps(
    source: Source, beside: Mapping[int, Source], ruleset: Ruleset, policy: Policy | None = None
) -> None:
    """Record a fault for each two rows that clash, at the second of them.

    `source` is the file of the policy, where there is one; the rows of a table of the ruleset then stand elsewhere.
    """
    tables = tables_of(ruleset, policy)
    if all(each.hit_policy is not HitPolicy.UNIQUE for each in tables):
        return
    closed = close(ruleset, policy)
    first_here = 0 if policy is None else len(ruleset.tables)
    for number, table in enumerate(tables):
        output = closed.outputs[table.outputs[0].name]
        told: set[tuple[int, int]] = set()
        for overlap, test, way in _clashes(output):
            rows = overlap.one, overlap.other
            if rows in told or not is_met_by_somebody(closed, test):
                continue
            told.add(rows)
            message = (
                f"rows {rows[0] + 1} and {rows[1] + 1} of `{table.id}` both match {_where(output.diagram, way)}, "
                "and give different values"
            )
            hint = "make one of them narrower, or write `hit_policy: first`"
            if number < first_here:
                source.fault("table-overlap", message, ("policy",), f"the settings let them: {hint}")
                continue
            at = number - first_here
            inner = beside.get(at, source)
            trail: Trail = ("tables", at, "rows", rows[1]) if at not in beside else (rows[1] + 1,)
            inner.fault("table-overlap", message, trail, hint)


def _clashes(output: Output) -> Iterator[tuple[Overlap, ex.Expr, Way]]:
    """Ways to two rows that give different values, but for those on which a setting that nobody gave is open."""
    drawn = output.diagram
    if not any(isinstance(each, Overlap) and _differ(drawn, each) for each in drawn.leaves.values()):
        return
    for test, way in leading_to(output, Overlap, _MOST):
        leaf = drawn.parts[way[-1][1].then] if way else drawn.parts[drawn.root]
        assert isinstance(leaf, Overlap)
        if _differ(drawn, leaf) and not any(drawn.columns[step.column].setting for step, _ in way):
            yield leaf, test, way


def _differ(drawn: Diagram, leaf: Overlap) -> bool:
    return drawn.table.rows[leaf.one].outputs != drawn.table.rows[leaf.other].outputs


# Regions, as their cells would be written


def _where(drawn: Diagram, way: Way) -> str:
    found = []
    for step, branch in way:
        column = drawn.columns[step.column]
        whole = column.declared is not None and column.declared.type is FactType.INTEGER
        pieces = [piece for region in drawn.regions_of(step, branch) for piece in region.pieces]
        found.append(f"{column.input.name}: {' or '.join(map(_piece, joined(pieces, whole)))}")
    return "; ".join(found) or "whatever the inputs are"


def _piece(piece: Piece) -> str:
    match piece:
        case Truth(holds):
            return "yes" if holds else "no"
        case NoValue(given):
            return "given" if given else "not given"
        case Options(values, others):
            named = " or ".join(sorted(values))
            return named if not others else f"not {named}" if named else "any"
        case Span(low, low_open, high, high_open):
            if piece.is_one and low is not None:
                return _written(low)
            ends = []
            if low is not None:
                ends.append(f"{'more than' if low_open else 'at least'} {_written(low)}")
            if high is not None:
                ends.append(f"{'less than' if high_open else 'at most'} {_written(high)}")
            return " and ".join(ends) or "any"
        case _:
            assert_never(piece)


def _written(value: Scalar) -> str:
    return exact_text(value) if isinstance(value, Decimal) else str(value)

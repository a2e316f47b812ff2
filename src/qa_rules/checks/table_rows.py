"""What is wrong with the rows of a decision table: holes, rows that match together, and rows that decide nothing.

A hole or an overlap is told only where somebody reaches it: the inputs of a table may hang together. Whether somebody
does is searched for on the gates; where the search is given up, it is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.explain.table_words import dead_rows, path_words
from qa_rules.model.expressions import Not
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.decision_diagram import Gap, Overlap
from qa_rules.program.exhaustive import is_exhaustive
from qa_rules.program.table_tests import Output, leading_to, tables_of

HOLE = "table-hole"
OVERLAP = "table-overlap"
DEAD = "dead-row"
_MOST = 5
"""How many holes, or overlaps, of one table are told."""


def holes(subject: Subject) -> Iterator[Remark]:
    """Yield the values of inputs for which a table gives nothing."""
    for closed, output in _tables(subject):
        table = output.diagram.table
        for test, way in leading_to(output, Gap, _MOST):
            if not is_exhaustive(closed, [Not(test)]):
                message = f"`{table.id}` has no row for {path_words(output.diagram, way)}"
                hint = "give these a row, or say under `otherwise` what the table gives them"
                yield Remark(HOLE, table.id, message, hint, table.place)


def overlaps(subject: Subject) -> Iterator[Remark]:
    """Yield rows that match together where only one may."""
    for closed, output in _tables(subject):
        table = output.diagram.table
        told: set[tuple[int, int]] = set()
        for test, way in leading_to(output, Overlap, 4 * _MOST):
            leaf = output.diagram.parts[way[-1][1].then] if way else output.diagram.parts[output.diagram.root]
            assert isinstance(leaf, Overlap)
            if (leaf.one, leaf.other) in told or is_exhaustive(closed, [Not(test)]):
                continue
            told.add((leaf.one, leaf.other))
            where = path_words(output.diagram, way)
            message = f"rows {leaf.one + 1} and {leaf.other + 1} of `{table.id}` both match {where}"
            hint = "make one of them narrower, or write `hit_policy: first`"
            yield Remark(OVERLAP, table.id, message, hint, table.rows[leaf.other].place or table.place)


def dead(subject: Subject) -> Iterator[Remark]:
    """Yield rows that decide nothing whatever the inputs are."""
    for _, output in _tables(subject):
        table = output.diagram.table
        for at in dead_rows(output.diagram):
            message = (
                f"row {at + 1} of `{table.id}` decides nothing: no values match it that no row above it takes"
            )
            hint = "take it out, or move it up"
            yield Remark(DEAD, table.id, message, hint, table.rows[at].place or table.place)


def _tables(subject: Subject) -> Iterator[tuple[ClosedRuleset, Output]]:
    """Each table once, by its first output, under each policy."""
    for policy in subject.policies or (None,):
        for table in tables_of(subject.ruleset, policy):
            closed = close(subject.ruleset, policy)
            yield closed, closed.outputs[table.outputs[0].name]

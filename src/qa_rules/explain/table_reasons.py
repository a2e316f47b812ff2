"""What a decision table gives for one subject, in words: the value, the row that decided, what is open, and holes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from qa_rules.explain.messages import say
from qa_rules.explain.table_words import path_words
from qa_rules.explain.wording import listed, value_words
from qa_rules.model.expressions import Expr, Named, terms, walk
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.values import Scalar
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.decision_diagram import Branch, Gap, Given, Overlap, Step
from qa_rules.program.table_regions import holds
from qa_rules.program.table_tests import Output
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair

Way = tuple[tuple[Step, Branch], ...]


@attrs.frozen
class TableReader:
    """Reads the tables of a closed ruleset for one subject."""

    closed: ClosedRuleset
    known: Known
    pairs: Mapping[str, Pair]

    def outputs_in(self, expr: Expr) -> Iterator[Output]:
        """Yield the outputs that a test names, each once."""
        names = (term.name for inner in walk(expr) for term in terms(inner) if isinstance(term, Named))
        return (self.closed.outputs[name] for name in dict.fromkeys(names) if name in self.closed.outputs)

    def ways(self, output: Output, strength: int) -> list[tuple[Way, int]]:
        """Return the ways through the diagram that are not ruled out at a strength, one to each leaf, with the leaf."""
        drawn = output.diagram
        found: dict[int, Way] = {drawn.root: ()}
        for at in range(drawn.root, -1, -1):
            part = drawn.parts[at]
            if at in found and isinstance(part, Step):
                for branch in part.branches:
                    if any(self._pair(output, part, each)[1] < strength for each in branch.regions):
                        found.setdefault(branch.then, (*found[at], (part, branch)))
        return [(way, at) for at, way in found.items() if at in drawn.leaves]

    def _pair(self, output: Output, step: Step, region: int) -> Pair:
        return evaluate(output.tests[step.column][region], self.known, self.pairs)

    def open_tests(self, output: Output, strength: int) -> Iterator[Expr]:
        """Yield a test of each input that is not settled at a strength and on which the answer may turn."""
        drawn = output.diagram
        told: set[int] = set()
        for way, _ in self.ways(output, strength):
            for step, _ in way:
                if step.column in told:
                    continue
                open_ones = [each for each in output.tests[step.column] if self._is_open(each, strength)]
                if len(open_ones) > 1:
                    told.add(step.column)
                    yield open_ones[0]
        if not told and drawn.columns:
            yield from (each for column in output.tests for each in column if self._is_open(each, strength))

    def _is_open(self, test: Expr, strength: int) -> bool:
        t, f = evaluate(test, self.known, self.pairs)
        return t < strength and f < strength

    def values(self, output: Output, strength: int) -> list[Scalar]:
        """Return what an output can still be."""
        leaves = (output.diagram.leaves[at] for _, at in self.ways(output, strength))
        given = [each.outputs[output.at] for each in leaves if isinstance(each, Given)]
        return [each for each in output.values if each in given]

    def facts(self, output: Output) -> tuple[str, ...]:
        """Return the facts that decided, of those that are known."""
        found: dict[str, None] = {}
        for way, _ in self.ways(output, 1):
            for step, _ in way:
                for test in output.tests[step.column]:
                    found.update(dict.fromkeys(sorted(self.closed.read_by(test))))
        return tuple(each for each in found if each in self.known.values or each in self.known.collections)

    def row_words(self, output: Output) -> str:
        """Return the row that decided, or the hole that was hit, in words; empty where neither is settled."""
        ways = self.ways(output, 1)
        table = output.diagram.table
        if len(ways) != 1:
            return ""
        ((way, at),) = ways
        leaf = output.diagram.leaves[at]
        where = path_words(output.diagram, way)
        match leaf:
            case Gap():
                return say("the table “{title}” has no row for {where}", title=table.title, where=where)
            case Overlap(one, other):
                words = say("rows {one} and {other} of the table “{title}” both match {where}")
                return words.format(one=one + 1, other=other + 1, title=table.title, where=where)
            case Given():
                rows = [number for number in range(len(table.rows)) if self._matches(output, number)]
                if len(rows) == 1 or (rows and table.aggregation is None):
                    return say("row {row} of “{title}”", row=rows[0] + 1, title=table.title)
                if rows:
                    named = listed(str(each + 1) for each in rows)
                    return say("rows {rows} of “{title}”", rows=named, title=table.title)
                return say("“{title}”, where no row matches", title=table.title)

    def _matches(self, output: Output, row: int) -> bool:
        """Whether a row matches for certain."""
        return all(
            any(
                row in region.rows and evaluate(test, self.known, self.pairs)[0] > 0
                for region, test in zip(column.regions, tests, strict=True)
            )
            for column, tests in zip(output.diagram.columns, output.tests, strict=True)
            if any(row not in region.rows for region in column.regions)
        )

    def says_tier(self, output: Output) -> bool:
        """Whether an output says which tier is required: of that people are told what it goes by, not its row."""
        policy = self.closed.policy
        return policy is not None and output.name == policy.required_by

    def cells(self, output: Output, test: Expr, met: bool) -> Iterator[Expr]:
        """Yield what the rows that match ask of their inputs, of those that meet a test of the output, or do not."""
        for number, row in enumerate(output.diagram.table.rows):
            if holds(test, row.outputs[output.at]) is met and self._matches(output, number):
                for column, tests in zip(output.diagram.columns, output.tests, strict=True):
                    if any(number not in region.rows for region in column.regions):
                        yield from (each for each in tests if evaluate(each, self.known, self.pairs)[0] > 0)

    def hits_hole(self, output: Output) -> bool:
        """Whether a hole or an overlap is what keeps an output from having a value, whatever else is found out."""
        leaves = [output.diagram.leaves[at] for _, at in self.ways(output, 1)]
        return all(isinstance(each, Gap | Overlap) for each in leaves)

    def declared(self, output: Output) -> FactDeclaration:
        """Return what is known of an output."""
        return output.diagram.table.outputs[output.at]

    def value_words(self, output: Output, strength: int) -> str:
        """Return what an output can still be, in words."""
        declared = self.declared(output)
        found = [value_words(each, declared) for each in self.values(output, strength)]
        return listed(found, "or") or say("no value")

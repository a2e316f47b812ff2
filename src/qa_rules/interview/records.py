"""Which fields of a record still need an answer: those that some rule reads and that can still make a difference."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qa_rules.assessment.work import Work
from qa_rules.explain.open_records import OpenTests, selected
from qa_rules.model.expressions import AllOf, Expr, Field, Given, OfRecords, Quantified, Together, Total, walk
from qa_rules.model.facts import FactDeclaration, FactType, Record
from qa_rules.semantics.snapshot import HeldRecord


@attrs.frozen
class RecordTests:
    """What the rules ask of one record of a collection, while everything else stays as it is."""

    work: Work
    declared: FactDeclaration
    strength: int
    """Of the answers: a test that is settled at this strength is settled."""

    def is_asked(self, field: str, record: Record) -> bool:
        """Whether a field is worth asking about, once the fields of a record are known that come before it.

        The first field is asked for in any case if it is what tells one record from another.
        """
        first = next(iter(self.declared.fields))
        if field == first and self.declared.fields[field].type in (FactType.TEXT, FactType.CODE):
            return True
        held = HeldRecord({name: value.held for name, value in record.items()}, self.strength)
        return any(field in self.still_open(expr, held) for expr in self.tests())

    def tests(self) -> Iterator[Expr]:
        """What is asked of each record, and what selects it."""
        for node in self.work.closed.nodes:
            for expr in walk(node.expr):
                match expr:
                    case Quantified(_, _, name) if name == self.declared.name:
                        asked = selected(expr)
                        yield from () if asked is None else (asked,)
                    case Together(name) if name == self.declared.name:
                        yield expr
                    case Total(parts):
                        yield from (test for part in parts for test in self._adding(part))
                    case _:
                        pass

    def _adding(self, part: OfRecords) -> Iterator[Expr]:
        """Whether a record adds to a sum, and how much."""
        if part.collection == self.declared.name:
            asked = [] if part.where is None else [part.where]
            if part.amount is not None:
                asked.append(Given(part.amount.term))
            if asked:
                yield AllOf(tuple(asked))

    def still_open(self, expr: Expr, record: HeldRecord) -> frozenset[str]:
        """The fields that tests read which are not settled yet, by any way down to them that is open."""
        closed = self.work.closed
        tests = OpenTests(closed, self.work.known, closed.pairs(self.work.results), self.strength)
        return frozenset(each.name for each in tests.terms(expr, record) if isinstance(each, Field))

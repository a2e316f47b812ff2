"""Which fields of a record still need an answer: those that some rule reads and that can still make a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from qa_rules.assessment.work import Work
from qa_rules.model.expressions import (
    AllOf,
    Count,
    Expr,
    Field,
    Given,
    OfRecords,
    OnlyWhen,
    Quantified,
    Together,
    Total,
    children,
    terms,
    walk,
)
from qa_rules.model.facts import FactDeclaration, FactType, Record
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import HeldRecord
from qa_rules.semantics.truth import Pair


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
                    case Quantified(count, _, name, where, body) if name == self.declared.name:
                        yield from () if where is None else (where,)
                        if where is None and body is not None:
                            yield body
                        elif where is not None and body is not None:
                            yield OnlyWhen(where, body) if count is Count.EVERY else AllOf((where, body))
                    case Together(name, where) if name == self.declared.name:
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
        if isinstance(expr, Together):
            selected = (3, 0) if expr.where is None else self.worth(expr.where, record)
            inside = frozenset() if expr.where is None else self.still_open(expr.where, record)
            return inside if selected[1] else inside | {expr.field}
        if any(each >= self.strength for each in self.worth(expr, record)):
            return frozenset()
        below = children(expr)
        if below:
            return frozenset[str]().union(*(self.still_open(each, record) for each in below))
        return frozenset(term.name for term in terms(expr) if isinstance(term, Field))

    def worth(self, expr: Expr, record: HeldRecord) -> Pair:
        """The pair of a test of one record."""
        return evaluate(expr, self.work.known, self.nodes, record)

    @property
    def nodes(self) -> Mapping[str, Pair]:
        """What references inside a test are worth."""
        return self.work.closed.pairs(self.work.results)

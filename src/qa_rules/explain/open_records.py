"""What of a test over records is still open: what is settled on the way, such as an unused route, hides the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from qa_rules.model.expressions import (
    AllOf,
    Count,
    Expr,
    Fact,
    Field,
    OnlyWhen,
    Quantified,
    Reference,
    Together,
    Total,
    children,
    terms,
    walk,
)
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import NO_RECORDS, HeldRecord, Known
from qa_rules.semantics.truth import Pair

Terms = frozenset[Fact | Field]
_UNKNOWN = HeldRecord({}, 3)
"""A record of which nothing is known: one that there may be besides."""


def selected(test: Quantified) -> Expr | None:
    """Return what is asked of each record, in one test; None where a record just counts."""
    if test.where is None or test.body is None:
        return test.body if test.where is None else test.where
    if test.count is Count.EVERY:
        return OnlyWhen(test.where, test.body)
    return AllOf((test.where, test.body))


@attrs.frozen
class OpenTests:
    """Finds what may still settle a test, from what is known."""

    closed: ClosedRuleset
    known: Known
    nodes: Mapping[str, Pair]
    asked: int
    """The strength from which a test is settled."""

    def names(self, test: Quantified | Together) -> frozenset[str]:
        """Return the facts and collections by which a test may still be settled."""
        found = self._over_records(test)
        names = {each.collection if isinstance(each, Field) else each.name for each in found}
        return frozenset(names if self._is_whole(test.collection) else names | {test.collection})

    def terms(self, expr: Expr, record: HeldRecord | None) -> Terms:
        """Return the facts and fields that tests read which are not settled yet, by any way to them that is open."""
        if isinstance(expr, Quantified | Together):
            return self._over_records(expr, record)
        if any(each >= self.asked for each in evaluate(expr, self.known, self.nodes, record)):
            return frozenset()
        if isinstance(expr, Reference):
            return frozenset(map(Fact, self.closed.read_by(expr)))
        if isinstance(expr, Total):
            own = tuple(term for inner in walk(expr) for term in terms(inner))
        else:
            below = [self.terms(each, record) for each in children(expr)]
            if below:
                return Terms().union(*below)
            own = terms(expr)
        return frozenset(each for each in own if isinstance(each, Fact | Field))

    def _over_records(self, test: Quantified | Together, only: HeldRecord | None = None) -> Terms:
        found: set[Fact | Field] = set()
        for record in self._records(test.collection) if only is None else (only,):
            if isinstance(test, Quantified):
                each = selected(test)
                found |= Terms() if each is None else self.terms(each, record)
            elif not self._is_left_out(test.where, record):
                found |= {Field(test.collection, test.field)}
                found |= Terms() if test.where is None else self.terms(test.where, record)
        if isinstance(test, Together) and isinstance(test.target, Fact):
            found.add(test.target)
        return frozenset(found)

    def _is_left_out(self, where: Expr | None, record: HeldRecord) -> bool:
        return where is not None and evaluate(where, self.known, self.nodes, record)[1] >= self.asked

    def _records(self, collection: str) -> Iterator[HeldRecord]:
        """The records of a list, and one more that there may be."""
        yield from self.known.collections.get(collection, NO_RECORDS).records
        if not self._is_whole(collection):
            yield _UNKNOWN

    def _is_whole(self, collection: str) -> bool:
        return self.known.collections.get(collection, NO_RECORDS).whole >= self.asked

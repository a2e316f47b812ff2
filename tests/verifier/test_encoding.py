from __future__ import annotations

import pytest
from hypothesis import given, settings

from qa_rules.meaning.evaluating import evaluate
from qa_rules.meaning.pairs import Pair
from qa_rules.model.expressions import Literal, terms, walk
from qa_rules.verifier.cells import Limits, WorldMaker
from qa_rules.verifier.encoding import Encoder
from qa_rules.verifier.formulas import Formulas
from qa_rules.verifier.realising import assignment_of
from tests.strategies import Case, cases


def agree(case: Case) -> None:
    """Hold the encoding against the definition, on all nodes, at every strength."""
    closed, known = case.closed, case.known
    vocabulary = closed.ruleset.vocabulary
    longest = {name: max(1, len(records.records)) for name, records in known.collections.items()}
    limits = Limits(case.on, levels=3, more_records=longest)
    make = Formulas(case.calendar)
    codes = {item for held in known.values.values() for item in _words(held.value)}
    codes |= {
        item
        for records in known.collections.values()
        for record in records.records
        for held in record.fields.values()
        for item in _words(held.value)
    }
    codes |= {
        item
        for node in closed.nodes
        for expr in walk(node.expr)
        for term in terms(expr)
        if isinstance(term, Literal)
        for item in _words(term.value)
    }
    every = frozenset({*vocabulary.scalars, *vocabulary.collections})
    world = WorldMaker(make, limits, sorted(codes)).world(vocabulary, every)
    nodes = Encoder(make, 3, world).nodes(closed.nodes)
    expected: dict[str, Pair] = {}
    for node in closed.nodes:
        expected[node.name] = evaluate(node.expr, known, expected)
    assignment = assignment_of(known, vocabulary, 3)
    for name, pair in nodes.items():
        truths = make.evaluate(assignment, [*pair.t, *pair.f])
        assert (sum(truths[:3]), sum(truths[3:])) == expected[name], name


def _words(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, frozenset) else (value,) if isinstance(value, str) else ()


@given(cases())
def test_the_encoding_agrees_with_the_definition(case: Case) -> None:
    agree(case)


@pytest.mark.deep
@settings(max_examples=100_000)
@given(cases())
def test_the_encoding_agrees_with_the_definition_on_many(case: Case) -> None:
    agree(case)

"""Decision tables over a vocabulary, with every hit policy, and outputs that tests and numbers may name."""

from __future__ import annotations

from typing import Final

import attrs
from hypothesis import strategies as st

from qa_rules.model.decision_tables import Aggregation, DecisionTable, HitPolicy, TableInput, TableRow
from qa_rules.model.expressions import AllOf, Compare, Constant, Expr, Fact, Given, Literal, Not, OneOf, Op
from qa_rules.model.facts import FactDeclaration, FactType
from tests.strategies.expressions import Scope, expressions
from tests.strategies.vocabularies import COLOURS, LEVELS, values

_ASKED: Final = (
    FactType.YES_NO,
    FactType.INTEGER,
    FactType.DECIMAL,
    FactType.DATE,
    FactType.CHOICE,
    FactType.CODE,
)
LOAD: Final = FactDeclaration("load", FactType.DECIMAL, "load", "")
MARK: Final = FactDeclaration("mark", FactType.CHOICE, "mark", "", options=LEVELS, ordered=True)


def tables_over(draw: st.DrawFn, scope: Scope) -> tuple[DecisionTable, ...]:
    """Now and then a table: of facts and perhaps of a test, giving a number and perhaps a mark."""
    if draw(st.booleans()):
        return ()
    facts = [
        each for each in scope.vocabulary.scalars.values() if each.type in _ASKED and "." not in each.name
    ]
    chosen = draw(st.lists(st.sampled_from(facts), min_size=1, max_size=2, unique_by=lambda each: each.name))
    inputs = [TableInput(each.name, each.label, Fact(each.name)) for each in chosen]
    if draw(st.integers(0, 2)) == 0:
        inputs.append(TableInput("local", "local", None, draw(expressions(scope, 1))))
    hit = draw(st.sampled_from(HitPolicy))
    outputs = (LOAD,) if hit is HitPolicy.COLLECT else (LOAD, MARK)
    rows = tuple(
        TableRow(
            tuple(
                _cell(draw, each, chosen[at] if at < len(chosen) else None) for at, each in enumerate(inputs)
            ),
            _given(draw, outputs),
        )
        for _ in range(draw(st.integers(1, 4)))
    )
    otherwise = _given(draw, outputs) if draw(st.booleans()) else None
    aggregation = draw(st.sampled_from(Aggregation)) if hit is HitPolicy.COLLECT else None
    return (DecisionTable("table", "Table", hit, tuple(inputs), outputs, rows, aggregation, otherwise),)


def _given(draw: st.DrawFn, outputs: tuple[FactDeclaration, ...]) -> tuple[str | int, ...]:
    found: tuple[str | int, ...] = (draw(st.integers(-1, 3)),)
    return found if len(outputs) == 1 else (*found, draw(st.sampled_from(tuple(LEVELS))))


def _cell(draw: st.DrawFn, asked: TableInput, declared: FactDeclaration | None) -> Expr | None:
    if draw(st.integers(0, 2)) == 0:
        return None
    if declared is None:
        return Constant(draw(st.booleans()))
    term = Fact(asked.name)
    if declared.may_be_none and draw(st.integers(0, 4)) == 0:
        return Given(term) if draw(st.booleans()) else Not(Given(term))
    if declared.type in (FactType.CHOICE, FactType.CODE):
        pool = LEVELS if declared.ordered else COLOURS
        named = draw(st.lists(values(declared.type, pool), min_size=1, max_size=2))
        one = OneOf(term, Literal(frozenset(str(each) for each in named)))
        return one if draw(st.booleans()) else Not(one)
    if declared.type is FactType.YES_NO:
        return Compare(term, Op.IS, Literal(draw(st.booleans())))
    tests = tuple(
        Compare(term, draw(st.sampled_from(Op)), Literal(draw(values(declared.type, COLOURS))))
        for _ in range(draw(st.integers(1, 2)))
    )
    return tests[0] if len(tests) == 1 else AllOf(tests)


def with_outputs(scope: Scope, tables: tuple[DecisionTable, ...]) -> Scope:
    """The scope with what tables give."""
    given = tuple(name for each in tables for name in each.output)
    return attrs.evolve(scope, outputs=given)

"""The diagram of a decision table gives what its rows give, for every value of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.explain.table_words import dead_rows, holes, overlaps
from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import Aggregation, DecisionTable, HitPolicy, TableInput, TableRow
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE, Scalar, Value
from qa_rules.program import decision_diagram
from qa_rules.program.decision_diagram import (
    Diagram,
    Gap,
    Given,
    Leaf,
    Overlap,
    Step,
    TooManyStepsError,
    diagram,
)
from qa_rules.program.table_regions import holds
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Held, Known

SCORE = FactDeclaration("score", FactType.INTEGER, "score", "", least=Decimal(0), most=Decimal(12))
FEE = FactDeclaration("fee", FactType.DECIMAL, "fee", "")
KIND = FactDeclaration(
    "kind", FactType.CHOICE, "kind", "", options={each: each for each in "abc"}, may_be_none=True
)
CUSTOMER = FactDeclaration("customer", FactType.YES_NO, "customer", "")
FACTS = (SCORE, FEE, KIND, CUSTOMER)
VALUES: Sequence[Sequence[Value]] = (
    range(13),
    [Decimal(each) / 2 for each in range(-1, 14)],
    ["a", "b", "c", NONE],
    [True, False],
)
POINTS = FactDeclaration("points", FactType.INTEGER, "points", "")


def _cells(declared: FactDeclaration) -> st.SearchStrategy[ex.Expr | None]:
    term = ex.Fact(declared.name)
    if declared.type is FactType.YES_NO:
        return st.sampled_from(
            [
                None,
                ex.Compare(term, ex.Op.IS, ex.Literal(True)),
                ex.Compare(term, ex.Op.IS, ex.Literal(False)),
            ]
        )
    if declared.type is FactType.CHOICE:
        named = st.frozensets(st.sampled_from("abc"), min_size=1, max_size=2).map(
            lambda each: ex.OneOf(term, ex.Literal(each))
        )
        given_one = ex.Given(term)
        return st.one_of(st.none(), named, named.map(ex.Not), st.sampled_from([given_one, ex.Not(given_one)]))
    number = st.integers(0, 12).map(
        lambda each: each if declared.type is FactType.INTEGER else Decimal(each) / 2
    )
    one = st.builds(ex.Compare, st.just(term), st.sampled_from(ex.Op), number.map(ex.Literal))
    both = st.tuples(one, one)
    return st.one_of(st.none(), one, one.map(ex.Not), both.map(ex.AllOf), both.map(ex.AnyOf))


@st.composite
def tables(draw: st.DrawFn) -> DecisionTable:
    """Tables over the four facts."""
    hit = draw(st.sampled_from(HitPolicy))
    rows = draw(
        st.lists(
            st.builds(TableRow, st.tuples(*map(_cells, FACTS)), st.tuples(st.integers(0, 3))),
            min_size=1,
            max_size=6,
        )
    )
    return DecisionTable(
        "t",
        "T",
        hit,
        tuple(TableInput(each.name, each.label, ex.Fact(each.name)) for each in FACTS),
        (POINTS,),
        tuple(rows),
        draw(st.sampled_from(Aggregation)) if hit is HitPolicy.COLLECT else None,
        draw(st.sampled_from([None, (7,)])),
    )


def drawn(table: DecisionTable) -> Diagram:
    """The diagram of a table over the four facts."""
    return diagram(table, [row.cells for row in table.rows], FACTS)


def by_rows(table: DecisionTable, values: Sequence[Value]) -> Leaf:
    """What the rows give, read one after the other."""
    hits = [
        at
        for at, row in enumerate(table.rows)
        if all(cell is None or holds(cell, value) for cell, value in zip(row.cells, values, strict=True))
    ]
    if not hits:
        return Gap() if table.otherwise is None else Given(table.otherwise)
    outputs: list[int] = [table.rows[at].outputs[0] for at in hits]  # type: ignore[misc]
    match table.hit_policy, table.aggregation:
        case HitPolicy.FIRST, _:
            return Given((outputs[0],))
        case HitPolicy.UNIQUE, _:
            return Given((outputs[0],)) if len(hits) == 1 else Overlap(hits[0], hits[1])
        case _, Aggregation.SUM:
            return Given((sum(outputs),))
        case _, Aggregation.COUNT:
            return Given((len(outputs),))
        case _, Aggregation.LEAST:
            return Given((min(outputs),))
        case _:
            return Given((max(outputs),))


def reached(drawn: Diagram, known: Mapping[str, Value]) -> set[Leaf]:
    """The leaves that values reach; of an input that is not among them any region may be it."""
    found: set[Leaf] = set()
    ahead = [drawn.root]
    state = Known({name: Held(value, 3, 3) for name, value in known.items()}, {}, None)  # type: ignore[arg-type]
    while ahead:
        part = drawn.parts[ahead.pop()]
        if not isinstance(part, Step):
            found.add(part)
            continue
        for branch in part.branches:
            regions = drawn.regions_of(part, branch)
            if any(evaluate(region.test, state, {})[1] == 0 for region in regions):
                ahead.append(branch.then)
    return found


@given(tables(), st.data())
def test_a_diagram_gives_what_the_rows_give(table: DecisionTable, data: st.DataObject) -> None:
    found = drawn(table)
    for _ in range(20):
        values = [data.draw(st.sampled_from(each)) for each in VALUES]
        (leaf,) = reached(found, dict(zip([each.name for each in FACTS], values, strict=True)))
        expected = by_rows(table, values)
        same = isinstance(leaf, Overlap) and isinstance(expected, Overlap)
        assert same or leaf == expected


@given(tables(), st.data())
def test_with_inputs_unknown_the_leaves_are_those_that_some_completion_reaches(
    table: DecisionTable, data: st.DataObject
) -> None:
    known = data.draw(st.frozensets(st.sampled_from(range(len(FACTS)))))
    values = {at: data.draw(st.sampled_from(VALUES[at])) for at in known}
    every = [[values[at]] if at in known else VALUES[at] for at in range(len(FACTS))]
    expected = {_kind(by_rows(table, each)) for each in product(*every)}
    found = reached(drawn(table), {FACTS[at].name: value for at, value in values.items()})
    assert set(map(_kind, found)) == expected


def _kind(leaf: Leaf) -> Scalar | None:
    """A leaf, whichever two rows overlap."""
    return leaf.outputs[0] if isinstance(leaf, Given) else "overlap" if isinstance(leaf, Overlap) else None


@given(tables())
def test_a_row_is_dead_just_where_taking_it_out_changes_nothing_of_a_table_that_takes_the_first(
    table: DecisionTable,
) -> None:
    first = DecisionTable("t", "T", HitPolicy.FIRST, table.inputs, table.outputs, table.rows)
    dead = dead_rows(drawn(first))
    every = list(product(*VALUES))
    for at in range(len(first.rows)):
        decides = any(
            next(
                (
                    number
                    for number, row in enumerate(first.rows)
                    if all(
                        cell is None or holds(cell, value)
                        for cell, value in zip(row.cells, each, strict=True)
                    )
                ),
                None,
            )
            == at
            for each in every
        )
        assert decides is (at not in dead)


def _number(op: ex.Op, value: int, name: str = "score") -> ex.Expr:
    return ex.Compare(ex.Fact(name), op, ex.Literal(value))


def _table(rows: Sequence[tuple[ex.Expr | None, int]], hit: HitPolicy = HitPolicy.UNIQUE) -> DecisionTable:
    score = TableInput("score", "score", ex.Fact("score"))
    return DecisionTable(
        "t", "T", hit, (score,), (POINTS,), tuple(TableRow((cell,), (value,)) for cell, value in rows)
    )


def _drawn(table: DecisionTable, declared: FactDeclaration = SCORE) -> Diagram:
    return diagram(table, [row.cells for row in table.rows], [declared])


def test_a_hole_is_told_by_its_region() -> None:
    table = _table([(_number(ex.Op.LESS, 4), 1), (_number(ex.Op.MORE, 4), 2)])
    assert holes(_drawn(table)) == ["score: 4"]


def test_a_hole_of_many_numbers_is_told_by_its_ends() -> None:
    table = _table([(_number(ex.Op.LESS, 4), 1), (_number(ex.Op.MORE, 6), 2)])
    assert holes(_drawn(table)) == ["score: at least 4 and at most 6"]


def test_of_numbers_with_fractions_an_edge_may_be_left_out() -> None:
    fee = FactDeclaration("score", FactType.DECIMAL, "fee", "", unit="GBP")
    table = _table([(_number(ex.Op.AT_MOST, 4), 1), (_number(ex.Op.MORE, 6), 2)])
    assert holes(_drawn(table, fee)) == ["score: more than £4 and at most £6"]


def test_beyond_the_declared_bounds_there_is_no_hole() -> None:
    table = _table([(_number(ex.Op.AT_MOST, 6), 1), (_number(ex.Op.AT_LEAST, 7), 2)])
    assert holes(_drawn(table)) == []


def test_two_rows_that_match_together_are_told_with_where() -> None:
    table = _table([(_number(ex.Op.AT_MOST, 6), 1), (_number(ex.Op.AT_LEAST, 6), 2)])
    ((overlap, words),) = overlaps(_drawn(table))
    assert (overlap.one, overlap.other, words) == (0, 1, "score: 6")


def test_a_row_below_one_that_takes_all_of_it_is_dead() -> None:
    rows = [(_number(ex.Op.AT_MOST, 6), 1), (_number(ex.Op.AT_MOST, 3), 2), (None, 3)]
    assert dead_rows(_drawn(_table(rows, HitPolicy.FIRST))) == [1]


def test_a_row_that_no_value_within_the_bounds_matches_is_dead() -> None:
    assert dead_rows(_drawn(_table([(_number(ex.Op.AT_LEAST, 13), 1), (None, 2)]))) == [0]


def test_a_table_with_too_many_ways_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_diagram, "MOST_STEPS", 500)
    facts = [FactDeclaration(f"f{at}", FactType.YES_NO, "f", "") for at in range(12)]
    rows = [
        TableRow(
            tuple(
                ex.Compare(ex.Fact(each.name), ex.Op.IS, ex.Literal(True)) if each is fact else None
                for each in facts
            ),
            (2**at,),
        )
        for at, fact in enumerate(facts)
    ]
    inputs = tuple(TableInput(each.name, each.label, ex.Fact(each.name)) for each in facts)
    table = DecisionTable("t", "T", HitPolicy.COLLECT, inputs, (POINTS,), tuple(rows), Aggregation.SUM)
    with pytest.raises(TooManyStepsError):
        diagram(table, [row.cells for row in rows], facts)

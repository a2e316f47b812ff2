"""Numbers against the plain arithmetic of every way in which what is not known may turn out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.engines import ENGINES, engine
from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Vocabulary
from qa_rules.model.named_values import NamedValue
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Requirement, Ruleset
from qa_rules.model.values import NONE, Strength
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR

ON = datetime.date(2026, 11, 30)
INTEGERS = {"a": (0, 3), "b": (-1, 2), "c": (0, 2)}
TRUTHS = ("e", "f")
VOCABULARY = Vocabulary(
    {
        name: FactDeclaration(
            name, FactType.INTEGER, name, "", least=Decimal(low), most=Decimal(high), may_be_none=name == "c"
        )
        for name, (low, high) in INTEGERS.items()
    }
    | {name: FactDeclaration(name, FactType.YES_NO, name, "") for name in TRUTHS}
)
SIGNS = {
    ex.Op.IS: lambda a, b: a == b,
    ex.Op.AT_LEAST: lambda a, b: a >= b,
    ex.Op.AT_MOST: lambda a, b: a <= b,
    ex.Op.MORE: lambda a, b: a > b,
    ex.Op.LESS: lambda a, b: a < b,
}


def leaves(names: list[str]) -> st.SearchStrategy[nu.Number]:
    factors = st.integers(-4, 4).map(lambda each: ex.Literal(Decimal(each) / 2))

    def of(name: str) -> nu.Number:
        if name in TRUTHS:
            return nu.Indicator(ex.Compare(ex.Fact(name), ex.Op.IS, ex.Literal(True)))
        return ex.Fact(name)

    one = st.sampled_from(names).map(of)
    return st.one_of(one, st.builds(nu.Product, factors, one), factors)


@st.composite
def numbers(draw: st.DrawFn, depth: int = 2) -> nu.Number:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(leaves([*INTEGERS, *TRUTHS]))
    parts = tuple(draw(st.lists(numbers(depth - 1), min_size=2, max_size=3)))
    made: tuple[nu.Number, ...] = (nu.Sum(parts), nu.Sum(parts), nu.Least(parts), nu.Greatest(parts))
    return draw(st.sampled_from(made))


def worked_out(number: nu.Number, values: Mapping[str, Any]) -> Fraction:
    match number:
        case ex.Literal(value):
            return Fraction(value)  # type: ignore[arg-type]
        case ex.Fact(name):
            return Fraction(values[name])
        case nu.Indicator(ex.Compare(ex.Fact(name))):
            return Fraction(values[name])
        case nu.Product(factor, of):
            return worked_out(factor, values) * worked_out(of, values)
        case nu.Sum(parts):
            return sum((worked_out(each, values) for each in parts), Fraction(0))
        case nu.Least(parts):
            return min(worked_out(each, values) for each in parts)
        case nu.Greatest(parts):
            return max(worked_out(each, values) for each in parts)
        case _:
            raise AssertionError(number)


def used(number: nu.Number) -> list[str]:
    match number:
        case ex.Fact(name) | nu.Indicator(ex.Compare(ex.Fact(name))):
            return [name]
        case _:
            return [name for part in nu.parts_of(number) for name in used(part)]


def completions(known: Mapping[str, Any], names: list[str]) -> Iterator[dict[str, Any]]:
    ways = [
        [known[name]]
        if name in known
        else [False, True]
        if name in TRUTHS
        else list(range(INTEGERS[name][0], INTEGERS[name][1] + 1))
        for name in names
    ]
    for each in product(*ways):
        yield dict(zip(names, each, strict=True))


@st.composite
def given_facts(draw: st.DrawFn) -> dict[str, FactValue]:
    found: dict[str, FactValue] = {}
    for name in (*INTEGERS, *TRUTHS):
        if draw(st.booleans()):
            low, high = INTEGERS.get(name, (0, 1))
            value: Any = draw(st.integers(low, high)) if name in INTEGERS else draw(st.booleans())
            if name == "c" and draw(st.integers(0, 3)) == 0:
                value = NONE
            found[name] = FactValue(value, Evidence(strength=draw(st.sampled_from(Strength))))
    return found


def ruleset_of(number: nu.Number, test: ex.Compare) -> Ruleset:
    value = NamedValue("total", FactType.DECIMAL, "total", number)
    requirement = Requirement("R", "R", "R", {"clause": "1"}, test)
    return Ruleset("numbers", "1", "Numbers", VOCABULARY, (requirement,), values=(value,))


@given(numbers(), st.sampled_from(ex.Op), st.integers(-6, 10), given_facts())
def test_a_comparison_is_what_every_completion_says_at_each_strength(
    number: nu.Number, op: ex.Op, limit: int, facts: dict[str, FactValue]
) -> None:
    right = Decimal(limit) / 2
    closed = close(ruleset_of(number, ex.Compare(ex.Named("total"), op, ex.Literal(right))))
    known = believe(Facts(facts), VOCABULARY, ON)
    results = {name: engine(name)(closed).run(known) for name in ENGINES}
    assert len(set(results.values())) == 1, results
    t, f = PAIR[results["reference"][closed.index[NodeId("R")]]]
    names = list(dict.fromkeys(used(number)))
    exact = len(names) == len(used(number)) and op is not ex.Op.IS
    for strength in Strength:
        at = {name: each.value for name, each in facts.items() if each.evidence.strength >= strength}
        if "c" in names and at.get("c", NONE) is NONE:
            assert t < strength
            assert f < strength
            continue
        answers = {
            SIGNS[op](worked_out(number, values), Fraction(right)) for values in completions(at, names)
        }
        assert t < strength or answers == {True}
        assert f < strength or answers == {False}
        if exact:
            assert (t >= strength) == (answers == {True})
            assert (f >= strength) == (answers == {False})


@pytest.mark.parametrize(
    ("parts", "limit", "possible"),
    [(["a", "b"], 4, True), (["a", "b"], 6, False), (["a", "a"], 6, True), (["a", "a"], 7, False)],
)
def test_a_sum_of_whole_numbers_is_exactly_what_it_can_be(
    parts: list[str], limit: int, possible: bool
) -> None:
    number = nu.Sum(tuple(map(ex.Fact, parts)))
    closed = close(ruleset_of(number, ex.Compare(ex.Named("total"), ex.Op.AT_LEAST, ex.Literal(limit))))
    codes = engine("reference")(closed).run(believe(Facts({}), VOCABULARY, ON))
    assert PAIR[codes[closed.index[NodeId("R")]]] == ((0, 0) if possible else (0, 3))

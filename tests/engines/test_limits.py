"""Engines at the limits of what a file may hold, and at the odd ends of what a policy may say."""

from __future__ import annotations

import pytest

from qa_rules.engines import compiled
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    AtLeast,
    Compare,
    Count,
    Expr,
    Fact,
    Field,
    Includes,
    Inclusion,
    Later,
    Literal,
    Not,
    On,
    OnlyWhen,
    Op,
    Parameter,
    Quantified,
    Reference,
    Together,
    Within,
)
from qa_rules.model.facts import FactDeclaration, FactType, FactValue, Records, Vocabulary
from qa_rules.model.rulesets import ParameterDeclaration, Policy, Requirement, Ruleset
from qa_rules.model.values import Unit, Value
from qa_rules.program.bind import close
from tests.engines.making import ON, requirements, run_all, yes, yes_no

MANY = [f"fact_{at}" for at in range(2_000)]


def test_lists_of_two_thousand_operands() -> None:
    facts = tuple(map(yes, MANY))
    exprs = AllOf(facts), AnyOf(facts), AtLeast(20, facts), Not(AtLeast(2_000, facts))
    ruleset = Ruleset("wide", "1", "Wide", yes_no(*MANY), requirements(*exprs))
    half = {name: at % 2 == 0 for at, name in enumerate(MANY)}
    assert list(run_all(ruleset, half).values()) == [(0, 1), (1, 0), (1, 0), (1, 0)]
    assert list(run_all(ruleset, dict.fromkeys(MANY, True)).values()) == [(1, 0), (1, 0), (1, 0), (0, 1)]
    assert list(run_all(ruleset, {}).values()) == [(0, 0)] * 4


def test_lists_of_nothing() -> None:
    """None of nothing holds, and all of it does: tables without a row for a value come to that."""
    none, every = AnyOf(()), AllOf(())
    exprs = none, every, AnyOf((none, yes("a"))), AllOf((every, yes("a"))), Not(none)
    ruleset = Ruleset("nothing", "1", "Nothing", yes_no("a"), requirements(*exprs))
    assert list(run_all(ruleset, {"a": True}).values()) == [(0, 3), (3, 0), (1, 0), (1, 0), (3, 0)]
    assert list(run_all(ruleset, {}).values()) == [(0, 3), (3, 0), (0, 0), (0, 0), (3, 0)]


@pytest.mark.parametrize("depth", [32, 64])
@pytest.mark.parametrize("kind", ["not", "all", "at_least", "only_when"])
def test_deep_expressions(kind: str, depth: int) -> None:
    expr = yes("a")
    for _ in range(depth):
        wrapped: dict[str, Expr] = {
            "not": Not(expr),
            "all": AllOf((expr, yes("b"))),
            "at_least": AtLeast(1, (expr, yes("c"))),
            "only_when": OnlyWhen(yes("b"), expr),
        }
        expr = wrapped[kind]
    ruleset = Ruleset("deep", "1", "Deep", yes_no("a", "b", "c"), requirements(expr))
    assert run_all(ruleset, {"a": True, "b": True, "c": False})["R0"] == (1, 0)
    assert run_all(ruleset, {"b": True, "c": False})["R0"] == (0, 0)


def test_five_thousand_requirements_that_lean_on_each_other() -> None:
    first = [Requirement("R0", "t", "s", {}, yes("a"))]
    rest = [
        Requirement(f"R{at}", "t", "s", {}, AllOf((Reference(f"R{at - 1}", Aspect.MET), yes("b"))))
        for at in range(1, 5_000)
    ]
    # The last stands first, so that the order is worked out and not taken as it is.
    ruleset = Ruleset("long", "1", "Long", yes_no("a", "b"), tuple(reversed(first + rest)))
    found = run_all(ruleset, {"a": True, "b": True})
    assert len(found) == 5_000
    assert set(found.values()) == {(1, 0)}
    assert run_all(ruleset, {"a": False})["R4999"] == (0, 1)


NUMBER = FactDeclaration("number", FactType.INTEGER, "number", "?")
DAY = FactDeclaration("day", FactType.DATE, "day", "?")
MARKS = FactDeclaration("marks", FactType.CODES, "marks", "?")
VOCABULARY = Vocabulary({"number": NUMBER, "day": DAY, "marks": MARKS, "a": yes_no("a").facts["a"]})


def settings(**kinds: FactType | None) -> tuple[ParameterDeclaration, ...]:
    return tuple(ParameterDeclaration(name, kind, "?") for name, kind in kinds.items())


def test_a_parameter_that_nobody_sets_leaves_its_tests_unknown_and_an_unused_one_does_nothing() -> None:
    days = Parameter("days")
    exprs: tuple[Expr, ...] = (
        Compare(Fact("number"), Op.AT_LEAST, days),
        Within(On(), Fact("day"), days, Unit.DAYS),
        Within(On(), Later(Fact("day"), days, Unit.DAYS), Literal(3), Unit.DAYS),
        Compare(Fact("day"), Op.LESS, Later(On(), days, Unit.MONTHS)),
        Includes(Fact("marks"), Inclusion.ANY, Parameter("accepted")),
        Compare(Parameter("test"), Op.IS, Literal(True)),
    )
    kinds = settings(days=FactType.INTEGER, accepted=FactType.CODES, test=None, unused=FactType.DATE)
    ruleset = Ruleset("open", "1", "Open", VOCABULARY, requirements(*exprs), parameters=kinds)
    values: dict[str, Value] = {"number": 3, "day": ON, "marks": frozenset({"x"})}
    assert set(run_all(ruleset, values).values()) == {(0, 0)}
    # A day in the future is not within any span, however long the policy might make it.
    assert run_all(ruleset, {"day": ON.replace(year=2027)})["R1"] == (0, 1)
    policy = Policy("p", "open@1", "P", settings={"days": 3, "accepted": frozenset({"x"}), "test": yes("a")})
    found = run_all(ruleset, values | {"a": True}, policy)
    assert [found[f"R{at}"] for at in range(6)] == [(1, 0), (1, 0), (0, 1), (1, 0), (1, 0), (1, 0)]


@pytest.mark.parametrize(
    ("how", "count", "accepted", "worth"),
    [
        (Inclusion.ALL, 0, (), (0, 0)),  # all of nothing is not met: nothing is asked
        (Inclusion.ANY, 0, (), (0, 3)),  # whatever there is, so as strongly as can be
        (Inclusion.AT_LEAST, 2, ("x",), (0, 3)),  # fewer to choose from than are asked for
        (Inclusion.ONLY, 0, (), (0, 1)),
        (Inclusion.ALL, 0, ("x",), (1, 0)),
    ],
)
def test_a_policy_may_give_an_empty_list_or_a_short_one(
    how: Inclusion, count: int, accepted: tuple[str, ...], worth: tuple[int, int]
) -> None:
    expr = Includes(Fact("marks"), how, Parameter("accepted"), count)
    kinds = settings(accepted=FactType.CODES)
    ruleset = Ruleset("short", "1", "Short", VOCABULARY, requirements(expr), parameters=kinds)
    policy = Policy("p", "short@1", "P", settings={"accepted": frozenset(accepted)})
    assert run_all(ruleset, {"marks": frozenset({"x"})}, policy)["R0"] == worth
    assert run_all(ruleset, {}, policy)["R0"] == (worth if worth[1] == 3 else (0, 0))


def test_a_test_of_the_policy_may_ask_about_records_inside_a_test_of_records() -> None:
    fields = {name: FactDeclaration(name, FactType.YES_NO, name, "?") for name in ("done", "seen")}
    visits = FactDeclaration("visits", FactType.COLLECTION, "visits", "?", fields=fields)
    vocabulary = Vocabulary({"visits": visits})
    done, seen = (Compare(Field("visits", name), Op.IS, Literal(True)) for name in ("done", "seen"))
    test = Compare(Parameter("test"), Op.IS, Literal(True))
    exprs = (
        Quantified(Count.EVERY, 0, "visits", test, done),
        Quantified(Count.SOME, 0, "visits", done, AllOf((test, seen))),
        Together("visits", test, "codes", Literal(frozenset("x"))),
    )
    codes = {"codes": FactDeclaration("codes", FactType.CODES, "codes", "?")}
    vocabulary = Vocabulary(
        {"visits": FactDeclaration("visits", FactType.COLLECTION, "v", "?", fields=fields | codes)}
    )
    ruleset = Ruleset(
        "nested", "1", "Nested", vocabulary, requirements(*exprs), parameters=settings(test=None)
    )
    some_seen = Quantified(Count.SOME, 0, "visits", None, seen)
    policy = Policy("p", "nested@1", "P", settings={"test": some_seen})
    rows = [{"done": True, "seen": True}, {"done": True, "seen": False}, {"done": False, "seen": False}]
    records = Records(tuple({name: FactValue(value) for name, value in row.items()} for row in rows))
    found = run_all(ruleset, {}, policy, {"visits": records})
    assert [found[f"R{at}"] for at in range(3)] == [(0, 1), (1, 0), (0, 0)]


def test_equal_parts_are_worked_out_once() -> None:
    part = AllOf((yes("a"), yes("b")))
    ruleset = Ruleset(
        "twice", "1", "Twice", yes_no("a", "b"), requirements(part, Not(part), AnyOf((part, yes("a"))))
    )
    source = compiled.prepare(close(ruleset)).source
    assert source.count("f0 & f1") == 1

"""The horizon names only true causes: taking one away changes what it says of that day."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Collection, Iterator

from hypothesis import given
from hypothesis import strategies as st

from qa_rules.api.analyse import horizon
from qa_rules.assessment.assess import assess
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Compare,
    Constant,
    Expr,
    Fact,
    Literal,
    Not,
    On,
    Op,
    Reference,
    Within,
)
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Vocabulary
from qa_rules.model.rulesets import Decision, Outcome, Policy, Requirement, Ruleset
from qa_rules.model.values import Severity, Unit

NAMES = ("a", "b", "c")
ON = datetime.date(2026, 11, 22)
DAYS = 60
_CONDITIONS = {f"R{each}": Severity.CONDITION for each in NAMES}
POLICY = Policy("p", "causes@1", "P", severities=_CONDITIONS, condition_days=DAYS)
VOCABULARY = Vocabulary({name: FactDeclaration(name, FactType.YES_NO, name, f"{name}?") for name in NAMES})


def overdue(name: str) -> Expr:
    return Reference(f"R{name}:required", Aspect.GAP)


def ruleset(stop: Expr) -> Ruleset:
    asked = tuple(
        Requirement(f"R{name}", f"R{name}", "", {}, Compare(Fact(name), Op.IS, Literal(True)))
        for name in NAMES
    )
    outcomes = (
        Outcome("stop", "Stop", stop, allows=False),
        Outcome("fine", "Fine", Constant(True), allows=True),
    )
    return Ruleset("causes", "1", "C", VOCABULARY, asked, decisions=(Decision("d", "?", outcomes, "open"),))


def gaps(began: dict[str, datetime.date]) -> Facts:
    return Facts({name: FactValue(False, Evidence(on=day)) for name, day in began.items()})


def answer(rules: Ruleset, began: dict[str, datetime.date], day: datetime.date) -> str | None:
    return assess(rules, gaps(began), on=day, policy=POLICY).outcome


def ways(names: Collection[str]) -> Iterator[tuple[str, ...]]:
    return itertools.chain.from_iterable(
        itertools.combinations(names, size) for size in range(len(names) + 1)
    )


def named(rules: Ruleset, began: dict[str, datetime.date]) -> dict[datetime.date, set[str]]:
    """What the horizon names for each day on which the answer moves."""
    found = horizon(assess(rules, gaps(began), on=ON, policy=POLICY), ON + datetime.timedelta(days=200))
    return {
        each.on: {cause.fact.removeprefix("R") for cause in each.causes}
        for each in found.timeline
        if each.is_answer
    }


def test_a_condition_whose_mending_changes_nothing_is_no_cause() -> None:
    """Both are overdue on 4 January, and only one of them stands in the way."""
    day = datetime.date(2027, 1, 4)
    began = dict.fromkeys(("a", "b"), day - datetime.timedelta(days=DAYS + 1))
    assert named(ruleset(overdue("a")), began) == {day: {"a"}}
    assert named(ruleset(AnyOf((overdue("a"), overdue("b")))), began) == {day: {"a", "b"}}
    assert named(ruleset(AllOf((overdue("a"), overdue("b")))), began) == {day: {"a", "b"}}


def any_stop(rng: random.Random, depth: int = 2) -> Expr:
    if depth == 0 or rng.random() < 0.3:
        return overdue(rng.choice(NAMES))
    parts = tuple(any_stop(rng, depth - 1) for _ in range(rng.randint(2, 3)))
    return rng.choice((AllOf, AnyOf))(parts)


@given(st.integers(0, 2**40).map(random.Random))
def test_taking_a_named_cause_away_changes_something_on_that_day(rng: random.Random) -> None:
    rules = ruleset(any_stop(rng))
    began = {
        name: ON - datetime.timedelta(days=rng.choice((3, 3, 20))) for name in NAMES if rng.random() < 0.9
    }
    fresh = ON
    for day, causes in named(rules, began).items():
        assert causes <= began.keys()
        assert causes, "an answer that moves has a cause"
        for cause in causes:
            others = [name for name in began if name != cause]
            assert any(
                answer(rules, {**began, **dict.fromkeys(way, fresh)}, day)
                != answer(rules, {**began, **dict.fromkeys((*way, cause), fresh)}, day)
                for way in ways(others)
            ), (cause, day)


def test_any_two_of_three_are_causes_each_beside_another() -> None:
    """None does it alone, and none is missed where the others are overdue: each still has its part."""
    pairs = tuple(AllOf((overdue(one), overdue(other))) for one, other in itertools.combinations(NAMES, 2))
    day = datetime.date(2027, 1, 4)
    began = dict.fromkeys(NAMES, day - datetime.timedelta(days=DAYS + 1))
    assert named(ruleset(AnyOf(pairs)), began) == {day: set(NAMES)}


# Dates of which several come to their end on one day

DATED = Vocabulary(
    {
        "da": FactDeclaration("da", FactType.DATE, "a", "a?"),
        "db": FactDeclaration("db", FactType.DATE, "b", "b?"),
        "dc": FactDeclaration("dc", FactType.YES_NO, "c", "c?"),
        "dd": FactDeclaration("dd", FactType.DATE, "d", "d?"),
    }
)
_PAST: dict[str, Expr] = {
    "da": Compare(Fact("da"), Op.LESS, On()),
    "db": Not(Within(On(), Fact("db"), Literal(6), Unit.MONTHS)),
    "dc": Not(Compare(Fact("dc"), Op.IS, Literal(True))),
    "dd": Compare(Fact("dd"), Op.LESS, On()),
}
DAY = datetime.date(2026, 12, 2)
_OVER: dict[str, dict[bool, FactValue]] = {
    "da": {True: FactValue(datetime.date(2026, 12, 1)), False: FactValue(datetime.date(2028, 12, 1))},
    "db": {True: FactValue(datetime.date(2026, 6, 1)), False: FactValue(datetime.date(2026, 11, 1))},
    "dc": {True: FactValue(True, Evidence(valid_until=datetime.date(2026, 12, 1))), False: FactValue(True)},
    "dd": {True: FactValue(datetime.date(2026, 12, 1)), False: FactValue(datetime.date(2028, 12, 1))},
}


def dated(stop: Expr) -> Ruleset:
    """What forbids, and a requirement beside it for each fact, at which no answer looks."""
    asked = tuple(Requirement(f"R{name}", f"R{name}", "", {}, Not(each)) for name, each in _PAST.items())
    outcomes = (
        Outcome("stop", "Stop", stop, allows=False),
        Outcome("fine", "Fine", Constant(True), allows=True),
    )
    return Ruleset("dated", "1", "D", DATED, asked, decisions=(Decision("d", "?", outcomes, "open"),))


def on_that_day(rules: Ruleset, over: Collection[str]) -> str | None:
    facts = Facts({name: each[name in over] for name, each in _OVER.items()})
    return assess(rules, facts, on=DAY).outcome


def any_of_these(rng: random.Random, depth: int = 2) -> Expr:
    if depth == 0 or rng.random() < 0.3:
        return rng.choice([*_PAST.values()])
    parts = tuple(any_of_these(rng, depth - 1) for _ in range(rng.randint(2, 3)))
    return rng.choice((AllOf, AnyOf))(parts)


@given(st.integers(0, 2**40).map(random.Random))
def test_of_what_ends_on_one_day_what_turns_the_answer_is_named_and_nothing_else(rng: random.Random) -> None:
    rules = dated(any_of_these(rng))
    over = [name for name in _OVER if rng.random() < 0.8]
    facts = Facts({name: each[name in over] for name, each in _OVER.items()})
    found = horizon(assess(rules, facts, on=DAY - datetime.timedelta(days=1)), DAY)
    named = {cause.fact for each in found.timeline if each.is_answer for cause in each.causes}
    beside = {cause.fact for each in found.timeline for cause in (*each.causes, *each.beside)} - named
    assert named | beside == set(over)  # each turns the requirement that asks for it
    assert {each.fact for each in found.due if each.changes} == set(over)
    turning = {each.fact for each in found.due if any(move.kind == "decision" for move in each.moves)}
    moves = on_that_day(rules, over) != on_that_day(rules, ())
    assert bool(turning) is moves
    if moves:
        assert turning == named
    for each in over:
        others = [name for name in over if name != each]
        if on_that_day(rules, over) != on_that_day(rules, others) or on_that_day(
            rules, [each]
        ) != on_that_day(rules, ()):
            assert each in turning
    for each in turning:
        others = [name for name in over if name != each]
        assert any(on_that_day(rules, way) != on_that_day(rules, (*way, each)) for way in ways(others)), each

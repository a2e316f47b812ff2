"""Outcomes leave nobody out by what they mean, whatever their form."""

from __future__ import annotations

import datetime

import attrs
import pytest
from hypothesis import given

from qa_rules import assess, load_ruleset, policy_from, ruleset_from
from qa_rules.language.library import ruleset_ids
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Compare,
    Constant,
    Expr,
    Fact,
    Given,
    Later,
    Literal,
    Not,
    Op,
    Reference,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import Decision, Outcome, Policy, Requirement, Ruleset
from qa_rules.model.values import Severity, Unit
from qa_rules.program import exhaustive as module
from qa_rules.program.bind import close
from qa_rules.program.conditions import hardened
from qa_rules.program.exhaustive import exhaustive
from qa_rules.program.search import search
from qa_rules.program.store import Store
from tests.program.readings import leaves_nobody_out
from tests.strategies import LIGHT, Case, cases


def compared(name: str, op: Op, value: bool | int) -> Expr:
    return Compare(Fact(name), op, Literal(value))


A, B = compared("a", Op.IS, True), compared("b", Op.IS, True)
R1, R2 = Reference("R1"), Reference("R2")
NOT_R1, NOT_R2 = Reference("R1", Aspect.GAP), Reference("R2", Aspect.GAP)
AT_LEAST_10, UNDER_10, UNDER_8 = (
    compared("n", op, bound) for op, bound in ((Op.AT_LEAST, 10), (Op.LESS, 10), (Op.LESS, 8))
)
LATER = Compare(Fact("d"), Op.IS, Later(Literal(datetime.date(2026, 11, 21)), Literal(30), Unit.MONTHS))
OPTIONAL = tuple(compared("m", op, 10) for op in (Op.AT_LEAST, Op.LESS))


def made(*outcomes: Expr, severity: Severity | None = None) -> Ruleset:
    facts = [FactDeclaration(name, FactType.YES_NO, name, "?") for name in "ab"]
    facts += [
        FactDeclaration("n", FactType.INTEGER, "n", "?"),
        FactDeclaration("d", FactType.DATE, "d", "?"),
        FactDeclaration("m", FactType.INTEGER, "m", "?", may_be_none=True),
    ]
    last = len(outcomes) - 1
    decision = Decision(
        "overall",
        "?",
        tuple(Outcome(f"o{at}", "", when, at == last) for at, when in enumerate(outcomes)),
        "undecided",
    )
    requirements = (
        Requirement("R1", "", "", {}, A, severity=severity),
        Requirement("R2", "", "", {}, B),
    )
    vocabulary = Vocabulary({each.name: each for each in facts})
    return Ruleset("by-hand", "1", "?", vocabulary, requirements, decisions=(decision,))


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((NOT_R1, R1), True),
        ((AllOf((NOT_R1, B)), R1), False),
        ((NOT_R1, AllOf((R1, R2))), False),
        ((AllOf((R1, NOT_R2)), AllOf((R1, R2))), False),
        ((NOT_R1, AllOf((R1, NOT_R2)), AllOf((R1, R2))), True),
        ((A, Not(A)), True),
        ((UNDER_10, AT_LEAST_10), True),
        ((UNDER_8, AT_LEAST_10), False),
        ((UNDER_8, compared("n", Op.MORE, 7)), True),
        ((UNDER_10, AT_LEAST_10, R1), True),
        ((Not(LATER), R1), False),
        ((Not(LATER), LATER), True),
        (OPTIONAL, True),
        ((OPTIONAL[1], compared("m", Op.AT_LEAST, 9)), False),
        ((Not(Given(Fact("m"))), Given(Fact("m"))), True),
        ((Constant(None, "policy.x"), Not(Constant(None, "policy.x"))), True),
        ((Constant(None, "policy.x"), R1), False),
        ((AnyOf((NOT_R1, NOT_R2)), AnyOf((R1, R2))), True),
    ],
    ids=str,
)
def test_outcomes_are_exhaustive_where_no_reading_rules_out_all_of_them(
    outcomes: tuple[Expr, ...], expected: bool
) -> None:
    closed = close(made(*outcomes))
    found = exhaustive(closed)["overall"]
    assert found.holds is expected
    assert (found.gap is None) is expected
    assert leaves_nobody_out(closed, closed.ruleset.decisions[0]) is expected


def test_a_gap_says_what_is_not_met() -> None:
    gap = exhaustive(close(made(AllOf((NOT_R1, B)), R1)))["overall"].gap
    assert gap is not None
    assert gap.tests == {A: False, B: False}
    assert gap.not_met == {"R1", "outcome/overall/o0", "outcome/overall/o1"}


def test_a_scope_leaves_out_nobody_who_is_asked() -> None:
    ruleset = made(NOT_R1, AllOf((R1, R2)))
    assert not exhaustive(close(ruleset))["overall"].holds
    assert exhaustive(close(attrs.evolve(ruleset, applies_when=B)))["overall"].holds


def test_what_is_overdue_makes_no_outcome_exhaustive() -> None:
    required, condition = (Reference(f"R1:{each}", Aspect.GAP) for each in (Severity.REQUIRED, "condition"))
    policy = Policy("p", "by-hand@1", "P", severities={"default": Severity.CONDITION}, condition_days=30)
    late = hardened(policy, frozenset({"R1"}))
    for outcomes, expected in (((required, R1), False), ((required, condition, R1), True)):
        ruleset = made(*outcomes)
        for each in (policy, late):
            assert exhaustive(close(ruleset, each))["overall"].holds is expected
    always = attrs.evolve(policy, severities={"default": Severity.REQUIRED})
    assert exhaustive(close(made(required, R1), always))["overall"].holds


def test_where_the_search_is_given_up_outcomes_are_not_exhaustive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEPS", 0)
    found = exhaustive(close(made(NOT_R1, AllOf((R1, AnyOf((R2, NOT_R2, AllOf((A, B)))))))))["overall"]
    assert (found.holds, found.gap) == (False, None)


@pytest.mark.parametrize("which", ruleset_ids())
def test_every_shipped_decision_leaves_nobody_out(which: str) -> None:
    assert all(each.holds for each in exhaustive(close(load_ruleset(which))).values())


@LIGHT
@given(cases() | cases(plain=True))
def test_the_search_finds_what_trying_every_reading_finds(case: Case) -> None:
    for decision in case.closed.ruleset.decisions:
        assert leaves_nobody_out(case.closed, decision) is exhaustive(case.closed)[decision.id].holds


def test_a_search_finds_truths_that_make_all_literals_hold_and_none_where_there_are_none() -> None:
    make = Store()
    a, b, c = (make.var(name) for name in "abc")
    two, some = make.at_least(2, [a, b, c]), make.any([-a, -b])
    found = search(make.gates, [two, some, c], 1000)
    assert found is not None
    assert found.holds
    assert all(make.evaluate(found.truths, [two, some, c]))
    none = search(make.gates, [two, some, -c], 1000)
    assert none is not None
    assert not none.holds


@pytest.mark.parametrize("outcomes", [["R", "R:advice is not met"], ["R", "R:advice is not met", "c"]])
def test_what_a_policy_does_not_say_leaves_out_whom_it_may_be_silent_about(outcomes: list[str]) -> None:
    """Whether a gap in R is advice nobody has said: read as none, whoever does not meet R has no outcome."""
    ruleset = ruleset_from(
        {
            "format": 1,
            "ruleset": "small",
            "edition": "1",
            "title": "Small",
            "source": {"title": "A source"},
            "caveats": [],
            "facts": {name: {"type": "yes_no", "label": name, "question": f"{name}?"} for name in "abc"},
            "requirements": [
                {
                    "id": "R",
                    "title": "Safe",
                    "says": "It is safe.",
                    "source": {"clause": 1},
                    "met_when": "a",
                    "applies_when": "b",
                }
            ],
            "decisions": [
                {
                    "id": "may",
                    "title": "May it?",
                    "outcomes": [
                        {"id": f"o{at}", "words": f"Way {at}", "allows": True, "when": when}
                        for at, when in enumerate(outcomes)
                    ],
                }
            ],
        }
    )
    written = {
        "format": 1,
        "policy": "local",
        "for": "small@1",
        "title": "Local",
        "tiers": [],
        "required_tier": [],
    }
    silent = policy_from({**written, "severity": {}}, ruleset)
    assert not exhaustive(close(ruleset, silent))["may"].holds
    assert assess(ruleset, {}, on=datetime.date(2026, 11, 30), policy=silent).outcome == "undecided"
    said = policy_from({**written, "severity": {"R": "advice"}}, ruleset)
    assert exhaustive(close(ruleset, said))["may"].holds

"""Answers by hand: what is possible, and what that comes to."""

from __future__ import annotations

import datetime

import attrs
import pytest

from qa_rules.engines.reference import prepare
from qa_rules.model.assessments import Answer
from qa_rules.model.expressions import AllOf, AnyOf, Aspect, Compare, Expr, Fact, Literal, Op, Reference
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Vocabulary
from qa_rules.model.rulesets import Decision, Outcome, Policy, Requirement, Ruleset
from qa_rules.model.values import Strength
from qa_rules.program.answers import answer_of
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import believe

ON = datetime.date(2026, 11, 22)
VOCABULARY = Vocabulary(
    {
        name: FactDeclaration(
            name, FactType.YES_NO, name, f"{name}?", about="person" if name == "p" else "provider"
        )
        for name in "abcp"
    }
)


def yes(name: str) -> Expr:
    return Compare(Fact(name), Op.IS, Literal(True))


def decision(*outcomes: tuple[str, bool, Expr]) -> Decision:
    return Decision(
        "overall",
        "?",
        tuple(Outcome(name, name, when, allows) for name, allows, when in outcomes),
        undecided="undecided",
    )


def answer(
    asked: Decision,
    strength: Strength = Strength.STATED,
    scope: Expr | None = None,
    /,
    **given: bool | tuple[bool, Strength],
) -> Answer | None:
    requirements = tuple(Requirement(name.upper(), name, name, {}, yes(name)) for name in "abc")
    ruleset = Ruleset(
        "by-hand", "1", "By hand", VOCABULARY, requirements, decisions=(asked,), applies_when=scope
    )
    facts = Facts(
        {
            name: FactValue(value)
            if isinstance(value, bool)
            else FactValue(value[0], Evidence(strength=value[1]))
            for name, value in given.items()
        }
    )
    closed = close(ruleset, Policy("p", "by-hand@1", "P", strength=strength))
    return answer_of(closed, prepare(closed).run(believe(facts, VOCABULARY, ON)), asked, facts)


def said(
    asked: Decision, *rest: object, **given: bool | tuple[bool, Strength]
) -> tuple[str, str, bool | None, bool]:
    found = answer(asked, *rest, **given)  # type: ignore[arg-type]
    assert found is not None
    return found.outcome, " ".join(found.possible), found.allows, found.settled


STOP = ("here", False, Reference("A", Aspect.GAP))
YET = ("yet", False, Reference("B", Aspect.GAP))
CONDITIONS = ("conditions", True, Reference("C", Aspect.GAP))
REFER = ("refer", True, AllOf((Reference("A"), Reference("B"))))
REFERRAL = decision(STOP, YET, CONDITIONS, REFER)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, ("undecided", "here yet conditions refer", None, False)),
        ({"a": False}, ("here", "here", False, True)),
        ({"b": False}, ("yet", "here yet", False, False)),
        ({"a": True, "b": False}, ("yet", "yet", False, True)),
        ({"a": True, "b": True}, ("conditions", "conditions refer", True, False)),
        ({"a": True, "b": True, "c": True}, ("refer", "refer", True, True)),
        ({"a": True, "b": True, "c": False}, ("conditions", "conditions", True, True)),
        ({"a": True, "c": True}, ("undecided", "yet refer", None, False)),
    ],
    ids=str,
)
def test_what_is_possible_and_what_it_comes_to(
    given_: dict[str, bool], expected: tuple[str, str, bool | None, bool]
) -> None:
    assert said(REFERRAL, **given_) == expected


def test_what_remains_when_all_else_is_ruled_out_is_the_answer_only_when_it_is_known_to_hold() -> None:
    # Nothing says that one of these must hold: `passes` asks about something else than `fails`.
    asked = decision(
        ("fails", False, Reference("A", Aspect.GAP)), ("passes", True, Reference("B", Aspect.MET))
    )
    assert said(asked, a=True) == ("undecided", "passes", None, False)
    assert said(asked, a=True, b=True) == ("passes", "passes", True, True)
    assert said(asked, a=True, b=False) == ("undecided", "", None, False)
    asked = decision(("stop", False, Reference("A", Aspect.GAP)))
    assert said(asked) == ("undecided", "stop", None, False)
    assert said(asked, a=True) == ("undecided", "", None, False)


def test_what_is_left_over_allows_only_when_something_that_it_asks_applies_and_is_met() -> None:
    everything = ("refer", True, AllOf((Reference("A"), Reference("B"))))
    asked = decision(
        ("conditions", True, AnyOf((Reference("A", Aspect.GAP), Reference("B", Aspect.GAP)))), everything
    )
    with_stop = decision(STOP, ("conditions", True, Reference("B", Aspect.GAP)), everything)
    # One of the two holds for everybody, and both allow.
    assert said(asked) == ("conditions", "conditions refer", True, False)
    assert said(with_stop, a=True) == ("conditions", "conditions refer", True, False)
    # Here nothing catches what C asks, so `refer` alone may be left without being met.
    gap = decision(STOP, ("refer", True, AllOf((Reference("A"), Reference("C")))))
    assert said(gap, a=True) == ("undecided", "refer", None, False)


def test_what_allows_needs_the_strength_that_the_policy_asks_and_a_shortfall_counts_at_any() -> None:
    strong, weak = Strength.VERIFIED, Strength.STATED
    seen = dict.fromkeys("abc", (True, Strength.SEEN))
    assert said(REFERRAL, Strength.SEEN, **seen)[0] == "refer"
    assert said(REFERRAL, strong, **seen) == ("undecided", "here yet conditions refer", None, False)
    assert said(REFERRAL, strong, **(seen | {"a": (False, weak)}))[0] == "here"


def test_a_scope_that_is_not_known_leaves_not_applicable_possible() -> None:
    scope = yes("p")
    assert said(REFERRAL, Strength.STATED, scope, a=False) == (
        "undecided",
        "not_applicable here",
        None,
        False,
    )
    assert said(REFERRAL, Strength.STATED, scope, a=False, p=True)[0] == "here"
    assert said(REFERRAL, Strength.STATED, scope, a=False, p=False) == (
        "not_applicable",
        "not_applicable",
        None,
        True,
    )


def test_a_decision_about_a_person_is_not_made_without_one() -> None:
    asked = attrs.evolve(REFERRAL, needs="person")
    assert answer(asked, a=False) is None
    found = answer(asked, a=False, p=False)
    assert found is not None
    assert found.outcome == "here"

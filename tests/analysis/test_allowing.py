"""A plan is no dodge: nothing is given up, nothing escapes what is asked of it, and what is past stays past."""

from __future__ import annotations

from pathlib import Path

from qa_rules import Assessment, assess, load_facts, merge
from qa_rules.api.analyse import fixes, what_if
from qa_rules.model.expressions import (
    AllOf,
    Compare,
    Expr,
    Fact,
    Includes,
    Inclusion,
    Literal,
    OnlyWhen,
    Op,
)
from qa_rules.model.facts import FactDeclaration, FactType
from tests.analysis.examples import DAY
from tests.analysis.test_explaining import SHIPPED, shipped
from tests.analysis.test_fixing import fixes_of, ruleset_of, yes_no


def yes(name: str, holds: bool = True) -> Expr:
    return Compare(Fact(name), Op.IS, Literal(holds))


def test_a_yes_is_not_taken_back_unless_less_is_better() -> None:
    for direction, can in (("", False), ("more_is_better", False), ("less_is_better", True)):
        ruleset = ruleset_of(yes("visits", False), yes_no("visits", direction=direction))
        assert fixes_of(ruleset, {"visits": True}).can_be_reached is can
        # What is not known may turn out well.
        assert fixes_of(ruleset, {}).can_be_reached


def test_what_a_set_holds_stays_in_it() -> None:
    kinds = FactDeclaration("kinds", FactType.CODES, "kinds", "?", about="provider")
    ruleset = ruleset_of(Includes(Fact("kinds"), Inclusion.ALL, Literal(frozenset("ab"))), kinds)
    (plan,) = fixes_of(ruleset, {"kinds": ["a", "x"]}).plans
    assert plan.facts.values["kinds"].value == {"a", "b", "x"}
    only = ruleset_of(Includes(Fact("kinds"), Inclusion.ONLY, Literal(frozenset("ab"))), kinds)
    assert fixes_of(only, {"kinds": ["a", "x"]}).can_be_reached is False


def test_what_applies_is_met_and_not_made_not_to_apply() -> None:
    staff = FactDeclaration("staff", FactType.INTEGER, "staff", "?", about="provider")
    has_staff = Compare(Fact("staff"), Op.AT_LEAST, Literal(1))
    ruleset = ruleset_of(OnlyWhen(has_staff, yes("checked")), staff, yes_no("checked"))
    for values in ({"staff": 3, "checked": False}, {"checked": False}, {"staff": 3}):
        (plan,) = fixes_of(ruleset, values).plans
        assert [each.fact for each in plan.changes] == ["checked"]
    # Nor is a gap mended by making one elsewhere.
    gap = ruleset_of(AllOf((yes("a"), yes("b", False))), yes_no("a"), yes_no("b"))
    assert fixes_of(gap, {"a": False, "b": True}).can_be_reached is False


def course(**changed: object) -> Assessment:
    """The licensed course of the examples, with somebody who has long-term pain."""
    ruleset, policy, _ = shipped(*SHIPPED[0])
    folder = Path(__file__).parents[2] / "examples/social-prescribing/self-management"
    names = ("provider", "course", "persons/long-term-pain")
    facts = merge(*(load_facts(folder / f"{name}.yaml", ruleset) for name in names))
    return what_if(assess(ruleset, facts, on=DAY, policy=policy), changed)


def test_the_tier_required_is_not_lowered_by_calling_the_activity_less_harmful() -> None:
    assert course().outcome == "refer"
    seen = {"strength": "seen", "by": "A. Person", "on": "2026-11-01"}
    harmful = course(activity_harm_potential={"value": "high", **seen})
    assert harmful.outcome == "do_not_refer_yet"
    found = fixes(harmful)
    assert found.plans
    assert all("activity_harm_potential" not in {each.fact for each in plan.changes} for plan in found.plans)
    # Nobody has looked yet: then the cheapest is to find out, and the plan says what it counts on.
    unknown = course(activity_harm_potential=None)
    (step,) = fixes(unknown).plans[0].steps
    assert (step.kind, step.fact) == ("find_out", "activity_harm_potential")
    assert "This plan counts on" in step.text


def test_the_way_of_assessing_is_not_changed_to_reach_a_tier() -> None:
    talked = course(routes_in_use={"value": ["link_worker_conversation"], "strength": "seen"})
    found = fixes(talked, "enhanced")
    assert found.can_be_reached is False
    assert "routes_in_use" in {each.fact for each in found.in_the_way}

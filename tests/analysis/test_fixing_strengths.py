"""A step asks for no better backing than its plan's goal takes, and for no less: at one step less the goal is lost."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from qa_rules import Assessment, Facts, Policy, assess, facts_from, policy_from, ruleset_from
from qa_rules.api.analyse import fixes
from qa_rules.model.facts import Evidence, FactValue, Records
from qa_rules.model.values import Strength
from tests import strategies
from tests.analysis.test_fixing_tiers import GIVEN, POLICY, RULESET, SEEN
from tests.strategies import CALENDAR

ON = datetime.date(2026, 12, 1)
ROW: dict[str, object] = {"title": "T", "says": "S", "source": {"clause": 1}, "fix": "Do it."}
STATES = [
    None,
    *(
        {"value": value, "strength": each}
        for value in (True, False)
        for each in ("stated", "seen", "verified")
    ),
]
LESS = {Strength.SEEN: Strength.STATED, Strength.VERIFIED: Strength.SEEN}
STRICTEST = attrs.evolve(
    POLICY,
    tiers=(*POLICY.tiers[:2], attrs.evolve(POLICY.tiers[2], strength=Strength.VERIFIED)),
)


def weaker(evidence: Evidence) -> Evidence | None:
    """Evidence that a plan asks for, at one step less."""
    if evidence.source != "planned" or evidence.strength not in LESS:
        return None
    return attrs.evolve(evidence, strength=LESS[evidence.strength])


def each_weaker(facts: Facts) -> Iterator[tuple[str, Facts]]:
    """The facts of a plan with one thing that it changes backed less well than it asks."""
    for name, value in facts.values.items():
        less = weaker(value.evidence)
        if less is not None:
            yield name, attrs.evolve(facts, values={**facts.values, name: FactValue(value.value, less)})
    for name, given_ in facts.collections.items():
        for records in _each_weaker(given_):
            yield name, attrs.evolve(facts, collections={**facts.collections, name: records})


def _each_weaker(given_: Records) -> Iterator[Records]:
    for at, record in enumerate(given_.records):
        for field, value in record.items():
            less = weaker(value.evidence)
            if less is not None:
                then = {**record, field: FactValue(value.value, less)}
                yield attrs.evolve(given_, records=(*given_.records[:at], then, *given_.records[at + 1 :]))


FACTS = ("plan", "read", "shown", "tried")
SMALL = ruleset_from(
    {
        "format": 1,
        "ruleset": "small",
        "edition": "1",
        "title": "Small",
        "source": {"title": "Small"},
        "caveats": ["For tests."],
        "subject": {"singular": "group", "plural": "groups"},
        "facts": {
            **{
                name: {"type": "yes_no", "label": name, "question": f"Is it {name}?", "about": "provider"}
                for name in FACTS
            },
            "paper": {
                "type": "document",
                "label": "paper",
                "question": "Is there a paper?",
                "about": "provider",
            },
            "kind": {
                "type": "yes_no",
                "label": "kind",
                "question": "Is it of the kind?",
                "about": "assessment",
            },
            "risk": {"type": "yes_no", "label": "risk", "question": "Is there a risk?", "about": "person"},
        },
        "requirements": [
            {"id": "A", **ROW, "met_when": {"all_of": ["plan", "read"]}},
            {"id": "B", **ROW, "met_when": {"any_of": ["read", "shown"]}},
            {"id": "C", **ROW, "met_when": {"only_when": {"this": "shown", "then": "tried"}}},
        ],
        "routes": [{"id": "form", "title": "Form", "says": "By a form.", "used_when": "kind"}],
        "decisions": [
            {
                "id": "overall",
                "title": "May it start?",
                "needs": "person",
                "outcomes": [
                    {"id": "waits", "words": "No", "allows": "no", "when": "tier is below required"},
                    {"id": "starts", "words": "Yes", "allows": "yes", "when": "tier reaches required"},
                ],
            }
        ],
    }
)


@st.composite
def tiers(draw: st.DrawFn) -> Policy:
    """Two tiers that ask some of the same things, at strengths of their own."""
    some = st.lists(st.sampled_from(("A", "B", "C", "tried")), min_size=1, max_size=3, unique=True)
    words = st.sampled_from([each.word for each in Strength])
    low, high = sorted((draw(words), draw(words)), key=lambda each: Strength.of(each))
    return policy_from(
        {
            "format": 1,
            "policy": "p",
            "for": "small@1",
            "title": "P",
            "severity": {"default": draw(st.sampled_from(("advice", "required")))},
            "strength": draw(words),
            "tiers": [
                {"id": "low", "title": "L", "strength": low, "routes": {"form": {"all_of": draw(some)}}},
                {"id": "high", "title": "H", "strength": high, "routes": {"form": {"all_of": draw(some)}}},
            ],
            "required_tier": [{"tier": "high", "when": "risk"}, {"tier": "low"}],
        },
        SMALL,
    )


@pytest.mark.slow
@settings(max_examples=25)
@given(tiers(), st.data())
def test_at_one_step_less_a_plan_does_not_reach_its_goal(policy: Policy, data: st.DataObject) -> None:
    sure = {"strength": "verified", "by": "N. Osei", "on": "2026-11-28"}
    known = st.fixed_dictionaries({name: st.sampled_from(STATES) for name in FACTS})
    given_ = {name: each for name, each in data.draw(known).items() if each is not None}
    given_ |= {"kind": {"value": True, **sure}, "risk": {"value": data.draw(st.booleans()), **sure}}
    made = assess(SMALL, facts_from(given_, SMALL), on=ON, policy=policy)
    found = fixes(made, n=3)
    for plan in found.plans:
        for name, facts in each_weaker(plan.facts):
            event("tried")
            then = assess(SMALL, facts, on=ON, policy=policy)
            assert not fixes(then, found.to, 1).is_reached, name


@pytest.mark.deep
@settings(max_examples=600)
@given(strategies.cases(), st.data())
def test_so_it_is_of_every_kind_of_ruleset(case: strategies.Case, data: st.DataObject) -> None:
    ruleset, policy = case.closed.ruleset, case.closed.policy

    def assessed(facts: Facts) -> Assessment:
        return assess(ruleset, facts, on=case.on, policy=policy, calendar=CALENDAR)

    made = assessed(case.facts)
    goals: list[str] = [*ruleset.group, *(each.id for each in ruleset.decisions[0].outcomes)]
    more: list[str] = [] if made.tiers is None else ["tier"]
    to: str = data.draw(st.sampled_from([*goals, *more]))
    found = fixes(made, to, 2)
    for plan in found.plans:
        for name, facts in each_weaker(plan.facts):
            assert not fixes(assessed(facts), found.to, 1).is_reached, name


def step(acute: str) -> Any:
    facts: dict[str, object] = {name: {"value": each, **SEEN} for name, each in GIVEN.items()}
    facts["routes_in_use"] = {"value": ["policy_checklist"], **SEEN}
    facts["volunteer_led"] = {"value": "no", **SEEN}
    facts["person_acute_risk"] = {"value": acute, **SEEN}
    facts["hazards_handled"] = {"value": ["food"], "strength": "stated"}
    facts["medical_need_skills"] = {"value": "condition_specific", "strength": "stated"}
    made = assess(RULESET, facts_from(facts, RULESET), on=datetime.date(2026, 11, 30), policy=STRICTEST)
    return {each.name: each.strength for each in fixes(made, n=1).plans[0].steps}


def test_only_the_tier_that_is_needed_says_how_well_something_has_to_be_backed() -> None:
    assert step("no")["SP-41.hs"] == "seen"
    assert step("yes")["medical_need_skills"] == "verified"


def test_a_document_of_which_only_the_date_is_not_known_is_asked_about_and_so_is_what_is_needed() -> None:
    policy = policy_from(
        {
            "format": 1,
            "policy": "p",
            "for": "small@1",
            "title": "P",
            "severity": {"default": "advice"},
            "tiers": [
                {
                    "id": "low",
                    "title": "L",
                    "routes": {"form": {"all_of": ["C", "paper is current"]}},
                }
            ],
            "required_tier": [{"tier": "low"}],
        },
        SMALL,
    )
    given_ = {"kind": True, "shown": True, "paper": {"exists": True}}
    steps = fixes(assess(SMALL, facts_from(given_, SMALL), on=ON, policy=policy)).plans[0].steps
    assert [(each.name, each.kind, each.text) for each in steps] == [
        ("C", "find_out", "Do it."),
        (
            "paper",
            "find_out",
            "When is the paper due for review? This plan counts on: on or after the day of the assessment.",
        ),
    ]

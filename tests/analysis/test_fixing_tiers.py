"""What a plan asks of a fact that a tier names is what that tier asks, never what a higher one would."""

from __future__ import annotations

import datetime

import pytest

from qa_rules import assess, load_ruleset, policy_from
from qa_rules.api.analyse import fixes
from qa_rules.language.load import facts_from

RULESET = load_ruleset("social-prescribing")
POLICY = policy_from(
    {
        "format": 1,
        "policy": "eastvale",
        "for": "social-prescribing@3.5",
        "title": "Eastvale",
        "settings": {
            "routes_agreed": ["policy_checklist", "link_worker_conversation"],
            "small_group": "volunteer_led",
            "evidence_threshold": "evidence_amount at least low",
        },
        "severity": {"default": "advice"},
        "tiers": [
            {
                "id": "neighbourly",
                "title": "Neighbourly",
                "routes": {
                    "link_worker_conversation": {"all_of": ["SP-41.sg"]},
                    "policy_checklist": {"all_of": ["SP-41.sg"]},
                },
            },
            {
                "id": "steady",
                "title": "Steady",
                "strength": "seen",
                "routes": {
                    "link_worker_conversation": {
                        "all_of": ["SP-41.hs", "medical_need_skills at least basic"]
                    },
                    "policy_checklist": {"all_of": ["SP-41.hs"]},
                },
            },
            {
                "id": "specialist",
                "title": "Specialist",
                "routes": {
                    "policy_checklist": {"all_of": ["medical_need_skills at least condition_specific"]}
                },
            },
        ],
        "required_tier": [
            {"tier": "specialist", "when": "person_acute_risk"},
            {"tier": "steady", "when": "person_condition_complexity is medium"},
            {"tier": "neighbourly"},
        ],
    },
    RULESET,
)
SEEN = {"strength": "seen", "by": "N. Osei", "role": "link worker", "on": "2026-11-28"}
GIVEN: dict[str, object] = {
    "receives_formal_referrals": "yes",
    "volunteer_led": "yes",
    "routes_in_use": ["link_worker_conversation"],
    "escalation_procedure": "informal",
    "escalation_adequate_for_activity": "yes",
    "safeguarding_processes_in_place": "yes",
    "safeguarding_followed": "yes",
    "activity_lone_working": "no",
    "activity_hazards": ["food"],
    "hazards_handled": ["food"],
    "person_needs_statutory_or_clinical": "no",
    "person_condition_complexity": "medium",
    "person_acute_risk": "no",
    "match_within_competence": "yes",
}


@pytest.mark.parametrize(
    ("skills", "words"),
    [
        (None, "This plan counts on: at least “Basic”."),
        ({"value": "none", **SEEN}, "Needed: Skills for medical needs: at least “Basic”."),
        ({"value": "basic", "strength": "stated"}, "Confirm: Basic."),
    ],
)
def test_a_plan_asks_no_more_of_a_fact_than_the_tier_that_is_needed(
    skills: dict[str, object] | None, words: str
) -> None:
    facts: dict[str, object] = {name: {"value": each, **SEEN} for name, each in GIVEN.items()}
    if skills is not None:
        facts["medical_need_skills"] = skills
    made = assess(RULESET, facts_from(facts, RULESET), on=datetime.date(2026, 11, 30), policy=POLICY)
    assert made.tiers is not None
    assert made.tiers.required_greatest == "steady"
    (step,) = fixes(made, n=1).plans[0].steps
    assert step.text.endswith(words)

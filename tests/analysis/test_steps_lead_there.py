"""What `fix` tells: the true cause where nothing helps, and steps in words of what is missing that lead there."""

from __future__ import annotations

import datetime
from typing import Any

import attrs
import pytest

from qa_rules import Assessment, Policy, assess, facts_from, load_policy, load_ruleset
from qa_rules.api.analyse import fixes
from qa_rules.api.lasting import lasting
from qa_rules.model.values import Strength
from qa_rules.reports.blocks import Findings
from qa_rules.reports.content import content_of
from tests.told.test_never_shorter import CAFE, SEEN

ON = datetime.date(2026, 11, 30)
SOCIAL = load_ruleset("social-prescribing")
POLICY = load_policy("illustrative-three-tiers", SOCIAL)
STANDARD = load_ruleset("ss2q")
CHECKLIST = {"provider_type": "charity", "volunteer_led": "no", "routes_in_use": ["policy_checklist"]}


def social(strength: str = "seen", policy: Policy = POLICY, **facts: Any) -> Assessment:
    given = {
        name: each
        if isinstance(each, dict) or name in SOCIAL.vocabulary.collections
        else {"value": each, **SEEN, "strength": strength}
        for name, each in (CAFE | facts).items()
    }
    return assess(SOCIAL, facts_from(given, SOCIAL), on=ON, policy=policy)


def standard(**facts: Any) -> Assessment:
    judge = {"by": "G. Pugh", "on": "2026-11-01"}
    given = {
        "enquiry_limit_is_prompt": {"value": "yes", **judge},
        "records_potential_participants": "yes",
        "programme_is_structured_self_management": "yes",
        "programme_licensor_family": "stanford_smrc",
        **facts,
    }
    return assess(STANDARD, facts_from(given, STANDARD), on=ON)


ENQUIRIES = [
    {"received": "2026-10-01", "responded": "2026-10-02"},
    {"received": "2026-10-09", "responded": "2026-10-16"},
]


def test_a_limit_that_nobody_set_can_be_set_at_the_least_that_will_do() -> None:
    found = fixes(standard(enquiry_limit_days="none", enquiries=ENQUIRIES), "SS2Q-3.4")
    (step,) = found.plans[0].steps
    assert step.text == "Needed: Time limit for answering enquiries: at least 7 days."


def test_a_limit_that_was_set_is_not_moved_for_what_was_late() -> None:
    found = fixes(standard(enquiry_limit_days=5, enquiries=ENQUIRIES), "SS2Q-3.4")
    assert found.can_be_reached is False
    (obstacle,) = found.in_the_way
    assert obstacle.text.startswith(
        "Enquiries answered in time (theme 3, requirement 4). Enquiry of 9 October 2026"
    )
    assert (obstacle.fact, obstacle.value) == ("enquiries.responded", "16 October 2026")


def test_a_licence_that_ended_is_renewed_rather_than_another_widened() -> None:
    given = [
        {
            "licensor": "stanford_smrc",
            "programme_types": ["CDSMP"],
            "valid_from": "2024-06-01",
            "valid_to": "2026-11-29",
        },
        {
            "licensor": "stanford_smrc",
            "programme_types": ["CPSMP"],
            "valid_from": "2026-01-01",
            "valid_to": "2028-12-31",
        },
    ]
    made = standard(programme_types_delivered=["CDSMP", "CPSMP"], licences=given)
    (need,) = fixes(made, "SS2Q-1.1").plans[0].steps[0].needs
    assert (need.fact, need.record) == ("licences.valid_to", 1)


def mark(**changed: str) -> dict[str, Any]:
    return {
        "scheme": "trusted_charity",
        "covers_activity": "yes",
        "valid_to": "2026-11-29",
        "measures_covered": ["safeguarding"],
        "accepted_by": "A. Mensah",
        "accepted_on": "2026-11-16",
        "accepted_role": "link_worker",
        **changed,
    }


def test_a_mark_of_which_the_end_is_not_known_is_asked_about_and_takes_no_more_than_one_that_ended() -> None:
    facts: dict[str, Any] = {
        **CHECKLIST,
        "routes_in_use": ["existing_mark"],
        "safeguarding_processes_in_place": "no",
    }
    unknown = {name: each for name, each in mark().items() if name != "valid_to"}
    found, ended = (fixes(social(**facts, marks=[each]), "basic") for each in (unknown, mark()))
    steps = {step.name: step for step in found.plans[0].steps}
    assert steps["SP-33"].kind == "find_out"
    assert found.plans[0].effort == ended.plans[0].effort


def test_a_mark_that_ended_can_be_renewed() -> None:
    facts: dict[str, Any] = {**CHECKLIST, "routes_in_use": ["existing_mark"], "marks": [mark()]}
    steps = fixes(social(**facts)).plans[0].steps
    needs = [each for step in steps for each in step.needs if each.fact.startswith("marks")]
    assert [(each.fact, each.has_to_be) for each in needs] == [
        ("marks.valid_to", "on or after the day of the assessment")
    ]


def test_who_counts_as_a_small_group_is_no_shortfall() -> None:
    facts: dict[str, Any] = {
        "provider_type": "charity",
        "volunteer_led": "no",
        "paid_staff": 12,
        "annual_income": 300000,
    }
    found = fixes(social(**facts))
    assert (found.plans, found.can_be_reached) == ((), False)
    assert {each.fact for each in found.in_the_way} == {"provider_type", "volunteer_led"}
    for each in found.in_the_way:
        assert (
            "is no shortfall. Have it assessed in a way that counts here: “Policy checklist”" in each.because
        )


LATE = [{"received": "2026-10-05", "acknowledged": "2026-10-28"}]


@pytest.mark.parametrize("to", ["SP-T.M08.V.b", "refer"])
def test_the_late_answer_is_named_and_no_way_to_be_asked_less(to: str) -> None:
    facts: dict[str, Any] = {**CHECKLIST, "referrals": LATE}
    found = fixes(social(**facts), to)
    if to == "refer":  # much else is not known of this one, and comes first
        assert {each.fact for each in found.in_the_way}.isdisjoint({"routes_in_use", "marks"})
        return
    assert [each.fact for each in found.in_the_way] == ["referrals.acknowledged"]


def test_a_late_answer_stands_in_the_way_until_time_has_passed_over_it() -> None:
    facts: dict[str, Any] = {**CHECKLIST, "referrals": [*LATE, {"received": "2026-11-02"}]}
    stays = lasting(social(**facts), "SP-T.M08.V.b")
    last = datetime.date(2027, 4, 5)
    assert stays is not None
    assert stays.until == last
    assert [each.label for each in stays.in_the_way] == ["Referral of 5 October 2026, day acknowledged"]
    again = [
        assess(SOCIAL, social(**facts).work.facts, on=day, policy=POLICY)
        for day in (last, last + datetime.timedelta(days=1))
    ]
    assert [fixes(each, "SP-T.M08.V.b").can_be_reached for each in again] == [False, True]


def test_what_has_passed_may_come_again_and_the_first_day_without_it_is_told() -> None:
    coming = [
        {"received": "2027-04-18", "acknowledged": "2027-05-21"},
        {"received": "2027-05-04", "acknowledged": "2027-06-27"},
    ]
    facts: dict[str, Any] = {**CHECKLIST, "referrals": [*LATE, *coming]}
    stays = lasting(social(**facts), "SP-T.M08.V.b")
    assert stays is not None
    assert stays.until == datetime.date(2027, 4, 5)


def test_what_has_happened_stays_so_though_its_evidence_is_not_believed_for_good() -> None:
    late = {
        "received": "2026-10-05",
        "acknowledged": {"value": "2026-10-28", "on": "2026-11-16", "valid_until": "2026-12-31"},
    }
    facts: dict[str, Any] = {**CHECKLIST, "referrals": [late, {"received": "2027-01-05"}]}
    stays = lasting(social(**facts), "SP-T.M08.V.b")
    assert stays is not None
    assert stays.until == datetime.date(2027, 4, 5)


@pytest.mark.parametrize("with_advice", [True, False])
def test_no_day_is_named_beside_what_time_alone_ends(with_advice: bool) -> None:
    facts: dict[str, Any] = {**CHECKLIST, "referrals": LATE}
    content = content_of(social(**facts), with_advice)
    (found,) = [
        each
        for section in content.sections
        if section.name == "findings"
        for block in section.blocks
        if isinstance(block, Findings)
        for each in block.told
        if each.requirement == "SP-T.M08.V.b"
    ]
    due = "cannot be met before 6 April 2027" if with_advice else "by 28 February 2027"
    assert found.marks == ("condition", due)


def test_what_only_waits_for_an_answer_is_no_matter_of_time() -> None:
    facts: dict[str, Any] = {
        **CHECKLIST,
        "referrals": [{"received": "2026-11-29"}],
        "dp_secure_reporting": "no",
    }
    made = social(**facts)
    assert lasting(made, "SP-41.dp") is None


@pytest.mark.parametrize("name", ["SP-T.M02.V.c", "SP-41.in", "SP-41.db"])
def test_what_is_in_order_and_only_stated_is_confirmed(name: str) -> None:
    given = [
        {
            "kind": "public_liability",
            "valid_to": "2027-06-30",
            "insured": ["activities"],
            "covers_activity": "yes",
        }
    ]
    made = social("stated", insurance_policies=given, person_condition_complexity="medium")
    steps = {each.name: each for each in fixes(made).plans[0].steps}
    assert steps[name].kind == "show"
    assert steps[name].text.startswith("Confirm: ")
    assert {each.kind for each in steps[name].needs} == {"show"}


INSURED: list[dict[str, Any]] = [
    {
        "kind": "public_liability",
        "valid_to": "2027-02-28",
        "insured": ["activities"],
        "covers_activity": "yes",
    },
    {"kind": "employers_liability", "valid_to": "2027-02-28", "insured": ["staff"], "covers_activity": "yes"},
]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("SP-25", {"assessment_date": "2026-03-01", "routes_in_use": ["umbrella"]}),
        ("SP-T.M03.V.a", {"insurance_policies": INSURED, "to_be_insured": ["activities", "staff"]}),
    ],
)
def test_what_is_said_to_be_fine_is_to_be_shown_and_nothing_of_it_put_right(
    name: str, facts: dict[str, Any]
) -> None:
    given = {**CHECKLIST, "insurance_adequate": "yes", **facts}
    made = social("stated", **given, policy=attrs.evolve(POLICY, strength=Strength.SEEN))
    (step,) = fixes(made, name, 1).plans[0].steps
    assert (step.kind, {each.kind for each in step.needs}) == ("show", {"show"})
    assert "Needed: " not in step.text


def test_a_judgement_is_not_put_right_but_made_again() -> None:
    (step,) = fixes(social(conversation_safe_to_refer="no"), "SP-43").plans[0].steps
    assert step.text.startswith(
        "Safe to refer to, in the link worker's judgement: no (seen). Ask who judged so for the reason, see to that, "
        "and have it judged again. Hold the conversation if it has not been held"
    )
    assert "Needed: " not in step.text

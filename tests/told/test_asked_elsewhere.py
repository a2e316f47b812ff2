"""What only a tier or route asks for that is not needed here is no condition of this answer; what is open, is one."""

from __future__ import annotations

import datetime
import html

import pytest

from qa_rules import Assessment, assess, load_ruleset, policy_from
from qa_rules.api.analyse import shortlist
from qa_rules.language.load import facts_from
from qa_rules.reports import report
from qa_rules.shortlist.matching import Fit
from tests.told.test_never_shorter import CAFE, SEEN

RULESET = load_ruleset("social-prescribing")
EASTVALE = policy_from(
    {
        "format": 1,
        "policy": "eastvale",
        "for": "social-prescribing@3.5",
        "title": "Eastvale",
        "settings": {
            "routes_agreed": ["policy_checklist", "link_worker_conversation", "umbrella"],
            "small_group": {"all_of": ["volunteer_led", "paid_staff at most 1"]},
            "evidence_threshold": "evidence_amount at least low",
        },
        "severity": {"default": "condition", "SP-41.in": "required", "SP-41.ux": "advice"},
        "condition_days": 45,
        "tiers": [
            {
                "id": "neighbourly",
                "title": "Neighbourly",
                "routes": {
                    "link_worker_conversation": {"all_of": ["SP-43", "SP-41.sg", "SP-41.in"]},
                    "policy_checklist": {"all_of": ["SP-41.sg"]},
                },
            },
            {
                "id": "specialist",
                "title": "Specialist",
                "routes": {"policy_checklist": {"all_of": ["M04.V"]}},
            },
        ],
        "required_tier": [{"tier": "specialist", "when": "person_acute_risk"}, {"tier": "neighbourly"}],
    },
    RULESET,
)
"""A policy by whose default everything is a condition, the needs of its top tier too."""

FINE: dict[str, object] = {
    "annual_income": 600,
    "insurance_policies": [
        {"valid_to": "2027-05-01", "covers_activity": "yes", "evidence": SEEN},
    ],
    "activity_hazards": ["food"],
    "hazards_handled": ["food"],
    "equality_compliant": "yes",
    "evidence_amount": "low",
    "outcomes_reported": "yes",
    "outcomes_reporting_proportionate": "yes",
    "risk_appetite_stated": "yes",
    "referral_relevant_info_passed": "yes",
    "person_choice_offered": "yes",
    "person_risk_ownership_discussed": "yes",
    "referral_system_followed": "yes",
    "audit_record_complete": "yes",
    "do_nothing_considered": "yes",
    "cc_guidance_used": "yes",
    "governance_code_self_assessed": "2026-02-01",
}
TOP = "Emergency plan tested"
"""Asked of the top tier alone, and not met: the plan of a café is not on paper."""


def cafe(on: str = "2026-12-02", **changed: object) -> Assessment:
    lists = ("changes", "insurance_policies")
    kept = {name: value for name, value in (CAFE | FINE | changed).items() if value is not None}
    facts = {name: value if name in lists else {"value": value, **SEEN} for name, value in kept.items()}
    given = facts_from(facts, RULESET)
    return assess(RULESET, given, on=datetime.date.fromisoformat(on), policy=EASTVALE)


def said(assessment: Assessment, form: str = "summary") -> str:
    return " ".join(html.unescape(report(assessment, form)).split())


@pytest.mark.parametrize("on", ["2026-12-02", "2027-03-01"])
def test_a_gap_of_a_tier_that_is_not_needed_has_no_day_and_is_not_needed_first(on: str) -> None:
    made = cafe(on)
    text = said(made)
    assert made.outcome == "refer"
    assert f"Asked only by tiers or routes not needed here: {TOP}" in text
    gaps = text.partition("Gaps")[2]
    assert [word for word in ("Needed first", "Conditions", "by 12 January") if word in gaps] == []
    assert "Check what is listed" not in text


def test_the_same_gap_is_needed_first_where_its_tier_is_needed() -> None:
    text = said(cafe(person_acute_risk="yes", routes_in_use=["policy_checklist"]))
    assert TOP in text.partition("Needed first:")[2].partition("Conditions:")[0]
    assert "Asked only by tiers" not in text.partition("Gaps")[2].partition("Not checked yet")[0]


@pytest.mark.parametrize("form", ["summary", "card"])
def test_an_answer_that_would_be_milder_if_more_were_known_says_what_that_is(form: str) -> None:
    made = cafe(cc_guidance_used=None)
    text = said(made, form)
    assert (made.outcome, made.possible) == ("refer_with_conditions", ("refer_with_conditions", "refer"))
    assert "Charity Commission guidance is used: not known" in text
    assert "Does the provider know and use the Charity Commission's guidance?" in text
    assert "Nothing that decides this answer is missing" not in text
    assert "No problems found" not in text


def test_a_day_that_has_passed_is_told_as_passed() -> None:
    late = cafe("2027-03-01", dp_secure_reporting="no")
    text = said(late)
    assert late.outcome == "do_not_refer_yet"
    assert "This was due by 12 January 2027." in text
    assert "Handling personal information (was due by 12 January 2027)" in text
    assert ". By 12 January 2027" not in text


def shortlisted(**changed: object) -> Fit:
    lists = ("changes", "insurance_policies")
    kept = {name: value for name, value in (CAFE | FINE | changed).items() if value is not None}
    facts = {name: value if name in lists else {"value": value, **SEEN} for name, value in kept.items()}
    whole = facts_from(facts, RULESET)
    found = shortlist(whole, {"cafe": whole}, ruleset=RULESET, on=datetime.date(2026, 12, 2), policy=EASTVALE)
    return found.fits[0]


def test_a_shortlist_counts_no_gap_of_a_tier_that_is_not_needed() -> None:
    fit = shortlisted()
    assert fit.reason == "Nothing stands in the way."
    assert [*fit.gaps, *fit.open] == []
    assert fit.effort == 0


def test_a_shortlist_names_the_tier_that_keeps_an_answer_open() -> None:
    fit = shortlisted(conversation_safe_to_refer=None)
    assert fit.outcome == "cannot_decide"
    expected = "Tier needed: Neighbourly; known to be reached: none yet. Not known: Structured conversation."
    assert fit.reason == expected


def test_a_shortlist_counts_the_gap_where_the_tier_is_needed() -> None:
    fit = shortlisted(person_acute_risk="yes", routes_in_use=["policy_checklist"])
    assert "SP-63.es" in fit.gaps


def test_what_nothing_covers_any_more_is_told_with_what_has_run_out() -> None:
    facts: dict[str, object] = {
        "routes_in_use": {"value": ["policy_checklist"], **SEEN},
        "volunteer_led": {"value": "no", **SEEN},
        "to_be_insured": {"value": ["activities", "staff"], **SEEN},
        "insurance_adequate": {"value": "yes", **SEEN},
        "insurance_policies": [
            {"kind": "public_liability", "valid_to": "2026-09-01", "insured": ["activities"], "covers_activity": "yes"},
            {"kind": "other", "valid_to": "2027-09-01", "insured": ["activities"], "covers_activity": "yes"},
            {"kind": "employers_liability", "valid_to": "2026-11-20", "insured": ["staff"], "covers_activity": "yes"},
        ],
    }  # fmt: skip
    made = assess(RULESET, facts_from(facts, RULESET), on=datetime.date(2026, 12, 2), policy=EASTVALE)
    assert made.finding("SP-T.M03.V.a").reason.text == (
        "What there is to insure that the insurance policies do not cover: Paid staff. Employer's liability, last day "
        "of cover: 20 November 2026 (has to be on or after the day of the assessment)."
    )


def test_a_lock_is_not_said_to_be_open_by_what_only_a_tier_asks_that_is_not_needed() -> None:
    """On 1 March the gap of the top tier is overdue: it is required then, and this referral does not need it."""
    late = cafe("2027-03-01")
    assert late.outcome == "refer"
    assert {each.verdict.value for each in late.groups if each.kind == "lock"} >= {"not_met"}
    locks = said(late, "text").partition("The three locks")[2].partition("Tiers")[0]
    assert "(Not met)" not in locks
    assert "Not met, by what only a tier asks that is not needed here" in locks
    due = said(cafe(), "text").partition("To renew or review")[2].partition("Why, step by step")[0]
    assert TOP not in due


def test_the_day_to_look_again_is_no_later_than_the_end_of_what_weighs() -> None:
    """With a condition open the answer stays the same when the insurance ends; somebody has to look all the same."""
    made = cafe(dp_secure_reporting="no")
    assert made.outcome == "refer_with_conditions"
    ends = said(made).partition("Review by ")[2]
    assert ends.startswith(("12 January 2027", "1 May 2027"))
    made = cafe(activity_hazards=None, hazards_handled=None)
    assert said(made).partition("Review by ")[2].startswith("1 May 2027 (")


def test_a_day_by_which_a_gap_has_to_be_closed_hides_no_earlier_turn_of_an_answer_that_is_open() -> None:
    ends = [{"valid_to": "2026-12-10", "covers_activity": "yes", "evidence": SEEN}]
    made = cafe(dp_secure_reporting="no", safeguarding_followed=None, insurance_policies=ends)
    assert made.outcome == "cannot_decide"
    assert "From 11 December 2026, if nothing else changes: Do not refer yet." in said(made)
    later = cafe(dp_secure_reporting="no", safeguarding_followed=None)
    assert "Review by 12 January 2027, or as soon as something has changed." in said(later)

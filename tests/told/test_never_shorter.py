"""A worse provider, or one of whom less is known, never gets a shorter list of gaps and of what is not checked."""

from __future__ import annotations

import datetime
import html

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import Facts, assess, load_policy, load_ruleset
from qa_rules.language.cases import load_cases
from qa_rules.language.library import ruleset_file
from qa_rules.language.load import facts_from
from qa_rules.model.facts import FactType
from qa_rules.model.values import Strength
from qa_rules.reports import report
from qa_rules.reports.content import content_of
from qa_rules.reports.shortfalls import Shortfalls
from tests.strategies import LIGHT
from tests.told.providers import RULESETS, Situation, situations, without

CAFE: dict[str, object] = {
    "receives_formal_referrals": "yes",
    "provider_type": "unconstituted",
    "volunteer_led": "yes",
    "paid_staff": 0,
    "routes_in_use": ["link_worker_conversation"],
    "conversation_date": "2026-11-28",
    "conversation_recorded": "yes",
    "conversation_safe_to_refer": "yes",
    "escalation_procedure": "informal",
    "escalation_adequate_for_activity": "yes",
    "safeguarding_processes_in_place": "yes",
    "safeguarding_followed": "yes",
    "dp_minimum_necessary": "yes",
    "dp_consent_lawful": "yes",
    "dp_secure_reporting": "yes",
    "changes": [],
    "activity_intervention_complexity": "low",
    "activity_harm_potential": "low",
    "activity_lone_working": "no",
    "person_needs_statutory_or_clinical": "no",
    "person_condition_complexity": "low",
    "person_acute_risk": "no",
    "match_within_competence": "yes",
}
"""A café run by volunteers, after a conversation; of insurance and hazards nobody has asked."""

SEEN = {"strength": "seen", "by": "N. Osei", "role": "link worker", "on": "2026-11-28"}
NOT_ASKED = ("Some insurance in place", "Risks of a session managed", "Fair and open", "Safe referral")


def summary(form: str = "summary", **changed: object) -> str:
    ruleset = load_ruleset("social-prescribing")
    kept = {name: value for name, value in (CAFE | changed).items() if value is not None}
    lists = ("changes", "insurance_policies")
    facts = {name: value if name in lists else {"value": value, **SEEN} for name, value in kept.items()}
    policy = load_policy("illustrative-three-tiers", ruleset)
    made = assess(ruleset, facts_from(facts, ruleset), on=datetime.date(2026, 11, 30), policy=policy)
    return " ".join(report(made, form).split())


@pytest.mark.parametrize("form", ["summary", "card"])
@pytest.mark.parametrize(
    "worse",
    [
        {},
        {"dp_secure_reporting": "no"},
        {"dp_secure_reporting": None},
        {"person_needs_statutory_or_clinical": "yes"},
        {"escalation_procedure": "none"},
        {"person_acute_risk": "yes"},
        {"person_condition_complexity": "medium"},
        {"routes_in_use": None},
    ],
    ids=str,
)
def test_what_nobody_has_asked_stays_on_the_card_whatever_else_is_known(
    worse: dict[str, object], form: str
) -> None:
    text = summary(form, **worse)
    assert [title for title in NOT_ASKED if title not in text] == []
    assert "stands in the way" not in text


def test_a_stop_of_the_provider_is_told_beside_a_stop_of_the_person() -> None:
    text = summary(person_needs_statutory_or_clinical="yes", escalation_procedure="none")
    assert text.startswith("NOT SUITABLE FOR THIS PERSON")
    assert "Do not refer anyone here until this is put right: Escalation plan" in text


def test_a_gap_that_the_tier_asks_for_today_is_not_put_off() -> None:
    insured: dict[str, object] = {"insurance_policies": [], "person_condition_complexity": "medium"}
    text = summary("summary", medical_need_skills="basic", **insured)
    assert "Needed first: Some insurance in place" in text
    assert "Some insurance in place is needed first." in text
    assert "Standard is needed because of this: Complexity of the person's condition: Moderate" in text
    conditions = text.partition("Gaps")[2].partition("Not checked yet")[0]
    assert "by 28 February" not in conditions


def test_without_a_person_the_tier_that_is_reached_is_told_and_nothing_of_others_is_needed_first() -> None:
    person = {name: None for name in CAFE if name.startswith(("person_", "match_"))}
    text = summary("summary", **person)
    why, _, rest = text.partition("Why")[2].partition("Not checked yet")
    assert "Tier. Reached: Basic" in why
    assert "Emergency plan tested" not in why  # advice of a tier that nobody is known to need
    needed = rest.partition("Needed first:")[2].partition("- Asked by the standard")[0]
    assert "Can meet this person's needs" in needed
    assert "(partnership)" not in needed
    assert "(link worker)" not in needed


@pytest.mark.parametrize("form", ["summary", "card"])
def test_what_has_to_be_seen_first_names_what_a_tier_asks_outside_any_requirement(form: str) -> None:
    ruleset = load_ruleset("social-prescribing")
    shipped = load_policy("illustrative-three-tiers", ruleset)
    tiers = [attrs.evolve(each, strength=Strength.SEEN) for each in shipped.tiers]
    policy = attrs.evolve(shipped, name="seen", tiers=tuple(tiers))
    given_ = {key: {"value": each, **SEEN} for key, each in CAFE.items() if key != "changes"}
    person = {"person_condition_complexity": {"value": "medium", **SEEN}}
    for stated, is_told in ((True, True), (False, False)):
        skills = "basic" if stated else {"value": "basic", **SEEN}
        facts = facts_from(given_ | person | {"medical_need_skills": skills}, ruleset)
        made = assess(ruleset, facts, on=datetime.date(2026, 11, 30), policy=policy)
        text = html.unescape(" ".join(report(made, form).split()))
        first = text.partition("Somebody has to see this first:")[2][:200]
        assert ("Skills for medical needs" in first) is is_told


def test_a_place_that_does_not_suit_the_person_is_said_once() -> None:
    text = summary(match_within_competence="no")
    steps = text.partition("What to do next")[2].partition("Why")[0]
    assert steps.count("ook for another activity") == 1
    assert "Find a provider" not in steps


def test_a_gap_that_only_a_higher_tier_would_ask_for_has_its_day() -> None:
    text = summary(insurance_policies=[])
    assert "Conditions: Some insurance in place (by 28 February 2027)" in text


def test_a_summary_that_allows_with_conditions_lists_these() -> None:
    text = summary()
    assert text.startswith("YOU CAN REFER, WITH ACTIONS TO COMPLETE")
    assert "Check what is listed under “Not checked yet”" in text


def weighing(each: Situation, facts: Facts) -> tuple[set[str], str]:
    """The requirements told under gaps, not checked and to be seen first, and the answer."""
    assessment = assess(each.ruleset, facts, on=each.on, policy=each.policy)
    main = next((one for one in assessment.answers if one.decision == assessment.overall), None)
    told = Shortfalls(assessment, main)
    return {one.requirement for one in (*told.gaps, *told.unchecked, *told.weak)}, assessment.outcome or ""


@pytest.mark.parametrize("name", RULESETS)
def test_making_a_fact_unknown_never_takes_a_line_away(name: str) -> None:
    @LIGHT
    @given(st.data())
    def less(data: st.DataObject) -> None:
        each = data.draw(situations(name))
        facts = [*each.facts.values, *each.facts.collections]
        fact = data.draw(st.sampled_from(facts)) if facts else ""
        if not fact:
            return
        before, answered = weighing(each, each.facts)
        after, answers = weighing(each, without(each.facts, fact))
        if (
            answered and not answers
        ):  # the last that was known of the person: nothing is decided of one any more
            return
        assert before <= after, fact

    less()


def of_tiers(each: Situation, facts: Facts) -> tuple[bool, bool]:
    """Whether the answer allows, and whether the card says which tier is needed and reached."""
    assessment = assess(each.ruleset, facts, on=each.on, policy=each.policy)
    main = next((one for one in assessment.answers if one.decision == assessment.overall), None)
    why = report(assessment, "summary", advice=False).partition("\nWhy\n")[2].partition("\nGaps\n")[0]
    return main is not None and bool(main.allows), "Tier needed here:" in why


@LIGHT
@given(st.data())
def test_of_an_answer_that_allows_the_tiers_stay_on_the_card_whatever_is_not_known(
    data: st.DataObject,
) -> None:
    each = data.draw(situations("social-prescribing@3.5"))
    each = attrs.evolve(each, policy=load_policy("illustrative-three-tiers", each.ruleset))
    facts = [*each.facts.values, *each.facts.collections]
    fact = data.draw(st.sampled_from(facts)) if facts else ""
    (before, told), (after, again) = of_tiers(each, each.facts), of_tiers(each, without(each.facts, fact))
    assert told or not before
    assert again or not after


@pytest.mark.parametrize("form", ["summary", "card"])
@pytest.mark.parametrize("is_worse", [False, True])
def test_what_was_never_asked_of_the_person_is_on_the_card(is_worse: bool, form: str) -> None:
    ruleset = load_ruleset("social-prescribing@3.5")
    policy = load_policy("illustrative-three-tiers", ruleset)
    name = "the charity meets all of the provider column and whatever stands beside it"
    cases = load_cases(ruleset_file(ruleset.id).parent / "cases.yaml", ruleset)
    (case,) = (each for each in cases if each.name == name)
    facts = without(case.facts, "equality_policy") if is_worse else case.facts
    for given_, needed in (
        (facts, "Basic."),
        (without(facts, "person_condition_complexity"), "between Basic and"),
    ):
        made = assess(ruleset, given_, on=case.on, policy=policy)
        text = " ".join(html.unescape(report(made, form)).split())
        assert text.count(f"Tier needed here: {needed}") == 1
        asked = "Tier reached: Enhanced. What is not known of it: Complexity of the person's condition: not known."
        assert (asked in text) is (given_ is not facts)


@pytest.mark.parametrize("name", RULESETS)
def test_making_a_fact_worse_never_takes_a_line_away(name: str) -> None:
    @LIGHT
    @given(st.data())
    def worse(data: st.DataObject) -> None:
        each = data.draw(situations(name))
        scalars = each.ruleset.vocabulary.scalars
        good = [
            key
            for key, one in each.facts.values.items()
            if scalars[key].type in (FactType.YES_NO, FactType.JUDGEMENT)
            and scalars[key].direction == "more_is_better"
            and one.value is True
        ]
        if not good:
            return
        fact = data.draw(st.sampled_from(good))
        made = attrs.evolve(each.facts.values[fact], value=False)
        before, _ = weighing(each, each.facts)
        facts = Facts({**each.facts.values, fact: made}, each.facts.collections, each.facts.subject)
        after, answer = weighing(each, facts)
        assert before <= after, (fact, answer)

    worse()


@pytest.mark.parametrize("name", RULESETS)
def test_every_form_tells_every_line_of_gaps_and_of_what_is_not_checked(name: str) -> None:
    @LIGHT
    @given(st.data())
    def told(data: st.DataObject) -> None:
        each = data.draw(situations(name))
        assessment = assess(each.ruleset, each.facts, on=each.on, policy=each.policy)
        content = content_of(assessment, with_advice=False)
        main = next((one for one in assessment.answers if one.decision == assessment.overall), None)
        weigh = Shortfalls(assessment, main)
        text = " ".join(report(assessment, "summary", advice=False).split())
        for one in (*weigh.gaps, *weigh.beside, *weigh.unchecked, *weigh.weak):
            assert " ".join(one.title.split()) in text
        assert content.headline

    told()

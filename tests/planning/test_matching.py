"""A shortlist says of each provider what an assessment says, the best fit first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules import Facts, FactsError, NotFoundError, Ruleset, assess, policy_from
from qa_rules.answering import shortlist
from qa_rules.documents.cases import Case as WorkedCase
from qa_rules.model.facts import Vocabulary
from tests.planning.examples import DAY
from tests.planning.test_explaining import SHIPPED, shipped
from tests.planning.test_horizon import RULES

RULESET, POLICY, CASES = shipped(*SHIPPED[0])
CALM = {"person_condition_complexity": "low", "person_acute_risk": False, "match_within_competence": None}


def part(facts: Facts, person: bool) -> Facts:
    """What is about the person, or what is not."""
    about = RULESET.vocabulary.scalars
    return Facts(
        {name: each for name, each in facts.values.items() if (about[name].about == "person") is person},
        {} if person else facts.collections,
    )


@settings(max_examples=10)
@given(
    st.sampled_from(CASES),
    st.lists(st.sampled_from(CASES), min_size=1, max_size=12, unique_by=lambda each: each.name),
)
def test_each_fit_is_what_the_assessment_says(whom: WorkedCase, cases: list[WorkedCase]) -> None:
    person = part(whom.facts, person=True)
    if not person.values:
        return
    providers = {case.name: part(case.facts, person=False) for case in cases}
    found = shortlist(person, providers, ruleset=RULESET, on=DAY, policy=POLICY)
    assert {each.name for each in found.fits} == providers.keys()
    for each in found.fits:
        facts = providers[each.name]
        both = Facts({**facts.values, **person.values}, facts.collections)
        assessment = assess(RULESET, both, on=DAY, policy=POLICY)
        assert each.outcome == assessment.outcome
        assert each.possible == assessment.possible
        assert all(assessment.verdicts[name] == "not_met" for name in each.gaps)
        assert all(assessment.verdicts[name] == "unknown" for name in each.open)
    order = [
        "refer",
        "refer_with_conditions",
        "cannot_decide",
        "do_not_refer_yet",
        "do_not_refer_here",
        "not_applicable",
    ]
    places = [order.index(each.outcome) for each in found.fits]
    assert places == sorted(places)
    assert found.may_refer == tuple(each for each in found.fits if each.outcome.startswith("refer"))
    assert found.to_dict()["fits"][0]["name"] == found.fits[0].name


def test_of_two_with_the_same_outcome_the_one_with_less_left_to_do_comes_first() -> None:
    providers = [
        ("late", {"insured_until": "2020-01-01", "reviewed_on": "2020-01-01"}),
        ("nearly", {"insured_until": "2020-01-01", "reviewed_on": "2026-11-01"}),
        ("unknown", {}),
        ("fine", {"insured_until": "2027-01-01", "reviewed_on": "2026-11-01"}),
    ]
    data = {"format": 1, "policy": "p", "for": "small@1", "title": "P", "severity": {"default": "condition"}}
    policy = policy_from(data, RULES)
    found = shortlist({}, iter(providers), ruleset=RULES, on=DAY, policy=policy)
    assert [each.name for each in found.fits] == ["fine", "nearly", "late", "unknown"]
    assert [each.outcome for each in found.may_refer] == ["refer", "with_conditions", "with_conditions"]
    assert found.fits[1].gaps == ("R-1",)
    assert found.fits[3].open == ("R-1", "R-2")


def test_without_anything_known_of_the_person_there_is_no_shortlist() -> None:
    with pytest.raises(FactsError, match="person"):
        shortlist({}, {"one": {}}, ruleset=RULESET, on=DAY, policy=POLICY)
    with pytest.raises(NotFoundError, match="no decision"):
        shortlist({}, {}, ruleset=Ruleset("none", "1", "None", Vocabulary({}), ()), on=DAY)

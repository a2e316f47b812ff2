"""A shortlist says of each provider what an assessment says, the best fit first."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules import Facts, FactsError, NotFoundError, Ruleset, assess, policy_from
from qa_rules.api.analyse import shortlist
from qa_rules.errors import Diagnostic
from qa_rules.language.cases import Case as WorkedCase
from qa_rules.model.facts import Vocabulary
from qa_rules.model.rulesets import Policy
from qa_rules.model.values import Severity
from tests.analysis.examples import DAY
from tests.analysis.test_explaining import SHIPPED, shipped
from tests.analysis.test_horizon import RULES

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
    places = [(each.stops, order.index(each.outcome)) for each in found.fits]
    assert places == sorted(places)
    hard = {each.id for each in RULESET.requirements if each.hard_stop}
    assert all(each.stops == (each.allows is False and bool(hard & set(each.gaps))) for each in found.fits)
    assert all(each.reason.endswith(".") for each in found.fits)
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


NOBODY = Policy("p", "small@1", "P", severities={"default": Severity.REQUIRED})


def test_what_is_not_known_never_comes_before_what_is_known_to_pass() -> None:
    providers: list[tuple[str, dict[str, object]]] = [
        ("a-unknown", {}),
        ("b-half", {"insured_until": "2027-01-01"}),
        ("c-fails", {"insured_until": "2020-01-01", "reviewed_on": "2026-11-01"}),
        ("z-passes", {"insured_until": "2027-01-01", "reviewed_on": "2026-11-01"}),
        ("y-passes", {"insured_until": "2027-01-01", "reviewed_on": "2026-11-01"}),
    ]
    found = shortlist({}, providers, ruleset=RULES, on=DAY, policy=NOBODY)
    assert found == shortlist({}, providers[::-1], ruleset=RULES, on=DAY, policy=NOBODY)
    assert [fit.name for fit in found.fits] == ["y-passes", "z-passes", "b-half", "a-unknown", "c-fails"]
    assert [fit.reason for fit in found.fits] == [
        "Nothing stands in the way.",
        "Nothing stands in the way.",
        "Not known: Reviewed.",
        "Not known: Insured; Reviewed.",
        "Not met: Insured.",
    ]


def test_a_hard_stop_comes_last_and_is_the_first_reason() -> None:
    stop, *rest = RULES.requirements
    rules = attrs.evolve(RULES, requirements=(*rest, attrs.evolve(stop, hard_stop=True)))
    providers: dict[str, dict[str, object]] = {
        "a-stopped": {"insured_until": "2020-01-01", "reviewed_on": "2026-11-01"},
        "b-stopped": {"insured_until": "2020-01-01", "reviewed_on": "2020-11-01"},
        "c-late": {"insured_until": "2027-01-01", "reviewed_on": "2020-11-01"},
        "d-unknown": {},
    }
    found = shortlist({}, providers, ruleset=rules, on=DAY, policy=NOBODY)
    assert [(each.name, each.stops) for each in found.fits] == [
        ("d-unknown", False),
        ("c-late", False),
        ("a-stopped", True),
        ("b-stopped", True),
    ]
    assert found.fits[3].reason == "Not met: Insured; Reviewed."
    assert found.fits[3].gaps == ("R-1", "R-2")


@pytest.mark.parametrize(("dated", "outcome"), [("2026-01-01", "wait"), ("2026-11-01", "with_conditions")])
def test_a_condition_that_is_overdue_stands_in_the_way(dated: str, outcome: str) -> None:
    policy = attrs.evolve(NOBODY, severities={"default": Severity.CONDITION}, condition_days=30)
    provider = {"insured_until": {"value": "2025-01-01", "on": dated}, "reviewed_on": "2026-11-01"}
    found = shortlist({}, {"one": provider}, ruleset=RULES, on=DAY, policy=policy)
    assert found.fits[0].outcome == outcome == assess(RULES, provider, on=DAY, policy=policy).outcome


def test_a_provider_at_fault_is_named_and_the_others_are_in_the_list() -> None:
    bad = FactsError([Diagnostic("value", "the file is torn")])
    providers: list[tuple[str, Any]] = [
        ("one", {"insured_until": "2027-01-01"}),
        ("two", {"insured_untl": "2027-01-01", "reviewed_on": "soon"}),
        ("three", bad),
        ("four", ["not", "facts"]),
        ("five", {"insured_until": "2027-01-01"}),
    ]
    found = shortlist({}, providers, ruleset=RULES, on=DAY)
    assert [each.name for each in found.fits] == ["five", "one"]
    assert [(each.name, len(each.diagnostics)) for each in found.unread] == [
        ("two", 2),
        ("three", 1),
        ("four", 1),
    ]
    assert found.to_dict()["unread"][1]["faults"][0]["message"] == "the file is torn"


def test_what_a_provider_says_about_a_person_was_about_somebody_else() -> None:
    case = next(
        each for each in CASES if {"person_acute_risk", "match_within_competence"} <= each.facts.values.keys()
    )
    provider = part(case.facts, person=False)
    about = attrs.evolve(provider, values={**provider.values, **part(case.facts, person=True).values})
    person = {"person_condition_complexity": "low"}
    mine = shortlist(person, {"one": provider}, ruleset=RULESET, on=DAY, policy=POLICY)
    theirs = shortlist(person, {"one": about}, ruleset=RULESET, on=DAY, policy=POLICY)
    assert mine == theirs


@settings(max_examples=6)
@given(
    st.sampled_from(CASES),
    st.lists(st.sampled_from(CASES), min_size=1, max_size=10, unique_by=lambda each: each.name),
)
def test_a_table_gives_the_list_that_facts_give(whom: WorkedCase, cases: list[WorkedCase]) -> None:
    pytest.importorskip("pyarrow")
    from qa_rules.tables import table_of
    from qa_rules.tables.shortlist import shortlist_table

    person = part(whom.facts, person=True)
    if not person.values:
        return
    subjects = [attrs.evolve(part(case.facts, person=False), subject=case.name) for case in cases]
    by_facts = shortlist(
        person, [(each.subject, each) for each in subjects], ruleset=RULESET, on=DAY, policy=POLICY
    )
    table = table_of(RULESET, subjects)
    by_table = shortlist_table(person, table, ruleset=RULESET, on=DAY, policy=POLICY, key="subject")
    assert by_table.fits == tuple(attrs.evolve(each, subject="") for each in by_facts.fits)


def test_without_anything_known_of_the_person_there_is_no_shortlist() -> None:
    with pytest.raises(FactsError, match="person"):
        shortlist({}, {"one": {}}, ruleset=RULESET, on=DAY, policy=POLICY)
    with pytest.raises(NotFoundError, match="no decision"):
        shortlist({}, {}, ruleset=Ruleset("none", "1", "None", Vocabulary({}), ()), on=DAY)

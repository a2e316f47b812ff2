"""What an answer is said to rest on, over every worked example of social prescribing."""

from __future__ import annotations

import re
from functools import lru_cache

import pytest

from qa_rules import Assessment, Verdict, assess, load_policy, load_ruleset
from qa_rules.language.cases import Case, load_cases
from qa_rules.language.library import ruleset_file

SOCIAL = load_ruleset("social-prescribing")
CASES = load_cases(ruleset_file("social-prescribing").parent / "cases.yaml", SOCIAL)


@lru_cache(maxsize=1)
def assessed() -> tuple[tuple[Case, Assessment], ...]:
    policies = {case.policy for case in CASES} - {"none"}
    loaded = {name: load_policy(name, SOCIAL) for name in policies}
    found = [(case, assess(SOCIAL, case.facts, on=case.on, policy=loaded.get(case.policy))) for case in CASES]
    return tuple((case, assessment) for case, assessment in found if assessment.outcome is not None)


def test_an_answer_that_forbids_names_what_decides_it() -> None:
    forbidding = [each for _, each in assessed() if each.answers[0].allows is False]
    assert len(forbidding) > 50
    assert all(any(not ground.open for ground in each.grounds) for each in forbidding)


def test_an_undecided_answer_names_what_keeps_it_open() -> None:
    undecided = [each for _, each in assessed() if each.outcome == "cannot_decide"]
    assert len(undecided) > 10
    assert all(any(ground.open for ground in each.grounds) for each in undecided)


def test_what_decides_is_a_gap_and_what_is_open_is_unknown_or_too_weak() -> None:
    for _, each in assessed():
        for ground in each.grounds:
            if ground.requirement and not ground.open:
                assert each.verdicts[ground.requirement] is Verdict.NOT_MET
            elif ground.requirement:
                assert each.verdicts[ground.requirement] is not Verdict.NOT_MET


def test_the_columns_of_link_worker_and_partnership_do_not_bear_on_a_referral() -> None:
    columns = {each.id for each in SOCIAL.requirements if re.fullmatch(r"SP-T\.M\d\d\.[LP]\.\w", each.id)}
    named = {ground.requirement for _, each in assessed() for ground in each.grounds}
    assert len(columns) > 20
    assert named & columns == set()


def test_a_clear_referral_has_nothing_against_it() -> None:
    clear = [each for _, each in assessed() if each.outcome == "refer" and each.answers[0].settled]
    assert clear
    assert [ground for each in clear for ground in each.grounds] == []


@pytest.mark.parametrize(
    ("name", "requirement"),
    [
        ("the person's needs are beyond the group", "SP-34"),
        ("no plan for emergencies in a small group", "SP-T.M02.V.c"),
        ("one condition, the equality policy", "SP-T.M06.V.a"),
    ],
)
def test_the_clause_that_decides_is_named(name: str, requirement: str) -> None:
    found = next(each for case, each in assessed() if case.name == name)
    assert requirement in [ground.requirement for ground in found.grounds if not ground.open]


def test_a_tier_that_is_too_low_is_a_ground() -> None:
    name = "physical activity for a person with unstable angina"
    found = next(each for case, each in assessed() if case.name == name)
    told = next(each.text for each in found.grounds if each.text.startswith("Tier reached"))
    assert told.startswith("Tier reached: Standard. Tier needed here: Enhanced. Enhanced is needed because")
    assert "Acute risk to health or life: yes" in told


def test_grounds_survive_the_record() -> None:
    for _, each in assessed()[:20]:
        assert Assessment.from_dict(each.to_dict()).grounds == each.grounds

"""What is supposed has the evidence of what it stands for, and a value as it is changes nothing."""

from __future__ import annotations

import datetime

import pytest

from qa_rules import assess, facts_from, load_policy, load_ruleset
from qa_rules.api.analyse import difference, what_if

ON = datetime.date(2026, 11, 30)
SP = load_ruleset("social-prescribing@3.5")
POLICY = load_policy("illustrative-three-tiers", SP)
JUDGED = {"value": True, "strength": "seen", "by": "Kit Marlow", "on": "2026-10-01"}
GIVEN = {
    "safeguarding_followed": JUDGED,
    "insurance_adequate": {
        "value": True,
        "by": "Kit Marlow",
        "on": "2026-10-01",
        "valid_until": "2026-11-01",
    },
    "activity_lone_working": {"value": False, "strength": "seen", "on": "2026-09-01"},
    "receives_formal_referrals": True,
    "person_condition_complexity": "low",
    "person_acute_risk": False,
    "safeguarding_policy": {"exists": True, "dated": "2026-01-01", "evidence": {"strength": "seen"}},
    "changes": {
        "records": [{"changed_on": "2026-06-01", "significant": True}],
        "evidence": {"strength": "seen", "by": "Kit Marlow", "on": "2026-07-01"},
    },
}
BEFORE = assess(SP, facts_from(GIVEN, SP), on=ON, policy=POLICY)


@pytest.mark.parametrize(("fact", "value"), [
    ("safeguarding_followed", True),
    ("insurance_adequate", True),
    ("activity_lone_working", False),
    ("safeguarding_policy", True),
    ("changes", [{"changed_on": "2026-06-01", "significant": True}]),
])  # fmt: skip
def test_a_value_as_it_is_changes_nothing(fact: str, value: object) -> None:
    assert difference(BEFORE, what_if(BEFORE, {fact: value})).facts == ()


def test_a_hard_stop_that_is_supposed_stops() -> None:
    made = what_if(BEFORE, safeguarding_followed=False)
    assert made.verdicts["SP-41.sg"] == "not_met"
    assert made.outcome == "do_not_refer_yet"
    assert difference(BEFORE, made).facts[0].after == "no (seen)"


def test_a_judgement_that_nobody_has_made_counts_as_stated() -> None:
    made = what_if(BEFORE, match_within_competence=False)
    assert (made.verdicts["SP-34"], made.outcome) == ("not_met", "do_not_refer_here")
    assert difference(BEFORE, made).facts[0].after == "no (stated)"
    assert (
        what_if(made, match_within_competence=True).work.facts.values["match_within_competence"].evidence.by
    )


def test_what_has_run_out_is_supposed_to_be_found_that_day() -> None:
    found = what_if(BEFORE, insurance_adequate=False).work.facts.values["insurance_adequate"].evidence
    assert (found.on, found.valid_until, found.by) == (ON, None, "Kit Marlow")


def test_a_field_of_a_list_keeps_the_evidence_that_stands_there() -> None:
    made = what_if(BEFORE, changes=[{"changed_on": "2026-06-01", "significant": False}])
    (record,) = made.work.facts.collections["changes"].records
    assert record["significant"].evidence.by == "Kit Marlow"
    assert record["changed_on"] == BEFORE.work.facts.collections["changes"].records[0]["changed_on"]


def test_evidence_that_is_written_stands_and_a_judgement_without_a_judge_is_told() -> None:
    made = what_if(BEFORE, safeguarding_followed={"value": False, "strength": "stated"})
    assert made.verdicts["SP-41.sg"] == "unknown"
    assert "a judgement needs the name" in difference(BEFORE, made).facts[0].after

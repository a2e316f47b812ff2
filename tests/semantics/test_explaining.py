"""Everything that can be decided can be told: reasons and grounds on rulesets, policies and facts of any kind."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings

from qa_rules import Assessment, Verdict, assess, ruleset_from
from qa_rules.reports import REPORTS, report
from tests.strategies import Case, cases


def assessed(case: Case) -> Assessment:
    closed = case.closed
    return assess(closed.ruleset, case.facts, on=case.on, policy=closed.policy, calendar=case.calendar)


@given(case=cases())
def test_every_finding_has_a_sentence_and_a_code(case: Case) -> None:
    for each in assessed(case).findings:
        assert each.reason.text.endswith((".", "?")), each
        settled = {Verdict.MET: "met", Verdict.NOT_MET: "not_met", Verdict.NOT_APPLICABLE: "does_not_apply"}
        if each.verdict in settled:
            assert each.reason.code == settled[each.verdict]
        else:
            assert each.reason.code not in settled.values()


@given(case=cases())
def test_what_decides_is_not_met_and_every_ground_is_told(case: Case) -> None:
    assessment = assessed(case)
    for ground in assessment.grounds:
        assert ground.text
        if ground.requirement and not ground.open:
            assert assessment.verdicts[ground.requirement] is not Verdict.MET


@pytest.mark.slow
@settings(max_examples=25)
@given(case=cases())
def test_every_report_can_be_made(case: Case) -> None:
    assessment = assessed(case)
    for form in REPORTS:
        assert report(assessment, form)


HEAD: dict[str, Any] = {
    "format": 1,
    "ruleset": "walks",
    "edition": "1",
    "title": "Walks",
    "source": {"title": "Made up"},
    "caveats": [],
    "decisions": [],
}
TODAY = "the day of the assessment"
LATE = f"(has to be no more than 7 days before {TODAY})"
DAY: dict[str, Any] = {"type": "date", "label": "last check", "question": "When?"}
WAY: dict[str, Any] = {
    "type": "choice",
    "options": {"a": "Agreed", "b": "Written, and tried"},
    "label": "plan",
    "question": "Which?",
}
SET = {
    "type": "choices",
    "options": {"f": "Falls", "h": "Heat", "r": "Rain, hail"},
    "label": "risks",
    "question": "Which?",
}
COUNT = {"type": "integer", "unit": "people", "label": "walkers", "question": "How many?"}
FEE = {"type": "decimal", "unit": "GBP", "label": "fee", "question": "How much?"}


@pytest.mark.parametrize(
    ("fact", "value", "test", "told"),
    [
        (DAY, "2026-10-01", "x within 7 days", f"Last check: 1 October 2026 {LATE}."),
        (DAY, "2026-12-01", "x not after on", f"Last check: 1 December 2026 (has to be on or before {TODAY})."),
        (WAY, "a", "x is b", "Plan: Agreed (has to be “Written, and tried”)."),
        (WAY, "a", "x is not a", "Plan: Agreed (may not be “Agreed”)."),
        (SET, ["f"], "x includes f, h, r", "Risks: Falls (lacks Heat; and Rain, hail)."),
        (SET, ["f"], "x includes any of h, r", "Risks: Falls (needs at least one of “Heat”; and “Rain, hail”)."),
        (COUNT, 1, "x at least 2", "Walkers: 1 person (has to be at least 2 people)."),
        (FEE, "1200.50", "x at most 5", "Fee: £1,200.50 (has to be at most £5)."),
    ],
)  # fmt: skip
def test_a_shortfall_says_what_there_is_and_what_there_should_be(
    fact: dict[str, Any], value: object, test: str, told: str
) -> None:
    requirement = {"id": "W-1", "title": "T", "says": "S.", "source": {"clause": "1"}, "met_when": test}
    ruleset = ruleset_from({**HEAD, "facts": {"x": fact}, "requirements": [requirement]})
    finding = assess(ruleset, {"x": value}, on=datetime.date(2026, 11, 22)).finding("W-1")
    assert finding.verdict is Verdict.NOT_MET
    assert finding.reason.text == told


def test_tests_of_which_one_would_do_are_told_in_one_breath() -> None:
    requirement = {
        "id": "W-1",
        "title": "T",
        "says": "S.",
        "source": {"clause": "1"},
        "met_when": {"any_of": ["x at least 5", "x is 3"]},
    }
    ruleset = ruleset_from({**HEAD, "facts": {"x": COUNT}, "requirements": [requirement]})
    finding = assess(ruleset, {"x": 2}, on=datetime.date(2026, 11, 22)).finding("W-1")
    assert finding.reason.text == "Walkers: 2 people (has to be at least 5 people, or 3 people)."


def test_a_fact_that_is_no_field_is_told_once_however_many_records_there_are() -> None:
    records = {
        "type": "collection",
        "record": "leader",
        "label": "leaders",
        "question": "Who?",
        "fields": {"first_aid": {"type": "yes_no", "label": "first aid", "question": "Trained?"}},
    }
    requirement = {
        "id": "W-1",
        "title": "T",
        "says": "S.",
        "source": {"clause": "1"},
        "met_when": {"every leaders": {"all_of": ["first_aid", "x at least 5"]}},
    }
    ruleset = ruleset_from({**HEAD, "facts": {"x": COUNT, "leaders": records}, "requirements": [requirement]})
    facts = {"x": 2, "leaders": [{"first_aid": True}, {"first_aid": False}]}
    text = assess(ruleset, facts, on=datetime.date(2026, 11, 22)).finding("W-1").reason.text
    assert text == "Walkers: 2 people (has to be at least 5 people). Leader 2, first aid: no."

"""What is dated after the assessment is not asked for again: the report says from which day it counts."""

from __future__ import annotations

import datetime

from qa_rules import Assessment, assess, load_policy, load_ruleset
from qa_rules.api.analyse import next_questions
from qa_rules.explain.notes import MANY, folded, not_counted
from qa_rules.language.load import facts_from
from qa_rules.reports import report

RULESET = load_ruleset("social-prescribing")
POLICY = load_policy("illustrative-three-tiers", RULESET)
ON = datetime.date(2026, 11, 30)
LATER = {"source": "visit", "strength": "seen", "by": "N. Osei", "role": "link worker", "on": "2026-12-03"}


def assessed(**facts: object) -> Assessment:
    given = {
        name: {"records": each, "evidence": LATER} if name == "roles" else {"value": each, **LATER}
        for name, each in facts.items()
    }
    return assess(RULESET, facts_from(given, RULESET), on=ON, policy=POLICY)


def test_the_step_is_to_assess_on_the_day_from_which_it_counts() -> None:
    made = assessed(
        receives_formal_referrals=True, routes_in_use=["policy_checklist"], person_needs=["isolation"]
    )
    summary = " ".join(report(made, "summary").split())
    steps = summary.partition("What to do next")[2].partition("Why")[0]
    assert "Assess again on 3 December 2026 or later." in steps
    assert "Does the provider take referrals" not in steps


def test_a_list_that_is_dated_later_has_not_run_out() -> None:
    made = assessed(roles=[{"role_name": "driver", "dbs_status": "required", "dbs_held": True}])
    asked = {each.fact: each for each in next_questions(made, "everything", 1000).questions}
    assert asked["roles"].because == "not_yet"
    assert "that counts only from 3 December 2026" in asked["roles"].why
    told = made.finding("SP-T.M02.V.b").reason
    assert "run out" not in told.text


def test_of_many_things_the_same_is_said_once() -> None:
    notes = [not_counted("missing", name, "not known", name) for name in ("one", "two", "three")]
    other = not_counted("expired", "four", "has run out", "four")
    assert [each.text for each in folded([*notes, other])] == [
        "Not known: one, two and three",
        "four: has run out",
    ]
    assert [each.text for each in folded(notes[: MANY - 1])] == ["one: not known", "two: not known"]
    assert next(folded(notes)).facts == ("one", "two", "three")

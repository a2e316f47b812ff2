"""What is urgent comes first whatever is answered; what a mark makes up for, or no way needs, is not needed first."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import Any

import pytest

from qa_rules import Assessment, RulesetError, assess, load_facts, load_policy, load_ruleset, ruleset_from
from qa_rules.api import shortlist
from qa_rules.language.load import facts_from
from qa_rules.reports import report
from tests.told.test_never_shorter import CAFE, SEEN
from tests.told.test_stand_ins import GOOD

RULESET = load_ruleset("social-prescribing")
POLICY = load_policy("illustrative-three-tiers", RULESET)
ON = datetime.date(2026, 11, 30)
FORMS = ("summary", "card", "text", "html", "markdown")
SAFE = "Make sure first that this person is safe. If a life is at risk, call 999."


def told(**changed: object) -> Assessment:
    facts = {key: each for key, each in (CAFE | changed).items() if each is not None}
    given = {
        key: each
        if isinstance(each, list) and key in ("changes", "marks")
        else {**each, "evidence": SEEN}
        if isinstance(each, dict)
        else {"value": each, **SEEN}
        for key, each in facts.items()
    }
    return assess(RULESET, facts_from(given, RULESET), on=ON, policy=POLICY)


def words(made: Assessment, form: str, *, advice: bool = True) -> str:
    return " ".join(report(made, form, advice=advice).replace("&#x27;", "'").split())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "changed",
    [
        {"match_within_competence": "no"},
        {"escalation_procedure": "none"},
        {"safeguarding_followed": None},
        {},
    ],
    ids=["not suitable", "not yet", "not known", "as it is"],
)
def test_a_danger_that_is_known_comes_first_whatever_the_answer(form: str, changed: dict[str, Any]) -> None:
    has_advice = form in ("summary", "card") or not changed  # in the long forms it takes most of the time
    said = words(told(person_acute_risk="yes", **changed), form, advice=has_advice)
    first = said.partition("What to do next")[2][:120]
    assert SAFE in first
    assert "999" not in words(told(person_acute_risk="no", **changed), form, advice=has_advice)


def test_it_comes_first_at_any_strength_and_from_a_record() -> None:
    facts = facts_from({"person_acute_risk": True}, RULESET)
    made = assess(RULESET, facts, on=ON, policy=POLICY)
    assert SAFE in words(made, "summary")
    again = Assessment.from_dict(made.to_dict())
    assert [each for each in again.answers if each.urgent] == [each for each in made.answers if each.urgent]
    assert SAFE in words(again, "summary")
    unknown = assess(RULESET, facts_from({"person_condition_complexity": "high"}, RULESET), on=ON)
    assert not [each for each in unknown.answers if each.urgent]


def test_every_row_for_a_spreadsheet_has_it() -> None:
    for risk, first in (("yes", SAFE), ("no", "")):
        text = report(told(person_acute_risk=risk), "csv").removeprefix("\ufeff")
        (said,) = {row["first"] for row in csv.DictReader(io.StringIO(text, newline=""))}
        assert said.startswith(first)
        assert bool(said) == bool(first)


def test_a_shortlist_begins_with_it() -> None:
    person = facts_from({"person_acute_risk": True, "person_condition_complexity": "low"}, RULESET)
    group = load_facts(
        Path(__file__).parents[2] / "examples/social-prescribing/craft-group/group.yaml", RULESET
    )
    found = shortlist(person, {"craft": group}, ruleset=RULESET, on=ON)
    assert [SAFE in each for each in found.first] == [True]
    calm = facts_from({"person_acute_risk": False}, RULESET)
    assert shortlist(calm, {"craft": group}, ruleset=RULESET, on=ON).first == ()


def test_what_is_urgent_says_what_to_do() -> None:
    made = {
        "format": 1,
        "ruleset": "small",
        "edition": "1",
        "title": "Small",
        "source": {"title": "A source"},
        "caveats": [],
        "facts": {"fire": {"type": "yes_no", "label": "fire", "question": "Does it burn?"}},
        "requirements": [
            {
                "id": "R",
                "title": "Safe",
                "says": "It is safe.",
                "source": {"clause": 1},
                "met_when": "fire is no",
            }
        ],
        "decisions": [
            {
                "id": "now",
                "title": "What now?",
                "kind": "rating",
                "outcomes": [{"id": "burns", "words": "It burns", "when": "fire", "urgent": True}],
            }
        ],
    }
    with pytest.raises(RulesetError, match="what is urgent has no `next`"):
        ruleset_from(made)


@pytest.mark.parametrize("form", ["summary", "text"])
def test_what_a_mark_makes_up_for_is_missing_but_not_needed_first(form: str) -> None:
    charity = {"volunteer_led": "no", "provider_type": "charity", "routes_in_use": ["existing_mark"]}
    lacking = charity | {"dp_minimum_necessary": "no"}
    with_mark = words(told(**lacking, marks=[GOOD]), form)
    without = words(told(**lacking, marks=[{**GOOD, "measures_covered": ["equality"]}]), form)
    gaps = with_mark.partition("Gaps")[2]
    assert "Made up for by quality marks held: " in gaps
    assert gaps.partition("Made up for by quality marks held: ")[2].startswith("Information policies")
    assert "Made up for by quality marks held: Equality policy" in without


def test_a_gap_of_a_way_that_is_ruled_out_is_not_needed_while_another_may_get_there() -> None:
    both = {
        "volunteer_led": "no",
        "provider_type": "charity",
        "routes_in_use": ["policy_checklist", "existing_mark"],
        "marks": [{**GOOD, "accepted_role": "other"}],
        "insurance_adequate": None,
    }
    one = both | {"routes_in_use": ["existing_mark"]}
    open_ = words(told(**both), "summary")
    assert "Needed first: Mark accepted" not in open_
    assert "Asked only by tiers or routes not needed here: Mark accepted" in open_
    assert "Mark accepted" in words(told(**one), "summary").partition("Needed first")[2]


@pytest.mark.parametrize("form", FORMS)
def test_a_document_dated_after_the_assessment_is_told(form: str) -> None:
    """It is read as it is given: that there is none yet, nobody has said."""
    then = words(told(safeguarding_policy={"exists": "yes", "dated": "2027-02-01"}), form)
    assert "dated 1 February 2027, after this assessment. Is it there yet?" in then
    now = words(told(safeguarding_policy={"exists": "yes", "dated": "2026-02-01"}), form)
    assert "Is it there yet?" not in now


@pytest.mark.parametrize("form", ["summary", "text", "card"])
def test_what_is_about_the_person_is_nothing_that_has_to_be_done_first(form: str) -> None:
    gaps = words(told(match_within_competence="no"), form).partition("Gaps")[2]
    assert "Not suitable for this person: Can meet this person" in gaps
    assert "Needed first: Can meet this person" not in gaps

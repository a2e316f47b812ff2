"""Each date that turns an answer is listed with its true cause; the day to look again is never later than a turn."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa_rules import Assessment, assess, policy_from, ruleset_from
from qa_rules.api.analyse import horizon
from qa_rules.cli import group
from qa_rules.language.load import facts_from
from qa_rules.reports import report

ON = datetime.date(2026, 12, 1)


def _date(label: str) -> dict[str, str]:
    return {"type": "date", "label": label, "question": "When?"}


def _asked(name: str, title: str, test: str) -> dict[str, object]:
    return {"id": name, "title": title, "says": title, "source": {"clause": "1"}, "met_when": test}


RULES = ruleset_from(
    {
        "format": 1,
        "ruleset": "reviews",
        "edition": "1",
        "title": "Reviews",
        "source": {"title": "Made up"},
        "caveats": [],
        "facts": {
            "report": _date("last report"),
            "visit": _date("next visit"),
            "stove": _date("stove check"),
            "kind": {"type": "yes_no", "label": "kindness", "question": "Is it kind?"},
        },
        "requirements": [
            _asked("K", "Kind", "kind"),
            _asked("P", "Reported", "report within 6 months"),
        ],
        "groups": [{"id": "Needed", "title": "Needed", "members": ["K", "P"]}],
        "levels": [
            {"id": "cold", "title": "Cold house"},
            {"id": "warm", "title": "Warm house", "needs": ["stove not before on"]},
        ],
        "decisions": [
            {
                "id": "may",
                "title": "May it?",
                "undecided": "open",
                "outcomes": [
                    {"id": "wait", "words": "Wait", "allows": "no", "when": "visit before on"},
                    {"id": "late", "words": "Too late", "allows": "no", "when": "Needed:required is not met"},
                    {"id": "tasks", "words": "With tasks", "allows": "yes", "when": "K is not met"},
                    {"id": "go", "words": "Go", "allows": "yes", "when": "otherwise"},
                ],
            }
        ],
    }
)
POLICY = policy_from(
    {
        "format": 1,
        "policy": "p",
        "for": "reviews@1",
        "title": "P",
        "severity": {"K": "condition", "P": "advice"},
        "condition_days": 60,
    },
    RULES,
)


def made(**facts: object) -> Assessment:
    good = {"report": "2026-06-01", "visit": "2026-12-01", "stove": "2028-12-01", "kind": True}
    return assess(RULES, facts_from(good | facts, RULES), on=ON, policy=POLICY)


def test_what_turns_the_answer_is_named_and_what_only_ends_on_that_day_is_not_its_cause() -> None:
    found = horizon(made())
    first = found.timeline[0]
    assert [each.fact for each in first.causes] == ["visit"]
    assert [each.fact for each in first.beside] == ["report"]
    assert "Review by 1 December 2026 (Next visit: 1 December 2026)" in report(made(), "summary")
    assert [(each.fact, each.changes) for each in found.due] == [
        ("report", True),
        ("visit", True),
        ("stove", True),
    ]
    without = horizon(made(visit="2028-01-01"))
    assert not [each for each in without.timeline if each.on == first.on and each.is_answer]


def test_a_date_at_which_no_requirement_looks_is_listed_among_what_to_renew() -> None:
    due = {each.fact: each for each in horizon(made()).due}
    assert due["visit"].requirements == due["stove"].requirements == ()
    assert [each.kind for each in due["visit"].moves][:1] == ["decision"]
    assert {each.kind for each in due["stove"].moves} >= {"tier"}
    nobody = horizon(made(kind=None, visit=None))
    assert "stove" in {each.fact for each in nobody.due}


@pytest.mark.parametrize("turn", ["2026-12-01", "2026-12-20", "2027-01-29", "2027-01-30", "2027-02-15"])
def test_the_day_to_look_again_is_never_later_than_a_turn(turn: str) -> None:
    """The answer allows, and the condition that was found today is due on 30 January."""
    found = made(kind=False, visit=turn, report="2026-11-01")
    assert found.outcome == "tasks"
    last = min(datetime.date.fromisoformat(turn), datetime.date(2027, 1, 30))
    text = report(found, "summary")
    assert f"Review by {last.day} {last:%B %Y} (" in text
    assert ("Next visit" in text.partition("Review by")[2].partition("\nWhy")[0]) is (str(last) == turn)


def test_a_record_and_a_report_without_advice_name_no_day_as_the_first() -> None:
    found = made(kind=False, visit="2026-12-20")
    recorded = report(Assessment.from_dict(found.to_dict()), "summary")
    for text in (recorded, report(found, "summary", advice=False)):
        assert "Review by" not in text
        assert "No review date" not in text
        assert "by 30 January 2027" in text.replace("By ", "by ")


def test_the_command_says_of_each_date_what_turns_and_names_tiers_by_their_titles() -> None:
    walk = Path(__file__).parents[2] / "examples/social-prescribing/walking-group"
    files = [str(walk / name) for name in ("group.yaml", "walk.yaml", "persons/company.yaml")]
    words = ["horizon", "social-prescribing", *files, "--on", "2026-11-22"]
    text = CliRunner().invoke(group, [*words, "--policy", "illustrative-three-tiers"]).output
    assert "  Tier reached: Standard; then: Basic\n" in text
    assert "Public liability, last day of cover: 31 March 2027 (then the tier changes)\n" in text

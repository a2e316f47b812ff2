"""Sentences that read badly or say what is not so, each as a worked example."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from qa_rules import Assessment, assess, ruleset_from
from qa_rules.api.analyse import why
from qa_rules.language.load import facts_from

ON = datetime.date(2026, 11, 30)
DATES = {
    name: {"type": "date", "label": name, "question": f"When was the {name}?"} for name in ("check", "visit")
}
YES_NO = {name: {"type": "yes_no", "label": name, "question": f"Is it {name}?"} for name in "abcde"}


def asked(met_when: Any, **facts: str) -> Assessment:
    data = {
        "format": 1,
        "ruleset": "small",
        "edition": "1",
        "title": "Small",
        "source": {"title": "Made up"},
        "caveats": [],
        "facts": DATES | YES_NO,
        "requirements": [
            {"id": "R-1", "title": "Done", "says": "Done.", "source": {"clause": "1"}, "met_when": met_when}
        ],
        "decisions": [],
    }
    ruleset = ruleset_from(data)
    return assess(ruleset, facts_from(facts, ruleset), on=ON)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (["check before visit", "check is visit"], "on or before"),
        (["check is visit", "check after visit"], "on or after"),
    ],
)
def test_before_or_the_same_day_is_one_thing(test: list[str], words: str) -> None:
    late = "2026-05-03" if "before" in words else "2026-05-01"
    made = asked({"any_of": test}, check=late, visit="2026-05-02")
    assert made.finding("R-1").reason.text.endswith(f"(has to be {words} visit: 2 May 2026).")


def test_of_several_of_which_some_number_has_to_hold_the_tree_says_so() -> None:
    made = asked({"at_least": {"count": 2, "of": [*"abcde"]}}, a="yes", b="no", c="no", d="no", e="no")
    lines = list(why(made, "R-1").tree.lines())
    assert lines[1] == "  Two of these five have to hold, and four do not"
    assert [line[:4] for line in lines[2:]] == ["    "] * 4


def test_of_several_that_are_not_known_the_tree_says_how_many_have_to_hold() -> None:
    made = asked({"at_least": {"count": 2, "of": [*"abcde"]}}, a="yes", b="no")
    assert "  Two of these five have to hold, and one does" in why(made, "R-1").tree.lines()

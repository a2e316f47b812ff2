"""`qa-rules fix` says what to do, or why nothing will do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa_rules.cli import group

EXAMPLES = Path(__file__).parents[2] / "examples"
WALKING = EXAMPLES / "social-prescribing/walking-group"


def fix(*arguments: str | Path) -> Result:
    return CliRunner().invoke(group, ["fix", *map(str, arguments), "--on", "2026-11-22"])


def walking(*more: str) -> Result:
    return fix(
        "social-prescribing",
        WALKING / "group.yaml",
        WALKING / "walk.yaml",
        "--policy",
        "illustrative-three-tiers",
        *more,
    )


def test_a_step_says_what_to_do_why_and_how_much_it_takes() -> None:
    shown = walking(str(WALKING / "persons/company.yaml")).output
    assert shown.startswith("To reach: You can refer\n\nPlan: 1 step, effort 1\n  Put right\n")
    assert "1. Handling personal information: Needed: Information kept and sent safely" in shown
    assert "Keep only the personal information that is needed" in " ".join(shown.split())
    assert "Now: Information kept and sent safely: no (seen)." in shown
    assert "(SP-41.dp, section 3.1, bullet data protection; effort 1)" in shown
    assert shown.endswith("Nothing that takes less effort reaches it, and no step can be left out.\n")


def test_what_cannot_be_reached_says_what_stands_in_the_way() -> None:
    shown = walking(str(WALKING / "persons/angina.yaml")).output
    assert "This provider cannot reach it by putting things right.\nWhat stands in the way:\n" in shown
    assert "This is about the person" in " ".join(shown.split())


def test_a_fact_that_is_fixed_stands_in_the_way() -> None:
    shown = walking(str(WALKING / "persons/company.yaml"), "--fixed", "dp_secure_reporting").output
    assert "You said that this cannot be changed." in " ".join(shown.split())


def test_there_is_nothing_to_do_where_it_is_reached() -> None:
    shown = fix("ss2q", EXAMPLES / "ss2q/compliant.yaml").output
    assert "This is reached already. There is nothing to do." in shown


def test_json_holds_the_same() -> None:
    found = json.loads(
        fix(
            "ss2q", EXAMPLES / "ss2q/lapsed.yaml", "--to", "Theme-1", "--format", "json", "--most", "1"
        ).output
    )
    assert (found["to"], found["is_cheapest"], len(found["plans"])) == ("Theme-1", True, 1)
    step = found["plans"][0]["steps"][0]
    assert list(step) == [
        "kind",
        "requirement",
        "fact",
        "title",
        "text",
        "why",
        "clause",
        "effort",
        "strength",
        "needs",
        "needs_part",
        "until",
    ]


@pytest.mark.parametrize("more", [("--to", "nowhere"), ("--fixed", "nothing")])
def test_a_name_that_there_is_not_is_refused(more: tuple[str, str]) -> None:
    found = fix("ss2q", EXAMPLES / "ss2q/lapsed.yaml", *more)
    assert type(found.exception).__name__ == "NotFoundError"

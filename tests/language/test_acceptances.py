"""What an acceptance may be about."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules import load_ruleset
from qa_rules.language.acceptances import named_in

SOUND = load_ruleset(Path(__file__).parent / "bad" / "sound" / "ruleset.yaml")


@pytest.mark.parametrize(
    "at",
    [
        "walks@1",
        "W-1",
        "All",
        "overall",
        "overall.wrong",
        "overall.insured",
        "plan.exists",
        "leaders.first_aider",
        "months",
        "by_post",
    ],
)
def test_it_is_about_something_of_the_ruleset(at: str) -> None:
    assert at in named_in(SOUND)
    assert at in named_in(SOUND, "ours")


@pytest.mark.parametrize("at", ["basic", "ours", "ours.basic", "basic.high", "basic.right", "overall.basic"])
def test_where_there_are_routes_it_may_be_about_a_tier_of_which_only_a_policy_knows(at: str) -> None:
    assert at in named_in(SOUND)
    assert at not in named_in(SOUND, "theirs")


@pytest.mark.parametrize("at", ["W-9", "w-1.", "Overall.wrong", "overall.", ".wrong", "W-1.overal l", ""])
def test_it_is_about_nothing_else(at: str) -> None:
    assert at not in named_in(SOUND)

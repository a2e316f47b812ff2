"""Providers under an invented policy: the answer that a careful reader gives, and what the one side says of it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from qa_rules import assess, load_ruleset, policy_from
from qa_rules.language.load import facts_from
from qa_rules.language.reading import read_text
from qa_rules.reports import report
from tests.told.test_never_shorter import CAFE
from tests.told.test_told_worked import given

FILE = Path(__file__).parent / "profiles.yaml"
DATA: dict[str, Any] = read_text(FILE.read_text("utf-8"), FILE.name).data
RULESET = load_ruleset("social-prescribing")
POLICY = policy_from(DATA["policy"], RULESET)


@pytest.mark.parametrize("profile", DATA["profiles"], ids=[each["name"] for each in DATA["profiles"]])
def test_the_answer_is_that_of_a_careful_reader_and_the_one_side_names_why(profile: dict[str, Any]) -> None:
    facts = {**CAFE, **DATA["base"], **profile.get("facts", {})}
    known = {name: each for name, each in facts.items() if each is not None}
    made = assess(RULESET, facts_from(given(known), RULESET), on=datetime.date(2026, 11, 30), policy=POLICY)
    text = " ".join(report(made, "summary").split())
    assert made.outcome == profile["answer"]
    assert [each for each in profile.get("says", ()) if each not in text] == []
    assert [each for each in profile.get("never", ()) if each in text] == []

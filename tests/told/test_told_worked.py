"""Worked examples of what is told, as data: `worked.yaml` holds them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from qa_rules import assess, load_facts, load_policy, load_ruleset, merge, under
from qa_rules.language.load import facts_from
from qa_rules.language.reading import read_text
from qa_rules.model.values import Strength
from qa_rules.reports import report
from tests.told.test_never_shorter import CAFE, SEEN

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).parent / "worked.yaml"
CASES: list[dict[str, Any]] = read_text(FILE.read_text("utf-8"), FILE.name).data
RULESET = load_ruleset("social-prescribing")
POLICY = load_policy("illustrative-three-tiers", RULESET)


def given(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with who saw them; lists of records, and what says so itself, as they are."""
    return {
        name: value
        if isinstance(value, dict) or name in RULESET.vocabulary.collections
        else {"value": value, **SEEN}
        for name, value in facts.items()
    }


@pytest.mark.parametrize("case", CASES, ids=[each["name"] for each in CASES])
def test_what_is_told_is_what_a_careful_reader_expects(case: dict[str, Any]) -> None:
    policy = load_policy(ROOT / case["policy"], RULESET) if "policy" in case else POLICY
    if "strength" in case:
        policy = attrs.evolve(POLICY, strength=Strength.of(case["strength"]))
    ruleset = under(RULESET, policy)
    base = {} if "files" in case else CAFE
    facts = facts_from(given(base | case.get("facts", {})), ruleset)
    facts = merge(facts, *(load_facts(ROOT / each, ruleset) for each in case.get("files", ())))
    made = assess(ruleset, facts, on=datetime.date(2026, 11, 30), policy=policy)
    text = " ".join(report(made, case.get("form", "summary")).split())
    assert text.startswith(case.get("first", ""))
    plain = text.replace("(ask: ", "(ask ").replace("(by: ", "(by ")
    assert [each for each in case["says"] if each not in plain] == []
    assert [each for each in case.get("never", ()) if each in plain] == []

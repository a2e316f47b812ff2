"""Slips that put the fact under it in place of a requirement or value, or a value's neighbour: each is a mutant."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from qa_rules import Ruleset, Verdict, assess, facts_from
from qa_rules.program.bind import close
from qa_rules.testing.mutants import Mutant, mutants
from qa_rules.testing.operators import Kind
from tests.standards.building import standard, yes_no

ON = datetime.date(2026, 11, 25)
POINTS = {"type": "integer", "least": 0, "most": 20}


def rated() -> Ruleset:
    """A requirement that caps another, as of a rated service: led well counts only where it is safe too."""
    facts: dict[str, Any] = {
        **yes_no("led", "safe", "small", "quiet"),
        "hygiene": POINTS,
        "structure": POINTS,
    }
    values = {
        "calm": {"type": "yes_no", "label": "calm", "when": {"all_of": ["quiet", "small"]}},
        "total": {"type": "number", "label": "points", "sum": ["hygiene", "structure"]},
        "worst": {"type": "number", "label": "worst", "greatest": ["hygiene", "structure"]},
        "double": {"type": "number", "label": "double", "sum": ["total", "structure"]},
    }
    requirements: dict[str, Any] = {
        "Led": {"met_when": {"all_of": ["led", "safe"]}},
        "Small": {"met_when": "small"},
        "Good": {"met_when": {"all_of": ["Led applies and is met", "calm", "total at most 20"]}},
        "Open": {"met_when": {"all_of": ["small", "safe"]}, "applies_when": "small"},
    }
    outcomes = [
        {
            "id": "stop",
            "words": "No",
            "allows": False,
            "when": {"any_of": ["Led is not met", "Small is not met"]},
        },
        {"id": "start", "words": "Yes", "allows": True, "when": "Led"},
    ]
    decision = {"id": "go", "title": "Go?", "outcomes": outcomes}
    return standard(facts, requirements, [decision], values=values)


@pytest.fixture(scope="module")
def found() -> dict[str, Mutant]:
    return {str(each): each for each in mutants(rated()) if each.kind is Kind.REFERENCE}


@pytest.mark.parametrize(
    "words",
    [
        "Good: `Led applies and is met` became `led`",
        "Good: `Led applies and is met` became `Small applies and is met`",
        "Good: `calm` became `quiet`",
        "Good: `total at most 20` became `worst at most 20`",
        "Good: `total at most 20` became `hygiene at most 20`",
        "double: in `total`: `total` became `worst`",
        "double: in `total`: `total` became `hygiene`",
        "go.stop: `Led is not met` became `not: led`",
        "go.start: `Led` became `led`",
    ],
)
def test_what_lies_under_it_or_beside_it_is_a_slip(found: dict[str, Mutant], words: str) -> None:
    assert words in found, "\n".join(found)


def test_where_that_is_all_that_it_asks_there_is_no_slip(found: dict[str, Mutant]) -> None:
    assert not [each for each in found if "`Small is not met` became `not: small`" in each]


def test_each_can_be_bound_and_gives_somebody_another_answer(found: dict[str, Mutant]) -> None:
    base: dict[str, Any] = {
        "led": True,
        "safe": True,
        "small": True,
        "quiet": True,
        "hygiene": 5,
        "structure": 10,
    }
    others: list[dict[str, Any]] = [
        {"safe": False},
        {"small": False},
        {"led": False},
        {"hygiene": 15},
        {"structure": 20, "hygiene": 0},
    ]
    crowd = [base, *({**base, **each} for each in others)]
    for words, mutant in found.items():
        close(mutant.ruleset)
        if mutant.at in ("Good", "go.stop"):  # nothing asks the others, or what comes before it decides
            assert said(mutant.ruleset, crowd) != said(rated(), crowd), words


def said(ruleset: Ruleset, crowd: list[dict[str, Any]]) -> list[tuple[str | None, Verdict]]:
    found = [assess(ruleset, facts_from(each, ruleset), on=ON) for each in crowd]
    return [(each.outcome, each.verdicts["Good"]) for each in found]

"""What a test is called in a message: a sentence, never a formula, with what the policy set named."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules import load_ruleset
from qa_rules.proofs.words import words_of
from tests.proofs.test_planted import FOLDER

RULES = (FOLDER / "sound.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("plan", "plan is yes"),
        ("score at least 10", "score is at least 10"),
        (
            "insured_to not before on",
            "end of the insurance is on or after the day of the assessment",
        ),
        ("helps includes all of walks, talks", "help given includes all of “Talks” and “Walks”"),
        ("helps includes only walks", "help given is nothing but “Walks”"),
        (
            "{all_of: [plan, {any_of: [read, stop]}]}",
            "plan is yes and (reader is yes or escalation plan is yes)",
        ),
        (
            "{some venues: {where: first_used before on, meets: checked}}",
            "of some venue where first use is before the day of the assessment it holds that check is yes",
        ),
        ("{at least 2 venues: checked}", "of at least 2 of the venues it holds that check is yes"),
        ("R1 applies and is met", "R1 is met"),
    ],
)
def test_a_test_is_a_sentence(test: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "ruleset.yaml"
    asked = test if test.startswith("{") else f'"{test}"'
    file.write_text(RULES.replace('"helps includes any of walks, talks"', asked), encoding="utf-8")
    ruleset = load_ruleset(file)
    found = words_of(ruleset.requirement["R5"].met_when, ruleset.vocabulary)
    assert found == words

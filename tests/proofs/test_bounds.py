"""Proofs look at as many records and codes as the rules read together."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from qa_rules import assess, load_ruleset
from qa_rules.api.verify import compare, verify
from qa_rules.proofs import bounds
from qa_rules.proofs.claims import Status

ON = datetime.date(2026, 11, 25)
OFFICES = Path(__file__).parent / "sound" / "offices.yaml"


def test_an_edition_that_asks_less_of_the_last_of_several_officers_is_no_safe_change(tmp_path: Path) -> None:
    text = OFFICES.read_text(encoding="utf-8")
    weaker = tmp_path / "ruleset.yaml"
    asked = "{all_of: [role is secretary, trained]}"
    assert asked in text
    weaker.write_text(text.replace(asked, "role is secretary"), encoding="utf-8")
    old, new = load_ruleset(OFFICES), load_ruleset(weaker)
    found = compare((old, None), (new, None), on=ON, seconds=None)
    (newly,) = [
        each for each in found.proofs if each.code == "no-provider-newly-passes" and each.at == "overall"
    ]
    assert newly.status is Status.REFUTED
    assert newly.witness is not None
    before, after = (assess(each, newly.witness.facts, on=ON) for each in (old, new))
    assert before.outcome != "starts"
    assert after.outcome == "starts"


@pytest.mark.parametrize(("name", "value"), [("MOST_RECORDS", 2), ("MOST_CODES", 2)])
def test_smaller_limits_would_call_sound_rules_contradictory(
    monkeypatch: pytest.MonkeyPatch, name: str, value: int
) -> None:
    monkeypatch.setattr(bounds, name, value)
    file = OFFICES if name == "MOST_RECORDS" else OFFICES.with_name("signers.yaml")
    found = verify(load_ruleset(file), on=ON, seconds=None)
    assert any(each.status is Status.REFUTED for each in found.proofs)


def test_the_records_that_are_enough_are_printed() -> None:
    found = verify(load_ruleset(OFFICES), on=ON, seconds=None, questions=["requirement-possible"])
    assert "at most 2 records in a collection, 7 in officers" in found.rests_on

"""Proofs look at as many records and codes as the rules read together."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from qa_rules import assess, load_ruleset
from qa_rules.api.verify import compare, verify
from qa_rules.proofs import bounds, wider
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
    (newly,) = [each for each in found.proofs if each.code == "nobody-newly-passes" and each.at == "overall"]
    assert newly.status is Status.REFUTED
    assert newly.witness is not None
    before, after = (assess(each, newly.witness.facts, on=ON) for each in (old, new))
    assert before.outcome != "starts"
    assert after.outcome == "starts"


@pytest.mark.parametrize(
    ("file", "name", "value"),
    [("offices.yaml", "_records", lambda *_: {}), ("signers.yaml", "MOST_CODES", 2)],
)
def test_smaller_limits_would_call_sound_rules_contradictory(
    monkeypatch: pytest.MonkeyPatch, file: str, name: str, value: object
) -> None:
    monkeypatch.setattr(bounds, name, value)
    found = verify(load_ruleset(OFFICES.with_name(file)), on=ON, seconds=None)
    assert any(each.status is Status.REFUTED for each in found.proofs)


def test_what_was_not_asked_of_longer_lists_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wider, "STEPS", (4,))
    monkeypatch.setattr(bounds, "MOST_RECORDS", 4)
    found = verify(load_ruleset(OFFICES), on=ON, seconds=None)
    limited = {each.code for each in found.proofs if "at most 4 officers" in each.statement + each.message}
    assert {"decision-total", "forbidding-heeded"} <= limited
    assert "hiding-never-helps" not in limited


def test_it_is_printed_how_long_the_lists_are_of_which_it_holds() -> None:
    found = verify(load_ruleset(OFFICES), on=ON, seconds=None, questions=["group-possible"])
    assert "lists of any length, but where a claim says otherwise" in found.rests_on


def test_counts_that_are_asked_together_are_added_up(tmp_path: Path) -> None:
    text = OFFICES.read_text(encoding="utf-8")
    asked = "met_when: {some officers: {all_of: [role is chair, trained]}}"
    assert asked in text
    both = "met_when: {all_of: [{at least 25 officers: role is chair}, {at least 25 officers: role is treasurer}]}"
    many = tmp_path / "ruleset.yaml"
    many.write_text(text.replace(asked, both, 1), encoding="utf-8")
    found = verify(load_ruleset(many), on=ON, seconds=None, questions=["requirement-live"])
    assert [each.status for each in found.proofs if each.status is not Status.PROVED] == []

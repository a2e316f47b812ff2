"""Every *proved* and *never* is attacked: by random and near providers, and by ones built from the rules' own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules import load_policy, load_ruleset
from qa_rules.api.verify import Verified, compare, verify
from qa_rules.language.library import ruleset_ids
from qa_rules.language.policies import shipped_policies
from qa_rules.proofs import bounds
from tests.proofs.attacking import broken_comparison, broken_formulas, broken_words
from tests.proofs.test_planted import PLANTED
from tests.proofs.test_planted import verified as planted
from tests.proofs.test_sound import ON, SOUND
from tests.proofs.test_sound import verified as sound

OFFICES = Path(__file__).parent / "sound" / "offices.yaml"
SAMPLE = ("offices", "governors", "halls", "ladder.policy-evidence", "walks.policy-conditions")


def holds_out(found: Verified, formulas: int, words: int) -> None:
    assert broken_formulas(found, formulas) == []
    assert broken_words(found, words) == []


@pytest.mark.parametrize("name", SAMPLE)
def test_no_provider_shows_what_nobody_should(name: str) -> None:
    holds_out(sound(name), 300, 150)


@pytest.mark.parametrize("name", ["never-met-records", "count-too-high", "group-contradicts"])
def test_nobody_shows_what_is_said_to_be_impossible(name: str, tmp_path: Path) -> None:
    holds_out(planted(name, tmp_path), 300, 100)


def test_the_old_limit_falls_to_providers_built_from_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_records", lambda *_: {})
    found = sound("offices")
    monkeypatch.undo()
    assert "group-possible: All can be met" in broken_words(found, 600)
    assert broken_formulas(found, 1_000)


def test_the_old_limit_of_a_comparison_falls_to_them_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = OFFICES.read_text(encoding="utf-8")
    weaker = tmp_path / "ruleset.yaml"
    weaker.write_text(text.replace("{all_of: [role is secretary, trained]}", "role is secretary"), "utf-8")
    old, new = (load_ruleset(OFFICES), None), (load_ruleset(weaker), None)
    assert broken_comparison(compare(old, new, on=ON, seconds=None), old, new, 600) == []
    monkeypatch.setattr(bounds, "_records", lambda *_: {})
    narrow = compare(old, new, on=ON, seconds=None)
    monkeypatch.undo()
    assert "nobody-newly-passes overall" in broken_comparison(narrow, old, new, 1_200)


@pytest.mark.deep
@pytest.mark.parametrize("name", SOUND)
def test_no_provider_of_many_shows_what_nobody_should(name: str) -> None:
    holds_out(sound(name), 20_000, 5_000)


@pytest.mark.deep
@pytest.mark.parametrize("name", PLANTED)
def test_nobody_of_many_shows_what_is_said_to_be_impossible(name: str, tmp_path: Path) -> None:
    holds_out(planted(name, tmp_path), 20_000, 2_000)


@pytest.mark.deep
@pytest.mark.parametrize("name", ruleset_ids())
def test_what_is_proved_of_the_shipped_rulesets_holds_out(name: str) -> None:
    ruleset = load_ruleset(name)
    for policy in shipped_policies(ruleset) or (None,):
        under = None if policy is None else load_policy(policy.name, ruleset)
        holds_out(verify(ruleset, under, on=ON, jobs=2, seconds=120), 5_000, 500)

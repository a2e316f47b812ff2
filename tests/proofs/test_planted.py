"""Rulesets with one planted defect each: every one is found, with a witness, and the sound one draws no finding."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from qa_rules import load_policy, load_ruleset
from qa_rules.api.verify import Verified, verify
from qa_rules.model.writing import facts_to_data
from qa_rules.proofs.claims import Proof, Status
from qa_rules.semantics.snapshot import believe

FOLDER = Path(__file__).parent / "planted"
ON = datetime.date(2026, 11, 22)
PLANTED = sorted(file.stem for file in FOLDER.glob("*.yaml") if not file.stem.startswith("sound"))
WITH_WITNESS = {
    "decision-total",
    "hard-stop",
    "independent-of",
    "tier-table",
    "tier-rises",
    "better-never-lowers",
    "false-unknown",
    "threshold-order",
    "tier-cliff",
    "tier-heeded",
    "forbidding-heeded",
    "meeting-never-harms",
}


def laid_over(base: str, over: str) -> str:
    """Replace the top-level parts of a file by those of another."""
    parts = dict(re.findall(r"^(\w+):((?:.*\n)(?:[ #-].*\n)*)", base, re.MULTILINE))
    parts |= dict(re.findall(r"^(\w+):((?:.*\n)(?:[ #-].*\n)*)", over, re.MULTILINE))
    return "".join(f"{key}:{text}" for key, text in parts.items())


def verified(name: str, folder: Path, *questions: str) -> Verified:
    planted = "" if name == "sound" else (FOLDER / f"{name}.yaml").read_text()
    rules, _, policy = planted.partition("policy:\n")
    (folder / "ruleset.yaml").write_text(laid_over((FOLDER / "sound.yaml").read_text(), rules))
    dedented = re.sub(r"^  ", "", policy, flags=re.MULTILINE)
    (folder / "policy.yaml").write_text(laid_over((FOLDER / "sound-policy.yaml").read_text(), dedented))
    ruleset = load_ruleset(folder)
    return verify(
        ruleset,
        load_policy(folder / "policy.yaml", ruleset),
        on=ON,
        questions=questions or None,
        seconds=None,
    )


def findings(found: Verified) -> list[Proof]:
    return [each for each in found.proofs if each.status not in (Status.PROVED, Status.NOTED)]


def test_a_sound_ruleset_draws_no_finding(tmp_path: Path) -> None:
    found = verified("sound", tmp_path)
    assert [(each.code, each.at, each.message) for each in findings(found)] == []
    assert len(found.proofs) > 50


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_is_found(name: str, tmp_path: Path) -> None:
    planted = (FOLDER / f"{name}.yaml").read_text().splitlines()[0]
    code, _, at = planted.removeprefix("# Planted: ").partition(" at ")
    found = verified(name, tmp_path, code)
    refuted = [each for each in findings(found) if each.status is Status.REFUTED]
    assert (code, at) in [(each.code, each.at) for each in refuted]
    assert [each for each in findings(found) if each.status is Status.UNDECIDED] == []
    for each in refuted:
        assert each.place is not None
        assert each.hint
        if each.code in WITH_WITNESS:
            assert each.witness is not None


def test_a_witness_is_the_same_every_time_and_no_fact_in_it_can_be_left_out(tmp_path: Path) -> None:
    first, again = (
        verified("stop-waived-for-some", tmp_path, "hard-stop"),
        verified("stop-waived-for-some", tmp_path, "hard-stop"),
    )
    (one,) = [each.witness for each in first.proofs if each.code == "hard-stop" and each.witness]
    (other,) = [each.witness for each in again.proofs if each.code == "hard-stop" and each.witness]
    assert facts_to_data(one.facts) == facts_to_data(other.facts)
    without_one = {"plan", "read", "stop", "score", "insured_to", "helps", "kind"}
    assert {name.partition(".")[0] for name in one.facts.values} == without_one
    assert believe(one.facts, first.ruleset.vocabulary, ON).values["stop"].value is False

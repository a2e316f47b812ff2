"""A facts file that says what it was filled in for is assessed under that; what differs is said first."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa_rules.cli import group

COMMANDS = ("assess", "why", "fix", "questions", "horizon", "what-if")


def run(*words: str | Path, typed: str = "") -> Result:
    return CliRunner().invoke(group, [str(each) for each in words], input=typed)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """An interview under a policy, stopped after a few answers."""
    file = tmp_path / "walk.yaml"
    made = run(
        *("interview", "social-prescribing", "--to", file, "--on", "2026-11-22", "--subject", "Walk"),
        *("--policy", "illustrative-three-tiers", "--by", "N. Osei, link worker", "--strength", "seen"),
        typed="yes\nstop\n",
    )
    assert made.exit_code == 0, made.output
    return file


@pytest.mark.parametrize("command", COMMANDS)
def test_the_file_alone_is_enough_and_says_the_same_as_all_that_it_names(command: str, filled: Path) -> None:
    short = run(command, filled)
    long = run(
        *(command, "social-prescribing", filled, "--on", "2026-11-22"),
        *("--policy", "illustrative-three-tiers"),
    )
    assert (short.exit_code, short.stdout, short.stderr) == (0, long.stdout, "")
    assert long.stderr == ""


def test_forgetting_the_policy_does_not_turn_the_answer_round(filled: Path) -> None:
    text = run("assess", "social-prescribing", filled, "--format", "summary").stdout
    assert "illustrative-three-tiers" in text or "ILLUSTRATIVE" in text
    assert "Policy: none" not in text


@pytest.mark.parametrize("command", COMMANDS)
def test_another_date_or_policy_is_said_and_counts(command: str, filled: Path) -> None:
    made = run(command, filled, "--on", "2026-12-01", "--policy", "illustrative-two-tiers")
    assert made.exit_code == 0, made.output
    said = " ".join(made.stderr.split())
    assert "was filled in for 22 November 2026. It is assessed here for 1 December 2026." in said
    assert "was filled in under the policy illustrative-three-tiers." in said
    assert "It is assessed here under illustrative-two-tiers." in said


def test_another_ruleset_is_said_before_its_faults(filled: Path) -> None:
    made = run("assess", "ss2q", filled)
    said = f"{filled} was filled in for social-prescribing@3.5. It is assessed here against ss2q@2017."
    assert made.stderr.startswith(said)


def test_a_policy_that_has_changed_since_is_said(filled: Path) -> None:
    text = filled.read_text("utf-8")
    policy = text.index("policy:")
    at = text.index("sha256:", policy) + len("sha256:")
    changed = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
    filled.write_text(changed, "utf-8")
    made = run("assess", filled)
    assert "The policy illustrative-three-tiers has changed since" in made.stderr


def test_a_path_that_stands_in_a_file_is_not_followed(filled: Path) -> None:
    text = filled.read_text("utf-8")
    filled.write_text(text.replace("given: illustrative-three-tiers", "given: ./own.yaml"), "utf-8")
    made = run("assess", filled)
    assert "name that file with --policy" in str(made.exception)


def test_a_file_without_these_needs_them_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text("format: 1\nfacts:\n  receives_formal_referrals: yes\n", "utf-8")
    assert "--on" in run("assess", "social-prescribing", file).stderr
    assert "FACTS" in run("assess", "social-prescribing").stderr

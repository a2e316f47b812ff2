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
    assert "EXAMPLE POLICY" in text
    assert "No local policy was used" not in text


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


# Commands over many providers, and over tables


@pytest.fixture
def person(tmp_path: Path) -> Path:
    """What an interview about a person alone found."""
    folder = tmp_path / "person"
    folder.mkdir()
    file = folder / "her.yaml"
    made = run(
        *("interview", "social-prescribing", "--to", file, "--on", "2026-11-22", "--subject", "Somebody"),
        *("--policy", "illustrative-three-tiers", "--by", "N. Osei, link worker", "--strength", "seen"),
        *("--about", "person"),
        typed="1\nno\nstop\n",
    )
    assert made.exit_code in (0, 4), made.output
    return file


PROVIDERS = Path(__file__).parents[2] / "examples" / "social-prescribing"
NAMED = ("--on", "2026-11-22", "--policy", "illustrative-three-tiers")


def test_a_shortlist_is_made_under_what_the_file_of_the_person_names(person: Path) -> None:
    short = run("shortlist", PROVIDERS, "--person", person)
    long = run("shortlist", "social-prescribing", PROVIDERS, "--person", person, *NAMED)
    assert (short.exit_code, short.stdout, short.stderr) == (0, long.stdout, long.stderr)
    other = run(
        "shortlist", PROVIDERS, "--person", person, "--on", "2026-12-01", "--policy", "illustrative-two-tiers"
    )
    said = other.stderr.splitlines()
    assert [" ".join(each.split()) for each in said[:2]] == [
        f"{person} was filled in under the policy illustrative-three-tiers. "
        "It is assessed here under illustrative-two-tiers.",
        f"{person} was filled in for 22 November 2026. It is assessed here for 1 December 2026.",
    ]


def test_a_shortlist_is_made_under_what_the_files_of_providers_name(filled: Path) -> None:
    (filled.parent / "torn.yaml").write_text("format: 1\ninterview: [\n", "utf-8")
    short = run("shortlist", filled.parent, "--person", "simple")
    long = run("shortlist", "social-prescribing", filled.parent, "--person", "simple", *NAMED)
    # One that cannot be read does not lose the others, here either.
    assert short.stdout == long.stdout
    assert "Could not be read: torn" in short.stdout
    assert "0 of 1 may be chosen." in short.stdout
    other = run("shortlist", filled.parent, "--person", "simple", "--on", "2026-12-01")
    assert f"{filled} was filled in for 22 November 2026." in other.stderr


def test_a_batch_is_worked_out_under_what_the_file_of_a_person_names(person: Path, tmp_path: Path) -> None:
    table = tmp_path / "providers.ndjson"
    table.write_text('{"receives_formal_referrals": true}\n', "utf-8")
    short = run("batch", "social-prescribing", table, tmp_path / "one.ndjson", "--person", person, "--quiet")
    long = run(
        "batch", "social-prescribing", table, tmp_path / "two.ndjson", "--person", person, "--quiet", *NAMED
    )
    assert (short.exit_code, short.stderr) == (0, "")
    assert (tmp_path / "one.ndjson").read_text("utf-8") == (tmp_path / "two.ndjson").read_text("utf-8")
    assert long.exit_code == 0
    other = run(
        *("batch", "social-prescribing", table, tmp_path / "one.ndjson", "--person", person, "--quiet"),
        *("--policy", "illustrative-two-tiers"),
    )
    assert "was filled in under the policy illustrative-three-tiers." in " ".join(other.stderr.split())
    assert "--on" in run("batch", "social-prescribing", table, tmp_path / "one.ndjson", "--quiet").stderr


def test_an_impact_says_a_policy_that_is_neither_of_the_two(person: Path, tmp_path: Path) -> None:
    table = tmp_path / "providers.ndjson"
    table.write_text('{"receives_formal_referrals": true}\n', "utf-8")
    words = ("impact", table, "--ruleset", "social-prescribing", "--person", person)
    both = (*("--policy", "illustrative-three-tiers"), *("--policy", "illustrative-two-tiers"))
    made = run(*words, *both)
    assert (made.exit_code, made.stderr) == (0, "")
    own = tmp_path / "own.yaml"
    text = (PROVIDERS.parents[1] / "rulesets" / "policies" / "illustrative-two-tiers.yaml").read_text("utf-8")
    own.write_text(text.replace("policy: illustrative-two-tiers", "policy: own"), "utf-8")
    made = run(*words, *("--policy", "illustrative-two-tiers"), *("--policy", own))
    said = " ".join(made.stderr.split())
    assert "It is assessed here under illustrative-two-tiers." in said
    assert "It is assessed here under own." in said
    made = run(*words, *both, "--on", "2026-12-01")
    assert made.stderr.count("was filled in for 22 November 2026.") == 1


def test_an_interview_that_starts_from_another_goes_on_under_the_same(filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "further.yaml"
    made = run("interview", filled, "--to", file, "--by", "", "--strength", "seen", typed="stop\n")
    assert made.exit_code in (0, 4), made.output
    text = file.read_text("utf-8")
    assert "given: illustrative-three-tiers" in text
    assert "2026-11-22" in text

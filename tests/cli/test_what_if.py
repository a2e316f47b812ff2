"""`qa-rules what-if`: what changed, what is said otherwise, and because of what."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from qa_rules.cli import group
from qa_rules.cli.what_if import command
from qa_rules.errors import FactsError

GIVEN = ["ss2q", "examples/ss2q/compliant.yaml", "--on", "2026-11-22"]
FACT = "emergency_procedure_available_to_all_tutors"


def run(*arguments: str) -> str:
    found = CliRunner().invoke(command, [*GIVEN, *arguments], catch_exceptions=False)
    assert found.exit_code == 0
    return found.output


def test_a_changed_fact_is_named_with_what_it_brings_about() -> None:
    found = json.loads(run("--set", f"{FACT}=no", "--format", "json"))
    assert [(each["fact"], each["after"]) for each in found["facts"]] == [(FACT, "no (stated)")]
    moves = {each["name"]: (each["before"], each["after"], each["because"]) for each in found["moves"]}
    assert moves["SS2Q-3.6"] == ("met", "not_met", [FACT])
    told = run("--set", f"{FACT}=no")
    assert "Emergency procedure: met; then: not met\n    because of Emergency procedure in every" in told


def test_an_empty_value_makes_a_fact_unknown() -> None:
    assert "Emergency procedure: met; then: not known" in run("--set", f"{FACT}=")


def test_two_times_are_compared() -> None:
    told = run("--then", "examples/ss2q/half-known.yaml", "--then-on", "2027-12-01")
    assert "\n  the date\n" in told
    assert "Meets all 35 requirements by self-assessment; then: " in told


def test_nothing_changed_is_said() -> None:
    assert run() == "Nothing is changed.\n"


def test_a_change_without_a_value_is_refused() -> None:
    found = CliRunner().invoke(command, [*GIVEN, "--set", FACT])
    assert found.exit_code == 2
    assert "has no `=`" in found.output


def test_a_set_is_written_as_the_hint_says(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text("format: 1\nfacts: {}\n")
    command = ["what-if", "ss2q", str(file), "--on", "2026-11-22", "--set"]
    done = CliRunner().invoke(group, [*command, "programme_types_delivered=[CDSMP, CPSMP]"])
    assert "CDSMP and CPSMP" in done.output
    assert "then: 9" in CliRunner().invoke(group, [*command, "enquiry_limit_days=9"]).output
    wrong = CliRunner().invoke(group, [*command, "programme_types_delivered=CDSMP"])
    assert "write a list, such as [" in str(wrong.exception)
    for broken in ("[", "[CDSMP", "{a: b}"):
        found = CliRunner().invoke(group, [*command, f"programme_types_delivered={broken}"])
        assert isinstance(found.exception, FactsError), broken

"""`qa-rules what-if`: what changed, what is said otherwise, and because of what."""

from __future__ import annotations

import json

from click.testing import CliRunner

from qa_rules.cli.what_if import command

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

"""`qa-rules cases` tells which worked cases come out otherwise than expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from qa_rules.cli import group
from qa_rules.errors import NotFoundError

RULESET = """\
format: 1
ruleset: walks
edition: "1"
title: Walks
source: {title: Made up}
caveats: []
facts:
  insured: {type: yes_no, label: insurance, question: "Is there insurance?"}
parameters:
  strict: {type: yes_no, question: "Must it be insured?"}
requirements:
  - {id: W-1, title: Insurance, says: Insured., source: {clause: 1}, applies_when: policy.strict, met_when: insured}
decisions: []
"""
POLICY = "{format: 1, policy: here, for: walks@1, title: Here, settings: {strict: yes}}"
CASES = """\
format: 1
ruleset: walks@1
on: 2026-11-22
cases:
  - {name: insured, facts: {insured: yes}, expect: {W-1: met}}
  - {name: not insured, policy: here, facts: {insured: no}, expect: {W-1: EXPECTED}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ruleset.yaml").write_text(RULESET)
    (tmp_path / "here.yaml").write_text(POLICY)
    (tmp_path / "cases.yaml").write_text(CASES.replace("EXPECTED", "not_met"))
    return tmp_path


def test_cases_that_come_out_as_expected_are_counted(folder: Path) -> None:
    done = CliRunner().invoke(
        group, ["cases", str(folder), "--policy", str(folder / "here.yaml")], standalone_mode=False
    )
    assert done.output == "2 cases of walks@1: 0 otherwise than expected.\n"
    assert done.return_value == 0


def test_a_case_that_comes_out_otherwise_is_shown_with_its_place_and_the_reason(folder: Path) -> None:
    wrong = folder / "wrong.yaml"
    wrong.write_text(CASES.replace("EXPECTED", "met"))
    arguments = ["cases", str(folder), str(wrong), "--policy", str(folder / "here.yaml")]
    done = CliRunner().invoke(group, arguments, standalone_mode=False)
    assert done.return_value == 1
    assert f"not insured\n  --> {wrong}:6:12\n" in done.output
    assert "  W-1: expected met, found not_met\n    Insurance: no.\n" in done.output


def test_a_policy_that_is_not_at_hand_is_named(folder: Path) -> None:
    done = CliRunner().invoke(group, ["cases", str(folder)], standalone_mode=False)
    assert isinstance(done.exception, NotFoundError)
    assert "`here`" in str(done.exception)


def test_a_ruleset_without_cases_is_said_to_have_none(folder: Path) -> None:
    (folder / "cases.yaml").unlink()
    done = CliRunner().invoke(group, ["cases", str(folder)], standalone_mode=False)
    assert isinstance(done.exception, NotFoundError)

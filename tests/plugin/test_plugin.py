"""Rulesets as tests: cases, checks and proofs are items, failures read like our own output, unasked it does nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# What pytester runs in this process forgets what it imported, and modules in C cannot be imported twice.

pytest_plugins = ["pytester"]

RULESET = """\
format: 1
ruleset: walks
edition: "1"
title: Walks
source: {title: Made up}
caveats: [For tests.]
facts:
  insured: {type: yes_no, label: insurance, question: "Is there insurance?"}
  leaders:
    {type: integer, label: number of leaders, question: "How many?", least: 0, most: 50, direction: more_is_better}
requirements:
  - {id: W-1, title: Insurance, says: Insured., source: {clause: 1}, met_when: insured, fix: Insure.}
  - {id: W-2, title: Leaders, says: Two., source: {clause: 2}, met_when: leaders at least 2, fix: Find another.}
groups:
  - {id: Everything, title: Everything, members: [W-1, W-2]}
decisions:
  - id: overall
    title: May it start?
    outcomes:
      - {id: stops, words: It may not, allows: no, when: Everything is not met}
      - {id: starts, words: It may, allows: yes, when: Everything}
"""
CASES = """\
format: 1
ruleset: walks@1
on: 2026-11-22
cases:
  - {name: all is well, facts: {leaders: 2, insured: yes}, expect: {W-1: met, W-2: met, overall: starts}}
  - {name: one leader, facts: {leaders: 1, insured: no}, expect: {W-1: not_met, W-2: not_met}}
  - {name: nothing is known, expect: {W-1: unknown, W-2: unknown}}
"""


@pytest.fixture
def walks(pytester: pytest.Pytester) -> Path:
    folder = pytester.mkdir("walks")
    (folder / "ruleset.yaml").write_text(RULESET)
    (folder / "cases.yaml").write_text(CASES)
    return folder


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest("-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:randomly", *arguments)


def test_unasked_nothing_is_collected(pytester: pytest.Pytester, walks: Path) -> None:
    assert "no tests ran" in run(pytester).stdout.str()


def test_unasked_the_library_is_not_even_imported(tmp_path: Path) -> None:
    (tmp_path / "test_none.py").write_text(
        "import sys\ndef test_it(): assert 'qa_rules_pytest' in sys.modules and 'qa_rules' not in sys.modules\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_cases_and_checks_are_items_with_ids(pytester: pytest.Pytester, walks: Path) -> None:
    found = run(pytester, "--qa-rules", "--qa-rules-parts", "cases,checks", "-v")
    found.stdout.fnmatch_lines(
        [
            "*walks/ruleset.yaml::case: all is well PASSED*",
            "*walks/ruleset.yaml::check: unused-fact PASSED*",
        ]
    )
    assert found.ret == 0


def test_every_question_of_the_verifier_is_an_item(pytester: pytest.Pytester, walks: Path) -> None:
    pytest.importorskip("z3")
    found = run(pytester, "--qa-rules", "--qa-rules-parts", "proofs", "-v")
    found.stdout.fnmatch_lines(["*walks/ruleset.yaml::proof: better-never-lowers PASSED*"])
    assert found.ret == 0


def test_a_case_that_fails_reads_like_our_own_output(pytester: pytest.Pytester, walks: Path) -> None:
    (walks / "cases.yaml").write_text(CASES.replace("W-2: not_met", "W-2: met"))
    found = run(pytester, "--qa-rules", "--qa-rules-parts", "cases")
    found.stdout.fnmatch_lines(
        [
            "one leader",
            "  --> *cases.yaml:6:12",
            "  W-2: expected met, found not_met (line 6)",
            "    Number of leaders: 1 *",
        ]
    )
    assert "Traceback" not in found.stdout.str()
    assert "test_case" not in found.stdout.str()
    found.assert_outcomes(passed=2, failed=1)


def test_a_check_that_fails_shows_the_remark(pytester: pytest.Pytester, walks: Path) -> None:
    (walks / "cases.yaml").write_text(CASES.replace(", W-2: unknown", ""))
    found = run(pytester, "--qa-rules", "--qa-rules-parts", "checks", "-k", "untested-verdict")
    found.stdout.fnmatch_lines(["untested-verdict: no case shows W-2 unknown", "  --> *ruleset.yaml:13:*"])
    found.assert_outcomes(failed=1, deselected=found.parseoutcomes()["deselected"])


def test_a_proof_that_fails_shows_a_provider(pytester: pytest.Pytester, walks: Path) -> None:
    pytest.importorskip("z3")
    (walks / "ruleset.yaml").write_text(RULESET.replace("at least 2", "at most 2"))
    found = run(pytester, "--qa-rules", "--qa-rules-parts", "proofs", "-k", "better-never-lowers")
    found.stdout.fnmatch_lines(["better-never-lowers: *", "*for example a subject*", "*Number of leaders: *"])
    assert found.parseoutcomes()["failed"] == 1


def test_a_ruleset_at_fault_is_an_error_with_its_diagnostics(pytester: pytest.Pytester, walks: Path) -> None:
    (walks / "ruleset.yaml").write_text(RULESET.replace("met_when: insured", "met_when: insurred"))
    found = run(pytester, "--qa-rules")
    found.stdout.fnmatch_lines(["*there is no fact `insurred`*", "*ruleset.yaml:12:*"])
    assert "Traceback" not in found.stdout.str()
    found.assert_outcomes(errors=1)


def test_a_ruleset_at_fault_is_an_error_even_where_only_cases_are_asked_for_and_there_are_none(
    pytester: pytest.Pytester, walks: Path
) -> None:
    (walks / "cases.yaml").unlink()
    (walks / "ruleset.yaml").write_text(RULESET.replace("met_when: insured", "met_when: insurd"))
    result = run(pytester, "--qa-rules", "walks", "--qa-rules-parts", "cases")
    result.assert_outcomes(errors=1)
    assert result.ret != 0


def test_the_configuration_names_rulesets_policies_and_parts(pytester: pytest.Pytester, walks: Path) -> None:
    asking = RULESET.replace(
        "requirements:", 'parameters:\n  least: {type: integer, question: "How many?"}\nrequirements:'
    ).replace("at least 2", "at least policy.least")
    (walks / "ruleset.yaml").write_text(asking)
    (walks / "cases.yaml").write_text(CASES.replace("on: 2026", "policy: here\non: 2026"))
    (pytester.path / "here.yaml").write_text(
        "{format: 1, policy: here, for: walks@1, title: Here, settings: {least: 2}}"
    )
    (pytester.path / "elsewhere").mkdir()
    (pytester.path / "elsewhere" / "ruleset.yaml").write_text("not looked at")
    pytester.makeini("[pytest]\nqa_rules = walks\nqa_rules_parts = cases\nqa_rules_policies = here.yaml\n")
    pytester.makepyfile(test_own="def test_own(): pass")
    run(pytester).assert_outcomes(passed=4)


def test_a_part_that_is_none_is_refused(pytester: pytest.Pytester, walks: Path) -> None:
    found = run(pytester, "--qa-rules", "--qa-rules-parts", "prooves")
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    assert "qa-rules has no part prooves" in found.stderr.str()


def test_junit_names_the_file_of_a_case(pytester: pytest.Pytester, walks: Path) -> None:
    run(
        pytester,
        "--qa-rules",
        "--qa-rules-parts",
        "cases",
        "--junit-xml=out.xml",
        "-o",
        "junit_family=xunit1",
    )
    text = (pytester.path / "out.xml").read_text()
    assert 'name="case: one leader"' in text
    assert "cases.yaml" in text

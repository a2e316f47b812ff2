"""`qa-rules test`: expected beside actual, expectations rewritten in place, coverage and mutants with a gate."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qa_rules.cli import group
from qa_rules.cli.exits import Exit
from qa_rules.errors import NotFoundError, RulesetError

RULESET = """\
format: 1
ruleset: walks
edition: "1"
title: Walks
source: {title: Made up}
caveats: []
facts:
  insured: {type: yes_no, label: insurance, question: "Is there insurance?"}
  leaders: {type: integer, label: number of leaders, question: "How many?", least: 0, most: 50}
parameters:
  strict: {type: yes_no, question: "Must it be insured?"}
requirements:
  - {id: W-1, title: Insurance, says: Insured., source: {clause: 1}, applies_when: policy.strict, met_when: insured}
  - {id: W-2, title: Leaders, says: Two., source: {clause: 2}, met_when: leaders at least 2}
decisions:
  - id: overall
    title: May it start?
    outcomes:
      - {id: stops, words: It may not, allows: no, when: W-2 is not met}
      - {id: starts, words: It may, allows: yes, when: W-2}
"""
POLICY = "{format: 1, policy: here, for: walks@1, title: Here, settings: {strict: yes}}"
CASES = """\
# A comment that stays.
format: 1
ruleset: walks@1
policy: here
on: 2026-11-22
cases:
  - name: two leaders  # the edge
    facts: {leaders: 2, insured: yes}
    expect:
      W-1: met
      W-2: not_met   # wrong on purpose
      overall: "stops"
  - {name: not insured, facts: {insured: no}, expect: {W-1: met, W-2: unknown}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ruleset.yaml").write_text(RULESET)
    (tmp_path / "here.yaml").write_text(POLICY)
    (tmp_path / "cases.yaml").write_text(CASES)
    return tmp_path


def run(*arguments: object) -> tuple[int, str]:
    found = CliRunner().invoke(group, ["test", *map(str, arguments)], standalone_mode=False)
    assert found.exception is None, found.exception
    return int(found.return_value), found.output


def mended(folder: Path) -> Path:
    run(folder, "--policy", folder / "here.yaml", "--update")
    return folder


def test_what_comes_out_otherwise_is_shown_with_reason_and_line(folder: Path) -> None:
    code, text = run(folder, "--policy", folder / "here.yaml")
    assert code == Exit.NO
    assert f"two leaders\n  --> {folder / 'cases.yaml'}:7:11\n" in text
    assert "  W-2: expected not_met, found met (line 11)\n" in text
    assert "  W-1: expected met, found not_met (line 13)\n    Insurance: no.\n" in text
    assert "2 cases of walks@1: 2 not as expected.\n" in text


def test_update_changes_the_expectations_and_nothing_else(folder: Path) -> None:
    code, text = run(folder, "--policy", folder / "here.yaml", "--update")
    assert code == Exit.DONE
    assert "3 expectations rewritten in" in text
    wanted = CASES.replace("W-2: not_met ", "W-2: met ").replace('"stops"', '"starts"')
    wanted = wanted.replace("{W-1: met, W-2", "{W-1: not_met, W-2")
    assert (folder / "cases.yaml").read_text() == wanted


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "mixed"])
def test_update_keeps_line_ends_byte_order_mark_and_mode(folder: Path, ends: str, mark: str) -> None:
    def as_written(text: str) -> bytes:
        if ends == "mixed":
            return (mark + text.replace("stays.\n", "stays.\r\n")).encode()
        return (mark + text.replace("\n", ends)).encode()

    file = folder / "cases.yaml"
    file.write_bytes(as_written(CASES))
    file.chmod(0o640)
    code, _ = run(folder, "--policy", folder / "here.yaml", "--update")
    assert code == Exit.DONE
    wanted = CASES.replace("W-2: not_met ", "W-2: met ").replace('"stops"', '"starts"')
    assert file.read_bytes() == as_written(wanted.replace("{W-1: met, W-2", "{W-1: not_met, W-2"))
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_name_that_is_none_is_a_fault_which_update_leaves_alone(folder: Path) -> None:
    (folder / "cases.yaml").write_text(CASES.replace("W-2: unknown", "W-9: unknown"))
    command = ["test", str(folder), "--policy", str(folder / "here.yaml"), "--update"]
    done = CliRunner().invoke(group, command, standalone_mode=False)
    assert isinstance(done.exception, RulesetError)
    assert "there is no requirement, group or decision `W-9`" in str(done.exception)
    assert "W-9: unknown" in (folder / "cases.yaml").read_text()


def test_cases_of_both_files_are_counted_apart(folder: Path) -> None:
    mended(folder)
    text = (
        (folder / "cases.yaml").read_text().replace("two leaders", "made").replace("not insured", "made too")
    )
    (folder / "generated.yaml").write_text(text)
    _, said = run(folder, "--policy", folder / "here.yaml")
    assert said == "4 cases of walks@1 (2 in cases.yaml, 2 in generated.yaml): all as expected.\n"


def test_a_policy_that_is_not_at_hand_is_named(folder: Path) -> None:
    done = CliRunner().invoke(group, ["test", str(folder)], standalone_mode=False)
    assert isinstance(done.exception, NotFoundError)
    assert "`here`" in str(done.exception)


def test_a_ruleset_without_cases_is_said_to_have_none(folder: Path) -> None:
    (folder / "cases.yaml").unlink()
    done = CliRunner().invoke(group, ["test", str(folder)], standalone_mode=False)
    assert isinstance(done.exception, NotFoundError)
    assert "no cases.yaml beside" in str(done.exception)


def test_a_gate_without_anything_to_measure_is_refused(folder: Path) -> None:
    done = CliRunner().invoke(group, ["test", str(folder), "--fail-under", "90"])
    assert done.exit_code == Exit.USAGE
    assert "--fail-under needs --coverage or --mutants" in done.output


def test_what_the_cases_do_not_show_is_named_with_its_line_and_closes_the_gate(folder: Path) -> None:
    mended(folder)
    options = ("--policy", folder / "here.yaml", "--coverage", "--no-proofs")
    code, text = run(folder, *options, "--fail-under", 100)
    assert code == Exit.NO
    assert "Coverage under here: " in text
    assert f"--> {folder / 'ruleset.yaml'}:14:" in text
    assert "Nothing was proved, for --no-proofs was given" in text
    assert run(folder, *options, "--fail-under", 10)[0] == Exit.DONE


def test_a_slip_that_no_case_catches_is_shown_with_a_provider_and_closes_the_gate(folder: Path) -> None:
    pytest.importorskip("z3")
    mended(folder)
    code, text = run(folder, "--policy", folder / "here.yaml", "--mutants", "--fail-under", 100)
    assert code == Exit.NO
    assert "survived: W-2: `leaders at least 2` became `leaders at least 1`" in text
    assert "      Number of leaders: 1 (stated)." in text
    assert "the rules say W-2: not_met" in text
    assert "Does the standard?" in text


SWIMS = """\
format: 1
ruleset: swims
edition: "1"
title: Swims
source: {title: Made up}
caveats: []
facts:
  guarded: {type: yes_no, label: lifeguard, question: "Is there a lifeguard?"}
  depth: {type: integer, unit: cm, least: 0, most: 500, label: depth, question: "How deep?"}
  plan: {type: document, label: rescue plan, question: "Is there a plan?"}
requirements:
  - id: S-1
    title: Lifeguard
    says: A lifeguard is there in deep water.
    source: {clause: 1}
    applies_when: depth more than 150
    met_when: guarded
  - {id: S-2, title: Plan, says: A plan is in date., source: {clause: 2}, met_when: plan is current}
groups:
  - {id: All, title: Everything that is asked, members: [S-1, S-2]}
decisions:
  - id: overall
    title: In order?
    outcomes:
      - {id: wrong, words: Not in order, allows: no, when: All is not met}
      - {id: right, words: In order, allows: yes, when: All}
"""
DRY = """\
format: 1
ruleset: swims@1
on: 2026-11-22
cases:
  - {name: nothing known, expect: {S-1: unknown, S-2: unknown}}
"""


def test_slips_that_one_case_catches_are_told_once_about_somebody_who_gets_a_verdict(folder: Path) -> None:
    pytest.importorskip("z3")
    (folder / "ruleset.yaml").write_text(SWIMS, "utf-8")
    (folder / "cases.yaml").write_text(DRY, "utf-8")
    _, text = run(folder, "--mutants")
    told = [each for each in text.split("  survived: ") if "Does the standard?" in each]
    asked = re.findall(r"the rules say (.*)\. Does the standard\?", text)
    assert asked
    # Nobody is asked whether a standard says that something is not known.
    assert [
        each for each in asked if not re.search("(S-[12]|All): (met|not_m|not_a)|: (right|wrong)", each)
    ] == []
    twice = [each for each in told if "depth more than 149" in each or "depth at least 150" in each]
    assert len(twice) == 1
    assert "each of these told apart by" in twice[0]
    assert text.count("depth more than 149") == text.count("depth at least 150") == 1
    assert "“Everything that is asked”" in text


def test_what_slips_in_the_parts_of_a_test_is_told_in_the_words_of_the_whole(folder: Path) -> None:
    (folder / "ruleset.yaml").write_text(SWIMS, "utf-8")
    (folder / "cases.yaml").write_text(DRY, "utf-8")
    (tested,) = json.loads(run(folder, "--mutants", "--no-proofs", "--format", "json")[1])
    words = [
        f"{each['at']}: {each['change']}" for each in tested["mutants"]["mutants"] if "plan" in each["change"]
    ]
    assert "S-2: `plan is current` became `plan exists`" in words
    assert [each for each in words if "any_of" in each or "all_of" in each] == []


def test_coverage_is_shown_in_colour_over_the_ruleset(folder: Path) -> None:
    mended(folder)
    options = ("--policy", folder / "here.yaml", "--coverage", "--no-proofs", "--format")
    code, page = run(folder, *options, "html")
    assert code == Exit.DONE
    text = (folder / "ruleset.yaml").read_text(encoding="utf-8").splitlines()
    asked = next(number for number, line in enumerate(text, 1) if "leaders at least 2" in line)
    (row,) = [line for line in page.splitlines() if f'id="ruleset-{asked}"' in line]
    assert re.search(r'<tr class="some" .*<td>\d+ of \d+</td><td><pre>.*leaders at least 2', row)
    assert "W-2" in row
    for line in text:
        assert escape(line) in page
    json_of = json.loads(run(folder, *options, "json")[1])
    lcov = run(folder, *options, "lcov")[1].splitlines()
    left = [each for found in json_of[0]["coverage"] for each in found["open"] if each["line"] == asked]
    taken = [line.rpartition(",")[2] for line in lcov if line.startswith(f"BRDA:{asked},")]
    assert taken.count("-") == len(left) > 0
    hit = next(line for line in lcov if line.startswith(f"DA:{asked},"))
    assert hit == f"DA:{asked},{len(taken) - len(left)}"
    assert lcov[-1] == "end_of_record"


def test_a_page_of_coverage_needs_coverage(folder: Path) -> None:
    with pytest.raises(AssertionError, match="--format html needs --coverage"):
        run(folder, "--format", "html")


def test_without_proofs_survivors_are_not_taken_as_equivalent(folder: Path) -> None:
    mended(folder)
    options = ("--policy", folder / "here.yaml", "--mutants", "--no-proofs", "--format", "json")
    code, text = run(folder, *options)
    (found,) = json.loads(text)
    assert code == Exit.DONE
    assert found["unproved"] == "--no-proofs was given"
    fates = {each["fate"] for each in found["mutants"]["mutants"] if "leaders at least" in each["change"]}
    assert fates == {"killed", "survived"}
    assert found["mutants"]["share"] < 1


def test_a_generated_suite_kills_by_itself_all_that_can_be_told_apart(folder: Path) -> None:
    pytest.importorskip("z3")
    mended(folder)
    policy = ("--policy", folder / "here.yaml")
    code, text = run(folder, *policy, "--generate")
    assert code == Exit.DONE
    assert "cases written to" in text
    alone = ("--cases", folder / "generated.yaml", "--mutants", "--coverage", "--fail-under", 100)
    code, text = run(folder, *policy, *alone, "--format", "json")
    (found,) = json.loads(text)
    assert code == Exit.DONE, _left(found)
    assert found["mutants"]["killed"] > 10
    assert found["mutants"]["survived"] == found["mutants"]["undecided"] == 0
    assert [each["share"] for each in found["coverage"]] == [1.0]


def test_suites_of_two_policies_stand_in_one_file_under_names_of_their_own(folder: Path) -> None:
    pytest.importorskip("z3")
    (folder / "there.yaml").write_text(POLICY.replace("policy: here", "policy: there"))
    mended(folder)
    both = ("--policy", folder / "here.yaml", "--policy", folder / "there.yaml")
    assert run(folder, *both, "--generate")[0] == Exit.DONE
    text = (folder / "generated.yaml").read_text()
    assert text.count("(under there)") == text.count("policy: there") > 3


def _left(found: dict[str, Any]) -> list[Any]:
    return [each for each in found["mutants"]["mutants"] if each["fate"] not in ("killed", "equivalent")]


@pytest.mark.parametrize("more", [[], ["--update"], ["--no-proofs"]])
def test_a_file_without_a_case_is_no_success(folder: Path, more: list[str]) -> None:
    (folder / "cases.yaml").write_text(CASES[: CASES.index("cases:")] + "cases: []\n")
    command = ["test", str(folder), "--policy", str(folder / "here.yaml"), *more]
    done = CliRunner().invoke(group, command, standalone_mode=False)
    assert isinstance(done.exception, NotFoundError | RulesetError), done.output

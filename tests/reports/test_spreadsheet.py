"""Findings as CSV: a row each, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

from qa_rules import assess, load_facts, load_ruleset, ruleset_from
from qa_rules.cli import group
from qa_rules.reports import report
from qa_rules.reports.spreadsheet import COLUMNS, MARK
from tests.reports.examples import EVERY, ON, ROOT, example


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(MARK), newline="")))


@pytest.mark.parametrize("name", EVERY)
def test_there_is_a_row_for_each_finding_with_all_that_is_said_of_it(name: str) -> None:
    assessment = example(name)
    text = report(assessment, "csv")
    assert text.startswith(MARK + "subject,on,ruleset,")
    assert text.count("\n") == text.count("\r\n")
    found = {each["requirement"]: each for each in rows(text)}
    assert set(found) == {each.requirement for each in assessment.findings}
    for finding in assessment.findings:
        row = found[finding.requirement]
        assert tuple(row) == COLUMNS
        assert (row["title"], row["reason"], row["fix"]) == (finding.title, finding.reason.text, finding.fix)
        assert row["due"] == ("" if finding.due is None else finding.due.isoformat())
        assert row["subject"] == assessment.subject
        assert row["on"] == "2026-11-22"
        assert row["blocks"] == ("yes" if finding.blocks else "no")
        assert not (finding.blocks and row["severity"] == "advice")  # what is needed first is no advice


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r", "＝"])
def test_nothing_in_a_cell_is_run_as_a_formula(start: str) -> None:
    rules = load_ruleset("ss2q@2017")
    facts = load_facts(ROOT / "examples" / "ss2q" / "compliant.yaml", rules)
    hostile = f'{start}HYPERLINK("http://a.example","b")'
    text = report(assess(rules, attrs.evolve(facts, subject=hostile), on=ON), "csv")
    found = rows(text)
    (subject,) = {each["subject"] for each in found}
    assert "HYPERLINK" in subject
    assert not subject.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert len(found) == 35


def test_a_title_of_a_ruleset_is_no_formula_either() -> None:
    requirement = {"id": "W-1", "title": "=1+1", "says": "S.", "source": {"clause": "1"}, "met_when": "x"}
    asked = {"type": "yes_no", "label": "x", "question": "X?"}
    rules = ruleset_from(
        {
            "format": 1,
            "ruleset": "walks",
            "edition": "1",
            "title": "Walks",
            "source": {"title": "Made up"},
            "caveats": [],
            "decisions": [],
            "facts": {"x": asked},
            "requirements": [requirement],
        }
    )
    assert rows(report(assess(rules, {"x": True}, on=ON), "csv"))[0]["title"] == "'=1+1"


def test_the_command_line_writes_it_byte_for_byte(tmp_path: Path) -> None:
    facts = str(ROOT / "examples" / "ss2q" / "compliant.yaml")
    out = tmp_path / "findings.csv"
    words = ["assess", "ss2q", facts, "--on", "2026-11-22", "--format", "csv"]
    assert CliRunner().invoke(group, [*words, "--output", str(out)]).exit_code == 0
    written = out.read_bytes()
    assert written == report(example("compliant"), "csv").encode("utf-8")
    assert written.startswith(b"\xef\xbb\xbf")
    assert CliRunner().invoke(group, words).stdout_bytes == written


def test_what_a_tier_needs_first_is_not_called_advice_though_the_policy_says_so() -> None:
    found = [row for name in EVERY for row in rows(report(example(name), "csv")) if row["blocks"] == "yes"]
    assert {row["severity"] for row in found} == {"needed first"}

"""Out of scope is out of scope: of a standard that does not apply nothing is met, missing or to do."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from qa_rules import Assessment, assess, load_ruleset
from qa_rules.api.analyse import fixes, next_questions, why
from qa_rules.cli import group
from qa_rules.language.load import facts_from
from qa_rules.model.values import Verdict
from qa_rules.reports import report
from qa_rules.tables import assess_table

ON = datetime.date(2026, 11, 30)
OTHER: dict[str, object] = {
    "programme_is_structured_self_management": "yes",
    "programme_licensor_family": "other",
    "licences": [],
    "coordinator_appointed": "no",
}
"""A programme of another licensor, of which much would be missing if SS2Q were asked of it."""


def ss2q(**changed: object) -> Assessment:
    ruleset = load_ruleset("ss2q")
    return assess(ruleset, facts_from(OTHER | changed, ruleset), on=ON)


def test_of_another_licensor_s_programme_every_verdict_is_that_it_does_not_apply() -> None:
    assessment = ss2q()
    assert assessment.outcome == "not_applicable"
    assert set(assessment.verdicts.values()) == {Verdict.NOT_APPLICABLE}
    assert {each.verdict for each in assessment.groups} == {Verdict.NOT_APPLICABLE}
    assert {(each.fix, each.due, each.missing) for each in assessment.findings} == {("", None, ())}
    assert not any(each.asked for each in assessment.findings)
    reason = assessment.finding("SS2Q-1.1").reason
    assert reason.facts == ("programme_licensor_family",)


def test_while_the_scope_is_unknown_verdicts_are_as_they_are() -> None:
    ruleset = load_ruleset("ss2q")
    known = {name: each for name, each in OTHER.items() if name != "programme_licensor_family"}
    open_ = assess(ruleset, facts_from(known, ruleset), on=ON)
    assert open_.verdicts["SS2Q-1.1"] is not Verdict.NOT_APPLICABLE
    assert open_.verdicts["SS2Q-1.4"] is Verdict.NOT_MET


@pytest.mark.parametrize("form", ["summary", "text", "card", "html"])
def test_a_page_says_that_it_does_not_apply_and_nothing_else(form: str) -> None:
    text = report(ss2q(), form)
    assert "does not apply here" in text.lower()
    for word in ("Not met", "not met", "Not known", "To put right", "Licence for every", "refer"):
        assert word not in text.partition("Please note")[0], word


def test_each_row_of_the_csv_says_that_it_does_not_apply_and_is_not_asked() -> None:
    rows = list(csv.DictReader(io.StringIO(report(ss2q(), "csv").lstrip("\ufeff"), newline="")))
    assert len(rows) == 35
    assert {(each["verdict"], each["asked"], each["fix"]) for each in rows} == {("Does not apply", "no", "")}


def test_each_verdict_in_a_table_says_that_it_does_not_apply() -> None:
    ruleset = load_ruleset("ss2q")
    families = ["other", "stanford_smrc"]
    plain = {
        "programme_is_structured_self_management": ["yes", "yes"],
        "programme_licensor_family": families,
        "coordinator_appointed": ["no", "no"],
    }
    found = assess_table(ruleset, pa.table(plain), on=ON).table
    names = [*ruleset.requirement, *ruleset.group]
    first, second = found.to_pylist()
    assert {first[name] for name in names} == {"not_applicable"}
    assert second["SS2Q-1.4"] == "not_met"


def test_nothing_is_to_be_asked_put_right_or_explained_of_it() -> None:
    assessment = ss2q()
    assert next_questions(assessment).is_done
    assert not fixes(assessment).plans
    tree = "\n".join(why(assessment, "SS2Q-1.1").tree.lines())
    assert tree.startswith("Licence for every kind of programme: does not apply")
    assert "Another licensor" in tree
    assert "not met" not in tree


def test_fix_says_that_there_is_nothing_to_do(tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    lines = "".join(f"  {name}: {each}\n" for name, each in OTHER.items())
    file.write_text(f"format: 1\nfacts:\n{lines}", "utf-8")
    made = CliRunner().invoke(group, ["fix", "ss2q", str(file), "--on", "2026-11-30"])
    assert made.exit_code == 0, made.output
    assert "There is nothing to do" in made.output
    assert "stands in the way" not in made.output

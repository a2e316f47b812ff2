"""A requirement that an explanation alone meets more weakly: told beside met, and counted apart, in every engine."""

from __future__ import annotations

import csv
import datetime
import io
import re
from pathlib import Path
from typing import Any

import pytest

from qa_rules import Ruleset, RulesetError, Verdict, assess, facts_from, policy_from
from qa_rules.engines import ENGINES
from qa_rules.language.assessments import AssessmentDocument
from qa_rules.language.cases import Case, load_cases
from qa_rules.reports import report
from qa_rules.testing.cases import actual, try_case
from qa_rules.testing.generation import generate
from qa_rules.testing.mutants import mutants
from qa_rules.testing.mutation import Bench, Fate, score
from tests.standards.building import standard, yes_no

ON = datetime.date(2026, 11, 22)


def badge(**more: Any) -> Ruleset:
    """A standard with one requirement that should be met, or explained; and two that have to be."""
    should = {"met_when": "analysed", "explained_when": "reason is given", "fix": "Analyse it.", **more}
    facts = {**yes_no("analysed", "tested", "small"), "reason": {"type": "text", "may_be_none": True}}
    requirements: dict[str, Any] = {"B1": {"met_when": "tested"}, "B2": should}
    outcomes = [
        {"id": "withheld", "words": "No", "allows": False, "when": "All is not met"},
        {"id": "awarded", "words": "Yes", "allows": True, "when": "All"},
    ]
    group = {"id": "All", "title": "All", "members": ["B1", "B2"]}
    decision = {"id": "badge", "title": "A badge?", "outcomes": outcomes}
    return standard(facts, requirements, [decision], groups=[group])


CASES: list[tuple[dict[str, Any], Verdict, bool]] = [
    ({"analysed": True}, Verdict.MET, False),
    ({"analysed": True, "reason": "It is done."}, Verdict.MET, False),
    ({"analysed": False, "reason": "No tool reads it."}, Verdict.MET, True),
    ({"reason": "No tool reads it."}, Verdict.MET, True),
    ({"analysed": False, "reason": "none"}, Verdict.NOT_MET, False),
    ({"analysed": False}, Verdict.UNKNOWN, False),
    ({}, Verdict.UNKNOWN, False),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("facts", "verdict", "is_explained"), CASES, ids=str)
def test_an_explanation_meets_it_and_is_told_apart(
    facts: dict[str, Any], verdict: Verdict, is_explained: bool, engine: Any
) -> None:
    if engine == "durable":
        pytest.importorskip("durable_rules_engine", exc_type=ImportError)
    assessment = assess(badge(), facts, on=ON, engine=engine)
    finding = next(each for each in assessment.findings if each.requirement == "B2")
    assert (finding.verdict, finding.explained) == (verdict, is_explained)
    assert [each.explained for each in assessment.groups] == [int(is_explained)]


def test_what_is_done_on_too_little_evidence_is_met_by_the_explanation() -> None:
    seen = {"value": "No tool reads it.", "strength": "seen", "by": "N. Osei", "on": "2026-11-01"}
    policy = {"format": 1, "policy": "p", "for": "standard@1", "title": "P", "strength": "seen"}
    facts = facts_from({"analysed": True, "reason": seen}, badge())
    assert not assess(badge(), facts, on=ON).findings[1].explained
    assert assess(badge(), facts, on=ON, policy=policy_from(policy, badge())).findings[1].explained


def test_reports_and_records_tell_it() -> None:
    assessment = assess(badge(), {"tested": True, "analysed": False, "reason": "No tool reads it."}, on=ON)
    assert assessment.outcome == "awarded"
    text = report(assessment, "text")
    assert "Met by an explanation alone" in text
    assert "1 of these by an explanation alone" in text
    assert "B2: met by an explanation alone" in text
    for short in ("summary", "card"):
        assert "1 requirement is met by an explanation alone." in report(assessment, short)
    rows = list(csv.DictReader(io.StringIO(report(assessment, "csv"))))
    assert [(each["verdict"], each["explained"]) for each in rows] == [("Met", "no"), ("Met", "yes")]
    record = AssessmentDocument.model_validate(assessment.to_dict())
    assert [each.explained for each in record.to_findings()] == [False, True]
    assert [each.explained for each in record.to_groups()] == [1]


def test_tables_tell_it_in_a_column_of_its_own() -> None:
    tables = pytest.importorskip("qa_rules.tables")
    arrow = pytest.importorskip("pyarrow")
    rows = [facts for facts, _, _ in CASES]
    columns = {name: [each.get(name) for each in rows] for name in ("analysed", "reason")}
    made = tables.assess_table(badge(), arrow.table(columns), on=ON)
    assert made.table["B2"].to_pylist() == [verdict.value for _, verdict, _ in CASES]
    assert made.table["B2@explained"].to_pylist() == ["yes" if each else "no" for _, _, each in CASES]
    assert "B1@explained" not in made.table.column_names
    assert made.summary.explained == {"B2": 2}
    assert re.search("met by an explanation alone:\n  B2 +2$", made.summary.text())


def test_a_case_expects_it_apart_from_what_is_done() -> None:
    def tried(word: str, **facts: Any) -> bool:
        case = Case("Somebody", facts_from(facts, badge()), ON, "none", {"B2": word})
        return not try_case(case, badge(), None).mismatches

    assert tried("explained", analysed=False, reason="No tool reads it.")
    assert not tried("met", analysed=False, reason="No tool reads it.")
    assert tried("met", analysed=True, reason="It is done.")
    assert not tried("explained", analysed=True, reason="It is done.")


def test_a_case_of_what_nothing_explains_cannot_expect_it(tmp_path: Path) -> None:
    text = "format: 1\nruleset: standard@1\npolicy: none\non: 2026-11-22\ncases:\n"
    file = tmp_path / "cases.yaml"
    file.write_text(text + "  - {name: a, facts: {}, expect: {B1: explained}, because: so}\n", "utf-8")
    with pytest.raises(RulesetError, match="`B1` cannot come out as `explained`"):
        load_cases(file, badge())


def test_every_slip_that_tells_an_explanation_from_what_is_done_is_caught() -> None:
    """Each leaves the verdict met: only what is told apart shows it."""
    base: dict[str, Any] = {"tested": True}
    facts: dict[str, dict[str, Any]] = {
        "done": {"analysed": True},
        "why": {"analysed": False, "reason": "No tool reads it."},
        "open": {},
    }
    plain = badge()
    cases = []
    for name, more in facts.items():
        given = facts_from(base | more, plain)
        cases.append(Case(name, given, ON, "none", actual(assess(plain, given, on=ON))))
    bench = Bench(plain, {"none": None})
    bench.add(cases)
    judged = score(bench, mutants(plain)).judged
    fates = {each.mutant.change: each.fate for each in judged if each.mutant.at == "B2"}
    assert fates == dict.fromkeys(
        [
            "`analysed` negated",
            "`analysed` became `tested`",
            "`reason is given` negated",
            "`explained_when: reason is given` left out",
            "`explained_when: reason is given` became as good as `met_when`",
        ],
        Fate.KILLED,
    )


def test_a_generated_suite_shows_both_and_the_slip_between_them() -> None:
    pytest.importorskip("z3")
    suite = generate(badge(), None, on=ON, seconds=None)
    words = {made.case.expect.get("B2") for made in suite.cases}
    assert {"met", "explained", "not_met"} <= words
    ways = {each.obligation.way for each in suite.coverage.entries if each.obligation.at == "B2" and each.by}
    assert {"is met by what is done", "is met by an explanation alone"} <= ways


def test_a_hard_stop_is_never_met_by_an_explanation() -> None:
    with pytest.raises(RulesetError, match="no explanation meets"):
        badge(hard_stop=True)

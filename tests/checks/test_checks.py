from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from qa_rules import load_policy, load_ruleset, policy_from, ruleset_from
from qa_rules.checks import CHECKS, Remark, Subject, run
from qa_rules.documents.cases import Case, load_cases
from qa_rules.documents.library import policy_names, ruleset_file, ruleset_ids
from qa_rules.documents.reading import read_text
from qa_rules.errors import RulesetError

PAGES = Path(__file__).parents[2] / "docs" / "checks"
ON = datetime.date(2026, 11, 22)

IN_ORDER = """
format: 1
ruleset: example
edition: "1"
title: Example
source: {title: Example}
caveats: [An example.]
facts:
  plan: {type: yes_no, label: plan, question: "Is there a plan?"}
requirements:
  - {id: R1, title: Plan, says: There is a plan., source: {clause: 1}, met_when: plan, fix: Write one.}
groups:
  - {id: Everything, title: Everything, members: [R1]}
decisions:
  - id: overall
    title: May it start?
    outcomes:
      - {id: stops, words: It may not, allows: no, when: Everything is not met}
      - {id: starts, words: It may, allows: yes, when: Everything}
"""
POLICY = {"format": 1, "policy": "example", "for": "example@1", "title": "Example"}


def remarks(example: str, folder: Path) -> tuple[Remark, ...]:
    """Lay an example over the ruleset that is in order, and check both with its policy and cases."""
    laid = read_text(example, "example.yaml").data
    policy, cases = laid.pop("policy", None), laid.pop("cases", None)
    data: dict[str, Any] = {**read_text(IN_ORDER, "example.yaml").data, **laid}
    ruleset = ruleset_from(data)
    policies = () if policy is None else (policy_from({**POLICY, **policy}, ruleset),)
    found: tuple[Case, ...] | None = None
    if cases is not None:
        file = folder / "cases.json"
        file.write_text(
            json.dumps({"format": 1, "ruleset": ruleset.id, "on": ON.isoformat(), "cases": cases})
        )
        found = load_cases(file, ruleset)
    every = run(Subject(ruleset, policies, found, ON))
    return tuple(each for each in every if cases is not None or each.code != "untested-verdict")


def blocks(code: str) -> tuple[str, str]:
    bad, good = re.findall(r"```yaml\n(.*?)```", (PAGES / f"{code}.md").read_text(), re.DOTALL)
    return bad, good


@pytest.mark.parametrize("code", [check.code for check in CHECKS])
def test_a_check_remarks_on_the_bad_example_of_its_page_and_on_nothing_else(
    code: str, tmp_path: Path
) -> None:
    bad, _ = blocks(code)
    assert {each.code for each in remarks(bad, tmp_path)} == {code}


@pytest.mark.parametrize("code", [check.code for check in CHECKS])
def test_no_check_remarks_on_the_good_example(code: str, tmp_path: Path) -> None:
    _, good = blocks(code)
    assert remarks(good, tmp_path) == ()


def test_every_page_is_of_a_check_and_listed() -> None:
    pages = {page.stem for page in PAGES.glob("*.md")} - {"README"}
    assert pages == {check.code for check in CHECKS}
    listed = (PAGES / "README.md").read_text()
    assert all(f"({code}.md)" in listed for code in pages)


def test_a_remark_is_short_and_says_the_next_step(tmp_path: Path) -> None:
    for check in CHECKS:
        for each in remarks(blocks(check.code)[0], tmp_path):
            assert each.hint
            assert "\n" not in each.message
            assert len(each.message) < 200


def test_an_acceptance_covers_its_remark_until_its_last_day(tmp_path: Path) -> None:
    bad, _ = blocks("wording")
    accepting = bad + "accept:\n  - {check: wording, at: R1, reason: Being written., until: 2026-11-22}\n"
    (remark,) = remarks(accepting, tmp_path)
    assert remark.accepted is not None
    expired = accepting.replace("2026-11-22", "2026-11-21")
    assert {(each.code, each.accepted) for each in remarks(expired, tmp_path)} == {
        ("wording", None),
        ("expired-acceptance", None),
    }


def test_a_ruleset_without_cases_is_remarked_on() -> None:
    ruleset = ruleset_from(read_text(IN_ORDER, "example.yaml").data)
    assert [each.code for each in run(Subject(ruleset))] == ["untested-verdict"]


@pytest.mark.parametrize("name", ruleset_ids())
def test_the_shipped_rulesets_draw_no_remark(name: str) -> None:
    ruleset = load_ruleset(name)
    cases = load_cases(ruleset_file(name).parent / "cases.yaml", ruleset)
    policies = []
    for policy in policy_names():
        try:
            policies.append(load_policy(policy, ruleset))
        except RulesetError:
            continue
    assert run(Subject(ruleset, tuple(policies), cases, ON)) == ()

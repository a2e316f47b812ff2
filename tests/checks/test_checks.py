from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from qa_rules import load_policy, load_ruleset, policy_from, ruleset_from
from qa_rules.checks import CHECKS, Remark, Subject, run
from qa_rules.errors import RulesetError
from qa_rules.language.cases import Case, load_cases
from qa_rules.language.library import policy_names, ruleset_file, ruleset_ids, shipped_policy_file
from qa_rules.language.reading import read_text

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


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("risk at most high", "`at most high` always holds"),
        ("risk at least low", "`at least low` always holds"),
        ("risk more than high", "`more than high` never holds"),
        ("risk less than low", "`less than low` never holds"),
        ("risk at least medium", None),
        ("risk less than high", None),
    ],
)
def test_an_ordered_choice_has_ends_like_a_number(test: str, words: str | None, tmp_path: Path) -> None:
    _, good = blocks("outside-bounds")
    options = "ordered: yes, options: {low: Low, medium: Medium, high: High}"
    risk = f'  risk: {{type: choice, label: risk, question: "How risky is it?", {options}}}\nrequirements:'
    found = remarks(
        good.replace("requirements:", risk).replace("share at least 80", f"share at least 80, {test}"),
        tmp_path,
    )
    assert [each.code for each in found] == (["outside-bounds"] if words else [])
    assert all(words is not None and words in each.message for each in found)


REQUIREMENTS = """
facts:
  plan: {type: yes_no, label: plan, question: "Is there a plan?", about: provider}
  read: {type: yes_no, label: reader, question: "Did somebody read the plan?", about: provider}
requirements:
  - {id: R1, title: Plan, says: There is a plan., source: {clause: 1}, met_when: plan, fix: Write one.}
  - {id: R2, title: Reader, says: Somebody read it., source: {clause: 2}, met_when: read, fix: Read it.}
"""
PLAN, REST = "  - {id: Plan, title: Plan, members: [R1]}\n", "  - {id: Rest, title: Rest, members: [R2]}\n"
BOTH = "  - {id: Everything, title: Everything, members: [R1, R2]}\n"
STOP = "{id: stops, words: It may not, allows: no, when: %s}"
START = "{id: starts, words: It may, allows: yes, when: %s}"


def groups(*written: str) -> str:
    return REQUIREMENTS + "groups:\n" + "".join(written)


def decision(*outcomes: str, **more: str) -> str:
    written = "".join(f"    {key}: {value}\n" for key, value in more.items())
    lines = "".join(f"      - {each}\n" for each in outcomes)
    return f"decisions:\n  - id: overall\n    title: May it start?\n{written}    outcomes:\n{lines}"


THIRD = """\
  - {id: R3, title: Third, says: A third., source: {clause: 3}, met_when: plan, fix: Write one.}
groups:"""
FIXED = groups(BOTH).replace("met_when", "severity: required, met_when")
ROUTES = """
routes:
  - {id: form, title: Form, says: By a form., used_when: plan}
"""
IN_ORDER_TOO = {
    "every member is required": FIXED
    + decision(STOP % "'Everything:required is not met'", START % "Everything"),
    "a hard stop is required": FIXED.replace("severity: required", "hard_stop: yes")
    + decision(STOP % "'Everything:required is not met'", START % "Everything"),
    "a heading over what counts elsewhere": groups(BOTH, PLAN),
    "a group within a group": groups(PLAN, REST, BOTH.replace("R1, R2", "Plan, Rest"))
    + decision(STOP % "Everything is not met", START % "Everything"),
    "a group that tiers may ask for": groups(BOTH.replace(", R2", ""), REST) + ROUTES,
    "a lock that no decision asks for": groups(BOTH.replace(", R2", "")) + "locks:\n" + REST,
    "no decision": groups(PLAN, REST) + "decisions: []\n",
    "a decision that only allows": decision(
        START % "Everything is not met", START.replace("starts", "ok") % "R1"
    ),
    "a label twice, of two subjects": groups(BOTH)
    .replace("reader, ", "plan, ")
    .replace('plan?", about: provider', 'plan?", about: person', 1),
}
"""What was taken for a slip, and is none."""
MISTAKEN = {
    "required, where one member may be advice": (
        FIXED.replace("severity: required, ", "", 1)
        + decision(STOP % "'Everything:required is not met'", START % "Everything"),
        ["outcome-gap"],
        ["Everything"],
    ),
    "a group that no decision reads": (
        groups(PLAN, REST) + decision(STOP % "Plan is not met", START % "Plan"),
        ["ungrouped-requirement"],
        ["Rest", "R2"],
    ),
    "what only a group of no use builds on": (
        groups(PLAN, REST)
        .replace("met_when: read", "met_when: {all_of: [read, R3]}")
        .replace("groups:", THIRD)
        + decision(STOP % "Plan is not met", START % "Plan"),
        ["ungrouped-requirement"],
        ["Rest", "R2"],
    ),
    "allows exchanged": (
        decision(
            STOP.replace("no", "yes") % "Everything is not met", START.replace("yes", "no") % "Everything"
        ),
        ["outcome-order"],
        ["stops", "starts"],
    ),
    "an allowing outcome above a forbidding one": (
        decision(START % "R1", STOP % "Everything is not met"),
        ["outcome-order"],
        ["starts", "stops"],
    ),
    "nobody is ever allowed": (
        decision(STOP % "Everything is not met", START.replace("yes", "no") % "Everything"),
        ["outcome-order"],
        ["overall", "stops", "starts"],
    ),
    "two facts with one label": (
        groups(BOTH).replace("label: reader", "label: plan"),
        ["same-words"],
        ["plan", "read"],
    ),
    "two requirements with one title": (
        groups(BOTH).replace("title: Reader", "title: Plan"),
        ["same-words"],
        ["R1", "R2"],
    ),
    "an acceptance of nothing": (
        "accept:\n  - {check: wording, at: R1, reason: The publisher is writing it.}\n",
        ["idle-acceptance"],
        ["wording", "R1"],
    ),
}
"""The example, the codes of its remarks, and what their words have to name."""


@pytest.mark.parametrize("example", IN_ORDER_TOO.values(), ids=IN_ORDER_TOO)
def test_no_check_remarks_on_what_is_in_order(example: str, tmp_path: Path) -> None:
    assert remarks(example, tmp_path) == ()


@pytest.mark.parametrize(("example", "codes", "named"), MISTAKEN.values(), ids=MISTAKEN)
def test_a_slip_is_remarked_on_once_at_its_place(
    example: str, codes: list[str], named: list[str], tmp_path: Path
) -> None:
    found = remarks(example, tmp_path)
    assert [each.code for each in found] == codes
    for each in found:
        assert all(name in each.message for name in named), each.message


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


def test_what_a_ruleset_accepts_of_its_policies_is_judged_with_one_at_hand(tmp_path: Path) -> None:
    _, good = blocks("policy-gap")
    accepting = good + "accept:\n  - {check: outcome-gap, at: overall, reason: Known.}\n"
    assert {each.code for each in remarks(accepting, tmp_path)} == {"idle-acceptance"}
    alone = accepting.replace("policy:\n  settings: {limit: 30}\n", "")
    assert remarks(alone, tmp_path) == ()


def test_what_a_policy_accepts_is_judged_as_well(tmp_path: Path) -> None:
    _, good = blocks("policy-gap")
    accepting = "  accept:\n    - {check: policy-gap, at: example.limit, reason: Known.}\n"
    assert {each.code for each in remarks(good + accepting, tmp_path)} == {"idle-acceptance"}
    silent = good.replace("{limit: 30}", "{}") + accepting
    (remark,) = remarks(silent, tmp_path)
    assert (remark.code, remark.accepted is None) == ("policy-gap", False)


@pytest.mark.parametrize(
    ("last", "codes"),
    [
        ("person_condition_complexity at most medium", []),
        ("{any_of: [{not: person_acute_risk}, activity_harm_potential at least medium]}", []),
        ("person_condition_complexity is low", ["policy-gap"]),
        ("{not: person_needs_statutory_or_clinical}", ["policy-gap"]),
    ],
)
def test_a_table_of_which_the_last_row_has_a_test_leaves_somebody_out_or_nobody(
    last: str, codes: list[str]
) -> None:
    ruleset = load_ruleset("social-prescribing")
    data = read_text(shipped_policy_file("illustrative-two-tiers").read_text("utf-8"), "here.yaml").data
    high = [
        "person_acute_risk",
        "person_condition_complexity is high",
        *(f"activity_{each} at least medium" for each in ("intervention_complexity", "harm_potential")),
    ]
    data["required_tier"] = [
        {"tier": data["tiers"][-1]["id"], "when": {"any_of": high}},
        {"tier": data["tiers"][0]["id"], "when": read_text(last, "here.yaml").data},
    ]
    policy = policy_from(data, ruleset)
    found = [each for each in run(Subject(ruleset, (policy,), (), ON)) if each.code == "policy-gap"]
    assert [each.code for each in found] == codes


def test_a_ruleset_without_cases_is_remarked_on() -> None:
    ruleset = ruleset_from(read_text(IN_ORDER, "example.yaml").data)
    assert [each.code for each in run(Subject(ruleset))] == ["untested-verdict"]


@pytest.mark.parametrize("name", ruleset_ids())
def test_the_shipped_rulesets_draw_no_remark_that_is_not_accepted(name: str) -> None:
    ruleset = load_ruleset(name)
    cases = load_cases(ruleset_file(name).parent / "cases.yaml", ruleset)
    policies = []
    for policy in policy_names():
        try:
            policies.append(load_policy(policy, ruleset))
        except RulesetError:
            continue
    every = run(Subject(ruleset, tuple(policies), cases, ON))
    assert [each for each in every if each.accepted is None] == []

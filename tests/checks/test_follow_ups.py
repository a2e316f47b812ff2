"""Which follow-ups of a conversation are held to be never asked, and where remarks on them stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules import load_ruleset
from qa_rules.checks import Subject, run

RULESET = """
format: 1
ruleset: example
edition: "1"
title: Example
source: {title: Example}
caveats: [An example.]
facts:
  plan: {type: yes_no, label: plan, question: "Is there a plan?"}
  walkers: {type: integer, label: walkers, question: "How many?", least: 0, most: 20}
  fee: {type: decimal, label: fee, question: "How much?", may_be_none: yes}
  pace: {type: choice, ordered: yes, options: {slow: Slow, steady: Steady, brisk: Brisk}, label: pace, question: "How?"}
  scheme: {type: code, label: scheme, question: "Which?"}
  day: {type: date, label: day, question: "When?"}
  ground: {type: choices, options: {road: Road, hill: Hill}, label: ground, question: "On what?"}
requirements:
  - {id: R1, title: Plan, says: There is a plan., source: {clause: 1}, met_when: plan, fix: Write one.}
conversation:
  - id: Q1
    ask: Tell me.
    fills: [plan]
    follow_up:
      - when: TEST
        ask: And then?
        fills: [plan]
decisions: []
"""


def remarks(test: str, tmp_path: Path) -> list[tuple[str, int | None]]:
    file = tmp_path / "ruleset.yaml"
    file.write_text(RULESET.lstrip().replace("TEST", test), "utf-8")
    found = run(Subject(load_ruleset(file)))
    codes = ("wording", "silent-follow-up")
    return [
        (each.code, None if each.place is None else each.place.line) for each in found if each.code in codes
    ]


@pytest.mark.parametrize(
    "test",
    [
        "{all_of: [walkers at most 5, walkers at least 10]}",
        "{all_of: [walkers more than 5, walkers less than 6]}",
        "walkers more than 20",
        "{all_of: [fee more than 5, fee at most 5]}",
        "{all_of: [pace is slow, pace at least steady]}",
        "{all_of: [plan, {not: plan}]}",
        "{not: {any_of: [plan, plan is no]}}",
        "{all_of: [scheme is 'A', scheme is 'B']}",
        "{all_of: [day before 2026-01-01, day after 2025-12-31]}",
        "{at_least: {count: 2, of: [pace is slow, pace is steady, pace is brisk]}}",
    ],
)
def test_a_follow_up_that_no_answers_call_for_is_remarked_on_where_it_asks(test: str, tmp_path: Path) -> None:
    assert remarks(test, tmp_path) == [("wording", 19), ("silent-follow-up", 23)]


@pytest.mark.parametrize(
    "test",
    [
        "{all_of: [walkers more than 5, walkers less than 7]}",
        "{all_of: [fee more than 5, fee less than 6]}",
        "fee is not given",
        "{all_of: [fee is given, fee less than 0]}",
        "{all_of: [scheme is not 'A', scheme is not 'B']}",
        "{all_of: [day before 2026-01-02, day after 2025-12-31]}",
        "{all_of: [day before on, day after on]}",  # not judged
        "{all_of: [ground includes road, ground is empty]}",  # not judged
    ],
)
def test_any_other_is_left_alone(test: str, tmp_path: Path) -> None:
    assert remarks(test, tmp_path) == [("wording", 19)]

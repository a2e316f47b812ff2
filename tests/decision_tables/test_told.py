"""What is said of tables: the row that decided, the hole that was hit, the grid, and slips in cells."""

from __future__ import annotations

import datetime
from typing import Any

from qa_rules import assess
from qa_rules.api.verify import verify
from qa_rules.checks import Subject, run
from qa_rules.proofs.claims import Status
from qa_rules.reports.showing import show_ruleset
from qa_rules.testing.mutants import mutants
from tests.decision_tables.lending import BEFORE, lending

ON = datetime.date(2026, 11, 30)
LENDING = lending()
AT_THE_HOLE: dict[str, Any] = {"age": 26, "married": True, "work": "employed", "customer": False}


def test_a_reason_names_the_row_that_decided() -> None:
    found = assess(LENDING, {**AT_THE_HOLE, "age": 25}, on=ON)
    said = found.finding("Before-low").reason
    assert said.text == "Risk before: low, by row 3 of “Risk before the credit score”."
    assert set(said.facts) == {"age", "customer", "married", "work"}


def test_a_hole_is_named_as_what_keeps_it_open() -> None:
    found = assess(LENDING, AT_THE_HOLE, on=ON)
    said = found.finding("Before-low").reason
    assert said.code == "table_gap"
    assert "has no row for customer: no; points: 130" in said.text


def test_what_is_not_known_is_named_where_it_can_change_what_a_table_gives() -> None:
    found = assess(LENDING, {"age": 26, "work": "employed", "customer": True}, on=ON)
    assert "married: not known" in found.finding("Before-low").reason.text.lower()


def test_check_and_verify_find_the_hole_at_exactly_130_points() -> None:
    (hole,) = (each for each in run(Subject(LENDING)) if each.code == "table-hole")
    assert hole.message == "`before_table` has no row for customer: no; points: 130"
    (refuted,) = verify(LENDING, on=ON, questions=["table-decides"], seconds=None).proofs
    assert refuted.status is Status.REFUTED
    assert refuted.witness is not None
    facts = {name: each.value for name, each in refuted.witness.facts.values.items()}
    assert assess(LENDING, facts, on=ON).finding("Before-low").reason.code == "table_gap"


def test_a_hole_that_nobody_reaches_is_not_told() -> None:
    never = {**BEFORE, "rows": [*BEFORE["rows"][:3], ["no", "at least 130", "very_low"], *BEFORE["rows"][4:]]}
    # No sum of points is below 72.
    never["rows"][4] = ["yes", "at least 72 and less than 80", "decline"]
    ruleset = lending(before_table=never)
    assert not [each for each in run(Subject(ruleset)) if each.code == "table-hole"]
    proofs = verify(ruleset, on=ON, questions=["table-decides"], seconds=None).proofs
    assert all(each.status is Status.PROVED for each in proofs)


def test_the_grid_marks_holes_and_rows_by_number() -> None:
    told = show_ruleset(LENDING)
    assert "  3  no        at least 120 and less than 130  low\n" in told
    assert "  Hole: customer: no; points: 130\n" in told


def test_each_kind_of_slip_in_a_table_is_a_mutant() -> None:
    said = [each.change for each in mutants(LENDING) if each.at == "before_table"]
    assert any("130" in each for each in said)
    assert "`first_risk` in row 1 became `medium`" in said
    said = [each.change for each in mutants(LENDING) if each.at == "routing_table"]
    assert "`affordable` in row 1 became yes" in said

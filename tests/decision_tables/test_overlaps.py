"""Rows that clash are a fault of the file that makes them: told with the region, before anybody is assessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qa_rules import RulesetError, load_ruleset, ruleset_from
from qa_rules.checks import Subject, run
from qa_rules.language.policies import policy_from
from qa_rules.model.rulesets import Ruleset

AGE = {"type": "integer", "label": "age", "question": "How old?", "least": 0, "most": 120}
CLASHING = [["at most 18", "any", 2], ["at least 18", "yes", 5], ["more than 18", "no", 5]]


def fees(rows: list[list[Any]], inputs: Any = ("age", "member"), **changed: Any) -> dict[str, Any]:
    """A ruleset with one table."""
    table = {
        "id": "fee_table",
        "title": "Fees",
        "inputs": list(inputs),
        "outputs": {"fee": {"type": "integer", "label": "fee"}},
        "hit_policy": "unique",
        "rows": rows,
    }
    return {
        "format": 1,
        "ruleset": "fees",
        "edition": "1",
        "title": "Fees",
        "source": {"title": "A source"},
        "caveats": [],
        "parameters": {"grown_up": {"type": "integer", "question": "From which age on?"}},
        "facts": {"age": AGE, "member": {"type": "yes_no", "label": "member", "question": "A member?"}},
        "tables": [{**table, **changed}],
        "requirements": [
            {
                "id": "R1",
                "title": "Cheap",
                "says": "It is.",
                "source": {"clause": 1},
                "met_when": "fee at most 5",
            }
        ],
        "decisions": [],
    }


def clash(data: dict[str, Any]) -> str:
    """The only fault of a ruleset."""
    with pytest.raises(RulesetError) as fault:
        ruleset_from(data)
    (found,) = fault.value.diagnostics
    assert found.code == "table-overlap"
    assert found.path == ("tables", 0, "rows", 1)
    return found.message


def test_rows_that_give_different_values_for_somebody_cannot_be_read() -> None:
    said = clash(fees(CLASHING))
    assert said.startswith(
        "rows 1 and 2 of `fee_table` both match age: 18; member: yes, and give different values"
    )


def test_the_second_row_is_named_by_its_line_where_rows_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    lines = ["age,member,fee", *(",".join(map(str, row)) for row in CLASHING)]
    (tmp_path / "fees.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "ruleset.yaml").write_text(
        """format: 1
ruleset: fees
edition: "1"
title: Fees
source: {title: A source}
caveats: []
facts:
  age: {type: integer, label: age, question: "How old?", least: 0, most: 120}
  member: {type: yes_no, label: member, question: "A member?"}
tables:
  - id: fee_table
    title: Fees
    inputs: [age, member]
    outputs: {fee: {type: integer, label: fee}}
    hit_policy: unique
    csv: fees.csv
requirements:
  - {id: R1, title: Cheap, says: It is., source: {clause: 1}, met_when: fee at most 5}
decisions: []
""",
        encoding="utf-8",
    )
    with pytest.raises(RulesetError) as fault:
        load_ruleset(tmp_path)
    assert "fees.csv:3:1" in str(fault.value)


def test_rows_that_give_the_same_are_told_by_check() -> None:
    ruleset = ruleset_from(fees([["at most 18", "any", 5], *CLASHING[1:]]))
    (told,) = (each for each in run(Subject(ruleset)) if each.code == "table-overlap")
    assert "rows 1 and 2" in told.message


def test_rows_that_nobody_meets_together_are_no_fault() -> None:
    inputs = ["age", {"name": "grown_up", "test": "age at least 18"}]
    apart = ruleset_from(fees([["less than 18", "any", 2], ["any", "yes", 5]], inputs))
    assert not [each for each in run(Subject(apart)) if each.code == "table-overlap"]


def test_the_first_row_decides_where_the_file_says_so() -> None:
    assert ruleset_from(fees(CLASHING, hit_policy="first")).tables


def test_the_first_and_the_last_day_that_there_are_may_stand_in_a_cell() -> None:
    data = fees([["before 0001-01-02", 1], ["after 9999-12-30", 2]], ("day",))
    data["facts"]["day"] = {"type": "date", "label": "day", "question": "When?"}
    data["tables"][0]["rows"] += [["0001-01-01", 1], ["9999-12-31", 2]]
    assert len(ruleset_from(data).tables[0].rows) == 4


def under_policy(ruleset: Ruleset, age: int) -> None:
    data = {"format": 1, "policy": "ours", "for": "fees@1", "title": "Ours", "settings": {"grown_up": age}}
    policy_from(data, ruleset)


def test_settings_that_let_rows_clash_are_a_fault_of_the_policy_that_makes_them() -> None:
    rows = [["less than 18", "any", 2], ["at least policy.grown_up", "any", 5]]
    ruleset = ruleset_from(fees(rows))
    under_policy(ruleset, 18)
    with pytest.raises(RulesetError) as fault:
        under_policy(ruleset, 16)
    (found,) = fault.value.diagnostics
    assert "both match age: at least 16 and at most 17, and give different values" in found.message

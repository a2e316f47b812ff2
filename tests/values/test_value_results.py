"""What values and outputs of tables come to stands in assessments, in their records and in the schema of records."""

from __future__ import annotations

import copy
import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qa_rules import (
    Assessment,
    RecordError,
    ReplayError,
    ValueResult,
    assess,
    load_ruleset,
    policy_from,
    replay,
)
from qa_rules.language.assessments import AssessmentDocument

ON = datetime.date(2026, 11, 22)
EXAMPLES = Path(__file__).parents[2] / "examples"
FOOD, LENDING = (load_ruleset(EXAMPLES / name) for name in ("food-hygiene", "lending"))
HALF = {"hygiene": 10, "structure": 5}


def value(made: Assessment, name: str) -> ValueResult:
    (found,) = (each for each in made.values if each.value == name)
    return found


def test_a_number_is_told_as_the_interval_in_which_it_lies() -> None:
    half, whole = (assess(FOOD, given, on=ON) for given in (HALF, {**HALF, "confidence": 0}))
    assert (value(half, "total").least, value(half, "total").most) == (Decimal(15), Decimal(45))
    assert not value(half, "total").is_known
    assert (value(whole, "total").least, value(whole, "total").most) == (Decimal(15), Decimal(15))
    assert value(whole, "total").is_known
    assert value(half, "five").possible == ("no",)
    assert value(half, "at_least_one").possible == ("yes", "no")


def test_it_counts_only_facts_that_are_as_strong_as_the_policy_asks() -> None:
    strict = policy_from(
        {"format": 1, "policy": "p", "for": "food-hygiene@2023", "title": "P", "strength": "verified"}, FOOD
    )
    facts: dict[str, Any] = {
        "hygiene": {"value": 10, "strength": "verified"},
        "structure": 20,
        "confidence": 21,
    }
    made = assess(FOOD, facts, on=ON, policy=strict)
    assert (value(made, "total").least, value(made, "total").most) == (Decimal(10), Decimal(65))
    # A shortfall that is admitted counts at any strength, as it does in a verdict.
    assert value(made, "at_least_one").possible == ("no",)


def test_a_table_that_may_have_no_row_is_not_sure_to_give_a_value() -> None:
    sure = {"age": 30, "married": True, "work": "employed", "customer": False}
    hole = {"age": 26, "married": True, "work": "employed", "customer": False}
    assert (value(assess(LENDING, hole, on=ON), "points").least) == 130
    assert [value(assess(LENDING, each, on=ON), "risk").is_value for each in (sure, hole, {})] == [False] * 3
    older = assess(LENDING, {**sure, "age": 60}, on=ON)
    assert (value(older, "risk").possible, value(older, "risk").is_known) == (("very_low",), True)
    anybody = value(assess(LENDING, {}, on=ON), "risk")
    assert anybody.possible == ("decline", "high", "medium", "low", "very_low")


def test_values_stand_in_the_record_and_replay_compares_them() -> None:
    made = assess(FOOD, HALF, on=ON)
    record = json.loads(json.dumps(made.to_dict()))
    assert record["values"][0] == {
        "value": "total",
        "label": "points",
        "type": "decimal",
        "unit": "points",
        "least": "15",
        "most": "45",
        "possible": [],
        "is_value": True,
    }
    read = Assessment.from_dict(record)
    assert read.values == made.values
    assert read == made == replay(record, FOOD)
    changed = copy.deepcopy(record)
    changed["values"][0]["most"] = "15"
    with pytest.raises(ReplayError) as fault:
        replay(changed, FOOD)
    assert fault.value.what == "values"
    changed["values"].append(changed["values"][0])
    del changed["decided_by"]["digest"]
    with pytest.raises(RecordError, match="the value `total` stands there twice"):
        Assessment.from_dict(changed)


def test_a_compact_record_and_a_ruleset_without_values_have_none() -> None:
    assert "values" not in assess(FOOD, HALF, on=ON).to_dict(compact=True)
    ss2q = load_ruleset("ss2q")
    assert "values" not in assess(ss2q, {}, on=ON).to_dict()
    assert assess(ss2q, {}, on=ON).values == ()


def test_the_schema_of_records_names_values() -> None:
    schema = AssessmentDocument.model_json_schema()
    assert set(schema["$defs"]["ValueDocument"]["required"]) == {
        "value", "label", "type", "unit", "least", "most", "possible", "is_value"
    }  # fmt: skip

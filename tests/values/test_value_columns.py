"""Columns of values in whole tables: row by row what an assessment of the row says."""

from __future__ import annotations

import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given

from qa_rules import assess, facts_from, load_ruleset, policy_from
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.tables import assess_table, table_of
from tests.strategies.facts import crowds
from tests.values.test_table_numbers import CLUB, every_answer
from tests.values.test_totals import RULES, every_list, facts_of

ON = datetime.date(2026, 11, 22)
EXAMPLES = Path(__file__).parents[2] / "examples"
FOOD, LENDING = (load_ruleset(EXAMPLES / name) for name in ("food-hygiene", "lending"))
STRICT = policy_from(
    {"format": 1, "policy": "p", "for": "food-hygiene@2023", "title": "P", "strength": "seen"}, FOOD
)


def rounded(number: Decimal | None, rounding: str) -> Decimal | None:
    exact = Context(prec=60, rounding=rounding)
    return None if number is None else number.quantize(Decimal("0.000001"), context=exact)


def agree(ruleset: Ruleset, subjects: list[Facts], policy: Policy | None = None) -> pa.Table:
    """Hold the columns of a table against assessments of its rows."""
    made = assess_table(ruleset, table_of(ruleset, subjects), on=ON, policy=policy, outputs=["values"]).table
    rows = made.to_pylist()
    for row, facts in zip(rows, subjects, strict=True):
        for each in assess(ruleset, facts, on=ON, policy=policy).values:
            name = f"value.{each.value}"
            if each.type in ("integer", "decimal"):
                found = row[f"{name}.least"], row[f"{name}.most"]
                assert found == (rounded(each.least, ROUND_FLOOR), rounded(each.most, ROUND_CEILING)), name
            else:
                assert row[name] == (each.possible[0] if each.is_known else None), name
    return made


def test_scores_stand_in_columns_of_whole_numbers() -> None:
    known: list[dict[str, Any]] = [
        {},
        {"hygiene": 10, "structure": 5},
        {"hygiene": 5, "structure": 5, "confidence": 20},
    ]
    made = agree(FOOD, [facts_from(each, FOOD) for each in known])
    assert made.schema.field("value.total.least").type == pa.int64()
    assert made.column("value.total.most").to_pylist() == [80, 45, 30]
    assert made.column("value.five").to_pylist() == [None, "no", "no"]


def test_facts_count_as_strong_as_the_policy_asks() -> None:
    known = {"hygiene": {"value": 10, "strength": "seen"}, "structure": 5}
    made = agree(FOOD, [facts_from(known, FOOD)], STRICT)
    assert made.column("value.total.least").to_pylist() == [10]


@pytest.mark.parametrize("ruleset", [LENDING, CLUB], ids=["lending", "club"])
def test_what_tables_give_stands_in_columns(ruleset: Ruleset) -> None:
    known: list[Any] = (
        list(every_answer()) if ruleset is CLUB else [{}, {"age": 30}, {"age": 60, "married": True}]
    )
    agree(ruleset, [facts_from(each, ruleset) for each in known])


def test_sums_over_records_stand_in_columns_with_no_end_where_a_list_is_open() -> None:
    subjects = [facts_of(None, *each) for each in every_list()]
    made = agree(RULES, subjects)
    assert 5 < made.column("value.income.most").null_count < len(subjects) - 5
    assert made.schema.field("value.gifts.least").type == pa.decimal128(38, 6)


@given(crowd=crowds(RULES.vocabulary))
def test_columns_agree_with_assessments_of_anybody(crowd: list[Facts]) -> None:
    agree(RULES, crowd[:3])

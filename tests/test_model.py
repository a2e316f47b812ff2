"""What the nouns of the model say of themselves."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import ArgumentError, facts_from, load_ruleset
from qa_rules.language.load import calendar_for
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import (
    Compare,
    Expr,
    Fact,
    Field,
    Literal,
    On,
    Op,
    Within,
    is_test,
)
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import Unit
from qa_rules.program.bind import close

SS2Q = load_ruleset("ss2q@2017")
SAYS = {
    Op.IS: lambda left, right: left == right,
    Op.AT_LEAST: lambda left, right: left >= right,
    Op.AT_MOST: lambda left, right: left <= right,
    Op.MORE: lambda left, right: left > right,
    Op.LESS: lambda left, right: left < right,
}
NUMBERS = st.integers(-3, 3)
DAY = Literal(datetime.date(2026, 1, 1))


@given(st.sampled_from(list(Op)), NUMBERS, NUMBERS)
def test_a_mirrored_comparison_says_the_same_of_the_two_sides_exchanged(
    op: Op, left: int, right: int
) -> None:
    assert SAYS[op](left, right) == SAYS[op.mirrored](right, left)


@pytest.mark.parametrize(
    ("expr", "looks_at_facts"),
    [
        (Within(On(), DAY, Literal(12), Unit.MONTHS), False),
        (Within(Fact("checked"), DAY, Literal(12), Unit.MONTHS), True),
        (Compare(Literal(Decimal(1)), Op.LESS, Literal(Decimal(2))), False),
        (Compare(Fact("number"), Op.LESS, Literal(Decimal(2))), True),
    ],
)
def test_what_looks_at_settings_alone_is_no_test(expr: Expr, looks_at_facts: bool) -> None:
    assert is_test(expr) is looks_at_facts


def test_a_vocabulary_knows_the_declarations_of_facts_and_fields_and_of_nothing_else() -> None:
    vocabulary = SS2Q.vocabulary
    fact = next(iter(vocabulary.scalars))
    collection, declared = next(iter(vocabulary.collections.items()))
    field = next(iter(declared.fields))
    assert vocabulary.declaration(Fact(fact)) is vocabulary.scalars[fact]
    assert vocabulary.declaration(Field(collection, field)) is declared.fields[field]
    assert vocabulary.declaration(Fact("nobody_knows")) is None
    assert vocabulary.declaration(Field(collection, "nobody_knows")) is None
    assert vocabulary.declaration(Field("nobody_knows", field)) is None
    assert vocabulary.declaration(Literal(True)) is None


def test_facts_tell_the_evidence_of_values_lists_and_fields() -> None:
    facts = facts_from(
        {
            "programme_is_structured_self_management": {"value": True, "source": "one"},
            "tutors": {
                "records": [{"paid": {"value": True, "source": "three"}}],
                "evidence": {"source": "two"},
            },
        },
        SS2Q,
    )
    assert [each.source for each in facts.evidence()] == ["one", "two", "three"]


def test_a_calendar_is_looked_up_only_where_working_days_are_counted() -> None:
    mine = Calendar("mine", "1", datetime.date(2026, 1, 1), datetime.date(2027, 1, 1), frozenset())
    counting, other = close(load_ruleset("social-prescribing@3.5")), close(load_ruleset("smrc-licence@2018"))
    assert counting.counts_working_days
    assert not other.counts_working_days
    assert calendar_for(mine, other) is mine
    assert calendar_for(None, other) is None
    found = calendar_for(None, other, counting)
    assert found is not None
    assert found is not mine


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": datetime.date(2027, 1, 2)},
        {"first": datetime.datetime(2026, 1, 1)},
        {"last": "2027-01-01"},
        {"name": None},
        {"holidays": None},
        {"holidays": "2026-05-04"},
        {"holidays": [datetime.datetime(2026, 5, 4)]},
        {"holidays": ["2026-05-04"]},
    ],
    ids=str,
)
def test_a_calendar_that_cannot_be_is_refused_when_it_is_made(wrong: dict[str, Any]) -> None:
    sound: dict[str, Any] = {
        "name": "mine",
        "version": "1",
        "first": datetime.date(2026, 1, 1),
        "last": datetime.date(2027, 1, 1),
    }
    with pytest.raises(ArgumentError, match=next(iter(wrong)) if "first" not in wrong else "first|last"):
        Calendar(**(sound | {"holidays": frozenset()} | wrong))


@pytest.mark.parametrize("of", [list, tuple, set, iter])
def test_the_holidays_of_a_calendar_may_be_any_collection_of_days(of: Callable[..., Any]) -> None:
    days = [datetime.date(2026, 5, 4), datetime.date(2026, 5, 5)]
    made = Calendar("mine", "1", datetime.date(2026, 1, 1), datetime.date(2026, 12, 31), of(days))
    assert made == Calendar(
        "mine", "1", datetime.date(2026, 1, 1), datetime.date(2026, 12, 31), frozenset(days)
    )
    assert hash(made) == hash(Calendar("mine", "1", made.first, made.last, made.holidays))


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("insurance policy", "an insurance policy"),
        ("venue", "a venue"),
        ("unit", "a unit"),
        ("hour", "an hour"),
        ("", "a record"),
    ],
)
def test_a_record_has_the_article_with_which_it_is_spoken(word: str, said: str) -> None:
    assert FactDeclaration("things", FactType.COLLECTION, "things", "", record=word).a_record == said

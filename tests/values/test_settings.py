"""Numbers with settings in them, with records, and inside the tests of records."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from qa_rules import assess, policy_from, ruleset_from
from qa_rules.engines import ENGINES, EngineName
from qa_rules.model.values import Verdict

ON = datetime.date(2026, 11, 30)


def ruleset(met_when: Any, values: dict[str, Any]) -> Any:
    number = {"type": "integer", "question": "How many?", "least": 0}
    clause = {"id": "A", "title": "a", "says": "a.", "source": {"c": 1}, "met_when": met_when}
    outcome = {"id": "go", "words": "Go", "allows": True, "when": {"all_of": ["A"]}}
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "settings",
            "edition": "1",
            "title": "Settings",
            "source": {"t": "s"},
            "caveats": [],
            "facts": {
                "a": {**number, "label": "a"},
                "b": {**number, "label": "b"},
                "insured": {"type": "yes_no", "label": "insured", "question": "Is it?"},
                "visits": {
                    "type": "collection",
                    "label": "visits",
                    "question": "Which?",
                    "fields": {
                        "cost": {**number, "label": "cost"},
                        "done": {"type": "yes_no", "label": "done", "question": "Was it?"},
                    },
                },
            },
            "parameters": {
                "weight": {"type": "integer", "question": "How much does b weigh?"},
                "enough": {"type": "integer", "question": "How much is enough?"},
            },
            "values": values,
            "requirements": [clause],
            "decisions": [{"id": "go", "title": "Go?", "outcomes": [outcome]}],
        }
    )


WEIGHED = {
    "total": {
        "type": "number",
        "label": "total",
        "sum": ["a", "policy.weight times b", {"add": 2, "when": "insured"}],
    }
}


def policy(of: Any, settings: dict[str, int]) -> Any:
    return policy_from({"format": 1, "policy": "p", "for": of.id, "title": "P", "settings": settings}, of)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("settings", "facts", "verdict"),
    [
        ({"weight": 3, "enough": 10}, {"a": 1, "b": 3, "insured": False}, Verdict.MET),
        ({"weight": 2, "enough": 10}, {"a": 1, "b": 3, "insured": False}, Verdict.NOT_MET),
        ({"weight": 2, "enough": 9}, {"a": 1, "b": 3}, Verdict.UNKNOWN),
        ({"weight": 2, "enough": 9}, {"a": 1, "b": 3, "insured": True}, Verdict.MET),
        ({"weight": 2, "enough": 9}, {"b": 5}, Verdict.MET),
        ({"weight": -1, "enough": 1}, {"a": 0, "b": 2}, Verdict.NOT_MET),
        ({"weight": 2}, {"a": 1, "b": 3, "insured": True}, Verdict.UNKNOWN),
        ({"enough": 1}, {"a": 1, "b": 3, "insured": True}, Verdict.UNKNOWN),
    ],
)
def test_a_setting_weighs_and_limits_and_while_it_is_silent_nothing_is_known(
    engine: EngineName, settings: dict[str, int], facts: dict[str, Any], verdict: Verdict
) -> None:
    asked = ruleset("total at least policy.enough", WEIGHED)
    found = assess(asked, facts, policy=policy(asked, settings), on=ON, engine=engine)
    assert found.verdicts["A"] is verdict
    if len(settings) == 1:
        assert found.finding("A").reason.code == "policy_silent"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("done", "verdict"),
    [([True, True], Verdict.MET), ([True, False], Verdict.NOT_MET), ([True, None], Verdict.UNKNOWN)],
)
def test_records_are_counted_and_compared(
    engine: EngineName, done: list[bool | None], verdict: Verdict
) -> None:
    count = {"records": "visits", "where": "done"}
    asked = ruleset("seen at least 2", {"seen": {"type": "number", "label": "seen", "count": count}})
    visits = [{"cost": 1} if each is None else {"done": each} for each in done]
    assert assess(asked, {"visits": visits}, on=ON, engine=engine).verdicts["A"] is verdict


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("cost", "facts", "verdict"),
    [
        (5, {"a": 2, "b": 3}, Verdict.MET),
        (6, {"a": 2, "b": 3}, Verdict.NOT_MET),
        (5, {"a": 5}, Verdict.MET),
        (6, {"a": 5}, Verdict.UNKNOWN),
    ],
)
def test_a_field_of_a_record_is_compared_with_a_number(
    engine: EngineName, cost: int, facts: dict[str, Any], verdict: Verdict
) -> None:
    limit = {"limit": {"type": "number", "label": "limit", "sum": ["a", "b"]}}
    asked = ruleset({"every visits": "cost at most limit"}, limit)
    found = assess(asked, {**facts, "visits": [{"cost": cost}]}, on=ON, engine=engine)
    assert found.verdicts["A"] is verdict


def test_what_is_bounded_counts_as_its_limit_and_nothing_is_asserted() -> None:
    bounded = {"total": {"type": "number", "label": "total", "sum": ["a", "b"], "bounded": {"most": 10}}}
    asked = ruleset("total at least 10", bounded)
    assert assess(asked, {"a": 100, "b": 0}, on=ON).verdicts["A"] is Verdict.MET
    assert assess(asked, {"a": 9, "b": 0}, on=ON).verdicts["A"] is Verdict.NOT_MET
    assert assess(ruleset("total more than 10", bounded), {"a": 100}, on=ON).verdicts["A"] is Verdict.NOT_MET


def test_a_count_of_records_may_stand_in_a_sum() -> None:
    values = {
        "seen": {"type": "number", "label": "seen", "count": {"records": "visits"}},
        "total": {"type": "number", "label": "total", "sum": ["seen", "a"]},
    }
    asked = ruleset("total at least 2", values)
    one_visit = {"visits": [{"done": True}]}
    assert assess(asked, {**one_visit, "a": 1}, on=ON).verdicts["A"] is Verdict.MET
    assert assess(asked, {**one_visit, "a": 0}, on=ON).verdicts["A"] is Verdict.NOT_MET
    assert assess(asked, one_visit, on=ON).verdicts["A"] is Verdict.UNKNOWN

"""Every result becomes plain data that JSON can hold, fits its schema, and prints short."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator, FormatChecker

import qa_rules
from qa_rules import (
    Assessment,
    EngineName,
    Severity,
    Strength,
    assess,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
)
from qa_rules.api import Given, difference, fixes, horizon, schema_of_result, shortlist, what_if, why
from qa_rules.api.results import RESULTS
from qa_rules.engines import DEFAULT_ENGINE, ENGINES
from qa_rules.interview.purpose import For
from qa_rules.model.results import Result, parts
from tests.cli.test_interview import WALK

ON = datetime.date(2026, 11, 22)
SOCIAL = load_ruleset("social-prescribing")
POLICY = load_policy("illustrative-three-tiers", SOCIAL)


@lru_cache
def referral() -> Assessment:
    names = ("group.yaml", "walk.yaml", "persons/company.yaml")
    facts = merge(*(load_facts(WALK / name, SOCIAL) for name in names))
    return assess(SOCIAL, facts, on=ON, policy=POLICY)


@lru_cache
def results() -> Mapping[str, list[Result]]:
    made = referral()
    changed = what_if(made, {"paid_staff": None}, on=datetime.date(2028, 1, 1))
    person = load_facts(WALK / "persons" / "company.yaml", SOCIAL)
    providers: dict[str, Given] = {
        "walk": load_facts(WALK / "group.yaml", SOCIAL),
        "broken": {"no_such_fact": 1},
    }
    entries: list[Result] = []
    with qa_rules.on_decision(entries.append):
        assess(SOCIAL, {}, on=ON)
        assess(SOCIAL, {}, on=ON, policy=POLICY)
    return {
        "why": [why(made), why(made, "tier"), why(assess(SOCIAL, {}, on=ON, policy=POLICY))],
        "fixes": [fixes(made, n=1), fixes(made, "SP-41.dp", n=1)],
        "horizon": [horizon(made, datetime.date(2027, 12, 31))],
        "shortlist": [shortlist(person, providers, ruleset=SOCIAL, on=ON, policy=POLICY)],
        "difference": [difference(made, changed), difference(made, made)],
        "what-if": [difference(changed, made)],
        "decided": entries,
    }


def remarks(data: Any, schema: Mapping[str, Any]) -> list[str]:
    found = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{each.json_path}: {each.message[:200]}" for each in found.iter_errors(data)]


@pytest.mark.parametrize("name", RESULTS)
def test_what_a_result_is_written_as_fits_its_schema(name: str) -> None:
    schema = schema_of_result(name)
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == f"qa-rules {name}"
    for each in results()[name]:
        data = each.to_dict()
        assert json.loads(json.dumps(data)) == data
        assert remarks(data, schema) == []
        for key in data:
            assert remarks({**data, key: object()}, schema), f"anything would do for `{key}`"
            assert remarks({other: data[other] for other in data if other != key}, schema)


def kinds(name: str) -> set[str]:
    return {RESULTS[name].__name__, *schema_of_result(name)["$defs"]}


@pytest.mark.parametrize("name", RESULTS)
def test_every_field_of_a_schema_says_what_it_holds(name: str) -> None:
    schema = schema_of_result(name)
    for each in (schema, *schema["$defs"].values()):
        assert each["description"]
        if each["title"] != "Diagnostic":
            bare = [key for key, field in each["properties"].items() if not field.get("description")]
            assert bare == [], each["title"]


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_prints_short(name: str) -> None:
    for each in results()[name]:
        assert len(repr(each)) < 800
        assert repr(each).startswith(f"{type(each).__name__}(")


def test_findings_and_groups_are_written_as_a_record_has_them() -> None:
    record = referral().to_dict()
    assert [each.to_dict() for each in referral().findings] == record["findings"]
    assert [each.to_dict() for each in referral().groups] == record["groups"]
    assert [each.to_dict() for each in referral().grounds] == record["grounds"]
    assert [each.to_dict() for each in referral().answers] == record["answers"]
    tiers = referral().tiers
    assert tiers is not None
    assert tiers.to_dict() == record["tiers"]


def test_a_strength_prints_as_its_word_and_counts_as_its_number() -> None:
    assert (
        [f"{each}" for each in Strength] == ["stated", "seen", "verified"] == [str(each) for each in Strength]
    )
    assert f"{Strength.SEEN:>6}|{Strength.SEEN:d}|{Strength.SEEN:02x}" == "  seen|2|02"
    assert Strength.SEEN + 1 == 3 > Strength.SEEN > 1


def test_the_names_of_types_are_those_that_are_there() -> None:
    assert set(get_args(EngineName)) == set(ENGINES)
    assert next(iter(ENGINES)) == DEFAULT_ENGINE
    assert set(get_args(qa_rules.GoalWord)) == set(For)
    assert set(get_args(qa_rules.StrengthWord)) == {each.word for each in Strength}
    severities = {each.severity for each in referral().findings}
    assert all(each is None or isinstance(each, Severity) for each in severities)
    assert len(severities) > 1


def test_what_is_in_no_field_of_json_is_said_to_be() -> None:
    assert "facts" not in dict(parts(qa_rules.Plan))
    assert dict(parts(qa_rules.Unread)) == {"name": "name", "faults": "diagnostics"}

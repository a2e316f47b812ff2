"""What is decided can be written down, read again, checked against its schema, and decided again."""

from __future__ import annotations

import json
import pickle
from typing import Any

import attrs
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from qa_rules import Assessment, QaRulesError, RulesetError, assess, load_ruleset, replay
from qa_rules.language.assessments import AssessmentDocument
from qa_rules.language.facts import facts_of_document
from qa_rules.language.reading import read_data
from qa_rules.language.schema import schema_of
from qa_rules.model.writing import facts_to_data
from tests.assessment.generating import assessed
from tests.assessment.small import ON, POLICY, RULESET
from tests.strategies import LIGHT, Case, cases

SCHEMA = schema_of(AssessmentDocument, "Assessment")
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@LIGHT
@given(cases())
def test_a_record_survives_json_and_fits_its_schema(case: Case) -> None:
    written = assessed(case).to_dict()
    data = json.loads(json.dumps(written))
    assert data == written
    VALIDATOR.validate(data)
    read = Assessment.from_dict(data)
    assert read.to_dict() == data


@LIGHT
@given(cases())
def test_a_record_says_what_the_assessment_says(case: Case) -> None:
    made = assessed(case)
    read = Assessment.from_dict(made.to_dict())
    assert (read.on, read.engine, read.answers, read.tiers) == (
        made.on,
        made.engine,
        made.answers,
        made.tiers,
    )
    assert (read.outcome, read.possible, read.decisions) == (made.outcome, made.possible, made.decisions)
    assert (read.findings, read.groups, read.missing) == (made.findings, made.groups, made.missing)
    assert dict(read.verdicts) == dict(made.verdicts)
    assert (read.subject, read.caveats) == (made.subject, made.caveats)
    assert dict(read.decided_by) == dict(made.decided_by)
    again = pickle.loads(pickle.dumps(made))
    assert again == made
    assert again.findings == made.findings


@LIGHT
@given(cases())
def test_a_record_can_be_decided_again_from_its_own_facts(case: Case) -> None:
    closed = case.closed
    # As files give them: what a record does not say of itself, it has from its list.
    data = facts_to_data(case.facts)
    facts = facts_of_document(read_data(data, "<facts>"), closed.ruleset.vocabulary)
    made = assess(closed.ruleset, facts, on=case.on, policy=closed.policy)
    data = json.loads(json.dumps(made.to_dict()))
    again = replay(data, closed.ruleset, closed.policy)
    assert again.to_dict() == data


@LIGHT
@given(cases())
def test_engines_write_the_same_record_but_for_their_name(case: Case) -> None:
    closed = case.closed
    found = []
    for engine in ("compiled", "reference"):
        made = assess(
            closed.ruleset,
            case.facts,
            on=case.on,
            policy=closed.policy,
            calendar=case.calendar,
            engine=engine,
        )
        data = made.to_dict()
        assert data["decided_by"].pop("engine") == engine
        assert data["decided_by"].pop("digest")
        found.append(data)
    assert found[0] == found[1]


def record() -> dict[str, Any]:
    return assess(RULESET, {"a": True, "marks": ["x", "y"]}, on=ON, policy=POLICY).to_dict()


def test_a_changed_ruleset_policy_or_fact_is_not_the_one_that_decided() -> None:
    changed = attrs.evolve(RULESET.requirements[0], title="Another title")
    other = attrs.evolve(RULESET, requirements=(changed, *RULESET.requirements[1:]))
    with pytest.raises(QaRulesError, match="the ruleset at hand is not the one that decided"):
        replay(record(), other, POLICY)
    with pytest.raises(QaRulesError, match="the policy at hand is not the one that decided"):
        replay(record(), RULESET, attrs.evolve(POLICY, condition_days=3))
    assert replay(record(), RULESET, POLICY).to_dict() == record()


def test_a_record_of_a_shipped_ruleset_finds_its_ruleset_by_name() -> None:
    made = assess(load_ruleset("ss2q@2017"), {"programme_is_structured_self_management": True}, on=ON)
    assert replay(json.loads(json.dumps(made.to_dict()))).to_dict() == made.to_dict()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "format 2 is not known"),
        ({"findings": "none"}, "here a list is due"),
        ({"on": "2026-02-30"}, "there is no day 2026-02-30"),
        ({"decided_by": None}, "mapping"),
        ({"answers": [{"decision": "overall"}]}, "`outcome` is missing"),
    ],
)
def test_a_record_of_another_shape_is_refused_with_every_fault(change: dict[str, object], said: str) -> None:
    with pytest.raises(RulesetError) as raised:
        Assessment.from_dict(record() | change)
    assert said in str(raised.value)
    assert list(VALIDATOR.iter_errors(json.loads(json.dumps(record() | change))))


def test_a_recorded_assessment_has_no_working_but_says_how_to_get_it() -> None:
    with pytest.raises(QaRulesError, match="replay"):
        _ = Assessment.from_dict(record()).work

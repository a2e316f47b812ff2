"""What an assessment says to others: no more than it says, with the policy and its standing, in forms that validate."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from qa_rules import (
    Assessment,
    Facts,
    FactValue,
    Policy,
    Records,
    Ruleset,
    Strength,
    Vocabulary,
    assess,
    facts_from,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
    policy_from,
    policy_names,
    ruleset_ids,
)
from qa_rules.adapters import (
    fhir_questionnaire,
    fhir_questionnaire_response,
    fhir_verification_result,
    hsds,
    oruk,
)
from qa_rules.adapters.taxonomy import published, taxonomy
from qa_rules.api import horizon, next_questions
from tests.strategies.facts import facts as any_facts
from tests.strategies.vocabularies import vocabularies

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "data"
DAY = datetime.date(2026, 11, 22)
SP = load_ruleset("social-prescribing")
SS2Q = load_ruleset("ss2q")
POLICY = load_policy("illustrative-three-tiers", SP)
SERVICE = json.loads((DATA / "hsds" / "service_full.json").read_text("utf-8"))
WALK = ("walking-group", "group", "walk")


def example(folder: str, *names: str, policy: Policy | None = POLICY, on: datetime.date = DAY) -> Assessment:
    files = [ROOT / "examples" / "social-prescribing" / folder / f"{name}.yaml" for name in names]
    return assess(SP, merge(*(load_facts(file, SP) for file in files)), on=on, policy=policy)


def of_ss2q(name: str, on: datetime.date = DAY) -> Assessment:
    return assess(SS2Q, load_facts(ROOT / "examples" / "ss2q" / f"{name}.yaml", SS2Q), on=on)


def adopted() -> Policy:
    written = dict(POLICY.written or {})
    return policy_from({**written, "policy": "riverside", "illustrative": False, "title": "Riverside"}, SP)


def all_verified(ruleset: Ruleset, facts: Facts) -> Facts:
    def raised(data: Any) -> Any:
        if isinstance(data, dict):
            found = {key: raised(each) for key, each in data.items()}
            return {**found, "strength": "verified"} if "value" in found or "strength" in found else found
        return [raised(each) for each in data] if isinstance(data, list) else data

    return facts_from(raised(facts.to_dict()), ruleset)


# FHIR


@pytest.fixture(scope="module")
def fhir() -> Any:
    pytest.importorskip("fhir.resources")
    from fhir.resources.R4B.questionnaire import Questionnaire
    from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
    from fhir.resources.R4B.verificationresult import VerificationResult
    from fhir.resources.verificationresult import VerificationResult as VerificationResultR5

    kinds: dict[str, list[Any]] = {
        "Questionnaire": [Questionnaire],
        "QuestionnaireResponse": [QuestionnaireResponse],
        "VerificationResult": [VerificationResult, VerificationResultR5],
    }

    def validated(resource: dict[str, Any]) -> None:
        text = json.dumps(resource)
        for kind in kinds[resource["resourceType"]]:
            kind.model_validate_json(text)

    return validated


def test_a_policy_and_its_standing_are_in_everything_that_is_published() -> None:
    for policy, standing in ((POLICY, "example"), (adopted(), "adopted")):
        found = example(*WALK, policy=policy)
        result = fhir_verification_result.write(found, target="HealthcareService/1", by="Nadia Osei")
        asked = fhir_questionnaire.write(SP, policy)
        answered = fhir_questionnaire_response.write(found, SP, policy, author="Nadia Osei", authored=DAY)
        for resource in (result, asked, answered):
            text = json.dumps(resource)
            assert policy.name in text
            assert {"url": "standing", "valueString": standing} in resource["extension"][1]["extension"]
        for listing in (oruk.write(found, SERVICE), hsds.write(found, SERVICE)):
            tier = next(
                each
                for each in listing["attributes"]
                if "/tier/" in each["taxonomy_term"].get("term_uri", "")
            )
            assert policy.name in tier["taxonomy_term"]["description"]
            assert ("example" in tier["taxonomy_term"]["description"]) == policy.illustrative
            assert "adopted" in tier["taxonomy_term"]["description"]


@pytest.mark.parametrize("on", [DAY, datetime.date(2028, 1, 1)])
@pytest.mark.parametrize(
    "names",
    [
        WALK,
        ("craft-group", "group", "craft-mornings"),
        ("craft-group", "group", "home-visits"),
        ("self-management", "provider", "course"),
    ],
)
def test_a_verification_result_is_fhir(names: tuple[str, ...], on: datetime.date, fhir: Any) -> None:
    fhir(
        fhir_verification_result.write(example(*names), target="HealthcareService/1", by="Nadia Osei", on=on)
    )


@pytest.mark.parametrize("name", ["compliant", "half-known", "lapsed"])
def test_a_verification_result_of_a_standard_without_tiers_is_fhir(name: str, fhir: Any) -> None:
    fhir(fhir_verification_result.write(of_ss2q(name), target="Organization/1", by="Organization/2"))


def test_next_scheduled_is_the_last_day_on_which_it_holds() -> None:
    found = of_ss2q("compliant")
    until = horizon(found).holds_until
    assert until is not None
    write = fhir_verification_result.write
    on_the_day = write(found, target="Organization/1", by="A", on=until)
    after = write(found, target="Organization/1", by="A", on=until + datetime.timedelta(1))
    assert on_the_day["nextScheduled"] == after["nextScheduled"] == until.isoformat()
    assert (on_the_day["status"], after["status"]) == ("attested", "req-revalid")


def test_what_is_not_decided_or_forbidden_is_never_attested() -> None:
    statuses = {
        name: fhir_verification_result.write(of_ss2q(name), target="Organization/1", by="A")["status"]
        for name in ("compliant", "half-known", "lapsed")
    }
    assert statuses == {"compliant": "attested", "half-known": "in-process", "lapsed": "val-fail"}
    nothing = assess(SP, {}, on=DAY, policy=POLICY)
    assert published(nothing).terms == ()
    assert published(nothing).status == "in-process"


def test_it_is_validated_where_independent_evidence_alone_carries_it(fhir: Any) -> None:
    found = of_ss2q("compliant")
    independent = assess(SS2Q, all_verified(SS2Q, found.work.given), on=DAY)
    result = fhir_verification_result.write(independent, target="Organization/1", by="A")
    fhir(result)
    assert result["status"] == "validated"
    assert result["primarySource"]
    # One requirement less than verified, and it is attested.
    less = independent.work.given.to_dict()
    less["facts"]["emergency_procedure_available_to_all_tutors"]["strength"] = "seen"
    assert published(assess(SS2Q, facts_from(less, SS2Q), on=DAY)).status == "attested"


def test_a_stop_publishes_nothing_even_where_a_tier_is_reached() -> None:
    stopped = {**example(*WALK).work.given.to_dict()["facts"], "escalation_procedure": "none"}
    found = assess(SP, stopped, on=DAY, policy=POLICY)
    assert found.answer("provider_stops").allows is False
    assert published(found).terms == ()
    assert published(found).status == "val-fail"


@pytest.mark.parametrize("ruleset", ruleset_ids())
def test_a_questionnaire_of_every_fact_is_fhir(ruleset: str, fhir: Any) -> None:
    fhir(fhir_questionnaire.write(load_ruleset(ruleset)))


def test_the_next_questions_are_fhir(fhir: Any) -> None:
    questions = next_questions(assess(SP, {}, on=DAY, policy=POLICY), n=12)
    found = fhir_questionnaire.write(SP, POLICY, questions=questions)
    fhir(found)
    assert {each["linkId"].partition("#")[0] for each in found["item"]} == {
        each.fact for each in questions.questions
    }


@given(vocabularies().flatmap(lambda each: st.tuples(st.just(each), any_facts(each))))
def test_answers_come_back_as_the_facts_that_they_were(pair: tuple[Vocabulary, Facts]) -> None:
    ruleset, known = attrs.evolve(SP, vocabulary=pair[0]), pair[1]
    last = datetime.date.max
    written = fhir_questionnaire_response.write(known, ruleset, author="Nadia Osei", authored=last)
    found = fhir_questionnaire_response.read(json.loads(json.dumps(written)), ruleset, fetched_on=last)
    assert found.diagnostics == ()
    assert dated(found.facts) == dated(known)


def dated(facts: Facts) -> Facts:
    """Facts of which those without a day are of the last: that is what a response with a day makes of them."""

    def of(value: FactValue) -> FactValue:
        evidence = value.evidence
        on = None if evidence.dated else datetime.date.max
        return attrs.evolve(value, evidence=attrs.evolve(evidence, on=evidence.on or on))

    lists = {}
    for name, each in facts.collections.items():
        if each.records or not each.partial:
            records = tuple({key: of(value) for key, value in record.items()} for record in each.records)
            lists[name] = Records(records, of(FactValue(True, each.evidence)).evidence, each.partial)
    return Facts({name: of(each) for name, each in facts.values.items()}, lists, facts.subject)


def test_examples_come_back_with_every_evidence(fhir: Any) -> None:
    for names in (WALK, ("self-management", "provider", "course")):
        given = example(*names).work.given
        written = fhir_questionnaire_response.write(given, SP, POLICY, author="Practitioner/1", authored=DAY)
        fhir(written)
        found = fhir_questionnaire_response.read(json.loads(json.dumps(written)), SP, fetched_on=DAY)
        assert found.facts == given


# Directories


def schema(name: str) -> Draft202012Validator:
    draft = "https://json-schema.org/draft/2020-12/schema"
    kept = {file.name: json.loads(file.read_text("utf-8")) for file in (DATA / "schemas").glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (key, Resource.from_contents({"$schema": draft, **each})) for key, each in kept.items()
    )
    return Draft202012Validator(
        kept[name], registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


@pytest.mark.parametrize("adapter", [oruk, hsds], ids=["oruk", "hsds"])
def test_attributes_validate_and_use_no_field_that_the_schema_has_not(adapter: Any) -> None:
    name = adapter.__name__.rpartition(".")[2]
    listing = adapter.write(example(*WALK), SERVICE)
    mine = [
        each for each in listing["attributes"] if each["taxonomy_term"]["term_uri"].startswith("urn:qa-rules")
    ]
    assert len(mine) == 3
    known = json.loads((DATA / "schemas" / f"{name}-attribute.json").read_text("utf-8"))["properties"]
    for each in mine:
        schema(f"{name}-attribute.json").validate(each)
        assert set(each) <= set(known)


def test_nothing_else_of_a_service_is_touched_and_what_holds_no_longer_is_gone() -> None:
    reached = hsds.write(example(*WALK), SERVICE)
    assert {key: each for key, each in reached.items() if key != "attributes"} == {
        key: each for key, each in SERVICE.items() if key != "attributes"
    }
    assert hsds.write(example(*WALK), reached) == reached
    assert hsds.write(assess(SP, {}, on=DAY, policy=POLICY), reached) == SERVICE
    assert hsds.write(example(*WALK), reached, on=datetime.date(2031, 1, 1)) == SERVICE


def test_a_term_of_ours_comes_back_as_a_mark_that_is_stated_and_decides_nothing() -> None:
    found = example(*WALK, policy=adopted())
    facts = all_verified(SP, found.work.given)
    listing = hsds.write(
        assess(SP, facts, on=DAY, policy=adopted()), {**SERVICE, "last_modified": "2026-11-22"}
    )
    reading = hsds.read(listing, SP, fetched_on=datetime.date(2026, 11, 25))
    (record,) = reading.facts.collections["marks"].records
    assert record["scheme"].value == "other"
    assert record["scheme"].evidence.strength is Strength.STATED
    assert record["scheme"].evidence.on == DAY
    assert reading.facts.collections["marks"].partial
    plain = oruk.read(
        oruk.write(found, {**SERVICE, "last_modified": "2026-11-23T10:00:00Z"}),
        SP,
        fetched_on=DAY.replace(day=25),
    )
    (record,) = plain.facts.collections["marks"].records
    assert record["scheme"].evidence.on == datetime.date(2026, 11, 23)


def test_the_shipped_taxonomy_has_a_term_for_every_ruleset_tier_and_route() -> None:
    pairs: list[tuple[Ruleset, Policy | None]] = [(load_ruleset(each), None) for each in ruleset_ids()]
    pairs += [(SP, load_policy(each, SP)) for each in policy_names()]
    file = ROOT / "rulesets" / "taxonomy" / "quality-assurance.json"
    made = taxonomy(pairs)
    assert json.loads(file.read_text("utf-8")) == made
    schema("oruk-taxonomy.json").validate(made)
    terms = made["taxonomy_terms"]
    assert len({each["id"] for each in terms}) == len({each["term_uri"] for each in terms}) == len(terms)
    assert {each["parent_id"] for each in terms if "parent_id" in each} <= {each["id"] for each in terms}
    for each in terms:
        schema("oruk-taxonomy_term.json").validate(each)
        schema("hsds-taxonomy_term.json").validate(each)
    uris = " ".join(each["term_uri"] for each in terms)
    for ruleset, policy in pairs:
        assert ruleset.id in uris
        assert all(f"{ruleset.id}/route/{each.id}" in uris for each in ruleset.routes)
        assert policy is None or all(f"{policy.name}/tier/{each.id}" in uris for each in policy.tiers)

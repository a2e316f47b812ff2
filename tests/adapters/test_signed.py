"""What a feed says is a fact only where a careful person would sign it: not what is doubtful, over, or contradicted."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qa_rules import ArgumentError, assess, load_facts, load_policy, load_ruleset
from qa_rules.adapters import (
    Match,
    NoteKind,
    Reading,
    charity_commission,
    companies_house,
    fhir_questionnaire_response,
    fhir_verification_result,
    hsds,
    ico,
    ods,
    openactive,
    oruk,
    threesixty_giving,
)
from qa_rules.adapters.taxonomy import published
from qa_rules.cli import group
from qa_rules.model.values import Strength

FETCHED = datetime.date(2026, 11, 25)
SP = load_ruleset("social-prescribing")
SS2Q = load_ruleset("ss2q")
ROOT = Path(__file__).parents[2]


def codes(found: Reading) -> set[str]:
    return {each.pointer for each in found.diagnostics}


def warns(found: Reading, kind: NoteKind = NoteKind.WARNING) -> bool:
    return any(each.kind is kind for each in found.notes)


# FHIR VerificationResult


def result(**more: Any) -> dict[str, Any]:
    source = {
        "who": {"display": "QISMET"},
        "validationStatus": {"coding": [{"code": "successful"}]},
        "validationDate": "2026-05-01",
    }
    return {
        "resourceType": "VerificationResult",
        "target": [{"reference": "Organization/1", "display": "Acme"}],
        "status": "validated",
        "nextScheduled": "2027-05-01",
        "primarySource": [{**source, **more.pop("source", {})}],
        **more,
    }


def verified(data: dict[str, Any], ruleset: Any = SS2Q) -> Reading:
    return fhir_verification_result.read(data, ruleset, fetched_on=FETCHED)


def test_a_certifier_who_confirmed_it_is_believed() -> None:
    evidence = verified(result()).facts.values["cert_decision"].evidence
    assert (evidence.strength, evidence.on) == (Strength.VERIFIED, datetime.date(2026, 5, 1))


@pytest.mark.parametrize("code", ["unk", "not-yet", "", None])
def test_a_source_of_which_it_is_not_known_whether_it_confirmed_verifies_nothing(code: str | None) -> None:
    found = verified(result(source={"validationStatus": {"coding": [{"code": code}]}}))
    assert found.facts.values["cert_decision"].evidence.strength is Strength.STATED


@pytest.mark.parametrize("name", ["Acme", "ACME"])
def test_nobody_verifies_oneself_by_name(name: str) -> None:
    found = verified(result(source={"who": {"display": name}}), SP)
    (record,) = found.facts.collections["marks"].records
    assert {each.evidence.strength for each in record.values()} == {Strength.STATED}


def test_of_what_one_source_confirms_and_another_does_not_nothing_is_taken() -> None:
    data = result()
    failed = {"who": {"display": "Other"}, "validationStatus": {"coding": [{"code": "failed"}]}}
    for sources in ([*data["primarySource"], failed], [failed, *data["primarySource"]]):
        found = verified({**data, "primarySource": sources})
        assert not found.facts.values
        assert warns(found)


@pytest.mark.parametrize("day", ["2027-02-29", "01/05/2027", ["2027-05-01"]])
def test_what_ends_on_a_day_that_cannot_be_read_is_not_believed_for_ever(day: Any) -> None:
    found = verified(result(nextScheduled=day))
    assert not found.facts.values
    assert codes(found) == {"/nextScheduled"}


def test_the_day_of_the_status_is_not_the_day_on_which_somebody_looked() -> None:
    found = verified(
        result(source={"validationDate": None}, lastPerformed="2025-01-01", statusDate="2026-06-01")
    )
    assert found.facts.values["cert_register_checked_on"].value == datetime.date(2025, 1, 1)


def test_each_target_of_a_result_is_read_by_itself() -> None:
    found = verified(result(target=[{"reference": "Organization/1"}, {"reference": "Organization/2"}]))
    assert [[str(one) for one in row.identifiers] for row in found.rows] == [
        ["FHIR-Organization/1"],
        ["FHIR-Organization/2"],
    ]
    assert not found.facts.values
    assert all("cert_decision" in row.facts.values for row in found.rows)


# FHIR QuestionnaireResponse


def answered(*items: dict[str, Any]) -> Reading:
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "authored": "2026-11-01",
        "item": list(items),
    }
    return fhir_questionnaire_response.read(response, SP, fetched_on=FETCHED)


@pytest.mark.parametrize(
    "answer",
    [
        {"valueQuantity": {"value": 100, "unit": "USD"}},
        {"valueQuantity": {"value": 100, "code": "wk"}},
        {"valueDecimal": 5, "valueString": "6"},
        {"valueMoney": {"value": 5, "currency": "EUR"}},
        {"valueCoding": {"display": "100"}},
    ],
)
def test_an_answer_in_another_unit_or_of_two_kinds_is_a_fault(answer: dict[str, Any]) -> None:
    found = answered({"linkId": "annual_income", "answer": [answer]})
    assert not found.facts.values
    assert len(found.diagnostics) == 1
    assert next(iter(codes(found))).startswith("/item/0/answer/0")


@pytest.mark.parametrize("quantity", [{"value": 100}, {"value": 100, "unit": "gbp"}])
def test_an_answer_in_the_unit_of_the_fact_is_read(quantity: dict[str, Any]) -> None:
    found = answered({"linkId": "annual_income", "answer": [{"valueQuantity": quantity}]})
    assert found.facts.values["annual_income"].value == 100


def test_an_answer_to_a_fact_of_several_parts_is_told() -> None:
    found = answered({"linkId": "safeguarding_policy", "answer": [{"valueBoolean": True}]})
    assert not found.facts.values
    assert [each.kind for each in found.notes] == [NoteKind.TOLD]


@pytest.mark.parametrize(
    ("questions", "noted"),
    [
        ("urn:qa-rules:ss2q@2017:facts", True),
        ("urn:qa-rules:social-prescribing@3.5:facts", False),
        ("urn:qa-rules:social-prescribing@3.5:facts|1", False),
        ("https://example.org/questions", False),
        (None, False),
    ],
)
def test_answers_to_the_questions_of_another_ruleset_are_told(questions: str | None, noted: bool) -> None:
    response = {"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": questions}
    found = fhir_questionnaire_response.read(response, SP, fetched_on=FETCHED)
    assert warns(found, NoteKind.ASK) == noted


# The Organisation Data Service


def trust(**more: Any) -> dict[str, Any]:
    role = {"id": "RO197", "primaryRole": True, "Status": "Active", **more.pop("role", {})}
    return {
        "Organisation": {
            "Name": "T",
            "OrgId": {"extension": "RX1"},
            "Status": "Active",
            "LastChangeDate": "2026-01-09",
            "Roles": {"Role": [role]},
            **more,
        }
    }


def looked_up(data: Any) -> Reading:
    return ods.read(data, SP, fetched_on=FETCHED)


def test_a_trust_is_a_public_body() -> None:
    data = trust(Date=[{"Type": "Legal", "Start": "2001-01-01"}])
    assert looked_up(data).facts.values["provider_type"].value == "public_body"


OVER = [{"Type": "Legal", "Start": "2001-01-01", "End": "2020-03-31"}]
TO_COME = [{"Type": "Operational", "Start": "2027-01-01"}]


@pytest.mark.parametrize(
    "more",
    [
        {"Date": OVER},
        {"Date": TO_COME},
        {"role": {"Date": OVER}},
        {"role": {"Date": TO_COME}},
        {"role": {"Status": "Inactive"}},
        {"Status": None},
    ],
)
def test_what_is_over_or_has_yet_to_begin_or_is_active_for_all_we_know_is_no_public_body(
    more: dict[str, Any],
) -> None:
    found = looked_up(trust(**more))
    assert not found.facts.values
    assert found.notes or found.diagnostics


@pytest.mark.parametrize("of_role", [False, True])
def test_a_period_of_fhir_that_is_over_is_no_role_in_force(of_role: bool) -> None:
    data = json.loads((Path(__file__).parent / "data/ods/read-example.json").read_text("utf-8"))
    assert "provider_type" in looked_up(data).facts.values
    period = data["extension"][1]["extension"][2] if of_role else data["extension"][0]
    period["valuePeriod"]["end"] = "2020-03-31"
    found = looked_up(data)
    assert not found.facts.values
    assert found.notes


def test_a_line_of_a_search_is_read_as_an_entry_is() -> None:
    line = {
        "Name": "T",
        "OrgId": "RX1",
        "Status": "Active",
        "LastChangeDate": "2026-01-09",
        "PrimaryRoleId": "RO197",
        "PrimaryRoleDescription": "NHS TRUST",
    }
    found = looked_up({"Organisations": [line]})
    assert str(found.identifiers[0]) == "GB-NHS-RX1"
    assert found.facts.values["provider_type"].evidence.on == datetime.date(2026, 1, 9)


def test_an_answer_that_is_an_error_is_a_fault() -> None:
    assert looked_up({"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}).diagnostics


# A day that stands there and cannot be read

ODD_DAY = "31.03.2026"


@pytest.mark.parametrize(
    "found",
    [
        lambda: verified(result(source={"validationDate": ODD_DAY}, statusDate="2026-06-01")),
        lambda: looked_up(trust(Date=[{"Type": "Legal", "Start": "2001-01-01", "End": ODD_DAY}])),
        lambda: looked_up(trust(role={"Date": [{"End": ODD_DAY}]})),
        lambda: profile(company(date_of_cessation=ODD_DAY)),
        lambda: charity(charity_type="CIO", date_of_removal=ODD_DAY),
        lambda: fees([{**REGISTERED, "Start_date_of_registration": ODD_DAY}], "A"),
        lambda: answered_on(ODD_DAY),
    ],
)
def test_no_other_day_is_taken_in_the_place_of_one_that_cannot_be_read(found: Callable[[], Reading]) -> None:
    reading = found()
    assert not reading.facts.values
    assert "value" in {each.code for each in reading.diagnostics}


def answered_on(day: str) -> Reading:
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "authored": day,
        "meta": {"lastUpdated": "2026-11-01T10:00:00Z"},
        "item": [{"linkId": "annual_income", "answer": [{"valueDecimal": 5}]}],
    }
    return fhir_questionnaire_response.read(response, SP, fetched_on=FETCHED)


# Listings


def listed(value: Any, feed: Any = hsds) -> Reading:
    term = {"name": "n", "term_uri": "urn:qa-rules:ss2q@2017"}
    service = {
        "id": "s",
        "name": "Walk",
        "last_modified": "2026-10-10T09:00:00Z",
        "attributes": [{"value": value, "taxonomy_term": term}],
    }
    found = feed.read(service, SP, fetched_on=FETCHED)
    assert isinstance(found, Reading)
    return found


@pytest.mark.parametrize("feed", [hsds, oruk])
@pytest.mark.parametrize(
    ("value", "on", "until"),
    [
        ("2026-05-01", "2026-05-01", None),
        ("2026-05-01/", "2026-05-01", None),
        ("2026-05-01/..", "2026-05-01", None),
        ("/2027-05-01", "2026-10-10", "2027-05-01"),
        (None, "2026-10-10", None),
    ],
)
def test_the_day_of_a_term_is_the_one_in_its_value(feed: Any, value: Any, on: str, until: str | None) -> None:
    (record,) = listed(value, feed).facts.collections["marks"].records
    evidence = record["scheme"].evidence
    ends = None if evidence.valid_until is None else str(evidence.valid_until)
    assert (str(evidence.on), ends) == (on, until)


@pytest.mark.parametrize(
    "value", ["01/05/2026", "2026-05-01/2027-02-29", "P1Y/2027-05-01", "yes", 20260501, ["2026-05-01"]]
)
def test_a_term_whose_days_cannot_be_read_is_no_mark_of_another_day(value: Any) -> None:
    found = listed(value)
    assert not found.facts.collections
    assert codes(found) == {"/attributes/0/value"}


# Companies House and the Information Commissioner


def company(**more: Any) -> dict[str, Any]:
    return {"company_number": "1", "company_name": "A", "company_status": "active", "type": "ltd", **more}


def profile(data: Any) -> Reading:
    return companies_house.read(data, SP, fetched_on=FETCHED)


@pytest.mark.parametrize("status", ["3", "in limbo", "resting"])
def test_a_company_of_a_standing_that_nobody_knows_is_none_for_all_we_know(status: str) -> None:
    found = profile(company(company_status=status))
    assert not found.facts.values
    assert warns(found)


@pytest.mark.parametrize(
    "status",
    ["liquidation", "Live but Receiver Manager on at least one charge", "Active - Proposal to Strike off"],
)
def test_a_company_in_trouble_still_is_one(status: str) -> None:
    found = profile(company(company_status=status))
    assert found.facts.values["provider_type"].value == "company"
    assert warns(found)


def test_a_company_that_begins_after_the_fetching_is_a_fault() -> None:
    found = profile(company(date_of_creation="2027-01-01"))
    assert not found.facts.values
    assert codes(found) == {"/date_of_creation"}


def test_a_number_with_a_blank_in_it_is_the_same_number() -> None:
    assert str(profile(company(company_number="sc 123456")).identifiers[0]) == "GB-COH-SC123456"


@pytest.mark.parametrize(
    "other", [company(company_status="dissolved"), company(type="plc", is_community_interest_company=True)]
)
def test_of_two_entries_of_one_body_that_differ_only_what_both_say_is_known(other: dict[str, Any]) -> None:
    for rows in ([company(), other], [other, company()]):
        found = profile(rows)
        assert len(found.rows) == 1
        assert not found.facts.values
        assert warns(found, NoteKind.CONFLICT)
    twice = profile([company(), company()])
    assert len(twice.rows) == 1
    assert not warns(twice, NoteKind.CONFLICT)
    assert "provider_type" in twice.facts.values


def test_a_row_that_is_null_is_told() -> None:
    assert codes(profile([company(), None, company(company_number="2")])) == {"/1"}


REGISTERED: dict[str, Any] = {
    "Registration_number": "ZA1",
    "Organisation_name": "A",
    "Start_date_of_registration": "01/04/2020",
    "End_date_of_registration": "31/03/2027",
}


def fees(rows: Any, *subjects: str) -> Reading:
    matches = [Match("ZA1", subject=each, by="Nadia", on=FETCHED) for each in subjects]
    return ico.read(rows, SS2Q, fetched_on=FETCHED, matches=matches)


@pytest.mark.parametrize("end", [None, "", "n/a"])
def test_a_registration_without_an_end_is_told(end: str | None) -> None:
    found = fees([{**REGISTERED, "End_date_of_registration": end}], "A")
    assert not found.facts.values
    assert codes(found) == {"/0/End_date_of_registration"}


def test_an_entry_that_was_matched_with_two_providers_is_read_for_both() -> None:
    found = fees([REGISTERED], "A", "B")
    assert [row.subject for row in found.rows] == ["A", "B"]
    assert all(row.facts.values["ico_status"].value == "registered" for row in found.rows)


def test_two_entries_of_one_registration_that_differ_give_no_end() -> None:
    found = fees([REGISTERED, {**REGISTERED, "End_date_of_registration": "31/03/2026"}], "A")
    assert len(found.rows) == 1
    assert not found.facts.values
    assert warns(found, NoteKind.CONFLICT)


# Charities, grants and opportunities


def charity(**more: Any) -> Reading:
    row = {
        "date_of_extract": "2026-11-20",
        "organisation_number": 1,
        "registered_charity_number": 1,
        "charity_registration_status": "Registered",
        "latest_income": 8420,
        "latest_acc_fin_period_start_date": "2025-04-01",
        "latest_acc_fin_period_end_date": "2026-03-31",
        **more,
    }
    return charity_commission.read({"charity": [row]}, SP, fetched_on=FETCHED)


def test_an_income_of_a_time_that_nobody_knows_is_no_yearly_income() -> None:
    assert "annual_income" in charity().facts.values
    found = charity(latest_acc_fin_period_start_date=None)
    assert "annual_income" not in found.facts.values
    assert any(each.about == ("annual_income",) for each in found.notes)


def test_an_income_of_a_year_that_ends_after_the_extract_is_a_fault() -> None:
    found = charity(
        latest_acc_fin_period_start_date="2025-11-23", latest_acc_fin_period_end_date="2026-11-22"
    )
    assert "annual_income" not in found.facts.values
    assert codes(found) == {"/charity/0/latest_acc_fin_period_end_date"}


GRANT = {
    "id": "1",
    "title": "T",
    "awardDate": "2026-01-01",
    "recipientOrganization": [{"id": "GB-CHC-1", "name": "A"}],
}


def grants(*given: dict[str, Any]) -> Reading:
    return threesixty_giving.read({"grants": list(given)}, SP, fetched_on=FETCHED)


def test_a_grant_of_a_day_to_come_is_a_fault() -> None:
    found = grants({**GRANT, "awardDate": "2027-01-01"})
    assert codes(found) == {"/grants/0/awardDate"}
    assert not any("2027" in each.text for each in found.notes)


def test_a_grant_that_is_there_twice_is_told_once_and_two_with_one_id_are_a_fault() -> None:
    assert len(grants(GRANT, dict(GRANT)).notes) == 1
    found = grants(GRANT, {**GRANT, "title": "U"})
    assert len(found.notes) == 2
    assert codes(found) == {"/grants/1/id"}


def item(state: str, modified: int, **data: Any) -> dict[str, Any]:
    told = {} if state == "deleted" else {"data": {"name": "Walk", "isAccessibleForFree": True, **data}}
    return {"state": state, "kind": "Series", "id": "1", "modified": modified, **told}


def opportunities(*items: dict[str, Any]) -> Reading:
    return openactive.read({"items": list(items)}, SP, fetched_on=FETCHED)


def test_of_an_opportunity_the_last_that_was_modified_is_what_is_so() -> None:
    gone = item("deleted", 3)
    for items in ([item("updated", 1), gone], [gone, item("updated", 1)]):
        assert opportunities(*items).rows == ()
    newer = item("updated", 5, isAccessibleForFree=False)
    for items in ([item("updated", 1), newer], [newer, item("updated", 1)], [newer, gone]):
        found = opportunities(*items)
        assert [each.text for each in found.notes] == ["It costs something to take part."]
    other = {**item("updated", 1), "kind": "Other"}
    assert len(opportunities(gone, other).rows) == 1


@pytest.mark.parametrize(
    ("ages", "words"),
    [
        ({"minValue": 18, "maxValue": 30}, "18 to 30"),
        ({"minValue": 18}, "18 and over"),
        ({"maxValue": 30}, "up to 30"),
    ],
)
def test_ages_are_told_with_the_ends_that_are_known(ages: dict[str, int], words: str) -> None:
    texts = [each.text for each in opportunities(item("updated", 1, ageRange=ages)).notes]
    assert f"It is for ages {words}." in texts


def test_an_item_of_a_state_that_nobody_knows_is_a_fault() -> None:
    found = opportunities(item("withdrawn", 1))
    assert not found.notes
    assert codes(found) == {"/items/0/state"}


# Publishing


def test_an_assessment_is_published_of_no_day_before_it() -> None:
    facts = load_facts(ROOT / "examples/ss2q/compliant.yaml", SS2Q)
    assessment = assess(SS2Q, facts, on=datetime.date(2026, 11, 22))
    before = datetime.date(2026, 11, 21)
    for write in (
        lambda: published(assessment, before),
        lambda: hsds.write(assessment, {"id": "s"}, on=before),
        lambda: oruk.write(assessment, {"id": "s"}, on=before),
        lambda: fhir_verification_result.write(assessment, target="Organization/1", by="N", on=before),
    ):
        with pytest.raises(ArgumentError, match="before the assessment"):
            write()
    assert len(hsds.write(assessment, {"id": "s"})["attributes"]) == 1


def test_every_term_is_published_once() -> None:
    facts = load_facts(ROOT / "examples/ss2q/compliant.yaml", SS2Q)
    said = published(assess(SS2Q, facts, on=datetime.date(2026, 11, 22)))
    assert len(said.terms) == len({each.uri for each in said.terms}) == 1
    policy = load_policy("illustrative-three-tiers", SP)
    assert published(assess(SP, {}, on=FETCHED, policy=policy)).terms == ()


# Files


def convert(folder: Path, feed: str, *names: str, more: tuple[str, ...] = ()) -> Any:
    files = [str(folder / each) for each in names]
    command = ["convert", "feed", feed, *files, "--ruleset", "ss2q", "--fetched-on", "2026-11-25", *more]
    return CliRunner().invoke(group, command, standalone_mode=False)


def test_of_a_column_that_is_there_twice_neither_is_known(tmp_path: Path) -> None:
    (tmp_path / "ico.csv").write_text(
        "Registration_number,Registration_number,End_date_of_registration\nZA1,ZA2,31/03/2027\n", "utf-8"
    )
    run = convert(tmp_path, "ico", "ico.csv")
    assert run.return_value == 3
    assert "the column `Registration_number` is there twice" in run.output
    assert '"subject": "ICO ZA' not in run.output


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "this table is empty"), ("ZA1,31/03/2027\n", "this table has one line and no row below it")],
)
def test_a_table_without_rows_is_told(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "ico.csv").write_text(text, "utf-8")
    run = convert(tmp_path, "ico", "ico.csv")
    assert run.return_value == 3
    assert said in run.output
    assert "ico.csv:1" in run.output


def test_rows_below_a_line_that_names_no_column_are_told(tmp_path: Path) -> None:
    (tmp_path / "ico.csv").write_text("ZA1,31/03/2027\nZA2,31/03/2027\n", "utf-8")
    assert convert(tmp_path, "ico", "ico.csv").return_value == 3


def test_one_body_in_two_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(company()), "utf-8")
    (tmp_path / "b.json").write_text(json.dumps(company(company_status="dissolved")), "utf-8")
    run = convert(tmp_path, "companies_house", "a.json", "b.json")
    assert run.return_value == 3
    assert "GB-COH-00000001" in run.output
    assert "a.json" in run.output
    assert convert(tmp_path, "companies_house", "a.json").return_value == 0


def test_a_match_that_finds_no_entry_is_told(tmp_path: Path) -> None:
    (tmp_path / "ico.json").write_text(json.dumps([REGISTERED]), "utf-8")
    matches = tmp_path / "matches.csv"
    for number, code in (("ZA1", 0), ("ZA9", 3)):
        matches.write_text(f"identifier,subject,by,on\n{number},A,Nadia,2026-11-24\n", "utf-8")
        run = convert(tmp_path, "ico", "ico.json", more=("--matches", str(matches)))
        assert run.return_value == code
        assert ("no entry `ZA9`" in run.output) == (code == 3)

"""A feed raises nothing but through a fact with its source's day and strength; what is wrong costs no more."""

from __future__ import annotations

import copy
import datetime
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import Facts, Strength, assess, load_policy, load_ruleset
from qa_rules.adapters import (
    FEEDS,
    NoteKind,
    Reading,
    charity_commission,
    companies_house,
    hsds,
    ico,
    ods,
    oruk,
)
from qa_rules.adapters.listings import PAGES
from qa_rules.model.facts import Evidence
from tests.adapters.test_rows import ROWS, read

DATA = Path(__file__).parent / "data"
FETCHED = datetime.date(2026, 11, 25)
ON = datetime.date(2026, 12, 1)
SP = load_ruleset("social-prescribing")
SS2Q = load_ruleset("ss2q")
POLICY = load_policy("illustrative-three-tiers", SP)
IGNORED = ("assured_date", "assurer_email", "licenses")


def sample(name: str) -> Any:
    return json.loads((DATA / name).read_text("utf-8"))


FEEDS_OF = {
    "charity": "charity_commission",
    "hsds": "hsds",
    "ods": "ods",
    "openactive": "openactive",
    "oruk": "oruk",
    "oruk-validator": "oruk",
}
SAMPLES = [
    (FEEDS_OF[folder], f"{folder}/{file.name}")
    for folder in FEEDS_OF
    for file in sorted((DATA / folder).glob("*.json"))
]


def read_as(feed: str, data: Any, fetched_on: datetime.date = FETCHED) -> Reading:
    found = import_module(f"qa_rules.adapters.{feed}").read(data, SP, fetched_on=fetched_on)
    assert isinstance(found, Reading)
    return found


def evidence_of(reading: Reading) -> Iterator[Evidence]:
    for row in reading.rows:
        for value in row.facts.values.values():
            yield value.evidence
        for listed in row.facts.collections.values():
            for record in listed.records:
                yield from (value.evidence for value in record.values())


@pytest.mark.parametrize(("feed", "name"), SAMPLES)
def test_a_sample_is_read_and_its_facts_fit(feed: str, name: str) -> None:
    for row in read_as(feed, sample(name)).rows:
        assess(SP, row.facts, on=ON, policy=POLICY)
        assert json.dumps(row.to_dict())


def test_a_list_of_128_services_gives_no_fact_and_no_row_is_lost() -> None:
    found = oruk.read(sample("oruk-validator/Test-service_list.json"), SP, fetched_on=FETCHED)
    assert len(found.rows) == 128
    assert all(row.facts == Facts(subject=row.subject) for row in found.rows)
    assert len(found.notes) == 175
    assert {each.pointer for each in found.diagnostics} == {f"/contents/{at}/id" for at in range(1, 128)}


def test_the_bad_feeds_of_the_validator_end_in_pointers_and_lose_no_row() -> None:
    one = oruk.read(sample("oruk-validator/Fail-service_full.json"), SP, fetched_on=FETCHED)
    assert [each.pointer for each in one.diagnostics] == ["/url", "/email"]
    page = oruk.read(sample("oruk-validator/Fail-service_list.json"), SP, fetched_on=FETCHED)
    assert len(page.rows) == 4
    assert {each.pointer for each in page.diagnostics} >= {
        "/contents/0/name",
        "/contents/1/url",
        "/contents/2/email",
        "/contents/3/id",
    }
    assert len([each for each in page.notes if each.about == ("marks",)]) == 4


# What never says anything


@pytest.mark.parametrize("name", [name for feed, name in SAMPLES if feed in ("oruk", "hsds")])
@pytest.mark.parametrize(
    "value", [None, "2026-11-01", "verified@example.com", ["?"], {"tier": "enhanced"}, 3, True]
)
def test_what_a_listing_says_of_its_own_assurance_is_never_looked_at(name: str, value: Any) -> None:
    def told(data: Any) -> Any:
        if isinstance(data, dict):
            found = {key: told(each) for key, each in data.items() if key not in IGNORED}
            return found if value is None else {**found, **dict.fromkeys(IGNORED, value)}
        return [told(each) for each in data] if isinstance(data, list) else data

    data = sample(name)
    for adapter in (oruk, hsds):
        assert adapter.read(told(data), SP, fetched_on=FETCHED) == adapter.read(data, SP, fetched_on=FETCHED)


def test_who_is_on_no_register_is_in_no_breach() -> None:
    nothing = assess(SS2Q, {}, on=ON)
    nobody: list[Any] = [[], {}]
    for feed in FEEDS:
        for data in nobody:
            for row in import_module(f"qa_rules.adapters.{feed}").read(data, SS2Q, fetched_on=FETCHED).rows:
                assert row.facts == Facts(subject=row.subject)
                assert assess(SS2Q, row.facts, on=ON).verdicts == nothing.verdicts


# Days and strengths


@pytest.mark.parametrize("file", ROWS, ids=lambda each: each.stem)
def test_the_day_of_the_fetching_is_the_day_of_no_fact_that_has_one(file: Path) -> None:
    row = json.loads(file.read_text("utf-8"))
    later = {**row, "fetched_on": "2027-06-30"}
    for before, after in zip(read(row).rows, read(later).rows, strict=True):
        for name, value in before.facts.values.items():
            again = after.facts.values.get(name)
            if again is not None:
                assert again.evidence.on == value.evidence.on
        assert before.facts.collections == after.facts.collections


def test_a_copy_of_a_register_is_of_the_day_of_the_copy() -> None:
    company = {"company_number": "1", "company_status": "active", "type": "ltd"}
    copied = datetime.date(2026, 1, 5)
    found = companies_house.read(company, SP, fetched_on=FETCHED, published_on=copied)
    assert found.facts.values["provider_type"].evidence.as_of == copied
    before = assess(SP, found.facts, on=datetime.date(2026, 1, 4)).work.known.values
    assert "provider_type" not in before


def test_what_is_dated_after_the_fetching_is_a_fault_and_no_fact() -> None:
    charity = sample("charity/publicextract.synthetic.json")
    found = charity_commission.read(charity, SP, fetched_on=datetime.date(2026, 11, 19))
    assert set(found.facts.values) == {"annual_income", "safeguarding_policy.exists"}
    assert "date" in {each.code for each in found.diagnostics}


def test_what_a_body_told_a_register_of_itself_is_stated() -> None:
    found = charity_commission.read(sample("charity/publicextract.synthetic.json"), SP, fetched_on=FETCHED)
    strengths = {name: each.evidence.strength for name, each in found.facts.values.items()}
    assert strengths == {
        "provider_type": Strength.VERIFIED,
        "governance_document_kind": Strength.VERIFIED,
        "annual_income": Strength.STATED,
        "safeguarding_policy.exists": Strength.STATED,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"charity_type": "Trust"},
        {"charity_registration_status": "Removed"},
        {"date_of_removal": "2026-01-01"},
        {"charity_registration_status": None},
        {"cio_is_dissolved": True},
        {"date_of_extract": None},
        {"date_of_extract": "20/11/2026"},
        {"charity_is_cio": None, "charity_type": None},
    ],
)
def test_a_form_that_nobody_would_sign_is_not_read(change: dict[str, Any]) -> None:
    data = sample("charity/publicextract.synthetic.json")
    data["charity"][0] |= change
    found = charity_commission.read(data, SP, fetched_on=FETCHED)
    assert "provider_type" not in found.facts.values
    assert found.notes or found.diagnostics


@pytest.mark.parametrize("key", ["charity_insolvent", "charity_in_administration", "cio_is_dissolved"])
def test_a_warning_stands_first(key: str) -> None:
    data = sample("charity/publicextract.synthetic.json")
    data["charity"][0][key] = True
    found = charity_commission.read(data, SP, fetched_on=FETCHED)
    assert found.notes[0].kind is NoteKind.WARNING
    assert found.notes[0].pointer == f"/charity/0/{key}"


@pytest.mark.parametrize(
    ("code", "name", "public"),
    [
        ("197", "NHS TRUST", True),
        ("RO141", "LOCAL AUTHORITY", True),
        ("177", "PRESCRIBING COST CENTRE", False),
        ("172", "INDEPENDENT SECTOR HEALTHCARE PROVIDER", False),
        ("197", "PHARMACY", False),
        ("", "", False),
    ],
)
def test_a_code_of_the_nhs_makes_nobody_a_public_body(code: str, name: str, public: bool) -> None:
    data = sample("ods/read-example.json")
    data["extension"][1]["extension"][0]["valueCoding"] |= {"code": code, "display": name}
    found = ods.read(data, SP, fetched_on=FETCHED)
    assert ("provider_type" in found.facts.values) == public


def test_an_entry_that_nobody_matched_is_a_note() -> None:
    row = {"Registration_number": "ZA1", "Organisation_name": "A", "End_date_of_registration": "31/03/2027"}
    found = ico.read(row, SS2Q, fetched_on=FETCHED)
    assert not found.facts.values
    assert found.notes[0].kind is NoteKind.MATCH


# Careful persons


def test_a_grant_to_two_bodies_is_a_note_on_each_and_one_to_a_person_is_not_held() -> None:
    grants = [
        {
            "id": "1",
            "title": "T",
            "recipientOrganization": [{"id": "GB-CHC-1", "name": "A"}, {"id": "GB-CHC-2", "name": "B"}],
        },
        {"id": "2", "title": "U", "recipientIndividual": {"name": "J. Smith"}},
    ]
    found = read_as("threesixty_giving", {"grants": grants})
    assert [[str(one) for one in row.identifiers] for row in found.rows] == [["GB-CHC-1"], ["GB-CHC-2"]]
    assert "Smith" not in json.dumps(found.to_dict())


@pytest.mark.parametrize("kind", ["Patient", "RelatedPerson"])
def test_the_name_of_somebody_who_is_referred_is_not_held(kind: str) -> None:
    person = {"reference": f"{kind}/1", "display": "J. Smith"}
    answers = [
        {"linkId": name, "answer": [{"valueBoolean": True}]}
        for name in ("volunteer_led", "equality_compliant")
    ]
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "authored": "2026-11-01",
        "subject": person,
        "author": person,
        "item": answers,
    }
    found = read_as("fhir_questionnaire_response", response)
    assert "Smith" not in json.dumps(found.to_dict())
    assert found.facts.values["volunteer_led"].value is True
    # Nobody is named who judges, so nothing is judged.
    assert "equality_compliant" not in assess(SP, found.facts, on=ON).work.known.values


@pytest.mark.parametrize(
    ("status", "sources", "strength"),
    [
        ("validated", [{"who": {"display": "Somebody"}, "validationDate": "2026-05-01"}], Strength.VERIFIED),
        (
            "validated",
            [{"who": {"reference": "Organization/1"}, "validationDate": "2026-05-01"}],
            Strength.STATED,
        ),
        ("validated", [], Strength.STATED),
        ("attested", [{"who": {"display": "Somebody"}, "validationDate": "2026-05-01"}], Strength.STATED),
        ("req-revalid", [{"who": {"display": "Somebody"}, "validationDate": "2026-05-01"}], None),
        ("entered-in-error", [{"who": {"display": "Somebody"}, "validationDate": "2026-05-01"}], None),
    ],
)
def test_only_what_another_body_validated_is_verified(
    status: str, sources: list[Any], strength: Strength | None
) -> None:
    result = {
        "resourceType": "VerificationResult",
        "status": status,
        "statusDate": "2026-05-01",
        "target": [{"reference": "Organization/1"}],
        "primarySource": sources,
    }
    found = read_as("fhir_verification_result", result)
    strengths = {each.strength for each in evidence_of(found)}
    assert strengths == (set() if strength is None else {strength})


def test_answers_of_which_some_are_lost_are_no_whole_list() -> None:
    item = {"linkId": "ig_policies", "answer": [{"valueCoding": {"code": "data_protection"}}]}
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "authored": "2026-11-01",
        "item": [item],
    }
    assert not read_as("fhir_questionnaire_response", response).facts.values["ig_policies"].partial
    lost = {**response, "item": [item, "?"]}
    assert read_as("fhir_questionnaire_response", lost).facts.values["ig_policies"].partial


# Feeds that are wrong

ODD: list[Any] = [
    None,
    "",
    " ",
    "n/a",
    0,
    -1,
    1e400,
    float("nan"),
    Decimal("NaN"),
    True,
    [],
    {},
    [None],
    [[]],
    {"a": None},
    [{}],
    "2026-13-40",
    "0000-00-00",
    "9999-12-31",
    "31/02/2026",
    "\ud800",
    "x" * 20_000,
    10**200,
    "none",
    "<script>",
]


CLAIMS: list[Any] = [True, "none", "verified", {"value": True, "strength": "verified"}]
NAMES = [*SP.vocabulary.facts, *SP.vocabulary.scalars]


def spoiled(data: Any, rng: random.Random, times: int) -> Any:
    """Data of which something is put in the place of something, taken away, doubled or wrapped."""
    data = copy.deepcopy(data)
    for _ in range(times):
        places: list[tuple[Any, Any]] = []

        def walk(each: Any, places: list[tuple[Any, Any]] = places) -> None:
            inside = (
                list(each.items())
                if isinstance(each, dict)
                else list(enumerate(each))
                if isinstance(each, list)
                else []
            )
            for key, value in inside:
                places.append((each, key))
                if isinstance(value, dict | list):
                    walk(value)

        if isinstance(data, dict | list):
            walk(data)
        if not places:
            return copy.deepcopy(rng.choice(ODD))
        holder, key = rng.choice(places)
        match rng.randrange(6):
            case 0 if isinstance(holder, dict):
                del holder[key]
            case 1 if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case 2:
                holder[key] = [holder[key]]
            case 3 if isinstance(holder, dict):
                # What would be a fact in a facts file is none in a feed.
                holder[rng.choice(NAMES)] = copy.deepcopy(rng.choice(CLAIMS))
            case 4:
                holder[key] = {str(key): holder[key]}
            case _:
                holder[key] = copy.deepcopy(rng.choice(ODD))
    return data


REGISTERS = {
    "charity_commission": {
        "provider_type": Strength.VERIFIED,
        "governance_document_kind": Strength.VERIFIED,
        "annual_income": Strength.STATED,
        "safeguarding_policy.exists": Strength.STATED,
        "equality_policy.exists": Strength.STATED,
    },
    "companies_house": {"provider_type": Strength.VERIFIED},
    "ods": {"provider_type": Strength.VERIFIED},
    "oruk": {"marks": Strength.STATED},
    "hsds": {"marks": Strength.STATED},
    "fhir_verification_result": {"marks": Strength.VERIFIED},
}
"""What each feed may say of social prescribing, and how strongly at most."""
ALL = [(feed, sample(name)) for feed, name in SAMPLES if "Test-service_list" not in name] + [
    (row["feed"], row["data"]) for row in (json.loads(file.read_text("utf-8")) for file in ROWS)
]


@given(st.sampled_from(range(len(ALL))), st.integers(0, 2**32), st.integers(1, 6))
def test_a_feed_that_is_wrong_breaks_nothing_and_raises_nothing(at: int, seed: int, times: int) -> None:
    feed, data = ALL[at]
    found = read_as(feed, spoiled(data, random.Random(seed), times))
    for row in found.rows:
        for listed in row.facts.collections.values():
            assert listed.partial or (feed == "fhir_questionnaire_response" and not row.diagnostics)
    for each in evidence_of(found):
        assert each.source
        assert each.dated is not None
        assert each.dated <= FETCHED
    for row in found.rows:
        assess(SP, row.facts, on=ON, policy=POLICY)
        json.dumps(row.to_dict()).encode()
        if feed != "fhir_questionnaire_response":
            may = REGISTERS.get(feed, {})
            for name, value in row.facts.values.items():
                assert value.evidence.strength <= may[name]
            for name, listed in row.facts.collections.items():
                assert all(
                    value.evidence.strength <= may[name] for each in listed.records for value in each.values()
                )
                assert {key for each in listed.records for key in each} == {"scheme"}
    for fault in found.diagnostics:
        assert fault.message
        str(fault)


@given(st.integers(0, 2**32), st.integers(1, 4))
def test_what_is_wrong_in_one_row_costs_no_other(seed: int, times: int) -> None:
    page = sample("oruk/service_list.json")
    good = {**page["contents"][0], "id": "good", "accreditations": "Trusted Charity"}
    bad = spoiled(page["contents"][0], random.Random(seed), times)
    alone = oruk.read({**page, "contents": [good]}, SP, fetched_on=FETCHED)
    for contents in ([bad, good], [good, bad]):
        found = oruk.read({**page, "contents": contents}, SP, fetched_on=FETCHED)
        row = next(each for each in found.rows if any("Trusted Charity" in note.text for note in each.notes))
        assert row.facts == alone.facts
        assert [note.text for note in row.notes] == [note.text for note in alone.notes]


@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("data", [None, 3, "text", True, [], {}, [[]], [None], ["x"], {"x": 1}])
def test_what_is_no_feed_is_a_fault_or_nothing(feed: str, data: Any) -> None:
    found = read_as(feed, data)
    assert all(row.facts == Facts(subject=row.subject) for row in found.rows)
    if data not in ([], [None]):
        assert found.diagnostics


def test_every_page_that_people_make_is_read() -> None:
    one = {"id": "1", "name": "A", "accreditations": "Trusted Charity"}
    for key in PAGES:
        found = oruk.read({key: [one, {**one, "id": "2"}]}, SP, fetched_on=FETCHED)
        assert len(found.rows) == 2
    assert len(attrs.fields(Reading)) == 5

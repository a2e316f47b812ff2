"""Sources that agree become one; what they differ about is shown, and known to nobody."""

from __future__ import annotations

import datetime

import attrs
import pytest
from hypothesis import given

from qa_rules import ArgumentError, Evidence, Facts, FactValue, Records, Strength, Vocabulary, load_ruleset
from qa_rules.adapters import Identifier, Match, Reading, charity_commission, companies_house, merge
from tests.strategies.facts import facts as any_facts
from tests.strategies.vocabularies import plain_vocabulary

SP = load_ruleset("social-prescribing")
DAY = datetime.date(2026, 11, 25)
PLAIN: Vocabulary = plain_vocabulary()


def value(
    given: object, strength: Strength = Strength.STATED, on: datetime.date = DAY, source: str = "a"
) -> FactValue:
    return FactValue(given, Evidence(source, strength, on=on))  # type: ignore[arg-type]


def test_two_values_are_a_conflict_with_both_evidences_and_no_fact() -> None:
    charity = {
        "organisation_number": 1,
        "registered_charity_number": 1,
        "charity_name": "A",
        "date_of_extract": "2026-11-20",
        "charity_registration_status": "Registered",
        "charity_type": "CIO",
        "charity_is_cio": True,
    }
    company = {"company_number": "7", "company_name": "A Ltd", "company_status": "active", "type": "ltd"}
    found = merge(
        charity_commission.read(charity, SP, fetched_on=DAY),
        companies_house.read(company, SP, fetched_on=DAY),
    )
    assert "provider_type" not in found.facts.values
    (conflict,) = found.conflicts
    assert [each.value for each in conflict.values if isinstance(each, FactValue)] == ["cio", "company"]
    assert "cio by Charity Commission register, 20 November 2026" in conflict.text
    assert found.identifiers == (Identifier("GB-CHC", "1"), Identifier("GB-COH", "00000007"))
    assert found.to_dict()["conflicts"][0]["about"] == "provider_type"


def test_where_sources_agree_the_stronger_and_then_the_later_evidence_stays() -> None:
    old = datetime.date(2025, 1, 1)
    given = [value(True), value(True, Strength.VERIFIED, old), value(True, Strength.VERIFIED, DAY, "b")]
    for order in (given, given[::-1]):
        found = merge(*(Facts({"volunteer_led": each}) for each in order))
        assert found.facts.values["volunteer_led"] == given[2]
        assert found.conflicts == ()


def test_a_stronger_source_does_not_win_over_a_weaker_one() -> None:
    found = merge(Facts({"paid_staff": value(0)}), Facts({"paid_staff": value(3, Strength.VERIFIED)}))
    assert "paid_staff" not in found.facts.values
    assert found.conflicts[0].about == "paid_staff"


def test_yes_and_one_are_two_values() -> None:
    assert merge(Facts({"a": value(True)}), Facts({"a": value(1)})).conflicts


def test_a_third_source_does_not_outvote_a_conflict() -> None:
    found = merge(*(Facts({"paid_staff": value(each)}) for each in (1, 2, 1)))
    assert found.facts.values == {}


def test_different_identifiers_of_one_scheme_let_no_fact_through() -> None:
    one = Reading(Facts({"volunteer_led": value(True)}), identifiers=(Identifier("GB-CHC", "1"),))
    other = attrs.evolve(one, identifiers=(Identifier("GB-CHC", "2"),))
    found = merge(one, other)
    assert found.facts.values == {}
    assert found.conflicts[0].about == "GB-CHC"
    shared = attrs.evolve(other, identifiers=(Identifier("GB-CHC", "2"), Identifier("GB-CHC", "1")))
    assert merge(one, shared).facts.values


def test_lists_come_together_each_record_once_and_stay_partial() -> None:
    record = {"scheme": value("other")}
    one = Facts(collections={"marks": Records((record,), Evidence(), partial=True)})
    other = Facts(collections={"marks": Records((record, {"scheme": value("ncvo")}), Evidence())})
    found = merge(one, other).facts.collections["marks"]
    assert len(found.records) == 2
    assert found.partial
    assert merge(other).facts.collections == other.collections


def test_a_reading_of_several_subjects_is_refused() -> None:
    with pytest.raises(ArgumentError, match="rows"):
        merge(Reading(several=(Reading(), Reading())))


@given(any_facts(PLAIN), any_facts(PLAIN))
def test_whatever_two_sources_say_order_matters_to_nothing_known(one: Facts, other: Facts) -> None:
    there, back = merge(one, other), merge(other, one)
    assert {key: each.value for key, each in there.facts.values.items()} == {
        key: each.value for key, each in back.facts.values.items()
    }
    assert {each.about for each in there.conflicts} == {each.about for each in back.conflicts}
    assert merge(one, one).facts.values == one.values
    for name, each in there.facts.values.items():
        assert each in (one.values.get(name), other.values.get(name))


@pytest.mark.parametrize("empty", ["identifier", "subject", "by"])
def test_a_match_names_an_entry_a_provider_and_a_person(empty: str) -> None:
    given = {"identifier": "ZA1", "subject": "A", "by": "Nadia Osei"}
    with pytest.raises(ArgumentError, match=empty):
        Match(**{**given, empty: " "}, on=DAY)

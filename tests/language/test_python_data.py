"""Rulesets, policies and facts made in Python mean what the same text in a file means."""

from __future__ import annotations

import datetime
import enum
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qa_rules import (
    NONE,
    Facts,
    FactsError,
    NotFoundError,
    RulesetError,
    facts_from,
    facts_model,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
    policy_from,
    ruleset_from,
)
from qa_rules.language.facts import facts_of_document
from qa_rules.language.library import policy_file, policy_names, ruleset_file, ruleset_ids
from qa_rules.language.reading import mapping, read_data, read_file
from qa_rules.model.identity import hash_of, hash_of_facts
from qa_rules.model.writing import facts_to_data
from tests.tables.clubs import CLUBS

ROOT = Path(__file__).resolve().parents[2]
SOUND = load_ruleset(Path(__file__).parent / "bad" / "sound" / "ruleset.yaml")
MODEL = facts_model(SOUND)


@pytest.mark.parametrize("ruleset", ruleset_ids())
def test_a_ruleset_from_data_is_that_of_the_file(ruleset: str) -> None:
    file = ruleset_file(ruleset)
    made = ruleset_from(mapping(read_file(file).data), beside=file.parent)
    assert hash_of(made) == hash_of(load_ruleset(ruleset))


@pytest.mark.parametrize("name", policy_names())
def test_a_policy_from_data_is_that_of_the_file(name: str) -> None:
    data = mapping(read_file(policy_file(name)).data)
    ruleset = load_ruleset(str(data["for"]))
    made = policy_from(data, ruleset)
    assert hash_of(made) == hash_of(load_policy(name, ruleset))


def test_another_word_gives_a_ruleset_another_hash() -> None:
    data = dict(mapping(read_file(ruleset_file("sme-programme")).data))
    data["title"] = "Another title"
    assert hash_of(ruleset_from(data)) != hash_of(load_ruleset("sme-programme"))


def test_a_fault_in_data_names_the_path_to_it() -> None:
    data = dict(mapping(read_file(ruleset_file("sme-programme")).data))
    data["requirements"] = [dict(mapping(data["requirements"][0])) | {"met_when": {"all_of": ["nonsense"]}}]
    with pytest.raises(RulesetError) as caught:
        ruleset_from(data)
    messages = [each.message for each in caught.value.diagnostics]
    assert "there is no fact `nonsense` (at requirements[0].met_when.all_of[0])" in messages


# Facts

day = st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31))
truth = st.sampled_from([True, False, "yes", "no", "YES", "perhaps", 1, None])
evidence: st.SearchStrategy[Any] = st.sampled_from(
    [
        {},
        {"by": "A. Person", "on": "2026-01-01"},
        {"strength": "seen", "source": "visit"},
        {"strength": "firm"},
        {"buy": "A. Person"},
        {"on": datetime.date(2026, 1, 2), "valid_until": "2027-01-01", "reason": "seen there"},
        {"on": "soon"},
        {"reference": 3},
    ]
)
grounds = st.lists(st.sampled_from(["road", "path", "hill", "mud", 1]), max_size=3)


def enveloped(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value bare, or with evidence; now and then without its value, or partial."""
    partial = st.sampled_from([{}, {}, {"partial": True}, {"partial": "perhaps"}])
    wrapped = st.builds(
        lambda value, found, part: {"value": value, **found, **part}, values, evidence, partial
    )
    return st.one_of(values, wrapped, evidence)


record = st.fixed_dictionaries(
    {},
    optional={
        "trained_on": enveloped(day),
        "first_aider": enveloped(truth),
        "name": st.just("Ann"),
        "evidence": evidence,
    },
)
PLANS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional={
        "exists": enveloped(truth),
        "dated": enveloped(day),
        "review_due": st.sampled_from(["none", NONE, "2027-01-01", "later"]),
        "covers": st.lists(st.sampled_from(["falls", "heat", "rain"]), max_size=2),
        "evidence": evidence,
    },
)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "insured": enveloped(truth),
    "well_led": enveloped(truth),
    "walkers": enveloped(st.sampled_from([1, 400, 0, 401, 2.5, "12", True, 10**50, None])),
    "fee": enveloped(st.sampled_from([0, Decimal("2.50"), 2.5, "3", "none", NONE, -1, float("nan"), float("inf")])),
    "pace": enveloped(st.sampled_from(["slow", "brisk", "fast", "none", NONE, 1])),
    "grounds": enveloped(st.one_of(grounds, grounds.map(tuple), st.just({"road", "hill"}), st.just("road"))),
    "scheme": enveloped(st.sampled_from(["UK-1", "1.10", 1, "", "x" * 201, "\ud83d", "🙂"])),
    "schemes": enveloped(st.sampled_from([[], ["a"], frozenset({"a", "b"}), ["a", 1], "a"])),
    "motto": enveloped(st.text(max_size=5)),
    "started_on": enveloped(st.one_of(day, st.sampled_from(["2026-02-30", datetime.datetime(2026, 1, 1)]))),
    "plan": st.one_of(truth, PLANS, evidence.map(lambda found: {"value": True, **found})),
    "leaders": st.one_of(
        st.lists(record, max_size=2),
        st.builds(lambda found, part: {"records": found, "partial": part}, st.lists(record, max_size=2), truth),
        st.sampled_from([None, {}, "Ann", ["Ann"], {"record": []}]),
    ),
    "nothing": st.just(1),
}  # fmt: skip
SOME_FACTS = st.sets(st.sampled_from(sorted(VALUES)), max_size=3).flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[name] for name in sorted(names)})
)


def accepted(values: dict[str, Any]) -> Facts | None:
    try:
        return facts_from(values, SOUND)
    except FactsError:
        return None


@given(values=SOME_FACTS)
def test_the_model_of_facts_accepts_what_facts_from_accepts(values: dict[str, Any]) -> None:
    facts = accepted(values)
    if facts is None:
        with pytest.raises(ValidationError):
            MODEL.model_validate(values)
    else:
        assert MODEL.model_validate(values).model_dump(exclude_unset=True).keys() == values.keys()


def test_facts_are_both_accepted_and_refused_above() -> None:
    assert accepted({"walkers": 400, "grounds": ("road",), "leaders": [{"first_aider": "no"}]}) is not None
    assert accepted({"walkers": 401}) is None


@given(values=SOME_FACTS)
def test_facts_written_out_and_read_again_are_the_same(values: dict[str, Any]) -> None:
    facts = accepted(values)
    if facts is None:
        return
    again = facts_of_document(read_data(facts_to_data(facts), "<again>"), SOUND.vocabulary)
    assert again == facts
    assert hash_of_facts(again) == hash_of_facts(facts)


@pytest.mark.parametrize(
    ("ruleset", "path"),
    [
        ("ss2q@2017", "ss2q/compliant.yaml"),
        ("social-prescribing@3.5", "social-prescribing/walking-group/group.yaml"),
    ],
)
def test_the_facts_of_a_file_keep_their_hash_when_written_out(ruleset: str, path: str) -> None:
    known = load_ruleset(ruleset)
    facts = load_facts(ROOT / "examples" / path, known)
    again = facts_of_document(read_data(facts_to_data(facts), "<again>"), known.vocabulary)
    assert hash_of_facts(again) == hash_of_facts(facts)


def test_the_order_and_the_spelling_of_facts_leave_the_hash_alone() -> None:
    one = facts_from({"insured": True, "fee": "2.50", "grounds": ["road", "hill"]}, SOUND)
    other = facts_from({"grounds": {"hill", "road"}, "fee": Decimal("2.5"), "insured": "yes"}, SOUND)
    assert hash_of_facts(one) == hash_of_facts(other)
    assert hash_of_facts(one) != hash_of_facts(facts_from({"insured": True}, SOUND))


# Merging


def test_facts_of_two_files_are_one() -> None:
    first, second = facts_from({"insured": True}, SOUND), facts_from({"leaders": [], "walkers": 3}, SOUND)
    merged = merge(first, second)
    assert hash_of_facts(merged) == hash_of_facts(
        facts_from({"insured": True, "walkers": 3, "leaders": []}, SOUND)
    )
    assert merge(first) == first


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"insured": True}, "insured"),
        ({"leaders": []}, "leaders"),
        ({"plan": {"exists": True}}, "plan.exists"),
    ],
)
def test_a_fact_given_twice_is_refused_even_when_it_is_the_same(
    values: dict[str, object], named: str
) -> None:
    facts = facts_from(values, SOUND)
    with pytest.raises(FactsError, match=f"the fact `{named}` is given twice") as caught:
        merge(facts, facts_from({"walkers": 3}, SOUND), facts)
    assert [each.code for each in caught.value.diagnostics] == ["duplicate-fact"]


# Models


def test_the_model_of_facts_has_the_name_of_its_ruleset_and_is_made_once() -> None:
    social = load_ruleset("social-prescribing")
    assert facts_model(social).__name__ == "SocialPrescribing35Facts"
    assert facts_model(social) is facts_model(social)
    assert facts_model(social, about=["provider"]) is facts_model(social, about={"provider"})


def test_a_model_may_hold_what_is_about_some_subjects_only() -> None:
    social = load_ruleset("social-prescribing")
    facts = social.vocabulary.facts
    provider = facts_model(social, about=["provider", "activity"])
    wanted = {name for name, each in facts.items() if each.about in ("provider", "activity")}
    assert 0 < len(wanted) < len(facts)
    assert provider.model_fields.keys() == wanted
    with pytest.raises(ValidationError):
        provider.model_validate({next(iter(facts.keys() - wanted)): None})
    with pytest.raises(NotFoundError, match="no fact is about `nobody`"):
        facts_model(social, about=["nobody"])


class Fee(enum.IntEnum):
    LOW = 3


class Scheme(str, enum.Enum):  # noqa: UP042 - as many write it
    WALKS = "walks"


def of_libraries() -> dict[str, tuple[str, Any, Any]]:
    """A fact, its value as a library has it, and the same value of Python."""
    numpy, pyarrow = pytest.importorskip("numpy"), pytest.importorskip("pyarrow")
    day = datetime.date(2026, 6, 2)
    return {
        "a yes": ("insured", numpy.bool_(True), True),
        "a no": ("insured", numpy.bool_(False), False),
        "a yes of Arrow": ("insured", pyarrow.scalar(True), True),
        "nothing of Arrow": ("insured", pyarrow.scalar(None), None),
        "a whole number": ("fee", numpy.int8(3), 3),
        "a large number": ("fee", numpy.uint64(2**64 - 1), 2**64 - 1),
        "a float": ("fee", numpy.float64(2.3), Decimal("2.3")),
        "a float of 32 bits": ("fee", numpy.float32(2.3), Decimal("2.3")),
        "a float of 16 bits": ("fee", numpy.float16(2.3), Decimal("2.3")),
        "an array of one float": ("fee", numpy.array(2.3), Decimal("2.3")),
        "an enumeration of numbers": ("fee", Fee.LOW, 3),
        "a day": ("checked_on", numpy.datetime64("2026-06-02"), day),
        "a day of Arrow": ("checked_on", pyarrow.scalar(day), day),
        "text": ("signed_by", numpy.str_("Ada"), "Ada"),
        "an array of text": ("schemes", numpy.array(["walks"]), ["walks"]),
        "a list of Arrow": ("schemes", pyarrow.scalar(["walks"]), ["walks"]),
        "an enumeration of text": ("schemes", [Scheme.WALKS], ["walks"]),
        "evidence": ("fee", {"value": numpy.int64(3), "on": numpy.datetime64("2026-06-02")}, {"value": 3, "on": day}),
        "a flag": ("schemes", {"value": [], "partial": numpy.bool_(True)}, {"value": [], "partial": True}),
        "records": ("leaders", numpy.array([{"first_aider": numpy.bool_(True)}]), [{"first_aider": True}]),
    }  # fmt: skip


@pytest.mark.parametrize("name", of_libraries())
def test_a_value_of_numpy_or_arrow_is_the_value_of_python_that_it_stands_for(name: str) -> None:
    fact, given_, wanted = of_libraries()[name]
    assert facts_from({fact: given_}, CLUBS) == facts_from({fact: wanted}, CLUBS)
    assert json.dumps(facts_from({fact: given_}, CLUBS).to_dict())


@pytest.mark.parametrize("fact", ["insured", "fee", "checked_on", "signed_by", "schemes", "leaders"])
def test_what_pandas_writes_where_nothing_is_known_is_told_and_is_no_value(fact: str) -> None:
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    missing = [
        pandas.NA,
        pandas.NaT,
        numpy.nan,
        numpy.float32("nan"),
        numpy.datetime64("NaT"),
        Decimal("sNaN"),
    ]
    for each in missing:
        with pytest.raises(FactsError):
            facts_from({fact: each}, CLUBS)


def test_a_moment_of_numpy_is_no_day() -> None:
    numpy = pytest.importorskip("numpy")
    with pytest.raises(FactsError, match="is not a date"):
        facts_from({"checked_on": numpy.datetime64("2026-06-02T00:00:00")}, CLUBS)

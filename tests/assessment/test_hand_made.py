"""Facts made by hand are looked at as facts of a file are: what does not fit is a fault, None is unknown."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import (
    NONE,
    Evidence,
    Facts,
    FactsError,
    FactValue,
    Records,
    Strength,
    Verdict,
    assess,
    load_ruleset,
)
from qa_rules.engines import EngineName
from qa_rules.language.facts import facts_from
from tests.assessment.small import ON, POLICY, RULESET
from tests.strategies import Case, cases

SS2Q = load_ruleset("ss2q")
ENGINES: tuple[EngineName, ...] = ("compiled", "reference")


def verdicts(facts: Facts, engine: EngineName = "compiled") -> Mapping[str, Verdict]:
    return assess(RULESET, facts, on=ON, policy=POLICY, engine=engine).verdicts


def value(given: Any, **more: Any) -> FactValue:
    return FactValue(given, Evidence(**more))


WRONG = {
    "the word no for a yes or no": Facts({"a": value("no")}),
    "a number for a yes or no": Facts({"a": value(1)}),
    "a date for a yes or no": Facts({"a": value(ON)}),
    "text for a number": Facts({"price": value("2.50")}),
    "a float for a number": Facts({"price": value(2.5)}),
    "no number at all": Facts({"price": value(Decimal("nan"))}),
    "a number without end": Facts({"price": value(Decimal("1e999999"))}),
    "one word for a set": Facts({"marks": value("x")}),
    "a set of numbers": Facts({"marks": value(frozenset([1]))}),
    "a name that no vocabulary has": Facts({"aa": value(True)}),
    "a name of no text": Facts({1: value(True)}),  # type: ignore[dict-item]
    "a list among values": Facts({"visits": value(True)}),
    "a document among values": Facts({"paper": value(True)}),
    "a value among lists": Facts(collections={"a": Records(())}),
    "a bare value": Facts({"a": True}),  # type: ignore[dict-item]
    "a moment for a date": Facts(
        collections={"visits": Records(({"due": value(datetime.datetime(2026, 1, 1))},))}
    ),
    "text for a date": Facts(collections={"visits": Records(({"due": value("2026-01-01")},))}),
    "a field that there is not": Facts(collections={"visits": Records(({"dun": value(True)},))}),
    "a record that is none": Facts(collections={"visits": Records(("x",))}),  # type: ignore[arg-type]
    "records that are none": Facts(collections={"visits": Records("x")}),  # type: ignore[arg-type]
    "a list that is none": Facts(collections={"visits": []}),  # type: ignore[dict-item]
    "a strength of seven": Facts({"a": value(True, strength=7)}),
    "a strength in words": Facts({"a": value(True, strength="seen")}),
    "evidence of text": Facts({"a": FactValue(True, "seen")}),  # type: ignore[arg-type]
    "a date of evidence in words": Facts({"a": value(True, on="2026-01-01")}),
    "a moment of evidence": Facts({"a": value(True, valid_until=datetime.datetime(2026, 1, 1))}),
    "a person of numbers": Facts({"a": value(True, by=7)}),
    "none where there is no none": Facts({"a": value(NONE)}),
    "part of a yes": Facts({"a": FactValue(True, partial=True)}),
    "perhaps partial": Facts({"marks": FactValue(frozenset(["x"]), partial="perhaps")}),  # type: ignore[arg-type]
    "a perhaps partial list": Facts(collections={"visits": Records((), partial="no")}),  # type: ignore[arg-type]
    "values that are a list": Facts([value(True)]),  # type: ignore[arg-type]
    "a subject of numbers": Facts(subject=3),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_does_not_fit_is_a_fault(what: str, engine: EngineName) -> None:
    with pytest.raises(FactsError) as caught:
        verdicts(WRONG[what], engine)
    assert all(each.hint for each in caught.value.diagnostics)


def test_all_that_does_not_fit_is_told_at_once() -> None:
    facts = Facts(
        {"a": value("no"), "zzz": value(True), "price": value("dear")},
        {"visits": Records(({"done": value("yes")},))},
    )
    with pytest.raises(FactsError) as caught:
        verdicts(facts)
    assert len(caught.value.diagnostics) == 4


def test_facts_for_another_ruleset_are_a_fault() -> None:
    with pytest.raises(FactsError, match="there is no fact"):
        verdicts(facts_from({"licences": []}, SS2Q))


@pytest.mark.parametrize("engine", ENGINES)
def test_none_is_unknown(engine: EngineName) -> None:
    nothing = FactValue(None)
    lists = {"visits": Records(({"done": nothing, "due": nothing},))}
    scalars = list(RULESET.vocabulary.scalars)
    by_hand = Facts(dict.fromkeys(scalars, nothing), lists)
    assert verdicts(by_hand, engine) == verdicts(Facts(collections={"visits": Records(({},))}), engine)


def test_a_set_of_python_is_a_set() -> None:
    one = assess(RULESET, Facts({"marks": FactValue({"x"})}), on=ON)  # type: ignore[arg-type]
    assert one == assess(RULESET, {"marks": ["x"]}, on=ON)


@given(cases())
def test_facts_that_fit_are_taken_as_they_are(case: Case) -> None:
    closed = case.closed
    facts = attrs.evolve(case.facts)
    assert not facts.fits(closed.ruleset.vocabulary)
    made = assess(closed.ruleset, facts, on=case.on, policy=closed.policy, calendar=case.calendar)
    assert made.work.facts == case.facts
    assert made.work.facts.fits(closed.ruleset.vocabulary)


def test_facts_that_were_read_are_not_looked_at_again_and_travel_without_their_vocabulary() -> None:
    facts = facts_from({"a": True}, RULESET)
    assert facts.fits(RULESET.vocabulary)
    sent = pickle.loads(pickle.dumps(facts))
    assert sent == facts
    assert not sent.fits(RULESET.vocabulary)
    assert len(pickle.dumps(facts)) < 2000


ANYTHING = st.sampled_from(
    [True, False, None, "no", "yes", "", "n/a", 0, 1, 2.5, Decimal(3), ON, datetime.datetime(2026, 1, 1), [], ["x"],
     frozenset({"x"}), {"value": True}, object(), NONE, Strength.SEEN, 10**5000, Decimal("inf"), b"x"]
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*RULESET.vocabulary.scalars]), ANYTHING, max_size=4))
def test_whatever_is_handed_in_the_answer_is_a_fault_or_that_of_the_other_door(
    values: dict[str, Any],
) -> None:
    by_hand = Facts({name: FactValue(each) for name, each in values.items()})
    try:
        made = verdicts(by_hand)
    except FactsError:
        return
    plain: dict[str, Any] = {}
    for name, each in values.items():
        base, _, part = name.partition(".")
        if part:
            plain.setdefault(base, {})[part] = each
        else:
            plain[name] = each
    assert made == assess(RULESET, plain, on=ON, policy=POLICY).verdicts


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        (Facts({"a": FactValue(True)}, subject="\ud800"), ("subject",)),
        (Facts({"a": FactValue(True, Evidence(valid_until=""))}), ("facts", "a", "valid_until")),  # type: ignore[arg-type]
        (Facts({"a": FactValue(True, Evidence(as_of=""))}), ("facts", "a", "as_of")),  # type: ignore[arg-type]
        (Facts({"a": FactValue(True, Evidence(on=""))}), ("facts", "a", "on")),  # type: ignore[arg-type]
        (Facts({"a": FactValue(True, None)}), ("facts", "a")),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_evidence_and_no_name_is_a_fault_with_its_path(
    facts: Facts, path: tuple[str, ...]
) -> None:
    with pytest.raises(FactsError) as refused:
        assess(RULESET, facts, on=ON)
    assert [each.path for each in refused.value.diagnostics] == [path]


def test_a_key_that_is_no_text_and_a_value_that_cannot_be_shown_are_faults() -> None:
    class Silent:
        def __repr__(self) -> str:
            raise RuntimeError("no words")

    for key in (10**5_000, None, 1.5, (1,)):
        with pytest.raises(FactsError, match="a key here is text, not "):
            assess(RULESET, {key: True}, on=ON)  # type: ignore[dict-item]
        with pytest.raises(FactsError) as refused:
            assess(RULESET, {"a": {"value": True, key: 1}}, on=ON)
        assert refused.value.diagnostics[0].path == ("a",)
    with pytest.raises(FactsError, match="Silent"):
        assess(RULESET, {"a": Silent()}, on=ON)

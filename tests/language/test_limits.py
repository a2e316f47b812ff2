"""Data that is huge, endless or full of faults ends in a few plain lines, and an argument of another type in one."""

from __future__ import annotations

import datetime
import difflib
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qa_rules import (
    Assessment,
    DocumentError,
    FactsError,
    NotFoundError,
    QaRulesError,
    assess,
    facts_from,
    facts_model,
    load_facts,
    load_policy,
    load_ruleset,
    merge,
    policy_from,
    prepare,
    replay,
    ruleset_from,
)
from qa_rules.errors import MORE, ArgumentError
from qa_rules.escaping import in_place
from qa_rules.language.reading import MOST_FAULTS
from tests.assessment.small import DATA, ON, POLICY, RULESET

POLICY_DATA = {"format": 1, "policy": "p", "for": RULESET.id, "title": "P"}
ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
DEEP: list[Any] = []
for _ in range(3_000):
    DEEP = [DEEP]
LONG = "a" * 5_000
DIGITS = 10**5_000

MANY: dict[str, Callable[[], object]] = {
    "items of another type": lambda: ruleset_from({**DATA, "caveats": [[] for _ in range(8_000)]}),
    "keys that there are not": lambda: ruleset_from(DATA | {f"caveat{at}": 1 for at in range(8_000)}),
    "requirements that there are not": lambda: policy_from(
        {**POLICY_DATA, "severity": {f"R{at}": "advice" for at in range(10, 8_000)}}, RULESET
    ),
    "records that are none": lambda: facts_from({"visits": [1] * 20_000}, RULESET),
}


@pytest.mark.parametrize("what", MANY)
def test_many_faults_are_told_up_to_a_number_and_the_rest_are_counted(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    nearest = difflib.get_close_matches

    def counting(word: str, *more: Any) -> list[str]:
        looked.append(word)
        found: list[str] = nearest(word, *more)
        return found

    monkeypatch.setattr(difflib, "get_close_matches", counting)
    with pytest.raises(DocumentError) as caught:
        MANY[what]()
    found = caught.value.diagnostics
    assert len(found) == MOST_FAULTS + 1
    assert [each.code for each in found].index(MORE) == MOST_FAULTS
    assert found[-1].message.startswith("and ")
    assert len(looked) <= 2 * MOST_FAULTS


def test_names_that_no_fact_has_are_told_at_once_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    def counting(word: str, *more: object) -> list[str]:
        looked.append(word)
        return []

    monkeypatch.setattr(difflib, "get_close_matches", counting)
    with pytest.raises(FactsError) as caught:
        facts_from({f"marc{at}": True for at in range(20_000)}, RULESET)
    (fault,) = caught.value.diagnostics
    assert fault.message.startswith("there are no facts `marc0`, `marc1`, `marc2` and 19997 more")
    assert len(looked) <= MOST_FAULTS


def test_the_faults_that_are_counted_and_those_that_are_told_are_all_of_them() -> None:
    with pytest.raises(FactsError) as caught:
        facts_from({"visits": [1] * 1_000}, RULESET)
    assert caught.value.diagnostics[-1].message == f"and {1_000 - MOST_FAULTS} more faults"


def test_what_is_looked_at_for_a_fault_does_not_grow_with_what_else_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared, shown = [0], [0]

    class Name(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            compared[0] += 1
            return str.__eq__(self, other) is True

    def counting(text: str) -> str:
        shown[0] += len(text)
        return in_place(text)

    monkeypatch.setattr("qa_rules.language.source.in_place", counting)
    names = [f"zz{at}" for at in range(2_000)]
    with pytest.raises(FactsError):
        facts_from({Name(each): 1 for each in names}, RULESET)
    with pytest.raises(FactsError):
        prepare(RULESET).assess_json(json.dumps(dict.fromkeys(names, 1)), on=ON)
    assert compared[0] < 20 * len(names)
    assert shown[0] < 1_000 * MOST_FAULTS


HUGE: dict[str, Callable[[], object]] = {
    "facts that hold themselves": lambda: facts_from({"visits": ENDLESS}, RULESET),
    "deep facts": lambda: facts_from({"visits": DEEP}, RULESET),
    "a fact with a long name": lambda: facts_from({LONG: True}, RULESET),
    "a number of many digits": lambda: facts_from({"price": DIGITS}, RULESET),
    "a decimal of many digits": lambda: facts_from({"price": Decimal("1e999999")}, RULESET),
    "a set with a number of many digits": lambda: facts_from({"marks": [DIGITS]}, RULESET),
    "a date of many digits": lambda: facts_from({"visits": [{"due": DIGITS}]}, RULESET),
    "a key of many digits": lambda: facts_from({"visits": [{LONG: 1}]}, RULESET),
    "a ruleset that holds itself": lambda: ruleset_from({**DATA, "caveats": ENDLESS}),
    "a deep ruleset": lambda: ruleset_from({**DATA, "source": {"title": DEEP}}),
    "an edition of many digits": lambda: ruleset_from({**DATA, "edition": DIGITS}),
    "a format of many digits": lambda: ruleset_from({**DATA, "format": DIGITS}),
    "a policy that holds itself": lambda: policy_from({**POLICY_DATA, "settings": {"x": ENDLESS}}, RULESET),
    "a strength of many digits": lambda: policy_from({**POLICY_DATA, "strength": DIGITS}, RULESET),
    "half a character": lambda: policy_from({**POLICY_DATA, "strength": "\ud800"}, RULESET),
    "a name with half a character": lambda: policy_from({**POLICY_DATA, "policy": "\ud800"}, RULESET),
    "a record that holds itself": lambda: Assessment.from_dict({"findings": ENDLESS}),
    "a deep record": lambda: Assessment.from_dict({"facts": {"facts": DEEP}}),
    "a record with a number of many digits": lambda: Assessment.from_dict({"format": DIGITS}),
}


@pytest.mark.parametrize("what", HUGE)
def test_what_is_huge_or_endless_is_one_short_fault(what: str) -> None:
    with pytest.raises(DocumentError) as caught:
        HUGE[what]()
    for each in caught.value.diagnostics:
        assert len(each.message) < 2_500
        assert each.message.isprintable()


WRONG: tuple[object, ...] = ("x", 3, [], None, {1}, b"x", 2.5)
CALLS: dict[str, Callable[[Any], object]] = {
    "assess a": lambda given: assess(given, {}, on=ON),
    "assess facts of": lambda given: assess(RULESET, given, on=ON),
    "assess on": lambda given: assess(RULESET, {}, on=given),
    "assess on the moment": lambda _: assess(RULESET, {}, on=datetime.datetime(2026, 1, 1)),
    "facts from": lambda given: facts_from(given, RULESET),
    "facts for": lambda given: facts_from({}, given),
    "a policy from": lambda given: policy_from(given, RULESET),
    "a policy for": lambda given: policy_from(POLICY_DATA, given),
    "a ruleset from": lambda given: ruleset_from(given),
    "a record from": lambda given: Assessment.from_dict(given),
    "replay": lambda given: replay(given),
    "merge": lambda given: merge(given),
    "a model of": lambda given: facts_model(given),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("given", WRONG, ids=str)
def test_an_argument_of_another_type_is_named(call: str, given: object) -> None:
    with pytest.raises(ArgumentError, match=r"^`\w+` is .*, not \w+$"):
        CALLS[call](given)


@pytest.mark.parametrize("given", WRONG[:3] + WRONG[4:], ids=str)
def test_policy_and_calendar_are_what_they_are_or_none(given: Any) -> None:
    for wrong in ({"policy": given}, {"calendar": given}):
        with pytest.raises(ArgumentError):
            assess(RULESET, {}, on=ON, **wrong)
    assert assess(RULESET, {}, on=ON, policy=None, calendar=None)


@pytest.mark.parametrize("given", [3, [], None, b"x", 2.5], ids=str)
def test_what_is_loaded_has_a_name_or_a_path(given: Any) -> None:
    for load in (
        load_ruleset,
        lambda which: load_policy(which, RULESET),
        lambda path: load_facts(path, RULESET),
    ):
        with pytest.raises(ArgumentError):
            load(given)


def test_an_argument_of_another_type_is_a_type_error_too() -> None:
    assert issubclass(ArgumentError, TypeError)
    assert issubclass(ArgumentError, QaRulesError)
    assert not issubclass(ArgumentError, DocumentError)


@pytest.mark.parametrize("name", ["a\0", LONG])
def test_a_file_that_there_cannot_be_is_not_found(name: str) -> None:
    with pytest.raises(NotFoundError):
        load_facts(Path(name), RULESET)


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (["a"] * 3_000, "more than 2000 expressions in one list"),
        ("a", "here a list of expressions is due"),
        ([], "here a list of expressions is due"),
    ],
)
def test_a_list_of_tests_that_cannot_be_read_is_told_once_and_not_counted(of: object, told: str) -> None:
    data: dict[str, Any] = {**DATA}
    first, *rest = data["requirements"]
    wide = first | {"met_when": {"at_least": {"count": 1_500, "of": of}}}
    with pytest.raises(DocumentError) as caught:
        ruleset_from({**data, "requirements": [wide, *rest]})
    (fault,) = caught.value.diagnostics
    assert told in fault.message


def at(data: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        word = step.replace("~1", "/").replace("~0", "~")
        data = data[int(word)] if isinstance(data, list) else data[word]
    return data


def test_the_path_of_a_fault_leads_to_it_in_the_data_that_was_handed_in() -> None:
    facts: dict[str, Any] = {
        "a": "perhaps",
        "b": {"value": True, "on": "soon"},
        "c/d~e": True,
        "visits": [{"done": True}, {"done": "x", "dun": 1}],
        "paper": {"dated": 3},
    }
    wanted = {
        "/a": "perhaps",
        "/b/on": "soon",
        "/c~1d~0e": True,
        "/visits/1/done": "x",
        "/visits/1/dun": 1,
        "/paper/dated": 3,
    }
    for data, above in ((facts, ""), ({"facts": facts}, "/facts")):
        with pytest.raises(FactsError) as caught:
            assess(RULESET, data, on=ON)
        found = {each.pointer: at(data, each.pointer) for each in caught.value.diagnostics}
        assert found == {above + pointer: value for pointer, value in wanted.items()}
        assert {each.to_dict()["path"] for each in caught.value.diagnostics} == found.keys()


def test_a_policy_is_asked_for_by_its_own_type() -> None:
    assert assess(RULESET, {}, on=ON, policy=POLICY)

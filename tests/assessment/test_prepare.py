"""What is prepared decides as `assess` does, is made once for all that means the same, and lasts while it is held."""

from __future__ import annotations

import copy
import json
import pickle
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest
from hypothesis import given

from qa_rules import (
    ArgumentError,
    Assessment,
    FactsError,
    Policy,
    Prepared,
    RecordError,
    ReplayError,
    RulesetError,
    assess,
    keep_prepared,
    load_ruleset,
    on_decision,
    policy_from,
    prepare,
    replay,
    ruleset_from,
)
from qa_rules.assessment import ready
from tests.assessment.small import DATA, ON, POLICY, RULESET
from tests.strategies import Case, cases

FACTS: dict[str, Any] = {
    "a": True,
    "b": {"value": "no", "strength": "seen", "on": "2026-01-03"},
    "price": 12.5,
    "marks": ["x"],
    "visits": [{"done": True}, {"done": None, "due": "2026-02-01"}],
}


def locality(number: int, title: str = "P") -> Policy:
    return policy_from({"format": 1, "policy": f"p{number}", "for": RULESET.id, "title": title}, RULESET)


@pytest.fixture
def most() -> Iterator[None]:
    before = ready.KEPT.most
    yield
    keep_prepared(before)


@given(cases())
def test_what_is_prepared_decides_as_assess_does(case: Case) -> None:
    ruleset, policy = case.closed.ruleset, case.closed.policy
    prepared = prepare(ruleset, policy, calendar=case.calendar)
    found = prepared.assess(case.facts, on=case.on)
    assert found == assess(ruleset, case.facts, on=case.on, policy=policy, calendar=case.calendar)
    again = prepared.assess_json(json.dumps(case.facts.to_dict()), on=case.on)
    assert again == prepared.assess(case.facts.to_dict(), on=case.on)


def test_the_first_answer_is_no_more_work_than_the_next_and_warming_up_is_no_decision() -> None:
    told: list[object] = []
    listening = on_decision(told.append)
    prepared = prepare(RULESET, locality(7_001, "First of its kind"))
    listening.stop()
    assert told == []

    def calls(facts: dict[str, Any]) -> int:
        found = [0]

        def count(frame: FrameType, event: str, argument: object) -> None:
            found[0] += event == "call"

        sys.setprofile(count)
        try:
            prepared.assess(facts, on=ON).to_dict()
        finally:
            sys.setprofile(None)
        return found[0]

    # Of other facts, so that nothing was said before.
    other = {"a": False, "b": False, "price": 13.5, "marks": ["y"], "visits": [{"done": False}]}
    first, second = calls(FACTS), calls(other)
    assert first < 1.5 * second


def test_json_and_a_mapping_say_the_same() -> None:
    prepared = prepare(RULESET, POLICY)
    plain = prepared.assess(FACTS, on=ON)
    assert prepared.assess_json(json.dumps(FACTS).encode(), on=ON) == plain
    assert prepared.assess_json(json.dumps(FACTS), on=ON) == plain
    assert prepared.assess_json(json.dumps({"facts": FACTS, "subject": "A club"}), on=ON).subject == "A club"
    told = prepare(load_ruleset("social-prescribing")).assess({}, on=ON, told_by="link_worker")
    assert told.decided_by["told_by"] == "link_worker"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (b'{"a": true,\n "a": true}', "duplicate-key", 2),
        (b'{"a": true,\n "b": nobody}', "not-json", 2),
        (b'{"a": true,\n "c": true}', "unknown-fact", 2),
        (b'{"a": true,\n "price": NaN}', "value", 2),
        (b'{"a":\n {"value": true, "strength": "strong"}}', "value", 2),
        (b"[1]", "value", 1),
        (b'{"a": "\xff"}', "not-utf-8", 1),
        (b"[" * 100_000, "too-deep", 1),
        (b'{"a": true, "facts": {"a": true}, "subject": 3}', "unknown-key", 1),
    ],
)
def test_what_is_wrong_with_json_is_told_with_its_place(text: bytes, code: str, line: int) -> None:
    with pytest.raises(FactsError) as caught:
        prepare(RULESET, POLICY).assess_json(text, on=ON)
    [first, *_] = caught.value.diagnostics
    assert first.code == code
    assert first.place is not None
    assert first.place.line == line


def test_arguments_of_another_type_are_refused() -> None:
    odd: Any = "2026-11-22"
    with pytest.raises(ArgumentError):
        prepare(odd)
    with pytest.raises(ArgumentError):
        prepare(RULESET, odd)
    prepared = prepare(RULESET, POLICY)
    with pytest.raises(ArgumentError):
        prepared.assess({}, on=odd)
    with pytest.raises(ArgumentError):
        prepared.assess(odd, on=ON)
    with pytest.raises(ArgumentError):
        prepared.assess_json(json.loads("{}"), on=ON)
    with pytest.raises(ArgumentError):
        keep_prepared(0)
    other = ruleset_from({**DATA, "edition": "2"})
    with pytest.raises(RulesetError):
        prepare(other, POLICY)


def test_policies_in_turn_are_prepared_once_each() -> None:
    policies = [locality(number) for number in range(300)]
    for each in policies:
        assess(RULESET, FACTS, on=ON, policy=each)
    made = ready.KEPT.made
    for each in policies:
        assess(RULESET, FACTS, on=ON, policy=each)
    assert ready.KEPT.made == made


def test_what_means_the_same_is_prepared_once() -> None:
    assess(RULESET, FACTS, on=ON, policy=locality(1))
    made = ready.KEPT.made
    for _ in range(3):
        assess(ruleset_from(copy.deepcopy(DATA)), FACTS, on=ON, policy=locality(1))
    assert ready.KEPT.made == made


def test_what_has_one_name_and_means_something_else_is_another() -> None:
    strict = {"format": 1, "policy": "p1", "for": RULESET.id, "title": "P", "strength": "verified"}
    one, other = locality(1), policy_from(strict, RULESET)
    for _ in range(2):
        assert assess(RULESET, FACTS, on=ON, policy=one).verdicts["R1"] == "met"
        assert assess(RULESET, FACTS, on=ON, policy=other).verdicts["R1"] == "unknown"
    named = assess(RULESET, FACTS, on=ON, policy=locality(1, "Another title"))
    assert named.decided_by["policy"]["title"] == "Another title"


@pytest.mark.usefixtures("most")
def test_no_more_is_kept_than_is_said_and_what_is_held_lasts() -> None:
    keep_prepared(3)
    held = prepare(RULESET, locality(0))
    before = held.assess(FACTS, on=ON)
    for number in range(1, 10):
        assess(RULESET, FACTS, on=ON, policy=locality(number))
    assert len(ready.KEPT) == 3
    made = ready.KEPT.made
    assert held.assess(FACTS, on=ON) == before
    assert ready.KEPT.made == made


def test_a_hash_is_that_of_all_that_decides() -> None:
    here = [prepare(RULESET, POLICY), prepare(RULESET), prepare(RULESET, POLICY, engine="reference")]
    assert len({each.hash for each in here}) == 3
    assert here[0] == prepare(ruleset_from(copy.deepcopy(DATA)), POLICY)
    assert len({*here, prepare(RULESET)}) == 3


def test_what_is_sent_to_another_process_is_the_same_there() -> None:
    prepared = prepare(RULESET, POLICY)
    again: Prepared = pickle.loads(pickle.dumps(prepared))
    assert again == prepared
    made = ready.KEPT.made
    assert again.assess(FACTS, on=ON) == prepared.assess(FACTS, on=ON)
    assert ready.KEPT.made == made


def test_threads_that_come_at_once_prepare_once() -> None:
    policy, made = locality(77, "Once"), ready.KEPT.made
    gate, found = threading.Barrier(8), []

    def work() -> None:
        gate.wait()
        found.append(assess(RULESET, FACTS, on=ON, policy=policy).outcome)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 8
    assert ready.KEPT.made == made + 1


def test_a_compact_record_is_replayed_to_the_whole() -> None:
    made = prepare(RULESET, POLICY).assess(FACTS, on=ON)
    compact = json.loads(json.dumps(made.to_dict(compact=True)))
    assert {"findings", "grounds", "groups"}.isdisjoint(compact)
    assert replay(compact, RULESET, POLICY) == made
    with pytest.raises(RecordError, match="compact"):
        Assessment.from_dict(compact)
    signed = made.to_dict(compact=True, key=b"secret")
    assert replay(signed, RULESET, POLICY, key=b"secret") == made
    for key, changed in (("outcome", "passes"), ("subject", "Somebody else"), ("on", "2026-11-23")):
        with pytest.raises((ReplayError, RecordError)):
            replay({**compact, key: changed}, RULESET, POLICY)
    with pytest.raises(RecordError):
        replay({**compact, "compact": 1}, RULESET, POLICY)

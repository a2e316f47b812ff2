"""Who wants to know is told of every decision, once, and nothing of it alters the decision."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import attrs
import pytest

from qa_rules import ArgumentError, Decided, ReplayError, assess, on_decision, replay
from qa_rules.api import difference, horizon, what_if
from tests.assessment.small import ON, POLICY, RULESET


def test_a_decision_is_told_with_the_hashes_of_its_record() -> None:
    told: list[Decided] = []
    with on_decision(told.append):
        made = assess(RULESET, {}, on=ON, policy=POLICY)
    (entry,) = told
    by = made.to_dict()["decided_by"]
    assert (entry.call, entry.on, entry.outcome, entry.engine) == ("assess", ON, made.outcome, made.engine)
    assert (entry.ruleset, entry.ruleset_hash) == (RULESET.id, RULESET.hash)
    assert (entry.policy, entry.policy_hash) == (POLICY.name, POLICY.hash)
    assert entry.facts_hash == by["facts"]
    assert entry.nanoseconds > 0
    assert "nanoseconds" not in str(made.to_dict())
    assert pickle.loads(pickle.dumps(entry)) == entry
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        entry.outcome = "refer"  # type: ignore[misc]


def test_a_decision_is_the_same_whoever_listens() -> None:
    quiet = assess(RULESET, {}, on=ON, policy=POLICY)
    with on_decision(lambda _: None):
        assert assess(RULESET, {}, on=ON, policy=POLICY) == quiet


def test_a_replay_is_told_and_one_that_fails_is_not() -> None:
    record: dict[str, Any] = assess(RULESET, {}, on=ON, policy=POLICY).to_dict()
    told: list[Decided] = []
    with on_decision(told.append):
        replay(record, RULESET, POLICY)
        with pytest.raises(ReplayError):
            replay({**record, "missing": []}, RULESET, POLICY)
    assert [each.call for each in told] == ["replay"]


def test_what_is_only_tried_is_not_told() -> None:
    made = assess(RULESET, {}, on=ON, policy=POLICY)
    told: list[Decided] = []
    with on_decision(told.append):
        horizon(made)
        difference(made, what_if(made))
    assert told == []


def test_whoever_stopped_or_listens_twice_is_told_as_often_as_he_asked() -> None:
    told: list[Decided] = []
    listening = on_decision(told.append)
    same = told.append
    first, second = on_decision(same), on_decision(same)
    listening.stop()
    assess(RULESET, {}, on=ON)
    assert len(told) == 1
    second.stop()
    first.stop()
    assess(RULESET, {}, on=ON)
    assert len(told) == 1


def test_a_decision_that_cannot_be_logged_is_not_handed_out() -> None:
    def full(_: Decided) -> None:
        raise OSError("the disk is full")

    with on_decision(full), pytest.raises(OSError, match="full"):
        assess(RULESET, {}, on=ON)
    assess(RULESET, {}, on=ON)


def test_a_listener_is_told_in_the_thread_that_decided() -> None:
    told: list[str] = []
    with on_decision(lambda _: told.append(threading.current_thread().name)):
        thread = threading.Thread(target=assess, args=(RULESET, {}), kwargs={"on": ON}, name="worker")
        thread.start()
        thread.join()
    assert told == ["worker"]


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`tell` is a function"):
        on_decision("print")  # type: ignore[arg-type]

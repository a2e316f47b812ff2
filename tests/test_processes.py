"""Threads, forks and pools: nothing hangs, and what is sent with every task is made ready once."""

from __future__ import annotations

import functools
import importlib
import inspect
import multiprocessing
import os
import pickle
import pkgutil
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import attrs
import pytest

import qa_rules
from qa_rules import Policy, Prepared, Ruleset, assess, load_policy, load_ruleset, policy_from, prepare
from qa_rules.assessment import ready
from qa_rules.model.lazy import lazy
from tests.assessment.small import ON, POLICY, RULESET


def classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(qa_rules.__path__, "qa_rules."):
        if module.name.endswith(("__main__", "spark")):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            found = importlib.import_module(module.name)
        for each in vars(found).values():
            if inspect.isclass(each) and each.__module__ == module.name:
                yield each


def test_no_attribute_is_worked_out_under_a_lock_that_a_fork_could_inherit() -> None:
    kept = [
        (each.__name__, name, type(value))
        for each in classes()
        for name, value in vars(each).items()
        if isinstance(value, functools.cached_property)
    ]
    assert kept
    assert {kind for *_, kind in kept} == {lazy}


class Slow:
    begun = threading.Event()

    @lazy
    def answer(self) -> str:
        self.begun.set()
        time.sleep(0.05)
        return "worked out"


def test_an_attribute_is_worked_out_once() -> None:
    thing = Slow()
    assert "answer" not in vars(thing)
    first = thing.answer
    assert thing.answer is first
    assert vars(thing) == {"answer": "worked out"}


@attrs.frozen
class Slotted:
    name: str

    @lazy
    def twice(self) -> str:
        return self.name * 2


def test_attrs_makes_a_slot_of_it() -> None:
    thing = Slotted("a")
    assert thing.twice is thing.twice
    assert thing.twice == "aa"
    assert not hasattr(thing, "__dict__")


def in_a_child(work: object) -> int:
    """The exit code of a forked child that runs it, -1 for one that is still running after a long while."""
    assert callable(work)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    for _ in range(3_000):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


@needs_fork
def test_a_child_forked_while_a_thread_works_an_attribute_out_works_it_out_itself() -> None:
    thread = threading.Thread(target=lambda: Slow().answer)
    thread.start()
    Slow.begun.wait()
    assert in_a_child(lambda: Slow().answer) == 0
    thread.join()


@needs_fork
def test_children_forked_while_threads_assess_assess_too() -> None:
    stop = threading.Event()
    assess(RULESET, {}, on=ON, policy=POLICY).to_dict()

    def work() -> None:
        while not stop.is_set():
            fresh = policy_from({"format": 1, "policy": "p", "for": RULESET.id, "title": "P"}, RULESET)
            assess(RULESET, {"a": True}, on=ON, policy=fresh).to_dict()

    def once() -> None:
        stop.set()
        fresh = policy_from({"format": 1, "policy": "q", "for": RULESET.id, "title": "Q"}, RULESET)
        assert assess(RULESET, {"a": True}, on=ON, policy=fresh).to_dict()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    try:
        assert [in_a_child(once) for _ in range(12)] == [0] * 12
    finally:
        stop.set()
        for each in threads:
            each.join()


def test_eight_threads_that_come_first_and_at_once_get_what_one_gets() -> None:
    data = {"format": 1, "for": RULESET.id, "title": "P", "strength": "seen"}
    told: Any = [{"a": at > 0, "b": {"value": at > 1, "strength": "seen"}, "price": at} for at in range(3)]
    first = [policy_from({**data, "policy": f"threads{at}"}, RULESET) for at in range(2)]
    gate, before = threading.Barrier(8), sys.getswitchinterval()

    def work(at: int) -> list[dict[str, Any]]:
        prepared: list[Prepared] = []
        gate.wait()
        for policy in first[at % 2 :] + first[: at % 2]:  # half of them begin at the other end
            prepared.append(prepare(RULESET, policy))
        return [each.assess(facts, on=ON).to_dict() for each in prepared for facts in told]

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(work, range(8)))
    finally:
        sys.setswitchinterval(before)
    for at, records in enumerate(found):
        order = first[at % 2 :] + first[: at % 2]
        assert records == [
            assess(RULESET, facts, on=ON, policy=policy).to_dict() for policy in order for facts in told
        ]


def prepared_here(_: int, ruleset: Ruleset, policy: Policy) -> tuple[int, int]:
    """Which process this is, and how often it has made something ready."""
    assess(ruleset, {}, on=ON, policy=policy)
    return os.getpid(), ready.KEPT.made


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_pool_makes_what_is_sent_with_every_task_ready_once_in_each_process(method: str) -> None:
    ruleset = load_ruleset("ss2q")
    policy = policy_from({"format": 1, "policy": "p", "for": ruleset.id, "title": "P"}, ruleset)
    before = ready.KEPT.made if method == "fork" else 0
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        futures = [pool.submit(prepared_here, at, ruleset, policy) for at in range(3)]
        made = dict(each.result() for each in futures)
    assert {times - before for times in made.values()} == {1}


def test_what_is_received_is_what_was_sent_as_long_as_it_is_held() -> None:
    ruleset = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", ruleset)
    sent = pickle.dumps((ruleset, policy))
    assert pickle.loads(sent)[0] is ruleset
    assert pickle.loads(sent)[1] is policy
    other = policy_from({"format": 1, "policy": "p", "for": ruleset.id, "title": "P"}, ruleset)
    assert pickle.loads(pickle.dumps(other)) is other
    assert pickle.loads(pickle.dumps(other)) is not policy

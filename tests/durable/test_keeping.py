"""The host of a ruleset: built once, shared by threads, left clean, and built anew when durable-rules failed."""

from __future__ import annotations

import gc
import os
import pickle
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from qa_rules.engines import strata
from qa_rules.errors import EngineFailedError
from qa_rules.model.expressions import AllOf, AnyOf, Expr
from qa_rules.program.bind import ClosedRuleset
from tests.durable.building import closed_of, known, run_apart, yes

pytest.importorskip("durable_rules_engine", exc_type=ImportError)

import durable_rules_engine

from qa_rules.engines import durable, durable_host, reference

SUBJECTS = [
    known({name: truth for name, truth in zip("abc", truths, strict=True) if truth is not None}, strength)
    for truths in [
        (True, True, False),
        (False, None, True),
        (None, True, None),
        (True, None, None),
        (None, None, False),
    ]
    for strength in (1, 2, 3)
]


def ruleset(title: str) -> ClosedRuleset:
    """The same rules under a name of their own, so that a test has a host to itself."""
    some: Expr = AnyOf((yes("a"), AllOf((yes("b"), yes("c")))))
    every: Expr = AllOf((yes("a"), yes("b")))
    return closed_of({title: every, "some": some})


def expected(closed: ClosedRuleset) -> list[tuple[int, ...]]:
    return [reference.prepare(closed).run(subject) for subject in SUBJECTS]


def answers(prepared: durable.Durable) -> list[tuple[int, ...]]:
    return [prepared.run(subject) for subject in SUBJECTS]


def facts_left(host: durable_host.QuietHost) -> list[object]:
    return [fact for session in host.used for fact in host.ruleset.get_facts(session)]


class Faulty:
    """Stands in for a call of durable-rules and raises, as often as it was told, after so many calls that go well."""

    def __init__(self, real: Callable[..., Any], fault: BaseException, times: int, after: int) -> None:
        self.real, self.fault, self.times, self.after = real, fault, times, after

    def __call__(self, *args: object) -> Any:
        self.after -= 1
        if self.after < 0 < self.times:
            self.times -= 1
            raise self.fault
        return self.real(*args)


CALLS = ("assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact")


@pytest.fixture
def break_durable(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    def break_(call: str, fault: BaseException, times: int, after: int = 0) -> None:
        faulty = Faulty(getattr(durable_rules_engine, call), fault, times, after)
        monkeypatch.setattr(durable_rules_engine, call, faulty)

    yield break_
    # A session must be gone before the call that frees it is whole again.
    gc.collect()


def test_a_ruleset_is_prepared_once() -> None:
    closed = ruleset("once")
    assert durable.prepare(closed) is durable.prepare(closed)


def test_rulesets_of_one_meaning_share_a_host() -> None:
    assert durable.prepare(ruleset("shared")).keeper is durable.prepare(ruleset("shared")).keeper
    assert durable.prepare(ruleset("shared")).keeper is not durable.prepare(ruleset("other")).keeper


def test_the_host_starts_no_threads_and_is_kept_from_run_to_run() -> None:
    before = threading.active_count()
    prepared = durable.prepare(ruleset("kept"))
    host = prepared.keeper.get()
    answers(prepared)
    assert prepared.keeper.get() is host
    assert threading.active_count() == before


def test_nothing_stays_behind_in_the_host() -> None:
    prepared = durable.prepare(ruleset("clean"))
    answers(prepared)
    assert facts_left(prepared.keeper.get()) == []
    assert prepared.keeper.get().used == {"s0"}


def test_the_same_facts_twice_give_the_same_answer() -> None:
    prepared = durable.prepare(ruleset("twice"))
    assert answers(prepared) == answers(prepared) == expected(prepared.closed)


def test_a_prepared_ruleset_can_be_pickled() -> None:
    prepared = durable.prepare(ruleset("pickled"))
    assert answers(pickle.loads(pickle.dumps(prepared))) == expected(prepared.closed)


def test_four_threads_get_their_own_answers() -> None:
    prepared = durable.prepare(ruleset("threads"))
    right = expected(prepared.closed)
    turns = [at % len(SUBJECTS) for at in range(2_000)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda at: prepared.run(SUBJECTS[at]), turns))
    assert found == [right[at] for at in turns]
    assert len(prepared.keeper.get().used) <= 4
    assert facts_left(prepared.keeper.get()) == []


def test_more_runs_at_once_than_sessions_wait_for_one() -> None:
    prepared = durable.prepare(ruleset("waiting"))
    host = prepared.keeper.get()
    assert len(host.idle) == durable_host.MOST_SESSIONS < 16, (
        "durable-rules fails past 1,024, and each takes memory"
    )
    for _ in range(durable_host.MOST_SESSIONS):
        host.turns.acquire()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(prepared.run, SUBJECTS[0])
        assert not waiting.done()
        host.turns.release()
        assert waiting.result(timeout=30) == expected(prepared.closed)[0]
    host.turns.release(durable_host.MOST_SESSIONS - 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize(
    "meanwhile",
    ["pass", "[(host.idle.pop(), host.turns.acquire()) for _ in range(4)]", "prepared.keeper.lock.acquire()"],
)
def test_a_forked_child_does_not_wait_for_threads_that_are_gone(meanwhile: str) -> None:
    source = f"""
from tests.durable.test_keeping import *
prepared = durable.prepare(ruleset("forked"))
answers(prepared)
host = prepared.keeper.get()
{meanwhile}
child = os.fork()
if child == 0:
    os._exit(0 if answers(prepared) == expected(prepared.closed) else 1)
print(os.waitpid(child, 0)[1])
"""
    assert run_apart(source, timeout=30) == "0"


@pytest.mark.parametrize("after", [0, 1, 5])
@pytest.mark.parametrize("call", CALLS)
def test_after_an_engine_error_the_host_is_built_anew_and_the_answer_is_right(
    break_durable: Callable[..., None], call: str, after: int
) -> None:
    prepared = durable.prepare(ruleset(f"fails once in {call} after {after}"))
    host = prepared.keeper.get()
    break_durable(call, RuntimeError("error code: 303"), times=1, after=after)
    assert answers(prepared) == expected(prepared.closed)
    assert prepared.keeper.get() is not host
    assert not host.freeing.alive


@pytest.mark.parametrize("fault", [RuntimeError("error code: 303"), MemoryError()])
@pytest.mark.parametrize("call", CALLS)
def test_an_engine_that_fails_again_is_an_error_with_its_cause(
    break_durable: Callable[..., None], call: str, fault: Exception
) -> None:
    prepared = durable.prepare(ruleset(f"fails twice in {call} with {fault!r}"))
    break_durable(call, fault, times=2)
    with pytest.raises(EngineFailedError, match="use the engine `compiled`") as caught:
        prepared.run(SUBJECTS[0])
    assert caught.value.__cause__ is fault
    assert answers(prepared) == expected(prepared.closed)


@pytest.mark.parametrize("call", CALLS)
def test_an_interrupt_is_never_swallowed(break_durable: Callable[..., None], call: str) -> None:
    prepared = durable.prepare(ruleset(f"interrupted in {call}"))
    host = prepared.keeper.get()
    break_durable(call, KeyboardInterrupt(), times=1)
    with pytest.raises(KeyboardInterrupt):
        prepared.run(SUBJECTS[0])
    assert answers(prepared) == expected(prepared.closed)
    assert prepared.keeper.get() is not host


def test_rules_that_durable_rules_does_not_take_are_an_error_with_its_cause(
    break_durable: Callable[..., None],
) -> None:
    break_durable("create_ruleset", RuntimeError("error code: 106"), times=1)
    with pytest.raises(EngineFailedError, match="did not take the rules") as caught:
        durable.prepare(ruleset("not taken"))
    assert str(caught.value.__cause__) == "error code: 106"


def host_that_fires(*names: list[str]) -> Any:
    left = list(names)

    class Scripted:
        def fired(self, _: Mapping[str, str | bool]) -> list[str]:
            return left.pop(0)

    return Scripted()


BUCKET = strata.Bucket(
    "b1",
    {"t0": 3, "t1": 4},
    {"r1": strata.Rule(("t0",), (5,)), "r2": strata.Rule(("t1",), (-5,))},
    "r3",
)
WORTH = [0, 3, 0, 2, 1, 0, 0, 0, 0, 0, 0]


def test_conclusions_hold_at_the_strengths_at_which_their_rules_fired() -> None:
    assert durable.conclusions(host_that_fires(["r1", "r3"], ["r1", "r3"]), BUCKET, WORTH) == {5: 2}


@pytest.mark.parametrize(
    ("fired", "said"),
    [
        ([["r1"]], "the last rule of b1 did not fire"),
        ([[]], "the last rule of b1 did not fire"),
        ([["r3"], ["r1", "r3"]], "r1 fired at strength 2 and not below"),
        ([["r1", "r2", "r3"], ["r3"]], "a rule for met and one for not met fired in b1"),
    ],
)
def test_what_cannot_be_right_is_an_error_and_never_an_answer(fired: list[list[str]], said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        durable.conclusions(host_that_fires(*fired), BUCKET, WORTH)


def test_spoiled_and_forgotten_hosts_are_let_go_without_a_crash() -> None:
    source = """
from tests.durable.test_keeping import *
for at in range(60):
    prepared = durable.prepare(ruleset(f"number {at}"))
    answers(prepared)
    real = durable_rules_engine.retract_fact
    if at % 3 == 0:
        durable_rules_engine.retract_fact = Faulty(real, RuntimeError(), 1, at % 5)
    assert answers(prepared) == expected(prepared.closed)
    durable_rules_engine.retract_fact = real
    del prepared
    gc.collect()
durable._prepared.cache_clear()
durable._kept.cache_clear()
gc.collect()
print("fine")
"""
    assert run_apart(source) == "fine"


MEMORY = """
import resource
from tests.durable.test_keeping import *
from tests.durable.test_parity import subjects_of
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def rounds(count, subjects):
    done = 0
    while done < count:
        for prepared, subject in subjects:
            prepared.run(subject)
        done += len(subjects)
"""


def test_memory_stays_flat_over_assessments() -> None:
    pytest.importorskip("resource")
    source = f"""{MEMORY}
subjects = [(durable.prepare(ruleset("memory")), subject) for subject in SUBJECTS]
rounds(500, subjects)
before = peak()
rounds(3_000, subjects)
print(peak() / before)
"""
    assert float(run_apart(source)) < 1.01


@pytest.mark.deep
def test_memory_stays_flat_over_ten_thousand_assessments_of_a_shipped_ruleset() -> None:
    pytest.importorskip("resource")
    source = f"""{MEMORY}
subjects = [(durable.prepare(closed), subject) for closed, subject in subjects_of("ss2q@2017")]
rounds(1_000, subjects)
before = peak()
rounds(10_000, subjects)
print(peak() / before)
"""
    assert float(run_apart(source, timeout=600)) < 1.01


def test_memory_stays_flat_over_rulesets_that_come_and_go() -> None:
    """durable-rules frees none of its own accord: some 10 MB each of these."""
    pytest.importorskip("resource")
    source = (
        MEMORY
        + """
import attrs
from qa_rules.program.graph import Node
closed, subject = subjects_of("ss2q@2017")[0]
def another(at):
    renamed = Node(f"copy {at}", closed.nodes[0].expr)
    durable.prepare(attrs.evolve(closed, nodes=(*closed.nodes, renamed))).run(subject)
for at in range(20): another(at)
before = peak()
for at in range(20, 60): another(at)
print(peak() / before)
"""
    )
    assert float(run_apart(source)) < 1.1

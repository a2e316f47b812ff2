"""Prepared rulesets may be pickled, shared by threads, forked, and sent to other processes."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from qa_rules import engines
from qa_rules.engines import ENGINES, compiled
from qa_rules.engines.protocol import Prepared
from qa_rules.errors import EngineUnavailableError
from qa_rules.model.expressions import AllOf, AnyOf, Compare, Expr, Field, Literal, Op, Quantified
from qa_rules.model.expressions import Count as CountOf
from qa_rules.model.facts import FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.rulesets import Requirement, Ruleset
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import Known, believe
from tests.engines.making import ON, yes

NAMES = [f"fact_{at}" for at in range(12)]
FIELD = FactDeclaration("done", FactType.YES_NO, "done", "?")
VOCABULARY = Vocabulary(
    {name: FactDeclaration(name, FactType.YES_NO, name, "?") for name in NAMES}
    | {"visits": FactDeclaration("visits", FactType.COLLECTION, "visits", "?", fields={"done": FIELD})}
)


def ruleset() -> Ruleset:
    done = Compare(Field("visits", "done"), Op.IS, Literal(True))
    every: Expr = Quantified(CountOf.EVERY, 0, "visits", None, done)
    whole = [
        Requirement(f"R{at}", "t", "s", {}, AnyOf((yes(name), AllOf((yes(NAMES[at - 1]), every)))))
        for at, name in enumerate(NAMES)
    ]
    return Ruleset("shared", "1", "Shared", VOCABULARY, tuple(whole))


def known(number: int) -> Known:
    """One of 4,096 subjects: each bit of the number is a fact."""
    values = {name: FactValue(bool(number >> at & 1)) for at, name in enumerate(NAMES) if at % 5}
    records = Records(tuple({"done": FactValue(bool(number >> at & 1))} for at in range(number % 4)))
    return believe(Facts(values, {"visits": records}), VOCABULARY, ON)


def run_of(prepared: Prepared, numbers: list[int]) -> list[tuple[int, ...]]:
    return [prepared.run(known(number)) for number in numbers]


def run_fresh(name: str, numbers: list[int]) -> list[tuple[int, ...]]:
    return run_of(engines.engine(name)(close(ruleset())), numbers)


NUMBERS = list(range(0, 4096, 97))
EXPECTED = run_fresh("reference", NUMBERS)


@pytest.fixture(params=list(ENGINES))
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    try:
        engines.engine(found)(close(ruleset()))
    except EngineUnavailableError as error:
        pytest.skip(str(error))
    return found


def test_a_prepared_ruleset_can_be_pickled(name: str) -> None:
    prepared = engines.engine(name)(close(ruleset()))
    assert run_of(pickle.loads(pickle.dumps(prepared)), NUMBERS) == EXPECTED


def test_eight_threads_share_one_prepared_ruleset(name: str) -> None:
    prepared = engines.engine(name)(close(ruleset()))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: run_of(prepared, NUMBERS), range(16)))
    assert found == [EXPECTED] * 16


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_prepared_ruleset_works_in_other_processes(name: str, method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    prepared = engines.engine(name)(close(ruleset()))
    halves = [NUMBERS[::2], NUMBERS[1::2]]
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        sent = list(pool.map(run_of, [prepared] * 2, halves))
        fresh = list(pool.map(run_fresh, [name] * 2, halves))
    assert sent == fresh == [EXPECTED[::2], EXPECTED[1::2]]


def test_preparing_the_same_ruleset_again_is_free() -> None:
    shared = ruleset()
    assert compiled.prepare(close(shared)) is compiled.prepare(close(shared))

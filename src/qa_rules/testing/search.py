"""A provider for each obligation, or a proof that there is none. Needs z3, in a process of its own.

Each provider is made as small as the verifier makes its witnesses, run through the engine, and struck off against
every obligation that is still open; so are those nearby who meet something new. Most obligations are never asked about.
The questions come in one order and only the yes or no of the solver decides, so the same ruleset gives the same
providers.
"""

from __future__ import annotations

import pickle
import queue
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import IO

import attrs

from qa_rules.engines import EngineName
from qa_rules.errors import EngineFailedError
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.bind import close
from qa_rules.proofs.apart import started
from qa_rules.proofs.symbolic import Limits
from qa_rules.testing.canonical import tidy
from qa_rules.testing.local_search import Open
from qa_rules.testing.obligations import Kind, Owed, owed

_ORDER = (
    Kind.EDGE,
    Kind.DECIDES,
    Kind.STRENGTH,
    Kind.ANSWER,
    Kind.TIER,
    Kind.REQUIREMENT,
    Kind.GROUP,
    Kind.OUTCOME,
    Kind.BOUNDARY,
    Kind.TEST,
)
"""The hard ones first: who meets them meets many others on the way."""


@attrs.frozen
class Job:
    """What is to be searched: a ruleset under a policy, within limits."""

    ruleset: Ruleset
    policy: Policy | None
    limits: Limits
    calendar: Calendar | None
    engine: EngineName
    met: frozenset[int] = frozenset()
    """Obligations, by number, that need no search."""


@attrs.frozen
class Asked:
    """The solver is at work on this obligation."""

    number: int


@attrs.frozen
class Met:
    """A provider, and the obligations that were open until then and that he or she meets."""

    facts: Facts
    numbers: frozenset[int]


@attrs.frozen
class Infeasible:
    """No provider meets it, within the limits; `silent` names settings that the policy leaves open behind it."""

    number: int
    silent: tuple[str, ...] = ()


@attrs.frozen
class Undecided:
    """It was not found out whether some provider meets it."""

    number: int
    reason: str


Result = Met | Infeasible | Undecided


def search_here(job: Job) -> Iterator[Asked | Result]:
    """Yield what becomes of every obligation that no provider meets yet; EngineUnavailableError without z3."""
    from qa_rules.testing.proving import Prover

    found = owed(close(job.ruleset, job.policy))
    prover = Prover(found, job.limits, job.calendar)
    open_ = Open(found, in_order(found, job.met), prover.study.limits, job.calendar, job.engine)
    yield from _struck(open_, Facts())
    while open_.numbers:
        number = next(iter(open_.numbers))
        yield Asked(number)
        answer = prover.provider(found.obligations[number])
        if not isinstance(answer, Facts):
            del open_.numbers[number]
            yield Undecided(number, answer) if isinstance(answer, str) else Infeasible(number, answer)
            continue
        facts = tidy(answer, job.limits.on, found.levels)
        yield from _struck(open_, facts)
        if number in open_.numbers:
            words = found.obligations[number].sentence
            raise EngineFailedError(
                f"what the solver found does not show what was asked: {words}; please report it"
            )
        for each in open_.around(facts, number):
            yield from _struck(open_, each)


def _struck(open_: Open, facts: Facts) -> Iterator[Met]:
    met = open_.strike(facts)
    if met:
        yield Met(facts, frozenset(met))


def in_order(found: Owed, met: Iterable[int] = ()) -> list[int]:
    """Return the numbers of the obligations in the order in which they are searched, without those met."""
    done = set(met)
    rank = {kind: at for at, kind in enumerate(_ORDER)}
    kinds = [rank[each.kind] for each in found.obligations]
    return sorted((at for at in range(len(kinds)) if at not in done), key=lambda at: (kinds[at], at))


def search_apart(job: Job, seconds: float) -> Iterator[Result]:
    """Do the same in a process of its own, which is stopped when an obligation takes longer than `seconds`.

    That obligation is undecided, and another process goes on behind it.
    """
    met, overrun = set(job.met), True
    while overrun:
        overrun = False
        asked = 0
        for message in _Worker(attrs.evolve(job, met=frozenset(met)), seconds):
            match message:
                case Asked(number):
                    asked = number
                case None:
                    overrun = True
                    met.add(asked)
                    yield Undecided(asked, f"it took longer than {seconds:g} seconds")
                case str():
                    raise EngineFailedError(f"the search broke: {message}")
                case _:
                    met.update(message.numbers if isinstance(message, Met) else (message.number,))
                    yield message


class _Worker:
    """The messages of another process, and None when it says nothing for too long; a text when it breaks."""

    def __init__(self, job: Job, seconds: float) -> None:
        self.job, self.seconds = job, seconds

    def __iter__(self) -> Iterator[Asked | Result | str | None]:
        with started("qa_rules.testing.search") as process:
            try:
                if process.stdin is None or process.stdout is None:
                    raise AssertionError("the worker was started with pipes")
                pickle.dump(self.job, process.stdin)
                process.stdin.close()
                yield from self._messages(process.stdout)
            finally:
                process.kill()

    def _messages(self, stream: IO[bytes]) -> Iterator[Asked | Result | str | None]:
        messages: queue.Queue[Asked | Result | str | bool] = queue.Queue()
        threading.Thread(target=_read, args=(stream, messages), daemon=True).start()
        limit: float | None = None  # making the ruleset ready takes as long as it takes
        while True:
            try:
                message = messages.get(timeout=limit)
            except queue.Empty:
                yield None
                return
            if isinstance(message, bool):
                return
            limit = self.seconds if isinstance(message, Asked) else None
            yield message


def _read(stream: IO[bytes], messages: queue.Queue[Asked | Result | str | bool]) -> None:
    """Put every message into the queue, and at the end True, or why there are no more."""
    message: Asked | Result | str | bool = False
    while not isinstance(message, bool | str) or message is False:
        try:
            message = pickle.load(stream)
        except (EOFError, pickle.UnpicklingError):
            message = "it ended without a word"
        except ValueError:  # the pipe was closed because the worker was stopped
            message = True
        messages.put(message)


def main() -> None:
    """Do the job that stands on standard input; both ends are this library, so the pickles are its own."""
    out = sys.stdout.buffer

    def tell(message: object) -> None:
        pickle.dump(message, out)
        out.flush()

    try:
        for message in search_here(pickle.load(sys.stdin.buffer)):
            tell(message)
    except Exception as error:
        tell(f"{type(error).__name__}: {error}")
    else:
        tell(True)

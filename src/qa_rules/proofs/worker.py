"""A process of its own for one ruleset and policy: a check that overruns can be stopped without losing the rest.

The parent writes one pickled `Job`; the worker answers with pickled messages: a `Claim` before each question to
the solver, and then the `Proof`. Both ends are this library, so the pickles are its own.
"""

from __future__ import annotations

import pickle
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice, zip_longest
from pathlib import Path
from typing import IO

import attrs

from qa_rules.model.calendars import Calendar
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.overdue import opened
from qa_rules.proofs.apart import started
from qa_rules.proofs.claims import Claim, Proof, Status
from qa_rules.proofs.compare import Comparing
from qa_rules.proofs.prove import claims, settle
from qa_rules.proofs.remembered import Answers
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits


@attrs.frozen
class Job:
    """What is to be proved."""

    ruleset: Ruleset
    policy: Policy | None
    limits: Limits
    calendar: Calendar | None
    codes: frozenset[str] | None = None
    """Which questions; None for all."""
    older: tuple[Ruleset, Policy | None] | None = None
    """What it is compared with, instead of being asked questions."""
    kept: str | None = None
    """The folder in which answers of the solver are kept; None keeps none."""
    share: tuple[int, int] = (0, 1)
    """Which of the claims: from this one on each so-manieth."""

    def shares(self, number: int) -> list[Job]:
        """Return the job as so many jobs that can be done side by side."""
        return [attrs.evolve(self, share=(at, number)) for at in range(number)]


@attrs.frozen
class Failure:
    """The worker broke, with the words of the exception."""

    reason: str


def prove_here(job: Job) -> Iterator[Proof]:
    """Yield the proofs of a job in this process."""
    for _, proof in _work(job):
        yield proof()


def prove_together(job: Job, seconds: float, jobs: int) -> Iterator[Proof | Failure]:
    """Yield the proofs of a job, in the order of its claims, from so many workers. See `prove_apart`."""
    with ThreadPoolExecutor(jobs) as pool:  # each thread waits for a process of its own
        shares = pool.map(lambda share: list(prove_apart(share, seconds)), job.shares(jobs))
        for together in zip_longest(*shares):
            yield from (each for each in together if each is not None)


def _work(job: Job) -> Iterator[tuple[Claim, Callable[[], Proof]]]:
    """Each claim of a job's share, and how to settle it."""
    first, step = job.share
    yield from islice(_claims(job), first, None, step)


def _claims(job: Job) -> Iterator[tuple[Claim, Callable[[], Proof]]]:
    answers = None if job.kept is None else Answers(Path(job.kept))
    if job.older is not None:
        editions = (opened(*job.older), opened(job.ruleset, job.policy))
        comparing = Comparing(*editions, job.limits, job.calendar, answers)
        for claim in comparing.claims():
            yield claim, partial(comparing.settle, claim)
        return
    study = Study(opened(job.ruleset, job.policy), job.limits, job.calendar, answers=answers)
    for claim in claims(study, job.codes):
        yield claim, partial(settle, study, claim)


def prove_apart(job: Job, seconds: float) -> Iterator[Proof | Failure]:
    """Yield the proofs of a job from a worker. A claim that takes longer than `seconds` is undecided."""
    done = 0
    while True:
        stopped = False
        for message in _Worker(job, done, seconds):
            if isinstance(message, Proof):
                done += 1
                stopped = message.status is Status.UNDECIDED and message.message.startswith(_OVERRUN)
            yield message
            if isinstance(message, Failure):
                return
        if not stopped:
            return


_OVERRUN = "it took longer than"


class _Worker:
    def __init__(self, job: Job, skip: int, seconds: float) -> None:
        self.job, self.skip, self.seconds = job, skip, seconds

    def __iter__(self) -> Iterator[Proof | Failure]:
        with started("qa_rules.proofs.worker") as process:
            try:
                if process.stdin is None or process.stdout is None:
                    raise AssertionError("the worker was started with pipes")
                pickle.dump((self.job, self.skip), process.stdin)
                process.stdin.close()
                yield from self._messages(process.stdout)
            finally:
                process.kill()

    def _messages(self, stream: IO[bytes]) -> Iterator[Proof | Failure]:
        messages: queue.Queue[Claim | Proof | Failure | None] = queue.Queue()
        threading.Thread(target=_read, args=(stream, messages), daemon=True).start()
        asked: Claim | None = None
        while True:
            try:
                message = messages.get(timeout=self.seconds if asked is not None else None)
            except queue.Empty:
                if asked is None:
                    raise AssertionError("nothing was asked, so nothing can overrun") from None
                words = f"{_OVERRUN} {self.seconds:g} seconds"
                yield Proof(asked.code, asked.at, asked.statement, Status.UNDECIDED, words, place=asked.place)
                return
            if message is None:
                return
            if isinstance(message, Claim):
                asked = message
            else:
                asked = None
                yield message


def _read(stream: IO[bytes], messages: queue.Queue[Claim | Proof | Failure | None]) -> None:
    finished = False
    while not finished:
        try:
            message = pickle.load(stream)
        except (EOFError, pickle.UnpicklingError):
            message = Failure("the worker ended without a word")
        except ValueError:  # the pipe was closed because the worker was stopped
            message = None
        finished = message is None or isinstance(message, Failure)
        messages.put(message)


def main() -> None:
    """Do the job that stands on standard input."""
    job, skip = pickle.load(sys.stdin.buffer)
    out = sys.stdout.buffer

    def tell(message: object) -> None:
        pickle.dump(message, out)
        out.flush()

    try:
        for number, (claim, proof) in enumerate(_work(job)):
            if number >= skip:
                tell(claim.told())
                tell(proof())
    except Exception as error:
        tell(Failure(f"{type(error).__name__}: {error}"))
    else:
        tell(None)

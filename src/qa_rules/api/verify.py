"""The front door of the verifier: prove what a ruleset and a policy claim, and replay every witness in an engine."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import attrs

from qa_rules.assessment.arguments import due_to_decide
from qa_rules.engines import DEFAULT_ENGINE, EngineName
from qa_rules.engines import engine as find_engine
from qa_rules.errors import EngineFailedError, EngineUnavailableError, due_known, due_names, due_pair
from qa_rules.language.load import calendar_for, under
from qa_rules.model.acceptances import Acceptance
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts, Vocabulary
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.overdue import opened, with_overdue
from qa_rules.proofs.bounds import reaching, strengths
from qa_rules.proofs.claims import Proof, Status, Witness
from qa_rules.proofs.edition_diff import Change, Kind, changes
from qa_rules.proofs.symbolic import Limits
from qa_rules.proofs.vocabularies import merged
from qa_rules.proofs.worker import Failure, Job, prove_here, prove_together
from qa_rules.semantics.snapshot import Known, believe


@attrs.frozen
class Verified:
    """Everything that was claimed of a ruleset under a policy, and what became of it."""

    ruleset: Ruleset
    policy: Policy | None
    limits: Limits
    proofs: tuple[Proof, ...]
    seconds: float
    calendar: Calendar | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """The facts of which a witness may tell: those of the rulesets that the policy asks, too."""
        return under(self.ruleset, self.policy).vocabulary

    def count(self, status: Status) -> int:
        """Return how many claims ended so."""
        return sum(each.status is status for each in self.proofs)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """What the proofs rest on, as sentences."""
        days = None if self.policy is None else self.policy.condition_days
        due = "no condition is overdue" if days is None else "conditions may be overdue or not"
        return (*self.limits.words(any_length=True), due)

    def expired(self, proof: Proof) -> Acceptance | None:
        """Return an acceptance of it that has run out by the day of the proof."""
        return next((each for each in self._listed(proof) if not self._holds(each)), None)

    def accepted(self, proof: Proof) -> Acceptance | None:
        """Return what accepts a proof in the ruleset or policy on the day of the proof."""
        return next((each for each in self._listed(proof) if self._holds(each)), None)

    def _listed(self, proof: Proof) -> list[Acceptance]:
        listed = (
            *under(self.ruleset, self.policy).accept,
            *(() if self.policy is None else self.policy.accept),
        )
        return [each for each in listed if each.covers(proof.code, proof.at)]

    def _holds(self, acceptance: Acceptance) -> bool:
        return acceptance.until is None or self.limits.on <= acceptance.until

    def causes(self, proof: Proof) -> tuple[str, ...]:
        """Return what a refuted claim goes with, where that is told: refuted itself, and not accepted."""
        refuted = self.open(Status.REFUTED)
        told = {each.at for each in refuted if not each.follows}
        behind = {each.at: each.follows for each in refuted if each.follows}

        def roots(names: tuple[str, ...], passed: frozenset[str]) -> Iterator[str]:
            for name in names:
                if name in told or name in passed or name not in behind:
                    yield name
                else:
                    yield from roots(behind[name], passed | {name})

        found = tuple(dict.fromkeys(roots(proof.follows, frozenset())))
        return found if told.issuperset(found) else ()

    def open(self, status: Status) -> tuple[Proof, ...]:
        """Return the claims that ended so and that nothing accepts."""
        return tuple(each for each in self.proofs if each.status is status and self.accepted(each) is None)


def verify(
    ruleset: Ruleset,
    policy: Policy | None = None,
    *,
    on: datetime.date,
    limits: Limits | None = None,
    questions: Sequence[str] | None = None,
    engine: EngineName = DEFAULT_ENGINE,
    calendar: Calendar | None = None,
    seconds: float | None = 20,
    jobs: int = 1,
    keep: str | Path | None = None,
) -> Verified:
    """Prove what a ruleset and a policy claim.

    Args:
        ruleset: what is proved about.
        policy: the locality's decisions, or none.
        on: the date of the assessments that are proved about.
        limits: what the proofs rest on; the date in it is replaced by `on`.
        questions: codes of questions; all by default.
        engine: the engine in which every witness is replayed.
        calendar: the working days; by default those of England and Wales where they are counted.
        seconds: the longest that one claim may take, in a process of its own; None proves in this process.
        jobs: how many such processes share the claims.
        keep: a folder in which answers of the solver are kept, so that after a change only what it touches is asked.

    Raises:
        EngineUnavailableError: z3 is not installed.
        NotFoundError: there is no such question.
        EngineFailedError: a witness comes out otherwise in the engine, or the solver broke: a fault of this library.

    """
    due_to_decide(ruleset, on, policy, engine, calendar)
    if find_spec("z3") is None:
        raise EngineUnavailableError("proofs need z3; install qa-rules[verify]")
    began = time.monotonic()
    closed = opened(ruleset, policy)
    calendar = calendar_for(calendar, closed)
    within = Limits(on) if limits is None else attrs.evolve(limits, on=on)
    within = reaching(within, closed, close(ruleset))
    if questions is not None:
        from qa_rules.proofs.questions import QUESTIONS

        due_names("questions", questions)
        due_known("question", questions, (each.code for each in QUESTIONS))
    codes = None if questions is None else frozenset(questions)
    job = Job(ruleset, policy, within, calendar, codes, kept=None if keep is None else str(keep))
    proofs = tuple(_proofs(job, seconds, jobs))
    for each in proofs:
        if each.witness is not None:
            found = each.witness
            _replay(closed, found, found.facts, found.on, found.codes, job, engine)
            if found.after is not None:
                _replay(closed, found, found.after, found.after_on, found.after_codes, job, engine)
    return Verified(ruleset, policy, within, proofs, time.monotonic() - began, calendar)


def _proofs(job: Job, seconds: float | None, jobs: int = 1) -> Iterator[Proof]:
    if seconds is None:
        yield from prove_here(job)
        return
    for message in prove_together(job, seconds, jobs):
        if isinstance(message, Failure):
            raise EngineFailedError(f"the verifier broke: {message.reason}")
        yield message


def _replay(
    closed: ClosedRuleset,
    found: Witness,
    facts: Facts,
    on: datetime.date | None,
    codes: tuple[int, ...],
    job: Job,
    engine: EngineName,
) -> None:
    known = believe(facts, closed.ruleset.vocabulary, on or job.limits.on, job.calendar)
    _agree(closed, with_overdue(known, closed, found.overdue), codes, engine)


def _agree(closed: ClosedRuleset, known: Known, codes: tuple[int, ...], engine: EngineName) -> None:
    """Run an engine; EngineFailedError when it does not find what the definition found."""
    found = find_engine(engine)(closed).run(known)
    for node, expected, actual in zip(closed.nodes, codes, found, strict=True):
        if expected != actual:
            message = f"the engine {engine} and the definition disagree about {node.name}; please report it"
            raise EngineFailedError(message)


@attrs.frozen
class Compared:
    """What a new ruleset or policy decides otherwise than the old one."""

    old: ClosedRuleset
    new: ClosedRuleset
    limits: Limits
    proofs: tuple[Proof, ...]
    changes: tuple[Change, ...]
    """Everything in which the two differ."""

    @property
    def rests_on(self) -> tuple[str, ...]:
        """What the comparison rests on, as sentences."""
        policies = (self.old.policy, self.new.policy)
        fall_due = any(each is not None and each.condition_days is not None for each in policies)
        due = "conditions may be overdue or not" if fall_due else "no condition is overdue"
        return (*self.limits.words(any_length=True), due)

    def changed(self, kind: Kind) -> tuple[str, ...]:
        """Return the changes of a kind, one sentence each."""
        return tuple(each.words for each in self.of(kind))

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Return the changes of a kind."""
        return tuple(each for each in self.changes if each.kind is kind)


def compare(
    old: tuple[Ruleset, Policy | None],
    new: tuple[Ruleset, Policy | None],
    *,
    on: datetime.date,
    limits: Limits | None = None,
    engine: EngineName = DEFAULT_ENGINE,
    calendar: Calendar | None = None,
    seconds: float | None = 20,
    jobs: int = 1,
    keep: str | Path | None = None,
) -> Compared:
    """Hold a new edition of a ruleset, or of its policy, against the old one.

    Each claim may take so many `seconds` in a process of its own, of which `jobs` share the claims; None compares in
    this process. `keep` and errors as for `verify`.
    """
    for name, pair in (("old", old), ("new", new)):
        due_pair(name, pair, "a pair of a ruleset and its policy, or None for no policy")
        edition, settings = pair
        due_to_decide(edition, on, settings, engine, calendar)
    if find_spec("z3") is None:
        raise EngineUnavailableError("proofs need z3; install qa-rules[verify]")
    before, after = opened(*old), opened(*new)
    calendar = calendar_for(calendar, before, after)
    within = Limits(on) if limits is None else attrs.evolve(limits, on=on)
    if strengths(before) != strengths(after):
        within = attrs.evolve(within, levels=3)
    within = reaching(within, before, after, close(old[0]), close(new[0]))
    job = Job(*new, within, calendar, older=old, kept=None if keep is None else str(keep))
    proofs = tuple(_proofs(job, seconds, jobs))
    vocabulary, _ = merged(before.ruleset.vocabulary, after.ruleset.vocabulary)
    for each in proofs:
        if each.witness is not None:
            shown = each.witness
            known = believe(shown.facts, vocabulary, shown.on or on, calendar)
            _agree(after, with_overdue(known, after, shown.overdue), shown.codes, engine)
            _agree(before, with_overdue(known, before, shown.overdue), shown.after_codes, engine)
    return Compared(before, after, within, proofs, tuple(changes(old, new)))

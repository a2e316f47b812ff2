"""The front door: a suite that shows everything that a ruleset under a policy can be asked to show."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec

import attrs

from qa_rules.assessment.assess import assess
from qa_rules.engines import DEFAULT_ENGINE, EngineName
from qa_rules.engines.reference import prepare as define
from qa_rules.errors import EngineFailedError, EngineUnavailableError
from qa_rules.language.cases import Case
from qa_rules.language.load import calendar_for
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import ProbeNode
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Verdict
from qa_rules.program.bind import close
from qa_rules.proofs.symbolic import Limits
from qa_rules.testing.canonical import tidy
from qa_rules.testing.cases import actual
from qa_rules.testing.conditions import Shown, nodes_of
from qa_rules.testing.coverage import Coverage, Meeting, covered
from qa_rules.testing.minimise import Chosen, suite_of
from qa_rules.testing.obligations import Obligation, Owed, owed
from qa_rules.testing.probes import behind
from qa_rules.testing.search import Infeasible, Job, Met, Result, Undecided, search_apart, search_here
from qa_rules.testing.words import name_of, sentences_of

FACTS_A_CASE = 12
"""How far cases are merged."""


@attrs.frozen
class Also:
    """Something else that the suite has to show, such as a difference from a mutant."""

    words: str
    """What it is, as a sentence without a full stop."""
    facts: Facts
    """A provider who shows it."""
    shows: Callable[[Facts], bool]
    """Whether a provider shows it."""


@attrs.frozen
class Made:
    """A case of a generated suite."""

    case: Case
    there_for: tuple[str, ...]
    """What it alone shows: obligations and further goals as sentences."""
    besides: int = 0
    """How many obligations it is there for beside that, which another case happens to meet as well."""


@attrs.frozen
class Suite:
    """A generated suite."""

    ruleset: Ruleset
    policy: Policy | None
    on: datetime.date
    limits: Limits
    """What the proofs of infeasible obligations rest on."""
    cases: tuple[Made, ...]
    coverage: Coverage
    undecided: Mapping[Obligation, str]
    """Obligations of which it was not found out whether anybody can meet them, with the reason."""
    providers: tuple[Facts, ...]
    """Everybody whom the cases were chosen from."""
    seconds: float


@attrs.frozen
class Searched:
    """What became of the obligations."""

    providers: tuple[Facts, ...]
    infeasible: Mapping[Obligation, str]
    undecided: Mapping[Obligation, str]


def generate(
    ruleset: Ruleset,
    policy: Policy | None = None,
    *,
    on: datetime.date,
    limits: Limits | None = None,
    seeds: Iterable[Facts] = (),
    also: Sequence[Also] = (),
    engine: EngineName = DEFAULT_ENGINE,
    most_facts: int = FACTS_A_CASE,
    seconds: float | None = 60,
) -> Suite:
    """Make a suite of cases that meets every obligation that some provider can meet.

    Args:
        ruleset: what the suite is for.
        policy: the policy under which it is made, or none.
        on: the date of every case. Nothing reads a clock.
        limits: what the search may assume; the date and the levels in it are replaced.
        seeds: providers to draw on before anything is searched, such as those found for another policy.
        also: what the suite has to show besides.
        engine: the engine in which every case is run; it has to find what the definition finds.
        most_facts: cases are merged up to so many facts.
        seconds: the longest that one obligation may take, in a process of its own; None searches in this process.

    Raises:
        EngineUnavailableError: z3 is not installed.
        EngineFailedError: a case comes out otherwise in the engine than by the definition, or the search broke.

    """
    began = time.monotonic()
    found = owed(close(ruleset, policy))
    within = attrs.evolve(limits or Limits(on), on=on, levels=found.levels)
    meeting = Meeting(found, on, engine)
    candidates = [*(tidy(each, on, found.levels) for each in seeds), *(each.facts for each in also)]
    searched = _search(meeting, within, candidates, seconds)
    judge = _Judge(meeting, also)
    chosen = suite_of([*candidates, *searched.providers], judge, most_facts)
    _replayed(meeting, chosen)
    cases = _cases(found, also, chosen, on)
    shown = meeting.shown([each.case.facts for each in cases])
    result = covered(found, shown, [each.case.name for each in cases], searched.infeasible)
    undecided = {each.obligation: searched.undecided.get(each.obligation, "") for each in result.open}
    took = time.monotonic() - began
    providers = (*candidates, *searched.providers)
    return Suite(ruleset, policy, on, within, tuple(cases), result, undecided, providers, took)


def search(
    ruleset: Ruleset,
    policy: Policy | None,
    cases: Iterable[Case],
    *,
    on: datetime.date,
    limits: Limits | None = None,
    engine: EngineName = DEFAULT_ENGINE,
    seconds: float | None = 60,
) -> Searched:
    """Return what becomes of the obligations that the cases do not meet; arguments and errors as for `generate`.

    With `infeasible` of it, `coverage` counts those that nobody can meet as such.
    """
    found = owed(close(ruleset, policy))
    within = attrs.evolve(limits or Limits(on), on=on, levels=found.levels)
    name = "none" if policy is None else policy.name
    mine = [each for each in cases if each.policy == name]
    meeting = Meeting(found, on, engine)
    shown = meeting.shown([each.facts for each in mine], [each.on for each in mine])
    met = frozenset(at for at, each in enumerate(found.obligations) if shown.mask(each.condition))
    return _results(found, _run(_job(meeting, within, met, engine), seconds))


def _search(meeting: Meeting, within: Limits, candidates: Sequence[Facts], seconds: float | None) -> Searched:
    shown = meeting.shown(candidates)
    met = frozenset(at for at, each in enumerate(meeting.found.obligations) if shown.mask(each.condition))
    return _results(meeting.found, _run(_job(meeting, within, met, meeting.engine), seconds))


def _job(meeting: Meeting, within: Limits, met: frozenset[int], engine: EngineName) -> Job:
    closed = meeting.found.closed
    return Job(closed.ruleset, closed.policy, within, calendar_for(None, closed), engine, met)


def _run(job: Job, seconds: float | None) -> Iterable[Result]:
    if find_spec("z3") is None:
        raise EngineUnavailableError("making a suite needs z3; install qa-rules[verify]")
    if seconds is not None:
        return search_apart(job, seconds)
    return (each for each in search_here(job) if isinstance(each, Met | Infeasible | Undecided))


def _results(found: Owed, results: Iterable[Result]) -> Searched:
    providers: list[Facts] = []
    infeasible: dict[Obligation, str] = {}
    undecided: dict[Obligation, str] = {}
    for each in results:
        match each:
            case Met(facts):
                providers.append(facts)
            case Infeasible(number, silent):
                words = f"the policy leaves open {', '.join(silent)}" if silent else ""
                infeasible[found.obligations[number]] = words
            case Undecided(number, reason):
                undecided[found.obligations[number]] = reason
    return Searched(tuple(providers), infeasible, undecided)


class _Judge:
    """Goals by number: the obligations, and behind them whatever else has to be shown."""

    def __init__(self, meeting: Meeting, also: Sequence[Also]) -> None:
        self.meeting, self.also = meeting, also
        self.conditions = [each.condition for each in meeting.found.obligations]

    def goals(self, providers: Sequence[Facts]) -> list[int]:
        shown = self.meeting.shown(providers)
        masks = [0] * len(providers)
        for number, condition in enumerate(self.conditions):
            for at in _ones(shown.mask(condition)):
                masks[at] |= 1 << number
        for number, each in enumerate(self.also, len(self.conditions)):
            for at, facts in enumerate(providers):
                masks[at] |= (1 << number) * each.shows(facts)
        return masks

    def meets(self, provider: Facts, goals: int) -> bool:
        shown: Shown | None = None
        for number in _ones(goals):
            if number >= len(self.conditions):
                if not self.also[number - len(self.conditions)].shows(provider):
                    return False
                continue
            shown = shown or self.meeting.shown([provider])
            if not shown.mask(self.conditions[number]):
                return False
        return True


def _ones(mask: int) -> Iterable[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _cases(found: Owed, also: Sequence[Also], chosen: Sequence[Chosen], on: datetime.date) -> list[Made]:
    """The cases, in the order of what they are there for, with what the definition finds."""
    closed, obligations = found.closed, found.obligations
    names: dict[str, int] = {}
    cases: list[Made] = []
    for each in sorted(chosen, key=lambda each: next(iter(_ones(each.alone)))):
        met = [obligations[at] for at in _ones(each.goals) if at < len(obligations)]
        alone = [obligations[at] for at in _ones(each.alone) if at < len(obligations)]
        more = [also[at - len(obligations)].words for at in _ones(each.goals) if at >= len(obligations)]
        stem = name_of(alone, more, each.facts)
        names[stem] = names.get(stem, 0) + 1
        name = stem if names[stem] == 1 else f"{stem} ({names[stem]})"
        expect = _expected(found, met, each.facts, on)
        policy = "none" if closed.policy is None else closed.policy.name
        told = (*sentences_of(alone), *more)
        cases.append(Made(Case(name, each.facts, on, policy, expect), told, len(met) - len(alone)))
    return cases


def _expected(found: Owed, met: Sequence[Obligation], facts: Facts, on: datetime.date) -> dict[str, str]:
    """Everything that the definition settles, and what it leaves unknown of whatever the case is about."""
    closed = found.closed
    assessment = assess(closed.ruleset, facts, on=on, policy=closed.policy, engine="reference")
    about = {each.at for each in met} | set(_readers(found, facts))
    verdicts = {*closed.ruleset.requirement, *closed.ruleset.group}
    return {
        name: word
        for name, word in actual(assessment).items()
        if name not in verdicts or word != Verdict.UNKNOWN or name in about
    }


def _readers(found: Owed, facts: Facts) -> Iterable[str]:
    """Yield the requirements and groups that read one of these facts themselves."""
    given = {*facts.values, *facts.collections}
    names = {*found.closed.ruleset.requirement, *found.closed.ruleset.group}
    for node in found.closed.nodes:
        if node.name.whole in names and found.closed.reads_itself[node.name] & given:
            yield node.name.whole


def _replayed(meeting: Meeting, chosen: Sequence[Chosen]) -> None:
    """Run everybody by the definition; EngineFailedError when it finds otherwise than the engine.

    Every node of the ruleset is looked at, and of the probes those that a case is there for.
    """
    closed, obligations = meeting.found.closed, meeting.found.obligations
    own = [node.name for node in closed.nodes if not isinstance(node.name.parts, ProbeNode)]
    for each in chosen:
        shows = (obligations[at].condition for at in _ones(each.goals) if at < len(obligations))
        part = behind(closed, {*own, *(name for condition in shows for name in nodes_of(condition))})
        known = meeting.known(each.facts, meeting.on)
        results = meeting.run(known)
        for node, expected in zip(part.nodes, define(part).run(known), strict=True):
            if expected != results[closed.index[node.name]]:
                raise EngineFailedError(
                    f"the engine {meeting.engine} and the definition disagree about {node.name}; please report it"
                )

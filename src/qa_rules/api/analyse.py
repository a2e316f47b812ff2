"""The second front door: why, what to fix, what to ask next, how long it holds, where else, what if.

Functions over assessments. Each computes on demand; an assessment that nobody asks about costs nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from types import NoneType

from qa_rules.assessment import evaluation
from qa_rules.assessment.arguments import due_day, due_to_decide, teller_named
from qa_rules.assessment.assess import Assessment, assessed
from qa_rules.assessment.ready import ready as make_ready
from qa_rules.assessment.situation import situation_of
from qa_rules.engines import DEFAULT_ENGINE, EngineName
from qa_rules.errors import (
    Diagnostic,
    DocumentError,
    EngineFailedError,
    FactsError,
    NotFoundError,
    due,
    due_count,
    due_names,
    due_pair,
)
from qa_rules.explain.standing import MoveKind, Standing, moves, titles_of
from qa_rules.explain.targets import destination
from qa_rules.explain.why import Why
from qa_rules.explain.why import why as _why
from qa_rules.interview.questions import next_questions as next_questions
from qa_rules.interview.ranking import Questions
from qa_rules.language.load import facts_from
from qa_rules.model.assessments import urgent_steps
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.identity import hash_of
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Unit
from qa_rules.program.answers import answer_of
from qa_rules.repair.plans import Fixes
from qa_rules.repair.room import fixes as _fixes
from qa_rules.semantics.dates import later
from qa_rules.shortlist.matching import Fit, Shortlist, Unread, fit, shortlisted, subjects_by_fact, together
from qa_rules.timeline.difference import (
    Difference,
    Other,
    brought_about,
    changed_facts,
    mixed_facts,
    with_causes,
)
from qa_rules.timeline.horizon import Horizon
from qa_rules.timeline.horizon import horizon as _horizon
from qa_rules.timeline.supposed import supposed

YEARS = 5
"""How far ahead `horizon` looks by default."""


def why(assessment: Assessment, target: str | None = None) -> Why:
    """Return why something is said, as a minimal reason and as a tree in plain words.

    While the target is open, the facts that matter to it are named instead.

    Args:
        assessment: what says it.
        target: the id of a requirement, group, lock, decision or outcome, or `tier` or `required_tier`; None is the
            overall decision.

    Raises:
        NotFoundError: there is no such target.
        QaRulesError: the assessment was read from a record.

    >>> made = assess(load_ruleset("ss2q"), {"licences": []}, on=datetime.date(2026, 11, 22))
    >>> print(why(made).tree.text)
    Does the provider meet all 35 requirements? Cannot be decided yet

    """
    _due_assessment(assessment)
    due("target", target, (str, NoneType), "an id, or None")
    return _why(situation_of(assessment), target)


def fixes(assessment: Assessment, to: str | None = None, n: int = 3, *, fixed: Collection[str] = ()) -> Fixes:
    """Return the cheapest sets of steps that reach a better outcome, a tier or a verdict, the best few in order.

    Args:
        assessment: how things stand.
        to: the id of an outcome (that or a milder one), a tier, a requirement or a group, or `tier` for the next one.
            None is the first outcome of the overall decision that allows or, where it allows, the next better one; the
            next tier where that decision is not made for want of a person.
        n: how many plans at most.
        fixed: facts that cannot be changed, beside what is known of the person and what is past.

    A plan meets what is asked and gives nothing up for it. Each holds the facts as they would be; it was assessed again
    and reaches the goal. NotFoundError for a goal or a fixed fact that there is not; EngineFailedError should a plan
    not hold what it promises.

    """
    _due_assessment(assessment)
    due("to", to, (str, NoneType), "an id, or None")
    due_count("n", n)
    due_names("fixed", fixed)
    work = assessment.work
    where = destination(work.closed, work.facts, work.results, to)
    vocabulary = work.closed.ruleset.vocabulary
    for name in fixed:
        if name not in vocabulary.facts and name not in vocabulary.scalars:
            raise NotFoundError(f"there is no fact `{name}` to leave as it is")
    found = _fixes(situation_of(assessment), where, n, fixed)
    for plan in found.plans:
        again = _assessed(assessment, plan.facts).work
        if not destination(again.closed, plan.facts, again.results, where.to).reached(again.results):
            raise EngineFailedError(f"a plan to reach `{where.to}` does not reach it: {plan.to_dict()}")
    return found


def _assessed(assessment: Assessment, facts: Facts) -> Assessment:
    work = assessment.work
    return assessed(
        work.closed.ruleset, facts, assessment.on, work.policy, assessment.engine, work.known.calendar
    )


def _due_assessment(given: object, argument: str = "assessment") -> None:
    due(argument, given, Assessment, "an Assessment, as assess returns it")


def horizon(assessment: Assessment, until: datetime.date | None = None) -> Horizon:
    """Return how long an assessment holds if nothing is renewed, what comes then, and what falls due.

    The timeline is exact: it holds every day up to `until` on which anything that is said changes.

    Args:
        assessment: how things stand.
        until: the last day that is looked at; None is five years on.

    Raises:
        QaRulesError: the assessment was read from a record.

    >>> made = assess(load_ruleset("ss2q"), {"licences": []}, on=datetime.date(2026, 11, 22))
    >>> horizon(made).until
    datetime.date(2031, 11, 22)

    """
    _due_assessment(assessment)
    if until is not None:
        due_day("until", until)
    work, on = assessment.work, assessment.on
    calendar = work.known.calendar
    ready = work.ready
    if until is None:
        until = later(on, YEARS, Unit.YEARS, None) or datetime.date.max

    def judge(
        facts: Facts, day: datetime.date, spared: frozenset[str]
    ) -> tuple[Standing, Mapping[str, datetime.date]]:
        found = evaluation.judge(ready, facts, day, earlier=work.earlier, spared=spared)
        return evaluation.standing(found), found.due

    return _horizon(ready.closed, work.facts, on, until, calendar, judge)


def what_if(
    assessment: Assessment,
    changes: Mapping[str, object] | None = None,
    /,
    *,
    on: datetime.date | None = None,
    policy: Policy | None = None,
    **facts: object,
) -> Assessment:
    """Return the assessment as it would be with some facts changed, and on another day or under another policy.

    Args:
        assessment: how things stand.
        changes: facts as a facts file holds them; `facts` are the same by keyword. They replace whole facts. A bare
            value keeps the evidence that stands there, as of the day that is asked about; where none does it is
            `stated`, and a judgement counts as one of that day. A value as it is changes nothing. None makes a fact
            unknown.
        on: another day.
        policy: another policy.
        facts: as `changes`.

    Raises:
        FactsError: they are at fault, as for `assess`.

    >>> made = assess(load_ruleset("ss2q"), {"licences": []}, on=datetime.date(2026, 11, 22))
    >>> what_if(made, programme_is_structured_self_management=False).outcome
    'not_applicable'

    """
    _due_assessment(assessment)
    due("changes", changes, (Mapping, NoneType), "a mapping of names to values, or None")
    work = assessment.work
    ruleset = work.closed.ruleset
    on = assessment.on if on is None else on
    policy = work.policy if policy is None else policy
    due_to_decide(ruleset, on, policy, assessment.engine, work.known.calendar)
    given = {**(changes or {}), **facts}
    new = facts_from({name: value for name, value in given.items() if value is not None}, ruleset)
    unknown = [name for name in given if name not in ruleset.vocabulary.facts]
    if unknown:
        facts_from(dict.fromkeys(unknown, "?"), ruleset)
    changed = supposed(work.given, new, given, ruleset.vocabulary, on)
    return assessed(
        ruleset, changed, on, policy, assessment.engine, work.known.calendar, told_by=work.told_by
    )


def difference(before: Assessment, after: Assessment) -> Difference:
    """Return what changed in the facts, in the verdicts, tiers and outcomes, and which changes did it.

    >>> made = assess(load_ruleset("ss2q"), {"licences": []}, on=datetime.date(2026, 11, 22))
    >>> [each.fact for each in difference(made, what_if(made, licences=None)).facts]
    ['licences']

    """
    _due_assessment(before, "before")
    _due_assessment(after, "after")
    old, new = before.work, after.work
    moved = moves(standing(before), standing(after), titles_of(new.closed.ruleset))
    changed = changed_facts(old.facts, new.facts, new.closed.ruleset.vocabulary)
    same: dict[Other, bool] = {
        "ruleset": _same(old.closed.ruleset, new.closed.ruleset),
        "policy": _same(old.policy, new.policy),
        "on": before.on == after.on,
        "calendar": _same(old.known.calendar, new.known.calendar),
    }
    others: tuple[Other, ...] = tuple(name for name, is_same in same.items() if not is_same)
    if not same["ruleset"]:
        return Difference(changed, others, tuple(map(with_causes, moved)))

    def mixed(made: frozenset[str]) -> Mapping[tuple[MoveKind, str], str]:
        again = assessed(
            new.closed.ruleset,
            mixed_facts(old.facts, new.facts, made),
            after.on if "on" in made else before.on,
            new.policy if "policy" in made else old.policy,
            after.engine,
            (new if "calendar" in made else old).known.calendar,
        )
        return standing(again).lines()

    changes = [*(each.fact for each in changed), *others]
    return Difference(changed, others, brought_about(moved, changes, mixed))


def _same(one: Ruleset | Policy | Calendar | None, other: Ruleset | Policy | Calendar | None) -> bool:
    return one is other or (one is not None and other is not None and hash_of(one) == hash_of(other))


Given = Facts | Mapping[str, object]
"""Facts, or a mapping of names to values as a facts file has under `facts`."""


def shortlist(
    person: Given,
    providers: Mapping[str, Given] | Iterable[tuple[str, Given | DocumentError]],
    *,
    ruleset: Ruleset,
    on: datetime.date,
    policy: Policy | None = None,
    engine: EngineName = DEFAULT_ENGINE,
    calendar: Calendar | None = None,
    told_by: str | None = None,
) -> Shortlist:
    """Return which providers this person may be referred to: best fit first by outcome, then by what is left to do.

    Args:
        person: what is known of the person and the referral. It stands where a provider's facts say something else,
            and facts about the person count from here only.
        providers: the facts of each provider with one of its activities, by name; a stream will do. An error may
            stand in it for facts that could not be read.
        ruleset: what is asked; its overall decision is the one that is made.
        on: the date of the assessment.
        policy: the locality's decisions.
        engine: the name of an engine.
        calendar: the working days, as for `assess`.
        told_by: who hands all these facts in, as for `assess`.

    A provider whose facts do not fit the vocabulary is in `unread`, with every diagnostic, and the others are in order.

    Raises:
        NotFoundError: the ruleset makes no decision.
        FactsError: the person's facts do not fit the vocabulary, or nothing is known of the person whom the decision
            needs.

    """
    due_to_decide(ruleset, on, policy, engine, calendar)
    teller = teller_named(told_by, ruleset)
    due("person", person, (Facts, Mapping), "Facts or a mapping of names to values")
    due("providers", providers, Iterable, "facts by name, or pairs of a name and facts")
    if not ruleset.decisions:
        raise NotFoundError(f"{ruleset.id} makes no decision, so there is nothing to choose by")
    decision = ruleset.decisions[0]
    ready = make_ready(ruleset, policy, engine, calendar)
    somebody = evaluation.given_facts(person, ruleset)
    about = subjects_by_fact(ruleset.vocabulary)
    if decision.needs and not any(
        about[name] == decision.needs for name in (*somebody.values, *somebody.collections)
    ):
        message = f"nothing is known of the {decision.needs}, and `{decision.id}` needs it"
        raise FactsError(
            [Diagnostic("nothing-given", message, hint=f"give a fact about the {decision.needs}")]
        )
    first = urgent_steps(evaluation.answers(evaluation.judge(ready, somebody, on, told_by=teller)))
    fits: list[Fit] = []
    unread: list[Unread] = []
    for pair in providers.items() if isinstance(providers, Mapping) else providers:
        name, given = due_pair("providers", pair, "facts by name, or pairs of a name and facts")
        due("providers", name, str, "facts by names that are text")
        try:
            provider = _provider(given, ruleset)
        except DocumentError as fault:
            unread.append(Unread(name, fault.diagnostics))
            continue
        both = together(provider, somebody, about, decision.needs)
        work = evaluation.judge(ready, both, on, told_by=teller)
        answer = answer_of(work.program, work.found, decision, work.facts)
        if answer is None:
            raise AssertionError("the decision is made: something is known of whom it needs")
        tiers = evaluation.tiers(work)
        fits.append(fit(name, provider.subject, work.program, work.found, answer, tiers, work.overdue))
    return shortlisted(decision, fits, unread, first)


def _provider(given: Given | DocumentError, ruleset: Ruleset) -> Facts:
    if isinstance(given, DocumentError):
        raise given
    if not isinstance(given, Facts | Mapping):
        hint = "give names and values, as a facts file has them under `facts`"
        raise FactsError([Diagnostic("value", "the facts of each are a mapping", hint=hint)])
    return evaluation.given_facts(given, ruleset)


def standing(assessment: Assessment) -> Standing:
    """Return what an assessment says, without its reasons.

    >>> made = assess(load_ruleset("ss2q"), {"licences": []}, on=datetime.date(2026, 11, 22))
    >>> standing(made).answers[0].outcome
    'undetermined'

    """
    _due_assessment(assessment)
    if not assessment.is_record:
        return evaluation.standing(assessment.work)
    groups = {each.group: each.verdict for each in assessment.groups}
    return Standing(assessment.answers, assessment.tiers, groups, assessment.verdicts)


__all__ = [
    "YEARS",
    "Difference",
    "Fit",
    "Fixes",
    "Given",
    "Horizon",
    "Questions",
    "Shortlist",
    "Unread",
    "Why",
    "difference",
    "fixes",
    "horizon",
    "next_questions",
    "shortlist",
    "standing",
    "what_if",
    "why",
]

"""From facts to results, and from results to what an assessment shows. Loaded when something is first assessed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from qa_rules.assessment.ready import Ready
from qa_rules.assessment.work import Work
from qa_rules.model.assessments import Answer, Finding, Ground, GroupResult, TierResult
from qa_rules.model.facts import Facts
from qa_rules.model.kept import once_for_each
from qa_rules.model.rulesets import Group, Policy, Requirement, Ruleset
from qa_rules.model.values import Severity, Strength, Verdict
from qa_rules.program.answers import answer_of, explained_by, tiers_of, verdict_by, verdicts_of
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.conditions import overdue
from qa_rules.program.overdue import with_overdue
from qa_rules.program.severities import requirements_of
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.tellers import as_told_by
from qa_rules.version import VERSION

if TYPE_CHECKING:
    from qa_rules.explain.kept import Told
    from qa_rules.explain.standing import Standing


def judge(
    ready: Ready,
    facts: Facts | Mapping[str, object],
    on: datetime.date,
    *,
    earlier: Mapping[str, datetime.date] | None = None,
    spared: frozenset[str] = frozenset(),
    told_by: str = "",
) -> Work:
    """Run an engine over the facts; see `assess` for the other arguments and errors.

    `spared` names conditions that are taken as never overdue.
    """
    program, kept = ready.program, earlier or {}
    facts = given_facts(facts, ready.ruleset)
    handed_in = facts if told_by else None
    if told_by:
        facts = as_told_by(facts, ready.ruleset.vocabulary, told_by)
    known = believe(facts, ready.ruleset.vocabulary, on, ready.calendar)
    in_time = with_overdue(known, program, ())
    first = found = ready.run(in_time)
    late = overdue(program, facts, in_time, first, kept) - spared
    if late:
        found = ready.run(with_overdue(known, program, late))
    return Work(ready, facts, known, found, late, first, kept, told_by, handed_in)


def given_facts(facts: Facts | Mapping[str, object], ruleset: Ruleset) -> Facts:
    """Return facts that fit the vocabulary of a ruleset. FactsError with every diagnostic."""
    if not isinstance(facts, Facts):
        from qa_rules.language.facts import facts_from

        return facts_from(facts, ruleset)
    if facts.fits(ruleset.vocabulary):
        return facts
    from qa_rules.language.fitting import fitting

    return fitting(facts, ruleset.vocabulary)


def answers(work: Work) -> tuple[Answer, ...]:
    """Return what each decision that is made came to, in the order of the ruleset."""
    program, facts = work.program, work.facts
    found = (answer_of(program, work.found, each, facts) for each in program.ruleset.decisions)
    return tuple(each for each in found if each is not None)


def tiers(work: Work) -> TierResult | None:
    """Return the tiers, None where there are none."""
    return tiers_of(work.program, work.found)


def verdicts(work: Work) -> Mapping[str, Verdict]:
    """Return the verdict of each requirement, in the order of the ruleset."""
    return verdicts_of(work.program, work.found)


def standing(work: Work) -> Standing:
    """Return what is said, without its reasons."""
    from qa_rules.explain.standing import Standing  # words are imported when somebody asks for them

    stands = verdict_by(work.program, work.found)
    groups = {each.id: stands(each.id)[0] for each in work.program.ruleset.groups}
    return Standing(answers(work), tiers(work), groups, verdicts(work))


def decided_by(work: Work, engine: str) -> Mapping[str, Any]:
    """Return versions and hashes of all that decided."""
    from qa_rules.model.identity import hash_of, hash_of_days, hash_of_facts
    from qa_rules.program.calendar_span import days_that_count

    ruleset, known = work.ready.ruleset, work.known
    policy, calendar = work.policy, known.calendar
    return {
        "qa_rules": VERSION,
        "engine": engine,
        "ruleset": {
            "id": ruleset.id,
            "title": ruleset.title,
            "hash": hash_of(ruleset),
        },
        "policy": None
        if policy is None
        else {
            "name": policy.name,
            "title": policy.title,
            "illustrative": policy.illustrative,
            "hash": hash_of(policy),
        },
        **asked_of(policy),
        "calendar": None
        if calendar is None
        else {
            "name": calendar.name,
            "version": calendar.version,
            "hash": hash_of_days(calendar, *days_that_count(work.program, work.facts, known.on)),
        },
        **({"told_by": work.told_by} if work.told_by else {}),
        "facts": hash_of_facts(work.given),
    }


def asked_of(policy: Policy | None) -> Mapping[str, Any]:
    """Return `asks`: the other rulesets that a policy asks, each with its hash; nothing where it asks none."""
    from qa_rules.model.identity import hash_of

    others = {} if policy is None else {each.ruleset.id: each.ruleset for each in policy.asks}
    made = [{"id": each.id, "title": each.title, "hash": hash_of(each)} for each in others.values()]
    return {"asks": made} if made else {}


class _Here(NamedTuple):
    """What a finding says beside its verdict and reason, and what may be otherwise for the next subject."""

    strength: Strength | None
    severity: Severity | None
    due: datetime.date | None
    asked: bool
    blocks: bool
    explained: bool


def findings(work: Work) -> tuple[Finding, ...]:
    """Return one finding a requirement, in the order of the ruleset, with its reason."""
    from qa_rules.assessment.needed import tier_blocks
    from qa_rules.explain.findings import Explainer
    from qa_rules.explain.kept import teller
    from qa_rules.program.asked import Asking, looked_at

    closed, results, pairs = work.explained
    tell = teller(Explainer(closed, work.facts, work.known, pairs), Asking(work.closed, work.known, pairs))
    stands, by_explanation = verdict_by(closed, results), explained_by(closed, results)
    severities, overdue, blocking = closed.severities, work.overdue, tier_blocks(work)
    looked, due, found = looked_at(work.closed) if work.is_decided else None, work.due, []
    for every in _of_every_subject(closed):
        name = every.requirement.id
        verdict, strength = stands(name)
        why, is_open = tell(name, verdict), verdict is Verdict.UNKNOWN
        here = _Here(
            strength,
            Severity.REQUIRED if name in overdue else severities[name],
            None if verdict is Verdict.NOT_APPLICABLE else due.get(name),
            not why.is_left_out and (not is_open or looked is None or name in looked),
            name in blocking and (is_open or verdict is Verdict.NOT_MET),
            verdict is Verdict.MET and by_explanation(name),
        )
        found.append(why.findings.get(here) or why.keep(here, _finding(every, verdict, why, here)))
    return tuple(found)


def _finding(every: _OfEverySubject, verdict: Verdict, why: Told, here: _Here) -> Finding:
    each, reason = every.requirement, why.reason
    return Finding(
        each.id,
        each.title,
        every.clause,
        each.about,
        every.groups,
        verdict,
        here.strength,
        here.severity,
        reason,
        reason.facts if verdict is Verdict.UNKNOWN else (),
        each.fix if verdict is Verdict.NOT_MET else "",
        here.due,
        every.readings,
        here.asked,
        each.hard_stop,
        here.blocks,
        here.explained,
    )


class _OfEverySubject(NamedTuple):
    """What a finding says of a requirement whoever is assessed."""

    requirement: Requirement
    clause: str
    groups: tuple[str, ...]
    readings: tuple[str, ...]


@once_for_each
def _of_every_subject(closed: ClosedRuleset) -> list[_OfEverySubject]:
    ruleset = closed.ruleset
    inside = {group.id: frozenset(requirements_of(ruleset, group.id)) for group in ruleset.groups}
    return [
        _OfEverySubject(
            each,
            each.clause,
            tuple(group for group, names in inside.items() if each.id in names),
            tuple(reading.choice for reading in each.readings),
        )
        for each in ruleset.requirements
    ]


def grounds(work: Work) -> tuple[Ground, ...]:
    """Return what the overall answer rests on; empty when it was not made."""
    from qa_rules.explain.grounds import AnswerExplainer

    overall, made = work.closed.ruleset.decisions[:1], answers(work)
    if not overall or not any(each.decision == overall[0].id for each in made):
        return ()
    explainer = AnswerExplainer(work.closed, work.facts, work.known, work.pairs)
    return explainer.grounds(overall[0], made[0], tiers(work))


def groups(work: Work) -> tuple[GroupResult, ...]:
    """Return one result a theme, measure, element or lock."""
    by_name, program = verdicts(work), work.program
    stands, by_explanation = verdict_by(program, work.found), explained_by(program, work.found)
    explained = {name for name in by_name if by_name[name] is _MET and by_explanation(name)}
    found = []
    for group, names in _members(program):
        verdict, strength = stands(group.id)
        inside = [by_name[name] for name in names]
        counts = (inside.count(_MET), inside.count(_NOT_MET), inside.count(_UNKNOWN), inside.count(_NEVER))
        asked = work.asking.is_asked(group.id, verdict, work.is_decided)
        alone = len(explained.intersection(names)) if explained else 0
        found.append(GroupResult(group.id, group.title, group.kind, verdict, strength, counts, asked, alone))
    return tuple(found)


_MET, _NOT_MET, _UNKNOWN, _NEVER = Verdict


@once_for_each
def _members(closed: ClosedRuleset) -> list[tuple[Group, tuple[str, ...]]]:
    """Groups, each with the requirements in it."""
    ruleset = closed.ruleset
    return [
        (each, tuple(name for name in requirements_of(ruleset, each.id) if name in ruleset.requirement))
        for each in ruleset.groups
    ]

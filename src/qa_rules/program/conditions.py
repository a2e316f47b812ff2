"""When a condition is due: the date of the shortfall, plus the policy's days.

A gap whose severity is `condition` does not stand in the way until it is due; after that it is required.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from functools import lru_cache

import attrs

from qa_rules.model.facts import Evidence, Facts, Records
from qa_rules.model.rulesets import Policy
from qa_rules.model.values import Severity, Unit
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.dates import later
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.semantics.truth import PAIR

Run = Callable[[Known], tuple[int, ...]]


def conditions_due(
    closed: ClosedRuleset, facts: Facts, known: Known, results: tuple[int, ...], run: Run
) -> Mapping[str, datetime.date]:
    """Return the due date of each condition that is not met; empty where the policy sets no days.

    The shortfall is dated by the earliest evidence that shows it, or, where only time brought it about (an
    insurance that ended), by the day on which it began. Evidence without a date is of the day of the assessment.
    """
    policy = closed.policy
    if policy is None or policy.condition_days is None:
        return {}

    def is_gap(name: str, found: tuple[int, ...]) -> bool:
        return PAIR[found[closed.index[name]]][1] > 0

    severities = closed.severities.items()
    gaps = {name for name, each in severities if each is Severity.CONDITION and is_gap(name, results)}
    since: dict[str, datetime.date] = {}
    for day in _days(facts, known.on) if gaps else ():
        by_then = on_record_by(facts, day, known.on)

        def judged(on: datetime.date, by_then: Facts = by_then) -> tuple[int, ...]:
            return run(believe(by_then, closed.ruleset.vocabulary, on, known.calendar))

        now, then = judged(known.on), judged(day)
        for name in [each for each in gaps - since.keys() if is_gap(each, now)]:
            since[name] = day if is_gap(name, then) else _began(name, day, known.on, judged, is_gap)
    due = {name: later(since.get(name, known.on), policy.condition_days, Unit.DAYS, None) for name in gaps}
    return {name: day for name, day in sorted(due.items()) if day is not None}


def can_be_overdue(closed: ClosedRuleset, facts: Facts, results: tuple[int, ...], on: datetime.date) -> bool:
    """Return whether a condition is not met and some evidence so old that it could be overdue.

    False rules out cheaply what `conditions_due` would look for at length.
    """
    policy = closed.policy
    if policy is None or policy.condition_days is None:
        return False
    severities = closed.severities.items()
    if not any(
        each is Severity.CONDITION and PAIR[results[closed.index[name]]][1] > 0 for name, each in severities
    ):
        return False
    days = _days(facts, on)
    due = later(days[0], policy.condition_days, Unit.DAYS, None) if days else None
    return due is not None and due < on


def _began(
    name: str,
    before: datetime.date,
    after: datetime.date,
    judged: Callable[[datetime.date], tuple[int, ...]],
    is_gap: Callable[[str, tuple[int, ...]], bool],
) -> datetime.date:
    """Return a day on which a gap began: there is none the day before, by halving the time between."""
    while (after - before).days > 1:
        middle = before + (after - before) // 2
        if is_gap(name, judged(middle)):
            after = middle
        else:
            before = middle
    return after


@lru_cache(maxsize=64)
def hardened(policy: Policy, overdue: frozenset[str]) -> Policy:
    """Return the policy with the conditions that are overdue made required; the last few dozen are kept.

    A policy is itself and no other, so without keeping it the ruleset would be closed anew each time.
    """
    return attrs.evolve(policy, severities={**policy.severities, **dict.fromkeys(overdue, Severity.REQUIRED)})


def _days(facts: Facts, on: datetime.date) -> list[datetime.date]:
    evidence = [value.evidence for value in facts.values.values()]
    for records in facts.collections.values():
        evidence.append(records.evidence)
        evidence += [value.evidence for record in records.records for value in record.values()]
    return sorted({_dated(each, on) for each in evidence if _dated(each, on) <= on})


def _dated(evidence: Evidence, on: datetime.date) -> datetime.date:
    return evidence.dated or on


def on_record_by(facts: Facts, day: datetime.date, on: datetime.date) -> Facts:
    """The facts whose evidence is dated no later than a day."""
    values = {name: value for name, value in facts.values.items() if _dated(value.evidence, on) <= day}
    collections = {}
    for name, given in facts.collections.items():
        records = tuple(
            {field: value for field, value in record.items() if _dated(value.evidence, on) <= day}
            for record in given.records
        )
        partial = given.partial or _dated(given.evidence, on) > day
        collections[name] = Records(records, given.evidence, partial)
    return Facts(values, collections, facts.subject)

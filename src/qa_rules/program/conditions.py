"""When a condition is due: the day of its gap, plus the policy's days.

A gap whose severity is `condition` does not stand in the way until it is due; after that it is required. Its day is
the first of the unbroken run of days up to the assessment on which `met_when` is not met, over the values that are
believed, each counted from its `since`, or else from the day of its evidence. What else is known never dates
it; a fact of `applies_when` does only through its `since`. A gap that no value shows is of the day of the assessment.
An earlier assessment keeps its day until one finds the requirement met or not applicable.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

import attrs

from qa_rules.model.expressions import Expr, Reference, facts_of, walk
from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy
from qa_rules.model.values import Severity, Unit
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.breakpoints import turning_days
from qa_rules.semantics.dates import later
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Held, HeldRecord, HeldRecords, Known
from qa_rules.semantics.truth import PAIR, Pair

_DAY = datetime.timedelta(days=1)
Counted = Callable[[Evidence], datetime.date]
"""From evidence to the day from which its value counts."""


def gaps(
    closed: ClosedRuleset,
    facts: Facts,
    known: Known,
    results: tuple[int, ...],
    earlier: Mapping[str, datetime.date],
) -> dict[str, datetime.date]:
    """Return the day of the gap of each condition that has one; empty where the policy sets no days.

    Args:
        closed: the ruleset under the policy as it stands, no condition hardened.
        facts: what is given.
        known: what is believed of it.
        results: what the nodes of the closed ruleset are worth.
        earlier: the days that an earlier assessment found.

    """
    found: dict[str, datetime.date] = {}
    for name in _open(closed, results):
        began = _began(closed, facts, known, results, name)
        days = [day for day in (began, earlier.get(name)) if day is not None]
        if days:
            found[name] = min(days)
    return dict(sorted(found.items()))


def due_dates(policy: Policy | None, found: Mapping[str, datetime.date]) -> dict[str, datetime.date]:
    """Return the last day on which each gap is in time."""
    if policy is None or policy.condition_days is None:
        return {}
    days = {name: later(day, policy.condition_days, Unit.DAYS, None) for name, day in found.items()}
    return {name: day for name, day in days.items() if day is not None}


def can_be_overdue(
    closed: ClosedRuleset,
    facts: Facts,
    results: tuple[int, ...],
    on: datetime.date,
    earlier: Mapping[str, datetime.date],
) -> bool:
    """Return whether a condition is open and something so old that it could be overdue.

    False rules out cheaply what `gaps` would look for at length.
    """
    if not _open(closed, results):
        return False
    days = [*earlier.values(), *(counted_from(each, on) for each in facts.evidence())]
    return any(
        due < on for due in due_dates(closed.policy, {str(at): day for at, day in enumerate(days)}).values()
    )


def counted_from(evidence: Evidence, on: datetime.date) -> datetime.date:
    """Return the day from which a value counts for a gap; one without a date is of the day of the assessment."""
    return evidence.since or evidence.dated or on


def noted_on(evidence: Evidence, on: datetime.date) -> datetime.date:
    """Return the day on which a value was noted."""
    return evidence.dated or on


@lru_cache(maxsize=64)
def hardened(policy: Policy, overdue: frozenset[str]) -> Policy:
    """Return the policy with the conditions that are overdue made required; the last few dozen are kept.

    A policy is itself and no other, so without keeping it the ruleset would be closed anew each time.
    """
    severities = {**policy.severities, **dict.fromkeys(overdue, Severity.REQUIRED)}
    return attrs.evolve(policy, severities=severities, overdue=policy.overdue | overdue)


def _open(closed: ClosedRuleset, results: tuple[int, ...]) -> list[str]:
    """The conditions that are neither met nor found not to apply.

    What would meet one that nobody knows to apply leaves it open still: else learning that would open an answer anew.
    """
    if closed.policy is None or closed.policy.condition_days is None:
        return []

    asked = closed.strength

    def is_open(name: str) -> bool:
        (t, f), applies = PAIR[results[closed.index[name]]], closed.index.get(NodeId.applies(name))
        does, never = (3, 0) if applies is None else PAIR[results[applies]]
        return never < asked and (f > 0 or t < asked or does < asked)

    return [name for name, each in closed.severities.items() if each is Severity.CONDITION and is_open(name)]


def _began(
    closed: ClosedRuleset, facts: Facts, known: Known, results: tuple[int, ...], name: str
) -> datetime.date | None:
    """The first of the unbroken run of days on which a requirement is not met; None where it is not, today."""
    names = closed.index
    met = NodeId.met(name) if NodeId.met(name) in names else name
    if not PAIR[results[names[met]]][1]:
        return None
    policy, on = closed.policy, known.on
    from_gap = policy is None or policy.condition_days_from == "gap"

    def counted(evidence: Evidence) -> datetime.date:
        return counted_from(evidence, on) if from_gap else noted_on(evidence, on)

    def applying(evidence: Evidence) -> datetime.date:
        return (evidence.since if from_gap else None) or datetime.date.min

    asked = _asked(closed, met)
    days = {each for each in _days(facts, asked, counted) if each <= on}
    if not days:
        return on
    first = min(days)
    days |= turning_days((expr for _, expr in asked), facts, first, on, known.calendar)
    applies = NodeId.applies(name)
    condition = _asked(closed, applies) if applies in names and PAIR[results[names[applies]]][0] else ()
    days |= {each for each in _days(facts, condition, applying) if first < each <= on}

    def is_gap(day: datetime.date) -> bool:
        by_then = attrs.evolve(_counted(known, facts, day, counted), on=day)
        if not _worth(asked, by_then)[1]:
            return False
        return not condition or _worth(condition, _counted(known, facts, day, applying))[0] > 0

    began = on
    for day in sorted(days, reverse=True):
        if not is_gap(day):
            break
        began = day
    return began


def read_by(closed: ClosedRuleset, name: str) -> frozenset[str]:
    """Return the facts and collections that a node reads, directly or through others."""
    return frozenset[str]().union(*(facts_of(expr) for _, expr in _asked(closed, name)))


@once_for_each
def _asked(closed: ClosedRuleset, name: str) -> tuple[tuple[str, Expr], ...]:
    """What a node is worth by: itself and all that it refers to, in the order of their dependence."""
    wanted, ahead = {name}, [name]
    while ahead:
        for inner in walk(closed.nodes[closed.index[ahead.pop()]].expr):
            if isinstance(inner, Reference) and inner.name not in wanted:
                wanted.add(inner.name)
                ahead.append(inner.name)
    return tuple((node.name, node.expr) for node in closed.nodes if node.name in wanted)


def _worth(asked: Iterable[tuple[str, Expr]], known: Known) -> Pair:
    """What the last of several nodes is worth."""
    pairs: dict[str, Pair] = {}
    found: Pair = (0, 0)
    for name, expr in asked:
        pairs[name] = found = evaluate(expr, known, pairs)
    return found


def _days(facts: Facts, asked: Iterable[tuple[str, Expr]], counted: Counted) -> Iterator[datetime.date]:
    """The days from which the values count that some nodes read."""
    for name in frozenset[str]().union(*(facts_of(expr) for _, expr in asked)):
        if name in facts.values:
            yield counted(facts.values[name].evidence)
        elif name in facts.collections:
            given = facts.collections[name]
            yield counted(given.evidence)
            yield from (counted(value.evidence) for record in given.records for value in record.values())


def _counted(known: Known, facts: Facts, day: datetime.date, counted: Counted) -> Known:
    """What is believed, of that which counts by a day."""

    def kept(values: Mapping[str, Held], given: Mapping[str, FactValue]) -> dict[str, Held]:
        return {name: held for name, held in values.items() if counted(given[name].evidence) <= day}

    lists = {}
    for name, held in known.collections.items():
        given = facts.collections[name]
        listed = counted(given.evidence) <= day
        records = []
        for record, written in zip(held.records, given.records, strict=True):
            fields = kept(record.fields, written)
            backed = max((each.strength for each in fields.values()), default=0)
            records.append(HeldRecord(fields, record.strength if listed else backed))
        lists[name] = HeldRecords(tuple(records), held.whole if listed else 0)
    return Known(kept(known.values, facts.values), lists, known.on, known.calendar)


def counted_by(facts: Facts, day: datetime.date, counted: Counted) -> Facts:
    """The facts that count by a day."""
    values = {name: value for name, value in facts.values.items() if counted(value.evidence) <= day}
    collections = {}
    for name, given in facts.collections.items():
        records = tuple(
            {field: value for field, value in record.items() if counted(value.evidence) <= day}
            for record in given.records
        )
        collections[name] = Records(records, given.evidence, given.partial or counted(given.evidence) > day)
    return Facts(values, collections, facts.subject)

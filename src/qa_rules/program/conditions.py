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

from qa_rules.model.expressions import Expr, On, Reference, facts_of, terms, walk
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


def overdue(
    closed: ClosedRuleset,
    facts: Facts,
    known: Known,
    results: tuple[int, ...],
    earlier: Mapping[str, datetime.date],
) -> frozenset[str]:
    """Return the conditions of which the gap was due before the day; see `gaps` for the arguments.

    What a gap reads tells how old it can be: only of those that are old enough is it found out.
    """
    policy, on = closed.policy, known.on
    if policy is None or policy.condition_days is None:
        return frozenset()
    first_in_time, counted = on.toordinal() - policy.condition_days, _counting(closed, on)
    if not earlier and _oldest(facts, counted, on).toordinal() >= first_in_time:
        return frozenset()
    late: set[str] = set()
    for name in _open(closed, results):
        day = earlier.get(name)
        if day is None or day.toordinal() >= first_in_time:
            days = _days(facts, _read(closed, _met(closed, name)), counted)
            if min((each.toordinal() for each in days), default=first_in_time) < first_in_time:
                day = _began(closed, facts, known, results, name)
        if day is not None and day.toordinal() < first_in_time:
            late.add(name)
    return frozenset(late)


def _oldest(facts: Facts, counted: Counted, on: datetime.date) -> datetime.date:
    """The first day from which anything counts. Many values share one evidence, so each is looked at once."""
    last, found = None, on
    for evidence in facts.evidence():
        if evidence is not last:
            last = evidence
            day = counted(evidence)
            if day < found:
                found = day
    return found


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

    asked, found = closed.strength, []
    for name, at, applies in _conditions(closed):
        t, f = PAIR[results[at]]
        does, never = (3, 0) if applies is None else PAIR[results[applies]]
        if never < asked and (f > 0 or t < asked or does < asked):
            found.append(name)
    return found


@once_for_each
def _conditions(closed: ClosedRuleset) -> list[tuple[str, int, int | None]]:
    """Each condition, with the places of its node and of that which says whether it applies."""
    get = closed.index.get
    return [
        (name, closed.index[name], get(NodeId.applies(name)))
        for name, each in closed.severities.items()
        if each is Severity.CONDITION
    ]


def _began(
    closed: ClosedRuleset, facts: Facts, known: Known, results: tuple[int, ...], name: str
) -> datetime.date | None:
    """The first of the unbroken run of days on which a requirement is not met; None where it is not, today."""
    names, met = closed.index, _met(closed, name)
    if not PAIR[results[names[met]]][1]:
        return None
    on, counted = known.on, _counting(closed, known.on)
    from_gap = closed.policy is None or closed.policy.condition_days_from == "gap"

    def applying(evidence: Evidence) -> datetime.date:
        return (evidence.since if from_gap else None) or datetime.date.min

    asked = _asked(closed, met)
    days = {each for each in _days(facts, _read(closed, met), counted) if each <= on}
    if not days:
        return on
    first = min(days)
    days |= turning_days((expr for _, expr in asked), facts, first, on, known.calendar)
    applies = NodeId.applies(name)
    condition = _asked(closed, applies) if applies in names and PAIR[results[names[applies]]][0] else ()
    days |= {
        each for each in _days(facts, _read(closed, applies), applying) if first < each <= on and condition
    }
    mine = _only(known, _read(closed, met))
    around = _only(known, _read(closed, applies)) if condition else mine

    def is_gap(day: datetime.date) -> bool:
        by_then = attrs.evolve(_counted(mine, facts, day, counted), on=day)
        if not _worth(asked, by_then)[1]:
            return False
        return not condition or _worth(condition, _counted(around, facts, day, applying))[0] > 0

    began = on
    for day in sorted(days, reverse=True):
        if not is_gap(day):
            break
        began = day
    return began


def _met(closed: ClosedRuleset, name: str) -> str:
    """The node of what meets a requirement."""
    met = NodeId.met(name)
    return met if met in closed.index else name


def _counting(closed: ClosedRuleset, on: datetime.date) -> Counted:
    """From when a value counts for a gap, as the policy says."""
    from_gap = closed.policy is None or closed.policy.condition_days_from == "gap"
    return lambda evidence: counted_from(evidence, on) if from_gap else noted_on(evidence, on)


def _only(known: Known, names: frozenset[str]) -> Known:
    """What is believed of some facts and collections."""
    values = {name: held for name, held in known.values.items() if name in names}
    lists = {name: held for name, held in known.collections.items() if name in names}
    return Known(values, lists, known.on, known.calendar)


def read_by(closed: ClosedRuleset, name: str) -> frozenset[str]:
    """Return the facts and collections that a node reads, directly or through others."""
    return frozenset[str]().union(*(facts_of(expr) for _, expr in _asked(closed, name)))


def looks_at_the_day(closed: ClosedRuleset, name: str) -> bool:
    """Return whether a node, or what it refers to, tests the day: then it can turn by time alone."""
    tests = (inner for _, expr in _asked(closed, name) for inner in walk(expr))
    return any(isinstance(term, On) for test in tests for term in terms(test))


@once_for_each
def _read(closed: ClosedRuleset, name: str) -> frozenset[str]:
    """The same, kept; nothing where there is no such node."""
    return read_by(closed, name) if name in closed.index else frozenset()


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


def _days(facts: Facts, names: Iterable[str], counted: Counted) -> Iterator[datetime.date]:
    """The days from which values of these names count."""
    for name in names:
        if name in facts.values:
            yield counted(facts.values[name].evidence)
        elif name in facts.collections:
            given = facts.collections[name]
            yield counted(given.evidence)
            yield from (counted(value.evidence) for record in given.records for value in record.values())


def _counted(known: Known, facts: Facts, day: datetime.date, counted: Counted) -> Known:
    """What is believed, of that which counts by a day. What is not given, such as what is overdue, has no day."""

    def kept(values: Mapping[str, Held], given: Mapping[str, FactValue]) -> dict[str, Held]:
        return {
            name: held
            for name, held in values.items()
            if name not in given or counted(given[name].evidence) <= day
        }

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

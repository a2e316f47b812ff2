"""How long an assessment holds if nothing is renewed, what it turns into and when, and what falls due."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, Final, Literal

import attrs

from qa_rules.explain.messages import say
from qa_rules.explain.standing import ANSWERS, Move, Standing, given_of, label, moves, read_by, titles_of
from qa_rules.explain.wording import day as in_words
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.results import Result
from qa_rules.model.values import Unit
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.breakpoints import BEGINS, ENDS, REACHED, Moment, MomentKind, moments
from qa_rules.semantics.dates import later

_DAY = datetime.timedelta(days=1)
OVERDUE: Final = "condition_overdue"
_NOTHING = frozenset[str]()
Judge = Callable[[datetime.date, frozenset[str]], tuple[Standing, Mapping[str, datetime.date]]]
"""Assesses the same facts on another day, as if some conditions were never overdue, and says when gaps are due."""


@attrs.frozen(repr=False)
class Cause(Result):
    """What brings a change about: evidence that begins or ends, a date that is reached, a condition that is overdue."""

    fact: str
    """A fact, document part, collection or `collection.field`; of a condition the requirement."""
    record: int | None
    """Of a field: the number of its record, from 1."""
    kind: MomentKind | Literal["condition_overdue"]
    """`evidence_begins`, `evidence_ends`, `date_reached` or `condition_overdue`."""
    text: str
    """The same as a sentence."""


@attrs.frozen(repr=False)
class Change(Result):
    """What is said differently from one day on."""

    also: ClassVar[tuple[str, ...]] = ("is_answer",)

    on: datetime.date
    """The first day of it."""
    moves: tuple[Move, ...]
    """What is said differently, decisions first."""
    causes: tuple[Cause, ...]
    """What brings it about."""

    @property
    def is_answer(self) -> bool:
        """Whether a decision's outcome or a tier changes, not only what stands behind it."""
        return any(each.kind in ANSWERS for each in self.moves)


@attrs.frozen(repr=False)
class Due(Result):
    """Something to renew or to review, and the last day on which that is in time."""

    by: datetime.date
    """The last day in time."""
    fact: str
    """As of a cause."""
    record: int | None
    """Of a field: the number of its record, from 1."""
    kind: MomentKind | Literal["condition_due"]
    """`evidence_ends`, `date_reached` or `condition_due`."""
    text: str
    """The same as a sentence."""
    requirements: tuple[str, ...]
    """The requirements that look at it."""
    changes: bool
    """Whether what is said changes on the day after, if nothing is done."""


@attrs.frozen(repr=False)
class Horizon(Result):
    """How an assessment fares from its day to a last day looked at, if nothing is renewed."""

    also: ClassVar[tuple[str, ...]] = ("holds_until", "next")

    on: datetime.date
    """The day of the assessment."""
    until: datetime.date
    """The last day that was looked at."""
    timeline: tuple[Change, ...]
    """In order of date. Between two changes everything stays as it is."""
    due: tuple[Due, ...]
    """Soonest first."""

    @property
    def next(self) -> Change | None:
        """The first change of a decision's outcome or of a tier; None when there is none until `until`."""
        return next((each for each in self.timeline if each.is_answer), None)

    @property
    def holds_until(self) -> datetime.date | None:
        """The last day on which the answer still is what it was; None when it holds throughout."""
        return None if self.next is None else self.next.on - _DAY


def horizon(
    closed: ClosedRuleset,
    facts: Facts,
    on: datetime.date,
    until: datetime.date,
    calendar: Calendar | None,
    judge: Judge,
) -> Horizon:
    """Return the timeline. Only the days on which something can change are assessed.

    Args:
        closed: the ruleset under the policy as it stands, no condition hardened.
        facts: what is known; it stays as it is.
        on: the day from which to look.
        until: the last day to look at.
        calendar: the working days.
        judge: assesses the same facts on a day.

    """
    coming = moments(closed, facts, on, until, calendar)
    days = {each.on for each in coming}
    before, conditions = judge(on, _NOTHING)
    days.update(_overdue(closed, facts, on, until, calendar))
    days.update(end + _DAY for end in conditions.values() if on <= end < until)
    titles = titles_of(closed.ruleset)
    timeline: list[Change] = []
    for day in sorted(days):
        after, due_then = judge(day, _NOTHING)
        moved = moves(before, after, titles)
        if moved:
            causes = _causes(closed, facts, moved, [each for each in coming if each.on == day])
            late = frozenset(name for name, end in due_then.items() if end + _DAY == day)
            causes += [
                Cause(each, None, OVERDUE, say("{title}: the condition is overdue", title=titles[each]))
                for each in _late_causes(late, day, after, moved, judge)
            ]
            timeline.append(Change(day, moved, tuple(causes)))
        before = after
    changed = {(cause.fact, cause.record, each.on) for each in timeline for cause in each.causes}
    due = _due(closed, facts, coming, changed)
    due += [
        Due(
            day,
            name,
            None,
            "condition_due",
            say("{title}: the condition is due", title=titles[name]),
            (name,),
            (name, None, day + _DAY) in changed,
        )
        for name, day in conditions.items()
        if on <= day <= until
    ]
    return Horizon(on, until, tuple(timeline), tuple(sorted(due, key=lambda each: (each.by, each.fact))))


def _late_causes(
    late: frozenset[str], day: datetime.date, after: Standing, moved: tuple[Move, ...], judge: Judge
) -> list[str]:
    """The conditions that are overdue from a day and have part in what moved."""
    found = [each for each in sorted(late) if _is_cause(each, late, day, after, moved, judge)]
    return found or (_several_at_once(late, day, judge) if late else [])


def _several_at_once(late: frozenset[str], day: datetime.date, judge: Judge) -> list[str]:
    """Conditions of which it takes some, and any will do: none moves the answer alone, none is missed by all others.

    Each is left over with as few others as still move the answer, and then is missed.
    """
    without = judge(day, late)[0]

    def move(kept: frozenset[str]) -> bool:
        return any(each.kind in ANSWERS for each in moves(without, judge(day, late - kept)[0], {}))

    found = []
    for name in sorted(late) if move(late) else ():
        kept = late
        for other in sorted(late - {name}):
            kept = kept - {other} if move(kept - {other}) else kept
        if not move(kept - {name}):
            found.append(name)
    return found


def _is_cause(
    name: str,
    late: frozenset[str],
    day: datetime.date,
    after: Standing,
    moved: tuple[Move, ...],
    judge: Judge,
) -> bool:
    """Whether a condition that is overdue from a day has part in what moved: alone, or beside the others.

    Where an answer or a tier moved it is about these: what stands behind them moves with every condition.
    """
    answers = any(each.kind in ANSWERS for each in moved)

    def differ(one: frozenset[str], other: frozenset[str] | None) -> bool:
        second = after if other is None else judge(day, other)[0]
        found = moves(judge(day, one)[0], second, {})
        return any(each.kind in ANSWERS or not answers for each in found)

    return differ(frozenset([name]), None) or differ(late, late - {name})


def _overdue(
    closed: ClosedRuleset,
    facts: Facts,
    on: datetime.date,
    until: datetime.date,
    calendar: Calendar | None,
) -> Iterable[datetime.date]:
    """The days on which a condition may become overdue.

    Its time runs from the date of the evidence of the gap, or from the day on which time alone made the gap.
    """
    span = None if closed.policy is None else closed.policy.condition_days
    dated = [(each.since, each.dated) for each in facts.evidence()]
    starts = [each for pair in dated for each in pair if each is not None]
    if span is None or not starts:
        return
    starts += [each.on for each in moments(closed, facts, min(*starts, on), until, calendar)]
    for start in starts:
        due = later(start, span, Unit.DAYS, None)
        if due is not None and on <= due < until:
            yield due + _DAY


def _causes(closed: ClosedRuleset, facts: Facts, moved: tuple[Move, ...], today: list[Moment]) -> list[Cause]:
    """The moments of the day that what moved depends on."""
    read = frozenset[str]().union(*(read_by(closed, each.kind, each.name) for each in moved))
    causes = [
        Cause(each.fact, each.record, each.kind, _text(closed, facts, each))
        for each in today
        if not each.fact or each.fact in read or each.fact.partition(".")[0] in read
    ]
    return list(dict.fromkeys(causes))


def _text(closed: ClosedRuleset, facts: Facts, moment: Moment) -> str:
    if not moment.fact:
        return say("A date in the rule itself: {day}", day=in_words(moment.on))
    given = given_of(facts, moment.fact, moment.record)
    name = label(closed.ruleset.vocabulary, moment.fact, moment.record, given)
    if moment.kind == BEGINS:
        return say("{label}: the evidence counts from {day}", label=name, day=in_words(moment.on))
    last = in_words(moment.on - _DAY)
    if moment.kind == ENDS:
        return say("{label}: the evidence is believed until {day}", label=name, day=last)
    value = _value(facts, moment)
    if not isinstance(value, datetime.date):
        return say("{label}: runs until {day}", label=name, day=last)
    if moment.worse and value < moment.on - _DAY:
        return say("{label}: {value}, good until {day}", label=name, value=in_words(value), day=last)
    return say("{label}: {value}", label=name, value=in_words(value))


def _value(facts: Facts, moment: Moment) -> object:
    """The value that the moment is about; None where a date in the rule itself runs out beside an unknown fact."""
    if moment.record is None:
        given = facts.values.get(moment.fact)
    else:
        collection, _, field = moment.fact.partition(".")
        given = facts.collections[collection].records[moment.record - 1].get(field)
    return None if given is None else given.value


def _due(
    closed: ClosedRuleset,
    facts: Facts,
    coming: tuple[Moment, ...],
    changed: set[tuple[str, int | None, datetime.date]],
) -> list[Due]:
    """What comes to its end: evidence that is no longer believed, dates that a requirement asks not to be past.

    Of a date that is good for several lengths of time, by what is asked of whom, only those count that change anything.
    """
    found: list[Due] = []
    limits: dict[tuple[str, int | None], set[datetime.date]] = {}
    for each in coming:
        if each.worse and each.kind == REACHED:
            limits.setdefault((each.fact, each.record), set()).add(each.on)
    for each in coming:
        base = each.fact.partition(".")[0]
        requirements = tuple(
            name for name in closed.ruleset.requirement if {each.fact, base} & closed.reads[name]
        )
        if each.worse and each.fact and requirements:
            text, moved = _text(closed, facts, each), (each.fact, each.record, each.on) in changed
            is_one_of_several = each.kind == REACHED and len(limits[each.fact, each.record]) > 1
            if is_one_of_several and not moved:
                continue
            found.append(Due(each.on - _DAY, each.fact, each.record, each.kind, text, requirements, moved))
    return found

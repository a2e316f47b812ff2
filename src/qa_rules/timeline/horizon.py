"""How long an assessment holds if nothing is renewed, what it turns into and when, and what falls due."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, Literal

import attrs

from qa_rules.explain.messages import say
from qa_rules.explain.standing import ANSWERS, DECISION, TIER, Move, given_of, label, moves, titles_of
from qa_rules.explain.wording import day as in_words
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import OutcomeNode, TierNode
from qa_rules.model.results import KEY, Result
from qa_rules.model.values import Unit
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.breakpoints import BEGINS, ENDS, REACHED, Moment, MomentKind, moments
from qa_rules.semantics.dates import later
from qa_rules.timeline.causes import Happening, Judge, OneDay

_DAY = datetime.timedelta(days=1)
OVERDUE: Final = "condition_overdue"
_NOTHING = frozenset[str]()


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
    moves: tuple[Move, ...] = attrs.field(metadata={KEY: None})
    """What it has part in, of all that moves on its day."""


@attrs.frozen(repr=False)
class Change(Result):
    """What is said differently from one day on."""

    also: ClassVar[tuple[str, ...]] = ("is_answer",)

    on: datetime.date
    """The first day of it."""
    moves: tuple[Move, ...]
    """What is said differently, decisions first."""
    causes: tuple[Cause, ...]
    """What brings it about; where an answer or a tier moves, only what has part in that."""
    beside: tuple[Cause, ...] = ()
    """Where an answer or a tier moves, what only brings about what else is said differently."""

    @property
    def is_answer(self) -> bool:
        """Whether a decision's outcome or a tier changes, not only what stands behind it."""
        return any(each.kind in ANSWERS for each in self.moves)


@attrs.frozen(repr=False)
class Due(Result):
    """Something to renew or to review, and the last day on which that is in time."""

    also: ClassVar[tuple[str, ...]] = ("changes",)

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
    """The requirements that look at it; none where only a tier or an outcome does."""
    moves: tuple[Move, ...]
    """What is said differently on the day after because of it, if nothing is done."""

    @property
    def changes(self) -> bool:
        """Whether what is said changes on the day after, if nothing is done."""
        return bool(self.moves)


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
    today: dict[datetime.date, list[Happening]] = {}
    for each in coming:
        today.setdefault(each.on, []).append(each)
    before, conditions = judge(facts, on, _NOTHING)
    days = {*today, *_overdue(closed, facts, on, until, calendar)}
    days.update(end + _DAY for end in conditions.values() if on <= end < until)
    titles = titles_of(closed.ruleset)
    timeline: list[Change] = []
    turned: dict[tuple[datetime.date, Happening], tuple[Move, ...]] = {}
    for day in sorted(days):
        after, due_then = judge(facts, day, _NOTHING)
        moved = moves(before, after, titles)
        if moved:
            late = sorted(name for name, end in due_then.items() if end + _DAY == day)
            this = OneDay(closed, facts, day, calendar, judge, before, after)
            for what, keys in this.turned_by([*today.get(day, ()), *late]).items():
                turned[day, what] = tuple(each for each in moved if (each.kind, each.name) in keys)
            parts = {what: found for (when, what), found in turned.items() if when == day}
            timeline.append(_change(closed, facts, day, moved, parts))
        before = after
    due = [*_due(closed, facts, coming, turned)]
    for name, day in conditions.items():
        if on <= day <= until:
            text = say("{title}: the condition is due", title=titles[name])
            found = turned.get((day + _DAY, name), ())
            due.append(Due(day, name, None, "condition_due", text, (name,), found))
    return Horizon(on, until, tuple(timeline), tuple(sorted(due, key=lambda each: (each.by, each.fact))))


def _change(
    closed: ClosedRuleset,
    facts: Facts,
    day: datetime.date,
    moved: tuple[Move, ...],
    parts: Mapping[Happening, tuple[Move, ...]],
) -> Change:
    """What moves on a day, with what brings it about: first what turns an answer or a tier, where one turns."""
    is_answer = any(each.kind in ANSWERS for each in moved)
    causes, beside = list[Cause](), list[Cause]()
    for what, found in parts.items():
        turns = not is_answer or any(each.kind in ANSWERS for each in found)
        (causes if turns else beside).append(_cause(closed, facts, what, found))
    return Change(day, moved, tuple(causes), tuple(beside))


def _cause(closed: ClosedRuleset, facts: Facts, what: Happening, found: tuple[Move, ...]) -> Cause:
    if isinstance(what, Moment):
        return Cause(what.fact, what.record, what.kind, _text(closed, facts, what), found)
    title = closed.ruleset.requirement[what].title
    return Cause(what, None, OVERDUE, say("{title}: the condition is overdue", title=title), found)


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
    turned: Mapping[tuple[datetime.date, Happening], tuple[Move, ...]],
) -> Iterator[Due]:
    """What comes to its end: evidence that is no longer believed, dates that are asked not to be past.

    Of a date that is good for several lengths of time, by what is asked of whom, only those count that change anything.
    """
    limits: dict[tuple[str, int | None], set[datetime.date]] = {}
    for each in coming:
        if each.worse and each.kind == REACHED:
            limits.setdefault((each.fact, each.record), set()).add(each.on)
    for each in coming:
        found = turned.get((each.on, each), ())
        if not each.fact or not (each.worse or (each.kind != BEGINS and _is_lost(closed, found))):
            continue
        both = {each.fact, each.fact.partition(".")[0]}
        requirements = tuple(name for name in closed.ruleset.requirement if both & closed.reads[name])
        is_one_of_several = each.kind == REACHED and len(limits.get((each.fact, each.record), ())) > 1
        if not found and (is_one_of_several or not (requirements or both & _read_beyond(closed))):
            continue
        text = _text(closed, facts, each)
        yield Due(each.on - _DAY, each.fact, each.record, each.kind, text, requirements, found)


@once_for_each
def _read_beyond(closed: ClosedRuleset) -> frozenset[str]:
    """What tiers and outcomes look at, by themselves or by what they name."""
    nodes = [each.name for each in closed.nodes if isinstance(each.name.parts, TierNode | OutcomeNode)]
    return frozenset[str]().union(*(closed.reads[each] for each in nodes))


def _is_lost(closed: ClosedRuleset, found: Iterable[Move]) -> bool:
    """Whether an answer is stricter, or no longer given, or a lower tier is attained."""
    tiers = ["", *(each.id for each in closed.ladder)]
    for move in found:
        if (
            move.kind == TIER
            and move.name == "attained"
            and tiers.index(move.after) < tiers.index(move.before)
        ):
            return True
        for decision in closed.ruleset.decisions if move.kind == DECISION else ():
            places = {each.id: at for at, each in enumerate(decision.outcomes)}
            if decision.id == move.name and places.get(move.after, -1) < places.get(move.before, -1):
                return True
    return False

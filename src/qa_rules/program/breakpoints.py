"""The days on which an assessment of unchanged facts can change: each other day is like the day before it.

Two things move as time passes. Evidence begins and ceases to be believed, on days that it names. And a test
that looks at the day of the assessment compares two dates of which one or both move with it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import children, terms
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactValue, Record
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId, OutcomeNode, RuleNode, Rung, TierNode
from qa_rules.model.values import NONE, Unit
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.bisection import changes
from qa_rules.semantics.leaves import held, settle
from qa_rules.semantics.snapshot import Held, believed_until

MomentKind = Literal["evidence_begins", "evidence_ends", "date_reached"]
BEGINS: Final = "evidence_begins"
ENDS: Final = "evidence_ends"
REACHED: Final = "date_reached"
_DAY = datetime.timedelta(days=1)


@attrs.frozen(order=True)
class Moment:
    """A day on which something may be otherwise than the day before, and what brings it about."""

    on: datetime.date
    fact: str
    """A fact, a document part, a collection or `collection.field`; empty for a date in the rule itself."""
    record: int | None = None
    """Of a field: the number of its record, from 1."""
    kind: MomentKind = REACHED
    """`evidence_begins`, `evidence_ends` or `date_reached`."""
    worse: bool = False
    """Whether the evidence, or a test that a requirement wants to hold, comes to its end."""


def moments(
    closed: ClosedRuleset,
    facts: Facts,
    after: datetime.date,
    until: datetime.date,
    calendar: Calendar | None,
) -> tuple[Moment, ...]:
    """Return the moments later than `after` and no later than `until`, in order."""
    found = {
        each: None
        for each in (*_of_evidence(closed, facts), *_of_tests(closed, facts, after, until, calendar))
        if after < each.on <= until
    }
    # A moment that is worse in one test may be better in another.
    worse = {attrs.evolve(each, worse=False) for each in found if each.worse}
    return tuple(sorted(each for each in found if each not in worse))


def turning_days(
    exprs: Iterable[ex.Expr],
    facts: Facts,
    after: datetime.date,
    until: datetime.date,
    calendar: Calendar | None,
) -> set[datetime.date]:
    """Return the days later than `after` and no later than `until` on which time alone may turn an expression."""
    tests = dict.fromkeys(each for expr in exprs for each in _tests(expr, "", None, {}))
    return {each.on for test in tests for each in _of_test(test, facts, after, until, calendar)}


def _of_evidence(closed: ClosedRuleset, facts: Facts) -> Iterator[Moment]:
    vocabulary = closed.ruleset.vocabulary
    for name, value in facts.values.items():
        yield from _believed(value.evidence, vocabulary.scalars[name], name, None)
    for name, given in facts.collections.items():
        collection = vocabulary.collections[name]
        yield from _believed(given.evidence, collection, name, None)
        for number, record in enumerate(given.records, 1):
            for field, value in record.items():
                inner = collection.fields[field]
                yield from _believed(value.evidence, inner, f"{name}.{field}", number)


def _believed(
    evidence: Evidence, declared: FactDeclaration, name: str, record: int | None
) -> Iterator[Moment]:
    if evidence.dated is not None:
        yield Moment(evidence.dated, name, record, BEGINS)
    until = believed_until(evidence, declared)
    if until is not None and until < datetime.date.max:
        yield Moment(until + _DAY, name, record, ENDS, worse=True)


@attrs.frozen
class _Dated:
    """A test that looks at the day of the assessment."""

    leaf: ex.Leaf
    collection: str
    """Whose records it looks at, or empty."""
    wanted: bool | None
    """Whether a requirement wants it to hold, or not to; None where neither can be said."""


@once_for_each
def _dated_tests(closed: ClosedRuleset) -> tuple[_Dated, ...]:
    found: dict[_Dated, None] = {}
    exprs = closed.exprs
    for node in closed.nodes:
        for each in _tests(node.expr, "", _wanted(closed, node.name), exprs):
            found.setdefault(each)
    return tuple(found)


def _wanted(closed: ClosedRuleset, name: NodeId) -> bool | None:
    """Whether somebody wants a node to hold: a requirement, what a tier needs, an outcome that allows or forbids."""
    match name.parts:
        case RuleNode():
            return True if not name.is_applies and name.whole in closed.ruleset.requirement else None
        case TierNode(rung):
            return True if rung in (Rung.NEEDS, Rung.WAY, Rung.ATTAINED) else None
        case OutcomeNode(of, outcome):
            return _allows(closed, of, outcome)
        case _:
            return None


def _allows(closed: ClosedRuleset, of: str, outcome: str) -> bool | None:
    """Of the most favourable outcome and of one that forbids whether it allows; of others neither can be said."""
    decision = next(each for each in closed.ruleset.decisions if each.id == of)
    found = next(each for each in decision.outcomes if each.id == outcome)
    return found.allows if found.allows is False or found is decision.outcomes[-1] else None


def _tests(
    expr: ex.Expr, collection: str, wanted: bool | None, exprs: Mapping[str, ex.Expr]
) -> Iterator[_Dated]:
    opposite = None if wanted is None else not wanted
    match expr:
        case ex.Not(operand):
            yield from _tests(operand, collection, opposite, exprs)
        case ex.OnlyWhen(condition, operand):
            yield from _tests(condition, collection, opposite, exprs)
            yield from _tests(operand, collection, wanted, exprs)
        case ex.Reference(name) if name.is_named_test and name in exprs:
            yield from _tests(exprs[name], "", wanted, exprs)
        case ex.Quantified(count, _, name, where, body):
            if where is not None:
                yield from _tests(where, name, opposite if count is ex.Count.EVERY else wanted, exprs)
            if body is not None:
                yield from _tests(body, name, wanted, exprs)
        case ex.Total(parts):
            for part in parts:
                if part.where is not None:
                    yield from _tests(part.where, part.collection, None, exprs)
        case ex.Compare() | ex.Within() if any(isinstance(term, ex.On) for term in terms(expr)):
            yield _Dated(expr, collection, wanted)
        case _:
            inside = getattr(expr, "collection", collection)
            for child in children(expr):
                yield from _tests(child, inside, wanted, exprs)


def _of_tests(
    closed: ClosedRuleset,
    facts: Facts,
    after: datetime.date,
    until: datetime.date,
    calendar: Calendar | None,
) -> Iterator[Moment]:
    for test in _dated_tests(closed):
        yield from _of_test(test, facts, after, until, calendar)


def _of_test(
    test: _Dated, facts: Facts, after: datetime.date, until: datetime.date, calendar: Calendar | None
) -> Iterator[Moment]:
    records: list[tuple[int | None, Record]] = [(None, {})]
    if test.collection and any(isinstance(term, ex.Field) for term in terms(test.leaf)):
        given = facts.collections.get(test.collection)
        records = [] if given is None else list(enumerate(given.records, 1))
    for number, record in records:
        yield from _Watch(test, facts, record, number, calendar).moments(after, until)


@attrs.frozen
class _Watch:
    """One test of one record, as time passes. Values count here whether or not they are believed."""

    test: _Dated
    facts: Facts
    record: Record
    number: int | None
    calendar: Calendar | None

    def moments(self, after: datetime.date, until: datetime.date) -> Iterator[Moment]:
        days: set[datetime.date] = set()
        for one, other in _races(self.test.leaf):
            days.update(self.turns(one, other, after, until))
        for day in sorted(days):
            before, now = self.worth(day - _DAY), self.worth(day)
            if before == now and self.unsure(day - _DAY) != self.unsure(day):
                name, record = self.cause()
                yield Moment(day, name, record, REACHED)
            if before != now:
                lost = before[0] > 0 if self.test.wanted else before[1] > 0
                name, record = self.cause()
                yield Moment(day, name, record, REACHED, worse=self.test.wanted is not None and lost)

    def worth(self, on: datetime.date) -> tuple[int, int]:
        return settle(self.test.leaf, self.lookup, on, self.calendar)

    def unsure(self, on: datetime.date) -> tuple[int, int]:
        """What it is worth while the length of its span is not believed: what comes too early is not within any."""

        def lookup(term: ex.Fact | ex.Field) -> Held | None:
            return None if isinstance(leaf, ex.Within) and term == leaf.amount else self.lookup(term)

        leaf = self.test.leaf
        return settle(leaf, lookup, on, self.calendar)

    def lookup(self, term: ex.Fact | ex.Field) -> Held | None:
        given: FactValue | None
        given = self.facts.values.get(term.name) if isinstance(term, ex.Fact) else self.record.get(term.name)
        return None if given is None else Held(given.value, 3, 3)

    def cause(self) -> tuple[str, int | None]:
        """The date, or failing that the number, that the test compares with the day of the assessment."""
        for term in terms(self.test.leaf):
            if isinstance(term, ex.Fact):
                return term.name, None
            if isinstance(term, ex.Field):
                return f"{term.collection}.{term.name}", self.number
        return "", None

    def turns(
        self, one: ex.Term, other: ex.Term, after: datetime.date, until: datetime.date
    ) -> Iterator[datetime.date]:
        """The days on which the order of two dates changes."""

        def order(ordinal: int) -> int | None:
            on = datetime.date.fromordinal(ordinal)
            first, second = self.day(one, on), self.day(other, on)
            if first is None or second is None:
                return None
            return (first > second) - (first < second)

        first, last = after.toordinal(), until.toordinal()
        found: Iterator[int] | list[int]
        if _moves(one) and _moves(other):
            found = (at for at in range(first + 1, last + 1) if order(at) != order(at - 1))
        elif _working(one) or _working(other):
            found = self._within_calendar(order, first, last)
        else:
            found = changes(order, first, last)
        yield from map(datetime.date.fromordinal, found)

    def day(self, term: ex.Term, on: datetime.date) -> datetime.date | None:
        found = held(term, self._usable, on, self.calendar)
        return found.value if found is not None and isinstance(found.value, datetime.date) else None

    def _usable(self, term: ex.Fact | ex.Field) -> Held | None:
        found = self.lookup(term)
        return None if found is None or found.value is NONE else found

    def _within_calendar(self, order: Callable[[int], int | None], first: int, last: int) -> list[int]:
        """Outside the calendar there is no order; inside there is one that moves one way, but for one end."""
        if self.calendar is None:
            return []
        edges = (self.calendar.first.toordinal(), self.calendar.last.toordinal() + 1)
        found = [edge for edge in edges if first < edge <= last]
        low, high = max(first, edges[0]), min(last, edges[1] - 1)
        return [*found, *changes(order, low, high)] if low < high else found


def _races(leaf: ex.Leaf) -> tuple[tuple[ex.Term, ex.Term], ...]:
    """The pairs of dates whose order a test is about, those with a moving one only."""
    pairs: tuple[tuple[ex.Term, ex.Term], ...] = ()
    match leaf:
        case ex.Compare(left, _, right):
            pairs = ((left, right),)
        case ex.Within(moment, start, amount, unit):
            pairs = ((moment, start), (moment, ex.Later(start, amount, unit)))
        case _:
            pass
    return tuple(pair for pair in pairs if any(map(_moves, pair)))


def _moves(term: ex.Term) -> bool:
    return isinstance(term, ex.On) or (isinstance(term, ex.Later) and _moves(term.start))


def _working(term: ex.Term) -> bool:
    return isinstance(term, ex.Later) and _moves(term) and term.unit is Unit.WORKING_DAYS

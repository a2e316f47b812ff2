"""Which of the things that happen on one day bring about what is said differently from it on.

Being of that day makes nothing a cause: each is put off, alone and with all others, and the day is judged again. What
is said all the same does not turn on it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping

import attrs

from qa_rules.explain.standing import MoveKind, Standing, given_of, read_by
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts, FactValue
from qa_rules.model.kept import once_for_each
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.breakpoints import ENDS, REACHED, Moment, moments

Key = tuple[MoveKind, str]
"""One thing that is said, as `Standing.lines` has it."""
Happening = Moment | str
"""What happens on a day: a moment, or the name of a condition that is overdue from it."""
Judge = Callable[[Facts, datetime.date, frozenset[str]], tuple[Standing, Mapping[str, datetime.date]]]
"""Assesses facts on a day, as if some conditions were never overdue, and says when gaps are due."""

_DAY = datetime.timedelta(days=1)
_LONGEST = 14
"""By how many days a date is put off at most: the end of a month and a few days on which nobody works."""


@attrs.define
class OneDay:
    """What happens on a day, and what is said with and without some of it."""

    closed: ClosedRuleset
    facts: Facts
    day: datetime.date
    calendar: Calendar | None
    judge: Judge
    before: Standing
    after: Standing
    _said: dict[frozenset[Happening], Mapping[Key, str]] = attrs.field(factory=dict, init=False)
    _by: dict[Moment, int | None] = attrs.field(factory=dict, init=False)

    def turned_by(self, happened: Iterable[Happening]) -> dict[Happening, frozenset[Key]]:
        """Return what each of some happenings has part in; those that have part in nothing are left out."""
        moved = _differ(self.before.lines(), self.after.lines())
        reads = {key: _read(self.closed, *key) for key in moved}
        read = frozenset[str]().union(*reads.values())
        all_of = [each for each in dict.fromkeys(happened) if _is_read(each, read)]
        if len(all_of) <= 1:
            return {each: moved for each in all_of if moved}
        late = frozenset(each for each in all_of if isinstance(each, str))
        movable = late | {each for each in all_of if isinstance(each, Moment) and self._put_off_by(each)}
        found: dict[Happening, set[Key]] = {each: set() for each in all_of}
        none = self._without(movable)
        for each in movable:
            alone = _differ(none, self._without(movable - {each}))
            found[each] |= (alone | _differ(self.after.lines(), self._without(frozenset({each})))) & moved
        rest = _differ(self.before.lines(), none) & moved
        for each in all_of:
            if isinstance(each, Moment) and each not in movable:
                found[each] |= {key for key in rest if _is_read(each, reads[key])}
        for key in moved.difference(*found.values()):
            for each in self._several_at_once(key, movable) or [
                one for one in all_of if _is_read(one, reads[key])
            ]:
                found[each].add(key)
        return {each: frozenset(found[each]) for each in all_of if found[each]}

    def _several_at_once(self, key: Key, movable: frozenset[Happening]) -> list[Happening]:
        """Those of which it takes some, and any will do: none turns it alone, none is missed by all others.

        Each is left over with as few others as still turn it, and then is missed.
        """
        none = self._without(movable).get(key, "")

        def turns(kept: frozenset[Happening]) -> bool:
            return self._without(movable - kept).get(key, "") != none

        found = []
        ordered = sorted(movable, key=str)
        for each in ordered if turns(movable) else ():
            kept = movable
            for other in ordered:
                if other != each and turns(kept - {other}):
                    kept -= {other}
            if not turns(kept - {each}):
                found.append(each)
        return found

    def _without(self, left_out: frozenset[Happening]) -> Mapping[Key, str]:
        """What is said on the day if some of what happens on it did not."""
        if left_out not in self._said:
            spared = frozenset(each for each in left_out if isinstance(each, str))
            facts = self.facts
            for each in left_out:
                if isinstance(each, Moment):
                    facts = _put_off(facts, each, self._put_off_by(each) or 0)
            facts.found_to_fit(self.closed.ruleset.vocabulary)
            self._said[left_out] = self.judge(facts, self.day, spared)[0].lines()
        return self._said[left_out]

    def _put_off_by(self, moment: Moment) -> int | None:
        """By how many days the date of a moment is put off so that it comes later; None where there is no such date."""
        if moment not in self._by:
            longest = _LONGEST if moment.kind == REACHED else 1
            days = range(1, longest + 1) if _is_date(self.facts, moment) else ()
            self._by[moment] = next((each for each in days if not self._comes(moment, each)), None)
        return self._by[moment]

    def _comes(self, moment: Moment, days: int) -> bool:
        """Whether a moment comes on this day all the same."""
        if moment.kind != REACHED:
            return False
        facts = _put_off(self.facts, moment, days)
        coming = moments(self.closed, facts, self.day - _DAY, self.day, self.calendar)
        same = (moment.fact, moment.record, moment.kind)
        return any((each.fact, each.record, each.kind) == same for each in coming)


def _differ(one: Mapping[Key, str], other: Mapping[Key, str]) -> frozenset[Key]:
    return frozenset(key for key in {**one, **other} if one.get(key, "") != other.get(key, ""))


@once_for_each
def _read(closed: ClosedRuleset, kind: str, name: str) -> frozenset[str]:
    return read_by(closed, kind, name)


def _is_read(happening: Happening, read: frozenset[str]) -> bool:
    """Whether something may depend on it; a condition or a date in the rule itself may always."""
    fact = "" if isinstance(happening, str) else happening.fact
    return not fact or fact in read or fact.partition(".")[0] in read


def _is_date(facts: Facts, moment: Moment) -> bool:
    """Whether a moment is about a date that is given, of a fact or of its evidence, and that can be a later one."""
    if moment.kind != REACHED:
        return True
    value = given_of(facts, moment.fact, moment.record)(moment.fact.partition(".")[2])
    if moment.record is None:
        value = facts.values[moment.fact].value if moment.fact in facts.values else None
    return isinstance(value, datetime.date) and (datetime.date.max - value).days > _LONGEST


def _put_off(facts: Facts, moment: Moment, days: int) -> Facts:
    """The facts with the date that a moment is about some days later, or with the evidence as if it did not turn."""

    def evidence(given: Evidence) -> Evidence:
        if moment.kind == ENDS:
            return attrs.evolve(given, valid_until=datetime.date.max)
        return attrs.evolve(given, on=moment.on + _DAY)

    def value(given: FactValue) -> FactValue:
        if moment.kind != REACHED:
            return attrs.evolve(given, evidence=evidence(given.evidence))
        assert isinstance(given.value, datetime.date)
        return attrs.evolve(given, value=given.value + datetime.timedelta(days=days))

    name, _, field = moment.fact.partition(".")
    if moment.record is None and moment.fact in facts.values:
        values = {**facts.values, moment.fact: value(facts.values[moment.fact])}
        return attrs.evolve(facts, values=values)
    given = facts.collections[name]
    if moment.record is None:
        changed = attrs.evolve(given, evidence=evidence(given.evidence))
    else:
        records = [dict(each) for each in given.records]
        records[moment.record - 1][field] = value(records[moment.record - 1][field])
        changed = attrs.evolve(given, records=tuple(records))
    return attrs.evolve(facts, collections={**facts.collections, name: changed})

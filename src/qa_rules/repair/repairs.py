"""The facts as they would be once something is put right, and what is then otherwise, in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator, Mapping

import attrs

from qa_rules.explain.critical_values import other_than
from qa_rules.explain.messages import count, say
from qa_rules.explain.standing import declared, given_of, label
from qa_rules.explain.wording import strength_words, value_words
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records
from qa_rules.model.values import Strength, Unit
from qa_rules.program.breakpoints import moments
from qa_rules.repair.edits import Changing, backed
from qa_rules.repair.sites import WHOLE, Setting, Spot, State, Variable
from qa_rules.semantics.dates import later
from qa_rules.semantics.snapshot import NO_RECORDS, Held, Known
from qa_rules.timeline.difference import FactChange

Changes = Mapping[Variable, Setting]
IsEnough = Callable[[State], bool]
"""Whether a state is as what is asked wants it."""
YEARS = 5
"""How far ahead is looked for the day until which something holds."""
_DAY = datetime.timedelta(days=1)


@attrs.frozen(eq=False)
class Mended:
    """Changes to a subject with which a goal is met."""

    changing: Changing
    changes: Changes
    before: Facts
    is_enough: IsEnough
    strengths: Mapping[Variable, Strength] = attrs.field(factory=dict)
    """How well each change has to be backed, as far as that was looked at."""

    @classmethod
    def fewest(
        cls,
        changing: Changing,
        changes: Changes,
        is_enough: IsEnough,
        before: Facts,
        keys: Collection[str] = (),
    ) -> Mended:
        """Return the changes without those that need not be, and with dates that do not end at once.

        What is known of some keys may be confirmed as it is, rather than anything else be done.
        """
        kept = dict(changes)
        confirmed = {
            each: as_is
            for each in changing.gates_of
            if each.key in keys
            and each not in changes
            and (as_is := _confirmation(changing, each)) is not None
        }
        if confirmed and is_enough({**confirmed, **changes}):
            kept = {**confirmed, **changes}
        start, kept = kept, _dropped(changing, kept, is_enough, confirmed)
        if _moved(changing, kept):
            # What is in order, and only has to be backed better, stays what it is, though it may take more of that.
            start = _as_it_is(changing, start, is_enough)
            known = [each for each in start if start[each] == _confirmation(changing, each)]
            other = _dropped(changing, start, is_enough, known)
            if len(_moved(changing, other)) < len(_moved(changing, kept)):
                kept = other
        for variable, setting in tuple(kept.items()):
            longer = _longer(changing, kept, variable, setting)
            if longer is not None and is_enough({**kept, variable: longer}):
                kept[variable] = longer
        return cls(changing, kept, before, is_enough)

    def with_changes(self, changes: Changes) -> Mended:
        """Return it with other changes."""
        return attrs.evolve(self, changes=changes)

    def least(self, keys: Collection[str]) -> Mended:
        """Return it with changes to some keys that go no further than is asked; what is confirmed stays as it is."""
        kept = dict(self.changes)
        for variable in tuple(kept):
            if variable.key in keys and not self.is_confirmed(variable):
                kept[variable] = self._least(kept, variable)
        return attrs.evolve(self, changes=kept)

    def is_confirmed(self, variable: Variable) -> bool:
        """Whether the value is known to be what it is to be, and only has to be backed better."""
        return self.changes[variable] == _confirmation(self.changing, variable)

    def _least(self, changes: Changes, variable: Variable) -> Setting:
        """The least that will do for one change, so that it meets no test that nothing here asks."""
        chosen, options = changes[variable], self.changing.every(variable)
        reached = next((each.true for each in options if each.value == chosen), None)
        if reached is None:
            return chosen
        less = (each for each in options if each.true < reached)
        for option in sorted(less, key=lambda each: len(each.true)):
            if self.is_enough({**changes, variable: option.value}):
                return option.value
        return chosen

    # The facts

    def facts(self) -> Facts:
        """Return the facts with the changes, each as well backed as the goal asks, by somebody still to be named."""
        values, collections = dict(self.before.values), dict(self.before.collections)
        for variable, setting in self.changes.items():
            if variable.place is None and isinstance(setting, Held):
                values[variable.name] = self._value(variable, setting)
        for name in {each.name for each in self.changes if each.place is not None}:
            collections[name] = self._records(name)
        return Facts(values, collections, self.before.subject)

    def strength(self, variable: Variable) -> Strength:
        """Return how well a change has to be backed; as well as any test asks, where nobody looked what that takes."""
        if variable in self.strengths:
            return self.strengths[variable]
        goal = self.changing.goal
        asked = 1
        for gate in self.changing.gates_of.get(variable, ()):
            test, view, wanted = goal.literals[gate]
            if isinstance(goal.tests[test], Spot) or wanted:
                asked = max(asked, view.met if wanted else view.not_met)
        return Strength(asked)

    def _value(self, variable: Variable, held: Held) -> FactValue:
        return FactValue(held.value, self._evidence(self.strength(variable)))

    def _evidence(self, strength: Strength) -> Evidence:
        on = self.changing.known.on
        return Evidence(source="planned", strength=strength, by="to be named", on=on)

    def _records(self, name: str) -> Records:
        given = self.before.collections.get(name, Records((), partial=True))
        found = []
        added = False
        for place in range(len(given.records) + self.changing.goal.new):
            is_new = place >= len(given.records)
            if is_new and not self.changes.get(Variable(name, place)):
                continue
            added = added or is_new
            record = {} if is_new else dict(given.records[place])
            for variable, setting in self.changes.items():
                same = variable.name == name and variable.place == place and variable.field
                if same and isinstance(setting, Held):
                    record[variable.field] = self._value(variable, setting)
            found.append(record)
        is_whole = bool(self.changes.get(Variable(name, WHOLE)))
        if not (is_whole or added):
            return attrs.evolve(given, records=tuple(found))
        strength = max(self.strength(Variable(name, WHOLE)), given.evidence.strength)
        return Records(tuple(found), self._evidence(strength), given.partial and not is_whole)

    # In words

    def number(self, variable: Variable) -> int | None:
        """The number of the record that a field is of, in the list as it is then; None of anything else."""
        if variable.place is None or not self.changing.is_new(variable):
            return _number(variable)
        given = self.changing.goal.given[variable.name]
        places = range(given, variable.place)
        return given + 1 + sum(bool(self.changes.get(Variable(variable.name, each))) for each in places)

    def told(self) -> Iterator[FactChange]:
        """Yield what is otherwise: one way to put things right."""
        vocabulary = self.changing.goal.closed.ruleset.vocabulary
        for name in sorted({each.name for each in self.changes}):
            mine = {each: setting for each, setting in self.changes.items() if each.name == name}
            if any(each.place is not None and not each.field for each in mine):
                yield self.list_told(name)
            for variable in sorted(mine, key=lambda each: (each.place or 0, each.field)):
                setting = mine[variable]
                if not isinstance(setting, Held):
                    continue
                full = variable.key
                number = self.number(variable)
                about = declared(vocabulary, full)
                yield FactChange(
                    full,
                    label(vocabulary, full, number, given_of(self.before, full, number)),
                    self.before_words(variable, about),
                    f"{_planned_words(setting, about)} ({self.strength(variable).word})",
                )

    def list_told(self, name: str) -> FactChange:
        """Return what is otherwise about a list."""
        mine = {each: setting for each, setting in self.changes.items() if each.name == name}
        vocabulary = self.changing.goal.closed.ruleset.vocabulary
        given = len(self.changing.known.collections.get(name, NO_RECORDS).records)
        more = sum(
            setting is True and each.place != WHOLE and not each.field for each, setting in mine.items()
        )
        after = count("{n} listed", "{n} listed", given + more)
        if mine.get(Variable(name, WHOLE)):
            after = count(
                "{n} listed, and there are no others", "{n} listed, and there are no others", given + more
            )
        strength = self.strength(Variable(name, WHOLE)).word
        before = count("{n} listed", "{n} listed", given) if name in self.before.collections else ""
        return FactChange(name, label(vocabulary, name), before, f"{after} ({strength})")

    def before_words(self, variable: Variable, about: FactDeclaration) -> str:
        """Return how something stands as things are; nothing when it is not known."""
        given: FactValue | None
        if variable.place is None:
            given = self.before.values.get(variable.name)
        else:
            records = self.before.collections.get(variable.name, Records(())).records
            record = records[variable.place] if variable.place < len(records) else {}
            given = record.get(variable.field)
        if given is None:
            return ""
        value, strength = value_words(given.value, about), strength_words(given.evidence.strength)
        if self.changing.held(variable) is None:
            return say("{value} ({strength}, not counted)", value=value, strength=strength)
        return f"{value} ({strength})"

    # Until when

    def ends(self, facts: Facts) -> Mapping[str, datetime.date]:
        """Return the last day on which what was changed still counts, by key."""
        known = self.changing.known
        until = later(known.on, YEARS, Unit.YEARS, None) or datetime.date.max
        changed = {(each.key, self.number(each)) for each in self.changes}
        found: dict[str, datetime.date] = {}
        for moment in moments(self.changing.goal.closed, facts, known.on, until, known.calendar):
            if moment.worse and (moment.fact, moment.record) in changed:
                found.setdefault(moment.fact, moment.on - _DAY)
        return found


def _dropped(
    changing: Changing, changes: Changes, is_enough: IsEnough, beside: Collection[Variable]
) -> dict[Variable, Setting]:
    """Return changes without those that need not be, those beside tried last; what is known as it is if that does."""
    kept = dict(changes)

    def order(each: Variable) -> tuple[object, ...]:
        # A record that is given is put right rather than another one added.
        # What ended is renewed rather than anything else be done.
        return (
            each in beside,
            _is_renewed(changing, each, kept[each]),
            each.place is None,
            not changing.is_new(each),
            each.name,
            str(each),
        )

    for variable in sorted(kept, key=order):
        fewer = {each: value for each, value in kept.items() if each != variable}
        if is_enough(fewer):
            kept = fewer
    return _as_it_is(changing, kept, is_enough)


def _moved(changing: Changing, changes: Changes) -> list[Variable]:
    """What is not just confirmed as it is."""
    return [each for each in changes if changes[each] != _confirmation(changing, each)]


def _as_it_is(changing: Changing, changes: Changes, is_enough: IsEnough) -> dict[Variable, Setting]:
    """Return changes, what is known confirmed as it is rather than made another wherever that does."""
    kept = dict(changes)
    for variable, setting in changes.items():
        as_is = _confirmation(changing, variable)
        if as_is is not None and setting != as_is and is_enough({**kept, variable: as_is}):
            kept[variable] = as_is
    return kept


def _confirmation(changing: Changing, variable: Variable) -> Held | None:
    held = changing.held(variable)
    return None if held is None else backed(held)


def _is_renewed(changing: Changing, variable: Variable, setting: Setting) -> bool:
    held, on = changing.held(variable), changing.known.on
    if held is None or not isinstance(setting, Held):
        return False
    before, after = held.value, setting.value
    return isinstance(before, datetime.date) and isinstance(after, datetime.date) and before < on <= after


def _planned_words(setting: Held, about: FactDeclaration) -> str:
    """A value in words; of a text that no test names any text will do."""
    if about.type is FactType.TEXT and setting.value == other_than(()):
        return say("any text")
    return value_words(setting.value, about)


def _number(variable: Variable) -> int | None:
    return None if variable.place is None or variable.place == WHOLE else variable.place + 1


def _longer(changing: Changing, changes: Changes, variable: Variable, setting: Setting) -> Held | None:
    """A date a year later, where one that was chosen is good for today only."""
    if not (isinstance(setting, Held) and isinstance(setting.value, datetime.date)):
        return None
    known = changing.known
    held = changing.held(variable)
    if known.on >= datetime.date.max - _DAY or (held is not None and held.value == setting.value):
        return None
    tomorrow = attrs.evolve(known, on=known.on + _DAY)
    if not any(_ends(changing, gate, changes, tomorrow) for gate in changing.gates_of[variable]):
        return None
    year = later(setting.value, 1, Unit.YEARS, None)
    return None if year is None else Held(year, setting.strength, setting.whole)


def _ends(changing: Changing, gate: int, changes: Changes, tomorrow: Known) -> bool:
    """Whether a test is met today and not tomorrow."""
    goal = changing.goal
    test = goal.literals[gate][0]
    return changing.is_true(gate, changes) and not goal.is_true(gate, goal.worth(test, tomorrow, changes))

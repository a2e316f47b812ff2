"""What stands in the way of a goal that cannot be reached by putting things right."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from itertools import product
from typing import ClassVar

import attrs

from qa_rules.explain.idle_ways import idle_way
from qa_rules.explain.messages import count, say
from qa_rules.explain.situation import Situation
from qa_rules.explain.standing import declared, label
from qa_rules.explain.tier_needs import other_ways
from qa_rules.explain.wording import question_of, value_words
from qa_rules.model.facts import FactType
from qa_rules.model.nodes import NodeId
from qa_rules.model.results import Result
from qa_rules.model.values import NONE, Value
from qa_rules.program.answers import tiers_of
from qa_rules.program.asked import routes_read
from qa_rules.repair.choosing import enough
from qa_rules.repair.edits import Changing, UnsettledError
from qa_rules.repair.repairs import Changes, Mended
from qa_rules.repair.sites import Variable
from qa_rules.semantics.snapshot import NO_RECORDS

ASSESSMENT = "assessment"


@attrs.frozen(repr=False)
class Obstacle(Result):
    """Something that cannot be put right, and without which, as it is, the goal could be reached."""

    also: ClassVar[tuple[str, ...]] = ("text",)

    about: str
    """The title of a requirement that asks for it, with its clause; empty where none does."""
    fact: str
    """A fact, a collection or `collection.field`."""
    record: int | None
    """Of a field: the number of its record, from 1."""
    label: str
    """What it is called."""
    value: str
    """In words; `not known` where it is not."""
    is_known: bool
    """Whether it is known how it stands; otherwise it has to be found out first."""
    because: str
    """Why it cannot be put right; of what is not known, what to ask."""

    @property
    def text(self) -> str:
        """All of it as a sentence or two."""
        about = f"{self.about}. " if self.about else ""
        return f"{about}{self.label}: {self.value}. {self.because}"


def in_the_way(
    changing: Changing,
    keys: Collection[str],
    fixed: Collection[str],
    asking: Mapping[str, str],
    situation: Situation,
) -> tuple[Obstacle, ...]:
    """Return a minimal set of what stands in the way when only what has some keys may change.

    What is not known comes first: where the goal may be reached once it is found out, that is all that is told; where
    it may be so with nothing put right, all that takes, and not what could be put right besides.
    That something might not be asked at all is told only where nothing else would do. `asking` are the titles of the
    requirements that ask for something, by its key. Empty when not even any change at all would reach the goal.
    """
    vocabulary = changing.goal.closed.ruleset.vocabulary
    staying = [each for each in changing.gates_of if each.name in changing.stays]
    known = [each for each in changing.gates_of if changing.held(each) is not None]
    ways = {each for each in staying if declared(vocabulary, each.name).about == ASSESSMENT}
    given = [each for each in staying if each not in ways]
    unknown = [each for each in changing.gates_of if _is_to_be_learned(changing, each, fixed)]
    # By which routes it is assessed is named only where nothing about the provider or the person is in the way.
    beside = [each for each in known if each not in ways]
    wider = (given, [*given, *beside], staying, [*staying, *known], [*changing.gates_of])
    tried = [_Lifting(changing, unknown, True, ()), _Lifting(changing, unknown, True, keys)]
    tried += [_Lifting(changing, lifted, evading, keys) for evading, lifted in product((False, True), wider)]
    way = next((each for each in tried if each.reached(each.lifted) is not None), None)
    if way is None:
        return ()
    kept = way.least(situation)
    for at, variable in enumerate(kept):
        for later in _done_later(changing, variable):
            swapped = [*kept[:at], later, *kept[at + 1 :]]
            if way.reached(swapped) is not None:
                kept = swapped
                break
    telling = _Telling(changing, keys, fixed, situation)
    told = [
        telling.obstacle(each, asking.get(each.key, ""))
        for each in sorted(kept, key=lambda each: (each.key, each.place or 0))
    ]
    if idle := _idle_words(situation):
        routes = routes_read(situation.closed)
        told = [attrs.evolve(each, about=idle) for each in told if each.fact in routes] or told
    return tuple(dict.fromkeys(told))


def _idle_words(situation: Situation) -> str:
    """That nothing applies which a way in use asks for the tier needed here; empty where something may."""
    number = _needed(situation)
    if not number:
        return ""
    closed = situation.closed
    pairs = closed.pairs(situation.results)
    names = (NodeId.way(each.id, number) for each in closed.ruleset.routes)
    words = (idle_way(closed, situation.known, pairs, each) for each in names if each in closed.exprs)
    return next(filter(None, words), "")


def _needed(situation: Situation) -> int:
    """The number of the tier that is needed at least, from 1; 0 where none is."""
    tiers = tiers_of(situation.closed, situation.results)
    return 0 if tiers is None else ("", *tiers.ladder).index(tiers.required_least)


@attrs.frozen(eq=False)
class _Lifting:
    """A try whether the goal would be reached if some things could be anything."""

    changing: Changing
    lifted: list[Variable]
    is_evading: bool
    keys: Collection[str]
    """What may be put right besides."""

    def reached(self, lifted: Collection[Variable]) -> Changes | None:
        """Return what would reach the goal, None where nothing would or that was not settled."""
        try:
            return enough(self.changing.lifting(lifted, self.is_evading), self.keys)
        except UnsettledError:
            return None

    def least(self, situation: Situation) -> list[Variable]:
        """Return a minimal set of what has to be otherwise."""
        found, changing = self.reached(self.lifted), self.changing.lifting(self.lifted, self.is_evading)
        assert found is not None
        fewest = Mended.fewest(changing, found, changing.is_met, situation.facts)
        kept = [each for each in self.lifted if each in fewest.changes]
        kept = self.lifted if self.reached(kept) is None else kept
        for variable in tuple(kept):
            fewer = [each for each in kept if each != variable]
            if self.reached(fewer) is not None:
                kept = fewer
        return kept


def _done_later(changing: Changing, variable: Variable) -> Iterator[Variable]:
    """What happened last of the same record: the answer that came late, not the day it was held against."""
    held = changing.held(variable)
    if variable.place is None or held is None or not isinstance(held.value, datetime.date):
        return
    found: list[tuple[datetime.date, Variable]] = []
    for each in changing.gates_of:
        other = changing.held(each) if (each.name, each.place) == (variable.name, variable.place) else None
        then = None if other is None else other.value
        if isinstance(then, datetime.date) and held.value < then <= changing.known.on:
            found.append((then, each))
    yield from (each for _, each in sorted(found, key=lambda one: one[0], reverse=True))


def _is_to_be_learned(changing: Changing, variable: Variable, fixed: Collection[str]) -> bool:
    """Whether it is not known, and may be found out: a fact, a field of a given record, a list of which nothing is."""
    if variable.name in fixed or variable.key in fixed or changing.held(variable) is not None:
        return False
    if variable.place is None:
        return True
    if variable.name not in changing.known.collections:
        return True
    return bool(variable.field) and not changing.is_new(variable)


@attrs.frozen(eq=False)
class _Telling:
    changing: Changing
    keys: Collection[str]
    fixed: Collection[str]
    situation: Situation

    def obstacle(self, variable: Variable, about: str) -> Obstacle:
        changing, name = self.changing, variable.name
        vocabulary = changing.goal.closed.ruleset.vocabulary
        if variable.place is not None and (not variable.field or changing.is_new(variable)):
            number = len(changing.known.collections.get(name, NO_RECORDS).records)
            is_known = name in changing.known.collections
            value = count("{n} listed", "{n} listed", number) if is_known else say("not known")
            words = label(vocabulary, name)
            return Obstacle(about, name, None, words, value, is_known, self.because(variable))
        place = None if variable.place is None else variable.place + 1
        held = changing.held(variable)
        value = (
            say("not known") if held is None else value_words(held.value, declared(vocabulary, variable.key))
        )
        records = changing.known.collections.get(name, NO_RECORDS).records

        def given(field: str) -> Value | None:
            found = None if variable.place is None else records[variable.place].fields.get(field)
            return None if found is None else found.value

        words = label(vocabulary, variable.key, place, given)
        is_known = held is not None
        return Obstacle(about, variable.key, place, words, value, is_known, self.because(variable))

    def other_ways(self) -> str:
        """The step to be assessed in another way, where none in use can give the tier needed."""
        situation, closed = self.situation, self.situation.closed
        number = _needed(situation)
        if not number:
            return ""
        return other_ways(closed, situation.facts, situation.known, closed.pairs(situation.results), number)

    def because(self, variable: Variable) -> str:
        """Why it cannot be put right."""
        changing, name = self.changing, variable.name
        ruleset = changing.goal.closed.ruleset
        vocabulary, judged = ruleset.vocabulary, ruleset.subject.singular
        held = changing.held(variable)
        if name in self.fixed or name.partition(".")[0] in self.fixed:
            return say("You said that this cannot be changed.")
        about = declared(vocabulary, name).about
        if about in ruleset.given and held is not None:
            whom = {"about": about.replace("_", " "), "subject": judged}
            return say("This is about the {about}, and no {subject} can put it right.", **whom)
        if name in changing.stays and about != ASSESSMENT:
            ways = self.other_ways() or say("Another way of assessing may do.")
            return say("This says who a way of assessing is for, and is no shortfall. {ways}", ways=ways)
        if (
            name in changing.stays
            and name in routes_read(changing.goal.closed)
            and _idle_words(self.situation)
        ):
            return self.other_ways()
        if name in changing.stays:
            return say(
                "This is how the {subject} is assessed, which is for others to choose.", subject=judged
            )
        if held is None:
            return question_of(declared(vocabulary, variable.key), vocabulary)
        if declared(vocabulary, variable.key).type is FactType.DATE and held.value is NONE:
            return say("The time for it has passed.")
        if isinstance(held.value, datetime.date) and held.value < changing.known.on:
            return say("This is in the past and cannot be changed.")
        if variable.key not in self.keys:
            return say("This is so, and no requirement asks for it to be otherwise.")
        return say(
            "This is what the {subject} does, and giving it up would not put anything right.", subject=judged
        )

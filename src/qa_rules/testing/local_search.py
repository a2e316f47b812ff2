"""Which obligations are open, and who, a step or two from a provider already found, meets some of them.

An engine tells, so most obligations are met without a question to the solver.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

from qa_rules.engines import EngineName
from qa_rules.engines import engine as find_engine
from qa_rules.engines.protocol import Engine
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts, FactValue
from qa_rules.program.bind import ClosedRuleset
from qa_rules.proofs.symbolic import Limits
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.testing.canonical import size
from qa_rules.testing.conditions import Shown, nodes_of
from qa_rules.testing.neighbourhood import Nearby
from qa_rules.testing.obligations import Kind, Owed
from qa_rules.testing.probes import behind

STEPS = 2
"""How far from a provider others are looked for. Further away fewer and fewer of them meet anything new."""

_Part = tuple[ClosedRuleset, Callable[[Known], tuple[int, ...]]]
"""The nodes behind some obligations, and how to run them."""


class Open:
    """The obligations that nobody meets yet."""

    found: Owed
    on: datetime.date
    calendar: Calendar | None

    def __init__(
        self,
        found: Owed,
        numbers: Sequence[int],
        limits: Limits,
        calendar: Calendar | None,
        engine: EngineName,
    ) -> None:
        """Begin with these obligations open, in the order in which they are searched."""
        self.found, self.on, self.calendar = found, limits.on, calendar
        self.prepare: Engine = find_engine(engine)
        self.run: Callable[[Known], tuple[int, ...]] = self.prepare(found.closed).run
        self.nearby: Nearby = Nearby(found.closed, limits, calendar)
        self.numbers: dict[int, int | None] = dict.fromkeys(numbers)
        self.nothing: tuple[int, ...] = ()
        """What the nodes come to when nothing is known."""
        self.by_node: dict[int, list[int]] = {}
        self.by_owner: dict[str, list[int]] = {}
        self.answers: list[int] = []
        for number in numbers:
            obligation = found.obligations[number]
            for name in nodes_of(obligation.condition):
                self.by_node.setdefault(found.closed.index[name], []).append(number)
            if obligation.kind is Kind.ANSWER:
                self.answers.append(number)
            else:
                self.by_owner.setdefault(obligation.at, []).append(number)
        self.parts: dict[str, _Part] = {}
        self.seen: set[tuple[str, Hashable]] = set()

    def _known(self, facts: Facts) -> Known:
        return believe(facts, self.found.closed.ruleset.vocabulary, self.on, self.calendar)

    def strike(self, facts: Facts) -> list[int]:
        """Return which obligations somebody meets that were open until now. Begin with whoever knows nothing."""
        results = self.run(self._known(facts))
        asked = [*self.numbers]
        if self.nothing:
            # What nobody met by knowing nothing can turn only on a node that differs from then.
            differ = (at for at, (a, b) in enumerate(zip(results, self.nothing, strict=True)) if a != b)
            asked = sorted({*self.answers, *(each for at in differ for each in self.by_node.get(at, ()))})
        else:
            self.nothing = results
        met = self._met(Shown(self.found.closed, [results], [facts]), asked)
        for number in met:
            del self.numbers[number]
        return [*met]

    def _met(self, shown: Shown, asked: Sequence[int]) -> dict[int, int]:
        """For each that is open and met a mask of those who meet it."""
        obligations = self.found.obligations
        masks = (
            (number, shown.mask(obligations[number].condition)) for number in asked if number in self.numbers
        )
        return {number: mask for number, mask in masks if mask}

    def around(self, facts: Facts, number: int) -> Iterator[Facts]:
        """Yield providers nearby, each of whom meets something open of what an obligation is about.

        Whoever takes one strikes it off before going on.
        """
        owner = self.found.obligations[number].at
        ahead = [facts]
        for _ in range(STEPS):
            reached: list[Facts] = []
            for each in ahead:
                for other in self._beside(each, owner):
                    reached.append(other)
                    yield other
            ahead = reached

    def _beside(self, facts: Facts, owner: str) -> Iterator[Facts]:
        """Those a step away, who meets most first."""
        asked = [each for each in self.by_owner.get(owner, ()) if each in self.numbers]
        if not asked:
            return
        nodes = {name for each in asked for name in nodes_of(self.found.obligations[each].condition)}
        names = frozenset[str]().union(*(self.found.closed.reads_itself[name] for name in nodes))
        closed, run = self._part(owner, nodes)
        everybody = [each for each in self.nearby.of(facts, names) if self._is_new(owner, each)]
        shown = Shown(closed, [run(self._known(each)) for each in everybody], everybody)
        met = self._met(shown, asked)
        while met:
            counts = [sum(mask >> at & 1 for mask in met.values()) for at in range(len(everybody))]
            best = max(range(len(everybody)), key=lambda at: (counts[at], -size(everybody[at]), -at))
            yield everybody[best]
            met = {each: mask for each, mask in met.items() if each in self.numbers}

    def _part(self, owner: str, nodes: set[str]) -> _Part:
        if owner not in self.parts:
            closed = behind(self.found.closed, nodes)
            self.parts[owner] = closed, self.prepare(closed).run
        return self.parts[owner]

    def _is_new(self, owner: str, facts: Facts) -> bool:
        """Whether somebody was not yet tried on what this owner has open."""
        key = owner, _key(facts)
        is_new = key not in self.seen
        self.seen.add(key)
        return is_new


def _key(facts: Facts) -> Hashable:
    lists = (
        (name, given.partial, given.evidence.strength, tuple(map(_values, given.records)))
        for name, given in facts.collections.items()
    )
    return _values(facts.values), frozenset(lists)


def _values(values: Mapping[str, FactValue]) -> Hashable:
    return frozenset(
        (name, each.value, each.partial, each.evidence.strength) for name, each in values.items()
    )

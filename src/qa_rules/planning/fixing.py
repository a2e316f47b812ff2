"""What to fix: the cheapest sets of steps with which a better outcome, a tier or a verdict is reached.

A step is to put one requirement right, which allows its facts to change, or one fact that the goal looks at outside
any requirement. A plan is a set of steps with which the goal can be reached, and with no fewer of them; the first
plan is the cheapest there is. What cannot be changed stays as it is: facts about the person, dates that are past
(unless the rules compare them with the day, so that they can be renewed), and what the caller names.

Plans are found by what stands in their way: a set of steps of which every plan must have one. Such sets are
collected until the cheapest set of steps that has one of each is a plan, which proves that none is cheaper.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs

from qa_rules.meaning.believing import Held
from qa_rules.meaning.closing import TEST
from qa_rules.meaning.deciding import pair_of
from qa_rules.model.expressions import Reference, facts_of, walk
from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.model.values import Strength
from qa_rules.planning.changing import Changing, UnsettledError
from qa_rules.planning.comparing import FactChange, changed_facts
from qa_rules.planning.grounded import MOST_NEW, WHOLE, Setting, Spot, Variable, grounded
from qa_rules.planning.hitting import TooManyError, cheapest_hitting
from qa_rules.planning.situation import Situation
from qa_rules.planning.standing import declared
from qa_rules.planning.targets import Destination

PERSON = "person"
MOST_TRIES = 2_000
"""How many sets of steps are tried before the cheapest plan is left unproved."""

FIX, FIND_OUT, SHOW = "fix", "find_out", "show"


@attrs.frozen
class FixStep:
    """One thing to do."""

    kind: str
    """`fix`: it is known to fall short; `find_out`: it is not known; `show`: it needs better evidence."""
    requirement: str
    """Empty when it is about a fact outside any requirement."""
    fact: str
    """Of such a step: the fact, document or collection."""
    title: str
    text: str
    clause: str
    effort: Decimal

    @property
    def name(self) -> str:
        """The requirement or fact."""
        return self.requirement or self.fact

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {**attrs.asdict(self), "effort": str(self.effort)}


@attrs.frozen
class Plan:
    """Steps that reach the goal together, and not without one of them."""

    steps: tuple[FixStep, ...]
    effort: Decimal
    changes: tuple[FactChange, ...]
    """What would have to be so, in words: one way to do it."""
    facts: Facts = attrs.field(repr=False)
    """The facts with these changes, to be assessed again."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "effort": str(self.effort),
            "steps": [each.to_dict() for each in self.steps],
            "changes": [each.to_dict() for each in self.changes],
        }


@attrs.frozen
class Fixes:
    """What to do to reach a goal."""

    to: str
    """An outcome, a tier, a requirement or a group."""
    words: str
    is_reached: bool
    """Whether there is nothing to do."""
    plans: tuple[Plan, ...]
    """Cheapest first."""
    can_be_reached: bool | None
    """False: not by this provider, whatever it does. None: it was not settled in reasonable time."""
    is_cheapest: bool
    """Whether it was proved that no plan is cheaper than the first."""
    in_the_way: tuple[str, ...]
    """When it cannot be reached: facts that cannot be changed, without which, as they are, it could be."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "to": self.to,
            "words": self.words,
            "is_reached": self.is_reached,
            "can_be_reached": self.can_be_reached,
            "is_cheapest": self.is_cheapest,
            "in_the_way": list(self.in_the_way),
            "plans": [each.to_dict() for each in self.plans],
        }


def fixes(
    situation: Situation,
    destination: Destination,
    number: int,
    fixed: Collection[str],
    tries: int = MOST_TRIES,
) -> Fixes:
    """Return the cheapest plans; see `answering.fixes` for the arguments."""
    work = _Fixing(situation, destination, fixed, tries)
    if work.is_reached:
        return Fixes(destination.to, destination.words, True, (), True, True, ())
    try:
        if not work.reaches(frozenset(work.steps)):
            return Fixes(destination.to, destination.words, False, (), False, True, work.in_the_way())
        found, proved = work.plans(number)
        plans = tuple(work.plan(each) for each in found)
    except UnsettledError:
        return Fixes(destination.to, destination.words, False, (), None, False, ())
    return Fixes(destination.to, destination.words, False, plans, True, proved, ())


class _Fixing:
    def __init__(
        self, situation: Situation, destination: Destination, fixed: Collection[str], tries: int
    ) -> None:
        self.situation, self.closed, self.fixed = situation, situation.closed, fixed
        self.goal = grounded(self.closed, destination.goal, situation.known)
        self.changing = Changing(self.goal, situation.known)
        self.exprs = {node.name: node.expr for node in self.closed.nodes}
        self.met = self.goal.all_met(self.changing.given_true)
        self.is_reached = self.met[self.goal.root]
        self.steps: dict[str, FixStep] = {}
        self.licence: dict[str, frozenset[str]] = {}
        self.gates: dict[str, tuple[int, ...]] = {}
        self._requirements()
        self._facts()
        self.costs = {name: each.effort for name, each in self.steps.items()}
        self.seen: dict[frozenset[str], bool] = {}
        self.left = tries

    # Steps

    def _requirements(self) -> None:
        for name, gates in self.goal.requirements.items():
            short = tuple(gate for gate in gates if not self.met[gate])
            names = self._changeable(self._reads(f"{name}/met" if f"{name}/met" in self.exprs else name))
            if short and names:
                requirement = self.closed.ruleset.requirement[name]
                kind = self._kind(name)
                text = requirement.fix or requirement.title
                self.steps[name] = FixStep(
                    kind, name, "", requirement.title, text, requirement.clause, _cost(requirement.effort)
                )
                self.licence[name], self.gates[name] = names, short

    def _reads(self, name: str) -> frozenset[str]:
        """The facts that a node reads by itself or by way of the policy's tests, not of other requirements."""
        names = facts_of(self.exprs[name])
        for inner in walk(self.exprs[name]):
            if isinstance(inner, Reference) and inner.name.startswith(TEST):
                names |= self._reads(inner.name)
        return names

    def _kind(self, name: str) -> str:
        t, f = pair_of(self.closed, self.situation.results, name) or (0, 0)
        return FIX if f else SHOW if t else FIND_OUT

    def _facts(self) -> None:
        """What the goal looks at outside requirements, unless a requirement's step may change it."""
        covered = frozenset[str]().union(*self.licence.values())
        vocabulary = self.closed.ruleset.vocabulary
        direct: dict[str, set[str]] = {}
        for test in self.goal.direct:
            for variable in self.goal.reads[test]:
                if variable.name not in covered and self._changeable([variable.name]):
                    direct.setdefault(variable.name.partition(".")[0], set()).add(variable.name)
        for base, names in direct.items():
            about = vocabulary.facts[base]
            known = any(name in self.situation.known.values for name in names) or (
                base in self.situation.known.collections
            )
            text = f"See to this: {about.label}." if known else about.question
            self.steps[base] = FixStep(
                FIX if known else FIND_OUT, "", base, about.label, text, "", _cost(about.effort)
            )
            self.licence[base] = frozenset(names)

    def _changeable(self, names: Collection[str]) -> frozenset[str]:
        vocabulary = self.closed.ruleset.vocabulary
        return frozenset(
            name
            for name in names
            if declared(vocabulary, name).about != PERSON
            and name not in self.fixed
            and name.partition(".")[0] not in self.fixed
        )

    # Which steps are enough

    def names(self, steps: Collection[str]) -> frozenset[str]:
        """The facts that steps may change."""
        return frozenset[str]().union(*(self.licence[each] for each in steps))

    def reaches(self, steps: frozenset[str]) -> bool:
        if steps not in self.seen:
            self.left -= 1
            self.seen[steps] = self.changing.enough(self.names(steps)) is not None
        return self.seen[steps]

    def plans(self, number: int) -> tuple[list[frozenset[str]], bool]:
        every = frozenset(self.steps)
        in_the_way = [frozenset([name]) for name in self.steps if not self.reaches(every - {name})]
        found: list[frozenset[str]] = []
        try:
            while len(found) < number:
                steps = cheapest_hitting(in_the_way, self.costs, found)
                if steps is None:
                    break
                if self.reaches(steps):
                    found.append(steps)
                    continue
                in_the_way.append(self._missing(steps, every))
        except TooManyError:
            return (found, True) if found else ([self._dropped(every)], False)
        return found, True

    def _missing(self, steps: frozenset[str], every: frozenset[str]) -> frozenset[str]:
        """Add all steps that still are not enough; every plan needs one of those left out."""
        for name in sorted(every - steps, key=lambda each: (self.costs[each], each)):
            if self.left <= 0:
                raise TooManyError
            if not self.reaches(steps | {name}):
                steps |= {name}
        return every - steps

    def _dropped(self, steps: frozenset[str]) -> frozenset[str]:
        for name in sorted(steps, key=lambda each: (-self.costs[each], each)):
            if self.reaches(steps - {name}):
                steps -= {name}
        return steps

    def in_the_way(self) -> tuple[str, ...]:
        """A minimal set of facts that cannot be changed and would have to be."""
        every = {each.name for each in self.changing.gates_of}
        free = set(self.names(self.steps))
        blocked = sorted(every - free)
        if self.changing.enough(every) is None:
            return ()
        kept = list(blocked)
        for name in blocked:
            fewer = [each for each in kept if each != name]
            if self.changing.enough(free | set(fewer)) is not None:
                kept = fewer
        return tuple(kept)

    # A way to do it

    def plan(self, steps: frozenset[str]) -> Plan:
        names = self.names(steps)
        # Mostly what is put right is then met, too; it need not be.
        also = [gate for each in steps for gate in self.gates.get(each, ())]
        changes = self.changing.enough(names, also)
        kept = also if changes is not None else []
        changes = changes or self.changing.enough(names) or {}
        changes = self._fewest(changes, kept)
        facts = self._with(changes)
        ordered = [name for name in self.steps if name in steps]
        vocabulary = self.closed.ruleset.vocabulary
        return Plan(
            tuple(self.steps[name] for name in ordered),
            sum((self.costs[name] for name in steps), Decimal(0)),
            changed_facts(self.situation.facts, facts, vocabulary),
            facts,
        )

    def _fewest(self, changes: Mapping[Variable, Setting], also: Sequence[int]) -> dict[Variable, Setting]:
        """Leave out what need not change."""
        kept = dict(changes)
        for variable in sorted(changes, key=lambda each: (each.place is None, each.name, str(each))):
            fewer = {each: value for each, value in kept.items() if each != variable}
            met = self.goal.all_met(
                {gate for gate in self.goal.literals if self.changing.is_true(gate, fewer)}
            )
            if met[self.goal.root] and all(met[each] for each in also):
                kept = fewer
        return kept

    def _with(self, changes: Mapping[Variable, Setting]) -> Facts:
        facts = self.situation.facts
        values, collections = dict(facts.values), dict(facts.collections)
        for variable, setting in changes.items():
            if variable.place is None and isinstance(setting, Held):
                values[variable.name] = self._value(setting)
        for name in {each.name for each in changes if each.place is not None}:
            collections[name] = self._records(name, changes)
        return Facts(values, collections, facts.subject)

    def _records(self, name: str, changes: Mapping[Variable, Setting]) -> Records:
        given = self.situation.facts.collections.get(name, Records((), partial=True))
        found = []
        for place in range(len(given.records) + MOST_NEW):
            is_new = place >= len(given.records)
            if is_new and not changes.get(Variable(name, place)):
                continue
            record = {} if is_new else dict(given.records[place])
            for variable, setting in changes.items():
                same = variable.name == name and variable.place == place and variable.field
                if same and isinstance(setting, Held):
                    record[variable.field] = self._value(setting)
            found.append(record)
        if changes.get(Variable(name, WHOLE)):
            return Records(tuple(found), self._evidence())
        return attrs.evolve(given, records=tuple(found))

    def _value(self, held: Held) -> FactValue:
        return FactValue(held.value, self._evidence())

    def _evidence(self) -> Evidence:
        """As strong as the goal asks, of the day, by somebody still to be named."""
        asked = 1
        for test, view, wanted in self.goal.literals.values():
            if isinstance(self.goal.tests[test], Spot):
                asked = max(asked, view.met if wanted else view.not_met)
        on = self.situation.known.on
        return Evidence(source="planned", strength=Strength(asked), by="to be named", on=on)


def _cost(effort: Decimal) -> Decimal:
    """No step is for nothing, or plans could have steps that they do not need."""
    return effort if effort > 0 else Decimal("0.001")

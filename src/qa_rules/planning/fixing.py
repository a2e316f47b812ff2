"""What to fix: the cheapest sets of steps with which a better outcome, a tier or a verdict is reached.

A step is to put one requirement right, which allows its facts to change, or one fact that the goal looks at outside
any requirement. A plan is a set of steps with which the goal can be reached, and with no fewer of them; the first
plan is the cheapest there is. A plan is no dodge: what a requirement asks is met, not made not to apply; nothing is
given up for a rule's sake (`allowing`); what is known about the person stays, and so does the way of assessing.

Plans are found by what stands in their way: a set of steps of which every plan must have one. Such sets are
collected until the cheapest set of steps that has one of each is a plan, which proves that none is cheaper.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs

from qa_rules.meaning.explaining import Explainer
from qa_rules.meaning.messages import say
from qa_rules.meaning.wording import question_of
from qa_rules.model.expressions import Field, Reference, facts_of, terms, walk
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import NodeId, SettingNode
from qa_rules.planning.changing import Changing, UnsettledError
from qa_rules.planning.comparing import FactChange
from qa_rules.planning.grounded import grounded
from qa_rules.planning.hindering import Obstacle, in_the_way
from qa_rules.planning.hitting import TooManyError, cheapest_hitting
from qa_rules.planning.mending import Changes, Mended
from qa_rules.planning.situation import Situation
from qa_rules.planning.standing import declared, label
from qa_rules.planning.targets import Destination
from qa_rules.program.answers import pair_of, verdict_of

PERSON, ASSESSMENT = "person", "assessment"
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
    """What to do."""
    why: str
    """How it stands now."""
    clause: str
    effort: Decimal
    strength: str
    """How well it has to be backed afterwards: `stated`, `seen` or `verified`."""
    until: datetime.date | None = None
    """The last day on which it then counts, if it is done on the day of the assessment; None for no end in sight."""

    @property
    def name(self) -> str:
        """The requirement or fact."""
        return self.requirement or self.fact

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        until = None if self.until is None else self.until.isoformat()
        return {**attrs.asdict(self), "effort": str(self.effort), "until": until}


@attrs.frozen
class Plan:
    """Steps that reach the goal together, and not without one of them."""

    steps: tuple[FixStep, ...]
    effort: Decimal
    changes: tuple[FactChange, ...]
    """What would be otherwise, in words: one way to do it."""
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
    """False: not by putting things right. None: it was not settled in reasonable time."""
    is_cheapest: bool
    """Whether it was proved that no plan is cheaper than the first."""
    in_the_way: tuple[Obstacle, ...]
    """When it cannot be reached: what cannot be put right, without which, as it is, it could be."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "to": self.to,
            "words": self.words,
            "is_reached": self.is_reached,
            "can_be_reached": self.can_be_reached,
            "is_cheapest": self.is_cheapest,
            "in_the_way": [each.to_dict() for each in self.in_the_way],
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
    to, words = destination.to, destination.words
    if destination.reached(situation.results):
        return Fixes(to, words, True, (), True, True, ())
    work = Fixing(situation, destination, fixed, tries)
    if not work.reaches(frozenset(work.steps)):
        if work.in_doubt:
            return Fixes(to, words, False, (), None, False, ())
        hindered = in_the_way(
            work.changing, work.keys(work.steps), work.fixed, work.asking(), situation.facts
        )
        return Fixes(to, words, False, (), False, True, hindered)
    found, proved = work.plans(number)
    plans = tuple(work.plan(each) for each in found)
    return Fixes(to, words, False, plans, True, proved and not work.in_doubt, ())


class Fixing:
    """The steps that there are towards a goal, and which sets of them are enough."""

    def __init__(
        self, situation: Situation, destination: Destination, fixed: Collection[str], tries: int = MOST_TRIES
    ) -> None:
        self.situation, self.closed, self.fixed = situation, situation.closed, frozenset(fixed)
        self.goal = grounded(self.closed, destination.goal, situation.known)
        self.changing = Changing(self.goal, situation.known, self._stays())
        self.exprs = self.closed.exprs
        self.met = self.goal.all_met(self.changing.given_true)
        pairs = self.closed.pairs(situation.results)
        self.explainer = Explainer(self.closed, situation.facts, situation.known, pairs)
        self.steps: dict[str, FixStep] = {}
        self.licence: dict[str, frozenset[str]] = {}
        self.gates: dict[str, tuple[int, ...]] = {}
        self._requirements()
        self._facts()
        self.costs = {name: each.effort for name, each in self.steps.items()}
        self.seen: dict[frozenset[str], Changes | None] = {}
        self.left = tries
        self.in_doubt = False

    def _stays(self) -> frozenset[str]:
        """What is known of the person stays, and how the provider is assessed, so far as no requirement asks it."""
        vocabulary = self.closed.ruleset.vocabulary
        direct = {each.name for test in self.goal.direct for each in self.goal.reads[test]}
        return frozenset(
            each.name
            for reads in self.goal.reads
            for each in reads
            if (about := declared(vocabulary, each.name).about) == PERSON
            or (about == ASSESSMENT and each.name in direct)
        )

    # Steps

    def _requirements(self) -> None:
        for name, gates in self.goal.requirements.items():
            short = tuple(gate for gate in gates if not self.met[gate])
            keys = self._changeable(self._reads(NodeId.met(name) if NodeId.met(name) in self.exprs else name))
            if not short or not self._helps(keys):
                continue
            requirement = self.closed.ruleset.requirement[name]
            t, f = pair_of(self.closed, self.situation.results, name) or (0, 0)
            verdict = verdict_of(self.closed, self.situation.results, name)[0]
            self.steps[name] = FixStep(
                FIX if f else SHOW if t else FIND_OUT,
                name,
                "",
                requirement.title,
                requirement.fix or requirement.title,
                self.explainer.reason(name, verdict).text,
                requirement.clause,
                _cost(requirement.effort),
                "",
            )
            self.licence[name], self.gates[name] = keys, short

    def _reads(self, name: str) -> frozenset[str]:
        """The keys that a node reads by itself or by way of the policy's tests, not of other requirements."""
        keys = set(facts_of(self.exprs[name]))
        for inner in walk(self.exprs[name]):
            keys.update(f"{each.collection}.{each.name}" for each in terms(inner) if isinstance(each, Field))
            if isinstance(inner, Reference) and isinstance(inner.name.parts, SettingNode):
                keys |= self._reads(inner.name)
        return frozenset(keys)

    def asking(self) -> Mapping[str, str]:
        """Return which requirement that falls short asks for something, by its key."""
        found: dict[str, str] = {}
        for name, gates in self.goal.requirements.items():
            requirement = self.closed.ruleset.requirement[name]
            if not all(self.met[gate] for gate in gates):
                for key in self._reads(NodeId.met(name) if NodeId.met(name) in self.exprs else name):
                    found.setdefault(key, f"{requirement.title} ({requirement.clause})")
        return found

    def _facts(self) -> None:
        """What the goal looks at outside requirements, unless a requirement's step may change it."""
        covered = frozenset[str]().union(*self.licence.values())
        vocabulary = self.closed.ruleset.vocabulary
        direct: dict[str, set[str]] = {}
        for test in self.goal.direct:
            for each in self.goal.reads[test]:
                if each.key not in covered and self._changeable([each.key]):
                    direct.setdefault(each.name.partition(".")[0], set()).add(each.key)
        known = self.situation.known
        for base, keys in direct.items():
            if not self._helps(keys):
                continue
            about = vocabulary.facts[base]
            is_known = any(key in known.values for key in keys) or base in known.collections
            kind = FIX if is_known else FIND_OUT
            self.steps[base] = FixStep(
                kind,
                "",
                base,
                label(vocabulary, base),
                about.question,
                say("Not known."),
                "",
                _cost(about.effort),
                "",
            )
            self.licence[base] = frozenset(keys)

    def _changeable(self, keys: Collection[str]) -> frozenset[str]:
        return frozenset(
            key for key in keys if key not in self.fixed and key.partition(".")[0] not in self.fixed
        )

    def _helps(self, keys: Collection[str]) -> bool:
        """Whether changing some of these makes a test count that does not as things are."""
        changing = self.changing
        for variable in changing.variables(keys):
            options = changing.options(variable)
            if any(option.true - changing.given_true for option in options):
                return True
            if options and any(changing.owner(gate) is None for gate in changing.gates_of[variable]):
                return True
        return False

    # Which steps are enough

    def keys(self, steps: Collection[str]) -> frozenset[str]:
        """Return the keys of what steps may change."""
        return frozenset[str]().union(*(self.licence[each] for each in steps))

    def reaches(self, steps: frozenset[str]) -> bool:
        """Whether these steps are enough. In doubt they are taken not to be."""
        if steps not in self.seen:
            self.left -= 1
            try:
                self.seen[steps] = self.changing.enough(self.keys(steps))
            except UnsettledError:
                self.seen[steps] = None
                self.in_doubt = True
        return self.seen[steps] is not None

    def plans(self, number: int) -> tuple[list[frozenset[str]], bool]:
        """Return the cheapest few sets of steps that are enough, and whether none is cheaper than the first."""
        every = frozenset(self.steps)
        hindering = [frozenset([name]) for name in self.steps if not self.reaches(every - {name})]
        found: list[frozenset[str]] = []
        try:
            while len(found) < number:
                steps = cheapest_hitting(hindering, self.costs, found)
                if steps is None:
                    break
                if self.reaches(steps):
                    found.append(steps)
                    continue
                hindering.append(self._missing(steps, every))
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

    # A way to do it

    def plan(self, steps: frozenset[str]) -> Plan:
        """Return a way to do some steps that are enough."""
        # Mostly what is put right is then met, too; it need not be.
        also = [gate for each in steps for gate in self.gates.get(each, ())]
        try:
            changes: Changes | None = self.changing.enough(self.keys(steps), also)
        except UnsettledError:
            changes = None
        if changes is None:
            also, changes = [], self.seen[steps] or {}
        mended = Mended.fewest(self.changing, changes, also, self.situation.facts)
        facts = mended.facts()
        ends = mended.ends(facts)
        told = tuple(mended.told())
        return Plan(
            tuple(self._told(name, mended, ends, told) for name in self.steps if name in steps),
            sum((self.costs[name] for name in steps), Decimal(0)),
            told,
            facts,
        )

    def _told(
        self,
        name: str,
        mended: Mended,
        ends: Mapping[str, datetime.date],
        told: tuple[FactChange, ...],
    ) -> FixStep:
        """A step with what it comes to in this plan."""
        step, keys = self.steps[name], self.licence[name]
        mine = [each for each in mended.changes if each.key in keys]
        strength = max((mended.strength(each) for each in mine), default=None)
        until = min((ends[each] for each in keys if each in ends), default=None)
        step = attrs.evolve(step, strength="" if strength is None else strength.word, until=until)
        own = [each for each in told if each.fact in keys]
        vocabulary = self.closed.ruleset.vocabulary
        about = {declared(vocabulary, each.name).about for each in mine}
        if step.kind == FIND_OUT and (about == {PERSON} or not step.requirement):
            # Nobody puts a person right; but they can be asked.
            asked = dict.fromkeys(question_of(declared(vocabulary, each.key), vocabulary) for each in mine)
            text = say(
                "{questions} This plan counts on: {what}.", questions=" ".join(asked), what=_after(own)
            )
            return attrs.evolve(step, text=text)
        if step.requirement:
            return step
        before = "; ".join(f"{each.label}: {each.before}" for each in own if each.before)
        return attrs.evolve(step, text=say("This has to become: {what}.", what=_after(own)), why=f"{before}.")


def _after(changes: Sequence[FactChange]) -> str:
    """What is to be so, without how well it is backed."""
    words = [(each.label, each.after.rpartition(" (")[0]) for each in changes]
    return words[0][1] if len(words) == 1 else "; ".join(f"{name}: {after}" for name, after in words)


def _cost(effort: Decimal) -> Decimal:
    return max(effort, Decimal(0))

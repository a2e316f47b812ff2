"""What to fix: the cheapest sets of steps with which a better outcome, a tier or a verdict is reached.

A step is to put one requirement right, which allows its facts to change, or one fact that the goal looks at outside
any requirement. A plan is a set of steps with which the goal is reached when each is done as far as its own words ask,
and with no fewer of them; the first plan is the cheapest there is. So what the goal needs and lacks is a step of the
plan, or follows from its steps (`consequences`). A plan is no dodge: what a requirement asks is met, not made not to
apply; nothing is given up for a rule's sake (`feasible`); what is known about the person stays, and so does the way of
assessing.

Plans are found by what stands in their way: a set of steps of which every plan must have one. Such sets are
collected until the cheapest set of steps that has one of each is a plan, which proves that none is cheaper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from itertools import islice

from qa_rules.explain.findings import Explainer
from qa_rules.explain.hitting_sets import TooManyError, cheapest_hitting
from qa_rules.explain.messages import say
from qa_rules.explain.situation import Situation
from qa_rules.explain.standing import declared, label
from qa_rules.explain.targets import Destination
from qa_rules.model.expressions import Expr, Field, Reference, facts_of, terms, walk
from qa_rules.model.nodes import NodeId
from qa_rules.program.answers import pair_of, verdict_of
from qa_rules.program.asked import read_to_count
from qa_rules.program.bind import ClosedRuleset
from qa_rules.repair.blockers import ASSESSMENT
from qa_rules.repair.choosing import enough
from qa_rules.repair.consequences import choices_outside, hanging_together, implied, looked_at
from qa_rules.repair.doing import done
from qa_rules.repair.edits import Changing, Masked, UnsettledError
from qa_rules.repair.grounded import Grounded
from qa_rules.repair.held import confirmed, endangered, keeps
from qa_rules.repair.plans import FIND_OUT, FIX, SHOW, FixStep, Plan
from qa_rules.repair.repairs import Changes
from qa_rules.repair.sites import NEW
from qa_rules.repair.steps import Telling
from qa_rules.repair.unrolling import grounded

MOST_TRIES = 2_000
"""How many sets of steps are tried before the cheapest plan is left unproved."""
MOST_SETS = 4
"""How many sets of steps that are enough are looked at for each plan."""


class Fixing:
    """The steps that there are towards a goal, and which sets of them are enough."""

    situation: Situation
    closed: ClosedRuleset
    fixed: frozenset[str]
    in_doubt: bool
    is_proved: bool

    def __init__(
        self,
        situation: Situation,
        destination: Destination,
        fixed: Collection[str],
        tries: int = MOST_TRIES,
        new: int = NEW[0],
    ) -> None:
        self.situation, self.closed, self.fixed = situation, situation.closed, frozenset(fixed)
        self.goal: Grounded = grounded(self.closed, destination.goal, situation.known, new)
        self.exprs: Mapping[str, Expr] = self.closed.exprs
        self.changing: Changing = Changing(self.goal, situation.known, self._stays())
        self.met: list[bool] = self.goal.all_met(self.changing.given_true)
        pairs = self.closed.pairs(situation.results)
        self.explainer: Explainer = Explainer(self.closed, situation.facts, situation.known, pairs)
        self.steps: dict[str, FixStep] = {}
        self.licence: dict[str, frozenset[str]] = {}
        self.gates: dict[str, tuple[int, ...]] = {}
        """What each step meets."""
        self.lacking: dict[str | int, tuple[int, ...]] = {}
        """What falls short: gates of requirements, of each test outside any, and of those of which one is enough."""
        self._requirements()
        self._facts()
        self.endangered: frozenset[str] = self._endangered()
        self.short: frozenset[int] = frozenset(gate for gates in self.lacking.values() for gate in gates)
        self.implying: dict[str | int, tuple[frozenset[str], ...]] = {}
        self.doubtful: dict[str | int, tuple[frozenset[str], ...]] = {}
        """Sets of steps of which there was too much to look at to see whether something follows from them."""
        self.needed: frozenset[str] = frozenset()
        """Steps that no plan can do without."""
        self.costs: dict[str, Decimal] = {name: each.effort for name, each in self.steps.items()}
        self.seen: dict[frozenset[str], Changes | None] = {}
        self.left: int = tries
        self.in_doubt, self.is_proved = False, True

    def _stays(self) -> frozenset[str]:
        """What is given with the question stays, and how one is assessed, so far as no requirement asks it."""
        vocabulary = self.closed.ruleset.vocabulary
        direct = {each.name for test in self.goal.direct for each in self.goal.reads[test]}
        return (read_to_count(self.closed) & direct) | frozenset(
            each.name
            for reads in self.goal.reads
            for each in reads
            if (about := declared(vocabulary, each.name).about) in self.closed.ruleset.given
            or (about == ASSESSMENT and each.name in direct)
        )

    # Steps

    def _requirements(self) -> None:
        for name, gates in self.goal.requirements.items():
            whole = self.goal.satisfied.get(name, ())
            short = tuple(gate for gate in gates if not self.met[gate])
            if not short or (whole and all(self.met[gate] for gate in whole)):
                continue
            self.lacking[name] = short
            keys = self._changeable({*self._reads(name), *confirmed(self.changing, short)})
            if self._helps(keys):
                self._step(name, keys, short)

    def _step(self, name: str, keys: frozenset[str], gates: tuple[int, ...]) -> None:
        """Make a step of a requirement."""
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
        self.licence[name], self.gates[name] = keys, gates

    def _endangered(self) -> frozenset[str]:
        """Make steps of what is met, and what a step may take away: it may have to be met in another way.

        Return the keys of all on which it turns.
        """
        found = endangered(self.changing, self.keys(self.steps))
        for name, gates in found.items():
            keys = self._changeable(self._reads(name))
            if self._helps(keys):
                self._step(name, keys, gates)
        return looked_at(self.changing, [gate for gates in found.values() for gate in gates])

    def _reads(self, name: str) -> frozenset[str]:
        """The keys that a requirement reads to be met, by itself or by way of the policy's tests."""
        return self._read_by(NodeId.met(name) if NodeId.met(name) in self.exprs else name)

    def _read_by(self, name: str) -> frozenset[str]:
        """The keys that a node reads by itself or by way of the policy's tests, not of other requirements."""
        keys = set(facts_of(self.exprs[name]))
        for inner in walk(self.exprs[name]):
            keys.update(f"{each.collection}.{each.name}" for each in terms(inner) if isinstance(each, Field))
            if isinstance(inner, Reference) and inner.name.is_named_test:
                keys |= self._read_by(inner.name)
        return frozenset(keys)

    def asking(self) -> Mapping[str, str]:
        """Return which requirement that falls short asks for something, by its key."""
        found: dict[str, str] = {}
        for name, gates in self.goal.requirements.items():
            requirement = self.closed.ruleset.requirement[name]
            if not all(self.met[gate] for gate in gates):
                for key in self._reads(name):
                    found.setdefault(key, f"{requirement.title} ({requirement.clause})")
        return found

    def _facts(self) -> None:
        """What the goal looks at outside requirements, and lacks."""
        vocabulary, known = self.closed.ruleset.vocabulary, self.situation.known
        short = {gate: test for gate, test in self.goal.outside.items() if not self.met[gate]}
        self.lacking.update((gate, (gate,)) for gate in short)
        choices = choices_outside(self.goal, frozenset(short))
        self.lacking.update((gate, inside) for gate, inside in choices if not self.met[gate])
        direct: dict[str, set[str]] = {}
        for test in self.goal.direct:
            for each in self.goal.reads[test]:
                direct.setdefault(each.name.partition(".")[0], set()).add(each.key)
        for base, read in direct.items():
            keys = self._changeable(read)
            gates = tuple(
                gate
                for gate, test in short.items()
                if any(each.key in keys for each in self.goal.reads[test])
            )
            if not gates or not self._helps(keys):
                continue
            about = vocabulary.facts[base]
            is_known = any(key in known.values for key in keys) or base in known.collections
            self.steps[base] = FixStep(
                FIX if is_known else FIND_OUT,
                "",
                base,
                label(vocabulary, base),
                about.question,
                say("Not known."),
                "",
                _cost(about.effort),
                "",
            )
            self.licence[base], self.gates[base] = keys, gates

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
                self.seen[steps] = enough(self.changing, self.keys(steps), (), self._masked(steps))
            except UnsettledError:
                self.seen[steps] = None
                self.in_doubt = True
        return self.seen[steps] is not None

    def _keeps(self, steps: Collection[str]) -> bool:
        """Whether steps can be done as far as they ask, and no further, and nothing that is met already is lost."""
        if not self.endangered:
            return True
        done = {each: self.licence[each] for each in steps if self.steps[each].requirement}
        near = hanging_together(self.endangered, done)
        try:
            return keeps(self.changing, self.keys(near), [gate for each in near for gate in self.gates[each]])
        except UnsettledError:
            self.in_doubt = True
            return False

    def _masked(self, steps: frozenset[str]) -> Masked:
        """What falls short counts when it is a step, follows from steps, or a step states what it takes."""
        covered = {
            gate
            for name, gates in self.lacking.items()
            if name in steps or any(each <= steps for each in self._implying(name))
            for gate in gates
        }
        stated = (self.licence[each] for each in steps if not self.steps[each].requirement)
        return Masked(self.short - covered, frozenset[str]().union(*stated))

    def is_cheapest(self, plan: Plan) -> bool:
        """Whether it is proved that no plan takes less effort than this one, the first.

        One that did would count on what was not looked at to the end, and so have the steps of that, and all that no
        plan can do without.
        """
        needed = self.needed - self.doubtful.keys()
        spent = (
            sum(self.costs[each] for each in names | needed)
            for sets in self.doubtful.values()
            for names in sets
        )
        return self.is_proved and not self.in_doubt and all(each >= plan.effort for each in spent)

    def _implying(self, name: str | int) -> tuple[frozenset[str], ...]:
        """The sets of requirements to be put right from which something that falls short follows."""
        if name not in self.implying:
            others = {
                each: (self.licence[each], self.gates[each])
                for each, step in self.steps.items()
                if step.requirement and each != name
            }
            wanted = (name,) if isinstance(name, int) else self.lacking[name]
            found = implied(self.changing, wanted, others)
            if found.doubtful:
                self.doubtful[name] = found.doubtful
            self.implying[name] = found.sets
        return self.implying[name]

    def plans(self, number: int) -> Iterator[Plan]:
        """Yield the cheapest few plans.

        Plans that change the same things are one plan, and one that does all of another besides is none.
        """
        told: set[object] = set()
        done: list[frozenset[str]] = []
        for steps in islice(self._enough(), MOST_SETS * number):
            plan = None if any(self._does(steps, each) for each in done) else self.plan(steps)
            if plan is None or plan.changes in told:
                continue
            told.add(plan.changes)
            done.append(steps)
            yield plan
            if len(done) == number:
                return

    def _does(self, steps: frozenset[str], others: frozenset[str]) -> bool:
        """Whether whoever takes some steps has taken others with them."""
        return all(
            name in steps or (name in self.lacking and any(each <= steps for each in self._implying(name)))
            for name in others
        )

    def _enough(self) -> Iterator[frozenset[str]]:
        """Yield the sets of steps that are enough, none of which can be left out, the cheapest first."""
        every = frozenset(self.steps)
        hindering = [frozenset([name]) for name in self.steps if not self.reaches(every - {name})]
        self.needed = frozenset().union(*hindering)
        found: list[frozenset[str]] = []
        try:
            while True:
                steps = cheapest_hitting(hindering, self.costs, found)
                if steps is None:
                    return
                if not self.reaches(steps):
                    hindering.append(self._missing(steps, every))
                elif self._keeps(steps):
                    found.append(steps)
                    yield steps
                elif steps == every:
                    return
                else:  # Fewer are not enough, so it takes one of the others.
                    hindering.append(every - steps)
        except TooManyError:
            self.is_proved = bool(found)
            if not found:
                yield self._dropped(every)

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

    def plan(self, steps: frozenset[str]) -> Plan | None:
        """Return a way to do some steps that are enough; None where they cannot all be done."""
        asked = [self.gates[each] for each in steps if self.steps[each].requirement]
        keys, masked = self.keys(steps), self._masked(steps)
        mended = done(self.changing, keys, asked, masked, self.seen[steps] or {}, self.situation.facts)
        if mended is None:
            return None
        facts = mended.facts()
        telling = Telling(mended, mended.ends(facts))
        return Plan(
            tuple(
                telling.step(step, self.licence[name], self.gates[name])
                for name, step in self.steps.items()
                if name in steps
            ),
            sum((self.costs[name] for name in steps), Decimal(0)),
            tuple(mended.told()),
            facts,
        )


def _cost(effort: Decimal) -> Decimal:
    return max(effort, Decimal(0))

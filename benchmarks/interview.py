"""How many questions an interview takes: a simulation, with the bound that no interview can beat.

A family of rulesets like those that we ship: 120 facts in 12 topics, 100 requirements, 3 locks, a ladder of three
tiers. Groups of four kinds, from shaky to excellent, answer what they are asked. Then small instances of 10
facts, on which the best possible interview can be worked out and compared with ours.

    python benchmarks/interview.py [groups] [instances]
"""

from __future__ import annotations

import datetime
import random
import statistics
import sys
import time
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from itertools import pairwise

import attrs

from qa_rules.engines.compiled import prepare
from qa_rules.explain.reasons import only, smallest
from qa_rules.explain.situation import Situation
from qa_rules.explain.targets import target
from qa_rules.interview import lookahead, ranking
from qa_rules.interview.purpose import Agenda, For, agenda
from qa_rules.interview.ranking import next_questions
from qa_rules.interview.relevance import look
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    AtLeast,
    Compare,
    Constant,
    Expr,
    Fact,
    Literal,
    Not,
    OnlyWhen,
    Op,
    Reference,
)
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Vocabulary
from qa_rules.model.rulesets import Decision, Group, Outcome, Policy, Requirement, Route, Ruleset, Tier
from qa_rules.model.values import Severity, Strength, Value
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.snapshot import believe

ON = datetime.date(2026, 11, 22)
TOPICS = 12
KINDS = {"shaky": 3.0, "middling": 1.0, "good": 0.3, "excellent": 0.03}
"""By how much an unfavourable answer is likelier than the vocabulary says, by kind of group."""
LEVELS = ("none", "some", "written")


@attrs.frozen
class World:
    """A ruleset under a policy, and the chance of a favourable answer to each question."""

    closed: ClosedRuleset
    chances: dict[str, float]

    def group(self, rng: random.Random, factor: float) -> dict[str, Value]:
        """Draw the answers of one group."""
        answers: dict[str, Value] = {}
        for name, declared in self.closed.ruleset.vocabulary.facts.items():
            good = rng.random() >= min(0.95, (1 - self.chances[name]) * factor)
            match declared.type:
                case FactType.YES_NO:
                    answers[name] = good
                case FactType.INTEGER:
                    answers[name] = rng.randint(5, 10) if good else rng.randint(0, 4)
                case _:
                    answers[name] = "written" if good else rng.choice(LEVELS[:2])
        return answers

    def situation(self, answers: dict[str, Value]) -> Situation:
        """Return what is known after some answers."""
        values = {
            name: FactValue(value, Evidence(strength=Strength.VERIFIED)) for name, value in answers.items()
        }
        facts = Facts(values)
        known = believe(facts, self.closed.ruleset.vocabulary, ON)
        return Situation(self.closed, facts, known, (), prepare(self.closed).run)


def vocabulary(
    rng: random.Random, count: int, topics: int, between: tuple[float, float], likely: bool
) -> tuple[Vocabulary, dict[str, float]]:
    """Return facts in topics, two thirds of them yes or no, and how likely a favourable answer is."""
    facts: dict[str, FactDeclaration] = {}
    chances = {}
    for at in range(count):
        roll = rng.random()
        kind = FactType.YES_NO if roll < 0.67 else FactType.INTEGER if roll < 0.88 else FactType.CHOICE
        name = f"f{at}"
        chance = rng.uniform(*between)
        chances[name] = chance
        declared = FactDeclaration(
            name, kind, name, f"What of {name}?", about="provider", topic=f"t{at * topics // count}"
        )
        if kind is FactType.CHOICE:
            declared = attrs.evolve(declared, options={each: each for each in LEVELS}, ordered=True)
        if likely:
            declared = attrs.evolve(declared, likelihood=Decimal(f"{chance:.2f}"))
        facts[name] = declared
    return Vocabulary(facts), chances


def test_of(declared: FactDeclaration) -> Expr:
    """Return the test that a favourable answer meets."""
    match declared.type:
        case FactType.YES_NO:
            return Compare(Fact(declared.name), Op.IS, Literal(True))
        case FactType.INTEGER:
            return Compare(Fact(declared.name), Op.AT_LEAST, Literal(5))
        case _:
            return Compare(Fact(declared.name), Op.AT_LEAST, Literal("written"), LEVELS)


def clause(rng: random.Random, facts: Sequence[FactDeclaration]) -> Expr:
    """Return what meets a requirement: one to four tests, put together as clauses are."""
    tests = [
        test_of(each) for each in rng.sample(list(facts), min(len(facts), rng.choice((1, 1, 2, 2, 3, 4))))
    ]
    if len(tests) == 1:
        return tests[0]
    match rng.choice(("all", "all", "any", "some", "when")):
        case "all":
            return AllOf(tuple(tests))
        case "any":
            return AnyOf(tuple(tests))
        case "some":
            return AtLeast(max(1, len(tests) - 1), tuple(tests))
        case _:
            return OnlyWhen(tests[0], AllOf(tuple(tests[1:])))


def family(seed: int, likely: bool = True) -> World:
    """Return a world of 120 facts, 100 requirements, 3 locks and 3 tiers."""
    rng = random.Random(seed)
    words, chances = vocabulary(rng, 120, TOPICS, (0.9, 0.995), likely)
    by_topic: dict[str, list[FactDeclaration]] = {}
    for each in words.facts.values():
        by_topic.setdefault(each.topic, []).append(each)
    requirements = []
    for at in range(100):
        topic = by_topic[f"t{at * TOPICS // 100}"]
        requirements.append(Requirement(f"R{at}", f"R{at}", "", {"clause": str(at)}, clause(rng, topic)))
    locks = [
        Group(f"Lock{at}", "", "lock", tuple(f"R{n}" for n in range(100) if n % 3 == at)) for at in range(3)
    ]
    steps = [
        Group(
            f"Step{step}.{lock}",
            "",
            "theme",
            tuple(f"R{n}" for n in range(100) if n % 3 == lock and n % 4 <= step),
        )
        for step in range(1, 4)
        for lock in range(3)
    ]
    ruleset = Ruleset(
        "family", "1", "Family", words, tuple(requirements), (*locks, *steps),
        routes=(Route("checklist", "", "", Constant(True)),),
    )  # fmt: skip
    needs = {step: AllOf(tuple(Reference(f"Step{step}.{lock}") for lock in range(3))) for step in range(1, 4)}
    tiers = tuple(
        Tier(f"tier{step}", "", Strength.STATED, {"checklist": each}) for step, each in needs.items()
    )
    policy = Policy("p", "family@1", "P", severities={"default": Severity.REQUIRED}, tiers=tiers)
    return World(close(ruleset, policy), chances)


def instance(seed: int, facts: int = 10) -> World:
    """Return a small world with a decision of three outcomes."""
    rng = random.Random(seed)
    words, chances = vocabulary(rng, facts, 3, (0.3, 0.97), likely=True)
    declared = list(words.facts.values())
    requirements = tuple(
        Requirement(f"R{at}", f"R{at}", "", {"clause": str(at)}, clause(rng, declared)) for at in range(8)
    )
    locks = tuple(
        Group(f"Lock{at}", "", "lock", tuple(f"R{n}" for n in range(8) if n % 3 == at)) for at in range(3)
    )
    outcomes = (
        Outcome("never", "", Reference("Lock0", Aspect.GAP), False),
        Outcome("wait", "", AnyOf((Reference("Lock1", Aspect.GAP), Reference("Lock2", Aspect.GAP))), False),
        Outcome("go", "", Not(AnyOf(tuple(Reference(each.id, Aspect.GAP) for each in locks))), True),
    )
    outcomes = (
        *outcomes[:2],
        attrs.evolve(outcomes[2], when=AllOf(tuple(Reference(each.id) for each in locks))),
    )
    ruleset = Ruleset(
        "small", "1", "Small", words, requirements, locks, (Decision("d", "", outcomes, "open"),)
    )
    return World(
        close(ruleset, Policy("p", "small@1", "P", severities={"default": Severity.REQUIRED})), chances
    )


# Strategies: from what can still matter, and the fact asked last, to the next fact


Strategy = Callable[[Situation, Agenda, str | None, Collection[str]], str | None]
"""From what is known, what it is for, the fact asked last and the facts that nobody can tell, to the next fact."""


def ours(situation: Situation, plan: Agenda, last: str | None, closed_to: Collection[str]) -> str | None:
    """Return the next question of the library."""
    found = next_questions(situation, For.TIER, 1, last, closed_to, None).questions
    return found[0].fact if found else None


def number(name: str) -> int:
    """Return the place of a fact on paper."""
    return int(name[1:])


def paper_order(
    situation: Situation, plan: Agenda, last: str | None, closed_to: Collection[str]
) -> str | None:
    """Ask in the order of the paper, stop when the answer is settled."""
    if not look(plan, situation.known, closed_to).scores:
        return None
    every = situation.closed.ruleset.vocabulary.facts
    left = [name for name in every if name not in situation.facts.values and name not in closed_to]
    return min(left, key=number)


def paper_order_pruned(
    situation: Situation, plan: Agenda, last: str | None, closed_to: Collection[str]
) -> str | None:
    """Ask in the order of the paper, but only what can still matter."""
    return min(look(plan, situation.known, closed_to).scores, key=number, default=None)


def backward_chaining(
    situation: Situation, plan: Agenda, last: str | None, closed_to: Collection[str]
) -> str | None:
    """Ask for the first open test of the first open gate, from the top down."""
    live = look(plan, situation.known, closed_to)
    at = next((each for each in live.stages if each in live.gates), None)
    if at is None:
        return None
    gates = plan.circuit.gates
    while gates[at].inside:
        at = next(each for each in gates[at].inside if each in live.gates)
    return live.tests[gates[at].test][0]


def interview(
    world: World, strategy: Strategy, answers: dict[str, Value], unknown: Collection[str] = ()
) -> tuple[list[str], list[float]]:
    """Return the facts asked about, in order, and how long each question took to find.

    Nobody can tell `unknown`: it is asked about once, and never again.
    """
    plan = agenda(world.closed, For.TIER, frozenset({"provider", ""}))
    told: dict[str, Value] = {}
    closed_to: set[str] = set()
    asked: list[str] = []
    times = []
    while True:
        situation = world.situation(told)
        start = time.process_time()
        name = strategy(situation, plan, asked[-1] if asked else None, closed_to)
        times.append(time.process_time() - start)
        if name is None:
            return asked, times
        asked.append(name)
        if name in unknown:
            closed_to.add(name)
        else:
            told[name] = answers[name]


def certificate(world: World, answers: dict[str, Value]) -> int:
    """Return the size of a smallest set of facts that settles the tier: nobody can ask fewer."""
    situation = world.situation(answers)
    wanted = target(world.closed, situation.facts, "tier")
    said = wanted.says(situation.evaluate(situation.known))
    found = smallest(
        tuple(answers),
        lambda names: wanted.says(situation.evaluate(only(situation.known, names))) == said,
        tries=600,
    )
    return len(found.facts)


def jumps(world: World, asked: Sequence[str]) -> int:
    """Return how often the topic changes and comes back, or moves on."""
    topics = [world.closed.ruleset.vocabulary.facts[name].topic for name in asked]
    return sum(a != b for a, b in pairwise(topics))


@attrs.frozen
class Row:
    """What a strategy came to over all groups."""

    name: str
    share: float
    """Questions over all facts, in the mean."""
    jumps: float


@attrs.frozen
class Table:
    """The strategies side by side."""

    rows: tuple[Row, ...]
    bound: float
    """What the smallest sets of facts that settle the tier come to: nobody can ask fewer."""
    times: tuple[float, ...]
    """Of each question of ours: the seconds of one processor that finding it took."""

    def row(self, name: str) -> Row:
        """Return a row by its name."""
        return next(each for each in self.rows if each.name == name)


OURS = "ours"
NOT_KNOWN = "ours, one fact in ten not known"
RUNS: tuple[tuple[str, Strategy, bool, bool, float], ...] = (
    ("paper order, stop early", paper_order, True, False, 4.0),
    ("paper order, only what can still matter", paper_order_pruned, True, False, 4.0),
    ("the same, one fact in ten not known", paper_order_pruned, True, True, 4.0),
    ("backward chaining", backward_chaining, True, False, 4.0),
    ("ours, no likelihoods declared", ours, False, False, 4.0),
    ("ours, leaving the topic at once", ours, True, False, 1.0),
    (NOT_KNOWN, ours, True, True, 4.0),
    (OURS, ours, True, False, 4.0),
)
"""Name, strategy, whether likelihoods are declared, whether some facts are not known, and how much topics stick."""
EVERY = tuple(run[0] for run in RUNS)


def simulate(groups: int, runs: Sequence[str] = EVERY, bound: bool = True) -> Table:
    """Return what the strategies come to on the family."""
    worlds = [(family(seed), family(seed, likely=False)) for seed in range(4)]
    rows: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    bounds: list[float] = []
    times: list[float] = []
    stay = ranking.STAY
    for at in range(groups):
        informed, flat = worlds[at % len(worlds)]
        rng = random.Random(at)
        answers = informed.group(rng, list(KINDS.values())[at // len(worlds) % len(KINDS)])
        unknown = {name for name in answers if rng.random() < 0.1}
        bounds.append(certificate(informed, answers) / 120 if bound else 0.0)
        for name, strategy, likely, some_unknown, sticks in RUNS:
            if name in runs:
                ranking.STAY = sticks
                world = informed if likely else flat
                asked, took = interview(world, strategy, answers, unknown if some_unknown else ())
                rows[name].append((len(asked) / 120, jumps(world, asked)))
                times += took if name == OURS else []
    ranking.STAY = stay
    found = tuple(
        Row(name, statistics.mean(each for each, _ in all_), statistics.mean(each for _, each in all_))
        for name, all_ in rows.items()
    )
    return Table(found, statistics.mean(bounds), tuple(sorted(times)))


def show(groups: int) -> None:
    """Print the table of questions by strategy."""
    table = simulate(groups)
    bound = table.bound
    print(f"{groups} groups, 120 facts, 100 requirements, 3 locks, 3 tiers\n")
    print(f"{'strategy':42} {'questions / all':>15} {'/ bound':>8} {'topic jumps':>12}")
    print(f"{'ask everything':42} {1:15.2f} {1 / bound:8.2f}")
    for row in table.rows:
        print(f"{row.name:42} {row.share:15.2f} {row.share / bound:8.2f} {row.jumps:12.1f}")
    print(f"{'smallest certificate (bound)':42} {bound:15.2f} {1:8.2f}")
    times = table.times
    middle, high = times[len(times) // 2], times[int(len(times) * 0.99)]
    print(
        f"\nnext question, of one processor: median {middle * 1000:.1f} ms, 99 % under {high * 1000:.1f} ms, "
        f"slowest {times[-1] * 1000:.1f} ms"
    )


def expected(world: World, told: dict[str, Value], last: str | None, limit: int) -> float:
    """Return the expected number of questions of our interview from here, every way it can go weighed."""
    situation = world.situation(told)
    plan = agenda(world.closed, For.TIER, frozenset({"provider", ""}))
    live = look(plan, situation.known, ())
    if not live.scores:
        return 0.0
    near = lookahead.best(live)
    if near is not None:
        return near.cost
    name = ours(situation, plan, last, ())
    if name is None:
        return 0.0
    chance = float(world.closed.ruleset.vocabulary.facts[name].likelihood or 0)
    good, bad = outcomes(world.closed.ruleset.vocabulary.facts[name])
    return (
        1.0
        + chance * expected(world, {**told, name: good}, name, limit)
        + (1 - chance) * expected(world, {**told, name: bad}, name, limit)
    )


def outcomes(declared: FactDeclaration) -> tuple[Value, Value]:
    """Return a favourable and an unfavourable answer."""
    match declared.type:
        case FactType.YES_NO:
            return True, False
        case FactType.INTEGER:
            return 7, 2
        case _:
            return "written", "none"


SETS = (0, 10_000, 20_000)
"""The first seed of each set of small instances."""


def ratios(first: int, instances: int, most_states: int = 60_000) -> list[float]:
    """Return what our interview costs over the best possible one, for each instance of a set."""
    found: list[float] = []
    seed = first
    while len(found) < instances:
        world = instance(seed)
        seed += 1
        plan = agenda(world.closed, For.TIER, frozenset({"provider", ""}))
        live = look(plan, world.situation({}).known, ())
        if len(live.scores) < 9:
            continue
        optimum = lookahead.best(live, most_states)
        if optimum is not None:
            found.append(expected(world, {}, None, 10) / optimum.cost)
    return found


def compare(instances: int) -> None:
    """Print how our interview compares with the best possible one on small instances."""
    print(
        f"\n{instances} instances of 10 facts in each set: expected questions, ours over the best possible\n"
    )
    for first in SETS:
        found = ratios(first, instances)
        print(f"set from {first}: mean {statistics.mean(found):.3f}, worst {max(found):.3f}")


if __name__ == "__main__":
    show(int(sys.argv[1]) if len(sys.argv) > 1 else 96)
    compare(int(sys.argv[2]) if len(sys.argv) > 2 else 20)

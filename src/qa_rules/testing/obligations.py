"""What a suite owes a ruleset under a policy.

Every requirement and group comes to each verdict; every tier is attained and required, and not; every outcome holds,
fails and stays open, and every answer is given; every test holds, fails and stays open, and in each of these ways it
decides (MC/DC, the masking kind); every boundary of a test is tried, and decides there too.

A test *decides* where the result is settled and taking the test the other way, everything else as it is, gives
another result. In a requirement both results have to be settled; elsewhere (groups, tiers, rows, outcomes, tests of the
policy) and inside tests of records another is enough. A test of records is taken the other way for all records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum

import attrs

from qa_rules.errors import Place
from qa_rules.explain.wording import Wording
from qa_rules.model.expressions import AtLeast, Expr, Not, Reference, walk
from qa_rules.model.facts import Vocabulary
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.values import Strength, Verdict
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.lower import over_nodes
from qa_rules.testing.boundaries import edges
from qa_rules.testing.conditions import (
    ALWAYS,
    Answers,
    Both,
    Condition,
    Either,
    Fails,
    Holds,
    Never,
    both,
    condition_of,
    is_open,
    is_settled,
)
from qa_rules.testing.naming import owner_of, test_words
from qa_rules.testing.probes import Probes, Spot, spots


class Kind(StrEnum):
    """What sort of thing a suite owes."""

    REQUIREMENT = "requirement"
    GROUP = "group"
    TIER = "tier"
    OUTCOME = "outcome"
    ANSWER = "answer"
    TEST = "test"
    DECIDES = "decides"
    """MC/DC: a test is what the result turns on."""
    BOUNDARY = "boundary"
    EDGE = "edge"
    """A test decides at a boundary."""
    STRENGTH = "strength"
    """Evidence just strong enough, and one step too weak."""


HOLDS, FAILS, OPEN = "holds", "fails", "is not known"
IMPLIES = {
    HOLDS: "decides by holding",
    FAILS: "decides by failing",
    OPEN: "is not known and keeps it open",
}
"""What a test may come to, and the stronger thing that may be seen of it."""
AND_DECIDES = ", and decides"


@attrs.frozen
class Obligation:
    """One thing that some case has to show."""

    kind: Kind
    at: str
    """What it is about: a requirement, group, outcome or tier, or where in the policy a test stands."""
    way: str
    """What has to be seen there: `is met`, `decides by failing`, `the day before`."""
    condition: Condition = attrs.field(repr=False, hash=False)
    place: Place | None = attrs.field(default=None, eq=False)
    test: str = ""
    """The test that it is about, if any."""

    @property
    def words(self) -> str:
        """What has to be seen, with the test."""
        joint = ":" if self.kind in (Kind.BOUNDARY, Kind.EDGE) else ""
        return f"{self.test}{joint} {self.way}" if self.test else self.way

    @property
    def sentence(self) -> str:
        """The obligation as a sentence without a full stop."""
        return f"{self.at}: {self.words}"


@attrs.frozen(slots=False)
class Owed:
    """The obligations of a ruleset under a policy, and the closed ruleset whose nodes they look at."""

    obligations: tuple[Obligation, ...]
    closed: ClosedRuleset

    @lazy
    def levels(self) -> int:
        """How many strengths of evidence have to be told apart: one while nothing asks for more than `stated`."""
        asked = [self.closed.strength] + [
            inner.strength
            for node in self.closed.nodes
            for inner in walk(node.expr)
            if isinstance(inner, Reference) and inner.strength is not None
        ]
        return 3 if max(asked) > Strength.STATED else 1


def owed(closed: ClosedRuleset) -> Owed:
    """Return what a suite owes a closed ruleset, in the order of its nodes."""
    probes = Probes(closed)
    found = dict.fromkeys([*_verdicts(closed), *_ladder(closed), *_answers(closed), *_tests(closed, probes)])
    return Owed(tuple(found), probes.whole())


# Verdicts, tiers and answers


def verdict(closed: ClosedRuleset, name: str, word: Verdict) -> Condition:
    """Return when a requirement or group has a verdict."""
    program = over_nodes(closed)
    return condition_of(program, program.verdicts(name)[word])


def _ruling_out(closed: ClosedRuleset, name: str) -> list[str]:
    """The nodes without which a requirement or group does not apply."""
    return [each for each in (NodeId.applies(name), SCOPE) if each in closed.index]


_SAYS = {
    Verdict.MET: "is met",
    Verdict.NOT_MET: "is not met",
    Verdict.UNKNOWN: "is unknown",
    Verdict.NOT_APPLICABLE: "does not apply",
}


def _verdicts(closed: ClosedRuleset) -> Iterator[Obligation]:
    for requirement in closed.ruleset.requirements:
        name, place = requirement.id, requirement.place
        yield from _verdicts_of(closed, Kind.REQUIREMENT, name, place, tuple(Verdict))
        if requirement.plainly is not None:
            met, done = verdict(closed, name, Verdict.MET), Holds(NodeId.plainly(name), closed.strength)
            yield Obligation(Kind.REQUIREMENT, name, "is met by what is done", both(met, done), place)
            alone = both(met, Never(done))
            yield Obligation(Kind.REQUIREMENT, name, "is met by an explanation alone", alone, place)
        if closed.strength > Strength.STATED:
            weak = both(verdict(closed, name, Verdict.UNKNOWN), Holds(name))
            way = "would be met, but for the strength of its evidence"
            yield Obligation(Kind.STRENGTH, name, way, weak, place)
    for group in closed.ruleset.groups:
        words = (Verdict.NOT_APPLICABLE,) if group.not_applicable else tuple(Verdict)
        yield from _verdicts_of(closed, Kind.GROUP, group.id, group.place, words)


def _verdicts_of(
    closed: ClosedRuleset, kind: Kind, name: str, place: Place | None, words: Sequence[Verdict]
) -> Iterator[Obligation]:
    for word in words:
        if word is not Verdict.NOT_APPLICABLE or _ruling_out(closed, name):
            yield Obligation(kind, name, _SAYS[word], verdict(closed, name, word), place)


def _ladder(closed: ClosedRuleset) -> Iterator[Obligation]:
    for number, tier in enumerate(closed.ladder, 1):
        for node, verb in ((NodeId.attained(number), "attained"), (NodeId.required(number), "required")):
            if node == NodeId.required(1) or node not in closed.index:
                continue
            yield Obligation(Kind.TIER, tier.id, f"is {verb}", Holds(node), tier.place)
            yield Obligation(Kind.TIER, tier.id, f"is not {verb}", Fails(node), tier.place)
            yield Obligation(Kind.TIER, tier.id, f"may or may not be {verb}", is_open(node), tier.place)
        above = NodeId.attained(number + 1)
        if above in closed.index:
            exactly = Both((Holds(NodeId.attained(number)), Fails(above)))
            yield Obligation(Kind.TIER, tier.id, "is attained and no higher tier", exactly, tier.place)
        above = NodeId.required(number + 1)
        if above in closed.index:
            exactly = Both((Holds(NodeId.required(number)), Fails(above)))
            yield Obligation(Kind.TIER, tier.id, "is required and no higher tier", exactly, tier.place)


def _answers(closed: ClosedRuleset) -> Iterator[Obligation]:
    for decision in closed.ruleset.decisions:
        for outcome in decision.outcomes:
            at, node = f"{decision.id}.{outcome.id}", NodeId.outcome(decision.id, outcome.id)
            program = over_nodes(closed)
            holds = condition_of(program, program.stops(decision, outcome))
            yield Obligation(Kind.OUTCOME, at, "holds", holds, outcome.place)
            yield Obligation(Kind.OUTCOME, at, "does not hold", Fails(node), outcome.place)
            stays_open = Both((Never(holds), Never(Fails(node))))
            yield Obligation(Kind.OUTCOME, at, "stays open", stays_open, outcome.place)
        words = [(outcome.id, outcome.place) for outcome in decision.outcomes]
        words.append((decision.undecided, decision.place))
        if SCOPE in closed.index or NodeId.scope(decision.id) in closed.index:
            words.append((decision.not_applicable, decision.place))
        for word, place in dict(words).items():
            yield Obligation(
                Kind.ANSWER, decision.id, f"the answer is `{word}`", Answers(decision.id, word), place
            )


# Tests


_Key = tuple[Place | str, Expr]
"""A test by its place in a file, or, if it was made in Python, by where it stands in which node."""


@attrs.frozen
class _Stand:
    """A test in one node, with what has to be so for the result of that node to count."""

    node: NodeId
    spot: Spot
    held: NodeId
    """The node in which the test is taken as held."""
    failed: NodeId
    guard: Condition
    strict: bool
    asked: int

    def settled(self, other: str) -> Condition:
        """The node is settled, and other with the test taken the other way."""
        holds, fails = Holds(self.node, self.asked), Fails(self.node)
        if self.strict:
            return Either((Both((holds, Fails(other))), Both((fails, Holds(other, self.asked)))))
        return Either((Both((holds, Never(Holds(other, self.asked)))), Both((fails, Never(Fails(other))))))

    @property
    def opened(self) -> Condition:
        """The node is open, and settled were the test."""
        return Both(
            (
                is_open(self.node, self.asked),
                Either((is_settled(self.held, self.asked), is_settled(self.failed, self.asked))),
            )
        )


def _tests(closed: ClosedRuleset, probes: Probes) -> Iterator[Obligation]:
    wording = Wording(closed.ruleset.vocabulary)
    for (_, test), stands in _stands(closed, probes).items():
        at, words = owner_of(closed, stands[0].node), test_words(test, wording)
        for kind, way, condition in _of_test(test, stands, closed.ruleset.vocabulary, probes):
            yield Obligation(kind, at, way, condition, test.place, words)
    yield from _strengths(closed)


def _of_test(
    test: Expr, stands: Sequence[_Stand], vocabulary: Vocabulary, probes: Probes
) -> Iterator[tuple[Kind, str, Condition]]:
    spot = stands[0].spot
    holds, fails, opened = _ways(spot, probes)

    def decided(way: Condition, which: Callable[[_Stand], Condition]) -> Condition:
        return both(way, Either(tuple(both(each.guard, which(each)) for each in stands)))

    by_holding = decided(holds, lambda each: each.settled(each.failed))
    by_failing = decided(fails, lambda each: each.settled(each.held))
    if not isinstance(test, AtLeast):
        if spot.collection is None:
            yield Kind.TEST, OPEN, opened
        yield Kind.TEST, HOLDS, holds
        yield Kind.TEST, FAILS, fails
        yield Kind.DECIDES, IMPLIES[HOLDS], by_holding
        yield Kind.DECIDES, IMPLIES[FAILS], by_failing
        yield Kind.DECIDES, IMPLIES[OPEN], decided(opened, lambda each: each.opened)
    for edge in edges(test, vocabulary):
        reached = Holds(probes.some(spot, edge.expr))
        yield Kind.BOUNDARY, edge.words, reached
        yield Kind.EDGE, f"{edge.words}{AND_DECIDES}", both(reached, Either((by_holding, by_failing)))


def _ways(spot: Spot, probes: Probes) -> tuple[Condition, Condition, Condition]:
    """When a test holds, fails and is open; inside a quantifier: of some record, and open is not told."""
    if spot.collection is None:
        node = probes.node(spot.expr)
        return Holds(node), Fails(node), is_open(node)
    return Holds(probes.some(spot, spot.expr)), Holds(probes.some(spot, Not(spot.expr))), ALWAYS


def _stands(closed: ClosedRuleset, probes: Probes) -> dict[_Key, list[_Stand]]:
    """Every test that somebody wrote, with the nodes in which it ended up, be it once or several times."""
    found: dict[_Key, list[_Stand]] = {}
    for node in closed.nodes:
        guard, strict, asked = _guard(closed, node.name)
        here: dict[_Key, list[Spot]] = {}
        for at, spot in enumerate(spots(node.expr, closed.ruleset.vocabulary)):
            where = f"{node.name} {at}" if spot.expr.place is None else spot.expr.place
            here.setdefault((where, spot.expr), []).append(spot)
        for key, same in here.items():
            held, failed = (probes.taken(node.expr, same, holds) for holds in (True, False))
            both_settled = strict and same[0].collection is None
            stand = _Stand(node.name, same[0], held, failed, guard, both_settled, asked)
            found.setdefault(key, []).append(stand)
    return found


def _guard(closed: ClosedRuleset, node: NodeId) -> tuple[Condition, bool, int]:
    """What has to be so for the result of a node to show, whether both results are settled, and how strongly."""
    base = node.whole
    asked = int(closed.strength)
    if base not in closed.ruleset.requirement:
        return ALWAYS, False, 1
    if node == NodeId.plainly(
        base
    ):  # it shows where the requirement is met: by what is done, or by an explanation
        return Holds(base, asked), False, asked
    if node.is_applies:
        return is_settled(NodeId.met(base), asked), True, asked
    return (ALWAYS if node == base else Holds(NodeId.applies(base), asked)), True, asked


def _strengths(closed: ClosedRuleset) -> Iterator[Obligation]:
    for node in closed.nodes:
        for inner in walk(node.expr):
            if (
                isinstance(inner, Reference)
                and inner.strength is not None
                and inner.strength > Strength.STATED
            ):
                enough, word = int(inner.strength), inner.strength.word
                at, place = owner_of(closed, inner.name), inner.place
                weak = Both((Holds(inner.name, enough - 1), Never(Holds(inner.name, enough))))
                yield Obligation(
                    Kind.STRENGTH, at, f"holds, with evidence one step weaker than {word}", weak, place
                )
                just = Holds(inner.name, enough)
                yield Obligation(Kind.STRENGTH, at, f"holds, with evidence that is {word}", just, place)

"""What the nodes of a closed ruleset come to, as literals: verdicts, tiers, what is possible, answers.

This is the one place that knows how an answer follows from nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum

import attrs

from qa_rules.model.judged import Judged
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision, Outcome, Ruleset
from qa_rules.model.values import DecisionKind, Verdict
from qa_rules.program.algebra import Algebra, Levels, Pair
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.exhaustive import exhaustive
from qa_rules.program.gates import FALSE, TRUE, Lit
from qa_rules.program.guards import always_asks, asked_in
from qa_rules.program.store import Store

Nodes = Mapping[str, Pair]


@attrs.frozen
class VerdictIs:
    """A requirement or group has this verdict."""

    name: str
    verdict: Verdict


@attrs.frozen
class TierIs:
    """A tier, counted from 1, or a higher one is what `what` says."""

    what: What
    number: int


@attrs.frozen
class IsPossible:
    """A word of a decision, an outcome's or that of not applying, is not ruled out."""

    decision: str
    word: str


@attrs.frozen
class AnswerIs:
    """A decision is made, and this word is its answer."""

    decision: str
    word: str


class What(Enum):
    """What a tier can be."""

    ATTAINED = "attained"
    AT_MOST = "at most"
    REQUIRED_LEAST = "required at least"
    REQUIRED_GREATEST = "required at most"


@attrs.frozen
class IsUsed:
    """A route is in use."""

    route: str


Output = VerdictIs | TierIs | IsUsed | IsPossible | AnswerIs


def verdicts(make: Store, pair: Pair, never: Lit, asked: int) -> dict[Verdict, Lit]:
    """Return what each verdict of a requirement or group takes, of which one always is so.

    `never`: it is known at the strength that is asked not to apply. That is a favourable claim; a shortfall counts
    at any strength.
    """
    aside = make.any((pair.f[0], never))
    met = at(pair.t, asked)
    return {
        Verdict.MET: make.all((met, -aside)),
        Verdict.NOT_MET: make.all((pair.f[0], -never)),
        Verdict.UNKNOWN: make.all((-met, -aside)),
        Verdict.NOT_APPLICABLE: never,
    }


def strengths(decision: Decision, outcome: Outcome, asked: int) -> tuple[int, int]:
    """Return the strengths at which an outcome holds, so that none after it is possible, and is ruled out.

    The most favourable that allows holds only at the strength asked, and is ruled out at any; of every other it is the
    other way round: what rules it out is favourable, and a shortfall that is admitted counts at any strength. One that
    allows before one that forbids has no shortfall to admit: it keeps that out, so it needs the strength asked both
    ways. The best of a rating is as the most favourable that allows. None of a category is better than another: each
    needs the strength asked both ways. What holds otherwise does so where all else is ruled out at the strength asked.
    """
    at = decision.outcomes.index(outcome)
    after = decision.outcomes[at + 1 :]
    if decision.kind is DecisionKind.CATEGORY:
        return asked, asked
    if not after and (outcome.allows or decision.kind is DecisionKind.RATING):
        return asked, 1
    if outcome.otherwise:
        return asked, asked
    keeps_out = outcome.allows and any(not each.allows for each in after)
    return asked if keeps_out else 1, asked


def at(levels: Levels, strength: int) -> Lit:
    """Return the literal of a strength; with one level all evidence is verified."""
    return levels[0] if len(levels) == 1 else levels[strength - 1]


class Decisions:
    """Reads verdicts and answers off nodes: those of the ruleset, or of another world where they are given."""

    closed: ClosedRuleset
    make: Store
    levels: int
    """1: all evidence is verified; 3: stated, seen, verified."""
    nodes: Nodes

    @property
    def ruleset(self) -> Ruleset:
        """The ruleset that is decided on."""
        return self.closed.ruleset

    @property
    def judged(self) -> Judged:
        """What it judges, in words."""
        return self.ruleset.subject

    def outputs(self) -> dict[Output, Lit]:
        """Return everything that is decided, by name."""
        found: dict[Output, Lit] = dict(self.ladder().items())
        for name in (*self.ruleset.requirement, *self.ruleset.group):
            found |= {VerdictIs(name, verdict): each for verdict, each in self.verdicts(name).items()}
        for decision in self.ruleset.decisions:
            words = self.answers(decision)
            found |= {AnswerIs(decision.id, word): each for word, each in words.items()}
            found |= {IsPossible(decision.id, word): each for word, each in self.open(decision).items()}
        return found

    def ladder(self) -> dict[TierIs | IsUsed, Lit]:
        """Return what is decided about tiers and routes; nothing where there are none."""
        found: dict[TierIs | IsUsed, Lit] = {}
        for number in range(1, len(self.closed.ladder) + 1):
            attained = self.nodes[NodeId.attained(number)]
            found[TierIs(What.ATTAINED, number)] = attained.t[0]
            found[TierIs(What.AT_MOST, number)] = -attained.f[0]
            if NodeId.required(number) in self.nodes:
                required = self.nodes[NodeId.required(number)]
                found[TierIs(What.REQUIRED_LEAST, number)] = required.t[0]
                found[TierIs(What.REQUIRED_GREATEST, number)] = -required.f[0]
            found |= {
                IsUsed(route.id): self.nodes[NodeId.used(route.id)].t[0] for route in self.ruleset.routes
            }
        return found

    def at(self, levels: Levels, strength: int) -> Lit:
        """Return the literal of a strength; with one level all evidence is verified."""
        return at(levels, strength)

    @property
    def asked(self) -> int:
        """The strength at which findings count as met."""
        return int(self.closed.strength)

    def verdicts(self, name: str, nodes: Nodes | None = None) -> dict[Verdict, Lit]:
        """Return for each verdict of a requirement or group: it has that verdict."""
        found = self.nodes if nodes is None else nodes
        return verdicts(self.make, found[name], self.at(self.never(name, found), self.asked), self.asked)

    def never(self, name: str, nodes: Nodes) -> Levels:
        """Return: a requirement or group does not apply. Out of the scope of the ruleset nothing does."""
        parts = [nodes[each] for each in (NodeId.applies(name), SCOPE) if each in nodes]
        return Algebra(self.make, self.levels).all_of(parts).f

    def met(self, name: str, nodes: Nodes | None = None) -> Lit:
        """Return: the verdict of a requirement or group is met."""
        return self.verdicts(name, nodes)[Verdict.MET]

    def not_met(self, name: str, nodes: Nodes | None = None) -> Lit:
        """Return: the verdict of a requirement or group is not met."""
        return self.verdicts(name, nodes)[Verdict.NOT_MET]

    def not_applicable(self, name: str, nodes: Nodes | None = None) -> Lit:
        """Return: the verdict of a requirement or group is not applicable."""
        return self.verdicts(name, nodes)[Verdict.NOT_APPLICABLE]

    def stands(self, name: str) -> dict[int, Lit]:
        """Return for each strength that counts: a requirement or group is met or not applicable as strongly as that."""
        words, pair, never = self.verdicts(name), self.nodes[name], self.never(name, self.nodes)
        return {
            level: self.make.any(
                (
                    self.make.all((words[Verdict.MET], self.at(pair.t, level))),
                    self.make.all((words[Verdict.NOT_APPLICABLE], self.at(never, level))),
                )
            )
            for level in range(self.asked, self.levels + 1)
        }

    def exactly(self, kind: Callable[[int], str], number: int) -> tuple[Lit, ...]:
        """Return what holds when a tier is attained or required, as `kind` names its node, and no higher one."""
        above = self.nodes.get(kind(number + 1))
        return (self.nodes[kind(number)].t[0], *(() if above is None else (above.f[0],)))

    def is_made(self, decision: Decision, nodes: Nodes | None = None) -> Lit:
        """Return: something is known of the subject that a decision needs; without that it has no answer."""
        found = self.nodes if nodes is None else nodes
        return found[NodeId.subject(decision.needs)].t[0] if decision.needs else TRUE

    def scope(self, decision: Decision, nodes: Nodes | None = None) -> Pair:
        """Return whether a decision is made at all."""
        found = self.nodes if nodes is None else nodes
        parts = [found[name] for name in (SCOPE, NodeId.scope(decision.id)) if name in found]
        return Algebra(self.make, self.levels).all_of(parts)

    def possible(self, decision: Decision, nodes: Nodes | None = None) -> list[Lit]:
        """Return for each outcome: it is not ruled out."""
        found, make = self.nodes if nodes is None else nodes, self.make
        before: Lit = TRUE
        possible = []
        for outcome in decision.outcomes:
            pair = found[NodeId.outcome(decision.id, outcome.id)]
            stops = self.stops(decision, outcome, nodes)
            ruled_out = self.at(pair.f, strengths(decision, outcome, self.asked)[1])
            possible.append(make.all((before, make.any((stops, -ruled_out)))))
            before = make.all((before, -stops))
        return possible

    def stops(self, decision: Decision, outcome: Outcome, nodes: Nodes | None = None) -> Lit:
        """Return: an outcome is met, and nothing that stands after it is possible."""
        found = self.nodes if nodes is None else nodes
        pair = found[NodeId.outcome(decision.id, outcome.id)]
        return self.at(pair.t, strengths(decision, outcome, self.asked)[0])

    def left_over(self, decision: Decision, nodes: Nodes | None = None) -> Lit:
        """Return: outcomes of which none is met stand as the answer because everything else is ruled out.

        Only where the outcomes leave nobody out, and, unless all of them allow or look at what is asked of everybody,
        where something that they ask applies and is met: nothing asked is nothing answered.
        """
        found = self.nodes if nodes is None else nodes
        if not exhaustive(self.closed)[decision.id].holds:
            return FALSE
        if always_asks(decision):
            return TRUE
        parts = ((NodeId.applies(name), NodeId.met(name), name) for name in asked_in(decision))
        return self.make.any(
            self.make.all(self.at(found[part].t, self.asked) for part in each if part in found)
            for each in parts
        )

    def certain(self, decision: Decision, side: bool | str, nodes: Nodes | None = None) -> Lit:
        """Return: where all that is possible is on one side (it allows, it forbids, is one outcome), it is an answer.

        What allows has to hold at the strength asked; what holds on less only cuts off what is more favourable.
        """
        found = self.nodes if nodes is None else nodes
        holding = [
            self.at(found[NodeId.outcome(decision.id, outcome.id)].t, self.asked)
            if outcome.allows
            else self.stops(decision, outcome, nodes)
            for outcome in decision.outcomes
            if decision.side(outcome) == side
        ]
        return self.make.any((*holding, self.left_over(decision, nodes)))

    def answers(self, decision: Decision, nodes: Nodes | None = None) -> dict[str, Lit]:
        """Return for each word: it is the answer.

        Of several that allow it is the strictest, of several that forbid the least strict; in a rating or category the
        only one.
        """
        make, possible = self.make, self.possible(decision, nodes)
        made, scope = self.is_made(decision, nodes), self.scope(decision, nodes)
        outside = make.all((made, self.at(scope.f, self.asked)))
        inside = make.all((made, -outside, self.at(scope.t, self.asked)))
        certain = {side: self.certain(decision, side, nodes) for side in decision.sides}
        sides = [decision.side(each) for each in decision.outcomes]
        beside = {
            side: make.any(lit for lit, other in zip(possible, sides, strict=True) if other != side)
            for side in decision.sides
        }
        words: dict[str, Lit] = {}
        for at, (outcome, side) in enumerate(zip(decision.outcomes, sides, strict=True)):
            others = possible[:at] if outcome.allows else possible[at + 1 :]
            words[outcome.id] = make.all(
                (inside, certain[side], possible[at], -beside[side], *(-each for each in others))
            )
        words[decision.not_applicable] = outside
        words[decision.undecided] = make.all((made, *(-each for each in words.values())))
        return words

    def open(self, decision: Decision, nodes: Nodes | None = None) -> dict[str, Lit]:
        """Return for each word but that of the undecided: the decision is made, and this is not ruled out."""
        scope, made = self.scope(decision, nodes), self.is_made(decision, nodes)
        inside = self.make.all((made, -self.at(scope.f, self.asked)))
        words = {decision.not_applicable: self.make.all((made, -self.at(scope.t, self.asked)))}
        for outcome, literal in zip(decision.outcomes, self.possible(decision, nodes), strict=True):
            words[outcome.id] = self.make.all((inside, literal))
        return words

    def allowing(self, decision: Decision, nodes: Nodes | None = None) -> Lit:
        """Return: the answer allows."""
        words = self.answers(decision, nodes)
        return self.make.any(words[each.id] for each in decision.outcomes if each.allows)

    def differences(self, nodes: Nodes) -> Iterator[Lit]:
        """Yield for each decision and tier: with these nodes something else is told of it.

        Of a decision the answer and what is possible are told, of a tier whether it is attained and required. What
        its outcomes come to one by one is not: a stricter one may hide it.
        """
        pairs = [(self.told(each), self.told(each, nodes)) for each in self.ruleset.decisions]
        ladder = [
            (self.nodes[name], nodes[name])
            for at in range(1, len(self.closed.ladder) + 1)
            for name in (NodeId.attained(at), NodeId.required(at))
            if name in self.nodes
        ]
        pairs += [([one.t[0], one.f[0]], [other.t[0], other.f[0]]) for one, other in ladder]
        for before, after in pairs:
            if before != after:
                yield self.differ(before, after)

    def told(self, decision: Decision, nodes: Nodes | None = None) -> list[Lit]:
        """Return what an assessment tells of a decision: the answer, and each outcome that is possible."""
        words = self.answers(decision, nodes)
        inside = self.make.all((self.is_made(decision, nodes), -words[decision.not_applicable]))
        return [*words.values(), *(self.make.all((inside, each)) for each in self.possible(decision, nodes))]

    def differ(self, before: Iterable[Lit], after: Iterable[Lit]) -> Lit:
        """Return: some literal is no longer what it was."""
        return self.make.any(-self.make.same(a, b) for a, b in zip(before, after, strict=True))

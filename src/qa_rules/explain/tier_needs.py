"""What a tier asks outside any requirement, and is lacking: no requirement has a step for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_rules.explain.findings import Explainer
from qa_rules.explain.idle_ways import idle_ways
from qa_rules.explain.messages import say
from qa_rules.explain.notes import joined, unique, with_needs
from qa_rules.explain.wording import capital, listed
from qa_rules.model.assessments import TierResult
from qa_rules.model.expressions import Constant, Expr, Reference, facts_of, walk
from qa_rules.model.facts import Facts
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Route, Tier
from qa_rules.model.values import Strength
from qa_rules.program.asked import routes_read
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.levels import conjuncts, counting, reach
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair


def lacking_needs(
    closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair], result: TierResult
) -> tuple[str, ...]:
    """Return steps for what the tier needed here, and those below, ask outside any requirement and lack."""
    return tuple(dict.fromkeys(_Needs(closed, facts, known, pairs).lacking_needs(result)))


def other_ways(
    closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair], number: int
) -> str:
    """Return the step to be assessed in a way that gives a tier; empty where one in use may, or no other does.

    Where nothing applies that a way in use asks for it, that is for whoever decides the policy.
    """
    return _Needs(closed, facts, known, pairs).other_ways(number)


def open_between(
    closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair], result: TierResult
) -> tuple[str, ...]:
    """Return what is not known of all that settles which tier is needed; nothing where that is known."""
    return tuple(dict.fromkeys(_Needs(closed, facts, known, pairs).open_between(result)))


def weak_needs(
    closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair], result: TierResult
) -> Mapping[str, Strength]:
    """Return what such a tier asks outside any requirement more strongly than it is known, and how strongly."""
    return dict(_Needs(closed, facts, known, pairs).weak_needs(result))


class _Needs(Explainer):
    def weak_needs(self, result: TierResult) -> Iterator[tuple[str, Strength]]:
        """Yield what is so, and has to be backed better before a tier is reached that is or may be needed."""
        order = ["", *result.ladder]
        for number in range(order.index(result.attained) + 1, order.index(result.required_greatest) + 1):
            tier = self.closed.ladder[number - 1]
            for route in result.routes:
                for each in self._plain_needs(route, number):
                    if 0 < self._pair(each, None)[0] < tier.strength:
                        yield from ((one, tier.strength) for one in self._weak_labels(each, tier))

    def _weak_labels(self, expr: Expr, tier: Tier) -> list[str]:
        before, self.asked = self.asked, int(tier.strength)
        notes = unique(self._open(expr, True, None))
        self.asked = before
        return [capital(each.label or each.text) for each in notes]

    def _plain_needs(self, route: str, number: int) -> Iterator[Expr]:
        """What a route needs at a tier of its own, outside any requirement."""
        for each in conjuncts(self.nodes.get(NodeId.needs(route, number), Constant(True))):
            if not any(isinstance(inner, Reference) for inner in walk(each)):
                yield each

    def open_between(self, result: TierResult) -> Iterator[str]:
        """Yield a sentence for each thing that is not known and may ask for a higher tier."""
        order = ["", *result.ladder]
        span = range(order.index(result.required_least) + 1, order.index(result.required_greatest) + 1)
        found = [
            note for number in span for note in self._open(Reference(NodeId.required(number)), False, None)
        ]
        yield from (joined("", [note]) for note in unique(found))

    def lacking_needs(self, result: TierResult) -> Iterator[str]:
        """Yield what the tier needed here, and those below, ask outside any requirement and lack or do not know."""
        order = ["", *result.ladder]
        if not self.counts:
            return
        if order.index(result.reaches) < order.index(result.required_least):  # nothing helps by this route
            return
        for number in range(order.index(result.attained) + 1, order.index(result.required_least) + 1):
            tier = self.closed.ladder[number - 1]
            for route in result.routes:
                for each in self._plain_needs(route, number):
                    yield from self._lacking_need(each, tier)

    @lazy
    def counts(self) -> bool:
        """Whether a route in use, or one that may be, is not known to be for others."""
        return any(self._may_count(each, 1) for each in self.used)

    @property
    def used(self) -> list[Route]:
        """The routes in use, and those that may be."""
        return [each for each in self.closed.ruleset.routes if not self.pairs[NodeId.used(each.id)][1]]

    def other_ways(self, number: int) -> str:
        """Return the step to be assessed in another way that may give a tier, where none in use can."""
        for tier, route in idle_ways(self.closed, self.known, self.pairs, number):
            return say(
                "Ask whoever decides the policy what tier {tier} needs of what is assessed in this way: {route}.",
                tier=tier,
                route=route,
            )
        routes = self.closed.ruleset.routes
        ways = [
            f"“{each.title}”" for each in routes if each not in self.used and self._may_count(each, number)
        ]
        if self.counts or not ways:
            return ""
        return say("Have it assessed in a way that counts here: {ways}.", ways=listed(ways, "or"))

    def _may_count(self, route: Route, number: int) -> bool:
        """Whether a route can give a tier, and is not known to be for others, whichever way they are assessed."""
        closed = self.closed
        if closed.policy is None or reach(closed.ladder, route.id) < number:
            return False
        test = counting(closed.ruleset, self.nodes).get(route.id, Constant(True))
        reads = frozenset(facts_of(test)).union(
            *(closed.reads[each.name] for each in walk(test) if isinstance(each, Reference))
        )
        return bool(reads & routes_read(closed)) or not self._is(test, False, None)

    def _lacking_need(self, expr: Expr, tier: Tier) -> Iterator[str]:
        before, self.asked = self.asked, int(tier.strength)
        if self._is(expr, False, None):
            text = joined("", with_needs(unique(self._why(expr, False, None))))
            yield say("Tier {tier} needs this put right: {text}", tier=tier.title, text=text)
        elif self._pair(expr, None)[0] < self.asked:
            text = joined("", unique(self._open(expr, True, None)))
            yield say("Find this out for tier {tier}: {text}", tier=tier.title, text=text)
        self.asked = before

"""On what an answer rests: the requirements and tests that decide it, and those that keep it open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from qa_rules.explain.findings import Explainer
from qa_rules.explain.idle_ways import idle_way
from qa_rules.explain.messages import say
from qa_rules.explain.notes import (
    MAY_NOT_BE,
    Note,
    Numbered,
    facts_named,
    first_code,
    folded,
    joined,
    unique,
    with_needs,
)
from qa_rules.explain.wording import listed
from qa_rules.model.assessments import Answer, Ground, TierResult
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Expr,
    Reference,
    walk,
)
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import BELOW, NO_ROUTE, SCOPE, NodeId, Rung, TierNode
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import Verdict
from qa_rules.program.asked import routes_read
from qa_rules.program.levels import counting

_BELOW = (BELOW, NO_ROUTE)
_REQUIREMENT = "requirement"


class AnswerExplainer(Explainer):
    """Explains an answer by requirements; by facts only where a test stands outside any requirement."""

    every_way = True

    is_below: bool = False
    """Whether what is told is that the tier is too low: which is needed, and why, stands in a ground of its own."""

    def grounds(self, decision: Decision, answer: Answer, result: TierResult | None) -> tuple[Ground, ...]:
        """Return what decides an answer, then what keeps one open; requirements before tests outside them."""
        found: list[Ground] = []
        outside = [each for each in (SCOPE, NodeId.scope(decision.id)) if each in self.nodes]
        if answer.outcome == decision.not_applicable and answer.outcome not in _outcomes(decision):
            reasons = (self._why(self.nodes[each], False, None) for each in outside if self._is_out(each))
            return tuple(ground for notes in reasons for ground in _grounds(notes))
        opened: list[Note] = []
        if result is not None and answer.allows is False and self._turns_on_tier(decision, answer):
            found += self._tier(result)
        why_tier = found[0].text if found else ""
        for outcome in decision.outcomes:
            node = Reference(NodeId.outcome(decision.id, outcome.id))
            if outcome.id not in answer.possible:
                continue
            if self._is(node, True, None):
                deciding = _grounds(self._why(node, True, None))
                found += [
                    each
                    for each in deciding
                    if each.requirement or (not decision.favours(outcome) and each.text not in why_tier)
                ]
            else:
                opened += self._open(node, decision.favours(outcome), None)
        for scope in outside:
            # A shortfall only stated rules nothing out where more is asked: whether this is asked at all is open.
            opened += self._open_scope(scope)
        # What several outcomes turn on is said once, and what is not known in one breath.
        found += _grounds(folded(opened), open_=True)
        if answer.outcome == decision.undecided and not any(each.open for each in found):
            found.append(
                Ground("", say("Nothing that is asked here applies and is met."), True, "nothing_there")
            )
        return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.open, not each.requirement)))

    def _is_out(self, scope: str) -> bool:
        return self.pairs[scope][1] >= self.asked

    def _open_scope(self, scope: str) -> Iterator[Note]:
        """Why it is open whether this is asked at all: it is not known, or only somebody's word that it is not."""
        t, f = self.pairs[scope]
        if t < self.asked and f < self.asked:
            yield from self._open(self.nodes[scope], not f, None)

    def _turns_on_tier(self, decision: Decision, answer: Answer) -> bool:
        """Whether the outcome holds because the tier is too low."""
        expr = self.nodes[NodeId.outcome(decision.id, answer.outcome)]
        below = [each for each in walk(expr) if isinstance(each, Reference) and each.name in _BELOW]
        return any(self._is(each, True, None) for each in below)

    def _tier(self, result: TierResult) -> Iterator[Ground]:
        order = ["", *(tier.id for tier in self.closed.ladder)]
        titles = {tier.id: tier.title for tier in self.closed.ladder}
        if order.index(result.attained) < order.index(result.required_least):
            reached = titles.get(result.attained, say("none"))
            needed = titles[result.required_least]
            is_span = result.required_greatest != result.required_least
            least = say("at least {tier}", tier=needed) if is_span else needed
            text = say("Tier reached: {reached}. Tier needed here: {needed}.", reached=reached, needed=least)
            number = order.index(result.required_least)
            why = unique(self._why(Reference(NodeId.required(number)), True, None))
            if why:
                because = say("{needed} is needed because of this: {why}", needed=needed, why=joined("", why))
                text = f"{text} {because}"
            yield Ground("", text, False)
            yield from (Ground("", each, False) for each in self._routes_that_do_not_count())

    def _routes_that_do_not_count(self) -> Iterator[str]:
        """That it is assessed by no route at all, or by one that is not for such as it is."""
        routes = self.closed.ruleset.routes
        if all(self.pairs[NodeId.used(each.id)][1] for each in routes):
            yield say("No agreed way of assessing it is in use.")
        for each in routes:
            if self.pairs[NodeId.used(each.id)][0] and self._does_not_count(each.id):
                why = joined("", unique(super()._why(self.counting[each.id], False, None)))
                yield say(
                    "This way of assessing does not count here: {route}. {why}", route=each.title, why=why
                )

    def _does_not_count(self, route: str) -> bool:
        return route in self.counting and self._is(self.counting[route], False, None)

    @lazy
    def counting(self) -> Mapping[str, Expr]:
        """The tests of whom each route is for."""
        return counting(self.closed.ruleset, self.nodes)

    def _why(self, expr: Expr, met: bool, record: Numbered | None) -> Iterator[Note]:
        if isinstance(expr, Reference) and expr.name == NO_ROUTE and met:
            yield self._no_route()
            return
        if isinstance(expr, AllOf) and not met and self._other_route(expr.operands):
            return
        if self.is_below and (_is_required(expr) or expr in self.counting.values()):
            return
        if isinstance(expr, Reference) and expr.name == BELOW and met:
            self.is_below = True
            notes = [*super()._why(expr, met, record)]
            self.is_below = False
            yield from notes
            return
        yield from super()._why(expr, met, record)

    def _no_route(self) -> Note:
        closed = self.closed
        used = [
            each.title
            for each in closed.ruleset.routes
            if self.pairs[NodeId.used(each.id)][0] and not self._does_not_count(each.id)
        ]
        text = say("No route in use can give the tier needed here: {routes}", routes=listed(used))
        return Note("", text, tuple(sorted(routes_read(closed))))

    def _other_route(self, operands: Iterable[Expr]) -> bool:
        """Whether this is about a route that is not in use."""
        used = [each for each in operands if isinstance(each, Reference) and _is_used(each.name)]
        return any(self._is(each, False, None) for each in used)

    def _why_referred(self, name: str, met: bool) -> Iterator[Note]:
        idle = "" if met else idle_way(self.closed, self.known, self.pairs, name)
        if idle:
            yield Note("", idle, tuple(sorted(routes_read(self.closed))))
            return
        base = NodeId(name).whole
        if base not in self.closed.ruleset.requirement:
            expr = self._without_instead(name)
            if not met or self._is(expr, met, None):  # of what something stands in for nothing is missing
                yield from self._why(expr, met, None)
        elif self._is(Reference(base), False, None) and not NodeId(name).is_applies:
            yield Note(_REQUIREMENT, self._inner().reason(base, Verdict.NOT_MET).text, (base,))

    def _open_referred(self, name: str, wanted: bool) -> Iterator[Note]:
        base = NodeId(name).whole
        if base not in self.closed.ruleset.requirement:
            yield from super()._open_referred(name, wanted)
            return
        notes = self._inner().open(base)
        if notes:
            yield Note(_REQUIREMENT, joined(say("Not known"), notes), (base,), cause=first_code(notes))

    def _open_record(
        self, listed: str, asked: tuple[Expr | None, ...], wanted: bool, record: Numbered
    ) -> list[Note]:
        """One note a record, however much of it is open: which fields these are the questions say."""
        found = unique(super()._open_record(listed, asked, wanted, record))
        if len(found) < 2:
            return found
        name = self._record_named(listed, record)
        text = say("{record}: not all that is asked of it is known and backed as it has to be", record=name)
        return [Note(first_code(found), text, facts_named(found))]

    def _inner(self) -> Explainer:
        """An explainer of single requirements at the strength that is asked here."""
        inner = Explainer(self.closed, self.facts, self.known, self.pairs)
        inner.asked = self.asked
        return inner

    def _without_instead(self, name: str) -> Expr:
        """What stands behind a name; of a group its members, not what could stand in for them."""
        group = self.closed.ruleset.group.get(NodeId(name).rule)
        expr = self.nodes[name]
        return expr.operands[0] if group is not None and group.instead and isinstance(expr, AnyOf) else expr


def _is_used(name: NodeId) -> bool:
    parts = name.parts
    return isinstance(parts, TierNode) and parts.rung is Rung.USED


def _is_required(expr: Expr) -> bool:
    """Whether this says that a tier is needed."""
    parts = expr.name.parts if isinstance(expr, Reference) else None
    return isinstance(parts, TierNode) and parts.rung is Rung.REQUIRED


def _outcomes(decision: Decision) -> frozenset[str]:
    return frozenset(each.id for each in decision.outcomes)


def _grounds(notes: Iterable[Note], open_: bool = False) -> Iterator[Ground]:
    for note in unique(notes):
        if note.code == _REQUIREMENT:
            yield Ground(note.facts[0], note.text, open_, note.cause)
        else:
            shown = [note] if note.lead == MAY_NOT_BE else with_needs([note])
            yield Ground("", joined("", shown), open_, note.code if open_ else "")

"""What can be asked about: a requirement, a group or lock, a decision, one of its outcomes, the tier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import attrs

from qa_rules.errors import NotFoundError
from qa_rules.explain.circuits import Both, Either, Goal, Root, View
from qa_rules.explain.messages import say
from qa_rules.model.assessments import TierResult
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision, Outcome, Tier
from qa_rules.model.values import DecisionKind, Verdict
from qa_rules.program.answers import Results, answer_of, pair_of, tiers_of, verdict_of
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.decide import strengths
from qa_rules.program.exhaustive import exhaustive
from qa_rules.program.guards import always_asks, asked_in

TargetKind = Literal["requirement", "group", "decision", "outcome", "tier", "required_tier"]
TIER: Final = "tier"
REQUIRED_TIER: Final = "required_tier"
ATTAINED_ONLY = View(1, 1)


@attrs.frozen
class Target:
    """Something that an assessment says, and how to see whether other facts would say it too."""

    kind: TargetKind
    """`requirement`, `group`, `decision`, `outcome`, `tier` or `required_tier`."""
    name: str
    title: str
    says: Callable[[Results], str]
    """What is said of it: a verdict, an outcome's id, or tiers."""
    open_words: tuple[str, ...]
    """What is said while it is not decided; nothing for a tier, which is open while its bounds differ."""
    ways: tuple[Goal, ...]
    """The ways in which it can come to be decided. No two can come about together."""
    roots: tuple[str, ...]
    """The nodes that it depends on."""

    def is_open(self, results: Results) -> bool:
        """Whether it is not decided."""
        said = self.says(results)
        if self.kind in (TIER, REQUIRED_TIER):
            low, _, high = said.partition(" to ")
            return low != high
        return said in self.open_words


def target(closed: ClosedRuleset, facts: Facts, name: str | None) -> Target:
    """Return a target by id: of a requirement, group, lock, decision or outcome, or `tier` or `required_tier`.

    None is the overall decision. NotFoundError for a name that is none of these.
    """
    ruleset = closed.ruleset
    if name is None:
        if not ruleset.decisions:
            raise NotFoundError(f"{ruleset.id} makes no decision; name a requirement or a group")
        name = ruleset.decisions[0].id
    if name in ruleset.requirement or name in ruleset.group:
        return _verdict(closed, name)
    match name:
        case "tier" | "required_tier":
            return _tier(closed, name)
        case _:
            pass
    for decision in ruleset.decisions:
        if decision.id == name:
            return _decision(closed, facts, decision)
    for decision in ruleset.decisions:
        for outcome in decision.outcomes:
            if outcome.id == name:
                return _outcome(closed, decision, outcome)
    raise NotFoundError(f"`{name}` is no requirement, group, decision or outcome of {ruleset.id}, nor `tier`")


def _verdict(closed: ClosedRuleset, name: str) -> Target:
    ruleset = closed.ruleset
    named = ruleset.requirement.get(name) or ruleset.group[name]
    view = View(int(closed.strength), 1)
    outside: tuple[Goal, ...] = _out_of_scope(closed)
    return Target(
        "requirement" if name in ruleset.requirement else "group",
        name,
        named.title,
        lambda results: verdict_of(closed, results, name)[0].value,
        (Verdict.UNKNOWN.value,),
        (*outside, (name, view, True), (name, view, False)),
        (name, *(each for each in (NodeId.applies(name), SCOPE) if each in closed.index)),
    )


def _out_of_scope(closed: ClosedRuleset) -> tuple[Goal, ...]:
    """The way in which nothing applies, where a ruleset has a scope."""
    asked = int(closed.strength)
    return ((SCOPE, View(asked, asked), False),) if SCOPE in closed.index else ()


def outcome_view(closed: ClosedRuleset, decision: Decision, outcome: Outcome) -> View:
    """How an outcome is asked about: at the strengths at which it holds and is ruled out."""
    return View(*strengths(decision, outcome, int(closed.strength)))


def scopes(closed: ClosedRuleset, decision: Decision) -> tuple[str, ...]:
    """Return the nodes that say whether a decision is made at all."""
    return tuple(name for name in (SCOPE, NodeId.scope(decision.id)) if name in closed.index)


def _outcome(closed: ClosedRuleset, decision: Decision, outcome: Outcome) -> Target:
    node, view = NodeId.outcome(decision.id, outcome.id), outcome_view(closed, decision, outcome)

    def says(results: Results) -> str:
        t, f = pair_of(closed, results, node) or (0, 0)
        return "met" if t >= view.met else "not_met" if f >= view.not_met else "unknown"

    ways: tuple[Goal, ...] = ((node, view, True), (node, view, False))
    return Target("outcome", outcome.id, outcome.words, says, ("unknown",), ways, (node,))


def _decision(closed: ClosedRuleset, facts: Facts, decision: Decision) -> Target:
    def says(results: Results) -> str:
        # Whether it is made at all does not depend on which of the facts one looks at.
        answer = answer_of(closed, results, attrs.evolve(decision, needs=""), facts)
        return "" if answer is None else answer.outcome

    outcomes = tuple(NodeId.outcome(decision.id, each.id) for each in decision.outcomes)
    return Target(
        "decision",
        decision.id,
        decision.title,
        says,
        (decision.undecided,),
        decided(closed, decision),
        (*scopes(closed, decision), *outcomes),
    )


def decided(closed: ClosedRuleset, decision: Decision) -> tuple[Goal, ...]:
    """Return the ways in which a decision comes to be decided: out of scope, or on one side."""
    asked = int(closed.strength)
    names = scopes(closed, decision)
    ways: list[Goal] = [Either(tuple((name, View(asked, asked), False) for name in names))] if names else []
    made: tuple[Goal, ...] = tuple((name, View(asked, asked), True) for name in names)
    for side in decision.sides:
        others = [each for each in decision.outcomes if decision.side(each) != side]
        ruled_out = (_ruled_out(closed, decision, each) for each in others)
        found: list[Goal] = [Both((*made, *ruled_out, left_over(closed, decision)))]
        for at, each in enumerate(decision.outcomes):
            if decision.side(each) == side:
                before = [one for one in decision.outcomes[:at] if decision.side(one) != side]
                stricter = (_ruled_out(closed, decision, one) for one in before)
                found.append(Both((*made, *stricter, _stands(closed, decision, each))))
        ways.append(Either(tuple(found)))
    return tuple(ways)


def left_over(closed: ClosedRuleset, decision: Decision) -> Goal:
    """Return when outcomes of which none is met stand as the answer because all others are ruled out."""
    if not exhaustive(closed)[decision.id].holds:
        return Either(())
    if always_asks(decision):
        return Both(())
    asked = int(closed.strength)
    return Either(
        tuple(
            Both(
                tuple(
                    (part, View(asked, asked), True)
                    for part in (NodeId.applies(name), NodeId.met(name), name)
                    if part in closed.index
                )
            )
            for name in asked_in(decision)
        )
    )


def certain(closed: ClosedRuleset, decision: Decision) -> Goal:
    """Return when an answer is one that allows, where all that is possible allows."""
    holding = (_stands(closed, decision, each) for each in decision.outcomes if each.allows)
    return Either((*holding, left_over(closed, decision)))


def _ruled_out(closed: ClosedRuleset, decision: Decision, outcome: Outcome) -> Root:
    return NodeId.outcome(decision.id, outcome.id), outcome_view(closed, decision, outcome), False


def _stands(closed: ClosedRuleset, decision: Decision, outcome: Outcome) -> Root:
    """An outcome holds as strongly as an answer takes: one that allows, at the strength asked."""
    view = outcome_view(closed, decision, outcome)
    met = int(closed.strength) if outcome.allows else view.met
    return NodeId.outcome(decision.id, outcome.id), View(met, view.not_met), True


def _tier(closed: ClosedRuleset, name: Literal["tier", "required_tier"]) -> Target:
    if not closed.ladder or (name == REQUIRED_TIER and not closed.ruleset.routes):
        raise NotFoundError("there are no tiers here: the ruleset has none, or the policy gives none")
    node = NodeId.attained if name == TIER else NodeId.required
    count = len(closed.ladder)

    def says(results: Results) -> str:
        found = tiers_of(closed, results)
        if found is None:
            return ""
        return _bounds(found, name)

    title = say("Tier reached") if name == TIER else say("Tier needed here")
    title = title if closed.ruleset.routes else say("Level reached")
    nodes = tuple(node(at) for at in range(1, count + 1))
    ways: list[Goal] = []
    for at in range(count + 1):
        reached: tuple[Goal, ...] = tuple((each, ATTAINED_ONLY, True) for each in nodes[:at][-1:])
        beyond: tuple[Goal, ...] = tuple((each, ATTAINED_ONLY, False) for each in nodes[at:])
        ways.append(Both((*reached, *beyond)))
    return Target(name, name, title, says, (), tuple(ways), nodes)


def _bounds(found: TierResult, name: str) -> str:
    if name == TIER:
        return f"{found.attained or 'none'} to {found.at_most or 'none'}"
    return f"{found.required_least or 'none'} to {found.required_greatest or 'none'}"


@attrs.frozen
class Destination:
    """What is to be reached by mending things."""

    to: str
    """An outcome, a tier, a requirement or a group."""
    words: str
    goal: Goal
    """Met when it is reached."""
    reached: Callable[[Results], bool]
    """Whether it is reached, as an assessment says it."""


def destination(closed: ClosedRuleset, facts: Facts, results: Results, to: str | None) -> Destination:
    """Return a destination by the id of an outcome, tier, requirement or group.

    None is the next better outcome of the overall decision: the first that allows, where it does not yet. Where that
    decision is not made, for want of a person, and where there is none, it is the next tier. NotFoundError for a name
    that is none of these.
    """
    ruleset, ladder = closed.ruleset, closed.ladder
    if to is None:
        made = ruleset.decisions and answer_of(closed, results, ruleset.decisions[0], facts)
        to = _next_outcome(closed, results, facts) if made or (not ladder and ruleset.decisions) else TIER
    if to in ruleset.requirement or to in ruleset.group:
        name = to
        named = _verdict(closed, name)
        goal: Goal = Either(((name, View(int(closed.strength), 1), True), *_out_of_scope(closed)))
        fine = (Verdict.MET, Verdict.NOT_APPLICABLE)
        words = say("{label}: {value}", label=named.title, value=say("met"))
        return Destination(name, words, goal, lambda then: verdict_of(closed, then, name)[0] in fine)
    if to == TIER and ladder:
        found = tiers_of(closed, results)
        names = ["", *(each.id for each in ladder)]
        to = names[min(names.index(found.attained if found else "") + 1, len(ladder))]
    for number, tier in enumerate(ladder, 1):
        if tier.id == to:
            return _tier_or_higher(closed, tier, NodeId.attained(number))
    for decision in ruleset.decisions:
        for at, outcome in enumerate(decision.outcomes):
            if outcome.id == to:
                return Destination(
                    to,
                    outcome.words,
                    _at_least(closed, decision, at),
                    _comes_to(closed, facts, decision, at),
                )
    raise NotFoundError(f"`{to}` is no outcome, tier, requirement or group of {ruleset.id}")


def _next_outcome(closed: ClosedRuleset, results: Results, facts: Facts) -> str:
    decision = closed.ruleset.decisions[0]
    answer = answer_of(closed, results, attrs.evolve(decision, needs=""), facts)
    names = [each.id for each in decision.outcomes]
    at = names.index(answer.outcome) if answer is not None and answer.outcome in names else -1
    if answer is not None and decision.kind is DecisionKind.RATING and answer.possible[0] in names:
        at = names.index(answer.possible[0])  # the worst that is possible is what it counts as
    better = decision.outcomes[at + 1 :] or decision.outcomes[-1:]
    allowed = decision.kind is not DecisionKind.PERMISSION or bool(answer and answer.allows)
    return next((each.id for each in better if allowed or each.allows), decision.outcomes[-1].id)


def _tier_or_higher(closed: ClosedRuleset, tier: Tier, node: str) -> Destination:
    def reached(results: Results) -> bool:
        return (pair_of(closed, results, node) or (0, 0))[0] > 0

    words = say("Tier {tier} or a higher one", tier=tier.title)
    if not closed.ruleset.routes:
        words = say("Level {level} or a higher one", level=tier.title)
    return Destination(tier.id, words, (node, ATTAINED_ONLY, True), reached)


def _comes_to(closed: ClosedRuleset, facts: Facts, decision: Decision, at: int) -> Callable[[Results], bool]:
    names = [each.id for each in decision.outcomes]
    asked = attrs.evolve(decision, needs="")

    def reached(results: Results) -> bool:
        answer = answer_of(closed, results, asked, facts)
        if answer is None or decision.not_applicable in answer.possible or not answer.possible:
            return False
        if decision.kind is DecisionKind.PERMISSION and answer.outcome not in names[at:]:
            return False
        # A stricter outcome that is not ruled out is not left behind.
        return names.index(answer.possible[0]) >= at

    return reached


def _at_least(closed: ClosedRuleset, decision: Decision, at: int) -> Goal:
    """The decision comes to this outcome or a milder one."""
    asked = int(closed.strength)
    made: tuple[Goal, ...] = tuple((name, View(asked, asked), True) for name in scopes(closed, decision))
    stricter = tuple(_ruled_out(closed, decision, each) for each in decision.outcomes[:at])
    if decision.kind is not DecisionKind.PERMISSION:  # a span counts, as far as it goes
        good = (_stands(closed, decision, each) for each in decision.outcomes[at:])
        return Both((*made, *stricter, Either((*good, left_over(closed, decision)))))
    ways: list[Goal] = []
    for side in decision.sides:
        better = [each for each in decision.outcomes[at:] if decision.side(each) == side]
        others = [each for each in decision.outcomes[at:] if decision.side(each) != side]
        if not better:
            continue
        ruled_out = tuple(_ruled_out(closed, decision, each) for each in others)
        ways.append(Both((*ruled_out, left_over(closed, decision))))
        for each in better:
            place = decision.outcomes.index(each)
            before = [one for one in decision.outcomes[at:place] if decision.side(one) != side]
            earlier = tuple(_ruled_out(closed, decision, one) for one in before)
            ways.append(Both((*earlier, _stands(closed, decision, each))))
    return Both((*made, *stricter, Either(tuple(ways))))

"""Why something is said: a minimal reason, or what is still missing, with a tree in plain words."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from qa_rules.explain.circuits import View, circuit
from qa_rules.explain.messages import say
from qa_rules.explain.reasons import MOST_TRIES, only, smallest
from qa_rules.explain.relevance import mattering
from qa_rules.explain.situation import Situation
from qa_rules.explain.span import span_words
from qa_rules.explain.stand_ins import StandIn, stand_ins
from qa_rules.explain.targets import REQUIRED_TIER, TIER, Target, TargetKind, outcome_view, scopes, target
from qa_rules.explain.tree import MET, NOT_MET, Step, Teller
from qa_rules.model.assessments import Answer
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import NodeId
from qa_rules.model.results import Result
from qa_rules.model.rulesets import Decision
from qa_rules.program.answers import answer_of, pair_of
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.graph import outcomes_of


@attrs.frozen(repr=False)
class Why(Result):
    """Why something is said of a target, or why nothing can be said yet."""

    kind: TargetKind
    """`requirement`, `group`, `decision`, `outcome`, `tier` or `required_tier`."""
    name: str
    """The id of what was asked about."""
    title: str
    """What it is called."""
    says: str
    """The verdict, the outcome, or the tiers from the one sure to the one possible."""
    is_open: bool
    """Whether it is not decided for want of facts."""
    facts: tuple[str, ...]
    """A reason: with all other facts unknown the same is said, and without any one of these it is not."""
    smallest: bool
    """Whether it was proved that no reason is smaller."""
    final: bool
    """Whether nothing else that may be known or learned can change what is said. Of several answers that forbid, or
    that allow, the one that is sure may still give way to another; and what is met may turn out not to apply."""
    missing: tuple[str, ...]
    """While it is open: the facts that matter. Each is in some minimal set that, once known, decides it."""
    exact: bool
    """Whether each of `missing` was proved to matter; else none is left out, but some may not matter after all."""
    tree: Step
    """The same in plain words, from the answer down to facts with their evidence."""
    span: str = ""
    """Of a decision that is not settled: between which answers it lies, as a sentence."""
    stand_ins: tuple[StandIn, ...] = ()
    """What may stand in for a group on which this depends, such as a mark: what each counts for, or why it does not."""


def why(situation: Situation, name: str | None, tries: int = MOST_TRIES) -> Why:
    """Return why something is said of a requirement, group, lock, decision, outcome or the tier."""
    asked = target(situation.closed, situation.facts, name)
    said, is_open = asked.says(situation.results), asked.is_open(situation.results)
    facts: tuple[str, ...] = ()
    proved = True
    if not is_open or asked.kind in (TIER, REQUIRED_TIER):
        found = smallest(
            _offered(situation, asked), lambda names: _says(situation, asked, names) == said, tries
        )
        facts, proved = found.facts, found.smallest
    missing: tuple[str, ...] = ()
    exact = True
    if is_open:
        matter = mattering(circuit(situation.closed, asked.ways), situation.known)
        missing, exact = matter.facts, matter.exact
    final = not is_open and _is_final(situation, asked, frozenset(facts))
    tree = _tree(situation, asked, said, frozenset(facts) if not is_open else None)
    span = _span(situation, asked) if asked.kind == "decision" else ""
    return Why(
        asked.kind,
        asked.name,
        asked.title,
        said,
        is_open,
        facts,
        proved and not is_open,
        final,
        missing,
        exact,
        tree,
        span,
        _stand_ins(situation, asked),
    )


def _stand_ins(situation: Situation, asked: Target) -> tuple[StandIn, ...]:
    closed, known = situation.closed, situation.known
    found = stand_ins(closed, situation.facts, known, closed.pairs(situation.results))
    behind = frozenset(each.rule for each in closed.behind(asked.roots))
    return tuple(each for each in found if behind.intersection(each.instead_of))


def _span(situation: Situation, asked: Target) -> str:
    decision = next(each for each in situation.closed.ruleset.decisions if each.id == asked.name)
    answer = _answer(situation.closed, situation.results, decision, situation.facts)
    return "" if answer is None else span_words(answer, decision)


def _answer(closed: ClosedRuleset, results: Iterable[int], decision: Decision, facts: Facts) -> Answer | None:
    """What a decision comes to. Whether it is made at all does not depend on which of the facts one looks at."""
    return answer_of(closed, tuple(results), attrs.evolve(decision, needs=""), facts)


def _says(situation: Situation, asked: Target, names: frozenset[str]) -> str:
    return asked.says(situation.evaluate(only(situation.known, names)))


def _is_final(situation: Situation, asked: Target, facts: frozenset[str]) -> bool:
    closed = situation.closed
    results = situation.evaluate(only(situation.known, facts))
    if asked.kind == "decision":
        decision = next(each for each in closed.ruleset.decisions if each.id == asked.name)
        answer = _answer(closed, results, decision, situation.facts)
        return answer is not None and answer.settled
    applies = pair_of(closed, results, NodeId.applies(asked.name))
    return asked.says(results) != MET or applies is None or applies[0] > 0


def _offered(situation: Situation, asked: Target) -> tuple[str, ...]:
    """The facts believed that the target depends on."""
    needed = frozenset[str]().union(*(situation.closed.reads[node] for node in asked.roots))
    known = situation.known
    return tuple(name for name in (*known.values, *known.collections) if name in needed)


# The tree


def _tree(situation: Situation, asked: Target, said: str, facts: frozenset[str] | None) -> Step:
    """The tree over the facts of a reason, or over all when it is open."""
    known, results = situation.known, situation.results
    if facts is not None:
        known = only(known, facts)
        results = situation.evaluate(known)
    teller = Teller(situation.closed, situation.facts, known, results)
    return teller.also(_told(situation, teller, asked, said), sorted(facts or ()))


def _told(situation: Situation, teller: Teller, asked: Target, said: str) -> Step:
    closed, results = situation.closed, teller.results
    match asked.kind:
        case "requirement" | "group":
            return _verdict(teller, asked, said, int(closed.strength))
        case "decision":
            decision = next(each for each in closed.ruleset.decisions if each.id == asked.name)
            answer = _answer(closed, results, decision, situation.facts)
            return _decision(teller, decision, answer)
        case "outcome":
            node = asked.roots[0]
            owner = next(each for each in closed.ruleset.decisions if node in outcomes_of(each))
            outcome = next(each for each in owner.outcomes if each.id == asked.name)
            view = outcome_view(closed, owner, outcome)
            steps = (
                teller.unknown(node, view) if said == "unknown" else teller.node(node, view, said == "met")
            )
            return steps[0]
        case _:
            return _tiers(teller, asked, said)


def _verdict(teller: Teller, asked: Target, said: str, strength: int) -> Step:
    view = View(strength, 1)
    if said == "unknown":
        return teller.unknown(asked.name, view)[0]
    if said == "not_applicable":
        return teller.node(asked.name, view, True, is_asked=True)[0]
    return teller.node(asked.name, view, said != NOT_MET)[0]


def _decision(teller: Teller, decision: Decision, answer: Answer | None) -> Step:
    closed = teller.closed
    asked = int(closed.strength)
    inside: list[Step] = []
    view = View(asked, asked)
    outcome = decision.undecided if answer is None else answer.outcome
    words = "" if answer is None else answer.words
    text = say("{question} {answer}", question=decision.title, answer=words)
    names = scopes(closed, decision)
    if outcome == decision.not_applicable:
        name = next(name for name in names if teller.pairs[name][1] >= asked)
        inside += teller.node(name, view, False)
        return Step("decision", decision.id, outcome, text, inside=tuple(inside))
    for name in names:
        inside += (
            teller.node(name, view, True) if teller.pairs[name][0] >= asked else teller.unknown(name, view)
        )
    for each in decision.outcomes:
        node, looked = NodeId.outcome(decision.id, each.id), outcome_view(closed, decision, each)
        t, f = teller.pairs[node]
        if t >= looked.met and each.allows and t < asked and outcome == decision.undecided:
            # It holds on too little to be the answer; what is more favourable is ruled out all the same.
            inside += teller.unknown(node, View(asked, asked))
        elif t >= looked.met:
            inside += teller.node(node, looked, True)
            break
        elif f >= looked.not_met:
            inside += teller.node(node, looked, False)
        elif outcome == decision.undecided:
            inside += teller.unknown(node, looked, decision.favours(each))
    return Step("decision", decision.id, outcome, text, inside=tuple(inside))


def _tiers(teller: Teller, asked: Target, said: str) -> Step:
    inside: list[Step] = []
    view = View(1, 1)
    sure = [at for at, node in enumerate(asked.roots) if teller.pairs[node][0]]
    # The highest that is sure says it of those below; the first that is ruled out of those above.
    for node in asked.roots[sure[-1] if sure else 0 :]:
        t, f = teller.pairs[node]
        if t:
            inside += teller.node(node, view, True)
        elif not f:
            inside += teller.unknown(node, view)
        elif not inside or inside[-1].says != NOT_MET:
            inside += teller.node(node, view, False)
    titles = {each.id: each.title for each in teller.closed.ladder}
    low, _, high = said.partition(" to ")
    least, greatest = (titles.get(each, say("none")) for each in (low, high))
    words = least
    if low != high:
        words = say("between {least} and {greatest}, until more is known", least=least, greatest=greatest)
    return Step(
        "tier",
        asked.name,
        said,
        say("{label}: {value}", label=asked.title, value=words),
        inside=tuple(inside),
    )

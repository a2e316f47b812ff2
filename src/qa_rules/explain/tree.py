"""A reason as a tree in plain words: from the outcome through locks and requirements to facts with their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Literal, assert_never

import attrs

from qa_rules.explain.circuits import View
from qa_rules.explain.findings import Explainer
from qa_rules.explain.idle_ways import idle_way
from qa_rules.explain.messages import count, mark, say
from qa_rules.explain.notes import Note, tally, with_needs
from qa_rules.explain.standing import declared
from qa_rules.explain.wording import capital, day, evidence_words, label_of, strength_words, value_words
from qa_rules.model.expressions import AllOf, AnyOf, AtLeast, Constant, Expr, Not, OnlyWhen, Reference
from qa_rules.model.facts import Evidence, Facts
from qa_rules.model.nodes import SCOPE, NodeId, OutcomeNode, RuleNode, Rung, ScopeNode, TierNode
from qa_rules.model.results import Result
from qa_rules.program.asked import Asking, LeftOut
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.guards import NO_SEVERITY
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair

MET, NOT_MET, OPEN, NOT_APPLICABLE = "met", "not_met", "unknown", "not_applicable"
ASKING = ("requirement", "group", "lock")


@attrs.frozen(repr=False)
class Backing(Result):
    """A fact with its value and evidence, in words."""

    also: ClassVar[tuple[str, ...]] = ("text",)

    fact: str
    """The name of the fact."""
    label: str
    """What it is called."""
    value: str
    """Empty when not known."""
    strength: str
    """How well it is backed, in words."""
    source: str
    """What the evidence is; empty when that is not known."""
    by: str
    """Who says so; empty when that is not known."""
    role: str
    """As whom; empty when that is not known."""
    on: str
    """The day of the evidence, in words; empty when it has none."""
    until: str
    """The last day on which it is believed, in words; empty when it has none."""
    reference: str
    """Where the evidence is kept; empty when that is not known."""

    @property
    def text(self) -> str:
        """The evidence as a phrase."""
        return evidence_words(
            self.strength, self.source, self.by, self.role, self.on, self.until, self.reference
        )


StepKind = Literal["decision", "outcome", "tier", "group", "lock", "requirement", "scope", "test"]


@attrs.frozen(repr=False)
class Step(Result):
    """One step of an explanation, and what it rests on."""

    kind: StepKind
    """`decision`, `outcome`, `tier`, `group`, `lock`, `requirement`, `scope` or `test`."""
    name: str
    """The id; empty for a test."""
    says: str
    """`met`, `not_met`, `not_applicable` or `unknown`; of a decision its outcome."""
    text: str
    """In plain words."""
    clause: str = ""
    """Of a requirement: where it stands in the source."""
    facts: tuple[Backing, ...] = ()
    """Of a test."""
    inside: tuple[Step, ...] = ()
    """What it rests on."""

    @property
    def shown(self) -> frozenset[str]:
        """The facts that the tests in this tree are about."""
        names = frozenset(each.fact for each in self.facts)
        return names.union(*(each.shown for each in self.inside))

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield the tree as indented lines."""
        clause = f" ({self.clause})" if self.clause else ""
        evidence = "; ".join(dict.fromkeys(each.text for each in self.facts if each.text))
        yield f"{'  ' * depth}{self.text}{clause}{f' [{evidence}]' if evidence else ''}"
        for each in self.inside:
            yield from each.lines(depth + 1)


class Teller:
    """Tells what the nodes of a closed ruleset rest on, given the facts that count."""

    closed: ClosedRuleset
    facts: Facts
    known: Known
    results: tuple[int, ...]

    def __init__(self, closed: ClosedRuleset, facts: Facts, known: Known, results: Iterable[int]) -> None:
        self.closed, self.facts, self.known, self.results = closed, facts, known, tuple(results)
        self.pairs: dict[str, Pair] = closed.pairs(self.results)
        self.exprs: Mapping[str, Expr] = closed.exprs
        self.explainer: Explainer = Explainer(closed, facts, known, self.pairs)
        self.asking: Asking = Asking(closed, known, self.pairs)
        # Node, what is said of it, and whether being met was looked for. The same node can be not met and not known
        # in one tree: a shortfall that somebody only states counts against a provider, and not for one.
        self.told: set[tuple[str, str, bool]] = set()
        self.asks: bool = False

    def node(self, name: str, view: View, met: bool, is_asked: bool = False) -> tuple[Step, ...]:
        """Return why a node is met, or not met, as one step where it has a title of its own.

        What is satisfied because it does not apply is not called met; a group without members of the weight that is
        looked at is left out, unless it is what was asked about.
        """
        says = MET if met else NOT_MET
        head = _head(self.closed, NodeId(name), says)
        if head is not None and head.kind in ASKING and met and (ruling_out := self._ruling_out(name, view)):
            if self.exprs[ruling_out] == Constant(False, NO_SEVERITY) and not is_asked:
                return ()
            head = _head(self.closed, NodeId(name), NOT_APPLICABLE, self._aside(name)) or head
            name, view, met = ruling_out, view.turned, False
        elif head is not None and met and self._is_explained(name, view):
            head = _head(self.closed, NodeId(name), MET, say("met by an explanation alone")) or head
        if head is None:
            idle = "" if met else idle_way(self.closed, self.known, self.pairs, name)
            if idle:
                return (Step("tier", name, says, idle),)
            return tuple(self._why(self.exprs[name], view, met))
        if (name, head.says, met) in self.told:
            return (attrs.evolve(head, text=say("{what} (see above)", what=head.text)),)
        self.told.add((name, head.says, met))
        return (attrs.evolve(head, inside=self._under(head, self._why(self.exprs[name], view, met))),)

    def _is_explained(self, name: str, view: View) -> bool:
        return self.pairs.get(NodeId.plainly(name), (view.met, 0))[0] < view.met

    def _ruling_out(self, name: str, view: View) -> str:
        """The node because of which a requirement or group does not apply; empty where it may apply."""
        if self.explainer.is_outside:
            return SCOPE
        applies = NodeId.applies(name)
        return applies if self.pairs.get(applies, (0, 0))[1] >= max(view.met, 1) else ""

    def _aside(self, name: str) -> str:
        """That something does not apply, or is not asked here and what leaves it out."""
        by = self.asking.left_out(name)
        if by is None or by is LeftOut.SCOPE:
            return say("does not apply")
        return say("not asked here ({why})", why=say(_LEFT_OUT[by]))

    def unknown(self, name: str, view: View, wanted: bool = True) -> tuple[Step, ...]:
        """Return why a node is open, as one step where it has a title of its own."""
        head = _head(self.closed, NodeId(name), OPEN)
        if head is None:
            return tuple(self._open(self.exprs[name], view, wanted))
        if (name, OPEN, wanted) in self.told:
            return ()
        self.told.add((name, OPEN, wanted))
        return (attrs.evolve(head, inside=self._under(head, self._open(self.exprs[name], view, wanted))),)

    def _under(self, head: Step, steps: Iterator[Step]) -> tuple[Step, ...]:
        """The steps under a head, each once. What a test would need is said under what asks it of somebody."""
        before, self.asks = self.asks, head.kind in ASKING and head.says == NOT_MET
        found = {(each.name, each.text): each for each in steps}
        self.asks = before
        return tuple(found.values())

    def _says(self, expr: Expr, view: View) -> str:
        t, f = evaluate(expr, self.known, self.pairs)
        return MET if t >= view.met else NOT_MET if f >= view.not_met else OPEN

    # Why it is so

    def _why(self, expr: Expr, view: View, met: bool) -> Iterator[Step]:
        says = MET if met else NOT_MET
        match expr:
            case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands):
                deciding = [
                    each for each in operands if self._says(each, view) == says and not _is_guard(each)
                ]
                count = len(operands)
                if isinstance(expr, AtLeast):
                    count = expr.count if met else len(operands) - expr.count + 1
                elif isinstance(expr, AnyOf) is met:
                    count = 1
                chosen = (deciding or [*operands])[:count]
                steps = (step for each in chosen for step in self._why(each, view, met))
                yield from self._tallied(expr, view, says, steps)
            case Not(operand):
                yield from self._why(operand, view.turned, not met)
            case OnlyWhen(condition, operand):
                if not met:  # that it applies is told at the end, and only by facts that nothing else shows
                    yield from self._why(operand, view, False)
                elif self._says(operand, view) == MET:
                    yield from self._why(operand, view, True)
                else:
                    yield from self._why(condition, view.turned, False)
            case Reference(name, _, strength) if name not in self.closed.compared:
                asked = view if strength is None else View(int(strength), view.not_met)
                yield from self.node(name, asked, met)
            case _:
                notes = self.explainer.deciding(expr, met)
                for note in with_needs(notes) if self.asks else notes:
                    if note.facts or note.code:
                        yield self._test(note, says)

    def _tallied(self, expr: Expr, view: View, says: str, steps: Iterable[Step]) -> Iterator[Step]:
        """The steps of several of which some number has to hold under a line that says so; others as they are."""
        if not isinstance(expr, AtLeast) or not 1 < expr.count < len(expr.operands):
            yield from steps
            return
        # A reason is of few facts: of what does not hold it shows enough, and of the others it says nothing.
        counted = NOT_MET if says == NOT_MET else MET
        n = sum(self._says(each, view) == counted for each in expr.operands)
        text = capital(tally(expr.count, len(expr.operands), n, counted == MET))
        yield Step("test", "", says, text, inside=tuple(steps))

    # Why it is open

    def _open(self, expr: Expr, view: View, wanted: bool) -> Iterator[Step]:
        if self._says(expr, view) != OPEN:
            return
        match expr:
            case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands):
                plain = [each for each in operands if not _is_guard(each)]
                found = [step for each in plain for step in self._open(each, view, wanted)]
                guards = (each for each in operands if _is_guard(each)) if not found else ()
                yield from self._tallied(expr, view, OPEN, found)
                for each in guards:
                    yield from self._open(each, view, wanted)
            case Not(operand):
                yield from self._open(operand, view.turned, not wanted)
            case OnlyWhen(condition, operand):
                yield from self._open(condition, view.turned, not wanted)
                yield from self._open(operand, view, wanted)
            case Reference(name, _, strength) if name not in self.closed.compared:
                asked = view if strength is None else View(int(strength), view.not_met)
                yield from self.unknown(name, asked, wanted)
            case _:
                self.explainer.asked = max(view.met, view.not_met)
                for note in self.explainer.lacking(expr, wanted):
                    yield self._test(note, OPEN)

    # Tests

    def _test(self, note: Note, says: str) -> Step:
        backings = tuple(self.backing(name) for name in note.facts)
        return Step("test", "", says, capital(note.text), facts=backings)

    def also(self, tree: Step, facts: Iterable[str]) -> Step:
        """Return the tree with those facts of a reason that it does not show: they only make something apply."""
        shown = tree.shown | {name.partition(".")[0] for name in tree.shown}
        backings = [self.backing(name) for name in facts if name not in shown]
        steps = tuple(
            Step(
                "test",
                "",
                MET,
                say("{label}: {value}", label=capital(each.label), value=each.value),
                facts=(each,),
            )
            for each in backings
        )
        last = (Step("test", "", MET, say("What makes this apply"), inside=steps),) if steps else ()
        return attrs.evolve(tree, inside=(*tree.inside, *last))

    def backing(self, name: str) -> Backing:
        """Return a fact, collection or `collection.field` with its evidence."""
        vocabulary = self.closed.ruleset.vocabulary
        known = declared(vocabulary, name)
        label = label_of(known, vocabulary)
        value, evidence = "", Evidence()
        collection = name.partition(".")[0]
        if name in self.facts.values:
            given = self.facts.values[name]
            value, evidence = value_words(given.value, known), given.evidence
        elif collection in self.facts.collections:
            records = self.facts.collections[collection]
            evidence = records.evidence
            value = count("{n} listed", "{n} listed", len(records.records))
        else:
            return Backing(name, label, "", "", "", "", "", "", "", "")
        on = "" if evidence.dated is None else day(evidence.dated)
        until = "" if evidence.valid_until is None else day(evidence.valid_until)
        strength, source, by = strength_words(evidence.strength), evidence.source, evidence.by
        return Backing(name, label, value, strength, source, by, evidence.role, on, until, evidence.reference)


def _is_guard(expr: Expr) -> bool:
    """Whether this only keeps a group from holding when nothing in it applies."""
    return isinstance(expr, AnyOf) and expr.operands[1:] == (Constant(None),)


_WORDS = {MET: mark("met"), NOT_MET: mark("not met"), OPEN: mark("not known")}
_IS = {MET: mark("yes"), NOT_MET: mark("no"), OPEN: mark("not known")}


_LEFT_OUT = {
    LeftOut.POLICY: mark("the local policy leaves it out"),
    LeftOut.TIER: mark("the tier leaves it out"),
    LeftOut.ROUTE: mark("this way of checking leaves it out"),
}

_SEVERITIES = {
    "required": mark("required"),
    "condition": mark("condition"),
    "advice": mark("advice"),
}


def _is(what: str, says: str, said: str = "") -> str:
    """What something is; `said` stands in place of a word of the catalogue, and is in the language in force already."""
    return say("{label}: {value}", label=what, value=said or say(says))


def _head(closed: ClosedRuleset, name: NodeId, says: str, verdict: str = "") -> Step | None:
    """The step of a node that people know by a title; None for one that only serves others."""
    ruleset = closed.ruleset
    if name in ruleset.requirement:
        each = ruleset.requirement[name]
        return Step("requirement", name, says, _is(each.title, _WORDS.get(says, ""), verdict), each.clause)
    match name.parts:
        case RuleNode(rule, severity) if rule in ruleset.group and name == name.whole:
            group = ruleset.group[rule]
            kind: StepKind = "lock" if group.kind == "lock" else "group"
            title = group.title
            if severity:
                title = say("{title} ({severity})", title=title, severity=say(_SEVERITIES[severity]))
            return Step(kind, rule, says, _is(title, _WORDS.get(says, ""), verdict))
        case OutcomeNode(decision, outcome):
            return _outcome(closed, decision, outcome, says)
        case ScopeNode(decision):
            text = say("Whether {title} applies", title=ruleset.title)
            return Step(
                "scope", name, says, _is(say("Whether this is asked at all") if decision else text, _IS[says])
            )
        case TierNode(rung, route, number):
            text = _of_tier(closed, rung, route, number)
            return Step("tier", name, says, _is(text, _IS[says])) if text else None
        case _:
            return None


def _outcome(closed: ClosedRuleset, decision: str, outcome: str, says: str) -> Step:
    found = next(
        each
        for one in closed.ruleset.decisions
        if one.id == decision
        for each in one.outcomes
        if each.id == outcome
    )
    words = {MET: mark("this holds"), NOT_MET: mark("ruled out"), OPEN: mark("not ruled out")}
    return Step("outcome", outcome, says, _is(found.words, words[says]))


def _of_tier(closed: ClosedRuleset, rung: Rung, route: str, number: int) -> str:
    """What a node of the ladder says, in words; empty for one that only serves others."""
    tier = closed.ladder[number - 1].title if number else ""
    routes = {each.id: each.title for each in closed.ruleset.routes}
    match rung:
        case Rung.ATTAINED if not routes:
            return say("Level {level} or a higher one is reached", level=tier)
        case Rung.ATTAINED:
            return say("Tier {tier} or a higher one is reached", tier=tier)
        case Rung.REQUIRED:
            return say("Tier {tier} or a higher one is needed", tier=tier)
        case Rung.USED:
            return say("The route in use is {route}", route=routes[route])
        case Rung.BELOW:
            return say("The tier reached is below the tier needed")
        case Rung.NO_ROUTE:
            return say("No route in use can give the tier needed")
        case Rung.LOWER | Rung.NEEDS | Rung.WAY:
            return ""
        case _:
            assert_never(rung)

"""What to ask next, why, and how much is still to be asked at most.

Nothing is kept between questions: all answers go in, the next questions come out, in the manner of the
`$next-question` operation of FHIR's Structured Data Capture.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import attrs

from qa_rules.explain.circuits import OPEN
from qa_rules.explain.situation import Situation
from qa_rules.explain.stand_ins import stand_ins
from qa_rules.explain.standing import declared
from qa_rules.explain.wording import day, listed, value_words
from qa_rules.interview.lookahead import best
from qa_rules.interview.purpose import For, agenda, read_for, subjects_of
from qa_rules.interview.relevance import Live, look
from qa_rules.model.facts import FactDeclaration, FactType, FactValue, Records
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId, Rung, ScopeNode, TierNode
from qa_rules.program.bind import LOCK, ClosedRuleset
from qa_rules.program.severities import requirements_of
from qa_rules.semantics.snapshot import believed_until, disbelief

STAY = 4.0
"""How many times better a question of another topic must be before the topic is left."""

NATURAL = 3.0
"""How many times better a question must be to come before one of the same topic that the vocabulary has earlier."""
FEW = 12
"""With so few questions left only the cost counts."""

_ITEM_TYPES = {
    FactType.YES_NO: "boolean",
    FactType.JUDGEMENT: "boolean",
    FactType.INTEGER: "integer",
    FactType.DECIMAL: "decimal",
    FactType.DATE: "date",
    FactType.CHOICE: "choice",
    FactType.CHOICES: "choice",
    FactType.CODE: "string",
    FactType.CODES: "string",
    FactType.TEXT: "text",
    FactType.COLLECTION: "group",
    FactType.DOCUMENT: "group",
}


@attrs.frozen
class Question:
    """A fact to ask about."""

    fact: str
    """A fact, a document part or a collection."""
    declared: FactDeclaration
    because: str
    """`missing`; or what is wrong with what is known: `expired`, `not_yet`, `no_judge`, `too_weak`, `partial`."""
    requirements: tuple[str, ...]
    """The requirements whose verdict the answer can still change."""
    locks: tuple[str, ...]
    """The locks that these requirements are in."""
    why: str = ""
    """Why it is asked, as a sentence."""
    changes: str = ""
    """What the answer can still change, as a sentence with the titles of requirements and locks."""

    def to_dict(self) -> dict[str, Any]:
        """Return the item of a questionnaire, with why it is asked."""
        return {
            **item_of(self.fact, self.declared),
            "because": self.because,
            "why": self.why,
            "changes": self.changes,
            "requirements": list(self.requirements),
            "locks": list(self.locks),
        }


def item_of(name: str, fact: FactDeclaration) -> dict[str, Any]:
    """Return a fact as the item of a FHIR questionnaire, with what the vocabulary says beside it."""
    item: dict[str, Any] = {
        "linkId": name,
        "text": fact.question,
        "type": _ITEM_TYPES[fact.type],
        "repeats": fact.type.is_set or fact.type is FactType.COLLECTION,
        "answerOption": [
            {"valueCoding": {"code": key, "display": words}} for key, words in fact.options.items()
        ],
        "meaning": fact.meaning,
        "label": fact.label,
        "topic": fact.topic,
        "unit": fact.unit,
        "least": None if fact.least is None else str(fact.least),
        "most": None if fact.most is None else str(fact.most),
        "may_be_none": fact.may_be_none,
        "answered_by": list(fact.answered_by),
        "judgement": fact.type is FactType.JUDGEMENT,
    }
    if fact.type is FactType.COLLECTION:
        item["item"] = [item_of(f"{name}.{field}", each) for field, each in fact.fields.items()]
    return item


@attrs.frozen
class Questions:
    """The next questions, best first, and how far the interview is."""

    purpose: For
    questions: tuple[Question, ...]
    asked: int
    """Facts that are answered, of those that the purpose could turn on."""
    at_most: int
    """How many more may have to be asked. It never grows, and is 0 when the purpose is reached."""

    @property
    def is_done(self) -> bool:
        """Whether no answer could change what the questions are for."""
        return self.at_most == 0

    @property
    def progress(self) -> str:
        """How far the interview is, in words."""
        return f"asked {self.asked}, at most {self.at_most} more"

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape: a questionnaire's `item` list with a status beside it."""
        return {
            "goal": str(self.purpose),
            "status": "completed" if self.is_done else "in-progress",
            "asked": self.asked,
            "at_most": self.at_most,
            "progress": self.progress,
            "item": [each.to_dict() for each in self.questions],
        }


def next_questions(
    situation: Situation,
    purpose: For,
    number: int,
    last: str | None,
    closed_to: Collection[str],
    about: Collection[str] | None,
) -> Questions:
    """Return the best next questions; see `answering.next_questions` for the arguments."""
    closed, facts = situation.closed, situation.facts
    subjects = subjects_of(closed, facts, about)
    plan = agenda(closed, purpose, subjects)
    vocabulary = closed.ruleset.vocabulary
    read = read_for(plan)
    others = {name for name in read if declared(vocabulary, name).about not in subjects}
    live = look(plan, situation.known, {*closed_to, *others})
    order = _order(live, last)
    answered = [name for name in read if name in facts.values or name in facts.collections]
    asked = {*answered, *(name for name in closed_to if name in read)} - live.scores.keys()
    questions = tuple(_question(situation, live, name) for name in order[:number])
    return Questions(purpose, questions, len(asked), len(order))


def _order(live: Live, last: str | None) -> list[str]:
    """The facts that can still matter, the one to ask first at the head."""
    vocabulary = live.agenda.circuit.closed.ruleset.vocabulary
    places = {name.partition(".")[0]: at for at, name in enumerate(vocabulary.facts)}
    scores = live.scores
    if not scores:
        return []
    topic = None if last is None else declared(vocabulary, last).topic
    least = min(scores.values())
    exact = best(live)

    def rank(name: str) -> tuple[bool, bool, float, int, str]:
        here = declared(vocabulary, name).topic == topic and scores[name] <= STAY * least
        first = exact is not None and name == exact.fact
        return (not first, not here, scores[name], places[name.partition(".")[0]], name)

    order = sorted(scores, key=rank)
    lead = declared(vocabulary, order[0]).topic
    if len(order) > FEW:
        # Of questions on one topic that are about as good, the one that the vocabulary has first: the others refer
        # to it. With few questions left that would cost more than it is worth.
        most = NATURAL * scores[order[0]]
        near = [each for each in order if scores[each] <= most and declared(vocabulary, each).topic == lead]
        first = min(near, key=lambda each: places[each.partition(".")[0]])
        order = [first, *(each for each in order if each != first)]
    # Questions on one topic come together.

    def together(name: str) -> tuple[bool, bool]:
        near = scores[name] <= STAY * least
        return (name != order[0], not (near and declared(vocabulary, name).topic == lead))

    return _arises_first(_exists_first(sorted(order, key=together)), live.agenda.circuit.closed)


def _exists_first(order: Sequence[str]) -> list[str]:
    """The same with the question whether a document exists before any question about it."""
    found: dict[str, None] = {}
    for name in order:
        whole, _, part = name.partition(".")
        if part and f"{whole}.exists" in order:
            found.setdefault(f"{whole}.exists")
        found.setdefault(name)
    return list(found)


def _arises_first(order: Sequence[str], closed: ClosedRuleset) -> list[str]:
    """The same with the questions whether something arises at all before a judgement of how well it is dealt with."""
    found: dict[str, None] = {}
    for name in order:
        if declared(closed.ruleset.vocabulary, name).type is FactType.JUDGEMENT:
            found.update(dict.fromkeys(each for each in order if each in _arising(closed, name)))
        found.setdefault(name)
    return list(found)


@once_for_each
def _arising(closed: ClosedRuleset, name: str) -> frozenset[str]:
    """What decides whether the requirements apply that a fact meets."""
    met = [each for each in closed.ruleset.requirement if name in closed.reads.get(NodeId.met(each), ())]
    applies = [NodeId.applies(each) for each in met]
    return frozenset[str]().union(*(closed.reads[each] for each in applies if each in closed.reads)) - {name}


def _question(situation: Situation, live: Live, name: str) -> Question:
    closed = situation.closed
    circuit = live.agenda.circuit
    moved: set[int] = set()
    for at in sorted(live.gates):
        gate = circuit.gates[at]
        if (gate.test in live.tests and name in live.tests[gate.test]) or any(
            each in moved for each in gate.inside
        ):
            moved.add(at)
    requirements = tuple(
        each
        for each in closed.ruleset.requirement
        if any(live.values[at] == OPEN and at in moved for at in circuit.requirements.get(each, ()))
    )
    locks = _locks(situation, requirements)
    because = _because(situation, name)
    return Question(
        name,
        declared(closed.ruleset.vocabulary, name),
        because,
        requirements,
        locks,
        _why(situation, name, because),
        _changes(situation, name, requirements, locks),
    )


_SHOWN = 3
"""How many requirements are named in a sentence."""


def _changes(situation: Situation, name: str, requirements: Collection[str], locks: Collection[str]) -> str:
    ruleset = situation.closed.ruleset
    if not requirements:
        return f"It can still change {_beside(situation, name)}."
    titles = list(dict.fromkeys(ruleset.requirement[each].title for each in requirements))
    more = len(titles) - _SHOWN
    if more > 1:
        titles = [*titles[:_SHOWN], f"{more} more"]
    words = "; ".join(titles[:-1]) + (f"; and {titles[-1]}" if len(titles) > 1 else titles[0])
    inside = listed(ruleset.group[each].title for each in locks)
    return f"It can still change: {words}." + (f" Locks: {inside}." if inside else "")


def _beside(situation: Situation, name: str) -> str:
    """What a fact changes that no requirement asks for."""
    base = name.partition(".")[0]
    closed = situation.closed
    nodes = [node.name.parts for node in closed.nodes if {name, base} & closed.reads[node.name]]
    if any(isinstance(node, ScopeNode) for node in nodes):
        return "whether these rules apply at all"
    if any(isinstance(node, TierNode) and node.rung is Rung.REQUIRED for node in nodes):
        return "which tier is needed"
    return "the answer itself"


def _why(situation: Situation, name: str, because: str) -> str:
    vocabulary = situation.closed.ruleset.vocabulary
    given = situation.facts.values.get(name)
    if because == "partial":
        asks = _asked_of_records(situation, name)
        return f"This of it is not known. {' '.join(asks)}" if asks else "Only part of it is known."
    if given is not None:
        about = vocabulary.scalars[name]
        return f"It was answered with {value_words(given.value, about)}, {_doubt(given, about, because)}."
    if name in situation.facts.collections:
        doubt = _doubt(situation.facts.collections[name], vocabulary.collections[name], because)
        return f"It was answered, {doubt}."
    return "Nothing is known about it yet."


def _asked_of_records(situation: Situation, name: str) -> list[str]:
    """Of records that may stand in for something: what is asked of the one or other of them."""
    closed, facts = situation.closed, situation.facts
    if name not in facts.collections or facts.collections[name].partial:
        return []
    found = stand_ins(closed, facts, situation.known, closed.pairs(situation.results))
    return [text for each in found if each.collection == name for text in each.asks]


def _doubt(given: FactValue | Records, about: FactDeclaration, because: str) -> str:
    evidence = given.evidence
    match because:
        case "no_judge":
            return "and who judged so, or on which day, is not known"
        case "not_yet":
            on = evidence.dated
            return "and that counts only later" if on is None else f"and that counts only from {day(on)}"
        case "expired":
            until = believed_until(evidence, about)
            return "and that is out of date" if until is None else f"and that was good until {day(until)}"
        case _:
            return f"but that is only {evidence.strength.word}, and here more is needed"


def _locks(situation: Situation, requirements: Collection[str]) -> tuple[str, ...]:
    ruleset = situation.closed.ruleset
    return tuple(
        group.id
        for group in ruleset.groups
        if group.kind == LOCK and set(requirements_of(ruleset, group.id)) & set(requirements)
    )


def _because(situation: Situation, name: str) -> str:
    facts, known = situation.facts, situation.known
    vocabulary = situation.closed.ruleset.vocabulary
    if name in facts.values:
        given = facts.values[name]
        wrong = disbelief(given, vocabulary.scalars[name], known.on)
        return wrong or ("partial" if given.partial else "too_weak")
    if name in facts.collections:
        return disbelief(facts.collections[name], vocabulary.collections[name], known.on) or "partial"
    return "missing"

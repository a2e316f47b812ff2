"""In which order a structured conversation goes through facts: what is judged, who is referred, the judgement last.

Everything follows from the ruleset: the questions of its conversation and what they fill, whom a decision needs to know
of, and whose own word counts.
"""

from __future__ import annotations

from enum import IntEnum

import attrs

from qa_rules.explain.messages import say
from qa_rules.explain.standing import declared
from qa_rules.model.expressions import facts_of
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.rulesets import Ruleset
from qa_rules.semantics.tellers import subjects_beside


class Part(IntEnum):
    """The parts of a conversation, in their order."""

    JUDGED = 1
    """What is judged, by the questions of the conversation."""
    REFERRED = 2
    """Whom the decision is about, and what whoever asks has to tell of them."""
    NEEDED = 3
    """What only some of those who are referred need, and no question of the conversation is about."""
    JUDGEMENT = 4
    """What whoever holds the conversation judges alone."""


OPENING = -1
"""No question of the conversation is about it. Of what is judged: it is asked before the first one."""


@attrs.frozen(order=True)
class Spot:
    """Where in the conversation a fact is asked about."""

    part: Part
    prompt: int = OPENING
    """Which question of the conversation, from 0; OPENING where none is about it."""
    at: int = 0
    """Where among the facts of that question."""
    ask: str = attrs.field(default="", order=False)
    """What is asked first where the fact belongs to a further question."""


def is_own_judgement(fact: FactDeclaration, ruleset: Ruleset) -> bool:
    """Return whether only whoever holds the conversation can judge this."""
    by = ruleset.people.own_word_seen[:1]
    return fact.type is FactType.JUDGEMENT and bool(by) and fact.answered_by == by


def spots_of(ruleset: Ruleset) -> dict[str, Spot]:
    """Return where each fact and collection is asked about, a document with all its parts at one place."""
    vocabulary = ruleset.vocabulary
    referred = subjects_beside(ruleset)
    filled: dict[str, Spot] = {}
    topics: set[str] = set()
    for number, prompt in enumerate(ruleset.conversation):
        asked = [("", name) for name in prompt.fills]
        later: list[str] = []
        for each in prompt.follow_ups:
            turns_on = {declared(vocabulary, name).about for name in facts_of(each.when)}
            asked += [(each.ask, name) for name in each.fills]
            # What turns on who is referred is asked when that is known.
            later += [name for name in each.fills if turns_on & referred and name not in prompt.fills]
        for at, (ask, name) in enumerate(asked):
            part = Part.NEEDED if name in later else Part.JUDGED
            filled.setdefault(
                name.partition(".")[0], Spot(part, OPENING if name in later else number, at, ask)
            )
            topics.add(declared(vocabulary, name).topic)
    gating = _gating(ruleset)
    found: dict[str, Spot] = {}
    for at, (name, fact) in enumerate(vocabulary.facts.items(), len(filled)):
        if is_own_judgement(fact, ruleset):
            found[name] = Spot(Part.JUDGEMENT, at=at)
        elif fact.about in referred:
            found[name] = Spot(Part.REFERRED, at=at)
        elif name in filled:
            found[name] = filled[name]
        elif fact.topic not in topics and gating & {fact.topic, fact.about}:
            # How the assessment is made comes before all that it decides.
            found[name] = Spot(Part.JUDGED, at=0 if fact.needs_no_evidence else 1)
        else:
            found[name] = Spot(Part.NEEDED, at=at)
    return found


def part_title(part: Part, ruleset: Ruleset) -> str:
    """Return what a part is about."""
    if part is Part.JUDGED:
        return say("The {subject}", subject=ruleset.subject.name_of)
    if part is Part.REFERRED:
        needed = [each.needs for each in ruleset.decisions if each.needs]
        return (
            say("The {subject}", subject=needed[0].replace("_", " ")) if needed else say("The case at hand")
        )
    if part is Part.NEEDED:
        return say("What else is needed here")
    return say("Your own judgement")


def _gating(ruleset: Ruleset) -> frozenset[str]:
    """The topics of what decides whether a decision is made at all, and the subjects of what says how it is made."""
    vocabulary = ruleset.vocabulary
    scope = [each.applies_when for each in ruleset.decisions if each.applies_when is not None]
    topics = {declared(vocabulary, name).topic for expr in scope for name in facts_of(expr)}
    return frozenset(topics | {each.about for each in vocabulary.facts.values() if each.needs_no_evidence})


__all__ = ["OPENING", "Part", "Spot", "is_own_judgement", "part_title", "spots_of"]

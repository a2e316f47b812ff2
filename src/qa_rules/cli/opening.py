"""What an interview asks before its first question: who is judged, who answers, and how the answers are known."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

import attrs

from qa_rules.explain.messages import mark, say
from qa_rules.interview.commands import STOP, Stopped
from qa_rules.interview.days import plain
from qa_rules.interview.dialogue import Dialogue
from qa_rules.interview.purpose import For
from qa_rules.interview.replies import NO, YES, evidence_words, number_of, person_of, strength_of
from qa_rules.model.values import Strength
from qa_rules.semantics.tellers import teller_of

T = TypeVar("T")

GOALS: Final = {
    For.TIER: mark("change the answer"),
    For.FIXES: mark("change the answer, or what there is to put right"),
    For.EVERYTHING: mark("change anything"),
}
_STRENGTHS: Final = {
    Strength.STATED: mark("They told me"),
    Strength.SEEN: mark("I have seen it, or a competent person has"),
    Strength.VERIFIED: mark("It has been independently checked"),
}
_OF_A_PERSON: Final = re.compile(r"\b(mr|mrs|ms|miss|mx|dr)\b\.?\s+\w", re.IGNORECASE)
"""How the name of somebody begins that does not belong here."""


def introduced(dialogue: Dialogue, ask: Callable[[], str], *, by: bool, strength: bool) -> None:
    """Say what this is, and ask what every answer shares, as far as `by` and `strength` say that it is due."""
    session = dialogue.session

    def line() -> str:
        found = ask()
        if plain(found) in STOP:
            raise Stopped
        return found

    dialogue.tell(
        f"{session.ruleset.title}.",
        say("You are asked only what can still {goal}.", goal=say(GOALS[For(session.goal)])),
        say("Every line is kept at once. You can stop at any time, and go on later."),
    )
    if not session.facts.subject:
        _subject(dialogue, line)
    if by:
        _who(dialogue, line)
    if strength:
        found = _choice(dialogue, line, say("How do you know what you will tell?"), _how(), strength_of)
        evidence = attrs.evolve(dialogue.session.evidence, strength=found)
        dialogue.hold(attrs.evolve(dialogue.session, evidence=evidence))
    words = evidence_words(dialogue.session.evidence)
    dialogue.tell(say("Unless you say otherwise, answers will be recorded as {words}.", words=words))


def _how() -> list[str]:
    """The ways to know something. The words of forms and records stand behind each."""
    return [f"  {each.value}  {say(words)} ({each.word})" for each, words in _STRENGTHS.items()]


def _subject(dialogue: Dialogue, ask: Callable[[], str]) -> None:
    session = dialogue.session
    judged = session.ruleset.subject.name_of
    dialogue.tell(
        "",
        say(
            "What is the {subject} called? Do not enter the name of a person. Press Enter to leave it out.",
            subject=judged,
        ),
    )
    subject = ask().strip()
    while _OF_A_PERSON.search(subject):
        dialogue.tell(
            say(
                "That looks like the name of a person. Here stands only what the {subject} is called.",
                subject=judged,
            )
        )
        subject = ask().strip()
    dialogue.hold(attrs.evolve(session, facts=attrs.evolve(session.facts, subject=subject)))


def _who(dialogue: Dialogue, ask: Callable[[], str]) -> None:
    session = dialogue.session
    people = session.ruleset.people
    example = next(iter(people.own_word_seen), "assessor").replace("_", " ")
    dialogue.tell(
        "",
        say(
            "Your own name and job title, for example: N. Osei, {role}. Press Enter to leave it out.",
            role=example,
        ),
    )
    name, role = person_of(ask())
    evidence = attrs.evolve(session.evidence, by=name, role=role or session.evidence.role)
    told_by = teller_of(role, people) if role else session.told_by
    dialogue.hold(attrs.evolve(session, evidence=evidence, told_by=told_by))
    if name and told_by is None and people.own_word_seen:
        told_by = _answers_as(dialogue, ask)
        dialogue.hold(attrs.evolve(dialogue.session, told_by=told_by))


def _answers_as(dialogue: Dialogue, ask: Callable[[], str]) -> str | None:
    """Ask whose word the answers are, where the job title does not say so."""
    names = dialogue.session.ruleset.people.own_word_seen
    words = [each.replace("_", " ") for each in names]
    lines = [f"  {at}  {each}" for at, each in enumerate((*words, say("none of these")), 1)]

    def read(line: str) -> str | None:
        word = plain(line)
        if word in (*NO, "none", "neither", plain(say("none of these"))):
            return None
        if word in YES and len(names) == 1:
            return names[0]
        at = number_of(word, len(lines))
        if at is not None:
            return names[at - 1] if at <= len(names) else None
        if word not in words:
            raise ValueError(say("`{text}` is not in this list", text=line.strip()))
        return names[words.index(word)]

    return _choice(dialogue, ask, say("Do you answer as one of these?"), lines, read)


def _choice(
    dialogue: Dialogue, ask: Callable[[], str], question: str, lines: list[str], read: Callable[[str], T]
) -> T:
    """Ask until one of the lines is chosen. Nothing is chosen by Enter."""
    while True:
        dialogue.tell("", question, *lines)
        try:
            return read(ask())
        except ValueError:
            dialogue.tell(say("Type one of the numbers 1 to {most}.", most=len(lines)))


__all__ = ["GOALS", "introduced"]

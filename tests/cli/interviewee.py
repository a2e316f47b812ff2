"""Somebody who answers an interview as a facts file would."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import attrs

from qa_rules.interview.dialogue import Awaits, Dialogue
from qa_rules.interview.ranking import Question
from qa_rules.interview.session import Session
from qa_rules.model.facts import FactDeclaration, Facts, FactType, FactValue
from qa_rules.model.values import NONE, Value


@attrs.define
class Interviewee:
    """Answers from facts; whatever is not among them is not known."""

    facts: Facts
    dialogue: Dialogue = attrs.field(init=False)
    said: list[str] = attrs.field(factory=list)
    saved: list[Session] = attrs.field(factory=list)
    waiting: list[str] = attrs.field(factory=list)
    asked: list[str] = attrs.field(factory=list)

    def interview(self, session: Session) -> Session:
        """Go through an interview and return how it ended."""
        self.dialogue = Dialogue(session, self.answer, self.said.append, self.saved.append)
        self.dialogue.run()
        return self.dialogue.session

    def answer(self) -> str:
        """Return the next line: a note where one is asked for, and yes to what is read back."""
        if self.dialogue.awaits is not Awaits.ANSWER:
            return "yes" if self.dialogue.awaits is Awaits.CONFIRMATION else "what they said"
        if not self.waiting:
            question = self.dialogue.next()
            if question is None:
                raise EOFError
            self.asked.append(question.fact)
            self.waiting = list(self.lines(question))
        return self.waiting.pop(0)

    def lines(self, question: Question) -> Iterator[str]:
        """The lines that answer a question."""
        declared = question.declared
        if declared.type is not FactType.COLLECTION:
            yield typed(self.facts.values.get(question.fact), declared)
            if self.dialogue.manner(question).reason_due and question.fact in self.facts.values:
                yield "that is how I see it"
            return
        given = self.facts.collections.get(question.fact)
        if given is None:
            yield "don't know"
            return
        for record in given.records:
            yield "yes"
            told: dict[str, FactValue] = {}
            for name, field in declared.fields.items():
                if self.dialogue.asks(question)(name, told):
                    yield typed(record.get(name), field)
                    if name in record:
                        told[name] = attrs.evolve(record[name], evidence=self.dialogue.session.evidence)
        if given.records:
            yield "don't know" if given.partial else "no"
        else:
            yield "none"


def typed(given: FactValue | None, declared: FactDeclaration) -> str:
    """What a person types for a value."""
    if given is None:
        return "don't know"
    return words(given.value, declared) + (", perhaps more" if given.partial else "")


def words(value: Value, declared: FactDeclaration) -> str:
    """A value as a person types it."""
    if value is NONE:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        if declared.options:
            return (
                ", ".join(str(list(declared.options).index(each) + 1) for each in sorted(value))
                or "none of these"
            )
        return ", ".join(f'"{each}"' for each in sorted(value)) or "none of these"
    if isinstance(value, datetime.date):
        return f"{value.day}/{value.month}/{value.year}"
    if declared.options:
        return declared.options[str(value)]
    return str(value)

"""The interview at a terminal: plain lines out, plain lines in, one question at a time.

Nothing is drawn, moved or coloured, so that a screen reader, a slow line or a pipe will do. After every line that is
taken the session is kept, so that whatever ends the program loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum

import attrs

from qa_rules.explain.conversing import Part
from qa_rules.explain.messages import say
from qa_rules.explain.standing import label
from qa_rules.interview.commands import STOP, Commands, Moved
from qa_rules.interview.days import plain
from qa_rules.interview.leading import (
    Lead,
    beside_last,
    counted,
    is_at_opening,
    is_begun,
    note_on,
    several,
    together,
)
from qa_rules.interview.prompts import Asks, Conversation, Manner, Prompt, Told, conversation
from qa_rules.interview.ranking import Question
from qa_rules.interview.records import RecordTests
from qa_rules.interview.replies import NO, YES
from qa_rules.interview.session import Draft, Kind, Session
from qa_rules.interview.telling import read_back, short_help


class Awaits(StrEnum):
    """What the next line is for."""

    ANSWER = "answer"
    NOTE = "note"
    CONFIRMATION = "confirmation"


@attrs.frozen
class Offer:
    """What the answer may be taken along as."""

    meaning: str
    take: Callable[[Session], str]
    """Does it, and returns what to say."""


@attrs.define
class Dialogue(Commands):
    """An interview between `ask`, which returns a line, and `say`, which is given one."""

    sum_up: Callable[[Session], None] = lambda session: None
    """Says what was found, once nothing more is asked."""
    each_evidence: bool = False
    offers: Mapping[str, Offer] = attrs.field(factory=dict)
    """What may be typed at the end beside the commands."""
    awaits: Awaits = Awaits.ANSWER
    topic: str = ""
    ahead: dict[str, str] = attrs.field(factory=dict)
    """What was answered in one line to several questions, and is not taken yet."""
    lead: Lead = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Go through the conversation from its beginning."""
        self.lead = Lead(self.tell, self.noted, self.keep_note)

    def run(self) -> None:
        """Ask until nothing more can change what the questions are for, and until no answer is to be changed.

        Stopped when the person stops before.
        """
        self.tell(short_help())
        while True:
            with suppress(Moved):
                question = self.next()
                if question is None:
                    self.end()
                    return
                self.put(question)

    def end(self) -> None:
        """Say what was found, and leave a last chance to put an answer right. Moved when one is to be changed."""
        self.sum_up(self.session)
        lines = [f"{word:10} {each.meaning}" for word, each in self.offers.items()]
        if self.session.goal == "tier":
            lines.append(f"{'more':10} " + say("be asked about everything there is to put right"))
        if any(each.kind is not Kind.ANSWERED for each in self.session.replies):
            lines.append(f"{'again':10} " + say("be asked once more what was not known"))
        self.tell(
            "", say("You can type:"), *lines, f"{'change':10} " + say("list the answers, to change one")
        )
        while True:
            self.tell("", say("Press Enter to finish."))
            try:
                line = self.ask()
            except EOFError:
                return
            word = plain(line)
            if not word or word in STOP:
                return
            if word in self.offers:
                self.tell(self.offers[word].take(self.session))
            elif word == "more" and self.session.goal == "tier":
                self.hold(attrs.evolve(self.session, goal="fixes"))
                raise Moved
            elif not self.is_command(line, None):
                self.tell(say("Nothing more is asked; press Enter to finish."))

    def next(self) -> Question | None:
        """Return the question that is half answered, stepped back to or being changed, or else the best one."""
        draft = self.session.draft
        if draft is not None:
            return self.session.question_about(draft.fact)
        for each in self.session.every if self.ahead else ():
            if each.fact in self.ahead:
                return each
        self.ahead = {}
        found = self.session.best.questions
        return beside_last(self.session) or (found[0] if found else None)

    # One question

    def put(self, question: Question) -> None:
        """Ask a question and take the answer into the session."""
        draft = self.session.draft or Draft(question.fact, ())
        ahead: str | None = self.ahead.pop(question.fact, None)
        was_ahead = ahead is not None
        group: Sequence[Question] = (question,)
        if not was_ahead:
            self.ahead = {}
            if not draft.lines and draft.change is None:
                group = together(self.session, question)
            self.announce(group, draft.change)
        is_one_of_several = was_ahead or len(group) > 1
        if draft.lines:
            self.tell(say("Going on where you stopped."))
        talk = conversation(question, self.manner(question), self.asks(question))
        prompt: Prompt | Told = next(talk)
        for said in draft.lines:
            prompt = _send(talk, said)
            if not isinstance(prompt, Prompt) or prompt.fault:
                # The rules have changed since; what was said before this line still counts.
                self.hold(attrs.evolve(self.session, draft=None))
                raise Moved
        while isinstance(prompt, Prompt):
            line = self.line(question, prompt, group) if ahead is None else ahead
            ahead, group = None, (question,)
            if line is None:
                prompt = attrs.evolve(prompt, fault="")
                continue
            prompt = _send(talk, line)
            if not isinstance(prompt, Prompt) or not prompt.fault:
                draft = attrs.evolve(draft, lines=(*draft.lines, line))
            if isinstance(prompt, Prompt) and not prompt.fault:
                self.hold(attrs.evolve(self.session, draft=draft))
        self.take(question, prompt, draft.change, is_one_of_several=is_one_of_several)

    def line(self, question: Question, prompt: Prompt, group: Sequence[Question]) -> str | None:
        """Return the next line that is said to a question; None after a command."""
        several_due = say(
            "Or all in one line: {example}", example=" ".join(["yes", "no", "?", "yes"][: len(group)])
        )
        also = [several_due] if len(group) > 1 else []
        self.tell(*([f"{prompt.fault}."] if prompt.fault else [*prompt.lines, *also]))
        line = self.ask()
        if self.is_command(line, question):
            self.tell("", question.declared.question)
            return None
        parts = several(line, len(group))
        if parts:
            self.ahead = {each.fact: part for each, part in zip(group[1:], parts[1:], strict=True)}
        return parts[0] if parts else line

    def take(self, question: Question, found: Told, change: int | None, is_one_of_several: bool) -> None:
        """Take an answer into the session, and say what was understood."""
        told = self.answered(question.fact, found, change)
        ends = told.goal == "tier" and told.is_refused and not self.session.is_refused
        if found.value is not None and ends:
            self.confirm(question, found.words, told)
        name = label(self.session.ruleset.vocabulary, question.fact)
        words = f"{name}: {found.words}" if is_one_of_several else found.words
        self.tell(say("Noted: {words}.", words=words))
        self.hold(told)

    def manner(self, question: Question) -> Manner:
        """Return how a question is asked: with the notes as the reason, and a judgement of one's own with a reason."""
        session = self.session
        note = note_on(session, question.fact)
        evidence = attrs.evolve(session.evidence, reason=note) if note else session.evidence
        spot = session.spots.get(question.fact)
        is_own = spot is not None and spot.part is Part.JUDGEMENT
        return Manner(evidence, session.on, self.each_evidence, reason_due=is_own)

    def confirm(self, question: Question, words: str, told: Session) -> None:
        """Read back an answer that would end everything. Moved where it is to be given again."""
        self.tell("", *read_back(told, question.fact, words))
        while True:
            self.tell(say("Is it right? Answer yes, or no to answer again."))
            self.awaits = Awaits.CONFIRMATION
            line = self.ask()
            self.awaits = Awaits.ANSWER
            if self.is_command(line, question) or plain(line) not in (*YES, *NO):
                continue
            if plain(line) in YES:
                return
            draft = self.session.draft
            if draft is not None:
                self.hold(attrs.evolve(self.session, draft=attrs.evolve(draft, lines=())))
            raise Moved

    def announce(self, group: Sequence[Question], change: int | None) -> None:
        """Say where the interview is, the question or questions, and why it is asked again if it is."""
        question, session = group[0], self.session
        declared = question.declared
        if change is not None:
            self.tell("", say("Changing answer {n}.", n=change))
        else:
            self.lead.to(session, question.fact)
            self.count(question)
        topic = declared.topic.replace("_", " ")
        if not session.spots and topic and topic != self.topic:
            self.tell(say("Topic: {topic}.", topic=topic))
        self.topic = topic
        for mark, each in zip("abcd" if len(group) > 1 else " ", group, strict=False):
            self.tell(f"{mark}  {each.declared.question}".strip())
            if each.declared.meaning:
                self.tell(("   " if len(group) > 1 else "") + each.declared.meaning)
        if question.because != "missing" and question.why:
            self.tell(say("Why again: {why}", why=question.why))

    def count(self, question: Question) -> None:
        """Say which question this is, once for several that are asked at once."""
        session = self.session
        if session.spots and is_begun(session, question):
            self.tell("")
            return
        number, most = len(session.replies) + 1, len(session.replies) + session.best.at_most
        if session.spots:
            number, most = counted(session, question)
        # How much there is to ask turns on what is asked at the opening.
        if is_at_opening(session, question.fact):
            self.tell("", say("Question {n}.", n=number))
        else:
            self.tell("", say("Question {n} (up to {most}).", n=number, most=most))

    def note(self, fact: str) -> bool:
        """Take the notes on a fact's question of the conversation again, where it has one."""
        return self.lead.note(self.session, fact)

    def noted(self) -> str:
        """Return the next line that is no command."""
        while True:
            self.awaits = Awaits.NOTE
            line = self.ask()
            self.awaits = Awaits.ANSWER
            if not self.is_command(line, None):
                return line.strip()

    def keep_note(self, prompt: str, line: str) -> None:
        """Keep a note on a question of the conversation."""
        self.hold(attrs.evolve(self.session, notes={**self.session.notes, prompt: line}))

    def asks(self, question: Question) -> Asks:
        """Return whether a field of a record is worth asking about."""
        session = self.session
        return RecordTests(session.assessment.work, question.declared, session.evidence.strength).is_asked

    def answered(self, fact: str, told: Told, change: int | None) -> Session:
        """Return the session with an answer."""
        by = self.session.evidence.by if told.value is None else told.value.evidence.by
        if change is None:
            return self.session.with_reply(fact, told.kind, told.value, by, told.note)
        before = self.session.without(change)
        return before.changed(change, before.with_reply(fact, told.kind, told.value, by, told.note))


def _send(talk: Conversation[Told], line: str) -> Prompt | Told:
    """The next prompt of a conversation, or what it came to."""
    try:
        return talk.send(line)
    except StopIteration as end:
        told: Told = end.value
        return told

"""The interview at a terminal: plain lines out, plain lines in, one question at a time.

Nothing is drawn, moved or coloured, so that a screen reader, a slow line or a pipe will do. After every line that is
taken the session is kept, so that whatever ends the program loses nothing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress

import attrs

from qa_rules.explain.standing import declared, label
from qa_rules.explain.wording import capital
from qa_rules.interview.prompts import Asks, Conversation, Prompt, Told, conversation
from qa_rules.interview.ranking import Question
from qa_rules.interview.records import RecordTests
from qa_rules.interview.replies import EVIDENCE_EXAMPLE, evidence_from, evidence_words, number_of, plain, said
from qa_rules.interview.session import Draft, Kind, Reply, Session
from qa_rules.language.values import ValueFault, shown
from qa_rules.model.facts import FactValue, Records

WIDTH = 78
STOP = ("stop", "quit", "exit", "save")
HELP = """\
Answer in your own words where words are asked for, else with yes, no, a number or a date.
don't know   nobody here can tell; it is not asked again, and stays unknown
to follow    the evidence comes later; say what and from whom, and the answer if you have it
none         where a question allows it: there is none, or it does not apply
back         one step back, to change the answer before
change 3     change answer number 3; change alone lists the answers
answers      list the answers so far
evidence     say who or what the last answer rests on
why          why this is asked, and all that it can still change
stop         stop here; everything is kept, and the same file goes on later
help         this list"""
SHORT_HELP = "At any time you can type: don't know, to follow, back, change, why, stop or help."


class Stopped(Exception):
    """The person wants to stop here."""


class _Moved(Exception):
    """The session is at another question now."""


@attrs.define
class Dialogue:
    """An interview between `ask`, which returns a line, and `say`, which is given one."""

    session: Session
    ask: Callable[[], str]
    """Returns the next line. EOFError and KeyboardInterrupt go through; all that was said before is kept."""
    say: Callable[[str], None]
    keep: Callable[[Session], None]
    sum_up: Callable[[Session], None] = lambda session: None
    """Says what was found, once nothing more is asked."""
    each_evidence: bool = False
    topic: str = ""

    def run(self) -> None:
        """Ask until nothing more can change what the questions are for, and until no answer is to be changed.

        Stopped when the person stops before.
        """
        self.tell(SHORT_HELP)
        while True:
            with suppress(_Moved):
                question = self.next()
                if question is None:
                    self.end()
                    return
                self.put(question)

    def end(self) -> None:
        """Say what was found, and leave a last chance to mend an answer. _Moved when one is to be mended."""
        self.sum_up(self.session)
        while True:
            self.tell("", "Press Enter to finish. Or type: answers, back, change or evidence.")
            try:
                line = self.ask()
            except EOFError:
                return
            if not line.strip() or plain(line) in STOP:
                return
            if not self.is_command(line, None):
                self.tell("Nothing more is asked; press Enter to finish.")

    def next(self) -> Question | None:
        """Return the question that is half answered, stepped back to or being changed, or else the best one."""
        draft = self.session.draft
        if draft is not None:
            return self.session.question_about(draft.fact)
        found = self.session.best.questions
        return found[0] if found else None

    def tell(self, *lines: str) -> None:
        """Say lines, folded where they are long; a command stays whole."""
        for line in lines:
            if line.startswith("qa-rules "):
                self.say(line)
                continue
            for row in textwrap.wrap(line, WIDTH, subsequent_indent=_indent(line)) or [""]:
                self.say(row)

    def hold(self, session: Session) -> None:
        """Go on from a session, and keep it."""
        self.session = session
        self.keep(session)

    # One question

    def put(self, question: Question) -> None:
        """Ask a question and take the answer into the session."""
        draft = self.session.draft or Draft(question.fact, ())
        self.announce(question, draft.change)
        if draft.lines:
            self.tell("Going on where you stopped.")
        talk = conversation(question, self.session.evidence, self.each_evidence, self.asks(question))
        prompt: Prompt | Told = next(talk)
        for line in draft.lines:
            prompt = _send(talk, line)
            if not isinstance(prompt, Prompt) or prompt.fault:
                # The rules have changed since; what was said before this line still counts.
                self.hold(attrs.evolve(self.session, draft=None))
                raise _Moved
        while isinstance(prompt, Prompt):
            self.tell(*([f"{prompt.fault}."] if prompt.fault else prompt.lines))
            line = self.ask()
            if self.is_command(line, question):
                self.tell("", question.declared.question)
                prompt = attrs.evolve(prompt, fault="")
                continue
            prompt = _send(talk, line)
            if not isinstance(prompt, Prompt) or not prompt.fault:
                draft = attrs.evolve(draft, lines=(*draft.lines, line))
            if isinstance(prompt, Prompt) and not prompt.fault:
                self.hold(attrs.evolve(self.session, draft=draft))
        self.tell(f"Noted: {prompt.words}.")
        self.hold(self.answered(question.fact, prompt, draft.change))

    def announce(self, question: Question, change: int | None) -> None:
        """Say where the interview is, the question, and why it is asked."""
        session, declared = self.session, question.declared
        topic = declared.topic.replace("_", " ")
        if change is not None:
            self.tell("", f"Changing answer {change}.")
        else:
            found, asked = session.best, len(session.replies)
            self.tell("", f"Question {asked + 1} (up to {asked + found.at_most}).")
        if topic and topic != self.topic:
            self.tell(f"Topic: {topic}.")
        self.topic = topic
        self.tell(declared.question, *([declared.meaning] if declared.meaning else []))
        why = "" if question.because == "missing" else question.why
        if why or question.changes:
            self.tell(" ".join(["Why:", *([why] if why else []), question.changes]))

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

    # Commands

    def is_command(self, line: str, question: Question | None) -> bool:
        """Do what a line asks for, if it is a command. _Moved when another question is due."""
        word, _, rest = plain(line).partition(" ")
        draft = self.session.draft
        if plain(line) in STOP:
            raise Stopped
        if plain(line) in ("help", "?", "h"):
            self.tell(*HELP.splitlines())
        elif plain(line) == "back":
            self.back()
        elif plain(line) == "why":
            self.tell(*(self.reasons(question) if question else ["No question is open."]))
        elif plain(line) == "answers":
            self.tell(*self.answers())
        elif plain(line) in ("evidence", "change") and not self.session.replies:
            self.tell("There is no answer yet.")
        elif plain(line) == "evidence":
            self.evidence()
        elif word == "change" and (not rest or rest.isdecimal()):
            if draft is not None and draft.lines:
                self.tell("Finish this question first, or step back from it with: back.")
            else:
                self.change(rest)
        else:
            return False
        return True

    def back(self) -> None:
        """Take back the last line of this question, or the answer before it."""
        session, draft = self.session, self.session.draft
        if draft is not None and draft.lines:
            self.hold(attrs.evolve(session, draft=attrs.evolve(draft, lines=draft.lines[:-1])))
        elif draft is not None and draft.change is not None:
            self.tell("It stays as it was.")
            self.hold(attrs.evolve(session, draft=None))
        elif session.replies:
            fact = session.replies[-1].fact
            self.hold(attrs.evolve(session.without(len(session.replies)), draft=Draft(fact, ())))
        else:
            self.tell("This is the first question.")
            return
        raise _Moved

    def change(self, number: str) -> None:
        """Ask the question of an earlier answer again."""
        session = self.session
        if not number:
            self.tell(*self.answers(), "Which number? Press Enter to leave all as it is.")
            number = self.ask().strip()
        if not number:
            return
        at = number_of(number, len(session.replies))
        if at is None:
            self.tell(
                f"There is no answer {shown(number).strip('`')}; there are 1 to {len(session.replies)}."
            )
            return
        draft = Draft(session.replies[at - 1].fact, (), at)
        self.hold(attrs.evolve(session, draft=draft))
        raise _Moved

    def evidence(self) -> None:
        """Ask what the last answer rests on."""
        session = self.session
        fact = session.replies[-1].fact
        known = session.known(fact)
        name = label(session.ruleset.vocabulary, fact)
        if known is None:
            self.tell(f"{name}: nothing is known, so there is no evidence.")
            return
        self.tell(
            f"{name}: {evidence_words(known.evidence)}. How is it known? Press Enter to leave it so.",
            f"Or type for example: {EVIDENCE_EXAMPLE}",
        )
        while True:
            try:
                found = evidence_from(self.ask(), known.evidence)
            except ValueFault as fault:
                self.tell(f"{capital(str(fault))}.")
                continue
            break
        self.tell(f"Noted: {evidence_words(found)}.")
        self.hold(session.with_evidence(fact, found))
        if session.draft is None or not session.draft.lines:
            raise _Moved

    # What is told

    def reasons(self, question: Question) -> list[str]:
        """Return why a question is asked, at length."""
        ruleset = self.session.ruleset
        lines = [question.why] if question.why else []
        if question.requirements:
            lines.append("The answer can still change:")
            for each in question.requirements:
                found = ruleset.requirement[each]
                lines.append(f"- {found.title} ({each}: {found.clause}). {found.says}")
        else:
            lines.append(question.changes or "It is asked because you wanted to change it.")
        if question.declared.answered_by:
            words = " or ".join(each.replace("_", " ") for each in question.declared.answered_by)
            lines.append(f"Best answered by: {words}.")
        lines += [
            f"{answer.title} Still possible: {'; '.join(self.outcomes(answer.decision, answer.possible))}."
            for answer in self.session.assessment.answers[:1]
        ]
        return lines

    def outcomes(self, decision: str, ids: Sequence[str]) -> list[str]:
        """Return outcomes in words."""
        found = next(each for each in self.session.ruleset.decisions if each.id == decision)
        words = {each.id: each.words for each in found.outcomes}
        return [words.get(each, found.not_applicable_words or "Does not apply here") for each in ids]

    def answers(self) -> list[str]:
        """Return the answers so far, one to a line with its number."""
        session = self.session
        lines = [
            f"{at}  {label(session.ruleset.vocabulary, each.fact)}: {reply_words(session, each)}"
            for at, each in enumerate(session.replies, 1)
        ]
        return lines or ["There is no answer yet."]


def reply_words(session: Session, reply: Reply) -> str:
    """Return what was said to a question."""
    if reply.kind is Kind.CANNOT_TELL:
        return "not known"
    known = session.known(reply.fact)
    follows = "evidence to follow" + (f" ({reply.note})" if reply.note else "")
    if isinstance(known, Records):
        words = f"{len(known.records)} in the list" + (", perhaps more" if known.partial else "")
    elif isinstance(known, FactValue):
        words = said(known.value, declared(session.ruleset.vocabulary, reply.fact), known.partial)
    else:
        return follows
    return f"{words}; {follows}" if reply.kind is Kind.TO_FOLLOW else words


def _send(talk: Conversation[Told], line: str) -> Prompt | Told:
    """The next prompt of a conversation, or what it came to."""
    try:
        return talk.send(line)
    except StopIteration as end:
        told: Told = end.value
        return told


_MARK = re.compile(r"\s*\d+  |- |.*?\S {2,}(?=\S)")


def _indent(line: str) -> str:
    """What a line that is folded goes on with: blanks up to where its words begin."""
    found = _MARK.match(line)
    return " " * (found.end() if found else 0)

"""What may be typed at any time of an interview, whatever is asked: to go back, to change an answer, to stop."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

import attrs

from qa_rules.explain.messages import say
from qa_rules.explain.standing import label
from qa_rules.explain.wording import capital
from qa_rules.interview.days import plain
from qa_rules.interview.ranking import Question
from qa_rules.interview.replies import EVIDENCE_EXAMPLE, evidence_from, evidence_words, number_of
from qa_rules.interview.session import Draft, Session
from qa_rules.interview.telling import answers_so_far, help_lines, reasons
from qa_rules.language.values import ValueFault, shown

WIDTH = 78
STOP = ("stop", "quit", "exit", "save")


class Stopped(Exception):
    """The person wants to stop here."""


class Moved(Exception):
    """The session is at another question now."""


@attrs.define
class Commands:
    """Lines in, lines out, and what each command does to the session."""

    session: Session
    ask: Callable[[], str]
    """Returns the next line. EOFError and KeyboardInterrupt go through; all that was said before is kept."""
    say: Callable[[str], None]
    keep: Callable[[Session], None]
    width: int = WIDTH

    def tell(self, *lines: str) -> None:
        """Say lines, folded where they are long; a command stays whole."""
        for line in lines:
            if line.startswith("qa-rules "):
                self.say(line)
                continue
            # Nobody can copy the name of a file that is broken in two.
            rows = textwrap.wrap(
                line,
                self.width,
                subsequent_indent=_indent(line),
                break_long_words=False,
                break_on_hyphens=False,
            )
            for row in rows or [""]:
                self.say(row)

    def hold(self, session: Session) -> None:
        """Go on from a session, and keep it."""
        self.session = session
        self.keep(session)

    def note(self, fact: str) -> bool:
        """Take the notes on a fact's question of the conversation again, where it has one."""
        return False

    def is_command(self, line: str, question: Question | None) -> bool:
        """Do what a line asks for, if it is a command. Moved when another question is due."""
        word, _, rest = plain(line).partition(" ")
        draft = self.session.draft
        if plain(line) in STOP:
            raise Stopped
        if plain(line) in ("help", "?", "h"):
            self.tell(*help_lines())
        elif plain(line) == "back":
            self.back()
        elif plain(line) == "why":
            self.tell(*(reasons(self.session, question) if question else [say("No question is open.")]))
        elif plain(line) == "answers":
            self.tell(*answers_so_far(self.session))
        elif plain(line) == "again":
            self.again()
        elif plain(line) == "note" and self.session.spots:
            if question is not None and self.note(question.fact):
                raise Moved
            self.tell(say("There are notes only on the questions of the conversation."))
        elif plain(line) in ("evidence", "change") and not self.session.replies:
            self.tell(say("There is no answer yet."))
        elif plain(line) == "evidence":
            self.evidence()
        elif word == "change" and (not rest or rest.isdecimal()):
            if draft is not None and draft.lines:
                self.tell(say("Finish this question first, or step back from it with: back."))
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
            self.tell(say("It stays as it was."))
            self.hold(attrs.evolve(session, draft=None))
        elif session.replies:
            fact = session.replies[-1].fact
            self.hold(attrs.evolve(session.without(len(session.replies)), draft=Draft(fact, ())))
        else:
            self.tell(say("This is the first question."))
            return
        raise Moved

    def again(self) -> None:
        """Ask once more what was not known. Moved where there is such a question."""
        opened = self.session.reopened()
        if len(opened.replies) == len(self.session.replies):
            self.tell(say("Nothing was left open."))
            return
        self.hold(opened)
        raise Moved

    def change(self, number: str) -> None:
        """Ask the question of an earlier answer again."""
        session = self.session
        if not number:
            self.tell(*answers_so_far(session), say("Which number? Press Enter to leave all as it is."))
            number = plain(self.ask()).removeprefix("change").removeprefix("number").strip()
        if not number:
            return
        at = number_of(number, len(session.replies))
        if at is None:
            self.tell(
                say(
                    "There is no answer {number}; there are 1 to {most}.",
                    number=shown(number).strip("`"),
                    most=len(session.replies),
                )
            )
            return
        draft = Draft(session.replies[at - 1].fact, (), at)
        self.hold(attrs.evolve(session, draft=draft))
        raise Moved

    def evidence(self) -> None:
        """Ask what the last answer rests on."""
        session = self.session
        fact = session.replies[-1].fact
        known = session.known(fact)
        name = label(session.ruleset.vocabulary, fact)
        if known is None:
            self.tell(say("{name}: nothing is known, so there is no evidence.", name=name))
            return
        self.tell(
            say(
                "{name}: {evidence}. How is it known? Press Enter to leave it so.",
                name=name,
                evidence=evidence_words(known.evidence),
            ),
            say("Or type for example: {example}", example=EVIDENCE_EXAMPLE),
        )
        while True:
            try:
                found = evidence_from(self.ask(), known.evidence)
            except ValueFault as fault:
                self.tell(f"{capital(str(fault))}.")
                continue
            break
        self.tell(say("Noted: {words}.", words=evidence_words(found)))
        self.hold(session.with_evidence(fact, found))
        if session.draft is None or not session.draft.lines:
            raise Moved


_MARK = re.compile(r"\s*\d+  |[a-d]  |- | +|.*?\S {2,}(?=\S)")


def _indent(line: str) -> str:
    """What a line that is folded goes on with: blanks up to where its words begin."""
    found = _MARK.match(line)
    return " " * (found.end() if found else 0)

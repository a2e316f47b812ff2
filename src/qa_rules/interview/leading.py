"""What leads from one question to the next: the parts of the conversation, its questions, and notes on each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import attrs

from qa_rules.explain.conversing import OPENING, Part, Spot, part_title
from qa_rules.explain.messages import say
from qa_rules.explain.standing import declared
from qa_rules.interview.days import plain
from qa_rules.interview.ranking import Question
from qa_rules.interview.replies import CANNOT_TELL, NO, YES
from qa_rules.interview.session import Session
from qa_rules.model.facts import FactType


@attrs.define
class Lead:
    """Goes through a conversation beside the questions of an interview."""

    tell: Callable[..., None]
    noted: Callable[[], str]
    """Returns the next line that is a note; it does itself what a command asks for."""
    keep: Callable[[str, str], None]
    """Keeps a note on a question of the conversation, by its id."""
    spot: Spot | None = None
    """Where in the conversation the last question stood."""

    def to(self, session: Session, fact: str) -> None:
        """Say what begins with a question: a part, a question of the conversation, a further question."""
        if not session.spots:
            return
        spot, before = session.spot(fact), self.spot
        self.spot = spot
        if before is None or before.part is not spot.part:
            self.part(session, spot.part)
        was_opening = before is None or (before.prompt == OPENING and before.part is Part.JUDGED)
        if was_opening and (spot.part, spot.prompt) > (Part.JUDGED, OPENING):
            self.tell("", say("There is still to ask:"), *_part_lines(session))
        if spot.prompt == OPENING:
            return
        prompts = session.ruleset.conversation
        prompt = prompts[spot.prompt]
        if before is None or before.prompt != spot.prompt:
            number = spot.prompt + 1
            self.tell(
                "", say("The conversation, {n} of {of}: {ask}", n=number, of=len(prompts), ask=prompt.ask)
            )
        if prompt.id not in session.notes:
            self.note(session, fact)
        if spot.ask and (before is None or before.ask != spot.ask):
            self.tell("", spot.ask)

    def part(self, session: Session, part: Part) -> None:
        """Say which part begins."""
        self.tell("", f"{part_title(part, session.ruleset)}.")
        if part is Part.REFERRED:
            self.tell(say("Do not enter anybody's name here, and nothing that says who it is."))

    def note(self, session: Session, fact: str) -> bool:
        """Take down what was said to the question of the conversation that a fact belongs to, if it belongs to one."""
        spot = session.spots.get(fact.partition(".")[0])
        if spot is None or spot.prompt == OPENING:
            return False
        self.tell(
            say("Your notes, in one line and without names. They stand beside your answers as the reason."),
            say("Or press Enter."),
        )
        self.keep(session.ruleset.conversation[spot.prompt].id, self.noted())
        return True


def note_on(session: Session, fact: str) -> str:
    """Return what was noted of the question of the conversation that a fact belongs to."""
    spot = session.spots.get(fact.partition(".")[0])
    if spot is None or spot.prompt == OPENING:
        return ""
    return session.notes.get(session.ruleset.conversation[spot.prompt].id, "")


def is_at_opening(session: Session, fact: str) -> bool:
    """Return whether a fact is asked about before the first question of the conversation."""
    spot = session.spots.get(fact.partition(".")[0])
    return spot is not None and (spot.part, spot.prompt) == (Part.JUDGED, OPENING)


_TOGETHER = 4
"""How many questions stand on the screen at once, at most."""


def together(session: Session, question: Question) -> tuple[Question, ...]:
    """Return the questions that are asked at once: those to answer yes or no on one question of the conversation."""
    group = _group(session, question.fact)
    if not isinstance(group, Spot) or question.because != "missing" or is_begun(session, question):
        return (question,)
    others = [
        each for each in session.every if _group(session, each.fact) == group and each.because == "missing"
    ]
    others = [each for each in others if each.fact != question.fact]
    return (question, *others)[:_TOGETHER]


def beside_last(session: Session) -> Question | None:
    """Return the next question that stood on the screen beside the last one, and is not answered yet."""
    group = _group(session, session.replies[-1].fact) if session.replies else None
    if not isinstance(group, Spot):
        return None
    return next((each for each in session.every if _group(session, each.fact) == group), None)


def counted(session: Session, question: Question) -> tuple[int, int]:
    """Return which question this is and how many there may be, where what is asked at once counts as one."""
    asked = list(dict.fromkeys(_group(session, each.fact) for each in session.replies))
    group = _group(session, question.fact)
    number = asked.index(group) + 1 if group in asked else len(asked) + 1
    return number, len({*asked, *(_group(session, each.fact) for each in session.every)})


def progress(session: Session) -> tuple[int, int]:
    """Return how many questions were answered and how many there may still be, as they are counted on the screen."""
    if not session.spots:
        return len(session.replies), session.best.at_most
    asked = {_group(session, each.fact) for each in session.replies}
    return len(asked), len({_group(session, each.fact) for each in session.every} - asked)


def is_begun(session: Session, question: Question) -> bool:
    """Return whether another of the questions that are asked at once with this one is answered already."""
    group = _group(session, question.fact)
    return any(_group(session, each.fact) == group for each in session.replies)


def several(line: str, number: int) -> tuple[str, ...]:
    """Return the answers of a line that answers so many questions, each yes, no or not known; else nothing."""
    words = plain(line)
    if number > 1 and (found := re.fullmatch(r"(?:all (\w+)|(\w+) to all)", words)):
        parts = [found[1] or found[2]] * number
    else:
        parts = (
            [each.strip() for each in re.split(r"[,;]", words)]
            if re.search(r"[,;]", words)
            else words.split()
        )
    if (
        number < 2
        or len(parts) != number
        or not all(each in (*YES, *NO, *CANNOT_TELL, "?") for each in parts)
    ):
        return ()
    return tuple(CANNOT_TELL[0] if each == "?" else each for each in parts)


def _part_lines(session: Session) -> Iterator[str]:
    """Yield how many questions there may still be, part by part, as they are counted on the screen."""
    for part in Part:
        groups = {
            _group(session, each.fact) for each in session.every if session.spot(each.fact).part is part
        }
        if groups:
            title = part_title(part, session.ruleset)
            yield say("  {title}: up to {n}", title=title, n=len(groups))


def _group(session: Session, fact: str) -> Spot | str:
    """What is asked at once goes by where it stands; anything else by its name."""
    spot = session.spots.get(fact.partition(".")[0])
    kind = declared(session.ruleset.vocabulary, fact)
    is_plain = kind.type in (FactType.YES_NO, FactType.JUDGEMENT) and not kind.may_be_none
    if spot is None or spot.part is Part.JUDGEMENT or not is_plain:
        return fact
    return Spot(spot.part, spot.prompt)


__all__ = [
    "Lead",
    "beside_last",
    "counted",
    "is_at_opening",
    "is_begun",
    "note_on",
    "progress",
    "several",
    "together",
]

"""What an interview tells when it is asked: why, the answers so far, and what may be typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa_rules.explain.messages import mark, say
from qa_rules.explain.standing import declared, label
from qa_rules.interview.ranking import Question
from qa_rules.interview.replies import said
from qa_rules.interview.session import Kind, Reply, Session
from qa_rules.model.facts import FactValue, Records

_HELP = (
    ("", mark("Answer in your own words where words are asked for, else with yes, no, a number or a date.")),
    ("", mark("A reason may stand behind an answer: yes, because they ring me every week.")),
    ("don't know", mark("nobody here can tell; it stays unknown, and is asked again only by: again")),
    (
        "to follow",
        mark("the evidence comes later; say what, who will send it, and the answer if you have it"),
    ),
    ("none", mark("where a question allows it: there is none, or it does not apply")),
    ("back", mark("one step back, to change the answer before")),
    ("change 3", mark("change answer number 3; change alone lists the answers")),
    ("note", mark("write the notes on this question of the conversation again")),
    ("again", mark("ask once more what was not known or was to follow")),
    ("answers", mark("list the answers so far")),
    ("evidence", mark("say who or what the last answer rests on")),
    ("why", mark("why this is asked, and all that it can still change")),
    ("stop", mark("stop here; everything is kept, and the same file goes on later")),
    ("help", mark("this list")),
)


def help_lines() -> Iterator[str]:
    """Yield what may be typed, one to a line. The words to type are those of the code, in every language."""
    for word, meaning in _HELP:
        yield f"{word:12} {say(meaning)}" if word else say(meaning)


def short_help() -> str:
    """Return the same in a line."""
    return say("At any time you can type: don't know, to follow, back, change, why, stop or help.")


def answers_so_far(session: Session) -> list[str]:
    """Return the answers so far, one to a line with its number."""
    lines = [
        f"{at}  {label(session.ruleset.vocabulary, each.fact)}: {reply_words(session, each)}"
        for at, each in enumerate(session.replies, 1)
    ]
    return lines or [say("There is no answer yet.")]


def reply_words(session: Session, reply: Reply) -> str:
    """Return what was said to a question."""
    if reply.kind is Kind.CANNOT_TELL:
        return say("not known")
    known = session.known(reply.fact)
    follows = say("evidence to follow") + (f" ({reply.note})" if reply.note else "")
    if isinstance(known, Records):
        words = say("{n} in the list", n=len(known.records))
        words = say("{words}, perhaps more", words=words) if known.partial else words
    elif isinstance(known, FactValue):
        words = said(known.value, declared(session.ruleset.vocabulary, reply.fact), known.partial)
    else:
        return follows
    return f"{words}; {follows}" if reply.kind is Kind.TO_FOLLOW else words


def left(session: Session) -> Iterator[str]:
    """Yield what nobody could tell, and what is to follow."""
    titles = {Kind.CANNOT_TELL: say("Not known:"), Kind.TO_FOLLOW: say("To follow:")}
    for kind, title in titles.items():
        found = [each for each in session.replies if each.kind is kind]
        if found:
            yield title
        for each in found:
            words = "" if kind is Kind.CANNOT_TELL else f": {reply_words(session, each)}"
            yield f"- {label(session.ruleset.vocabulary, each.fact)}{words}"


def reasons(session: Session, question: Question) -> Iterator[str]:
    """Yield why a question is asked, at length."""
    ruleset = session.ruleset
    if question.why:
        yield question.why
    if question.requirements:
        yield say("The answer can still change:")
        for each in question.requirements:
            found = ruleset.requirement[each]
            yield f"- {found.title} ({each}: {found.clause}). {found.says}"
    else:
        yield question.changes or say("It is asked because you wanted to change it.")
    if question.declared.answered_by:
        words = say(" or ").join(each.replace("_", " ") for each in question.declared.answered_by)
        yield say("Best answered by: {words}.", words=words)
    for answer in session.assessment.answers[:1]:
        words = "; ".join(outcome_words(session, answer.decision, answer.possible))
        yield say("{title} Still possible: {words}.", title=answer.title, words=words)


def outcome_words(session: Session, decision: str, ids: Sequence[str]) -> list[str]:
    """Return outcomes in words."""
    found = next(each for each in session.ruleset.decisions if each.id == decision)
    words = {each.id: each.words for each in found.outcomes}
    return [words.get(each, found.not_applicable_words or say("Does not apply here")) for each in ids]


def read_back(told: Session, fact: str, words: str) -> Iterator[str]:
    """Yield what an answer comes to that would end everything, and what could be asked before that."""
    answer = told.assessment.answers[0]
    outcome = say(" or ").join(outcome_words(told, answer.decision, answer.possible))
    yield say("You said: {name}: {words}.", name=label(told.ruleset.vocabulary, fact), words=words)
    yield say("With this answer the result is: {outcome}.", outcome=outcome)
    for prompt in told.ruleset.conversation:
        for each in prompt.follow_ups:
            if fact in each.fills and fact in prompt.fills:
                yield say("You could ask first: {ask}", ask=each.ask)


__all__ = [
    "answers_so_far",
    "help_lines",
    "left",
    "outcome_words",
    "read_back",
    "reasons",
    "reply_words",
    "short_help",
]

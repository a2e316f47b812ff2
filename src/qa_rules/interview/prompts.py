"""One question as a conversation of its own: which line is asked for next, until the question is answered.

Each conversation is a generator of prompts that is sent lines. What it asks depends on the lines alone, so that a
half-answered question is kept as its lines, and stepping back is to begin again with one line less.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Sequence
from functools import partial as partial_of
from typing import TypeVar

import attrs

from qa_rules.explain.messages import say
from qa_rules.explain.wording import capital, plural, record_words
from qa_rules.interview.days import plain
from qa_rules.interview.ranking import Question
from qa_rules.interview.replies import (
    CANNOT_TELL,
    EVIDENCE_EXAMPLE,
    NO,
    TO_FOLLOW,
    YES,
    evidence_from,
    evidence_words,
    expected,
    numbered,
    person_of,
    said,
    value_of,
    with_reason,
)
from qa_rules.interview.session import Kind, backed
from qa_rules.language.values import ValueFault
from qa_rules.model.facts import Evidence, FactDeclaration, FactType, FactValue, Record, Records
from qa_rules.model.values import Strength, Value

T = TypeVar("T")


@attrs.frozen
class Prompt:
    """What to say before the next line is read."""

    lines: tuple[str, ...]
    fault: str = ""
    """Why the last line was not taken, and what is expected; empty when it was."""


@attrs.frozen
class Told:
    """What a question came to."""

    kind: Kind
    value: FactValue | Records | None
    note: str
    words: str
    """What was understood."""


@attrs.frozen
class Given:
    """What a line says."""

    value: Value
    partial: bool = False
    """Whether more may belong to it."""
    reason: str = ""


@attrs.frozen
class Manner:
    """How questions are asked."""

    usual: Evidence
    """The evidence of answers of which nothing else is said."""
    on: datetime.date | None = None
    """The day that `today` is."""
    each_evidence: bool = False
    """Ask for the evidence of every answer."""
    reason_due: bool = False
    """No judgement without a reason."""


Conversation = Generator[Prompt, str, T]

Asks = Callable[[str, Record], bool]


def conversation(question: Question, manner: Manner, asks: Asks) -> Conversation[Told]:
    """Ask one question.

    Args:
        question: what to ask.
        manner: how.
        asks: of a collection, whether to ask for a field of a record of which some fields are known.

    """
    if question.because == "too_weak":
        manner = attrs.evolve(manner, each_evidence=True)
    if question.declared.type is FactType.COLLECTION:
        return _collection(question.declared, manner, asks)
    return _scalar(question.declared, manner)


def asked(lines: Sequence[str], parse: Callable[[str], T]) -> Conversation[T]:
    """Ask for a line until it can be read."""
    fault = ""
    while True:
        line = yield Prompt(tuple(lines), fault)
        try:
            return parse(line)
        except ValueFault as refused:
            fault = capital(str(refused))


def _scalar(declared: FactDeclaration, manner: Manner) -> Conversation[Told]:
    usual = manner.usual
    lines = (*numbered(declared), expected(declared))
    said_now = yield from asked(lines, lambda line: _value_or_word(line, declared, manner.on))
    kind, note = Kind.ANSWERED, ""
    given: Given | None
    if isinstance(said_now, Kind):
        if said_now is Kind.CANNOT_TELL:
            return Told(said_now, None, "", say("not known"))
        kind = said_now
        note = yield from asked([_follows()], str.strip)
        meanwhile = [
            *numbered(declared),
            say("What is the answer as far as you can say now? Press Enter if you cannot."),
        ]
        given = yield from asked(meanwhile, lambda line: _value_or_nothing(line, declared, manner.on))
        if given is None:
            return Told(kind, None, note, say("not known yet; evidence to follow"))
    else:
        given = said_now
    evidence = usual
    if kind is Kind.TO_FOLLOW:
        evidence = attrs.evolve(usual, strength=Strength.STATED)
    elif manner.each_evidence:
        evidence = yield from _evidence(usual)
    is_other = evidence is not usual
    if declared.type is FactType.JUDGEMENT and not evidence.by:
        is_other = True
        judge = yield from asked(
            [
                say(
                    "In whose judgement? Give a name, and a job title behind a comma. "
                    "It does not count without a name."
                )
            ],
            _judge,
        )
        evidence = attrs.evolve(evidence, by=judge[0], role=judge[1] or evidence.role)
    reason = given.reason
    if declared.type is FactType.JUDGEMENT and manner.reason_due and not reason:
        reason = yield from asked([say("Why? A few words. They stand beside your judgement.")], _reason)
    if reason:
        evidence = attrs.evolve(evidence, reason=reason)
    words = said(given.value, declared, given.partial)
    if kind is Kind.TO_FOLLOW:
        words = say("{words}; evidence to follow", words=words)
    elif is_other:
        words += f" ({evidence_words(evidence)})"
    if reason:
        words = say("{words}, because: {reason}", words=words, reason=reason)
    return Told(kind, FactValue(given.value, evidence, given.partial), note, words)


def _follows() -> str:
    return say("What will follow, and who will send it? Press Enter to leave this out.")


def _nothing_typed() -> ValueFault:
    return ValueFault(
        say("nothing was typed"), say("type an answer, or: don't know, to follow, back, stop, help")
    )


def _value_or_word(line: str, declared: FactDeclaration, on: datetime.date | None) -> Given | Kind:
    word = plain(line)
    if word in CANNOT_TELL:
        return Kind.CANNOT_TELL
    if word in TO_FOLLOW:
        return Kind.TO_FOLLOW
    if not word:
        raise _nothing_typed()
    return _given(line, declared, on)


def _given(line: str, declared: FactDeclaration, on: datetime.date | None) -> Given:
    """What a line says, with the reason that may stand behind it. Text is taken as it is."""
    try:
        return Given(*value_of(line, declared, on))
    except ValueFault:
        answer, reason = with_reason(line)
        if not reason:
            raise
        return Given(*value_of(answer, declared, on), reason)


def _value_or_nothing(line: str, declared: FactDeclaration, on: datetime.date | None) -> Given | None:
    return None if not line.strip() or plain(line) in CANNOT_TELL else _given(line, declared, on)


def _reason(line: str) -> str:
    if not line.strip() or plain(line) in CANNOT_TELL:
        raise ValueFault(
            say("a judgement needs a reason"),
            say("type it in a few words; or type: back, and then: don't know"),
        )
    return line.strip()


def _judge(line: str) -> tuple[str, str]:
    name, role = person_of(line)
    if not name or plain(name) in CANNOT_TELL:
        raise ValueFault(
            say("a judgement counts only with a name"), say("type a name; or go back, and type: don't know")
        )
    return name, role


def _evidence(usual: Evidence) -> Conversation[Evidence]:
    lines = [
        say("How is it known? Press Enter for: {usual}.", usual=evidence_words(usual)),
        say("Or type for example: {example}", example=EVIDENCE_EXAMPLE),
    ]
    return (yield from asked(lines, lambda line: evidence_from(line, usual)))


# Records


def _collection(declared: FactDeclaration, manner: Manner, asks: Asks) -> Conversation[Told]:
    word = declared.record or say("record")
    first = yield from asked(
        [
            say("  1  There is {a_record} to enter now", a_record=declared.a_record),
            say("  2  There is none"),
            say("  3  The details are not to hand, or nobody knows yet"),
            say("Answer with one number, or: yes, none, not to hand."),
        ],
        _any_or_none,
    )
    if first is Kind.CANNOT_TELL:
        return Told(Kind.CANNOT_TELL, None, "", say("not known"))
    kind, note = Kind.ANSWERED, ""
    if first is Kind.TO_FOLLOW:
        note = yield from asked([_follows()], str.strip)
        return Told(Kind.TO_FOLLOW, None, note, say("not known yet; evidence to follow"))
    records: list[Record] = []
    more: bool | Kind = bool(first)
    while more is True:
        records.append((yield from _record(declared, manner, asks, len(records) + 1)))
        again = say("Is there another {record}? Answer yes or no, or: don't know.", record=word)
        more = yield from asked([again], _yes_no_or_word)
    found = Records(tuple(records), manner.usual, partial=more is not False)
    if manner.each_evidence:
        found = backed(found, (yield from _evidence(manner.usual)))
    count = f"{len(records)} {word if len(records) == 1 else plural(word)}"
    words = count if records else say("no {record}", record=word)
    if found.partial:
        words = say("{words}, perhaps more", words=count)
    return Told(kind, found, note, words)


def _record(declared: FactDeclaration, manner: Manner, asks: Asks, number: int) -> Conversation[Record]:
    found: dict[str, FactValue] = {}
    for name, field in declared.fields.items():
        if not asks(name, found):
            continue
        # By its name, once that is known.
        title = record_words(declared, number, lambda each: found[each].value if each in found else None)
        lines = [f"{capital(title)}. {field.question}", *([field.meaning] if field.meaning else [])]
        lines += [*numbered(field), expected(field)]
        given = yield from asked(lines, partial_of(_value_or_word, declared=field, on=manner.on))
        if isinstance(given, Kind):
            continue
        evidence = manner.usual
        if field.type is FactType.JUDGEMENT and not evidence.by:
            judge = yield from asked(
                [say("In whose judgement? Give a name, and a job title behind a comma.")], _judge
            )
            evidence = attrs.evolve(evidence, by=judge[0], role=judge[1] or evidence.role)
        if given.reason:
            evidence = attrs.evolve(evidence, reason=given.reason)
        found[name] = FactValue(given.value, evidence, given.partial)
    return found


def _any_or_none(line: str) -> bool | Kind:
    """Whether there is a record to enter. A mere *no* may mean that there is none, or that it lies elsewhere."""
    word = plain(line)
    if word in NO:
        raise ValueFault(
            say("`{text}` can mean two things", text=line.strip()),
            say("type: none, if there is none; or: not to hand"),
        )
    if word in ("1", "there is", "there is one", "some"):
        return True
    if word in ("2", "none", "there is none", "nothing", "none at all", "not any"):
        return False
    return Kind.TO_FOLLOW if word == "3" else _yes_no_or_word(line)


def _yes_no_or_word(line: str) -> bool | Kind:
    word = plain(line)
    if word in CANNOT_TELL:
        return Kind.CANNOT_TELL
    if word in TO_FOLLOW:
        return Kind.TO_FOLLOW
    if word in YES:
        return True
    if word in NO:
        return False
    if not word:
        raise ValueFault(say("nothing was typed"), say("answer yes or no"))
    raise ValueFault(
        say("`{text}` is neither yes nor no", text=line.strip()),
        say("answer yes or no, or: don't know"),
    )


__all__ = ["Asks", "Conversation", "Given", "Manner", "Prompt", "Told", "asked", "conversation"]

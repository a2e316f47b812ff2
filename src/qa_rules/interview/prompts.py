"""One question as a conversation of its own: which line is asked for next, until the question is answered.

Each conversation is a generator of prompts that is sent lines. What it asks depends on the lines alone, so that a
half-answered question is kept as its lines, and stepping back is to begin again with one line less.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial as partial_of
from typing import TypeVar

import attrs

from qa_rules.explain.wording import capital, plural, record_words
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
    plain,
    said,
    value_of,
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


Conversation = Generator[Prompt, str, T]

Asks = Callable[[str, Record], bool]
Given = tuple[Value, bool]
"""A value, and whether more may belong to it."""


def conversation(question: Question, usual: Evidence, each_evidence: bool, asks: Asks) -> Conversation[Told]:
    """Ask one question.

    Args:
        question: what to ask.
        usual: the evidence of answers of which nothing else is said.
        each_evidence: ask for the evidence of every answer.
        asks: of a collection, whether to ask for a field of a record of which some fields are known.

    """
    declared = question.declared
    with_evidence = each_evidence or question.because == "too_weak"
    if declared.type is FactType.COLLECTION:
        return _collection(declared, usual, with_evidence, asks)
    return _scalar(declared, usual, with_evidence)


def _asked(lines: Sequence[str], parse: Callable[[str], T]) -> Conversation[T]:
    """Ask for a line until it can be read."""
    fault = ""
    while True:
        line = yield Prompt(tuple(lines), fault)
        try:
            return parse(line)
        except ValueFault as refused:
            fault = capital(str(refused))


def _scalar(declared: FactDeclaration, usual: Evidence, with_evidence: bool) -> Conversation[Told]:
    lines = (*numbered(declared), expected(declared))
    said_now = yield from _asked(lines, lambda line: _value_or_word(line, declared))
    kind, note = Kind.ANSWERED, ""
    given: Given | None
    if isinstance(said_now, Kind):
        if said_now is Kind.CANNOT_TELL:
            return Told(said_now, None, "", "not known")
        kind = said_now
        note = yield from _asked([_FOLLOWS], str.strip)
        meanwhile = [
            *numbered(declared),
            "What is the answer as far as you can say now? Press Enter if you cannot.",
        ]
        given = yield from _asked(meanwhile, lambda line: _value_or_nothing(line, declared))
        if given is None:
            return Told(kind, None, note, "not known yet; evidence to follow")
    else:
        given = said_now
    value, partial = given
    evidence = usual
    if kind is Kind.TO_FOLLOW:
        evidence = attrs.evolve(usual, strength=Strength.STATED)
    elif with_evidence:
        evidence = yield from _evidence(usual)
    if declared.type is FactType.JUDGEMENT and not evidence.by:
        judge = yield from _asked(
            ["In whose judgement? Give a name, and a role behind a comma. It does not count without a name."],
            _judge,
        )
        evidence = attrs.evolve(evidence, by=judge[0], role=judge[1] or evidence.role)
    words = said(value, declared, partial) + ("; evidence to follow" if kind is Kind.TO_FOLLOW else "")
    if evidence is not usual and kind is Kind.ANSWERED:
        words += f" ({evidence_words(evidence)})"
    return Told(kind, FactValue(value, evidence, partial), note, words)


_FOLLOWS = "What will follow, and from whom? Press Enter to leave this out."


def _value_or_word(line: str, declared: FactDeclaration) -> Given | Kind:
    word = plain(line)
    if word in CANNOT_TELL:
        return Kind.CANNOT_TELL
    if word in TO_FOLLOW:
        return Kind.TO_FOLLOW
    if not word:
        raise ValueFault("nothing was typed", "type an answer, or: don't know, to follow, back, stop, help")
    return value_of(line, declared)


def _value_or_nothing(line: str, declared: FactDeclaration) -> Given | None:
    return None if not line.strip() or plain(line) in CANNOT_TELL else value_of(line, declared)


def _judge(line: str) -> tuple[str, str]:
    name, role = person_of(line)
    if not name or plain(name) in CANNOT_TELL:
        raise ValueFault(
            "a judgement counts only with a name", "type a name; or go back, and type: don't know"
        )
    return name, role


def _evidence(usual: Evidence) -> Conversation[Evidence]:
    lines = [
        f"How is it known? Press Enter for: {evidence_words(usual)}.",
        f"Or type for example: {EVIDENCE_EXAMPLE}",
    ]
    return (yield from _asked(lines, lambda line: evidence_from(line, usual)))


# Records


def _collection(
    declared: FactDeclaration, usual: Evidence, with_evidence: bool, asks: Asks
) -> Conversation[Told]:
    word = declared.record or "record"
    first = yield from _asked(
        [f"Is there {declared.a_record} to enter? Answer yes or no, or: don't know."], _yes_no_or_word
    )
    if first is Kind.CANNOT_TELL:
        return Told(Kind.CANNOT_TELL, None, "", "not known")
    kind, note = Kind.ANSWERED, ""
    if first is Kind.TO_FOLLOW:
        kind = Kind.TO_FOLLOW
        note = yield from _asked(
            ["What will follow, and from whom? Press Enter to leave this out."], str.strip
        )
        return Told(kind, None, note, "not known yet; evidence to follow")
    records: list[Record] = []
    more: bool | Kind = bool(first)
    while more is True:
        records.append((yield from _record(declared, usual, asks, len(records) + 1)))
        again = f"Is there another {word}? Answer yes or no, or: don't know."
        more = yield from _asked([again], _yes_no_or_word)
    found = Records(tuple(records), usual, partial=more is not False)
    if with_evidence:
        found = backed(found, (yield from _evidence(usual)))
    count = f"{len(records)} {word if len(records) == 1 else plural(word)}"
    words = f"{count}, perhaps more" if found.partial else count if records else f"no {word}"
    return Told(kind, found, note, words)


def _record(declared: FactDeclaration, usual: Evidence, asks: Asks, number: int) -> Conversation[Record]:
    found: dict[str, FactValue] = {}
    for name, field in declared.fields.items():
        if not asks(name, found):
            continue
        # By its name, once that is known.
        title = record_words(declared, number, lambda each: found[each].value if each in found else None)
        lines = [f"{capital(title)}. {field.question}", *([field.meaning] if field.meaning else [])]
        lines += [*numbered(field), expected(field)]
        given = yield from _asked(lines, partial_of(_value_or_word, declared=field))
        if isinstance(given, Kind):
            continue
        value, partial = given
        evidence = usual
        if field.type is FactType.JUDGEMENT and not evidence.by:
            judge = yield from _asked(["In whose judgement? Give a name, and a role behind a comma."], _judge)
            evidence = attrs.evolve(evidence, by=judge[0], role=judge[1] or evidence.role)
        found[name] = FactValue(value, evidence, partial)
    return found


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
    raise ValueFault(
        f"`{line.strip()}` is neither yes nor no" if word else "nothing was typed", "answer yes or no"
    )

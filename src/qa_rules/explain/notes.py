"""What decided, or is missing, one thing a note; and notes put together as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from qa_rules.explain.messages import WHY as WHY
from qa_rules.explain.messages import count, mark, say
from qa_rules.explain.wording import capital, listed, sentences, widened
from qa_rules.model.expressions import Fact, Field
from qa_rules.semantics.snapshot import HeldRecord

FIRST = (
    "policy_silent",
    "table_gap",
    "no_judge",
    "expired",
    "not_yet",
    "too_weak",
    "missing",
    "partial",
    "is_none",
    "nothing_there",
    "no_calendar",
)
"""Which code stands for a reason with several."""


MANY = 3
"""Of so many things the same is said once."""

HAS_TO_BE, NEEDS, MAY_NOT_BE, LACKS = (
    mark("has to be {what}"),
    mark("needs {what}"),
    mark("may not be {what}"),
    mark("lacks {what}"),
)
"""What would have met a test."""


@attrs.frozen
class Note:
    """One thing that decided or is missing."""

    code: str
    text: str
    facts: tuple[str, ...]
    needs: str = ""
    """What would have met the test; said of what is not met only."""
    lead: str = HAS_TO_BE
    """The message into which that is put."""
    cause: str = ""
    """Of a whole requirement that is open: the code that stands for why."""
    label: str = ""
    """What it is about, where all that is said of that is why it does not count."""
    why: str = ""
    """Why it does not count, in words: several of which the same is said stand in one sentence."""


def not_counted(code: str, label: str, why: str, fact: str) -> Note:
    """Return that something is not known, or does not count, and why."""
    return Note(code, say("{label}: {value}", label=label, value=why), (fact,), label=label, why=why)


def first_code(notes: Iterable[Note]) -> str:
    """Return the code that stands for several open notes."""
    codes = {note.code for note in notes}
    return next((each for each in FIRST if each in codes), "missing")


def unique(notes: Iterable[Note]) -> list[Note]:
    """Return each note once, in order."""
    return list(dict.fromkeys(notes))


def either(notes: list[Note]) -> Iterator[Note]:
    """Yield notes of which one would do: those on the same thing say what would do in one breath."""
    for text in dict.fromkeys(note.text for note in notes):
        same = [note for note in notes if note.text == text]
        asking = list(dict.fromkeys((note.lead, note.needs) for note in same if note.needs))
        lead = asking[0][0] if asking else same[0].lead
        short = [
            needs if at == 0 or other in (HAS_TO_BE, NEEDS) else say(other, what=needs)
            for at, (other, needs) in enumerate(asking)
        ]
        yield attrs.evolve(same[0], facts=facts_named(same), needs=_any_of(short), lead=lead)


def _any_of(needs: list[str]) -> str:
    """What would do in one breath: `has to be 3, or more than 5`."""
    needs = widened(needs)
    said = needs[:1]
    for each in needs[1:]:
        said = [say("{first}, or {other}", first=said[0], other=each)]
    return "".join(said)


def with_needs(notes: list[Note]) -> list[Note]:
    """Return notes with what would have met them in brackets."""
    return [attrs.evolve(note, text=_with_needs(note)) if note.needs else note for note in notes]


def _with_needs(note: Note) -> str:
    return say("{text} ({needs})", text=note.text, needs=say(note.lead, what=note.needs))


def facts_named(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return the facts of several notes, each once."""
    return tuple(dict.fromkeys(name for note in notes for name in note.facts))


def joined(lead: str, notes: list[Note]) -> str:
    """Return a sentence a note, one for several of which the same is said; the lead alone when there is none."""
    return sentences(dict.fromkeys(note.text for note in folded(notes)) or [lead])


def folded(notes: Iterable[Note]) -> Iterator[Note]:
    """Yield notes in order, those of many things of which the same is said as one: `Not known: this, that and that`."""
    notes = unique(notes)
    for note in notes:
        same = [each for each in notes if note.why and each.why == note.why]
        labels = dict.fromkeys(each.label for each in same)
        if len(labels) < MANY:
            yield note
        elif note is same[0]:
            text = say("{why}: {labels}", why=capital(note.why), labels=listed(labels))
            yield Note(note.code, text, facts_named(same))


@attrs.frozen
class Numbered:
    """A record with its number in the list."""

    number: int
    held: HeldRecord


def held_of(record: Numbered | None) -> HeldRecord | None:
    """Return what is believed of the record in hand, if there is one."""
    return None if record is None else record.held


def name_of(term: Fact | Field) -> str:
    """Return the name of a fact, or of a field with its collection."""
    return term.name if isinstance(term, Fact) else f"{term.collection}.{term.name}"


def all_meet(collection: str, number: int) -> str:
    """Return that every record of some number meets what is asked."""
    if number == 1:
        return say("{list}: the one listed meets this", list=collection)
    if number == 2:
        return say("{list}: both meet this", list=collection)
    return count("{list}: {n} meets this", "{list}: all {n} meet this", number, list=collection)


def too_few(collection: str, n: int, number: int) -> str:
    """Return that fewer records than are needed meet what is asked."""
    return count(
        "{list}: only {n} of the {number} needed",
        "{list}: only {n} of the {number} needed",
        n,
        list=collection,
        number=number,
    )


_WORDS = (
    mark("none"),
    mark("one"),
    mark("two"),
    mark("three"),
    mark("four"),
    mark("five"),
    mark("six"),
    mark("seven"),
    mark("eight"),
    mark("nine"),
    mark("ten"),
)


def tally(needed: int, of: int, held: int, holds: bool = True) -> str:
    """Return how many of several have to hold, and how many do, or do not: two of these five, and one does."""
    words = {name: _number(n) for name, n in (("needed", needed), ("all", of), ("held", held))}
    if not holds:
        return count(
            "{needed} of these {all} have to hold, and {held} does not",
            "{needed} of these {all} have to hold, and {held} do not",
            held,
            **words,
        )
    return count(
        "{needed} of these {all} have to hold, and {held} does",
        "{needed} of these {all} have to hold, and {held} do",
        held,
        **words,
    )


def _number(n: int) -> str:
    return say(_WORDS[n]) if n < len(_WORDS) else str(n)


def none_to_judge_by(collection: str, listed: int) -> str:
    """Return that no record can be judged by: none is listed, or none of those is of the kind that is asked about."""
    if not listed:
        return say("{list}: none yet to judge by", list=collection)
    return count(
        "{list}: the one listed is not of the kind asked about here",
        "{list}: none of the {n} listed is of the kind asked about here",
        listed,
        list=collection,
    )

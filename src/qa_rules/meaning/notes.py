"""What decided, or is missing, one thing a note; and notes put together as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from qa_rules.meaning.believing import HeldRecord
from qa_rules.meaning.wording import sentences
from qa_rules.model.expressions import Fact, Field

FIRST = (
    "policy_silent",
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

WHY = {
    "missing": "not known",
    "expired": "not counted, because the evidence has run out",
    "not_yet": "not counted yet, because the evidence is dated later",
    "no_judge": "not counted, because a judgement needs the name of whoever made it and the date",
}
"""Why a value is not known, in words."""


@attrs.frozen
class Note:
    """One thing that decided or is missing."""

    code: str
    text: str
    facts: tuple[str, ...]
    needs: str = ""
    """What would have met the test; said of what is not met only."""


def unique(notes: Iterable[Note]) -> list[Note]:
    """Return each note once, in order."""
    return list(dict.fromkeys(notes))


def either(notes: list[Note]) -> Iterator[Note]:
    """Yield notes of which one would do: those on the same thing say what would do in one breath."""
    for text in dict.fromkeys(note.text for note in notes):
        same = [note for note in notes if note.text == text]
        needs = dict.fromkeys(note.needs for note in same if note.needs)
        short = [_without_lead(each) if at else each for at, each in enumerate(needs)]
        yield attrs.evolve(same[0], facts=facts_named(same), needs=", or ".join(short))


def _without_lead(needs: str) -> str:
    for lead in ("has to be ", "needs "):
        needs = needs.removeprefix(lead)
    return needs


def with_needs(notes: list[Note]) -> list[Note]:
    """Return notes with what would have met them in brackets."""
    return [attrs.evolve(note, text=f"{note.text} ({note.needs})") if note.needs else note for note in notes]


def facts_named(notes: Iterable[Note]) -> tuple[str, ...]:
    """Return the facts of several notes, each once."""
    return tuple(dict.fromkeys(name for note in notes for name in note.facts))


def joined(lead: str, notes: list[Note]) -> str:
    """Return a sentence a note; the lead alone when there is none."""
    return sentences(dict.fromkeys(note.text for note in notes) or [lead])


@attrs.frozen
class Numbered:
    """A record with its number in the list."""

    word: str
    number: int
    held: HeldRecord


def held_of(record: Numbered | None) -> HeldRecord | None:
    """Return what is believed of the record in hand, if there is one."""
    return None if record is None else record.held


def name_of(term: Fact | Field) -> str:
    """Return the name of a fact, or of a field with its collection."""
    return term.name if isinstance(term, Fact) else f"{term.collection}.{term.name}"

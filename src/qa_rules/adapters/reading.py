"""What a feed says of a subject: facts, notes for a person, identifiers, and what of it could not be read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from qa_rules.errors import ArgumentError, Diagnostic, due
from qa_rules.model.facts import Facts, FactValue
from qa_rules.model.results import Result
from qa_rules.model.values import Shown

WHAT_IS_READ: Final = "a Reading, or Facts"


class NoteKind(StrEnum):
    """What a person does with a note, the most pressing first."""

    WARNING = "warning"
    """Look at this before anything else."""
    CONFLICT = "conflict"
    """Two sources differ. Find out which of them is right."""
    MATCH = "match"
    """Say whether an entry is about this provider."""
    JUDGE = "judge"
    """It bears on a judgement, and judges nothing."""
    ASK = "ask"
    """It gives a reason to ask."""
    TOLD = "told"
    """It is said, and no fact of this ruleset asks for it."""


@attrs.frozen(repr=False)
class Note(Shown, Result):
    """Something that a feed says and that no fact can be made of without a person."""

    kind: NoteKind
    text: str
    """A sentence."""
    about: tuple[str, ...] = ()
    """The facts that it bears on."""
    subject: str = ""
    pointer: str = ""
    """Where it stands in what was read, as a JSON Pointer; empty for the whole."""


@attrs.frozen(order=True, repr=False)
class Identifier(Shown, Result):
    """What a register calls the subject: by it the entries of several registers are known to be about one body."""

    scheme: str
    """A code of the list at org-id.guide where there is one, such as `GB-CHC`."""
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}-{self.value}"


@attrs.frozen(repr=False)
class Match(Shown):
    """A person's word that an entry of a register, or a certificate, is about a provider. Only a person gives it."""

    identifier: str
    """What the register calls the entry."""
    subject: str
    """The provider, as you call it."""
    by: str
    """Who looked."""
    on: datetime.date

    def __attrs_post_init__(self) -> None:
        for name in ("identifier", "subject", "by"):
            due(name, getattr(self, name), str, "text")
            if not getattr(self, name).strip():
                raise ArgumentError(
                    f"`{name}` of a match is empty: an entry, a provider and a person are named"
                )
        due("on", self.on, datetime.date, "a date")


@attrs.frozen(repr=False)
class Reading(Shown):
    """What was read of one subject; of a feed with several subjects, what was read of each in `rows`."""

    facts: Facts = Facts()
    """Of the one subject. Empty where there are several: the facts of two subjects are never mixed."""
    notes: tuple[Note, ...] = ()
    """The most pressing first."""
    identifiers: tuple[Identifier, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    """What could not be read, with its place as a JSON Pointer. All else was."""
    several: tuple[Reading, ...] | None = None

    @property
    def rows(self) -> tuple[Reading, ...]:
        """A reading for each subject: itself, where it is of one."""
        return (self,) if self.several is None else self.several

    @property
    def subject(self) -> str:
        """Whom it is about, as the feed names it; empty where there are several."""
        return self.facts.subject

    def __repr__(self) -> str:
        parts = [f"{len(self.facts.values) + len(self.facts.collections)} facts", f"{len(self.notes)} notes"]
        if self.several is not None:
            parts.insert(0, f"{len(self.several)} subjects")
        if self.diagnostics:
            parts.append(f"{len(self.diagnostics)} faults")
        return f"<Reading{f' of {self.subject}' if self.subject else ''}: {', '.join(parts)}>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: a facts file with the notes, identifiers and faults beside it."""
        found: dict[str, Any] = {
            **self.facts.to_dict(),
            "notes": [each.to_dict() for each in self.notes],
            "identifiers": [each.to_dict() for each in self.identifiers],
            "diagnostics": [each.to_dict() for each in self.diagnostics],
        }
        return found if self.several is None else {"rows": [each.to_dict() for each in self.several]}


@attrs.frozen(repr=False)
class Conflict(Shown):
    """Two sources differ about one thing. Which of them is right, a person finds out."""

    about: str
    """The fact; or the scheme of an identifier, and then it is not known that the sources speak of one subject."""
    values: tuple[FactValue | str, ...]
    text: str
    """The same as a sentence."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, every value with its evidence."""
        plain = [
            each if isinstance(each, str) else Facts({self.about: each}).to_dict()["facts"]
            for each in self.values
        ]
        return {"about": self.about, "values": plain, "text": self.text}


@attrs.frozen(repr=False)
class Merged(Shown):
    """Several sources of one subject together."""

    facts: Facts
    """What no two sources differ about. What they differ about is not among it, and so not known."""
    conflicts: tuple[Conflict, ...]
    notes: tuple[Note, ...]
    identifiers: tuple[Identifier, ...]

    def to_dict(self) -> Mapping[str, Any]:
        """Return plain data."""
        return {
            **self.facts.to_dict(),
            "conflicts": [each.to_dict() for each in self.conflicts],
            "notes": [each.to_dict() for each in self.notes],
            "identifiers": [each.to_dict() for each in self.identifiers],
        }


def in_order(notes: tuple[Note, ...] | list[Note]) -> tuple[Note, ...]:
    """Return notes, each once, the most pressing first, else as they came."""
    kinds = list(NoteKind)
    return tuple(sorted(dict.fromkeys(notes), key=lambda each: kinds.index(each.kind)))

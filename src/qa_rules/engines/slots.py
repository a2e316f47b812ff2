"""How believed facts are laid out for a generated function: parts in numbered places, no names, no None.

A part of an unknown fact is a stand-in of its type, with codes that make every test of it unknown.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import attrs

from qa_rules.meaning.believing import NO_RECORDS, Held, HeldRecord, Known
from qa_rules.meaning.pairs import FAILS, HOLDS, UNKNOWN
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE


class Part(Enum):
    """What a generated function may need of one fact."""

    TRUTH = "truth"
    """Of a yes or no: the bits of *is yes*."""
    VALUE = "value"
    HOLDS = "holds"
    """The bits of a test that holds."""
    FAILS = "fails"
    """The bits of a test that does not."""
    WHOLE_HOLDS = "whole_holds"
    """Of a set: the bits of a test that holds because nothing else belongs to it."""
    WHOLE_FAILS = "whole_fails"
    """Of a set: the bits of a test that fails because nothing else belongs to it."""
    GIVEN = "given"
    """The bits of *is given*."""
    HELD = "held"
    """The believed value itself, None when unknown."""


_STAND_INS: Final[Mapping[FactType, Any]] = {
    FactType.YES_NO: False,
    FactType.JUDGEMENT: False,
    FactType.INTEGER: 0,
    FactType.DECIMAL: Decimal(0),
    FactType.DATE: datetime.date.min,
    FactType.CHOICES: frozenset(),
    FactType.CODES: frozenset(),
}


@attrs.frozen
class Slot:
    """One part of one fact or field."""

    name: str
    part: Part
    stand_in: Any = None

    @classmethod
    def of(cls, declared: FactDeclaration, part: Part) -> Slot:
        """Return the slot of a part of a declared fact."""
        return cls(declared.name, part, _STAND_INS.get(declared.type, ""))


def fill(slot: Slot, held: Held | None) -> Any:
    """Return what stands in a slot."""
    if slot.part is Part.HELD:
        return held
    if slot.part is Part.VALUE:
        return slot.stand_in if held is None or held.value is NONE else held.value
    if held is None:
        return UNKNOWN
    value, strength, whole = held
    if slot.part is Part.GIVEN:
        return (FAILS if value is NONE else HOLDS)[strength]
    if value is NONE:
        return UNKNOWN
    match slot.part:
        case Part.TRUTH:
            return (HOLDS if value else FAILS)[strength]
        case Part.HOLDS:
            return HOLDS[strength]
        case Part.FAILS:
            return FAILS[strength]
        case Part.WHOLE_HOLDS:
            return HOLDS[whole]
        case Part.WHOLE_FAILS:
            return FAILS[whole]


@attrs.frozen
class Layout:
    """The slots of a closed ruleset: of facts, and of the records of each collection."""

    facts: tuple[Slot, ...]
    collections: tuple[tuple[str, tuple[Slot, ...]], ...]

    def encode(self, known: Known) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return the parts of the facts, and for each collection its rows and the strength of the list.

        A row begins with the bits of *there is this record*.
        """
        get = known.values.get
        parts = tuple([fill(slot, get(slot.name)) for slot in self.facts])
        rows = []
        for name, slots in self.collections:
            records, whole = known.collections.get(name, NO_RECORDS)
            rows.append((tuple([_row(record, slots) for record in records]), whole))
        return parts, tuple(rows)


def _row(record: HeldRecord, slots: tuple[Slot, ...]) -> tuple[Any, ...]:
    get = record.fields.get
    return (HOLDS[record.strength], *[fill(slot, get(slot.name)) for slot in slots])

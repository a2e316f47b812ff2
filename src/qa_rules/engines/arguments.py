"""How believed facts are laid out for a generated function: parts in numbered places, no names, no None.

A part of an unknown fact is a stand-in of its type, with codes that make every test of it unknown.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import attrs

from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import NONE
from qa_rules.semantics.snapshot import NO_RECORDS, Held, Known
from qa_rules.semantics.truth import FAILS, HOLDS, UNKNOWN


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


_TEMPLATES: Final[Mapping[Part, tuple[str, str]]] = {
    # When none, when known or unknown. Unknown is a stand-in of strength 0, and that is all that makes it unknown.
    Part.TRUTH: ("{unknown}", "(H if value else F)[h{number}.strength]"),
    Part.VALUE: ("m{number}.value", "value"),
    Part.HOLDS: ("{unknown}", "H[h{number}.strength]"),
    Part.FAILS: ("{unknown}", "F[h{number}.strength]"),
    Part.WHOLE_HOLDS: ("{unknown}", "H[h{number}.whole]"),
    Part.WHOLE_FAILS: ("{unknown}", "F[h{number}.whole]"),
    Part.GIVEN: ("F[h{number}.strength]", "H[h{number}.strength]"),
    Part.HELD: ("h{number}", "None if h{number} is m{number} else h{number}"),
}

Get = Callable[[str, Held], Held]
Encoder = Callable[[Get], tuple[Any, ...]]


def encoder(slots: tuple[Slot, ...]) -> Encoder:
    """Return a function from a look-up of believed values to what stands in the slots, in their order.

    Its source holds numbers and words of ours only; names and stand-ins are bound.
    """
    places: dict[str, dict[int, Slot]] = {}
    for at, slot in enumerate(slots):
        places.setdefault(slot.name, {})[at] = slot
    missing = tuple(Held(next(iter(group.values())).stand_in, 0, 0) for group in places.values())
    bound: dict[str, Any] = {"names": tuple(places), "missing": missing}
    bound |= {f"m{number}": held for number, held in enumerate(missing)}
    bound |= {"H": HOLDS, "F": FAILS, "NONE": NONE}
    lines = ["def encode(get, NONE=NONE, H=H, F=F):"]
    if places:
        lines.append(
            f"    {''.join(f'h{number}, ' for number in range(len(places)))}= map(get, names, missing)"
        )
    for number, group in enumerate(places.values()):
        none, known = (
            "; ".join(
                f"p{at} = {_TEMPLATES[slot.part][which].format(number=number, unknown=UNKNOWN)}"
                for at, slot in group.items()
            )
            for which in range(2)
        )
        lines += [
            f"    value = h{number}.value",
            f"    if value is NONE: {none}",
            f"    else: {known}",
        ]
    lines.append(f"    return ({''.join(f'p{at}, ' for at in range(len(slots)))})")
    exec(compile("\n".join(lines), "<encoder>", "exec"), bound)
    made: Encoder = bound["encode"]
    return made


@attrs.frozen(eq=False)
class Layout:
    """The slots of a closed ruleset: of facts, and of the records of each collection."""

    facts: tuple[Slot, ...]
    collections: tuple[tuple[str, tuple[Slot, ...]], ...]
    _facts: Encoder = attrs.field(init=False, repr=False)
    _records: tuple[tuple[str, Encoder], ...] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_facts", encoder(self.facts))
        object.__setattr__(
            self, "_records", tuple((name, encoder(slots)) for name, slots in self.collections)
        )

    def encode(self, known: Known) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return the parts of the facts, and for each collection its rows and the strength of the list.

        A row begins with the bits of *there is this record*.
        """
        rows = []
        for name, encode in self._records:
            records, whole = known.collections.get(name, NO_RECORDS)
            rows.append(([(HOLDS[each.strength], *encode(each.fields.get)) for each in records], whole))
        return self._facts(known.values.get), tuple(rows)

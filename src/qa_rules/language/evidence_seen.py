"""Evidence that was seen before, however many subjects it is of: a look into a table finds it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from operator import itemgetter
from types import NoneType
from typing import Any, Final, NamedTuple

from qa_rules.language.facts_reader import FactsReader
from qa_rules.language.reading import Raw, Source
from qa_rules.model.facts import Evidence, FactValue

MOST_KEPT: Final = 4096
"""How much evidence of one kind is kept before it is forgotten."""
_PLAIN: Final = frozenset((str, datetime.date, NoneType))
"""The types of which equal ones are the same evidence."""
MARKS: Final = frozenset((bool, str, NoneType))
"""Those of a mark: 1 is equal to yes, and is none."""


class Odd(Exception):
    """Something that has to be looked at with care."""


class Seen:
    """One evidence, with what is often given with it."""

    __slots__ = ("evidence", "made", "no", "yes")

    def __init__(self, evidence: Evidence) -> None:
        self.evidence: Evidence = evidence
        self.yes: FactValue = FactValue(True, evidence)
        self.no: FactValue = FactValue(False, evidence)
        self.made: dict[str, FactValue] = {}
        """By the option of a choice."""


class _Shape(NamedTuple):
    """The keys with which values are written, and the evidence that was seen beside them."""

    pick: Callable[[dict[str, Raw]], Any]
    """What of a value is its evidence."""
    seen: dict[Any, Seen]
    mine: tuple[str, ...]
    """The keys of evidence."""
    is_marked: bool
    """Whether `inherited` is among them: it is yes or no, and 1 is equal to yes."""
    is_partial: bool
    """Whether `partial` stands beside them."""


class Around:
    """The evidence that stands around values, and all that was seen to stand on them."""

    __slots__ = ("bare", "evidence", "inner", "shapes")

    def __init__(self, evidence: Evidence) -> None:
        self.evidence: Evidence = evidence
        self.bare: Seen = Seen(evidence)
        self.shapes: dict[tuple[str, ...], _Shape] = {}
        self.inner: dict[tuple[tuple[str, Raw], ...], tuple[Around, Evidence]] = {}

    def on(self, raw: dict[str, Raw]) -> Seen:
        """Return evidence beside a value that was not seen before. Odd where something is wrong with it."""
        if "value" not in raw:
            raise Odd
        shape = self.shapes.get(tuple(raw))
        if shape is None:
            mine = tuple(key for key in raw if key not in ("value", "partial"))
            pick = itemgetter(*mine) if mine else _nothing
            shape = self.shapes[tuple(raw)] = _Shape(pick, {}, mine, "inherited" in raw, "partial" in raw)
        evidence = _read(self.evidence, {key: raw[key] for key in shape.mine}, True)
        if len(shape.seen) >= MOST_KEPT:
            shape.seen.clear()
        found = shape.seen[shape.pick(raw)] = Seen(evidence)
        return found

    def within(self, raw: Raw) -> tuple[Around, Evidence]:
        """Return the evidence that stands around values inside, and the same as it stands on their list."""
        if type(raw) is not dict:
            raise Odd
        key = tuple(raw.items())
        try:
            found = self.inner.get(key)
        except TypeError:
            raise Odd from None
        if found is None:
            inner, on_list = (_read(self.evidence, raw, on_value) for on_value in (False, True))
            if len(self.inner) >= MOST_KEPT:
                self.inner.clear()
            found = self.inner[key] = Around(inner), on_list
        elif type(raw.get("inherited")) not in MARKS:
            raise Odd
        return found


def _nothing(raw: dict[str, Raw]) -> None:
    """What of a value is its evidence where it has none of its own."""


def _read(around: Evidence, raw: dict[str, Raw], on_value: bool) -> Evidence:
    """Read evidence with care, once for all that is the same."""
    for key, each in raw.items():
        if type(each) not in _PLAIN and not (key == "inherited" and type(each) is bool):
            raise Odd
    source = Source("")
    found = FactsReader(source).evidence(raw, (), around, on_value=on_value)
    if source.diagnostics:
        raise Odd
    return found

"""What can be otherwise about a subject, one record of a list at a time, and the tests that look at it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qa_rules.model.expressions import Expr
from qa_rules.semantics.snapshot import Held

NEW = (3, 6, 12)
"""How many records may be added to a list: more of them are tried only where fewer are not enough, and may be."""
MOST_NEW = NEW[-1]
"""No more than this are ever tried."""
STRONGEST = 3
WHOLE = -1


@attrs.frozen(cache_hash=True)
class Variable:
    """Something that can be otherwise: a fact; or at a place of a list a field, or whether a record is there."""

    name: str
    """A fact, or a collection."""
    place: int | None = None
    """Of a list; WHOLE for whether the list is known to be whole."""
    field: str = ""
    """Empty for whether there is a record."""

    @property
    def key(self) -> str:
        """The fact, or the field as `collection.field`, whatever its place; of a list itself the collection."""
        return f"{self.name}.{self.field}" if self.field else self.name


def in_order(variable: Variable) -> tuple[str, int, str]:
    """Return what variables are sorted by: a list before its records, and those by their places."""
    return variable.name, WHOLE if variable.place is None else variable.place, variable.field


@attrs.frozen
class Spot:
    """A test, of the record at a place where it looks at fields."""

    expr: Expr
    collection: str = ""
    place: int = 0


@attrs.frozen
class There:
    """Whether there is a record at a place."""

    collection: str
    place: int


@attrs.frozen
class Whole:
    """Whether the list is known to be whole. It is never denied."""

    collection: str


Test = Spot | There | Whole
Setting = Held | bool
State = Mapping[Variable, Setting | None]
"""What is otherwise than given. None is not known."""

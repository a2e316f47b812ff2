"""The heads of loops over records in a generated function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qa_rules.engines.arguments import Slot

INDENT: Final = "    "


class Loop(str):
    """The head of a loop, written when every field that it needs is known."""

    __slots__ = ("collection", "depth")
    collection: str
    depth: int

    def __new__(cls, collection: str, depth: int) -> Loop:
        """Return the head of the loop over a collection, so many steps in."""
        made = super().__new__(cls, "")
        made.collection, made.depth = collection, depth
        return made

    def head(self, rows: Mapping[str, str], fields: Mapping[str, Mapping[Slot, str]]) -> str:
        """Return the line, given the names of lists and of what each record of them has in its places."""
        names = ", ".join(["there", *fields[self.collection].values()])
        return f"{INDENT * self.depth}for {names}, in {rows[self.collection]}:"

"""A set in one cell of text: its items between semicolons, and what may be one item or several."""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.language.placeholders import is_from_program
from qa_rules.language.values import ValueFault, shown

_SEPARATOR: Final = ";"
_EMPTY: Final = "[]"
"""A cell that says: none of them."""
_OTHERS: Final = re.compile(r"[,|\t\r\n\u2028]")
"""What many write between two items; nobody can say whether it is part of one."""


def items_of(cells: pa.Array) -> pa.Array:
    """Return cells of text as lists of items: `a; b`, and `[]` for an empty set."""
    text = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    lists = [
        None
        if cell is None
        else []
        if cell == _EMPTY
        else [cell]
        if is_from_program(cell)
        else [item.strip() for item in cell.split(_SEPARATOR)]
        for cell in text.to_pylist()
    ]
    return pa.array(lists, pa.list_(pa.string()))


def fault_of(item: str) -> ValueFault | None:
    """Return why what stands between semicolons is no item, whatever the vocabulary says."""
    if is_from_program(item):
        message = f"{shown(item)} is a list as a program writes it"
        return ValueFault(message, f"write `a; b`, and `{_EMPTY}` for none of them")
    if _OTHERS.search(item):
        message = f"{shown(item)} may be one item or several"
        return ValueFault(message, "put a semicolon between two items, as in `a; b`")
    return None

"""What a decision table gives for inputs that are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from tests.meaning.believing import NONE, Plain
from tests.meaning.judging import every, opposite
from tests.meaning.testing_facts import Truth

_OPERATORS = ("at least", "at most", "more than", "less than")


def every_value(declared: Plain) -> list[Any]:
    """Return all that a fact can be, of those types that a table looks at."""
    if declared["type"] == "yes_no":
        return [True, False]
    if declared["type"] == "choice":
        return list(declared["options"])
    return [Fraction(each) for each in range(declared["least"], declared["most"] + 1)]


def given_by(table: Plain, way: Sequence[Any], at: int) -> Any:
    """What a table gives at an output for inputs that are known; None where it gives no value."""
    width = len(table["inputs"])
    rows = [row for row in table["rows"] if all(map(_is_in, (str(each) for each in row[:width]), way))]
    outputs = [_read(row[width:][at]) for row in rows]
    if not outputs:
        return _read(table["otherwise"][at]) if "otherwise" in table else None
    match table["hit_policy"]:
        case "unique":
            return outputs[0] if len(outputs) == 1 else None
        case "first":
            return outputs[0]
        case _:
            of: dict[str, Callable[[list[Any]], Any]] = {
                "sum": sum,
                "count": len,
                "least": min,
                "greatest": max,
            }
            return Fraction(of[table["aggregation"]](outputs))


def _read(cell: Any) -> Any:
    if cell in ("yes", "no"):
        return cell == "yes"
    if isinstance(cell, bool):
        return cell
    return cell if re.fullmatch(r"[a-z_]+", str(cell)) else Fraction(str(cell))


def _is_in(cell: str, value: Any) -> bool:
    """Whether a value is one that a cell takes: none is taken by `any` and `not given` only."""
    if cell == "any":
        return True
    if value is NONE:
        return cell == "not given"
    if cell in ("given", "not given"):
        return cell == "given"
    if " or " in cell:
        return any(_is_in(each, value) for each in cell.split(" or "))
    if " and " in cell:
        return all(_is_in(each, value) for each in cell.split(" and "))
    for how in _OPERATORS:
        if cell.startswith(how):
            return against(value - Fraction(cell.removeprefix(how).strip()), None, how, same=True) is True
    if cell.startswith("not "):
        return not _is_in(cell[4:], value)
    return bool(value == _read(cell))


def against(low: Fraction | None, high: Fraction | None, how: str, same: bool = False) -> Truth:
    """What lies between two ends, against nothing."""
    if same:
        high = low
    at_least = True if low is not None and low >= 0 else False if high is not None and high < 0 else None
    at_most = True if high is not None and high <= 0 else False if low is not None and low > 0 else None
    match how:
        case "at least":
            return at_least
        case "at most":
            return at_most
        case "more than":
            return opposite(at_most)
        case "less than":
            return opposite(at_least)
        case _:
            return every([at_least, at_most])

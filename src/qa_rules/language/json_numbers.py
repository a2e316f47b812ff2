"""Numbers of JSON as they are written: exact, never text, and never an error."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

_FEW: Final = 40
"""A number of more digits fits no fact; Python makes no whole number of thousands."""


def number(digits: str) -> int | Decimal:
    """Return a number as it is written, infinite where it is beyond all counting."""
    try:
        return int(digits) if len(digits) <= _FEW and digits.lstrip("-").isdigit() else Decimal(digits)
    except ArithmeticError:
        return Decimal("-Infinity" if digits.startswith("-") else "Infinity")


NUMBERS: Final[Mapping[str, Any]] = {"parse_float": number, "parse_int": number, "parse_constant": Decimal}
"""How whoever reads JSON reads its numbers, NaN and Infinity among them."""

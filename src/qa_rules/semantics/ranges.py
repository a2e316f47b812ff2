"""The values that a number or an ordered choice can have, and how two of them compare."""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor
from typing import assert_never

from qa_rules.model.expressions import Op
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import Scalar


def bounds(declared: FactDeclaration) -> tuple[Scalar | None, Scalar | None]:
    """Return the least and the greatest value that a number can have."""
    least, most = declared.least, declared.most
    if declared.type is FactType.INTEGER:
        return None if least is None else ceil(least), None if most is None else floor(most)
    return (least, most) if declared.type is FactType.DECIMAL else (None, None)


def holds_of(value: Scalar, op: Op, bound: Scalar, ranks: tuple[str, ...]) -> bool:
    """Return whether a value compares so with a bound; options by their ranks."""
    if op is Op.IS:
        return value == bound
    a: Decimal | int
    b: Decimal | int
    if isinstance(value, str) or isinstance(bound, str):
        a, b = ranks.index(str(value)), ranks.index(str(bound))
    else:
        a, b = value, bound  # type: ignore[assignment]
    match op:
        case Op.AT_LEAST:
            return a >= b
        case Op.AT_MOST:
            return a <= b
        case Op.MORE:
            return a > b
        case Op.LESS:
            return a < b
        case _:
            assert_never(op)

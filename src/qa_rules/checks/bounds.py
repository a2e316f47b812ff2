"""A value in a rule that the declared bounds or options of the fact leave no choice about."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import attrs

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import Compare, Expr, Literal, Op
from qa_rules.model.facts import FactDeclaration, Vocabulary

CODE = "outside-bounds"


@attrs.frozen
class Compared:
    """A fact against a value, both as numbers; of an ordered choice the positions of its options."""

    declared: FactDeclaration
    op: Op
    value: Decimal
    least: Decimal | None
    most: Decimal | None
    shown: str
    """The value as it is written."""


def find(subject: Subject) -> Iterator[Remark]:
    """Yield comparisons that the bounds or options of the fact decide by themselves."""
    vocabulary = subject.ruleset.vocabulary
    for owner, place, node in nodes(subject):
        found = _compared(node, vocabulary)
        if found is None:
            continue
        always = _always(found.op, found.value, found.least, found.most)
        if always is not None:
            so = f"`{found.op.value} {found.shown}` {'always' if always else 'never'} holds"
            message = f"`{found.declared.name}` is declared {_bounds(found.declared)}, so {so}"
            yield Remark(CODE, owner, message, "correct the value, the comparison or the declaration", place)


def _bounds(declared: FactDeclaration) -> str:
    if declared.options:
        first, *_, last = declared.options
        return f"from `{first}` to `{last}`"
    least = "" if declared.least is None else f"at least {declared.least}"
    most = "" if declared.most is None else f"at most {declared.most}"
    return " and ".join(filter(None, (least, most)))


def _compared(node: Expr, vocabulary: Vocabulary) -> Compared | None:
    if not isinstance(node, Compare):
        return None
    left, op, right = node.left, node.op, node.right
    if isinstance(left, Literal):
        left, op, right = right, op.mirrored, left
    declared = vocabulary.declaration(left)
    if declared is None or not isinstance(right, Literal) or isinstance(right.value, bool):
        return None
    if node.ranks and right.value in node.ranks:
        ends = Decimal(0), Decimal(len(node.ranks) - 1)
        return Compared(declared, op, Decimal(node.ranks.index(str(right.value))), *ends, str(right.value))
    if not declared.type.is_number or not isinstance(right.value, int | Decimal):
        return None
    return Compared(declared, op, Decimal(right.value), declared.least, declared.most, str(right.value))


def _always(op: Op, value: Decimal, least: Decimal | None, most: Decimal | None) -> bool | None:
    """True when every value within the bounds passes, False when none does, None when it depends."""
    low = None if least is None else (least > value) - (least < value)
    high = None if most is None else (most > value) - (most < value)
    match op:
        case Op.IS:
            return False if low == 1 or high == -1 else None
        case Op.AT_LEAST:
            return True if low in (0, 1) else False if high == -1 else None
        case Op.MORE:
            return True if low == 1 else False if high in (0, -1) else None
        case Op.AT_MOST:
            return True if high in (0, -1) else False if low == 1 else None
        case Op.LESS:
            return True if high == -1 else False if low in (0, 1) else None

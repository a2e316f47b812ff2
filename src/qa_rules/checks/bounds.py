"""A number in a rule that the declared bounds of the fact rule out, so that the test always goes one way."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import Compare, Expr, Fact, Field, Literal, Op, Term
from qa_rules.model.facts import FactDeclaration, Vocabulary

CODE = "outside-bounds"
_SWAPPED = {
    Op.AT_LEAST: Op.AT_MOST,
    Op.AT_MOST: Op.AT_LEAST,
    Op.MORE: Op.LESS,
    Op.LESS: Op.MORE,
    Op.IS: Op.IS,
}


def find(subject: Subject) -> Iterator[Remark]:
    """Yield comparisons with a number that the bounds of the fact decide by themselves."""
    vocabulary = subject.ruleset.vocabulary
    for owner, place, node in nodes(subject):
        found = _number(node, vocabulary)
        if found is None:
            continue
        declared, op, value = found
        always = _always(op, value, declared.least, declared.most)
        if always is not None:
            least = "" if declared.least is None else f" at least {declared.least}"
            most = "" if declared.most is None else f" at most {declared.most}"
            so = f"`{op.value} {value}` {'always' if always else 'never'} holds"
            message = f"`{declared.name}` is declared{' and'.join(filter(None, (least, most)))}, so {so}"
            yield Remark(CODE, owner, message, "correct the number or the bounds", place)


def _number(node: Expr, vocabulary: Vocabulary) -> tuple[FactDeclaration, Op, Decimal] | None:
    if not isinstance(node, Compare) or node.ranks:
        return None
    left, op, right = node.left, node.op, node.right
    if isinstance(left, Literal):
        left, op, right = right, _SWAPPED[op], left
    declared = _declared(left, vocabulary)
    if declared is None or not declared.type.is_number or not isinstance(right, Literal):
        return None
    if isinstance(right.value, bool) or not isinstance(right.value, int | Decimal):
        return None
    return declared, op, Decimal(right.value)


def _declared(term: Term, vocabulary: Vocabulary) -> FactDeclaration | None:
    if isinstance(term, Fact):
        return vocabulary.scalars[term.name]
    if isinstance(term, Field):
        return vocabulary.collections[term.collection].fields[term.name]
    return None


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

"""The same test twice in one list of alternatives or conditions."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import AllOf, AnyOf, AtLeast

CODE = "repeated-test"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield operands that an earlier operand of the same node equals."""
    for owner, place, node in nodes(subject):
        if isinstance(node, AllOf | AnyOf | AtLeast):
            seen = []
            for operand in node.operands:
                if operand in seen:
                    message = f"{owner} asks the same thing twice in one list"
                    yield Remark(CODE, owner, message, "take one out, or correct it", operand.place or place)
                seen.append(operand)

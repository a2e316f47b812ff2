"""A test that compares a fact with itself, so that it always goes one way."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import Compare, Includes, Later, OneOf, Within

CODE = "self-comparison"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield leaves with the same term on both sides, with or without a span of time between them."""
    for owner, place, node in nodes(subject):
        match node:
            case Compare(left, _, right):
                same = left == (right.start if isinstance(right, Later) else right)
            case Within(moment, start):
                same = moment == start
            case Includes(whole, _, items):
                same = whole == items
            case OneOf(item, options):
                same = item == options
            case _:
                same = False
        if same:
            message = f"a test of {owner} compares a thing with itself"
            yield Remark(CODE, owner, message, "name the other fact", place)

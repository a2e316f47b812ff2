"""The same advice under two clauses that look at different things: under one of them it belongs elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.expressions import facts_of
from qa_rules.model.rulesets import Requirement

CODE = "same-fix"
_FEW = 4
"""A text of fewer words, such as *Do it now.*, may well stand in many places."""


def find(subject: Subject) -> Iterator[Remark]:
    """Yield the second of two requirements whose `fix` is word for word the same and that read none of the same facts.

    What stands under three and more is a phrase that is meant.
    """
    alike: dict[str, list[Requirement]] = {}
    for each in subject.ruleset.requirements:
        words = " ".join(each.fix.split()).casefold()
        if len(words.split()) >= _FEW:
            alike.setdefault(words, []).append(each)
    for found in alike.values():
        if len(found) == 2 and _read(found[0]).isdisjoint(_read(found[1])):
            first, each = found
            message = f"{each.id} has the same `fix` as {first.id}, and asks for something else"
            yield Remark(CODE, each.id, message, "say under each what puts just that right", each.place)


def _read(requirement: Requirement) -> frozenset[str]:
    asked = (requirement.applies_when, requirement.met_when)
    return frozenset(name for expr in asked if expr is not None for name in facts_of(expr))

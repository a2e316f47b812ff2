"""A group that counts a requirement twice, or holds nothing although it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.rulesets import Group, Ruleset

CODE = "group-members"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield groups with members named twice, directly or through another member, and groups of nothing."""
    ruleset = subject.ruleset
    for group in ruleset.groups:
        counted = Counter(_flat(ruleset, group))
        for name, times in counted.items():
            if times > 1:
                message = f"{group.id} holds {name} {times} times, itself or through another member"
                yield Remark(CODE, group.id, message, "name it once", group.place)
        if not counted and not group.not_applicable:
            message = f"{group.id} holds no requirement"
            yield Remark(CODE, group.id, message, "name its members, or say why there are none", group.place)


def _flat(ruleset: Ruleset, group: Group) -> Iterator[str]:
    for member in group.members:
        inner = ruleset.group.get(member)
        if inner is None:
            yield member
        else:
            yield from _flat(ruleset, inner)

"""A requirement that counts for nothing: no group, decision, tier or other requirement asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import Reference

CODE = "ungrouped-requirement"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield requirements that nothing refers to, where the ruleset has groups or decisions at all."""
    ruleset = subject.ruleset
    if not ruleset.groups and not ruleset.decisions:
        return
    asked = {member for group in ruleset.groups for member in group.members}
    asked |= {node.name.partition(":")[0] for _, _, node in nodes(subject) if isinstance(node, Reference)}
    if ruleset.top_tier is not None:
        asked |= set(ruleset.top_tier.needs)
    for each in ruleset.requirements:
        if each.id not in asked:
            message = f"{each.id} is in no group, and nothing asks for it"
            yield Remark(CODE, each.id, message, "name it in a group, or in a decision", each.place)

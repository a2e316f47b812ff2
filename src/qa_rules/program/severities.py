"""What a gap in each requirement means under a policy, and which requirements a name stands for."""

from __future__ import annotations

from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Severity


def requirements_of(ruleset: Ruleset, name: str) -> tuple[str, ...]:
    """Return the requirements that a name stands for: itself, or the members of a group, flattened, once each."""
    found: dict[str, None] = {}
    ahead = [name]
    while ahead:
        one = ahead.pop()
        if one in found:
            continue
        found[one] = None
        if one in ruleset.group:
            ahead.extend(reversed(ruleset.group[one].members))
    return tuple(one for one in found if one not in ruleset.group)


def severities_of(ruleset: Ruleset, policy: Policy | None) -> dict[str, Severity | None]:
    """Return the severity of each requirement under a policy; None where the policy is silent."""
    given = {} if policy is None else policy.severities
    found: dict[str, Severity | None] = {}
    narrowest = sorted(
        (group for group in ruleset.groups if group.id in given),
        key=lambda each: len(requirements_of(ruleset, each.id)),
    )
    of_groups: dict[str, Severity] = {}
    for group in narrowest:
        for name in requirements_of(ruleset, group.id):
            of_groups.setdefault(name, given[group.id])
    for each in ruleset.requirements:
        own = given.get(each.id)
        is_overdue = each.severity is Severity.CONDITION and own is Severity.REQUIRED
        if each.hard_stop or is_overdue:
            found[each.id] = Severity.REQUIRED
        else:
            found[each.id] = each.severity or own or of_groups.get(each.id, given.get("default"))
    return found

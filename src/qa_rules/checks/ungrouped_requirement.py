"""A requirement or group that counts for nothing: no decision, tier or lock asks for it, by whatever way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set

from qa_rules.checks.protocol import Remark, Subject, nodes
from qa_rules.model.expressions import Reference
from qa_rules.model.values import Severity
from qa_rules.program.bind import LOCK
from qa_rules.program.severities import requirements_of

CODE = "ungrouped-requirement"
_ENDS = ""
"""Stands for decisions, tiers, locks and whatever else is asked for its own sake."""


def find(subject: Subject) -> Iterator[Remark]:
    """Yield requirements that nothing asks for, and groups that lead nowhere: of each line of them the last.

    A group whose members count elsewhere, or are advice by the standard itself, is a heading and no slip. Where tiers
    may ask and no policy is at hand, what counts is not known.
    """
    ruleset = subject.ruleset
    if not (ruleset.groups or ruleset.decisions) or (ruleset.routes and not subject.policies):
        return
    asked = _asked(subject)
    counted = _reached(asked, asked[_ENDS])
    idle = [name for name in (*ruleset.requirement, *ruleset.group) if name not in counted]
    inner = {name for owner in idle for name in asked[owner]}
    for name in idle:
        if name in inner:
            continue
        if name in ruleset.requirement:
            message = f"{name} is in no group, and nothing asks for it"
            hint = "name it in a group, or in a decision"
            yield Remark(CODE, name, message, hint, ruleset.requirement[name].place)
            continue
        lost = [each for each in requirements_of(ruleset, name) if each not in counted]
        lost = [each for each in lost if ruleset.requirement[each].severity is not Severity.ADVICE]
        if lost:
            which = f"{', '.join(lost[:5])}{' and others' * (len(lost) > 5)}"
            message = f"no decision, tier or lock asks for {name}, so nothing turns on {which}"
            hint = "name it in a decision, or in a group that counts"
            yield Remark(CODE, name, message, hint, ruleset.group[name].place)


def _asked(subject: Subject) -> Mapping[str, set[str]]:
    """What each requirement and group asks for, and what is asked for at the ends."""
    ruleset = subject.ruleset
    asked: dict[str, set[str]] = defaultdict(set)
    claims = {each.id for each in ruleset.claims}
    claims |= {each.id for policy in subject.policies for each in policy.claims}
    for owner, _, node in nodes(subject):
        if isinstance(node, Reference) and owner not in claims:
            builds = owner in ruleset.requirement or owner in ruleset.group
            asked[owner if builds else _ENDS].add(node.name.rule)
    for group in ruleset.groups:
        asked[group.id].update(group.members)
        if group.kind == LOCK or not ruleset.decisions:
            asked[_ENDS].add(group.id)
    if ruleset.top_tier is not None:
        asked[_ENDS].update(ruleset.top_tier.needs)
    return asked


def _reached(asked: Mapping[str, set[str]], ends: Set[str]) -> set[str]:
    found: set[str] = set()
    ahead = list(ends)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(asked[name])
    return found

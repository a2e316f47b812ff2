"""Needs of a tier that nobody can ever be asked: the tier would say that it asks something, and ask nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Final

from qa_rules.language.reading import Raw, Source, Trail
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Severity
from qa_rules.program.bind import close, close_waiting
from qa_rules.program.levels import ladder_of
from qa_rules.program.severities import requirements_of
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import Pair

CODE: Final = "idle-need"
_DAYS: Final = (datetime.date(1900, 1, 1), datetime.date(2000, 2, 29), datetime.date(2200, 12, 31))
"""Far apart: what applies on no day at all applies on none of them."""


def report_idle_needs(
    source: Source,
    ruleset: Ruleset,
    policy: Policy | None,
    written: Mapping[tuple[int, str], tuple[Trail, Raw]],
) -> None:
    """Record a fault for each need of a level or tier that applies to no subject, whatever is known of it.

    `written` holds the needs as the file has them, with their places, by the position of the step and the route.
    """
    ladder = ladder_of(ruleset, policy)
    if not ladder:
        return
    closed = close(ruleset) if policy is None else close_waiting(ruleset, policy)
    worth: list[dict[str, Pair]] = []
    for on in _DAYS:
        known = believe(Facts(), closed.ruleset.vocabulary, on)
        pairs: dict[str, Pair] = {}
        for node in closed.nodes:
            pairs[node.name] = evaluate(node.expr, known, pairs)
        worth.append(pairs)
    for (at, route), (trail, raw) in written.items():
        if NodeId.needs(route, at + 1) not in closed.index:
            continue
        for where, name in _named(raw, trail):
            whole = NodeId.applies(NodeId.asked(name))
            applies = whole if whole in closed.index else NodeId.applies(name)
            if all(pairs.get(applies, (3, 0))[1] for pairs in worth):
                _fault(source, ruleset, name, ladder[at].id, where)


def _named(raw: Raw, trail: Trail) -> Iterator[tuple[Trail, NodeId]]:
    """The requirements and groups that a need names, with the places where they are named."""
    if isinstance(raw, str):
        name = NodeId((raw.split() or [""])[0])
        if name[:1].isupper():
            yield trail, name
    elif isinstance(raw, list):
        for at, each in enumerate(raw):
            yield from _named(each, (*trail, at))
    elif isinstance(raw, Mapping):
        for key, each in raw.items():
            yield from _named(each, (*trail, key))


def _fault(source: Source, ruleset: Ruleset, name: NodeId, tier: str, trail: Trail) -> None:
    base, severity = name.rule, name.severity
    group = ruleset.group.get(base)
    inside = [ruleset.requirement[each] for each in requirements_of(ruleset, base)]
    if group is not None and all(each.severity is Severity.ADVICE for each in inside):
        why = (
            "the standard asks nothing there" if not inside else "all of it is advice by the standard itself"
        )
        hint = "take it out" if not inside else "name the requirements that are meant"
    elif severity:
        why = f"nothing in `{base}` is {severity} under this policy"
        hint = f"name `{base}`, or the requirements that are meant"
    else:
        why, hint = (
            "it applies to nobody under this policy",
            "take it out, or change the setting that it turns on",
        )
    source.fault(CODE, f"`{tier}` asks for `{name}`, and nobody can be asked that: {why}", trail, hint)

"""Requirements, groups, values and the tests of a policy, each after what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qa_rules.model.expressions import Compare, Expr, Parameter, Reference, walk
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Ruleset
from qa_rules.program.values import named


def in_order(ruleset: Ruleset, tests: Mapping[str, Expr]) -> list[str]:
    """Return their names: ids of requirements and groups, and nodes. `tests` are those of the policy and of values."""
    needs: dict[str, list[str]] = {}
    for each in ruleset.requirements:
        whole = [each.met_when] if each.applies_when is None else [each.applies_when, each.met_when]
        needs[each.id] = _named(whole, tests)
    for group in ruleset.groups:
        inner = [] if group.instead is None else [group.instead]
        needs[group.id] = [*group.members, *_named(inner, tests)]
    needs |= {name: _named([test], tests) for name, test in tests.items()}
    for value in ruleset.values:
        used = [NodeId.value(name) for name in sorted(value.uses)]
        needs[NodeId.value(value.name)] = [*used, *_named(value.tests, tests)]
    done: dict[str, None] = {}
    stack = [(name, False) for name in reversed(needs)]
    while stack:
        name, ready = stack.pop()
        if ready:
            done.setdefault(name)
        elif name not in done:
            stack.append((name, True))
            stack.extend((inner, False) for inner in reversed(needs[name]) if inner not in done)
    return list(done)


def _named(exprs: Iterable[Expr], tests: Mapping[str, Expr]) -> list[str]:
    """The requirements, groups, values and tests of the policy that expressions refer to."""
    found: list[str] = []
    for expr in exprs:
        found += [NodeId.value(name) for name in named(expr)]
        for node in walk(expr):
            if isinstance(node, Reference):
                found.append(node.name.rule or node.name)
            elif isinstance(node, Compare) and isinstance(node.left, Parameter):
                found += [name for name in [NodeId.setting(node.left.name)] if name in tests]
    return found

"""In which order a ruleset's names are bound: each after what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_rules.model.expressions import Compare, Expr, Named, Parameter, Reference, walk
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Ruleset
from qa_rules.program.table_tests import Output
from qa_rules.program.values import named


def in_order(ruleset: Ruleset, tests: Mapping[str, Expr], outputs: Mapping[str, Output]) -> list[str]:
    """Return requirements, groups, values, outputs of tables and tests of the policy, each after what it needs."""

    def inner(expr: Expr | None) -> list[str]:
        return [] if expr is None else list(_named(expr, tests))

    needs = {each.id: [*inner(each.applies_when), *inner(each.met_when)] for each in ruleset.requirements}
    needs |= {group.id: [*group.members, *inner(group.instead)] for group in ruleset.groups}
    needs |= {name: inner(test) for name, test in tests.items()}
    for name, output in outputs.items():
        # An input of which any value will do is in no test, and looked at all the same.
        read = [each.input.term for each in output.diagram.columns]
        needs[NodeId.value(name)] = [NodeId.value(each.name) for each in read if isinstance(each, Named)]
        needs[NodeId.value(name)] += [each for test in output.asked for each in inner(test)]
    for value in ruleset.values:
        used = [NodeId.value(each) for each in sorted(value.uses)]
        needs[NodeId.value(value.name)] = [*used, *(one for test in value.tests for one in inner(test))]
    done: dict[str, None] = {}
    stack = [(name, False) for name in reversed(needs)]
    while stack:
        name, ready = stack.pop()
        if ready:
            done.setdefault(name)
        elif name not in done:
            stack.append((name, True))
            stack.extend((each, False) for each in reversed(needs[name]) if each not in done)
    return list(done)


def _named(expr: Expr, tests: Mapping[str, Expr]) -> Iterator[str]:
    """The requirements, groups, values and tests of the policy that an expression refers to."""
    yield from (NodeId.value(name) for name in named(expr))
    for node in walk(expr):
        if isinstance(node, Reference):
            yield node.name.rule or node.name
        elif isinstance(node, Compare) and isinstance(node.left, Parameter):
            yield from (name for name in [NodeId.setting(node.left.name)] if name in tests)

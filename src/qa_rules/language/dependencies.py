"""What needs what: no requirement, group, value or test of a policy may depend on itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from qa_rules.language.reading import Source, Trail
from qa_rules.model.decision_tables import DecisionTable
from qa_rules.model.expressions import Compare, Expr, Named, Parameter, Reference, terms, walk
from qa_rules.model.named_values import NamedValue
from qa_rules.model.rulesets import Group, Requirement

_TEST = "policy."


def report_cycles(
    source: Source,
    requirements: Iterable[Requirement],
    groups: Iterable[Group],
    values: Iterable[NamedValue],
    tables: Iterable[DecisionTable],
    settings: Mapping[str, object],
    trails: Mapping[str, Trail],
) -> None:
    """Record each ring of names that need each other, at the first of them that has a trail.

    `settings` holds the values of parameters by name; in `trails` they are called as tests call them, `policy.name`.
    """
    tests = {f"{_TEST}{name}": value for name, value in settings.items() if isinstance(value, Expr)}
    needs = {name: _named(test) for name, test in tests.items()}
    for each in requirements:
        needs[each.id] = _named(each.met_when)
        if each.applies_when is not None:
            needs[each.id] |= _named(each.applies_when)
    for group in groups:
        needs[group.id] = {*group.members} | (set() if group.instead is None else _named(group.instead))
    needs |= {each.name: set(each.uses).union(*map(_named, each.tests)) for each in values}
    for table in tables:
        asked: set[str] = set()
        for column in table.inputs:
            asked |= {column.term.name} if isinstance(column.term, Named) else set()
            asked |= set() if column.test is None else _named(column.test)
        needs |= dict.fromkeys(table.output, asked)
    for cycle in _cycles(needs):
        at = next((at for at, name in enumerate(cycle) if name in trails), None)
        if at is not None:
            ring = [*cycle[at:], *cycle[:at]]
            message = f"`{ring[0]}` depends on itself: {' -> '.join([*ring, ring[0]])}"
            source.fault("cycle", message, trails[ring[0]], "take one of the references out", key=True)


def _named(expr: Expr) -> set[str]:
    found: set[str] = set()
    for node in walk(expr):
        if isinstance(node, Reference):
            found.add(node.name.rule or node.name)
        found.update(term.name for term in terms(node) if isinstance(term, Named))
        if isinstance(node, Compare) and isinstance(node.left, Parameter):
            found.add(f"{_TEST}{node.left.name}")
    return found


def _cycles(needs: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Yield one ring for each knot of names that need each other, each name before what it needs."""
    left = {name: sorted(found) for name, found in needs.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as fault:
            ring = fault.args[1][:0:-1]
            yield ring
            left = {name: found for name, found in left.items() if name not in ring}
        else:
            return

"""From a ruleset and a policy to one closed ruleset: named expressions in the order of their dependence.

Parameters become constants, severities become groups, and every reference names a node that stands earlier, so
an engine sees expressions only. The node of a requirement or group is called by its id and is worth *satisfied*: met
or not applicable. One that does not always apply has *it applies* and *it is met* before it. A group or outcome is
never satisfied when nothing that it asks about applies and is met.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Final

import attrs

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Compare,
    Constant,
    Expr,
    Fact,
    Literal,
    Not,
    OnlyWhen,
    Op,
    Reference,
    rebuild,
    walk,
)
from qa_rules.model.kept import Kept
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Group, Policy, Requirement, Ruleset, Tier
from qa_rules.model.statements import Statement
from qa_rules.model.values import Severity, Strength
from qa_rules.program import levels
from qa_rules.program.graph import Graph, Node, has_working_days
from qa_rules.program.guards import NO_SEVERITY, WEIGHT, guarded, holds_when, never_not_met
from qa_rules.program.joint import under
from qa_rules.program.order import in_order
from qa_rules.program.settings import Settings
from qa_rules.program.severities import requirements_of, severities_of
from qa_rules.program.table_tests import Output, TableTests, outputs_of
from qa_rules.program.values import Values, nodes_of
from qa_rules.semantics.settled import settled

LOCK = "lock"
"""The kind of group that counts required members only."""


@attrs.frozen(eq=False)
class ClosedRuleset(Graph):
    """A ruleset under a policy: what an engine prepares."""

    ruleset: Ruleset
    policy: Policy | None
    nodes: tuple[Node, ...]
    is_open: bool = False
    """Whether it leaves open which conditions are overdue: a fact of its own for each says so."""
    outputs: Mapping[str, Output] = attrs.field(factory=dict)
    """What decision tables give, by name."""

    @property
    def strength(self) -> Strength:
        """The strength at which a finding counts as met."""
        return Strength.STATED if self.policy is None else self.policy.strength

    @lazy
    def requirement_nodes(self) -> tuple[tuple[str, int, int | None], ...]:
        """Each requirement with the positions of its node and, unless it always applies, of *it applies*."""
        get = self.index.get
        return tuple(
            (each.id, self.index[each.id], get(NodeId.applies(each.id))) for each in self.ruleset.requirements
        )

    @lazy
    def ladder(self) -> tuple[Tier, ...]:
        """The levels that are attained, lowest first."""
        return levels.ladder_of(self.ruleset, self.policy)

    @property
    def claims(self) -> tuple[Statement, ...]:
        """What the authors of the ruleset and of the policy claim."""
        return (*self.ruleset.claims, *(() if self.policy is None else self.policy.claims))

    @lazy
    def counts_working_days(self) -> bool:
        """Whether any test needs the working-day calendar."""
        return any(has_working_days(inner) for node in self.nodes for inner in walk(node.expr))

    @lazy
    def severities(self) -> Mapping[str, Severity | None]:
        """The severity of each requirement under the policy; None where the policy is silent."""
        return severities_of(self.ruleset, self.policy)


KEPT: Final[Kept[tuple[Ruleset, Policy | None, bool], ClosedRuleset]] = Kept(256)
"""Rulesets under policies, as they are asked for; what is assessed under is kept apart, and longer."""


def close(ruleset: Ruleset, policy: Policy | None = None) -> ClosedRuleset:
    """Apply a policy to a ruleset; the last few hundred are kept.

    Where neither settles a parameter, what uses it stays unknown.
    """
    whole = under(ruleset, policy)
    return KEPT.get((whole, policy, False), lambda: Closing(whole, policy).closed())


def close_waiting(ruleset: Ruleset, policy: Policy) -> ClosedRuleset:
    """Apply a policy, leaving open which conditions are overdue: a fact of its own for each says so.

    For whole tables, in which conditions are overdue for some subjects and not for others. With all of these facts
    known it means the same as the policy with those that are yes made required.
    """
    whole = under(ruleset, policy)
    return KEPT.get((whole, policy, True), lambda: _closed_waiting(whole, policy))


def _closed_waiting(ruleset: Ruleset, policy: Policy) -> ClosedRuleset:
    return Closing(ruleset, policy, waiting=True).closed()


def left_waiting(closed: ClosedRuleset) -> ClosedRuleset:
    """Return it with conditions that may fall due left open; what cannot be overdue stays as it is.

    So what is decided once for a ruleset under a policy is the same on every day.
    """
    policy = closed.policy
    if policy is None or policy.condition_days is None or closed.is_open:
        return closed
    return _closed_waiting(closed.ruleset, policy)


def close_again(closed: ClosedRuleset, changed: Ruleset, name: str) -> ClosedRuleset:
    """Return it with the rules of one requirement changed, which must apply always if it did, and refer to no more."""
    closing, requirement = Closing(changed, closed.policy), changed.requirement[name]
    closing.always |= {each.id for each in changed.groups if NodeId.applies(each.id) not in closed.index}
    closing._requirement(requirement)
    more = closing.nodes_made(but=closed.index)
    nodes: list[Node] = []
    for each in closed.nodes:
        if each.name.rule == name:
            nodes, more = [*nodes, *more], []
        nodes.append(attrs.evolve(each, expr=closing.made.get(each.name, each.expr)))
    return attrs.evolve(closed, ruleset=changed, nodes=tuple(nodes))


def stating(closed: ClosedRuleset) -> ClosedRuleset:
    """Return it with a probe for each claim of its authors, in their order, and the nodes that only these refer to."""
    closing, claims = closing_of(closed), enumerate(closed.claims)
    closing.made |= {NodeId.probe(at): closing.lower(each.when) for at, each in claims}
    return attrs.evolve(closed, nodes=(*closed.nodes, *closing.nodes_made(but=closed.index)))


def closing_of(closed: ClosedRuleset) -> Closing:
    """Return what binds further expressions as those of a closed ruleset were bound; new nodes go to its `made`."""
    closing = Closing(closed.ruleset, closed.policy, closed.is_open, closed.outputs)
    named = {*closed.ruleset.requirement, *closed.ruleset.group}
    closing.always |= {name for name in named if NodeId.applies(name) not in closed.index}
    return closing


class Closing:
    """Binds expressions of a ruleset under a policy."""

    def __init__(
        self,
        ruleset: Ruleset,
        policy: Policy | None,
        waiting: bool = False,
        outputs: Mapping[str, Output] | None = None,
    ) -> None:
        self.ruleset: Ruleset = ruleset
        self.policy: Policy | None = policy
        self.waiting: bool = waiting
        self.severities: dict[str, Severity | None] = severities_of(ruleset, policy)
        if waiting and policy is not None:
            self.severities |= dict.fromkeys(policy.overdue, Severity.CONDITION)
        self.made: dict[str, Expr] = {}
        self.compared: dict[str, Compare] = {}
        self.settings: Settings = Settings(ruleset, policy)
        self.tests: Mapping[str, Expr] = {**self.settings.tests(), **nodes_of(ruleset.value)}
        if outputs is None:
            outputs = outputs_of(ruleset, policy, self.settings.applied)
        self.outputs: dict[str, Output] = dict(outputs)
        self.table_tests: TableTests = TableTests(self.outputs, self._named_part)
        self.values: Values = Values(
            ruleset.value,
            ruleset.vocabulary,
            self._applied,
            self.settings.term,
            self.outputs,
            self._comparison,
        )
        self.always: set[str] = {each.id for each in ruleset.requirements if each.applies_when is None}

    def closed(self) -> ClosedRuleset:
        """Return the closed ruleset."""
        nodes = tuple(self.nodes())
        return ClosedRuleset(self.ruleset, self.policy, nodes, self.waiting, self.outputs)

    def nodes(self) -> Iterable[Node]:
        """Return every node, each after what it refers to."""
        ruleset = self.ruleset
        scopes = [(SCOPE, ruleset.applies_when)] + [
            (NodeId.scope(each.id), each.applies_when) for each in ruleset.decisions
        ]
        for name in in_order(ruleset, self.tests, self.outputs):
            if name in ruleset.requirement:
                self._selections(ruleset.requirement[name].met_when)
                self._requirement(ruleset.requirement[name])
            elif name in ruleset.group:
                self._group(ruleset.group[name])
            elif name in self.tests:
                self.made[name] = self.lower(self.tests[name])
            elif name.removeprefix(NodeId.value("")) in self.outputs:
                self._look_at(name.removeprefix(NodeId.value("")))
            # A number is no node: each comparison of it is one.
        outer = levels.nodes(ruleset, self.policy, self._asked, self.always)
        for name, expr in [*outer, *scopes]:
            if expr is not None:
                self._selections(expr)
                self.made[name] = self.lower(expr)
        for decision in ruleset.decisions:
            for outcome in decision.outcomes:
                self._selections(outcome.when)
                expr = holds_when(decision, outcome, self.always)
                self.made[NodeId.outcome(decision.id, outcome.id)] = self.lower(expr)
        return self.nodes_made()

    def nodes_made(self, but: Container[str] = ()) -> list[Node]:
        """Return the nodes so far, but for some."""
        made = (each for each in self.made.items() if each[0] not in but)
        return [Node(name, expr, self.compared.get(name)) for name, expr in made]

    # Nodes

    def _requirement(self, each: Requirement) -> None:
        self._conditional(each.id, each.applies_when, each.met_when)
        if each.plainly is not None:
            self.made[NodeId.plainly(each.id)] = self.lower(each.plainly)

    def _conditional(self, name: str, applies: Expr | None, met: Expr) -> None:
        if applies is None:
            self.made[name] = self.lower(met)
            return
        self.made[NodeId.applies(name)] = self.lower(applies)
        self.made[NodeId.met(name)] = self.lower(met)
        self.made[name] = OnlyWhen(Reference(NodeId.applies(name)), Reference(NodeId.met(name)))

    def _group(self, group: Group) -> None:
        if group.kind == LOCK:
            self._selected(NodeId(group.id), group, Severity.REQUIRED)
        elif group.not_applicable:
            self._conditional(group.id, Constant(False, group.not_applicable), Constant(None))
        else:
            members = tuple(Reference(member, place=group.place) for member in group.members)
            self._all(group.id, group, members, group.members)

    def _selections(self, expr: Expr) -> None:
        for node in walk(expr):
            if isinstance(node, Reference):
                self._selection(node.name)

    def _selection(self, name: NodeId) -> bool:
        """Make the members that the policy gives a severity, if it names one. False when there are none."""
        if name in self.made or name.severity is None:
            return True
        rule = name.rule
        group = self.ruleset.group.get(rule) or Group(rule, "", "", (rule,))
        return self._selected(name, group, name.severity)

    def _asked(self, name: NodeId) -> NodeId:
        """Make what a tier asks that names this, and return its node.

        A group or lock is asked whole, whatever the severities, but for what the standard itself calls advice.
        """
        self._selection(name)
        group = self.ruleset.group.get(name)
        if group is None or group.not_applicable:
            return name
        named = tuple(
            self._asked(NodeId(member))
            for member in group.members
            if member in self.ruleset.group
            or self.ruleset.requirement[member].severity is not Severity.ADVICE
        )
        if group.kind != LOCK and named == group.members:
            return name
        node = NodeId.asked(name)
        if named and node not in self.made:
            self._all(node, group, tuple(Reference(member) for member in named), named)
        elif not named:
            self._conditional(node, Constant(False, "advice only"), Constant(None))
        return node

    def _selected(self, name: NodeId, group: Group, severity: Severity) -> bool:
        """Whether a member counts on whose severity the policy is silent is unknown: a gap in it stays open."""
        members: list[Expr] = []
        named: list[str] = []
        for member in group.members:
            if member in self.ruleset.group:
                inner = NodeId.at(member, severity)
                if self._selection(inner):
                    named.append(inner)
                    members.append(Reference(inner))
            elif (
                self.waiting
                and self.severities[member] is Severity.CONDITION
                and severity is not Severity.ADVICE
            ):
                named.append(self._while(member, severity))
                members.append(Reference(named[-1]))
            elif self.severities[member] in (severity, None):
                named.append(member)
                reference = Reference(member)
                is_said = self.severities[member] is not None
                members.append(reference if is_said else never_not_met(reference, f"{WEIGHT}{member}"))
        if members:
            self._all(name, group, tuple(members), named)
        else:
            self._conditional(name, Constant(False, NO_SEVERITY), Constant(None))
        return bool(members)

    def _while(self, member: str, severity: Severity) -> str:
        """Make a condition that is asked while it is overdue (then it is required), or while it is not."""
        name = NodeId.waiting(member, severity)
        overdue: Expr = Compare(Fact(NodeId.overdue(member)), Op.IS, Literal(severity is Severity.REQUIRED))
        if member in self.always:
            self._conditional(name, overdue, Reference(member))
        else:
            self._conditional(
                name, AllOf((overdue, Reference(NodeId.applies(member)))), Reference(NodeId.met(member))
            )
        return name

    def _all(self, name: str, group: Group, members: tuple[Expr, ...], named: Iterable[str]) -> None:
        applies = self._any_applies(name, named)
        met = guarded(AllOf(members, place=group.place), self.always)
        if group.instead is not None:
            inside = requirements_of(self.ruleset, group.id)
            stops = (Reference(each) for each in inside if self.ruleset.requirement[each].hard_stop)
            met = AnyOf((met, AllOf((group.instead, *stops))))
        self._conditional(name, applies, met)

    def _any_applies(self, name: str, members: Iterable[str]) -> Expr | None:
        """Whether a member applies; None when one always does."""
        found = tuple(members)
        if any(member in self.always for member in found):
            self.always.add(name)
            return None
        return AnyOf(tuple(Reference(NodeId.applies(member)) for member in found))

    # Lowering

    def _look_at(self, name: str) -> None:
        """Bind the regions of the table that gives an output: what it asks stands already."""
        self.outputs[name] = self.table_tests.looked_at(name, self.lower)

    def _named_part(self, name: NodeId, expr: Expr) -> None:
        self.made[name] = self.lower(expr)

    def lower(self, expr: Expr) -> Expr:
        """Put constants for parameters, nodes for references, and beside each test what settles it."""
        return self.in_terms_of_nodes(self.values.bound(self._applied(expr)))

    def _applied(self, expr: Expr) -> Expr:
        """Settings put in, and what tables give."""
        applied = self.settings.applied(expr)
        return self.table_tests.bound(applied) if self.outputs else applied

    def in_terms_of_nodes(self, expr: Expr) -> Expr:
        """Return a bound expression over nodes, and beside each test what settles it."""
        return self._referring(settled(expr, self.ruleset.vocabulary))

    def _comparison(self, name: NodeId, told: Compare, expr: Expr) -> None:
        """Make the node of a number that is compared."""
        if name not in self.made:
            self.made[name] = self.in_terms_of_nodes(expr)
            self.compared[name] = told

    def _referring(self, expr: Expr) -> Expr:
        if not isinstance(expr, Reference) or expr.name.is_tier or expr.name.is_named_test:
            return rebuild(expr, self._referring) if not isinstance(expr, Reference) else _aspect(expr)
        name, place = expr.name, expr.place
        if expr.aspect is Aspect.MET and name not in self.always:
            parts = (NodeId.applies(name), NodeId.met(name))
            return AllOf(tuple(Reference(each, strength=expr.strength) for each in parts), place=place)
        return _aspect(expr)


def _aspect(expr: Reference) -> Expr:
    """A reference to a node as it is, or to its opposite."""
    if expr.aspect is Aspect.SATISFIED:
        return expr
    plain = attrs.evolve(expr, aspect=Aspect.SATISFIED)
    return Not(plain, place=expr.place) if expr.aspect is Aspect.GAP else plain

"""From a ruleset and a policy to one closed ruleset: named expressions in the order of their dependence.

Parameters become constants, severities become groups, and every reference names a node that stands earlier, so
an engine sees expressions only. The node of a requirement or group is called by its id and is worth *satisfied*: met
or not applicable. One that does not always apply has `ID/applies` and `ID/met` before it. A group, tier or
outcome is never satisfied when nothing that it asks about applies and is met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

import attrs

from qa_rules.meaning import tiers
from qa_rules.meaning.guarding import NO_SEVERITY, WEIGHT, guarded, never_not_met
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Compare,
    Constant,
    Empty,
    Expr,
    Fact,
    Includes,
    Later,
    Literal,
    Not,
    OneOf,
    OnlyWhen,
    Op,
    Parameter,
    Reference,
    Term,
    Together,
    Unset,
    Within,
    rebuild,
    terms,
    walk,
)
from qa_rules.model.rulesets import Group, Policy, Ruleset, Severity
from qa_rules.model.values import Scalar, Strength, Unit

SCOPE = "scope"
TEST = "policy/"
"""Before the name of a parameter: the node of the test that the policy gives."""
OVERDUE = "overdue/"
LOCK = "lock"
"""The kind of group that counts required members only."""


@attrs.frozen
class Node:
    """A named expression. Its references name earlier nodes, taken as they are."""

    name: str
    expr: Expr


@attrs.frozen(eq=False)
class ClosedRuleset:
    """A ruleset under a policy: what an engine prepares."""

    ruleset: Ruleset
    policy: Policy | None
    nodes: tuple[Node, ...]

    @property
    def strength(self) -> Strength:
        """The strength at which a finding counts as met."""
        return Strength.STATED if self.policy is None else self.policy.strength

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The position of each node by name."""
        return {node.name: at for at, node in enumerate(self.nodes)}

    @cached_property
    def requirement_nodes(self) -> tuple[tuple[str, int, int | None], ...]:
        """Each requirement with the positions of its node and, unless it always applies, of `/applies`."""
        get = self.index.get
        return tuple(
            (each.id, self.index[each.id], get(f"{each.id}/applies")) for each in self.ruleset.requirements
        )

    @cached_property
    def counts_working_days(self) -> bool:
        """Whether any test needs the working-day calendar."""
        return any(_has_working_days(inner) for node in self.nodes for inner in walk(node.expr))

    @cached_property
    def severities(self) -> Mapping[str, Severity | None]:
        """The severity of each requirement under the policy; None where the policy is silent."""
        return _severities(self.ruleset, self.policy)


def close(ruleset: Ruleset, policy: Policy | None = None) -> ClosedRuleset:
    """Apply a policy to a ruleset; the last few dozen are kept.

    Where neither settles a parameter, what uses it stays unknown.
    """
    return _closed(ruleset, policy)


@lru_cache(maxsize=16)
def close_waiting(ruleset: Ruleset, policy: Policy) -> ClosedRuleset:
    """Apply a policy, leaving open which conditions are overdue: the fact `overdue/ID` of each says so.

    For whole tables, in which conditions are overdue for some subjects and not for others. With all of these facts
    known it means the same as the policy with those that are yes made required.
    """
    return ClosedRuleset(ruleset, policy, tuple(_Closing(ruleset, policy, waiting=True).nodes()))


def close_again(closed: ClosedRuleset, changed: Ruleset, name: str) -> ClosedRuleset:
    """Return it with the rules of one requirement changed, which must apply always if it did, and refer to no more."""
    closing, requirement = _Closing(changed, closed.policy), changed.requirement[name]
    closing.always |= {each.id for each in changed.groups if f"{each.id}/applies" not in closed.index}
    closing._conditional(name, requirement.applies_when, requirement.met_when)
    nodes = (Node(each.name, closing.made.get(each.name, each.expr)) for each in closed.nodes)
    return ClosedRuleset(changed, closed.policy, tuple(nodes))


@lru_cache(maxsize=64)
def _closed(ruleset: Ruleset, policy: Policy | None) -> ClosedRuleset:
    return ClosedRuleset(ruleset, policy, tuple(_Closing(ruleset, policy).nodes()))


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


def _severities(ruleset: Ruleset, policy: Policy | None) -> dict[str, Severity | None]:
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


def _has_working_days(expr: Expr) -> bool:
    if isinstance(expr, Within):
        return expr.unit is Unit.WORKING_DAYS
    if isinstance(expr, Compare):
        return any(
            isinstance(term, Later) and term.unit is Unit.WORKING_DAYS for term in (expr.left, expr.right)
        )
    return False


class _Closing:
    def __init__(self, ruleset: Ruleset, policy: Policy | None, waiting: bool = False) -> None:
        self.ruleset, self.policy, self.waiting = ruleset, policy, waiting
        self.severities = _severities(ruleset, policy)
        self.made: dict[str, Expr] = {}
        settings = {name: self._setting(name) for name in ruleset.parameter}
        self.tests = {f"{TEST}{name}": found for name, found in settings.items() if isinstance(found, Expr)}
        self.always: set[str] = {each.id for each in ruleset.requirements if each.applies_when is None}

    def nodes(self) -> Iterable[Node]:
        ruleset = self.ruleset
        outer = tiers.nodes(ruleset, self.policy)
        outcomes = [
            (f"outcome/{decision.id}/{outcome.id}", outcome.when)
            for decision in ruleset.decisions
            for outcome in decision.outcomes
        ]
        scopes = [(SCOPE, ruleset.applies_when)] + [
            (f"scope/{each.id}", each.applies_when) for each in ruleset.decisions
        ]
        after = [*outer, *((name, expr) for name, expr in scopes if expr is not None), *outcomes]
        for name in self._order():
            if name in ruleset.requirement:
                requirement = ruleset.requirement[name]
                self._conditional(name, requirement.applies_when, requirement.met_when)
            elif name in ruleset.group:
                self._group(ruleset.group[name])
            else:
                self.made[name] = self.lower(self.tests[name])
        for name, written in after:
            expr = written
            for node in walk(expr):
                if isinstance(node, Reference) and ":" in node.name:
                    self._selection(node.name)
            if name.startswith(("outcome/", "tier/needs/")):
                expr = guarded(expr, self.always)
            self.made[name] = self.lower(expr)
        return [Node(name, expr) for name, expr in self.made.items()]

    # Order

    def _order(self) -> list[str]:
        """Requirements, groups and tests of the policy, each after what it needs."""
        ruleset = self.ruleset
        needs: dict[str, list[str]] = {}
        for each in ruleset.requirements:
            whole = [each.met_when] if each.applies_when is None else [each.applies_when, each.met_when]
            needs[each.id] = [name for expr in whole for name in self._named(expr)]
        for group in ruleset.groups:
            inner = [] if group.instead is None else self._named(group.instead)
            needs[group.id] = [*group.members, *inner]
        needs |= {name: self._named(test) for name, test in self.tests.items()}
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

    def _named(self, expr: Expr) -> list[str]:
        """The requirements, groups and tests of the policy that an expression refers to."""
        found: list[str] = []
        for node in walk(expr):
            if isinstance(node, Reference):
                found.append(node.name)
            elif isinstance(node, Compare) and isinstance(node.left, Parameter):
                found += [name for name in [f"{TEST}{node.left.name}"] if name in self.tests]
        return found

    # Nodes

    def _conditional(self, name: str, applies: Expr | None, met: Expr) -> None:
        if applies is None:
            self.made[name] = self.lower(met)
            return
        self.made[f"{name}/applies"] = self.lower(applies)
        self.made[f"{name}/met"] = self.lower(met)
        self.made[name] = OnlyWhen(Reference(f"{name}/applies"), Reference(f"{name}/met"))

    def _group(self, group: Group) -> None:
        if group.kind == LOCK:
            self._selected(group.id, group, Severity.REQUIRED)
        elif group.not_applicable:
            self._conditional(group.id, Constant(False, group.not_applicable), Constant(None))
        else:
            members = tuple(Reference(member, place=group.place) for member in group.members)
            self._all(group.id, group, members, group.members)

    def _selection(self, name: str) -> bool:
        """Make `GROUP:severity`: the members that the policy gives this severity. False when there are none."""
        if name in self.made:
            return True
        base, _, word = name.partition(":")
        group = self.ruleset.group.get(base) or Group(base, "", "", (base,))
        return self._selected(name, group, Severity(word))

    def _selected(self, name: str, group: Group, severity: Severity) -> bool:
        """Whether a member counts on whose severity the policy is silent is unknown: a gap in it stays open."""
        members: list[Expr] = []
        named: list[str] = []
        for member in group.members:
            if member in self.ruleset.group:
                inner = f"{member}:{severity}"
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
        name = f"{member}:{severity}:while"
        overdue: Expr = Compare(Fact(f"{OVERDUE}{member}"), Op.IS, Literal(severity is Severity.REQUIRED))
        if member in self.always:
            self._conditional(name, overdue, Reference(member))
        else:
            self._conditional(
                name, AllOf((overdue, Reference(f"{member}/applies"))), Reference(f"{member}/met")
            )
        return name

    def _all(self, name: str, group: Group, members: tuple[Expr, ...], named: Iterable[str]) -> None:
        applies = self._any_applies(name, named)
        met = guarded(AllOf(members, place=group.place), self.always)
        if group.instead is not None:
            met = AnyOf((met, group.instead))
        self._conditional(name, applies, met)

    def _any_applies(self, name: str, members: Iterable[str]) -> Expr | None:
        """Whether a member applies; None when one always does."""
        found = tuple(members)
        if any(member in self.always for member in found):
            self.always.add(name)
            return None
        return AnyOf(tuple(Reference(f"{member}/applies") for member in found))

    # Lowering

    def lower(self, expr: Expr) -> Expr:
        """Put constants for parameters and nodes for references."""
        return self._referring(self._with_tests(expr))

    def _with_tests(self, expr: Expr) -> Expr:
        """Put settings in the place of parameters, and the nodes of the policy's expressions in that of tests."""
        match expr:
            case Compare(Parameter(name), Op.IS, Literal(True)):
                found = self._setting(name)
                if found is None:
                    return Constant(None, name, place=expr.place)
                if isinstance(found, bool):
                    return Constant(found, name, place=expr.place)
                return Reference(f"{TEST}{name}", place=expr.place)
            case _:
                return rebuild(self._terms(expr), self._with_tests)

    def _setting(self, name: str) -> Scalar | frozenset[str] | Expr | None:
        if self.policy is not None and name in self.policy.settings:
            return self.policy.settings[name]
        return self.ruleset.parameter[name].default

    def _terms(self, expr: Expr) -> Expr:
        if not any(isinstance(term, Parameter) for term in terms(expr)):
            return expr
        match expr:
            case Compare():
                return attrs.evolve(expr, left=self._term(expr.left), right=self._term(expr.right))
            case Within():
                moment, start, amount = (
                    self._term(expr.moment),
                    self._term(expr.start),
                    self._term(expr.amount),
                )
                return attrs.evolve(expr, moment=moment, start=start, amount=amount)
            case OneOf():
                return attrs.evolve(expr, item=self._term(expr.item), options=self._term(expr.options))
            case Includes():
                return attrs.evolve(expr, whole=self._term(expr.whole), items=self._term(expr.items))
            case Together():
                return attrs.evolve(expr, target=self._term(expr.target))
            case Empty():
                return attrs.evolve(expr, whole=self._term(expr.whole))
            case _:
                return expr

    def _term(self, term: Term) -> Term:
        if isinstance(term, Later):
            return attrs.evolve(term, start=self._term(term.start), amount=self._term(term.amount))
        if not isinstance(term, Parameter):
            return term
        found = self._setting(term.name)
        return Unset(term.name) if found is None else Literal(found, term.name)  # type: ignore[arg-type]

    def _referring(self, expr: Expr) -> Expr:
        if not isinstance(expr, Reference) or expr.name.startswith("tier/"):
            return rebuild(expr, self._referring) if not isinstance(expr, Reference) else _aspect(expr)
        name, place = expr.name, expr.place
        if expr.aspect is Aspect.MET and name not in self.always:
            return AllOf((Reference(f"{name}/applies"), Reference(f"{name}/met")), place=place)
        return _aspect(expr)


def _aspect(expr: Reference) -> Expr:
    """A reference to a node as it is, or to its opposite."""
    plain = attrs.evolve(expr, aspect=Aspect.SATISFIED)
    return Not(plain, place=expr.place) if expr.aspect is Aspect.GAP else plain

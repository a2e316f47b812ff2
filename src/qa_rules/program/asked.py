"""What is asked here at all: not what the scope, the policy or the route in use leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Compare,
    Constant,
    Expr,
    Fact,
    Literal,
    Not,
    OnlyWhen,
    Op,
    Reference,
    facts_of,
    walk,
)
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import SCOPE, NodeId, RuleNode, SettingNode, Which, overdue_of
from qa_rules.model.rulesets import Group
from qa_rules.model.values import Severity, Verdict
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.graph import outcomes_of, referred
from qa_rules.program.guards import NO_SEVERITY
from qa_rules.program.levels import counting
from qa_rules.program.severities import requirements_of
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair


class LeftOut(StrEnum):
    """What leaves something out."""

    SCOPE = "scope"
    POLICY = "policy"
    TIER = "tier"
    ROUTE = "route"


class Asking:
    """Tells what is asked of one subject."""

    closed: ClosedRuleset
    known: Known
    pairs: Mapping[str, Pair]

    def __init__(self, closed: ClosedRuleset, known: Known, pairs: Mapping[str, Pair]) -> None:
        self.closed, self.known, self.pairs = closed, known, pairs

    def is_asked(self, name: str, verdict: Verdict, is_decided: bool) -> bool:
        """Whether a requirement or group is asked.

        Only what does not apply or is not known may be left out: by the scope, the policy or the route; or, where the
        overall decision is made, because that does not look at it.
        """
        match verdict:
            case Verdict.NOT_APPLICABLE:
                return self.left_out(name) is None
            case Verdict.UNKNOWN:
                return not is_decided or name in looked_at(self.closed)
            case _:
                return True

    def left_out(self, name: str) -> LeftOut | None:
        """Return what leaves a requirement or group out: the scope, the policy, the tier or the route; or nothing."""
        scope = self.pairs.get(SCOPE)
        if scope is not None and scope[1] >= self.closed.strength:
            return LeftOut.SCOPE
        applies = self.closed.exprs.get(NodeId.applies(name))
        return None if applies is None else self._leaves_out(applies, False)

    def _leaves_out(self, expr: Expr, met: bool) -> LeftOut | None:
        """What other than facts about the subject makes an expression met, or not met, on its own."""
        if evaluate(expr, self.known, self.pairs)[0 if met else 1] < self.closed.strength:
            return None
        match expr:
            case AllOf(operands) | AnyOf(operands):
                found = [self._leaves_out(each, met) for each in operands]
                one_is_enough = isinstance(expr, AnyOf) is met
                if not one_is_enough and not all(found):
                    return None
                return next(filter(None, found), None)
            case Not(operand):
                return self._leaves_out(operand, not met)
            case OnlyWhen(_, operand):
                return self._leaves_out(operand, met)
            case Constant(_, because):
                is_set = because == NO_SEVERITY or because in self.closed.ruleset.parameter
                return LeftOut.POLICY if is_set else None
            case Reference(name):
                if name.is_named_test:
                    set_by = LeftOut.POLICY if isinstance(name.parts, SettingNode) else None
                    return self._leaves_out(self.closed.exprs[name], met) or set_by
                if name.is_tier:
                    return LeftOut.TIER
                return self._leaves_out(self.closed.exprs[name], met) if name.is_applies else None
            case _:
                facts = facts_of(expr)
                return LeftOut.ROUTE if facts and facts <= routes_read(self.closed) else None


def left_out_test(closed: ClosedRuleset, name: str) -> Expr:
    """Return the test of every subject at once that `Asking.left_out` finds something, met at the strength asked."""
    applies = closed.exprs.get(NodeId.applies(name))
    tests = [] if applies is None else [_leaving_out(closed, applies, False)]
    if SCOPE in closed.index:
        tests.insert(0, Not(Reference(SCOPE)))
    return AnyOf(tuple(tests))


def _leaving_out(closed: ClosedRuleset, expr: Expr, met: bool) -> Expr:
    """The test that something other than facts about the subject makes an expression met, or not met, on its own."""
    here = expr if met else Not(expr)
    match expr:
        case AllOf(operands) | AnyOf(operands):
            found = tuple(_leaving_out(closed, each, met) for each in operands)
            one_is_enough = isinstance(expr, AnyOf) is met
            return AllOf(found) if found and not one_is_enough else AnyOf(found)
        case Not(operand):
            return _leaving_out(closed, operand, not met)
        case OnlyWhen(_, operand):
            return AllOf((here, _leaving_out(closed, operand, met)))
        case Constant(_, because):
            is_set = because == NO_SEVERITY or because in closed.ruleset.parameter
            return here if is_set else Constant(False)
        case Reference(name):
            if isinstance(name.parts, SettingNode) or name.is_tier:
                return here
            if not (name.is_applies or name.is_named_test):
                return Constant(False)
            return AllOf((here, _leaving_out(closed, closed.exprs[name], met)))
        case _:
            facts = facts_of(expr)
            is_set = bool(facts) and facts <= routes_read(closed)
            # That a condition is not overdue leaves it out of what is required: the policy does.
            return here if is_set or any(map(overdue_of, facts)) else Constant(False)


def looked_at_test(closed: ClosedRuleset, name: str) -> Expr:
    """Return the test of every subject at once that the overall decision looks at a requirement or group.

    At some it looks only where a condition is overdue; which are, is left open where whole tables are assessed.
    """
    always, overdue = _looked_at_with(closed)
    if name in always:
        return Constant(True)
    conditions = [each for each, behind in overdue.items() if name in behind]
    return AnyOf(tuple(Compare(Fact(NodeId.overdue(each)), Op.IS, Literal(True)) for each in conditions))


@once_for_each
def _looked_at_with(closed: ClosedRuleset) -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """What is looked at whatever is overdue, and what because a condition is."""
    ahead = [name for each in closed.ruleset.decisions[:1] for name in outcomes_of(each)]
    seen: set[NodeId] = set()
    always: set[str] = set()
    overdue: dict[str, frozenset[str]] = {}
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        parts = name.whole.parts
        is_waiting = isinstance(parts, RuleNode) and parts.which is Which.WAITING
        if is_waiting and name.severity is Severity.REQUIRED:
            overdue[name.rule] = rules_behind(closed, (name,)) | overdue.get(name.rule, frozenset())
        else:
            always.add(name.rule)
            ahead += closed.refers[name]
    return frozenset(filter(None, always)), overdue


@once_for_each
def routes_read(closed: ClosedRuleset) -> frozenset[str]:
    """Return the facts that say by which route a subject is assessed."""
    return frozenset[str]().union(*(facts_of(each.used_when) for each in closed.ruleset.routes))


@once_for_each
def asked_of_routes(closed: ClosedRuleset) -> frozenset[str]:
    """Return the requirements that are asked because a route is in use, such as that a mark is accepted."""
    routes = routes_read(closed)
    return frozenset(
        each
        for each in closed.ruleset.requirement
        if NodeId.applies(each) in closed.index
        and closed.reads[NodeId.applies(each)] & routes
        and closed.reads[NodeId.applies(each)] <= routes
    )


@once_for_each
def read_to_count(closed: ClosedRuleset) -> frozenset[str]:
    """Return the facts that say for whom a route is, such as small groups: none of them is a shortfall."""
    found: set[str] = set()
    for test in counting(closed.ruleset, closed.exprs).values():
        found |= facts_of(test)
        found.update(*(closed.reads[each.name] for each in walk(test) if isinstance(each, Reference)))
    return frozenset(found)


@once_for_each
def looked_at(closed: ClosedRuleset) -> frozenset[str]:
    """Return the requirements and groups at which the overall decision looks, whatever their severity."""
    overall = closed.ruleset.decisions[:1]
    return rules_behind(closed, tuple(name for each in overall for name in outcomes_of(each)))


@once_for_each
def facts_looked_at(closed: ClosedRuleset) -> frozenset[str]:
    """Return the facts and collections that the overall decision reads."""
    overall = closed.ruleset.decisions[:1]
    return frozenset[str]().union(*(closed.reads[name] for each in overall for name in outcomes_of(each)))


@once_for_each
def rules_behind(closed: ClosedRuleset, names: tuple[NodeId, ...]) -> frozenset[str]:
    """Return the requirements and groups to which some nodes refer, directly or by others."""
    return frozenset(filter(None, (each.rule for each in closed.behind(names))))


@once_for_each
def asked_by_tiers_only(closed: ClosedRuleset) -> frozenset[str]:
    """Return the requirements at which the overall decision looks only where a tier or route asks for them.

    Whatever severity a policy gives them, a gap in one does nothing where no tier that is needed names it.
    """
    if closed.policy is None or not closed.policy.tiers:
        return frozenset()
    ruleset = closed.ruleset
    top = frozenset(ruleset.top_tier.needs if ruleset.top_tier is not None else ())
    outcomes = (name for each in ruleset.decisions[:1] for name in outcomes_of(each))
    named = {
        each.name.rule
        for name in outcomes
        for each in walk(closed.exprs[name])
        if isinstance(each, Reference)
    }
    weighing: set[str] = set()
    for name in filter(None, named):
        members = frozenset(requirements_of(ruleset, name))
        if not members <= top:
            weighing |= members
    return (looked_at(closed) & frozenset(ruleset.requirement)) - weighing


def stood_in_for(closed: ClosedRuleset, known: Known, pairs: Mapping[str, Pair]) -> Mapping[str, Group]:
    """Return each requirement at which the overall decision would look if nothing stood in for a group, with the group.

    Not one that is also asked elsewhere, and no hard stop: nothing stands in for that.
    """
    ahead = [name for each in closed.ruleset.decisions[:1] for name in outcomes_of(each)]
    seen: set[NodeId] = set()
    left_out: dict[str, Group] = {}
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        group, expr = closed.ruleset.group.get(name.rule), closed.exprs[name]
        if (
            group is not None
            and group.instead is not None
            and isinstance(expr, AnyOf)
            and not name.is_applies
        ):
            members, instead = expr.operands
            if evaluate(instead, known, pairs)[0] >= closed.strength:
                expr = instead
                behind = rules_behind(closed, tuple(referred(members)))
                left_out |= dict.fromkeys(behind, group)
        ahead += referred(expr)
    looked = {each.rule for each in seen if not each.is_applies}
    names = left_out.keys() & closed.ruleset.requirement.keys() - looked
    return {name: left_out[name] for name in names}

"""A ruleset under a policy that lets more count: requirements of its own, and what another standard answers.

Of a ruleset that is asked everything comes along under a prefix of its own (`smrc-licence@2018.SM-11a`), with its
facts, its caveats and its decision, which is shown beside. A gap in what counts gives the mildest answer that forbids
where it is required, and the strictest that allows where it is a condition; the most favourable asks for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import attrs

from qa_rules.model.acceptances import Acceptance
from qa_rules.model.decision_tables import DecisionTable
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Expr,
    Named,
    Not,
    Reference,
    Term,
    rebuild,
    with_terms,
)
from qa_rules.model.facts import Vocabulary
from qa_rules.model.kept import Kept
from qa_rules.model.named_values import NamedValue
from qa_rules.model.nodes import NodeId, SettingNode
from qa_rules.model.numbers import replaced
from qa_rules.model.rulesets import Asked, Decision, Group, Outcome, Policy, Requirement, Ruleset
from qa_rules.model.values import Severity
from qa_rules.program.guards import guarded, something_asked
from qa_rules.program.settings import Settings

KEPT: Final[Kept[tuple[Ruleset, Policy], Ruleset]] = Kept(256)
"""Rulesets with what policies let count."""


def under(ruleset: Ruleset, policy: Policy | None) -> Ruleset:
    """Return the ruleset with all that a policy lets count in its decisions; itself where that is nothing more.

    Facts of the rulesets that are asked can be given for it. It is the same whether done once or twice.
    """
    ruleset = ruleset.base or ruleset
    if policy is None or not (policy.counts or policy.asks):
        return ruleset
    return KEPT.get((ruleset, policy), lambda: _bound(ruleset, policy))


def counted(decision: str) -> str:
    """Return the id of the group of all that a policy lets count in a decision."""
    return f"Counted.{decision}"


def _bound(ruleset: Ruleset, policy: Policy) -> Ruleset:
    others = list({id(each.ruleset): each.ruleset for each in policy.asks}.values())
    facts = {name: fact for each in (ruleset, *others) for name, fact in each.vocabulary.facts.items()}
    groups = []
    for decision in ruleset.decisions:
        here = (each.id for each in policy.asks if each.counts_in == decision.id)
        members = [*policy.counts.get(decision.id, ()), *here]
        if members:
            title = "Asked here because the policy says so"
            groups.append(Group(counted(decision.id), title, "policy", tuple(members), place=policy.place))
    inside = {each.id for each in groups}
    decisions = [_counting(each) if counted(each.id) in inside else each for each in ruleset.decisions]
    asked = [(each.ruleset, each.decision) for each in policy.asks if each.decision]
    return attrs.evolve(
        ruleset,
        base=ruleset,
        vocabulary=Vocabulary(facts),
        requirements=(
            *ruleset.requirements,
            *(made for other in others for made in _requirements(other, policy)),
            *(_asking(each, policy, ruleset.subject.singular) for each in policy.asks),
        ),
        groups=(*ruleset.groups, *(made for other in others for made in _groups(other)), *groups),
        decisions=(
            *decisions,
            *(_shown(*each, _wanted(each[0], policy)) for each in dict.fromkeys(asked)),
        ),
        values=(*ruleset.values, *(made for other in others for made in _values(other))),
        tables=(*ruleset.tables, *(made for other in others for made in _tables(other))),
        caveats=tuple(dict.fromkeys(each for one in (ruleset, *others) for each in one.caveats)),
        accept=(*ruleset.accept, *(made for other in others for made in _accepted(other))),
    )


def prefixed(other: Ruleset, name: str) -> str:
    """Return what a requirement, group or decision of a ruleset is called where another one asks it."""
    return f"{other.id}.{name}"


def _renaming(other: Ruleset) -> Callable[[Expr], Expr]:
    """Settings as the ruleset itself reads them, and references by their names under the prefix."""
    settings = Settings(other, None)

    def renamed(expr: Expr) -> Expr:
        if not isinstance(expr, Reference):
            return rebuild(with_terms(expr, _named_in(other)), renamed)
        if isinstance(expr.name.parts, SettingNode):
            return renamed(settings.applied(settings.tests()[expr.name]))
        return attrs.evolve(expr, name=prefixed(other, expr.name))

    return lambda expr: renamed(settings.applied(expr))


def _named_in(other: Ruleset) -> Callable[[Term], Term]:
    """A value by its name under the prefix; any other term as it is."""
    return lambda term: Named(prefixed(other, term.name)) if isinstance(term, Named) else term


def _both(*exprs: Expr | None) -> Expr | None:
    """All that are there; None for nothing, which always holds."""
    there = tuple(each for each in exprs if each is not None)
    return AllOf(there) if len(there) > 1 else there[0] if there else None


def _wanted(other: Ruleset, policy: Policy) -> Expr | None:
    """When a policy asks a ruleset anything at all; None for always."""
    whens = [each.when for each in policy.asks if each.ruleset is other]
    found = tuple(dict.fromkeys(each for each in whens if each is not None))
    return None if None in whens else found[0] if len(found) == 1 else AnyOf(found)


def _requirements(other: Ruleset, policy: Policy) -> Iterator[Requirement]:
    """The requirements of a ruleset that is asked: outside its scope, and where nothing is asked, they do not apply."""
    renamed, wanted = _renaming(other), _wanted(other, policy)
    for each in other.requirements:
        applies = _both(other.applies_when, each.applies_when)
        yield attrs.evolve(
            each,
            id=prefixed(other, each.id),
            met_when=renamed(each.met_when),
            plainly=None if each.plainly is None else renamed(each.plainly),
            applies_when=_both(wanted, None if applies is None else renamed(applies)),
            severity=each.severity or Severity.ADVICE,
            hard_stop=False,
        )


def _groups(other: Ruleset) -> Iterator[Group]:
    renamed = _renaming(other)
    for each in other.groups:
        members = tuple(prefixed(other, member) for member in each.members)
        instead = None if each.instead is None else renamed(each.instead)
        yield attrs.evolve(each, id=prefixed(other, each.id), members=members, instead=instead)


def _accepted(other: Ruleset) -> Iterator[Acceptance]:
    """What a ruleset that is asked accepts of itself stays accepted where it is asked."""
    return (attrs.evolve(each, at=prefixed(other, each.at)) for each in other.accept)


def _values(other: Ruleset) -> Iterator[NamedValue]:
    renamed, settings, naming = _renaming(other), Settings(other, None), _named_in(other)
    for each in other.values:
        found = each.definition
        changed = (
            renamed(found)
            if isinstance(found, Expr)
            else replaced(found, renamed, lambda term: naming(settings.term(term)))
        )
        yield attrs.evolve(each, name=prefixed(other, each.name), definition=changed)


def _tables(other: Ruleset) -> Iterator[DecisionTable]:
    renamed, named = _renaming(other), _named_in(other)
    for each in other.tables:
        inputs = (
            attrs.evolve(
                asked,
                term=None if asked.term is None else named(asked.term),
                test=None if asked.test is None else renamed(asked.test),
            )
            for asked in each.inputs
        )
        rows = (
            attrs.evolve(row, cells=tuple(None if cell is None else renamed(cell) for cell in row.cells))
            for row in each.rows
        )
        yield attrs.evolve(
            each,
            id=prefixed(other, each.id),
            inputs=tuple(inputs),
            outputs=tuple(attrs.evolve(one, name=prefixed(other, one.name)) for one in each.outputs),
            rows=tuple(rows),
        )


def _beside(other: Ruleset, name: str) -> Decision:
    """The decision that is asked, with its own answer."""
    renamed = _renaming(other)
    decision = next(each for each in other.decisions if each.id == name)
    applies = _both(other.applies_when, decision.applies_when)
    return attrs.evolve(
        decision,
        id=prefixed(other, name),
        applies_when=None if applies is None else renamed(applies),
        outcomes=tuple(attrs.evolve(each, when=renamed(each.when)) for each in decision.outcomes),
    )


def _shown(other: Ruleset, name: str, wanted: Expr | None) -> Decision:
    """The same, shown where something is asked of that ruleset."""
    decision = _beside(other, name)
    return attrs.evolve(decision, applies_when=_both(wanted, decision.applies_when))


def _asking(asked: Asked, policy: Policy, about: str) -> Requirement:
    """What a policy asks of another ruleset, as a requirement."""
    other, renamed = asked.ruleset, _renaming(asked.ruleset)
    if asked.meets:
        met: Expr = Reference(prefixed(other, asked.meets), place=asked.place)
        scope = other.applies_when
    else:
        decision = next(each for each in other.decisions if each.id == asked.decision)
        met = _answers(_beside(other, decision.id), asked.outcomes)
        scope = _both(other.applies_when, decision.applies_when)
    whole = other.requirement.get(asked.meets)
    return Requirement(
        asked.id,
        asked.title,
        asked.says,
        {"policy": policy.name, "ruleset": other.id},
        met_when=met,
        applies_when=_both(asked.when, None if scope is None else renamed(scope)),
        fix=asked.fix or ("" if whole is None else whole.fix),
        about=about if whole is None else whole.about,
        severity=asked.severity,
        place=asked.place,
    )


def _answers(decision: Decision, accepted: Iterable[str]) -> Expr:
    """One of the accepted outcomes is the answer: it holds, and no other one above it does."""
    wanted, ways, above = set(accepted), [], list[Expr]()
    for at, outcome in enumerate(decision.outcomes):
        if outcome.id in wanted and outcome.otherwise:
            before = decision.outcomes[:at]
            others = (_opposite(each.when) for each in before)
            ways.append(AllOf(tuple(dict.fromkeys((*others, *something_asked(before))))))
        elif outcome.id in wanted:
            ways.append(AllOf(tuple(dict.fromkeys((*above, guarded(outcome.when))))))
        else:
            above.append(_opposite(outcome.when))
    return ways[0] if len(ways) == 1 else AnyOf(tuple(ways))


def _opposite(expr: Expr) -> Expr:
    match expr:
        case Reference(aspect=Aspect.GAP):
            return attrs.evolve(expr, aspect=Aspect.SATISFIED)
        case AnyOf(operands):
            return AllOf(tuple(map(_opposite, operands)))
        case AllOf(operands):
            return AnyOf(tuple(map(_opposite, operands)))
        case _:
            return Not(expr)


def _counting(decision: Decision) -> Decision:
    """The same decision, with what the policy lets count in its outcomes."""
    group = counted(decision.id)
    outcomes = list(decision.outcomes)
    forbidding = [at for at, each in enumerate(outcomes) if not each.allows]
    allowing = [at for at, each in enumerate(outcomes) if each.allows]
    outcomes[forbidding[-1]] = _or_gap(outcomes[forbidding[-1]], NodeId.at(group, Severity.REQUIRED))
    asked = [Reference(NodeId.at(group, Severity.REQUIRED))]
    if len(allowing) > 1:
        outcomes[allowing[0]] = _or_gap(outcomes[allowing[0]], NodeId.at(group, Severity.CONDITION))
        asked.append(Reference(NodeId.at(group, Severity.CONDITION)))
    last = outcomes[allowing[-1]]
    whole = last.when.operands if isinstance(last.when, AllOf) else (last.when,)
    outcomes[allowing[-1]] = attrs.evolve(last, when=AllOf((*whole, *asked), place=last.when.place))
    return attrs.evolve(decision, outcomes=tuple(outcomes))


def _or_gap(outcome: Outcome, name: NodeId) -> Outcome:
    gap = Reference(name, Aspect.GAP)
    whole = outcome.when.operands if isinstance(outcome.when, AnyOf) else (outcome.when,)
    return attrs.evolve(outcome, when=AnyOf((*whole, gap), place=outcome.when.place))

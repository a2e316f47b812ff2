"""A claim that something is so, asked once more: on other days, of weaker evidence, and under other policies.

What the ruleset cannot help is not told as its fault. That nobody shows a thing today may be the day's doing, or that
of the evidence that the proofs take for granted; and what no other policy would change is the ruleset's alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import attrs

from qa_rules.explain.wording import listed, value_words
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Constant,
    Expr,
    Literal,
    Parameter,
    Reference,
    facts_of,
    terms,
    walk,
)
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.nodes import NodeId, SettingNode
from qa_rules.model.rulesets import (
    ParameterDeclaration,
    Policy,
    RequiredRow,
    Requirement,
    Route,
    Ruleset,
    Tier,
)
from qa_rules.model.values import Scalar, Severity
from qa_rules.program import levels
from qa_rules.program.overdue import opened
from qa_rules.proofs.bounds import strengths
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.questions import QUESTIONS, decisive, facts, groups
from qa_rules.proofs.questions.requirements import DEAD
from qa_rules.proofs.solver import Found
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits

SEVERITY: Final = "severity"
TIERS: Final = "tiers"
"""The parts of a policy beside its settings."""
IDLE: Final = frozenset({DEAD, decisive.DECIDES, decisive.ADDS, facts.DECIDES, groups.IMPLIED})
"""What is said to do nothing has to do nothing on other days as well."""
YEAR: Final = datetime.timedelta(days=366)


def holds_more_widely(study: Study, claim: Claim) -> bool:
    """Return whether it holds with evidence of any strength or, of what is said to do nothing, on a day of a year."""
    limits = study.limits
    if claim.code in IDLE and limits.until is None and limits.on < datetime.date.max - YEAR:
        limits = attrs.evolve(limits, until=limits.on + YEAR)
    if limits.levels == 1 and len(set(strengths(study.closed))) > 1:
        limits = attrs.evolve(limits, levels=3)
    if limits == study.limits:
        return False
    return _holds(_within(study, limits), claim)


@lru_cache(maxsize=2)
def _within(study: Study, limits: Limits) -> Study:
    return Study(study.closed, limits, study.calendar, answers=study.kept)


def parts_at_fault(study: Study, claim: Claim) -> tuple[str, ...]:
    """Return the fewest parts of the policy without which a claim would hold: settings, `severity` and `tiers`.

    None where it holds under no policy. A part that is taken away may say anything.
    """
    kept = (*_settings_behind(study, claim), SEVERITY, TIERS)
    if not _holds_without(study, claim, kept):
        return ()
    for each in kept:
        if _holds_without(study, claim, (each,)):
            return (each,)
    for each in kept:
        fewer = tuple(other for other in kept if other != each)
        if _holds_without(study, claim, fewer):
            kept = fewer
    return kept


def is_of_the_ruleset(study: Study, claim: Claim) -> bool:
    """Return whether what a claim is about stands in the ruleset's files, and not in the policy's."""
    policy = study.closed.policy
    if claim.place is None:
        return False
    return policy is None or policy.place is None or claim.place.file != policy.place.file


def part_words(study: Study, names: Iterable[str]) -> str:
    """Return what parts of the policy say, to be read after *it is so because*."""
    found = []
    for name in names:
        if name == SEVERITY:
            found.append("this policy gives its severities as it does")
        elif name == TIERS:
            found.append("this policy has the tiers and routes that it has")
        else:
            found.append(f"this policy sets `{name}`{_set_to(study, name)}")
    return listed(found)


def _set_to(study: Study, name: str) -> str:
    policy, declared = study.closed.policy, study.ruleset.parameter[name]
    value = declared.default if policy is None else policy.settings.get(name, declared.default)
    if isinstance(value, Expr) or value is None:
        return ""
    if value == frozenset():
        return " to nothing"
    return f" to {_value_words(declared, value)}"


def _value_words(declared: ParameterDeclaration, value: Scalar | frozenset[str]) -> str:
    if declared.type is None:
        return "yes" if value else "no"
    like = FactDeclaration(
        declared.name,
        declared.type,
        declared.name,
        declared.question,
        options=declared.options,
        unit=declared.unit,
    )
    return value_words(value, like)


# The same claim of another study


def _holds_without(study: Study, claim: Claim, names: tuple[str, ...]) -> bool:
    """Whether it holds under some policy that says otherwise there; of severities the same for all, or open ones."""
    weights = (None, Severity.CONDITION, Severity.REQUIRED) if SEVERITY in names else (None,)
    return any(_holds(_without(study, names, weight), claim, speaks=True) for weight in weights)


def _holds(study: Study, claim: Claim, speaks: bool = False) -> bool:
    study.only = claim.place
    return any(
        isinstance(study.ask((*again.literals, case), speaks, read=False), Found)
        for again in _again(study, claim)
        for case in again.cases
    )


def _again(study: Study, claim: Claim) -> Iterator[Claim]:
    """What another study claims in its stead; of a tier that is called otherwise, at the same place."""
    asked = (made for each in QUESTIONS if each.code == claim.code for made in each.ask(study))
    for made in asked:
        if made.wanted and made.place == claim.place:
            same = (made.at, made.statement) == (claim.at, claim.statement)
            if same or _of_tier(study, made) == _of_tier(study, claim):
                yield made


def _of_tier(study: Study, claim: Claim) -> str:
    """The statement without the id of the tier that it is about."""
    return claim.statement.removeprefix(claim.at)


@lru_cache(maxsize=16)
def _without(study: Study, names: tuple[str, ...], weight: Severity | None) -> Study:
    """The study of a policy that is silent about these parts, of which every answer is then tried."""
    closed = study.closed
    base = closed.ruleset.base or closed.ruleset
    if TIERS in names:
        names = (*names, *_of_routes(base))
    silent = attrs.evolve(
        base,
        parameters=tuple(
            attrs.evolve(each, default=None) if each.name in names else each for each in base.parameters
        ),
    )
    policy = closed.policy or Policy("any", closed.ruleset.id, "Any policy")
    policy = attrs.evolve(
        policy,
        settings={name: value for name, value in policy.settings.items() if name not in names},
    )
    if SEVERITY in names:
        severities = {} if weight is None else {"default": weight}
        policy = attrs.evolve(policy, severities=severities, condition_days=None)
    if TIERS in names and base.routes:
        tiers = _any_tiers(base, policy)
        row = RequiredRow(tiers[-1].id, Constant(None, "required_tier"))
        policy = attrs.evolve(
            policy, tiers=tiers, required_tier=(row, *policy.required_tier, RequiredRow(tiers[0].id, None))
        )
    return study.sharing(opened(silent, policy))


def _of_routes(ruleset: Ruleset) -> Iterator[str]:
    """The settings that say which routes count."""
    for route in ruleset.routes:
        asked = () if route.counts_when is None else walk(route.counts_when)
        yield from (term.name for inner in asked for term in terms(inner) if isinstance(term, Parameter))


def _any_tiers(ruleset: Ruleset, policy: Policy) -> tuple[Tier, ...]:
    """The tiers, or two, with a route that the policy leaves out asking anything that there is to ask of it."""
    given = policy.tiers or (Tier("lowest tier", "", policy.strength, {}),)
    if len(given) == 1:
        given = (*given, Tier("another tier", "", given[0].strength, given[0].needs))
    return tuple(
        attrs.evolve(
            tier,
            needs={
                each.id: AnyOf((tier.needs[each.id], Constant(None, TIERS)))
                if each.id in tier.needs
                else AllOf(tuple(_perhaps(need) for need in _askable(ruleset, each, not policy.tiers)))
                for each in ruleset.routes
                if each.id in tier.needs or not levels.reach(policy.tiers, each.id)
            },
        )
        for tier in given
    )


def _askable(ruleset: Ruleset, route: Route, any_at_all: bool) -> Iterator[str]:
    """The requirements that look at what the route looks at, which a tier would ask of it; or any at all."""
    looks = facts_of(route.used_when)
    for each in ruleset.requirements:
        if any_at_all or not looks.isdisjoint(_read(each)):
            yield each.id


def _read(requirement: Requirement) -> frozenset[str]:
    asked = (requirement.applies_when, requirement.met_when)
    return frozenset(name for expr in asked if expr is not None for name in facts_of(expr))


def _perhaps(name: str) -> Expr:
    return AnyOf((Reference(NodeId(name)), Constant(None, f"{TIERS} {name}")))


def _settings_behind(study: Study, claim: Claim) -> tuple[str, ...]:
    """The settings that the nodes behind a claim turn on, in the order of the ruleset."""
    behind = study.closed.behind((claim.at, *claim.about))
    found: set[str] = set()
    for name in behind:
        if isinstance(name.parts, SettingNode):
            found.add(name.parts.parameter)
        for inner in walk(study.closed.exprs[name]):
            if isinstance(inner, Constant):
                found.add(inner.because)
            found.update(term.setting for term in terms(inner) if isinstance(term, Literal) and term.setting)
    return tuple(each.name for each in study.ruleset.parameters if each.name in found)

"""What fails only because something else does: with that mended, the claim would hold.

A requirement that nobody can meet, or everybody does, takes its groups, outcomes and tiers with it. Whoever reads the
findings should see the one slip, and that the rest goes with it. Only what is wanted and missing can go with something
else: where a provider shows that something is wrong, it is told in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from functools import lru_cache

import attrs

from qa_rules.model.expressions import Expr, facts_of, walk
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision, Outcome
from qa_rules.program.gates import Lit
from qa_rules.program.graph import outcomes_of
from qa_rules.proofs.claims import Claim
from qa_rules.proofs.questions import (
    QUESTIONS,
    decisions,
    decisive,
    facts,
    groups,
    heeding,
    thresholds,
    unknowns,
)
from qa_rules.proofs.questions.ladder import REACHED
from qa_rules.proofs.questions.requirements import DEAD, LIVE
from qa_rules.proofs.solver import Found, NoneExists
from qa_rules.proofs.study import Study
from qa_rules.semantics.written import taken, walk_written


def causes_of(study: Study, claim: Claim) -> tuple[str, ...]:
    """Return the requirements or tiers at the root of a refuted claim; none where it is a fault of its own."""
    if claim.code in (heeding.STOP, heeding.ORDER):
        return ()
    if claim.code in (LIVE, unknowns.CODE) and _nobody_is_asked(study):
        own = claim.code == LIVE and not holds_when_mended(study, claim, (SCOPE,))
        return () if own else (study.ruleset.id,)
    if claim.code == LIVE:
        return ()
    if claim.code in (DEAD, unknowns.CODE) and claim.at in _lifeless_requirements(study):
        return (claim.at,)  # no test can turn what never turns, and what is unknown of it is certain
    if claim.code == DEAD and (
        claim.at in _lifeless_outcomes(study).values() or _always_applies(study, claim)
    ):
        return (claim.at,)
    if claim.code == facts.DECIDES and (asked := _asked_everybody(study, claim.at)):
        return (asked,)
    if found := _of_the_order(study, claim) or _of_a_twin(study, claim) or _of_a_count(study, claim):
        return found
    if not claim.wanted:
        return ()
    behind = {claim.at, *study.closed.behind(claim.about)}
    dead = {name: name for name in _lifeless_requirements(study) if name in behind}
    found = _to_mend(study, claim, dead)
    if claim.code == REACHED:
        return found or _of_the_routes(study, claim)
    others = {**_unattained(study), **_lifeless_groups(study, claim.at), **_lifeless_outcomes(study)}
    closed = {node: name for node, name in others.items() if node in behind and name != claim.at}
    found = found or _to_mend(study, claim, dead | closed) or tuple(_lacking_tiers(study, claim))
    itself = claim.code == decisions.REACHABLE and claim.at in _lifeless_outcomes(study).values()
    return found or ((claim.at,) if itself else ())


@lru_cache(maxsize=2)
def _nobody_is_asked(study: Study) -> bool:
    """Whether the scope of the ruleset leaves everybody out: then nothing applies, whatever is not known."""
    scope = study.nodes.get(SCOPE)
    return scope is not None and isinstance(study.somebody([scope.t[0]]), NoneExists)


def _always_applies(study: Study, claim: Claim) -> bool:
    """Whether a test stands in what says when a requirement applies, and it applies to everybody anyway."""
    requirement = study.ruleset.requirement.get(claim.at)
    applies = None if requirement is None else requirement.applies_when
    if applies is None or all(each.place != claim.place for each in walk(applies)):
        return False
    return isinstance(study.somebody([study.not_applicable(claim.at)]), NoneExists)


def _of_the_routes(study: Study, claim: Claim) -> tuple[str, ...]:
    """The lowest tier, where nobody attains that or a higher one because nobody is on any of the routes."""
    lowest = next(iter(study.closed.ladder), None)
    named = (NodeId.used(each.id) for each in study.ruleset.routes)
    unused = tuple(
        name
        for name in named
        if name in study.nodes and isinstance(study.somebody([study.nodes[name].t[0]]), NoneExists)
    )
    if lowest is None or lowest.id not in _unattained(study).values() or claim.at == lowest.id or not unused:
        return ()
    return (lowest.id,) if holds_when_mended(study, claim, unused) else ()


def _asked_everybody(study: Study, fact: str) -> str:
    """The requirement that applies to everybody, where a fact is read to say when it applies, and nowhere else."""
    readers = {node.name for node in study.closed.nodes if fact in facts_of(node.expr)}
    for each in study.ruleset.requirements:
        applies = {NodeId.applies(each.id)}
        if readers == applies and isinstance(study.somebody([study.not_applicable(each.id)]), NoneExists):
            return each.id
    return ""


def lifeless_behind(study: Study, claim: Claim) -> bool:
    """Return whether it turns on a requirement that nobody meets, or everybody, whatever a policy may yet set."""
    asked = [
        each for each in map(outcomes_of, study.ruleset.decisions) if not {*claim.about}.isdisjoint(each)
    ]
    behind = {claim.at, *study.closed.behind((*claim.about, *(name for each in asked for name in each)))}
    return any(
        isinstance(study.ask([way], speaks=True, read=False), NoneExists)
        for name in _lifeless_requirements(study)
        if name in behind
        for way in (study.met(name), study.not_met(name))
    )


def _to_mend(study: Study, claim: Claim, dead: Mapping[str, str]) -> tuple[str, ...]:
    """The fewest of the nodes, by their ids, that have to come to something else so that the claim holds."""
    kept = tuple(dead)
    if not kept or not holds_when_mended(study, claim, kept):
        return ()
    for name in dead:
        fewer = tuple(each for each in kept if each != name)
        if fewer and holds_when_mended(study, claim, fewer):
            kept = fewer
    return tuple(dict.fromkeys(dead[name] for name in kept))


def holds_when_mended(study: Study, claim: Claim, names: tuple[str, ...]) -> bool:
    """Return whether a claim that something can be would hold if these nodes could come to anything."""
    other = _claims_of_mended(study, claim.code, names).get((claim.at, claim.statement))
    cases = () if other is None else ((*other.literals, case) for case in other.cases)
    return any(isinstance(study.ask(each, read=False), Found) for each in cases)


def _of_the_order(study: Study, claim: Claim) -> tuple[str, ...]:
    """The decision whose outcomes stand in the wrong order, where the claim holds once the strictest come first."""
    for decision in study.ruleset.decisions:
        if [each.allows for each in decision.outcomes] != [each.allows for each in _sorted(decision)]:
            other = _in_order(study, decision.id)
            found = [each for each in _asked_of(other, claim.code) if each.is_as(claim)]
            shown = any(
                isinstance(other.ask((*each.literals, case), read=False), Found)
                for each in found
                for case in each.cases
            )
            if found and shown == claim.wanted:
                return (decision.id,)
    return ()


def _sorted(decision: Decision) -> tuple[Outcome, ...]:
    """The outcomes with those that forbid before those that allow."""
    return tuple(sorted(decision.outcomes, key=lambda one: bool(one.allows)))


@lru_cache(maxsize=4)
def _in_order(study: Study, name: str) -> Study:
    """The study of the ruleset in which the outcomes of a decision that forbid come first."""
    ruleset = study.closed.ruleset
    made = tuple(
        attrs.evolve(each, outcomes=_sorted(each)) if each.id == name else each for each in ruleset.decisions
    )
    found = study.sharing(attrs.evolve(study.closed, ruleset=attrs.evolve(ruleset, decisions=made)))
    found.only = None
    return found


@lru_cache(maxsize=16)
def _asked_of(study: Study, code: str) -> tuple[Claim, ...]:
    return tuple(claim for each in QUESTIONS if each.code == code for claim in each.ask(study))


def _of_a_twin(study: Study, claim: Claim) -> tuple[str, ...]:
    """The requirement that is told to be part of another, where the claim says no more than that."""
    if claim.code not in (groups.IMPLIED, decisive.DECIDES):
        return ()
    alone, root = len(claim.about) == 2, _implied(study).get(claim.at, "")
    if claim.code == groups.IMPLIED and root == claim.at and (alone or claim.at not in _parts(study)):
        return ()
    return (root,) if root else ()


def _of_a_count(study: Study, claim: Claim) -> tuple[str, ...]:
    """Where the count or number is told that nobody reaches, and that the claim goes with; or what it goes with."""
    if claim.code == thresholds.ATTAINABLE and claim.at in _lifeless_requirements(study):
        met = _if_reached(study, claim).met(claim.at)
        return (claim.at,) if isinstance(study.ask([met], read=False), Found) else ()
    if claim.code not in (DEAD, unknowns.CODE, decisions.TOTAL):
        return ()
    return next(((each.at,) for each in _unreached(study) if _goes_with(study, claim, each)), ())


def _goes_with(study: Study, claim: Claim, threshold: Claim) -> bool:
    """Whether a claim fails only because nobody reaches a count or number."""
    if claim.code == DEAD:
        return any(each.place == claim.place for test in _tests_of(study, threshold) for each in walk(test))
    if claim.code == unknowns.CODE:
        return claim.at == threshold.at  # it waits for what can reach nothing
    asked = [one for one in decisions.total(_if_reached(study, threshold)) if one.is_as(claim)]
    return all(isinstance(study.ask(one.literals, read=False), NoneExists) for one in asked)


@lru_cache(maxsize=2)
def _unreached(study: Study) -> tuple[Claim, ...]:
    """The claims of counts and numbers that nobody reaches."""
    return tuple(
        each for each in thresholds.attainable(study) if isinstance(study.somebody(each.literals), NoneExists)
    )


def _tests_of(study: Study, threshold: Claim) -> list[Expr]:
    """The count or number that a claim is about, as it stands in the rules."""
    written = walk_written(study.closed.exprs[threshold.about[0]], study.ruleset.vocabulary)
    return [test for test in written if test.place == threshold.place and thresholds.is_threshold(test)]


def _if_reached(study: Study, threshold: Claim) -> Study:
    """The study of the ruleset in which everybody reaches a count or number."""
    mended, name = copy(study), threshold.about[0]
    expr = study.closed.exprs[name]
    for test in _tests_of(study, threshold):
        expr = taken(expr, test, True, study.ruleset.vocabulary)
    mended.nodes = study.taking({name: study.encoder.of(expr, study.nodes)})
    return mended


@lru_cache(maxsize=2)
def _parts(study: Study) -> frozenset[str]:
    """The requirements that are part of a single other one."""
    return frozenset(each[0] for each in _pairs(study) if len(each) == 2)


@lru_cache(maxsize=2)
def _pairs(study: Study) -> frozenset[tuple[str, ...]]:
    """What is told to be part of what; with more than two names, of several together."""
    return frozenset(
        claim.about
        for claim in _asked_of(study, groups.IMPLIED)
        if all(isinstance(study.ask((*claim.literals, case), read=False), NoneExists) for case in claim.cases)
    )


@lru_cache(maxsize=2)
def _implied(study: Study) -> Mapping[str, str]:
    """Each requirement that is part of another, with the one at which that is told: of twins the first."""
    pairs = _pairs(study)
    found: dict[str, str] = {}
    for name in study.ruleset.requirement:
        if any(one == name for one, *_ in pairs):
            twins = [each for each in found if (name, each) in pairs and (each, name) in pairs]
            found[name] = found[twins[0]] if twins else name
    return found


@lru_cache(maxsize=8)
def _lifeless_groups(study: Study, but: str) -> Mapping[str, str]:
    """The nodes of groups that nobody meets, or nobody falls short of, with the group; without one."""
    found: dict[str, str] = {}
    for each in study.ruleset.groups:
        ways = () if each.not_applicable or each.id == but else (study.met(each.id), study.not_met(each.id))
        if any(isinstance(study.somebody([way]), NoneExists) for way in ways):
            found |= {name: each.id for name in (each.id, NodeId.met(each.id)) if name in study.closed.index}
    return found


@lru_cache(maxsize=4)
def _lifeless_outcomes(study: Study) -> Mapping[str, str]:
    """The outcomes whose own test holds for nobody."""
    return {
        name: f"{decision.id}.{outcome.id}"
        for decision in study.ruleset.decisions
        for outcome in decision.outcomes
        for name in [NodeId.outcome(decision.id, outcome.id)]
        if isinstance(study.somebody([study.nodes[name].t[0]]), NoneExists)
    }


@lru_cache(maxsize=1)
def _lifeless_requirements(study: Study) -> tuple[str, ...]:
    """The requirements that nobody meets, or nobody falls short of."""
    return tuple(
        each.id
        for each in study.ruleset.requirements
        for ways in [(study.met(each.id), study.not_met(each.id))]
        if any(isinstance(study.somebody([way]), NoneExists) for way in ways)
    )


@lru_cache(maxsize=32)
def _claims_of_mended(study: Study, code: str, names: tuple[str, ...]) -> Mapping[tuple[str, str], Claim]:
    """What a question claims of the ruleset in which these nodes may come to anything."""
    mended = copy(study)
    mended.only = None  # what is made here is kept, and asked of other claims too
    mended.nodes = study.taking({name: study.anything(name) for name in names})
    asked = (each.ask(mended) for each in QUESTIONS if each.code == code)
    return {(claim.at, claim.statement): claim for claims in asked for claim in claims}


@lru_cache(maxsize=1)
def _unattained(study: Study) -> Mapping[str, str]:
    """The nodes of tiers that nobody attains, with the tier."""
    named = enumerate(study.closed.ladder, 1)
    nodes = {
        NodeId.attained(number): tier.id for number, tier in named if NodeId.attained(number) in study.nodes
    }
    return {
        node: tier
        for node, tier in nodes.items()
        if isinstance(study.somebody([study.nodes[node].t[0]]), NoneExists)
    }


def _lacking_tiers(study: Study, claim: Claim) -> Iterator[str]:
    """The first tier that the claim asks somebody to attain or need exactly, though nobody does."""
    lacking = (
        tier for tier, asked in _impossible_tiers(study) if asked < {*claim.literals} and tier != claim.at
    )
    yield from list(lacking)[:1]


@lru_cache(maxsize=1)
def _impossible_tiers(study: Study) -> tuple[tuple[str, frozenset[Lit]], ...]:
    """The tiers that nobody attains, or needs, exactly; with what says so."""
    found: list[tuple[str, frozenset[Lit]]] = []
    for number, tier in enumerate(study.closed.ladder, 1):
        for kind in (NodeId.attained, NodeId.required):
            if kind(number) in study.nodes:
                exactly = kind == NodeId.required
                literals = frozenset(study.exactly(kind, number) if exactly else study.attaining(number))
                if isinstance(study.somebody(literals), NoneExists):
                    found.append((tier.id, literals))
    return tuple(found)

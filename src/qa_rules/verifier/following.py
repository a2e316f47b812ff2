"""What fails only because something else does: with that mended, the claim would hold.

A requirement that nobody can meet, or everybody does, takes its groups, outcomes and tiers with it. Whoever reads the
findings should see the one slip, and that the rest goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import lru_cache

from qa_rules.meaning import tiers
from qa_rules.verifier.claims import Claim
from qa_rules.verifier.gates import Lit
from qa_rules.verifier.questions import QUESTIONS
from qa_rules.verifier.questions.ladder import REACHED
from qa_rules.verifier.questions.requirements import LIVE
from qa_rules.verifier.solving import Found, NoneExists
from qa_rules.verifier.study import Study


def cause_of(study: Study, claim: Claim) -> str:
    """Return the requirement or tier that is at the root of a refuted claim; empty where it is a fault of its own."""
    if claim.code == LIVE:
        return ""
    behind = {claim.at, *study.behind(claim.about)}
    dead = tuple(name for name in _lifeless_requirements(study) if name in behind)
    if claim.at in dead or _holds_when_mended(study, claim, dead):
        return dead[0]
    if claim.code == REACHED:
        return ""
    closed = {node: tier for node, tier in _unattained(study).items() if node in behind}
    if _holds_when_mended(study, claim, (*dead, *closed)):
        return next(iter(closed.values()))
    lacking = (name for name, literals in _impossible_tiers(study) if literals < {*claim.literals})
    return next((name for name in lacking if name != claim.at), "")


def _holds_when_mended(study: Study, claim: Claim, names: tuple[str, ...]) -> bool:
    if not (names and claim.wanted):
        return False
    other = _claims_of_mended(study, claim.code, names).get((claim.at, claim.statement))
    cases = () if other is None else ((*other.literals, case) for case in other.cases)
    return any(isinstance(study.ask(each, read=False), Found) for each in cases)


@lru_cache(maxsize=1)
def _lifeless_requirements(study: Study) -> tuple[str, ...]:
    """The requirements that nobody meets, or falls short of, or is left out by."""
    found = []
    for each in study.ruleset.requirements:
        ways = [study.met(each.id), study.not_met(each.id)]
        ways += [] if each.applies_when is None else [study.not_applicable(each.id)]
        if any(isinstance(study.somebody([way]), NoneExists) for way in ways):
            found.append(each.id)
    return tuple(found)


@lru_cache(maxsize=32)
def _claims_of_mended(study: Study, code: str, names: tuple[str, ...]) -> Mapping[tuple[str, str], Claim]:
    """What a question claims of the ruleset in which these nodes may come to anything."""
    mended = copy(study)
    mended.nodes = study.taking({name: study.anything(name) for name in names})
    asked = (each.ask(mended) for each in QUESTIONS if each.code == code)
    return {(claim.at, claim.statement): claim for claims in asked for claim in claims}


@lru_cache(maxsize=1)
def _unattained(study: Study) -> Mapping[str, str]:
    """The nodes of tiers that nobody attains, with the tier."""
    named = enumerate(study.closed.policy.tiers if study.closed.policy else (), 1)
    nodes = {
        tiers.attained(number): tier.id for number, tier in named if tiers.attained(number) in study.nodes
    }
    return {
        node: tier
        for node, tier in nodes.items()
        if isinstance(study.somebody([study.nodes[node].t[0]]), NoneExists)
    }


@lru_cache(maxsize=1)
def _impossible_tiers(study: Study) -> tuple[tuple[str, frozenset[Lit]], ...]:
    """The tiers that nobody attains, or needs, exactly; with what says so."""
    found: list[tuple[str, frozenset[Lit]]] = []
    for number, tier in enumerate(study.closed.policy.tiers if study.closed.policy else (), 1):
        for kind in (tiers.attained, tiers.required):
            here, above = study.nodes.get(kind(number)), study.nodes.get(kind(number + 1))
            if here is not None:
                literals = frozenset({here.t[0], *(() if above is None else (above.f[0],))})
                if isinstance(study.somebody(literals), NoneExists):
                    found.append((tier.id, literals))
    return tuple(found)

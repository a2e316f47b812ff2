"""What fails only because something else does: with that mended, the claim would hold.

A requirement that nobody can meet takes its groups, outcomes and tiers with it. Whoever reads the findings should see
the one slip, and that the rest goes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import lru_cache

from qa_rules.meaning import tiers
from qa_rules.verifier.claims import Claim
from qa_rules.verifier.gates import Lit
from qa_rules.verifier.questions import QUESTIONS
from qa_rules.verifier.questions.requirements import LIVE
from qa_rules.verifier.solving import Found, NoneExists
from qa_rules.verifier.study import Study


def cause_of(study: Study, claim: Claim) -> str:
    """Return the requirement or tier that is at the root of a refuted claim; empty where it is a fault of its own."""
    if claim.code == LIVE:
        return ""
    dead = [
        name for name in _impossible_requirements(study) if name in {claim.at, *study.behind(claim.about)}
    ]
    if claim.at in dead or (dead and claim.wanted and _holds_when_mended(study, claim)):
        return dead[0]
    lacking = (name for name, literals in _impossible_tiers(study) if literals < {*claim.literals})
    return next((name for name in lacking if name != claim.at), "")


def _holds_when_mended(study: Study, claim: Claim) -> bool:
    other = _claims_of_mended(study, claim.code).get((claim.at, claim.statement))
    cases = () if other is None else ((*other.literals, case) for case in other.cases)
    return any(isinstance(study.ask(each, read=False), Found) for each in cases)


@lru_cache(maxsize=1)
def _impossible_requirements(study: Study) -> tuple[str, ...]:
    names = (each.id for each in study.ruleset.requirements)
    return tuple(name for name in names if isinstance(study.somebody([study.met(name)]), NoneExists))


@lru_cache(maxsize=8)
def _claims_of_mended(study: Study, code: str) -> Mapping[tuple[str, str], Claim]:
    """What a question claims of the ruleset in which impossible requirements may come to anything."""
    mended = copy(study)
    mended.nodes = study.taking({name: study.anything(name) for name in _impossible_requirements(study)})
    asked = (each.ask(mended) for each in QUESTIONS if each.code == code)
    return {(claim.at, claim.statement): claim for claims in asked for claim in claims}


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

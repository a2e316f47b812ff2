"""From claims to proofs: ask the solver, make the witness, say why not."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from qa_rules.model.expressions import Constant
from qa_rules.model.nodes import NodeId
from qa_rules.model.values import Severity
from qa_rules.proofs.cegis import Asker
from qa_rules.proofs.claims import Claim, Culprit, Proof, Status, Witness
from qa_rules.proofs.other_studies import (
    SEVERITY,
    TIERS,
    holds_more_widely,
    is_of_the_ruleset,
    part_words,
    parts_at_fault,
)
from qa_rules.proofs.questions import QUESTIONS
from qa_rules.proofs.questions.unknowns import waited_for
from qa_rules.proofs.root_causes import causes_of, holds_when_mended, lifeless_behind
from qa_rules.proofs.solver import Found, NoneExists, Undecided
from qa_rules.proofs.study import Study
from qa_rules.proofs.witnesses import shrink, witness


def claims(study: Study, codes: frozenset[str] | None = None) -> Iterator[Claim]:
    """Yield the claims of the questions named, or of all, in order."""
    for question in QUESTIONS:
        if codes is None or question.code in codes:
            yield from question.ask(study)


def settle(study: Study, claim: Claim) -> Proof:
    """Return what becomes of a claim."""
    undecided = None
    for at, case in enumerate(claim.cases):
        ask = Asker(study, claim.whatever[at]).ask if claim.whatever else study.ask
        asked = (*claim.literals, case)
        if claim.looser and isinstance(study.ask(claim.looser[at], read=False), NoneExists):
            continue
        answer = study.somebody(asked) if claim.wanted else ask(asked)
        if isinstance(answer, Found):
            if claim.wanted:
                return _proof(claim, Status.PROVED)
            others = {name: study.copied(prefix, name) for name, prefix in claim.changed.items()}
            assignment = shrink(study, (*claim.literals, case), answer.assignment, others, ask)
            fault = f"{claim.fault}: {claim.words[at]}" if claim.words else claim.fault
            status = Status.NOTED if claim.note else Status.REFUTED
            broken = claim.places[at] if claim.places else None
            found = _proof(claim, status, fault, witness(study, assignment, claim))
            found = attrs.evolve(found, follows=causes_of(study, claim))
            if claim.whatever and found.witness is not None:
                waits = waited_for(study, claim.at, found.witness.facts)
                found = attrs.evolve(
                    found, hint=f"it waits for {waits}, which cannot change that: {claim.hint}"
                )
            return found if broken is None else attrs.evolve(found, place=broken)
        if isinstance(answer, Undecided):
            undecided = answer
    if undecided is not None:
        return _proof(claim, Status.UNDECIDED, undecided.reason)
    if not claim.wanted:
        return _proof(claim, Status.PROVED)
    silent = study.silent(claim.about)
    if silent and any(isinstance(study.ask((*claim.literals, case), True), Found) for case in claim.cases):
        words = "the ruleset alone leaves" if study.closed.policy is None else "the policy leaves"
        return _proof(claim, Status.UNDECIDED, f"{words} open {', '.join(silent)}")
    if claim.wanted and holds_more_widely(study, claim):
        return _proof(claim, Status.PROVED)
    lacking = _lacking(study, claim)
    if lacking:
        words = f"{claim.fault}: this policy gives nothing the severity `{lacking}`"
        return _proof(claim, Status.NOTED, words)
    follows = causes_of(study, claim)
    parts = parts_at_fault(study, claim) if is_of_the_ruleset(study, claim) else ()
    if not {SEVERITY, TIERS}.isdisjoint(parts) and lifeless_behind(study, claim):
        parts = ()  # another policy would only look away from what is at the root of it
    policy = study.closed.policy
    if parts and policy is None:
        return _proof(claim, Status.UNDECIDED, f"the ruleset alone leaves open {', '.join(parts)}")
    if parts and policy is not None:
        noted = _proof(claim, Status.NOTED, claim.fault)
        return attrs.evolve(noted, because=part_words(study, parts), place=policy.place)
    proof = attrs.evolve(_proof(claim, Status.REFUTED, claim.fault), culprits=_culprits(study, claim))
    return attrs.evolve(proof, follows=follows)


def _lacking(study: Study, claim: Claim) -> Severity | None:
    """A severity that the policy gives to nothing, where the claim would hold if some members of groups had it."""
    lacking: dict[Severity, list[str]] = {}
    for node in study.closed.nodes:
        group, severity = node.name.whole, node.name.severity
        if node.name.is_applies and severity and isinstance(node.expr, Constant):
            parts = (group, NodeId.applies(group), NodeId.met(group))
            lacking.setdefault(severity, []).extend(each for each in parts if each in study.nodes)
    policy = study.closed.policy
    for severity, names in sorted(lacking.items()) if policy is not None and claim.wanted else ():
        if holds_when_mended(study, claim, tuple(names)):
            return severity
    return None


def _culprits(study: Study, claim: Claim) -> tuple[Culprit, ...]:
    """The fewest parts that cannot hold together: none of them can be left out."""
    kept = list(claim.parts)
    if not isinstance(study.ask([part.literal for part in kept]), NoneExists):
        return ()
    for part in claim.parts:
        fewer = [each for each in kept if each is not part]
        if isinstance(study.ask([each.literal for each in fewer]), NoneExists):
            kept = fewer
    return tuple(Culprit(part.words, part.place) for part in kept)


def _proof(claim: Claim, status: Status, message: str = "", found: Witness | None = None) -> Proof:
    return Proof(
        code=claim.code,
        at=claim.at,
        statement=claim.statement,
        status=status,
        message=message,
        hint=claim.hint if status is Status.REFUTED else "",
        place=claim.place,
        witness=found,
    )

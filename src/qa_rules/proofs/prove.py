"""From claims to proofs: ask the solver, make the witness, say why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

import attrs

from qa_rules.model.expressions import Constant
from qa_rules.model.nodes import NodeId
from qa_rules.model.values import Severity
from qa_rules.proofs.cegis import Asker
from qa_rules.proofs.claims import Claim, Culprit, Part, Proof, Status, Witness
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
from qa_rules.proofs.symbolic import Limits
from qa_rules.proofs.turned import telling_what_turned
from qa_rules.proofs.wider import bounded, wider
from qa_rules.proofs.witnesses import shrink, witness


def claims(study: Study, codes: frozenset[str] | None = None) -> Iterator[Claim]:
    """Yield the claims of the questions named, or of all, in order."""
    for question in QUESTIONS:
        if codes is None or question.code in codes:
            yield from question.ask(study)


Again = Callable[[Study, Claim, Limits], tuple[Study, Claim] | None]
"""Makes a claim anew within other limits."""


def asked_again(study: Study, claim: Claim, limits: Limits) -> tuple[Study, Claim] | None:
    """Return a study of the same within other limits, with the claim as it is made there."""
    other = study.within(limits)
    other.only = claim.place if claim.wanted else None
    return next(((other, each) for each in _made(other, claim.code, claim.wanted) if each.is_as(claim)), None)


def _made(study: Study, code: str, fresh: bool) -> Iterable[Claim]:
    """The claims of a question. Those that all have to be asked again are made once."""
    if not fresh:
        return _kept(study, code)
    return next(each.ask for each in QUESTIONS if each.code == code)(study)


@lru_cache(maxsize=64)
def _kept(study: Study, code: str) -> _Kept:
    return _Kept(next(each.ask for each in QUESTIONS if each.code == code)(study))


class _Kept:
    """Claims that are made as they are asked for, and kept."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.ahead, self.found = iter(claims), list[Claim]()

    def __iter__(self) -> Iterator[Claim]:
        yield from self.found
        for each in self.ahead:
            self.found.append(each)
            yield each


def settle(
    study: Study, claim: Claim, again: Again = asked_again, first: tuple[Study, Claim] | None = None
) -> Proof:
    """Return what becomes of a claim. That there is nobody is asked of lists as long as may matter.

    Why it is so is asked of the `first` lists before: whoever is found there, under another policy say, is found.
    """
    more = wider(study, claim)
    if more is not None and first is None and not (claim.wanted or claim.note or claim.whatever):
        # Most of what is ruled out is ruled out of all lists, and then of short ones too.
        made = again(study, claim, more)
        proof = None if made is None else settle(*made, again, (study, claim))
        if proof is not None and proof.status is Status.PROVED:
            return proof
    if more is None or not claim.whatever:  # what holds whatever is learned is told by long lists alone
        found = _shown(study, claim)
        if found is not None:
            return found
    if more is not None:
        made = again(study, claim, more)
        if made is None:
            return _proof(claim, Status.UNDECIDED, "of longer lists it is not asked")
        return settle(*made, again, first or (study, claim))
    proof = None
    if claim.wanted and first is not None:
        proof = _of_nobody(*first)
    if proof is None or proof.status is Status.REFUTED:
        proof = _of_nobody(study, claim) if claim.wanted else _proof(claim, Status.PROVED)
    limited = bounded(study, claim)
    if not limited or claim.wanted == (proof.status is Status.PROVED):
        return proof
    told = f"{proof.message or proof.statement} (asked of whoever has {limited})"
    return attrs.evolve(proof, message=told) if proof.message else attrs.evolve(proof, statement=told)


def _shown(study: Study, claim: Claim) -> Proof | None:
    """What a provider shows of a claim; why it is undecided; None where there is nobody."""
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
            found = found if broken is None else attrs.evolve(found, place=broken)
            return telling_what_turned(study.closed, claim, found)
        if isinstance(answer, Undecided):
            undecided = answer
    return None if undecided is None else _proof(claim, Status.UNDECIDED, undecided.reason)


def _of_nobody(study: Study, claim: Claim) -> Proof:
    """Why nobody shows what somebody should."""
    silent = study.silent(claim.about)
    if silent and any(isinstance(study.ask((*claim.literals, case), True), Found) for case in claim.cases):
        words = "the ruleset alone leaves" if study.closed.policy is None else "the policy leaves"
        return _proof(claim, Status.UNDECIDED, f"{words} open {', '.join(silent)}")
    if holds_more_widely(study, claim):
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
    return _excluding(study, claim.parts)


def _excluding(study: Study, parts: Sequence[Part]) -> tuple[Culprit, ...]:
    kept = list(parts)
    if not isinstance(study.ask([part.literal for part in kept]), NoneExists):
        return ()
    for part in parts:
        fewer = [each for each in kept if each is not part]
        if isinstance(study.ask([each.literal for each in fewer]), NoneExists):
            kept = fewer
    if len(kept) == 1 and (inside := _excluding(study, kept[0].counted)):
        return inside
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

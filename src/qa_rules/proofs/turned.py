"""What turns for a witness when its facts change: which answer, and which requirement is behind it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from qa_rules.model.nodes import NodeId
from qa_rules.model.values import Verdict
from qa_rules.program.answers import answer_of, verdict_of
from qa_rules.program.bind import ClosedRuleset
from qa_rules.proofs.claims import Claim, Proof, Turn, Witness

_MOST = 3
"""So many requirements are named."""


def telling_what_turned(closed: ClosedRuleset, claim: Claim, proof: Proof) -> Proof:
    """Return a refutation with what turned for its two providers, where the claim asks for that."""
    shown = proof.witness
    if shown is None or shown.after is None or claim.turns is None:
        return proof
    if claim.turns is Turn.ANSWER:
        return attrs.evolve(proof, message=f"{proof.message}: {_answers(closed, claim, shown)}")
    short = _fallen_short(closed, shown)
    if not short or any(f"{name} is no longer met" in proof.message for name in short):
        return proof
    applying = [name for name in short if _turns_on_applying(closed, name, shown)]
    place = closed.ruleset.requirement[short[0]].place
    told = attrs.evolve(proof, message=f"{proof.message}, because of {_listed(short)}", place=place)
    if not applying:
        return told
    return attrs.evolve(told, hint=f"whether {_listed(applying)} applies turns on it: {proof.hint}")


def _answers(closed: ClosedRuleset, claim: Claim, shown: Witness) -> str:
    """The answer before the change and after it."""
    decision = next(each for each in closed.ruleset.decisions if each.id == claim.at.partition(".")[0])
    assert shown.after is not None
    pairs = ((shown.codes, shown.facts), (shown.after_codes, shown.after))
    words = []
    for codes, facts in pairs:
        answer = answer_of(closed, codes, decision, facts)
        words.append("no answer" if answer is None else f"`{answer.outcome}`")
    return f"{words[0]} before, {words[1]} after"


def _fallen_short(closed: ClosedRuleset, shown: Witness) -> list[str]:
    """The requirements that are not met after the change and were so before."""

    def not_met(codes: Sequence[int], name: str) -> bool:
        return verdict_of(closed, codes, name)[0] is Verdict.NOT_MET

    names = closed.ruleset.requirement
    found = [name for name in names if not_met(shown.after_codes, name) and not not_met(shown.codes, name)]
    return found[:_MOST]


def _turns_on_applying(closed: ClosedRuleset, name: str, shown: Witness) -> bool:
    applies = closed.index.get(NodeId.applies(name))
    return applies is not None and shown.codes[applies] != shown.after_codes[applies]


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]

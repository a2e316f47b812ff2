"""What two rulesets decide differently, as text and data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa_rules.documents.facts import facts_to_data
from qa_rules.meaning.deciding import answer_of, verdict_of
from qa_rules.reports.proofs import said
from qa_rules.verifier.claims import Proof, Status
from qa_rules.verifier.merging import merged
from qa_rules.verifying import Compared


def text(compared: Compared) -> str:
    """Return the differences with a provider for each, the changes of words, and what the proofs rest on."""
    lines: list[str] = []
    for each in compared.proofs:
        if each.status is not Status.PROVED:
            lines += [*_told(each, compared), ""]
    if compared.wording:
        lines += [
            "Changes that decide nothing by themselves:",
            *(f"  {each}" for each in compared.wording),
            "",
        ]
    same, differ, undecided = (sum(each.status is status for each in compared.proofs) for status in Status)
    lines.append(
        f"{len(compared.proofs)} claims: {same} hold, {differ} no longer, {undecided} undecided; for providers"
    )
    lines += [f"  {words}" for words in compared.limits.words()]
    return "\n".join(lines)


def _told(proof: Proof, compared: Compared) -> Iterator[str]:
    if proof.status is Status.UNDECIDED:
        yield f"{proof.code}: undecided whether {proof.statement}: {proof.message}"
        return
    yield f"{proof.code}: {proof.message}"
    if proof.witness is not None:
        vocabulary, _ = merged(compared.old.ruleset.vocabulary, compared.new.ruleset.vocabulary)
        yield "  for example a provider of whom this is known, and nothing else:"
        sentences = list(said(proof.witness.facts, vocabulary))
        yield from (f"    {sentence}" for sentence in sentences or ["nothing at all"])
        was, is_now = _came_to(proof, compared)
        if was != is_now:
            yield f"  {proof.at} was {was} and is {is_now}"


def _came_to(proof: Proof, compared: Compared) -> tuple[str, str]:
    """What the thing in question came to in the old ruleset and comes to in the new one."""
    found = []
    witness = proof.witness
    if witness is None:
        return "", ""
    for closed, codes in ((compared.old, witness.after_codes), (compared.new, witness.codes)):
        name = proof.at.partition(".")[0]
        decision = next((each for each in closed.ruleset.decisions if each.id == name), None)
        if proof.at in closed.index:
            found.append(verdict_of(closed, codes, proof.at)[0].value.replace("_", " "))
        elif decision is not None:
            plain = answer_of(closed, codes, decision, witness.facts)
            found.append("not asked" if plain is None else plain.outcome)
        else:
            found.append("")
    return found[0], found[1]


def data(compared: Compared) -> dict[str, Any]:
    """Return everything as plain data."""
    return {
        "format": 1,
        "old": compared.old.ruleset.id,
        "new": compared.new.ruleset.id,
        "rests_on": compared.limits.words(),
        "wording": list(compared.wording),
        "claims": [
            {
                "code": each.code,
                "at": each.at,
                "statement": each.statement,
                "status": each.status.value,
                "message": each.message,
                "witness": None if each.witness is None else facts_to_data(each.witness.facts),
            }
            for each in compared.proofs
        ],
    }

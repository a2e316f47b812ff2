"""Proofs as text, data and SARIF: a provider in plain words, not a formula."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa_rules.documents.facts import facts_to_data
from qa_rules.meaning.wording import Wording, capital, value_words
from qa_rules.model.facts import Facts, FactValue, Vocabulary
from qa_rules.verifier.claims import Proof, Status
from qa_rules.verifier.questions import QUESTIONS
from qa_rules.verifying import Verified


def text(verified: Verified, everything: bool = False) -> str:
    """Return what was refuted and what is undecided, with witnesses, then a summary and what the proofs rest on."""
    lines: list[str] = []
    for each in verified.proofs:
        accepted = verified.accepted(each)
        if each.status is Status.PROVED or accepted is not None:
            if everything or (accepted is not None and each.status is not Status.PROVED):
                note = f" (accepted: {accepted.reason})" if accepted is not None else ""
                lines.append(f"{each.status}: {each.statement}{note}")
            continue
        lines += [*_told(each, verified), ""]
    lines.append(summary(verified))
    lines += [f"  {words}" for words in (*verified.limits.words(), "no condition is overdue")]
    return "\n".join(lines)


def summary(verified: Verified) -> str:
    """Return one line: how many claims, and how they ended."""
    under = "no policy" if verified.policy is None else verified.policy.name
    proved, refuted, undecided = (verified.count(status) for status in Status)
    counts = f"{len(verified.proofs)} claims: {proved} proved, {refuted} refuted, {undecided} undecided"
    return f"{verified.ruleset.id} under {under}: {counts}. This holds for providers"


def _told(proof: Proof, verified: Verified) -> Iterator[str]:
    if proof.status is Status.REFUTED:
        yield f"{proof.code}: {proof.message}"
    else:
        yield f"{proof.code}: undecided whether {proof.statement}: {proof.message}"
    if proof.place is not None:
        yield f"  --> {proof.place}"
    if proof.witness is not None:
        yield "  for example a provider of whom this is known, and nothing else:"
        sentences = list(said(proof.witness.facts, verified.ruleset.vocabulary))
        yield from (f"    {sentence}" for sentence in sentences or ["nothing at all"])
        if proof.witness.after is not None:
            yield "  and then:"
            yield from (f"    {sentence}" for sentence in changes(proof, verified.ruleset.vocabulary))
    if proof.hint:
        yield f"  help: {proof.hint}"


def said(facts: Facts, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield one sentence a fact, and for each record of a collection one with its fields."""
    wording = Wording(vocabulary)
    for name, value in facts.values.items():
        declared = vocabulary.scalars[name]
        yield f"{capital(declared.label)}: {value_words(value.value, declared)}{_how(value)}."
    for name, records in facts.collections.items():
        declared = vocabulary.collections[name]
        more = ", and perhaps others" if records.partial else ""
        if not records.records:
            yield (
                f"{capital(declared.label)}: none known{more}."
                if more
                else f"{capital(declared.label)}: none."
            )
        for number, record in enumerate(records.records, 1):
            parts = [
                f"{wording.vocabulary.collections[name].fields[key].label} "
                f"{value_words(value.value, declared.fields[key])}{_how(value)}"
                for key, value in record.items()
            ]
            what = "; ".join(parts) or "nothing known of it"
            yield f"{capital(declared.record or declared.label)} {number}{more}: {what}."


def changes(proof: Proof, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what the second provider of a witness has otherwise."""
    if proof.witness is None or proof.witness.after is None:
        return
    before = set(said(proof.witness.facts, vocabulary))
    after = list(said(proof.witness.after, vocabulary))
    yield from [sentence for sentence in after if sentence not in before] or ["that is no longer known."]


def _how(value: FactValue) -> str:
    partial = ", perhaps more" if value.partial else ""
    strength = value.evidence.strength.word
    return f"{partial}{'' if strength == 'verified' else f' ({strength})'}"


def data(verified: Verified) -> dict[str, Any]:
    """Return everything as plain data."""
    return {
        "format": 1,
        "ruleset": verified.ruleset.id,
        "policy": None if verified.policy is None else verified.policy.name,
        "rests_on": verified.limits.words(),
        "claims": [_claim(each, verified) for each in verified.proofs],
    }


def _claim(proof: Proof, verified: Verified) -> dict[str, Any]:
    accepted = verified.accepted(proof)
    found = proof.witness
    place = proof.place
    return {
        "code": proof.code,
        "at": proof.at,
        "statement": proof.statement,
        "status": proof.status.value,
        "message": proof.message,
        "hint": proof.hint,
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        "accepted": None if accepted is None else accepted.reason,
        "witness": None if found is None else facts_to_data(found.facts),
        "after": None if found is None or found.after is None else facts_to_data(found.after),
    }


_KINDS: Mapping[Status, str] = {Status.PROVED: "pass", Status.REFUTED: "fail", Status.UNDECIDED: "open"}


def sarif(every: Sequence[Verified]) -> dict[str, Any]:
    """Return one SARIF 2.1.0 run: a result a claim, of kind pass, fail or open."""
    results = [_result(each, verified) for verified in every for each in verified.proofs]
    rules = [{"id": each.code, "shortDescription": {"text": each.title}} for each in QUESTIONS]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "qa-rules", "rules": rules}}, "results": results}],
    }


def _result(proof: Proof, verified: Verified) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"name": proof.at}]}
    if proof.place is not None:
        uri = os.path.relpath(proof.place.file)
        region = {"startLine": proof.place.line, "startColumn": proof.place.column}
        location["physicalLocation"] = {"artifactLocation": {"uri": uri}, "region": region}
    under = "" if verified.policy is None else f"{verified.policy.name}:"
    result: dict[str, Any] = {
        "ruleId": proof.code,
        "kind": _KINDS[proof.status],
        "level": "error" if proof.status is Status.REFUTED else "none",
        "message": {"text": proof.message or proof.statement},
        "locations": [location],
        "partialFingerprints": {"qaRules/v1": f"{verified.ruleset.id}:{under}{proof.code}:{proof.statement}"},
    }
    accepted = verified.accepted(proof)
    if accepted is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": accepted.reason}]
    return result

"""Proofs as text, data and SARIF: a provider in plain words, not a formula."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa_rules.api.verify import Verified
from qa_rules.errors import Place
from qa_rules.explain.wording import Wording, capital, listed, value_words
from qa_rules.model.facts import Facts, FactValue, Vocabulary
from qa_rules.model.identity import hashes_of
from qa_rules.model.writing import facts_to_data
from qa_rules.proofs.claims import Proof, Status
from qa_rules.proofs.questions import QUESTIONS
from qa_rules.proofs.questions.requirements import DEAD, LIVE
from qa_rules.reports.sarif import address


def text(verified: Verified, everything: bool = False) -> str:
    """Return what was refuted and what is undecided, with witnesses, then a summary and what the proofs rest on."""
    lines: list[str] = []
    last: tuple[str, str, Place | None] | None = None
    alike = _of_one_cause(verified)
    for each in verified.proofs:
        accepted = None if each.status in FINE else verified.accepted(each)
        if accepted is not None:
            lines.append(f"{each.status} and accepted: {each.message or each.statement} ({accepted.reason})")
        elif (each.status not in FINE and not verified.causes(each)) or (
            everything and each.witness is not None
        ):
            together = alike.get(_cause(each) or (), [])
            first, *others = together if any(one is each for one in together) else [each]
            if first is not each:
                continue  # told with the first
            if each.witness is None and lines and last == (each.code, each.at, each.place):
                lines.insert(-1, f"  also: {each.message or each.statement}")
            else:
                lines += [*told(each, verified), *_with_it(each, others), ""]
            last = each.code, each.at, each.place
        elif everything:
            lines.append(f"{each.status}: {each.message or each.statement}")
    following: dict[str, dict[str, None]] = {}
    for each in verified.open(Status.REFUTED):
        if causes := verified.causes(each):
            following.setdefault(listed(causes), {}).setdefault(f"{each.code} at {each.at}")
    for cause, claims in following.items():
        lines += [f"because of {cause} these fail too: {', '.join(claims)}", ""]
    lines += _of_the_policy(verified)
    noted: dict[str, list[Proof]] = {}
    for each in verified.proofs:
        if each.status is Status.NOTED and not each.because:
            noted.setdefault(each.code, []).append(each)
    for code, proofs in noted.items():
        names = ", ".join(dict.fromkeys(each.at for each in proofs))
        lines.append(f"worth knowing: {TITLES[code]}, but for {names}")
    lines.append(summary(verified))
    lines += [f"  {words}" for words in verified.rests_on]
    return "\n".join(lines)


def _of_one_cause(verified: Verified) -> Mapping[tuple[str, ...], list[Proof]]:
    """What is told as one finding: the idle tests of one rule, and the rules that nobody falls short of."""
    found: dict[tuple[str, ...], list[Proof]] = {}
    for each in verified.open(Status.REFUTED):
        cause = _cause(each)
        if cause is not None and not verified.causes(each) and verified.expired(each) is None:
            found.setdefault(cause, []).append(each)
    return {cause: proofs for cause, proofs in found.items() if len(proofs) > 1}


def _cause(proof: Proof) -> tuple[str, ...] | None:
    if proof.status is Status.REFUTED and proof.code == DEAD:
        return DEAD, proof.at
    if proof.status is Status.REFUTED and proof.code == LIVE and not proof.statement.endswith("can be met"):
        return LIVE, proof.message.removeprefix(proof.at).replace(proof.at, "")
    return None


def _with_it(first: Proof, others: Sequence[Proof]) -> Iterator[str]:
    """What is told with the first finding of a cause: what else is said of the same, and of what the same is said."""
    rest: dict[tuple[str, Place | None], str] = {}
    for each in others:
        if (each.at, each.place) == (first.at, first.place):
            yield f"  also: {each.message}"
        else:
            what = each.message.partition(" changes nothing in ")[0] if each.code == DEAD else each.at
            rest.setdefault((each.at, each.place), f"    {what}" + (f" ({each.place})" if each.place else ""))
    if rest:
        yield "  the same, each by itself, of"
        yield from rest.values()


def _of_the_policy(verified: Verified) -> Iterator[str]:
    """What is so of the ruleset under this policy alone: no fault of either, and its author may want to know."""
    found: dict[str, dict[tuple[str, str, str], str]] = {}
    for each in verified.proofs:
        if each.because:
            told = each.message.partition(": ")[0] if each.code == DEAD else each.message
            found.setdefault(each.because, {}).setdefault((each.code, each.at, told), told)
    for because, messages in found.items():
        yield f"worth knowing: because {because},"
        yield from (f"  - {message}" for message in messages.values())


def summary(verified: Verified) -> str:
    """Return one line: how many claims, and how they ended."""
    under = "no policy" if verified.policy is None else verified.policy.name
    counts = f"{len(verified.proofs)} claims: {counted(verified.proofs)}"
    return f"{verified.ruleset.id} under {under}: {counts}. This holds for {verified.ruleset.subject.plural}"


def counted(proofs: Sequence[Proof]) -> str:
    """Return how many ended in which way; `noted` only where there are some."""
    found = [(status, sum(each.status is status for each in proofs)) for status in Status]
    return ", ".join(f"{number} {status}" for status, number in found if number or status is not Status.NOTED)


def told(proof: Proof, verified: Verified) -> Iterator[str]:
    """Yield what is said of a claim that is refuted or undecided, a line each."""
    if proof.status is Status.UNDECIDED:
        yield f"{proof.code}: undecided whether {proof.statement}: {proof.message}"
    else:
        yield f"{proof.code}: {proof.message}"
    if proof.place is not None:
        yield f"  --> {proof.place}"
    yield from _shown(proof, verified)
    expired = verified.expired(proof)
    if expired is not None:
        yield f"  it was accepted until {expired.until}: {expired.reason}"
    if proof.hint:
        yield f"  help: {proof.hint}"


def _shown(proof: Proof, verified: Verified) -> Iterator[str]:
    """Yield what speaks against a claim: what contradicts, or a provider."""
    if proof.culprits:
        several = "these cannot hold together, and none of them can be left out"
        yield f"  {several if len(proof.culprits) > 1 else 'this can never hold'}:"
        for each in proof.culprits:
            yield f"    {each.words}" + ("" if each.place is None else f" ({each.place})")
    if proof.witness is not None:
        day = "" if verified.limits.until is None else f", on {proof.witness.on}"
        yield f"  for example{day} {verified.ruleset.subject.one} of which this is known, and nothing else:"
        sentences = list(said(proof.witness.facts, verified.vocabulary))
        sentences += [f"{name} is a condition past its due date." for name in proof.witness.overdue]
        yield from (f"    {sentence}" for sentence in sentences or ["nothing at all"])
        if proof.witness.after_on not in (None, proof.witness.on):
            yield f"  and then, on {proof.witness.after_on}, with nothing else changed"
        elif proof.witness.after is not None:
            yield "  and then:"
            yield from (f"    {sentence}" for sentence in changes(proof, verified.vocabulary))


def said(facts: Facts, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield one sentence a fact, and for each record of a collection one with its fields."""
    wording = Wording(vocabulary)
    labels = Counter(declared.label for declared in vocabulary.scalars.values())
    for name, value in facts.values.items():
        declared = vocabulary.scalars[name]
        which = f" (`{name}`)" if labels[declared.label] > 1 else ""
        yield f"{capital(declared.label)}{which}: {value_words(value.value, declared)}{_how(value)}."
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
        "hashes": hashes_of(verified.ruleset, verified.policy),
        "rests_on": list(verified.rests_on),
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
        "because": proof.because,
        "follows": list(verified.causes(proof)),
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        "accepted": None if accepted is None else accepted.reason,
        "witness": None if found is None else facts_to_data(found.facts),
        "after": None if found is None or found.after is None else facts_to_data(found.after),
        "on": None if found is None or found.on is None else found.on.isoformat(),
        "after_on": None if found is None or found.after_on is None else found.after_on.isoformat(),
        "overdue": [] if found is None else list(found.overdue),
        "culprits": [
            {
                "words": each.words,
                "file": None if each.place is None else each.place.file,
                "line": None if each.place is None else each.place.line,
            }
            for each in proof.culprits
        ],
    }


FINE = (Status.PROVED, Status.NOTED)
TITLES: Mapping[str, str] = {each.code: each.title for each in QUESTIONS}
_KINDS: Mapping[Status, str] = {
    Status.PROVED: "pass",
    Status.REFUTED: "fail",
    Status.UNDECIDED: "open",
    Status.NOTED: "informational",
}


def sarif(every: Sequence[Verified]) -> dict[str, Any]:
    """Return one SARIF 2.1.0 run: a result a claim, of kind pass, fail or open."""
    results = [_result(each, verified) for verified in every for each in verified.proofs]
    rules = [{"id": each.code, "shortDescription": {"text": each.title}} for each in QUESTIONS]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": {"name": "qa-rules", "rules": rules}}, "results": results}],
    }


def _level(proof: Proof, verified: Verified) -> str:
    """An error once only: what goes with it is a note."""
    return "none" if proof.status is not Status.REFUTED else "note" if verified.causes(proof) else "error"


def _message(proof: Proof, verified: Verified) -> str:
    """What is wrong, the provider that shows it and what to do: in a code host it is all that is seen."""
    said = [proof.message or proof.statement]
    said += [f"This is so because {proof.because}."] if proof.because else []
    if causes := verified.causes(proof):
        said.append(f"This is so because of {listed(causes)}.")
    elif proof.status is Status.REFUTED:
        said += [line.strip() for line in _shown(proof, verified)]
        said += [f"Help: {proof.hint}."] if proof.hint else []
    return "\n".join(said)


def _physical(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {}
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": {"uri": address(place.file)}, "region": region}}


def _result(proof: Proof, verified: Verified) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"name": proof.at}]}
    location |= _physical(proof.place)
    under = "" if verified.policy is None else f"{verified.policy.name}:"
    result: dict[str, Any] = {
        "ruleId": proof.code,
        "kind": _KINDS[proof.status],
        "level": _level(proof, verified),
        "message": {"text": _message(proof, verified)},
        "locations": [location],
        "partialFingerprints": {"qaRules/v1": f"{verified.ruleset.id}:{under}{proof.code}:{proof.statement}"},
    }
    if proof.culprits:
        result["relatedLocations"] = [
            {"message": {"text": each.words}, **_physical(each.place)} for each in proof.culprits
        ]
    accepted = None if proof.status in FINE else verified.accepted(proof)
    if accepted is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": accepted.reason}]
    return result

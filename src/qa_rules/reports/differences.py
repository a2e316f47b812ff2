"""What two rulesets decide differently, as text and data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa_rules.api.verify import Compared
from qa_rules.model.writing import facts_to_data
from qa_rules.program.answers import answer_of, verdict_of
from qa_rules.proofs.claims import Proof, Status
from qa_rules.proofs.compare import GAINS, LOSES
from qa_rules.proofs.edition_diff import Kind
from qa_rules.proofs.vocabularies import merged
from qa_rules.reports.proofs import said

_HEADINGS = {
    Kind.RULES: "What was changed in the rules:",
    Kind.WORDS: "Changes of words, which decide nothing:",
    Kind.OPEN: "Changed, and not compared:",
    Kind.BESIDE: "Changed, and no matter of answers:",
}


def text(compared: Compared) -> str:
    """Return what can come out differently, each once with a provider, then what was changed, then the limits."""
    lines: list[str] = []
    shown: set[tuple[str, str, str]] = set()
    for each in compared.proofs:
        if each.status is Status.UNDECIDED:
            lines += [f"{each.code}: undecided whether {each.statement}: {each.message}", ""]
        elif each.status is Status.REFUTED:
            was, is_now = _came_to(each, compared)
            decisions = {decision.id for decision in compared.new.ruleset.decisions}
            base = each.at.partition(".")[0]
            name = base if base in decisions else each.at
            key = (name, was, is_now) if was != is_now else (each.message, "", "")
            if key not in shown:
                shown.add(key)
                lines += [*_told(each, name, was, is_now, compared), ""]
    for code, words in (
        (LOSES, "Somebody who was allowed no longer is"),
        (GAINS, "Somebody is newly allowed"),
    ):
        names = [each.at for each in compared.proofs if each.code == code and each.status is Status.REFUTED]
        if names:
            lines += [f"{words}: {', '.join(names)}.", ""]
    for kind, heading in _HEADINGS.items():
        changed = compared.changed(kind)
        if changed:
            lines += [heading, *(f"  {each}" for each in changed), ""]
    same, undecided = (
        sum(each.status is status for each in compared.proofs) for status in (Status.PROVED, Status.UNDECIDED)
    )
    if not shown and not undecided:
        but = ", as far as that was compared" if compared.changed(Kind.OPEN) else ""
        lines.append(f"Every verdict, tier and answer that both name comes out as before{but}.")
    lines.append(
        f"{len(compared.proofs)} claims: {same} hold, {len(compared.proofs) - same - undecided} no longer, "
        f"{undecided} undecided; for providers"
    )
    lines += [f"  {words}" for words in (*compared.limits.words(any_length=True), "no condition is overdue")]
    return "\n".join(lines)


def _told(proof: Proof, name: str, was: str, is_now: str, compared: Compared) -> Iterator[str]:
    """One difference, and the smallest provider that shows it."""
    if was != is_now:
        yield f"{name} was {was} and is {is_now}" + ("" if proof.place is None else f" ({proof.place})")
    else:
        yield proof.message
    if proof.witness is not None:
        vocabulary, _ = merged(compared.old.ruleset.vocabulary, compared.new.ruleset.vocabulary)
        yield "  for example when this is known, and nothing else:"
        sentences = list(said(proof.witness.facts, vocabulary))
        yield from (f"    {sentence}" for sentence in sentences or ["nothing at all"])


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
        "rests_on": compared.limits.words(any_length=True),
        "changes": {kind.value: list(compared.changed(kind)) for kind in Kind},
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

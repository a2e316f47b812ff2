"""What two rulesets decide differently, as text and data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa_rules.api.verify import Compared
from qa_rules.model.identity import hashes_of
from qa_rules.model.writing import facts_to_data
from qa_rules.program.answers import answer_of, verdict_of
from qa_rules.proofs.claims import Proof, Status
from qa_rules.proofs.compare import GAINS, LOSES
from qa_rules.proofs.edition_diff import Change, Kind
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
    for code, words in (
        (GAINS, "Somebody is newly allowed"),
        (LOSES, "Somebody who was allowed no longer is"),
    ):
        names = [each.at for each in compared.proofs if each.code == code and each.status is Status.REFUTED]
        if names:
            lines += [f"{words}: {', '.join(names)}.", ""]
    for each in sorted(compared.proofs, key=_weight):
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
    for kind, heading in _HEADINGS.items():
        changed = compared.of(kind)
        if changed:
            lines += [heading, *(line for each in changed for line in _change(each)), ""]
    same, undecided = (
        sum(each.status is status for each in compared.proofs) for status in (Status.PROVED, Status.UNDECIDED)
    )
    if not shown and not undecided:
        but = ", as far as that was compared" if compared.changed(Kind.OPEN) else ""
        lines.append(f"Every verdict, tier and answer that both name comes out as before{but}.")
    lines.append(
        f"{len(compared.proofs)} claims: {same} hold, {len(compared.proofs) - same - undecided} no longer, "
        f"{undecided} undecided; for {compared.new.ruleset.subject.plural}"
    )
    lines += [f"  {words}" for words in compared.rests_on]
    return "\n".join(lines)


def _weight(proof: Proof) -> int:
    """Whoever is newly allowed comes first, then who no longer is, then all else."""
    return [GAINS, LOSES].index(proof.code) if proof.code in (GAINS, LOSES) else 2


def _change(change: Change) -> Iterator[str]:
    """A change, and the old words of a test above the new ones."""
    yield f"  {change.words}"
    if change.was or change.asks:
        yield f"    old: {change.was}"
        yield f"    new: {change.asks}"


def _told(proof: Proof, name: str, was: str, is_now: str, compared: Compared) -> Iterator[str]:
    """One difference, and the smallest provider that shows it."""
    if was != is_now:
        yield f"{name} was {was} and is {is_now}" + ("" if proof.place is None else f" ({proof.place})")
    else:
        yield proof.message
    if proof.witness is not None:
        vocabulary, _ = merged(compared.old.ruleset.vocabulary, compared.new.ruleset.vocabulary)
        day = "" if compared.limits.until is None else f" on {proof.witness.on}"
        yield f"  for example{day} when this is known, and nothing else:"
        sentences = list(said(proof.witness.facts, vocabulary))
        sentences += [f"{name} is a condition past its due date." for name in proof.witness.overdue]
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
        "hashes": {
            name: hashes_of(side.ruleset, side.policy)
            for name, side in (("old", compared.old), ("new", compared.new))
        },
        "rests_on": list(compared.rests_on),
        "changes": {kind.value: list(compared.changed(kind)) for kind in Kind},
        "tests": [
            {"change": each.words, "old": each.was, "new": each.asks}
            for each in compared.changes
            if each.was or each.asks
        ],
        "claims": [
            {
                "code": each.code,
                "at": each.at,
                "statement": each.statement,
                "status": each.status.value,
                "message": each.message,
                "witness": None if each.witness is None else facts_to_data(each.witness.facts),
                "on": None if each.witness is None or each.witness.on is None else f"{each.witness.on}",
                "overdue": [] if each.witness is None else list(each.witness.overdue),
            }
            for each in compared.proofs
        ],
    }

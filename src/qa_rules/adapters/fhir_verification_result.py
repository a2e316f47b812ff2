"""FHIR VerificationResult (R4): what others verified of a provider, and what an assessment verifies."""

from __future__ import annotations

import datetime
import re
from typing import Any, Final

from qa_rules.adapters.entry import Entry, Looked, together
from qa_rules.adapters.fhir import (
    TIER,
    Who,
    day_out,
    narrative,
    policy_in,
    policy_out,
    reference_out,
    resources,
    who,
)
from qa_rules.adapters.node import Node, is_unread, quoted
from qa_rules.adapters.reading import NoteKind, Reading
from qa_rules.adapters.taxonomy import ADOPTED, BASE, published
from qa_rules.assessment.assess import Assessment
from qa_rules.errors import ArgumentError, due
from qa_rules.explain.messages import say
from qa_rules.model.facts import Evidence
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength

KIND: Final = "VerificationResult"
CERTIFIER: Final = re.compile(r"\bqismet\b", re.IGNORECASE)
SYSTEMS: Final = "http://terminology.hl7.org/CodeSystem/"
_PARTS: Final = re.compile(r"\.(address|identifier|telecom|name|alias|contact|position|endpoint|photo)\b")
"""Parts of a resource that are about finding somebody, and not about how good they are."""


def read(
    data: Any, ruleset: Ruleset, *, fetched_on: datetime.date, published_on: datetime.date | None = None
) -> Reading:
    """Return what a VerificationResult says, or each of a list or Bundle: a mark, or the entry of a certifier.

    `validated` by a body other than the target is verified, of the day on which it was validated; `attested` is stated.
    Nothing else is a fact. It is believed until `nextScheduled`.
    """
    looked = Looked(ruleset, fetched_on, published_on)
    return resources(data, KIND, lambda row: _result(row, looked))


def _result(row: Node, looked: Looked) -> Reading:
    """What it says of each target: the facts of two are never mixed."""
    targets = list(dict.fromkeys(who(each) for each in row["target"].objects()))
    faults = row.faults
    found = []
    for each in [[target] for target in targets] or [[]]:
        found.append(_of_target(Node(row.given, row.path, faults), each, looked))
        faults = []  # those of the resource are told once
    return together(found)


def _of_target(row: Node, targets: list[Who], looked: Looked) -> Reading:
    entry = Entry(looked, f"FHIR {KIND}", row)
    entry.subject = "; ".join(dict.fromkeys(each.name for each in targets if each.name))
    entry.reference = f"{KIND}/{row['id'].text()}" if row["id"].text() else ""
    for each in targets:
        entry.identifier("FHIR", each.reference)
    status = row["status"].text()
    title, standing = policy_in(row)
    if title and standing != ADOPTED:
        text = say("It was assessed under {title}, an example that no area has adopted.", title=quoted(title))
        entry.note(NoteKind.WARNING, text, row["extension"], "marks")
    elif title:
        entry.note(
            NoteKind.TOLD, say("It was assessed under {title}.", title=quoted(title)), row["extension"]
        )
    if not targets:
        row.fault("nothing says what was verified", "give `target`", "feed")
    elif status in ("val-fail", "reval-fail"):
        entry.note(NoteKind.WARNING, say("What was checked did not hold."), row["status"], "marks")
    elif status == "req-revalid":
        entry.note(NoteKind.ASK, say("It has to be verified again."), row["status"], "marks")
    elif status not in ("attested", "validated"):
        text = say("Its status is {status}, so nothing is taken from it.", status=quoted(status or "-"))
        entry.note(NoteKind.ASK, text, row["status"], "marks")
    elif any(each.kind in ("Practitioner", "PractitionerRole", "Patient") for each in targets):
        entry.note(NoteKind.TOLD, say("It is about a person, not about a provider."), row["target"])
    elif _is_of_parts(row):
        text = say("It is about an address or the like, not about quality.")
        entry.note(NoteKind.TOLD, text, row["targetLocation"])
    else:
        _take(entry, row, status, targets)
    return entry.reading()


def _is_of_parts(row: Node) -> bool:
    places = [each.text() for each in row["targetLocation"].items()]
    return bool(places) and all(_PARTS.search(f".{each.partition('.')[2]}") for each in places)


def _take(entry: Entry, row: Node, status: str, targets: list[Who]) -> None:
    until = row["nextScheduled"].day(in_part=True)
    if is_unread(row["nextScheduled"], until):
        return  # it ends on a day that cannot be read, so it is not believed for ever
    sources = list(row["primarySource"].objects())
    # `statusDate` is when the status was set, which may be long after anybody looked.
    fallback = row["attestation"]["date"].day(in_part=True) or row.first("lastPerformed", "statusDate").day(
        in_part=True
    )
    is_doubted = _failed(entry, sources)
    for each in sources or [row]:
        body = who(each["who"]) if sources else who(row["attestation"]["who"])
        on = each["validationDate"].day(in_part=True) if sources and status == "validated" else None
        if sources and status == "validated" and is_unread(each["validationDate"], on):
            continue
        on = on or fallback
        if is_doubted:
            continue
        if on is None:
            row.fault(
                "nothing says on which day it was verified", "give `validationDate` or `statusDate`", "date"
            )
            continue
        if until is not None and until < on:
            row["nextScheduled"].fault(
                f"it is due again on {until}, before it was verified on {on}", "", "date"
            )
            continue
        others = bool(sources and body.name) and not _is_among(body, targets)
        confirmed = each["validationStatus"].given is None or _code(each["validationStatus"]) == "successful"
        is_validated = status == "validated" and others and confirmed
        if status == "validated" and not is_validated:
            text = say(
                "It says that it was validated, and names nobody else who confirmed it. It counts as stated."
            )
            entry.note(NoteKind.ASK, text, each, "marks")
        strength = Strength.VERIFIED if is_validated else Strength.STATED
        if not entry.is_before_fetching(on, each):
            continue
        told = who(row["attestation"]["who"])
        source = {"source": body.name} if is_validated else {"by": told.name} if told.is_person else {}
        reason = f"{KIND}: {status}"
        evidence = entry.evidence(strength, on, valid_until=until, reason=reason, **source)
        if others and CERTIFIER.search(body.name):
            _certified(entry, each, evidence, until)
        else:
            entry.record("marks", {"scheme": _scheme(entry, body.name)}, each, evidence)
            text = (
                say(
                    "A mark by {body} counts when a person has looked and accepts it.", body=quoted(body.name)
                )
                if body.name
                else say("A mark that nobody is named for counts when a person has looked and accepts it.")
            )
            entry.note(NoteKind.ASK, text, each, "marks")


def _failed(entry: Entry, sources: list[Node]) -> bool:
    """Whether a source could not confirm it: then nothing is taken, whatever another one says."""
    failed = [each for each in sources if _code(each["validationStatus"]) == "failed"]
    for each in failed:
        text = say("{body} could not confirm it.", body=who(each["who"]).name or say("The source"))
        entry.note(NoteKind.WARNING, text, each, "marks")
    return bool(failed)


def _is_among(body: Who, targets: list[Who]) -> bool:
    """Whether a body is what was verified, by its reference or its name: nobody verifies oneself."""
    return any(
        (body.reference and body.reference == each.reference) or body.name.casefold() == each.name.casefold()
        for each in targets
    )


def _certified(entry: Entry, at: Node, evidence: Evidence, until: datetime.date | None) -> None:
    values = {"cert_decision": "certified", "cert_register_checked_on": evidence.on, "cert_valid_to": until}
    for name, value in values.items():
        if value is not None:
            entry.fact(
                name,
                value,
                at,
                evidence.strength,
                evidence.on,
                source=evidence.source,
                reason=evidence.reason,
                valid_until=evidence.valid_until,
            )


def _code(node: Node) -> str:
    codes = [code for each in node["coding"].objects() if (code := each["code"].text())]
    return codes[0] if codes else ""


def _scheme(entry: Entry, name: str) -> str:
    """The mark of the vocabulary that a body's name is, word for word; else another."""
    marks = entry.looked.ruleset.vocabulary.facts.get("marks")
    declared = None if marks is None else marks.fields.get("scheme")
    options = {} if declared is None else declared.options
    known = {words.casefold(): key for key, words in options.items()}
    return known.get(name.casefold(), "other")


def write(
    assessment: Assessment,
    *,
    target: str,
    by: str,
    on: datetime.date | None = None,
    base: str = BASE,
) -> dict[str, Any]:
    """Return the VerificationResult (R4) of an assessment as it stands on a day, by default its own.

    Args:
        assessment: what was decided.
        target: what was assessed, as a reference: `HealthcareService/1`.
        by: who attests it, as a reference or a name.
        on: the day of which the resource is.
        base: what the addresses of terms begin with.

    It is `validated` where independent evidence alone carries the answer, `attested` where a provider's or link
    worker's word is needed, `req-revalid` after the last day on which it holds; `in-process` and `val-fail` where it is
    not decided or does not allow. `nextScheduled` is the last day on which it holds.

    """
    for name, given in (("target", target), ("by", by)):
        due(name, given, str, "a reference, or a name")
        if not given.strip():
            raise ArgumentError(f"`{name}` is empty")
    said = published(assessment, on, base)
    work = assessment.work
    ruleset = work.closed.ruleset.base or work.closed.ruleset
    extension = policy_out(ruleset, work.closed.policy)
    extension += [{"url": TIER, "valueUri": each.uri} for each in said.terms if each.kind == "tier"]
    is_outside = said.status == "validated"
    sources = [
        {
            "who": {"display": source},
            "validationStatus": _concept("validation-status", "successful"),
            "validationDate": day.isoformat(),
        }
        for source, day in (_verifiers(assessment) if is_outside else [])
    ]
    return {
        "resourceType": KIND,
        "text": narrative(said.words),
        "extension": extension,
        "target": [reference_out(target)],
        "need": _concept("need", "periodic"),
        "status": said.status,
        "statusDate": (on or assessment.on).isoformat(),
        "validationType": _concept("validation-type", "primary" if is_outside else "nothing"),
        "lastPerformed": assessment.on.isoformat(),
        **day_out(
            said.holds_until if said.status in ("attested", "validated", "req-revalid") else None,
            "nextScheduled",
        ),
        **({"primarySource": sources} if sources else {}),
        "attestation": {"who": reference_out(by), "date": assessment.on.isoformat()},
    }


def _verifiers(assessment: Assessment) -> list[tuple[str, datetime.date]]:
    """Who verified, by name, each with the latest day."""
    found: dict[str, datetime.date] = {}
    for each in assessment.work.facts.evidence():
        name = each.by or each.source
        if each.strength is Strength.VERIFIED and name and each.dated is not None:
            found[name] = max(each.dated, found.get(name, each.dated))
    return sorted(found.items())


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{SYSTEMS}{system}", "code": code}]}


__all__ = ["read", "write"]

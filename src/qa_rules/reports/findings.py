"""Findings in words, each with the evidence behind it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qa_rules.api.lasting import Lasting
from qa_rules.assessment.assess import Assessment
from qa_rules.errors import QaRulesError
from qa_rules.explain.messages import count, say
from qa_rules.explain.wording import capital, day, evidence_words, label_of, strength_words
from qa_rules.model.assessments import Finding
from qa_rules.model.facts import Vocabulary
from qa_rules.model.values import Strength, Verdict
from qa_rules.reports.blocks import Findings, Told

ORDER = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)
_DAY = datetime.timedelta(days=1)
RANKS: Mapping[str | None, int] = {"required": 0, None: 1, "condition": 2, "advice": 3}
"""Severity to its place: what stands in the way first."""


def verdict_words(verdict: Verdict, is_asked: bool = True, is_explained: bool = False) -> str:
    """Return a verdict as a heading says it; what is left out here is neither open nor a matter of the subject."""
    if not is_asked and verdict in (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE):
        return say("Not asked here")
    match verdict:
        case Verdict.MET if is_explained:
            return say("Met by an explanation alone")
        case Verdict.MET:
            return say("Met")
        case Verdict.NOT_MET:
            return say("Not met")
        case Verdict.UNKNOWN:
            return say("Not known")
        case Verdict.NOT_APPLICABLE:
            return say("Does not apply")


def counted(verdict: Verdict, n: int) -> str:
    """Return how many there are of a verdict."""
    match verdict:
        case Verdict.MET:
            return count("{n} met", "{n} met", n)
        case Verdict.NOT_MET:
            return count("{n} not met", "{n} not met", n)
        case Verdict.UNKNOWN:
            return count("{n} not known", "{n} not known", n)
        case Verdict.NOT_APPLICABLE:
            return count("{n} does not apply", "{n} do not apply", n)


def severity_words(severity: str | None) -> str:
    """Return how much a requirement weighs under the policy; empty when nobody has said."""
    match severity:
        case "required":
            return say("required")
        case "condition":
            return say("condition")
        case "advice":
            return say("advice")
        case _:
            return ""


def due_words(finding: Finding, on: datetime.date, stays: Lasting | None = None) -> str:
    """Return by when a gap has to be closed, or that nobody can close it (yet); empty where neither is so.

    What a tier asks for today has no such day.
    """
    if stays is not None and stays.until is not None:
        return say("cannot be met before {day}", day=day(stays.until + _DAY))
    if stays is not None:
        return say("cannot be met")
    if finding.due is None or finding.blocks:
        return ""
    if finding.due < on:
        return say("was due by {day}", day=day(finding.due))
    return say("by {day}", day=day(finding.due))


def told(assessment: Assessment, lasting: Mapping[str, Lasting] | None = None) -> tuple[Told, ...]:
    """Return every finding in words, what stands in the way first. `lasting` is what nobody can put right."""
    locks = {each.group: each.title for each in assessment.groups if each.kind == "lock"}
    backing = Backing(assessment)

    def place(finding: Finding) -> tuple[bool, int, int]:
        return not finding.asked, ORDER.index(finding.verdict), RANKS[finding.severity]

    ordered = sorted(assessment.findings, key=place)
    return tuple(
        _told(each, locks, backing, due_words(each, assessment.on, (lasting or {}).get(each.requirement)))
        for each in ordered
    )


def by_verdict(all_told: Iterable[Told]) -> tuple[Findings, ...]:
    """Return findings in words under a heading for each verdict."""
    found: dict[str, list[Told]] = {}
    for each in all_told:
        found.setdefault(each.heading, []).append(each)
    return tuple(
        Findings(say("{verdict}: {n}", verdict=verdict, n=len(each)), tuple(each))
        for verdict, each in found.items()
    )


def _told(finding: Finding, locks: Mapping[str, str], backing: Backing, due: str) -> Told:
    strength = (
        "" if finding.strength is None or not backing.reaches(finding) else strength_words(finding.strength)
    )
    severity = say("needed first") if finding.blocks else severity_words(finding.severity)
    fine = finding.verdict in (Verdict.MET, Verdict.NOT_APPLICABLE)
    marks = [strength] if fine else [severity, due]
    return Told(
        requirement=finding.requirement,
        title=finding.title,
        clause=finding.clause,
        about=finding.about.replace("_", " "),
        verdict=verdict_words(finding.verdict),
        heading=verdict_words(finding.verdict, finding.asked, finding.explained),
        asked=finding.asked,
        explained=finding.explained,
        blocks=finding.blocks,
        marks=tuple(filter(None, marks)),
        strength=strength,
        severity=severity,
        due="" if finding.due is None else finding.due.isoformat(),
        locks=tuple(locks[each] for each in finding.groups if each in locks),
        reason=finding.reason.text,
        fix=finding.fix,
        evidence=backing.of(finding.reason.facts),
        readings=finding.readings,
    )


class Backing:
    """The evidence of an assessment's facts, in words."""

    def __init__(self, assessment: Assessment) -> None:
        self.given: Mapping[str, Any] = assessment.facts["facts"]
        self.vocabulary: Vocabulary | None = _vocabulary(assessment)

    def reaches(self, finding: Finding) -> bool:
        """Whether something that was given is as strong as a finding is: what needs no evidence is nobody's check."""
        if finding.strength is None or not finding.reason.facts:
            return True
        given = (each for name in finding.reason.facts for each in self._evidence(name))
        strengths = [Strength.of(each.get("strength", Strength.STATED.word)) for each in given]
        return max(strengths, default=finding.strength) >= finding.strength

    def of(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Return each piece of evidence of some facts once; where there are several, with what each is of."""
        found: dict[str, list[str]] = {}
        for name in facts:
            for evidence in self._evidence(name):
                names = found.setdefault(_words(evidence), [])
                if name not in names:
                    names.append(name)
        if len(found) < 2:
            return tuple(found)
        return tuple(
            say("{label}: {value}", label="; ".join(map(self._label, names)), value=words)
            for words, names in found.items()
        )

    def _evidence(self, name: str) -> Iterator[Mapping[str, Any]]:
        base, _, part = name.partition(".")
        given = self.given.get(base, {})
        if "records" not in given:
            given = given.get(part, {}) if part else given
            if given:
                yield given
            return
        fields = [record[part] for record in given["records"] if part in record]
        yield from fields or [given.get("evidence", {})]

    def _label(self, name: str) -> str:
        base, _, part = name.partition(".")
        if self.vocabulary is None:
            return capital((part or base).replace("_", " "))
        if name in self.vocabulary.scalars:
            return capital(label_of(self.vocabulary.scalars[name], self.vocabulary))
        whole = self.vocabulary.facts[base]
        return capital(whole.fields[part].label if part else whole.label)


def _vocabulary(assessment: Assessment) -> Vocabulary | None:
    """The words for facts; None where the assessment was read from a record, which has their names only."""
    try:
        return assessment.work.closed.ruleset.vocabulary
    except QaRulesError:
        return None


def _words(evidence: Mapping[str, Any]) -> str:
    """The evidence of a record as a phrase."""
    by, role, source, reference = (
        str(evidence.get(key, "")) for key in ("by", "role", "source", "reference")
    )
    dated, until = evidence.get("on") or evidence.get("as_of"), evidence.get("valid_until")
    strength = strength_words(Strength.of(evidence.get("strength", Strength.STATED.word)))
    on, last = (day(_date(each)) if each else "" for each in (dated, until))
    return evidence_words(strength, source, by, role, on, last, reference)


def _date(value: object) -> datetime.date:
    return datetime.date.fromisoformat(str(value))

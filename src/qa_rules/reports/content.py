"""What every report says, in one place and in order: the answer first, then why, what to do, and the rest."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from qa_rules.assessing import Assessment
from qa_rules.meaning.wording import capital, day, listed
from qa_rules.model.assessments import Answer, Finding, GroupResult
from qa_rules.model.values import Verdict

MOST_REASONS = 3

VERDICT_WORDS = {
    Verdict.MET: "Met",
    Verdict.NOT_MET: "Not met",
    Verdict.UNKNOWN: "Not known",
    Verdict.NOT_APPLICABLE: "Does not apply",
}


@attrs.frozen
class Section:
    """Findings of one verdict."""

    title: str
    findings: tuple[Finding, ...]


@attrs.frozen
class Content:
    """A report before it has a form."""

    subject: str
    question: str
    headline: str
    """The answer in words."""
    reasons: tuple[str, ...]
    """At most three."""
    next_steps: tuple[str, ...]
    find_out: tuple[str, ...]
    """What is not known and would have to be."""
    answers: tuple[Answer, ...]
    """The other decisions."""
    tiers: tuple[str, ...]
    groups: tuple[GroupResult, ...]
    sections: tuple[Section, ...]
    readings: tuple[str, ...]
    caveats: tuple[str, ...]
    made_by: tuple[str, ...]


def content_of(assessment: Assessment) -> Content:
    """Return what a report of an assessment says."""
    main = next((each for each in assessment.answers if each.decision == assessment.overall), None)
    findings = _ordered(assessment.findings)
    gaps = [each for each in findings if each.verdict is Verdict.NOT_MET]
    unknown = [each for each in findings if each.verdict is Verdict.UNKNOWN]
    return Content(
        subject=assessment.subject or "The provider",
        question="" if main is None else main.title,
        headline="No overall answer without the subject that it is about" if main is None else main.words,
        reasons=_reasons(main, gaps, unknown, len(findings)),
        next_steps=_steps(main, gaps),
        find_out=_find_out(main, unknown),
        answers=tuple(each for each in assessment.answers if each is not main),
        tiers=_tiers(assessment),
        groups=assessment.groups,
        sections=tuple(
            Section(VERDICT_WORDS[verdict], tuple(each for each in findings if each.verdict is verdict))
            for verdict in (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)
        ),
        readings=tuple(
            f"{each.requirement}: {reading}" for each in assessment.findings for reading in each.readings
        ),
        caveats=assessment.caveats,
        made_by=_made_by(assessment),
    )


def cite(finding: Finding) -> str:
    """Return a finding's name with its clause."""
    return f"{finding.title} ({finding.requirement}: {finding.clause})"


_RANKS = {"required": 0, None: 1, "condition": 2, "advice": 3}


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    """What stands in the way first."""
    return sorted(findings, key=lambda each: _RANKS[each.severity])


def _reasons(main: Answer | None, gaps: list[Finding], unknown: list[Finding], total: int) -> tuple[str, ...]:
    deciding = gaps if main is not None and main.allows is False else gaps or unknown
    reasons = [f"{cite(each)}. {each.reason.text}" for each in deciding[:MOST_REASONS]]
    if not reasons:
        return (f"Nothing stands against it: {total} requirements looked at, none not met and none open.",)
    more = len(deciding) - len(reasons)
    if more > 0:
        reasons[-1] += f" And {more} more, listed below."
    return tuple(reasons)


def _steps(main: Answer | None, gaps: list[Finding]) -> tuple[str, ...]:
    steps = [main.next_step] if main is not None and main.next_step else []
    for each in gaps:
        by = "" if each.due is None else f", by {day(each.due)}"
        steps += [f"{each.fix} ({each.requirement}{by})"] if each.fix else []
    return tuple(steps)


def _find_out(main: Answer | None, unknown: list[Finding]) -> tuple[str, ...]:
    return tuple(f"{cite(each)}. {each.reason.text}" for each in unknown)


def _tiers(assessment: Assessment) -> tuple[str, ...]:
    tiers = assessment.tiers
    if tiers is None:
        return ()
    required = tiers.required_least
    if tiers.required_greatest != tiers.required_least:
        required = f"between {tiers.required_least} and {tiers.required_greatest}, until more is known"
    attained = tiers.attained or "none yet"
    if tiers.at_most != tiers.attained:
        attained += f" (could be {tiers.at_most or 'none'} at most, when what is not known turns out well)"
    return (
        f"Required: {required}",
        f"Attained: {attained}",
        f"Top tier that the routes in use can give: {tiers.reaches or 'none'}",
        f"Routes in use: {listed(route.replace('_', ' ') for route in tiers.routes) or 'none'}",
    )


def _made_by(assessment: Assessment) -> tuple[str, ...]:
    by = assessment.decided_by
    lines = [f"Assessed for {day(assessment.on)} against {by['ruleset']['id']}: {by['ruleset']['title']}"]
    policy = by["policy"]
    if policy is None:
        lines.append("Policy: none. What the standard leaves to the locality is not known.")
    else:
        kind = "ILLUSTRATIVE, agreed by nobody" if policy["illustrative"] else policy["name"]
        lines.append(f"Policy: {policy['title']} ({kind})")
    if by["calendar"] is not None:
        lines.append(f"Working days: {by['calendar']['name']} ({by['calendar']['version']})")
    hashes = [("ruleset", by["ruleset"]["hash"]), ("facts", by["facts"])]
    if policy is not None:
        hashes.insert(1, ("policy", policy["hash"]))
    shown = ", ".join(f"{name} {value.removeprefix('sha256:')[:12]}" for name, value in hashes)
    lines.append(f"Hashes: {shown}; qa-rules {by['qa_rules']}")
    return tuple(map(capital, lines))

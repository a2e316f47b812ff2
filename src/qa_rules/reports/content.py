"""What every report says, in one place and in order: the answer first, then why, what to do, and the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import attrs

from qa_rules.assessing import Assessment
from qa_rules.meaning.wording import capital, day, listed
from qa_rules.model.assessments import Answer, Finding, Ground, GroupResult
from qa_rules.model.values import Verdict
from qa_rules.reports.reasons import (
    RANKS,
    Plain,
    chosen_of,
    plain_of,
    policy_words,
    rank,
    reasons_of,
    review_of,
)

VERDICT_WORDS = {
    Verdict.MET: "Met",
    Verdict.NOT_MET: "Not met",
    Verdict.UNKNOWN: "Not known",
    Verdict.NOT_APPLICABLE: "Does not apply",
}


_OPEN_OR_NOT_MET = (Verdict.NOT_MET, Verdict.UNKNOWN)


@attrs.frozen
class Told:
    """One finding: what it is about, and what is to be said of it."""

    title: str
    text: str


@attrs.frozen
class Section:
    """Findings of one verdict."""

    title: str
    findings: tuple[Told, ...]


@attrs.frozen
class Cell:
    """One element under one lock: how many of its requirements have each verdict, and the worst of them."""

    words: str
    counts: str


@attrs.frozen
class Lock:
    """A row of the picture of the triple lock."""

    title: str
    verdict: str
    cells: tuple[Cell, ...]


@attrs.frozen
class Picture:
    """Locks by elements."""

    elements: tuple[str, ...]
    locks: tuple[Lock, ...]


@attrs.frozen
class Step:
    """One tier of the ladder: whether it is needed and whether it is reached, in words."""

    title: str
    needed: str
    reached: str


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
    review: str
    """Of an answer that allows: how long it holds if nothing is renewed, and what ends it; else empty."""
    plain: Plain
    answers: tuple[Answer, ...]
    """The other decisions."""
    tiers: tuple[str, ...]
    ladder: tuple[Step, ...]
    """Every tier, the top one first; empty where there are none."""
    picture: Picture | None
    """None where the ruleset has no locks."""
    groups: tuple[GroupResult, ...]
    sections: tuple[Section, ...]
    readings: tuple[str, ...]
    caveats: tuple[str, ...]
    made_by: tuple[str, ...]


def content_of(assessment: Assessment) -> Content:
    """Return what a report of an assessment says."""
    main = next((each for each in assessment.answers if each.decision == assessment.overall), None)
    findings = _ordered(assessment.findings)
    by_id = {each.requirement: each for each in findings}
    if main is None:
        stated = [
            Ground(each.requirement, each.reason.text, each.verdict is Verdict.UNKNOWN) for each in findings
        ]
        grounds = [each for each in stated if by_id[each.requirement].verdict in _OPEN_OR_NOT_MET]
    else:
        grounds = list(assessment.grounds)
    deciding = [each for each in grounds if not each.open]
    still_open = sorted((each for each in grounds if each.open), key=lambda each: rank(each, by_id))
    chosen = chosen_of(main, deciding, still_open)
    to_mend = {each.requirement for each in deciding}
    gaps = [each for each in findings if each.requirement in to_mend]
    return Content(
        subject=assessment.subject or "The provider",
        question="" if main is None else main.title,
        headline="No overall answer without the subject that it is about" if main is None else main.words,
        reasons=reasons_of(chosen, lambda each: _said(each, by_id), "listed below"),
        next_steps=_steps(main, gaps),
        find_out=tuple(_said(each, by_id) for each in still_open),
        review=review_of(assessment, main),
        plain=plain_of(assessment, main, chosen, gaps, still_open),
        answers=tuple(each for each in assessment.answers if each is not main),
        tiers=_tiers(assessment),
        ladder=_ladder(assessment),
        picture=_picture(assessment),
        groups=assessment.groups,
        sections=tuple(
            Section(
                VERDICT_WORDS[verdict],
                tuple(_told(each, to_mend) for each in findings if each.verdict is verdict),
            )
            for verdict in (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)
        ),
        readings=tuple(
            f"{each.requirement}: {reading}" for each in assessment.findings for reading in each.readings
        ),
        caveats=assessment.caveats,
        made_by=_made_by(assessment),
    )


def _told(finding: Finding, to_mend: Collection[str]) -> Told:
    """A finding with its strength, and with its fix where that is not among the next steps."""
    strength = "" if finding.strength is None else f" [{finding.strength.word}]"
    fix = f" To mend it: {finding.fix}" if finding.fix and finding.requirement not in to_mend else ""
    return Told(f"{cite(finding)}{strength}", finding.reason.text + fix)


def cite(finding: Finding) -> str:
    """Return a finding's name with its clause."""
    return f"{finding.title} ({finding.requirement}: {finding.clause})"


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    """What stands in the way first."""
    return sorted(findings, key=lambda each: RANKS[each.severity])


def _said(ground: Ground, by_id: Mapping[str, Finding]) -> str:
    return f"{cite(by_id[ground.requirement])}. {ground.text}" if ground.requirement else ground.text


def _steps(main: Answer | None, gaps: list[Finding]) -> tuple[str, ...]:
    steps = [main.next_step] if main is not None and main.next_step else []
    for each in gaps:
        by = "" if each.due is None else f", by {day(each.due)}"
        steps += [f"{each.fix} ({each.requirement}{by})"] if each.fix else []
    return tuple(steps)


def _tiers(assessment: Assessment) -> tuple[str, ...]:
    tiers = assessment.tiers
    if tiers is None:
        return ()
    required = tiers.required_least
    if tiers.required_greatest != tiers.required_least:
        required = f"between {tiers.required_least} and {tiers.required_greatest}, until more is known"
    attained = tiers.attained or "none yet"
    if tiers.at_most != tiers.attained:
        attained += f" (could be {tiers.at_most or 'none'} at most, if all that is not known turns out well)"
    return (
        f"Required: {required}",
        f"Attained: {attained}",
        f"Highest that the routes in use can reach: {tiers.reaches or 'none'}",
        f"Routes in use: {listed(route.replace('_', ' ') for route in tiers.routes) or 'none'}",
    )


def _ladder(assessment: Assessment) -> tuple[Step, ...]:
    tiers = assessment.tiers
    if tiers is None:
        return ()
    order = {tier: number for number, tier in enumerate(("", *tiers.ladder))}

    def graded(number: int, least: str, greatest: str, yes: str) -> str:
        if number <= order[least]:
            return yes
        return "perhaps" if number <= order[greatest] else "no"

    steps = (
        Step(
            capital(tier.replace("_", " ")),
            graded(order[tier], tiers.required_least, tiers.required_greatest, "yes"),
            graded(order[tier], tiers.attained, tiers.at_most, "yes"),
        )
        for tier in tiers.ladder
    )
    return tuple(steps)[::-1]


def _picture(assessment: Assessment) -> Picture | None:
    locks = [each for each in assessment.groups if each.kind == "lock"]
    elements = tuple(dict.fromkeys(each.about for each in assessment.findings if each.about))
    if not locks:
        return None

    def cell(lock: str, element: str) -> Cell:
        inside = [
            each.verdict for each in assessment.findings if lock in each.groups and each.about == element
        ]
        worst = next((each for each in _WORST_FIRST if each in inside), None)
        counts = [
            f"{inside.count(each)} {VERDICT_WORDS[each].lower()}" for each in _WORST_FIRST if each in inside
        ]
        return Cell("Nothing asked" if worst is None else VERDICT_WORDS[worst], ", ".join(counts))

    rows = (
        Lock(
            each.title, VERDICT_WORDS[each.verdict], tuple(cell(each.group, element) for element in elements)
        )
        for each in locks
    )
    return Picture(tuple(capital(each.replace("_", " ")) for each in elements), tuple(rows))


_WORST_FIRST = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)


def _made_by(assessment: Assessment) -> tuple[str, ...]:
    by = assessment.decided_by
    lines = [f"Assessed for {day(assessment.on)} against {by['ruleset']['id']}: {by['ruleset']['title']}"]
    policy = by["policy"]
    lines.append(policy_words(policy))
    if by["calendar"] is not None:
        lines.append(f"Working days: {by['calendar']['name']} ({by['calendar']['version']})")
    hashes = [("ruleset", by["ruleset"]["hash"]), ("facts", by["facts"])]
    if policy is not None:
        hashes.insert(1, ("policy", policy["hash"]))
    shown = ", ".join(f"{name} {value.removeprefix('sha256:')[:12]}" for name, value in hashes)
    lines.append(f"Hashes: {shown}; qa-rules {by['qa_rules']}")
    return tuple(map(capital, lines))

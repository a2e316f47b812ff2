"""What every report says, in one place and in order: the answer first, then why, what to do, and the rest."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import attrs

from qa_rules.assessing import Assessment
from qa_rules.errors import QaRulesError
from qa_rules.meaning.wording import capital, day, listed
from qa_rules.model.assessments import Answer, Finding, Ground, GroupResult
from qa_rules.model.values import Verdict

MOST_REASONS = 3

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
class Plain:
    """What fits on a card, for people who read neither ids nor tables."""

    reasons: tuple[str, ...]
    """At most three, with what whoever judged wrote down, and the clause in brackets."""
    next_steps: tuple[str, ...]
    find_out: tuple[str, ...]
    """At most three things that are not known and could make the answer stricter."""
    policy: str


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
    still_open = sorted((each for each in grounds if each.open), key=lambda each: _rank(each, by_id))
    chosen = _chosen(main, deciding, still_open)
    to_mend = {each.requirement for each in deciding}
    gaps = [each for each in findings if each.requirement in to_mend]
    return Content(
        subject=assessment.subject or "The provider",
        question="" if main is None else main.title,
        headline="No overall answer without the subject that it is about" if main is None else main.words,
        reasons=_reasons(chosen, lambda each: _said(each, by_id), "listed below"),
        next_steps=_steps(main, gaps),
        find_out=tuple(_said(each, by_id) for each in still_open),
        review=_review(assessment, main),
        plain=_plain(assessment, main, chosen, gaps, still_open),
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


_RANKS = {"required": 0, None: 1, "condition": 2, "advice": 3}


def _ordered(findings: Iterable[Finding]) -> list[Finding]:
    """What stands in the way first."""
    return sorted(findings, key=lambda each: _RANKS[each.severity])


def _rank(ground: Ground, by_id: Mapping[str, Finding]) -> int:
    """Tests outside any requirement, which are on the activity and the person, come first."""
    return _RANKS[by_id[ground.requirement].severity] if ground.requirement else -1


def _is_undecided(main: Answer | None) -> bool:
    return main is not None and main.outcome not in main.possible


def _chosen(main: Answer | None, deciding: list[Ground], still_open: list[Ground]) -> list[Ground]:
    """What the answer rests on; of one that is not decided, what keeps it open."""
    if _is_undecided(main):
        return still_open or deciding
    return deciding or ([] if main is not None and main.allows else still_open)


def _reasons(
    grounds: Sequence[Ground], say: Callable[[Ground], str], where: str, left_out: int = 0
) -> tuple[str, ...]:
    outside = " ".join(each.text for each in grounds if not each.requirement)
    told = [outside] if outside else []
    told += [say(each) for each in grounds if each.requirement]
    if not told:
        return ("Nothing that was asked stands in the way.",)
    reasons = told[:MOST_REASONS]
    more = len(told) - len(reasons) + left_out
    if more > 0:
        reasons[-1] += f" And {more} more, {where}."
    return tuple(reasons)


def _said(ground: Ground, by_id: Mapping[str, Finding]) -> str:
    return f"{cite(by_id[ground.requirement])}. {ground.text}" if ground.requirement else ground.text


def _steps(main: Answer | None, gaps: list[Finding]) -> tuple[str, ...]:
    steps = [main.next_step] if main is not None and main.next_step else []
    for each in gaps:
        by = "" if each.due is None else f", by {day(each.due)}"
        steps += [f"{each.fix} ({each.requirement}{by})"] if each.fix else []
    return tuple(steps)


def _plain(
    assessment: Assessment,
    main: Answer | None,
    chosen: Sequence[Ground],
    gaps: Sequence[Finding],
    still_open: Sequence[Ground],
) -> Plain:
    findings = {each.requirement: each for each in assessment.findings}

    def say(ground: Ground) -> str:
        if not ground.requirement:
            return ground.text
        finding = findings[ground.requirement]
        words = (_in_their_words(assessment, fact) for fact in finding.reason.facts)
        return " ".join([f"{finding.title}.", ground.text, *filter(None, words), f"({finding.clause})"])

    shown = chosen
    if _is_undecided(main):  # first what a policy requires or sets as a condition
        shown = [each for each in chosen if _rank(each, findings) < _RANKS["advice"]] or chosen
    steps = ["Find out what is not known, and assess again."] if _is_undecided(main) else []
    steps += [main.next_step] if main is not None and main.next_step else []
    fixes = [each.fix if each.due is None else f"{each.fix} By {day(each.due)}." for each in gaps if each.fix]
    steps += fixes[:MOST_REASONS]
    if len(fixes) > MOST_REASONS:
        steps[-1] += f" And {len(fixes) - MOST_REASONS} more, in the full report."
    find_out: Sequence[Ground] = ()
    if not (main is None or main.settled or _is_undecided(main)):
        find_out = [each for each in still_open if _rank(each, findings) < _RANKS["advice"]] or still_open
    reasons = _reasons(shown, say, "in the full report", len(chosen) - len(shown))
    if not chosen:
        reasons = (" ".join([*reasons, *_reached(assessment, main)]),)
    return Plain(
        reasons=reasons,
        next_steps=tuple(steps),
        find_out=tuple(map(say, find_out[:MOST_REASONS])),
        policy=_policy(assessment.decided_by["policy"]),
    )


def _reached(assessment: Assessment, main: Answer | None) -> tuple[str, ...]:
    """Of an answer that allows: the tier that is needed and the one that is there."""
    tiers = assessment.tiers
    if tiers is None or main is None or not main.allows or tiers.required_least != tiers.required_greatest:
        return ()
    return (f"Tier needed here: {tiers.required_least}. Tier reached: {tiers.attained}.",)


def _in_their_words(assessment: Assessment, fact: str) -> str:
    """What the evidence of a fact gives as its reason, and who says so; empty when it gives none."""
    name, _, part = fact.partition(".")
    given = assessment.facts["facts"].get(name, {})
    given = given.get(part, {}) if part else given
    if not given.get("reason"):
        return ""
    return f"{given.get('by') or 'Noted'}: “{given['reason']}”."


def _review(assessment: Assessment, main: Answer | None) -> str:
    if main is None or not main.allows:
        return ""
    try:
        assessment.work  # noqa: B018
    except QaRulesError:  # read from a record; what is replayed says it again
        return ""
    from qa_rules.answering import horizon
    from qa_rules.planning.standing import DECISION

    found = horizon(assessment)
    for change in found.timeline:
        if any(each.kind == DECISION and each.name == main.decision for each in change.moves):
            last = change.on - datetime.timedelta(days=1)
            due = [each.text for each in found.due if each.by == last and each.changes]
            why = "; ".join(due or (each.text for each in change.causes))
            return f"{day(last)}{f' ({why})' if why else ''}"
    return ""


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
        counts = [f"{inside.count(each)} {VERDICT_WORDS[each].lower()}" for each in _WORST_FIRST if each in inside]
        return Cell("Nothing asked" if worst is None else VERDICT_WORDS[worst], ", ".join(counts))

    rows = (
        Lock(each.title, VERDICT_WORDS[each.verdict], tuple(cell(each.group, element) for element in elements))
        for each in locks
    )
    return Picture(tuple(capital(each.replace("_", " ")) for each in elements), tuple(rows))


_WORST_FIRST = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)


def _made_by(assessment: Assessment) -> tuple[str, ...]:
    by = assessment.decided_by
    lines = [f"Assessed for {day(assessment.on)} against {by['ruleset']['id']}: {by['ruleset']['title']}"]
    policy = by["policy"]
    lines.append(_policy(policy))
    if by["calendar"] is not None:
        lines.append(f"Working days: {by['calendar']['name']} ({by['calendar']['version']})")
    hashes = [("ruleset", by["ruleset"]["hash"]), ("facts", by["facts"])]
    if policy is not None:
        hashes.insert(1, ("policy", policy["hash"]))
    shown = ", ".join(f"{name} {value.removeprefix('sha256:')[:12]}" for name, value in hashes)
    lines.append(f"Hashes: {shown}; qa-rules {by['qa_rules']}")
    return tuple(map(capital, lines))


def _policy(policy: Mapping[str, Any] | None) -> str:
    if policy is None:
        return "Policy: none. What the standard leaves to the locality is not known."
    kind = "ILLUSTRATIVE, agreed by nobody" if policy["illustrative"] else policy["name"]
    return f"Policy: {policy['title']} ({kind})"

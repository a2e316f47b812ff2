"""Which reasons an answer is shown with, the few words that fit on a card, and how long it holds."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from qa_rules.assessing import Assessment
from qa_rules.errors import QaRulesError
from qa_rules.meaning.wording import day
from qa_rules.model.assessments import Answer, Finding, Ground

MOST_REASONS = 3
RANKS = {"required": 0, None: 1, "condition": 2, "advice": 3}
"""Severity to its place: what stands in the way first."""


@attrs.frozen
class Plain:
    """What fits on a card, for people who read neither ids nor tables."""

    reasons: tuple[str, ...]
    """At most three, with what whoever judged wrote down, and the clause in brackets."""
    next_steps: tuple[str, ...]
    find_out: tuple[str, ...]
    """At most three things that are not known and could make the answer stricter."""
    policy: str


def rank(ground: Ground, by_id: Mapping[str, Finding]) -> int:
    """Tests outside any requirement, which are on the activity and the person, come first."""
    return RANKS[by_id[ground.requirement].severity] if ground.requirement else -1


def _is_undecided(main: Answer | None) -> bool:
    return main is not None and main.outcome not in main.possible


def chosen_of(main: Answer | None, deciding: list[Ground], still_open: list[Ground]) -> list[Ground]:
    """What the answer rests on; of one that is not decided, what keeps it open."""
    if _is_undecided(main):
        return still_open or deciding
    return deciding or ([] if main is not None and main.allows else still_open)


def reasons_of(
    grounds: Sequence[Ground], say: Callable[[Ground], str], where: str, left_out: int = 0
) -> tuple[str, ...]:
    """At most three reasons; what is said outside any requirement is one of them."""
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


def plain_of(
    assessment: Assessment,
    main: Answer | None,
    chosen: Sequence[Ground],
    gaps: Sequence[Finding],
    still_open: Sequence[Ground],
) -> Plain:
    """Return the card of an answer: what it rests on, the findings to mend, and what is open."""
    findings = {each.requirement: each for each in assessment.findings}

    def say(ground: Ground) -> str:
        if not ground.requirement:
            return ground.text
        finding = findings[ground.requirement]
        words = (_in_their_words(assessment, fact) for fact in finding.reason.facts)
        return " ".join([f"{finding.title}.", ground.text, *filter(None, words), f"({finding.clause})"])

    shown = chosen
    if _is_undecided(main):  # first what a policy requires or sets as a condition
        shown = [each for each in chosen if rank(each, findings) < RANKS["advice"]] or chosen
    steps = ["Find out what is not known, and assess again."] if _is_undecided(main) else []
    steps += [main.next_step] if main is not None and main.next_step else []
    fixes = [each.fix if each.due is None else f"{each.fix} By {day(each.due)}." for each in gaps if each.fix]
    steps += fixes[:MOST_REASONS]
    if len(fixes) > MOST_REASONS:
        steps[-1] += f" And {len(fixes) - MOST_REASONS} more, in the full report."
    find_out: Sequence[Ground] = ()
    if not (main is None or main.settled or _is_undecided(main)):
        find_out = [each for each in still_open if rank(each, findings) < RANKS["advice"]] or still_open
    reasons = reasons_of(shown, say, "in the full report", len(chosen) - len(shown))
    if not chosen:
        reasons = (" ".join([*reasons, *_reached(assessment, main)]),)
    return Plain(
        reasons=reasons,
        next_steps=tuple(steps),
        find_out=tuple(map(say, find_out[:MOST_REASONS])),
        policy=policy_words(assessment.decided_by["policy"]),
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


def review_of(assessment: Assessment, main: Answer | None) -> str:
    """Of an answer that allows: its last day if nothing is renewed, and what ends it; else empty."""
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


def policy_words(policy: Mapping[str, Any] | None) -> str:
    """Name the policy, and say when nobody has agreed it."""
    if policy is None:
        return "Policy: none. What the standard leaves to the locality is not known."
    kind = "ILLUSTRATIVE, agreed by nobody" if policy["illustrative"] else policy["name"]
    return f"Policy: {policy['title']} ({kind})"

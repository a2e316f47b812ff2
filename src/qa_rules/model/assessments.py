"""What an assessment says."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import attrs

from qa_rules.model.lazy import lazy
from qa_rules.model.results import Result, canonical
from qa_rules.model.values import DecisionKind, Severity, Shown, Strength, Verdict


@attrs.frozen(repr=False)
class Reason(Shown, Result):
    """Why a verdict is as it is: a code for machines and a sentence for people."""

    code: str
    """`met`, `not_met`, `does_not_apply`, or why unknown: `missing`, `expired`, `not_yet`, `no_judge`, `too_weak`,
    `partial`, `nothing_there`, `is_none`, `policy_silent`, `no_calendar`."""
    text: str
    facts: tuple[str, ...] = ()
    """The facts that the reason is about."""


@attrs.frozen(repr=False)
class Finding(Shown, Result):
    """One requirement's verdict, with its clause, its reason and what to do."""

    requirement: str
    title: str
    clause: str
    about: str
    """The element or subject that the requirement is asked of."""
    groups: tuple[str, ...]
    """The themes, measures, elements and locks that it belongs to, directly or inside another."""
    verdict: Verdict
    strength: Strength | None
    """Of a met or not applicable verdict: how well it is backed."""
    severity: Severity | None
    """None when neither the standard nor the policy says."""
    reason: Reason
    missing: tuple[str, ...]
    """Facts that are not known and that the verdict still turns on."""
    fix: str
    """What to do; empty when there is nothing to do."""
    due: datetime.date | None
    """Of a condition that is not met: the last day before it becomes required."""
    readings: tuple[str, ...]
    """Choices of ours that the source leaves open."""
    asked: bool = True
    """Whether it is asked here. Scope, policy or route may leave out what does not apply or is not known."""
    hard_stop: bool = False
    """Whether a gap in it stops everything, whatever a policy says."""
    blocks: bool = False
    """Whether a tier that is or may be needed asks for it, and is not known to be reached."""
    explained: bool = False
    """Of a met verdict: whether only an explanation meets it, which is weaker than to do what is asked."""

    @lazy
    def _plain(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Its JSON shape, and what of that can be changed."""
        made = super().to_dict()
        return made, tuple(key for key, each in made.items() if isinstance(each, dict | list))

    @lazy
    def canonical(self) -> str:
        """Its JSON shape as text, as a digest is made of it: the same finding is part of many records."""
        return canonical(self._plain[0])

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        kept, loose = self._plain
        made = kept.copy()
        for key in loose:
            made[key] = _copied(kept[key])
        return made


def _copied(data: dict[str, Any] | list[str]) -> dict[str, Any] | list[str]:
    if isinstance(data, list):
        return data.copy()
    return {key: each if type(each) is str else _copied(each) for key, each in data.items()}


@attrs.frozen(repr=False)
class GroupResult(Shown, Result):
    """The verdict of a theme, measure, element or lock."""

    group: str
    title: str
    kind: str
    verdict: Verdict
    strength: Strength | None
    counts: tuple[int, int, int, int]
    """Requirements met, not met, unknown and not applicable."""
    asked: bool = True
    """Whether it is asked here, as of a finding."""
    explained: int = 0
    """How many of those that are met only an explanation meets."""


@attrs.frozen(repr=False)
class ValueResult(Shown, Result):
    """What a value of the ruleset, or an output of one of its tables, comes to by facts as strong as is asked."""

    value: str
    """Its name."""
    label: str
    type: str
    """`yes_no`, `integer`, `decimal`, `choice` or another type of facts; a number of the ruleset is a `decimal`."""
    unit: str
    least: Decimal | None
    """Of a number: the least that it may be; None where nothing bounds it, or where it is no value yet."""
    most: Decimal | None
    """Of a number: the most that it may be."""
    possible: tuple[str, ...]
    """Of anything else: what it may be. A yes or no is `yes` or `no`."""
    is_value: bool
    """Whether it is sure to come to a value. It is not while a part may be none, while nothing is sure to count, while
    a setting is not given, or while a table may have no row for it."""

    @property
    def is_known(self) -> bool:
        """Whether it is one value."""
        one = self.least is not None and self.least == self.most
        return self.is_value and (one or len(self.possible) == 1)


@attrs.frozen(repr=False)
class Answer(Shown, Result):
    """What a decision comes to."""

    decision: str
    title: str
    """The question."""
    outcome: str
    """An outcome's id, the undecided word, or the not-applicable word."""
    words: str
    """The outcome as a sentence."""
    possible: tuple[str, ...]
    """The outcomes that are not ruled out, strictest first."""
    allows: bool | None
    """Whether the outcome allows (say, a referral); None when undecided or out of scope."""
    settled: bool
    """Whether nothing that could still be learned would change the outcome."""
    next_step: str = ""
    kind: DecisionKind = DecisionKind.PERMISSION
    """Of a rating or a category, which allow nothing and forbid nothing, an answer that is given has no `allows`."""
    urgent: bool = False
    """Whether the next step comes first, whatever else is answered."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape; that of a permission does not say its kind, nor what is not urgent that it is not."""
        found = super().to_dict()
        if self.kind is DecisionKind.PERMISSION:
            del found["kind"]
        if not self.urgent:
            del found["urgent"]
        return found

    @property
    def is_outside(self) -> bool:
        """Whether nothing is decided, for what is asked does not apply here."""
        return (
            self.kind is DecisionKind.PERMISSION and self.allows is None and self.possible == (self.outcome,)
        )


def urgent_steps(answers: Iterable[Answer]) -> tuple[str, ...]:
    """Return what is to be done first, whatever else is answered."""
    return tuple(dict.fromkeys(each.next_step for each in answers if each.urgent))


@attrs.frozen(repr=False)
class Ground(Shown, Result):
    """Something on which the overall answer rests."""

    requirement: str
    """The id; empty where a test stands outside any requirement, in a tier or an outcome."""
    text: str
    open: bool
    """Whether it is not known and keeps an answer open; else it decides."""
    code: str = ""
    """Of what is open: why it is not known, as in `Reason.code`."""


@attrs.frozen(repr=False)
class TierResult(Shown, Result):
    """Tiers by id; empty for none."""

    attained: str
    at_most: str
    """A bound, not a promise: unknown and too weak taken as met."""
    reaches: str
    """The top tier that the routes in use can give."""
    required_least: str
    required_greatest: str
    routes: tuple[str, ...]
    """Routes in use."""
    ladder: tuple[str, ...]
    """Every tier of the policy, lowest first."""

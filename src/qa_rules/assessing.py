"""The front door: assess a subject, keep the decision, replay it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property
from types import NoneType
from typing import TYPE_CHECKING, Any

import attrs

from qa_rules.engines import DEFAULT_ENGINE
from qa_rules.errors import ArgumentError, QaRulesError, due
from qa_rules.model.assessments import Answer, Finding, Ground, GroupResult, TierResult
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Strength, Verdict

if TYPE_CHECKING:
    from qa_rules.documents.assessments import AssessmentDocument
    from qa_rules.judging import Work


@attrs.frozen(slots=False)
class Assessment:
    """Everything decided about one subject on one date.

    Findings, groups, missing facts and hashes are worked out when they are first asked for.
    """

    on: datetime.date
    engine: str
    answers: tuple[Answer, ...]
    """What each decision came to, the overall one first. One that needs a person is left out without one."""
    tiers: TierResult | None
    """None where the ruleset has no tiers or the policy gives none."""
    _work: Work | None = attrs.field(eq=False, repr=False)
    _recorded: AssessmentDocument | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def outcome(self) -> str | None:
        """The answer of the overall decision; None when it was not made."""
        return self.answers[0].outcome if self.answers and self.answers[0].decision == self.overall else None

    @property
    def possible(self) -> tuple[str, ...]:
        """The outcomes of the overall decision that are not ruled out, strictest first."""
        return self.answers[0].possible if self.outcome is not None else ()

    def answer(self, decision: str) -> Answer:
        """Return what a decision came to. KeyError when it was not made."""
        return next(each for each in self.answers if each.decision == decision)

    @cached_property
    def decisions(self) -> tuple[str, ...]:
        """The decisions of the ruleset, the overall one first, made or not."""
        if self._work is None:
            return tuple(self._document.decisions)
        return tuple(each.id for each in self._work.closed.ruleset.decisions)

    @property
    def overall(self) -> str:
        """The id of the overall decision, empty when the ruleset has none."""
        return self.decisions[0] if self.decisions else ""

    @cached_property
    def verdicts(self) -> Mapping[str, Verdict]:
        """Verdicts by requirement, in the order of the ruleset."""
        if self._work is None:
            return {each.requirement: each.verdict for each in self.findings}
        from qa_rules import judging

        return judging.verdicts(self._work)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """One finding a requirement, in the order of the ruleset."""
        if self._work is None:
            return self._document.to_findings()
        from qa_rules import judging

        return judging.findings(self._work)

    def finding(self, requirement: str) -> Finding:
        """Return the finding of a requirement. KeyError when there is no such requirement."""
        for each in self.findings:
            if each.requirement == requirement:
                return each
        raise KeyError(requirement)

    @cached_property
    def groups(self) -> tuple[GroupResult, ...]:
        """One result a theme, measure, element or lock."""
        if self._work is None:
            return self._document.to_groups()
        from qa_rules import judging

        return judging.groups(self._work)

    @cached_property
    def grounds(self) -> tuple[Ground, ...]:
        """What the overall answer rests on: what decides it, and what keeps it open."""
        if self._work is None:
            return self._document.to_grounds()
        from qa_rules import judging

        return judging.grounds(self._work)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Facts that are not known and that an unknown verdict turns on, each once."""
        return tuple(dict.fromkeys(name for each in self.findings for name in each.missing))

    @cached_property
    def gaps(self) -> Mapping[str, datetime.date]:
        """The day on which the gap of each open condition began: what the next assessment is handed as `earlier`."""
        return self._work.gaps if self._work is not None else self._document.gaps

    @cached_property
    def earlier_gaps(self) -> Mapping[str, datetime.date]:
        """The days of gaps that were handed in from an earlier assessment."""
        return self._work.earlier if self._work is not None else self._document.earlier_gaps

    @cached_property
    def subject(self) -> str:
        """Who was assessed, as the facts name them."""
        return self._work.facts.subject if self._work is not None else self._document.subject or ""

    @cached_property
    def caveats(self) -> tuple[str, ...]:
        """What every report must carry."""
        return self._work.closed.ruleset.caveats if self._work is not None else tuple(self._document.caveats)

    @cached_property
    def decided_by(self) -> Mapping[str, Any]:
        """Versions and hashes of all that decided: library, engine, ruleset, policy, calendar, facts."""
        if self._work is None:
            return self._document.decided_by.model_dump(exclude_unset=True)
        from qa_rules import judging

        return judging.decided_by(self._work, self.engine)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """The facts as given, in the shape of a facts file, with all their evidence."""
        if self._work is None:
            return self._document.facts
        from qa_rules.documents.facts import facts_to_data

        return facts_to_data(self._work.facts)

    def to_dict(self) -> dict[str, Any]:
        """Return the documented JSON shape, from which `from_dict` reads and `replay` decides again."""
        plain: dict[str, Any] = {
            "format": 1,
            "subject": self.subject or None,
            "on": self.on.isoformat(),
            "decisions": list(self.decisions),
            "outcome": self.outcome,
            "answers": [_data(each) for each in self.answers],
            "tiers": None if self.tiers is None else _data(self.tiers),
            "grounds": [_data(each) for each in self.grounds],
            "findings": [_data(each) for each in self.findings],
            "groups": [_data(each) for each in self.groups],
            "gaps": {name: day.isoformat() for name, day in self.gaps.items()},
            "earlier_gaps": {name: day.isoformat() for name, day in self.earlier_gaps.items()},
            "missing": list(self.missing),
            "caveats": list(self.caveats),
            "decided_by": dict(self.decided_by),
            "facts": dict(self.facts),
        }
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Assessment:
        """Return an assessment that `to_dict` wrote. RulesetError when the data has another shape."""
        from qa_rules.documents.assessments import read_assessment

        due("data", data, Mapping, "a mapping, as to_dict writes it")
        document = read_assessment(data)
        return cls(
            document.on,
            document.decided_by.engine,
            document.to_answers(),
            document.to_tiers(),
            None,
            document,
        )

    @property
    def work(self) -> Work:
        """What it was made from. QaRulesError for one that was read from a record."""
        if self._work is None:
            raise QaRulesError("this assessment was read from a record; `replay` it, and explain the result")
        return self._work

    @property
    def _document(self) -> AssessmentDocument:
        if self._recorded is None:
            raise AssertionError("an assessment is made from facts or read from a record")
        return self._recorded

    def __reduce__(self) -> tuple[Any, ...]:
        return Assessment.from_dict, (self.to_dict(),)


def _data(value: object) -> Any:
    if isinstance(value, Strength):
        return value.word
    if isinstance(value, Verdict):
        return value.value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_data(each) for each in value]
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))  # type: ignore[arg-type]
        return {field.name: _data(getattr(value, field.name)) for field in fields}
    return value


def assess(
    ruleset: Ruleset,
    facts: Facts | Mapping[str, object],
    *,
    on: datetime.date,
    policy: Policy | None = None,
    engine: str = DEFAULT_ENGINE,
    calendar: Calendar | None = None,
    earlier: Assessment | Mapping[str, datetime.date] | None = None,
) -> Assessment:
    """Assess one subject against a ruleset on a date.

    Args:
        ruleset: what is asked.
        facts: what is known: `Facts`, or a plain mapping of names to values as a facts file has under `facts`.
        on: the date of the assessment. Nothing reads a clock.
        policy: the locality's decisions. Without one, what the standard leaves to the locality is unknown.
        engine: the name of an engine; all agree.
        calendar: the working days. By default those of England and Wales, where the ruleset counts them.
        earlier: the assessment before this one, or its `gaps`. A gap keeps its day until an assessment found the
            requirement met or not applicable.

    Raises:
        FactsError: the facts do not fit the vocabulary of the ruleset; carries every diagnostic.
        RulesetError: the policy is for another ruleset.
        ArgumentError: an argument has another type, such as text for the date, or the earlier assessment is a
            later one, or one against another ruleset.
        EngineError: the engine cannot run here, or the ruleset is beyond its limits.

    """
    due("ruleset", ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
    due("facts", facts, (Facts, Mapping), "Facts or a mapping of names to values")
    if not isinstance(on, datetime.date) or isinstance(on, datetime.datetime):
        raise ArgumentError(f"`on` is a date such as datetime.date(2026, 11, 22), not {type(on).__name__}")
    due("policy", policy, (Policy, NoneType), "a Policy, as load_policy returns it, or None")
    due("engine", engine, str, "the name of an engine")
    due("calendar", calendar, (Calendar, NoneType), "a Calendar or None")
    from qa_rules import judging

    work = judging.judge(ruleset, facts, on, policy, engine, calendar, earlier=_gaps_of(earlier, ruleset, on))
    return Assessment(on, engine, judging.answers(work), judging.tiers(work), work)


def _gaps_of(
    earlier: Assessment | Mapping[str, datetime.date] | None, ruleset: Ruleset, on: datetime.date
) -> Mapping[str, datetime.date]:
    """The days of the gaps that an earlier assessment found."""
    due("earlier", earlier, (Assessment, Mapping, NoneType), "an Assessment, its gaps, or None")
    if isinstance(earlier, Assessment):
        about = earlier.decided_by["ruleset"]["id"]
        if about != ruleset.id:
            raise ArgumentError(f"`earlier` was assessed against {about}, not {ruleset.id}")
        if earlier.on > on:
            raise ArgumentError(f"`earlier` is of {earlier.on}, later than this assessment of {on}")
        earlier = earlier.gaps
    found = dict(earlier or {})
    for name, day in found.items():
        if name not in ruleset.requirement:
            raise ArgumentError(f"`earlier` has a gap in {name!r}, and {ruleset.id} has no such requirement")
        if not isinstance(day, datetime.date) or isinstance(day, datetime.datetime) or day > on:
            raise ArgumentError(f"`earlier` has {day!r} for {name}, which is no day up to {on}")
    return found


def replay(
    data: Mapping[str, Any], ruleset: Ruleset | None = None, policy: Policy | None = None
) -> Assessment:
    """Decide again what `to_dict` recorded, from the facts in the record.

    The ruleset and policy are the shipped ones by the ids in the record, unless they are given; a record is never
    followed to a file. QaRulesError when one of
    them is not the one that decided; the result can be compared with `Assessment.from_dict(data)`.
    """
    from qa_rules.documents.facts import facts_of_document
    from qa_rules.documents.policies import shipped_policy
    from qa_rules.documents.reading import read_data
    from qa_rules.documents.rulesets import shipped_ruleset

    recorded = Assessment.from_dict(data)
    by = recorded.decided_by
    ruleset = shipped_ruleset(by["ruleset"]["id"]) if ruleset is None else ruleset
    if policy is None and by["policy"] is not None:
        policy = shipped_policy(by["policy"]["name"], ruleset)
    facts = facts_of_document(read_data(dict(recorded.facts), "<record>"), ruleset.vocabulary)
    again = assess(
        ruleset, facts, on=recorded.on, policy=policy, engine=recorded.engine, earlier=recorded.earlier_gaps
    )
    for what in ("ruleset", "policy", "calendar", "facts"):
        if _hash(by[what]) != _hash(again.decided_by[what]):
            raise QaRulesError(f"the {what} at hand is not the one that decided; hand in that one")
    return again


def _hash(made_by: Mapping[str, Any] | str | None) -> str | None:
    return made_by["hash"] if isinstance(made_by, Mapping) else made_by

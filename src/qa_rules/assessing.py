"""The front door: assess a subject, keep the decision, replay it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import attrs

from qa_rules import engines
from qa_rules.engines import ENGINES
from qa_rules.errors import Diagnostic, FactsError, QaRulesError, RulesetError
from qa_rules.meaning.believing import Known, believe
from qa_rules.meaning.closing import ClosedRuleset, close, requirements_of
from qa_rules.meaning.conditions import conditions_due, hardened
from qa_rules.meaning.deciding import answer_of, tiers_of, verdict_of
from qa_rules.meaning.explaining import Explainer
from qa_rules.meaning.identity import hash_of, hash_of_facts
from qa_rules.meaning.pairs import PAIR
from qa_rules.model.assessments import Answer, Finding, GroupResult, Reason, TierResult
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Strength, Verdict

if TYPE_CHECKING:
    from qa_rules.documents.assessments import AssessmentDocument

DEFAULT_ENGINE = next(iter(ENGINES))


@attrs.frozen
class _Work:
    """What an assessment was made from."""

    closed: ClosedRuleset
    """Under the policy, with conditions that are overdue made required."""
    policy: Policy | None
    facts: Facts
    known: Known
    results: tuple[int, ...]
    due: Mapping[str, datetime.date]
    """Conditions that are not met, and when they are due."""


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
    _work: _Work | None = attrs.field(eq=False, repr=False)
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
        closed, results = self._work.closed, self._work.results
        return {each.id: verdict_of(closed, results, each.id)[0] for each in closed.ruleset.requirements}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """One finding a requirement, in the order of the ruleset."""
        if self._work is None:
            return self._document.to_findings()
        return _findings(self._work)

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
        return _groups(self._work, self.verdicts)

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Facts that are not known and that an unknown verdict turns on, each once."""
        return tuple(dict.fromkeys(name for each in self.findings for name in each.missing))

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
        closed, known = self._work.closed, self._work.known
        policy, calendar = self._work.policy, known.calendar
        return {
            "qa_rules": version("qa-rules"),
            "engine": self.engine,
            "ruleset": {
                "id": closed.ruleset.id,
                "title": closed.ruleset.title,
                "hash": hash_of(closed.ruleset),
            },
            "policy": None
            if policy is None
            else {
                "name": policy.name,
                "title": policy.title,
                "illustrative": policy.illustrative,
                "hash": hash_of(policy),
            },
            "calendar": None
            if calendar is None
            else {"name": calendar.name, "version": calendar.version, "hash": hash_of(calendar)},
            "facts": hash_of_facts(self._work.facts),
        }

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
            "findings": [_data(each) for each in self.findings],
            "groups": [_data(each) for each in self.groups],
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
) -> Assessment:
    """Assess one subject against a ruleset on a date.

    Args:
        ruleset: what is asked.
        facts: what is known: `Facts`, or a plain mapping of names to values as a facts file has under `facts`.
        on: the date of the assessment. Nothing reads a clock.
        policy: the locality's decisions. Without one, what the standard leaves to the locality is unknown.
        engine: the name of an engine; all agree.
        calendar: the working days. By default those of England and Wales, where the ruleset counts them.

    Raises:
        FactsError: the facts do not fit the vocabulary of the ruleset; carries every diagnostic.
        RulesetError: the policy is for another ruleset.
        EngineError: the engine cannot run here, or the ruleset is beyond its limits.

    """
    if not isinstance(on, datetime.date) or isinstance(on, datetime.datetime):
        raise FactsError(
            [Diagnostic("value", f"`on` is a date, not {on!r}", hint="write datetime.date(2026, 11, 22)")]
        )
    if not isinstance(facts, Facts):
        from qa_rules.documents.facts import facts_from

        facts = facts_from(facts, ruleset)
    closed = _closed(ruleset, policy)
    if calendar is None and closed.counts_working_days:
        from qa_rules.documents.calendars import england_and_wales

        calendar = england_and_wales()
    known = believe(facts, ruleset.vocabulary, on, calendar)
    prepare = engines.engine(engine)
    prepared = prepare(closed)
    results = prepared.run(known)
    due = conditions_due(closed, facts, known, results, prepared.run)
    overdue = [name for name, day in due.items() if day < on]
    if overdue and policy is not None:
        closed = close(ruleset, hardened(policy, overdue))
        results = prepare(closed).run(known)
    answers = (answer_of(closed, results, decision, facts) for decision in ruleset.decisions)
    return Assessment(
        on=on,
        engine=engine,
        answers=tuple(each for each in answers if each is not None),
        tiers=tiers_of(closed, results),
        work=_Work(closed, policy, facts, known, results, due),
    )


def _closed(ruleset: Ruleset, policy: Policy | None) -> ClosedRuleset:
    if policy is not None and policy.ruleset != ruleset.id:
        message = f"the policy {policy.name} is for {policy.ruleset}, not {ruleset.id}"
        raise RulesetError(
            [Diagnostic("other-ruleset", message, policy.place, "load the policy for this ruleset")]
        )
    return close(ruleset, policy)


def _findings(work: _Work) -> tuple[Finding, ...]:
    closed = work.closed
    pairs = {node.name: PAIR[code] for node, code in zip(closed.nodes, work.results, strict=True)}
    explainer = Explainer(closed, work.facts, work.known, pairs)
    found = []
    for each in closed.ruleset.requirements:
        verdict, strength = verdict_of(closed, work.results, each.id)
        reason: Reason = explainer.reason(each.id, verdict)
        severity = closed.severities[each.id]
        found.append(
            Finding(
                requirement=each.id,
                title=each.title,
                clause=each.clause,
                verdict=verdict,
                strength=strength,
                severity=None if severity is None else severity.value,
                reason=reason,
                missing=reason.facts if verdict is Verdict.UNKNOWN else (),
                fix=each.fix if verdict is Verdict.NOT_MET else "",
                due=work.due.get(each.id),
                readings=tuple(reading.choice for reading in each.readings),
            )
        )
    return tuple(found)


def _groups(work: _Work, verdicts: Mapping[str, Verdict]) -> tuple[GroupResult, ...]:
    found = []
    for group in work.closed.ruleset.groups:
        verdict, strength = verdict_of(work.closed, work.results, group.id)
        names = requirements_of(work.closed.ruleset, group.id)
        inside = [verdicts[name] for name in names if name in verdicts]
        met, not_met, unknown, not_applicable = (inside.count(each) for each in Verdict)
        counts = (met, not_met, unknown, not_applicable)
        found.append(GroupResult(group.id, group.title, group.kind, verdict, strength, counts))
    return tuple(found)


def replay(
    data: Mapping[str, Any], ruleset: Ruleset | None = None, policy: Policy | None = None
) -> Assessment:
    """Decide again what `to_dict` recorded, from the facts in the record.

    The ruleset and policy are loaded by the names in the record unless they are given. QaRulesError when one of
    them is not the one that decided; the result can be compared with `Assessment.from_dict(data)`.
    """
    from qa_rules.documents.facts import facts_of_document
    from qa_rules.documents.policies import load_policy
    from qa_rules.documents.reading import read_data
    from qa_rules.documents.rulesets import load_ruleset

    recorded = Assessment.from_dict(data)
    by = recorded.decided_by
    ruleset = load_ruleset(by["ruleset"]["id"]) if ruleset is None else ruleset
    if policy is None and by["policy"] is not None:
        policy = load_policy(by["policy"]["name"], ruleset)
    facts = facts_of_document(read_data(dict(recorded.facts), "<record>"), ruleset.vocabulary)
    again = assess(ruleset, facts, on=recorded.on, policy=policy, engine=recorded.engine)
    for what in ("ruleset", "policy", "calendar", "facts"):
        if _hash(by[what]) != _hash(again.decided_by[what]):
            raise QaRulesError(f"the {what} at hand is not the one that decided; hand in that one")
    return again


def _hash(made_by: Mapping[str, Any] | str | None) -> str | None:
    return made_by["hash"] if isinstance(made_by, Mapping) else made_by

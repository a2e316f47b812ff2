"""The front door: assess a subject, and keep the decision."""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qa_rules.assessment.arguments import due_to_decide, teller_named
from qa_rules.assessment.gaps import gaps_of
from qa_rules.assessment.log import is_listened_to, log
from qa_rules.engines import DEFAULT_ENGINE, EngineName
from qa_rules.errors import QaRulesError, due
from qa_rules.model.assessments import Answer, Finding, Ground, GroupResult, TierResult, ValueResult
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.frozen import FrozenDict, freeze, thaw
from qa_rules.model.lazy import lazy
from qa_rules.model.results import plain
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Verdict

if TYPE_CHECKING:
    from qa_rules.assessment.ready import Ready
    from qa_rules.assessment.work import Work
    from qa_rules.language.assessments import AssessmentDocument
    from qa_rules.language.records import Record


@attrs.frozen(slots=False, eq=False, repr=False)
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
    _work: Work | None
    _recorded: Record | None = None

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
        for each in self.answers:
            if each.decision == decision:
                return each
        raise KeyError(decision)

    @lazy
    def decisions(self) -> tuple[str, ...]:
        """The decisions of the ruleset, the overall one first, made or not."""
        if self._work is None:
            return tuple(self._document.decisions)
        return tuple(each.id for each in self._work.ready.ruleset.decisions)

    @property
    def overall(self) -> str:
        """The id of the overall decision, empty when the ruleset has none."""
        return self.decisions[0] if self.decisions else ""

    @lazy
    def verdicts(self) -> Mapping[str, Verdict]:
        """Verdicts by requirement, in the order of the ruleset."""
        if self._work is None:
            return FrozenDict({each.requirement: each.verdict for each in self.findings})
        from qa_rules.assessment import evaluation

        return FrozenDict(evaluation.verdicts(self._work))

    @lazy
    def findings(self) -> tuple[Finding, ...]:
        """One finding a requirement, in the order of the ruleset."""
        if self._work is None:
            return self._document.to_findings()
        from qa_rules.assessment import evaluation

        return evaluation.findings(self._work)

    def finding(self, requirement: str) -> Finding:
        """Return the finding of a requirement. KeyError when there is no such requirement."""
        for each in self.findings:
            if each.requirement == requirement:
                return each
        raise KeyError(requirement)

    @lazy
    def groups(self) -> tuple[GroupResult, ...]:
        """One result a theme, measure, element or lock."""
        if self._work is None:
            return self._document.to_groups()
        from qa_rules.assessment import evaluation

        return evaluation.groups(self._work)

    @lazy
    def values(self) -> tuple[ValueResult, ...]:
        """What each value of the ruleset and each output of its tables comes to, as far as it is known."""
        if self._work is None:
            return self._document.to_values()
        from qa_rules.explain.values import values_of

        closed, _, pairs = self._work.explained
        return values_of(closed, pairs, self._work.known)

    @lazy
    def grounds(self) -> tuple[Ground, ...]:
        """What the overall answer rests on: what decides it, and what keeps it open."""
        if self._work is None:
            return self._document.to_grounds()
        from qa_rules.assessment import evaluation

        return evaluation.grounds(self._work)

    @lazy
    def missing(self) -> tuple[str, ...]:
        """Facts that are not known and that an unknown verdict turns on, each once."""
        return tuple(dict.fromkeys(name for each in self.findings for name in each.missing))

    @lazy
    def gaps(self) -> Mapping[str, datetime.date]:
        """The day on which the gap of each open condition began: what the next assessment is handed as `earlier`."""
        return self._work.gaps if self._work is not None else self._document.gaps

    @lazy
    def earlier_gaps(self) -> Mapping[str, datetime.date]:
        """The days of gaps that were handed in from an earlier assessment."""
        return self._work.earlier if self._work is not None else self._document.earlier_gaps

    @lazy
    def subject(self) -> str:
        """Who was assessed, as the facts name them."""
        return self._work.facts.subject if self._work is not None else self._document.subject or ""

    @lazy
    def caveats(self) -> tuple[str, ...]:
        """What every report must carry."""
        return self._work.ready.ruleset.caveats if self._work is not None else tuple(self._document.caveats)

    @lazy
    def decided_by(self) -> Mapping[str, Any]:
        """Versions and hashes of all that decided: library, engine, ruleset, policy, calendar, facts."""
        if self._work is None:
            given = self._record.data["decided_by"]
            return freeze({key: each for key, each in given.items() if key not in ("digest", "signature")})
        from qa_rules.assessment import evaluation

        return freeze(evaluation.decided_by(self._work, self.engine))

    @lazy
    def facts(self) -> Mapping[str, Any]:
        """The facts as given, in the shape of a facts file, with all their evidence."""
        if self._work is None:
            return freeze(self._record.data["facts"])
        return freeze(self._work.given.to_dict())

    @property
    def is_record(self) -> bool:
        """Whether it was read from a record and not decided again: then it is what somebody once wrote down."""
        return self._work is None

    @property
    def is_sealed(self) -> bool:
        """Whether it was decided here, or read from a record that holds the digest of all of it."""
        return self._recorded is None or self._recorded.is_sealed

    def to_dict(self, *, key: bytes | None = None, compact: bool = False) -> dict[str, Any]:
        """Return the documented JSON shape, from which `from_dict` reads and `replay` decides again.

        A compact record holds the facts, all that decided and the answers: `replay` gives the rest again.

        It holds the digest of all of it, and with a key a signature (HMAC with SHA-256). A record that was read is
        written back as it was, with keys that this version does not know.
        """
        from qa_rules.language.records import sealed

        if self._recorded is not None:
            kept: dict[str, Any] = thaw(self._recorded.data)
            return kept if key is None else sealed(kept, key)
        if compact:
            return sealed(self._plain(compact), key)
        findings = ",".join([each.canonical for each in self.findings])
        return sealed(self._plain(compact), key, {"findings": f"[{findings}]"})

    def _plain(self, compact: bool) -> dict[str, Any]:
        earlier = _days("earlier_gaps", self.earlier_gaps)
        if compact:
            return {**self._answered(), "compact": True, **earlier, **self._inputs()}
        return {
            **self._answered(),
            "grounds": [plain(each) for each in self.grounds],
            "findings": [plain(each) for each in self.findings],
            "groups": [plain(each) for each in self.groups],
            **({"values": [plain(each) for each in self.values]} if self.values else {}),
            **_days("gaps", self.gaps),
            **earlier,
            "missing": list(self.missing),
            "caveats": list(self.caveats),
            **self._inputs(),
        }

    def _answered(self) -> dict[str, Any]:
        return {
            "format": 1,
            "subject": self.subject or None,
            "on": self.on.isoformat(),
            "decisions": list(self.decisions),
            "outcome": self.outcome,
            "answers": [plain(each) for each in self.answers],
            "tiers": None if self.tiers is None else plain(self.tiers),
        }

    def _inputs(self) -> dict[str, Any]:
        """What it was decided by and from, as plain data."""
        if self._work is None:
            return {"decided_by": thaw(self.decided_by), "facts": thaw(self.facts)}
        from qa_rules.assessment import evaluation

        by = evaluation.decided_by(self._work, self.engine)
        return {"decided_by": thaw(by), "facts": self._work.given.to_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, key: bytes | None = None) -> Assessment:
        """Return an assessment that `to_dict` wrote, without deciding anything.

        With a key it must be signed with it. RecordError when the data has another shape, contradicts itself, is not
        what its digest says, or is not signed. A record without a digest is read as unchecked: see `is_sealed`.
        """
        from qa_rules.language.records import read_record

        return cls.of_record(read_record(data, key))

    @classmethod
    def of_record(cls, record: Record) -> Assessment:
        """Return the assessment of a record that was read."""
        document = record.document
        answers, tiers = document.to_answers(), document.to_tiers()
        return cls(document.on, document.decided_by.engine, answers, tiers, None, record)

    def __eq__(self, other: object) -> bool:
        """Whether all that was decided is the same; versions of the library and the calendar are only noted."""
        if not isinstance(other, Assessment):
            return NotImplemented
        return self is other or (self._first == other._first and self._rest == other._rest)

    def __hash__(self) -> int:
        return hash(self._first)

    def __repr__(self) -> str:
        whom = f" of {self.subject}" if self.subject else ""
        ruleset = self.decided_by["ruleset"]["id"]
        return f"<Assessment{whom} by {ruleset} on {self.on}: {self.outcome or 'no overall answer'}>"

    @property
    def _first(self) -> tuple[object, ...]:
        return self.on, self.engine, self.answers, self.tiers

    @property
    def _rest(self) -> tuple[object, ...]:
        by = {name: _hash(each) for name, each in self.decided_by.items() if name != "qa_rules"}
        said = (
            self.subject,
            self.decisions,
            self.findings,
            self.groups,
            self.values,
            self.grounds,
            self.missing,
            self.gaps,
        )
        return (*said, self.caveats, by, self.facts)

    @property
    def work(self) -> Work:
        """What it was made from. QaRulesError for one that was read from a record."""
        if self._work is None:
            raise QaRulesError("this assessment was read from a record; `replay` it, and explain the result")
        return self._work

    @property
    def _record(self) -> Record:
        if self._recorded is None:
            raise AssertionError("an assessment is made from facts or read from a record")
        return self._recorded

    @property
    def _document(self) -> AssessmentDocument:
        return self._record.document

    def __reduce__(self) -> tuple[Any, ...]:
        return Assessment.from_dict, (self.to_dict(),)


def _hash(made_by: Any) -> Any:
    return made_by.get("hash") if isinstance(made_by, Mapping) else made_by


def assess(
    ruleset: Ruleset,
    facts: Facts | Mapping[str, object],
    *,
    on: datetime.date,
    policy: Policy | None = None,
    engine: EngineName = DEFAULT_ENGINE,
    calendar: Calendar | None = None,
    earlier: Assessment | Mapping[str, datetime.date] | None = None,
    told_by: str | None = None,
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
        told_by: `link_worker` or `referrer` when such a person hands the facts in. What the vocabulary lets this
            person answer, and not the provider, then counts as seen where it is stated with a name and a date of its
            own. Only the caller says so: a role in a file raises nothing.

    Raises:
        FactsError: the facts do not fit the vocabulary of the ruleset; carries every diagnostic.
        RulesetError: the policy is for another ruleset.
        ArgumentError: an argument has another type, such as text for the date, nobody's word counts who is called
            like `told_by`, or the earlier assessment is a later one, or one against another ruleset.
        EngineError: the engine cannot run here, or the ruleset is beyond its limits.

    """
    began = time.perf_counter_ns()
    due("facts", facts, (Facts, Mapping), "Facts or a mapping of names to values")
    due_to_decide(ruleset, on, policy, engine, calendar)
    teller = teller_named(told_by, ruleset)
    made = assessed(ruleset, facts, on, policy, engine, calendar, gaps_of(earlier, ruleset, on), teller)
    if is_listened_to():
        log("assess", made, time.perf_counter_ns() - began)
    return made


def assessed(
    ruleset: Ruleset,
    facts: Facts | Mapping[str, object],
    on: datetime.date,
    policy: Policy | None,
    engine: str,
    calendar: Calendar | None,
    earlier: Mapping[str, datetime.date] | None = None,
    told_by: str = "",
) -> Assessment:
    """Assess without a word to the log: what is only tried is no decision. See `assess` for the rest."""
    from qa_rules.assessment.ready import ready

    return decided(ready(ruleset, policy, engine, calendar), facts, on, earlier, told_by)


def decided(
    ready: Ready,
    facts: Facts | Mapping[str, object],
    on: datetime.date,
    earlier: Mapping[str, datetime.date] | None = None,
    told_by: str = "",
) -> Assessment:
    """Assess by what was made ready."""
    from qa_rules.assessment import evaluation

    work = evaluation.judge(ready, facts, on, earlier=earlier, told_by=told_by)
    return Assessment(on, ready.engine, evaluation.answers(work), evaluation.tiers(work), work)


def _days(key: str, days: Mapping[str, datetime.date]) -> dict[str, dict[str, str]]:
    """Days by requirement, where there are any: most records have none."""
    return {key: {name: day.isoformat() for name, day in days.items()}} if days else {}

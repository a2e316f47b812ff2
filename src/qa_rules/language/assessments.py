"""The JSON shape of an assessment: versioned, and enough to decide again."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from qa_rules.language.schema import Document as StrictDocument
from qa_rules.language.shapes import Day, Format
from qa_rules.model.assessments import Answer, Finding, Ground, GroupResult, Reason, TierResult, ValueResult
from qa_rules.model.values import DecisionKind, Severity, Strength, StrengthWord, Verdict


class Document(StrictDocument):
    """A part of a record. A later version of the library may have added keys: they are kept and written back."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", frozen=True)


VerdictWord = Literal["met", "not_met", "unknown", "not_applicable"]
Count = Annotated[int, Field(ge=0, strict=True)]
NumberText = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$")]


class ReasonDocument(Document):
    """Why a verdict is as it is."""

    code: str
    text: str
    facts: list[str]


class FindingDocument(Document):
    """One requirement's verdict."""

    requirement: str
    title: str
    clause: str
    about: str
    groups: list[str]
    verdict: VerdictWord
    strength: StrengthWord | None
    severity: Literal["required", "condition", "advice"] | None
    reason: ReasonDocument
    missing: list[str]
    fix: str
    due: Day | None
    readings: list[str]
    asked: bool = True
    hard_stop: bool = False
    blocks: bool = False
    explained: bool = False


class GroupResultDocument(Document):
    """The verdict of a theme, measure, element or lock."""

    group: str
    title: str
    kind: str
    verdict: VerdictWord
    strength: StrengthWord | None
    counts: tuple[Count, Count, Count, Count]
    asked: bool = True
    explained: int = 0


class ValueDocument(Document):
    """What a value of the ruleset, or an output of a table, comes to."""

    value: str
    label: str
    type: str
    unit: str
    least: NumberText | None
    most: NumberText | None
    possible: list[str]
    is_value: bool


class AnswerDocument(Document):
    """What a decision came to."""

    decision: str
    title: str
    outcome: str
    words: str
    possible: list[str]
    allows: bool | None
    settled: bool
    next_step: str
    kind: Literal["permission", "rating", "category"] = "permission"
    urgent: bool = False


class GroundDocument(Document):
    """Something on which the overall answer rests."""

    requirement: str
    text: str
    open: bool
    code: str = ""


class TierResultDocument(Document):
    """Tiers by id; empty for none."""

    attained: str
    at_most: str
    reaches: str
    required_least: str
    required_greatest: str
    routes: list[str]
    ladder: list[str]


class HashedDocument(Document):
    """Something that decided, with its hash."""

    hash: str
    id: str | None = None
    name: str | None = None
    title: str | None = None
    version: str | None = None
    illustrative: bool | None = None


class DecidedByDocument(Document):
    """Versions and hashes of all that decided."""

    qa_rules: str
    engine: str
    ruleset: HashedDocument
    policy: HashedDocument | None
    asks: tuple[HashedDocument, ...] = ()
    """Other rulesets that the policy asks."""
    calendar: HashedDocument | None
    told_by: str | None = None
    """Who handed the facts in, as the caller said."""
    facts: str
    digest: str | None = None
    """Of the whole record, so that a change shows. A record without it is read as unchecked."""
    signature: str | None = None
    """Of the whole record, by a key."""


class AssessmentDocument(Document):
    """An assessment as JSON."""

    format: Format
    subject: str | None
    on: Day
    decisions: list[str]
    outcome: str | None
    answers: list[AnswerDocument]
    tiers: TierResultDocument | None
    grounds: list[GroundDocument]
    findings: list[FindingDocument]
    groups: list[GroupResultDocument]
    values: list[ValueDocument] = Field(default_factory=list)
    gaps: dict[str, Day] = Field(default_factory=dict)
    earlier_gaps: dict[str, Day] = Field(default_factory=dict)
    missing: list[str]
    caveats: list[str]
    decided_by: DecidedByDocument
    facts: dict[str, Any]

    def to_findings(self) -> tuple[Finding, ...]:
        """Return the findings of the model."""
        return tuple(
            Finding(
                requirement=each.requirement,
                title=each.title,
                clause=each.clause,
                about=each.about,
                groups=tuple(each.groups),
                verdict=Verdict(each.verdict),
                strength=_strength(each.strength),
                severity=None if each.severity is None else Severity(each.severity),
                reason=Reason(each.reason.code, each.reason.text, tuple(each.reason.facts)),
                missing=tuple(each.missing),
                fix=each.fix,
                due=each.due,
                readings=tuple(each.readings),
                asked=each.asked,
                hard_stop=each.hard_stop,
                blocks=each.blocks,
                explained=each.explained,
            )
            for each in self.findings
        )

    def to_grounds(self) -> tuple[Ground, ...]:
        """Return the grounds of the model."""
        return tuple(Ground(each.requirement, each.text, each.open, each.code) for each in self.grounds)

    def to_groups(self) -> tuple[GroupResult, ...]:
        """Return the groups of the model."""
        return tuple(
            GroupResult(
                each.group,
                each.title,
                each.kind,
                Verdict(each.verdict),
                _strength(each.strength),
                each.counts,
                each.asked,
                each.explained,
            )
            for each in self.groups
        )

    def to_values(self) -> tuple[ValueResult, ...]:
        """Return the values of the model."""
        return tuple(
            ValueResult(
                each.value,
                each.label,
                each.type,
                each.unit,
                None if each.least is None else Decimal(each.least),
                None if each.most is None else Decimal(each.most),
                tuple(each.possible),
                each.is_value,
            )
            for each in self.values
        )

    def to_answers(self) -> tuple[Answer, ...]:
        """Return the answers of the model."""
        return tuple(
            Answer(
                each.decision,
                each.title,
                each.outcome,
                each.words,
                tuple(each.possible),
                each.allows,
                each.settled,
                each.next_step,
                DecisionKind(each.kind),
                each.urgent,
            )
            for each in self.answers
        )

    def to_tiers(self) -> TierResult | None:
        """Return the tiers of the model."""
        if self.tiers is None:
            return None
        given = self.tiers
        return TierResult(
            attained=given.attained,
            at_most=given.at_most,
            reaches=given.reaches,
            required_least=given.required_least,
            required_greatest=given.required_greatest,
            routes=tuple(given.routes),
            ladder=tuple(given.ladder),
        )


class CompactDocument(AssessmentDocument):
    """An assessment as JSON without what its facts give again: `replay` decides it anew, and has the rest."""

    compact: Literal[True]
    grounds: list[GroundDocument] = Field(default_factory=list)
    findings: list[FindingDocument] = Field(default_factory=list)
    groups: list[GroupResultDocument] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    caveats: list[str] = Field(default_factory=list)


def _strength(word: str | None) -> Strength | None:
    return None if word is None else Strength.of(word)

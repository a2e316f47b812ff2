"""The shapes of the files, as pydantic documents. JSON Schemas come from here.

Expressions are `Rule`: any data, checked by the expression reader, with a schema of its own for editors.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from qa_rules.language.shapes import (
    CITING,
    RULE_MARK,
    RULE_SCHEMA,
    Day,
    Days,
    Flag,
    Format,
    Id,
    Judge,
    Months,
    Name,
    Needs,
    Number,
    OutcomeRule,
    Part,
    Rule,
    ScalarText,
    Setting,
    Slug,
    Strict,
    Text,
    Words,
    top_tier_only,
)
from qa_rules.language.statement_schema import AcceptDocument, StatementDocument
from qa_rules.language.table_schema import RequiredRows, TableDocument


class Document(Strict, BaseModel):
    """A document, or a part of one."""


class FactDocument(Document):
    """The declaration of a fact or field."""

    type: Literal[
        "yes_no",
        "integer",
        "decimal",
        "date",
        "choice",
        "choices",
        "code",
        "codes",
        "text",
        "judgement",
        "document",
        "collection",
    ]
    label: Text
    question: Text
    meaning: Text | None = None
    about: Name | None = None
    answered_by: list[Text] = []
    topic: Text | None = None
    options: dict[Name, Text] = {}
    ordered: Flag = False
    unit: Text | None = None
    least: Number | None = None
    most: Number | None = None
    may_be_none: Flag = False
    good_for: Months | None = None
    effort: Number = Decimal(1)
    likelihood: Number | None = None
    direction: Literal["more_is_better", "less_is_better"] | None = None
    excludes: list[Name] = []
    needs_no_evidence: Flag = False
    real_words: list[Text] = []
    record: Text | None = None
    named_by: list[Name] = []
    fields: dict[Name, FactDocument] = {}
    covers: dict[Name, Text] = {}


class VocabularyDocument(Document):
    """A vocabulary file."""

    format: Format
    vocabulary: Slug
    title: Text
    says: Text | None = None
    facts: dict[Name, FactDocument]


class ReadingDocument(Document):
    """A choice that the source leaves open."""

    about: Text
    choice: Text


class ParameterReading(Document):
    """The value that a ruleset takes when the policy is silent, and why."""

    value: Setting
    because: Text


class ParameterDocument(Document):
    """The declaration of a setting."""

    type: Literal["yes_no", "integer", "decimal", "date", "choice", "choices", "code", "codes", "test"]
    question: Text
    unit: Text | None = None
    options: dict[Name, Text] = {}
    ordered: Flag = False
    least: Number | None = None
    most: Number | None = None
    reading: ParameterReading | None = None


class RequirementDocument(Document):
    """One clause."""

    id: Id
    title: Text
    says: Text
    source: Annotated[dict[Text, ScalarText], Field(min_length=1), CITING]
    about: Name | None = None
    applies_when: Rule | None = None
    met_when: Rule
    explained_when: Rule | None = None
    fix: Words | None = None
    effort: Number = Decimal(1)
    severity: Literal["required", "condition", "advice"] | None = None
    hard_stop: Flag = False
    reading: list[ReadingDocument] = []


class GroupDocument(Document):
    """Requirements or groups taken together."""

    id: Id
    title: Text
    kind: Name = "group"
    says: Text | None = None
    members: list[Id] = []
    instead: Rule | None = None
    not_applicable: Text | None = None
    reading: list[ReadingDocument] = []


class ValueDocument(Document):
    """A value that the ruleset defines from facts and other values."""

    type: Literal["yes_no", "number"]
    label: Text
    says: Text | None = None
    unit: Text | None = None
    when: Rule | None = None
    sum: Part | None = None
    difference: Part | None = None
    least: Part | None = None
    greatest: Part | None = None
    count: Part | None = None
    share: Part | None = None
    bounded: dict[Literal["least", "most"], ScalarText] | None = None


class OutcomeDocument(Document):
    """One answer of a decision."""

    id: Name
    words: Text
    allows: Flag | None = None
    when: OutcomeRule
    next: Text | None = None
    urgent: Flag = False


class DecisionDocument(Document):
    """A question that the ruleset answers."""

    id: Name
    title: Text
    kind: Literal["permission", "rating", "category"] = "permission"
    needs: Name | None = None
    applies_when: Rule | None = None
    not_applicable: Name = "not_applicable"
    not_applicable_words: Text | None = None
    undecided: Name = "undecided"
    undecided_words: Text | None = None
    independent_of: list[Text] = []
    outcomes: Annotated[list[OutcomeDocument], Field(min_length=1)]


class RouteDocument(Document):
    """A way in which a provider is assessed."""

    id: Name
    title: Text
    says: Text
    used_when: Rule
    counts_when: Rule | None = None


class LevelDocument(Document):
    """A step of the ladder of a standard."""

    id: Name
    title: Text
    needs: Needs | None = None  # of the first: it is the word for having no level
    strength: Literal["stated", "seen", "verified"] = "stated"


class TopTierDocument(Document):
    """What the standard itself says of the top tier."""

    top_needs: list[Id]
    top_when: Rule


class FollowUpDocument(Document):
    """A further question."""

    when: Rule
    ask: Text
    fills: list[Text]


class PromptDocument(Document):
    """A question of the structured conversation."""

    id: Id
    ask: Text
    fills: list[Text]
    follow_up: list[FollowUpDocument] = []
    stop: Flag = False


class PeopleDocument(Document):
    """Whose word an answer is."""

    speak_for_it: list[Text] = []
    own_word_seen: list[Text] = []


class JudgedDocument(Document):
    """What a ruleset judges, in words."""

    singular: Text
    plural: Text
    called: Text | None = None
    part: Text | None = None


class RulesetDocument(Document):
    """A ruleset file."""

    format: Format
    ruleset: Slug
    edition: Slug
    title: Text
    subject: JudgedDocument | None = None
    people: PeopleDocument = PeopleDocument()
    source: dict[Text, ScalarText]
    caveats: list[Text]
    vocabularies: list[Slug] = []
    facts: dict[Name, FactDocument] = {}
    applies_when: Rule | None = None
    parameters: dict[Name, ParameterDocument] = {}
    readings: list[ReadingDocument] = []
    values: dict[Name, ValueDocument] = {}
    tables: list[TableDocument] = []
    requirements: Annotated[list[RequirementDocument], Field(min_length=1, max_length=5000)]
    groups: list[GroupDocument] = []
    locks: list[GroupDocument] = []
    routes: list[RouteDocument] = []
    tiers: Annotated[TopTierDocument | None, BeforeValidator(top_tier_only)] = None
    levels: list[LevelDocument] = []
    conversation: list[PromptDocument] = []
    decisions: list[DecisionDocument] = []
    claims: list[StatementDocument] = []
    accept: list[AcceptDocument] = []


class TierDocument(Document):
    """One step of the ladder: what each route needs, or where the ruleset has no routes what everybody does."""

    id: Name
    title: Text
    strength: Literal["stated", "seen", "verified"] = "stated"
    routes: dict[Name, Rule] | None = None
    needs: Needs | None = None


class AskedDocument(Document):
    """What a policy asks of another ruleset, from the same facts."""

    id: Text
    title: Text
    says: Text | None = None
    ruleset: Text
    decision: Name | None = None
    outcomes: list[Name] = []
    meets: Text | None = None
    when: Rule | None = None
    counts_in: Name | None = None
    severity: Literal["required", "condition", "advice"]
    fix: Text | None = None


class PolicyDocument(Document):
    """A policy file."""

    format: Format
    policy: Slug
    for_: Annotated[Text, Field(alias="for")]
    title: Text
    says: Text | None = None
    illustrative: Flag = False
    settings: dict[Name, Setting] = {}
    severity: dict[str, Literal["required", "condition", "advice"]] = {}
    condition_days: Days | None = None
    condition_days_from: Literal["gap", "noted"] = "gap"
    strength: Literal["stated", "seen", "verified"] = "stated"
    activity_strength: Literal["stated", "seen", "verified"] = "stated"
    tiers: list[TierDocument] = []
    tables: list[TableDocument] = []
    required_tier: RequiredRows = []
    counts: dict[Name, list[Text]] = {}
    asks: list[AskedDocument] = []
    claims: list[StatementDocument] = []
    accept: list[AcceptDocument] = []


class EvidenceDocument(Document):
    """Where values come from; inherited by what stands inside."""

    source: Text | None = None
    strength: Literal["stated", "seen", "verified"] | None = None
    by: Judge | None = None
    role: Text | None = None
    on: Day | None = None
    since: Day | None = None
    valid_until: Day | None = None
    reference: Text | None = None
    reason: Text | None = None


class FactsDocument(Document):
    """A facts file. What `facts` may hold, the vocabulary of a ruleset says."""

    format: Format
    subject: Text | None = None
    about: Text | None = None
    as_of: Day | None = None
    evidence: EvidenceDocument = EvidenceDocument()
    facts: dict[str, Any]
    interview: dict[str, Any] | None = None  # how far an interview got that wrote it; nobody assesses that


def schema_of(document: type[BaseModel], title: str) -> dict[str, Any]:
    """Return the JSON Schema of a document, with the schema of rules where it is used."""
    schema = document.model_json_schema(by_alias=True)
    if _refer_to_rules(schema):
        schema.setdefault("$defs", {})["rule"] = RULE_SCHEMA
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


def _refer_to_rules(schema: Any) -> bool:
    """Put the reference where the mark stands, and return whether there was one."""
    if not isinstance(schema, dict | list):
        return False
    marked = False
    if isinstance(schema, dict) and schema.pop(RULE_MARK, False):
        marked, schema["$ref"] = True, "#/$defs/rule"
    inner = [_refer_to_rules(each) for each in (schema.values() if isinstance(schema, dict) else schema)]
    return marked or any(inner)

"""The request for the next questions and what comes back, for callers that keep everything themselves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from qa_rules.errors import FactsError
from qa_rules.language.checking import check
from qa_rules.language.reading import read_data
from qa_rules.language.schema import Document, EvidenceDocument
from qa_rules.language.shapes import Day, Format, Text

MOST_QUESTIONS = 1000


class QuestionsRequestDocument(Document):
    """All that is known, and what the questions are for."""

    format: Format
    ruleset: Text
    """The id of a ruleset."""
    policy: Text | None = None
    on: Day
    goal: Literal["tier", "fixes", "everything"] = "tier"
    number: Annotated[int, Field(ge=1, le=MOST_QUESTIONS)] = 1
    last: Text | None = None
    """The fact that was asked about last; its topic is stayed with."""
    closed_to: list[Text] = Field(default_factory=list)
    """Facts that were asked about and nobody can tell."""
    about: list[Text] | None = None
    """The subjects that may be asked about."""
    subject: Text | None = None
    as_of: Day | None = None
    evidence: EvidenceDocument = EvidenceDocument()
    facts: dict[str, Any] = Field(default_factory=dict)
    """As a facts file has them."""


class OptionDocument(Document):
    """A key and its words."""

    code: Text
    display: Text


class AnswerOptionDocument(Document):
    """One option of a choice."""

    valueCoding: OptionDocument  # noqa: N815  # FHIR's word


class ItemDocument(Document):
    """A fact as the item of a FHIR questionnaire, with what the vocabulary says beside it."""

    linkId: Text  # noqa: N815
    """The name of the fact; `document.part` and `collection.field` for what is inside."""
    text: Text
    type: Literal["boolean", "integer", "decimal", "date", "choice", "string", "text", "group"]
    repeats: bool
    answerOption: list[AnswerOptionDocument]  # noqa: N815
    item: list[ItemDocument] = Field(default_factory=list)
    """Of a collection: the fields of a record."""
    meaning: str
    label: Text
    topic: str
    unit: str
    least: str | None
    most: str | None
    may_be_none: bool
    answered_by: list[str]
    judgement: bool
    """Whether an answer counts only with the name of who judges, and a date."""


class QuestionDocument(ItemDocument):
    """An item that is to be asked, and why."""

    because: Literal["missing", "expired", "not_yet", "no_judge", "too_weak", "partial"]
    why: str
    changes: str
    requirements: list[str]
    locks: list[str]


class NamedDocument(Document):
    """What decided, with its hash."""

    id: Text
    hash: Text


class StandingDocument(Document):
    """The overall answer so far."""

    decision: Text
    outcome: Text
    words: str
    possible: list[str]
    allows: bool | None
    settled: bool


class QuestionsDocument(Document):
    """The next questions, best first, and how far the interview is."""

    format: Format
    ruleset: NamedDocument
    policy: NamedDocument | None
    on: Day
    goal: Literal["tier", "fixes", "everything"]
    status: Literal["in-progress", "completed"]
    asked: int
    at_most: int
    progress: str
    answer: StandingDocument | None
    """None while the decision is not made, for want of the subject that it needs."""
    item: list[QuestionDocument]


def read_request(data: object) -> QuestionsRequestDocument:
    """Return a request. FactsError with every diagnostic when it has another shape."""
    source = read_data(data, "<request>")
    document = check(QuestionsRequestDocument, source)
    if document is None or source.diagnostics:
        raise FactsError(source.diagnostics)
    return document

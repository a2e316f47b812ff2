"""The shapes of a file of worked examples."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from qa_rules.language.schema import Document, EvidenceDocument
from qa_rules.language.shapes import Day, Format, Slug, Text


class CaseBase(Document, BaseModel):
    """Facts that several cases start from."""

    as_of: Day | None = None
    evidence: EvidenceDocument = EvidenceDocument()
    facts: dict[str, Any]


class CaseDocument(Document, BaseModel):
    """A worked example with what is expected."""

    name: Text
    from_: Annotated[Text | None, Field(alias="from")] = None
    on: Day | None = None
    policy: Slug | None = None
    facts: dict[str, Any] = {}
    without: list[str] = []
    evidence: EvidenceDocument | None = None
    expect: Annotated[dict[str, Text], Field(min_length=1)]
    because: Text | None = None


class CasesDocument(Document, BaseModel):
    """A file of worked examples."""

    format: Format
    ruleset: Text
    policy: Slug = "none"
    on: Day
    base: dict[Text, CaseBase] = {}
    cases: list[CaseDocument]

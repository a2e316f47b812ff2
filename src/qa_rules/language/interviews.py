"""The file of an interview: a facts file that also says how far the interview got, so that it can go on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from qa_rules.errors import FactsError, NotFoundError
from qa_rules.language.checking import check
from qa_rules.language.plain_yaml import yaml_text
from qa_rules.language.reading import Source, read_file
from qa_rules.language.schema import Document, EvidenceDocument, FactsDocument
from qa_rules.language.shapes import Day, Text

_HEAD = (
    "# An interview by qa-rules, and the facts that it found. `qa-rules assess` reads this file as it is;\n"
    "# `qa-rules interview --to` with its name goes on where it stopped.\n"
)


class DecidedDocument(Document):
    """A ruleset or policy: how it was asked for, its name and its hash."""

    given: Text
    """A name or a path, as it was given."""
    name: Text
    hash: Text


class ReplyDocument(Document):
    """What was said to one question. The value itself stands under `facts`."""

    fact: Text
    reply: Literal["answered", "cannot_tell", "to_follow"]
    by: Text | None = None
    note: Text | None = None
    replaced: dict[str, Any] | None = None
    """What was known before, as a facts file has it."""


class DraftDocument(Document):
    """A question that is half answered: the lines that were typed so far."""

    fact: Text
    lines: list[str]
    change: int | None = None
    """The number of the answer that is being changed, from 1."""


class InterviewDocument(Document):
    """How far an interview got."""

    ruleset: DecidedDocument
    policy: DecidedDocument | None = None
    on: Day
    goal: Literal["tier", "fixes", "everything"]
    about: list[Text] | None = None
    """Of files of before: what it was about then. It narrows nothing any more."""
    evidence: EvidenceDocument = EvidenceDocument()
    """Where answers come from unless more is said."""
    facts_given: Text
    """The hash of the facts that were known before the first question."""
    replies: list[ReplyDocument] = Field(default_factory=list)
    """In the order of the questions."""
    draft: DraftDocument | None = None
    notes: dict[str, str] = Field(default_factory=dict)
    """What was noted of each question of the conversation, by its id."""


class InterviewFileDocument(FactsDocument):
    """A facts file with an interview."""

    interview: InterviewDocument  # type: ignore[assignment]


def read_interview(path: Path) -> tuple[Source, InterviewDocument]:
    """Return the file as it was read, for its facts, and the interview.

    NotFoundError when there is no such file or no interview in it; FactsError with every diagnostic.
    """
    source = read_file(path)
    data = source.data
    if isinstance(data, Mapping) and data.get("interview") is None:
        raise NotFoundError(f"{path} is there already and holds no interview; give another name to --to")
    document = check(InterviewFileDocument, source)
    if document is None or source.diagnostics:
        raise FactsError(source.diagnostics)
    return source, document.interview


def interview_text(data: Mapping[str, Any], name: str) -> str:
    """Return the file: YAML, or JSON when the name ends in `.json`."""
    if name.endswith(".json"):
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return _HEAD + yaml_text(data)

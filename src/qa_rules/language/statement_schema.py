"""The shapes of what the author of a file claims of it, and of the remarks about it that are accepted."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator

from qa_rules.language.reading import Raw
from qa_rules.language.shapes import Day, Name, Rule, Strict, Text


def _listed(raw: Raw) -> Raw:
    return [raw] if isinstance(raw, str) else raw


Answers = Annotated[list[Name], BeforeValidator(_listed, json_schema_input_type=list[Name] | Name)]


class StatementDocument(Strict, BaseModel):
    """One thing that must hold for everybody: never, always, or whoever with what they get."""

    id: Name
    says: Text | None = None
    never: Rule | None = None
    always: Rule | None = None
    whoever: Rule | None = None
    gets: dict[Name, Answers] = {}
    needs: Name | None = None  # of a policy
    attains_at_most: Name | None = None  # of a policy


class AcceptDocument(Strict, BaseModel):
    """A remark of a check or a proof that is known, and left as it is until a day."""

    check: Text
    at: Text
    reason: Text
    until: Day | None = None

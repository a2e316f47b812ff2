"""The shape of the decision tables in a ruleset's file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from qa_rules.language.reading import Raw
from qa_rules.language.shapes import Flag, Name, Rule, ScalarText, Strict, Text


def _rows_or_output(raw: Raw) -> Raw:
    """Take the name of what a table gives in the place of rows: it stands as the tier of the only one."""
    return [{"tier": raw}] if isinstance(raw, str) else raw


def _or_a_name(schema: dict[str, Any]) -> None:
    rows = {key: schema.pop(key) for key in ("items", "type")}
    schema["anyOf"] = [rows, {"type": "string", "description": "An output of a table of the policy."}]


class RequiredRowDocument(Strict):
    """A row of the table of required tiers."""

    tier: Name
    when: Rule | None = None


RequiredRows = Annotated[
    list[RequiredRowDocument], BeforeValidator(_rows_or_output), Field(json_schema_extra=_or_a_name)
]
"""The rows of the table of required tiers, or the name of what a table gives."""


class TableInputDocument(Strict):
    """A column of a table that is a test: yes or no."""

    name: Name
    label: Text | None = None
    test: Rule


class TableOutputDocument(Strict):
    """What a table gives."""

    type: Literal["yes_no", "integer", "decimal", "choice"]
    label: Text
    options: dict[Name, Text] = Field(default_factory=dict)
    ordered: Flag = False
    unit: Text | None = None


class TableDocument(Strict):
    """A decision table."""

    id: Name
    title: Text
    says: Text | None = None
    source: dict[Text, ScalarText] = Field(default_factory=dict)
    inputs: Annotated[list[Text | TableInputDocument], Field(min_length=1)]
    outputs: Annotated[dict[Name, TableOutputDocument], Field(min_length=1)]
    hit_policy: Literal["unique", "first", "collect"]
    aggregation: Literal["sum", "count", "least", "greatest"] | None = None
    csv: Text | None = None
    header: list[Text] | None = None
    """The names of the columns, in the order in which rows give them; else inputs first, and then outputs."""
    rows: Annotated[list[Any], Field(min_length=1)]
    otherwise: list[Any] | None = None

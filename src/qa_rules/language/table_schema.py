"""The shape of the decision tables in a ruleset's file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from qa_rules.language.shapes import Flag, Name, Rule, ScalarText, Strict, Text


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

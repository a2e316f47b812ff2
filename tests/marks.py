"""The file of quality marks: what each scheme is and what its row in the source says that it covers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from qa_rules.errors import RulesetError
from qa_rules.language.checking import check
from qa_rules.language.library import shipped
from qa_rules.language.reading import read_file
from qa_rules.language.schema import Document
from qa_rules.language.shapes import Format, Id, Name, ScalarText, Text, Whole

NotStated = Literal["not_stated"]
Measure = Literal["M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10", "M11"]


class LevelsDocument(Document):
    """The levels of a mark's own. They are told and never read: no tier follows from them."""

    count: Whole
    from_: Annotated[Text, Field(alias="from")]
    to: Text


class SectionDocument(Document):
    """A part of a mark that is passed by itself."""

    words: Text
    measures: list[Measure]


class CurrencyDocument(Document):
    """The field of a mark's record that dates it, and how many months that is good for."""

    field: Name
    months: Whole


class MarkDocument(Document):
    """One scheme. What the source leaves blank is `not_stated` and never a no."""

    id: Id
    key: Name
    name: Text
    formerly: Text | None = None
    says: Text
    source: dict[Text, ScalarText]
    for_: Annotated[Text, Field(alias="for")]
    coverage: Text
    cost: Literal["free", "paid", "not_stated"]
    membership: Literal["required", "not_stated"]
    levels: NotStated | LevelsDocument
    sections: NotStated | dict[Name, SectionDocument]
    currency: NotStated | CurrencyDocument
    assessed: Literal["external", "not_stated"]
    speaks_for: Literal["provider", "umbrella"]
    covers: dict[Measure, Literal["stated", "implied", "not_stated"]]
    notes: tuple[Text, ...] = ()


class MarksDocument(Document):
    """The file of marks."""

    format: Format
    marks: Annotated[list[MarkDocument], Field(min_length=1)]


def load_marks(path: str | Path | None = None) -> MarksDocument:
    """Return the marks of a file, by default the shipped one.

    NotFoundError when there is none; RulesetError with every diagnostic when it is at fault.
    """
    source = read_file(shipped() / "marks" / "marks.yaml" if path is None else Path(path))
    document = check(MarksDocument, source)
    if document is None or source.diagnostics:
        raise RulesetError(source.diagnostics)
    return document

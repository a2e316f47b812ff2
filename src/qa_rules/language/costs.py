"""A file of indicative costs: licences by packs, work by cohorts, and single items."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from qa_rules.errors import RulesetError
from qa_rules.language.checking import check
from qa_rules.language.library import shipped
from qa_rules.language.reading import read_file
from qa_rules.language.schema import Document, ReadingDocument
from qa_rules.language.shapes import Format, Id, Name, Number, Slug, Text, Whole


class SpanDocument(Document):
    """How often a cost comes again."""

    least: Whole
    most: Whole
    unit: Literal["months", "years"]


class RangeDocument(Document):
    """A price between two figures."""

    least: Number
    most: Number


class PackDocument(Document):
    """A licence for a number of courses at one price."""

    id: Name
    courses: Whole
    price: Number


class LicenceDocument(Document):
    """What a licence costs: a pack, and each course beyond it."""

    id: Name
    title: Text
    source: Id
    every: SpanDocument
    packs: Annotated[list[PackDocument], Field(min_length=1)]
    extra_course: Number
    reading: tuple[ReadingDocument, ...] = ()


class CohortDocument(Document):
    """What is paid once for each cohort of people."""

    id: Name
    title: Text
    source: Id
    size: Whole
    price: Number
    every: SpanDocument | None = None
    when: Text | None = None
    reading: tuple[ReadingDocument, ...] = ()


class ItemDocument(Document):
    """A single item. `not_stated` where the source gives no price."""

    id: Name
    title: Text
    source: Id
    price: Number | RangeDocument | Literal["not_stated"]
    per: Text
    every: SpanDocument | None = None
    note: Text | None = None


class WorkedLicenceDocument(Document):
    """A worked figure of the licence."""

    courses: Whole
    cost: Number
    pack: Name


class WorkedCohortDocument(Document):
    """A worked figure of the cohorts."""

    people: Whole
    cohorts: Whole
    tutor_training: Number


class WorkedDocument(Document):
    """Figures that have to come out."""

    licence: list[WorkedLicenceDocument]
    cohorts: list[WorkedCohortDocument]


class CostsDocument(Document):
    """A costs file. Every figure is shown with its label."""

    format: Format
    costs: Slug
    edition: Slug
    label: Text
    currency: Text
    licence: LicenceDocument
    cohorts: list[CohortDocument]
    items: list[ItemDocument]
    worked: WorkedDocument


def load_costs(path: str | Path | None = None) -> CostsDocument:
    """Return the costs of a file, by default those of commissioning-smp@2018.

    NotFoundError when there is none; RulesetError with every diagnostic when it is at fault.
    """
    source = read_file(
        shipped() / "commissioning-smp" / "2018" / "costs.yaml" if path is None else Path(path)
    )
    document = check(CostsDocument, source)
    if document is None or source.diagnostics:
        raise RulesetError(source.diagnostics)
    return document

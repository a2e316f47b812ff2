"""HSDS 3.0: listings in, and what an assessment says into their attributes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from qa_rules.adapters.listings import read_listing, with_attributes
from qa_rules.adapters.reading import Reading
from qa_rules.adapters.taxonomy import BASE, published
from qa_rules.assessment.assess import Assessment
from qa_rules.model.rulesets import Ruleset

SOURCE: Final = "HSDS listing"


def read(
    data: Any,
    ruleset: Ruleset,
    *,
    fetched_on: datetime.date,
    published_on: datetime.date | None = None,
    base: str = BASE,
) -> Reading:
    """Return what listings say: identifiers, notes, and marks where a term is one of this library's taxonomy."""
    return read_listing(data, ruleset, SOURCE, fetched_on, published_on, base)


def write(
    assessment: Assessment, service: Mapping[str, Any], *, on: datetime.date | None = None, base: str = BASE
) -> dict[str, Any]:
    """Return a copy of a service with what may be published of it on a day, by default that of the assessment.

    `value` holds from when and until when it holds, as `2026-11-22/2027-03-31`, and `label` the sentence.
    """
    return with_attributes(service, published(assessment, on, base), base, with_value=True)


__all__ = ["read", "write"]

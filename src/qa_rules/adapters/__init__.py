"""Feeds of the sector in, and what an assessment says out: one module a feed, with `read` and, for some, `write`.

They need the standard library and nothing else; `matching` needs the extra of that name. A field of a feed is a fact
only with its source, the source's own date and the strength that it has; all else is a note for a person.
"""

from collections.abc import Mapping
from typing import Final

from qa_rules.adapters.merging import merge
from qa_rules.adapters.reading import Conflict, Identifier, Match, Merged, Note, NoteKind, Reading

FEEDS: Final[Mapping[str, str]] = {
    "charity_commission": "the public extract of the Charity Commission for England and Wales",
    "companies_house": "profiles of Companies House, or its list of all companies",
    "ico": "the Information Commissioner's register of fee payers",
    "oruk": "Open Referral UK, 1.0 and 3.0",
    "hsds": "the Human Services Data Specification, 3.0",
    "fhir_verification_result": "FHIR VerificationResult",
    "fhir_questionnaire_response": "FHIR QuestionnaireResponse",
    "ods": "the NHS Organisation Data Service",
    "threesixty_giving": "grants of 360Giving",
    "openactive": "opportunities of OpenActive",
}
"""What can be read, by the module that reads it."""

__all__ = ["FEEDS", "Conflict", "Identifier", "Match", "Merged", "Note", "NoteKind", "Reading", "merge"]

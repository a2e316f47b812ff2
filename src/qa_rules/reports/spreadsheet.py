"""Findings as CSV for spreadsheets: a row each, in UTF-8 with a byte order mark, which spreadsheets want to see."""

from __future__ import annotations

import csv
import io
from typing import Final

from qa_rules.escaping import cell
from qa_rules.explain.messages import say
from qa_rules.reports.blocks import Told
from qa_rules.reports.content import Content

MARK: Final = "\ufeff"
"""Without it some spreadsheets read UTF-8 as something else; programs that read CSV skip it."""

COLUMNS: Final = (
    "subject",
    "on",
    "ruleset",
    "policy",
    "outcome",
    "span",
    "first",
    "requirement",
    "title",
    "clause",
    "about",
    "locks",
    "verdict",
    "explained",
    "asked",
    "strength",
    "severity",
    "blocks",
    "due",
    "reason",
    "fix",
    "evidence",
    "readings",
)
"""Names that stay the same in every language."""


def render(content: Content) -> str:
    """Return the CSV, its lines ended as RFC 4180 asks."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    answer = {"outcome": content.headline, "span": content.span, "first": " ".join(content.first)}
    for told in content.told:
        row = {**content.source, **answer, **_row(told)}
        writer.writerow([cell(row[name]) for name in COLUMNS])
    return MARK + written.getvalue()


def _row(told: Told) -> dict[str, str]:
    return {
        "requirement": told.requirement,
        "title": told.title,
        "clause": told.clause,
        "about": told.about,
        "locks": "; ".join(told.locks),
        "verdict": told.verdict,
        "explained": say("yes") if told.explained else say("no"),
        "asked": say("yes") if told.asked else say("no"),
        "strength": told.strength,
        "severity": told.severity,
        "blocks": say("yes") if told.blocks else say("no"),
        "due": told.due,
        "reason": told.reason,
        "fix": told.fix,
        "evidence": "; ".join(told.evidence),
        "readings": " ".join(told.readings),
    }

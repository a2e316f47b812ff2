"""Assessments as text for people. One content, several forms: a new form is a module and a row in REPORTS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from importlib import import_module
from types import NoneType
from typing import TYPE_CHECKING, Final

from qa_rules.assessment.assess import Assessment
from qa_rules.errors import NotFoundError, due
from qa_rules.explain.messages import catalogue_of, speaking
from qa_rules.reports.width import fitted

if TYPE_CHECKING:
    from qa_rules.reports.content import Content

REPORTS: Final[Mapping[str, str]] = {
    "text": "qa_rules.reports.text",
    "markdown": "qa_rules.reports.markdown",
    "html": "qa_rules.reports.html",
    "summary": "qa_rules.reports.summary",
    "card": "qa_rules.reports.card",
    "csv": "qa_rules.reports.spreadsheet",
}
"""Name to the module that holds `render`."""


def report(
    assessment: Assessment, form: str = "text", *, advice: bool = True, language: str | None = None
) -> str:
    """Return an assessment as a report.

    Args:
        assessment: made from facts, or read from a record; the latter gets no advice.
        form: one of REPORTS.
        advice: whether to work out what to ask, what to put right and how long the answer holds.
        language: the code of a catalogue of messages; None for the language in force, which is English unless
            `speaking` says otherwise.

    NotFoundError for a form or a catalogue that there is not.

    """
    due("assessment", assessment, Assessment, "an Assessment, as assess returns it")
    due("form", form, str, f"one of {', '.join(REPORTS)}")
    due("language", language, (str, NoneType), "the code of a catalogue, or None")
    if form not in REPORTS:
        raise NotFoundError(f"there is no report `{form}`; there are {', '.join(REPORTS)}")
    from qa_rules.reports.content import content_of

    render: Callable[[Content], str] = import_module(REPORTS[form]).render
    with speaking(catalogue_of(language)) if language is not None else nullcontext():
        return render(content_of(assessment, advice))


__all__ = ["REPORTS", "fitted", "report", "speaking"]

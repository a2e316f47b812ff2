"""Assessments as text for people. One content, several forms: a new form is a module and a row in REPORTS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final

from qa_rules.assessing import Assessment
from qa_rules.errors import NotFoundError
from qa_rules.reports.content import Content, content_of

REPORTS: Final[Mapping[str, str]] = {
    "text": "qa_rules.reports.text",
    "markdown": "qa_rules.reports.markdown",
    "html": "qa_rules.reports.html",
    "summary": "qa_rules.reports.summary",
}
"""Name to the module that holds `render`."""


def report(assessment: Assessment, form: str = "text") -> str:
    """Return an assessment as a report. NotFoundError for a form that there is not."""
    if form not in REPORTS:
        raise NotFoundError(f"there is no report `{form}`; there are {', '.join(REPORTS)}")
    render: Callable[[Content], str] = import_module(REPORTS[form]).render
    return render(content_of(assessment))


__all__ = ["REPORTS", "Content", "content_of", "report"]

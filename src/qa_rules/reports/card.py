"""A link worker's one side as a page: the summary, to print on one sheet of A4."""

from __future__ import annotations

from qa_rules.reports.html import render_card as render

__all__ = ["render"]

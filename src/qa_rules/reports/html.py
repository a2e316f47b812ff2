"""A report as one HTML page: no scripts, no outside requests, system fonts, for a phone and for paper."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from qa_rules.reports.content import Content


@lru_cache(maxsize=1)
def _page() -> Template:
    loader = PackageLoader("qa_rules.reports", ".")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.jinja")


def render(content: Content) -> str:
    """Return the page."""
    return _page().render(content=content, on_card=False)


def render_card(content: Content) -> str:
    """Return the page of a link worker's one side, which fits on a sheet of paper."""
    return _page().render(content=content, on_card=True)

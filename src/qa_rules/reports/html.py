"""A report as one HTML page: no scripts, no outside requests, system fonts, for a phone and for paper."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from qa_rules.escaping import RIGHT_TO_LEFT
from qa_rules.reports.content import Content


@lru_cache(maxsize=4)
def template(name: str) -> Template:
    """Return a template of this room; what is put into it is escaped."""
    loader = PackageLoader("qa_rules.reports", ".")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_isolated,
    )
    return environment.get_template(name)


def _isolated(value: Any) -> Any:
    """Set names and texts that are read from right to left apart, so that what stands beside them keeps its order."""
    if not isinstance(value, str) or isinstance(value, Markup) or not RIGHT_TO_LEFT.search(value):
        return value
    words = [f"<bdi>{escape(each)}</bdi>" for each in RIGHT_TO_LEFT.findall(value)]
    between = [str(escape(each)) for each in RIGHT_TO_LEFT.split(value)]
    return Markup("".join(part for pair in zip(between, [*words, ""], strict=True) for part in pair))


def render(content: Content) -> str:
    """Return the page."""
    return template("page.html.jinja").render(content=content, on_card=False)


def render_card(content: Content) -> str:
    """Return the page of a link worker's one side, which fits on a sheet of paper."""
    return template("page.html.jinja").render(content=content, on_card=True)

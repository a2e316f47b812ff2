"""One side for a link worker: the answer first, at most three reasons, what to do next, and when to look again."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from qa_rules.reports.content import Content

WIDTH = 88
_NO_DAY = "No day is set. Look again as soon as one of these has changed."


def render(content: Content) -> str:
    """Return the text."""
    lines = [*card(content), "", *_wrapped(content.plain.policy)]
    lines += _wrapped(f"Please note: {' '.join(content.caveats)}")
    return "\n".join(lines)


def card(content: Content) -> list[str]:
    """Return the lines without policy and caveats, for several of them on a page."""
    plain = content.plain
    lines = _wrapped(content.headline.upper() if len(content.headline) < 60 else content.headline)
    lines += _wrapped(content.subject)
    lines += ["Why", *_items(plain.reasons)]
    if plain.next_steps:
        lines += ["What to do next", *_items(plain.next_steps)]
    if plain.find_out:
        lines += ["Find out as well", *_items(plain.find_out)]
    return [*lines, *_wrapped(f"Look again by {content.review}" if content.review else _NO_DAY)]


def _items(items: Iterable[str]) -> list[str]:
    return [line for each in items for line in _wrapped(each, "  - ")]


def _wrapped(text: str, mark: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
    )

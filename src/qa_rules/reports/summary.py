"""One side for a link worker: the answer first, what to do next, at most three reasons, and when to look again."""

from __future__ import annotations

from qa_rules.escaping import apart
from qa_rules.explain.messages import say
from qa_rules.reports.content import Content
from qa_rules.reports.text import headline, section_lines, wrapped


def render(content: Content) -> str:
    """Return the text."""
    note = say("Please note: {caveats}", caveats=" ".join(content.caveats))
    return apart("\n".join([*card(content), "", *wrapped(content.policy), *wrapped(note)]))


def card(content: Content) -> list[str]:
    """Return the lines without policy and caveats, for several of them on a page."""
    lines = [*headline(content), *wrapped(content.subject)]
    for section in content.sections:
        if section.on_card and section.blocks:
            lines += section_lines(section, on_card=True)
    return lines

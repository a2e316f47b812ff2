"""A report as plain text, at most 88 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from qa_rules.reports.content import VERDICT_WORDS, Content

WIDTH = 88


def render(content: Content) -> str:
    """Return the text."""
    lines = [content.subject, "=" * len(content.subject)]
    if content.question:
        lines += _wrapped(content.question)
    lines += ["", *_wrapped(content.headline.upper() if len(content.headline) < 60 else content.headline), ""]
    lines += ["Why", *_items(content.reasons), ""]
    if content.next_steps:
        lines += ["What to do next", *_items(content.next_steps, numbered=True), ""]
    if content.review:
        lines += ["Look again by", *_items([content.review]), ""]
    if content.find_out:
        lines += ["What to find out", *_items(content.find_out), ""]
    if content.tiers:
        lines += ["Tiers", *_items(content.tiers), ""]
    if content.answers:
        lines += ["Other answers", *_items(f"{each.title} {each.words}" for each in content.answers), ""]
    if content.groups:
        lines += ["At a glance", *_table(content), ""]
    for section in content.sections:
        if section.findings:
            lines += [f"{section.title}: {len(section.findings)}"]
            for finding in section.findings:
                lines += _items([finding.title])
                lines += _wrapped(finding.text, "      ")
            lines.append("")
    if content.readings:
        lines += ["Where the source leaves a choice open, we chose", *_items(content.readings), ""]
    lines += ["Please note", *_items(content.caveats), ""]
    lines += [line for each in content.made_by for line in _wrapped(each)]
    return "\n".join(lines)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _items(items: Iterable[str], numbered: bool = False) -> list[str]:
    lines: list[str] = []
    for number, item in enumerate(items, 1):
        mark = f"{number:>3}. " if numbered else "  - "
        lines += textwrap.wrap(
            item, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
        )
    return lines


def _table(content: Content) -> list[str]:
    width = max(len(each.title) for each in content.groups)
    lines = []
    for each in content.groups:
        met, not_met, unknown, not_applicable = each.counts
        counts = f"{met} met, {not_met} not met, {unknown} not known"
        counts += f", {not_applicable} not applicable" if not_applicable else ""
        lines.append(f"  {each.title:{width}}  {VERDICT_WORDS[each.verdict]:14}  {counts}")
    return lines

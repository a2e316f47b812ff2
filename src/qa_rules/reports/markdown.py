"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa_rules.reports.content import VERDICT_WORDS, Content


def render(content: Content) -> str:
    """Return the Markdown."""
    parts = [f"# {_safe(content.subject)}", _safe(content.question), f"**{_safe(content.headline)}**"]
    parts += _section("Why", content.reasons)
    parts += _section("What to do next", content.next_steps, "1.")
    parts += _section("Look again by", [content.review] if content.review else [])
    parts += _section("What to find out", content.find_out)
    parts += _section("Tiers", content.tiers)
    parts += _section("Other answers", (f"{each.title} {each.words}" for each in content.answers))
    if content.groups:
        parts += ["## At a glance", _table(content)]
    for section in content.sections:
        items = [f"{each.title}: {each.text}" for each in section.findings]
        parts += _section(f"{section.title}: {len(items)}", items)
    parts += _section("Where the source leaves a choice open, we chose", content.readings)
    parts += _section("Please note", content.caveats)
    parts += ["---", "  \n".join(map(_safe, content.made_by))]
    return "\n\n".join(part for part in parts if part)


def _safe(text: str) -> str:
    """Escape what Markdown would read as a mark."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text)


def _section(title: str, items: Iterable[str], mark: str = "-") -> list[str]:
    lines = [f"{mark} {_safe(item)}" for item in items]
    return [f"## {title}", "\n".join(lines)] if lines else []


def _table(content: Content) -> str:
    lines = [
        "| | verdict | met | not met | not known | not applicable |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in content.groups:
        counts = " | ".join(map(str, each.counts))
        lines.append(f"| {_safe(each.title)} | {VERDICT_WORDS[each.verdict]} | {counts} |")
    return "\n".join(lines)

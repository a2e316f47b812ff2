"""Small standards as data, for tests that compare them with rules written in Python."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from qa_rules import Ruleset, ruleset_from

ON = datetime.date(2026, 11, 22)


def standard(
    facts: Mapping[str, Any],
    requirements: Mapping[str, Any],
    decisions: Sequence[Mapping[str, Any]] = (),
    **more: Any,
) -> Ruleset:
    """Return a ruleset: facts by name with what is declared of each, requirements by id with what meets them."""
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "standard",
            "edition": "1",
            "title": "A standard",
            "source": {"title": "Made up"},
            "caveats": ["Made up for tests."],
            "facts": {
                name: {"label": name.replace("_", " "), "question": f"{name}?", **declared}
                for name, declared in facts.items()
            },
            "requirements": [
                {"id": name, "title": name, "says": name, "source": {"clause": name}, **asked}
                for name, asked in requirements.items()
            ],
            "decisions": list(decisions),
            **more,
        }
    )


def yes_no(*names: str) -> dict[str, Any]:
    """Return facts that are yes or no."""
    return {name: {"type": "yes_no"} for name in names}

"""Clubs: a small ruleset for tests of tables in files, as a file that the commands read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner, Result

from qa_rules import Ruleset, ruleset_from
from qa_rules.cli import group

ON: Final = "2026-11-22"


def _fact(kind: str, name: str, **more: object) -> dict[str, object]:
    return {"type": kind, "label": name, "question": f"{name}?", **more}


def _requirement(name: str, met_when: object) -> dict[str, object]:
    source = {"clause": name}
    return {"id": name, "title": name, "says": name, "source": source, "met_when": met_when, "fix": "Do it."}


DOCUMENT: Final[dict[str, Any]] = {
    "format": 1,
    "ruleset": "clubs",
    "edition": "1",
    "title": "Clubs",
    "source": {"title": "Made up for tests"},
    "caveats": ["Made up."],
    "facts": {
        "insured": _fact("yes_no", "insurance"),
        "schemes": _fact("choices", "schemes", options={"walks": "Walks", "talks": "Talks"}),
        "marks": _fact("codes", "marks"),
        "fee": _fact("decimal", "fee"),
        "checked_on": _fact("date", "day of the check"),
        "signed_by": _fact("text", "signature"),
        "charity": _fact("code", "charity number", may_be_none=True),
        "leaders": _fact(
            "collection",
            "leaders",
            record="leader",
            fields={"called": _fact("text", "name"), "first_aider": _fact("yes_no", "first aid")},
        ),
    },
    "requirements": [
        _requirement("INSURED", "insured"),
        _requirement("SOME", {"some leaders": "first_aider"}),
        _requirement("EVERY", {"every leaders": "first_aider"}),
        _requirement("NAMED", {"every leaders": "called is given"}),
        _requirement("WALKS", "schemes includes only walks"),
        _requirement("MARKED", "marks includes only 'walks'"),
        _requirement("EMPTY", "schemes is empty"),
        _requirement("FEE", "fee at least 2.3"),
        _requirement("DAY", "checked_on not before 2026-06-01"),
        _requirement("SIGNED", "signed_by is given"),
        _requirement("CHARITY", "charity is given"),
    ],
    "decisions": [
        {
            "id": "overall",
            "title": "In order?",
            "outcomes": [
                {"id": "refuse", "words": "Refuse", "allows": False, "when": "INSURED is not met"},
                {"id": "accept", "words": "Accept", "allows": True, "when": "INSURED"},
            ],
        }
    ],
}
CLUBS: Final[Ruleset] = ruleset_from(DOCUMENT)


def write_clubs(folder: Path) -> Path:
    """Write the ruleset to a folder of its own."""
    file = folder / "clubs" / "ruleset.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(DOCUMENT, indent=1), encoding="utf-8")
    return file


def run(*words: object) -> Result:
    """Run a command, without catching what is no exit."""
    return CliRunner().invoke(group, [str(word) for word in words], standalone_mode=False)

"""Names that may be one and the same, best first. It offers candidates; whether one is the provider, a person says.

Needs the extra `matching`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import attrs

from qa_rules.adapters.reading import Identifier, Reading
from qa_rules.errors import EngineUnavailableError, due, due_count
from qa_rules.model.results import Result
from qa_rules.model.values import Shown

try:
    from rapidfuzz import fuzz, process
except ImportError as _fault:
    raise EngineUnavailableError("matching names needs rapidfuzz; install qa-rules[matching]") from _fault

FORMS: Final = re.compile(
    r"\b(limited|ltd|plc|llp|cic|cio|community interest company|charitable incorporated organisation|the)\b"
)
"""What says in which form a body is, and does not tell one from another."""
LEAST: Final = 60.0


@attrs.frozen(repr=False)
class Candidate(Shown, Result):
    """An entry that may be about the provider."""

    name: str
    """As the register has it."""
    identifiers: tuple[Identifier, ...]
    likeness: float
    """From 0 to 100. It is no probability, and no figure makes a match."""


def candidates(name: str, readings: Iterable[Reading], most: int = 5) -> tuple[Candidate, ...]:
    """Return the entries whose names are most like a name, best first; show them to a person.

    What that person decides is a `Match`. Nothing here makes one.
    """
    due("name", name, str, "text")
    due_count("most", most)
    rows = [row for each in readings for row in each.rows if row.subject]
    if not _plain(name):
        return ()  # a form alone is like everybody's
    found = process.extract(
        _plain(name),
        [_plain(each.subject) for each in rows],
        scorer=fuzz.WRatio,
        limit=None,
        score_cutoff=LEAST,
    )
    best = [Candidate(rows[at].subject, rows[at].identifiers, round(score, 1)) for _, score, at in found]
    return tuple(sorted(best, key=lambda each: (-each.likeness, each.name, each.identifiers))[:most])


def _plain(name: str) -> str:
    """A name without its form, capitals and signs."""
    words = " ".join(re.findall(r"\w+", name.casefold().replace("&", " and ")))
    return " ".join(FORMS.sub(" ", words).split())


__all__ = ["Candidate", "candidates"]

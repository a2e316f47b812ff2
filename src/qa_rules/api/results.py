"""Every result that is handed out, by the name of its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from qa_rules.assessment.decided import Decided
from qa_rules.errors import due
from qa_rules.explain.why import Why
from qa_rules.language.results import result_schema
from qa_rules.model.results import Result
from qa_rules.repair.plans import Fixes
from qa_rules.shortlist.matching import Shortlist
from qa_rules.timeline.difference import Difference
from qa_rules.timeline.horizon import Horizon

RESULTS: Final[Mapping[str, type[Result]]] = {
    "why": Why,
    "fixes": Fixes,
    "horizon": Horizon,
    "shortlist": Shortlist,
    "difference": Difference,
    "what-if": Difference,
    "decided": Decided,
}
"""What `qa-rules what-if` prints is the difference that a change makes."""


def schema_of_result(name: str) -> dict[str, Any]:
    """Return the JSON Schema of what `to_dict` of a result returns. KeyError for a name that is none of `RESULTS`."""
    due("name", name, str, f"one of {', '.join(RESULTS)}")
    return result_schema(RESULTS[name], f"qa-rules {name}")

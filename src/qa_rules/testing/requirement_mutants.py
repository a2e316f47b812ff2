"""Slips in what meets a requirement: in what is asked, and in the explanation that meets it more weakly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa_rules.model.expressions import AnyOf, Expr, children
from qa_rules.model.rulesets import Requirement
from qa_rules.testing.operators import Altering, Change, Kind

Slip = tuple[Change, dict[str, Any]]
"""What was changed, and the fields of the requirement that it changes."""


def slips(requirement: Requirement, altering: Altering) -> Iterator[Slip]:
    """Yield every slip in `met_when` and `explained_when`, with the fields of the requirement as they are then."""
    plainly = requirement.plainly
    if plainly is None:
        for change in altering.changes(requirement.met_when):
            yield change, {"met_when": change.expr}
        return
    explained = children(requirement.met_when)[1]
    for change in altering.changes(plainly):
        yield change, _fields(change.expr, explained)
    for change in altering.changes(explained):
        yield change, _fields(plainly, change.expr)
    said = f"`explained_when: {altering.words(explained)}`"
    left_out = Change(Kind.LEFT_OUT, f"{said} left out", plainly, explained.place)
    yield left_out, {"met_when": plainly, "plainly": None}
    as_good = Change(Kind.QUANTIFIER, f"{said} became as good as `met_when`", plainly, explained.place)
    yield as_good, {"plainly": None}


def _fields(plainly: Expr, explained: Expr) -> dict[str, Any]:
    return {"met_when": AnyOf((plainly, explained), place=plainly.place), "plainly": plainly}

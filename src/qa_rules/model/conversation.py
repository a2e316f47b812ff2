"""The structured conversation of a standard: its questions in order, and the facts that their answers fill."""

from __future__ import annotations

import attrs

from qa_rules.errors import Place
from qa_rules.model.expressions import Expr
from qa_rules.model.values import Shown


def _place() -> Place | None:
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)
    return place


@attrs.frozen(repr=False)
class FollowUp(Shown):
    """A further question, asked only when an answer calls for it."""

    when: Expr
    ask: str
    fills: tuple[str, ...]
    place: Place | None = _place()


@attrs.frozen(repr=False)
class Prompt(Shown):
    """One question of the structured conversation and the facts that its answer fills."""

    id: str
    ask: str
    fills: tuple[str, ...]
    follow_ups: tuple[FollowUp, ...] = ()
    stop: bool = False
    """Without an adequate answer nothing else counts."""
    place: Place | None = _place()

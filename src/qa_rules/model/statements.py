"""What the author of a ruleset or policy says must hold. It decides nothing: it is proved, or shown to be false."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs

from qa_rules.errors import Place
from qa_rules.model.expressions import Expr
from qa_rules.model.frozen import freeze_fields
from qa_rules.model.values import Shown


class Said(StrEnum):
    """How something is said of everybody."""

    NEVER = "never"
    """It holds for nobody."""
    ALWAYS = "always"
    """It is not met for nobody."""
    WHOEVER = "whoever"
    """For whom it holds gets one of some answers, if any."""


@attrs.frozen(repr=False)
class Statement(Shown):
    """One thing that must hold for everybody: of a ruleset whatever the policy, of a policy under it."""

    id: str
    said: Said
    when: Expr
    gets: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, hash=False)
    """By decision the answers that they may get."""
    says: str = ""
    needs: str = ""
    """The tier that they need, or a higher one; only a policy can claim that."""
    attains_at_most: str = ""
    """The highest tier that they attain; only a policy can claim that."""
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "gets")

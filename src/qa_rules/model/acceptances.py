"""Remarks that are known and left as they are."""

from __future__ import annotations

import datetime
import re

import attrs

from qa_rules.errors import Place
from qa_rules.model.values import Shown


@attrs.frozen(repr=False)
class Acceptance(Shown):
    """A remark of a check or a proof that is known, and left as it is."""

    check: str
    """The code of the check."""
    at: str
    """The id of what it concerns; a `*` in it stands for any text, so `*` alone is all that the check remarks on."""
    reason: str
    until: datetime.date | None = None
    """The last day on which it is accepted, None for no end."""
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)

    def covers(self, check: str, at: str) -> bool:
        """Return whether it accepts what a check or proof of this code says of something."""
        pattern = ".*".join(map(re.escape, self.at.split("*")))
        return self.check == check and re.fullmatch(pattern, at) is not None

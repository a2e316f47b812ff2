"""One entry of a log of decisions; loaded when somebody listens."""

from __future__ import annotations

import datetime
from typing import Literal

import attrs

from qa_rules.model.results import Result


@attrs.frozen(repr=False)
class Decided(Result):
    """One entry of a decision log: small, frozen, and without the facts themselves."""

    call: Literal["assess", "replay"]
    """What was called."""
    subject: str
    """Who was assessed, as the facts name them; empty when they do not."""
    on: datetime.date
    """The date of the assessment."""
    outcome: str | None
    """The overall answer; None when it was not made."""
    attained: str | None
    """The tier attained, empty for none; None where there are no tiers."""
    ruleset: str
    """The id of the ruleset."""
    ruleset_hash: str
    """As it stands in the record."""
    policy: str | None
    """The name of the policy; None without one."""
    policy_hash: str | None
    """As it stands in the record."""
    facts_hash: str
    """As it stands in the record: by it an entry finds its record."""
    engine: str
    """The engine that decided."""
    nanoseconds: int
    """How long it took, by a clock that only measures spans; no part of any decision or record."""

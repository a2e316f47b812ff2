"""What is claimed of a ruleset, and what became of each claim."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs

from qa_rules.errors import Place
from qa_rules.model.facts import Facts
from qa_rules.verifier.formulas import TRUE, Lit


class Status(StrEnum):
    """What became of a claim."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@attrs.frozen
class Claim:
    """A statement that a solver can settle."""

    code: str
    at: str
    """The id of what it is about."""
    statement: str
    """What is claimed, as a sentence without a full stop."""
    wanted: bool
    """True: there is a provider of whom the literals hold. False: there is none."""
    literals: tuple[Lit, ...]
    fault: str
    """What is wrong if it is refuted."""
    hint: str = ""
    place: Place | None = None
    about: tuple[str, ...] = ()
    """The nodes it turns on. Where the policy is silent about one of them, not finding a provider proves nothing."""
    cases: tuple[Lit, ...] = (TRUE,)
    """Asked one after the other, each together with the literals: one that holds is enough."""
    words: tuple[str, ...] = ()
    """Of each case, what it would mean; added to `fault`."""
    changed: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    """Facts that a second provider has otherwise, with the prefix of their variables."""


@attrs.frozen
class Witness:
    """A provider, or two that differ, of whom the claim's statement is false."""

    facts: Facts
    after: Facts | None = None
    """The second provider."""
    codes: tuple[int, ...] = ()
    """The six bits of every node for `facts`, by the definition; an engine has to agree."""
    after_codes: tuple[int, ...] = ()


@attrs.frozen
class Proof:
    """A claim with what became of it."""

    code: str
    at: str
    statement: str
    status: Status
    message: str = ""
    """Refuted: what is wrong. Undecided: why."""
    hint: str = ""
    place: Place | None = None
    witness: Witness | None = None

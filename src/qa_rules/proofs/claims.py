"""What is claimed of a ruleset, and what became of each claim."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from enum import StrEnum

import attrs

from qa_rules.errors import Place
from qa_rules.model.facts import Facts
from qa_rules.program.gates import TRUE, Lit


class Status(StrEnum):
    """What became of a claim."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    NOTED = "noted"
    """It is so, and no fault; somebody should know."""


class Turn(StrEnum):
    """What is told of two providers, of whom one comes from the other by a change."""

    ANSWER = "answer"
    """The answer before and after."""
    REQUIREMENT = "requirement"
    """The requirements that fall short with the change."""


@attrs.frozen
class Part:
    """One of the things that have to hold together."""

    words: str
    literal: Lit
    place: Place | None = None
    counted: tuple[Part, ...] = ()
    """Of a count what it counts, which may be what excludes each other."""


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
    looser: tuple[tuple[Lit, ...], ...] = ()
    """Of each case, less than the literals and it ask: where even that cannot hold, they cannot."""
    words: tuple[str, ...] = ()
    """Of each case, what it would mean; added to `fault`."""
    places: tuple[Place | None, ...] = ()
    """Of each case, what is broken; else `place`."""
    changed: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    """Facts that a second provider has otherwise, with the prefix of their variables."""
    later: bool = False
    """The second provider is the first one on a later day."""
    whatever: tuple[Lit, ...] = ()
    """Of each case, what must hold of every completion besides; the gaps are filled by variables of their own."""
    parts: tuple[Part, ...] = ()
    """What the literals ask together: where they cannot hold, the fewest of these that contradict are named."""
    reads: tuple[str, ...] = ()
    """The nodes that are read of a provider, and no others; none: it may be any of them."""
    worlds: int = 1
    """In how many states of a provider they are read: before and after a change, now and later."""
    node_by_node: bool = False
    """Each case is about one node and nothing else."""
    turns: Turn | None = None
    """What is told of the two providers that refute it."""
    note: bool = False
    """What speaks against the claim is no fault, and only noted."""

    def is_as(self, other: Claim) -> bool:
        """Return whether it claims the same, if perhaps of other lists."""
        mine, theirs = (
            (each.code, each.at, each.statement, each.wanted, each.place) for each in (self, other)
        )
        return mine == theirs

    def told(self) -> Claim:
        """Return what can be told of it without the formulas."""
        return attrs.evolve(
            self,
            literals=(),
            cases=(),
            looser=(),
            about=(),
            reads=(),
            changed={},
            whatever=(),
            parts=(),
            places=(),
        )


@attrs.frozen
class Witness:
    """A provider, or two that differ, of whom the claim's statement is false."""

    facts: Facts
    after: Facts | None = None
    """The second provider."""
    codes: tuple[int, ...] = ()
    """The six bits of every node for `facts`, by the definition; an engine has to agree."""
    after_codes: tuple[int, ...] = ()
    on: datetime.date | None = None
    """The day of the assessment."""
    after_on: datetime.date | None = None
    """The day of the second one."""
    overdue: tuple[str, ...] = ()
    """The conditions that are past their due dates."""


@attrs.frozen
class Culprit:
    """One of the fewest things that cannot hold together."""

    words: str
    place: Place | None = None


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
    culprits: tuple[Culprit, ...] = ()
    """Refuted because these contradict each other."""
    because: str = ""
    """Noted: what of the policy makes it so, to be read after *because*."""
    follows: tuple[str, ...] = ()
    """Refuted because these requirements never come to some verdict, or nobody attains or needs these tiers."""

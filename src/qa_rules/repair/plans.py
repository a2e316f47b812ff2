"""What to do to reach a goal, as it is told: plans of steps."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final, Literal

import attrs

from qa_rules.model.facts import Facts
from qa_rules.model.results import KEY, Result
from qa_rules.model.values import StrengthWord
from qa_rules.repair.blockers import Obstacle
from qa_rules.repair.sites import MOST_NEW as MOST_NEW
from qa_rules.timeline.difference import FactChange

StepKind = Literal["fix", "find_out", "show"]
"""`fix`: it falls short; `find_out`: it is not known; `show`: it is so, and needs better evidence."""
FIX: Final = "fix"
FIND_OUT: Final = "find_out"
SHOW: Final = "show"


@attrs.frozen(repr=False)
class Need(Result):
    """One thing that a step has to bring about."""

    kind: StepKind
    """`fix`: it has to become so; `find_out`: it is not known; `show`: it is so, and needs better evidence."""
    fact: str
    """A fact, a document part, a collection or `collection.field`."""
    record: int | None
    """Of a field: the number of its record, from 1."""
    label: str
    """What it is called."""
    now: str
    """How it stands, in words; empty when not known."""
    has_to_be: str
    """The least that will do, in words; of what needs better evidence the value that it has."""
    strength: StrengthWord
    """How well it has to be backed: `stated`, `seen` or `verified`."""


@attrs.frozen(repr=False)
class FixStep(Result):
    """One thing to do."""

    kind: StepKind
    """`fix`: it is known to fall short; `find_out`: it is not known; `show`: it needs better evidence."""
    requirement: str
    """Empty when it is about a fact outside any requirement."""
    fact: str
    """Of such a step: the fact, document or collection."""
    title: str
    """What the requirement or fact is called."""
    text: str
    """What to do."""
    why: str
    """How it stands now."""
    clause: str
    """Where it stands in the source; empty outside any requirement."""
    effort: Decimal
    """How much work it is, as ruleset and vocabulary weigh it."""
    strength: StrengthWord | Literal[""]
    """How well it has to be backed afterwards: `stated`, `seen` or `verified`; empty when nothing is to change."""
    needs: tuple[Need, ...] = ()
    """What that comes to in this plan, one thing at a time."""
    needs_part: bool = False
    """Whether the text is of what is missing of a requirement, not of the whole of it."""
    until: datetime.date | None = None
    """The last day on which it then counts, if it is done on the day of the assessment; None for no end in sight."""

    @property
    def name(self) -> str:
        """The requirement or fact."""
        return self.requirement or self.fact


@attrs.frozen(repr=False)
class Plan(Result):
    """Steps that reach the goal together, and not without one of them."""

    steps: tuple[FixStep, ...]
    """What to do."""
    effort: Decimal
    """Of all steps."""
    changes: tuple[FactChange, ...]
    """What would be otherwise, in words: one way to do it."""
    facts: Facts = attrs.field(repr=False, metadata={KEY: None})
    """The facts with these changes, to be assessed again."""

    def beside(self, other: Plan) -> tuple[tuple[FixStep, ...], tuple[FixStep, ...]]:
        """Return the steps of another plan that this one does without, and its own that the other has not."""
        mine, others = {each.name for each in self.steps}, {each.name for each in other.steps}
        without = tuple(each for each in other.steps if each.name not in mine)
        return without, tuple(each for each in self.steps if each.name not in others)


@attrs.frozen(repr=False)
class Fixes(Result):
    """What to do to reach a goal."""

    to: str
    """An outcome, a tier, a requirement or a group."""
    words: str
    """The goal in words."""
    is_reached: bool
    """Whether there is nothing to do."""
    plans: tuple[Plan, ...]
    """Cheapest first."""
    can_be_reached: bool | None
    """False: not by putting things right. None: it turns on `in_the_way`, of which nothing is known; or, where that
    is empty, it was not settled in reasonable time."""
    is_cheapest: bool
    """Whether it was proved that no plan is cheaper than the first."""
    in_the_way: tuple[Obstacle, ...]
    """When it cannot be reached: what cannot be put right, without which, as it is, it could be. When it is not
    known whether it can be: what has to be found out first."""
    short_of: tuple[str, ...] = ()
    """Where it was not settled: lists of which more new records might reach it than were tried (`MOST_NEW`)."""

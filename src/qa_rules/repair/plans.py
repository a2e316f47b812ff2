"""What to do to reach a goal, as it is told: plans of steps."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import attrs

from qa_rules.model.facts import Facts
from qa_rules.repair.blockers import Obstacle
from qa_rules.timeline.difference import FactChange

FIX, FIND_OUT, SHOW = "fix", "find_out", "show"


@attrs.frozen
class Need:
    """One thing that a step has to bring about."""

    kind: str
    """`fix`: it has to become so; `find_out`: it is not known; `show`: it is so, and needs better evidence."""
    fact: str
    """A fact, a document part, a collection or `collection.field`."""
    record: int | None
    """Of a field: the number of its record, from 1."""
    label: str
    now: str
    """How it stands, in words; empty when not known."""
    has_to_be: str
    """The least that will do, in words; of what needs better evidence the value that it has."""
    strength: str
    """How well it has to be backed: `stated`, `seen` or `verified`."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return attrs.asdict(self)


@attrs.frozen
class FixStep:
    """One thing to do."""

    kind: str
    """`fix`: it is known to fall short; `find_out`: it is not known; `show`: it needs better evidence."""
    requirement: str
    """Empty when it is about a fact outside any requirement."""
    fact: str
    """Of such a step: the fact, document or collection."""
    title: str
    text: str
    """What to do."""
    why: str
    """How it stands now."""
    clause: str
    effort: Decimal
    strength: str
    """How well it has to be backed afterwards: `stated`, `seen` or `verified`."""
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

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        until = None if self.until is None else self.until.isoformat()
        return {**attrs.asdict(self), "effort": str(self.effort), "until": until}


@attrs.frozen
class Plan:
    """Steps that reach the goal together, and not without one of them."""

    steps: tuple[FixStep, ...]
    effort: Decimal
    changes: tuple[FactChange, ...]
    """What would be otherwise, in words: one way to do it."""
    facts: Facts = attrs.field(repr=False)
    """The facts with these changes, to be assessed again."""

    def beside(self, other: Plan) -> tuple[tuple[FixStep, ...], tuple[FixStep, ...]]:
        """Return the steps of another plan that this one does without, and its own that the other has not."""
        mine, others = {each.name for each in self.steps}, {each.name for each in other.steps}
        without = tuple(each for each in other.steps if each.name not in mine)
        return without, tuple(each for each in self.steps if each.name not in others)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "effort": str(self.effort),
            "steps": [each.to_dict() for each in self.steps],
            "changes": [each.to_dict() for each in self.changes],
        }


@attrs.frozen
class Fixes:
    """What to do to reach a goal."""

    to: str
    """An outcome, a tier, a requirement or a group."""
    words: str
    is_reached: bool
    """Whether there is nothing to do."""
    plans: tuple[Plan, ...]
    """Cheapest first."""
    can_be_reached: bool | None
    """False: not by putting things right. None: it was not settled in reasonable time."""
    is_cheapest: bool
    """Whether it was proved that no plan is cheaper than the first."""
    in_the_way: tuple[Obstacle, ...]
    """When it cannot be reached: what cannot be put right, without which, as it is, it could be."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {
            "to": self.to,
            "words": self.words,
            "is_reached": self.is_reached,
            "can_be_reached": self.can_be_reached,
            "is_cheapest": self.is_cheapest,
            "in_the_way": [each.to_dict() for each in self.in_the_way],
            "plans": [each.to_dict() for each in self.plans],
        }

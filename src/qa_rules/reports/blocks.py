"""What a report is built of before it has a form. A form says how each kind of block looks, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

import attrs

from qa_rules.escaping import all_inert
from qa_rules.explain.messages import count, say
from qa_rules.model.lazy import lazy

YES, NO, OPEN, OTHER, PLAIN = "yes", "no", "open", "other", ""
"""How something stands: it holds, it does not, it is not known, it does not matter here; or nothing of the kind."""


@attrs.frozen
class Words:
    """Paragraphs."""

    kind: ClassVar[str] = "words"
    paragraphs: tuple[str, ...]


@attrs.frozen
class Items:
    """A list."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...]
    is_numbered: bool = False
    title: str = ""
    """Above the list, where a section has several."""
    most: int = 0
    """How many stand on a card; 0 for all."""
    is_short: bool = False
    """Whether no form shows more of them: the rest stands further down anyway."""

    def shown(self, on_card: bool) -> tuple[str, ...]:
        """Return the items that a form shows; the last says how many more there are, and where."""
        more = len(self.items) - self.most
        if not self.most or more <= 0 or not (on_card or self.is_short):
            return self.items
        if on_card:
            rest = count("And {n} more, in the full report.", "And {n} more, in the full report.", more)
        else:
            rest = count("And {n} more, listed below.", "And {n} more, listed below.", more)
        return (*self.items[: self.most - 1], f"{self.items[self.most - 1]} {rest}")


@attrs.frozen
class Cell:
    """A place in a grid: a word or two, perhaps a note below, and how it stands."""

    words: str
    note: str = ""
    stands: str = PLAIN


@attrs.frozen
class Grid:
    """A table. The first cell of a row is its head."""

    kind: ClassVar[str] = "grid"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@attrs.frozen
class Point:
    """A day on which something else is said, and what it is from then on."""

    when: str
    words: str
    notes: tuple[str, ...] = ()
    stands: str = PLAIN


@attrs.frozen
class Timeline:
    """Days in order."""

    kind: ClassVar[str] = "timeline"
    points: tuple[Point, ...]


@attrs.frozen
class Twig:
    """A line of a tree with what it rests on."""

    text: str
    inside: tuple[Twig, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[tuple[int, str]]:
        """Yield each line with its depth."""
        yield depth, self.text
        for each in self.inside:
            yield from each.lines(depth + 1)


@attrs.frozen
class Tree:
    """Why, from the answer down to the facts."""

    kind: ClassVar[str] = "tree"
    root: Twig


@attrs.frozen
class Told:
    """One finding in words."""

    requirement: str
    title: str
    clause: str
    about: str
    verdict: str
    heading: str
    """The verdict, or that it is not asked here."""
    marks: tuple[str, ...]
    """How well it is backed, or how much weighs on it."""
    strength: str
    severity: str
    """How much weighs on it: `needed first` where a tier that is needed here asks for it, whatever the policy says."""
    due: str
    locks: tuple[str, ...]
    reason: str
    fix: str
    evidence: tuple[str, ...]
    readings: tuple[str, ...]
    asked: bool = True
    explained: bool = False
    """Whether only an explanation meets it."""
    blocks: bool = False
    """Whether a tier asks for it that is or may be needed here, whatever its severity."""

    @property
    def name(self) -> str:
        """The title with the id and the clause."""
        return say("{title} ({id}: {clause})", title=self.title, id=self.requirement, clause=self.clause)

    @property
    def lines(self) -> tuple[str, ...]:
        """What is said below the name."""
        lines = [self.reason]
        if self.fix:
            lines.append(say("To put right: {fix}", fix=self.fix))
        lines += [say("Evidence: {evidence}", evidence=each) for each in self.evidence]
        lines += [say("Our reading: {reading}", reading=each) for each in self.readings]
        return tuple(lines)


@attrs.frozen
class Findings:
    """Findings of one verdict."""

    kind: ClassVar[str] = "findings"
    title: str
    told: tuple[Told, ...]


Block = Words | Items | Grid | Timeline | Tree | Findings


@attrs.frozen(slots=False)
class Section:
    """A part of a report under a heading. What it says is worked out when a form asks for it."""

    name: str
    """For those who look for it; never shown."""
    title: str
    """Empty for a part that needs no heading."""
    make: Callable[[], tuple[Block, ...]] = attrs.field(eq=False, repr=False)
    on_card: bool = False
    """Whether it stands on the card, too, cut to the few that matter most."""
    is_folded: bool = False
    """Whether it is of use to few, and a page that can be unfolded hides it at first."""

    @lazy
    def blocks(self) -> tuple[Block, ...]:
        """What it says; nothing for a part that is left out here. No text in it can steer what shows it."""
        return all_inert(self.make())

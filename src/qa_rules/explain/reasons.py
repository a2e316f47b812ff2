"""Minimal sufficient reasons: facts that alone settle what is said, and from which none can be dropped.

That a set of facts suffices is seen by evaluating with all others unknown. Learning never unsettles what is
settled, so if some facts suffice then more do, and dropping one after the other finds a minimal set. A smallest
set hits every set of facts that cannot be missing together; such sets are collected until a smallest hitting
set suffices, which proves that none is smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import attrs

from qa_rules.explain.hitting_sets import TooManyError, cheapest_hitting
from qa_rules.semantics.snapshot import Known

MOST_TRIES = 1_500
"""How many evaluations the proof that a reason is smallest may take."""

Suffices = Callable[[frozenset[str]], bool]


@attrs.frozen
class Sufficient:
    """Facts that suffice, in the order in which they were offered."""

    facts: tuple[str, ...]
    smallest: bool
    """Whether no other set is smaller; else only that no fact can be dropped."""


def only(known: Known, names: Iterable[str]) -> Known:
    """Return what is believed of some facts and collections, the others unknown."""
    kept = set(names)
    values = {name: held for name, held in known.values.items() if name in kept}
    collections = {name: held for name, held in known.collections.items() if name in kept}
    return attrs.evolve(known, values=values, collections=collections)


def smallest(offered: Sequence[str], suffices: Suffices, tries: int = MOST_TRIES) -> Sufficient:
    """Return a smallest set of the facts offered that suffices, or a minimal one when the tries run out.

    All of the facts offered together must suffice, and what some suffice for, more suffice for.
    """
    search = _Search(offered, suffices, tries)
    everything = frozenset(offered)
    needed = frozenset(name for name in offered if not search.suffices(everything - {name}))
    if search.suffices(needed):
        return search.result(needed, True)
    minimal = search.dropped(everything, needed)
    best = search.smaller(minimal, needed)
    return search.result(best or minimal, best is not None)


class _Search:
    def __init__(self, offered: Sequence[str], suffices: Suffices, tries: int) -> None:
        self.offered, self.ask, self.left = offered, suffices, tries
        self.seen: dict[frozenset[str], bool] = {}

    def result(self, facts: frozenset[str], smallest: bool) -> Sufficient:
        return Sufficient(tuple(name for name in self.offered if name in facts), smallest)

    def suffices(self, facts: frozenset[str]) -> bool:
        if facts not in self.seen:
            self.seen[facts] = self.ask(facts)
            self.left -= 1
        return self.seen[facts]

    def dropped(self, facts: frozenset[str], needed: frozenset[str]) -> frozenset[str]:
        """Drop one fact after the other, the last first, as long as the others suffice."""
        for name in reversed(self.offered):
            if name in facts and name not in needed and self.suffices(facts - {name}):
                facts -= {name}
        return facts

    def smaller(self, minimal: frozenset[str], needed: frozenset[str]) -> frozenset[str] | None:
        """Return a smallest set, or None when the tries ran out before it was proved."""
        to_hit: list[frozenset[str]] = [frozenset([name]) for name in needed]
        costs = dict.fromkeys(self.offered, Decimal(1))
        try:
            while True:
                hitting = cheapest_hitting(to_hit, costs)
                if hitting is None or len(hitting) == len(minimal):
                    return minimal
                if self.suffices(hitting):
                    return hitting
                to_hit.append(self.missing(hitting))
        except TooManyError:
            return None

    def missing(self, facts: frozenset[str]) -> frozenset[str]:
        """Add all facts that still do not make it suffice. What is left out can never all be missing."""
        for name in self.offered:
            if self.left <= 0:
                raise TooManyError
            if name not in facts and not self.suffices(facts | {name}):
                facts |= {name}
        return frozenset(self.offered) - facts

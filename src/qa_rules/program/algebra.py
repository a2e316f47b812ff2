"""The algebra of graded verdicts on literals: `meaning.pairs`, level by level."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from qa_rules.program.gates import FALSE, TRUE, Lit
from qa_rules.program.store import Store

Levels = tuple[Lit, ...]
"""One literal a level, weakest first."""


@attrs.frozen
class Pair:
    """Known met and known not met, a literal a level."""

    t: Levels
    f: Levels


@attrs.frozen
class Algebra:
    """Connectives over one store."""

    make: Store
    levels: int

    def sure(self, holds: bool | None) -> Pair:
        """Return the pair of a constant."""
        yes, no = (TRUE,) * self.levels, (FALSE,) * self.levels
        return Pair(no, no) if holds is None else Pair(yes, no) if holds else Pair(no, yes)

    def all_of(self, parts: Sequence[Pair]) -> Pair:
        """Return all-of."""
        return Pair(
            self._each(lambda at: self.make.all(each.t[at] for each in parts)),
            self._each(lambda at: self.make.any(each.f[at] for each in parts)),
        )

    def any_of(self, parts: Sequence[Pair]) -> Pair:
        """Return any-of."""
        return self.opposite(self.all_of([self.opposite(each) for each in parts]))

    def at_least(self, count: int, parts: Sequence[Pair]) -> Pair:
        """Return at-least; with fewer operands than asked it is not met."""
        wanted = len(parts) - count + 1
        return Pair(
            self._each(lambda at: self.make.at_least(count, [each.t[at] for each in parts])),
            self._each(lambda at: self.make.at_least(wanted, [each.f[at] for each in parts])),
        )

    def opposite(self, part: Pair) -> Pair:
        """Return the pair with met and not met exchanged."""
        return Pair(part.f, part.t)

    def at_strength(self, strength: int, pair: Pair) -> Pair:
        """Return the pair with a claim weaker than `strength` taken as unknown; with one level none is."""
        return pair if self.levels == 1 else Pair((pair.t[strength - 1],) * self.levels, pair.f)

    def only_when(self, condition: Pair, operand: Pair) -> Pair:
        """Return: the operand is asked only when the condition holds."""
        return self.any_of([self.opposite(condition), operand])

    def _each(self, at: Callable[[int], Lit]) -> Levels:
        return tuple(at(level) for level in range(self.levels))

    def _weakest(self, *levels: Levels) -> Levels:
        return self._each(lambda at: self.make.all(each[at] for each in levels))

    def _guarded(self, pair: Pair, *conditions: Lit) -> Pair:
        """The pair where every condition holds, and unknown elsewhere."""
        return Pair(
            self._each(lambda at: self.make.all((pair.t[at], *conditions))),
            self._each(lambda at: self.make.all((pair.f[at], *conditions))),
        )

    def _judged(self, holds: Lit, known: Levels, otherwise: Levels | None = None) -> Pair:
        """Met or not met as `holds` says, as strongly as `known` (`otherwise` for not met)."""
        denied = known if otherwise is None else otherwise
        return Pair(
            self._each(lambda at: self.make.all((known[at], holds))),
            self._each(lambda at: self.make.all((denied[at], -holds))),
        )

    def _chosen(self, there: Lit, known: Levels, pair: Pair) -> Pair:
        """The pair of something that may not be there; then it is as good as not met."""
        return Pair(
            self._each(lambda at: self.make.all((there, known[at], pair.t[at]))),
            self._each(lambda at: self.make.any((-there, pair.f[at]))),
        )

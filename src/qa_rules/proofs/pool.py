"""Providers that the solver found before, tried on a question before the solver is asked again.

A provider found for one question is put upon each of some whole providers (those who get each answer, say), so that it
tells what the question before turned on, and is like them in everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from qa_rules.program.gates import Assignment, Lit
from qa_rules.program.simulate import Simulation
from qa_rules.program.store import Store

BLOCK: Final = 64
"""How many found providers are tried together, from the time that there are so many."""
MOST: Final = 32
"""How many blocks are kept; what is found later is not."""


@attrs.define
class Pool:
    """Found providers, in blocks that keep what each gate comes to."""

    formulas: Store
    bases: Sequence[Assignment] = ()
    """Whole providers: a lawful assignment of every variable that a law mentions."""
    waiting: list[Assignment] = attrs.field(factory=list)
    blocks: list[Simulation] = attrs.field(factory=list)

    def start(self, bases: Sequence[Assignment], found: Sequence[Assignment]) -> None:
        """Take these whole providers as they are, and with each of the changes that were found."""
        self.bases, self.blocks = bases, [self._block([{}])]
        self.blocks += [self._block(found[at : at + BLOCK]) for at in range(0, len(found), BLOCK)]

    def add(self, found: Assignment) -> None:
        """Keep a lawful assignment of some variables, with all that the laws about them mention."""
        if len(self.blocks) > MOST:
            return
        self.waiting.append(found)
        if len(self.waiting) == BLOCK:
            self.blocks.append(self._block(self.waiting))
            self.waiting = []

    def shows(self, literals: Iterable[Lit]) -> bool:
        """Return whether all the literals hold of some provider in the pool."""
        asked = list(literals)
        for block in self.blocks:
            found = block.every
            for each in asked:
                found &= block.mask(each)
                if not found:
                    break
            if found:
                return True
        return False

    def _block(self, changes: Sequence[Assignment]) -> Simulation:
        return Simulation(self.formulas.gates, self.formulas.calendar, self.bases, changes)

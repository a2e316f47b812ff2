"""What must hold between the variables of a world, and which of it a question turns on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from qa_rules.program.gates import Lit, Var, numbers_of
from qa_rules.program.store import Store


@attrs.frozen
class Needs:
    """What a question turns on: the laws about its variables, and all the variables that those laws mention."""

    laws: frozenset[Lit] = frozenset()
    names: frozenset[str] = frozenset()

    def __or__(self, other: Needs) -> Needs:
        return Needs(self.laws | other.laws, self.names | other.names)


NOTHING: Final = Needs()


class Laws:
    """The laws of a world by the variables that they are about."""

    def __init__(self, formulas: Store) -> None:
        self.formulas = formulas
        self.about: dict[str, list[Lit]] = {}
        self.mentioned: dict[Lit, frozenset[str]] = {}
        self.of_name: dict[str, Needs] = {}
        self.of_gate: dict[int, Needs] = {}

    def also(self, laws: Iterable[Lit], since: int = 0) -> None:
        """Take in laws about the truths that were made after the gate `since`.

        Whatever else is chosen, these can be chosen so that the laws hold. So only a question about them is told.
        """
        for law in laws:
            names: set[str] = set()
            fresh: set[str] = set()
            for number, gate in self.formulas.cone([law]):
                names.update(each.name for each in numbers_of(gate))
                if isinstance(gate, Var):
                    names.add(gate.name)
                    fresh.update([gate.name] if number > since else [])
            self.mentioned[law] = frozenset(names)
            for name in sorted(fresh):
                self.about.setdefault(name, []).append(law)
                if name in self.of_name:  # asked about before the law was there
                    self.of_name.clear()
                    self.of_gate.clear()

    def needs(self, literals: Iterable[Lit]) -> Needs:
        """Return what a question about these literals turns on."""
        found = NOTHING
        for each in literals:
            number = abs(each)
            if number not in self.of_gate:
                self.of_gate[number] = self.behind(self.formulas.names([each]))
            found |= self.of_gate[number]
        return found

    def behind(self, names: Iterable[str]) -> Needs:
        """Return the laws about these variables, and about all that those laws mention."""
        found = [self._behind(name) for name in names]
        laws = frozenset().union(*(each.laws for each in found))
        return Needs(laws, frozenset().union(*(each.names for each in found)))

    def _behind(self, name: str) -> Needs:
        if name not in self.of_name:
            laws: set[Lit] = set()
            names: set[str] = set()
            ahead = [name]
            while ahead:
                one = ahead.pop()
                if one not in names:
                    names.add(one)
                    new = [law for law in self.about.get(one, ()) if law not in laws]
                    laws.update(new)
                    ahead.extend(each for law in new for each in self.mentioned[law])
            self.of_name[name] = Needs(frozenset(laws), frozenset(names))
        return self.of_name[name]

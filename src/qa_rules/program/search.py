"""Whether some literals can all hold: a search on the gates, with backtracking and a bound on its length.

What one gate forces on its neighbours is followed in both directions (unit propagation); a gate whose worth nothing
inside it explains yet is where the search branches (the justification frontier of circuit test generation).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from qa_rules.program.gates import TRUE, And, AtLeast, Gate, Lit, Var, cone


@attrs.frozen
class Found:
    """What a search came to."""

    holds: bool
    """All of the literals can hold."""
    truths: Mapping[str, bool]
    """The variables that this takes, where they can; the others do not matter."""


def search(gates: Sequence[Gate], literals: Iterable[Lit], most: int) -> Found | None:
    """Return whether all literals can hold; None once more than `most` gates were looked at.

    Raises:
        ValueError: a literal compares numbers, which this search does not.

    """
    wanted = list(literals)
    inside = dict(cone(gates, wanted))
    if any(not isinstance(gate, Var | And | AtLeast) for gate in inside.values()):
        raise ValueError("only variables and connectives can be searched")
    return _Search(inside, most).run(wanted)


class _TooLong(Exception):
    """The search was given up."""


class _Search:
    def __init__(self, gates: Mapping[int, Gate], most: int) -> None:
        self.most, self.steps = most, 0
        self.names = {number: gate.name for number, gate in gates.items() if isinstance(gate, Var)}
        self.inside: dict[int, tuple[tuple[int, ...], int]] = {}
        self.outside: dict[int, list[int]] = {number: [] for number in gates}
        for number, gate in gates.items():
            if isinstance(gate, And | AtLeast):
                self.inside[number] = gate.of, len(gate.of) if isinstance(gate, And) else gate.count
                for each in dict.fromkeys(map(abs, gate.of)):
                    self.outside[each].append(number)
        self.truths: dict[int, bool] = {}
        self.trail: list[int] = []

    def run(self, wanted: Sequence[Lit]) -> Found | None:
        try:
            holds = self._solve(wanted)
        except _TooLong:
            return None
        truths = {name: self.truths[number] for number, name in self.names.items() if number in self.truths}
        return Found(holds, truths if holds else {})

    def _solve(self, wanted: Sequence[Lit]) -> bool:
        """Depth first: each choice stands with its opposite, which is tried where the choice leads nowhere."""
        choices: list[tuple[int, Lit]] = []
        fits = self._assign([TRUE, *wanted] if TRUE in self.outside else wanted)
        while True:
            if fits:
                choice = self._choice()
                if choice is None:
                    return True
                choices.append((len(self.trail), -choice))
                fits = self._assign([choice])
            elif choices:
                length, other = choices.pop()
                while len(self.trail) > length:
                    del self.truths[self.trail.pop()]
                fits = self._assign([other])
            else:
                return False

    def _choice(self) -> Lit | None:
        """An open literal inside a gate whose worth is not explained yet, as it would help to explain it."""
        for number in reversed(self.trail):
            if number not in self.inside:
                continue
            of, count = self.inside[number]
            holds = self.truths[number]
            yes, no, left = self._counted(of)
            if left and (yes < count if holds else len(of) - no >= count):
                return left[0] if holds else -left[0]
        return None

    def _assign(self, literals: Sequence[Lit]) -> bool:
        """Take literals as true, with all that follows from them directly; False where they contradict others."""
        ahead = list(literals)
        while ahead:
            literal = ahead.pop()
            number, truth = abs(literal), literal > 0
            if number in self.truths:
                if self.truths[number] is not truth:
                    return False
                continue
            self.truths[number] = truth
            self.trail.append(number)
            for gate in (number, *self.outside[number]):
                if gate in self.inside:
                    ahead.extend(self._forced(gate))
        return True

    def _forced(self, number: int) -> Iterator[Lit]:
        """What follows from a gate and what is inside it, as far as that has a truth."""
        self.steps += 1
        if self.steps > self.most:
            raise _TooLong
        of, count = self.inside[number]
        yes, no, left = self._counted(of)
        if yes >= count:
            yield number
        elif len(of) - no < count:
            yield -number
        elif (holds := self.truths.get(number)) is not None:
            if holds and len(of) - no == count:
                yield from left
            elif not holds and yes == count - 1:
                yield from (-each for each in left)

    def _counted(self, of: Sequence[Lit]) -> tuple[int, int, list[Lit]]:
        """How many of these hold and do not, and which are open."""
        yes, no = 0, 0
        left: list[Lit] = []
        for each in of:
            truth = self.truths.get(abs(each))
            if truth is None:
                left.append(each)
            elif truth is (each > 0):
                yes += 1
            else:
                no += 1
        return yes, no, left

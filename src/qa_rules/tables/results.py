"""From planes to columns of words: what the program decides, for every row at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import Strength, Verdict
from qa_rules.program import levels
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.decide import IsUsed, TierIs, What
from qa_rules.program.gates import TRUE, And, Lit, Var
from qa_rules.program.lower import NodeIs, Program, over_nodes
from qa_rules.tables.planes import (
    Plane,
    both,
    count_of,
    either,
    in_all,
    in_any,
    neither,
    unpacked,
    without,
)

Want = tuple[str, bool, int]
"""A node, a side and a level."""
Planes = Mapping[Want, Plane]
Codes = npt.NDArray[Any]

DECIDED: Final[Want] = ("", True, 0)
"""Beside the planes of nodes: where the overall decision is made."""
VERDICTS: Final = tuple(each.value for each in Verdict)
STRENGTHS: Final = tuple(each.word for each in Strength)
_TIERS: Final = {
    What.ATTAINED: "attained",
    What.AT_MOST: "at_most",
    What.REQUIRED_LEAST: "required_least",
    What.REQUIRED_GREATEST: "required_greatest",
}
TIERS: Final = ("attained", "at_most", "reaches", "required_least", "required_greatest")
EXPLAINED: Final = "@explained"
"""What a column is called after a requirement that an explanation may meet, or a group that holds some."""
_NOTHING: Final = -1
_FEW: Final = 16
"""So many words are counted one by one."""


@attrs.frozen(eq=False)
class Words:
    """A column of a few words: codes into them, below 0 for none."""

    codes: Codes
    words: tuple[str, ...]
    tally: tuple[int, ...] | None = None
    """How many rows have each word, where every row has one and they were counted on the way."""

    def to_arrow(self) -> pa.Array:
        """Return a dictionary array over the same memory."""
        if self.tally is None and self.codes.min(initial=0) < 0:
            indices = pa.array(self.codes, mask=self.codes < 0)
        else:
            kind = pa.from_numpy_dtype(self.codes.dtype)
            indices = pa.Array.from_buffers(kind, len(self.codes), [None, pa.py_buffer(self.codes)])
        # The codes are ours, so nobody has to check that there is a word for each.
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.words, pa.string()), safe=False)

    def counts(self) -> dict[str, int]:
        """Return how many rows have each word."""
        if self.tally is not None:
            return dict(zip(self.words, self.tally, strict=True))
        if len(self.words) <= _FEW:
            return {word: int(np.count_nonzero(self.codes == at)) for at, word in enumerate(self.words)}
        found = np.bincount(self.codes[self.codes >= 0], minlength=len(self.words))
        return dict(zip(self.words, found.tolist(), strict=True))


@attrs.frozen(eq=False)
class Output:
    """A column of the result: the planes that it needs, and how it is made of them."""

    name: str
    wants: tuple[Want, ...]
    make: Callable[[Planes, int], Words]
    needs: str = ""
    """It is left empty where no fact about this subject (say, the person) is given."""
    decided: str = ""
    """It turns on whether a fact about this subject is given: that is the plane `DECIDED`."""


def _coded(plane: Plane, rows: int, code: int) -> npt.NDArray[np.int8]:
    """Return this code in the rows of the plane, 0 in the others."""
    codes = unpacked(plane, rows).view(np.int8)
    np.negative(codes, out=codes)
    codes &= np.int8(code)
    return codes


@attrs.frozen(eq=False)
class _Reading:
    """How to work out some literals of a program over nodes from the planes of those nodes."""

    wants: tuple[Want, ...]
    _inputs: tuple[tuple[int, Want], ...]
    _sure: tuple[int, ...]
    """Inputs that hold of every row: of whom something has to be known is looked at elsewhere."""
    _gates: tuple[tuple[int, tuple[Lit, ...]], ...]
    _literals: tuple[Lit, ...]

    @classmethod
    def of(cls, program: Program, literals: Iterable[Lit]) -> _Reading:
        """Return the reading of these literals, each gate once and after those that it is made of."""
        goals = tuple(literals)
        named = {abs(literal): each for each, literal in program.inputs.items()}
        inputs: list[tuple[int, Want]] = []
        sure: list[int] = [TRUE]
        gates: list[tuple[int, tuple[Lit, ...]]] = []
        for number, gate in program.make.cone(goals):
            match gate:
                case And(of) if of:
                    gates.append((number, of))
                case Var() if isinstance(each := named[number], NodeIs):
                    inputs.append((number, (each.node, each.met, each.strength)))
                case _:
                    sure.append(number)
        return cls(tuple(want for _, want in inputs), tuple(inputs), tuple(sure), tuple(gates), goals)

    def planes(self, planes: Planes) -> list[Plane]:
        """Return the plane of each literal. A gate of opposites only is held the other way round, as an any-of."""
        held: dict[int, Plane] = dict.fromkeys(self._sure, True)
        held.update((number, planes[want]) for number, want in self._inputs)
        turned: set[int] = set()

        def is_as_held(literal: Lit) -> bool:
            return (literal > 0) is not (abs(literal) in turned)

        for number, of in self._gates:
            plain = [held[abs(each)] for each in of if is_as_held(each)]
            others = [held[abs(each)] for each in of if not is_as_held(each)]
            if not plain:
                held[number] = in_any(others)
                turned.add(number)
                continue
            found = in_all(plain)
            for each in others:
                found = without(found, each)
            held[number] = found
        return [held[abs(each)] if is_as_held(each) else neither(held[abs(each)]) for each in self._literals]


def verdict(closed: ClosedRuleset, name: str) -> Output:
    """The verdict of a requirement or group."""
    program = over_nodes(closed)
    words, either_of = program.verdicts(name), program.make.any
    never = words[Verdict.NOT_APPLICABLE]
    # Two bits make the code of a word: not_met and not_applicable have the low one, unknown and it the high one.
    reading = _Reading.of(
        program,
        (either_of((words[Verdict.NOT_MET], never)), either_of((words[Verdict.UNKNOWN], never)), never),
    )

    def make(planes: Planes, rows: int) -> Words:
        low, high, out = reading.planes(planes)
        codes = unpacked(high, rows).view(np.int8)
        # A shift of single bytes takes the processor many times longer.
        codes += codes
        codes |= unpacked(low, rows).view(np.int8)
        lows, highs, never_applies = (count_of(plane, rows) for plane in (low, high, out))
        rest = rows - lows - highs + never_applies
        tally = (rest, lows - never_applies, highs - never_applies, never_applies)
        return Words(codes, VERDICTS, tally)

    return Output(name, reading.wants, make)


def strength(closed: ClosedRuleset, name: str) -> Output:
    """How strongly met or not applicable stands; nothing for other verdicts."""
    program, asked = over_nodes(closed), int(closed.strength)
    reading = _Reading.of(program, program.stands(name).values())

    def make(planes: Planes, rows: int) -> Words:
        codes = np.full(rows, _NOTHING, np.int8)
        for at, holds in enumerate(reading.planes(planes)):
            if holds is not False:
                # Who stands at a level stands at those below; the lowest that counts lifts above them.
                codes += _coded(holds, rows, 1 if at else asked)
        return Words(codes, STRENGTHS)

    return Output(f"{name}@strength", reading.wants, make)


def asked(closed: ClosedRuleset, name: str) -> Output:
    """Whether a requirement or group is asked here, which only what is not known or does not apply may not be."""
    program = over_nodes(closed)
    words = program.verdicts(name)
    reading = _Reading.of(program, (words[Verdict.NOT_APPLICABLE], words[Verdict.UNKNOWN]))
    left_out: Want = (NodeId.left_out(name), True, int(closed.strength))
    looked_at: Want = (NodeId.looked_at(name), True, 1)
    overall = closed.ruleset.decisions[:1]

    def make(planes: Planes, rows: int) -> Words:
        aside, unknown = reading.planes(planes)
        unlooked = without(planes[DECIDED], planes[looked_at]) if overall else False
        out = either(both(aside, planes[left_out]), both(unknown, unlooked))
        count = count_of(out, rows)
        return Words(_coded(out, rows, 1), ("yes", "no"), (rows - count, count))

    about = "".join(each.needs for each in overall)
    return Output(f"{name}@asked", (*reading.wants, left_out, looked_at), make, decided=about)


def explained(closed: ClosedRuleset, name: str) -> Output:
    """Whether a requirement is met, and by an explanation alone."""
    program = over_nodes(closed)
    reading = _Reading.of(program, (program.verdicts(name)[Verdict.MET],))
    plainly: Want = (NodeId.plainly(name), True, int(closed.strength))

    def make(planes: Planes, rows: int) -> Words:
        (met,) = reading.planes(planes)
        alone = without(met, planes[plainly])
        number = count_of(alone, rows)
        return Words(_coded(alone, rows, 1), ("no", "yes"), (rows - number, number))

    return Output(f"{name}{EXPLAINED}", (*reading.wants, plainly), make)


def answers(closed: ClosedRuleset, decision: Decision) -> tuple[Output, Output, Output]:
    """What a decision comes to, whether that allows, and the outcomes that are not ruled out."""
    program = over_nodes(closed)
    answer, left = program.answers(decision), program.open(decision)
    words = (decision.undecided, decision.not_applicable, *(each.id for each in decision.outcomes))
    said = _Reading.of(program, (answer[word] for word in words[1:]))
    sides = ([each.id for each in decision.outcomes if each.allows is allowing] for allowing in (True, False))
    allowing = _Reading.of(program, (program.make.any(answer[word] for word in side) for side in sides))
    open_ = _Reading.of(program, (left[word] for word in words[1:]))

    def outcome_of(planes: Planes, rows: int) -> Words:
        codes = np.zeros(rows, np.int8)
        for at, plane in enumerate(said.planes(planes), 1):
            if plane is not False:
                codes += _coded(plane, rows, at)
        return Words(codes, words)

    def allows_of(planes: Planes, rows: int) -> Words:
        codes = np.full(rows, _NOTHING, np.int8)
        for at, plane in enumerate(allowing.planes(planes)):
            codes[unpacked(plane, rows)] = at
        return Words(codes, ("yes", "no"))

    def left_of(planes: Planes, rows: int) -> Words:
        masks: npt.NDArray[Any] = np.zeros(rows, np.uint16 if len(words) <= 16 else np.int64)
        for at, plane in enumerate(open_.planes(planes)):
            masks |= unpacked(plane, rows).astype(masks.dtype) << at
        kinds, codes = _kinds(masks)
        names = [
            " ".join(word for at, word in enumerate(words[1:]) if mask >> at & 1) for mask in kinds.tolist()
        ]
        return Words(codes, tuple(names))

    return (
        Output(f"outcome.{decision.id}", said.wants, outcome_of),
        Output(f"allows.{decision.id}", allowing.wants, allows_of),
        Output(f"possible.{decision.id}", open_.wants, left_of),
    )


def _kinds(masks: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Codes]:
    """Return the different masks, and for each row the place of its own among them."""
    if masks.dtype == np.uint16:
        there = np.zeros(2**16, np.bool_)
        there[masks] = True
        kinds = np.flatnonzero(there)
        place = np.cumsum(there, dtype=np.int16) - 1
        codes = place[masks]
    else:
        kinds, codes = np.unique(masks, return_inverse=True)
    return kinds, codes.astype(np.int16)


def ladder(closed: ClosedRuleset) -> list[Output]:
    """The tiers attained, at most attainable, reachable by the routes in use, and required; none without tiers."""
    if not closed.ladder:
        return []
    program = over_nodes(closed)
    names = ("", *(tier.id for tier in closed.ladder))
    steps: dict[str, list[tuple[int, Lit]]] = {each: [] for each in TIERS}
    for each, literal in program.ladder().items():
        match each:
            case TierIs(what, number):
                steps[_TIERS[what]].append((number, literal))
            case IsUsed(route):
                steps["reaches"].append((levels.reach(closed.ladder, route), literal))
    if not closed.ruleset.routes:
        steps["reaches"].append((len(closed.ladder), TRUE))

    def highest(name: str) -> Output:
        numbers = [number for number, _ in steps[name]]
        reading = _Reading.of(program, (literal for _, literal in steps[name]))

        def make(planes: Planes, rows: int) -> Words:
            codes = np.zeros(rows, np.int8)
            for number, here in zip(numbers, reading.planes(planes), strict=True):
                np.maximum(codes, _coded(here, rows, number), out=codes)
            return Words(codes, names)

        return Output(f"tier.{name}", reading.wants, make)

    return [highest(name) for name in TIERS]

"""From planes to columns of words: `meaning.deciding` for every row at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_rules.engines.columns.planes import (
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
from qa_rules.engines.columns.program import MET, NOT_MET
from qa_rules.meaning import tiers
from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.meaning.totality import asked_of_last, is_total
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import Strength, Verdict

Want = tuple[str, bool, int]
"""A node, a side and a level."""
Planes = Mapping[Want, Plane]
Codes = npt.NDArray[Any]

VERDICTS: Final = tuple(each.value for each in Verdict)
STRENGTHS: Final = tuple(each.word for each in Strength)
TIERS: Final = ("attained", "at_most", "reaches", "required_least", "required_greatest")
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


def _coded(plane: Plane, rows: int, code: int) -> npt.NDArray[np.int8]:
    """Return this code in the rows of the plane, 0 in the others."""
    codes = unpacked(plane, rows).view(np.int8)
    np.negative(codes, out=codes)
    codes &= np.int8(code)
    return codes


def verdict(closed: ClosedRuleset, name: str) -> Output:
    """The verdict of a requirement or group."""
    asked = int(closed.strength)
    met, not_met, never = (name, MET, asked), (name, NOT_MET, 1), (NodeId.applies(name), NOT_MET, asked)
    conditional = never[0] in closed.index

    def make(planes: Planes, rows: int) -> Words:
        out: Plane = planes[never] if conditional else False
        # Two bits make the code of a word: not_met and not_applicable have the low one, unknown and it the high one.
        low = either(planes[not_met], out)
        high = either(neither(either(planes[met], planes[not_met])), out)
        codes = unpacked(high, rows).view(np.int8)
        # A shift of single bytes takes the processor many times longer.
        codes += codes
        codes |= unpacked(low, rows).view(np.int8)
        lows, highs, never_applies = (count_of(plane, rows) for plane in (low, high, out))
        rest = rows - lows - highs + never_applies
        tally = (rest, lows - never_applies, highs - never_applies, never_applies)
        return Words(codes, VERDICTS, tally)

    return Output(name, (met, not_met, never) if conditional else (met, not_met), make)


def strength(closed: ClosedRuleset, name: str) -> Output:
    """How strongly met or not applicable stands; nothing for other verdicts."""
    asked = int(closed.strength)
    levels = range(asked, 4)
    met = [(name, MET, level) for level in levels]
    conditional = NodeId.applies(name) in closed.index
    never = [(NodeId.applies(name), NOT_MET, level) for level in levels] if conditional else []
    not_met = (name, NOT_MET, 1)

    def make(planes: Planes, rows: int) -> Words:
        out: Plane = planes[never[0]] if never else False
        aside = either(out, planes[not_met])
        codes = np.full(rows, _NOTHING, np.int8)
        for at, want in enumerate(met):
            holds = without(planes[want], aside)
            if never:
                holds = either(holds, planes[never[at]])
            if holds is not False:
                # Who stands at a level stands at those below; the lowest that counts lifts above them.
                codes += _coded(holds, rows, 1 if at else asked)
        return Words(codes, STRENGTHS)

    return Output(f"{name}@strength", (*met, *never, not_met), make)


@attrs.frozen(eq=False)
class _Possible:
    """For each outcome the rows in which it is not ruled out, and the rows in which those that are left may decide."""

    planes: tuple[Plane, ...]
    certain: Plane
    inside: Plane
    outside: Plane


def answers(closed: ClosedRuleset, decision: Decision) -> tuple[Output, Output, Output]:
    """What a decision comes to, whether that allows, and the outcomes that are not ruled out."""
    asked = int(closed.strength)
    scopes = [name for name in (SCOPE, NodeId.scope(decision.id)) if name in closed.index]
    wants: list[Want] = [(name, side, asked) for name in scopes for side in (MET, NOT_MET)]
    ways: list[tuple[Want, Want]] = []
    for outcome in decision.outcomes:
        name = NodeId.outcome(decision.id, outcome.id)
        # What is favourable needs the strength that the policy asks: one that allows, the end of one that does not.
        met, out = (
            (name, MET, asked if outcome.allows else 1),
            (name, NOT_MET, 1 if outcome.allows else asked),
        )
        ways.append((met, out))
        wants += [met, out]
    left_over = _left_over(closed, decision)
    wants += [want for part in left_over for want in part]
    words = (decision.undecided, decision.not_applicable, *(each.id for each in decision.outcomes))
    allowing = [each.allows for each in decision.outcomes]

    def possible(planes: Planes) -> _Possible:
        open_: Plane = True
        found = []
        for met, out in ways:
            found.append(both(open_, either(planes[met], neither(planes[out]))))
            open_ = without(open_, planes[met])
        outside = in_any(planes[name, NOT_MET, asked] for name in scopes)
        inside = without(in_all(planes[name, MET, asked] for name in scopes), outside)
        # While none is met, those that are left are an answer only as `meaning.deciding` says.
        left = in_any(in_all(planes[want] for want in part) for part in left_over)
        return _Possible(tuple(found), either(neither(open_), left), inside, outside)

    def settled(found: _Possible) -> tuple[Plane, Plane]:
        """Rows in which every outcome left allows, and in which none does."""
        allows = in_any(plane for plane, each in zip(found.planes, allowing, strict=True) if each)
        forbids = in_any(plane for plane, each in zip(found.planes, allowing, strict=True) if not each)
        sure = both(found.inside, found.certain)
        return without(both(sure, allows), forbids), without(both(sure, forbids), allows)

    def outcome_of(planes: Planes, rows: int) -> Words:
        found = possible(planes)
        allowed, forbidden = settled(found)
        codes = unpacked(found.outside, rows).astype(np.int8)
        # The strictest of those that allow, the least strict of those that forbid.
        orders = [(allowed, range(len(words) - 2)), (forbidden, range(len(words) - 3, -1, -1))]
        for left, order in orders:
            for at in order:
                codes += _coded(both(left, found.planes[at]), rows, at + 2)
                left = without(left, found.planes[at])
        return Words(codes, words)

    def allows_of(planes: Planes, rows: int) -> Words:
        allowed, forbidden = settled(possible(planes))
        codes = np.full(rows, _NOTHING, np.int8)
        codes[unpacked(allowed, rows)] = 0
        codes[unpacked(forbidden, rows)] = 1
        return Words(codes, ("yes", "no"))

    def left_of(planes: Planes, rows: int) -> Words:
        found = possible(planes)
        masks: npt.NDArray[Any] = np.zeros(rows, np.uint16 if len(words) <= 16 else np.int64)
        scope = neither(either(found.inside, found.outside))
        parts = [either(found.outside, scope), *(without(plane, found.outside) for plane in found.planes)]
        for at, plane in enumerate(parts):
            masks |= unpacked(plane, rows).astype(masks.dtype) << at
        kinds, codes = _kinds(masks)
        names = [
            " ".join(word for at, word in enumerate(words[1:]) if mask >> at & 1) for mask in kinds.tolist()
        ]
        return Words(codes, tuple(names))

    every = tuple(wants)
    return (
        Output(f"outcome.{decision.id}", every, outcome_of),
        Output(f"allows.{decision.id}", every, allows_of),
        Output(f"possible.{decision.id}", every, left_of),
    )


def _left_over(closed: ClosedRuleset, decision: Decision) -> list[list[Want]]:
    """What must be met, one of these lists whole, for outcomes of which none is met to stand as the answer."""
    if not is_total(closed.ruleset, decision):
        return []
    if all(outcome.allows for outcome in decision.outcomes):
        return [[]]
    asked = int(closed.strength)
    return [
        [
            (part, MET, asked)
            for part in (NodeId.applies(name), NodeId.met(name), name)
            if part in closed.index
        ]
        for name in asked_of_last(decision)
    ]


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
    policy = closed.policy
    if policy is None or not policy.tiers or not closed.ruleset.routes:
        return []
    names = ("", *(tier.id for tier in policy.tiers))
    steps = range(1, len(policy.tiers) + 1)

    def highest(wants: Sequence[tuple[int, Want]], as_is: bool) -> Callable[[Planes, int], Words]:
        def make(planes: Planes, rows: int) -> Words:
            codes = np.zeros(rows, np.int8)
            for at, want in sorted(wants):
                here = planes[want] if as_is else neither(planes[want])
                np.maximum(codes, _coded(here, rows, at), out=codes)
            return Words(codes, names)

        return make

    ways: dict[str, tuple[list[tuple[int, Want]], bool]] = {
        "attained": ([(at, (NodeId.attained(at), MET, 1)) for at in steps], True),
        "at_most": ([(at, (NodeId.attained(at), NOT_MET, 1)) for at in steps], False),
        "reaches": (
            [
                (tiers.reach(policy, each.id), (NodeId.used(each.id), MET, 1))
                for each in closed.ruleset.routes
            ],
            True,
        ),
        "required_least": ([(at, (NodeId.required(at), MET, 1)) for at in steps], True),
        "required_greatest": ([(at, (NodeId.required(at), NOT_MET, 1)) for at in steps], False),
    }
    return [
        Output(f"tier.{name}", tuple(want for _, want in ways[name][0]), highest(*ways[name]))
        for name in TIERS
    ]

"""As few cases as do, with as few facts as do: greedy cover, merging, leaving out, in that order.

It knows nothing of rulesets: a goal is a bit, and a judge says which goals somebody meets. Goals of any kind can be
put together, so cases that kill mutants are minimised with those that meet obligations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import attrs

from qa_rules.model.facts import Facts
from qa_rules.testing.canonical import merged, parts, size, without


class Judge(Protocol):
    """Says who meets which goals."""

    def goals(self, providers: Sequence[Facts]) -> list[int]:
        """Return for each the goals that are met, as a mask."""
        ...

    def meets(self, provider: Facts, goals: int) -> bool:
        """Return whether somebody meets every goal of a mask."""
        ...


@attrs.frozen
class Chosen:
    """A provider of the suite and the goals that it is there for; no other is there for them."""

    facts: Facts
    goals: int
    alone: int = 0
    """Those of the goals that no other meets."""
    least: int = 0
    """Goals for which no fact can be left out; none until that was tried."""


def suite_of(candidates: Sequence[Facts], judge: Judge, most_facts: int) -> list[Chosen]:
    """Return providers who together meet every goal that some candidate meets.

    None of them can be left out, and no fact of any of them. `most_facts` limits how far they are merged; a provider
    who alone needs more keeps it. The result depends on the order of the candidates and on nothing else.
    """
    chosen = _merged(_greedy(candidates, judge.goals(candidates)), judge, most_facts)
    while True:
        chosen = _shared(chosen, judge)
        fewer = [_shrunk(each, judge) for each in chosen]
        if [each.facts for each in fewer] == [each.facts for each in chosen]:
            return fewer
        # With fewer facts a case may no longer meet what another was left out for, never what it is there for.
        chosen = fewer


def _greedy(candidates: Sequence[Facts], met: Sequence[int]) -> list[Chosen]:
    """Take whoever meets most of what is still open, with the fewest facts, until nothing is gained."""
    chosen: list[Chosen] = []
    left = [(mask, size(facts), at) for at, (facts, mask) in enumerate(zip(candidates, met, strict=True))]
    while left:
        mask, _, at = max(left, key=lambda each: (each[0].bit_count(), -each[1], -each[2]))
        chosen.append(Chosen(candidates[at], mask))
        left = [(rest & ~mask, facts, other) for rest, facts, other in left if rest & ~mask]
    return [each for each in chosen if each.goals]


def _merged(chosen: Sequence[Chosen], judge: Judge, most_facts: int) -> list[Chosen]:
    """Put providers together who do not contradict each other while every goal is still met."""
    found: list[Chosen] = []
    for each in chosen:
        for at, other in enumerate(found):
            together = merged(other.facts, each.facts)
            if together is None or size(together) > most_facts:
                continue
            if judge.meets(together, other.goals | each.goals):
                found[at] = Chosen(together, other.goals | each.goals)
                break
        else:
            found.append(each)
    return found


def _shared(chosen: Sequence[Chosen], judge: Judge) -> list[Chosen]:
    """Leave out whoever the others can stand in for, and give each goal to one case: to who alone meets it, or else
    to the first who does.
    """
    met = judge.goals([each.facts for each in chosen])
    goals = _union(met)
    kept = set(range(len(chosen)))
    for at in sorted(kept, key=lambda at: (met[at].bit_count(), -size(chosen[at].facts), -at)):
        if _union([met[other] for other in kept if other != at]) == goals:
            kept.remove(at)
    alone = {at: met[at] & ~_union([met[other] for other in kept if other != at]) for at in sorted(kept)}
    given = _union(list(alone.values()))
    found: list[Chosen] = []
    for at, own in alone.items():
        rest = met[at] & ~given
        given |= rest
        found.append(attrs.evolve(chosen[at], goals=own | rest, alone=own))
    return found


def _union(masks: Sequence[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _shrunk(chosen: Chosen, judge: Judge) -> Chosen:
    """Leave out whatever is not needed for the goals."""
    if chosen.least and chosen.goals & chosen.least == chosen.least:
        return chosen
    facts, left_out = chosen.facts, True
    while left_out:
        left_out = False
        for part in parts(facts):
            fewer = without(facts, part)
            if fewer is not None and judge.meets(fewer, chosen.goals):
                facts, left_out = fewer, True
    return attrs.evolve(chosen, facts=facts, least=chosen.goals)

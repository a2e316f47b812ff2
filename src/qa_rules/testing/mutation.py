"""Which mutants a suite of cases kills: under which of them some expectation no longer holds.

A mutant shares all but one change with its ruleset, so only what the change can reach is evaluated anew, case by
case, until a case kills it; and only once for all cases that look the same from there. The definition evaluates;
expectations that do not even hold of the ruleset itself are no evidence and are left out.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import attrs

from qa_rules.assessment.evaluation import judge
from qa_rules.assessment.ready import ready, ready_once
from qa_rules.assessment.work import Work
from qa_rules.engines import DEFAULT_ENGINE
from qa_rules.language.cases import Case
from qa_rules.model.facts import Facts
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.answers import answer_of, tiers_of, word_of
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.truth import Pair, pack
from qa_rules.testing.cases import tier_words
from qa_rules.testing.impact import Reach, Step, reach
from qa_rules.testing.mutants import Mutant

TIERS = ("tier", "at_most", "required")
"""What a case may expect of the ladder."""


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    """No case tells it from the ruleset, and it was not found out, or is known, that a provider does."""
    EQUIVALENT = "equivalent"
    """No provider tells it from the ruleset, within the limits of the proof."""
    UNDECIDED = "undecided"


@attrs.frozen
class Judged:
    """A mutant and what became of it."""

    mutant: Mutant
    fate: Fate
    by: str = ""
    """Killed: the name of the case."""
    reason: str = ""
    """Undecided: why. Equivalent: what shows it."""
    case: Case | None = None
    """Survived: a provider that tells it from the ruleset, as a case that is yet to be added."""


@attrs.frozen
class Score:
    """What a suite is worth: every mutant with its fate."""

    ruleset: Ruleset
    judged: tuple[Judged, ...]
    seconds: float
    rests_on: tuple[str, ...] = ()
    """The limits of the proofs, where there were any."""

    def count(self, fate: Fate) -> int:
        """Return how many mutants ended so."""
        return sum(each.fate is fate for each in self.judged)

    def of(self, fate: Fate) -> tuple[Judged, ...]:
        """Return the mutants that ended so."""
        return tuple(each for each in self.judged if each.fate is fate)

    @property
    def share(self) -> float:
        """How many of those not known to be equivalent are killed, from 0 to 1. Undecided ones are not killed."""
        return self._share(())

    @property
    def at_most(self) -> float:
        """The same if all that is undecided turned out to be equivalent."""
        return self._share((Fate.UNDECIDED,))

    def _share(self, left_out: tuple[Fate, ...]) -> float:
        asked = len(self.judged) - sum(map(self.count, (Fate.EQUIVALENT, *left_out)))
        return self.count(Fate.KILLED) / asked if asked else 1.0


Policies = Mapping[str, Policy | None]
"""By the name that cases use; `none` for none."""


def observed(closed: ClosedRuleset, results: Sequence[int], facts: Facts) -> dict[str, str]:
    """Return everything that a case may expect something of, in words."""
    ruleset = closed.ruleset
    names = [*ruleset.requirement, *ruleset.group, *(each.id for each in ruleset.decisions), *TIERS]
    return {name: found for name in names if (found := _observed(closed, results, facts, name)) is not None}


def _observed(closed: ClosedRuleset, results: Sequence[int], facts: Facts, about: str) -> str | None:
    if about in closed.ruleset.requirement or about in closed.ruleset.group:
        return word_of(closed, results, about)
    if about in TIERS:
        found = tiers_of(closed, results)
        return None if found is None else tier_words(found)[about]
    for decision in closed.ruleset.decisions:
        if decision.id == about:
            answer = answer_of(closed, results, decision, facts)
            return "none" if answer is None else answer.outcome
    return None


@attrs.frozen(eq=False, slots=False)
class Sitting:
    """A case as the ruleset itself decides it."""

    case: Case
    policy: Policy | None
    work: Work
    expect: Mapping[str, str]
    """The expectations that hold."""
    looks: Mapping[str, int]
    """A number for what is believed of each fact or collection, the same in every case in which that is the same."""

    @lazy
    def pairs(self) -> dict[str, Pair]:
        """The pair of each node."""
        return self.work.closed.pairs(self.work.results)

    @lazy
    def may_be_overdue(self) -> bool:
        """Whether a condition could be overdue: some evidence is that old."""
        days = None if self.policy is None else self.policy.condition_days
        if days is None:
            return False
        return any(day + datetime.timedelta(days=days) < self.case.on for day in _dates(self.case.facts))


def _dates(facts: Facts) -> Iterator[datetime.date]:
    return (each.dated for each in facts.evidence() if each.dated is not None)


_Worth = dict[tuple[str, datetime.date, tuple[int, ...], tuple[Pair, ...]], Pair]
"""What a node is worth under a mutant: by its name, the day, the looks of what it reads, and what it refers to."""


class Bench:
    """A suite made ready to be held against mutants of one ruleset."""

    ruleset: Ruleset
    policies: Policies

    def __init__(self, ruleset: Ruleset, policies: Policies) -> None:
        self.ruleset, self.policies = ruleset, policies
        self.sittings: list[Sitting] = []
        self.looks: dict[Hashable, int] = {}

    def add(self, cases: Iterable[Case]) -> list[Sitting]:
        """Take in further cases; KeyError when one names a policy that is not at hand."""
        added = [self._seated(case) for case in cases]
        self.sittings += added
        return added

    def _seated(self, case: Case) -> Sitting:
        policy = self.policies[case.policy]
        work = judge(ready(self.ruleset, policy, DEFAULT_ENGINE, None), case.facts, case.on)
        found = {about: _observed(work.program, work.found, case.facts, about) for about in case.expect}
        holds = {about: word for about, word in case.expect.items() if found[about] == word}
        believed: dict[str, Hashable] = {**work.known.values}
        for name, given in work.known.collections.items():
            records = tuple((frozenset(each.fields.items()), each.strength) for each in given.records)
            believed[name] = records, given.whole
        looks = {name: self.looks.setdefault(each, len(self.looks) + 1) for name, each in believed.items()}
        return Sitting(case, policy, work, holds, looks)

    def killer(self, mutant: Mutant, sittings: Sequence[Sitting] | None = None) -> Sitting | None:
        """Return the first case of which some expectation does not hold under the mutant, None when all hold."""
        reaches: dict[int, tuple[Reach, _Worth]] = {}
        chosen = self.sittings if sittings is None else sittings
        for each in sorted(chosen, key=lambda sitting: mutant.at not in sitting.expect):
            if mutant.policy is not None and (each.policy is None or each.policy.name != mutant.policy.name):
                continue
            old = each.work.closed
            if id(old) not in reaches:
                reaches[id(old)] = reach(old, mutant), {}
            if self._kills(each, mutant, *reaches[id(old)]):
                return each
        return None

    def reach_nothing(self, mutant: Mutant) -> bool:
        """Whether a mutant is the same ruleset, once closed, under every policy at hand."""
        contexts = self.contexts(mutant)
        return all(reach(close(self.ruleset, policy), mutant).is_nothing for policy in contexts)

    def contexts(self, mutant: Mutant) -> list[Policy | None]:
        """Return the policies under which a mutant can differ from the ruleset."""
        if mutant.policy is None:
            return list(self.policies.values())
        return [
            each for each in self.policies.values() if each is not None and each.name == mutant.policy.name
        ]

    def _kills(self, sitting: Sitting, mutant: Mutant, found: Reach, worth: _Worth) -> bool:
        if found.is_nothing:
            return False
        if sitting.may_be_overdue and found.touches_a_condition:
            return self._judged_anew(sitting, mutant)
        old, closed, base = sitting.work.closed, found.closed, sitting.pairs
        changed: dict[str, Pair] = {}
        # When no node that is another comes to anything else by itself, nor does anything behind them.
        if not found.alike or any(
            _worth(each, sitting, {}, worth) != base[each.name] for each in found.changed
        ):
            for step in found.steps:
                if step.changed or any(name in changed for name in step.refers):
                    pair = _worth(step, sitting, changed, worth)
                    if pair != base.get(step.name):
                        changed[step.name] = pair
        if not changed and found.alike and not found.everywhere:
            return False
        results = self._results(sitting, found, changed)
        for about, word in sitting.expect.items():
            applies = NodeId.applies(about)
            plain = about in self.ruleset.requirement or about in self.ruleset.group
            parts = (about, applies, NodeId.plainly(about), SCOPE)
            stays = not any(each in changed for each in parts) and old.strength == closed.strength
            if plain and stays and all((each in old.index) == (each in closed.index) for each in parts):
                continue
            if _observed(closed, results, sitting.case.facts, about) != word:
                return True
        return False

    def _results(self, sitting: Sitting, found: Reach, changed: Mapping[str, Pair]) -> Sequence[int]:
        if found.alike:
            results = list(sitting.work.results)
            for name, pair in changed.items():
                results[found.closed.index[name]] = pack(*pair)
            return results
        base = sitting.pairs
        return [pack(*(changed.get(node.name) or base[node.name])) for node in found.closed.nodes]

    def _judged_anew(self, sitting: Sitting, mutant: Mutant) -> bool:
        """From the facts on: which conditions are overdue may itself turn on the change."""
        policy = sitting.policy if mutant.policy is None else mutant.policy
        mutated = ready_once(mutant.ruleset, policy, "reference", None)
        work = judge(mutated, sitting.case.facts, sitting.case.on)
        return any(
            _observed(work.program, work.found, sitting.case.facts, about) != word
            for about, word in sitting.expect.items()
        )


def _worth(step: Step, sitting: Sitting, changed: Mapping[str, Pair], worth: _Worth) -> Pair:
    """What a node is worth in a case in which the nodes in `changed` are others."""
    base, known = sitting.pairs, sitting.work.known
    nodes = {name: changed.get(name) or base[name] for name in step.refers}
    looks = tuple(sitting.looks.get(name, 0) for name in step.reads)
    key = step.name, known.on, looks, tuple(nodes.values())
    found = worth.get(key)
    if found is None:
        found = worth[key] = evaluate(step.expr, known, nodes)
    return found


def score(bench: Bench, every: Iterable[Mutant]) -> Score:
    """Hold a suite against mutants. What changes no node is equivalent; what else survives is not yet settled."""
    began = time.monotonic()
    judged: list[Judged] = []
    for mutant in every:
        by = bench.killer(mutant)
        if by is not None:
            judged.append(Judged(mutant, Fate.KILLED, by.case.name))
        elif bench.reach_nothing(mutant):
            judged.append(Judged(mutant, Fate.EQUIVALENT, reason="nothing turns on it"))
        else:
            judged.append(Judged(mutant, Fate.SURVIVED))
    return Score(bench.ruleset, tuple(judged), time.monotonic() - began)

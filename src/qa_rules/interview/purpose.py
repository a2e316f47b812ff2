"""What an interview is for: chains of gates, each to be settled until its chain comes to an end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Literal

import attrs

from qa_rules.explain.circuits import MET, NOT_MET, OPEN, Circuit, Goal, View, circuit
from qa_rules.explain.standing import declared
from qa_rules.explain.targets import certain, left_over, outcome_view, scopes
from qa_rules.model.expressions import Expr, Not, OnlyWhen, Reference, children
from qa_rules.model.facts import Facts
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Decision
from qa_rules.program.bind import ClosedRuleset

GoalWord = Literal["tier", "fixes", "everything"]
"""What the questions are asked for, as callers write it."""


class For(StrEnum):
    """What the questions are asked for."""

    TIER = "tier"
    """The overall answer; where it is not asked for, the tier."""
    FIXES = "fixes"
    """That, and the verdict of every requirement that it may turn on."""
    EVERYTHING = "everything"
    """Every answer, tier and verdict."""


@attrs.frozen
class Entry:
    """A gate to settle. The chain ends there when it comes out as `ends`, and goes on otherwise."""

    root: int
    ends: int
    certain: int | None = None
    """Of an outcome that allows: the gate that lets it be the answer, which has to be settled too."""


@attrs.frozen
class Chain:
    """Gates to settle one after the other."""

    entries: tuple[Entry, ...]
    left_over: int | None = None
    """Of outcomes: the gate that lets one stand that is not met, once no later one can take its place."""

    def stages(self, values: Sequence[int]) -> list[int]:
        """Return the gates that are open and may have to be settled, the first one surely."""
        found: list[int] = []
        for at, entry in enumerate(self.entries):
            value = values[entry.root]
            if value == entry.ends:
                if entry.certain is not None and values[entry.certain] == OPEN:
                    found.append(entry.certain)
                return found
            if value == OPEN:
                later = [values[each.root] for each in self.entries[at + 1 :]]
                is_last = not found and entry.ends == MET and all(each == NOT_MET for each in later)
                if is_last and self.left_over is not None and values[self.left_over] == MET:
                    return found
                found.append(entry.root)
        if found:
            stand = (self.left_over, *(entry.certain for entry in self.entries))
            found += [each for each in dict.fromkeys(stand) if each is not None and values[each] == OPEN]
        return found


@attrs.frozen(eq=False)
class Agenda:
    """The chains of a purpose over one circuit."""

    circuit: Circuit
    chains: tuple[Chain, ...]
    favourable: tuple[bool | None, ...]
    """Of each test whether a requirement wants it to hold; None where none says."""


@once_for_each
def agenda(closed: ClosedRuleset, purpose: For, subjects: frozenset[str]) -> Agenda:
    """Return what is to be settled, given the subjects of whom something is known or may be asked."""
    ruleset = closed.ruleset
    made = [each for each in ruleset.decisions if not each.needs or each.needs in subjects]
    overall = [each for each in made[:1] if ruleset.decisions[0] is each]
    plans: list[_Plan] = []
    if purpose is For.EVERYTHING:
        plans += [_decision(closed, each) for each in made]
        plans.append(_ladder(closed))
    else:
        ladder = _ladder(closed)
        plans += [_decision(closed, each) for each in overall or ([] if ladder.steps else made[:1])]
        plans += [] if overall else [ladder]
    if purpose is not For.TIER or not any(each.steps for each in plans):
        plans += [_Plan((each,)) for each in _requirements(closed, purpose, plans)]
    plans = [each for each in plans if each.steps]
    found = circuit(closed, [goal for plan in plans for goal in plan.goals])
    roots = iter(found.roots)
    chains = [plan.chain([next(roots) for _ in plan.goals]) for plan in plans]
    wanted = _favourable(closed)
    return Agenda(found, tuple(chains), tuple(wanted.get(test) for test in found.tests))


def subjects_of(closed: ClosedRuleset, facts: Facts, about: Collection[str] | None) -> frozenset[str]:
    """Return the subjects that may be asked about: those named, or all but those that a decision would need."""
    vocabulary = closed.ruleset.vocabulary
    every = {each.about for each in vocabulary.facts.values()}
    if about is not None:
        return frozenset(about) | {""}
    given = {declared(vocabulary, name).about for name in (*facts.values, *facts.collections)}
    needed = {each.needs for each in closed.ruleset.decisions if each.needs}
    return frozenset(every - (needed - given))


@attrs.frozen
class _Plan:
    """What a chain is made of, before its gates are."""

    steps: tuple[tuple[Goal, int], ...] = ()
    """What is to be settled, each with what the chain ends with."""
    decision: tuple[Goal, Goal] | None = None
    """Of a decision: when leftovers stand, and when an answer that allows does."""
    allowing: frozenset[int] = frozenset()
    """Of a decision: the steps that are outcomes which allow."""

    @property
    def goals(self) -> tuple[Goal, ...]:
        return (*(goal for goal, _ in self.steps), *(self.decision or ()))

    def chain(self, roots: Sequence[int]) -> Chain:
        left, certain = roots[len(self.steps) :] or (None, None)
        entries = (
            Entry(roots[at], ends, certain if at in self.allowing else None)
            for at, (_, ends) in enumerate(self.steps)
        )
        return Chain(tuple(entries), left)


def _decision(closed: ClosedRuleset, decision: Decision) -> _Plan:
    """Scope and outcomes, one after the other."""
    asked = int(closed.strength)
    steps: list[tuple[Goal, int]] = [
        ((name, View(asked, asked), True), NOT_MET) for name in scopes(closed, decision)
    ]
    allowing = {len(steps) + at for at, each in enumerate(decision.outcomes) if each.allows}
    for each in decision.outcomes:
        node = NodeId.outcome(decision.id, each.id)
        steps.append(((node, outcome_view(closed, decision, each), True), MET))
    stands = left_over(closed, decision), certain(closed, decision)
    return _Plan(tuple(steps), stands, frozenset(allowing))


def _ladder(closed: ClosedRuleset) -> _Plan:
    tiers = range(1, len(closed.ladder) + 1)
    return _Plan(tuple(((NodeId.attained(at), View(1, 1), True), NOT_MET) for at in tiers))


def _requirements(closed: ClosedRuleset, purpose: For, plans: Sequence[_Plan]) -> list[tuple[Goal, int]]:
    """The requirements, or those only that what is planned already may turn on."""
    view = View(int(closed.strength), 1)
    names = list(closed.ruleset.requirement)
    goals = [goal for plan in plans for goal in plan.goals]
    if purpose is not For.EVERYTHING and goals:
        turned_on = circuit(closed, goals).requirements
        names = [name for name in names if name in turned_on]
    return [((name, view, True), MET) for name in names]


def _favourable(closed: ClosedRuleset) -> dict[Expr, bool]:
    """Of each test that a requirement asks, whether it asks it to hold. Conditions ask for nothing."""
    found: dict[Expr, bool] = {}

    def look(expr: Expr, wanted: bool) -> None:
        found.setdefault(expr, wanted)
        match expr:
            case Not(operand):
                look(operand, not wanted)
            case OnlyWhen(_, operand):
                look(operand, wanted)
            case Reference(name) if name.is_named_test:
                look(closed.exprs[name], wanted)
            case _:
                for child in children(expr):
                    look(child, wanted)

    for node in closed.nodes:
        if not node.name.is_applies and node.name.whole in closed.ruleset.requirement:
            look(node.expr, True)
    return found


def read_for(agenda: Agenda) -> frozenset[str]:
    """Return the facts and collections that the purpose may turn on."""
    return frozenset[str]().union(*agenda.circuit.reads)

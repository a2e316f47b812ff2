"""When a case meets an obligation: conditions on the nodes of a closed ruleset and on its answers.

The same condition is read twice: over the results of engines for many cases at once (`Shown`), and, in `searching`,
over the formulas of the verifier. Neither is a second meaning of the rules: both ask what the nodes are worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, assert_never

import attrs

from qa_rules.model.facts import Facts
from qa_rules.program.answers import answer_of
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.gates import And, Lit, Var
from qa_rules.program.lower import NodeIs, Program
from qa_rules.semantics.truth import PAIR


@attrs.frozen
class Holds:
    """The node is met at this strength or a higher one."""

    node: str
    strength: int = 1


@attrs.frozen
class Fails:
    """The node is not met, at this strength or a higher one."""

    node: str
    strength: int = 1


@attrs.frozen
class Answers:
    """The decision comes to this word."""

    decision: str
    word: str


@attrs.frozen
class Both:
    """Every part is so."""

    parts: tuple[Condition, ...]


@attrs.frozen
class Either:
    """Some part is so."""

    parts: tuple[Condition, ...]


@attrs.frozen
class Never:
    """It is not so."""

    part: Condition


Condition = Holds | Fails | Answers | Both | Either | Never

ALWAYS: Final = Both(())


def both(*parts: Condition) -> Condition:
    """Return: every part is so."""
    kept = tuple(each for each in parts if each != ALWAYS)
    return kept[0] if len(kept) == 1 else Both(kept)


def is_open(node: str, strength: int = 1) -> Condition:
    """Return: the node is neither met at this strength nor not met."""
    return Both((Never(Holds(node, strength)), Never(Fails(node))))


def is_settled(node: str, strength: int = 1) -> Condition:
    """Return: the node is met at this strength or not met."""
    return Either((Holds(node, strength), Fails(node)))


def condition_of(program: Program, literal: Lit) -> Condition:
    """Return when a literal of a program over nodes holds. Of subjects it takes that something is known."""
    inputs = {abs(each): about for about, each in program.inputs.items()}
    found: dict[int, Condition] = {}
    for number, gate in program.make.cone([literal]):
        match gate:
            case And(of):
                found[number] = both(*(found[each] if each > 0 else _opposite(found[-each]) for each in of))
            case Var():
                about = inputs[number]
                if isinstance(about, NodeIs):
                    found[number] = (Holds if about.met else Fails)(about.node, about.strength)
                else:
                    found[number] = ALWAYS
            case _:
                raise AssertionError(gate)
    return found[literal] if literal > 0 else _opposite(found[-literal])


def _opposite(condition: Condition) -> Condition:
    return condition.part if isinstance(condition, Never) else Never(condition)


class Shown:
    """What some cases show: for each condition a mask, bit i for case i."""

    closed: ClosedRuleset
    results: Sequence[tuple[int, ...]]
    facts: Sequence[Facts]

    def __init__(
        self, closed: ClosedRuleset, results: Sequence[tuple[int, ...]], facts: Sequence[Facts]
    ) -> None:
        """Take the six bits of every node and the facts of each case."""
        self.closed, self.results, self.facts = closed, results, facts
        self.every: int = (1 << len(results)) - 1
        self.of_node: dict[tuple[str, bool, int], int] = {}
        self.of_answer: dict[str, list[str]] = {}

    def mask(self, condition: Condition) -> int:
        """Return in which cases a condition is so."""
        match condition:
            case Holds(node, strength):
                return self._node(node, True, strength)
            case Fails(node, strength):
                return self._node(node, False, strength)
            case Answers(decision, word):
                return _bits([found == word for found in self._answers(decision)])
            case Both(parts):
                mask = self.every
                for part in parts:
                    mask &= self.mask(part)
                    if not mask:
                        break
                return mask
            case Either(parts):
                mask = 0
                for part in parts:
                    mask |= self.mask(part)
                    if mask == self.every:
                        break
                return mask
            case Never(part):
                return self.mask(part) ^ self.every
            case _:
                assert_never(condition)

    def _node(self, name: str, holds: bool, strength: int) -> int:
        key = (name, holds, strength)
        found = self.of_node.get(key)
        if found is None:
            at, side = self.closed.index[name], 0 if holds else 1
            found = _bits([PAIR[each[at]][side] >= strength for each in self.results])
            self.of_node[key] = found
        return found

    def _answers(self, decision: str) -> list[str]:
        if decision not in self.of_answer:
            asked = next(each for each in self.closed.ruleset.decisions if each.id == decision)
            self.of_answer[decision] = [
                "" if (found := answer_of(self.closed, results, asked, facts)) is None else found.outcome
                for results, facts in zip(self.results, self.facts, strict=True)
            ]
        return self.of_answer[decision]


def _bits(truths: Sequence[bool]) -> int:
    return sum(1 << at for at, each in enumerate(truths) if each)


@lru_cache(maxsize=100_000)
def decisions_of(condition: Condition) -> frozenset[str]:
    """Return the decisions whose answers a condition asks about."""
    match condition:
        case Answers(decision):
            return frozenset((decision,))
        case Both(parts) | Either(parts):
            return frozenset[str]().union(*map(decisions_of, parts))
        case Never(part):
            return decisions_of(part)
        case _:
            return frozenset()


def nodes_of(condition: Condition) -> frozenset[str]:
    """Return the nodes that a condition asks about, those behind answers left out."""
    match condition:
        case Holds(node) | Fails(node):
            return frozenset((node,))
        case Answers():
            return frozenset()
        case Both(parts) | Either(parts):
            return frozenset[str]().union(*map(nodes_of, parts))
        case Never(part):
            return nodes_of(part)
        case _:
            assert_never(condition)

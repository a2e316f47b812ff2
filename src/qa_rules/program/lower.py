"""A closed ruleset lowered into one store: its connectives as gates, its tests as inputs that nobody looks into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from qa_rules.model.expressions import Constant, Reference, Sided
from qa_rules.model.kept import once_for_each
from qa_rules.model.nodes import NodeId, SubjectNode
from qa_rules.program.algebra import Algebra, Levels, Pair
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.connectives import FactTest, Lowering
from qa_rules.program.decide import Decisions, Nodes, Output
from qa_rules.program.gates import FALSE, Lit
from qa_rules.program.store import Store

LEVELS = 3


@attrs.frozen
class Holds:
    """A test is known to be met, or to be not met, at this strength or more strongly."""

    test: FactTest
    met: bool
    strength: int


@attrs.frozen
class NodeIs:
    """A node is met, or is not met, at this strength or more strongly."""

    node: str
    met: bool
    strength: int


@attrs.frozen
class IsKnown:
    """Something is known of a subject."""

    subject: str


Input = Holds | NodeIs | IsKnown


@attrs.frozen(eq=False)
class Program(Decisions):
    """A closed ruleset as gates over its tests, or what it decides as gates over its nodes."""

    closed: ClosedRuleset
    make: Store = attrs.field(repr=False)
    inputs: dict[Input, Lit] = attrs.field(repr=False)
    nodes: Nodes = attrs.field(repr=False)
    levels: int = LEVELS

    def inputs_of(self, literals: Iterable[Lit]) -> list[tuple[Input, str]]:
        """Return the inputs that literals are made of, each with what its variable is called."""
        every = list(self.inputs)
        return [(every[at], str(at)) for at in sorted(map(int, self.make.names(literals)))]


@once_for_each
def lowered(closed: ClosedRuleset) -> Program:
    """Return the program of a closed ruleset."""
    lowering = _Lowering(Store(), LEVELS)
    for node in closed.nodes:
        lowering.nodes[node.name] = lowering.of(node.expr)
    return Program(closed, lowering.make, lowering.inputs, lowering.with_subjects(closed))


@once_for_each
def over_nodes(closed: ClosedRuleset) -> Program:
    """Return what a closed ruleset decides, as gates over what its nodes are worth.

    For those who know already what nodes are worth, or find that out in another way.
    """
    lowering = _Lowering(Store(), LEVELS)
    return Program(closed, lowering.make, lowering.inputs, _Opaque(closed, lowering))


@once_for_each
def outputs(closed: ClosedRuleset) -> dict[Output, Lit]:
    """Return everything that is decided by a closed ruleset's program, by name."""
    return lowered(closed).outputs()


@attrs.frozen
class _Lowering(Algebra, Lowering[Pair]):
    inputs: dict[Input, Lit] = attrs.field(factory=dict)
    nodes: dict[str, Pair] = attrs.field(factory=dict)

    def input(self, of: Input) -> Lit:
        """The variable of an input, called by its place among the inputs."""
        if of not in self.inputs:
            self.inputs[of] = self.make.var(str(len(self.inputs)))
        return self.inputs[of]

    def constant(self, expr: Constant) -> Pair:
        return self.sure(expr.holds)

    def reference(self, expr: Reference) -> Pair:
        found = self.nodes[expr.name]
        return found if expr.strength is None else self.at_strength(expr.strength, found)

    def sided(self, expr: Sided) -> Pair:
        return Pair(self.of(expr.met).t, self.of(expr.unmet).t)

    def test(self, expr: FactTest) -> Pair:
        return Pair(self._side(expr, True), self._side(expr, False))

    def node(self, name: str, met: bool) -> Levels:
        return tuple(self.input(NodeIs(name, met, strength)) for strength in range(1, self.levels + 1))

    def with_subjects(self, closed: ClosedRuleset) -> Nodes:
        """The nodes with, for each subject that a decision needs, whether something is known of it."""
        subjects = dict.fromkeys(each.needs for each in closed.ruleset.decisions if each.needs)
        return {**self.nodes, **{NodeId.subject(each): self.subject(each) for each in subjects}}

    def subject(self, subject: str) -> Pair:
        return Pair((self.input(IsKnown(subject)),) * self.levels, (FALSE,) * self.levels)

    def _side(self, test: FactTest, met: bool) -> Levels:
        """Known at a strength is known at every weaker one, whatever the inputs say."""
        inputs = [self.input(Holds(test, met, strength)) for strength in range(1, self.levels + 1)]
        return self._each(lambda at: self.make.any(inputs[at:]))


class _Opaque(Mapping[str, Pair]):
    """The nodes of a closed ruleset as inputs, made when they are looked up: few of them decide anything."""

    def __init__(self, closed: ClosedRuleset, lowering: _Lowering) -> None:
        self.closed, self.lowering = closed, lowering

    def __getitem__(self, name: str) -> Pair:
        parts = NodeId(name).parts
        if isinstance(parts, SubjectNode):
            return self.lowering.subject(parts.subject)
        if name not in self.closed.index:
            raise KeyError(name)
        return Pair(self.lowering.node(name, True), self.lowering.node(name, False))

    def __iter__(self) -> Iterator[str]:
        return iter(self.closed.index)

    def __len__(self) -> int:
        return len(self.closed.index)

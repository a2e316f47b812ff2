"""A closed ruleset lowered into one store: its connectives as gates, its tests as inputs that nobody looks into."""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

import attrs

from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Empty,
    Expr,
    Given,
    Includes,
    Not,
    OneOf,
    OnlyWhen,
    Quantified,
    Reference,
    Together,
    Within,
)
from qa_rules.model.nodes import NodeId
from qa_rules.program.algebra import Algebra, Pair
from qa_rules.program.decide import Decisions, Nodes, Output
from qa_rules.program.gates import FALSE, Lit
from qa_rules.program.store import Store

LEVELS = 3

Test = Compare | Within | OneOf | Includes | Empty | Given | Quantified | Together


@attrs.frozen
class Holds:
    """A test is known to be met, or to be not met, at this strength or more strongly."""

    test: Test
    met: bool
    strength: int


@attrs.frozen
class IsKnown:
    """Something is known of a subject."""

    subject: str


Input = Holds | IsKnown


@attrs.frozen(eq=False)
class Program(Decisions):
    """A closed ruleset as gates over its tests."""

    closed: ClosedRuleset
    make: Store = attrs.field(repr=False)
    inputs: dict[Input, Lit] = attrs.field(repr=False)
    nodes: Nodes = attrs.field(repr=False)
    levels: int = LEVELS


@lru_cache(maxsize=64)
def lowered(closed: ClosedRuleset) -> Program:
    """Return the program of a closed ruleset; the last few dozen are kept."""
    lowering = _Lowering(Store(), LEVELS)
    nodes: dict[str, Pair] = {}
    for node in closed.nodes:
        nodes[node.name] = lowering.of(node.expr, nodes)
    for subject in dict.fromkeys(each.needs for each in closed.ruleset.decisions if each.needs):
        nodes[NodeId.subject(subject)] = Pair((lowering.input(IsKnown(subject)),) * LEVELS, (FALSE,) * LEVELS)
    return Program(closed, lowering.make, lowering.inputs, nodes)


@lru_cache(maxsize=64)
def outputs(closed: ClosedRuleset) -> dict[Output, Lit]:
    """Return everything that is decided by a closed ruleset's program, by name."""
    return lowered(closed).outputs()


@attrs.frozen
class _Lowering(Algebra):
    inputs: dict[Input, Lit] = attrs.field(factory=dict)

    def input(self, of: Input) -> Lit:
        """The variable of an input. What it is called says nothing: `inputs` says what it is."""
        if of not in self.inputs:
            self.inputs[of] = self.make.var(str(len(self.inputs)))
        return self.inputs[of]

    def of(self, expr: Expr, nodes: Nodes) -> Pair:
        match expr:
            case AllOf(operands):
                return self.all_of([self.of(each, nodes) for each in operands])
            case AnyOf(operands):
                return self.any_of([self.of(each, nodes) for each in operands])
            case AtLeast(count, operands):
                return self.at_least(count, [self.of(each, nodes) for each in operands])
            case Not(operand):
                inner = self.of(operand, nodes)
                return Pair(inner.f, inner.t)
            case OnlyWhen(condition, operand):
                return self.only_when(self.of(condition, nodes), self.of(operand, nodes))
            case Constant(holds):
                return self.sure(holds)
            case Reference(name, _, strength):
                return nodes[name] if strength is None else self.at_strength(strength, nodes[name])
            case Compare() | Within() | OneOf() | Includes() | Empty() | Given() | Quantified() | Together():
                return Pair(self._test(expr, True), self._test(expr, False))
            case _:
                assert_never(expr)

    def _test(self, test: Test, met: bool) -> tuple[Lit, ...]:
        """Known at a strength is known at every weaker one, whatever the inputs say."""
        inputs = [self.input(Holds(test, met, strength)) for strength in range(1, self.levels + 1)]
        return self._each(lambda at: self.make.any(inputs[at:]))

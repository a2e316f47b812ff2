"""Tests of what a decision table gives, as expressions over the regions of its inputs.

A test is met where every output that the table can still give has it, and not met where none has: each side is made
for itself, step by step through the diagram. At a step it holds that, for each branch, the input is not in it, or all
is well behind it. A gap gives no value: while it can be reached, neither side holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import DecisionTable
from qa_rules.model.expressions import terms, with_terms
from qa_rules.model.facts import FactDeclaration, Vocabulary
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Scalar
from qa_rules.program.decision_diagram import Branch, Diagram, Gap, Given, Overlap, Step, diagram
from qa_rules.program.table_regions import inside
from qa_rules.semantics.ranges import holds_of

Named = Callable[[NodeId, ex.Expr], None]
"""Takes a named expression, which stands before whatever refers to it."""


@attrs.frozen(eq=False)
class Output:
    """An output of a table with the diagram that gives it."""

    name: str
    diagram: Diagram
    at: int
    tests: tuple[tuple[ex.Expr, ...], ...] = ()
    """By column and region, whether the input is in the region, as nodes are asked about. Bound with the rest."""

    @property
    def asked(self) -> tuple[ex.Expr, ...]:
        """The tests of the inputs: what has to stand before it."""
        return tuple(region.test for column in self.diagram.columns for region in column.regions)

    @lazy
    def values(self) -> tuple[Scalar, ...]:
        """What it can be, each once, whatever the inputs are."""
        leaves = self.diagram.leaves.values()
        found = {
            (type(each.outputs[self.at]), each.outputs[self.at]) for each in leaves if isinstance(each, Given)
        }
        return tuple(value for _, value in sorted(found, key=lambda pair: (pair[0].__name__, pair[1])))


Way = tuple[tuple[Step, Branch], ...]


def leading_to(output: Output, kind: type[Gap | Overlap], most: int) -> Iterator[tuple[ex.Expr, Way]]:
    """Yield ways to leaves of a kind, no more than so many, each with the test that a subject takes it."""
    drawn = output.diagram
    every = (way for at, leaf in drawn.leaves.items() if isinstance(leaf, kind) for way in drawn.paths(at))
    for way in islice(every, most):
        tests = []
        for step, branch in way:
            inside = tuple(output.tests[step.column][at] for at in sorted(branch.regions))
            tests.append(inside[0] if len(inside) == 1 else ex.AnyOf(inside))
        yield ex.AllOf(tuple(tests)), way


def tables_of(ruleset: Ruleset, policy: Policy | None) -> tuple[DecisionTable, ...]:
    """Return the decision tables of a ruleset and those of a policy."""
    return ruleset.tables if policy is None else (*ruleset.tables, *policy.tables)


def named_facts(ruleset: Ruleset, policy: Policy | None = None) -> dict[str, FactDeclaration]:
    """Return what is known of the values of a ruleset and of what tables give, as facts of their types."""
    found = {each.name: each for table in tables_of(ruleset, policy) for each in table.outputs}
    return found | {
        each.name: FactDeclaration(each.name, each.type, each.label, "", unit=each.unit)
        for each in ruleset.values
    }


def outputs_of(
    ruleset: Ruleset, policy: Policy | None, applied: Callable[[ex.Expr], ex.Expr]
) -> dict[str, Output]:
    """Return the outputs of all tables by name. `applied` puts settings in the place of parameters."""
    named = named_facts(ruleset, policy)
    found: dict[str, Output] = {}
    for table in tables_of(ruleset, policy):
        drawn = drawn_of(table, ruleset.vocabulary, named, applied)
        found |= {each.name: Output(each.name, drawn, at) for at, each in enumerate(table.outputs)}
    return found


def drawn_of(
    table: DecisionTable,
    vocabulary: Vocabulary,
    named: Mapping[str, FactDeclaration],
    applied: Callable[[ex.Expr], ex.Expr],
) -> Diagram:
    """Return the diagram of a table. TooManyStepsError where it would be too large."""
    cells = [tuple(None if cell is None else applied(cell) for cell in row.cells) for row in table.rows]
    declared = [
        named.get(each.term.name)
        if isinstance(each.term, ex.Named)
        else vocabulary.declaration(each.term or ex.On())
        for each in table.inputs
    ]
    return diagram(table, cells, declared)


@attrs.define
class TableTests:
    """Puts in the place of tests of tables' outputs what they come down to. Named parts go to `named`."""

    outputs: Mapping[str, Output]
    named: Named
    made: dict[tuple[str, frozenset[tuple[type, Scalar]]], NodeId] = attrs.field(factory=dict)

    def bound(self, expr: ex.Expr) -> ex.Expr:
        """Return the expression with every test of an output in it taken apart."""
        used = [each.name for each in terms(expr) if isinstance(each, ex.Named) and each.name in self.outputs]
        if not used:
            return ex.rebuild(expr, self.bound)
        output = self.outputs[used[0]]
        tests = {value: self.bound(_with(expr, output.name, value)) for value in _keyed(output.values)}
        plain = {value: _truth(test) for value, test in tests.items()}
        if all(truth is not None for truth in plain.values()):
            return ex.Reference(
                self._is(output, [each for each, truth in plain.items() if truth], expr), place=expr.place
            )
        given_one = ex.Reference(self._is(output, list(tests), None))
        sides = []
        for wanted in (True, False):
            parts: list[ex.Expr] = [given_one]
            for value, test in tests.items():
                other = ex.Not(ex.Reference(self._is(output, [value], None)))
                parts.append(ex.AnyOf((other, test if wanted else ex.Not(test))))
            sides.append(ex.AllOf(tuple(parts)))
        return ex.Sided(expr, sides[0], sides[1], place=expr.place)

    def looked_at(self, name: str, lower: Callable[[ex.Expr], ex.Expr]) -> Output:
        """Return an output with the tests of its regions as nodes are asked about."""
        output = self.outputs[name]
        drawn = output.diagram
        tests = (
            tuple(lower(self.region(drawn, at, [each])) for each in range(len(column.regions)))
            for at, column in enumerate(drawn.columns)
        )
        return attrs.evolve(output, tests=tuple(tests))

    def region(self, drawn: Diagram, column: int, regions: Iterable[int]) -> ex.Expr:
        """Return whether an input is in some of its regions. Of another table's output it is one test."""
        asked = drawn.columns[column]
        term = asked.input.term
        other = self.outputs.get(term.name) if isinstance(term, ex.Named) else None
        if other is None or asked.setting:
            return asked.test(sorted(regions))
        pieces = [piece for at in regions for piece in asked.regions[at].pieces]
        wanted = [_key(value) for value in other.values if any(inside(value, piece) for piece in pieces)]
        return ex.Reference(self._is(other, wanted, None))

    def _is(self, output: Output, wanted: Iterable[_Keyed], written: ex.Expr | None) -> NodeId:
        """The node that says whether an output is one of these."""
        key = output.name, frozenset(wanted)
        if key not in self.made:
            which = [str(at) for at, value in enumerate(output.values) if _key(value) in key[1]]
            node = self.made[key] = NodeId.table(output.name, ".".join(which))
            test = written or _one_of(output.name, key[1])
            met, unmet = (self._side(node, output, key[1], side) for side in (True, False))
            self.named(node, ex.Sided(test, met, unmet))
        return self.made[key]

    def _side(self, node: NodeId, output: Output, wanted: frozenset[_Keyed], side: bool) -> ex.Expr:
        """That the output certainly is one of these, or, on the other side, certainly another."""
        drawn = output.diagram
        fits: list[bool | None] = []
        for part in drawn.parts:
            if isinstance(part, Step):
                inner = {fits[each.then] for each in part.branches}
                fits.append(inner.pop() if len(inner) == 1 else None)
            else:
                fits.append(isinstance(part, Given) and ((_key(part.outputs[output.at]) in wanted) is side))
        uses = _uses(drawn, fits)
        made: dict[int, ex.Expr] = {}
        for at in sorted(uses):
            expr = self._step(drawn, at, fits, made)
            if uses[at] > 1:
                name = NodeId.table_part(node, "met" if side else "unmet", at)
                self.named(name, expr)
                expr = ex.Reference(name)
            made[at] = expr
        truth = fits[drawn.root]
        return made[drawn.root] if truth is None else ex.Constant(truth)

    def _step(self, drawn: Diagram, at: int, fits: list[bool | None], made: Mapping[int, ex.Expr]) -> ex.Expr:
        part = drawn.parts[at]
        assert isinstance(part, Step)
        parts: list[ex.Expr] = []
        for branch in part.branches:
            if fits[branch.then] is True:
                continue
            out = ex.Not(self.region(drawn, part.column, branch.regions))
            parts.append(out if fits[branch.then] is False else ex.AnyOf((out, made[branch.then])))
        return parts[0] if len(parts) == 1 else ex.AllOf(tuple(parts))


def _uses(drawn: Diagram, fits: list[bool | None]) -> dict[int, int]:
    """How often each step that is worth asking is asked by others, from the beginning on."""
    found: dict[int, int] = {}
    ahead = [drawn.root] if fits[drawn.root] is None else []
    while ahead:
        at = ahead.pop()
        found[at] = found.get(at, 0) + 1
        part = drawn.parts[at]
        if found[at] == 1 and isinstance(part, Step):
            ahead += [each.then for each in part.branches if fits[each.then] is None]
    return found


_Keyed = tuple[type, Scalar]
"""A value with its type: yes is not 1."""


def _key(value: Scalar) -> _Keyed:
    return type(value), value


def _keyed(values: Iterable[Scalar]) -> Iterator[_Keyed]:
    return map(_key, values)


def _one_of(name: str, wanted: Iterable[_Keyed]) -> ex.Expr:
    """That an output is one of these, as it would be written."""
    tests = [ex.Compare(ex.Named(name), ex.Op.IS, ex.Literal(value)) for _, value in sorted(wanted, key=str)]
    return tests[0] if len(tests) == 1 else ex.AnyOf(tuple(tests))


def _with(expr: ex.Expr, name: str, value: _Keyed) -> ex.Expr:
    """The test with a value in the place of an output."""
    literal = ex.Literal(value[1])
    found = with_terms(
        expr, lambda term: literal if isinstance(term, ex.Named) and term.name == name else term
    )
    match found:
        case ex.Compare(ex.Literal() as left, op, right, ranks) if not isinstance(right, ex.Literal):
            return ex.Compare(right, op.mirrored, left, ranks, place=found.place)
        case _:
            return found


def _truth(test: ex.Expr) -> bool | None:
    """What a test comes to that looks at nothing; None where it looks at something."""
    match test:
        case ex.Compare(ex.Literal(left), op, ex.Literal(right), ranks) if not (
            isinstance(left, frozenset) or isinstance(right, frozenset)
        ):
            return holds_of(left, op, right, ranks)
        case ex.OneOf(ex.Literal(item), ex.Literal(frozenset() as options)):
            return item in options
        case _:
            return None

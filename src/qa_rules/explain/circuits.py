"""A closed ruleset as a circuit of three-valued gates: what strengths, negations and names come down to.

A node asked about at a strength is met, not met or open. So is each test in it: asked how strongly it must hold and
how strongly it must fail to count. Taken so, every connective is plain strong Kleene logic, a not can be
pushed down to the tests, and what is left are all-of, any-of and at-least gates over tests. A value is two
bits, *met* and *not not met*, so that all-of is `&` and any-of is `|`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final, Generic, TypeVar, assert_never

import attrs

from qa_rules.explain.looks import Look
from qa_rules.explain.open_records import OpenTests
from qa_rules.explain.table_reasons import TableReader
from qa_rules.model import expressions as ex
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.connectives import FactTest, Lowering
from qa_rules.program.graph import referred
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair

MET: Final = 0b11
NOT_MET: Final = 0b00
OPEN: Final = 0b10
OPPOSITE: Final = {MET: NOT_MET, NOT_MET: MET, OPEN: OPEN}


class Kind(Enum):
    """What a gate does with the values inside it."""

    TEST = "test"
    ALL = "all"
    ANY = "any"
    AT_LEAST = "at least"


class Keep(Enum):
    """Whether what a test looks at may be changed so that the test counts."""

    FREE = "free"
    LEARN = "learn"
    """What is not known may be learned; what is known has to stay as it is."""
    STAY = "stay"
    """It counts only as far as it is so already."""


@attrs.frozen
class View:
    """How a thing is asked about: the strengths from which it counts as met, and as not met."""

    met: int
    not_met: int

    @property
    def turned(self) -> View:
        """The view of what stands under a not."""
        return View(self.not_met, self.met)


@attrs.frozen
class Gate:
    """One gate. Those inside come earlier in the circuit."""

    kind: Kind
    inside: tuple[int, ...] = ()
    count: int = 0
    """Of AT_LEAST."""
    test: int = -1
    """Of TEST: the number of the test."""
    view: View = View(1, 1)
    """Of TEST."""
    positive: bool = True
    """Of TEST: whether the gate is met when the test is."""
    keep: Keep = Keep.FREE
    """Of TEST."""


Root = tuple[str, View, bool]
"""A node, how it is asked about, and whether it is wanted met (or not met)."""


@attrs.frozen
class Both:
    """Every one of these."""

    inside: tuple[Goal, ...]


@attrs.frozen
class Either:
    """Some of these."""

    inside: tuple[Goal, ...]


Goal = Root | Both | Either
"""What a circuit may be asked for."""


@attrs.frozen(eq=False)
class Circuit:
    """The gates for some roots, those inside a gate before it."""

    closed: ClosedRuleset
    gates: tuple[Gate, ...]
    roots: tuple[int, ...]
    """The gate of each root asked for."""
    tests: tuple[ex.Expr, ...]
    """Leaves, quantifiers and constants, each once."""
    reads: tuple[frozenset[str], ...]
    """The facts and collections that each test reads."""
    looks: tuple[Look, ...]
    """How to see of each test whether it can still be settled."""
    requirements: Mapping[str, tuple[int, ...]]
    """The gates that stand for a whole requirement, met or not met, at one strength or another."""

    def pairs(self, known: Known) -> list[Pair]:
        """Return what each test is worth."""
        nodes = Nodes(self.closed, known)
        return [evaluate(test, known, nodes) for test in self.tests]

    def worth(self, tests: Sequence[int], known: Known) -> tuple[Pair, ...]:
        """Return what some of the tests are worth."""
        nodes = Nodes(self.closed, known)
        return tuple(evaluate(self.tests[test], known, nodes) for test in tests)

    def within(self, tests: Iterable[int]) -> list[ex.Expr]:
        """Return some of the tests, and for one of what a table gives those behind it."""
        own = [self.tests[test] for test in tests]
        names = {name for each in own if isinstance(each, ex.Sided) for name in referred(each)}
        return [*own, *(self.closed.exprs[name] for name in sorted(self.closed.behind(names)))]

    def still_open(self, test: int, known: Known, asked: int) -> tuple[str, ...]:
        """Return the facts that must be learned, or shown more strongly, before an open test can be settled."""
        found = self.looks[test].still_open(known, asked)
        expr = self.tests[test]
        if not isinstance(expr, ex.Sided | ex.Quantified | ex.Together):
            return found
        nodes = Nodes(self.closed, known)
        if not isinstance(expr, ex.Sided):
            names = OpenTests(self.closed, known, nodes, asked).names(expr)
            return tuple(name for name in found if name in names)
        reader = TableReader(self.closed, known, nodes)
        tests = [each for one in reader.outputs_in(expr.of) for each in reader.open_tests(one, asked)]
        reads = self.closed.read_by(expr.of).union(*map(self.closed.read_by, tests))
        return tuple(name for name in found if name in reads)

    def values(self, pairs: Sequence[Pair]) -> list[int]:
        """Return the value of each gate, given what the tests are worth."""
        found: list[int] = []
        for gate in self.gates:
            found.append(self._value(gate, found, pairs))
        return found

    def _value(self, gate: Gate, found: list[int], pairs: Sequence[Pair]) -> int:
        match gate.kind:
            case Kind.TEST:
                t, f = pairs[gate.test]
                value = MET if t >= gate.view.met else NOT_MET if f >= gate.view.not_met else OPEN
                return value if gate.positive else OPPOSITE[value]
            case Kind.ALL:
                value = MET
                for at in gate.inside:
                    value &= found[at]
                return value
            case Kind.ANY:
                value = NOT_MET
                for at in gate.inside:
                    value |= found[at]
                return value
            case Kind.AT_LEAST:
                met = sum(found[at] & 1 for at in gate.inside)
                can = sum(found[at] >> 1 for at in gate.inside)
                return MET if met >= gate.count else OPEN if can >= gate.count else NOT_MET
            case _:
                assert_never(gate.kind)


class Nodes(Mapping[str, Pair]):
    """The pairs of nodes that a quantifier's body refers to, worked out when looked up."""

    closed: ClosedRuleset
    known: Known

    def __init__(self, closed: ClosedRuleset, known: Known) -> None:
        self.closed, self.known = closed, known
        self.found: dict[str, Pair] = {}

    def __getitem__(self, name: str) -> Pair:
        if name not in self.found:
            expr = self.closed.exprs[name]
            self.found[name] = evaluate(expr, self.known, self)
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.closed.index)

    def __len__(self) -> int:
        return len(self.closed.index)


def circuit(closed: ClosedRuleset, goals: Sequence[Goal]) -> Circuit:
    """Return the circuit of some goals, with one root each."""
    building = _Exprs(closed)
    found = tuple(building.goal(each) for each in goals)
    reads = tuple(building.read(test) for test in building.tests)
    return Circuit(
        closed,
        tuple(building.gates),
        found,
        tuple(building.tests),
        reads,
        tuple(map(Look.at, building.tests, reads)),
        building.requirements(),
    )


T = TypeVar("T", bound=Hashable)
Asked = Callable[[View, bool], int]
"""The gate that is met when an expression, asked about so, is what is wanted."""


class Building(Lowering[Asked], Generic[T]):
    """Makes the gates of goals; what a test is, is for others to say."""

    def __init__(self, closed: ClosedRuleset) -> None:
        self.closed = closed
        self.gates: list[Gate] = []
        self.made: dict[Gate, int] = {}
        self.tests: dict[T, int] = {}
        self.nodes: dict[tuple[Root, Keep], int] = {}
        self.keep = Keep.FREE

    def goal(self, goal: Goal) -> int:
        """The gate of a goal."""
        match goal:
            case Both(inside):
                return self.gate(Kind.ALL, [self.goal(each) for each in inside])
            case Either(inside):
                return self.gate(Kind.ANY, [self.goal(each) for each in inside])
            case (name, view, wanted):
                return self.node(name, view, wanted)

    def node(self, name: str, view: View, wanted: bool) -> int:
        """The gate of a node."""
        key = ((name, view, wanted), self.keep)
        if key not in self.nodes:
            self.nodes[key] = self.of(self.closed.exprs[name])(view, wanted)
        return self.nodes[key]

    def requirements(self) -> Mapping[str, tuple[int, ...]]:
        """The gates that stand for whole requirements, satisfied or not."""
        found: dict[str, dict[int, None]] = {}
        for ((name, _, _), _), at in self.nodes.items():
            if name in self.closed.ruleset.requirement:
                found.setdefault(name, {})[at] = None
        return {name: tuple(gates) for name, gates in found.items()}

    def all_of(self, parts: Sequence[Asked]) -> Asked:
        """All of the parts, or where that is not wanted, one that is not met."""
        return lambda view, wanted: self.gate(
            Kind.ALL if wanted else Kind.ANY, [each(view, wanted) for each in parts]
        )

    def any_of(self, parts: Sequence[Asked]) -> Asked:
        """One of the parts, or where that is not wanted, all of them not met."""
        return lambda view, wanted: self.gate(
            Kind.ANY if wanted else Kind.ALL, [each(view, wanted) for each in parts]
        )

    def at_least(self, count: int, parts: Sequence[Asked]) -> Asked:
        """So many of the parts, or where that is not wanted, as many not met as leave too few."""
        return lambda view, wanted: self.counted(
            count if wanted else len(parts) - count + 1, [each(view, wanted) for each in parts]
        )

    def opposite(self, part: Asked) -> Asked:
        """The part with what is wanted, and the strengths, the other way round."""
        return lambda view, wanted: part(view.turned, not wanted)

    def only_when(self, condition: Asked, operand: Asked) -> Asked:
        """The operand first: who looks for a way to meet it begins there."""
        return self.any_of([operand, self.opposite(condition)])

    def reference(self, expr: ex.Reference) -> Asked:
        """A node, at the strength that the reference asks for."""
        return lambda view, wanted: self.node(
            expr.name, view if expr.strength is None else View(int(expr.strength), view.not_met), wanted
        )

    def sided(self, expr: ex.Sided) -> Asked:
        """The side that is wanted."""
        met, unmet = self.of(expr.met), self.of(expr.unmet)
        return lambda view, wanted: met(view, True) if wanted else unmet(view.turned, True)

    def constant(self, expr: ex.Constant) -> Asked:
        """A constant is a test of nothing."""
        return lambda view, wanted: self.asked(expr, view, wanted)

    def test(self, expr: FactTest) -> Asked:
        """A test, as it is asked about."""
        return lambda view, wanted: self.asked(expr, view, wanted)

    @abstractmethod
    def asked(self, expr: FactTest | ex.Constant, view: View, wanted: bool) -> int:
        """The gate of a test or constant."""

    def literal(self, test: T, view: View, wanted: bool) -> int:
        """The gate of a test as it is asked about."""
        at = self.tests.setdefault(test, len(self.tests))
        return self.add(Gate(Kind.TEST, test=at, view=view, positive=wanted, keep=self.keep))

    def gate(self, kind: Kind, inside: Sequence[int]) -> int:
        """The gate of some others, each once."""
        once = tuple(dict.fromkeys(inside))
        return once[0] if len(once) == 1 else self.add(Gate(kind, once))

    def counted(self, count: int, inside: Sequence[int]) -> int:
        """The gate of at least so many of some others."""
        if count <= 0 or count > len(inside):
            return self.add(Gate(Kind.ALL if count <= 0 else Kind.ANY))
        if count == 1:
            return self.gate(Kind.ANY, inside)
        if count == len(inside):
            return self.gate(Kind.ALL, inside)
        return self.add(Gate(Kind.AT_LEAST, tuple(inside), count))

    def add(self, gate: Gate) -> int:
        """The number of a gate."""
        if gate not in self.made:
            self.made[gate] = len(self.gates)
            self.gates.append(gate)
        return self.made[gate]


class _Exprs(Building[ex.Expr]):
    """Tests as they stand in the ruleset, whole lists looked at by one test."""

    def asked(self, expr: FactTest | ex.Constant, view: View, wanted: bool) -> int:
        return self.literal(expr, view, wanted)

    def sided(self, expr: ex.Sided) -> Asked:
        """One test, of all that it reads: taken apart, an answer that both sides share would be lost."""
        return lambda view, wanted: self.literal(expr, view, wanted)

    def read(self, test: ex.Expr) -> frozenset[str]:
        return self.closed.read_by(test)

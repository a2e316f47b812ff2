"""A closed ruleset as flat conjunctions in strata: the shape that a forward-chaining engine can run.

Every truth is a numbered wire; `-wire` is its opposite, so a pair (t, f) is the strengths at which `wire` and `-wire`
hold. One connective is left, the gate: it holds when all of its operands do, and its opposite holds when the opposite
of one does. The rest (leaves, quantifiers, at-least-n, claims at a strength) are sources, settled by the shared code
between strata. Names are our own numbers: no text of a file reaches the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, assert_never

import attrs

from qa_rules.model.expressions import Constant, Reference, Sided, walk
from qa_rules.model.values import Strength
from qa_rules.program.connectives import FactTest, Lowering
from qa_rules.program.graph import Node
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair, at_least, at_strength

TRUE: Final = 1
UNKNOWN: Final = 2

WIDEST_GATE: Final = 16
"""A wider conjunction becomes a gate of gates."""
MOST_RULES: Final = 60
"""Of a bucket, its sentinel included. Every rule reads one wire at least, so no more than 60 tests are ever true."""


@attrs.frozen(cache_hash=True)
class Settled:
    """A leaf, or a test of records; `needs` are the nodes that it refers to."""

    expr: FactTest
    needs: tuple[tuple[str, int], ...] = ()


@attrs.frozen
class Counted:
    """At least `count` operands hold."""

    count: int
    operands: tuple[int, ...]


@attrs.frozen
class Graded:
    """The operand, with a claim weaker than `strength` taken as unknown."""

    strength: Strength
    operand: int


@attrs.frozen
class Sides:
    """As strongly met as one operand, and as strongly not met as the other is met."""

    met: int
    unmet: int


Source = Settled | Counted | Graded | Sides


@attrs.frozen
class Gate:
    """Every operand holds; sorted, each once, two or more."""

    operands: tuple[int, ...]


@attrs.frozen
class Rule:
    """When every test holds, so does every conclusion."""

    tests: tuple[str, ...]
    concludes: tuple[int, ...]


@attrs.frozen
class Bucket:
    """Rules that read one small message."""

    name: str
    tests: Mapping[str, int]
    """The wire of each test."""
    rules: Mapping[str, Rule]
    sentinel: str
    """The name of a last rule that always fires."""


@attrs.frozen
class Stratum:
    """Sources that earlier strata settle, then gates that depend on them."""

    sources: tuple[tuple[int, Source], ...]
    buckets: tuple[Bucket, ...]


@attrs.frozen
class Network:
    """A closed ruleset in strata."""

    wires: int
    strata: tuple[Stratum, ...]
    nodes: tuple[int, ...]
    """The wire of each node of the ruleset, in its order."""

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        """Every bucket, in the order of asserting."""
        return tuple(bucket for stratum in self.strata for bucket in stratum.buckets)

    def worth(self) -> list[int]:
        """Return the strengths at which each wire holds before anything is settled: `[wire]` and `[-wire]`."""
        worth = [0] * (2 * self.wires + 1)
        worth[TRUE] = 3
        return worth


def pair_of(worth: Sequence[int], wire: int) -> Pair:
    """Return the pair of a wire."""
    return worth[wire], worth[-wire]


def resolve(source: Source, known: Known, worth: Sequence[int]) -> Pair:
    """Return the pair of a source, given what it depends on."""
    match source:
        case Settled(expr, needs):
            return evaluate(expr, known, {name: pair_of(worth, wire) for name, wire in needs})
        case Counted(count, operands):
            return at_least(count, [pair_of(worth, wire) for wire in operands])
        case Graded(strength, operand):
            return at_strength(strength, pair_of(worth, operand))
        case Sides(met, unmet):
            return worth[met], worth[unmet]
        case _:
            assert_never(source)


def lower(nodes: Iterable[Node]) -> Network:
    """Wire the nodes of a closed ruleset and lay them out in strata by the height of what depends on what."""
    wiring = _Wiring()
    for node in nodes:
        wiring.named[node.name] = wiring.of(node.expr)
    return Network(wiring.count, tuple(_strata(wiring)), tuple(wiring.named.values()))


class _Wiring(Lowering[int]):
    """Gives equal truths one wire."""

    def __init__(self) -> None:
        self.count = UNKNOWN
        self.made: dict[Source | Gate, int] = {}
        self.heights = [0] * (UNKNOWN + 1)
        self.named: dict[str, int] = {}

    def any_of(self, parts: Sequence[int]) -> int:
        return -self.all_of([-wire for wire in parts])

    def opposite(self, part: int) -> int:
        return -part

    def at_least(self, count: int, parts: Sequence[int]) -> int:
        wires = tuple(sorted(parts))
        return self.wire(Counted(count, wires), wires)

    def constant(self, expr: Constant) -> int:
        return UNKNOWN if expr.holds is None else TRUE if expr.holds else -TRUE

    def reference(self, expr: Reference) -> int:
        wire = self.named[expr.name]
        return wire if expr.strength is None else self.wire(Graded(expr.strength, wire), (wire,))

    def sided(self, expr: Sided) -> int:
        met, unmet = self.of(expr.met), self.of(expr.unmet)
        return self.wire(Sides(met, unmet), (met, unmet))

    def test(self, expr: FactTest) -> int:
        names = dict.fromkeys(node.name for node in walk(expr) if isinstance(node, Reference))
        needs = tuple((name, self.named[name]) for name in names)
        return self.wire(Settled(expr, needs), [wire for _, wire in needs])

    def all_of(self, parts: Sequence[int]) -> int:
        wires = sorted({UNKNOWN if wire == -UNKNOWN else wire for wire in parts} - {TRUE})
        if -TRUE in wires:
            return -TRUE
        while len(wires) > WIDEST_GATE:
            groups = (wires[at : at + WIDEST_GATE] for at in range(0, len(wires), WIDEST_GATE))
            wires = sorted(
                group[0] if len(group) == 1 else self.wire(Gate(tuple(group)), group) for group in groups
            )
        if len(wires) < 2:
            return wires[0] if wires else TRUE
        return self.wire(Gate(tuple(wires)), wires)

    def wire(self, made: Source | Gate, operands: Iterable[int]) -> int:
        step = int(isinstance(made, Gate))
        if made not in self.made:
            self.count += 1
            self.made[made] = self.count
            self.heights.append(step + max((self.heights[abs(wire)] for wire in operands), default=0))
        return self.made[made]


def _strata(wiring: _Wiring) -> Iterator[Stratum]:
    """A gate stands one above the highest of its operands, a source level with it, to be settled after it."""
    sources: dict[int, list[tuple[int, Source]]] = {}
    gates: dict[int, list[tuple[int, Gate]]] = {}
    for made, wire in wiring.made.items():
        height = wiring.heights[wire]
        if isinstance(made, Gate):
            gates.setdefault(height, []).append((wire, made))
        else:
            sources.setdefault(height, []).append((wire, made))
    bucketing = _Bucketing()
    for height in range(max(wiring.heights) + 1):
        buckets = tuple(bucketing.of(gates.get(height + 1, [])))
        yield Stratum(tuple(sources.get(height, ())), buckets)


class _Bucketing:
    """Deals gates out to buckets. Numbers start anew in each bucket, but for rules and buckets themselves."""

    def __init__(self) -> None:
        self.buckets = 0
        self.rules = 0

    def of(self, gates: Iterable[tuple[int, Gate]]) -> Iterator[Bucket]:
        held: dict[tuple[int, ...], list[int]] = {}
        for wire, gate in gates:
            needed = _conditions(wire, gate)
            if len(held.keys() | needed.keys()) >= MOST_RULES:
                yield self.bucket(held)
                held = {}
            for condition, conclusion in needed.items():
                held.setdefault(condition, []).append(conclusion)
        if held:
            yield self.bucket(held)

    def bucket(self, held: Mapping[tuple[int, ...], Sequence[int]]) -> Bucket:
        wires = sorted({wire for condition in held for wire in condition})
        names = {wire: f"t{at}" for at, wire in enumerate(wires)}
        rules = {
            self.rule(): Rule(tuple(names[wire] for wire in condition), tuple(concludes))
            for condition, concludes in held.items()
        }
        self.buckets += 1
        return Bucket(f"b{self.buckets}", {name: wire for wire, name in names.items()}, rules, self.rule())

    def rule(self) -> str:
        self.rules += 1
        return f"r{self.rules}"


def _conditions(wire: int, gate: Gate) -> dict[tuple[int, ...], int]:
    """A rule for met, and one for not met to each operand; what is always unknown needs none."""
    found: dict[tuple[int, ...], int] = {
        (-operand,): -wire for operand in gate.operands if operand != UNKNOWN
    }
    if UNKNOWN not in gate.operands:
        found[gate.operands] = wire
    return found

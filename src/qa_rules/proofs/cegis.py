"""Something holds *whatever else is true*: there is one state of knowledge of which all completions agree.

The solver is asked for a state, then for a completion that speaks against it; what that completion rules out is
taken in, and so on, until a state stands or none is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from qa_rules.model.expressions import Compare, Expr, Fact, Field, Given, Later, Op, Term, Within, terms, walk
from qa_rules.program.algebra import Pair
from qa_rules.program.decide import Nodes
from qa_rules.program.gates import (
    And,
    Assignment,
    AtLeast,
    AtMost,
    Lit,
    Number,
    SumAtLeast,
    Var,
    numbers_in,
    numbers_of,
)
from qa_rules.program.store import Store
from qa_rules.proofs.bounds import counted
from qa_rules.proofs.encode import Encoder
from qa_rules.proofs.filling import Filled, Filling
from qa_rules.proofs.solver import Answer, Found, NoneExists, Undecided
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Cell, RecordCell

ROUNDS: Final = 40
EFFORT: Final = 10_000_000
"""Of one query; there are many for one claim."""
PREFIX: Final = "else "


@attrs.frozen
class Completed:
    """The nodes of a world in which nothing is left open."""

    nodes: Nodes = attrs.field(hash=False)
    room: Mapping[str, tuple[Lit, ...]] = attrs.field(hash=False)
    """For each fact: there is room for more wherever more may be learned, in spite of the limits of the proof."""


def completed(study: Study) -> Completed:
    """Return the nodes of a study once everything that is open has got some value."""
    filling = Filling(study.make, study.limits.levels, PREFIX)
    asked = _asked_for(study)
    others = {name: filling.perhaps_none(name, study.another(name, PREFIX), asked) for name in study.facts}
    world = filling.world(study.world, others)
    nodes = _Completing(study.make, study.limits.levels, world).again(
        study.reading(others.keys()), study.nodes
    )
    return Completed(nodes, {name: tuple(_room(study, name)) for name in others})


@attrs.frozen
class _Told(Encoder):
    """Encodes what was known before the gaps were filled."""

    def cell(self, term: Term, record: RecordCell | None) -> Cell | None:
        found = super().cell(term, record)
        return found.before if isinstance(found, Filled) else found


@attrs.frozen
class _Completing(Encoder):
    """Encodes a filled world. A test that holds two facts against each other may go either way until both are known.

    How they may come to stand to each other is often a matter of how far the proofs reach: whether there are
    enough jackets for any number of passengers, say.
    """

    def _of(self, expr: Expr, nodes: Nodes, record: RecordCell | None) -> Pair:
        facts = dict.fromkeys(each for each in terms(expr) if isinstance(each, Fact | Field))
        cells = [cell for each in facts if isinstance(cell := self.cell(each, record), Filled)]
        if len(cells) < 2:
            return super()._of(expr, nodes, record)
        make, told = self.make, _Told(self.make, self.levels, self.world)._of(expr, nodes, record)
        unsettled = (-make.all(each.before.known[0] for each in cells), -told.t[0], -told.f[0])
        holds, free = self._guess(expr, record), make.all((*unsettled, *(-each.none for each in cells)))
        return Pair(
            self._each(lambda at: make.any((told.t[at], make.all((free, holds))))),
            self._each(lambda at: make.any((told.f[at], make.all((free, -holds))))),
        )

    def _guess(self, expr: Expr, record: RecordCell | None) -> Lit:
        """A truth to be chosen for a test, and the opposite for the opposite test."""

        def in_order(first: Term, then: Term) -> Lit:
            return self._chosen_for(f"{first} <= {then}", record)

        match expr:
            case Compare(left, Op.IS, right):
                return self.make.all((in_order(left, right), in_order(right, left)))
            case Compare(left, Op.AT_MOST, right):
                return in_order(left, right)
            case Compare(left, Op.AT_LEAST, right):
                return in_order(right, left)
            case Compare(left, Op.MORE, right):
                return -in_order(left, right)
            case Compare(left, Op.LESS, right):
                return -in_order(right, left)
            case Within(moment, start, amount, unit):
                return self.make.all((in_order(start, moment), in_order(moment, Later(start, amount, unit))))
            case _:
                return self._chosen_for(f"{expr}", record)

    def _chosen_for(self, test: str, record: RecordCell | None) -> Lit:
        return self.make.var(f"{PREFIX}{test} {0 if record is None else record.there}")


def _asked_for(study: Study) -> frozenset[tuple[str, str]]:
    """The facts, and the fields of collections, of which some rule asks whether they are given at all."""
    given = (each.term for node in study.closed.nodes for each in walk(node.expr) if isinstance(each, Given))
    return frozenset(
        ("", term.name) if isinstance(term, Fact) else (term.collection, term.name) for term in given
    )


def _room(study: Study, name: str) -> Iterator[Lit]:
    """Keep sets off what the limits of the proof, not the rules, would decide.

    Where no rule counts further, one record is known; completions may add others.
    """
    if name in study.world.cells:
        yield from _inside(study, [study.world.cells[name]])
        return
    records = study.world.lists[name].records
    if name not in counted(study.closed):
        yield from (-record.there for record in records[1:])
    for key in records[0].fields:
        yield from _inside(study, [record.fields[key] for record in records])


def _inside(study: Study, cells: Sequence[Cell]) -> Iterator[Lit]:
    make, spare, first = study.make, study.limits.codes[-1], cells[0]
    if first.whole is not None:
        yield -make.all(make.any(cell.items[item] for cell in cells) for item in first.items)
        for cell in cells:
            yield make.any((-cell.known[0], *cell.items.values()))
    yield from (-cell.items[spare] for cell in cells if spare in cell.items)


class Asker:
    """Asks for a state of which something holds whatever the rest is. What was ruled out once stays so."""

    study: Study
    make: Store

    def __init__(self, study: Study, always: Lit) -> None:
        self.study, self.make = study, study.make
        self.against: Lit = _plainest(study, -always)
        self.variables: Assignment = _variables(self.make, [self.against])
        self.learnt: list[Lit] = []

    def ask(self, literals: Iterable[Lit]) -> Answer:
        """Return a state under which the literals hold and no completion speaks against it."""
        asked = list(literals)
        theirs = {name: value for name, value in self.variables.items() if name.startswith(PREFIX)}
        mine = {name: value for name, value in self.variables.items() if name not in theirs}
        for _ in range(ROUNDS):
            answer = self.study.ask([*asked, *self.learnt], also=mine, effort=EFFORT)
            if not isinstance(answer, Found):
                return answer
            state = {name: answer.assignment.get(name, value) for name, value in mine.items()}
            against = self.make.put([self.against], state)
            other = self.study.ask(against, also=theirs, effort=EFFORT)
            if isinstance(other, NoneExists):
                return answer
            if isinstance(other, Undecided):
                return other
            values = {name: other.assignment.get(name, value) for name, value in theirs.items()}
            self.learnt += [-literal for literal in self.make.put([self.against], values)]
        return Undecided(f"no end after {ROUNDS} completions")


def _plainest(study: Study, against: Lit) -> Lit:
    """Put in of a completion what speaks against a state in every case: one truth, or one end of a number.

    It is so where all that it is asked for pulls the same way, and no law binds it.
    """
    while True:
        (fewer,) = study.make.put([against], dict(_one_way(study, against)))
        if fewer == against:
            return against
        against = fewer


def _one_way(study: Study, against: Lit) -> Iterator[tuple[str, bool | Number]]:
    pulls: dict[str, set[bool | Number | None]] = {}
    wanted: dict[int, set[bool]] = {abs(against): {against > 0}}
    for at, gate in reversed(list(study.make.cone([against]))):
        match gate:
            case Var(name):
                pulls.setdefault(name, set()).update(wanted[at])
            case And(of) | AtLeast(_, of):
                for each in of:
                    wanted.setdefault(abs(each), set()).update(way == (each > 0) for way in wanted[at])
            case SumAtLeast(_, parts):
                for part in parts:
                    wanted.setdefault(abs(part.when), set()).update((True, False))
                pulls.update((number.name, {None}) for number in numbers_of(gate))
            case AtMost(left, right):
                for term, is_left in ((left, True), (right, False)):
                    for number in numbers_in(term):
                        ends = (number.least if way == is_left else number.most for way in wanted[at])
                        pulls.setdefault(number.name, set()).update(ends)
            case _:
                pulls.update((number.name, {None}) for number in numbers_of(gate))
    for name, ways in pulls.items():
        if name.startswith(PREFIX) and not study.laws.about.get(name) and len(ways) == 1:
            yield from ((name, way) for way in ways if way is not None)


def _variables(make: Store, literals: Iterable[Lit]) -> Assignment:
    """The variables, each with the value that it has where nothing is said of it."""
    found: dict[str, bool | Number] = {}
    for _, gate in make.cone(literals):
        if isinstance(gate, Var):
            found[gate.name] = False
        for number in numbers_of(gate):
            found[number.name] = 1 if number.least is None else number.least
    return found

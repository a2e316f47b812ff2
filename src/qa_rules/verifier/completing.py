"""Something holds *whatever else is true*: there is one state of knowledge of which all completions agree.

The solver is asked for a state, then for a completion that speaks against it; what that completion rules out is
taken in, and so on, until a state stands or none is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from qa_rules.model.expressions import Fact, Field, Given, spans, terms, walk
from qa_rules.model.facts import FactType
from qa_rules.model.values import Unit
from qa_rules.verifier.cells import Cell, ListCell
from qa_rules.verifier.claims import Whatever
from qa_rules.verifier.encoding import Nodes
from qa_rules.verifier.filling import Filling
from qa_rules.verifier.formulas import Formulas
from qa_rules.verifier.gates import Const, Lit, Number, NumberVar, Var, numbers_of
from qa_rules.verifier.solving import Answer, Found, NoneExists, Undecided
from qa_rules.verifier.study import Study

ROUNDS: Final = 40
EFFORT: Final = 10_000_000
"""Of one query; there are many for one claim."""
PREFIX: Final = "else "
MARGIN: Final = 5 * 366
"""How far known numbers and days keep from the ends of a wide range."""


@attrs.frozen
class Completed:
    """The nodes of a world in which nothing is left open."""

    nodes: Nodes = attrs.field(hash=False)
    lawful: Lit
    """The completion keeps what the vocabulary excludes."""
    room: Mapping[str, tuple[Lit, ...]] = attrs.field(hash=False)
    """For each fact: there is room for more wherever more may be learned, in spite of the limits of the proof."""


def completed(study: Study) -> Completed:
    """Return the nodes of a study once everything that is open has got some value."""
    filling = Filling(study.make, study.limits.levels, PREFIX, _partners(study))
    names = study.facts
    others = {name: study.another(name, PREFIX) for name in names}
    asked = _asked_for(study)
    others = {name: filling.perhaps_none(name, cell, asked) for name, cell in others.items()}
    world = filling.world(study.world, others)
    changed: dict[str, Cell | ListCell] = {
        name: world.cells[name] if name in world.cells else world.lists[name] for name in names
    }
    scalars, longest = study.ruleset.vocabulary.scalars, _longest_spans(study)
    excludes = {name: scalars[name].excludes for name in names if name in scalars and scalars[name].excludes}
    return Completed(
        study.copy(changed),
        filling.excluded(world, excludes),
        {name: tuple(_room(study, name, longest)) for name in names},
    )


def _partners(study: Study) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """The facts and fields that some test looks at together."""
    found: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
    for node in study.closed.nodes:
        for leaf in walk(node.expr):
            names = [_name_of(each) for each in terms(leaf) if isinstance(each, Fact | Field)]
            for name in names:
                found.setdefault(name, {}).update((other, None) for other in names if other != name)
    dated = {name for name in found if _is_date(study, *name)}
    return {name: tuple(each for each in found[name] if each in dated) for name in dated}


def _is_date(study: Study, collection: str, name: str) -> bool:
    vocabulary = study.ruleset.vocabulary
    fields = vocabulary.collections[collection].fields if collection else vocabulary.scalars
    return name in fields and fields[name].type is FactType.DATE


def _asked_for(study: Study) -> frozenset[tuple[str, str]]:
    """The facts, and the fields of collections, of which some rule asks whether they are given at all."""
    given = (each.term for node in study.closed.nodes for each in walk(node.expr) if isinstance(each, Given))
    return frozenset(map(_name_of, given))


def _room(study: Study, name: str, longest: Mapping[tuple[str, str], int]) -> Iterator[Lit]:
    """Keep what is known off the ends of what can be: there the limits of the proof, not the rules, would decide.

    Where no rule counts further, one record is known; completions may add others.
    """
    if name in study.world.cells:
        yield from _inside(study, [study.world.cells[name]], longest.get(("", name)))
        return
    records = study.world.lists[name].records
    if name not in study.limits.more_records:
        yield from (-record.there for record in records[1:])
    for key in records[0].fields:
        yield from _inside(study, [record.fields[key] for record in records], longest.get((name, key)))


_OF_A_YEAR: Final = {Unit.DAYS: 365, Unit.WORKING_DAYS: 250, Unit.MONTHS: 12, Unit.YEARS: 1}


def _longest_spans(study: Study) -> dict[tuple[str, str], int]:
    """The most that each number can be which some rule adds to a date, so that days remain on either side."""
    found: dict[tuple[str, str], int] = {}
    for node in study.closed.nodes:
        for leaf in walk(node.expr):
            for amount, unit in spans(leaf):
                if isinstance(amount, Fact | Field):
                    most = (MARGIN // 366 - 1) * _OF_A_YEAR[unit]
                    found[_name_of(amount)] = min(found.get(_name_of(amount), most), most)
    return found


def _name_of(term: Fact | Field) -> tuple[str, str]:
    return ("", term.name) if isinstance(term, Fact) else (term.collection, term.name)


def _inside(study: Study, cells: Sequence[Cell], span: int | None) -> Iterator[Lit]:
    make, spare = study.make, study.limits.codes[-1]
    first = cells[0]
    if first.whole is not None:
        yield -make.all(make.any(cell.items[item] for cell in cells) for item in first.items)
        for cell in cells:
            yield make.any((-cell.known[0], *cell.items.values()))
    for cell in cells:
        if spare in cell.items:
            yield -cell.items[spare]
        number = cell.number
        if isinstance(number, NumberVar) and number.least is not None and number.most is not None:
            far = MARGIN if number.most - number.least > 4 * MARGIN else 1
            if number.most - number.least > 2 * far:
                inside = (
                    make.at_most(Const(number.least + far), number),
                    make.at_most(number, Const(number.most - far)),
                )
                yield make.any((-cell.known[0], make.all(inside)))
        if number is not None and span is not None:
            yield make.any((-cell.known[0], make.at_most(number, Const(span))))


class Asker:
    """Asks for a state of which something holds whatever the rest is. What was ruled out once stays so."""

    def __init__(self, study: Study, whatever: Whatever) -> None:
        self.study, self.make = study, study.make
        self.against = self.make.all((whatever.lawful, -whatever.always))
        self.variables = _variables(self.make, [self.against])
        self.learnt: list[Lit] = []
        self.far = list(_far(self.make, [self.against]))
        """Completions at the ends of what can be are tried first: they speak against most."""

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
            other = self.study.ask([*against, *self.far], also=theirs, effort=EFFORT)
            if not isinstance(other, Found):
                other = self.study.ask(against, also=theirs, effort=EFFORT)
            if isinstance(other, NoneExists):
                return answer
            if isinstance(other, Undecided):
                return other
            values = {name: other.assignment.get(name, value) for name, value in theirs.items()}
            self.learnt += [-literal for literal in self.make.put([self.against], values)]
        return Undecided(f"no end after {ROUNDS} completions")


def _far(make: Formulas, literals: Iterable[Lit]) -> Iterator[Lit]:
    for number in (each for _, gate in make.cone(literals) for each in numbers_of(gate)):
        filler = number.name.startswith(PREFIX) and not number.name.endswith(" apart")
        if filler and number.least is not None and number.most is not None:
            yield make.any(make.equal(number, Const(end)) for end in (number.least, number.most))
    sets: dict[str, list[Lit]] = {}
    for at, gate in make.cone(literals):
        if isinstance(gate, Var) and gate.name.startswith(PREFIX) and "+" in gate.name:
            sets.setdefault(gate.name.partition("+")[0], []).append(at)
    for items in sets.values():
        yield make.any((make.all(items), make.all(-item for item in items)))


def _variables(make: Formulas, literals: Iterable[Lit]) -> Mapping[str, bool | Number]:
    """The variables, each with the value that it has where nothing is said of it."""
    found: dict[str, bool | Number] = {}
    for _, gate in make.cone(literals):
        if isinstance(gate, Var):
            found[gate.name] = False
        for number in numbers_of(gate):
            found[number.name] = 1 if number.least is None else number.least
    return found

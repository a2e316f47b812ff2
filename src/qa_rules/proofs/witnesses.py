"""Witnesses: the smallest provider of whom something holds, the same on every machine.

Facts are made unknown one by one while the literals still hold; what has to be known gets the plainest value that
does: the first option, the day nearest to the assessment, the least number. Only the yes or no of the solver
decides, so the result does not depend on the models that it happens to find.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from qa_rules.errors import EngineFailedError
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import NodeId, overdue_of
from qa_rules.program.decide import Nodes
from qa_rules.program.gates import FALSE, TRUE, Const, Lit, Number, NumberVar
from qa_rules.program.graph import Node
from qa_rules.program.overdue import with_overdue
from qa_rules.program.simulate import Simulation
from qa_rules.proofs.claims import Claim, Witness
from qa_rules.proofs.concretize import assignment_of, facts_from
from qa_rules.proofs.solver import Answer, Found
from qa_rules.proofs.study import LATER, Study
from qa_rules.proofs.symbolic import DAY, YES, Cell, ListCell
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.semantics.truth import Pair, pack

Ask = Callable[[Iterable[Lit]], Answer]


class _Shrinking:
    def __init__(
        self, study: Study, literals: Sequence[Lit], assignment: dict[str, bool | Number], ask: Ask
    ) -> None:
        self.study, self.fixed, self.ask = study, list(literals), ask
        self._takes(assignment)

    def _takes(self, assignment: dict[str, bool | Number]) -> None:
        make = self.study.make
        self.assignment = assignment
        self.shown = Simulation(make.gates, make.calendar, [assignment], [{}])

    def tried(self, literal: Lit) -> bool:
        """Fix the literal if everything fixed so far allows it."""
        if literal == TRUE:
            return True
        if literal == FALSE:
            return False
        if not self.holds(literal):
            answer = self.ask([*self.fixed, literal])
            if not isinstance(answer, Found):
                return False
            self._takes({**self.assignment, **answer.assignment})
        self.fixed.append(literal)
        return True

    def plainest(self, cells: Sequence[Cell | ListCell]) -> None:
        """Make each of these as plain as can be, in their order.

        What can be unknown together can be so one after another, so that halves are tried before each by itself: that
        comes to the same, and takes few questions.
        """
        if len(cells) == 1:
            cell = cells[0]
            self.cell(cell) if isinstance(cell, Cell) else self.listing(cell)
        elif cells and not self.tried(self.study.make.all(each for cell in cells for each in _gone(cell))):
            middle = len(cells) // 2
            self.plainest(cells[:middle])
            self.plainest(cells[middle:])

    def cell(self, cell: Cell) -> None:
        if cell.known[0] == TRUE:  # whether a condition is overdue
            for literal in cell.items.values():
                self.tried(-literal)
            return
        for level in reversed(cell.known):
            self.tried(-level)
        if not self.holds(cell.known[0]):
            return
        self.fixed.append(cell.known[0])
        if self.tried(-cell.none) or cell.none == FALSE:
            self.value(cell)
        else:
            self.fixed.append(cell.none)

    def value(self, cell: Cell) -> None:
        if cell.whole is not None:
            self.tried(cell.whole[0])
            for literal in cell.items.values():
                self.tried(-literal)
        elif isinstance(cell.number, NumberVar):
            self.number(cell.number)
        elif len(cell.items) == 1:
            self.tried(next(iter(cell.items.values())))
        else:
            any(self.tried(literal) for literal in cell.items.values())

    def number(self, variable: NumberVar) -> None:
        """The value nearest to a base: the day of the assessment, or the least that the number can be."""
        make = self.study.make
        on = self.study.limits.on.toordinal()
        dated = (variable.least, variable.most) == self.study.limits.days
        base = on if dated else int(variable.least or 0)
        low, high = 0, max(1, abs(int(self.assignment.get(variable.name, base)) - base) + 1)
        reach = 0  # most numbers can stand at the base or close to it, so the nearest are tried first
        while low < high:
            middle = min(reach, (low + high) // 2)
            reach = 2 * reach + 1
            near = make.all(
                (make.at_most(Const(base - middle), variable), make.at_most(variable, Const(base + middle)))
            )
            if self.holds(near) or isinstance(self.ask([*self.fixed, near]), Found):
                high = middle
            else:
                low = middle + 1
        for value in (base - low, base + low):
            if self.tried(make.equal(variable, Const(value))):
                return

    def holds(self, literal: Lit) -> bool:
        return bool(self.shown.mask(literal))

    def listing(self, cells: ListCell) -> None:
        for level in reversed(cells.listed):
            self.tried(-level)
        if not self.holds(cells.listed[0]):
            return
        self.fixed.append(cells.listed[0])
        self.tried(cells.complete)
        for record in reversed(cells.records):
            self.tried(-record.there)
        for record in cells.records:
            if self.holds(record.there):
                self.fixed.append(record.there)
                self.plainest(list(record.fields.values()))


def shrink(
    study: Study,
    literals: Sequence[Lit],
    assignment: dict[str, bool | Number],
    others: Mapping[str, Cell | ListCell],
    ask: Ask,
) -> dict[str, bool | Number]:
    """Return the plainest assignment under which the literals hold. `others` are copies that matter too."""
    work = _Shrinking(study, literals, assignment, ask)
    if DAY in assignment and isinstance(study.world.on, NumberVar):
        work.number(study.world.on)
    mentioned = {re.split(r"[?\[=+!~]", name)[0] for name in assignment}
    work.plainest(
        [
            cell
            for name, cell in [*_cells(study), *others.items()]
            if name in mentioned or name in others or name.partition(".")[0] in mentioned
        ]
    )
    if LATER in mentioned:
        work.number(study.later)
    return work.assignment


def _gone(cell: Cell | ListCell) -> list[Lit]:
    """That nothing is known of it; of whether a condition is overdue, that it is not."""
    if isinstance(cell, ListCell):
        return [-level for level in cell.listed]
    return [-each for each in (cell.items.values() if cell.known[0] == TRUE else cell.known)]


def _cells(study: Study) -> Iterator[tuple[str, Cell | ListCell]]:
    yield from study.world.cells.items()
    yield from study.world.lists.items()


def witness(study: Study, assignment: Mapping[str, bool | Number], claim: Claim) -> Witness:
    """Return the provider of an assignment. EngineFailedError when the definition does not agree with the encoding."""
    levels, on, vocabulary = study.limits.levels, study.limits.day_of(assignment), study.ruleset.vocabulary
    facts = _only(facts_from(assignment, vocabulary, on, levels), study)
    overdue = _overdue(study, assignment)
    codes = codes_of(study, facts, on, overdue)
    assignment = {**assignment, **assignment_of(believed(study, facts, on, overdue), vocabulary, levels)}
    known = study.reading(_known_names(facts, overdue))
    _agree(study, study.nodes, known, assignment, codes)
    if not all(study.make.evaluate(assignment, [*claim.literals, study.make.any(claim.cases)])):
        raise EngineFailedError(
            f"nothing is wrong with what is shown for {claim.at}; this is a fault of ours"
        )
    alone = Witness(facts, None, codes, on=on, overdue=overdue)
    if claim.later:
        day = datetime.date.fromordinal(int(assignment.get(LATER, on.toordinal() + 1)))
        then = codes_of(study, facts, day, overdue)
        _agree(study, study.later_nodes, known, assignment, then)
        return attrs.evolve(alone, after=facts, after_codes=then, after_on=day)
    if not claim.changed:
        return alone
    moved = dict(assignment)
    for stem, prefix in claim.changed.items():
        moved = {key: value for key, value in moved.items() if not _of(key, stem)}
        moved |= {
            key.removeprefix(prefix): value for key, value in assignment.items() if _of(key, prefix + stem)
        }
    after = _only(facts_from(moved, vocabulary, on, levels), study)
    then = codes_of(study, after, on, overdue)
    return attrs.evolve(alone, after=after, after_codes=then, after_on=on)


def _overdue(study: Study, assignment: Mapping[str, bool | Number]) -> tuple[str, ...]:
    return tuple(
        each for name in study.world.cells if (each := overdue_of(name)) and assignment.get(f"{name}={YES}")
    )


def _of(key: str, stem: str) -> bool:
    """Whether a variable is one of a fact, field or collection."""
    return key.startswith(stem) and (key == stem or key[len(stem)] in "?=+!~[")


def _only(facts: Facts, study: Study) -> Facts:
    """The facts that the ruleset reads or needs, without which conditions are overdue."""
    names = {name for name in study.world.cells if not overdue_of(name)}
    return Facts(
        {name: value for name, value in facts.values.items() if name in names},
        {name: records for name, records in facts.collections.items() if name in study.world.lists},
    )


def believed(study: Study, facts: Facts, on: datetime.date, overdue: Collection[str]) -> Known:
    """Return what is believed of a provider, and which conditions are overdue."""
    known = believe(facts, study.ruleset.vocabulary, on, study.calendar)
    return with_overdue(known, study.closed, overdue)


def _agree(
    study: Study,
    encoded: Nodes,
    read: Sequence[Node],
    assignment: Mapping[str, bool | Number],
    codes: tuple[int, ...],
) -> None:
    """Hold the encoding against the definition, at each node that reads something that is known."""
    pairs = [encoded[node.name] for node in read]
    truths = study.make.evaluate(assignment, [lit for pair in pairs for lit in (pair.t[-1], pair.f[0])])
    for at, node in enumerate(read):
        code = codes[study.closed.index[node.name]]
        strong = code & 0b100 if study.limits.levels > 1 else code & 0b111
        if truths[2 * at : 2 * at + 2] != [bool(strong), code >> 3 != 0b111]:
            raise EngineFailedError(
                f"the encoding and the definition disagree about {node.name}; this is a fault of ours"
            )


def _known_names(facts: Facts, overdue: Collection[str]) -> set[str]:
    return {*facts.values, *facts.collections, *(NodeId.overdue(name) for name in overdue)}


def codes_of(
    study: Study, facts: Facts, on: datetime.date | None = None, overdue: Collection[str] = ()
) -> tuple[int, ...]:
    """Return the six bits of every node by the definition."""
    on = on or study.limits.on
    known = believed(study, facts, on, overdue)
    pairs = dict(_of_nobody(study, on))
    for node in study.reading(_known_names(facts, overdue)):
        pairs[node.name] = evaluate(node.expr, known, pairs)
    return tuple(pack(*pair) for pair in pairs.values())


def _of_nobody(study: Study, on: datetime.date) -> Mapping[str, Pair]:
    """The pair of every node when nothing is known: what reads no fact that is known comes to the same."""
    day = on if study.turns_on_the_date_alone else study.limits.on
    if day not in study.of_nobody:
        known = believed(study, Facts(), day, ())
        pairs: dict[str, Pair] = {}
        for node in study.closed.nodes:
            pairs[node.name] = evaluate(node.expr, known, pairs)
        study.of_nobody[day] = pairs
    return study.of_nobody[day]

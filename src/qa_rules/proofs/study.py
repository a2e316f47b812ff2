"""A closed ruleset made ready for questions: its world, its nodes as formulas, and a solver."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Final

import attrs

from qa_rules.errors import Place
from qa_rules.model import expressions as ex
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import terms, walk
from qa_rules.model.facts import FactType
from qa_rules.model.lazy import lazy
from qa_rules.model.nodes import NodeId, OutcomeNode, Rung, ScopeNode, TierNode, overdue_of
from qa_rules.model.rulesets import Ruleset
from qa_rules.program.algebra import Pair
from qa_rules.program.bind import ClosedRuleset, close, stating
from qa_rules.program.decide import Decisions, Nodes
from qa_rules.program.gates import FALSE, TRUE, Assignment, Const, Lit, NumberVar
from qa_rules.program.graph import Node, referred
from qa_rules.program.store import Store
from qa_rules.proofs.assumptions import Laws
from qa_rules.proofs.bounds import reaching
from qa_rules.proofs.encode import SPEAKS, Encoder
from qa_rules.proofs.pool import Pool
from qa_rules.proofs.remembered import Answers, solver_of
from qa_rules.proofs.solver import Answer, Found, Solver
from qa_rules.proofs.symbolic import YES, Cell, Limits, ListCell, World, WorldMaker
from qa_rules.semantics.truth import Pair as Graded

LATER: Final = "later on"


class Study(Decisions):
    """One closed ruleset within limits. Copies of facts and their laws are added as questions ask for them."""

    closed: ClosedRuleset
    calendar: Calendar | None
    beside: ClosedRuleset | None

    only: Place | None = None
    """Where one claim alone is of interest, what it is about: questions may pass over what stands elsewhere."""

    pools = True
    """Whether who is found is kept to be tried first: that is worth it where much is asked."""

    def __init__(
        self,
        closed: ClosedRuleset,
        limits: Limits,
        calendar: Calendar | None = None,
        beside: ClosedRuleset | None = None,
        answers: Answers | None = None,
    ) -> None:
        """Make a ruleset ready; `beside` is another over the same vocabulary, to be compared with it.

        `answers` are those that the solver gave before, and are added to.
        """
        self.kept = answers
        self.closed, self.calendar, self.beside = closed, calendar, beside
        self.make: Store = Store(calendar)
        self.unbound: ClosedRuleset = close(closed.ruleset)
        """The ruleset without its policy."""
        others = (self.unbound,) if beside is None else (self.unbound, beside, close(beside.ruleset))
        stated = stating(closed) if closed.claims else closed
        under, alone = (stated, *others[1:2]), (self.unbound, *others[2:])
        both = (under,) if closed is self.unbound else (under, alone)
        self.read_together: tuple[tuple[ClosedRuleset, ...], ...] = both
        """What one claim may read of a provider: the rulesets under their policies, or both alone."""
        self.limits: Limits = reaching(limits, stated, *others)
        self.widened: dict[Limits, Study] = {}
        self.needed: dict[tuple[tuple[str, ...], int, bool], Limits] = {}
        """The limits that were needed: by what is read, in how many worlds, and whether affordable."""
        self.levels: int = self.limits.levels
        codes = sorted({code for each in (stated, *others) for code in _codes(each)})
        self.maker: WorldMaker = WorldMaker(self.make, self.limits, (*codes, *self.limits.codes))
        self.reads: Mapping[str, frozenset[str]] = closed.reads
        self.copies: dict[tuple[str, str], Cell | ListCell] = {}
        self.free_pairs: dict[str, Pair] = {}
        self.of_nobody: dict[datetime.date, Mapping[str, Graded]] = {}
        """By day the pairs of all nodes, by the definition, when nothing is known."""
        self.names: frozenset[str] = frozenset(name for found in self.reads.values() for name in found)
        """The facts and collections that are read."""
        names = self.names.union(*(found for each in (stated, *others) for found in each.reads.values()))
        needing = [each.ruleset for each in (closed, *others)]
        names = names.union(
            *(_about(each, made.needs) for each in needing for made in each.decisions if made.needs)
        )
        world = self.maker.world(self.ruleset.vocabulary, names)
        self.laws: Laws = Laws(self.make)
        self.laws.also(self.maker.laws)
        before = len(self.make.gates)
        overdue = self.maker.overdue(names)
        self.world: World = attrs.evolve(world, cells={**world.cells, **overdue})
        self.encoder: Encoder = Encoder(self.make, limits.levels, self.world)
        self.nodes: Nodes = self._with_subjects(self.encoder.nodes(closed.nodes), self.encoder)
        self.stated: Nodes = self.encoder.nodes(stated.nodes, self.nodes)
        """The nodes with those of what the author claims."""
        either = [self.nodes, *([self.encoder.nodes(beside.nodes)] if beside is not None and overdue else [])]
        self.laws.also(
            (  # only what falls short can be overdue, in one edition or the other
                self.make.implies(
                    cell.has(YES), self.make.any(each[condition].f[0] for each in either if condition in each)
                )
                for name, cell in overdue.items()
                if (condition := overdue_of(name))
            ),
            before,
        )
        on = limits.on.toordinal()
        last = datetime.date.max.toordinal()
        beyond = min(on + 366 * limits.years // 2, last)
        self.later: NumberVar = NumberVar(LATER, True, min(on + 1, last), beyond)
        """A day after that of the assessment; on the last day that there is, that day, and nothing is later."""
        self.is_first: Lit = self.make.equal(self.world.on, Const(on))
        self.is_later: Lit = self.make.less(self.world.on, self.later)
        self.lawful: Lit = self.make.all(self.laws.mentioned)
        self.solver: Solver = solver_of(self.make, self.laws, self.limits.days, answers)
        self.pool: Pool = Pool(self.make)

    def within(self, limits: Limits) -> Study:
        """Return the study of the same within other limits."""
        if limits not in self.widened:
            self.widened[limits] = Study(self.closed, limits, self.calendar, self.beside, self.kept)
            self.widened[limits].pools = False
        return self.widened[limits]

    def sharing(self, closed: ClosedRuleset, stay: Nodes | None = None) -> Study:
        """Return the study of the ruleset beside it, over the same variables and with the same solver.

        `stay` gives nodes of it that are already known.
        """
        found = copy(self)
        found.closed, found.reads = closed, closed.reads
        found.of_nobody = {}
        found.nodes = found._with_subjects(self.encoder.nodes(closed.nodes, stay), self.encoder)
        return found

    @lazy
    def turns_on_the_date_alone(self) -> bool:
        """Whether some rule tests the date without a fact."""
        tests = (inner for node in self.closed.nodes for inner in walk(node.expr))
        return any(
            any(isinstance(each, ex.On) for each in terms(test))
            and not any(isinstance(each, ex.Fact | ex.Field) for each in terms(test))
            for test in tests
        )

    @lazy
    def facts(self) -> tuple[str, ...]:
        """The facts and collections that are read."""
        return tuple(
            name
            for name in (*self.world.cells, *self.world.lists)
            if name in self.names and not overdue_of(name)
        )

    @lazy
    def later_nodes(self) -> Nodes:
        """The nodes on a later day, with nothing else changed."""
        world = attrs.evolve(self.world, on=self.later)
        encoder = attrs.evolve(self.encoder, world=world)
        return self._with_subjects(encoder.nodes(self.closed.nodes), encoder)

    @lazy
    def bare_nodes(self) -> Nodes:
        """The nodes of the ruleset alone, with everything that a policy sets unknown."""
        return self._with_subjects(self.encoder.nodes(self.unbound.nodes), self.encoder)

    @lazy
    def open_nodes(self) -> Nodes:
        """The nodes of the ruleset alone, with everything that a policy sets left open."""
        return self._with_subjects(self.open_encoder.nodes(self.unbound.nodes), self.open_encoder)

    @lazy
    def open_encoder(self) -> Encoder:
        """An encoder that leaves what a policy sets open."""
        return attrs.evolve(self.encoder, free_settings=True)

    def ask(
        self,
        literals: Iterable[Lit],
        speaks: bool = False,
        also: Iterable[str] = (),
        effort: int | None = None,
        read: bool = True,
    ) -> Answer:
        """Ask the solver, with silent policies silent, or free to say anything; `also` names variables to be told."""
        chosen = self.make.var(SPEAKS)
        return self.solver.solve((chosen if speaks else -chosen, *literals), also, effort, read)

    def somebody(self, literals: Iterable[Lit]) -> Answer:
        """Return whether the literals hold of anybody; who is found is tried on the next such questions first."""
        if not self.pools:
            return self.ask(literals, read=False)
        asked = (-self.make.var(SPEAKS), *literals)
        if not self.pool.bases:
            self.pool.start(list(self._whole_providers()), list(self._falling_short()))
        if self.pool.shows((*asked, self.lawful)):
            return Found({})
        answer = self.solver.solve(asked)
        if isinstance(answer, Found):
            self.pool.add(answer.assignment)
        return answer

    def _whole_providers(self) -> Iterator[Assignment]:
        """Anybody, one of whom as many groups as can be are met, and like that one somebody for each answer."""
        names = sorted({name for each in self.laws.mentioned.values() for name in each})
        anybody = self._found(TRUE, names) or {}
        yield anybody
        whole = anybody
        for group in self.ruleset.groups:
            whole = {**whole, **(self._found(self.met(group.id)) or {})}
        yield whole
        for decision in self.ruleset.decisions:
            for literal in self.answers(decision).values():
                if found := self._found(literal):
                    yield {**whole, **found}

    def _falling_short(self) -> Iterator[Assignment]:
        """Of each requirement what falls short of it, if possible of no other that reads the same facts."""
        for each in self.ruleset.requirements:
            near = [
                self.met(other.id)
                for other in self.ruleset.requirements
                if other != each and not self.reads[each.id].isdisjoint(self.reads[other.id])
            ]
            short = self.not_met(each.id)
            if found := self._found(self.make.all((short, *near))) or self._found(short):
                yield found

    def _found(self, literal: Lit, also: Iterable[str] = ()) -> Assignment | None:
        answer = self.solver.solve((literal, -self.make.var(SPEAKS)), also)
        return answer.assignment if isinstance(answer, Found) else None

    # Copies

    def copy(self, changed: Mapping[str, Cell | ListCell]) -> Nodes:
        """Return the nodes of a world in which some facts are others; nodes that read none of them stay."""
        encoder = self._elsewhere(self.encoder, changed)
        return self._with_subjects(encoder.again(self.reading(changed.keys()), self.nodes), encoder)

    def loose(self, changed: Mapping[str, Cell | ListCell]) -> tuple[Nodes, Nodes]:
        """Return the nodes, and their copy, with all that reads none of the facts left free to be anything.

        What is impossible of these is impossible, and found out without all the rest.
        """
        again, encoder = self.reading(changed.keys()), self._elsewhere(self.encoder, changed)
        given = self._apart(again)
        return self.encoder.again(again, given), self._with_subjects(encoder.again(again, given), encoder)

    def _apart(self, again: Sequence[Node], also: Collection[str] = ()) -> Nodes:
        """The nodes, with those that these refer to, and some more, left free unless they are made again."""
        inner = {name for node in again for name in referred(node.expr)}
        apart = inner.union(also).difference(node.name for node in again)
        return {**self.nodes, **{name: self.anything(name) for name in sorted(apart)}}

    def taking(self, changed: Nodes, given: Nodes | None = None) -> Nodes:
        """Return the nodes when some are taken otherwise; what does not refer to them stays."""
        return self.encoder.again(
            self.above(changed), {**(self.nodes if given is None else given), **changed}
        )

    def taking_loosely(self, changed: Nodes, also: Collection[str]) -> tuple[Nodes, Nodes]:
        """Return the nodes, and what `taking` makes of them, as `loose` does; `also` names more to be left free."""
        again = self.above(changed)
        given = self._apart(again, {*changed, *also})
        return self.encoder.again(again, given), self.taking(changed, given)

    def above(self, names: Iterable[str]) -> list[Node]:
        """Return the nodes that refer to any of these, themselves or through others, without these, in order."""
        first = frozenset(names)
        found = self.closed.above(first) - first
        return [node for node in self.closed.nodes if node.name in found]

    def reading(self, names: Collection[str]) -> list[Node]:
        """Return the nodes that read any of these facts, themselves or through a reference, in order."""
        return [node for node in self.closed.nodes if not self.reads[node.name].isdisjoint(names)]

    def anything(self, name: str) -> Pair:
        """Return a pair that may be anything that a pair can be, the same one each time for a name."""
        if name not in self.free_pairs:
            laws, gates = len(self.maker.laws), len(self.make.gates)
            t, f = self.maker.levels(f"any {name} t"), self.maker.levels(f"any {name} f")
            self.maker.laws.append(-self.make.all((t[0], f[0])))
            self.laws.also(self.maker.laws[laws:], gates)
            self.free_pairs[name] = Pair(t, f)
        return self.free_pairs[name]

    def open_copy(self, changed: Mapping[str, Cell | ListCell]) -> Nodes:
        """Return `open_nodes` of a world in which some facts are others."""
        again = [
            node
            for node in self.unbound.nodes
            if not changed.keys().isdisjoint(self.unbound.reads[node.name])
        ]
        return self._elsewhere(self.open_encoder, changed).again(again, self.open_nodes)

    def _with_subjects(self, nodes: Nodes, encoder: Encoder) -> Nodes:
        """The nodes with, for each subject that a decision needs, whether something is known of it in that world."""
        world, found = encoder.world, dict(nodes)
        for subject in {each.needs for each in self.ruleset.decisions if each.needs}:
            names = _about(self.ruleset, subject)
            known = [cell.known[0] for name, cell in world.cells.items() if name in names]
            known += [each.listed[0] for name, each in world.lists.items() if name in names]
            levels = encoder.levels
            found[NodeId.subject(subject)] = Pair((self.make.any(known),) * levels, (FALSE,) * levels)
        return found

    def _elsewhere(self, encoder: Encoder, changed: Mapping[str, Cell | ListCell]) -> Encoder:
        cells = {name: each for name, each in changed.items() if isinstance(each, Cell)}
        lists = {name: each for name, each in changed.items() if isinstance(each, ListCell)}
        world = attrs.evolve(
            self.world, cells={**self.world.cells, **cells}, lists={**self.world.lists, **lists}
        )
        return attrs.evolve(encoder, world=world)

    def another(self, name: str, prefix: str) -> Cell | ListCell:
        """Return fresh variables for a fact or collection, with their laws."""
        vocabulary = self.ruleset.vocabulary
        before = len(self.maker.laws)
        made: Cell | ListCell
        if name in vocabulary.collections:
            made = self.maker.list_cell(vocabulary.collections[name], prefix + name)
        else:
            made = self.maker.cell(vocabulary.scalars[name], prefix + name)
        self.laws.also(self.maker.laws[before:])
        self.copies[prefix, name] = made
        return made

    def copied(self, prefix: str, name: str) -> Cell | ListCell:
        """Return a copy that was made before."""
        return self.copies[prefix, name]

    # What stands behind a name

    def passes_over(self, place: Place | None) -> bool:
        """Return whether claims about what stands there are of no interest."""
        return self.only is not None and place != self.only

    def attaining(self, number: int) -> tuple[Lit, ...]:
        """Return what holds when a tier is attained and none above it, though one may still be open."""
        above = self.nodes.get(NodeId.attained(number + 1))
        return (self.nodes[NodeId.attained(number)].t[0], *(() if above is None else (-above.t[0],)))

    def reads_of(self, name: str) -> list[str]:
        """Return what a declared fact is made of: itself, or the parts of a document."""
        return [
            each
            for each in (*self.world.cells, *self.world.lists)
            if each.partition(".")[0] == name or each == name
        ]

    def silent(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the settings on which the policy is silent and that these nodes turn on."""
        found: dict[str, None] = {}
        for name in self.closed.behind(names):
            for inner in walk(self.closed.exprs[name]):
                if isinstance(inner, ex.Constant) and inner.holds is None and inner.because:
                    found.setdefault(inner.because)
                found.update((term.name, None) for term in terms(inner) if isinstance(term, ex.Unset))
        return tuple(found)


def is_result(name: NodeId) -> bool:
    """Return whether a node is an outcome, a scope, or a tier attained or required."""
    parts = name.parts
    if isinstance(parts, TierNode):
        return parts.rung in (Rung.ATTAINED, Rung.REQUIRED)
    return isinstance(parts, OutcomeNode | ScopeNode)


def _about(ruleset: Ruleset, subject: str) -> frozenset[str]:
    """The facts and collections about a subject."""
    vocabulary = ruleset.vocabulary
    declared = {**vocabulary.scalars, **vocabulary.collections}
    return frozenset(name for name, each in declared.items() if each.about == subject)


def _codes(closed: ClosedRuleset) -> list[str]:
    found: set[str] = set()
    for node in closed.nodes:
        for inner in walk(node.expr):
            for term in terms(inner):
                if isinstance(term, ex.Literal) and isinstance(term.value, str):
                    found.add(term.value)
                elif isinstance(term, ex.Literal) and isinstance(term.value, frozenset):
                    found.update(term.value)
    options = {
        option
        for declared in closed.ruleset.vocabulary.facts.values()
        for each in (declared, *declared.fields.values())
        if each.type in (FactType.CHOICE, FactType.CHOICES)
        for option in each.options
    }
    return sorted(found - options)

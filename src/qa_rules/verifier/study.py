"""A closed ruleset made ready for questions: its world, its nodes as formulas, and a solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Final

import attrs

from qa_rules.meaning.closing import OVERDUE, SCOPE, ClosedRuleset, close
from qa_rules.meaning.totality import asked_of_last, is_total
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import (
    Constant,
    Count,
    Literal,
    Quantified,
    Reference,
    Unset,
    facts_of,
    terms,
    walk,
)
from qa_rules.model.facts import FactType
from qa_rules.model.rulesets import Decision, Outcome
from qa_rules.verifier.algebra import Pair
from qa_rules.verifier.cells import YES, Cell, Limits, ListCell, WorldMaker
from qa_rules.verifier.encoding import SPEAKS, Encoder, Nodes
from qa_rules.verifier.formulas import FALSE, TRUE, Formulas, Lit, NumberVar
from qa_rules.verifier.solving import Answer, Solver

LATER: Final = "later on"


class Study:
    """One closed ruleset within limits. Copies of facts and their laws are added as questions ask for them."""

    def __init__(
        self,
        closed: ClosedRuleset,
        limits: Limits,
        calendar: Calendar | None = None,
        beside: ClosedRuleset | None = None,
    ) -> None:
        """Make a ruleset ready; `beside` is another over the same vocabulary, to be compared with it."""
        self.closed, self.calendar = closed, calendar
        self.ruleset = closed.ruleset
        self.limits = attrs.evolve(limits, more_records=_records(closed, limits))
        self.make = Formulas(calendar)
        self.unbound = close(closed.ruleset)
        """The ruleset without its policy."""
        others = (self.unbound,) if beside is None else (self.unbound, beside)
        codes = sorted({*_codes(closed), *(code for each in others for code in _codes(each))})
        self.maker = WorldMaker(self.make, self.limits, (*codes, *limits.codes))
        self.reads = _reads(closed)
        self.unbound_reads = _reads(self.unbound)
        self.copies: dict[tuple[str, str], Cell | ListCell] = {}
        self.names = frozenset(name for found in self.reads.values() for name in found)
        """The facts and collections that are read."""
        names = self.names.union(*(found for each in others for found in _reads(each).values()))
        self.world = self.maker.world(self.ruleset.vocabulary, names)
        self.encoder = Encoder(self.make, limits.levels, self.world)
        self.nodes: Nodes = self.encoder.nodes(closed.nodes)
        for name in self.world.cells:
            if name.startswith(OVERDUE):  # only what falls short can be overdue
                short = self.nodes[name.removeprefix(OVERDUE)].f[0]
                self.maker.laws.append(self.make.implies(self.world.cells[name].has(YES), short))
        on, span = limits.on.toordinal(), 366 * limits.years
        self.later = NumberVar(LATER, True, on + 1, on + span // 2)
        """A day after that of the assessment."""
        self.solver = Solver(self.make, self.maker.laws, (on - span, on + span))

    def sharing(self, closed: ClosedRuleset) -> Study:
        """Return the study of the ruleset beside it, over the same variables and with the same solver."""
        found = copy(self)
        found.closed, found.ruleset, found.reads = closed, closed.ruleset, _reads(closed)
        found.nodes = self.encoder.nodes(closed.nodes)
        return found

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The facts and collections that are read."""
        return tuple(
            name
            for name in (*self.world.cells, *self.world.lists)
            if name in self.names and not name.startswith(OVERDUE)
        )

    @cached_property
    def referring(self) -> Mapping[str, tuple[str, ...]]:
        """For each node those that refer to it."""
        found: dict[str, dict[str, None]] = {}
        for node in self.closed.nodes:
            for inner in walk(node.expr):
                if isinstance(inner, Reference):
                    found.setdefault(inner.name, {}).setdefault(node.name)
        return {name: tuple(names) for name, names in found.items()}

    @cached_property
    def later_nodes(self) -> Nodes:
        """The nodes on a later day, with nothing else changed."""
        world = attrs.evolve(self.world, on=self.later)
        return attrs.evolve(self.encoder, world=world).nodes(self.closed.nodes)

    @cached_property
    def open_nodes(self) -> Nodes:
        """The nodes of the ruleset alone, with everything that a policy sets left open."""
        return self.open_encoder.nodes(self.unbound.nodes)

    @cached_property
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
        return self.solver.solve((*literals, chosen if speaks else -chosen), also, effort, read)

    # Levels

    def at(self, levels: Sequence[Lit], strength: int) -> Lit:
        """Return the literal of a strength; with one level all evidence is verified."""
        return levels[0] if self.limits.levels == 1 else levels[strength - 1]

    @property
    def asked(self) -> int:
        """The strength at which findings count as met."""
        return int(self.closed.strength)

    # Verdicts

    def met(self, name: str, nodes: Nodes | None = None) -> Lit:
        """Return: the verdict of a requirement or group is met."""
        found = self.nodes if nodes is None else nodes
        pair = found[name]
        return self.make.all((self.at(pair.t, self.asked), -pair.f[0], -self.not_applicable(name, found)))

    def not_met(self, name: str, nodes: Nodes | None = None) -> Lit:
        """Return: the verdict of a requirement or group is not met."""
        found = self.nodes if nodes is None else nodes
        return self.make.all((found[name].f[0], -self.not_applicable(name, found)))

    def not_applicable(self, name: str, nodes: Nodes | None = None) -> Lit:
        """Return: the verdict of a requirement or group is not applicable."""
        found = self.nodes if nodes is None else nodes
        applies = found.get(f"{name}/applies")
        return FALSE if applies is None else self.at(applies.f, self.asked)

    # Answers

    def scope(self, decision: Decision, nodes: Nodes | None = None) -> Pair:
        """Return whether a decision is made at all."""
        found = self.nodes if nodes is None else nodes
        parts = [found[name] for name in (SCOPE, f"scope/{decision.id}") if name in found]
        return self.encoder.all_of(parts)

    def possible(self, decision: Decision, nodes: Nodes | None = None) -> list[Lit]:
        """Return for each outcome: it is not ruled out."""
        found, make = self.nodes if nodes is None else nodes, self.make
        before: Lit = TRUE
        possible = []
        for outcome in decision.outcomes:
            pair = found[f"outcome/{decision.id}/{outcome.id}"]
            stops = self.stops(decision, outcome, nodes)
            ruled_out = self.at(pair.f, 1 if outcome.allows else self.asked)
            possible.append(make.all((before, make.any((stops, -ruled_out)))))
            before = make.all((before, -stops))
        return possible

    def stops(self, decision: Decision, outcome: Outcome, nodes: Nodes | None = None) -> Lit:
        """Return: an outcome is met, and nothing that stands after it is possible."""
        found = self.nodes if nodes is None else nodes
        pair = found[f"outcome/{decision.id}/{outcome.id}"]
        return self.at(pair.t, self.asked if outcome.allows else 1)

    def left_over(self, decision: Decision, nodes: Nodes | None = None) -> Lit:
        """Return: outcomes of which none is met stand as the answer because everything else is ruled out."""
        found = self.nodes if nodes is None else nodes
        if not is_total(self.ruleset, decision):
            return FALSE
        if all(outcome.allows for outcome in decision.outcomes):
            return TRUE
        parts = ((f"{name}/applies", f"{name}/met", name) for name in asked_of_last(decision))
        return self.make.any(
            self.make.all(self.at(found[part].t, self.asked) for part in each if part in found)
            for each in parts
        )

    def answers(self, decision: Decision, nodes: Nodes | None = None) -> dict[str, Lit]:
        """Return for each word: it is the answer."""
        make, possible = self.make, self.possible(decision, nodes)
        scope = self.scope(decision, nodes)
        outside = self.at(scope.f, self.asked)
        certain = make.any(
            (
                *(self.stops(decision, outcome, nodes) for outcome in decision.outcomes),
                self.left_over(decision, nodes),
            )
        )
        inside = make.all((-outside, self.at(scope.t, self.asked), certain))
        allow = make.any(lit for lit, each in zip(possible, decision.outcomes, strict=True) if each.allows)
        forbid = make.any(
            lit for lit, each in zip(possible, decision.outcomes, strict=True) if not each.allows
        )
        words: dict[str, Lit] = {}
        for at, outcome in enumerate(decision.outcomes):
            others = possible[:at] if outcome.allows else possible[at + 1 :]
            against = forbid if outcome.allows else allow
            words[outcome.id] = make.all((inside, possible[at], -against, *(-each for each in others)))
        words[decision.not_applicable] = outside
        words[decision.undecided] = make.all((-outside, *(-each for each in words.values())))
        return words

    def allowing(self, decision: Decision, nodes: Nodes | None = None) -> Lit:
        """Return: the answer allows."""
        words = self.answers(decision, nodes)
        return self.make.any(words[each.id] for each in decision.outcomes if each.allows)

    # Copies

    def copy(self, changed: Mapping[str, Cell | ListCell]) -> Nodes:
        """Return the nodes of a world in which some facts are others; nodes that read none of them stay."""
        stay = {name: pair for name, pair in self.nodes.items() if not self.reads[name] & set(changed)}
        return self._elsewhere(self.encoder, changed).nodes(self.closed.nodes, stay)

    def open_copy(self, changed: Mapping[str, Cell | ListCell]) -> Nodes:
        """Return `open_nodes` of a world in which some facts are others."""
        stay = {
            name: pair
            for name, pair in self.open_nodes.items()
            if not self.unbound_reads[name] & set(changed)
        }
        return self._elsewhere(self.open_encoder, changed).nodes(self.unbound.nodes, stay)

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
        self.solver.also(self.maker.laws[before:])
        self.copies[prefix, name] = made
        return made

    def copied(self, prefix: str, name: str) -> Cell | ListCell:
        """Return a copy that was made before."""
        return self.copies[prefix, name]

    # What stands behind a name

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
        for name in self.behind(names):
            for inner in walk(self.closed.nodes[self.closed.index[name]].expr):
                if isinstance(inner, Constant) and inner.holds is None and inner.because:
                    found.setdefault(inner.because)
                found.update((term.name, None) for term in terms(inner) if isinstance(term, Unset))
        return tuple(found)

    def behind(self, names: Iterable[str]) -> set[str]:
        """Return the nodes that these nodes refer to, themselves included."""
        found: set[str] = set()
        ahead = [name for name in names if name in self.closed.index]
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                expr = self.closed.nodes[self.closed.index[name]].expr
                ahead.extend(inner.name for inner in walk(expr) if isinstance(inner, Reference))
        return found


def _reads(closed: ClosedRuleset) -> dict[str, frozenset[str]]:
    """The facts and collections that each node reads, itself or through a reference."""
    found: dict[str, frozenset[str]] = {}
    for node in closed.nodes:
        inner = [found[each.name] for each in walk(node.expr) if isinstance(each, Reference)]
        found[node.name] = facts_of(node.expr).union(*inner)
    return found


def _codes(closed: ClosedRuleset) -> list[str]:
    found: set[str] = set()
    for node in closed.nodes:
        for inner in walk(node.expr):
            for term in terms(inner):
                if isinstance(term, Literal) and isinstance(term.value, str):
                    found.add(term.value)
                elif isinstance(term, Literal) and isinstance(term.value, frozenset):
                    found.update(term.value)
    options = {
        option
        for declared in closed.ruleset.vocabulary.facts.values()
        for each in (declared, *declared.fields.values())
        if each.type in (FactType.CHOICE, FactType.CHOICES)
        for option in each.options
    }
    return sorted(found - options)


def _records(closed: ClosedRuleset, limits: Limits) -> dict[str, int]:
    """Collections of which a rule counts more records than the limit."""
    found: dict[str, int] = {}
    for node in closed.nodes:
        for inner in walk(node.expr):
            if (
                isinstance(inner, Quantified)
                and inner.count is Count.AT_LEAST
                and inner.number > limits.records
            ):
                found[inner.collection] = max(found.get(inner.collection, 0), inner.number)
    return {**found, **limits.more_records}

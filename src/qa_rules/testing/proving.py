"""Obligations as questions to the verifier: conditions over its formulas. The only module here that needs z3."""

from __future__ import annotations

from typing import assert_never

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.program.gates import Lit
from qa_rules.proofs.bounds import together
from qa_rules.proofs.concretize import facts_from
from qa_rules.proofs.solver import NoneExists, Undecided
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits
from qa_rules.proofs.witnesses import shrink
from qa_rules.testing.conditions import (
    Answers,
    Both,
    Condition,
    Either,
    Fails,
    Holds,
    Never,
    decisions_of,
    nodes_of,
)
from qa_rules.testing.obligations import Obligation, Owed


class Prover:
    """Finds a provider who meets an obligation, or that there is none."""

    owed: Owed
    calendar: Calendar | None

    def __init__(self, owed: Owed, limits: Limits, calendar: Calendar | None) -> None:
        """Make the ruleset with its probes ready for the solver."""
        self.study: Study = Study(owed.closed, limits, calendar)
        self.words: dict[str, dict[str, Lit]] = {}
        self.owed, self.calendar = owed, calendar
        self.others: dict[Limits, Prover] = {}

    def _needed(self, obligation: Obligation) -> Limits:
        """The limits with lists as long as all that an obligation reads together can need."""
        closed, limits = self.owed.closed, self.study.limits
        names = {*nodes_of(obligation.condition)}
        for decision in decisions_of(obligation.condition):
            names.update(closed.of_decision(decision))
        return together(limits, {closed: closed.behind(names)})

    def _within(self, limits: Limits) -> Prover:
        if limits not in self.others:
            self.others[limits] = Prover(self.owed, limits, self.calendar)
        return self.others[limits]

    def provider(self, obligation: Obligation) -> Facts | str | tuple[str, ...]:
        """Return the smallest provider; why it is undecided; or, where there is none, the settings left open.

        Whoever gets a provider runs it through an engine before anybody relies on it.
        """
        literal = self.literal(obligation.condition)
        answer = self.study.ask([literal])
        if isinstance(answer, NoneExists) and (wide := self._needed(obligation)) != self.study.limits:
            return self._within(wide).provider(obligation)
        if isinstance(answer, NoneExists):
            silent = self.study.silent(nodes_of(obligation.condition))
            return silent if silent and not isinstance(self.study.ask([literal], True), NoneExists) else ()
        if isinstance(answer, Undecided):
            return answer.reason
        assignment = shrink(self.study, [literal], answer.assignment, {}, self.study.ask)
        study = self.study
        facts = facts_from(assignment, study.ruleset.vocabulary, study.limits.on, study.limits.levels)
        return Facts(
            {name: value for name, value in facts.values.items() if name in study.world.cells},
            {name: records for name, records in facts.collections.items() if name in study.world.lists},
        )

    def literal(self, condition: Condition) -> Lit:
        """Return the literal that is true of exactly the providers of whom a condition is."""
        study = self.study
        match condition:
            case Holds(node, strength):
                return study.at(study.nodes[node].t, strength)
            case Fails(node, strength):
                return study.at(study.nodes[node].f, strength)
            case Answers(decision, word):
                return self._answer(decision, word)
            case Both(parts):
                return study.make.all(map(self.literal, parts))
            case Either(parts):
                return study.make.any(map(self.literal, parts))
            case Never(part):
                return -self.literal(part)
            case _:
                assert_never(condition)

    def _answer(self, name: str, word: str) -> Lit:
        study = self.study
        decision = next(each for each in study.ruleset.decisions if each.id == name)
        if name not in self.words:
            self.words[name] = study.answers(decision)
        return self.words[name][word]

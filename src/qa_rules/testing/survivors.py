"""What became of mutants that no case kills: proved equivalent, or told apart by a provider. Needs z3.

Both rulesets are put over the same variables, and the solver is asked for a provider of whom a case could expect
something that only one of them says. There is none: equivalent, within the limits. There is one: it is made as small
as can be, run through the definition for both, and becomes a case. Anything else is undecided, with the reason.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator, Mapping

import attrs

from qa_rules.assessment.evaluation import judge
from qa_rules.assessment.ready import ready_once
from qa_rules.errors import EngineFailedError
from qa_rules.language.cases import Case
from qa_rules.language.load import calendar_for
from qa_rules.model.calendars import Calendar
from qa_rules.model.expressions import Count, Quantified, facts_of, walk
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.bind import close
from qa_rules.program.gates import FALSE, TRUE, Lit, Number
from qa_rules.proofs.bounds import sufficient
from qa_rules.proofs.concretize import facts_from
from qa_rules.proofs.solver import Found, NoneExists
from qa_rules.proofs.study import Study
from qa_rules.proofs.symbolic import Limits
from qa_rules.proofs.witnesses import shrink
from qa_rules.testing.canonical import tidy
from qa_rules.testing.impact import reach
from qa_rules.testing.mutants import Mutant
from qa_rules.testing.mutation import Bench, Fate, Judged, Score, observed

EFFORT = 4_000_000
"""How much work one mutant is worth, in the solver's own measure."""


class Telling:
    """Tells mutants of one ruleset from it, under the policies at hand."""

    ruleset: Ruleset
    effort: int

    def __init__(
        self, ruleset: Ruleset, limits: Limits, calendar: Calendar | None = None, effort: int = EFFORT
    ) -> None:
        self.ruleset, self.effort = ruleset, effort
        self.calendar: Calendar | None = calendar_for(calendar, close(ruleset))
        self.limits: Limits = attrs.evolve(limits, more_records=_counted(ruleset, limits))
        self.studies: dict[str, Study] = {}

    def settle(self, mutant: Mutant, contexts: list[Policy | None]) -> Judged:
        """Return what becomes of a mutant that no case kills."""
        reasons: list[str] = []
        for policy in contexts:
            try:
                found = self._told_apart(mutant, policy)
            except EngineFailedError as error:
                found = str(error)
            if isinstance(found, Case):
                return Judged(mutant, Fate.SURVIVED, case=found)
            if found is not None:
                reasons.append(found if policy is None else f"{found} (under {policy.name})")
        if reasons:
            return Judged(mutant, Fate.UNDECIDED, reason=reasons[0])
        return Judged(mutant, Fate.EQUIVALENT, reason=f"no {self.ruleset.subject.singular} tells it apart")

    def _told_apart(self, mutant: Mutant, policy: Policy | None) -> Case | str | None:
        """A case that tells a mutant apart, None where there is no such provider, or why neither was found."""
        found = reach(close(self.ruleset, policy), mutant)
        if found.is_nothing:
            return None
        before = self._study(policy)
        readable = before.world.cells.keys() | before.world.lists.keys()
        if not {name for step in found.steps for name in facts_of(step.expr)} <= readable:
            return "it reads facts that the ruleset does not read"
        touched = {step.name for step in found.steps}
        kept = found.closed.index.keys() - touched
        after = before.sharing(
            found.closed, {name: pair for name, pair in before.nodes.items() if name in kept}
        )
        differ, settled = zip(*_differences(before, after), strict=True)
        answer = before.ask([before.make.any(differ)])
        if isinstance(answer, NoneExists):
            return None
        if not isinstance(answer, Found):
            return answer.reason
        # Whoever is asked what the standard says of somebody is shown somebody of whom the rules say something.
        told = before.ask([before.make.any(settled)])
        differ, answer = (settled, told) if isinstance(told, Found) else (differ, answer)
        shown = [each for each in differ if before.make.evaluate(answer.assignment, [each])[0]]
        # Asked for the simplest difference alone, the solver speaks of few facts, and few have to be made unknown.
        simplest = min(shown, key=lambda each: len(before.make.names([each])))
        answer = before.ask([simplest])
        if not isinstance(answer, Found):
            return "the solver gave up on what it found before"
        facts = provider_of(before, shrink(before, [simplest], answer.assignment, {}, before.ask))
        return (
            self._case(mutant, policy, facts) or "what the solver found is not told apart by any expectation"
        )

    def _study(self, policy: Policy | None) -> Study:
        name = "none" if policy is None else policy.name
        if name not in self.studies:
            closed = close(self.ruleset, policy)
            self.studies[name] = Study(closed, sufficient(self.limits, closed), self.calendar)
            self.studies[name].solver.effort = self.effort
        return self.studies[name]

    def _case(self, mutant: Mutant, policy: Policy | None, facts: Facts) -> Case | None:
        """A provider as a case that expects what only the ruleset itself says; None when both say the same."""
        changed = policy if mutant.policy is None else mutant.policy
        was, is_now = (
            observed(work.program, work.found, facts)
            for work in (
                judge(ready_once(ruleset, under, "reference", self.calendar), facts, self.limits.on)
                for ruleset, under in ((self.ruleset, policy), (mutant.ruleset, changed))
            )
        )
        expect = {about: word for about, word in was.items() if is_now.get(about) != word}
        name = "none" if policy is None else policy.name
        return Case(str(mutant), facts, self.limits.on, name, expect) if expect else None


def provider_of(study: Study, assignment: Mapping[str, bool | Number]) -> Facts:
    """Return the provider of an assignment, no more of it than the ruleset reads, with one plain evidence."""
    on, levels = study.limits.on, study.limits.levels
    found = facts_from(assignment, study.ruleset.vocabulary, on, levels)
    values = {name: value for name, value in found.values.items() if name in study.world.cells}
    lists = {name: records for name, records in found.collections.items() if name in study.world.lists}
    return tidy(Facts(values, lists), on, levels)


def settle(
    bench: Bench,
    scored: Score,
    on: datetime.date,
    limits: Limits | None = None,
    told: Callable[[Judged], None] | None = None,
) -> tuple[Score, tuple[Case, ...]]:
    """Settle what survived, and return the score with the cases that the suite lacks.

    Each such case is tried on everything else that survived, so that one case may kill many. In the score mutants stay
    as they are before those cases are added: survived, with the case that would kill them.
    """
    began = time.monotonic()
    within = Limits(on, levels=3) if limits is None else attrs.evolve(limits, on=on)
    telling = Telling(bench.ruleset, within)
    lacking: list[Case] = []
    judged = {id(each.mutant): each for each in scored.judged}
    extra = Bench(bench.ruleset, bench.policies)
    for each in scored.of(Fate.SURVIVED):
        by = extra.killer(each.mutant)
        if by is not None:
            found = attrs.evolve(each, case=by.case)
        else:
            found = telling.settle(each.mutant, bench.contexts(each.mutant))
            if found.case is not None:
                lacking.append(found.case)
                extra.add([found.case])
        judged[id(each.mutant)] = found
        if told is not None:
            told(found)
    seconds = scored.seconds + time.monotonic() - began
    settled = tuple(judged[id(each.mutant)] for each in scored.judged)
    return Score(bench.ruleset, settled, seconds, tuple(telling.limits.words())), tuple(lacking)


def _counted(ruleset: Ruleset, limits: Limits) -> dict[str, int]:
    """Room for one record more than any rule counts, so that counting one more can be told apart."""
    found: dict[str, int] = {}
    for each in ruleset.requirements:
        for expr in (each.applies_when, each.met_when):
            for node in () if expr is None else walk(expr):
                if isinstance(node, Quantified) and node.count is Count.AT_LEAST:
                    most = max(limits.records, node.number + 1, found.get(node.collection, 0))
                    found[node.collection] = most
    return {**found, **limits.more_records}


def _differences(before: Study, after: Study) -> Iterator[tuple[Lit, Lit]]:
    """Literals that hold of those of whom only one of the two says something that a case may expect.

    Each with one that holds of those among them of whom the ruleset itself says it.
    """
    make = before.make
    ways = (Study.met, Study.not_met, Study.not_applicable)
    for name in (*before.ruleset.requirement, *before.ruleset.group):
        for verdict in ways:
            old_word, new_word = verdict(before, name), verdict(after, name)
            if old_word != new_word:
                yield -make.same(old_word, new_word), make.all((old_word, -new_word))
    for name in (each.id for each in before.ruleset.requirements if each.plainly is not None):
        old_word, new_word = (_explained(each, name) for each in (before, after))
        yield -make.same(old_word, new_word), make.all((old_word, -new_word))
    for was, is_now in zip(before.ruleset.decisions, after.ruleset.decisions, strict=True):
        old, new = before.answers(was), after.answers(is_now)
        is_made = made(before, was.needs)
        for word in dict.fromkeys((*old, *new)):
            was_word, new_word = old.get(word, FALSE), new.get(word, FALSE)
            differ = make.all((-make.same(was_word, new_word), is_made))
            is_said = word != was.undecided
            yield differ, make.all((differ, was_word)) if is_said else FALSE
    for number in range(1, 1 + len(before.closed.ladder)):
        for name in (NodeId.attained(number), NodeId.required(number)):
            if name in before.nodes and name in after.nodes:
                old_pair, new_pair = before.nodes[name], after.nodes[name]
                for old_side, new_side in ((old_pair.t[0], new_pair.t[0]), (old_pair.f[0], new_pair.f[0])):
                    differ = -make.same(old_side, new_side)
                    yield differ, make.all((differ, old_side))


def _explained(study: Study, name: str) -> Lit:
    """Whether a requirement is met, and by an explanation alone."""
    plainly = study.nodes.get(NodeId.plainly(name))
    if plainly is None:
        return FALSE
    return study.make.all((study.met(name), -study.at(plainly.t, study.closed.strength)))


def made(study: Study, needs: str) -> Lit:
    """Return whether a decision is made at all: something is known of the subject that it needs."""
    if not needs:
        return TRUE
    vocabulary, world = study.ruleset.vocabulary, study.world
    known = [cell.known[0] for name, cell in world.cells.items() if vocabulary.scalars[name].about == needs]
    listed = [
        each.listed[0] for name, each in world.lists.items() if vocabulary.collections[name].about == needs
    ]
    return study.make.any((*known, *listed))

"""The program of a closed ruleset says what the definition says: every verdict, tier, possible word and answer."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given

from qa_rules import Ruleset, load_policy, load_ruleset
from qa_rules.engines import compiled
from qa_rules.errors import QaRulesError
from qa_rules.language.calendars import england_and_wales
from qa_rules.language.cases import load_cases
from qa_rules.language.library import ruleset_ids
from qa_rules.language.load import policy_names
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy
from qa_rules.program import answers
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.decide import AnswerIs, IsPossible, IsUsed, Output, TierIs, VerdictIs, What
from qa_rules.program.lower import Holds, IsKnown, NodeIs, lowered, outputs
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.testing.cases import files_of
from tests.program.deciding import answer_of, pair_of, tiers_of, verdict_of, verdicts_of
from tests.strategies import Case, cases

CALENDAR = england_and_wales()


def said(closed: ClosedRuleset, known: Known, facts: Facts, results: tuple[int, ...]) -> set[Output]:
    """What the program decides when its tests are worth what the definition says."""
    program, decided = lowered(closed), outputs(closed)
    nodes = closed.pairs(results)
    vocabulary = closed.ruleset.vocabulary
    given = {vocabulary.scalars[name].about for name in facts.values}
    given |= {vocabulary.collections[name].about for name in facts.collections}
    values: dict[str, bool] = {}
    for each, literal in program.inputs.items():
        (name,) = program.make.names([literal])
        match each:
            case Holds(test, met, strength):
                t, f = evaluate(test, known, nodes)
                values[name] = (t if met else f) >= strength
            case IsKnown(subject):
                values[name] = subject in given
            case NodeIs():
                raise AssertionError(each)
    truths = program.make.evaluate(values, list(decided.values()))
    return {each for each, holds in zip(decided, truths, strict=True) if holds}


def defined(closed: ClosedRuleset, facts: Facts, results: tuple[int, ...]) -> Iterator[Output]:
    """What the definition decides."""
    ruleset = closed.ruleset
    for name in (*ruleset.requirement, *ruleset.group):
        yield VerdictIs(name, verdict_of(closed, results, name)[0])
    tiers = tiers_of(closed, results)
    if tiers is not None:
        yield from map(IsUsed, tiers.routes)
        ends = (tiers.attained, tiers.at_most, tiers.required_least, tiers.required_greatest)
        for what, word in zip(What, ends, strict=True):
            for number in range(1, tiers.ladder.index(word) + 2 if word else 1):
                yield TierIs(what, number)
    for decision in ruleset.decisions:
        answer = answer_of(closed, results, decision, facts)
        if answer is not None:
            yield AnswerIs(decision.id, answer.outcome)
            yield from (IsPossible(decision.id, word) for word in answer.possible)


def agree(closed: ClosedRuleset, known: Known, facts: Facts) -> set[Output]:
    """Compare the two; return what was decided."""
    results = compiled.prepare(closed).run(known)
    expected = set(defined(closed, facts, results))
    assert said(closed, known, facts, results) == expected
    for name in (*closed.ruleset.requirement, *closed.ruleset.group):
        assert answers.verdict_of(closed, results, name) == verdict_of(closed, results, name)
    assert answers.verdicts_of(closed, results) == verdicts_of(closed, results)
    assert answers.tiers_of(closed, results) == tiers_of(closed, results)
    for decision in closed.ruleset.decisions:
        for asked in (decision, attrs.evolve(decision, needs="")):
            found = answers.answer_of(closed, results, asked, facts)
            assert found == answer_of(closed, results, asked, facts)
    return expected


@given(case=cases() | cases(plain=True))
def test_the_program_decides_what_the_definition_decides(case: Case) -> None:
    agree(case.closed, case.known, case.facts)


@given(case=cases())
def test_a_node_is_worth_in_the_program_what_the_definition_says(case: Case) -> None:
    closed, program = case.closed, lowered(case.closed)
    results = compiled.prepare(closed).run(case.known)
    nodes = closed.pairs(results)
    values: dict[str, bool] = {}
    for each, literal in program.inputs.items():
        if isinstance(each, Holds):
            (name,) = program.make.names([literal])
            values[name] = evaluate(each.test, case.known, nodes)[0 if each.met else 1] >= each.strength
    for node in closed.nodes:
        pair = program.nodes[node.name]
        t, f = (sum(program.make.evaluate(values, side)) for side in (pair.t, pair.f))
        assert (t, f) == pair_of(closed, results, node.name), node.name


def policies_of(ruleset: Ruleset) -> Iterator[Policy | None]:
    """Yield none, and every shipped policy that is made for a ruleset."""
    yield None
    for name in policy_names():
        try:
            yield load_policy(name, ruleset)
        except QaRulesError:
            continue


def shipped(which: str, every: int) -> set[str]:
    """Try one in so many of the cases of a ruleset under every policy; return of what kinds the decisions were."""
    ruleset = load_ruleset(which)
    found = [case for file in files_of(which) for case in load_cases(file, ruleset)]
    kinds: set[str] = set()
    for policy in policies_of(ruleset):
        closed = close(ruleset, policy)
        for case in found[::every]:
            known = believe(case.facts, ruleset.vocabulary, case.on, CALENDAR)
            kinds |= {type(each).__name__ for each in agree(closed, known, case.facts)}
    return kinds


TIERED = {"VerdictIs", "TierIs", "IsUsed", "IsPossible", "AnswerIs"}


def kinds_of(which: str) -> set[str]:
    return TIERED if load_ruleset(which).routes else TIERED - {"TierIs", "IsUsed"}


@pytest.mark.parametrize("which", ruleset_ids())
def test_the_program_agrees_on_some_shipped_cases_under_every_policy(which: str) -> None:
    assert shipped(which, every=23) == kinds_of(which)


@pytest.mark.deep
@pytest.mark.parametrize("which", ruleset_ids())
def test_the_program_agrees_on_every_shipped_case_under_every_policy(which: str) -> None:
    assert shipped(which, every=1) == kinds_of(which)

"""The facts that matter are those that some minimal completion has."""

from __future__ import annotations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from qa_rules.engines.compiled import prepare
from qa_rules.errors import NotFoundError
from qa_rules.explain.circuits import View, circuit
from qa_rules.explain.relevance import Mattering, mattering
from qa_rules.explain.targets import Target, target
from qa_rules.model.expressions import AllOf, AnyOf, Compare, Expr, Fact, Literal, Not, Op
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Requirement, Ruleset
from qa_rules.program.bind import close
from tests import strategies
from tests.analysis.examples import DAY, completions, learned, small_cases, small_vocabulary, tiered_cases
from tests.strategies import Case


def matter(case: Case, wanted: Target) -> Mattering:
    return mattering(circuit(case.closed, wanted.ways), case.known)


def by_brute_force(case: Case, wanted: Target) -> set[str]:
    run = prepare(case.closed).run
    settling = []
    for more in completions(case):
        if not wanted.is_open(run(case.believed(learned(case, more)))):
            settling.append(more)
    sets = {frozenset((name, value.value) for name, value in more.items()) for more in settling}
    minimal = [each for each in sets if not any(each - {one} in sets for one in each)]
    return {name for each in minimal for name, _ in each}


@pytest.mark.slow
@settings(max_examples=60)
@given(small_cases(facts=5, known=1), st.sampled_from(["R0", "R1", "G", "L", "overall", "not_yet", "go"]))
def test_facts_that_matter_are_those_of_the_minimal_completions(case: Case, name: str) -> None:
    matters(case, name)


@pytest.mark.slow
@settings(max_examples=40)
@given(tiered_cases(facts=5, known=1), st.sampled_from(["tier", "required_tier"]))
def test_facts_that_matter_to_a_tier_are_those_of_the_minimal_completions(case: Case, name: str) -> None:
    matters(case, name)


def matters(case: Case, name: str) -> None:
    wanted = target(case.closed, case.facts, name)
    run = prepare(case.closed).run
    found = matter(case, wanted)
    if wanted.is_open(run(case.known)):
        event(f"open: {len(found.facts)}")
        assert found.exact
        assert set(found.facts) == by_brute_force(case, wanted)


def _matter(expr: Expr, facts: Facts | None = None) -> Mattering:
    requirement = Requirement("R", "Title", "Says", {"clause": "1"}, met_when=expr)
    ruleset = Ruleset("one", "1", "One", small_vocabulary(4, 2, 0), (requirement,))
    case = Case(close(ruleset), facts or Facts(), DAY, None)
    return matter(case, target(case.closed, case.facts, "R"))


def _yes(at: int) -> Expr:
    return Compare(Fact(f"b{at}"), Op.IS, Literal(True))


def test_what_is_swallowed_by_something_else_does_not_matter() -> None:
    # b0, or b0 and b1: b1 never decides.
    assert _matter(AnyOf((_yes(0), AllOf((_yes(0), _yes(1)))))) == Mattering(("b0",), True)


def test_what_contradicts_itself_does_not_matter() -> None:
    # b1 would only count while b0 is both yes and no.
    expr = AnyOf((AllOf((_yes(0), Not(_yes(0)), _yes(1))), _yes(2)))
    assert _matter(expr).facts == ("b0", "b1", "b2")
    # n0 cannot be at most 1 and at least 3, so being met is out of reach, and n0 alone settles it.
    low, high = (Compare(Fact("n0"), op, Literal(at)) for op, at in ((Op.AT_MOST, 1), (Op.AT_LEAST, 3)))
    assert _matter(AllOf((low, high))) == Mattering(("n0",), True)
    assert _matter(Not(AllOf((low, high, _yes(3))))).facts == ("b3", "n0")


def test_a_way_in_which_a_fact_would_have_to_be_two_things_is_none() -> None:
    expr = AnyOf((AllOf((_yes(0), Not(_yes(0)), _yes(1))), _yes(2)))
    requirement = Requirement("R", "Title", "Says", {"clause": "1"}, met_when=expr)
    ruleset = Ruleset("one", "1", "One", small_vocabulary(3, 0, 0), (requirement,))
    case = Case(close(ruleset), Facts(), DAY, None)
    to_be_met = circuit(case.closed, [("R", View(1, 1), True)])
    assert mattering(to_be_met, case.known) == Mattering(("b2",), True)


def test_a_target_that_there_is_not_is_refused() -> None:
    requirement = Requirement("R", "Title", "Says", {"clause": "1"}, met_when=_yes(0))
    closed = close(Ruleset("one", "1", "One", small_vocabulary(1, 0, 0), (requirement,)))
    for name in ("X", "tier", None):
        with pytest.raises(NotFoundError):
            target(closed, Facts(), name)


@pytest.mark.slow
@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_what_does_not_matter_never_settles_anything_by_itself(case: Case, data: st.DataObject) -> None:
    # On rulesets of every kind: learning only facts that do not matter leaves the target open.
    wanted = target(case.closed, case.facts, data.draw(st.sampled_from([*case.closed.ruleset.requirement])))
    run = prepare(case.closed).run
    if not wanted.is_open(run(case.known)):
        return
    found = matter(case, wanted)
    other = data.draw(strategies.facts(case.closed.ruleset.vocabulary))
    new = {**case.facts.values}
    new.update((k, v) for k, v in other.values.items() if k not in found.facts and k not in case.facts.values)
    lists = {**case.facts.collections}
    lists.update(
        (k, v)
        for k, v in other.collections.items()
        if k not in found.facts and k not in case.facts.collections
    )
    assert wanted.is_open(run(case.believed(Facts(new, lists, ""))))

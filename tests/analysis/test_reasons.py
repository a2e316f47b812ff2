"""A reason suffices, none of it can be dropped, and when it says so nothing smaller suffices."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import attrs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from qa_rules import Facts, assess
from qa_rules.api.analyse import why
from qa_rules.engines.compiled import prepare
from qa_rules.explain.reasons import Sufficient, only, smallest
from qa_rules.explain.targets import target
from tests import strategies
from tests.analysis.examples import completions, learned, small_cases, tiered_cases
from tests.strategies import Case

NAMES = ["R0", "R1", "R2", "G", "L", "overall", "never", "not_yet", "mend", "go"]


@pytest.mark.slow
@settings(max_examples=80)
@given(small_cases(facts=12, known=11), st.sampled_from(NAMES))
def test_a_reason_suffices_and_no_smaller_one_does(case: Case, name: str) -> None:
    is_smallest(case, name)


@settings(max_examples=40)
@given(tiered_cases(facts=10, known=9), st.sampled_from(["tier", "required_tier", "overall"]))
def test_a_reason_for_a_tier_suffices_and_no_smaller_one_does(case: Case, name: str) -> None:
    is_smallest(case, name)


def is_smallest(case: Case, name: str) -> None:
    wanted = target(case.closed, case.facts, name)
    run, known = prepare(case.closed).run, case.known
    said = wanted.says(run(known))
    if wanted.is_open(run(known)):
        return

    def suffices(names: Iterable[str]) -> bool:
        return wanted.says(run(only(known, names))) == said

    found = smallest(tuple(known.values), suffices)
    event(f"size {len(found.facts)}")
    assert found.smallest
    assert suffices(found.facts)
    for fewer in range(len(found.facts)):
        assert not any(map(suffices, combinations(known.values, fewer)))


@pytest.mark.slow
@settings(max_examples=60)
@given(
    st.one_of(small_cases(facts=5, known=4), tiered_cases(facts=5, known=4)),
    st.sampled_from([*NAMES, *("overall",) * 8, "tier", "required_tier"]),
)
def test_what_a_final_reason_says_holds_whatever_the_other_facts_are(case: Case, name: str) -> None:
    if name.endswith("tier") and not case.closed.ruleset.routes:
        return
    assessment = assess(case.closed.ruleset, case.facts, on=case.on, policy=case.closed.policy)
    found = why(assessment, name)
    if found.is_open:
        return
    event(f"{found.kind}, final: {found.final}")
    kept = {fact: case.facts.values[fact] for fact in found.facts}
    bare = attrs.evolve(case, facts=Facts(kept))
    wanted = target(case.closed, case.facts, name)
    run = prepare(case.closed).run
    said = {wanted.says(run(case.believed(learned(bare, more)))) for more in completions(bare)}
    assert said == {found.says} or not found.final
    if found.kind == "decision":
        # The answer may give way to another, but never to the opposite.
        allows = {each.id: each.allows for each in case.closed.ruleset.decisions[0].outcomes}
        assert {allows[each] for each in said} == {allows[found.says]}


@pytest.mark.slow
@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_a_reason_of_any_ruleset_suffices_and_none_of_it_can_be_dropped(
    case: Case, data: st.DataObject
) -> None:
    ruleset = case.closed.ruleset
    names = [*ruleset.requirement, *ruleset.group, *(each.id for each in ruleset.decisions)]
    wanted = target(case.closed, case.facts, data.draw(st.sampled_from(names)))
    tries = data.draw(st.sampled_from((0, 20, 1_000)))
    run, known = prepare(case.closed).run, case.known
    said = wanted.says(run(known))

    def suffices(names: Iterable[str]) -> bool:
        return wanted.says(run(only(known, names))) == said

    if wanted.is_open(run(known)):
        return
    found = smallest((*known.values, *known.collections), suffices, tries)
    assert suffices(found.facts)
    for name in found.facts:
        assert not suffices(set(found.facts) - {name})


def test_without_tries_for_a_proof_a_reason_is_still_minimal_and_says_that_it_is_not_proved() -> None:
    def suffices(names: frozenset[str]) -> bool:
        return {"a"} <= names or {"b", "c"} <= names

    assert smallest(("a", "b", "c"), suffices) == Sufficient(("a",), True)
    # The last are dropped first, so that here the larger one of two minimal reasons is kept.
    assert smallest(("b", "c", "a"), suffices, 0) == Sufficient(("b", "c"), False)

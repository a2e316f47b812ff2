"""A reason suffices, none of it can be dropped, and when it says so nothing smaller suffices."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from hypothesis import event, given, settings
from hypothesis import strategies as st

from qa_rules.engines.compiled import prepare
from qa_rules.planning.reasons import only, smallest, smallest_hitting
from qa_rules.planning.targets import target
from tests import strategies
from tests.planning.examples import small_cases
from tests.strategies import Case

_SETS = st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1), max_size=6)


@given(_SETS)
def test_a_smallest_hitting_set_is_one(sets: list[frozenset[str]]) -> None:
    found = smallest_hitting(sets, 8)
    assert found is not None
    assert all(found & each for each in sets)
    for other in combinations("abcdefgh", len(found) - 1) if found else ():
        assert not all(set(other) & each for each in sets)


@settings(max_examples=80)
@given(small_cases(facts=12, known=11), st.sampled_from(["R0", "R1", "R2", "G", "L", "overall"]))
def test_a_reason_suffices_and_no_smaller_one_does(case: Case, name: str) -> None:
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

"""The law: learning only narrows. A settled verdict stays, may refer and may not refer never flip."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa_rules.engines.reference import prepare
from qa_rules.meaning.deciding import answer_of, tiers_of, verdict_of
from qa_rules.meaning.pairs import PAIR
from qa_rules.model.assessments import TierResult
from qa_rules.model.values import Verdict
from tests.strategies import Case, cases, learned


@st.composite
def lessons(draw: st.DrawFn) -> tuple[Case, Case]:
    """A case before and after something was learned."""
    before = draw(cases())
    facts = draw(learned(before.closed.ruleset.vocabulary, before.facts))
    return before, Case(before.closed, facts, before.on, before.calendar)


@given(lessons())
def test_learning_only_moves_a_pair_away_from_unknown(lesson: tuple[Case, Case]) -> None:
    before, after = lesson
    first, then = (prepare(each.closed).run(each.known) for each in lesson)
    for node, earlier, later in zip(before.closed.nodes, first, then, strict=True):
        (t, f), (more_t, more_f) = PAIR[earlier], PAIR[later]
        assert t <= more_t, before.show(node.name) + after.show(node.name)
        assert f <= more_f, before.show(node.name) + after.show(node.name)
        assert not (t and f), before.show(node.name)


@given(lessons())
def test_a_settled_verdict_never_changes_but_met_may_turn_out_not_to_apply(lesson: tuple[Case, Case]) -> None:
    closed = lesson[0].closed
    first, then = (prepare(closed).run(each.known) for each in lesson)
    for name in [*closed.ruleset.requirement, *closed.ruleset.group]:
        (was, strength), (now, stronger) = verdict_of(closed, first, name), verdict_of(closed, then, name)
        allowed = {
            Verdict.MET: {Verdict.MET, Verdict.NOT_APPLICABLE},
            Verdict.NOT_MET: {Verdict.NOT_MET},
            Verdict.NOT_APPLICABLE: {Verdict.NOT_APPLICABLE},
            Verdict.UNKNOWN: set(Verdict),
        }
        assert now in allowed[was], (name, was, now)
        if was is now and strength is not None:
            assert stronger is not None
            assert stronger >= strength


@given(lessons())
def test_possible_outcomes_only_shrink_and_allowing_never_flips(lesson: tuple[Case, Case]) -> None:
    closed = lesson[0].closed
    first, then = (prepare(closed).run(each.known) for each in lesson)
    for decision in closed.ruleset.decisions:
        was = answer_of(closed, first, decision, lesson[0].facts)
        now = answer_of(closed, then, decision, lesson[1].facts)
        if was is None:
            continue
        assert now is not None
        assert set(now.possible) <= set(was.possible)
        assert [each for each in was.possible if each in now.possible] == list(now.possible)
        if was.allows is not None:
            assert now.allows is was.allows
        if was.settled:
            assert (now.outcome, now.possible, now.settled) == (was.outcome, was.possible, True)


@given(lessons())
def test_the_interval_of_tiers_only_shrinks(lesson: tuple[Case, Case]) -> None:
    closed = lesson[0].closed
    was, now = (tiers_of(closed, prepare(closed).run(each.known)) for each in lesson)
    if was is None or now is None:
        assert was is now
        return
    assert closed.policy is not None
    order = ["", *(tier.id for tier in closed.policy.tiers)]

    def bounds(found: TierResult) -> list[int]:
        names = (found.attained, found.at_most, found.required_least, found.required_greatest)
        return [order.index(name) for name in names]

    (low, high, least, greatest), (lower, higher, at_least, at_greatest) = bounds(was), bounds(now)
    assert low <= lower <= higher <= high
    assert least <= at_least <= at_greatest <= greatest
    assert set(was.routes) <= set(now.routes)

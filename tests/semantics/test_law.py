"""The law: learning only narrows. A settled verdict stays, may refer and may not refer never flip."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import partial
from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules.engines.reference import prepare
from qa_rules.model.assessments import Answer, TierResult
from qa_rules.model.expressions import AllOf, AnyOf, Aspect, Compare, Expr, Fact, Literal, Op, Reference
from qa_rules.model.facts import FactDeclaration, Facts, FactType, FactValue, Vocabulary
from qa_rules.model.nodes import SCOPE
from qa_rules.model.rulesets import Decision, Group, Outcome, Requirement, Ruleset
from qa_rules.model.values import Verdict
from qa_rules.program.answers import answer_of, pair_of, tiers_of, verdict_of
from qa_rules.program.bind import close
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR
from tests.strategies import Case, cases, learned


@st.composite
def lessons(draw: st.DrawFn) -> tuple[Case, Case]:
    """A case before and after something was learned."""
    before = draw(cases(plain=draw(st.integers(0, 3)) > 0))
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
def test_a_settled_verdict_never_changes_but_met_or_the_whole_standard_may_turn_out_not_to_apply(
    lesson: tuple[Case, Case],
) -> None:
    closed = lesson[0].closed
    first, then = (prepare(closed).run(each.known) for each in lesson)
    outside = [(pair_of(closed, each, SCOPE) or (0, 0))[1] >= closed.strength for each in (first, then)]
    for name in [*closed.ruleset.requirement, *closed.ruleset.group]:
        (was, strength), (now, stronger) = verdict_of(closed, first, name), verdict_of(closed, then, name)
        allowed = {
            Verdict.MET: {Verdict.MET, Verdict.NOT_APPLICABLE},
            Verdict.NOT_MET: {Verdict.NOT_MET},
            Verdict.NOT_APPLICABLE: {Verdict.NOT_APPLICABLE},
            Verdict.UNKNOWN: set(Verdict),
        }
        if outside[1]:  # the one exception: then nothing of it applies
            allowed[was] = {Verdict.NOT_APPLICABLE}
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
    order = ["", *(tier.id for tier in closed.ladder)]

    def bounds(found: TierResult) -> list[int]:
        names = (found.attained, found.at_most, found.required_least, found.required_greatest)
        return [order.index(name) for name in names]

    (low, high, least, greatest), (lower, higher, at_least, at_greatest) = bounds(was), bounds(now)
    assert low <= lower <= higher <= high
    assert least <= at_least <= at_greatest <= greatest
    assert set(was.routes) <= set(now.routes)


# Every decision of two or three outcomes over a few tests, in every state of three facts.

_A, _B, _G = (partial(Reference, name) for name in "ABG")
_TESTS: tuple[Expr, ...] = (
    _A(Aspect.GAP),
    _A(Aspect.MET),
    AnyOf((_A(Aspect.GAP), _B(Aspect.GAP))),
    AllOf((_A(), _B())),
    _G(),
    _G(Aspect.GAP),
    _B(),
)


def _every_decision() -> Iterator[Decision]:
    for size in (2, 3):
        for whens in product(_TESTS, repeat=size):
            for allows in product((True, False), repeat=size):
                outcomes = tuple(
                    Outcome(name, "", when, allowing)
                    for name, when, allowing in zip("xyz", whens, allows, strict=False)
                )
                yield Decision(f"d{whens}{allows}", "?", outcomes, "undecided")


def _ruleset(one_in: int) -> Ruleset:
    yes = {name: Compare(Fact(name), Op.IS, Literal(True)) for name in "abc"}
    return Ruleset(
        "exhaustive",
        "1",
        "?",
        Vocabulary({name: FactDeclaration(name, FactType.YES_NO, name, "?") for name in "abc"}),
        (
            Requirement("A", "", "", {}, yes["a"], yes["b"]),
            Requirement("B", "", "", {}, yes["c"], yes["b"]),
        ),
        (Group("G", "", "theme", ("A", "B")),),
        tuple(islice(_every_decision(), None, None, one_in)),
    )


@pytest.mark.slow
@pytest.mark.parametrize("one_in", [5, pytest.param(1, marks=pytest.mark.deep)])
def test_allowing_never_flips_whatever_the_outcomes_ask_and_whatever_is_learned(one_in: int) -> None:
    ruleset = _ruleset(one_in)
    closed = close(ruleset)
    run = prepare(closed).run
    answers: dict[tuple[bool | None, ...], list[Answer | None]] = {}
    for state in product((None, False, True), repeat=3):
        facts = Facts(
            {name: FactValue(value) for name, value in zip("abc", state, strict=True) if value is not None}
        )
        results = run(believe(facts, ruleset.vocabulary, datetime.date(2026, 11, 22)))
        answers[state] = [answer_of(closed, results, each, facts) for each in ruleset.decisions]
    for state, found in answers.items():
        for at, value in product(range(3), (False, True)):
            if state[at] is None:
                learned_ = answers[(*state[:at], value, *state[at + 1 :])]
                for decision, was, now in zip(ruleset.decisions, found, learned_, strict=True):
                    assert was is not None
                    assert now is not None
                    assert set(now.possible) <= set(was.possible)
                    assert was.allows is None or now.allows is was.allows, (
                        decision.outcomes,
                        state,
                        at,
                        value,
                    )
                    assert not was.settled or now == was

"""An interview asks what can still matter, ends when nothing does, and knows what all answers would have told."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from statistics import mean

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.interview import NOT_KNOWN, OURS, SETS, ratios, simulate
from qa_rules import Assessment, Facts, FactValue, NotFoundError, assess, load_policy, load_ruleset
from qa_rules.api.analyse import next_questions, standing
from qa_rules.engines.compiled import prepare
from qa_rules.explain.standing import declared
from qa_rules.interview.lookahead import best
from qa_rules.interview.purpose import For, GoalWord, agenda, subjects_of
from qa_rules.interview.ranking import STAY
from qa_rules.interview.relevance import look
from qa_rules.model.expressions import AllOf, Compare, Fact, Literal, Op
from qa_rules.model.facts import Evidence, FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import Requirement, Ruleset
from qa_rules.model.values import Strength
from qa_rules.program.answers import answer_of
from tests import strategies
from tests.analysis.examples import DAY, completions, domain, learned, small_cases
from tests.strategies import CALENDAR, Case

BACKED = Evidence(strength=Strength.VERIFIED)


def assessed(case: Case, facts: Facts) -> Assessment:
    return assess(case.closed.ruleset, facts, on=case.on, policy=case.closed.policy, calendar=CALENDAR)


@st.composite
def interviews(draw: st.DrawFn) -> tuple[Case, Facts]:
    """A case, and the facts that an interview would find out: nothing that is known changes."""
    case = draw(small_cases())
    found = {
        name: FactValue(draw(st.sampled_from(domain(declared))), BACKED)
        for name, declared in case.closed.ruleset.vocabulary.facts.items()
    }
    found.update((name, attrs.evolve(given, evidence=BACKED)) for name, given in case.facts.values.items())
    return case, Facts(found)


@pytest.mark.slow
@settings(max_examples=60)
@given(interviews(), st.sampled_from(("tier", "fixes", "everything")))
def test_an_interview_ends_with_what_all_the_facts_would_have_said(
    given_: tuple[Case, Facts], goal: GoalWord
) -> None:
    case, hidden = given_
    facts, last, left = case.facts, None, 99
    while True:
        found = next_questions(assessed(case, facts), goal, last=last)
        assert found.at_most < left
        left = found.at_most
        if found.is_done:
            break
        assert goal != "tier" or not assessed(case, facts).answers[0].settled
        last = found.questions[0].fact
        assert facts.values.get(last) != hidden.values[last]
        facts = learned(Case(case.closed, facts, case.on, None), {last: hidden.values[last]})
    here, there = standing(assessed(case, facts)), standing(assessed(case, hidden))
    assert here.answers == there.answers
    ruleset = case.closed.ruleset
    counted = {"R0", *ruleset.group["G"].members, *ruleset.group["L"].members}
    for name in ruleset.requirement if goal == "everything" else counted if goal == "fixes" else ():
        # What is met may yet turn out not to apply.
        satisfied = {here.requirements[name], there.requirements[name]} == {"met", "not_applicable"}
        assert satisfied or here.requirements[name] == there.requirements[name]


@pytest.mark.slow
@settings(max_examples=60)
@given(small_cases(facts=4, known=1))
def test_no_question_is_left_out_that_could_change_the_answer(case: Case) -> None:
    live = {each.fact for each in next_questions(assessed(case, case.facts), n=9).questions}
    before = assessed(case, case.facts).answers
    for more in completions(case):
        if not live & more.keys():
            assert assessed(case, learned(case, more)).answers == before


@pytest.mark.slow
@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_every_interview_ends_whatever_is_answered(case: Case, data: st.DataObject) -> None:
    goal = data.draw(st.sampled_from(For)).value
    hidden = data.draw(strategies.facts(case.closed.ruleset.vocabulary))
    about = data.draw(st.sampled_from((None, ("provider", "person"), ("provider",))))
    facts, closed_to, last = case.facts, set[str](), None
    for _ in range(100):
        found = next_questions(assessed(case, facts), goal, 2, last=last, closed_to=closed_to, about=about)
        assert bool(found.questions) != found.is_done
        if found.is_done:
            return
        last = found.questions[0].fact
        assert last not in closed_to
        closed_to.add(last)
        if about is not None:
            assert found.questions[0].declared.about in about
        values, lists = dict(facts.values), dict(facts.collections)
        if last in hidden.values:
            values[last] = hidden.values[last]
        if last in hidden.collections:
            lists[last] = hidden.collections[last]
        facts = Facts(values, lists, "")
        assert found.to_dict()["item"][0]["linkId"] == last
    pytest.fail("the interview does not end")


@settings(max_examples=40)
@given(small_cases(facts=4, known=0, plain=True))
def test_with_few_facts_left_the_question_is_the_best_there_is(case: Case) -> None:
    run, decision = prepare(case.closed).run, case.closed.ruleset.decisions[0]
    plan = agenda(case.closed, For.TIER, frozenset({"provider", ""}))
    first = look(plan, case.known, ())
    if not first.scores:
        return
    chances = {}
    for test, facts in first.tests.items():
        chances[facts[0]] = first.chances[test]

    @cache
    def cost(told: frozenset[tuple[str, bool]]) -> float:
        facts = learned(case, {name: FactValue(value, BACKED) for name, value in told})
        answer = answer_of(case.closed, run(case.believed(facts)), decision, facts)
        left = [name for name in chances if name not in dict(told)]
        if answer is None or answer.settled or not left:
            return 0.0
        return min(asking(told, name) for name in left)

    def asking(told: frozenset[tuple[str, bool]], name: str) -> float:
        yes, no = (cost(told | {(name, value)}) for value in (True, False))
        return 1.0 + chances[name] * yes + (1 - chances[name]) * no

    found = best(first)
    assert found is not None
    assert found.cost == pytest.approx(cost(frozenset()))
    assert asking(frozenset(), found.fact) == pytest.approx(found.cost)


def test_questions_say_why_they_are_asked_and_how_many_there_may_be() -> None:
    ruleset = load_ruleset("social-prescribing@3.5")
    policy = load_policy("illustrative-three-tiers", ruleset)
    nothing = assess(ruleset, {}, on=DAY, policy=policy)
    found = next_questions(nothing, "fixes", 5)
    assert len(found.questions) == 5
    assert found.progress == f"asked 0, at most {found.at_most} more"
    assert all(each.requirements or each.declared.about == "activity" for each in found.questions)
    assert not any(each.declared.about == "person" for each in found.questions)
    item = found.to_dict()["item"][0]
    assert item["text"] == found.questions[0].declared.question
    subjects = {each.about for each in ruleset.vocabulary.facts.values()}
    with_person = next_questions(nothing, "tier", 200, about=subjects).questions
    assert any(each.declared.about == "person" for each in with_person)


def test_the_topic_is_stayed_with_unless_another_question_is_far_better() -> None:
    ruleset = load_ruleset("ss2q@2017")
    nothing = assess(ruleset, {}, on=DAY)
    closed, vocabulary = nothing.work.closed, ruleset.vocabulary
    plan = agenda(closed, For.EVERYTHING, subjects_of(closed, nothing.work.facts, None))
    scores = look(plan, nothing.work.known, ()).scores
    nearest: dict[str, float] = {}
    for name, score in scores.items():
        topic = declared(vocabulary, name).topic
        nearest[topic] = min(nearest.get(topic, score), score)
    stayed = 0
    for topic, score in nearest.items():
        last = next(name for name in scores if declared(vocabulary, name).topic == topic)
        here = next_questions(nothing, "everything", last=last).questions[0].declared.topic == topic
        assert here == (score <= STAY * min(scores.values())) or here
        stayed += here
    assert stayed > 3


def test_a_far_better_question_leaves_the_topic() -> None:
    # One clause of the first topic is all but sure to hold; the other topic all but decides the answer.
    tests = [Compare(Fact(name), Op.IS, Literal(True)) for name in ("a", "b")]
    facts = {
        name: FactDeclaration(name, FactType.YES_NO, name, "?", topic=name, likelihood=Decimal(chance))
        for name, chance in (("a", "0.95"), ("b", "0.3"), ("c", "0.5"))
    }
    more = Compare(Fact("c"), Op.IS, Literal(True))
    requirement = Requirement("R", "R", "R", {"clause": "1"}, met_when=AllOf((*tests, more)))
    ruleset = Ruleset("two", "1", "Two", Vocabulary(facts), (requirement,))
    nothing = assess(ruleset, {}, on=DAY)
    assert [each.fact for each in next_questions(nothing, n=3).questions] == ["b", "c", "a"]
    assert next_questions(nothing, last="c").questions[0].fact == "b"
    with pytest.raises(NotFoundError, match="nonsense"):
        next_questions(nothing, "nonsense")  # type: ignore[arg-type]


def test_an_interview_needs_few_of_all_the_questions() -> None:
    table = simulate(8, (OURS, NOT_KNOWN), bound=False)
    assert table.row(OURS).share <= 0.40
    # What nobody can tell costs some more questions, and not many.
    assert table.row(OURS).share <= table.row(NOT_KNOWN).share <= 0.45


def test_an_interview_is_close_to_the_best_possible_one() -> None:
    assert mean(ratio for first in SETS for ratio in ratios(first, 2)) <= 1.10


@pytest.mark.deep
def test_in_each_set_of_small_rulesets_an_interview_is_close_to_the_best_possible_one() -> None:
    for first in (*SETS, 30_000, 40_000):
        found = ratios(first, 20)
        assert min(found) >= 1 - 1e-9
        assert mean(found) <= 1.10


@pytest.mark.deep
def test_over_many_groups_an_interview_needs_few_of_all_the_questions() -> None:
    table = simulate(96)
    assert table.row(OURS).share <= 0.40
    assert table.row(OURS).share <= 1.40 * table.bound
    others = [row.share for row in table.rows if row.name.startswith("paper")]
    assert table.row(OURS).share < min(others)


def test_whether_something_arises_is_asked_before_how_well_it_is_dealt_with() -> None:
    ruleset = load_ruleset("social-prescribing")
    policy = load_policy("illustrative-three-tiers", ruleset)
    made = assess(ruleset, {"receives_formal_referrals": True}, on=DAY, policy=policy)
    found = next_questions(made, "everything", 400, about=["partnership"]).questions
    asked = [each.fact for each in found]
    arises = ("commissioner_is_provider", "referrer_is_provider")
    assert all(asked.index(each) < asked.index("neutrality_adequate") for each in arises)
    assert len(asked) == len(set(asked)) == len(found)
    # Once that is known, nothing stands before it.
    known = assess(ruleset, {"commissioner_is_provider": True}, on=DAY, policy=policy)
    rest = [each.fact for each in next_questions(known, "everything", 400, about=["partnership"]).questions]
    assert "neutrality_adequate" in rest
    assert set(arises).isdisjoint(rest)

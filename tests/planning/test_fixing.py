"""Plans reach what they promise, none of their steps can be left out, and none is cheaper than the first."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from qa_rules import Assessment, Facts, NotFoundError, assess, facts_from
from qa_rules.answering import _situation, fixes
from qa_rules.engines.compiled import prepare
from qa_rules.model.expressions import (
    AllOf,
    Aspect,
    Compare,
    Count,
    Expr,
    Fact,
    Field,
    Literal,
    On,
    Op,
    Quantified,
    Reference,
    facts_of,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import Decision, Outcome, Policy, Requirement, Ruleset
from qa_rules.model.values import Strength
from qa_rules.planning.fixing import Fixes, Fixing
from qa_rules.planning.hitting import cheapest_hitting
from qa_rules.planning.standing import declared
from qa_rules.planning.targets import destination
from qa_rules.program.answers import answer_of, verdict_of
from tests import strategies
from tests.planning.examples import DAY, small_cases
from tests.planning.no_dodges import ways
from tests.planning.test_explaining import SHIPPED, shipped
from tests.planning.test_horizon import RULES
from tests.strategies import CALENDAR, Case

OUTCOMES = ("never", "not_yet", "mend", "go")


def assessed(case: Case) -> Assessment:
    return assess(case.closed.ruleset, case.facts, on=case.on, policy=case.closed.policy)


def is_reached(case: Case, to: str, facts: Facts) -> bool:
    results = prepare(case.closed).run(case.believed(facts))
    if to in OUTCOMES:
        answer = answer_of(case.closed, results, case.closed.ruleset.decisions[0], facts)
        if answer is None or answer.outcome not in OUTCOMES[OUTCOMES.index(to) :]:
            return False
        # A stricter outcome that is not ruled out is not left behind.
        return OUTCOMES.index(answer.possible[0]) >= OUTCOMES.index(to)
    return verdict_of(case.closed, results, to)[0] in ("met", "not_applicable")


def licences(case: Case, to: str, fixed: Collection[str]) -> Mapping[str, tuple[Decimal, frozenset[str]]]:
    """What each step may change: the facts by which a requirement that the goal asks for, and lacks, is met."""
    results = prepare(case.closed).run(case.known)
    group = case.closed.ruleset.group
    asked = {to} if to.startswith("R") else {*group[to].members} if to in group else {"R0"}
    if to in OUTCOMES:
        asked.update((*group["G"].members, *group["L"].members))
    found = {}
    for each in case.closed.ruleset.requirements:
        if each.id in asked and verdict_of(case.closed, results, each.id)[0] not in ("met", "not_applicable"):
            found[each.id] = (each.effort, facts_of(each.met_when) - set(fixed))
    return found


def can_reach(case: Case, to: str, names: Collection[str], lifted: Collection[str] = ()) -> bool:
    results = prepare(case.closed).run(case.known)
    goal = destination(case.closed, case.facts, results, to).goal
    for changes in ways(case, goal, names, lifted):
        # What is reached without a dodge is reached.
        assert is_reached(case, to, Facts({**case.facts.values, **changes}))
        return True
    return False


def by_brute_force(case: Case, to: str, fixed: Collection[str]) -> list[tuple[Decimal, frozenset[str]]]:
    """Every minimal set of steps that can reach the goal, with its cost."""
    steps = licences(case, to, fixed)
    found: list[tuple[Decimal, frozenset[str]]] = []
    for some in chain.from_iterable(combinations(steps, count) for count in range(len(steps) + 1)):
        if any(plan <= set(some) for _, plan in found):
            continue
        names = frozenset[str]().union(*(steps[each][1] for each in some))
        if can_reach(case, to, names):
            found.append((sum((steps[each][0] for each in some), Decimal(0)), frozenset(some)))
    return found


GOALS = st.sampled_from((*OUTCOMES[1:], "R0", "G", "L"))


@settings(max_examples=60)
@given(small_cases(facts=5, known=4), GOALS, st.data())
def test_plans_are_the_cheapest_there_are(case: Case, to: str, data: st.DataObject) -> None:
    cheapest(case, to, data)


@settings(max_examples=12)
@given(small_cases(facts=10, known=9, plain=True), GOALS, st.data())
def test_plans_over_ten_facts_are_the_cheapest_there_are(case: Case, to: str, data: st.DataObject) -> None:
    cheapest(case, to, data)


def cheapest(case: Case, to: str, data: st.DataObject) -> None:
    fixed = data.draw(st.sets(st.sampled_from(sorted(case.closed.ruleset.vocabulary.facts)), max_size=2))
    found = fixes(assessed(case), to, 9, fixed=fixed)
    expected = by_brute_force(case, to, fixed)
    if is_reached(case, to, case.facts):
        assert found.is_reached
        assert found.plans == ()
        return
    assert not found.is_reached
    assert found.can_be_reached == bool(expected)
    event(f"{len(expected)} plans")
    plans = [(plan.effort, frozenset(step.name for step in plan.steps)) for plan in found.plans]
    assert found.is_cheapest
    assert set(plans) == set(expected)
    assert [effort for effort, _ in plans] == sorted(effort for effort, _ in plans)
    for plan in found.plans:
        assert is_reached(case, to, plan.facts)
        untouched = set(case.facts.values) - {change.fact for change in plan.changes}
        assert all(plan.facts.values[name] == case.facts.values[name] for name in untouched)
        assert not {change.fact for change in plan.changes} & fixed


@settings(max_examples=60)
@given(small_cases(facts=5, known=9), st.data())
def test_what_stands_in_the_way_is_all_that_does(case: Case, data: st.DataObject) -> None:
    names = sorted(case.closed.ruleset.vocabulary.facts)
    fixed = data.draw(st.sets(st.sampled_from(names), min_size=2))
    found = fixes(assessed(case), "go", fixed=fixed)
    event(f"{len(found.in_the_way)} in the way")
    steps = licences(case, "go", fixed)
    free = frozenset[str]().union(*(names for _, names in steps.values()))
    hindering = {each.fact for each in found.in_the_way}
    if found.can_be_reached or not hindering:
        assert found.can_be_reached or not can_reach(case, "go", names, names)
        return
    assert can_reach(case, "go", free, hindering)
    for name in hindering:
        assert not can_reach(case, "go", free, hindering - {name})


@settings(max_examples=12)
@given(st.sampled_from(SHIPPED), st.data())
def test_plans_of_the_shipped_rulesets_need_every_step(
    which: tuple[str, str | None], data: st.DataObject
) -> None:
    ruleset, policy, cases = shipped(*which)
    case = data.draw(st.sampled_from(cases))
    assessment = assess(ruleset, case.facts, on=case.on, policy=policy)
    name = data.draw(st.sampled_from([*ruleset.requirement, *ruleset.group]))
    found = fixes(assessment, name, 2)
    assert found.can_be_reached is not None
    situation = _situation(assessment)
    where = destination(situation.closed, situation.facts, situation.results, name)
    work = Fixing(situation, where, (), 500)
    for plan in found.plans:
        steps = frozenset(step.name for step in plan.steps)
        assert work.reaches(steps)
        assert not any(work.reaches(steps - {one}) for one in steps)
        verdict = assess(ruleset, plan.facts, on=case.on, policy=policy)
        group = next((each.verdict for each in verdict.groups if each.group == name), None)
        assert (group or verdict.verdicts[name]) in ("met", "not_applicable")


# What cannot be changed


def ruleset_of(met_when: Expr, *facts: FactDeclaration) -> Ruleset:
    requirement = Requirement("R", "Title", "Says", {"clause": "1"}, met_when=met_when, fix="Do it.")
    outcomes = (
        Outcome("wait", "Wait", Reference("R", Aspect.GAP), False),
        Outcome("go", "Go", Reference("R"), True),
    )
    decision = Decision("d", "May we?", outcomes, "open")
    return Ruleset(
        "one", "1", "One", Vocabulary({each.name: each for each in facts}), (requirement,), (), (decision,)
    )


def date_fact(name: str) -> FactDeclaration:
    return FactDeclaration(name, FactType.DATE, name, "?", about="provider")


def yes_no(name: str, **more: Any) -> FactDeclaration:
    return FactDeclaration(name, FactType.YES_NO, name, "?", **{"about": "provider", **more})


def fixes_of(ruleset: Ruleset, values: Mapping[str, object], to: str | None = None) -> Fixes:
    return fixes(assess(ruleset, facts_from(values, ruleset), on=DAY), to)


def test_an_insurance_that_ended_can_be_renewed_from_today() -> None:
    found = fixes_of(RULES, {"insured_until": "2026-01-31", "reviewed_on": "2026-11-01"}, "All")
    (plan,) = found.plans
    assert [step.text for step in plan.steps] == ["Renew the insurance."]
    # A date that would be good for today only is taken a year later.
    assert plan.facts.values["insured_until"].value == datetime.date(2027, 11, 22)
    assert [(each.fact, each.before, each.after) for each in plan.changes] == [
        ("insured_until", "31 January 2026 (stated)", "22 November 2027 (stated)")
    ]
    assert plan.steps[0].until == datetime.date(2027, 11, 22)
    assert plan.steps[0].why.startswith("End of the insurance: 31 January 2026")


def test_what_happened_in_the_past_cannot_be_made_to_have_happened_before() -> None:
    checked, used = date_fact("checked"), date_fact("used")
    venues = FactDeclaration(
        "venues",
        FactType.COLLECTION,
        "venues",
        "?",
        about="provider",
        record="venue",
        fields={"checked": checked, "used": used},
    )
    before = Compare(Field("venues", "checked"), Op.LESS, Field("venues", "used"))
    ruleset = ruleset_of(Quantified(Count.EVERY, 0, "venues", None, before), venues)
    late = fixes_of(ruleset, {"venues": [{"checked": "2026-06-01", "used": "2026-05-01"}]})
    assert late.can_be_reached is False
    assert [each.text for each in late.in_the_way] == [
        "Title (clause 1). Venue 1, used: 1 May 2026. This has happened, and cannot be made to have happened otherwise."
    ]
    # A venue that is first used some day to come can still be checked before.
    soon = fixes_of(ruleset, {"venues": [{"used": "2026-12-01"}]})
    assert soon.plans[0].facts.collections["venues"].records[0]["checked"].value == DAY
    assert [(each.fact, each.label) for each in soon.plans[0].changes] == [
        ("venues.checked", "Venue 1, checked")
    ]


def test_a_date_of_its_own_can_be_done_again() -> None:
    ruleset = ruleset_of(
        Compare(Fact("assessed"), Op.AT_LEAST, Fact("changed")), date_fact("assessed"), date_fact("changed")
    )
    found = fixes_of(ruleset, {"assessed": "2026-06-01", "changed": "2026-09-01"})
    assert [each.after for each in found.plans[0].changes] == ["22 November 2026 (stated)"]


def test_what_the_person_needs_is_not_put_right() -> None:
    calm = FactDeclaration("calm", FactType.YES_NO, "calm", "?", about="person")
    insured = date_fact("insured")
    wants = AllOf((Compare(Fact("calm"), Op.IS, Literal(True)), Compare(Fact("insured"), Op.AT_LEAST, On())))
    ruleset = ruleset_of(wants, calm, insured)
    found = fixes_of(ruleset, {"calm": False})
    assert (found.can_be_reached, found.plans) == (False, ())
    text = "Title (clause 1). Calm: no. This is about the person, and no provider can put it right."
    assert [each["text"] for each in found.to_dict()["in_the_way"]] == [text]
    assert fixes_of(ruleset, {"calm": True}).can_be_reached
    # What is not known about the person can be found out.
    assert fixes_of(ruleset, {}).plans[0].facts.values["calm"].value is True


def test_what_is_not_known_is_to_be_found_out_and_what_is_weak_to_be_shown() -> None:
    policy_strength = Policy("p", "one@1", "P", strength=Strength.SEEN)
    ruleset = ruleset_of(Compare(Fact("insured"), Op.AT_LEAST, On()), date_fact("insured"))
    for values, kind in (
        ({}, "find_out"),
        ({"insured": "2026-01-01"}, "fix"),
        ({"insured": "2027-01-01"}, "show"),
    ):
        facts = facts_from(values, ruleset)
        found = fixes(assess(ruleset, facts, on=DAY, policy=policy_strength), "R")
        assert found.plans[0].steps[0].kind == kind
        assert found.plans[0].facts.values["insured"].evidence.strength.word == "seen"


def test_a_record_is_added_where_one_is_missing() -> None:
    ruleset, policy, _ = shipped("smrc-licence@2018", None)
    found = fixes(assess(ruleset, {}, on=DAY, policy=policy), "SM-10")
    (plan,) = found.plans
    (licence,) = plan.facts.collections["licences"].records
    assert licence["valid_to"].value == datetime.date(2027, 11, 22)
    # That there are no others nobody says.
    assert plan.facts.collections["licences"].partial


def test_what_may_take_more_records_than_are_tried_is_not_said_to_be_out_of_reach() -> None:
    insured = yes_no("insured")
    venues = FactDeclaration(
        "venues", FactType.COLLECTION, "venues", "?", about="provider", fields={"insured": insured}
    )
    body = Compare(Field("venues", "insured"), Op.IS, Literal(True))
    for number, can in ((3, True), (4, None)):
        ruleset = ruleset_of(Quantified(Count.AT_LEAST, number, "venues", None, body), venues)
        found = fixes_of(ruleset, {})
        assert (found.can_be_reached, found.is_cheapest) == (can, bool(can))


def test_a_fixed_fact_that_there_is_not_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no fact `nothing`"):
        fixes(assess(RULES, {}, on=DAY), fixed=["nothing"])


def test_a_goal_that_there_is_not_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no outcome"):
        fixes(assess(RULES, {}, on=DAY), "nowhere")


_SETS = st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=2), max_size=6)
_BANNED = st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=2), max_size=2)


@settings(max_examples=300)
@given(_SETS, _BANNED, st.lists(st.integers(1, 4), min_size=6, max_size=6))
def test_a_cheapest_hitting_set_is_one(
    sets: list[frozenset[str]], banned: list[frozenset[str]], efforts: list[int]
) -> None:
    costs = {name: Decimal(effort) for name, effort in zip("abcdef", efforts, strict=True)}
    every = (frozenset(each) for count in range(7) for each in combinations("abcdef", count))
    allowed = [
        each for each in every if all(one & each for one in sets) and not any(one <= each for one in banned)
    ]
    found = cheapest_hitting(sets, costs, banned)
    if not allowed:
        assert found is None
    else:
        assert found in allowed
        assert sum(costs[name] for name in found) == min(
            sum(costs[name] for name in each) for each in allowed
        )


@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_plans_for_every_kind_of_ruleset_hold_what_they_promise(
    case: strategies.Case, data: st.DataObject
) -> None:
    # `fixes` assesses each plan again, and fails when it does not reach the goal.
    ruleset, policy = case.closed.ruleset, case.closed.policy
    assessment = assess(ruleset, case.facts, on=case.on, policy=policy, calendar=CALENDAR)
    name = data.draw(
        st.sampled_from(
            [*ruleset.requirement, *ruleset.group, *(each.id for each in ruleset.decisions[0].outcomes)]
        )
    )
    found = fixes(assessment, name, 2)
    for plan in found.plans:
        assert plan.changes
        for change in plan.changes:
            # What is known of the person stays.
            if declared(ruleset.vocabulary, change.fact).about == "person":
                held = assessment.work.known.values.get(change.fact)
                assert held is None or held.value == plan.facts.values[change.fact].value

"""Plans reach what they promise, none of their steps can be left out, and none is cheaper than the first."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import chain, combinations, product
from typing import Any

import attrs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from qa_rules import Assessment, Facts, NotFoundError, assess, facts_from
from qa_rules.api.analyse import fixes
from qa_rules.assessment.situation import situation_of
from qa_rules.cli.fix import lines
from qa_rules.engines.compiled import prepare
from qa_rules.explain.circuits import Both, View
from qa_rules.explain.hitting_sets import cheapest_hitting
from qa_rules.explain.standing import declared
from qa_rules.explain.targets import destination
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Compare,
    Count,
    Expr,
    Fact,
    Field,
    Given,
    Later,
    Literal,
    Not,
    On,
    OnlyWhen,
    Op,
    Quantified,
    Reference,
    facts_of,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import (
    Decision,
    Group,
    Outcome,
    Policy,
    Requirement,
    Route,
    Ruleset,
    Tier,
)
from qa_rules.model.values import Severity, Strength, Unit
from qa_rules.program.answers import answer_of, verdict_of
from qa_rules.repair import consequences
from qa_rules.repair.plans import Fixes
from qa_rules.repair.search import Fixing
from qa_rules.semantics.evaluate import evaluate
from tests import strategies
from tests.analysis.examples import DAY, small_cases
from tests.analysis.no_dodges import as_given, follows, is_met, keeps, states, ways
from tests.analysis.test_explaining import SHIPPED, shipped
from tests.analysis.test_horizon import RULES
from tests.strategies import CALENDAR, Case

FINE = ("met", "not_applicable")
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


Steps = Mapping[str, tuple[Decimal, frozenset[str]]]


def licences(case: Case, to: str, fixed: Collection[str]) -> tuple[Steps, Steps]:
    """What each step may change: the facts by which a requirement that the goal asks for is met.

    First of those that are lacking, then of those that are met and may have to be met in another way: something
    that they look at is changed by another step.
    """
    results = prepare(case.closed).run(case.known)
    group = case.closed.ruleset.group
    asked = {to} if to.startswith("R") else {*group[to].members} if to in group else {"R0"}
    if to in OUTCOMES:
        asked.update((*group["G"].members, *group["L"].members))
    lacks: dict[str, tuple[Decimal, frozenset[str]]] = {}
    held: dict[str, tuple[Decimal, frozenset[str]]] = {}
    for each in case.closed.ruleset.requirements:
        if each.id in asked:
            kind = held if verdict_of(case.closed, results, each.id)[0].value in FINE else lacks
            kind[each.id] = (each.effort, (facts_of(each.met_when) | confirmed(case, each)) - set(fixed))
    touched = frozenset[str]().union(*(facts for _, facts in lacks.values()))

    view = View(int(case.closed.strength), 1)
    then = [known for _, known in states(case, touched)]
    return lacks, {
        name: step
        for name, step in held.items()
        if not all(is_met(case.closed, (name, view, True), known) for known in then)
    }


def can_reach(
    case: Case,
    to: str,
    names: Collection[str],
    lifted: Collection[str] = (),
    masked: frozenset[str] = frozenset(),
    also: Collection[str] = (),
) -> bool:
    """Whether changes to facts reach the goal, those masked not counting, with some requirements met besides."""
    results = prepare(case.closed).run(case.known)
    view = View(int(case.closed.strength), 1)
    goal = Both(
        (destination(case.closed, case.facts, results, to).goal, *((each, view, True) for each in also))
    )
    for changes in ways(case, goal, names, lifted, masked):
        # What is reached without a dodge is reached.
        assert is_reached(case, to, Facts({**case.facts.values, **changes}))
        return True
    return False


def confirmed(case: Case, requirement: Requirement) -> frozenset[str]:
    """The facts by which a requirement does not apply, where they are only not well enough backed."""
    condition = requirement.applies_when
    if condition is None or evaluate(condition, as_given(case, backed=True), {})[1] == 0:
        return frozenset()
    return facts_of(condition)


def covered(case: Case, lacks: Steps, held: Steps, some: frozenset[str]) -> frozenset[str]:
    """The requirements that are put right with some: those themselves, and what follows from them."""
    steps = {**lacks, **held}
    implied = {
        name
        for name in set(lacks) - some
        for count in range(1, len(some) + 1)
        for few in combinations(sorted(some), count)
        if follows(case, {each: steps[each][1] for each in few}, name, set(held) - set(few))
    }
    return some | implied


def by_brute_force(case: Case, to: str, fixed: Collection[str]) -> list[tuple[Decimal, frozenset[str]]]:
    """Every minimal set of steps that can reach the goal, with its cost; none that does all of a cheaper one."""
    lacks, held = licences(case, to, fixed)
    steps = {**lacks, **held}
    found: list[tuple[Decimal, frozenset[str]]] = []
    for some in map(
        frozenset, chain.from_iterable(combinations(steps, count) for count in range(len(steps) + 1))
    ):
        if any(plan <= some for _, plan in found):
            continue
        names = frozenset[str]().union(*(steps[each][1] for each in some))
        masked = frozenset(lacks) - covered(case, lacks, held, some)
        if can_reach(case, to, names, masked=masked, also=some) and keeps(
            case, some, names, set(held) - some
        ):
            found.append((sum((steps[each][0] for each in some), Decimal(0)), some))
    return found


GOALS = st.sampled_from((*OUTCOMES[1:], "R0", "G", "L"))


@pytest.mark.slow
@settings(max_examples=60)
@given(small_cases(facts=5, known=4), GOALS, st.data())
def test_plans_are_the_cheapest_there_are(case: Case, to: str, data: st.DataObject) -> None:
    cheapest(case, to, data)


@pytest.mark.slow
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
    event(f"{len(expected)} plans")
    if not expected:
        # There may be a way that no set of steps has the words for. Then it is not called out of reach.
        assert not found.can_be_reached
        assert not found.plans
        return
    assert found.can_be_reached
    plans = [(plan.effort, frozenset(step.name for step in plan.steps)) for plan in found.plans]
    assert found.is_cheapest
    lacks, held = licences(case, to, fixed)
    assert set(plans) <= set(expected)
    for effort, taken in expected:
        # What is not told does all that something told does, or comes to the same, and is no cheaper.
        does, results = (
            covered(case, lacks, held, taken),
            [prepare(case.closed).run(case.believed(each.facts)) for each in found.plans],
        )
        assert any(
            less <= effort
            and (plan <= does or all(verdict_of(case.closed, then, each)[0] in FINE for each in taken))
            for (less, plan), then in zip(plans, results, strict=True)
        )
    assert min(plans)[0] == min(expected)[0]
    assert [effort for effort, _ in plans] == sorted(effort for effort, _ in plans)
    for plan in found.plans:
        assert is_reached(case, to, plan.facts)
        untouched = set(case.facts.values) - {change.fact for change in plan.changes}
        assert all(plan.facts.values[name] == case.facts.values[name] for name in untouched)
        assert not {change.fact for change in plan.changes} & fixed


@pytest.mark.slow
@settings(max_examples=60)
@given(small_cases(facts=5, known=9), st.data())
def test_what_stands_in_the_way_is_all_that_does(case: Case, data: st.DataObject) -> None:
    names = sorted(case.closed.ruleset.vocabulary.facts)
    fixed = data.draw(st.sets(st.sampled_from(names), min_size=2))
    found = fixes(assessed(case), "go", fixed=fixed)
    event(f"{len(found.in_the_way)} in the way")
    free = frozenset[str]().union(
        *(names for some in licences(case, "go", fixed) for _, names in some.values())
    )
    hindering = {each.fact for each in found.in_the_way}
    if found.can_be_reached is None and not hindering:  # a way that no set of steps has the words for
        assert can_reach(case, "go", names, names)
        return
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
    situation = situation_of(assessment)
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
        "Title (clause 1). Venue 1, checked: 1 June 2026. This is in the past and cannot be changed."
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
    # Who is given with a question stays as they are.
    asking = attrs.evolve(ruleset.decisions[0], id="other", needs="person")
    ruleset = attrs.evolve(ruleset, decisions=(*ruleset.decisions, asking))
    found = fixes_of(ruleset, {"calm": False})
    assert (found.can_be_reached, found.plans) == (False, ())
    text = "Title (clause 1). Calm: no. This is about the person, and no subject can put it right."
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
    # It is the first, wherever among the empty places it was put.
    assert {each.label.partition(",")[0] for each in plan.changes if each.fact.startswith("licences.")} == {
        "Licence 1"
    }


def test_what_is_named_does_not_cover_all_that_a_list_may_have_which_is_not_whole() -> None:
    ruleset, policy, cases = shipped("ss2q@2017", None)
    case = next(each for each in cases if "where there may be further kinds" in each.name)
    found = fixes(assess(ruleset, case.facts, on=case.on, policy=policy))
    assert found.plans
    for plan in found.plans:
        # Which kinds there are has to be known, before a licence for each can be had.
        assert plan.facts.values["programme_types_delivered"].evidence.source == "planned"


def test_what_is_met_is_met_in_another_way_where_a_step_takes_that_away() -> None:
    def requirement(name: str, wanted: Expr, effort: int) -> Requirement:
        return Requirement(
            name,
            f"Title {name}",
            "Says",
            {"clause": name},
            met_when=wanted,
            fix=f"Do {name}.",
            effort=Decimal(effort),
        )

    fewer = Compare(Fact("gaps"), Op.AT_MOST, Literal(1))
    either = AnyOf(
        (
            Compare(Fact("reviews"), Op.AT_LEAST, Literal(2)),
            Compare(Fact("gaps"), Op.AT_LEAST, Literal(2)),
        )
    )
    requirements = (requirement("A", fewer, 2), requirement("B", either, 3))
    vocabulary = Vocabulary({name: number(name) for name in ("reviews", "gaps")})
    ruleset = Ruleset(
        "one", "1", "One", vocabulary, requirements, (Group("All", "All", "level", ("A", "B")),)
    )
    found = fixes(
        assess(ruleset, facts_from({"reviews": 0, "gaps": 4}, ruleset), on=DAY, policy=REQUIRED), "All"
    )
    assert [[step.name for step in plan.steps] for plan in found.plans] == [["A", "B"]]
    assert found.is_cheapest
    assert (found.plans[0].steps[1].text, found.plans[0].steps[1].why) == (
        "Needed: Reviews a year: at least 2.",
        "Reviews a year: 0 (stated).",
    )


def test_where_there_was_too_much_to_look_at_no_plan_is_called_the_cheapest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ruleset = nested(("bronze", 1, 1), ("silver", 3, 2), ("gold", 4, 3))
    assessment = assess(ruleset, facts_from({"reviews": 0}, ruleset), on=DAY, policy=REQUIRED)
    assert fixes(assessment, "Gold").is_cheapest
    for limit in ("MOST_WAYS", "MOST_TOGETHER"):
        with monkeypatch.context() as patch:
            patch.setattr(consequences, limit, 0)
            found = fixes(assessment, "Gold")
            assert (found.can_be_reached, found.is_cheapest) == (True, False)


def test_what_may_take_more_records_than_are_tried_is_not_said_to_be_out_of_reach() -> None:
    insured = yes_no("insured")
    venues = FactDeclaration(
        "venues", FactType.COLLECTION, "venues", "?", about="provider", fields={"insured": insured}
    )
    body = Compare(Field("venues", "insured"), Op.IS, Literal(True))
    for number, can in ((3, True), (12, True), (13, None)):
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


@pytest.mark.slow
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


# What a plan says is enough


def number(name: str, **more: Any) -> FactDeclaration:
    return FactDeclaration(name, FactType.INTEGER, f"{name} a year", "How many?", about="provider", **more)


def nested(*levels: tuple[str, int, int]) -> Ruleset:
    """Levels of which each asks for more reviews than the one before: a name, how many, the effort."""
    reviews = number("reviews")
    requirements = tuple(
        Requirement(
            f"R-{name}",
            f"Reviews for {name}",
            "Says",
            {"clause": name},
            met_when=Compare(Fact("reviews"), Op.AT_LEAST, Literal(many)),
            fix=f"Review {many} times a year.",
            effort=Decimal(effort),
        )
        for name, many, effort in levels
    )
    ids = [each.id for each in requirements]
    groups = tuple(
        Group(name.title(), name.title(), "level", tuple(ids[: at + 1]))
        for at, (name, _, _) in enumerate(levels)
    )
    outcomes = (
        Outcome("no_level", "No level", Reference(groups[0].id, Aspect.GAP), False),
        *(
            Outcome(name, name.title(), Reference(then.id, Aspect.GAP), True)
            for (name, _, _), then in zip(levels[:-1], groups[1:], strict=True)
        ),
        Outcome(levels[-1][0], levels[-1][0].title(), Reference(groups[-1].id), True),
    )
    decision = Decision("level", "Which level?", outcomes, "open")
    return Ruleset("one", "1", "One", Vocabulary({"reviews": reviews}), requirements, groups, (decision,))


REQUIRED = Policy("p", "one@1", "P", severities={"default": Severity.REQUIRED})


def steps_of(found: Fixes) -> list[list[tuple[str, str, str]]]:
    return [[(step.kind, step.name, step.text) for step in plan.steps] for plan in found.plans]


@pytest.mark.parametrize("held", [0, 2, None])
def test_a_step_towards_a_higher_level_says_what_the_higher_level_asks(held: int | None) -> None:
    ruleset = nested(("bronze", 1, 1), ("silver", 3, 2), ("gold", 4, 3))
    facts = facts_from({} if held is None else {"reviews": held}, ruleset)
    kind = "find_out" if held is None else "fix"
    # Of what is not known no plan counts on a shortfall.
    silver = ("silver", "R-silver", 3, 2) if held is not None else ("Silver", "R-silver", 3, 2)
    for to, name, many, effort in (("gold", "R-gold", 4, 3), silver, ("Gold", "R-gold", 4, 3)):
        found = fixes(assess(ruleset, facts, on=DAY, policy=REQUIRED), to)
        assert steps_of(found) == [[(kind, name, f"Review {many} times a year.")]]
        assert found.plans[0].effort == effort
        assert [(each.has_to_be, each.kind) for each in found.plans[0].steps[0].needs] == [
            (f"at least {many}", kind)
        ]


@pytest.mark.parametrize("held", [0, 1])
def test_a_higher_level_that_costs_less_is_the_cheapest_way_to_a_lower_one(held: int) -> None:
    ruleset = nested(("bronze", 2, 5), ("gold", 4, 1))
    facts = facts_from({"reviews": held}, ruleset)
    found = fixes(assess(ruleset, facts, on=DAY, policy=REQUIRED), "Bronze")
    assert [(int(plan.effort), plan.steps[0].name) for plan in found.plans] == [(5, "R-bronze")]
    found = fixes(assess(ruleset, facts, on=DAY, policy=REQUIRED), "bronze")
    assert [(int(plan.effort), plan.steps[0].name) for plan in found.plans] == [
        (1, "R-gold"),
        (5, "R-bronze"),
    ]


TESTS = {"at least": Op.AT_LEAST, "at most": Op.AT_MOST, "more than": Op.MORE, "less than": Op.LESS}


@st.composite
def nested_cases(draw: st.DrawFn) -> tuple[Ruleset, Facts]:
    """Two or three levels over two numbers, of which each asks for more, or for less, than the one before."""
    names = ("reviews", "gaps")
    requirements: list[Requirement] = []
    groups: list[Group] = []
    for level in range(draw(st.integers(2, 3))):
        for at in range(draw(st.integers(1, 2))):
            name = draw(st.sampled_from(names))
            many = level + draw(st.integers(0, 1))
            more = name == "reviews"
            wanted: Expr = Compare(
                Fact(name), Op.AT_LEAST if more else Op.AT_MOST, Literal(many if more else 4 - many)
            )
            if draw(st.integers(0, 4)) == 0:
                other = Compare(Fact(names[more]), Op.AT_LEAST, Literal(draw(st.integers(1, 4))))
                wanted = AnyOf((wanted, other)) if draw(st.booleans()) else AllOf((wanted, other))
            requirements.append(
                Requirement(
                    f"R{level}{at}",
                    f"Title of R{level}{at}",
                    "Says",
                    {"clause": f"{level}{at}"},
                    met_when=wanted,
                    fix=f"Put R{level}{at} right.",
                    effort=Decimal(draw(st.integers(1, 5))),
                )
            )
        groups.append(Group(f"L{level}", f"L{level}", "level", tuple(each.id for each in requirements)))
    bounds = {"least": Decimal(0), "most": Decimal(4)}
    vocabulary = Vocabulary({name: number(name, **bounds) for name in names})
    ruleset = Ruleset("one", "1", "One", vocabulary, tuple(requirements), tuple(groups))
    values = {name: draw(st.none() | st.integers(0, 4)) for name in names}
    return ruleset, facts_from({name: each for name, each in values.items() if each is not None}, ruleset)


def done(ruleset: Ruleset, given: Facts, chosen: Mapping[str, object]) -> Mapping[str, str]:
    values: dict[str, object] = {name: each.value for name, each in given.values.items()}
    values.update(chosen)
    then = assess(ruleset, facts_from(values, ruleset), on=DAY, policy=REQUIRED)
    return then.verdicts


def least_ways(ruleset: Ruleset, given: Facts, asked: Collection[str]) -> list[Mapping[str, int]]:
    """The ways to meet some requirements that do no more than another way does, each fact moved no further."""
    start = {name: each.value for name, each in given.values.items()}
    facts = [*ruleset.vocabulary.facts]
    met: list[Mapping[str, int]] = []
    for values in product((None, *range(5)), repeat=len(facts)):
        chosen = {
            name: each
            for name, each in zip(facts, values, strict=True)
            if each is not None and each != start.get(name)
        }
        if len(chosen) == len(facts) - values.count(None) and all(
            done(ruleset, given, chosen)[each] == "met" for each in asked
        ):
            met.append(chosen)

    def is_less(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
        """Whether each fact is where it was, or between that and where the other has it."""
        for name, here in one.items():
            there, before = other.get(name), start.get(name)
            if there is None:
                return False
            ends = sorted((there, before if isinstance(before, int) else here))
            if not (here == there or (isinstance(before, int) and ends[0] <= here <= ends[1])):
                return False
        return True

    return [each for each in met if not any(is_less(one, each) for one in met if one != each)]


@pytest.mark.slow
@settings(max_examples=40)
@given(nested_cases(), st.data())
def test_the_words_of_a_plan_done_at_their_least_reach_the_goal_and_nothing_cheaper_does(
    case: tuple[Ruleset, Facts], data: st.DataObject
) -> None:
    ruleset, facts = case
    group = data.draw(st.sampled_from(ruleset.groups))
    assessment = assess(ruleset, facts, on=DAY, policy=REQUIRED)
    found = fixes(assessment, group.id, 3)
    if found.is_reached:
        return
    event(f"{len(found.plans)} plans")

    def is_enough(steps: Collection[str]) -> bool:
        # Whoever puts something right gives up nothing for it that is met, unless a step is to meet it otherwise.
        held = [each for each in group.members if assessment.verdicts[each] == "met" and each not in steps]
        then = [done(ruleset, facts, way) for way in least_ways(ruleset, facts, steps)]
        ways = [each for each in then if all(each[name] == "met" for name in held)]
        return bool(ways) and all(each[member] == "met" for each in ways for member in group.members)

    effort = {each.id: each.effort for each in ruleset.requirements}
    enough = [
        sum((effort[each] for each in some), Decimal(0))
        for size in range(1, len(group.members) + 1)
        for some in combinations(group.members, size)
        if is_enough(some)
    ]
    assert found.can_be_reached == bool(enough)
    for plan in found.plans:
        assert is_enough([step.name for step in plan.steps])
    if enough:
        assert found.plans[0].effort == min(enough)


# What is said well, and has to be checked


def tiered(strength: Strength) -> tuple[Ruleset, Policy]:
    """One tier, which asks for medical skills outside any requirement; a requirement asks for more of them."""
    options = {"none": "None", "basic": "Basic", "particular": "For particular conditions"}
    skills = FactDeclaration(
        "skills",
        FactType.CHOICE,
        "skills for medical needs",
        "Which skills are there?",
        about="provider",
        options=options,
        ordered=True,
    )
    talked = yes_no("talked")
    ranks = tuple(options)
    requirement = Requirement(
        "R",
        "Skilled",
        "Says",
        {"clause": "1"},
        met_when=Compare(Fact("skills"), Op.AT_LEAST, Literal("particular"), ranks),
        fix="Train for particular conditions.",
        effort=Decimal(3),
    )
    route = Route("talk", "Talk", "Says", Compare(Fact("talked"), Op.IS, Literal(True)))
    needs = Compare(Fact("skills"), Op.AT_LEAST, Literal("basic"), ranks)
    ruleset = Ruleset(
        "one", "1", "One", Vocabulary({"skills": skills, "talked": talked}), (requirement,), routes=(route,)
    )
    policy = Policy("p", "one@1", "P", tiers=(Tier("basic", "Basic", strength, {"talk": needs}),))
    return ruleset, policy


def test_what_is_only_said_is_confirmed_at_its_own_value() -> None:
    ruleset, policy = tiered(Strength.SEEN)
    facts = facts_from({"skills": "basic", "talked": {"value": True, "strength": "seen"}}, ruleset)
    (plan,) = fixes(assess(ruleset, facts, on=DAY, policy=policy), "basic").plans
    (step,) = plan.steps
    assert (step.kind, step.text, step.strength) == ("show", "Confirm: Basic.", "seen")
    assert step.why == "Skills for medical needs: Basic (stated)."
    assert plan.facts.values["skills"].value == "basic"


def test_a_fact_that_has_to_become_another_says_the_least_that_will_do() -> None:
    ruleset, policy = tiered(Strength.SEEN)
    facts = facts_from({"skills": "none", "talked": {"value": True, "strength": "seen"}}, ruleset)
    (plan,) = fixes(assess(ruleset, facts, on=DAY, policy=policy), "basic", 1).plans
    (step,) = plan.steps
    assert (step.kind, step.text) == ("fix", "Needed: Skills for medical needs: at least “Basic”.")


def test_what_is_known_of_the_person_is_confirmed_and_never_has_to_become_anything() -> None:
    ruleset = ruleset_of(
        Compare(Fact("at_risk"), Op.IS, Literal(False)),
        FactDeclaration("at_risk", FactType.YES_NO, "acute risk", "Is there an acute risk?", about="person"),
    )
    policy = Policy("p", "one@1", "P", strength=Strength.SEEN)
    found = fixes(assess(ruleset, facts_from({"at_risk": False}, ruleset), on=DAY, policy=policy), "R")
    assert steps_of(found) == [[("show", "R", "Confirm: no.")]]


def test_a_text_that_is_none_can_be_given() -> None:
    address = FactDeclaration(
        "address", FactType.TEXT, "address", "What is it?", about="provider", may_be_none=True
    )
    ruleset = ruleset_of(Given(Fact("address")), address)
    found = fixes_of(ruleset, {"address": "none"}, "R")
    assert [step.text for plan in found.plans for step in plan.steps] == ["Do it."]
    assert found.plans[0].changes[0].after == "any text (stated)"
    sites = FactDeclaration(
        "sites",
        FactType.COLLECTION,
        "sites",
        "?",
        about="provider",
        record="site",
        fields={"address": address},
    )
    ruleset = ruleset_of(Quantified(Count.EVERY, 0, "sites", None, Given(Field("sites", "address"))), sites)
    assert fixes_of(ruleset, {"sites": [{"address": "none"}]}, "R").can_be_reached


@pytest.mark.parametrize(
    ("barred", "said"),
    [
        (("high", "medium"), "“Low”"),
        (("high",), "not “High”"),
    ],
)
def test_the_one_option_that_is_left_is_named(barred: tuple[str, ...], said: str) -> None:
    kinds = {"low": "Low", "medium": "Medium", "high": "High"}
    harm = FactDeclaration("harm", FactType.CHOICE, "harm", "How bad?", about="provider", options=kinds)
    none = AllOf(tuple(Not(Compare(Fact("harm"), Op.IS, Literal(each))) for each in barred))
    (step,) = fixes_of(ruleset_of(none, harm), {}, "R").plans[0].steps
    assert [each.has_to_be for each in step.needs] == [said]


def test_the_words_are_of_what_is_missing() -> None:
    kinds = {"public": "Public liability", "motor": "Motor"}
    cover = FactDeclaration(
        "covers",
        FactType.COLLECTION,
        "covers",
        "?",
        about="provider",
        record="cover",
        named_by=("kind",),
        fields={
            "kind": FactDeclaration("kind", FactType.CHOICE, "kind of cover", "Which kind?", options=kinds),
            "ends": date_fact("ends"),
        },
    )
    body = AllOf(
        (
            Compare(Field("covers", "kind"), Op.IS, Literal("public")),
            Compare(Field("covers", "ends"), Op.AT_LEAST, On()),
        )
    )
    ruleset = ruleset_of(Quantified(Count.SOME, 0, "covers", None, body), cover)
    found = fixes_of(ruleset, {"covers": [{"kind": "public", "ends": "2026-03-01"}]}, "R")
    assert [(step.kind, step.text) for step in found.plans[0].steps] == [
        ("fix", "Needed: Public liability, ends: on or after the day of the assessment.")
    ]
    assert found.plans[0].steps[0].why == "Public liability, ends: 1 March 2026 (stated)."
    roles = FactDeclaration(
        "roles",
        FactType.COLLECTION,
        "roles",
        "?",
        about="provider",
        record="role",
        named_by=("role_name",),
        fields={
            "role_name": FactDeclaration("role_name", FactType.TEXT, "name", "Who?"),
            "checked": FactDeclaration("checked", FactType.YES_NO, "checked", "Was it checked?"),
        },
    )
    every = Quantified(
        Count.EVERY, 0, "roles", None, Compare(Field("roles", "checked"), Op.IS, Literal(True))
    )
    ruleset = ruleset_of(every, roles)
    found = fixes_of(
        ruleset, {"roles": [{"role_name": "the cook", "checked": True}, {"role_name": "the driver"}]}, "R"
    )
    assert [(step.kind, step.text) for step in found.plans[0].steps] == [
        ("find_out", "The driver: Was it checked? This plan counts on: yes.")
    ]


def test_what_may_not_be_asked_at_all_is_to_be_found_out_first() -> None:
    roles = FactDeclaration(
        "roles",
        FactType.COLLECTION,
        "roles",
        "?",
        about="provider",
        record="role",
        named_by=("role_name",),
        fields={
            "role_name": FactDeclaration("role_name", FactType.TEXT, "name", "Who?"),
            "asked": FactDeclaration("asked", FactType.YES_NO, "asked", "Does the law ask for a check?"),
            "checked": FactDeclaration("checked", FactType.YES_NO, "checked", "Was it checked?"),
        },
    )
    asks, held = (Compare(Field("roles", each), Op.IS, Literal(True)) for each in ("asked", "checked"))
    ruleset = ruleset_of(Quantified(Count.EVERY, 0, "roles", None, OnlyWhen(asks, held)), roles)
    for asked, kind, text in (
        ({}, "find_out", "The driver: Does the law ask for a check? Needed: The driver, checked Do it."),
        ({"asked": True}, "fix", "Needed: The driver, checked Do it."),
    ):
        given = [
            {"role_name": "the cook", "asked": True, "checked": True},
            {"role_name": "the driver", "checked": False, **asked},
        ]
        (step,) = fixes_of(ruleset, {"roles": given}, "R").plans[0].steps
        assert (step.kind, step.text.replace(". Do", " Do")) == (kind, text)


KITCHEN = FactDeclaration(
    "kitchens",
    FactType.COLLECTION,
    "kitchens",
    "Which kitchens are used?",
    about="provider",
    record="kitchen",
    fields={each: date_fact(each) for each in ("opened", "checked")},
)
LATE = {"kitchens": [{"opened": "2026-02-01", "checked": "2026-03-01"}]}


@pytest.mark.parametrize(
    ("food", "can_be", "told"),
    [
        (None, None, ["Serves_food: not known. ?"]),
        (
            True,
            False,
            [
                "Title (clause 1). Kitchen 1, checked: 1 March 2026. This is in the past and cannot be changed."
            ],
        ),
    ],
)
def test_what_turns_on_something_not_known_that_no_step_is_about_is_not_said_to_be_out_of_reach(
    food: bool | None, can_be: bool | None, told: list[str]
) -> None:
    """Whether the kitchens had to be checked before they opened, which cannot be made up for, turns on the food."""
    in_time = Compare(Field("kitchens", "checked"), Op.LESS, Field("kitchens", "opened"))
    ruleset = ruleset_of(
        Quantified(Count.EVERY, 0, "kitchens", None, in_time), yes_no("serves_food"), KITCHEN
    )
    serves_food = Compare(Fact("serves_food"), Op.IS, Literal(True))
    asked = tuple(attrs.evolve(each, applies_when=serves_food) for each in ruleset.requirements)
    ruleset = attrs.evolve(ruleset, requirements=asked)
    given = LATE if food is None else {**LATE, "serves_food": food}
    found = fixes_of(ruleset, given, "R")
    assert (found.plans, found.can_be_reached) == ((), can_be)
    assert [each.text for each in found.in_the_way] == told
    printed = " ".join(" ".join(lines(found)).split())
    assert ("cannot reach it" in printed) is (food is True)
    assert ("Find out first" in printed) is (food is None)


def test_plans_that_change_the_same_things_are_one_and_another_says_only_what_differs() -> None:
    first, second, third = yes_no("first"), yes_no("second"), yes_no("third")

    def requirement(name: str, *facts: str, effort: int = 1) -> Requirement:
        parts = tuple(Compare(Fact(each), Op.IS, Literal(True)) for each in facts)
        return Requirement(
            name,
            f"Title {name}",
            "Says",
            {"clause": name},
            met_when=AllOf(parts),
            fix=f"Do {name}.",
            effort=Decimal(effort),
        )

    requirements = (
        requirement("A", "first"),
        requirement("B", "second"),
        requirement("C", "third", effort=2),
        requirement("D", "second", "third", effort=5),
    )
    asked = AllOf((Reference("A"), AnyOf((Reference("B"), Reference("C"), Reference("D")))))
    outcomes = (
        Outcome("wait", "Wait", Not(asked), False),
        Outcome("go", "Go", asked, True),
    )
    ruleset = Ruleset(
        "one",
        "1",
        "One",
        Vocabulary({each.name: each for each in (first, second, third)}),
        requirements,
        (),
        (Decision("d", "May we?", outcomes, "open"),),
    )
    found = fixes_of(ruleset, {"first": False, "second": False, "third": False}, "go")
    # What D asks does all of B, so it is no plan of its own.
    assert [[step.name for step in plan.steps] for plan in found.plans] == [["A", "B"], ["A", "C"]]
    without, own = found.plans[1].beside(found.plans[0])
    assert ([each.name for each in without], [each.name for each in own]) == (["B"], ["C"])


def test_a_limit_that_is_none_may_be_set_to_what_each_record_needs() -> None:
    """What a fact has to be is looked for among the days of every record."""
    enquiries = FactDeclaration(
        "enquiries",
        FactType.COLLECTION,
        "enquiries",
        "?",
        about="provider",
        fields={each: date_fact(each) for each in ("came", "answered")},
    )
    limit = number("limit", least=Decimal(1), may_be_none=True)
    until = Later(Field("enquiries", "came"), Fact("limit"), Unit.DAYS)
    in_time = Compare(Field("enquiries", "answered"), Op.AT_MOST, until)
    ruleset = ruleset_of(Quantified(Count.EVERY, 0, "enquiries", None, in_time), enquiries, limit)
    given = {
        "limit": "none",
        "enquiries": [
            {"came": "2026-10-09", "answered": "2026-10-16"},
            {"came": "2026-10-19", "answered": "2026-10-20"},
        ],
    }
    (plan,) = fixes_of(ruleset, given, "R").plans
    assert [(each.fact, each.after) for each in plan.changes] == [("limit", "7 (stated)")]

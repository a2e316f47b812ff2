"""What a tier names, it asks: whatever the severities, strength by strength, and never nothing."""

from __future__ import annotations

from functools import partial
from itertools import product

import attrs
import pytest
from hypothesis import given

from qa_rules.engines.reference import prepare
from qa_rules.model.expressions import AllOf, Aspect, Constant, Expr, Reference
from qa_rules.model.facts import Evidence, Facts, FactValue
from qa_rules.model.nodes import BELOW, NodeId
from qa_rules.model.rulesets import (
    Decision,
    Group,
    Outcome,
    Policy,
    RequiredRow,
    Route,
    Ruleset,
    Tier,
)
from qa_rules.model.values import Severity, Strength
from qa_rules.program import levels
from qa_rules.program.answers import Results, answer_of, tiers_of
from qa_rules.program.bind import close
from qa_rules.program.severities import requirements_of
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR, Pair
from tests.semantics.test_nothing_asked import ON, RULESET, VOCABULARY, requirement, yes
from tests.strategies import Case, cases

STATED, SEEN, VERIFIED = Strength


# The definition, written apart: a need as the requirements behind it, a level as all needs up to it.


def satisfied(ruleset: Ruleset, pairs: dict[str, Pair], name: str) -> Pair:
    """What is asked of a requirement or group that is named, by its members one by one."""
    group = ruleset.group.get(name)
    if group is None:
        return pairs[name]
    asked = [
        satisfied(ruleset, pairs, member)
        for member in group.members
        if member in ruleset.group or ruleset.requirement[member].severity is not Severity.ADVICE
    ]
    return min([3, *(t for t, _ in asked)]), max([0, *(f for _, f in asked)])


@given(cases(plain=True))
def test_a_tier_is_attained_only_where_every_member_of_every_group_that_it_names_is_satisfied(
    case: Case,
) -> None:
    closed = case.closed
    ruleset, policy = closed.ruleset, closed.policy
    results = prepare(closed).run(case.known)
    found = tiers_of(closed, results)
    if policy is None or found is None or not found.attained:
        return
    pairs = closed.pairs(results)
    instead = {each.id for each in ruleset.groups if each.instead is not None or ":" in each.id}
    number = found.ladder.index(found.attained) + 1
    fulfilled = []
    for route in ruleset.routes:
        if levels.reach(policy.tiers, route.id) < number or not pairs[NodeId.used(route.id)][0]:
            continue
        fulfilled.append(
            all(
                satisfied(ruleset, pairs, each.name)[0] >= (each.strength or tier.strength)
                for tier in policy.tiers[:number]
                for each in levels.conjuncts(tier.needs[route.id])
                if isinstance(each, Reference)
                and each.aspect is Aspect.SATISFIED
                and ":" not in each.name
                and not instead & {each.name, *inside(ruleset, each.name)}
            )
        )
    assert any(fulfilled), case.show(f"tier/attained/{number}")


def inside(ruleset: Ruleset, name: str) -> set[str]:
    """The groups inside a group, at any depth."""
    members = ruleset.group[name].members if name in ruleset.group else ()
    return {
        each for member in members if member in ruleset.group for each in (member, *inside(ruleset, member))
    }


@given(cases(plain=True))
def test_a_hard_stop_that_is_not_met_leaves_no_group_that_holds_it_met_whatever_mark_there_is(
    case: Case,
) -> None:
    closed = case.closed
    results = prepare(closed).run(case.known)
    pairs = closed.pairs(results)
    for group in closed.ruleset.groups:
        stops = [
            each
            for each in requirements_of(closed.ruleset, group.id)
            if closed.ruleset.requirement[each].hard_stop
        ]
        for name in (group.id, f"{group.id}:required", f"{group.id}:asked"):
            if name in pairs and any(pairs[each][1] for each in stops):
                assert not pairs[name][0], case.show(name)


@given(cases() | cases(plain=True))
def test_below_required_says_what_the_tiers_shown_say(case: Case) -> None:
    results = prepare(case.closed).run(case.known)
    shown = tiers_of(case.closed, results)
    if shown is None or BELOW not in case.closed.index:  # a standard that awards levels requires none
        return
    order = ["", *shown.ladder]
    attained, most = order.index(shown.attained), order.index(shown.at_most)
    least, greatest = order.index(shown.required_least), order.index(shown.required_greatest)
    expected = "met" if most < least else "not met" if attained >= greatest else "unknown"
    t, f = PAIR[results[case.closed.index[BELOW]]]
    assert ("met" if t else "not met" if f == 3 else "unknown") == expected, case.show(BELOW)


@given(cases() | cases(plain=True))
def test_a_tier_is_attained_or_it_is_not_whatever_the_strength_at_which_one_asks(case: Case) -> None:
    results = prepare(case.closed).run(case.known)
    for name, at in case.closed.index.items():
        if name.startswith("tier/attained/"):
            assert PAIR[results[at]][0] in (0, 3), case.show(name)


# By hand

LADDER = attrs.evolve(
    RULESET,
    requirements=(
        requirement("R", "a", "b"),
        requirement("S", "c"),
        attrs.evolve(requirement("A", "d"), severity=Severity.ADVICE),
    ),
    groups=(Group("G", "G", "theme", ("R", "S", "A")),),
    decisions=(
        Decision(
            "overall",
            "?",
            (
                Outcome("below", "", Reference("tier/below"), allows=False),
                Outcome("reached", "", Reference("tier/below", Aspect.GAP), allows=True),
            ),
            "undecided",
        ),
    ),
    routes=(Route("form", "Form", "", yes("w")),),
)


def tried(
    needs: Expr,
    severity: Severity | None = None,
    strength: Strength = STATED,
    ruleset: Ruleset = LADDER,
    policy_strength: Strength = STATED,
    used: Strength = STATED,
    /,
    **given_: bool | tuple[bool, Strength],
) -> tuple[str, str, str]:
    """Attained, at most, and the answer, where the one tier there is has these needs and is required."""
    policy = Policy(
        "p",
        "by-hand@1",
        "P",
        severities={} if severity is None else {"default": severity},
        strength=policy_strength,
        tiers=(Tier("top", "Top", strength, {"form": needs}),),
        required_tier=(RequiredRow("top", None),),
    )
    values = {
        "w": (True, used),
        **{name: each if isinstance(each, tuple) else (each, STATED) for name, each in given_.items()},
    }
    facts = Facts({name: FactValue(value, Evidence(strength=how)) for name, (value, how) in values.items()})
    closed = close(ruleset, policy)
    results: Results = prepare(closed).run(believe(facts, VOCABULARY, ON))
    shown, answer = tiers_of(closed, results), answer_of(closed, results, ruleset.decisions[0], facts)
    assert shown is not None
    assert answer is not None
    return shown.attained, shown.at_most, answer.outcome


GAP = {"a": True, "b": True, "c": False}


@pytest.mark.parametrize("severity", [*Severity, None])
def test_a_group_is_asked_whole_whatever_severity_the_policy_gives(severity: Severity | None) -> None:
    assert tried(Reference("G"), severity, **GAP) == ("", "", "below")
    assert tried(Reference("G"), severity, a=True, b=True) == ("", "top", "undecided")
    assert tried(Reference("G"), severity, a=True, b=True, c=True) == ("top", "top", "reached")


def test_what_the_standard_itself_calls_advice_is_asked_by_its_own_name_only() -> None:
    assert tried(Reference("G"), a=True, b=True, c=True, d=False) == ("top", "top", "reached")
    assert tried(Reference("A"), a=True, b=True, c=True, d=False) == ("", "", "below")


def test_whoever_wants_the_required_members_only_says_so() -> None:
    required = Reference("G:required")
    assert (
        tried(required, Severity.CONDITION, **GAP)[0] == ""
    )  # nothing of it counts: never met by asking nothing
    only = AllOf((required, Reference("R")))
    assert tried(only, Severity.CONDITION, **GAP) == ("top", "top", "reached")
    assert tried(only, Severity.REQUIRED, **GAP) == ("", "", "below")


def test_a_lock_that_a_tier_names_is_asked_whole_as_a_group_is() -> None:
    locked = attrs.evolve(LADDER, groups=(Group("L", "L", "lock", ("R", "S", "A")),))
    for severity in Severity:
        assert tried(Reference("L"), severity, STATED, locked, **GAP) == ("", "", "below")
        assert tried(Reference("L"), severity, STATED, locked, a=True, b=True, c=True)[0] == "top"


def test_a_need_that_does_not_apply_stands_in_nobody_s_way() -> None:
    both = AllOf((Reference("R"), Reference("S")))
    assert tried(both, b=False, c=True) == ("top", "top", "reached")
    assert tried(Reference("G"), b=False, c=True) == ("top", "top", "reached")


def test_a_level_of_which_nothing_applies_is_not_met_and_open_until_that_is_known() -> None:
    assert tried(Reference("R"), b=False) == ("", "", "below")
    assert tried(Reference("R"), a=True) == ("", "top", "undecided")
    assert tried(Reference("R"), a=True, b=True) == ("top", "top", "reached")


def test_a_plain_test_of_facts_always_applies() -> None:
    assert tried(AllOf((Reference("R"), yes("c"))), b=False, c=True) == ("top", "top", "reached")
    assert tried(yes("c"), c=True) == ("top", "top", "reached")


def test_an_accepted_mark_never_stands_in_for_a_hard_stop() -> None:
    marked = attrs.evolve(
        LADDER,
        requirements=(attrs.evolve(requirement("H", "a"), hard_stop=True), requirement("S", "c")),
        groups=(
            Group("I", "I", "theme", ("H", "S")),
            Group("G", "G", "theme", ("I",), instead=yes("d")),
        ),
    )
    for need, severity in product(("G", "G:required"), (Severity.REQUIRED, Severity.CONDITION)):
        under = partial(tried, Reference(need), severity, STATED, marked, d=True)
        assert under(a=True, c=False)[0] == "top"
        assert under(a=False, c=True)[0] == ""
        assert under(c=True)[0] == ""


@pytest.mark.parametrize("applies", [None, "b"])
def test_a_need_at_a_strength_of_its_own_counts_whether_or_not_it_may_not_apply(applies: str | None) -> None:
    ruleset = attrs.evolve(LADDER, requirements=(requirement("R", "a", applies),), groups=())
    need = Reference("R", strength=STATED)
    assert tried(need, None, VERIFIED, ruleset, a=True, b=(True, VERIFIED)) == ("top", "top", "reached")
    assert tried(Reference("R"), None, VERIFIED, ruleset, a=True, b=(True, VERIFIED)) == (
        "",
        "top",
        "undecided",
    )


def test_that_a_route_is_in_use_needs_no_strength_and_table_and_answer_agree() -> None:
    known = {"a": (True, VERIFIED), "b": (True, VERIFIED)}
    assert tried(Reference("R"), None, SEEN, LADDER, SEEN, STATED, **known) == ("top", "top", "reached")


def test_what_lets_a_route_count_needs_the_strength_that_the_policy_asks() -> None:
    counted = attrs.evolve(LADDER, routes=(Route("form", "Form", "", Constant(True), yes("d")),))
    known = {"a": (True, VERIFIED), "b": (True, VERIFIED)}
    assert tried(Reference("R"), None, SEEN, counted, SEEN, d=True, **known) == ("", "top", "undecided")
    assert tried(Reference("R"), None, SEEN, counted, SEEN, d=(True, SEEN), **known) == (
        "top",
        "top",
        "reached",
    )

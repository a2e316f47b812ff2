"""Nothing asked is nothing answered: groups, tiers and outcomes never hold vacuously."""

from __future__ import annotations

import datetime

import attrs
import pytest
from hypothesis import given

from qa_rules.engines.reference import prepare
from qa_rules.model.expressions import (
    AllOf,
    Aspect,
    Compare,
    Constant,
    Expr,
    Fact,
    Literal,
    Op,
    Reference,
    walk,
)
from qa_rules.model.facts import FactDeclaration, Facts, FactType, FactValue, Vocabulary
from qa_rules.model.nodes import NodeId
from qa_rules.model.rulesets import (
    Decision,
    Group,
    Outcome,
    Policy,
    RequiredRow,
    Requirement,
    Route,
    Ruleset,
    Tier,
)
from qa_rules.model.values import Severity, Strength, Verdict
from qa_rules.program.answers import answer_of, tiers_of, verdict_of
from qa_rules.program.bind import close
from qa_rules.program.conditions import hardened
from qa_rules.program.severities import requirements_of
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR, Pair
from tests.strategies import Case, cases

ON = datetime.date(2026, 11, 22)


def pairs_of(case: Case) -> dict[str, Pair]:
    results = prepare(case.closed).run(case.known)
    return {node.name: PAIR[code] for node, code in zip(case.closed.nodes, results, strict=True)}


@given(cases() | cases(plain=True))
def test_a_group_is_met_only_when_a_requirement_in_it_applies_and_is_met(case: Case) -> None:
    closed, pairs = case.closed, pairs_of(case)
    instead = {each.id for each in closed.ruleset.groups if each.instead is not None}
    results = prepare(closed).run(case.known)
    for group in closed.ruleset.groups:
        inside = {group.id, *group.members, *(name for name in closed.ruleset.group)}
        if verdict_of(closed, results, group.id)[0] is not Verdict.MET or inside & instead:
            continue
        live = [
            name
            for name in requirements_of(closed.ruleset, group.id)
            if pairs.get(NodeId.applies(name), (3, 0))[0] and pairs.get(NodeId.met(name), pairs[name])[0]
        ]
        assert live, case.show(group.id)


def lives(pairs: dict[str, Pair], name: str) -> bool:
    return bool(pairs.get(NodeId.applies(name), (3, 0))[0] and pairs.get(NodeId.met(name), pairs[name])[0])


@given(cases() | cases(plain=True))
def test_an_outcome_that_asks_for_things_satisfied_holds_only_when_one_applies_and_is_met(case: Case) -> None:
    pairs = pairs_of(case)
    for decision in case.closed.ruleset.decisions:
        for outcome in decision.outcomes:
            asked = [
                node.name
                for node in walk(outcome.when)
                if isinstance(node, Reference) and node.aspect is Aspect.SATISFIED and not node.name.is_tier
            ]
            name = NodeId.outcome(decision.id, outcome.id)
            if asked and pairs[name][0]:
                assert any(lives(pairs, each) for each in asked), case.show(name)


# By hand: three yes-or-no facts, requirements that apply or are met when they are yes.

VOCABULARY = Vocabulary({name: FactDeclaration(name, FactType.YES_NO, name, f"{name}?") for name in "abcdw"})


def yes(name: str) -> Expr:
    return Compare(Fact(name), Op.IS, Literal(True))


def requirement(
    name: str, met: str, applies: str | None = None, severity: Severity | None = None
) -> Requirement:
    return Requirement(
        name, name, name, {}, yes(met), None if applies is None else yes(applies), severity=severity
    )


def decide(ruleset: Ruleset, policy: Policy | None = None, /, **given: bool) -> dict[str, str]:
    """The verdict of every requirement and group, and the answer of every decision."""
    facts = Facts({name: FactValue(value) for name, value in given.items()})
    closed = close(ruleset, policy)
    results = prepare(closed).run(believe(facts, VOCABULARY, ON))
    found = {
        name: verdict_of(closed, results, name)[0].value for name in [*ruleset.requirement, *ruleset.group]
    }
    for decision in ruleset.decisions:
        answer = answer_of(closed, results, decision, facts)
        assert answer is not None
        found[decision.id] = answer.outcome
        found["possible"] = " ".join(answer.possible)
    return found


RULESET = Ruleset(
    "by-hand",
    "1",
    "By hand",
    VOCABULARY,
    (requirement("R", "a", "b"), requirement("S", "c", "d")),
    (Group("G", "G", "theme", ("R", "S")), Group("H", "H", "theme", ("G",))),
    (
        Decision(
            "overall",
            "?",
            (
                Outcome("fails", "", Reference("H", Aspect.GAP), allows=False),
                Outcome("passes", "", Reference("H"), allows=True),
            ),
            undecided="undecided",
        ),
    ),
)


@pytest.mark.parametrize(
    ("given_", "group", "overall", "possible"),
    [
        ({"b": False, "d": False}, "not_applicable", "undecided", "passes"),
        ({"b": False, "d": False, "a": True, "c": True}, "not_applicable", "undecided", "passes"),
        ({"a": True, "c": True}, "unknown", "undecided", "fails passes"),
        ({"a": True, "c": True, "b": True}, "met", "passes", "passes"),
        ({"a": True, "b": True, "d": False}, "met", "passes", "passes"),
        ({"a": True, "b": True}, "unknown", "undecided", "fails passes"),
        ({"a": False}, "unknown", "undecided", "fails passes"),
        ({"a": False, "b": True}, "not_met", "fails", "fails"),
    ],
    ids=str,
)
def test_groups_and_outcomes_by_hand(
    given_: dict[str, bool], group: str, overall: str, possible: str
) -> None:
    found = decide(RULESET, **given_)
    assert {found["G"], found["H"]} == {group}
    assert (found["overall"], found["possible"]) == (overall, possible)


def test_a_requirement_that_is_met_whether_or_not_it_applies_is_met_and_may_turn_out_not_to_apply() -> None:
    assert decide(RULESET, a=True)["R"] == "met"
    assert decide(RULESET, a=True, b=False)["R"] == "not_applicable"
    assert decide(RULESET, a=True, b=True)["R"] == "met"
    assert decide(RULESET, a=False)["R"] == "unknown"
    assert decide(RULESET, b=False)["R"] == "not_applicable"


def test_a_group_of_which_the_source_asks_nothing_neither_helps_nor_hinders() -> None:
    empty = Group("N", "N", "theme", (), not_applicable="The source leaves this square blank")
    ruleset = attrs.evolve(
        RULESET, groups=(empty, Group("G", "G", "theme", ("N", "R")), Group("H", "H", "t", ("N",)))
    )
    found = decide(ruleset, a=True, b=True)
    assert (found["N"], found["G"], found["H"]) == ("not_applicable", "met", "not_applicable")
    assert found["overall"] == "undecided"


def test_an_accepted_mark_satisfies_a_group_in_the_place_of_its_members() -> None:
    group = Group("G", "G", "theme", ("R", "S"), instead=yes("w"))
    ruleset = attrs.evolve(RULESET, groups=(group, Group("H", "H", "theme", ("G",))))
    assert decide(ruleset, w=True, a=False, b=True)["overall"] == "passes"
    assert decide(ruleset, w=False, a=False, b=True)["overall"] == "fails"
    assert decide(ruleset, a=False, b=True)["overall"] == "undecided"


def test_a_lock_counts_required_members_and_leaves_open_what_the_policy_is_silent_about() -> None:
    ruleset = attrs.evolve(
        RULESET,
        requirements=(requirement("R", "a"), requirement("S", "c")),
        groups=(Group("H", "H", "lock", ("R", "S")),),
    )

    def under(**severities: Severity) -> dict[str, str]:
        policy = Policy("p", "by-hand@1", "P", severities=severities)
        return decide(ruleset, policy, a=True, c=False)

    assert under(R=Severity.REQUIRED, S=Severity.REQUIRED)["H"] == "not_met"
    assert under(R=Severity.REQUIRED, S=Severity.CONDITION)["H"] == "met"
    assert under(R=Severity.REQUIRED)["H"] == "unknown"
    assert under(default=Severity.ADVICE)["H"] == "not_applicable"
    assert under(default=Severity.ADVICE)["overall"] == "undecided"


def test_the_narrowest_severity_wins_and_a_hard_stop_is_always_required() -> None:
    stop = attrs.evolve(requirement("R", "a"), hard_stop=True)
    ruleset = attrs.evolve(RULESET, requirements=(stop, requirement("S", "c"), requirement("T", "d")))
    groups = (Group("H", "H", "lock", ("R", "S", "T")), Group("G", "G", "theme", ("S",)))
    policy = Policy(
        "p",
        "by-hand@1",
        "P",
        severities={"default": Severity.ADVICE, "H": Severity.REQUIRED, "G": Severity.CONDITION},
    )
    found = close(attrs.evolve(ruleset, groups=groups), policy).severities
    assert found == {"R": Severity.REQUIRED, "S": Severity.CONDITION, "T": Severity.REQUIRED}


def test_a_severity_that_the_standard_fixes_is_not_the_policy_s_to_change() -> None:
    ruleset = attrs.evolve(
        RULESET, requirements=(requirement("R", "a", severity=Severity.ADVICE),), groups=()
    )
    policy = Policy("p", "by-hand@1", "P", severities={"R": Severity.REQUIRED})
    assert close(attrs.evolve(ruleset, decisions=()), policy).severities == {"R": Severity.ADVICE}


def test_a_condition_that_is_overdue_is_required_even_where_the_standard_calls_it_a_condition() -> None:
    ruleset = attrs.evolve(
        RULESET, requirements=(requirement("R", "a", severity=Severity.CONDITION),), groups=(), decisions=()
    )
    policy = Policy("p", "by-hand@1", "P")
    assert close(ruleset, policy).severities == {"R": Severity.CONDITION}
    assert close(ruleset, hardened(policy, frozenset({"R"}))).severities == {"R": Severity.REQUIRED}


# Tiers by hand: two routes, two tiers; route `long` reaches the top, `short` only the first.

LADDER = attrs.evolve(
    RULESET,
    requirements=(requirement("R", "a", "b"), requirement("S", "c")),
    groups=(),
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
    routes=(
        Route("long", "Long", "", Compare(Fact("w"), Op.IS, Literal(True))),
        Route("short", "Short", "", Constant(True)),
    ),
)


def tiers(strength: Strength = Strength.STATED, /, **given: bool) -> tuple[str, ...]:
    policy = Policy(
        "p",
        "by-hand@1",
        "P",
        activity_strength=strength,
        tiers=(
            Tier("low", "Low", Strength.STATED, {"long": Reference("R"), "short": Reference("R")}),
            Tier("high", "High", Strength.STATED, {"long": AllOf((Reference("R"), Reference("S")))}),
        ),
        required_tier=(RequiredRow("high", yes("d")), RequiredRow("low", None)),
    )
    facts = Facts({name: FactValue(value) for name, value in given.items()})
    closed = close(LADDER, policy)
    results = prepare(closed).run(believe(facts, VOCABULARY, ON))
    found = tiers_of(closed, results)
    answer = answer_of(closed, results, LADDER.decisions[0], facts)
    assert found is not None
    assert answer is not None
    interval = f"{found.required_least}-{found.required_greatest}"
    return found.attained, found.at_most, found.reaches, interval, answer.outcome


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, ("", "high", "low", "low-high", "undecided")),
        ({"a": True, "b": True}, ("low", "high", "low", "low-high", "undecided")),
        ({"a": True, "b": True, "d": False}, ("low", "high", "low", "low-low", "reached")),
        ({"a": True, "b": True, "d": True}, ("low", "high", "low", "high-high", "undecided")),
        ({"a": True, "b": True, "d": True, "w": False}, ("low", "low", "low", "high-high", "below")),
        (
            {"a": True, "b": True, "c": True, "d": True, "w": True},
            ("high", "high", "high", "high-high", "reached"),
        ),
        ({"a": True, "b": True, "c": True, "w": True}, ("high", "high", "high", "low-high", "reached")),
        ({"b": False, "c": True, "w": True, "d": False}, ("high", "high", "high", "low-low", "reached")),
        ({"a": False, "b": True}, ("", "", "low", "low-high", "below")),
    ],
    ids=str,
)
def test_tiers_by_hand(given_: dict[str, bool], expected: tuple[str, ...]) -> None:
    assert tiers(**given_) == expected


def test_a_weak_claim_about_the_activity_does_not_lower_the_tier_required() -> None:
    met = {"a": True, "b": True}
    assert tiers(Strength.STATED, d=False, **met)[3:] == ("low-low", "reached")
    assert tiers(Strength.SEEN, d=False, **met)[3:] == ("low-high", "undecided")


def test_a_tier_is_attained_only_when_something_that_it_asks_applies_and_is_met() -> None:
    assert tiers(b=False)[0] == ""

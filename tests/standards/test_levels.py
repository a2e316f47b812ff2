"""Levels of a standard, against the rules of a badge written in Python."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import product

import pytest

from qa_rules import Ruleset, assess, policy_from, prepare
from qa_rules.api import analyse
from qa_rules.errors import RulesetError
from tests.standards.building import ON, standard, yes_no

LADDER = ("in_progress", "passing", "silver", "gold")
FACTS = ("documented", "tested", "licensed", "has_crypto", "crypto_sound", "reviewed")


def level(found: Mapping[str, str]) -> str:
    """The level of a project; what is asked of cryptography is asked of whoever has some."""
    yes = {name: found[name] == "yes" for name in FACTS}
    passing = yes["documented"] and yes["licensed"]
    silver = passing and yes["tested"] and (yes["crypto_sound"] or not yes["has_crypto"])
    gold = silver and yes["reviewed"]
    return LADDER[passing + silver + gold]


def badge() -> Ruleset:
    requirements = {
        "Docs": {"met_when": "documented", "fix": "Write it down."},
        "Tests": {"met_when": "tested", "fix": "Write tests."},
        "Licence": {"met_when": "licensed", "fix": "Choose a licence."},
        "Crypto": {"applies_when": "has_crypto", "met_when": "crypto_sound", "fix": "Mend it."},
        "Review": {"met_when": "reviewed", "fix": "Review it."},
    }
    groups = [
        {"id": "Basics", "title": "Basics", "members": ["Docs", "Licence"]},
        {"id": "Care", "title": "Care", "members": ["Basics", "Tests", "Crypto"]},
    ]
    levels = [
        {"id": "in_progress", "title": "In progress"},
        {"id": "passing", "title": "Passing", "needs": "Basics"},
        {"id": "silver", "title": "Silver", "needs": ["Care"]},
        {"id": "gold", "title": "Gold", "needs": {"all_of": ["Review"]}},
    ]
    return standard(yes_no(*FACTS), requirements, groups=groups, levels=levels)


def test_every_project_reaches_the_level_that_the_rules_in_python_give_it() -> None:
    ruleset = badge()
    ready = prepare(ruleset)
    for values in product(("no", "yes"), repeat=len(FACTS)):
        found = dict(zip(FACTS, values, strict=True))
        assessment = ready.assess(found, on=ON)
        assert assessment.outcome == level(found)
        assert assessment.tiers is not None
        attained = "" if level(found) == "in_progress" else level(found)
        assert (assessment.tiers.attained, assessment.tiers.at_most) == (attained, attained)
        assert (assessment.tiers.reaches, assessment.tiers.required_greatest) == ("gold", "")


def test_with_facts_missing_attained_and_at_most_are_the_ends_of_what_may_turn_out() -> None:
    ready, draw = prepare(badge()), random.Random(15)
    for _ in range(200):
        left = {name: draw.choice(("no", "yes")) for name in FACTS if draw.random() < 0.5}
        missing = [name for name in FACTS if name not in left]
        ways = product(("no", "yes"), repeat=len(missing))
        truth = sorted({level(left | dict(zip(missing, way, strict=True))) for way in ways}, key=LADDER.index)
        assessment = ready.assess(left, on=ON)
        assert assessment.tiers is not None
        ends = [each or "in_progress" for each in (assessment.tiers.attained, assessment.tiers.at_most)]
        assert ends == [truth[0], truth[-1]], left
        answer = assessment.answer("level")
        assert (answer.possible[0], answer.possible[-1]) == (truth[0], truth[-1])
        assert answer.outcome == (truth[0] if len(truth) == 1 else "undecided")


def test_an_open_level_is_said_as_a_span() -> None:
    assessment = assess(badge(), {"documented": "yes", "licensed": "yes", "reviewed": "no"}, on=ON)
    assert assessment.answer("level").words == "Between “Passing” and “Silver”"


def test_what_would_reach_a_level_asks_for_all_below_it_too() -> None:
    known = dict.fromkeys(FACTS, "no") | {"documented": "yes"}
    assessment = assess(badge(), known, on=ON)
    first = analyse.fixes(assessment).plans[0]
    assert {step.requirement for step in first.steps} == {"Licence"}
    gold = analyse.fixes(assessment, to="gold").plans[0]
    assert {step.requirement for step in gold.steps} == {"Licence", "Tests", "Review"}


def test_a_level_of_which_nothing_applies_is_not_known_until_all_of_it_is_known_not_to_apply() -> None:
    requirements = {"Crypto": {"applies_when": "has_crypto", "met_when": "crypto_sound"}}
    levels = [{"id": "sound", "title": "Sound", "needs": ["Crypto"]}]
    ruleset = standard(yes_no("has_crypto", "crypto_sound"), requirements, levels=levels)
    came = [
        assess(ruleset, found, on=ON).outcome
        for found in (
            {},
            {"has_crypto": "no"},
            {"has_crypto": "yes", "crypto_sound": "yes"},
            {"has_crypto": "yes", "crypto_sound": "no"},
        )
    ]
    assert came == ["undecided", "no_level", "sound", "no_level"]


def test_a_level_asks_the_strength_that_it_names() -> None:
    levels = [
        {"id": "claimed", "title": "Claimed", "needs": ["Docs"]},
        {"id": "shown", "title": "Shown", "needs": ["Docs"], "strength": "seen"},
    ]
    ruleset = standard(yes_no("documented"), {"Docs": {"met_when": "documented"}}, levels=levels)
    seen = {"value": "yes", "strength": "seen"}
    for value, came in (("yes", "undecided"), (seen, "shown"), ("no", "no_level")):
        assessment = assess(ruleset, {"documented": value}, on=ON)
        assert assessment.outcome == came
    assert assess(ruleset, {"documented": "yes"}, on=ON).answer("level").possible == ("claimed", "shown")


def test_a_policy_may_give_the_levels_of_a_ruleset_without_routes() -> None:
    ruleset = standard(yes_no("documented"), {"Docs": {"met_when": "documented"}}, decisions=[])
    data = {
        "format": 1,
        "policy": "ours",
        "for": ruleset.id,
        "title": "Ours",
        "tiers": [{"id": "passing", "title": "Passing", "needs": "Docs"}],
    }
    policy = policy_from(data, ruleset)
    found = [assess(ruleset, {"documented": each}, on=ON, policy=policy).tiers for each in ("yes", "no")]
    assert [each and (each.attained, each.at_most) for each in found] == [("passing", "passing"), ("", "")]


def test_a_need_that_nobody_can_be_asked_is_a_fault_of_the_file() -> None:
    requirements = {
        "Docs": {"met_when": "documented"},
        "Hint": {"met_when": "documented", "severity": "advice"},
    }
    groups = [{"id": "Hints", "title": "Hints", "members": ["Hint"]}]
    levels = [{"id": "passing", "title": "Passing", "needs": ["Docs", "Hints"]}]
    with pytest.raises(RulesetError, match="nobody can be asked that: all of it is advice"):
        standard(yes_no("documented"), requirements, groups=groups, levels=levels)

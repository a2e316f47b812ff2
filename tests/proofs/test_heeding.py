"""Providers whom an answer should not allow, or tell apart: assessed, they get the very answer that is claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules import assess
from qa_rules.api.verify import Verified
from qa_rules.model.facts import Facts
from qa_rules.proofs.claims import Status, Witness
from tests.proofs.test_planted import ON, verified


def shown(found: Verified) -> Witness:
    (witness, *_) = [each.witness for each in found.proofs if each.status is Status.REFUTED and each.witness]
    return witness


def allows(found: Verified, facts: Facts) -> bool | None:
    (overall, *_) = assess(found.ruleset, facts, on=ON, policy=found.policy).answers
    return overall.allows


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("stop-left-to-another", "hard-stop"),
        ("stop-unheeded", "hard-stop"),
        ("tier-unheeded", "tier-heeded"),
        ("tier-below-allowed", "tier-heeded"),
        ("allowed-above-forbidden", "forbidding-heeded"),
        ("allows-exchanged", "meeting-never-harms"),
    ],
)
def test_who_should_not_be_allowed_is_allowed(name: str, question: str, tmp_path: Path) -> None:
    found = verified(name, tmp_path, question)
    assert allows(found, shown(found).facts) is True


def test_who_is_allowed_below_the_required_tier_is_below_it(tmp_path: Path) -> None:
    found = verified("tier-unheeded", tmp_path, "tier-heeded")
    tiers = assess(found.ruleset, shown(found).facts, on=ON, policy=found.policy).tiers
    assert tiers is not None
    assert tiers.ladder.index(tiers.at_most) < tiers.ladder.index(tiers.required_least)


def test_the_two_who_show_that_an_answer_turns_on_a_fact_get_answers_that_differ(tmp_path: Path) -> None:
    found = verified("turns-on-the-plan", tmp_path, "independent-of")
    two = shown(found)
    assert two.after is not None
    made = [assess(found.ruleset, each, on=ON, policy=found.policy) for each in (two.facts, two.after)]
    assert [len(each.answers) for each in made] == [
        1,
        1,
    ]  # the decision needs something known of the activity
    assert made[0].answers[0].outcome != made[1].answers[0].outcome


def test_a_hard_stop_stops_even_where_no_policy_says_anything(tmp_path: Path) -> None:
    found = verified("stop-in-a-tier-only", tmp_path, "hard-stop")
    facts = shown(found).facts
    under_none = assess(found.ruleset, facts, on=ON)
    assert allows(found, facts) is not True
    assert next(each.verdict.value for each in under_none.findings if each.requirement == "S1") == "not_met"
    assert under_none.answers[0].outcome == "undecided"

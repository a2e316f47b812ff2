"""What would hang, run out of stack or pass for nothing is refused, or told as far as it goes."""

from __future__ import annotations

import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from qa_rules import (
    FactsError,
    Policy,
    Ruleset,
    RulesetError,
    assess,
    load_facts,
    policy_from,
    replay,
    ruleset_from,
)

ON = datetime.date(2026, 11, 22)
TESTS = {"t": {"type": "test", "question": "t?"}, "u": {"type": "test", "question": "u?"}}


def clause(name: str, met_when: object, **more: object) -> dict[str, object]:
    return {"id": name, "title": "a", "says": "a.", "source": {"c": "1"}, "met_when": met_when, **more}


def made(*clauses: dict[str, object], **more: object) -> Ruleset:
    data: dict[str, object] = {
        "format": 1,
        "ruleset": "ends",
        "edition": "1",
        "title": "Ends",
        "source": {"a": "b"},
        "caveats": [],
        "facts": {
            "y": {"type": "yes_no", "label": "y", "question": "y?"},
            "z": {"type": "yes_no", "label": "z", "question": "z?"},
            "colour": {"type": "choice", "options": {"red": "Red"}, "label": "c", "question": "c?"},
            "visits": {
                "type": "collection",
                "label": "v",
                "question": "v?",
                "fields": {"kind": {"type": "code", "label": "k", "question": "k?"}},
            },
        },
        "requirements": list(clauses) or [clause("R", "y")],
        "decisions": [],
    }
    return ruleset_from(data | more)


def policy(ruleset: Ruleset, **settings: object) -> Policy:
    return policy_from(
        {"format": 1, "policy": "p", "for": "ends@1", "title": "P", "settings": settings}, ruleset
    )


def fault(raised: pytest.ExceptionInfo[RulesetError]) -> tuple[str, str]:
    (one,) = raised.value.diagnostics
    return one.code, one.message


# Tests that a policy gives


def test_a_test_of_the_policy_may_not_lead_back_to_what_uses_it() -> None:
    ruleset = made(clause("R", "policy.t"), clause("S", "R applies and is met"), parameters=TESTS)
    with pytest.raises(RulesetError) as raised:
        policy(ruleset, t={"all_of": ["y", "S applies and is met"]})
    assert fault(raised)[0] == "cycle"
    assert "policy.t -> S -> R -> policy.t" in fault(raised)[1]
    with pytest.raises(RulesetError, match="cycle"):
        policy(ruleset, t="policy.u", u={"not": "policy.t"})


def test_what_the_policy_takes_over_from_the_ruleset_counts_for_cycles() -> None:
    leading = {"type": "test", "question": "u?", "reading": {"value": "policy.t", "because": "b"}}
    ruleset = made(clause("R", "policy.t"), parameters=TESTS | {"u": leading})
    with pytest.raises(RulesetError, match=r"policy\.t -> policy\.u -> policy\.t"):
        policy(ruleset, t="policy.u")
    assert assess(ruleset, {"y": True}, on=ON, policy=policy(ruleset, t="y")).verdicts["R"] == "met"


def test_readings_may_not_lead_to_each_other() -> None:
    round_ = {
        name: {"type": "test", "question": "t?", "reading": {"value": f"policy.{other}", "because": "b"}}
        for name, other in (("t", "u"), ("u", "t"))
    }
    with pytest.raises(RulesetError) as raised:
        made(clause("R", "policy.t"), parameters=round_)
    assert fault(raised)[0] == "cycle"


@pytest.mark.parametrize("test", ["policy.t is no", "policy.t is yes", "y is policy.t", "policy.t is not y"])
def test_a_test_of_the_policy_is_no_value(test: str) -> None:
    with pytest.raises(RulesetError) as raised:
        made(clause("R", test), parameters=TESTS)
    assert fault(raised)[0] == "type"
    assert "`t` is a test, not a value" in fault(raised)[1]


def test_a_test_of_the_policy_may_be_denied() -> None:
    ruleset = made(clause("R", {"not": "policy.t"}), parameters=TESTS)
    assert assess(ruleset, {"y": False}, on=ON, policy=policy(ruleset, t="y")).verdicts["R"] == "met"


def test_many_tests_upon_tests_cost_no_more_than_their_number() -> None:
    names = [f"t{at}" for at in range(300)]
    ruleset = made(
        clause("R", "policy.t299"), parameters={each: {"type": "test", "question": "t?"} for each in names}
    )
    settings: dict[str, object] = {"t0": "y"}
    for before, name in pairwise(names):
        settings[name] = {"all_of": [f"policy.{before}", {"any_of": [f"policy.{before}", "z"]}]}
    found = assess(ruleset, {"y": True, "z": False}, on=ON, policy=policy(ruleset, **settings))
    assert found.finding("R").verdict == "met"
    assert found.finding("R").reason.text


# Long chains and wide nets


@pytest.mark.parametrize("turned", [False, True])
def test_a_long_chain_of_requirements_is_judged_and_told(turned: bool) -> None:
    chain = [clause("R0", "y")]
    chain += [
        clause(f"R{at}", {"all_of": [f"R{at - 1}", f"R{at - 1} applies and is met"]})
        for at in range(1, 1_500)
    ]
    ruleset = made(*reversed(chain) if turned else chain)
    for facts, verdict in (({}, "unknown"), ({"y": True}, "met"), ({"y": False}, "not_met")):
        found = assess(ruleset, facts, on=ON)
        assert {each.verdict for each in found.findings} == {verdict}
        assert all(each.reason.text for each in found.findings)


def test_groups_within_groups_are_counted_once() -> None:
    groups: list[dict[str, object]] = [{"id": f"G0{side}", "title": "a", "members": ["R"]} for side in "ab"]
    for at in range(1, 60):
        members = [f"G{at - 1}a", f"G{at - 1}b"]
        groups += [{"id": f"G{at}{side}", "title": "a", "members": members} for side in "ab"]
    outcomes = [
        {"id": "no_way", "words": "a", "allows": "no", "when": "G59a is not met"},
        {"id": "way", "words": "a", "allows": "yes", "when": "G59a"},
    ]
    decision = {"id": "overall", "title": "a", "outcomes": outcomes}
    ruleset = made(clause("R", "y"), groups=groups, decisions=[decision])
    found = assess(ruleset, {"y": True}, on=ON)
    assert {each.counts for each in found.groups} == {(1, 0, 0, 0)}
    assert (found.outcome, assess(ruleset, {}, on=ON).outcome) == ("way", "undecided")


# What would pass for nothing


def test_is_not_met_under_a_not_would_slip_past_the_guard() -> None:
    outcomes = [{"id": "way", "words": "a", "allows": "yes", "when": {"not": "R is not met"}}]
    with pytest.raises(RulesetError) as raised:
        made(decisions=[{"id": "overall", "title": "a", "outcomes": outcomes}])
    assert fault(raised)[0] == "reference"
    assert "`is not met` may not stand under a not" in fault(raised)[1]


@pytest.mark.parametrize("how", ["only", "any of", "at least 1 of"])
def test_one_single_value_includes_nothing_unless_records_are_taken_together(how: str) -> None:
    with pytest.raises(RulesetError) as raised:
        made(clause("R", {"some visits": f"kind includes {how} 'a'"}))
    assert fault(raised)[0] == "type"
    together = made(clause("R", {"visits together": {"cover": "kind includes all of 'a', 'b'"}}))
    facts = {"visits": [{"kind": "a"}, {"kind": "b"}]}
    assert assess(together, facts, on=ON).verdicts["R"] == "met"


# Facts that could not be written down again


def test_half_a_character_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text('{"format": 1, "facts": {"visits": [{"kind": "a\\ud800"}]}}', "utf-8")
    with pytest.raises(FactsError, match="half a character"):
        load_facts(file, made())
    file.write_text('{"format": 1, "subject": "\\ud83d\\ude00", "facts": {"y": "yes"}}', "utf-8")
    assert load_facts(file, made()).subject == "😀"


def test_evidence_that_a_file_may_give_can_be_replayed(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(f"format: 1\nevidence: {{reference: {'x' * 600}}}\nfacts: {{y: yes}}\n", "utf-8")
    ruleset = made()
    found = assess(ruleset, load_facts(file, ruleset), on=ON)
    assert replay(found.to_dict(), ruleset).to_dict() == found.to_dict()

"""Providers a step away: one thing is another, at a value that some rule names, and all of it is allowed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest

from qa_rules import facts_from
from qa_rules.model.facts import Facts
from qa_rules.model.values import NONE
from qa_rules.program.bind import close
from qa_rules.proofs.symbolic import Limits
from qa_rules.testing.neighbourhood import Nearby
from qa_rules.testing.obligations import owed
from tests.testing.small import DAY, ON, ruleset_of

RULES: Mapping[str, Mapping[str, object]] = {
    "R1": {"met_when": {"all_of": ["n at least 0", "n at most 2", "n is given", "day within 2 days"]}},
    "R2": {"met_when": {"any_of": [{"at least 2 rooms": "safe"}, "helps includes walks", "a"]}},
    "R3": {"met_when": {"all_of": ["kind at least middle", "day not after on"]}},
}


@pytest.fixture(scope="module")
def nearby() -> Nearby:
    return Nearby(owed(close(ruleset_of(RULES))).closed, Limits(ON, more_records={"rooms": 2}), None)


def around(nearby: Nearby, **facts: object) -> list[Facts]:
    return list(nearby.of(facts_from(facts, ruleset_of(RULES)), facts.keys()))


def values(found: list[Facts], name: str) -> set[object]:
    return {each.values[name].value for each in found if name in each.values}


def test_a_fact_is_left_out_or_changed_to_what_a_rule_names_within_its_bounds(nearby: Nearby) -> None:
    found = around(nearby, n=1)
    assert values(found, "n") == {0, 2, 3, NONE}
    assert Facts() in found
    assert values(around(nearby, kind="low"), "kind") == {"middle", "high"}
    assert values(around(nearby, a=True), "a") == {False}


def test_days_are_moved_to_the_edges_of_spans(nearby: Nearby) -> None:
    edges = {ON + days * DAY for days in range(-4, 2)}
    assert values(around(nearby, day=ON - datetime.timedelta(days=50)), "day") >= edges


def test_sets_and_records_change_by_one(nearby: Nearby) -> None:
    assert frozenset({"walks"}) in values(around(nearby, helps=[]), "helps")
    found = around(nearby, rooms=[{"safe": True}])
    lists = [
        [room["safe"].value if room else None for room in each.collections["rooms"].records]
        for each in found
        if "rooms" in each.collections
    ]
    for records in ([], [None], [False], [True, None], [True, True], [True, False]):
        assert records in lists
    assert max(map(len, lists)) == 2
    assert any(each.collections["rooms"].partial for each in found if "rooms" in each.collections)


def test_nothing_else_than_what_is_named_changes(nearby: Nearby) -> None:
    facts = facts_from({"a": True, "n": 1, "rooms": [{"safe": True}]}, ruleset_of(RULES))
    for each in nearby.of(facts, {"n"}):
        assert each.values["a"] == facts.values["a"]
        assert each.collections == facts.collections

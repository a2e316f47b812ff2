"""What if, and what changed between two assessments."""

from __future__ import annotations

import datetime
from itertools import combinations

import attrs
import pytest
from hypothesis import given, settings

from qa_rules import Assessment, FactsError, assess, facts_from, load_ruleset
from qa_rules.api.analyse import difference, standing, what_if
from qa_rules.explain.standing import MoveKind
from qa_rules.timeline.difference import mixed_facts
from tests import strategies
from tests.analysis.examples import DAY, case_with_other_facts
from tests.analysis.test_horizon import RULES
from tests.strategies import CALENDAR

FACTS = facts_from({"insured_until": "2027-03-31", "reviewed_on": "2026-11-01"}, RULES)


def lines(assessment: Assessment) -> dict[tuple[MoveKind, str], str]:
    return standing(assessment).lines()


def test_what_if_is_the_assessment_of_the_changed_facts() -> None:
    before = assess(RULES, FACTS, on=DAY)
    changed = facts_from({"insured_until": "2026-01-01", "reviewed_on": "2026-11-01"}, RULES)
    assert lines(what_if(before, insured_until="2026-01-01")) == lines(assess(RULES, changed, on=DAY))
    assert what_if(before, {"insured_until": None}).verdicts["R-1"] == "unknown"
    assert what_if(before, on=datetime.date(2027, 4, 1)).verdicts["R-1"] == "not_met"
    assert lines(what_if(before)) == lines(before)


def test_what_if_of_a_fact_that_there_is_not_is_refused() -> None:
    before = assess(RULES, FACTS, on=DAY)
    with pytest.raises(FactsError, match="insured_unti"):
        what_if(before, insured_unti="2026-01-01")
    with pytest.raises(FactsError, match="insured_unti"):
        what_if(before, insured_unti=None)


def test_what_if_replaces_a_document_whole() -> None:
    ruleset = load_ruleset("ss2q@2017")
    document = {"management_structure": {"exists": True, "dated": "2026-01-01"}}
    before = assess(ruleset, document, on=DAY)
    after = what_if(before, management_structure={"exists": True})
    assert list(after.work.facts.values) == ["management_structure.exists"]


def test_difference_names_the_change_that_did_it_and_not_the_others() -> None:
    before = assess(RULES, FACTS, on=DAY)
    after = what_if(before, insured_until="2026-01-01", reviewed_on="2026-10-01")
    found = difference(before, after)
    assert [each.fact for each in found.facts] == ["insured_until", "reviewed_on"]
    assert found.facts[0].before == "31 March 2027 (stated)"
    causes = {move.name: because for move, because in zip(found.moves, found.because, strict=True)}
    assert causes["R-1"] == ("insured_until",)
    assert "R-2" not in causes
    assert found.to_dict()["moves"][0]["because"] == ["insured_until"]


def test_difference_of_two_days_is_put_down_to_the_day() -> None:
    before = assess(RULES, FACTS, on=DAY)
    found = difference(before, what_if(before, on=datetime.date(2027, 4, 1)))
    assert found.facts == ()
    assert found.others == ("on",)
    assert set(found.because) == {("on",)}


@pytest.mark.slow
@settings(max_examples=40)
@given(case_with_other_facts())
def test_each_cause_suffices_and_none_of_it_can_be_dropped(
    given_: tuple[strategies.Case, strategies.Case],
) -> None:
    one, two = given_
    ruleset, policy = one.closed.ruleset, one.closed.policy
    before = assess(ruleset, one.facts, on=one.on, policy=policy, calendar=CALENDAR)
    after = assess(ruleset, two.facts, on=one.on, policy=policy, calendar=CALENDAR)
    found = difference(before, after)
    old, new = lines(before), lines(after)
    assert {(move.kind, move.name) for move in found.moves} == {
        key for key in {**old, **new} if old.get(key, "") != new.get(key, "")
    }
    for move, because in zip(found.moves, found.because, strict=True):
        for count in (len(because), len(because) - 1):
            for made in combinations(because, count):
                mixed = mixed_facts(one.facts, two.facts, made)
                said = lines(assess(ruleset, mixed, on=one.on, policy=policy, calendar=CALENDAR))
                same = said.get((move.kind, move.name), "") == move.after
                assert same == (count == len(because))


def test_identical_assessments_do_not_differ() -> None:
    before = assess(RULES, FACTS, on=DAY)
    again = assess(RULES, attrs.evolve(FACTS), on=DAY)
    assert difference(before, again).to_dict() == {"facts": [], "others": [], "moves": []}

"""Proofs hold on the first and on the last day that there is."""

from __future__ import annotations

import datetime

import pytest

from qa_rules import load_ruleset
from qa_rules.api.verify import compare, verify

pytest.importorskip("z3")
DAYS = [datetime.date.min, datetime.date.max]


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_a_ruleset_is_proved_on_the_last_day_that_there_is(on: datetime.date) -> None:
    found = verify(load_ruleset("smrc-licence"), on=on, seconds=None)
    assert found.limits.days[0] >= 1
    assert found.limits.days[1] <= datetime.date.max.toordinal()
    assert all(str(day) for day in found.rests_on)
    assert found.proofs


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_two_rulesets_are_compared_on_the_last_day_that_there_is(on: datetime.date) -> None:
    rules = load_ruleset("smrc-licence")
    found = compare((rules, None), (rules, None), on=on, seconds=None)
    assert not [each for each in found.proofs if each.witness is not None]

"""An undecided answer names what keeps it so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import assess
from tests.strategies import LIGHT
from tests.told.providers import RULESETS, situations


@pytest.mark.parametrize("name", RULESETS)
def test_every_answer_that_is_not_decided_names_something_that_keeps_it_so(name: str) -> None:
    @LIGHT
    @given(st.data())
    def undecided(data: st.DataObject) -> None:
        each = data.draw(situations(name))
        assessment = assess(each.ruleset, each.facts, on=each.on, policy=each.policy)
        if assessment.answers and assessment.outcome is not None:
            main = assessment.answers[0]
            is_open = main.allows is None and main.outcome not in main.possible
            assert not is_open or [ground.text for ground in assessment.grounds if ground.open]

    undecided()

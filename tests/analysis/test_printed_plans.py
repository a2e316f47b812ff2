"""What `fix` prints, done at its least, reaches the goal: for every shipped ruleset and policy."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from qa_rules import assess
from qa_rules.api.analyse import fixes
from qa_rules.cli.fix import lines
from tests.analysis.printed import Reader, steps_of
from tests.strategies import FEW
from tests.told.providers import RULESETS, situations


@pytest.mark.slow
@pytest.mark.parametrize("name", RULESETS)
def test_a_printed_plan_done_at_its_least_reaches_the_goal(name: str) -> None:
    @FEW
    @given(st.data())
    def reaches(data: st.DataObject) -> None:
        each = data.draw(situations(name))
        made = assess(each.ruleset, each.facts, on=each.on, policy=each.policy)
        goals = [None, *each.ruleset.requirement, *each.ruleset.group, *(["tier"] if made.tiers else [])]
        to = (
            data.draw(st.one_of(st.none(), st.sampled_from(goals)))
            if made.answers
            else data.draw(st.sampled_from(goals[1:]))
        )
        found = fixes(made, to, 2)
        event(f"{len(found.plans)} plans")
        for plan in found.plans:
            reader = Reader(each.ruleset, made, each.facts)
            printed = "\n".join(lines(attrs.evolve(found, plans=(plan,))))
            steps = list(steps_of(printed.splitlines()))
            assert len(steps) == len(plan.steps)
            for step in steps:
                reader.do(step)
            left = fixes(reader.again(), found.to, 1)
            assert left.is_reached, "\n".join([printed, "Still:", *lines(left)])

    reaches()

"""Many subjects at once come to what each comes to alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import engines
from qa_rules.semantics.snapshot import believe
from qa_rules.semantics.truth import PAIR
from tests.strategies import CALENDAR, LIGHT, closed_rulesets, facts, moments

pytest.importorskip("pyarrow")

from qa_rules.tables.engine import prepare
from qa_rules.tables.planes import count_of, neither, packed


@LIGHT
@given(st.data())
def test_every_row_agrees_with_the_reference(data: st.DataObject) -> None:
    closed = data.draw(closed_rulesets())
    vocabulary, on = closed.ruleset.vocabulary, data.draw(moments())
    calendar = data.draw(st.sampled_from((None, CALENDAR)))
    subjects = data.draw(st.lists(facts(vocabulary), min_size=1, max_size=12))
    known = [believe(each, vocabulary, on, calendar) for each in subjects]
    reference = engines.engine("reference")(closed)
    names = [node.name for node in closed.nodes]
    for found, each in zip(prepare(closed).run_all(known), known, strict=True):
        expected = reference.run(each)
        assert dict(zip(names, map(PAIR.__getitem__, found), strict=True)) == dict(
            zip(names, map(PAIR.__getitem__, expected), strict=True)
        )


@given(st.lists(st.booleans(), max_size=200), st.integers(0, 9))
def test_rows_of_a_plane_are_counted_whatever_stands_beyond_the_last(rows: list[bool], skipped: int) -> None:
    import numpy as np

    plane = packed(np.array([False] * (8 * skipped) + rows, np.bool_))[skipped:]
    assert count_of(plane, len(rows)) == sum(rows)
    assert count_of(neither(plane), len(rows)) == len(rows) - sum(rows)
    assert (count_of(True, len(rows)), count_of(False, len(rows))) == (len(rows), 0)

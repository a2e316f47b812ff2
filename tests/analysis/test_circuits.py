"""A circuit says of each node what the definition says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules.engines.reference import prepare
from qa_rules.explain.circuits import MET, NOT_MET, OPEN, OPPOSITE, View, circuit
from qa_rules.semantics.truth import PAIR
from tests import strategies


@pytest.mark.slow
@settings(max_examples=40)
@given(strategies.cases(), st.data())
def test_every_node_is_what_the_definition_says_at_every_strength(
    case: strategies.Case, data: st.DataObject
) -> None:
    closed, known = case.closed, case.known
    pairs = dict(zip(closed.index, (PAIR[code] for code in prepare(closed).run(known)), strict=True))
    views = st.builds(View, st.integers(1, 3), st.integers(1, 3))
    roots = [(name, data.draw(views), data.draw(st.booleans())) for name in closed.index]
    made = circuit(closed, roots)
    values = made.values(made.pairs(known))
    for (name, view, wanted), root in zip(roots, made.roots, strict=True):
        t, f = pairs[name]
        expected = MET if t >= view.met else NOT_MET if f >= view.not_met else OPEN
        assert values[root] == (expected if wanted else OPPOSITE[expected])


@pytest.mark.parametrize("value", [MET, NOT_MET, OPEN])
def test_the_opposite_of_the_opposite_is_the_value(value: int) -> None:
    assert OPPOSITE[OPPOSITE[value]] == value

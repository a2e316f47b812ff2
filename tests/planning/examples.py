"""Small cases that explanations are tried on, small enough for brute force."""

from __future__ import annotations

import datetime

import attrs
from hypothesis import strategies as st

from tests import strategies

DAY = datetime.date(2026, 11, 22)


@st.composite
def case_with_other_facts(draw: st.DrawFn) -> tuple[strategies.Case, strategies.Case]:
    """A case, and the same with some facts changed."""
    case = draw(strategies.cases())
    other = draw(strategies.facts(case.closed.ruleset.vocabulary))
    names = [*{**case.facts.values, **other.values}, *{**case.facts.collections, **other.collections}]
    changed = draw(st.sets(st.sampled_from(names), max_size=6)) if names else set()
    values = {**case.facts.values, **{name: each for name, each in other.values.items() if name in changed}}
    lists = {**case.facts.collections}
    lists.update((name, each) for name, each in other.collections.items() if name in changed)
    return case, attrs.evolve(case, facts=attrs.evolve(case.facts, values=values, collections=lists))

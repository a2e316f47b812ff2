from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_rules.model.expressions import Literal, terms, walk
from qa_rules.model.facts import Facts
from qa_rules.program.simulate import Simulation
from qa_rules.program.store import Store
from qa_rules.proofs.concretize import assignment_of
from qa_rules.proofs.encode import Encoder
from qa_rules.proofs.symbolic import DAY, Limits, WorldMaker
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.truth import Pair
from tests.strategies import LIGHT, Case, cases
from tests.strategies.facts import facts

T = TypeVar("T")


def agree(case: Case, several: Sequence[Facts], free_day: bool = False) -> None:
    """Hold the encoding against the definition for each of several facts, on all nodes, at every strength."""
    closed, vocabulary = case.closed, case.closed.ruleset.vocabulary
    every = [case.believed(each) for each in several]
    longest: dict[str, int] = {}
    codes = {
        item
        for node in closed.nodes
        for expr in walk(node.expr)
        for term in terms(expr)
        if isinstance(term, Literal)
        for item in _words(term.value)
    }
    for known in every:
        fields = [record.fields for records in known.collections.values() for record in records.records]
        for held in (each for one in (known.values, *fields) for each in one.values()):
            codes.update(_words(held.value))
        for name, records in known.collections.items():
            longest[name] = max(1, longest.get(name, 1), len(records.records))
    make = Store(case.calendar)
    limits = Limits(case.on, levels=3, more_records=longest, until=case.on if free_day else None)
    names = frozenset({*vocabulary.scalars, *vocabulary.collections})
    world = WorldMaker(make, limits, sorted(codes)).world(vocabulary, names)
    nodes = Encoder(make, 3, world).nodes(closed.nodes)
    day = case.on.toordinal()
    assignments = [{**assignment_of(known, vocabulary, 3), DAY: day} for known in every]
    together = Simulation(make.gates, case.calendar, [{}], assignments)
    for at, known in enumerate(every):
        expected: dict[str, Pair] = {}
        for node in closed.nodes:
            expected[node.name] = evaluate(node.expr, known, expected)
        for name, pair in nodes.items():
            truths = [together.mask(each) >> at & 1 for each in (*pair.t, *pair.f)]
            assert (sum(truths[:3]), sum(truths[3:])) == expected[name], name


def _words(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, frozenset) else (value,) if isinstance(value, str) else ()


@LIGHT
@given(cases(), st.data())
def test_the_encoding_agrees_with_the_definition(case: Case, data: st.DataObject) -> None:
    more = data.draw(st.lists(facts(case.closed.ruleset.vocabulary), max_size=3))
    agree(case, [case.facts, *more], data.draw(st.booleans()))


@pytest.mark.deep
@settings(max_examples=2_000)
@given(cases(), st.data(), st.randoms(use_true_random=False))
def test_the_encoding_agrees_with_the_definition_on_a_hundred_thousand(
    case: Case, data: st.DataObject, chance: random.Random
) -> None:
    drawn = [case.facts, *data.draw(st.lists(facts(case.closed.ruleset.vocabulary), max_size=2))]
    agree(case, [*drawn, *(mixed(drawn, chance) for _ in range(50 - len(drawn)))])


def mixed(several: Sequence[Facts], chance: random.Random) -> Facts:
    """Each fact as it is in one of several, or left out."""

    def some(each: Sequence[Mapping[str, T]]) -> dict[str, T]:
        names = {name for one in each for name in one}
        chosen = {name: chance.choice([{}, *each]) for name in sorted(names)}
        return {name: one[name] for name, one in chosen.items() if name in one}

    return Facts(some([each.values for each in several]), some([each.collections for each in several]))

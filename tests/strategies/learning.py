"""Learning: more is known of the same subject, or the same is better backed. Nothing that was known changes."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactValue, Record, Records, Vocabulary
from qa_rules.model.values import Strength
from tests.strategies.facts import fact_values, lists, records
from tests.strategies.vocabularies import values


def _better(draw: st.DrawFn, evidence: Evidence) -> Evidence:
    return attrs.evolve(
        evidence, strength=draw(st.sampled_from([each for each in Strength if each >= evidence.strength]))
    )


def _value(draw: st.DrawFn, declared: FactDeclaration, given: FactValue | None) -> FactValue | None:
    """A value that was unknown, a partial set with more in it or made whole, or better evidence."""
    if given is None:
        return draw(fact_values(declared)) if draw(st.integers(0, 2)) else None
    evidence = _better(draw, given.evidence)
    if not given.partial or not isinstance(given.value, frozenset):
        return attrs.evolve(given, evidence=evidence)
    more = draw(values(declared.type, declared.options)) if draw(st.booleans()) else frozenset()
    assert isinstance(more, frozenset)
    return FactValue(given.value | more, evidence, draw(st.booleans()))


def _record(draw: st.DrawFn, declared: FactDeclaration, given: Record) -> Record:
    found = {name: _value(draw, field, given.get(name)) for name, field in declared.fields.items()}
    return {name: value for name, value in found.items() if value is not None}


def _list(draw: st.DrawFn, declared: FactDeclaration, given: Records | None) -> Records | None:
    if given is None:
        return draw(lists(declared)) if draw(st.integers(0, 2)) else None
    found = tuple(_record(draw, declared, record) for record in given.records)
    evidence = _better(draw, given.evidence)
    if not given.partial:
        return Records(found, evidence)
    more = tuple(draw(records(declared)) for _ in range(draw(st.integers(0, 2))))
    return Records((*found, *more), evidence, draw(st.booleans()))


@st.composite
def learned(draw: st.DrawFn, vocabulary: Vocabulary, before: Facts) -> Facts:
    """The same facts after something was learned."""
    found = {
        name: _value(draw, declared, before.values.get(name)) for name, declared in vocabulary.scalars.items()
    }
    listed = {
        name: _list(draw, declared, before.collections.get(name))
        for name, declared in vocabulary.collections.items()
    }
    return Facts(
        {name: value for name, value in found.items() if value is not None},
        {name: given for name, given in listed.items() if given is not None},
        before.subject,
    )

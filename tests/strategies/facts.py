"""Facts of one subject, with everything that evidence can be."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from qa_rules.model.facts import (
    Evidence,
    FactDeclaration,
    Facts,
    FactType,
    FactValue,
    Record,
    Records,
    Vocabulary,
)
from qa_rules.model.values import NONE, Strength
from tests.strategies.vocabularies import values

_NOW = (
    datetime.date(2026, 11, 22),
    datetime.date(2024, 2, 29),
    datetime.date(2026, 11, 30),
    datetime.date(2025, 3, 1),
)
_DATED = (
    None,
    None,
    None,
    datetime.date(2024, 2, 28),
    datetime.date(2025, 11, 22),
    datetime.date(2026, 11, 23),
)
_UNTIL = (
    None,
    None,
    None,
    datetime.date(2026, 11, 22),
    datetime.date(2026, 11, 21),
    datetime.date(2025, 3, 1),
)


def moments() -> st.SearchStrategy[datetime.date]:
    """The date of an assessment."""
    return st.sampled_from(_NOW)


@st.composite
def evidences(draw: st.DrawFn, judged: bool = False) -> Evidence:
    """Evidence of any strength, now and then expired, not yet dated, or without a person."""
    on = draw(st.sampled_from(_DATED[2:] if judged else _DATED))
    return Evidence(
        strength=draw(st.sampled_from(Strength)),
        by="A. Person" if judged and draw(st.integers(0, 5)) else "",
        on=on,
        as_of=draw(st.sampled_from(_DATED)) if on is None else None,
        valid_until=draw(st.sampled_from(_UNTIL)),
    )


@st.composite
def fact_values(draw: st.DrawFn, declared: FactDeclaration) -> FactValue:
    """A value of a declared fact, none where it may be, partial where it is a set."""
    evidence = draw(evidences(declared.type is FactType.JUDGEMENT))
    if declared.may_be_none and draw(st.integers(0, 4)) == 0:
        return FactValue(NONE, evidence)
    value = draw(values(declared.type, declared.options))
    return FactValue(value, evidence, declared.type.is_set and draw(st.booleans()))


@st.composite
def records(draw: st.DrawFn, declared: FactDeclaration) -> Record:
    """A record in which each field may be unknown."""
    return {
        name: draw(fact_values(field)) for name, field in declared.fields.items() if draw(st.integers(0, 3))
    }


@st.composite
def lists(draw: st.DrawFn, declared: FactDeclaration) -> Records:
    """Up to three records, whole or partial."""
    found = tuple(draw(records(declared)) for _ in range(draw(st.integers(0, 3))))
    return Records(found, draw(evidences()), draw(st.integers(0, 2)) == 0)


@st.composite
def facts(draw: st.DrawFn, vocabulary: Vocabulary) -> Facts:
    """What is known of one subject: any fact may be unknown."""
    known = draw(st.sampled_from((1, 3, 3, 8)))
    found = {
        name: draw(fact_values(declared))
        for name, declared in vocabulary.scalars.items()
        if draw(st.integers(0, known))
    }
    listed = {
        name: draw(lists(declared))
        for name, declared in vocabulary.collections.items()
        if draw(st.integers(0, known))
    }
    return Facts(found, listed, "Somebody")

"""Facts of one subject, with everything that evidence can be."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence

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
from tests.strategies.vocabularies import any_value, is_within, values

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
_SINCE = (None, None, datetime.date(2024, 2, 1), datetime.date(2025, 11, 1))
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
    """Evidence of any strength, often plain, now and then expired, not yet dated, or without a person."""
    if not judged and draw(st.booleans()):
        return Evidence(strength=draw(st.sampled_from(Strength)))
    on = draw(st.sampled_from(_DATED[2:] if judged else _DATED))
    since = draw(st.sampled_from(_SINCE)) if on is not None else None
    return Evidence(
        since=None if since is None or on is None or since > on else since,
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
    value = draw(values(declared.type, declared.options).filter(lambda each: is_within(each, declared)))
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


# Many subjects of one vocabulary, as chance has it: a strategy would take as long as all engines together.

_SHARES_KNOWN = (1.0, 1.0, 0.8, 0.5)


def crowds(vocabulary: Vocabulary) -> st.SearchStrategy[list[Facts]]:
    """Several subjects, of whom ever less is known: all of the first two, and of the first beyond doubt."""
    return st.integers(0, 2**32).map(lambda seed: _crowd(vocabulary, random.Random(seed)))


def _crowd(vocabulary: Vocabulary, rng: random.Random) -> list[Facts]:
    found = []
    for at, share in enumerate(_SHARES_KNOWN):
        strengths = tuple(Strength) if at else (Strength.VERIFIED,)
        values = {
            name: _any_fact(declared, strengths, rng)
            for name, declared in vocabulary.scalars.items()
            if rng.random() <= share
        }
        listed = {
            name: Records(
                tuple(
                    {
                        field: _any_fact(inner, strengths, rng)
                        for field, inner in declared.fields.items()
                        if rng.random() <= share
                    }
                    for _ in range(rng.randrange(5))
                ),
                Evidence(strength=rng.choice(strengths)),
                rng.random() < 0.2,
            )
            for name, declared in vocabulary.collections.items()
            if rng.random() <= share
        }
        found.append(Facts(values, listed, "Somebody else"))
    return found


def _any_fact(declared: FactDeclaration, strengths: Sequence[Strength], rng: random.Random) -> FactValue:
    judged = declared.type is FactType.JUDGEMENT
    evidence = Evidence(
        strength=rng.choice(strengths),
        by="A. Person" if judged else "",
        on=rng.choice(_DATED[3:5]) if judged else None,
        valid_until=rng.choice(_UNTIL) if rng.random() < 0.1 else None,
    )
    if declared.may_be_none and rng.random() < 0.1:
        return FactValue(NONE, evidence)
    value = any_value(declared, rng)
    return FactValue(value, evidence, declared.type.is_set and rng.random() < 0.2)

"""Vocabularies with facts of every type, and the small pools that their values come from.

The pools are small so that tests are often on their edge, and mean, so that they hold what breaks things.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

import attrs
from hypothesis import strategies as st

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.values import Scalar

Day = datetime.date

COLOURS: Final = {"red": "Red", "green": "Green", "blue": "Blue", "grey": "Grey"}
"""The options of choices without an order, and of sets of choices."""
LEVELS: Final = {"nothing": "Nothing", "some_of_it": "Some", "most": "Most", "whole": "All of it"}
"""The options of ordered choices, least first."""

INTEGERS: Final = (0, 1, 2, 3, 12, -1, 10**29, -(10**29))
DECIMALS: Final = tuple(
    map(Decimal, ("0", "1", "2.5", "2.50", "0.1", "-1", "1e28", "12345678901234567890.1234"))
)
CODES: Final = (
    "CDSMP",
    "2012",
    "1.10",
    "é",
    "e\u0301",
    "😀",
    "'",
    '"',
    "\\",
    "{0}",
    "%s",
    "a\nb",
    "None of it",
)
TEXTS: Final = ("anything", "yes", "\u202etxet", "''' + x")
DATES: Final = (
    Day(2026, 11, 22),
    Day(2026, 11, 21),
    Day(2026, 11, 23),
    Day(2026, 11, 20),
    Day(2026, 10, 31),
    Day(2026, 11, 30),
    Day(2025, 11, 22),
    Day(2024, 2, 29),
    Day(2025, 2, 28),
    Day(2025, 3, 1),
    Day(2020, 1, 1),
    Day(2027, 12, 31),
    Day(1999, 12, 31),
    Day.min,
    Day.max,
)
CALENDAR: Final = Calendar(
    "Test days",
    "1",
    Day(2020, 1, 1),
    Day(2027, 12, 31),
    frozenset([Day(2024, 3, 1), Day(2025, 11, 24), Day(2026, 11, 20), Day(2026, 11, 23), Day(2026, 11, 30)]),
)
"""A short calendar, with holidays about the dates above."""

_VALUES: Final[Mapping[FactType, tuple[Scalar, ...]]] = {
    FactType.YES_NO: (True, False),
    FactType.JUDGEMENT: (True, False),
    FactType.INTEGER: INTEGERS,
    FactType.DECIMAL: DECIMALS,
    FactType.DATE: DATES,
    FactType.CODE: CODES,
    FactType.TEXT: TEXTS,
}
_SCALARS: Final = (*_VALUES, FactType.CHOICE, FactType.CHOICES, FactType.CODES)
_BOUNDS: Final = (
    (None, None),
    (Decimal(0), None),
    (Decimal(0), Decimal(3)),
    (Decimal(1), Decimal(12)),
    (None, Decimal("2.5")),
)
"""Of numbers. The literals and settings beside them are often beyond."""
_NEVER_NONE: Final = (FactType.YES_NO, FactType.JUDGEMENT)


def any_value(declared: FactDeclaration, rng: random.Random) -> Scalar | frozenset[str]:
    """A value that a fact can have, as chance has it: quicker than a strategy where many are wanted."""
    match declared.type:
        case FactType.CHOICE:
            return rng.choice(tuple(declared.options))
        case FactType.CHOICES:
            return frozenset(rng.sample(tuple(declared.options), rng.randrange(4)))
        case FactType.CODES:
            return frozenset(rng.sample(CODES, rng.randrange(4)))
        case kind:
            return rng.choice([each for each in _VALUES[kind] if is_within(each, declared)])


def is_within(value: Scalar | frozenset[str], declared: FactDeclaration) -> bool:
    """Whether a value is within the bounds of a fact."""
    if not declared.type.is_number:
        return True
    assert isinstance(value, int | Decimal)
    return (declared.least is None or declared.least <= value) and (
        declared.most is None or value <= declared.most
    )


def values(kind: FactType, options: Mapping[str, str]) -> st.SearchStrategy[Scalar | frozenset[str]]:
    """A value of a type: for a set type, a set of a few items, often empty."""
    match kind:
        case FactType.CHOICE:
            return st.sampled_from(tuple(options))
        case FactType.CHOICES:
            return st.frozensets(st.sampled_from(tuple(options)), max_size=3)
        case FactType.CODES:
            return st.frozensets(st.sampled_from(CODES), max_size=3)
        case _:
            return st.sampled_from(_VALUES[kind])


def _declared(draw: st.DrawFn, name: str, kind: FactType, ordered: bool = False) -> FactDeclaration:
    chooses = kind in (FactType.CHOICE, FactType.CHOICES)
    least, most = draw(st.sampled_from(_BOUNDS)) if kind.is_number else (None, None)
    return FactDeclaration(
        name,
        kind,
        label=name.replace("_", " "),
        question=f"What of {name}?",
        about=draw(st.sampled_from(("provider", "provider", "person"))),
        options=(LEVELS if ordered else COLOURS) if chooses else {},
        ordered=ordered,
        least=least,
        most=most,
        may_be_none=kind not in _NEVER_NONE and draw(st.booleans()),
        good_for_months=draw(st.sampled_from((None, None, 1, 12))),
    )


def _every_type(draw: st.DrawFn, prefix: str, least: int, most: int) -> list[FactDeclaration]:
    """From `least` to `most` facts of each type that holds one value or set."""
    found = []
    count: Callable[[], int] = lambda: draw(st.integers(least, most))  # noqa: E731
    for kind in _SCALARS:
        found += [_declared(draw, f"{prefix}{kind.value}_{at}", kind) for at in range(count())]
    found += [_declared(draw, f"{prefix}level_{at}", FactType.CHOICE, True) for at in range(count())]
    return found


def _document(draw: st.DrawFn, name: str) -> FactDeclaration:
    whole = _declared(draw, name, FactType.DOCUMENT)
    kinds = {
        "exists": FactType.YES_NO,
        "dated": FactType.DATE,
        "review_due": FactType.DATE,
        "covers": FactType.CHOICES,
    }
    parts = {
        key: attrs.evolve(
            whole,
            name=f"{name}.{key}",
            type=kind,
            may_be_none=key == "review_due",
            options=COLOURS if key == "covers" else {},
        )
        for key, kind in kinds.items()
    }
    return attrs.evolve(whole, fields=parts, may_be_none=False)


def _collection(draw: st.DrawFn, name: str) -> FactDeclaration:
    whole = attrs.evolve(_declared(draw, name, FactType.COLLECTION), may_be_none=False, record="record")
    fields = {each.name: each for each in _every_type(draw, "its_", 1, 1)}
    return attrs.evolve(whole, fields=fields)


def plain_vocabulary() -> Vocabulary:
    """Six yes-or-no facts, one of them about the person."""
    about = dict.fromkeys("abcde", "provider") | {"p": "person"}
    return Vocabulary(
        {
            name: FactDeclaration(name, FactType.YES_NO, name, f"{name}?", about=who)
            for name, who in about.items()
        }
    )


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    """Facts of every type, one or two of each, a document, and one or two collections with fields of every type."""
    found = _every_type(draw, "", 1, 2)
    found.append(_document(draw, "paper"))
    found += [_collection(draw, name) for name in ("visits", "people")[: draw(st.integers(1, 2))]]
    return Vocabulary({each.name: each for each in found})

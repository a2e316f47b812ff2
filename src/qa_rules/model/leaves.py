"""Leaves: tests of terms. Imported by way of `expressions`, as terms are."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import attrs

from qa_rules.errors import Place
from qa_rules.model.terms import Fact, Field, Op, Term, Weighted
from qa_rules.model.values import Shown, Unit


def no_place() -> Place | None:
    """Return the field for where a test stands, which is no part of what it is."""
    place: Place | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)
    return place


class Inclusion(StrEnum):
    """How a set must hold the items."""

    ALL = "all of"
    ANY = "any of"
    AT_LEAST = "at least"
    ONLY = "only"


@attrs.frozen(repr=False)
class Compare(Shown):
    """`left op right`. Options of ordered choices compare by their position."""

    left: Term
    op: Op
    right: Term
    ranks: tuple[str, ...] = ()
    """Of an ordered choice: its options from least to most."""
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Within(Shown):
    """`start <= moment <= start + amount`, the anniversary included."""

    moment: Term
    start: Term
    amount: Term
    unit: Unit
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class OneOf(Shown):
    """A single value belongs to a set."""

    item: Term
    options: Term
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Includes(Shown):
    """A set holds all, any, at least `count`, or only the items."""

    whole: Term
    how: Inclusion
    items: Term
    count: int = 0
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Empty(Shown):
    """A set has nothing in it."""

    whole: Term
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Given(Shown):
    """A value is known and is not none."""

    term: Fact | Field
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Linear(Shown):
    """A sum of numbers, each so many times, is at least `least`, or more than it: a linear constraint.

    Each number stands in it once, so an interval for each gives the interval of the sum exactly.
    """

    sum: tuple[Weighted, ...]
    least: int | Decimal
    strictly: bool = False
    place: Place | None = no_place()

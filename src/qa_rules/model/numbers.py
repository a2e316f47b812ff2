"""Numbers that a ruleset defines: a closed union over facts, settings, other values and tests, and linear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

import attrs

from qa_rules.model.expressions import Expr, facts_of
from qa_rules.model.terms import Fact, Field, Literal, Named, Parameter, Term, Unset
from qa_rules.model.values import Shown


@attrs.frozen(repr=False)
class Sum(Shown):
    """The parts added up."""

    parts: tuple[Number, ...]


@attrs.frozen(repr=False)
class Product(Shown):
    """A number so many times. The factor is a constant or a setting, so that it stays linear."""

    factor: Literal | Parameter | Unset
    of: Number


@attrs.frozen(repr=False)
class Least(Shown):
    """The least of the parts."""

    parts: tuple[Number, ...]


@attrs.frozen(repr=False)
class Greatest(Shown):
    """The greatest of the parts."""

    parts: tuple[Number, ...]


@attrs.frozen(repr=False)
class Indicator(Shown):
    """1 where a test holds, 0 where it does not."""

    test: Expr
    name: str = ""
    """The requirement that it counts, or empty."""


@attrs.frozen(repr=False)
class Counted(Shown):
    """How many records of a collection `where` selects, or what a number in them comes to together."""

    collection: str
    where: Expr | None
    amount: Field | None = None


@attrs.frozen(repr=False)
class Share(Shown):
    """In percent, how many of what is asked holds. It is compared, never added; of nothing asked it is no value."""

    asked: tuple[tuple[Expr | None, Expr], ...]
    """When each counts (None: always), and what has to hold."""


@attrs.frozen(repr=False)
class ShareOfRecords(Shown):
    """In percent, for how many of the records that `where` selects a test holds. Of no record it is no value."""

    collection: str
    where: Expr | None
    holds: Expr


Number = (
    Fact
    | Field
    | Literal
    | Parameter
    | Unset
    | Named
    | Sum
    | Product
    | Least
    | Greatest
    | Indicator
    | Counted
    | Share
    | ShareOfRecords
)


def parts_of(number: Number) -> tuple[Number, ...]:
    """Return the numbers directly inside."""
    match number:
        case Sum(parts) | Least(parts) | Greatest(parts):
            return parts
        case Product(factor, of):
            return (factor, of)
        case _:
            return ()


def tests_of(number: Number) -> tuple[Expr, ...]:
    """Return the tests directly inside."""
    match number:
        case Indicator(test):
            return (test,)
        case Counted(_, where):
            return () if where is None else (where,)
        case ShareOfRecords(_, where, holds):
            return (holds,) if where is None else (where, holds)
        case Share(asked):
            return tuple(each for pair in asked for each in pair if each is not None)
        case _:
            return ()


def walk_number(number: Number) -> Iterator[Number]:
    """Yield a number and every number inside it, outermost first."""
    yield number
    for part in parts_of(number):
        yield from walk_number(part)


def facts_in(number: Number) -> frozenset[str]:
    """Return the names of the facts and collections that a number reads, other than by way of another value."""
    found: set[str] = set()
    for each in walk_number(number):
        if isinstance(each, Fact):
            found.add(each.name)
        elif isinstance(each, Counted | ShareOfRecords):
            found.add(each.collection)
        for test in tests_of(each):
            found |= facts_of(test)
    return frozenset(found)


def replaced(number: Number, tests: Callable[[Expr], Expr], term: Callable[[Term], Term]) -> Number:
    """Return the number with each test and each term in it replaced."""
    match number:
        case Sum(parts) | Least(parts) | Greatest(parts):
            return type(number)(tuple(replaced(each, tests, term) for each in parts))
        case Product(factor, of):
            found = term(factor)
            assert isinstance(found, Literal | Parameter | Unset)
            return Product(found, replaced(of, tests, term))
        case Indicator(test, name):
            return Indicator(tests(test), name)
        case Counted(collection, where, amount):
            return Counted(collection, None if where is None else tests(where), amount)
        case ShareOfRecords(collection, where, holds):
            return ShareOfRecords(collection, None if where is None else tests(where), tests(holds))
        case Share(asked):
            return Share(
                tuple((None if when is None else tests(when), tests(holds)) for when, holds in asked)
            )
        case Fact() | Field() | Literal() | Parameter() | Unset() | Named():
            found = term(number)
            assert isinstance(found, Fact | Field | Literal | Parameter | Unset | Named)
            return found
        case _:
            assert_never(number)

"""Slips of the pen in the numbers of a ruleset: a weight, a limit, a part left out, the least for the greatest."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model import numbers as nu
from qa_rules.model.values import Scalar
from qa_rules.testing.operators import Altering, Kind
from qa_rules.testing.quoting import term_words

T = TypeVar("T")


@attrs.frozen
class NumberChange:
    """A number with one thing changed."""

    kind: Kind
    words: str
    """What was changed, in the words of the rule language."""
    number: nu.Number


def number_changes(number: nu.Number, altering: Altering) -> Iterator[NumberChange]:
    """Yield a number with one thing changed, for every thing in it, outermost first."""
    match number:
        case ex.Literal(Decimal() as value):
            for other in (value - 1, value + 1):
                yield NumberChange(Kind.CONSTANT, f"`{value}` became `{other}`", ex.Literal(other))
        case ex.Fact(name) if name in altering.like:
            other_name = altering.like[name]
            yield NumberChange(Kind.FACT, f"`{name}` became `{other_name}`", ex.Fact(other_name))
        case ex.Named():
            for other_term in altering.in_place_of(number):
                words = f"`{number.name}` became `{other_term.name}`"
                yield NumberChange(Kind.REFERENCE, words, other_term)
        case nu.Sum(parts) | nu.Least(parts) | nu.Greatest(parts):
            yield from _of_parts(number, parts, altering)
        case nu.Product(factor, of):
            for one in number_changes(factor, altering):
                assert isinstance(one.number, ex.Literal)
                yield attrs.evolve(one, number=nu.Product(one.number, of))
            for one in number_changes(of, altering):
                yield attrs.evolve(one, number=nu.Product(factor, one.number))
        case nu.Indicator(test, ""):
            for change in altering.changes(test):
                yield NumberChange(change.kind, change.words, nu.Indicator(change.expr))
        case nu.Counted(collection, where, amount) if where is not None:
            yield NumberChange(Kind.LEFT_OUT, "`where` left out", nu.Counted(collection, None, amount))
            for change in altering.changes(where):
                yield NumberChange(change.kind, change.words, nu.Counted(collection, change.expr, amount))
        case nu.ShareOfRecords(collection, where, holds):
            for change in altering.changes(holds):
                changed = attrs.evolve(number, holds=change.expr)
                yield NumberChange(change.kind, change.words, changed)
            for change in () if where is None else altering.changes(where):
                changed = attrs.evolve(number, where=change.expr)
                yield NumberChange(change.kind, change.words, changed)
        case nu.Share(asked) if len(asked) > 1:
            for at, (_, holds) in enumerate(asked):
                words = f"`{altering.words(holds)}` left out of the share"
                yield NumberChange(Kind.MEMBER, words, nu.Share(_without(asked, at)))
        case _:
            return


def _of_parts(
    number: nu.Sum | nu.Least | nu.Greatest, parts: tuple[nu.Number, ...], altering: Altering
) -> Iterator[NumberChange]:
    if isinstance(number, nu.Least | nu.Greatest):
        turned = nu.Greatest(parts) if isinstance(number, nu.Least) else nu.Least(parts)
        words = (
            "the least became the greatest"
            if isinstance(number, nu.Least)
            else "the greatest became the least"
        )
        yield NumberChange(Kind.OPERATOR, words, turned)
    for at, part in enumerate(parts):
        if len(parts) > 1:
            kept = type(number)(_without(parts, at))
            yield NumberChange(Kind.LEFT_OUT, f"`{part_words(part)}` left out", kept)
        for one in number_changes(part, altering):
            changed = type(number)((*parts[:at], one.number, *parts[at + 1 :]))
            yield attrs.evolve(one, words=f"in `{part_words(part)}`: {one.words}", number=changed)


def _without(things: tuple[T, ...], at: int) -> tuple[T, ...]:
    return (*things[:at], *things[at + 1 :])


def part_words(number: nu.Number) -> str:
    """Return a part of a number as rules write it."""
    match number:
        case ex.Fact() | ex.Literal() | ex.Named() | ex.Parameter() | ex.Unset():
            return term_words(number)
        case nu.Product(factor, of):
            return f"{term_words(factor)} times {part_words(of)}"
        case nu.Indicator(_, name):
            return name or "a test"
        case nu.Sum():
            return "sum"
        case nu.Least():
            return "least"
        case nu.Greatest():
            return "greatest"
        case _:
            return "count"


def values_beside(
    value: Scalar | frozenset[str], options: Sequence[str]
) -> Iterator[Scalar | frozenset[str]]:
    """Yield values beside a setting: one more and one less, the next option, an item fewer."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Decimal):
        yield from (value - 1, value + 1)
    elif isinstance(value, datetime.date):
        yield from (value + datetime.timedelta(days=step) for step in (-1, 1))
    elif isinstance(value, frozenset):
        yield from (value - {item} for item in sorted(value))
    elif value in options and len(options) > 1:
        yield options[(options.index(value) + 1) % len(options)]

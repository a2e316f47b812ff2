"""The values at which a test changes its mind: one below, at and one above; the day before, on and after; and so on.

An edge is an expression of the rule language that holds at such a value, with words for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

import attrs

from qa_rules.explain.wording import Wording, value_words
from qa_rules.model.expressions import (
    AllOf,
    AtLeast,
    Compare,
    Constant,
    Count,
    Expr,
    Fact,
    Field,
    Includes,
    Inclusion,
    Later,
    Literal,
    Not,
    On,
    OneOf,
    Op,
    Quantified,
    Term,
    Within,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.values import Unit
from qa_rules.testing.probes import exactly

_STEP: Final = Decimal("0.01")
_DAYS: Final = ((-1, "the day before"), (0, "on the very day"), (1, "the day after"))


@attrs.frozen
class Edge:
    """A value at which a test may change its mind."""

    words: str
    expr: Expr


def edges(test: Expr, vocabulary: Vocabulary) -> Iterator[Edge]:
    """Yield the edges of one test or count; none for a test that has no values between."""
    wording = Wording(vocabulary)
    match test:
        case Compare(left, _, right, ranks):
            yield from _compared(left, right, ranks, wording)
        case Within():
            yield from _within(test)
        case OneOf(item, Literal(frozenset() as options)):
            declared = wording.vocabulary.declaration(item)
            for option in sorted(options):
                yield Edge(f"“{value_words(option, declared)}”", Compare(item, Op.IS, Literal(option)))
        case Includes(whole, how, Literal(frozenset() as items), count):
            yield from _includes(whole, how, items, count, wording)
        case AtLeast(count, operands):
            for number in (count - 1, count, count + 1):
                if 0 <= number <= len(operands):
                    yield Edge(f"exactly {number} of {len(operands)} hold", exactly(number, operands))
        case Quantified():
            yield from _quantified(test)
        case _:
            return


# Numbers, dates and options


def _compared(left: Term, right: Term, ranks: tuple[str, ...], wording: Wording) -> Iterator[Edge]:
    declared = wording.vocabulary.declaration(left) or wording.vocabulary.declaration(right)
    if isinstance(left, Literal):
        left, right = right, left
    if declared is None or declared.type is FactType.DATE:
        yield from _dates(left, right)
    elif ranks and isinstance(right, Literal):
        at = ranks.index(str(right.value))
        for rank in (at - 1, at, at + 1):
            if 0 <= rank < len(ranks):
                yield Edge(
                    f"“{value_words(ranks[rank], declared)}”", Compare(left, Op.IS, Literal(ranks[rank]))
                )
    elif declared.type in (FactType.INTEGER, FactType.DECIMAL):
        yield from _numbers(left, right, declared)


def _numbers(left: Term, right: Term, declared: FactDeclaration) -> Iterator[Edge]:
    if isinstance(right, Literal) and isinstance(right.value, int | Decimal):
        step = 1 if declared.type is FactType.INTEGER else step_of(right.value)
        for number in (right.value - step, right.value, right.value + step):
            yield Edge(value_words(number, declared), Compare(left, Op.IS, Literal(number)))
        return
    for words, op in (("less", Op.LESS), ("just as much", Op.IS), ("more", Op.MORE)):
        yield Edge(words, Compare(left, op, right))


def step_of(value: int | Decimal) -> Decimal:
    """Return how far the next value stands: a hundredth, or less where the rule itself is finer."""
    exponent = Decimal(value).as_tuple().exponent
    finer = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else _STEP
    return min(finer, _STEP)


def _dates(left: Term, right: Term) -> Iterator[Edge]:
    for days, words in _DAYS:
        found = _days_apart(left, right, days)
        if found is not None:
            yield Edge(words, found)


def _days_apart(moment: Term, other: Term, days: int) -> Expr | None:
    """The moment is so many days after the other day; None where the language cannot say it."""
    if isinstance(other, Literal) and isinstance(other.value, datetime.date):
        ordinal = other.value.toordinal() + days
        if not 1 <= ordinal <= datetime.date.max.toordinal():
            return None
        return Compare(moment, Op.IS, Literal(datetime.date.fromordinal(ordinal)))
    if not days:
        return Compare(moment, Op.IS, other)
    if isinstance(moment, Fact | Field | On):
        return Compare(Later(moment, Literal(-days), Unit.DAYS), Op.IS, other)
    if isinstance(other, Fact | Field | On):
        return Compare(moment, Op.IS, Later(other, Literal(days), Unit.DAYS))
    return None


def _within(test: Within) -> Iterator[Edge]:
    yield from _around(test.moment, test.start, "the time begins")
    if not isinstance(test.start, Later):
        yield from _around(test.moment, Later(test.start, test.amount, test.unit), "the time ends")


def _around(moment: Term, other: Term, words: str) -> Iterator[Edge]:
    for days, when in ((-1, "the day before"), (0, "the day on which"), (1, "the day after")):
        found = _days_apart(moment, other, days)
        if found is not None:
            yield Edge(f"{when} {words}", found)


# Sets and records


def _includes(
    whole: Term, how: Inclusion, items: frozenset[str], count: int, wording: Wording
) -> Iterator[Edge]:
    declared = wording.vocabulary.declaration(whole)

    def words(item: str) -> str:
        return f"“{value_words(item, declared)}”"

    for item in sorted(items) if len(items) > 1 else ():
        others = Literal(items - {item})
        has = Includes(whole, Inclusion.ANY, Literal(frozenset((item,))))
        match how:
            case Inclusion.ALL:
                held = Includes(whole, Inclusion.ALL, others)
                yield Edge(f"all but {words(item)}", AllOf((held, Not(has))))
            case Inclusion.ANY:
                yield Edge(
                    f"of them only {words(item)}", AllOf((has, Not(Includes(whole, Inclusion.ANY, others))))
                )
            case Inclusion.ONLY:
                yield Edge(
                    f"{words(item)} alone", Includes(whole, Inclusion.ONLY, Literal(frozenset((item,))))
                )
            case Inclusion.AT_LEAST:
                yield Edge(f"{words(item)} among them", has)
    if how is Inclusion.AT_LEAST:
        members = tuple(Includes(whole, Inclusion.ANY, Literal(frozenset((item,)))) for item in sorted(items))
        for number in (count - 1, count, count + 1):
            if 0 <= number <= len(members):
                yield Edge(f"exactly {number} of them", exactly(number, members))


def _quantified(test: Quantified) -> Iterator[Edge]:
    name, where = test.collection, test.where
    body = Constant(True) if test.body is None else test.body

    def at_least(count: int, inner: Expr) -> Expr:
        return Quantified(Count.AT_LEAST, count, name, where, inner)

    there = Quantified(Count.AT_LEAST, 1, name, None, None)
    several = Quantified(Count.AT_LEAST, 2, name, None, None)
    yield Edge("no record at all", Not(there))
    if where is not None:
        yield Edge("records, and none that counts", AllOf((there, Not(at_least(1, Constant(True))))))
        excluded = Quantified(Count.SOME, 0, name, None, Not(where))
        yield Edge("a record that counts beside one that does not", AllOf((at_least(1, body), excluded)))
    if test.count is Count.EVERY:
        yield Edge("one record only, and it does", AllOf((at_least(1, body), Not(several))))
        yield Edge("two records that do", AllOf((at_least(2, body), Not(at_least(1, Not(body))))))
        if test.body is not None:
            yield Edge(
                "one record that does and one that does not",
                AllOf((at_least(1, body), at_least(1, Not(body)))),
            )
        return
    number = test.number if test.count is Count.AT_LEAST else 1
    if number > 1 or test.body is not None:
        some = AllOf((there, Not(at_least(number, body))))
        fewer = some if number == 1 else AllOf((at_least(number - 1, body), Not(at_least(number, body))))
        yield Edge(f"{_counted(number - 1)} that {_do(number - 1)}", fewer)
    yield Edge(
        f"exactly {_counted(number)} that {_do(number)}",
        AllOf((at_least(number, body), Not(at_least(number + 1, body)))),
    )
    yield Edge(f"{_counted(number + 1)} that do", at_least(number + 1, body))


def _counted(number: int) -> str:
    return "no record" if number == 0 else "one record" if number == 1 else f"{number} records"


def _do(number: int) -> str:
    return "does" if number < 2 else "do"

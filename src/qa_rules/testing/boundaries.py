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
from qa_rules.model import expressions as ex
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.values import Unit
from qa_rules.testing.probes import exactly

_STEP: Final = Decimal("0.01")
_DAYS: Final = ((-1, "the day before"), (0, "on the very day"), (1, "the day after"))


@attrs.frozen
class Edge:
    """A value at which a test may change its mind."""

    words: str
    expr: ex.Expr


def edges(test: ex.Expr, vocabulary: Vocabulary) -> Iterator[Edge]:
    """Yield the edges of one test or count; none for a test that has no values between."""
    wording = Wording(vocabulary)
    match test:
        case ex.Compare(left, _, right, ranks):
            yield from _compared(left, right, ranks, wording)
        case ex.Within():
            yield from _within(test)
        case ex.OneOf(item, ex.Literal(frozenset() as options)):
            declared = wording.vocabulary.declaration(item)
            for option in sorted(options):
                yield Edge(
                    f"“{value_words(option, declared)}”", ex.Compare(item, ex.Op.IS, ex.Literal(option))
                )
        case ex.Includes(whole, how, ex.Literal(frozenset() as items), count):
            yield from _includes(whole, how, items, count, wording)
        case ex.AtLeast(count, operands):
            for number in (count - 1, count, count + 1):
                if 0 <= number <= len(operands):
                    yield Edge(f"exactly {number} of {len(operands)} hold", exactly(number, operands))
        case ex.Quantified():
            yield from _quantified(test)
        case _:
            return


# Numbers, dates and options


def _compared(left: ex.Term, right: ex.Term, ranks: tuple[str, ...], wording: Wording) -> Iterator[Edge]:
    declared = wording.vocabulary.declaration(left) or wording.vocabulary.declaration(right)
    if isinstance(left, ex.Literal):
        left, right = right, left
    if declared is None or declared.type is FactType.DATE:
        yield from _dates(left, right)
    elif ranks and isinstance(right, ex.Literal):
        at = ranks.index(str(right.value))
        for rank in (at - 1, at, at + 1):
            if 0 <= rank < len(ranks):
                yield Edge(
                    f"“{value_words(ranks[rank], declared)}”",
                    ex.Compare(left, ex.Op.IS, ex.Literal(ranks[rank])),
                )
    elif declared.type in (FactType.INTEGER, FactType.DECIMAL):
        yield from _numbers(left, right, declared)


def _numbers(left: ex.Term, right: ex.Term, declared: FactDeclaration) -> Iterator[Edge]:
    if isinstance(right, ex.Literal) and isinstance(right.value, int | Decimal):
        step = 1 if declared.type is FactType.INTEGER else step_of(right.value)
        for number in (right.value - step, right.value, right.value + step):
            yield Edge(value_words(number, declared), ex.Compare(left, ex.Op.IS, ex.Literal(number)))
        return
    for words, op in (("less", ex.Op.LESS), ("just as much", ex.Op.IS), ("more", ex.Op.MORE)):
        yield Edge(words, ex.Compare(left, op, right))


def step_of(value: int | Decimal) -> Decimal:
    """Return how far the next value stands: a hundredth, or less where the rule itself is finer."""
    exponent = Decimal(value).as_tuple().exponent
    finer = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else _STEP
    return min(finer, _STEP)


def _dates(left: ex.Term, right: ex.Term) -> Iterator[Edge]:
    for days, words in _DAYS:
        found = _days_apart(left, right, days)
        if found is not None:
            yield Edge(words, found)


def _days_apart(moment: ex.Term, other: ex.Term, days: int) -> ex.Expr | None:
    """The moment is so many days after the other day; None where the language cannot say it."""
    if isinstance(other, ex.Literal) and isinstance(other.value, datetime.date):
        ordinal = other.value.toordinal() + days
        if not 1 <= ordinal <= datetime.date.max.toordinal():
            return None
        return ex.Compare(moment, ex.Op.IS, ex.Literal(datetime.date.fromordinal(ordinal)))
    if not days:
        return ex.Compare(moment, ex.Op.IS, other)
    if isinstance(moment, ex.Fact | ex.Field | ex.On):
        return ex.Compare(ex.Later(moment, ex.Literal(-days), Unit.DAYS), ex.Op.IS, other)
    if isinstance(other, ex.Fact | ex.Field | ex.On):
        return ex.Compare(moment, ex.Op.IS, ex.Later(other, ex.Literal(days), Unit.DAYS))
    return None


def _within(test: ex.Within) -> Iterator[Edge]:
    yield from _around(test.moment, test.start, "the time begins")
    if not isinstance(test.start, ex.Later):
        yield from _around(test.moment, ex.Later(test.start, test.amount, test.unit), "the time ends")


def _around(moment: ex.Term, other: ex.Term, words: str) -> Iterator[Edge]:
    for days, when in ((-1, "the day before"), (0, "the day on which"), (1, "the day after")):
        found = _days_apart(moment, other, days)
        if found is not None:
            yield Edge(f"{when} {words}", found)


# Sets and records


def _includes(
    whole: ex.Term, how: ex.Inclusion, items: frozenset[str], count: int, wording: Wording
) -> Iterator[Edge]:
    declared = wording.vocabulary.declaration(whole)

    def words(item: str) -> str:
        return f"“{value_words(item, declared)}”"

    for item in sorted(items) if len(items) > 1 else ():
        others = ex.Literal(items - {item})
        has = ex.Includes(whole, ex.Inclusion.ANY, ex.Literal(frozenset((item,))))
        match how:
            case ex.Inclusion.ALL:
                held = ex.Includes(whole, ex.Inclusion.ALL, others)
                yield Edge(f"all but {words(item)}", ex.AllOf((held, ex.Not(has))))
            case ex.Inclusion.ANY:
                yield Edge(
                    f"of them only {words(item)}",
                    ex.AllOf((has, ex.Not(ex.Includes(whole, ex.Inclusion.ANY, others)))),
                )
            case ex.Inclusion.ONLY:
                yield Edge(
                    f"{words(item)} alone",
                    ex.Includes(whole, ex.Inclusion.ONLY, ex.Literal(frozenset((item,)))),
                )
            case ex.Inclusion.AT_LEAST:
                yield Edge(f"{words(item)} among them", has)
    if how is ex.Inclusion.AT_LEAST:
        members = tuple(
            ex.Includes(whole, ex.Inclusion.ANY, ex.Literal(frozenset((item,)))) for item in sorted(items)
        )
        for number in (count - 1, count, count + 1):
            if 0 <= number <= len(members):
                yield Edge(f"exactly {number} of them", exactly(number, members))


def _quantified(test: ex.Quantified) -> Iterator[Edge]:
    name, where = test.collection, test.where
    body = ex.Constant(True) if test.body is None else test.body

    def at_least(count: int, inner: ex.Expr) -> ex.Expr:
        return ex.Quantified(ex.Count.AT_LEAST, count, name, where, inner)

    there = ex.Quantified(ex.Count.AT_LEAST, 1, name, None, None)
    several = ex.Quantified(ex.Count.AT_LEAST, 2, name, None, None)
    yield Edge("no record at all", ex.Not(there))
    if where is not None:
        yield Edge("records, and none that counts", ex.AllOf((there, ex.Not(at_least(1, ex.Constant(True))))))
        excluded = ex.Quantified(ex.Count.SOME, 0, name, None, ex.Not(where))
        yield Edge("a record that counts beside one that does not", ex.AllOf((at_least(1, body), excluded)))
    if test.count is ex.Count.EVERY:
        yield Edge("one record only, and it does", ex.AllOf((at_least(1, body), ex.Not(several))))
        yield Edge("two records that do", ex.AllOf((at_least(2, body), ex.Not(at_least(1, ex.Not(body))))))
        if test.body is not None:
            yield Edge(
                "one record that does and one that does not",
                ex.AllOf((at_least(1, body), at_least(1, ex.Not(body)))),
            )
        return
    number = test.number if test.count is ex.Count.AT_LEAST else 1
    if number > 1 or test.body is not None:
        some = ex.AllOf((there, ex.Not(at_least(number, body))))
        fewer = (
            some if number == 1 else ex.AllOf((at_least(number - 1, body), ex.Not(at_least(number, body))))
        )
        yield Edge(f"{_counted(number - 1)} that {_do(number - 1)}", fewer)
    yield Edge(
        f"exactly {_counted(number)} that {_do(number)}",
        ex.AllOf((at_least(number, body), ex.Not(at_least(number + 1, body)))),
    )
    yield Edge(f"{_counted(number + 1)} that do", at_least(number + 1, body))


def _counted(number: int) -> str:
    return "no record" if number == 0 else "one record" if number == 1 else f"{number} records"


def _do(number: int) -> str:
    return "does" if number < 2 else "do"

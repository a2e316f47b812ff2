"""The nouns of formulas: gates over variables and comparisons of numbers.

A literal is a non-zero int; its negative is its negation, 1 is true. Literal n stands for gate n of a store, and a
gate stands after those it is made of. Dates are day numbers (`date.toordinal`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, assert_never

import attrs

from qa_rules.model.values import Unit

Lit = int
TRUE: Final[Lit] = 1
FALSE: Final[Lit] = -1
Number = int | Decimal


@attrs.frozen
class Var:
    """A truth to be chosen."""

    name: str


@attrs.frozen
class And:
    """Every literal holds."""

    of: tuple[Lit, ...]


@attrs.frozen
class AtLeast:
    """At least `count` literals hold."""

    count: int
    of: tuple[Lit, ...]


@attrs.frozen
class Added:
    """One part of a sum: a number (None: one) so many times, where a literal holds, and nothing elsewhere."""

    factor: Number
    when: Lit
    number: Term | None = None


@attrs.frozen
class SumAtLeast:
    """The parts add up to `least` or more: a pseudo-Boolean constraint, and with numbers a linear one."""

    least: Number
    of: tuple[Added, ...]


@attrs.frozen
class AtMost:
    """`left <= right`."""

    left: Term
    right: Term


@attrs.frozen
class Reached:
    """The calendar reaches from `start` by `amount` working days."""

    start: Term
    amount: Term


@attrs.frozen
class Const:
    """A number, or a date as its day number."""

    value: Number


@attrs.frozen
class NumberVar:
    """A number to be chosen, between bounds if it has any."""

    name: str
    whole: bool
    least: Number | None = None
    most: Number | None = None


@attrs.frozen
class Shift:
    """The day `amount` units after the day `start`."""

    start: Term
    amount: Term
    unit: Unit


@attrs.frozen
class Choice:
    """One term where a literal holds, and another where it does not. Comparing it opens it up: no gate holds one."""

    when: Lit
    then: Term | Choice
    otherwise: Term | Choice


Term = Const | NumberVar | Shift
Moment = Term | Choice
Gate = Var | And | AtLeast | SumAtLeast | AtMost | Reached
Assignment = Mapping[str, bool | Number]
"""Variable names to values; a missing one is false, or the least that it can be."""


def cone(
    gates: Sequence[Gate], literals: Iterable[Lit], without: Container[int] = ()
) -> Iterator[tuple[int, Gate]]:
    """Yield the gates that the literals are made of, with their numbers, inner ones first.

    Gates that stand in `without` are left out, with all that they are made of.
    """
    wanted: set[int] = set()
    ahead = [abs(each) for each in literals]
    while ahead:
        number = ahead.pop()
        if number not in wanted and number not in without:
            wanted.add(number)
            gate = gates[number - 1]
            if isinstance(gate, And | AtLeast):
                ahead.extend(map(abs, gate.of))
            elif isinstance(gate, SumAtLeast):
                ahead.extend(abs(each.when) for each in gate.of)
    for number in sorted(wanted):
        yield number, gates[number - 1]


def numbers_of(gate: Gate) -> Iterator[NumberVar]:
    """Yield the numbers to be chosen that a gate compares."""
    if isinstance(gate, AtMost):
        yield from numbers_in(gate.left)
        yield from numbers_in(gate.right)
    elif isinstance(gate, SumAtLeast):
        for each in gate.of:
            if each.number is not None:
                yield from numbers_in(each.number)
    elif isinstance(gate, Reached):
        yield from numbers_in(gate.start)
        yield from numbers_in(gate.amount)


def numbers_in(term: Term) -> Iterator[NumberVar]:
    """Yield the numbers to be chosen that a term is made of."""
    match term:
        case NumberVar():
            yield term
        case Shift(start, amount):
            yield from numbers_in(start)
            yield from numbers_in(amount)
        case Const():
            return
        case _:
            assert_never(term)

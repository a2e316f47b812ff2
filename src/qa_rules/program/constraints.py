"""Comparisons of numbers, made of linear constraints over facts, thresholds over tests, and connectives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, gcd, lcm, prod
from typing import Final, TypeVar, assert_never

import attrs

from qa_rules.errors import Place
from qa_rules.model import expressions as ex
from qa_rules.program.guards import never_not_met

MOST_PARTS: Final = 64
"""Into so many sums a comparison may come apart, by the least and the greatest in it, or by its tests."""
MOST_WEIGHT: Final = 4_000
"""What the tests of a sum may weigh together, in the largest unit of which each weighs a whole number."""


class UnsetError(Exception):
    """A number turns on a setting that nobody gave."""

    def __init__(self, name: str) -> None:
        self.name = name


class TooLargeError(Exception):
    """A comparison is too large to be worked out."""


@attrs.frozen
class Steps:
    """What a decision table gives: one of some numbers."""

    values: tuple[Fraction, ...]
    """From the least to the greatest."""
    tests: tuple[ex.Expr, ...]
    """Of each but the least, whether it is given, or a greater one."""
    same: tuple[ex.Expr, ...] = ()
    """Of each, whether just this is given, where the number is asked to be just so much."""

    def ways(self, factor: Fraction) -> Iterator[tuple[tuple[ex.Expr, ...], Fraction]]:
        """Yield each number so many times, with what holds where it comes to that or more."""
        for at, value in enumerate(self.values):
            if factor > 0:
                yield self.tests[at - 1 : at] if at else (), factor * value
            else:
                yield tuple(map(_opposite, self.tests[at : at + 1])), factor * value


@attrs.frozen
class Line:
    """A constant, and facts, tests, counts of records and what tables give, so many times each."""

    constant: Fraction = Fraction(0)
    facts: Mapping[ex.Weighted, Fraction] = attrs.field(factory=dict)
    tests: Mapping[ex.Expr, Fraction] = attrs.field(factory=dict)
    counts: Mapping[ex.OfRecords, Fraction] = attrs.field(factory=dict)
    steps: Mapping[Steps, Fraction] = attrs.field(factory=dict)
    only_when: tuple[ex.Expr, ...] = ()
    """It is no value but where these are met."""


@attrs.frozen
class Extreme:
    """The least or the greatest of some numbers."""

    greatest: bool
    parts: tuple[Form, ...]


Form = Line | Extreme
T = TypeVar("T", ex.Weighted, ex.Expr, ex.OfRecords, Steps)


def plus(one: Form, other: Form) -> Form:
    """Return a sum, the least and the greatest outside."""
    if isinstance(one, Extreme):
        return Extreme(one.greatest, tuple(plus(each, other) for each in one.parts))
    if isinstance(other, Extreme):
        return plus(other, one)
    return Line(
        one.constant + other.constant,
        _added(one.facts, other.facts),
        _added(one.tests, other.tests),
        _added(one.counts, other.counts),
        _added(one.steps, other.steps),
        (*one.only_when, *other.only_when),
    )


def times(factor: Fraction, form: Form) -> Form:
    """Return a number so many times."""
    if isinstance(form, Extreme):
        return Extreme(form.greatest is (factor >= 0), tuple(times(factor, each) for each in form.parts))
    return Line(
        form.constant * factor,
        {each: number * factor for each, number in form.facts.items()},
        {each: number * factor for each, number in form.tests.items()},
        {each: number * factor for each, number in form.counts.items()},
        {each: number * factor for each, number in form.steps.items()},
        form.only_when,
    )


def _added(one: Mapping[T, Fraction], other: Mapping[T, Fraction]) -> Mapping[T, Fraction]:
    return {each: one.get(each, Fraction(0)) + other.get(each, Fraction(0)) for each in {**one, **other}}


def compared(form: Form, op: ex.Op, place: Place | None) -> ex.Expr:
    """Return: a number compares so with nothing. TooLargeError where that comes apart into too much."""
    if _size(form) > MOST_PARTS:
        raise TooLargeError(f"it comes apart into more than {MOST_PARTS} sums")
    opposite = times(Fraction(-1), form)
    match op:
        case ex.Op.AT_LEAST:
            found = _reached(form, False, place)
        case ex.Op.MORE:
            found = _reached(form, True, place)
        case ex.Op.AT_MOST:
            found = _reached(opposite, False, place)
        case ex.Op.LESS:
            found = _reached(opposite, True, place)
        case ex.Op.IS:
            found = _is_nothing(form, place)
        case _:
            assert_never(op)
    return _while_it_is_one(found, form, place)


def _is_nothing(form: Form, place: Place | None) -> ex.Expr:
    """The number is nothing; of what a table gives, each number for itself, for there is none between two of them."""
    if isinstance(form, Line) and any(form.steps.values()):
        (steps, factor), *rest = ((each, number) for each, number in form.steps.items() if number)
        ways = []
        for there, value in zip(steps.same, steps.values, strict=True):
            line = attrs.evolve(form, constant=form.constant + factor * value, steps=dict(rest))
            ways.append(ex.AllOf((there, _is_nothing(line, place)), place=place))
        return ex.AnyOf(tuple(ways), place=place)
    if _is_never_nothing(form):
        return ex.Constant(False)
    both = (_reached(form, False, place), _reached(times(Fraction(-1), form), False, place))
    return ex.AllOf(both, place=place)


def _size(form: Form) -> int:
    if isinstance(form, Extreme):
        return sum(map(_size, form.parts))
    ways = prod(len(each.values) for each, factor in form.steps.items() if factor)
    numbers = form.facts or form.counts
    return ways * (prod(len(tests) + 1 for tests in _alike(form.tests).values()) if numbers else 1)


def _lines(form: Form) -> Iterator[Line]:
    if isinstance(form, Line):
        yield form
    else:
        for each in form.parts:
            yield from _lines(each)


def _while_it_is_one(expr: ex.Expr, form: Form, place: Place | None) -> ex.Expr:
    """The same while what it is about is a number: nothing that it uses may be none, and something is counted."""
    parts = [each for line in _lines(form) for each in line.facts if each.may_be_none]
    if isinstance(expr, ex.Linear) and set(parts) <= set(expr.sum):
        parts = []
    given: list[ex.Expr] = [ex.Given(each.term, place=place) for each in dict.fromkeys(parts)]
    needed = [*given, *dict.fromkeys(test for line in _lines(form) for test in line.only_when)]
    if not needed:
        return expr
    sure = never_not_met(needed[0] if len(needed) == 1 else ex.AllOf(tuple(needed), place=place))
    return ex.AllOf((ex.AnyOf((expr, ex.Not(sure)), place=place), sure), place=place)


def _is_never_nothing(form: Form) -> bool:
    """Whether a sum of whole numbers steps over nothing, whatever they are."""
    if isinstance(form, Extreme) or form.tests or form.counts or not form.facts:
        return False
    unit = lcm(*(each.denominator for each in (form.constant, *form.facts.values())))
    factors = [int(each * unit) for each in form.facts.values() if each]
    step = gcd(*factors)
    whole = all(each.whole for each, factor in form.facts.items() if factor)
    return whole and step > 0 and int(form.constant * unit) % step != 0


def _reached(form: Form, strictly: bool, place: Place | None) -> ex.Expr:
    """The number is at least nothing, or more."""
    if isinstance(form, Extreme):
        parts = tuple(_reached(each, strictly, place) for each in form.parts)
        return (ex.AnyOf if form.greatest else ex.AllOf)(parts, place=place)
    steps = {each: factor for each, factor in form.steps.items() if factor}
    if steps:
        return _stepwise(form, *next(iter(steps.items())), strictly, place)
    facts = {each: n for each, n in form.facts.items() if n}
    tests = {each: n for each, n in form.tests.items() if n}
    counts = {each: n for each, n in form.counts.items() if n}
    groups, constant = _alike(tests), form.constant
    constant += sum((worth for worth in tests.values() if worth < 0), Fraction(0))
    if facts or counts:
        numbers = attrs.evolve(form, facts=facts, tests={}, counts=counts)
        return _mixed(list(groups.items()), numbers, constant, strictly, place)
    return _threshold(groups, -constant, strictly, place)


def _stepwise(form: Line, steps: Steps, factor: Fraction, strictly: bool, place: Place | None) -> ex.Expr:
    """What a table gives comes to so much, or more, and with that the rest is enough."""
    rest = {each: number for each, number in form.steps.items() if each != steps}
    ways = []
    for there, worth in steps.ways(factor):
        line = attrs.evolve(form, constant=form.constant + worth, steps=rest)
        ways.append(ex.AllOf((*there, _reached(line, strictly, place)), place=place))
    return ex.AnyOf(tuple(ways), place=place)


def _alike(tests: Mapping[ex.Expr, Fraction]) -> dict[Fraction, list[ex.Expr]]:
    """Tests by what they are worth; what is worth less than nothing, as its opposite."""
    found: dict[Fraction, list[ex.Expr]] = {}
    for test, worth in tests.items():
        if worth:
            found.setdefault(abs(worth), []).append(test if worth > 0 else _opposite(test))
    return found


def _opposite(test: ex.Expr) -> ex.Expr:
    return test.operand if isinstance(test, ex.Not) else ex.Not(test, place=test.place)


def _threshold(
    groups: Mapping[Fraction, list[ex.Expr]], least: Fraction, strictly: bool, place: Place | None
) -> ex.Expr:
    """Tests weigh so much together: a pseudo-Boolean constraint. One that weighs more stands there several times."""
    if not groups:
        return ex.Constant(least < 0 or (least == 0 and not strictly), place=place)
    unit = Fraction(gcd(*(each.numerator for each in groups)), lcm(*(each.denominator for each in groups)))
    count = floor(least / unit) + 1 if strictly else ceil(least / unit)
    most = max(count, 1)
    weights = [(min(int(worth / unit), most), test) for worth, tests in groups.items() for test in tests]
    total = sum(weight for weight, _ in weights)
    if count <= 0 or count > total:
        return ex.Constant(count <= 0, place=place)
    if total > MOST_WEIGHT:
        raise TooLargeError("its tests differ too finely in what they are worth")
    operands = tuple(test for weight, test in weights for _ in range(weight))
    if count == 1:
        return ex.AnyOf(tuple(dict.fromkeys(operands)), place=place)
    if count == total:
        return ex.AllOf(tuple(dict.fromkeys(operands)), place=place)
    return ex.AtLeast(count, operands, place=place)


def _mixed(
    groups: Sequence[tuple[Fraction, list[ex.Expr]]],
    numbers: Line,
    constant: Fraction,
    strictly: bool,
    place: Place | None,
) -> ex.Expr:
    """Numbers and tests together: for each number of tests alike that may hold, what the numbers then have to be."""
    if not groups:
        if not numbers.counts:
            return _line(numbers.facts, constant, strictly, place)
        return _over_records(numbers, constant, strictly, place)
    (worth, tests), *rest = groups
    ways = []
    for count in range(len(tests) + 1):
        then = _mixed(rest, numbers, constant + count * worth, strictly, place)
        enough = ex.AtLeast(count, tuple(tests), place=place)
        ways.append(ex.AllOf((enough, then), place=place) if count else then)
    return ex.AnyOf(tuple(ways), place=place)


def _line(
    facts: Mapping[ex.Weighted, Fraction], constant: Fraction, strictly: bool, place: Place | None
) -> ex.Expr:
    """The sum of some facts, each so many times, and a constant is at least nothing, or more."""
    unit = lcm(*(each.denominator for each in (constant, *facts.values())))
    factors = {each: int(factor * unit) for each, factor in facts.items()}
    least = int(-constant * unit)
    if all(each.whole for each in factors):
        step = gcd(*factors.values())
        factors = {each: factor // step for each, factor in factors.items()}
        least = least // step + 1 if strictly else -(-least // step)
        strictly = False
    if len(factors) == 1:
        ((part, factor),) = factors.items()
        limit = exact(Fraction(least, factor))
        if limit is not None:
            up = ex.Op.MORE if strictly else ex.Op.AT_LEAST
            bound = int(limit) if part.whole else limit
            return ex.Compare(part.term, up if factor > 0 else up.mirrored, ex.Literal(bound), place=place)
    parts = tuple(attrs.evolve(each, factor=factor) for each, factor in factors.items())
    return ex.Linear(parts, least, strictly, place=place)


def exact(number: Fraction) -> Decimal | None:
    """Return a number as a decimal, None where it is none."""
    rest, places = number.denominator, 0
    while rest % 10 == 0 or rest % 5 == 0 or rest % 2 == 0:
        rest = rest // 10 if rest % 10 == 0 else rest // 5 if rest % 5 == 0 else rest // 2
        places += 1
    # From text, for arithmetic on decimal numbers rounds to 28 digits.
    return Decimal(f"{int(number * 10**places)}E-{places}") if rest == 1 else None


def _over_records(numbers: Line, constant: Fraction, strictly: bool, place: Place | None) -> ex.Expr:
    """What records and facts come to, and a constant, is at least nothing, or more."""
    if len(numbers.counts) == 1 and not numbers.facts:
        ((counted, factor),) = numbers.counts.items()
        if counted.amount is None:
            return _counted(counted, factor, constant, strictly, place)
    unit = lcm(*(each.denominator for each in (constant, *numbers.facts.values(), *numbers.counts.values())))
    return ex.Total(
        tuple(attrs.evolve(each, factor=int(factor * unit)) for each, factor in numbers.counts.items()),
        tuple(attrs.evolve(each, factor=int(factor * unit)) for each, factor in numbers.facts.items()),
        int(-constant * unit),
        strictly,
        place=place,
    )


def _counted(
    counted: ex.OfRecords, factor: Fraction, constant: Fraction, strictly: bool, place: Place | None
) -> ex.Expr:
    """How many records there are, so many times, and a constant is at least nothing, or more."""
    limit = -constant / factor
    if factor > 0:
        count = floor(limit) + 1 if strictly else ceil(limit)
    else:  # at most so many: not one more
        count = ceil(limit) if strictly else floor(limit) + 1
    if count <= 0:
        return ex.Constant(factor > 0, place=place)
    many = ex.Quantified(ex.Count.AT_LEAST, count, counted.collection, counted.where, None, place=place)
    return many if factor > 0 else ex.Not(many, place=place)

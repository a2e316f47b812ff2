"""The definition once more, written apart from the library: three values, no strengths, no pairs.

`worth` says of an expression whether it holds, does not, or is not known, when every fact that stands in `Known` is
simply known. Masking what is weaker than a strength and asking again is what *met at that strength* means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import Any

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Constant,
    Count,
    Empty,
    Expr,
    Fact,
    Field,
    Given,
    Includes,
    Inclusion,
    Later,
    Linear,
    Literal,
    Named,
    Not,
    On,
    OneOf,
    OnlyWhen,
    Op,
    Parameter,
    Quantified,
    Reference,
    Sided,
    Term,
    Together,
    Total,
    Unset,
    Weighted,
    Within,
)
from qa_rules.model.values import NONE
from qa_rules.semantics.dates import later
from qa_rules.semantics.snapshot import Held, HeldRecord, HeldRecords, Known

Truth = bool | None


def masked(known: Known, strength: int) -> Known:
    """Take everything weaker than a strength as unknown: values, fields, records, and that a list is whole."""

    def whole(held: Held) -> Held:
        return Held(held.value, held.strength, held.whole if held.whole >= strength else 0)

    def kept(values: Mapping[str, Held]) -> dict[str, Held]:
        return {name: whole(held) for name, held in values.items() if held.strength >= strength}

    lists = {
        name: HeldRecords(
            tuple(
                HeldRecord(kept(record.fields), record.strength)
                for record in given.records
                if record.strength >= strength
            ),
            given.whole if given.whole >= strength else 0,
        )
        for name, given in known.collections.items()
    }
    return Known(kept(known.values), lists, known.on, known.calendar)


def every(truths: Iterable[Truth]) -> Truth:
    """Any no wins, then not known, then yes."""
    found = list(truths)
    return False if False in found else None if None in found else True


def some(truths: Iterable[Truth]) -> Truth:
    """The mirror."""
    return opposite(every(opposite(each) for each in truths))


def opposite(truth: Truth) -> Truth:
    """Not."""
    return None if truth is None else not truth


def enough(count: int, truths: Iterable[Truth]) -> Truth:
    """At least `count` hold."""
    found = list(truths)
    if found.count(True) >= count:
        return True
    return None if found.count(True) + found.count(None) >= count else False


def worth(
    expr: Expr,
    known: Known,
    nodes: Mapping[str, Truth],
    graded: Callable[[Reference], Truth],
    record: Any = None,
) -> Truth:
    """Whether the expression holds. `graded` answers references at a strength."""

    def of(inner: Expr) -> Truth:
        return worth(inner, known, nodes, graded, record)

    def value(term: Term) -> Any:
        return _value(term, known, record)

    match expr:
        case AllOf(operands):
            return every(map(of, operands))
        case AnyOf(operands):
            return some(map(of, operands))
        case AtLeast(count, operands):
            return enough(count, map(of, operands))
        case Not(operand):
            return opposite(of(operand))
        case OnlyWhen(condition, operand):
            return some([opposite(of(condition)), of(operand)])
        case Constant(holds):
            return holds
        case Sided(_, met, unmet):
            return True if of(met) else False if of(unmet) else None
        case Reference(name, _, None):
            return nodes[name]
        case Reference():
            return graded(expr)
        case Quantified() | Together():
            return _of_records(expr, known, lambda inner, each: worth(inner, known, nodes, graded, each))
        case Given(term):
            found = value(term)
            return None if found is None else found.value is not NONE
        case Within(moment, start, amount, unit):
            return _within(value(moment), value(start), value(amount), unit, known)
        case Compare(left, op, right, ranks):
            return _compared(value(left), op, value(right), ranks)
        case OneOf(item, options):
            return _of_two(value(options), value(item), lambda: has(value(options), value(item).value))
        case Includes(whole, how, items, count):
            first, second = value(whole), value(items)
            return _of_two(first, second, lambda: _includes(first, how, second, count))
        case Linear(parts, least, strictly):
            return _linear(parts, least, strictly, value)
        case Total():
            return _total(expr, known, value, lambda inner, each: worth(inner, known, nodes, graded, each))
        case Empty(whole):
            found = value(whole)
            return _of_two(found, found, lambda: False if found.value else True if found.whole else None)
        case _:
            raise AssertionError(expr)


def _linear(
    parts: Iterable[Weighted], least: int | Decimal, strictly: bool, value: Callable[[Term], Any]
) -> Truth:
    """Whether a sum reaches so much at both of its ends, or at neither."""
    ends: list[list[Any]] = [[], []]
    for part in parts:
        found = value(part.term)
        if (found is None and part.may_be_none) or (found is not None and found.value is NONE):
            return None
        low, high = (part.least, part.most) if found is None else (found.value, found.value)
        low, high = -inf if low is None else Fraction(low), inf if high is None else Fraction(high)
        for at, end in enumerate(sorted(each * int(part.factor) for each in (low, high))):
            ends[at].append(end)
    reached = [sum(end) > least if strictly else sum(end) >= least for end in ends]
    return reached[0] if reached[0] == reached[1] else None


def _total(
    expr: Total, known: Known, value: Callable[[Term], Any], of: Callable[[Expr, HeldRecord], Truth]
) -> Truth:
    """Whether a sum reaches so much at both ends: every record that counts, and those that may as is worst or best."""
    ends: list[Any] = [Fraction(0), Fraction(0)]

    def add(low: Any, high: Any) -> None:
        ends[:] = ends[0] + low, ends[1] + high

    def spread(part: Weighted | None, held: Held | None) -> tuple[Any, Any] | None:
        if part is None:
            return Fraction(1), Fraction(1)
        if (held is None and part.may_be_none) or (held is not None and held.value is NONE):
            return None
        low, high = (part.least, part.most) if held is None else (held.value, held.value)
        ends: list[Any] = [low, high]
        return -inf if low is None else Fraction(ends[0]), inf if high is None else Fraction(ends[1])

    for number in expr.sum:
        found = spread(number, value(number.term))
        if found is None:
            return None
        add(*sorted(each * int(number.factor) if each else each for each in found))
    for part in expr.records:
        records, whole = known.collections.get(part.collection, HeldRecords((), 0))
        listed: list[Any] = [(each, True if part.where is None else of(part.where, each)) for each in records]
        for record, selected in [*listed, *([] if whole else [(None, None)])]:
            if selected is False:
                continue
            held = None if record is None or part.amount is None else record.fields.get(part.amount.term.name)
            found = spread(part.amount, held)
            if found is None:
                return None
            low, high = found
            if record is None:  # any number of others
                low, high = (-inf if low < 0 else 0, inf if high > 0 else 0)
            elif selected is None or not record.strength:
                low, high = min(low, 0), max(high, 0)
            add(*sorted(each * int(part.factor) if each else each for each in (low, high)))
    reached = [end > expr.least if expr.strictly else end >= expr.least for end in ends]
    return reached[0] if reached[0] == reached[1] else None


def _value(term: Term, known: Known, record: HeldRecord | None) -> Held | None:
    match term:
        case Fact(name):
            return known.values.get(name)
        case Field(_, name):
            assert record is not None
            return record.fields.get(name)
        case Literal(value):
            return Held(value, 3, 3)
        case On():
            return Held(known.on, 3, 3)
        case Later(start, amount, unit):
            first, span = _value(start, known, record), _value(amount, known, record)
            if not (_usable(first) and _usable(span)):
                return None
            assert first is not None
            assert span is not None
            day = later(first.value, span.value, unit, known.calendar)  # type: ignore[arg-type]
            return None if day is None else Held(day, 3, 3)
        case Parameter() | Unset() | Named():
            return None


def _usable(held: Held | None) -> bool:
    return held is not None and held.value is not NONE


def _of_two(first: Held | None, second: Held | None, test: Callable[[], Truth]) -> Truth:
    return test() if _usable(first) and _usable(second) else None


def _compared(left: Held | None, op: Op, right: Held | None, ranks: tuple[str, ...]) -> Truth:
    if not (_usable(left) and _usable(right)):
        return None
    a: Any = left.value  # type: ignore[union-attr]
    b: Any = right.value  # type: ignore[union-attr]
    if ranks:
        a, b = ranks.index(a), ranks.index(b)
    less, same = bool(op is not Op.IS and a < b), bool(a == b)
    return {
        Op.IS: same,
        Op.LESS: less,
        Op.AT_MOST: less or same,
        Op.AT_LEAST: not less,
        Op.MORE: not less and not same,
    }[op]


def _within(moment: Held | None, start: Held | None, amount: Held | None, unit: Any, known: Known) -> Truth:
    begun = _compared(moment, Op.AT_LEAST, start, ())
    if not begun or start is None or not _usable(amount):
        return None if begun else begun
    last = later(start.value, amount.value, unit, known.calendar)  # type: ignore[arg-type, union-attr]
    return None if last is None else _compared(moment, Op.AT_MOST, Held(last, 3, 3), ())


def has(held: Held, item: object) -> Truth:
    """Whether a set, or the set of one single value, has the item. What is not listed may be missing."""
    if held.value is NONE:
        return None
    if not isinstance(held.value, frozenset):
        return held.value == item
    return True if item in held.value else False if held.whole else None


def _includes(whole: Held, how: Inclusion, items: Held, count: int) -> Truth:
    assert isinstance(items.value, frozenset)
    unlisted: Truth = False if items.whole else None
    found = [has(whole, item) for item in items.value]
    match how:
        case Inclusion.ALL:
            return _all_listed(found, items)
        case Inclusion.ONLY:
            assert isinstance(whole.value, frozenset)
            return _all_listed([has(items, item) for item in whole.value], whole)
        case Inclusion.ANY:
            return some([*found, unlisted])
        case Inclusion.AT_LEAST:
            return enough(count, [*found, *([unlisted] * count)])


def _all_listed(found: list[Truth], listed: Held) -> Truth:
    """Every item of a set does: known only of a whole set, and of nothing nothing is known."""
    return every([*found, True if found and listed.whole else None])


def _of_records(expr: Quantified | Together, known: Known, of: Callable[[Expr, HeldRecord], Truth]) -> Truth:
    records, whole = known.collections.get(expr.collection, HeldRecords((), 0))
    chosen = [
        (each, True if expr.where is None else of(expr.where, each)) for each in records if each.strength
    ]
    others: Truth = False if whole else None
    if isinstance(expr, Together):
        target = _value(expr.target, known, None)
        if not _usable(target):
            return None
        assert target is not None
        assert isinstance(target.value, frozenset)
        fields = [(chosen_, each.fields.get(expr.field)) for each, chosen_ in chosen]

        def covered(item: str) -> Truth:
            by = [every([chosen_, None if held is None else has(held, item)]) for chosen_, held in fields]
            return some([*by, others])

        return _all_listed([covered(item) for item in target.value], target)
    body = [(chosen_, True if expr.body is None else of(expr.body, each)) for each, chosen_ in chosen]
    both = [every(pair) for pair in body]
    if expr.count is Count.EVERY:
        kept = every(some([opposite(chosen_), does]) for chosen_, does in body)
        something = expr.empty_is_met or True in [chosen_ for chosen_, _ in body]
        return every([kept, True if whole and something else None])
    number = 1 if expr.count is Count.SOME else expr.number
    return enough(number, [*both, *([others] * number)])

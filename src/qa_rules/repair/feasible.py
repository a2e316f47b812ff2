"""What a fact may become when things are put right.

Nothing that is past is made to have happened otherwise, and nothing is given up for the sake of a rule: a yes is not
taken back, what a set holds stays in it, and a fact with a `direction` moves that way only. What is not known may
turn out to be anything.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from qa_rules.explain.critical_values import Subject, candidates
from qa_rules.model.expressions import Compare, Expr, Fact, Field, Later, Within, terms, walk
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.values import NONE, Value
from qa_rules.repair.grounded import Grounded
from qa_rules.repair.sites import Spot
from qa_rules.semantics.snapshot import Known

LESS, MORE = "less_is_better", "more_is_better"


def worth_trying(
    declared: FactDeclaration, subject: Subject, spots: Iterable[Spot], goal: Grounded, known: Known
) -> tuple[tuple[Value, ...], bool]:
    """Return the values that make a difference to some tests, and whether any other fares like one of them.

    A number or day that is compared with fields, such as the limit within which each enquiry is answered, has the
    values that make a difference to each record.
    """
    at: dict[tuple[str, int] | None, list[Expr]] = {}
    looks_inside = isinstance(subject, Field) or declared.type.is_number or declared.type is FactType.DATE
    for each in spots:
        given = each.collection and each.place < goal.given[each.collection]
        place = (each.collection, each.place) if looks_inside and given else None
        at.setdefault(place, []).append(each.expr)
    found: dict[Value, None] = {}
    exact = True
    for place, tests in at.items() or [(None, [])]:
        record = None if place is None else goal.record(*place, known, {})
        values, all_there = candidates(declared, subject, tests, known, record)
        found.update(dict.fromkeys(values))
        exact = exact and all_there
    if len(at) > 1 and declared.type.is_number:
        return tuple(sorted(found, key=_in_order)), exact
    return tuple(found), exact


def _in_order(value: Value) -> tuple[int, Decimal]:
    return (1, Decimal(0)) if value is NONE else (0, Decimal(str(value)))


def learned(values: Iterable[Value], on: datetime.date, is_new: bool) -> list[Value]:
    """Return what something not known may turn out to be; a date of a record that is new comes no sooner than `on`."""
    return _near([each for each in values if not is_new or not _is_before(each, on)], None, on)


def changed(
    declared: FactDeclaration,
    values: Sequence[Value],
    held: Value,
    on: datetime.date,
    stays_past: bool,
) -> list[Value]:
    """Return what a known value may become, itself first, then the nearest.

    `stays_past`: it says when something happened, or by which limit that is judged. Where there is none it can be set.
    """
    if isinstance(held, frozenset) and declared.direction != LESS:
        values = [*values, *(held | each for each in values if isinstance(each, frozenset))]
    if stays_past and (held < on if isinstance(held, datetime.date) else held is not NONE):
        return [held]
    found = [
        each
        for each in dict.fromkeys(values)
        if each != held and not _is_before(each, on) and _is_onward(declared, held, each)
    ]
    return [held, *_near(found, held, on)]


def is_history(name: str, exprs: Iterable[Expr], vocabulary: Vocabulary) -> bool:
    """Whether a date in a record is compared with another date: then it says when something happened.

    A date of its own says when something was last done, or until when it lasts: it can be done again, or renewed. So
    can a date in a record that is compared with the day of the assessment only.
    """
    for inner in (inner for expr in exprs for inner in walk(expr)):
        looked_at = [each for each in terms(inner) if isinstance(each, Fact | Field)]
        if not any(isinstance(each, Field) and each.name == name for each in looked_at):
            continue
        for each in looked_at:
            if isinstance(each, Fact):
                kind = vocabulary.scalars[each.name].type
            else:
                kind = vocabulary.collections[each.collection].fields[each.name].type
            if kind is FactType.DATE and not (isinstance(each, Field) and each.name == name):
                return True
    return False


def is_limit(subject: Subject, exprs: Iterable[Expr]) -> bool:
    """Whether a number is a span of time within which what a record tells has to have happened."""
    return any(
        each.amount == subject and isinstance(each.start, Field)
        for expr in exprs
        for inner in walk(expr)
        for each in (inner, *(_laters(inner)))
        if isinstance(each, Within | Later)
    )


def _laters(expr: Expr) -> Iterator[Later]:
    if isinstance(expr, Compare):
        yield from (each for each in (expr.left, expr.right) if isinstance(each, Later))


def _is_before(value: Value, on: datetime.date) -> bool:
    return isinstance(value, datetime.date) and value < on


def _is_onward(declared: FactDeclaration, held: Value, value: Value) -> bool:
    """Whether nothing is given up."""
    if held is NONE:
        return True
    if value is NONE:
        return False
    less = declared.direction == LESS
    if isinstance(held, bool):
        return held is less
    if isinstance(held, frozenset) and isinstance(value, frozenset):
        return value < held if less else value > held
    if declared.direction and declared.ordered:
        options = list(declared.options)
        return (options.index(str(value)) < options.index(str(held))) is less
    if declared.direction and declared.type.is_number:
        return (value < held) is less  # type: ignore[operator]
    return True


def _near(values: Iterable[Value], held: Value | None, on: datetime.date) -> list[Value]:
    """The nearest first: of dates today, then the days to come, then those past; none at last."""

    def distance(value: Value) -> tuple[int, int | Decimal]:
        if value is NONE:
            return 2, 0
        if isinstance(value, datetime.date):
            return int(value < on), abs((value - on).days)
        if isinstance(value, frozenset) and isinstance(held, frozenset):
            return 0, len(value ^ held)
        if isinstance(value, int | Decimal) and isinstance(held, int | Decimal):
            return 0, value - held if value > held else held - value
        return 0, 0

    return sorted(values, key=distance)

"""What a test comes to in every way in which what is not known can turn out: the definition of a settled leaf.

Written apart from the library. A fact that is not known is given each value of a small pool that holds all that matters
(everything within its bounds, each option, codes that nobody mentioned), a partial set each set that holds it. One
that may be none may turn out to be none, of which nothing but `is given` is known. What all ways agree on is so.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain, combinations, product

from qa_rules.model.expressions import Fact, Field, Given, Leaf, Literal, spans, terms
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.values import NONE, Value
from qa_rules.semantics.dates import later
from qa_rules.semantics.snapshot import Held, HeldRecord, Known
from tests.semantics.definition import Truth, worth

_MOST_WAYS = 200_000
_UNHEARD_OF = ("unheard of", "as little", "nor this", "nor that")
"""Codes that nobody mentioned: as many as are asked for at least."""


def certain(leaf: Leaf, known: Known, vocabulary: Vocabulary, record: HeldRecord | None = None) -> Truth:
    """Whether a leaf holds in all ways or in none. `is given` is about what is known, so it is taken as it is."""
    if isinstance(leaf, Given):
        return worth(leaf, known, {}, _no_references, record)
    asked = list(dict.fromkeys(each for each in terms(leaf) if isinstance(each, Fact | Field)))
    found: set[Truth] = set()
    pool = _mentioned(leaf, known, record, vocabulary)
    ways = [list(_ways(term, known, record, vocabulary, pool)) for term in asked]
    count = 1
    for each in ways:
        count *= len(each)
    assert count <= _MOST_WAYS, "too many ways to try"
    for way in product(*ways):
        values, fields = dict(known.values), dict(record.fields) if record is not None else {}
        for term, held in zip(asked, way, strict=True):
            (values if isinstance(term, Fact) else fields)[term.name] = held
        whole = Known(values, known.collections, known.on, known.calendar)
        found.add(worth(leaf, whole, {}, _no_references, None if record is None else HeldRecord(fields, 3)))
        if len(found) > 1 or None in found:
            return None
    return found.pop()


def _no_references(reference: object) -> Truth:
    raise AssertionError(reference)


def _held(term: Fact | Field, known: Known, record: HeldRecord | None) -> Held | None:
    if isinstance(term, Fact):
        return known.values.get(term.name)
    assert record is not None
    return record.fields.get(term.name)


def _ways(
    term: Fact | Field,
    known: Known,
    record: HeldRecord | None,
    vocabulary: Vocabulary,
    pool: frozenset[Value],
) -> Iterator[Held]:
    held = _held(term, known, record)
    declared = _declared(term, vocabulary)
    if held is not None and (held.value is NONE or not declared.type.is_set or held.whole):
        yield held
        return
    if held is None and declared.may_be_none:
        yield Held(NONE, 3, 3)
    values: Iterable[Value] = could_be(declared, pool)
    if declared.type.is_set:
        least = frozenset() if held is None else held.value
        assert isinstance(least, frozenset)
        values = (least | more for more in _subsets(item for item in values if item not in least))
    yield from (Held(value, 3, 3) for value in values)


def _subsets(items: Iterable[Value]) -> Iterator[frozenset[str]]:
    names = [str(each) for each in items]
    return map(frozenset, chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


def _mentioned(
    leaf: Leaf, known: Known, record: HeldRecord | None, vocabulary: Vocabulary
) -> frozenset[Value]:
    """Every value that stands in the leaf, is known of what it is about, or is an end of what a fact can be."""
    found: set[Value] = {known.on}
    for term in terms(leaf):
        held = _held(term, known, record) if isinstance(term, Fact | Field) else None
        value = term.value if isinstance(term, Literal) else None if held is None else held.value
        found |= value if isinstance(value, frozenset) else {value} if value is not None else set()
        if isinstance(term, Fact | Field):
            declared = _declared(term, vocabulary)
            found |= {each for each in (declared.least, declared.most) if each is not None}
    days = [each for each in found if isinstance(each, datetime.date)]
    amounts = {int(each) for each in found if isinstance(each, int | Decimal) and not isinstance(each, bool)}
    amounts |= {-each for each in amounts}
    units = {unit for _, unit in spans(leaf)}
    found |= {
        later(day, amount, unit, known.calendar) or day
        for day in days
        for amount in amounts
        for unit in units
    }
    if units:
        found |= {(one - other).days for one in days for other in days}
    return frozenset(found)


def _declared(term: Fact | Field, vocabulary: Vocabulary) -> FactDeclaration:
    if isinstance(term, Fact):
        return vocabulary.scalars[term.name]
    return vocabulary.collections[term.collection].fields[term.name]


def _moved(day: datetime.date, days: int) -> datetime.date:
    """So many days later, or the first or last day that there is."""
    number = day.toordinal() + days
    return datetime.date.fromordinal(min(max(number, 1), datetime.date.max.toordinal()))


def could_be(declared: FactDeclaration, pool: frozenset[Value]) -> list[Value]:
    """Return values that stand for all that a fact, or an item of it, can be."""
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return [True, False]
        case FactType.CHOICE | FactType.CHOICES:
            return list(declared.options)
        case FactType.CODE | FactType.CODES:
            return [*(each for each in pool if isinstance(each, str)), *_UNHEARD_OF]
        case FactType.DATE:
            days = [each for each in pool if isinstance(each, datetime.date)]
            return [
                *{_moved(each, step) for each in days for step in (-1, 0, 1)},
                _moved(min(days), -4000),
                _moved(max(days), 4000),
            ]
        case FactType.INTEGER | FactType.DECIMAL:
            return _numbers(declared, pool)
        case _:
            raise AssertionError(f"{declared.type} is asked for in no test but `is given`")


def _numbers(declared: FactDeclaration, pool: frozenset[Value]) -> list[Value]:
    ends = [each for each in (declared.least, declared.most) if each is not None]
    mentioned = [each for each in pool if isinstance(each, int | Decimal) and not isinstance(each, bool)]
    near = {Decimal(each) + step for each in (*ends, *mentioned, -9_000, 0, 9_000) for step in (-1, 0, 1)}
    kept = (
        each
        for each in sorted(near)
        if (declared.least is None or declared.least <= each)
        and (declared.most is None or each <= declared.most)
    )
    if declared.type is FactType.DECIMAL:
        return list(kept)
    return list(dict.fromkeys(int(each) for each in kept if each == int(each)))


def pair_of(
    leaf: Leaf, views: Mapping[int, Known], vocabulary: Vocabulary, records: Mapping[int, HeldRecord | None]
) -> tuple[int, int]:
    """Return how strongly a leaf holds and fails: with everything weaker than a strength not known, it does still."""
    truths = {
        strength: certain(leaf, known, vocabulary, records[strength]) for strength, known in views.items()
    }
    return tuple(  # type: ignore[return-value]
        max((strength for strength, truth in truths.items() if truth is wanted), default=0)
        for wanted in (True, False)
    )

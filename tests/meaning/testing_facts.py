"""What a test of facts comes to, by trying what those that are not known may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, combinations, product
from typing import Any, NamedTuple

from tests.meaning.believing import NONE, Believed, Declared, Plain, Value
from tests.meaning.days import later
from tests.meaning.reading import Term, Test, read

Truth = bool | None
_UNHEARD_OF = ("unheard of", "as little", "nor this")
_MANY = Decimal(60)


class Sight(NamedTuple):
    """What is seen of a subject: what is at least so strong, and counts by a day."""

    believed: Believed
    strength: int
    on: date
    counted: Callable[[Value], bool]
    settings: Mapping[str, Any]
    """Values of parameters that the policy or the ruleset gives."""
    parameters: Plain

    def seen(self, value: Value | None) -> Value | None:
        """A value, if it is strong enough and counts."""
        return value if value and value.strength >= self.strength and self.counted(value) else None


Record = Mapping[str, Value] | None


class _Side(NamedTuple):
    """What a side of a test may be: its values, or the least and most of them; not usable while it may be none."""

    declared: Plain
    known: Any
    usable: bool
    whole: bool = True


def leaf(text: str, sight: Sight, fields: Plain, record: Record) -> Truth:
    """Return whether a test holds, as far as is known. `fields` declares those of the record in hand."""
    test = read(text)
    found = _Leaf(test, sight, fields, record).worth()
    return found if found is None or not test.negated else not found


class _Leaf:
    def __init__(self, test: Test, sight: Sight, fields: Plain, record: Record) -> None:
        self.test, self.sight, self.fields, self.record = test, sight, fields, record
        self.declared: Declared = sight.believed.declared

    def worth(self) -> Truth:
        test, subject = self.test, self.test.subject.words
        match test.operator:
            case "exists":
                return leaf(f"{subject}.exists", self.sight, {}, None)
            case "covers":
                inside = ", ".join(each.words for each in test.others)
                return leaf(f"{subject}.covers includes all of {inside}", self.sight, {}, None)
            case "current":
                there = leaf(f"{subject}.exists", self.sight, {}, None)
                none = leaf(f"{subject}.review_due is not given", self.sight, {}, None)
                ahead = leaf(f"{subject}.review_due not before on", self.sight, {}, None)
                undue = True if True in (none, ahead) else False if none is ahead is False else None
                return False if False in (there, undue) else True if there and undue else None
            case "given":
                found = self._seen(subject)
                return None if found is None else found.value is not NONE
            case "within":
                return self._within()
            case _:
                return self._of_values()

    def _of_values(self) -> Truth:
        test = self.test
        side = self._side(test.subject)
        kind = side.declared["type"]
        if test.operator == "empty":
            return None if side.known is None or not side.usable else self._empty(side)
        if kind == "date":
            return self._ordered(self._dates(test.subject), self._dates(test.others[0]))
        if kind in ("integer", "decimal"):
            return self._number(side)
        return self._tried(side)

    # Sides

    def _own(self, name: str) -> Plain | None:
        return self.fields.get(name) or self.declared.scalars.get(name)

    def _seen(self, name: str) -> Value | None:
        if name in self.fields:
            return self.sight.seen((self.record or {}).get(name))
        return self.sight.seen(self.sight.believed.values.get(name))

    def _side(self, term: Term, like: Plain | None = None) -> _Side:
        """A side of the test; `like` declares what it is compared with, for what is written out."""
        name = term.words
        if name.startswith("policy."):
            declared = self.sight.parameters[name[7:]]
            found = self.sight.settings.get(name[7:])
            return _Side(declared, found, found is not None)
        options = (like or {}).get("options", {})
        declared = None if name in options else self._own(name)
        if declared is not None:
            held = self._seen(name)
            if held is None:
                return _Side(declared, None, not declared.get("may_be_none"), whole=False)
            return _Side(declared, held.value, held.value is not NONE, held.whole)
        if name == "on":
            return _Side({"type": "date"}, self.sight.on, usable=True)
        assert like is not None, self.test
        kind = like["type"].removesuffix("s")
        return _Side({"type": kind}, _literal(kind, name), usable=True)

    # Dates and numbers, by their bounds

    def _dates(self, term: Term) -> tuple[Any, Any] | None:
        """The first and last day that a side may be, each None where there is no end; None where nothing is known."""
        side = self._side(term, {"type": "date"})
        if side.known is None or not side.usable:
            return (None, None) if side.usable and not term.unit else None
        if not term.unit:
            return side.known, side.known
        spans = self._numbers(self._side(Term(term.amount), {"type": "integer"}))
        if spans is None or (term.unit == "working days" and spans[0] != spans[1]):
            return None
        ends = [
            None if each is None else later(side.known, int(each), term.unit, self.sight.believed.working)
            for each in spans
        ]
        if spans[0] == spans[1] and ends[0] is None:
            return None
        return ends[0], ends[1]

    @staticmethod
    def _numbers(side: _Side) -> tuple[Any, Any] | None:
        if not side.usable:
            return None
        if side.known is not None:
            return side.known, side.known
        least, most = side.declared.get("least"), side.declared.get("most")
        return (None if least is None else Decimal(str(least)), None if most is None else Decimal(str(most)))

    def _ordered(self, one: tuple[Any, Any] | None, other: tuple[Any, Any] | None) -> Truth:
        if one is None or other is None:
            return None
        (low, high), (least, most) = one, other
        below = high is not None and least is not None and high < least
        above = low is not None and most is not None and low > most
        match self.test.operator:
            case "is":
                same = None not in (low, least) and low == high == least == most
                return True if same else False if below or above else None
            case ">=":
                enough = low is not None and most is not None and low >= most
                return True if enough else False if below else None
            case "<=":
                enough = high is not None and least is not None and high <= least
                return True if enough else False if above else None
            case _:
                raise AssertionError(self.test)

    def _number(self, side: _Side) -> Truth:
        sides = [self._side(each, side.declared) for each in self.test.others]
        if self.test.operator != "one of":
            return self._ordered(self._numbers(side), self._numbers(sides[0]))
        among = {each.known for each in sides}
        if not side.usable:
            return None
        if side.known is not None:
            return side.known in among
        low, high = self._numbers(side) or (None, None)
        inside = {each for each in among if (low is None or each >= low) and (high is None or each <= high)}
        every = low is not None and high is not None and high - low < _MANY and len(inside) == high - low + 1
        return True if every else None if inside else False

    def _within(self) -> Truth:
        test = self.test
        moment, start = self._dates(test.subject), self._dates(test.others[0])
        if moment is None or start is None or moment[0] is None or start[0] is None:
            return None
        if start[0] != start[1]:
            return None
        if moment[0] < start[0]:
            return False
        spans = self._numbers(self._side(Term(test.span.amount), {"type": "integer"}))
        if spans is None:
            return None
        working, unit = self.sight.believed.working, test.span.unit
        first, last = (None if each is None else later(start[0], int(each), unit, working) for each in spans)
        if first is not None and moment[0] <= first:
            return True
        if unit == "working days" and spans[0] != spans[1]:
            return None
        return False if last is not None and moment[0] > last else None

    # Choices, codes and sets, by trying

    @staticmethod
    def _empty(side: _Side) -> Truth:
        return False if side.known else True if side.whole else None

    def _tried(self, side: _Side) -> Truth:
        """What the test comes to in every way in which both sides can turn out; None where that differs."""
        others = self.test.others
        own = [self._side(each, side.declared) for each in others]
        if any(not each.usable for each in (side, *own)):
            return None
        is_set = own[0].declared["type"] in ("choices", "codes") if len(own) == 1 else False
        written = frozenset(str(each.known) for each in own)
        many = self.test.operator in ("one of", "all", "any", "some", "only")
        right = own[0] if is_set or not many else _Side({"type": side.declared["type"]}, written, usable=True)
        heard = [each.known for each in (side, right) if each.known is not None]
        pool = {item for each in heard for item in (each if isinstance(each, frozenset) else [each])}
        found = {self._holds(one, two) for one, two in product(_ways(side, pool), _ways(right, pool))}
        return found.pop() if len(found) == 1 else None

    def _holds(self, one: Any, two: Any) -> Truth:
        match self.test.operator:
            case "is":
                return bool(one == two)
            case ">=" | "<=":
                order = list(self._side(self.test.subject).declared["options"])
                a, b = order.index(one), order.index(two)
                return a >= b if self.test.operator == ">=" else a <= b
            case "one of":
                return bool(one in two)
            case "all":
                return bool(two <= one) if two else None
            case "only":
                return bool(one <= two) if one else None
            case "any":
                return bool(one & two)
            case "some":
                return len(one & two) >= self.test.number
            case _:
                raise AssertionError(self.test)


def set_named(test: Test, sight: Sight) -> tuple[frozenset[str], bool] | None:
    """Return the set that a test asks for, and whether it is whole; None while it is not known."""
    if len(test.others) == 1:
        side = _Leaf(test, sight, {}, None)._side(test.others[0], {"type": "codes", "options": {}})
        if not side.usable or side.known is None:
            return None
        if isinstance(side.known, frozenset):
            return side.known, side.whole
    return frozenset(each.words for each in test.others), True


def _ways(side: _Side, pool: set[Any]) -> Sequence[Any]:
    kind, known = side.declared["type"], side.known
    if known is not None and side.whole:
        return [known]
    items: Iterable[Any] = side.declared.get("options") or [*pool, *_UNHEARD_OF]
    if kind in ("yes_no", "judgement"):
        items = [True, False]
    if kind not in ("choices", "codes"):
        return [known] if known is not None else list(items)
    least = known or frozenset()
    more = [each for each in items if each not in least]
    return [least | set(each) for each in _subsets(more)]


def _subsets(items: Sequence[Any]) -> Iterable[Iterable[Any]]:
    return chain.from_iterable(combinations(items, size) for size in range(len(items) + 1))


def _literal(kind: str, words: str) -> Any:
    if kind in ("yes_no", "judgement"):
        return words == "yes"
    if kind in ("integer", "decimal"):
        return Decimal(words)
    return date.fromisoformat(words) if kind == "date" else words

"""Facts that are written as they usually are, read at a look: what is odd is left to the reader that explains.

A vocabulary is compiled into tables of what each fact takes. Evidence is read once for all values that have the same,
however many subjects they are of: a look into a table says that its words and days are those of before. Nothing is
taken here that the other reader would not take, or would take otherwise: that is a property test.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import itemgetter
from types import NoneType
from typing import Any, Final, NamedTuple

import attrs

from qa_rules.language.facts_reader import MOST_RECORDS, FactsReader
from qa_rules.language.reading import Raw, Source
from qa_rules.language.values import ValueFault, parse_value
from qa_rules.model.facts import Evidence, FactDeclaration, FactType, FactValue, Records, Vocabulary
from qa_rules.model.frozen import FrozenDict
from qa_rules.model.kept import Kept
from qa_rules.model.values import Value

MOST_KEPT: Final = 4096
"""How much evidence of one kind is kept before it is forgotten."""
_PLAIN: Final = frozenset((str, datetime.date, NoneType))
"""The types of which equal ones are the same evidence."""
_MARKS: Final = frozenset((bool, str, NoneType))
"""Those of a mark: 1 is equal to yes, and is none."""


class Odd(Exception):
    """Something that has to be looked at with care."""


class Seen:
    """One evidence, with what is often given with it."""

    __slots__ = ("evidence", "made", "no", "yes")

    def __init__(self, evidence: Evidence) -> None:
        self.evidence: Evidence = evidence
        self.yes: FactValue = FactValue(True, evidence)
        self.no: FactValue = FactValue(False, evidence)
        self.made: dict[str, FactValue] = {}
        """By the option of a choice."""


class _Shape(NamedTuple):
    """The keys with which values are written, and the evidence that was seen beside them."""

    pick: Callable[[dict[str, Raw]], Any]
    """What of a value is its evidence."""
    seen: dict[Any, Seen]
    mine: tuple[str, ...]
    """The keys of evidence."""
    is_marked: bool
    """Whether `inherited` is among them: it is yes or no, and 1 is equal to yes."""
    is_partial: bool
    """Whether `partial` stands beside them."""


class Around:
    """The evidence that stands around values, and all that was seen to stand on them."""

    __slots__ = ("bare", "evidence", "inner", "shapes")

    def __init__(self, evidence: Evidence) -> None:
        self.evidence: Evidence = evidence
        self.bare: Seen = Seen(evidence)
        self.shapes: dict[tuple[str, ...], _Shape] = {}
        self.inner: dict[tuple[tuple[str, Raw], ...], tuple[Around, Evidence]] = {}

    def on(self, raw: dict[str, Raw]) -> Seen:
        """Return evidence beside a value that was not seen before. Odd where something is wrong with it."""
        if "value" not in raw:
            raise Odd
        shape = self.shapes.get(tuple(raw))
        if shape is None:
            mine = tuple(key for key in raw if key not in ("value", "partial"))
            pick = itemgetter(*mine) if mine else _nothing
            shape = self.shapes[tuple(raw)] = _Shape(pick, {}, mine, "inherited" in raw, "partial" in raw)
        evidence = _read(self.evidence, {key: raw[key] for key in shape.mine}, True)
        if len(shape.seen) >= MOST_KEPT:
            shape.seen.clear()
        found = shape.seen[shape.pick(raw)] = Seen(evidence)
        return found

    def within(self, raw: Raw) -> tuple[Around, Evidence]:
        """Return the evidence that stands around values inside, and the same as it stands on their list."""
        if type(raw) is not dict:
            raise Odd
        key = tuple(raw.items())
        try:
            found = self.inner.get(key)
        except TypeError:
            raise Odd from None
        if found is None:
            inner, on_list = (_read(self.evidence, raw, on_value) for on_value in (False, True))
            if len(self.inner) >= MOST_KEPT:
                self.inner.clear()
            found = self.inner[key] = Around(inner), on_list
        elif type(raw.get("inherited")) not in _MARKS:
            raise Odd
        return found


def _nothing(raw: dict[str, Raw]) -> None:
    """What of a value is its evidence where it has none of its own."""


def _read(around: Evidence, raw: dict[str, Raw], on_value: bool) -> Evidence:
    """Read evidence with care, once for all that is the same."""
    for key, each in raw.items():
        if type(each) not in _PLAIN and not (key == "inherited" and type(each) is bool):
            raise Odd
    source = Source("")
    found = FactsReader(source).evidence(raw, (), around, on_value=on_value)
    if source.diagnostics:
        raise Odd
    return found


# Values

Make = Callable[[Raw], Value]
"""From what is given to a value. Odd, or a fault, for what is none."""


class _Field(NamedTuple):
    """How a fact is read."""

    name: str
    make: Make | None
    """None for yes or no."""
    options: frozenset[str] = frozenset()
    """Of a choice."""
    is_set: bool = False
    inside: Callable[[Raw, Around, _Found], None] | None = None
    """How it is read where it is a document or a list."""


class _Found(NamedTuple):
    values: dict[str, FactValue]
    lists: dict[str, Records]


def _field(declared: FactDeclaration) -> _Field:
    match declared.type:
        case FactType.YES_NO | FactType.JUDGEMENT:
            return _Field(declared.name, None)
        case FactType.INTEGER | FactType.DECIMAL:
            return _Field(declared.name, _number(declared))
        case FactType.DATE:
            return _Field(declared.name, _day(declared))
        case FactType.CHOICE:
            options = frozenset(declared.options) - {"none" if declared.may_be_none else ""}
            return _Field(declared.name, _other(declared), options)
        case FactType.CHOICES:
            return _Field(declared.name, _choices(declared), is_set=True)
        case FactType.DOCUMENT:
            return _Field(declared.name, None, inside=_document(declared))
        case FactType.COLLECTION:
            return _Field(declared.name, None, inside=_collection(declared))
        case _:
            return _Field(declared.name, _other(declared), is_set=declared.type.is_set)


def _fill(found: _Found, raw: dict[str, Raw], around: Around, fields: Mapping[str, _Field]) -> list[str]:
    """Read facts, fields or parts, and return the names of those that are odd."""
    odd: list[str] = []
    values, shapes, bare = found.values, around.shapes, around.bare
    for key, given in raw.items():
        try:
            name, make, options, is_set, inside = fields[key]
            if given is None:
                continue
            if inside is not None:
                inside(given, around, found)
                continue
            seen, partial = bare, False
            if type(given) is dict:
                try:
                    shape = shapes[tuple(given)]
                    seen = shape.seen[shape.pick(given)]
                except (KeyError, TypeError):
                    seen = around.on(given)
                    shape = shapes[tuple(given)]
                if shape.is_marked and type(given["inherited"]) not in _MARKS:
                    raise Odd
                if shape.is_partial:
                    partial = given["partial"]
                    if type(partial) is not bool or (partial and not is_set):
                        raise Odd
                given = given["value"]
                if given is None:
                    continue
            if make is None:
                if given is True:
                    values[name] = seen.yes
                elif given is False:
                    values[name] = seen.no
                else:
                    odd.append(key)
            elif type(given) is str and given in options:
                made = seen.made.get(given)
                if made is None:
                    made = seen.made[given] = FactValue(given, seen.evidence)
                values[name] = made
            else:
                values[name] = FactValue.of(make(given), seen.evidence, partial)
        except (KeyError, Odd, ValueFault):
            odd.append(key)
    return odd


def _number(declared: FactDeclaration) -> Make:
    least, most = declared.least, declared.most
    as_decimal, other = declared.type is FactType.DECIMAL, _other(declared)

    def make(raw: Raw) -> Value:
        if type(raw) is not int:
            return other(raw)
        if (
            not -_LARGE < raw < _LARGE
            or (least is not None and raw < least)
            or (most is not None and raw > most)
        ):
            raise Odd
        return Decimal(raw) if as_decimal else raw

    return make


_LARGE: Final = 1 << 62
"""A larger number is looked at with care."""
_DAYS: Final[dict[str, datetime.date]] = {}
"""By how they are written."""


def _day(declared: FactDeclaration) -> Make:
    other = _other(declared)

    def make(raw: Raw) -> Value:
        day = _DAYS.get(raw) if type(raw) is str else None
        if day is not None:
            return day
        value = other(raw)
        if type(raw) is str and isinstance(value, datetime.date):
            if len(_DAYS) >= MOST_KEPT:
                _DAYS.clear()
            _DAYS[raw] = value
        return value

    return make


def _choices(declared: FactDeclaration) -> Make:
    options, other = frozenset(declared.options), _other(declared)

    def make(raw: Raw) -> Value:
        if type(raw) is list:
            for each in raw:
                if type(each) is not str or each not in options:
                    return other(raw)
            return frozenset(raw)
        return other(raw)

    return make


def _other(declared: FactDeclaration) -> Make:
    """A value of which there is more to be said than a look tells. Short text and codes are looked at once."""
    kept: dict[str | tuple[str, ...], Value] = {}

    def make(raw: Raw) -> Value:
        key: Any = raw
        if type(raw) is list and all(type(each) is str for each in raw):
            key = tuple(raw)
        found = kept.get(key) if type(key) in (str, tuple) else None
        if found is not None:
            return found
        value = parse_value(raw, declared)
        if value is None:
            raise Odd
        if (type(key) is str and len(key) <= _SHORT) or (type(key) is tuple and len(key) <= _FEW):
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = value
        return value

    return make


_SHORT: Final = 80
_FEW: Final = 20


# Documents and lists


def _inner(declared: FactDeclaration) -> dict[str, _Field]:
    return {key: _field(each) for key, each in declared.fields.items() if key != "evidence"}


def _parts(raw: Raw, around: Around, fields: Mapping[str, _Field]) -> FrozenDict[str, FactValue]:
    """Read the parts of a document, or the fields of a record."""
    if type(raw) is not dict:
        raise Odd
    if "evidence" in raw:
        around, _ = around.within(raw["evidence"])
    found: dict[str, FactValue] = {}
    odd = _fill(_Found(found, {}), raw, around, fields)
    if odd and odd != ["evidence"]:
        raise Odd
    return FrozenDict(found)


def _document(declared: FactDeclaration) -> Callable[[Raw, Around, _Found], None]:
    parts = _inner(declared)

    def read(raw: Raw, around: Around, found: _Found) -> None:
        if type(raw) is dict and "value" in raw:
            raise Odd
        whole = raw if type(raw) is dict else {"exists": raw}
        found.values.update(_parts(whole, around, parts))

    return read


_OF_LISTS: Final = frozenset(("records", "partial", "evidence"))


def _collection(declared: FactDeclaration) -> Callable[[Raw, Around, _Found], None]:
    fields = _inner(declared)

    def read(raw: Raw, around: Around, found: _Found) -> None:
        partial, evidence = False, around.evidence
        if type(raw) is dict:
            if not raw.keys() <= _OF_LISTS:
                raise Odd
            partial = raw.get("partial", False)
            if type(partial) is not bool:
                raise Odd
            if "evidence" in raw:
                around, evidence = around.within(raw["evidence"])
            raw = raw.get("records")
        if type(raw) is not list or len(raw) > MOST_RECORDS:
            raise Odd
        records = tuple([_parts(each, around, fields) for each in raw])
        found.lists[declared.name] = Records.of(records, evidence, partial)

    return read


# Whole vocabularies


class Quick(NamedTuple):
    """What was read at a look."""

    values: dict[str, FactValue]
    lists: dict[str, Records]
    odd: list[str]
    """The facts that were not."""


@attrs.frozen(eq=False)
class QuickReader:
    """Reads the facts of one vocabulary."""

    fields: Mapping[str, _Field]

    def read(self, raw: dict[str, Raw], inherited: Evidence) -> Quick:
        """Return values and lists, in the order in which they are given, without what is odd."""
        found = _Found({}, {})
        odd = _fill(found, raw, _AROUND.get(inherited, lambda: Around(inherited)), self.fields)
        return Quick(found.values, found.lists, odd)


_AROUND: Final[Kept[Evidence, Around]] = Kept(64)
"""By the evidence that stands around all facts of a document."""
_READERS: Final[Kept[int, tuple[Vocabulary, QuickReader]]] = Kept(64)


def quick_reader(vocabulary: Vocabulary) -> QuickReader:
    """Return the compiled reader of a vocabulary."""

    def compiled() -> tuple[Vocabulary, QuickReader]:
        return vocabulary, QuickReader({name: _field(each) for name, each in vocabulary.facts.items()})

    return _READERS.get(id(vocabulary), compiled)[1]

"""Facts that are written as they usually are, read at a look: what is odd is left to the reader that explains.

A vocabulary is compiled into tables of what each fact takes. Evidence is read once for all values that have the same,
however many subjects they are of: a look into a table says that its words and days are those of before. Nothing is
taken here that the other reader would not take, or would take otherwise: that is a property test.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

import attrs

from qa_rules.language.evidence_seen import MARKS, MOST_KEPT, Around, Odd
from qa_rules.language.facts_reader import MOST_RECORDS
from qa_rules.language.reading import Raw
from qa_rules.language.values import ValueFault, parse_value
from qa_rules.model.facts import Evidence, FactDeclaration, FactType, FactValue, Records, Vocabulary
from qa_rules.model.frozen import FrozenDict
from qa_rules.model.kept import Kept
from qa_rules.model.values import Value

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


class _Fields(dict[str, _Field]):
    """Facts, the fields of a record or the parts of a document, by how they are called where they are given."""

    def __init__(self, declared: Mapping[str, FactDeclaration]) -> None:
        super().__init__((key, _field(each)) for key, each in declared.items())
        self.flags: dict[str, str] = {
            key: each.name
            for key, each in declared.items()
            if each.type in (FactType.YES_NO, FactType.JUDGEMENT)
        }
        """The names of those that are yes or no."""


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


def _fill(found: _Found, raw: dict[str, Raw], around: Around, fields: _Fields) -> list[str]:
    """Read facts, fields or parts, and return the names of those that are odd."""
    odd: list[str] = []
    values, shapes, bare = found.values, around.shapes, around.bare
    yes, no, flag = bare.yes, bare.no, fields.flags.get
    for key, given in raw.items():
        if given is True or given is False:  # most of what is given is a bare yes or no
            said = flag(key)
            if said is not None:
                values[said] = yes if given else no
                continue
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
                if shape.is_marked and type(given["inherited"]) not in MARKS:
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


def _inner(declared: FactDeclaration) -> _Fields:
    return _Fields({key: each for key, each in declared.fields.items() if key != "evidence"})


def _parts(raw: Raw, around: Around, fields: _Fields) -> FrozenDict[str, FactValue]:
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

    fields: _Fields

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
        return vocabulary, QuickReader(_Fields(vocabulary.facts))

    return _READERS.get(id(vocabulary), compiled)[1]

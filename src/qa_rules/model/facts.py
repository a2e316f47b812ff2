"""Facts and their evidence, and the vocabulary that declares them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import attrs

from qa_rules.errors import Place
from qa_rules.model.expressions import Fact, Field, Term
from qa_rules.model.frozen import FrozenDict, freeze_fields
from qa_rules.model.lazy import lazy
from qa_rules.model.values import Shown, Strength, Value

_VOWEL: Final = re.compile(r"(?!uni|use|usu|eu|one\b)[aeiou]|hour|honest", re.IGNORECASE)
"""How a word begins that is spoken with a vowel."""


class FactType(StrEnum):
    """The types that a fact may have."""

    YES_NO = "yes_no"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    CODE = "code"
    CODES = "codes"
    TEXT = "text"
    JUDGEMENT = "judgement"
    DOCUMENT = "document"
    COLLECTION = "collection"

    @property
    def words(self) -> str:
        """The type in a sentence, with its article."""
        named = {
            FactType.YES_NO: "a yes or no",
            FactType.CHOICES: "a set of choices",
            FactType.CODES: "a set of codes",
            FactType.COLLECTION: "a collection of records",
            FactType.INTEGER: "an integer",
            FactType.TEXT: "text",
        }
        return named.get(self, f"a {self.value}")

    @property
    def is_set(self) -> bool:
        """Whether a value is a set of options or codes."""
        return self in (FactType.CHOICES, FactType.CODES)

    @property
    def is_number(self) -> bool:
        """Whether values can be counted or measured."""
        return self in (FactType.INTEGER, FactType.DECIMAL)


def with_article(word: str) -> str:
    """Return a word with its indefinite article."""
    return f"{'an' if _VOWEL.match(word) else 'a'} {word}"


@attrs.frozen(repr=False)
class FactDeclaration(Shown):
    """What a vocabulary says of one fact, of one field of a record, or of one part of a document."""

    name: str
    """Of a part: `document.part`. Of a field: the bare name."""
    type: FactType
    label: str
    """A noun phrase in lower case, for use inside sentences."""
    question: str
    meaning: str = ""
    about: str = ""
    """The subject that the fact is about: provider, activity, person, ..."""
    answered_by: tuple[str, ...] = ()
    own_word_of: tuple[str, ...] = ()
    """Of those who may answer: whose own word on it counts as seen."""
    topic: str = ""
    options: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    """Of a choice or a set of choices: key to words."""
    ordered: bool = False
    """Options run from least to most."""
    unit: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    may_be_none: bool = False
    good_for_months: int | None = None
    """How long an answer stays good when its evidence does not say."""
    effort: Decimal = Decimal(1)
    likelihood: Decimal | None = None
    direction: str = ""
    """`more_is_better`, `less_is_better` or empty."""
    excludes: tuple[str, ...] = ()
    needs_no_evidence: bool = False
    """Whether it says how an assessment is made, so that every policy takes it however it is known."""
    real_words: tuple[str, ...] = ()
    """Of text and codes: words that elsewhere stand for nothing, such as `NA`, and are values here."""
    record: str = ""
    """Of a collection: the word for one record."""
    named_by: tuple[str, ...] = ()
    """Of a collection: the fields by which people know one record from another, such as the name of a venue."""
    fields: Mapping[str, FactDeclaration] = attrs.field(factory=dict, hash=False)
    """Of a collection: its fields. Of a document: its parts, keyed by the bare part."""
    place: Place | None = attrs.field(default=None, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "options", "fields")

    @property
    def a_record(self) -> str:
        """Of a collection: one record, with its article."""
        return with_article(self.record or "record")

    @property
    def is_careful(self) -> bool:
        """Whether more than its own evidence, and a judge, decides if and how a value counts.

        Some answers stay good for so long, and some need no evidence.
        """
        return self.good_for_months is not None or self.needs_no_evidence

    @lazy
    def careful(self) -> frozenset[str]:
        """The fields that are careful."""
        return frozenset(name for name, field in self.fields.items() if field.is_careful)

    @lazy
    def judged(self) -> frozenset[str]:
        """The fields that need a judge."""
        return frozenset(name for name, field in self.fields.items() if field.type is FactType.JUDGEMENT)


@attrs.frozen(repr=False)
class Vocabulary(Shown):
    """Every fact that a ruleset may know, by name. Documents and collections hold their parts."""

    facts: Mapping[str, FactDeclaration] = attrs.field(hash=False)

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "facts")

    def __repr__(self) -> str:
        return f"<Vocabulary of {len(self.facts)} facts>"

    @lazy
    def scalars(self) -> Mapping[str, FactDeclaration]:
        """Facts that hold one value or set, with `document.part` for the parts of documents."""
        flat: dict[str, FactDeclaration] = {}
        for name, declared in self.facts.items():
            if declared.type is FactType.DOCUMENT:
                flat.update((part.name, part) for part in declared.fields.values())
            elif declared.type is not FactType.COLLECTION:
                flat[name] = declared
        return flat

    @lazy
    def careful(self) -> frozenset[str]:
        """The scalars that are careful."""
        return frozenset(name for name, fact in self.scalars.items() if fact.is_careful)

    @lazy
    def judged(self) -> frozenset[str]:
        """The scalars that need a judge."""
        return frozenset(name for name, fact in self.scalars.items() if fact.type is FactType.JUDGEMENT)

    @lazy
    def collections(self) -> Mapping[str, FactDeclaration]:
        """Facts that hold records."""
        return {name: fact for name, fact in self.facts.items() if fact.type is FactType.COLLECTION}

    def declaration(self, term: Term) -> FactDeclaration | None:
        """Return the declaration of a fact or of a field of a record; None for other terms and unknown names."""
        match term:
            case Fact(name):
                return self.scalars.get(name)
            case Field(collection, name):
                declared = self.collections.get(collection)
                return None if declared is None else declared.fields.get(name)
            case _:
                return None


@attrs.frozen(repr=False)
class Evidence(Shown):
    """Where a value came from."""

    source: str = ""
    strength: Strength = Strength.STATED
    by: str = ""
    role: str = ""
    on: datetime.date | None = None
    """The day of the evidence itself; a judgement needs it."""
    valid_until: datetime.date | None = None
    """The last day on which we still believe it."""
    reference: str = ""
    reason: str = ""
    as_of: datetime.date | None = None
    """The date of the file that the value stands in, for want of `on`."""
    since: datetime.date | None = None
    """The day from which it is so, no later than that of the evidence: it dates a gap."""
    inherited: bool = False
    """Whether `by` and `on` stand around the value, and not on the value itself."""

    @property
    def dated(self) -> datetime.date | None:
        """The day from which the value counts, None for always."""
        return self.on or self.as_of


@attrs.frozen
class Held:
    """A believed value. Engines read a hundred of these for one answer, and slots are what Python reads quickest."""

    value: Value
    strength: int
    whole: int
    """Of a set: the strength of the claim that nothing else belongs to it, 0 when partial."""


_ANSWERS: Final = {
    (answer, strength): Held(answer, strength.value, strength.value)
    for answer in (True, False)
    for strength in Strength
}
"""Yes and no are most of what is known of anybody, so each is kept once."""


def _given(value: Value | None) -> Value:
    """A value as it is given. None may stand in facts made by hand, and is dropped before an engine sees it."""
    return value  # type: ignore[return-value]


def _held(fact: FactValue) -> Held:
    """What engines take. Made by hand it may hold anything: `Facts` are checked before an engine sees them."""
    given = fact.evidence.strength if type(fact.evidence) is Evidence else Strength.STATED
    strength = given if type(given) is Strength else Strength.STATED
    if fact.partial is False and (fact.value is True or fact.value is False):
        return _ANSWERS[fact.value, strength]
    return Held(fact.value, int(strength), 0 if fact.partial else int(strength))


@attrs.frozen(repr=False)
class FactValue(Shown):
    """One current value with one evidence. A set may be partial: more may belong to it."""

    value: Value = attrs.field(converter=_given)
    """None, as a database gives it, is unknown: the same as no fact."""
    evidence: Evidence = Evidence()
    partial: bool = False
    held: Held = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_held, takes_self=True))
    """The same as engines take it."""

    @classmethod
    def of(cls, value: Value, evidence: Evidence, partial: bool = False) -> FactValue:
        """Return a value that was read and found right: as the constructor does, in half the time."""
        made: FactValue = _NEW(cls)
        held: Held = _NEW(Held)
        strength = int(evidence.strength)
        _HELD_VALUE(held, value)
        _HELD_STRENGTH(held, strength)
        _HELD_WHOLE(held, 0 if partial else strength)
        _VALUE(made, value)
        _EVIDENCE(made, evidence)
        _PARTIAL(made, partial)
        _HELD(made, held)
        return made


_NEW: Final[Any] = object.__new__
_HELD_VALUE, _HELD_STRENGTH, _HELD_WHOLE = (
    getattr(Held, name).__set__ for name in ("value", "strength", "whole")
)
_VALUE, _EVIDENCE, _PARTIAL, _HELD = (
    getattr(FactValue, name).__set__ for name in ("value", "evidence", "partial", "held")
)

Record = Mapping[str, FactValue]
"""Known fields only."""


@attrs.frozen(repr=False)
class Records(Shown):
    """The records of a collection, the evidence of the list, and whether there may be more."""

    records: tuple[Record, ...]
    evidence: Evidence = Evidence()
    partial: bool = False

    def __attrs_post_init__(self) -> None:
        given = self.records
        if isinstance(given, tuple | list) and all(isinstance(each, Mapping) for each in given):
            object.__setattr__(self, "records", tuple(map(FrozenDict, given)))

    @classmethod
    def of(
        cls, records: tuple[FrozenDict[str, FactValue], ...], evidence: Evidence, partial: bool
    ) -> Records:
        """Return records that were read and found right, as the constructor does."""
        made: Records = _NEW(cls)
        _RECORDS(made, records)
        _OF_LIST(made, evidence)
        _MORE(made, partial)
        return made


_RECORDS, _OF_LIST, _MORE = (getattr(Records, name).__set__ for name in ("records", "evidence", "partial"))


@attrs.frozen(repr=False)
class Facts(Shown):
    """What is known of one subject. A name that is missing is unknown."""

    values: Mapping[str, FactValue] = attrs.field(factory=dict, hash=False)
    """Scalars and sets, and parts of documents as `document.part`."""
    collections: Mapping[str, Records] = attrs.field(factory=dict, hash=False)
    subject: str = ""
    _fits: Vocabulary | None = attrs.field(default=None, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        freeze_fields(self, "values", "collections")

    def fits(self, vocabulary: Vocabulary) -> bool:
        """Whether every fact was found to fit this vocabulary; facts made by hand are not looked at yet."""
        if self._fits is not vocabulary and self._fits == vocabulary:
            self.found_to_fit(vocabulary)
        return self._fits is vocabulary

    def found_to_fit(self, vocabulary: Vocabulary) -> None:
        """Note that every fact fits, so that nobody has to look again."""
        object.__setattr__(self, "_fits", vocabulary)

    def __getstate__(self) -> tuple[object, ...]:
        """Leave out the vocabulary: whoever reads it elsewhere looks for himself."""
        return self.values, self.collections, self.subject

    def __setstate__(self, state: tuple[object, ...]) -> None:
        """Take what `__getstate__` gave."""
        for name, part in zip(("values", "collections", "subject", "_fits"), (*state, None), strict=True):
            object.__setattr__(self, name, part)

    def to_dict(self) -> dict[str, Any]:
        """Return them as a facts file holds them, every evidence written out; `facts_from` and `assess` take it."""
        from qa_rules.model.writing import facts_to_data

        return facts_to_data(self)

    def __repr__(self) -> str:
        whom = f" of {self.subject}" if self.subject else ""
        return f"<Facts{whom}: {len(self.values)} values, {len(self.collections)} lists>"

    def evidence(self) -> Iterator[Evidence]:
        """Yield the evidence of every value, of every list, and of every field of a record."""
        for value in self.values.values():
            yield value.evidence
        for given in self.collections.values():
            yield given.evidence
            for record in given.records:
                for value in record.values():
                    yield value.evidence

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What hypothesis and notebooks print: the values, without their evidence."""
        lists = {
            name: [{key: each.value for key, each in record.items()} for record in given.records]
            for name, given in self.collections.items()
        }
        printer.pretty({name: each.value for name, each in self.values.items()} | lists)

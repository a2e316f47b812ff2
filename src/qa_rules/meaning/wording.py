"""Values and tests in plain words. Every sentence that a report prints about a test is made here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final, assert_never

from qa_rules.model.expressions import (
    Compare,
    Empty,
    Fact,
    Field,
    Given,
    Includes,
    Inclusion,
    Later,
    Leaf,
    Literal,
    On,
    OneOf,
    Op,
    Parameter,
    Term,
    Unset,
    Within,
)
from qa_rules.model.facts import FactDeclaration, Vocabulary
from qa_rules.model.values import NONE, Unit, Value

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WITHOUT_THE: Final = ("a ", "an ", "any ", "how ", "the ", "what ", "when ", "whether ", "who ")
_IRREGULAR: Final = {"people": "person"}
_NUMBERS = {Op.AT_LEAST: "at least", Op.AT_MOST: "at most", Op.MORE: "more than", Op.LESS: "less than"}
_DATES = {Op.AT_LEAST: "on or after", Op.AT_MOST: "on or before", Op.MORE: "after", Op.LESS: "before"}


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def day(date: datetime.date) -> str:
    """Return a date as people write it: 22 November 2026."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """Return words as a list in a sentence; semicolons part words that hold commas themselves."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    if any("," in word for word in found):
        return f"{'; '.join(found[:-1])}; {joint} {found[-1]}"
    return f"{', '.join(found[:-1])} {joint} {found[-1]}"


def sentences(parts: Iterable[str]) -> str:
    """Return each part as a sentence with a capital and a full stop, unless it ends in a mark of its own."""
    return " ".join(capital(part) + ("" if part.endswith(("?", ".", "!")) else ".") for part in parts)


def value_words(value: Value, declared: FactDeclaration | None) -> str:
    """Return a value in words."""
    options = {} if declared is None else declared.options
    if value is NONE:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return day(value)
    if isinstance(value, frozenset):
        return listed(options.get(item, item) for item in sorted(value)) or "nothing"
    if isinstance(value, str):
        return options.get(value, value)
    number = format(value, ",f") if isinstance(value, Decimal) else format(value, ",")
    unit = "" if declared is None else declared.unit
    if unit == "GBP":
        return f"£{number}"
    return f"{number} {_IRREGULAR.get(unit, unit.removesuffix('s')) if value == 1 else unit}".rstrip()


def _option_words(value: Value, declared: FactDeclaration | None, joint: str = "and") -> str:
    """A value inside a sentence: options in quotation marks, for their words begin with capitals."""
    options = {} if declared is None else declared.options
    if isinstance(value, frozenset):
        return listed((_option_words(item, declared) for item in sorted(value)), joint) or "nothing"
    if isinstance(value, str) and value in options:
        return f"“{options[value]}”"
    return value_words(value, declared)


def subject_of(leaf: Leaf) -> Fact | Field | None:
    """Return the fact or field that a test is mainly about."""
    found: Term
    match leaf:
        case Compare(left, _, right):
            found = left if isinstance(left, Fact | Field) else right
        case Within(moment, start):
            found = start if isinstance(moment, On) else moment
        case OneOf(item, options):
            found = item if isinstance(item, Fact | Field) else options
        case Includes(whole, _, items):
            found = whole if isinstance(whole, Fact | Field) else items
        case Empty(whole):
            found = whole
        case Given(term):
            found = term
        case _:
            assert_never(leaf)
    return found if isinstance(found, Fact | Field) else None


Known = Callable[[Term], Value | None]
"""What is known of a term, None for unknown."""


def _nothing(term: Term) -> Value | None:
    return None


class Wording:
    """Words for the tests of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def declared(self, term: Term) -> FactDeclaration | None:
        """Return the declaration of a fact or field, None for any other term."""
        if isinstance(term, Fact):
            return self.vocabulary.scalars[term.name]
        if isinstance(term, Field):
            return self.vocabulary.collections[term.collection].fields[term.name]
        return None

    def label(self, term: Term) -> str:
        """Return the noun phrase of a term."""
        declared = self.declared(term)
        return declared.label if declared is not None else self.term(term, None)

    def term(self, term: Term, like: FactDeclaration | None, known: Known = _nothing) -> str:
        """Return a term in words with its value, if known; a literal as a value of what it is compared with."""
        match term:
            case Fact() | Field():
                value = known(term)
                if value is not None:
                    return f"{self.label(term)}: {value_words(value, self.declared(term))}"
                return self._named(term)
            case Literal(value):
                return _option_words(value, like)
            case On():
                return "the day of the assessment"
            case Later(start, amount, unit):
                value = known(term)
                from_start = f"{self._amount(amount, unit, known)} after {self._named(start)}"
                return from_start if value is None else f"{value_words(value, None)}, {from_start}"
            case Parameter(name) | Unset(name):
                return f"the local setting {name.replace('_', ' ')}"
            case _:
                assert_never(term)

    def _named(self, term: Term) -> str:
        if not isinstance(term, Fact | Field):
            return self.term(term, None)
        label = self.label(term)
        if isinstance(term, Field):
            return f"“{label}”"
        return label if label.startswith(_WITHOUT_THE) else f"the {label}"

    def _amount(self, amount: Term, unit: Unit, known: Known) -> str:
        value = amount.value if isinstance(amount, Literal) else known(amount)
        words = self._named(amount) if value is None else value_words(value, None)
        return f"{words} {unit.value.removesuffix('s') if value == 1 else unit.value}"

    def needs(self, leaf: Leaf, wanted: bool = True, known: Known = _nothing) -> str:
        """Return what a test asks of its subject, or, if not wanted, what it must not be."""
        words = self._needs(leaf, known)
        return words if wanted else f"not {words}"

    def _needs(self, leaf: Leaf, known: Known) -> str:
        subject = subject_of(leaf)
        declared = None if subject is None else self.declared(subject)
        match leaf:
            case Compare(left, op, right):
                other = right if subject == left else left
                words = self.term(other, declared, known)
                if op is Op.IS:
                    return words
                if isinstance(other, Literal) and not isinstance(other.value, datetime.date):
                    return f"{_NUMBERS[op]} {words}"
                dated = declared is not None and declared.type.value == "date"
                return f"{(_DATES if dated else _NUMBERS)[op]} {words}"
            case Within(moment, start, amount, unit):
                span = self._amount(amount, unit, known)
                if isinstance(moment, On):
                    return f"no more than {span} before the day of the assessment"
                return f"no more than {span} after {self.term(start, None, known)}"
            case OneOf(_, options):
                if isinstance(options, Literal) and isinstance(options.value, frozenset):
                    return _option_words(options.value, declared, "or")
                return f"one of {self.term(options, declared, known)}"
            case Includes(_, how, items, count):
                quantity = {
                    Inclusion.ALL: "all of ",
                    Inclusion.ANY: "at least one of ",
                    Inclusion.AT_LEAST: f"at least {count} of ",
                    Inclusion.ONLY: "nothing but ",
                }[how]
                single = (
                    isinstance(items, Literal)
                    and isinstance(items.value, frozenset)
                    and len(items.value) == 1
                )
                plain = single and how in (Inclusion.ALL, Inclusion.ANY)
                return ("" if plain else quantity) + self.term(items, declared, known)
            case Empty():
                return "nothing"
            case Given():
                return "an answer"
            case _:
                assert_never(leaf)

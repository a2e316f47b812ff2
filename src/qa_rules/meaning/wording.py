"""Values and tests in plain words. Every sentence that a report prints about a test is made here."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import assert_never

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
from qa_rules.model.values import NONE, Value

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
_NUMBERS = {Op.AT_LEAST: "at least", Op.AT_MOST: "at most", Op.MORE: "more than", Op.LESS: "less than"}
_DATES = {Op.AT_LEAST: "on or after", Op.AT_MOST: "on or before", Op.MORE: "after", Op.LESS: "before"}


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def day(date: datetime.date) -> str:
    """Return a date as people write it: 22 November 2026."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """Return words as a list in a sentence."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {joint} {found[-1]}"


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
    number = format(value, "f") if isinstance(value, Decimal) else str(value)
    unit = "" if declared is None or not declared.unit else f" {declared.unit}"
    return f"{number}{unit}"


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

    def term(self, term: Term, like: FactDeclaration | None) -> str:
        """Return a term in words; a literal as a value of the declaration it is compared with."""
        match term:
            case Fact() | Field():
                return f"the {self.label(term)}"
            case Literal(value):
                return value_words(value, like)
            case On():
                return "the day of the assessment"
            case Later(start, amount, unit):
                return f"{self.term(amount, None)} {unit} after {self.term(start, None)}"
            case Parameter(name) | Unset(name):
                return f"the local setting {name.replace('_', ' ')}"
            case _:
                assert_never(term)

    def needs(self, leaf: Leaf, wanted: bool = True) -> str:
        """Return what a test asks of its subject, or, if not wanted, what it must not be."""
        words = self._needs(leaf)
        return words if wanted else f"not {words}"

    def _needs(self, leaf: Leaf) -> str:
        subject = subject_of(leaf)
        declared = None if subject is None else self.declared(subject)
        match leaf:
            case Compare(left, op, right):
                other = right if subject == left else left
                words = self.term(other, declared)
                if op is Op.IS:
                    return words
                if isinstance(other, Literal) and not isinstance(other.value, datetime.date):
                    return f"{_NUMBERS[op]} {words}"
                dated = declared is not None and declared.type.value == "date"
                return f"{(_DATES if dated else _NUMBERS)[op]} {words}"
            case Within(moment, start, amount, unit):
                span = f"{self.term(amount, None)} {unit}"
                if isinstance(moment, On):
                    return f"no more than {span} before the day of the assessment"
                return f"no more than {span} after {self.term(start, None)}"
            case OneOf(_, options):
                if isinstance(options, Literal) and isinstance(options.value, frozenset):
                    return listed((value_words(item, declared) for item in sorted(options.value)), "or")
                return f"among {self.term(options, declared)}"
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
                return ("" if plain else quantity) + self.term(items, declared)
            case Empty():
                return "nothing"
            case Given():
                return "an answer"
            case _:
                assert_never(leaf)

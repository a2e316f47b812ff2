"""Values and tests in plain words. Every sentence that a report prints about a test is made here."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final, assert_never

from qa_rules.explain.messages import count, mark, say
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
    Linear,
    Literal,
    Named,
    On,
    OneOf,
    Op,
    Parameter,
    Term,
    Unset,
    Weighted,
    Within,
)
from qa_rules.model.facts import FactDeclaration, Vocabulary
from qa_rules.model.values import NONE, Strength, Unit, Value

_MONTHS = [
    mark("January"),
    mark("February"),
    mark("March"),
    mark("April"),
    mark("May"),
    mark("June"),
    mark("July"),
    mark("August"),
    mark("September"),
    mark("October"),
    mark("November"),
    mark("December"),
]
_WITHOUT_THE: Final = ("a ", "an ", "any ", "how ", "the ", "what ", "when ", "whether ", "who ")
_IRREGULAR: Final = {"people": "person"}
COMPARED: Final = {
    Op.AT_LEAST: mark("at least {value}"),
    Op.AT_MOST: mark("at most {value}"),
    Op.MORE: mark("more than {value}"),
    Op.LESS: mark("less than {value}"),
}
_DATES = {
    Op.AT_LEAST: mark("on or after {value}"),
    Op.AT_MOST: mark("on or before {value}"),
    Op.MORE: mark("after {value}"),
    Op.LESS: mark("before {value}"),
}


def widened(needs: Iterable[str]) -> list[str]:
    """Return what would do, of which any one is enough: *before 1 May, or 1 May* is *on or before 1 May*."""
    found = list(dict.fromkeys(needs))
    for words in (_DATES, COMPARED):
        for strict, wide in ((Op.LESS, Op.AT_MOST), (Op.MORE, Op.AT_LEAST)):
            for value in [each for each in found if say(words[strict], value=each) in found]:
                found[found.index(say(words[strict], value=value))] = say(words[wide], value=value)
                found.remove(value)
    return found


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def day(date: datetime.date) -> str:
    """Return a date as people write it: 22 November 2026."""
    return say("{day} {month} {year}", day=date.day, month=say(_MONTHS[date.month - 1]), year=date.year)


def listed(words: Iterable[str], joint: str = "and") -> str:
    """Return words as a list in a sentence; semicolons part words that hold commas themselves."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    *first, last = found
    if any("," in word for word in found):
        form = say("{first}; or {last}") if joint == "or" else say("{first}; and {last}")
        return form.format(first="; ".join(first), last=last)
    form = say("{first} or {last}") if joint == "or" else say("{first} and {last}")
    return form.format(first=", ".join(first), last=last)


def sentences(parts: Iterable[str]) -> str:
    """Return each part as a sentence with a capital and a full stop, unless it ends in a mark of its own."""
    return " ".join(capital(part) + ("" if part.endswith(("?", ".", "!")) else ".") for part in parts)


def strength_words(strength: Strength) -> str:
    """Return how well something is backed, in words."""
    match strength:
        case Strength.STATED:
            return say("stated")
        case Strength.SEEN:
            return say("seen")
        case Strength.VERIFIED:
            return say("verified")
        case _:
            assert_never(strength)


def evidence_words(
    strength: str, source: str, by: str, role: str, on: str, until: str, reference: str
) -> str:
    """Return evidence as a phrase: `seen, register, by J. Example, link worker, 1 May 2026, minutes 3`.

    Of every part what is empty is left out. `strength` and days are in words already.
    """
    named = say("by {name}", name=by) if by else ""
    believed = say("believed until {day}", day=until) if until else ""
    return ", ".join(filter(None, (strength, source, named, role, on, believed, reference)))


def value_words(value: Value, declared: FactDeclaration | None) -> str:
    """Return a value in words."""
    options = {} if declared is None else declared.options
    if value is NONE:
        return say("none")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, datetime.date):
        return day(value)
    if isinstance(value, frozenset):
        return listed(options.get(item, item) for item in sorted(value)) or say("nothing")
    if isinstance(value, str):
        return options.get(value, value)
    number = format(value, ",f") if isinstance(value, Decimal) else format(value, ",")
    unit = "" if declared is None else declared.unit
    if unit == "GBP":
        return f"£{number}"
    return f"{number} {_one(unit) if value == 1 else unit}".rstrip()


def _one(unit: str) -> str:
    """A unit in the singular."""
    if unit.endswith("ies"):
        return f"{unit.removesuffix('ies')}y"
    return _IRREGULAR.get(unit, unit.removesuffix("s"))


def _option_words(value: Value, declared: FactDeclaration | None, joint: str = "and") -> str:
    """A value inside a sentence: options in quotation marks, for their words begin with capitals."""
    options = {} if declared is None else declared.options
    if isinstance(value, frozenset):
        return listed((_option_words(item, declared) for item in sorted(value)), joint) or say("nothing")
    if isinstance(value, str) and value in options:
        return say("“{words}”", words=options[value])
    return value_words(value, declared)


def subject_of(leaf: Leaf) -> Fact | Field | Named | None:
    """Return the fact or field that a test is mainly about."""
    found: Term
    match leaf:
        case Compare(left, _, right):
            found = left if isinstance(left, Fact | Field | Named) else right
        case Within(moment, start):
            found = start if isinstance(moment, On) else moment
        case OneOf(item, options):
            found = item if isinstance(item, Fact | Field | Named) else options
        case Includes(whole, _, items):
            found = whole if isinstance(whole, Fact | Field) else items
        case Empty(whole):
            found = whole
        case Given(term):
            found = term
        case Linear(parts):
            found = parts[0].term
        case _:
            assert_never(leaf)
    return found if isinstance(found, Fact | Field | Named) else None


Known = Callable[[Term], Value | None]
"""What is known of a term, None for unknown."""


def _nothing(term: Term) -> Value | None:
    return None


def label_of(declared: FactDeclaration, vocabulary: Vocabulary) -> str:
    """Return what a fact is called; a part of a document by the document's name."""
    whole, _, part = declared.name.partition(".")
    match part:
        case "dated":
            return say("date of the {document}", document=vocabulary.facts[whole].label)
        case "review_due":
            return say("review date of the {document}", document=vocabulary.facts[whole].label)
        case "covers":
            return say("what is covered by the {document}", document=vocabulary.facts[whole].label)
        case _:
            return declared.label


def question_of(declared: FactDeclaration, vocabulary: Vocabulary) -> str:
    """Return the question that asks for a fact; a part of a document by the document's name."""
    whole, _, part = declared.name.partition(".")
    match part:
        case "dated":
            return say("What date is on the {document}?", document=vocabulary.facts[whole].label)
        case "review_due":
            return say("When is the {document} due for review?", document=vocabulary.facts[whole].label)
        case "covers":
            return say("What is covered by the {document}?", document=vocabulary.facts[whole].label)
        case _:
            return declared.question


def record_words(declared: FactDeclaration, number: int, known: Callable[[str], Value | None]) -> str:
    """Return what a record of a list is called: by the fields that the vocabulary names it by, else by its number.

    Args:
        declared: the list.
        number: the place of the record in it, from 1.
        known: what is known of a field of the record, None for unknown.

    """
    word = declared.record or say("record")
    names = [(declared.fields[each], known(each)) for each in declared.named_by]
    told = [
        say("{record} of {day}", record=word, day=day(value))
        if isinstance(value, datetime.date)
        else value_words(value, field)
        for field, value in names
        if value is not None and value is not NONE
    ]
    return ", ".join(told) or say("{record} {number}", record=word, number=number)


class Wording:
    """Words for the tests of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, named: Mapping[str, FactDeclaration] | None = None) -> None:
        self.vocabulary = vocabulary
        self.named: Mapping[str, FactDeclaration] = named or {}
        """What is known of values that are no facts."""

    def declaration(self, term: Term) -> FactDeclaration | None:
        """Return what is known of a fact, a field or a value; None for another term."""
        return self.named.get(term.name) if isinstance(term, Named) else self.vocabulary.declaration(term)

    def label(self, term: Term) -> str:
        """Return the noun phrase of a term."""
        declared = self.declaration(term)
        if declared is not None:
            return label_of(declared, self.vocabulary)
        return self.term(term, None)

    def term(self, term: Term, like: FactDeclaration | None, known: Known = _nothing) -> str:
        """Return a term in words with its value, if known; a literal as a value of what it is compared with."""
        match term:
            case Fact() | Field():
                value = known(term)
                if value is not None:
                    return f"{self.label(term)}: {value_words(value, self.vocabulary.declaration(term))}"
                return self._named(term)
            case Literal(value):
                return _option_words(value, like)
            case On():
                return say("the day of the assessment")
            case Later(start, amount, unit):
                value = known(term)
                span, whence = self._amount(amount, unit, known), self._named(start)
                if value is None:
                    return say("{span} after {start}", span=span, start=whence)
                date = value_words(value, None)
                return say("{date}, {span} after {start}", date=date, span=span, start=whence)
            case Named(name):
                return self.named[name].label if name in self.named else name.replace("_", " ")
            case Parameter(name) | Unset(name):
                return say("the local setting {name}", name=name.replace("_", " "))
            case _:
                assert_never(term)

    def _named(self, term: Term) -> str:
        if not isinstance(term, Fact | Field):
            return self.term(term, None)
        label = self.label(term)
        if isinstance(term, Field):
            return say("“{words}”", words=label)
        return label if label.startswith(_WITHOUT_THE) else say("the {label}", label=label)

    def _amount(self, amount: Term, unit: Unit, known: Known) -> str:
        value = amount.value if isinstance(amount, Literal) else known(amount)
        # What is not a number here is a number of one thing or another, so the many.
        n = value if isinstance(value, int) else 2
        words = self._named(amount) if value is None else value_words(value, None)
        if value is None and isinstance(amount, Parameter | Unset):
            name = amount.name.removesuffix(f"_{unit.name.lower()}")
            words = say("the local setting {name}", name=name.replace("_", " "))
        match unit:
            case Unit.DAYS:
                return count("{amount} day", "{amount} days", n, amount=words)
            case Unit.WORKING_DAYS:
                return count("{amount} working day", "{amount} working days", n, amount=words)
            case Unit.MONTHS:
                return count("{amount} month", "{amount} months", n, amount=words)
            case Unit.YEARS:
                return count("{amount} year", "{amount} years", n, amount=words)
            case _:
                assert_never(unit)

    def needs(self, leaf: Leaf, wanted: bool = True, known: Known = _nothing) -> str:
        """Return what a test asks of its subject, or, if not wanted, what it must not be."""
        words = self._needs(leaf, known)
        return words if wanted else say("not {what}", what=words)

    def _needs(self, leaf: Leaf, known: Known) -> str:
        subject = subject_of(leaf)
        declared = None if subject is None else self.declaration(subject)
        match leaf:
            case Compare(left, op, right):
                other = right if subject == left else left
                words = self.term(other, declared, known)
                if op is Op.IS:
                    return words
                if isinstance(other, Literal) and not isinstance(other.value, datetime.date):
                    return say(COMPARED[op], value=words)
                date = isinstance(other, On | Later) or (
                    declared is not None and declared.type.value == "date"
                )
                return say((_DATES if date else COMPARED)[op], value=words)
            case Within(moment, start, amount, unit):
                span = self._amount(amount, unit, known)
                if isinstance(moment, On):
                    return say("no more than {span} before the day of the assessment", span=span)
                return say(
                    "no more than {span} after {start}", span=span, start=self.term(start, None, known)
                )
            case OneOf(_, options):
                if isinstance(options, Literal) and isinstance(options.value, frozenset):
                    return _option_words(options.value, declared, "or")
                return say("one of {options}", options=self.term(options, declared, known))
            case Includes(_, how, items, number):
                single = (
                    isinstance(items, Literal)
                    and isinstance(items.value, frozenset)
                    and len(items.value) == 1
                )
                plain = single and how in (Inclusion.ALL, Inclusion.ANY)
                words = self.term(items, declared, known)
                return words if plain else _quantity(how, number, words)
            case Empty():
                return say("nothing")
            case Given():
                return say("an answer")
            case Linear(parts, least, strictly):
                op = Op.MORE if strictly else Op.AT_LEAST
                words = say(COMPARED[op], value=value_words(least, None))
                if [each.factor for each in parts] == [1]:
                    return words
                return say("such that {sum} comes to {limit}", sum=sum_words(parts, self._named), limit=words)
            case _:
                assert_never(leaf)


def _quantity(how: Inclusion, number: int, items: str) -> str:
    """How much of some items is asked for."""
    match how:
        case Inclusion.ALL:
            return say("all of {items}", items=items)
        case Inclusion.ANY:
            return say("at least one of {items}", items=items)
        case Inclusion.AT_LEAST:
            return say("at least {number} of {items}", number=number, items=items)
        case Inclusion.ONLY:
            return say("nothing but {items}", items=items)
        case _:
            assert_never(how)


def sum_words(parts: Iterable[Weighted], named: Callable[[Term], str]) -> str:
    """Return a sum in words: *the hygiene score and 2 times the confidence score*."""
    form = mark("{number} times {what}")
    names = [(each.factor, named(each.term)) for each in parts]
    return listed(what if n == 1 else say(form, number=value_words(n, None), what=what) for n, what in names)


def plural(word: str) -> str:
    """Return what several records are called: enquiries, classes, venues."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch")) else f"{word}s"

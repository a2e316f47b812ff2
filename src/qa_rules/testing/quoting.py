"""Tests and structures as authors write them in rules."""

from __future__ import annotations

import datetime

import attrs

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    AtLeast,
    Compare,
    Count,
    Empty,
    Expr,
    Fact,
    Field,
    Given,
    Includes,
    Inclusion,
    Later,
    Literal,
    Not,
    On,
    OneOf,
    OnlyWhen,
    Op,
    Parameter,
    Quantified,
    Reference,
    Term,
    Together,
    Unset,
    Within,
)
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.values import Scalar

_NUMBERS = {
    Op.IS: "is",
    Op.AT_LEAST: "at least",
    Op.AT_MOST: "at most",
    Op.MORE: "more than",
    Op.LESS: "less than",
}
_DATES = {
    Op.IS: "is",
    Op.AT_LEAST: "not before",
    Op.AT_MOST: "not after",
    Op.MORE: "after",
    Op.LESS: "before",
}
_HOW = {
    Inclusion.ALL: "includes all of",
    Inclusion.ANY: "includes any of",
    Inclusion.AT_LEAST: "includes at least",
    Inclusion.ONLY: "includes only",
}


def term_words(term: Term) -> str:
    """Return a term as rules write it."""
    match term:
        case Fact(name) | Field(_, name):
            return name
        case Parameter(name) | Unset(name):
            return f"policy.{name}"
        case On():
            return "on"
        case Literal(value):
            return value_words(value)
        case Later(start, amount, unit):
            return f"{term_words(start)} plus {term_words(amount)} {unit.value}"


def value_words(value: Scalar | frozenset[str]) -> str:
    """Return a value as rules write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def current(expr: Expr) -> str:
    """Return of which document an expression says that it is current, which authors write as one test; else nothing."""
    match expr:
        case AllOf(
            (
                Compare(Fact(exists), Op.IS, Literal(True)),
                AnyOf((Not(Given(Fact(due))), Compare(Fact(again), Op.AT_LEAST, On()))),
            )
        ):
            name = exists.removesuffix(".exists")
            return name if name != exists and due == again == f"{name}.review_due" else ""
        case _:
            return ""


@attrs.frozen
class Quoting:
    """Quotes expressions over one vocabulary."""

    vocabulary: Vocabulary

    def words(self, expr: Expr) -> str:
        """Return a test or structure as rules write it, structures without what is inside."""
        match expr:
            case Compare(Fact(name) | Field(_, name), Op.IS, Literal(True)):
                document, _, part = name.rpartition(".")
                return f"{document} exists" if document and part == "exists" else name
            case Compare(left, op, right):
                table = _DATES if self.is_date(left) else _NUMBERS
                return f"{term_words(left)} {table[op]} {term_words(right)}"
            case Within(moment, start, amount, unit):
                span = f"within {term_words(amount)} {unit.value}"
                if isinstance(moment, On):
                    return f"{term_words(start)} {span}"
                return f"{term_words(moment)} {span} of {term_words(start)}"
            case OneOf(item, options):
                return f"{term_words(item)} is one of {term_words(options)}"
            case Includes(whole, how, items, count):
                number = f" {count} of" if how is Inclusion.AT_LEAST else ""
                return f"{term_words(whole)} {_HOW[how]}{number} {term_words(items)}"
            case Empty(whole):
                return f"{term_words(whole)} is empty"
            case Given(term):
                return f"{term_words(term)} is given"
            case Not(operand):
                return f"not: {self.words(operand)}"
            case Quantified(count, number, collection):
                counted = f"at least {number}" if count is Count.AT_LEAST else count.value
                return f"{counted} {collection}"
            case Together(collection):
                return f"{collection} together"
            case Reference(name, aspect, strength):
                asked = "" if aspect is Aspect.SATISFIED else f" {aspect.value}"
                graded = "" if strength is None else f" at strength {strength.word}"
                return f"{name}{asked}{graded}"
            case AtLeast(count, operands):
                return f"at_least {count} of {len(operands)}"
            case AllOf():
                document = current(expr)
                return f"{document} is current" if document else "all_of"
            case AnyOf():
                return "any_of"
            case OnlyWhen():
                return "only_when"
            case _:
                return "a constant"

    def is_date(self, term: Term) -> bool:
        """Whether a term is a date."""
        declared = self.vocabulary.declaration(term)
        return isinstance(term, On) or (declared is not None and declared.type is FactType.DATE)

    def is_number(self, term: Term) -> bool:
        """Whether a term is a fact that is counted or measured."""
        declared = self.vocabulary.declaration(term)
        return declared is not None and declared.type.is_number

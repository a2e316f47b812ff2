"""Tests and structures as authors write them in rules."""

from __future__ import annotations

import datetime

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.facts import FactType, Vocabulary
from qa_rules.model.values import Scalar

_NUMBERS = {
    ex.Op.IS: "is",
    ex.Op.AT_LEAST: "at least",
    ex.Op.AT_MOST: "at most",
    ex.Op.MORE: "more than",
    ex.Op.LESS: "less than",
}
_DATES = {
    ex.Op.IS: "is",
    ex.Op.AT_LEAST: "not before",
    ex.Op.AT_MOST: "not after",
    ex.Op.MORE: "after",
    ex.Op.LESS: "before",
}
_HOW = {
    ex.Inclusion.ALL: "includes all of",
    ex.Inclusion.ANY: "includes any of",
    ex.Inclusion.AT_LEAST: "includes at least",
    ex.Inclusion.ONLY: "includes only",
}


def term_words(term: ex.Term) -> str:
    """Return a term as rules write it."""
    match term:
        case ex.Fact(name) | ex.Field(_, name) | ex.Named(name):
            return name
        case ex.Parameter(name) | ex.Unset(name):
            return f"policy.{name}"
        case ex.On():
            return "on"
        case ex.Literal(value):
            return value_words(value)
        case ex.Later(start, amount, unit):
            return f"{term_words(start)} plus {term_words(amount)} {unit.value}"


def value_words(value: Scalar | frozenset[str]) -> str:
    """Return a value as rules write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def current(expr: ex.Expr) -> str:
    """Return of which document an expression says that it is current, which authors write as one test; else nothing."""
    match expr:
        case ex.AllOf(
            (
                ex.Compare(ex.Fact(exists), ex.Op.IS, ex.Literal(True)),
                ex.AnyOf(
                    (ex.Not(ex.Given(ex.Fact(due))), ex.Compare(ex.Fact(again), ex.Op.AT_LEAST, ex.On()))
                ),
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

    def words(self, expr: ex.Expr) -> str:
        """Return a test or structure as rules write it, structures without what is inside."""
        match expr:
            case ex.Compare(ex.Fact(name) | ex.Field(_, name) | ex.Named(name), ex.Op.IS, ex.Literal(True)):
                document, _, part = name.rpartition(".")
                return f"{document} exists" if document and part == "exists" else name
            case ex.Compare(left, op, right):
                table = _DATES if self.is_date(left) else _NUMBERS
                return f"{term_words(left)} {table[op]} {term_words(right)}"
            case ex.Within(moment, start, amount, unit):
                span = f"within {term_words(amount)} {unit.value}"
                if isinstance(moment, ex.On):
                    return f"{term_words(start)} {span}"
                return f"{term_words(moment)} {span} of {term_words(start)}"
            case ex.OneOf(item, options):
                return f"{term_words(item)} is one of {term_words(options)}"
            case ex.Includes(whole, how, items, count):
                number = f" {count} of" if how is ex.Inclusion.AT_LEAST else ""
                return f"{term_words(whole)} {_HOW[how]}{number} {term_words(items)}"
            case ex.Empty(whole):
                return f"{term_words(whole)} is empty"
            case ex.Given(term):
                return f"{term_words(term)} is given"
            case ex.Linear(parts, least, strictly):
                added = " plus ".join(f"{each.factor} times {term_words(each.term)}" for each in parts)
                return f"{added} {'more than' if strictly else 'at least'} {least}"
            case ex.Not(operand):
                return f"not: {self.words(operand)}"
            case ex.Quantified(count, number, collection):
                counted = f"at least {number}" if count is ex.Count.AT_LEAST else count.value
                return f"{counted} {collection}"
            case ex.Together(collection):
                return f"{collection} together"
            case ex.Total(parts):
                return f"sum over {', '.join(dict.fromkeys(each.collection for each in parts))}"
            case ex.Reference(name, aspect, strength):
                asked = "" if aspect is ex.Aspect.SATISFIED else f" {aspect.value}"
                graded = "" if strength is None else f" at strength {strength.word}"
                return f"{name}{asked}{graded}"
            case ex.AtLeast(count, operands):
                return f"at_least {count} of {len(operands)}"
            case ex.AllOf():
                document = current(expr)
                return f"{document} is current" if document else "all_of"
            case ex.AnyOf():
                return "any_of"
            case ex.OnlyWhen():
                return "only_when"
            case _:
                return "a constant"

    def is_date(self, term: ex.Term) -> bool:
        """Whether a term is a date."""
        declared = self.vocabulary.declaration(term)
        return isinstance(term, ex.On) or (declared is not None and declared.type is FactType.DATE)

    def is_number(self, term: ex.Term) -> bool:
        """Whether a term is a fact that is counted or measured."""
        declared = self.vocabulary.declaration(term)
        return declared is not None and declared.type.is_number

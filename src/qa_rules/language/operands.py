"""What stands beside the verb of a test: names found in scope, values read by the type that is due."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypeAlias

import attrs
from lark import Token, Tree

from qa_rules.language.reading import Plain
from qa_rules.language.values import ValueFault, did_you_mean, parse_value
from qa_rules.model.expressions import Fact, Field, Later, Literal, Named, On, Parameter, Term
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import ParameterDeclaration
from qa_rules.model.values import Unit

Node: TypeAlias = "Tree[Token]"

UNITS: Final = {
    "days": Unit.DAYS,
    "working_days": Unit.WORKING_DAYS,
    "months": Unit.MONTHS,
    "years": Unit.YEARS,
}
_EQUAL: Final = "`is`, `is not`, `is given`"
_TESTS: Final[Mapping[FactType, str]] = {
    FactType.YES_NO: "itself, `is yes`, `is no`, `is given`",
    FactType.JUDGEMENT: "itself, `is yes`, `is no`, `is given`",
    FactType.INTEGER: f"`at least`, `at most`, `more than`, `less than`, `is one of`, {_EQUAL}",
    FactType.DECIMAL: f"`at least`, `at most`, `more than`, `less than`, {_EQUAL}",
    FactType.DATE: f"`before`, `after`, `not before`, `not after`, `within`, {_EQUAL}",
    FactType.CHOICE: f"`is one of`, {_EQUAL}; if it is ordered, `at least`, `at most`",
    FactType.CODE: f"`is one of`, {_EQUAL}",
    FactType.CHOICES: "`includes`, `includes any of`, `includes only`, `is empty`, `is given`",
    FactType.CODES: "`includes`, `includes any of`, `includes only`, `is empty`, `is given`",
    FactType.TEXT: "`is given`",
    FactType.DOCUMENT: "`exists`, `is current`, `covers`",
    FactType.COLLECTION: "`every`, `some`, `at least 2` of its records",
}
_INTEGER = FactDeclaration("", FactType.INTEGER, "number", "")
_ON = FactDeclaration("on", FactType.DATE, "date of the assessment", "")
_NUMBERS: Final = {
    "a": 1,
    "an": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "twelve": 12,
}
"""Words that people write for numbers."""
TRUTHS = (FactType.YES_NO, FactType.JUDGEMENT)


class Misread(Exception):
    """A test that does not fit: code, message, hint, and the characters at fault."""

    code: str
    message: str
    hint: str
    offset: int
    width: int

    def __init__(self, code: str, message: str, hint: str, at: Node | Token) -> None:
        self.code, self.message, self.hint = code, message, hint
        start, end = _span(at)
        self.offset, self.width = start, max(1, end - start)


def _span(at: Node | Token) -> tuple[int, int]:
    if isinstance(at, Token):
        return at.start_pos or 0, at.end_pos or 0
    return getattr(at.meta, "start_pos", 0), getattr(at.meta, "end_pos", 0)


@attrs.define
class OperandReader:
    """Reads names and values in the scope of a vocabulary, the parameters and, in a quantifier, a collection."""

    vocabulary: Vocabulary
    parameters: Mapping[str, ParameterDeclaration]
    collection: FactDeclaration | None
    values: Mapping[str, FactDeclaration]

    # Names

    def _subject(self, tree: Node, alone: bool = False) -> tuple[Term, FactDeclaration]:
        """What a test is about. Only a test that says no more, `alone`, may be about a test of the policy."""
        token = tree.children[0]
        assert isinstance(token, Token)
        if token.type == "ON":
            return On(), _ON
        if token.type == "PARAMETER":
            return self._parameter(token, alone)
        return self._fact(token)

    def _parameter(self, token: Token, alone: bool = False) -> tuple[Term, FactDeclaration]:
        name = token.removeprefix("policy.")
        if name not in self.parameters:
            hint = did_you_mean(name, self.parameters) or "declare it under parameters"
            raise Misread("unknown-parameter", f"there is no parameter `{name}`", hint, token)
        declared = self.parameters[name]
        if declared.type is None and not alone:
            hint = f"write `policy.{name}` alone, or `not: policy.{name}`"
            raise Misread("type", f"`{name}` is a test, not a value", hint, token)
        kind = declared.type or FactType.YES_NO
        as_fact = FactDeclaration(
            name,
            kind,
            declared.question,
            "",
            options=declared.options,
            ordered=declared.ordered,
            unit=declared.unit,
        )
        return Parameter(name), as_fact

    def _find(self, name: str) -> tuple[Fact | Field | Named, FactDeclaration] | None:
        if self.collection is not None and name in self.collection.fields:
            return Field(self.collection.name, name), self.collection.fields[name]
        if name in self.values:
            return Named(name), self.values[name]
        declared = self.vocabulary.scalars.get(name)
        return None if declared is None else (Fact(name), declared)

    def _fact(self, token: Token) -> tuple[Term, FactDeclaration]:
        found = self._find(str(token))
        if found is not None:
            return found
        declared = self.vocabulary.facts.get(str(token))
        if declared is not None and declared.type is FactType.COLLECTION:
            hint = f"write `every {token}:`, `some {token}:` or `at least 2 {token}:` around a test"
            raise Misread("type", f"`{token}` is a collection of records", hint, token)
        if declared is not None:
            parts = ", ".join(part.name for part in declared.fields.values())
            raise Misread(
                "type", f"`{token}` is a document", f"write `{token} exists`, or one of {parts}", token
            )
        fields = () if self.collection is None else tuple(self.collection.fields)
        known = {*self.vocabulary.scalars, *self.vocabulary.facts, *self.values, *fields}
        hint = did_you_mean(str(token), known) or "declare it under `facts`, or in a vocabulary"
        raise Misread("unknown-fact", f"there is no fact `{token}`", hint, token)

    def _must(self, holds: bool, wanted: str, declared: FactDeclaration, at: Node | Token) -> None:
        if not holds:
            name = declared.name or "this"
            message = f"`{name}` is {declared.type.words}, and this test is for a {wanted}"
            raise Misread("type", message, f"of it may be asked: {_TESTS[declared.type]}", at)

    # Values

    def _span(self, amount: Node | Token, unit: Node | Token) -> tuple[Term, Unit]:
        return self._amount(tree_of(amount), tree_of(unit)), UNITS[tree_of(unit).data]

    def _amount(self, tree: Node, unit: Node) -> Term:
        """A span of time. The unit written behind a fact or setting has to be its own."""
        token = tree.children[0]
        assert isinstance(token, Token)
        found = self._single(token, _INTEGER)
        if isinstance(found, Named):
            hint = "a span is a number of days, months or years: digits, a setting or a fact"
            raise Misread("type", f"`{token}` is a value, and no span of time", hint, token)
        own = "" if isinstance(found, Literal) else self._unit_of(token)
        written = unit.data.replace("_", " ")
        if own.rstrip("s") not in ("", written.rstrip("s")):
            kept = own.replace(" ", "_") in UNITS
            hint = f"write `{token} {own}`" if kept else "a span is in days, working days, months or years"
            raise Misread("unit", f"`{token}` is in {own}, not in {written}", hint, token)
        return found

    def _unit_of(self, token: Token) -> str:
        found = self._parameter(token) if token.type == "PARAMETER" else self._find(str(token))
        return "" if found is None else found[1].unit.replace("_", " ")

    def _moment(self, node: Node | Token, declared: FactDeclaration) -> Term:
        tree = tree_of(node)
        if len(tree.children) == 1:
            return self._value(tree_of(tree.children[0]), declared)
        self._must(declared.type is FactType.DATE, "date", declared, tree)
        start = self._value(tree_of(tree.children[0]), declared)
        return Later(start, *self._span(tree.children[1], tree.children[2]))

    def _value(self, tree: Node, declared: FactDeclaration) -> Term:
        token = tree.children[0]
        assert isinstance(token, Token)
        if len(tree.children) > 1:
            word = tree_of(tree.children[1]).children
            unit = (
                str(word[0])
                if word and isinstance(word[0], Token)
                else tree_of(word[0]).data.replace("_", " ")
            )
            if unit != declared.unit:
                hint = f"its unit is {declared.unit}" if declared.unit else "it has no unit"
                raise Misread("unit", f"`{declared.name}` is not in {unit}", hint, tree)
        return self._single(token, declared)

    def _single(self, token: Token, declared: FactDeclaration) -> Term:
        if token.type == "ON" or token.type == "PARAMETER":
            term, other = (On(), _ON) if token.type == "ON" else self._parameter(token)
            self._comparable(declared, other, token)
            return term
        if token.type == "NAME" and not (token in declared.options or self._is_truth(token, declared)):
            found = self._find(str(token))
            if found is not None:
                self._comparable(declared, found[1], token)
                return found[0]
            if declared.type.is_number and token in _NUMBERS:
                raise Misread("value", f"`{token}` is not a number", f"write {_NUMBERS[token]}", token)
            known = {*declared.options, *self.vocabulary.scalars, *self.values}
            if declared.type.is_number:
                hint = did_you_mean(str(token), known) or _expected(declared)
                raise Misread("unknown-fact", f"`{token}` is neither a number nor a fact", hint, token)
            kind = "option" if declared.options else "fact"
            hint = did_you_mean(str(token), known) or _expected(declared)
            raise Misread(f"unknown-{kind}", f"there is no {kind} `{token}` here", hint, token)
        return Literal(self._literal(token, declared))

    def _is_truth(self, token: Token, declared: FactDeclaration) -> bool:
        return declared.type in TRUTHS and str(token) in ("yes", "no")

    def _literal(self, token: Token, declared: FactDeclaration) -> bool | int | str | Decimal:
        quoted = token.type == "QUOTED"
        if declared.type in (FactType.CODE, FactType.CODES) and not quoted:
            raise Misread("value", f"`{token}` is not a code", f"write it in quotes: '{token}'", token)
        raw = str(token)[1:-1] if quoted else Plain(token)
        single = {FactType.CHOICES: FactType.CHOICE, FactType.CODES: FactType.CODE}
        kind = single.get(declared.type, declared.type)
        try:
            if quoted and kind is not FactType.CODE:
                raise ValueFault(f"{token} is in quotes", _expected(declared))
            value = parse_value(
                raw, attrs.evolve(declared, type=kind, least=None, most=None, may_be_none=False)
            )
        except ValueFault as fault:
            raise Misread("value", fault.message, fault.hint, token) from None
        assert value is not None
        return value  # type: ignore[return-value]

    def _comparable(self, declared: FactDeclaration, other: FactDeclaration, at: Token) -> None:
        truths = declared.type in TRUTHS and other.type in TRUTHS
        one_defined = declared.name in self.values or other.name in self.values
        numbers = one_defined and declared.type.is_number and other.type.is_number
        if other.type is not declared.type and not truths and not numbers:
            message = f"`{at}` is {other.type.words} and `{declared.name or 'this'}` {declared.type.words}"
            raise Misread("type", message, "compare like with like", at)
        if other.unit != declared.unit and declared.unit and other.unit:
            raise Misread("unit", f"`{at}` is in {other.unit}, not in {declared.unit}", "", at)
        if list(other.options) != list(declared.options):
            raise Misread("type", f"`{at}` and `{declared.name}` have different options", "", at)

    def _set(self, tree: Node, declared: FactDeclaration) -> Term:
        """The right side of a membership: a set fact or parameter alone, or values written out."""
        tokens = [tree_of(each).children[0] for each in tree.children]
        first = tokens[0]
        assert isinstance(first, Token)
        if len(tokens) == 1 and first.type in ("NAME", "PARAMETER") and first not in declared.options:
            if first.type == "PARAMETER":
                term, other = self._parameter(first)
            else:
                found = self._find(str(first))
                if found is None:
                    known = {*declared.options, *self.vocabulary.scalars}
                    hint = did_you_mean(str(first), known) or _expected(declared)
                    raise Misread("unknown-option", f"there is no option or set `{first}` here", hint, first)
                term, other = found
            kinds = {FactType.CHOICE: FactType.CHOICES, FactType.CODE: FactType.CODES}
            wanted = kinds.get(declared.type, declared.type)
            if other.type is not wanted or (
                other.options and declared.options and list(other.options) != list(declared.options)
            ):
                kind = "options" if declared.options else "codes"
                message = f"`{first}` is {other.type.words}, not a set of the same {kind}"
                raise Misread("type", message, "compare like with like", first)
            return term
        values = [self._literal(token, declared) for token in tokens if isinstance(token, Token)]
        return Literal(frozenset(str(value) for value in values))


def tree_of(node: Node | Token) -> Node:
    """Return the node, which the grammar says is no bare word."""
    assert isinstance(node, Tree)
    return node


def _expected(declared: FactDeclaration) -> str:
    if declared.options:
        return f"the options are {', '.join(declared.options)}"
    shapes = {
        FactType.YES_NO: "write yes or no",
        FactType.JUDGEMENT: "write yes or no",
        FactType.DATE: "write a date such as 2026-03-31, `on`, or a date fact",
        FactType.CODE: "write the code in quotes, or a code fact",
        FactType.CODES: "write codes in quotes, or a set of codes",
    }
    return shapes.get(declared.type, "write digits, such as 12, or a fact of the same type")

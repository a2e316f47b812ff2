"""From the syntax tree of one test to a leaf of the model: names found, types checked, options known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

import attrs
from lark import Token, Tree

from qa_rules.documents.reading import Plain
from qa_rules.documents.values import ValueFault, did_you_mean, parse_value
from qa_rules.errors import Place
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    Compare,
    Constant,
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
    Op,
    Parameter,
    Reference,
    Term,
    Within,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import ParameterDeclaration
from qa_rules.model.values import Strength, Unit

Node = Tree[Token]
Report = Callable[[str, str, str, int, int], None]
"""code, message, hint, offset and width within the test."""

TIER_TESTS: Final[Mapping[str, tuple[str, Aspect]]] = {
    "tier_below": ("tier/below", Aspect.SATISFIED),
    "tier_reaches": ("tier/below", Aspect.GAP),
    "no_route": ("tier/no_route", Aspect.SATISFIED),
}

_ORDERS: Final[Mapping[str, tuple[Op, bool]]] = {
    "at_least": (Op.AT_LEAST, False),
    "at_most": (Op.AT_MOST, False),
    "more": (Op.MORE, False),
    "less": (Op.LESS, False),
    "before": (Op.LESS, True),
    "after": (Op.MORE, True),
    "not_before": (Op.AT_LEAST, True),
    "not_after": (Op.AT_MOST, True),
}
_UNITS: Final = {
    "days": Unit.DAYS,
    "working_days": Unit.WORKING_DAYS,
    "months": Unit.MONTHS,
    "years": Unit.YEARS,
}
_INTEGER = FactDeclaration("", FactType.INTEGER, "number", "")
_ON = FactDeclaration("on", FactType.DATE, "date of the assessment", "")
_TESTABLE_AS_TRUTH = (FactType.YES_NO, FactType.JUDGEMENT)


class _Fault(Exception):  # noqa: N818
    def __init__(self, code: str, message: str, hint: str, at: Node | Token) -> None:
        self.code, self.message, self.hint = code, message, hint
        start, end = _span(at)
        self.offset, self.width = start, max(1, end - start)


def _span(at: Node | Token) -> tuple[int, int]:
    if isinstance(at, Token):
        return at.start_pos or 0, at.end_pos or 0
    return getattr(at.meta, "start_pos", 0), getattr(at.meta, "end_pos", 0)


@attrs.define
class LeafReader:
    """Reads one test in the scope of a vocabulary, the parameters and, inside a quantifier, a collection."""

    vocabulary: Vocabulary
    parameters: Mapping[str, ParameterDeclaration]
    collection: FactDeclaration | None
    report: Report
    place: Place | None
    referred: list[tuple[str, str]] = attrs.field(factory=list)
    """References found, and how each is asked: bare, met, gap, graded or tier."""

    def read(self, tree: Node) -> Expr:
        """Return the leaf, or unknown after reporting a fault."""
        try:
            return self._read(tree)
        except _Fault as fault:
            self.report(fault.code, fault.message, fault.hint, fault.offset, fault.width)
            return Constant(None, "fault")

    def _read(self, tree: Node) -> Expr:
        kind = tree.data
        if kind.startswith("reference"):
            return self._reference(kind, tree)
        if kind in TIER_TESTS:
            name, aspect = TIER_TESTS[kind]
            self.referred.append((name, "tier"))
            return Reference(name, aspect, place=self.place)
        subject = tree.children[0]
        assert isinstance(subject, Tree)
        if kind in ("exists", "covers", "current"):
            return self._document(kind, subject, tree)
        term, declared = self._subject(subject)
        match kind:
            case "holds":
                return self._holds(term, declared, subject)
            case "given" | "not_given":
                if not isinstance(term, Fact | Field):
                    raise _Fault("type", "only a fact can be given", "", subject)
                given = Given(term, place=self.place)
                return given if kind == "given" else Not(given, place=self.place)
            case "empty" | "not_empty":
                self._must(declared.type.is_set, "set", declared, subject)
                empty = Empty(term, place=self.place)
                return empty if kind == "empty" else Not(empty, place=self.place)
            case "same" | "differs":
                self._must(
                    not declared.type.is_set and declared.type is not FactType.TEXT,
                    "single value other than text",
                    declared,
                    subject,
                )
                same = Compare(term, Op.IS, self._moment(tree.children[1], declared), place=self.place)
                return same if kind == "same" else Not(same, place=self.place)
            case "one_of" | "not_one_of":
                belongs = self._one_of(term, declared, tree)
                return belongs if kind == "one_of" else Not(belongs, place=self.place)
            case "within" | "within_of":
                return self._within(term, declared, tree)
            case "includes_all" | "includes_any" | "includes_only" | "includes_at_least":
                return self._includes(kind, term, declared, tree)
            case _:
                return self._ordered(kind, term, declared, tree)

    # References

    def _reference(self, kind: str, tree: Node) -> Expr:
        name = str(tree.children[0])
        asked = {
            "reference": "bare",
            "reference_met": "met",
            "reference_gap": "gap",
            "reference_at": "graded",
        }
        self.referred.append((name, asked[kind]))
        if kind == "reference_at":
            word = tree.children[1]
            assert isinstance(word, Token)
            try:
                return Reference(name, strength=Strength.of(word), place=self.place)
            except KeyError:
                words = [each.word for each in Strength]
                hint = did_you_mean(word, words) or f"the strengths are {', '.join(words)}"
                raise _Fault("strength", f"there is no strength `{word}`", hint, word) from None
        aspects = {"reference": Aspect.SATISFIED, "reference_met": Aspect.MET, "reference_gap": Aspect.GAP}
        return Reference(name, aspects[kind], place=self.place)

    # Names

    def _subject(self, tree: Node) -> tuple[Term, FactDeclaration]:
        token = tree.children[0]
        assert isinstance(token, Token)
        if token.type == "ON":
            return On(), _ON
        if token.type == "PARAMETER":
            return self._parameter(token)
        return self._fact(token)

    def _parameter(self, token: Token) -> tuple[Term, FactDeclaration]:
        name = token.removeprefix("policy.")
        if name not in self.parameters:
            hint = did_you_mean(name, self.parameters) or "declare it under parameters"
            raise _Fault("unknown-parameter", f"there is no parameter `{name}`", hint, token)
        declared = self.parameters[name]
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

    def _find(self, name: str) -> tuple[Fact | Field, FactDeclaration] | None:
        if self.collection is not None and name in self.collection.fields:
            return Field(self.collection.name, name), self.collection.fields[name]
        declared = self.vocabulary.scalars.get(name)
        return None if declared is None else (Fact(name), declared)

    def _fact(self, token: Token) -> tuple[Term, FactDeclaration]:
        found = self._find(str(token))
        if found is not None:
            return found
        declared = self.vocabulary.facts.get(str(token))
        if declared is not None and declared.type is FactType.COLLECTION:
            hint = f"write `every {token}:`, `some {token}:` or `at least 2 {token}:` around a test"
            raise _Fault("type", f"`{token}` is a collection of records", hint, token)
        if declared is not None:
            parts = ", ".join(part.name for part in declared.fields.values())
            raise _Fault(
                "type", f"`{token}` is a document", f"write `{token} exists`, or one of {parts}", token
            )
        fields = () if self.collection is None else tuple(self.collection.fields)
        known = {*self.vocabulary.scalars, *self.vocabulary.facts, *fields}
        hint = did_you_mean(str(token), known) or "declare it in a vocabulary"
        raise _Fault("unknown-fact", f"there is no fact `{token}`", hint, token)

    def _document(self, kind: str, subject: Node, tree: Node) -> Expr:
        token = subject.children[0]
        assert isinstance(token, Token)
        declared = self.vocabulary.facts.get(str(token))
        if declared is None or declared.type is not FactType.DOCUMENT:
            if declared is None:
                self._fact(token)
            what = str(token) if declared is None else f"{token}` is a {declared.type}, and `{kind}"
            raise _Fault("type", f"`{what}` is asked of documents only", "", token)
        exists = Compare(Fact(f"{token}.exists"), Op.IS, Literal(True), place=self.place)
        if kind == "exists":
            return exists
        if kind == "current":
            due = Fact(f"{token}.review_due")
            undue = Compare(due, Op.AT_LEAST, On(), place=self.place)
            unset = Not(Given(due, place=self.place), place=self.place)
            return AllOf((exists, AnyOf((unset, undue), place=self.place)), place=self.place)
        if "covers" not in declared.fields:
            raise _Fault(
                "type", f"what `{token}` covers is not declared", "give it `covers:` in the vocabulary", token
            )
        items = tree.children[1]
        assert isinstance(items, Tree)
        covers = declared.fields["covers"]
        return Includes(Fact(covers.name), Inclusion.ALL, self._set(items, covers), place=self.place)

    # Types

    def _must(self, holds: bool, wanted: str, declared: FactDeclaration, at: Node | Token) -> None:
        if not holds:
            name = declared.name or "this"
            raise _Fault("type", f"`{name}` is a {declared.type}, and this test is for a {wanted}", "", at)

    def _holds(self, term: Term, declared: FactDeclaration, at: Node) -> Expr:
        if declared.type not in _TESTABLE_AS_TRUTH:
            hint = f"say what of it: `{declared.name} is given`, `{declared.name} is ...`"
            raise _Fault("type", f"`{declared.name}` is a {declared.type}, not a yes or no", hint, at)
        return Compare(term, Op.IS, Literal(True), place=self.place)

    def _ordered(self, kind: str, term: Term, declared: FactDeclaration, tree: Node) -> Expr:
        op, of_dates = _ORDERS[kind]
        operand = tree.children[1]
        assert isinstance(operand, Tree)
        subject = tree.children[0]
        if of_dates:
            self._must(declared.type is FactType.DATE, "date", declared, subject)
            return Compare(term, op, self._moment(operand, declared), place=self.place)
        ordered = declared.type.is_number or declared.ordered
        self._must(ordered, "number or an ordered choice", declared, subject)
        ranks = tuple(declared.options) if declared.ordered else ()
        return Compare(term, op, self._value(operand, declared), ranks, place=self.place)

    def _one_of(self, term: Term, declared: FactDeclaration, tree: Node) -> Expr:
        items = tree.children[1]
        assert isinstance(items, Tree)
        allowed = declared.type in (FactType.CHOICE, FactType.CODE, FactType.INTEGER)
        self._must(allowed, "choice, code or integer", declared, tree.children[0])
        if declared.type is FactType.INTEGER:
            values = [
                Compare(term, Op.IS, self._value(_tree(each), declared), place=self.place)
                for each in items.children
            ]
            return AnyOf(tuple(values), place=self.place)
        return OneOf(term, self._set(items, declared), place=self.place)

    def _includes(self, kind: str, term: Term, declared: FactDeclaration, tree: Node) -> Expr:
        items = _tree(tree.children[-1])
        covering = self.collection is not None and isinstance(term, Field)
        allowed = declared.type.is_set or (covering and declared.type in (FactType.CHOICE, FactType.CODE))
        self._must(allowed, "set", declared, tree.children[0])
        how = {
            "includes_all": Inclusion.ALL,
            "includes_any": Inclusion.ANY,
            "includes_only": Inclusion.ONLY,
            "includes_at_least": Inclusion.AT_LEAST,
        }[kind]
        count = int(str(tree.children[1])) if how is Inclusion.AT_LEAST else 0
        if how is Inclusion.AT_LEAST and not 1 <= count <= 1000:
            raise _Fault("count", f"at least {count} cannot be", "choose 1 or more", tree.children[1])
        target = self._set(items, declared)
        if isinstance(target, Literal) and isinstance(target.value, frozenset) and count > len(target.value):
            raise _Fault("count", f"there are only {len(target.value)} to choose from", "", tree.children[1])
        return Includes(term, how, target, count, place=self.place)

    def _within(self, term: Term, declared: FactDeclaration, tree: Node) -> Expr:
        self._must(declared.type is FactType.DATE, "date", declared, tree.children[0])
        amount, unit = self._amount(_tree(tree.children[1])), _UNITS[_tree(tree.children[2]).data]
        if len(tree.children) == 3:
            return Within(On(), term, amount, unit, place=self.place)
        start = self._moment(_tree(tree.children[3]), declared)
        return Within(term, start, amount, unit, place=self.place)

    # Values

    def _amount(self, tree: Node) -> Term:
        token = tree.children[0]
        assert isinstance(token, Token)
        return self._single(token, _INTEGER)

    def _moment(self, node: Node | Token, declared: FactDeclaration) -> Term:
        tree = _tree(node)
        if len(tree.children) == 1:
            return self._value(_tree(tree.children[0]), declared)
        self._must(declared.type is FactType.DATE, "date", declared, tree)
        start = self._value(_tree(tree.children[0]), declared)
        return Later(start, self._amount(_tree(tree.children[1])), _UNITS[_tree(tree.children[2]).data])

    def _value(self, tree: Node, declared: FactDeclaration) -> Term:
        token = tree.children[0]
        assert isinstance(token, Token)
        if len(tree.children) > 1:
            word = _tree(tree.children[1]).children
            unit = (
                str(word[0]) if word and isinstance(word[0], Token) else _tree(word[0]).data.replace("_", " ")
            )
            if unit != declared.unit:
                hint = f"its unit is {declared.unit}" if declared.unit else "it has no unit"
                raise _Fault("unit", f"`{declared.name}` is not in {unit}", hint, tree)
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
            known = {*declared.options, *self.vocabulary.scalars}
            kind = "option" if declared.options else "fact"
            hint = did_you_mean(str(token), known) or _expected(declared)
            raise _Fault(f"unknown-{kind}", f"there is no {kind} `{token}` here", hint, token)
        return Literal(self._literal(token, declared))

    def _is_truth(self, token: Token, declared: FactDeclaration) -> bool:
        return declared.type in _TESTABLE_AS_TRUTH and str(token) in ("yes", "no")

    def _literal(self, token: Token, declared: FactDeclaration) -> bool | int | str | Decimal:
        quoted = token.type == "QUOTED"
        if declared.type in (FactType.CODE, FactType.CODES) and not quoted:
            raise _Fault("value", f"`{token}` is not a code", f"write it in quotes: '{token}'", token)
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
            raise _Fault("value", fault.message, fault.hint, token) from None
        assert value is not None
        return value  # type: ignore[return-value]

    def _comparable(self, declared: FactDeclaration, other: FactDeclaration, at: Token) -> None:
        truths = declared.type in _TESTABLE_AS_TRUTH and other.type in _TESTABLE_AS_TRUTH
        if other.type is not declared.type and not truths:
            message = f"`{at}` is a {other.type} and `{declared.name or 'this'}` a {declared.type}"
            raise _Fault("type", message, "compare like with like", at)
        if other.unit != declared.unit and declared.unit and other.unit:
            raise _Fault("unit", f"`{at}` is in {other.unit}, not in {declared.unit}", "", at)
        if list(other.options) != list(declared.options):
            raise _Fault("type", f"`{at}` and `{declared.name}` have different options", "", at)

    def _set(self, tree: Node, declared: FactDeclaration) -> Term:
        """The right side of a membership: a set fact or parameter alone, or values written out."""
        tokens = [_tree(each).children[0] for each in tree.children]
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
                    raise _Fault("unknown-option", f"there is no option or set `{first}` here", hint, first)
                term, other = found
            kinds = {FactType.CHOICE: FactType.CHOICES, FactType.CODE: FactType.CODES}
            wanted = kinds.get(declared.type, declared.type)
            if other.type is not wanted or (
                other.options and declared.options and list(other.options) != list(declared.options)
            ):
                message = f"`{first}` is a {other.type}, not a set of the same {'options' if declared.options else 'codes'}"
                raise _Fault("type", message, "compare like with like", first)
            return term
        values = [self._literal(token, declared) for token in tokens if isinstance(token, Token)]
        return Literal(frozenset(str(value) for value in values))


def _tree(node: Node | Token) -> Node:
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
    return shapes.get(declared.type, "write a number, or a fact of the same type")

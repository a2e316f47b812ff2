"""From the syntax tree of one test to a leaf of the model: names found, types checked, options known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import attrs
from lark import Token, Tree

from qa_rules.errors import Place
from qa_rules.language.operands import TRUTHS, Misread, Node, OperandReader, tree_of
from qa_rules.language.values import did_you_mean
from qa_rules.model import expressions as ex
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.nodes import BELOW, NO_ROUTE, NodeId
from qa_rules.model.values import Strength

Report = Callable[[str, str, str, int, int], None]
"""code, message, hint, offset and width within the test."""

TIER_TESTS: Final[Mapping[str, tuple[NodeId, ex.Aspect]]] = {
    "tier_below": (BELOW, ex.Aspect.SATISFIED),
    "tier_reaches": (BELOW, ex.Aspect.GAP),
    "no_route": (NO_ROUTE, ex.Aspect.SATISFIED),
}

_ORDERS: Final[Mapping[str, tuple[ex.Op, bool]]] = {
    "at_least": (ex.Op.AT_LEAST, False),
    "at_most": (ex.Op.AT_MOST, False),
    "more": (ex.Op.MORE, False),
    "less": (ex.Op.LESS, False),
    "before": (ex.Op.LESS, True),
    "after": (ex.Op.MORE, True),
    "not_before": (ex.Op.AT_LEAST, True),
    "not_after": (ex.Op.AT_MOST, True),
}


@attrs.define
class LeafReader(OperandReader):
    """Reads one test in the scope of a vocabulary, the parameters and, inside a quantifier, a collection."""

    report: Report
    place: Place | None
    covering: bool = False
    """Whether the test says what records cover together; then one single value stands for a set of it."""
    referred: list[tuple[NodeId, str]] = attrs.field(factory=list)
    """References found, and how each is asked: bare, met, gap, graded or tier."""

    def read(self, tree: Node) -> ex.Expr:
        """Return the leaf, or unknown after reporting a fault."""
        try:
            return self._read(tree)
        except Misread as fault:
            self.report(fault.code, fault.message, fault.hint, fault.offset, fault.width)
            return ex.Constant(None, "fault")

    def _read(self, tree: Node) -> ex.Expr:
        kind = tree.data
        if kind.startswith("reference"):
            return self._reference(kind, tree)
        if kind in TIER_TESTS:
            name, aspect = TIER_TESTS[kind]
            self.referred.append((name, "tier"))
            return ex.Reference(name, aspect, place=self.place)
        subject = tree.children[0]
        assert isinstance(subject, Tree)
        if kind in ("exists", "covers", "current"):
            return self._document(kind, subject, tree)
        term, declared = self._subject(subject, alone=kind == "holds")
        match kind:
            case "holds":
                return self._holds(term, declared, subject)
            case "given" | "not_given":
                if isinstance(term, ex.Named):
                    hint = "ask the value itself, or whether the facts that it is made of are given"
                    raise Misread("type", "only a fact can be given, and this is a value", hint, subject)
                if not isinstance(term, ex.Fact | ex.Field):
                    raise Misread("type", "only a fact can be given", "", subject)
                given = ex.Given(term, place=self.place)
                return given if kind == "given" else ex.Not(given, place=self.place)
            case "empty" | "not_empty":
                self._must(declared.type.is_set, "set", declared, subject)
                empty = ex.Empty(term, place=self.place)
                return empty if kind == "empty" else ex.Not(empty, place=self.place)
            case "same" | "differs":
                self._must(
                    not declared.type.is_set and declared.type is not FactType.TEXT,
                    "single value other than text",
                    declared,
                    subject,
                )
                same = ex.Compare(term, ex.Op.IS, self._moment(tree.children[1], declared), place=self.place)
                return same if kind == "same" else ex.Not(same, place=self.place)
            case "one_of" | "not_one_of":
                belongs = self._one_of(term, declared, tree)
                return belongs if kind == "one_of" else ex.Not(belongs, place=self.place)
            case "within" | "within_of":
                return self._within(term, declared, tree)
            case "includes_all" | "includes_any" | "includes_only" | "includes_at_least":
                return self._includes(kind, term, declared, tree)
            case _:
                return self._ordered(kind, term, declared, tree)

    # References

    def _reference(self, kind: str, tree: Node) -> ex.Expr:
        name = str(tree.children[0])
        asked = {
            "reference": "bare",
            "reference_met": "met",
            "reference_gap": "gap",
            "reference_at": "graded",
        }
        self.referred.append((NodeId(name), asked[kind]))
        if kind == "reference_at":
            word = tree.children[1]
            assert isinstance(word, Token)
            try:
                return ex.Reference(name, strength=Strength.of(word), place=self.place)
            except KeyError:
                words = [each.word for each in Strength]
                hint = did_you_mean(word, words) or f"the strengths are {', '.join(words)}"
                raise Misread("strength", f"there is no strength `{word}`", hint, word) from None
        aspects = {
            "reference": ex.Aspect.SATISFIED,
            "reference_met": ex.Aspect.MET,
            "reference_gap": ex.Aspect.GAP,
        }
        return ex.Reference(name, aspects[kind], place=self.place)

    def _document(self, kind: str, subject: Node, tree: Node) -> ex.Expr:
        token = subject.children[0]
        assert isinstance(token, Token)
        declared = self.vocabulary.facts.get(str(token))
        if declared is None or declared.type is not FactType.DOCUMENT:
            if declared is None:
                self._fact(token)
            what = str(token) if declared is None else f"{token}` is {declared.type.words}, and `{kind}"
            raise Misread("type", f"`{what}` is asked of documents only", "", token)
        exists = ex.Compare(ex.Fact(f"{token}.exists"), ex.Op.IS, ex.Literal(True), place=self.place)
        if kind == "exists":
            return exists
        if kind == "current":
            due = ex.Fact(f"{token}.review_due")
            undue = ex.Compare(due, ex.Op.AT_LEAST, ex.On(), place=self.place)
            unset = ex.Not(ex.Given(due, place=self.place), place=self.place)
            return ex.AllOf((exists, ex.AnyOf((unset, undue), place=self.place)), place=self.place)
        if "covers" not in declared.fields:
            raise Misread(
                "type", f"what `{token}` covers is not declared", "give it `covers:` in the vocabulary", token
            )
        items = tree.children[1]
        assert isinstance(items, Tree)
        covers = declared.fields["covers"]
        return ex.Includes(ex.Fact(covers.name), ex.Inclusion.ALL, self._set(items, covers), place=self.place)

    # Types

    def _holds(self, term: ex.Term, declared: FactDeclaration, at: Node) -> ex.Expr:
        if declared.type.is_number and isinstance(term, ex.Named):
            hint = f"compare it: `{declared.name} at least ...`"
            raise Misread("type", f"`{declared.name}` is a number, not a yes or no", hint, at)
        if declared.type not in TRUTHS:
            hint = f"say what of it: `{declared.name} is given`, `{declared.name} is ...`"
            raise Misread("type", f"`{declared.name}` is {declared.type.words}, not a yes or no", hint, at)
        return ex.Compare(term, ex.Op.IS, ex.Literal(True), place=self.place)

    def _ordered(self, kind: str, term: ex.Term, declared: FactDeclaration, tree: Node) -> ex.Expr:
        op, of_dates = _ORDERS[kind]
        operand = tree.children[1]
        assert isinstance(operand, Tree)
        subject = tree.children[0]
        if of_dates:
            self._must(declared.type is FactType.DATE, "date", declared, subject)
            return ex.Compare(term, op, self._moment(operand, declared), place=self.place)
        ordered = declared.type.is_number or declared.ordered
        self._must(ordered, "number or an ordered choice", declared, subject)
        ranks = tuple(declared.options) if declared.ordered else ()
        return ex.Compare(term, op, self._value(operand, declared), ranks, place=self.place)

    def _one_of(self, term: ex.Term, declared: FactDeclaration, tree: Node) -> ex.Expr:
        items = tree.children[1]
        assert isinstance(items, Tree)
        allowed = declared.type in (FactType.CHOICE, FactType.CODE, FactType.INTEGER)
        self._must(allowed, "choice, code or integer", declared, tree.children[0])
        if declared.type is FactType.INTEGER:
            values = [
                ex.Compare(term, ex.Op.IS, self._value(tree_of(each), declared), place=self.place)
                for each in items.children
            ]
            return ex.AnyOf(tuple(values), place=self.place)
        return ex.OneOf(term, self._set(items, declared), place=self.place)

    def _includes(self, kind: str, term: ex.Term, declared: FactDeclaration, tree: Node) -> ex.Expr:
        items = tree_of(tree.children[-1])
        single = declared.type in (FactType.CHOICE, FactType.CODE)
        allowed = declared.type.is_set or (self.covering and single and isinstance(term, ex.Field))
        self._must(allowed, "set", declared, tree.children[0])
        how = {
            "includes_all": ex.Inclusion.ALL,
            "includes_any": ex.Inclusion.ANY,
            "includes_only": ex.Inclusion.ONLY,
            "includes_at_least": ex.Inclusion.AT_LEAST,
        }[kind]
        count = int(str(tree.children[1])) if how is ex.Inclusion.AT_LEAST else 0
        if how is ex.Inclusion.AT_LEAST and not 1 <= count <= 1000:
            raise Misread("count", f"at least {count} cannot be", "choose 1 or more", tree.children[1])
        target = self._set(items, declared)
        if (
            isinstance(target, ex.Literal)
            and isinstance(target.value, frozenset)
            and count > len(target.value)
        ):
            raise Misread("count", f"there are only {len(target.value)} to choose from", "", tree.children[1])
        return ex.Includes(term, how, target, count, place=self.place)

    def _within(self, term: ex.Term, declared: FactDeclaration, tree: Node) -> ex.Expr:
        self._must(declared.type is FactType.DATE, "date", declared, tree.children[0])
        amount, unit = self._span(tree.children[1], tree.children[2])
        if len(tree.children) == 3:
            return ex.Within(ex.On(), term, amount, unit, place=self.place)
        start = self._moment(tree_of(tree.children[3]), declared)
        return ex.Within(term, start, amount, unit, place=self.place)

"""Every small change of one expression: what a slip of the pen could have made of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

import attrs

from qa_rules.errors import Place
from qa_rules.model import expressions as ex
from qa_rules.model.expressions import children, rebuild
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.nodes import NodeId
from qa_rules.model.values import Severity, Strength
from qa_rules.testing.quoting import Quoting, current


class Kind(StrEnum):
    """What sort of slip a change is."""

    OPERATOR = "operator"
    CONSTANT = "constant"
    FACT = "fact"
    """Another fact of the same type is read."""
    REFERENCE = "reference"
    QUANTIFIER = "quantifier"
    NEGATION = "negation"
    LEFT_OUT = "left out"
    APPLICABILITY = "applicability"
    MEMBER = "member"
    STRENGTH = "strength"
    OUTCOME = "outcome"
    TIER = "tier"
    SEVERITY = "severity"


@attrs.frozen
class Change:
    """An expression with one thing changed."""

    kind: Kind
    words: str
    """What was changed, in the words of the rule language."""
    expr: ex.Expr
    place: Place | None


_EDGE = {
    ex.Op.AT_LEAST: ex.Op.MORE,
    ex.Op.MORE: ex.Op.AT_LEAST,
    ex.Op.AT_MOST: ex.Op.LESS,
    ex.Op.LESS: ex.Op.AT_MOST,
}
_TURNED = {
    ex.Op.AT_LEAST: ex.Op.AT_MOST,
    ex.Op.MORE: ex.Op.LESS,
    ex.Op.AT_MOST: ex.Op.AT_LEAST,
    ex.Op.LESS: ex.Op.MORE,
}
_OTHER_HOW = {
    ex.Inclusion.ALL: ex.Inclusion.ANY,
    ex.Inclusion.ANY: ex.Inclusion.ALL,
    ex.Inclusion.AT_LEAST: ex.Inclusion.ALL,
    ex.Inclusion.ONLY: ex.Inclusion.ALL,
}


def _of_current(document: str, words: str) -> str:
    """The words of a change inside `is current`, of which authors write neither the parts nor what joins them."""
    if not document:
        return words
    whole, due = f"`{document} is current`", f"{document}.review_due"
    said = {
        f"{whole} became `any_of`": f"{whole} became enough where only one of its two parts holds: "
        "that it exists, that its review is not past",
        "`any_of` left out": f"{whole} became `{document} exists`",
        f"`{document} exists` left out": f"{whole} asked of the review alone, not whether it exists",
        "`any_of` became `all_of`": f"{whole} became impossible: a review that is not past and no day for it",
        f"`not: {due} is given` left out": f"{whole} asked for a day of review, which may be left open",
        f"`{due} not before on` left out": f"{whole} asked that there be no day of review",
    }
    return said.get(words, f"in {whole}: {words}")


@attrs.frozen
class Beneath:
    """For requirements and values what lies under them, and for values what stands beside them."""

    tests: Mapping[str, ex.Expr] = attrs.field(factory=dict)
    """The first test of a fact in a requirement, or in a yes-or-no value, that asks more than that."""
    facts: Mapping[str, str] = attrs.field(factory=dict)
    """The first fact in a number."""
    values: Mapping[str, str] = attrs.field(factory=dict)
    """A value to another of its type."""


@attrs.frozen
class Altering(Quoting):
    """Changes expressions over one vocabulary."""

    like: Mapping[str, str]
    """A fact to another that is read somewhere and has the same type; facts without one are left out."""
    references: Mapping[str, str] = attrs.field(factory=dict)
    """What may be referred to here, each to another of its kind."""
    negates_references: bool = False
    """Whether `is not met` may be asked here."""
    beneath: Beneath = attrs.field(factory=lambda: Beneath())
    """What somebody may have asked in place of what is made of it."""

    def changes(self, expr: ex.Expr) -> Iterator[Change]:
        """Yield the expression with one thing changed, for every thing in it, outermost first."""
        document = current(expr)
        for change in self._own(expr):
            yield attrs.evolve(change, words=_of_current(document, change.words))
        for at, child in enumerate(children(expr)):
            for change in self.changes(child):
                words = _of_current(document, change.words)
                yield attrs.evolve(change, words=words, expr=_replaced(expr, at, change.expr))

    # One node

    def _own(self, expr: ex.Expr) -> Iterator[Change]:
        match expr:
            case ex.AllOf(operands) | ex.AnyOf(operands):
                yield from self._listed(expr, operands)
            case ex.AtLeast(count, operands):
                for number in (count - 1, count + 1):
                    if 1 <= number <= len(operands):
                        yield self._taken(Kind.QUANTIFIER, expr, attrs.evolve(expr, count=number))
                if len(operands) > count:
                    yield from self._left_out(expr, operands)
            case ex.Not(operand):
                yield Change(
                    Kind.NEGATION, f"`not` left out before `{self.words(operand)}`", operand, expr.place
                )
            case ex.OnlyWhen(condition, operand):
                words = f"asked always, not only when `{self.words(condition)}`"
                yield Change(Kind.APPLICABILITY, words, operand, expr.place)
            case ex.Quantified():
                yield from self._quantified(expr)
            case ex.Together():
                if expr.where is not None:
                    yield Change(
                        Kind.LEFT_OUT, "`where` left out", attrs.evolve(expr, where=None), expr.place
                    )
                yield from self._items(expr, expr.target, lambda items: attrs.evolve(expr, target=items))
            case ex.Reference():
                yield from self._referring(expr)
            case ex.Compare():
                yield from self._compared(expr)
            case ex.Within():
                yield from self._within(expr)
            case ex.OneOf(item, options):
                yield from self._items(expr, options, lambda items: attrs.evolve(expr, options=items))
                yield from self._swapped(expr, item, lambda term: attrs.evolve(expr, item=term))
                yield self._negated(expr)
            case ex.Includes():
                yield from self._includes(expr)
            case ex.Empty(whole):
                yield from self._swapped(expr, whole, lambda term: attrs.evolve(expr, whole=term))
                yield self._negated(expr)
            case ex.Given(term):
                yield from self._swapped(expr, term, lambda term: _given(expr, term))
                yield self._negated(expr)
            case _:
                return

    def in_place_of(self, value: ex.Named) -> Iterator[ex.Named | ex.Fact]:
        """Yield what may stand in place of a value: another of its type, and the first fact in a number."""
        if value.name in self.beneath.values:
            yield ex.Named(self.beneath.values[value.name])
        if value.name in self.beneath.facts:
            yield ex.Fact(self.beneath.facts[value.name])

    def _taken(self, kind: Kind, before: ex.Expr, after: ex.Expr) -> Change:
        return Change(kind, f"`{self.words(before)}` became `{self.words(after)}`", after, before.place)

    def _negated(self, expr: ex.Expr) -> Change:
        after = ex.Not(expr, place=expr.place)
        return Change(Kind.NEGATION, f"`{self.words(expr)}` negated", after, expr.place)

    def _listed(self, expr: ex.AllOf | ex.AnyOf, operands: Sequence[ex.Expr]) -> Iterator[Change]:
        if len(operands) < 2:
            return
        other = ex.AnyOf if isinstance(expr, ex.AllOf) else ex.AllOf
        yield self._taken(Kind.QUANTIFIER, expr, other(expr.operands, place=expr.place))
        yield from self._left_out(expr, operands)

    def _left_out(
        self, expr: ex.AllOf | ex.AnyOf | ex.AtLeast, operands: Sequence[ex.Expr]
    ) -> Iterator[Change]:
        for at, operand in enumerate(operands):
            rest = (*operands[:at], *operands[at + 1 :])
            words = f"`{self.words(operand)}` left out"
            place = operand.place or expr.place
            yield Change(Kind.LEFT_OUT, words, attrs.evolve(expr, operands=rest), place)

    def _quantified(self, expr: ex.Quantified) -> Iterator[Change]:
        if expr.count is ex.Count.AT_LEAST:
            for number in (expr.number - 1, expr.number + 1):
                if number >= 1:
                    yield self._taken(Kind.QUANTIFIER, expr, attrs.evolve(expr, number=number))
        else:
            other = ex.Count.SOME if expr.count is ex.Count.EVERY else ex.Count.EVERY
            yield self._taken(Kind.QUANTIFIER, expr, attrs.evolve(expr, count=other))
        if expr.where is not None:
            yield Change(Kind.LEFT_OUT, "`where` left out", attrs.evolve(expr, where=None), expr.place)
        if expr.count is ex.Count.EVERY:
            words = "`empty_is_met` left out" if expr.empty_is_met else "`empty_is_met` added"
            after = attrs.evolve(expr, empty_is_met=not expr.empty_is_met)
            yield Change(Kind.QUANTIFIER, words, after, expr.place)
        elif expr.body is not None:
            yield Change(Kind.LEFT_OUT, "`meets` left out", attrs.evolve(expr, body=None), expr.place)

    def _referring(self, expr: ex.Reference) -> Iterator[Change]:
        name, severity = expr.name.rule, expr.name.severity
        if expr.strength is not None:
            for other in Strength:
                if abs(other - expr.strength) == 1:
                    yield self._taken(Kind.STRENGTH, expr, attrs.evolve(expr, strength=other))
        if name in self.references:
            other_rule = self.references[name]
            swapped = NodeId.at(other_rule, severity) if severity else NodeId(other_rule)
            yield self._taken(Kind.REFERENCE, expr, attrs.evolve(expr, name=swapped))
        if name in self.beneath.tests and not severity and expr.strength is None:
            test = attrs.evolve(self.beneath.tests[name], place=expr.place)
            after = ex.Not(test, place=expr.place) if expr.aspect is ex.Aspect.GAP else test
            yield self._taken(Kind.REFERENCE, expr, after)
        if severity:
            other_severity = Severity.CONDITION if severity is Severity.REQUIRED else Severity.REQUIRED
            after = attrs.evolve(expr, name=NodeId.at(name, other_severity))
            yield self._taken(Kind.SEVERITY, expr, after)
        if expr.aspect is ex.Aspect.MET:
            yield self._negated(expr)
        elif self.negates_references and expr.strength is None:
            aspect = ex.Aspect.SATISFIED if expr.aspect is ex.Aspect.GAP else ex.Aspect.GAP
            yield self._taken(Kind.NEGATION, expr, attrs.evolve(expr, aspect=aspect))

    def _compared(self, leaf: ex.Compare) -> Iterator[Change]:
        truth = (
            leaf.op is ex.Op.IS and isinstance(leaf.right, ex.Literal) and isinstance(leaf.right.value, bool)
        )
        for table in (_EDGE, _TURNED):
            if leaf.op in table:
                yield self._taken(Kind.OPERATOR, leaf, attrs.evolve(leaf, op=table[leaf.op]))
        if leaf.op is ex.Op.IS and (self.is_number(leaf.left) or self.is_date(leaf.left)):
            for op in (ex.Op.AT_LEAST, ex.Op.AT_MOST):
                yield self._taken(Kind.OPERATOR, leaf, attrs.evolve(leaf, op=op))
        if leaf.op is ex.Op.IS:
            yield self._negated(leaf)
        if truth and isinstance(leaf.left, ex.Named) and leaf.left.name in self.beneath.tests:
            test = attrs.evolve(self.beneath.tests[leaf.left.name], place=leaf.place)
            is_asked = leaf.right == ex.Literal(True)
            yield self._taken(Kind.REFERENCE, leaf, test if is_asked else ex.Not(test, place=leaf.place))
        if not truth:
            for right in self._others(leaf.right, self.vocabulary.declaration(leaf.left)):
                yield self._taken(Kind.CONSTANT, leaf, attrs.evolve(leaf, right=right))
        yield from self._swapped(leaf, leaf.left, lambda term: attrs.evolve(leaf, left=term))
        yield from self._swapped(leaf, leaf.right, lambda term: attrs.evolve(leaf, right=term))

    def _within(self, leaf: ex.Within) -> Iterator[Change]:
        for amount in self._others(leaf.amount, None):
            yield self._taken(Kind.CONSTANT, leaf, attrs.evolve(leaf, amount=amount))
        limit = ex.Later(leaf.start, leaf.amount, leaf.unit)
        for op, other in ((ex.Op.AT_LEAST, leaf.start), (ex.Op.AT_MOST, limit)):
            after = ex.Compare(leaf.moment, op, other, place=leaf.place)
            yield self._taken(Kind.OPERATOR, leaf, after)
        yield from self._swapped(leaf, leaf.moment, lambda term: attrs.evolve(leaf, moment=term))
        yield from self._swapped(leaf, leaf.start, lambda term: attrs.evolve(leaf, start=term))
        yield self._negated(leaf)

    def _includes(self, leaf: ex.Includes) -> Iterator[Change]:
        single = isinstance(leaf.items, ex.Literal) and isinstance(leaf.items.value, frozenset)
        single = single and len(leaf.items.value) == 1  # type: ignore[union-attr, arg-type]
        if not single or leaf.how is ex.Inclusion.ONLY:
            after = attrs.evolve(leaf, how=_OTHER_HOW[leaf.how], count=0)
            yield self._taken(Kind.QUANTIFIER, leaf, after)
        if leaf.how is ex.Inclusion.AT_LEAST:
            for count in (leaf.count - 1, leaf.count + 1):
                if count >= 1:
                    yield self._taken(Kind.QUANTIFIER, leaf, attrs.evolve(leaf, count=count))
        yield from self._items(leaf, leaf.items, lambda items: attrs.evolve(leaf, items=items))
        yield from self._swapped(leaf, leaf.whole, lambda term: attrs.evolve(leaf, whole=term))
        yield self._negated(leaf)

    # Terms

    def _others(self, term: ex.Term, like: FactDeclaration | None) -> Iterator[ex.Term]:
        """The term with a number, a day or an option beside its own."""
        if isinstance(term, ex.Later):
            for amount in self._others(term.amount, None):
                yield attrs.evolve(term, amount=amount)
        if not isinstance(term, ex.Literal):
            return
        value = term.value
        if isinstance(value, bool):
            yield ex.Literal(not value)
        elif isinstance(value, int | Decimal):
            yield from (ex.Literal(value - 1), ex.Literal(value + 1))
        elif isinstance(value, datetime.date):
            yield from (ex.Literal(value + datetime.timedelta(days=step)) for step in (-1, 1))
        elif isinstance(value, str):
            yield from map(ex.Literal, _beside(value, like))

    def _items(self, expr: ex.Expr, items: ex.Term, put: Callable[[ex.Term], ex.Expr]) -> Iterator[Change]:
        """Each item of a written set left out."""
        if isinstance(items, ex.Literal) and isinstance(items.value, frozenset) and len(items.value) > 1:
            for item in sorted(items.value):
                words = f"`{item}` left out of `{self.words(expr)}`"
                yield Change(Kind.LEFT_OUT, words, put(ex.Literal(items.value - {item})), expr.place)

    def _swapped(self, expr: ex.Expr, term: ex.Term, put: Callable[[ex.Term], ex.Expr]) -> Iterator[Change]:
        """Another fact of the same type in its place; of a value another, and the fact under it."""
        if isinstance(term, ex.Named):
            for other_term in self.in_place_of(term):
                yield self._taken(Kind.REFERENCE, expr, put(other_term))
        if isinstance(term, ex.Fact) and term.name in self.like:
            yield self._taken(Kind.FACT, expr, put(ex.Fact(self.like[term.name])))
        elif isinstance(term, ex.Field):
            fields = self.vocabulary.collections[term.collection].fields
            other = next_like(fields, fields).get(term.name)
            if other is not None:
                yield self._taken(Kind.FACT, expr, put(ex.Field(term.collection, other)))


def next_like(
    names: Sequence[str] | Mapping[str, object], declared: Mapping[str, FactDeclaration]
) -> dict[str, str]:
    """Return for each name the next one of the same type, options and unit, the first after the last."""
    alike: dict[object, list[str]] = {}
    for name in names:
        each = declared[name]
        alike.setdefault((each.type, tuple(each.options), each.unit), []).append(name)
    return {
        name: group[(at + 1) % len(group)]
        for group in alike.values()
        if len(group) > 1
        for at, name in enumerate(group)
    }


def _beside(value: str, like: FactDeclaration | None) -> Iterator[str]:
    options = [] if like is None else list(like.options)
    if value not in options:
        yield f"not-{value}"
        return
    at = options.index(value)
    if like is not None and like.ordered:
        yield from options[max(0, at - 1) : at]
        yield from options[at + 1 : at + 2]
    elif len(options) > 1:
        yield options[(at + 1) % len(options)]


def _given(expr: ex.Given, term: ex.Term) -> ex.Expr:
    return attrs.evolve(expr, term=term) if isinstance(term, ex.Fact | ex.Field) else expr


def _replaced(expr: ex.Expr, at: int, inner: ex.Expr) -> ex.Expr:
    """The expression with another one in the place of the child at a position."""
    position = iter(range(len(children(expr))))
    return rebuild(expr, lambda child: inner if next(position) == at else child)

"""Well-typed expressions of every kind over a vocabulary, with references only where they may stand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

import attrs
from hypothesis import strategies as st

from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    Aspect,
    AtLeast,
    Compare,
    Constant,
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
    Named,
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
    Within,
)
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.nodes import BELOW, NO_ROUTE
from qa_rules.model.rulesets import ParameterDeclaration
from qa_rules.model.values import Severity, Strength, Unit
from tests.strategies.vocabularies import COLOURS, LEVELS, values, vocabularies


class Place(Enum):
    """Where an expression stands, which decides what it may refer to."""

    CLAUSE = "clause"
    NEEDS = "needs"
    OUTCOME = "outcome"


@attrs.frozen
class Scope:
    """What an expression may name."""

    vocabulary: Vocabulary
    parameters: Mapping[str, ParameterDeclaration] = attrs.field(factory=dict)
    references: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    """Yes-or-no values."""
    numbers: tuple[str, ...] = ()
    """Values that are numbers."""
    shares: tuple[str, ...] = ()
    """Values that are shares: compared with a constant only."""
    outputs: tuple[str, ...] = ()
    """What decision tables give: `load`, a number, and `mark`, an ordered choice."""
    place: Place = Place.CLAUSE
    tiers: bool = False
    """Whether outcomes may ask about tiers."""
    collection: FactDeclaration | None = None
    bare: bool = True
    """Whether a bare reference may stand here."""
    negated: bool = False
    """Whether a not stands around."""
    apart: tuple[str, ...] = ()
    """The numbers that look at no records, which may stand beside a field of the record in hand."""

    @property
    def plain(self) -> bool:
        """Whether every fact is a yes or no, so that what holds turns on the structure alone."""
        return not self.vocabulary.collections and all(
            each.type is FactType.YES_NO for each in self.vocabulary.scalars.values()
        )

    @property
    def inner(self) -> Scope:
        """The scope inside anything but all-of."""
        return attrs.evolve(self, bare=False)


_UNITS = tuple(Unit)
_AMOUNTS = (0, 1, 2, 3, 12, -1, 10**29)
_LEAVES = (
    "truth",
    "number",
    "number",
    "level",
    "option",
    "date",
    "date",
    "within",
    "within",
    "one_of",
    "includes",
    "empty",
    "given",
    "current",
)
_NODES = (
    "leaf",
    "all",
    "any",
    "at_least",
    "not",
    "only_when",
    "every",
    "some",
    "at_least_records",
    "together",
)
_FRESH = FactDeclaration("", FactType.YES_NO, "", "")


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    """A random vocabulary, nothing else to name."""
    return Scope(draw(vocabularies()))


@st.composite
def expressions(draw: st.DrawFn, scope: Scope, depth: int = 3) -> Expr:
    """An expression of at most this depth."""
    return _expr(draw, scope, depth)


def _expr(draw: st.DrawFn, scope: Scope, depth: int) -> Expr:
    often = 3 if scope.plain and scope.place is Place.OUTCOME else 1
    if scope.references and draw(st.integers(0, 3)) < often:
        return _reference(draw, scope)
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return _leaf(draw, scope)
    kind = draw(st.sampled_from(_NODES))
    match kind:
        case "leaf":
            return _leaf(draw, scope)
        case "all":
            return AllOf(_several(draw, scope, depth))
        case "any":
            return AnyOf((*_several(draw, scope.inner, depth), *_alternatives(draw, scope)))
        case "at_least":
            operands = _several(draw, scope.inner, depth)
            if draw(st.booleans()):
                # Many, of which the number that hold is often just enough or one too few.
                operands += tuple(_leaf(draw, scope.inner) for _ in range(draw(st.integers(1, 6))))
            return AtLeast(draw(st.integers(1, len(operands))), operands)
        case "not":
            return Not(_expr(draw, attrs.evolve(scope.inner, negated=True), depth - 1))
        case "only_when":
            condition = _expr(draw, attrs.evolve(scope.inner, negated=True), depth - 1)
            return OnlyWhen(condition, _expr(draw, scope.inner, depth - 1))
        case _:
            if scope.collection is not None or scope.plain:
                return _leaf(draw, scope)
            return _records(draw, scope, kind, depth)


def _several(draw: st.DrawFn, scope: Scope, depth: int) -> tuple[Expr, ...]:
    return tuple(_expr(draw, scope, depth - 1) for _ in range(draw(st.integers(1, 3))))


def _alternatives(draw: st.DrawFn, scope: Scope) -> tuple[Expr, ...]:
    """Now and then: this fact is one value, or it is another."""
    if scope.plain or draw(st.integers(0, 2)):
        return ()
    kind = draw(
        st.sampled_from((FactType.CHOICE, FactType.CODE, FactType.INTEGER, FactType.DECIMAL, FactType.DATE))
    )
    item = _subject(draw, scope, kind)
    several = draw(st.integers(2, 3))
    return tuple(Compare(item, Op.IS, Literal(draw(values(kind, COLOURS)))) for _ in range(several))


def _records(draw: st.DrawFn, scope: Scope, kind: str, depth: int) -> Expr:
    collection = draw(st.sampled_from(tuple(scope.vocabulary.collections.values())))
    inside = attrs.evolve(scope.inner, collection=collection, negated=True)
    where = _expr(draw, inside, depth - 1) if draw(st.booleans()) else None
    if kind == "together":
        options = draw(st.booleans())
        single = draw(st.booleans())
        types = (FactType.CHOICE, FactType.CHOICES) if options else (FactType.CODE, FactType.CODES)
        field = _declared(draw, collection.fields, types[not single], False)
        return Together(collection.name, where, field.name, _set(draw, scope, types[1]))
    counts = {"every": Count.EVERY, "some": Count.SOME, "at_least_records": Count.AT_LEAST}
    count = counts[kind]
    with_body = count is Count.EVERY or draw(st.booleans())
    body = _expr(draw, inside, depth - 1) if with_body else None
    number = draw(st.integers(1, 4)) if count is Count.AT_LEAST else 0
    return Quantified(
        count, number, collection.name, where, body, count is Count.EVERY and draw(st.booleans())
    )


def _reference(draw: st.DrawFn, scope: Scope) -> Expr:
    name = draw(st.sampled_from(scope.references))
    if scope.place is Place.CLAUSE:
        return Reference(name, Aspect.SATISFIED if scope.bare and draw(st.booleans()) else Aspect.MET)
    if draw(st.integers(0, 3)) == 0:
        name = f"{name}:{draw(st.sampled_from(Severity))}"
    ways = ["met"]
    if scope.bare:
        ways += ["bare", "graded"]
    if scope.place is Place.OUTCOME and not scope.negated:
        ways += ["gap", "gap"]
        ways += ["below", "reaches", "no_route"] if scope.tiers else []
    match draw(st.sampled_from(ways)):
        case "met":
            return Reference(name, Aspect.MET)
        case "bare":
            return Reference(name)
        case "graded":
            return Reference(name, strength=draw(st.sampled_from(Strength)))
        case "gap":
            return Reference(name, Aspect.GAP)
        case "below":
            return Reference(BELOW)
        case "reaches":
            return Reference(BELOW, Aspect.GAP)
        case _:
            return Reference(NO_ROUTE)


# Terms


def _declared(
    draw: st.DrawFn, among: Mapping[str, FactDeclaration], kind: FactType, ordered: bool
) -> FactDeclaration:
    return draw(
        st.sampled_from([each for each in among.values() if each.type is kind and each.ordered == ordered])
    )


def _subject(draw: st.DrawFn, scope: Scope, kind: FactType, ordered: bool = False) -> Term:
    """A fact, a field of the record in hand, or, seldom, a parameter."""
    settings = [
        name for name, each in scope.parameters.items() if each.type is kind and each.ordered == ordered
    ]
    if settings and draw(st.integers(0, 4)) == 0:
        return Parameter(draw(st.sampled_from(settings)))
    if scope.collection is not None and draw(st.integers(0, 3)):
        return Field(scope.collection.name, _declared(draw, scope.collection.fields, kind, ordered).name)
    return Fact(_declared(draw, scope.vocabulary.scalars, kind, ordered).name)


def _other(draw: st.DrawFn, scope: Scope, kind: FactType, ordered: bool = False) -> Term:
    """What a subject is compared with: mostly a literal."""
    if draw(st.integers(0, 2)) == 0:
        return _subject(draw, scope, kind, ordered)
    return Literal(draw(values(kind, LEVELS if ordered else COLOURS)))


def _set(draw: st.DrawFn, scope: Scope, kind: FactType) -> Term:
    """The right side of a membership."""
    if draw(st.integers(0, 2)) == 0:
        return _subject(draw, scope, kind)
    return Literal(draw(values(kind, COLOURS).filter(bool)))


def _day(draw: st.DrawFn, scope: Scope) -> Term:
    return On() if draw(st.integers(0, 2)) == 0 else _other(draw, scope, FactType.DATE)


def _amount(draw: st.DrawFn, scope: Scope) -> Term:
    if draw(st.integers(0, 2)) == 0:
        return _subject(draw, scope, FactType.INTEGER)
    return Literal(draw(st.sampled_from(_AMOUNTS)))


def _moment(draw: st.DrawFn, scope: Scope) -> Term:
    if draw(st.integers(0, 2)):
        return _day(draw, scope)
    return Later(_day(draw, scope), _amount(draw, scope), draw(st.sampled_from(_UNITS)))


# Leaves


def _number(draw: st.DrawFn, scope: Scope) -> Expr:
    """A value that is a number, against a constant, a setting, a fact, a field or another such value."""
    value, op = Named(draw(st.sampled_from(scope.numbers))), draw(st.sampled_from(Op))
    kind = draw(st.sampled_from((FactType.INTEGER, FactType.DECIMAL)))
    if not scope.plain and draw(st.integers(0, 3)) == 0:
        beside = scope if value.name in scope.apart else attrs.evolve(scope, collection=None)
        return Compare(_subject(draw, beside, kind), op, value)
    if draw(st.integers(0, 3)) == 0:
        return Compare(value, op, Named(draw(st.sampled_from(scope.numbers))))
    return Compare(value, op, Literal(Decimal(draw(st.integers(-6, 12))) / 2))


def _output(draw: st.DrawFn, scope: Scope) -> Expr:
    """What a table gives, against a constant, or a number also against a fact."""
    name = draw(st.sampled_from(scope.outputs))
    if name == "mark":
        op = draw(st.sampled_from(Op))
        ranks = () if op is Op.IS else tuple(LEVELS)
        return Compare(Named(name), op, Literal(draw(st.sampled_from(tuple(LEVELS)))), ranks)
    op = draw(st.sampled_from(Op))
    if not scope.plain and draw(st.integers(0, 3)) == 0:
        other = _subject(draw, attrs.evolve(scope, collection=None), FactType.INTEGER)
        return Compare(Named(name), op, other)
    return Compare(Named(name), op, Literal(Decimal(draw(st.integers(-2, 6)))))


def _leaf(draw: st.DrawFn, scope: Scope) -> Expr:
    if scope.outputs and draw(st.integers(0, 7)) == 0:
        return _output(draw, scope)
    if scope.shares and draw(st.integers(0, 7)) == 0:
        share, percent = Named(draw(st.sampled_from(scope.shares))), draw(st.sampled_from((0, 33, 50, 100)))
        return Compare(share, draw(st.sampled_from(Op)), Literal(Decimal(percent)))
    if scope.numbers and draw(st.integers(0, 7)) == 0:
        return _number(draw, scope)
    if scope.values and draw(st.integers(0, 7)) == 0:
        value = Named(draw(st.sampled_from(scope.values)))
        return Compare(value, Op.IS, Literal(draw(st.sampled_from((True, True, False)))))
    if scope.plain:
        name = draw(st.sampled_from(tuple(scope.vocabulary.facts)))
        return Compare(Fact(name), Op.IS, Literal(draw(st.sampled_from((True, True, False)))))
    match draw(st.sampled_from(_LEAVES)):
        case "truth":
            return _truth(draw, scope)
        case "number":
            kind = draw(st.sampled_from((FactType.INTEGER, FactType.DECIMAL)))
            return Compare(_subject(draw, scope, kind), draw(st.sampled_from(Op)), _other(draw, scope, kind))
        case "level":
            level = _subject(draw, scope, FactType.CHOICE, True), _other(draw, scope, FactType.CHOICE, True)
            op = draw(st.sampled_from(Op))
            return Compare(level[0], op, level[1], () if op is Op.IS else tuple(LEVELS))
        case "option":
            kind = draw(st.sampled_from((FactType.CHOICE, FactType.CODE)))
            return Compare(_subject(draw, scope, kind), Op.IS, _other(draw, scope, kind))
        case "date":
            day = On() if draw(st.integers(0, 3)) == 0 else _subject(draw, scope, FactType.DATE)
            return Compare(day, draw(st.sampled_from(Op)), _moment(draw, scope))
        case "within":
            unit = draw(st.sampled_from(_UNITS))
            return Within(_day(draw, scope), _moment(draw, scope), _amount(draw, scope), unit)
        case "one_of":
            one, many = draw(
                st.sampled_from(((FactType.CHOICE, FactType.CHOICES), (FactType.CODE, FactType.CODES)))
            )
            return OneOf(_subject(draw, scope, one), _set(draw, scope, many))
        case "includes":
            kind = draw(st.sampled_from((FactType.CHOICES, FactType.CODES)))
            how = draw(st.sampled_from(Inclusion))
            count = draw(st.integers(1, 3)) if how is Inclusion.AT_LEAST else 0
            return Includes(_subject(draw, scope, kind), how, _set(draw, scope, kind), count)
        case "empty":
            kind = draw(st.sampled_from((FactType.CHOICES, FactType.CODES)))
            return Empty(_subject(draw, scope, kind))
        case "given":
            return Given(_any(draw, scope))
        case _:
            due = Fact("paper.review_due")
            undue = Compare(due, Op.AT_LEAST, On())
            return AllOf(
                (Compare(Fact("paper.exists"), Op.IS, Literal(True)), AnyOf((Not(Given(due)), undue)))
            )


def _truth(draw: st.DrawFn, scope: Scope) -> Expr:
    tests = [name for name, each in scope.parameters.items() if each.type is None]
    if tests and draw(st.integers(0, 2)) == 0:
        return Compare(Parameter(draw(st.sampled_from(tests))), Op.IS, Literal(True))
    if draw(st.integers(0, 20)) == 0:
        return Constant(draw(st.sampled_from((True, False, None))), "our_choice")
    kind = draw(st.sampled_from((FactType.YES_NO, FactType.JUDGEMENT)))
    if draw(st.integers(0, 3)):
        return Compare(_subject(draw, scope, kind), Op.IS, Literal(draw(st.booleans())))
    other = draw(st.sampled_from((FactType.YES_NO, FactType.JUDGEMENT)))
    return Compare(_subject(draw, scope, kind), Op.IS, _subject(draw, scope, other))


def _any(draw: st.DrawFn, scope: Scope) -> Fact | Field:
    if scope.collection is not None and draw(st.booleans()):
        return Field(scope.collection.name, draw(st.sampled_from(tuple(scope.collection.fields))))
    return Fact(draw(st.sampled_from(tuple(scope.vocabulary.scalars))))

"""The nodes of the rule language: a closed union of frozen classes, and walks over them.

An interpreter is one function with one `match` that ends in `assert_never`, so the type checker
lists every place that a new node touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum

import attrs

from qa_rules.errors import Place
from qa_rules.model.leaves import Compare as Compare
from qa_rules.model.leaves import Empty as Empty
from qa_rules.model.leaves import Given as Given
from qa_rules.model.leaves import Includes as Includes
from qa_rules.model.leaves import Inclusion as Inclusion
from qa_rules.model.leaves import Linear as Linear
from qa_rules.model.leaves import OneOf as OneOf
from qa_rules.model.leaves import Within as Within
from qa_rules.model.leaves import no_place as no_place
from qa_rules.model.nodes import NodeId
from qa_rules.model.terms import Fact as Fact
from qa_rules.model.terms import Field as Field
from qa_rules.model.terms import Later as Later
from qa_rules.model.terms import Literal as Literal
from qa_rules.model.terms import Named as Named
from qa_rules.model.terms import On as On
from qa_rules.model.terms import Op as Op
from qa_rules.model.terms import Parameter as Parameter
from qa_rules.model.terms import Term as Term
from qa_rules.model.terms import Unset as Unset
from qa_rules.model.terms import Weighted as Weighted
from qa_rules.model.values import Shown, Strength, Unit


class Count(StrEnum):
    """How many records must do."""

    EVERY = "every"
    SOME = "some"
    AT_LEAST = "at least"


@attrs.frozen(repr=False)
class OfRecords(Shown):
    """What the records of a collection that `where` selects add to a sum: each so much, or so many times a number."""

    factor: int | Decimal
    collection: str
    where: Expr | None
    amount: Weighted | None
    """The number in the record; None where each just counts."""


@attrs.frozen(repr=False)
class Total(Shown):
    """A sum to which records of lists add is at least `least`, or more than it: a linear constraint."""

    records: tuple[OfRecords, ...]
    sum: tuple[Weighted, ...]
    """Numbers of the subject that are added."""
    least: int | Decimal
    strictly: bool = False
    place: Place | None = no_place()


# Connectives.


@attrs.frozen(repr=False)
class AllOf(Shown):
    """Every operand holds."""

    operands: tuple[Expr, ...]
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class AnyOf(Shown):
    """Some operand holds."""

    operands: tuple[Expr, ...]
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class AtLeast(Shown):
    """At least `count` operands hold."""

    count: int
    operands: tuple[Expr, ...]
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Not(Shown):
    """The operand does not hold."""

    operand: Expr
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class OnlyWhen(Shown):
    """The operand is asked only when the condition holds."""

    condition: Expr
    operand: Expr
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Quantified(Shown):
    """A test of the records of a collection that `where` selects."""

    count: Count
    number: int
    """Of AT_LEAST; else 0."""
    collection: str
    where: Expr | None
    body: Expr | None
    """None: the record just counts."""
    empty_is_met: bool = False
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Together(Shown):
    """The sets in one field of the selected records hold, together, every item of the target."""

    collection: str
    where: Expr | None
    field: str
    target: Term
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Constant(Shown):
    """A truth that needs no fact. `holds` None is unknown: the policy is silent about `because`."""

    holds: bool | None
    because: str = ""
    place: Place | None = no_place()


# References to what the ruleset names.


class Aspect(StrEnum):
    """What is asked of a named thing."""

    SATISFIED = "satisfied"
    """A requirement: met or not applicable. A group: all that applies is met, and something applies."""
    MET = "applies and is met"
    GAP = "is not met"
    """Not satisfied: the favourable reading of its opposite is that nothing is wrong."""


@attrs.frozen(repr=False)
class Reference(Shown):
    """A requirement, group, lock or test by name. `strength` None takes the pair as it is."""

    name: NodeId = attrs.field(converter=NodeId)
    aspect: Aspect = Aspect.SATISFIED
    strength: Strength | None = None
    place: Place | None = no_place()


@attrs.frozen(repr=False)
class Sided(Shown):
    """A test whose two sides are worked out apart: met where `met` is, and not met where `unmet` is met.

    Binding makes it of a test of what a decision table gives. Both sides are never met together.
    """

    of: Expr
    """The test as it is written. No part of it: it has been taken apart."""
    met: Expr
    unmet: Expr
    place: Place | None = no_place()


Leaf = Compare | Within | OneOf | Includes | Empty | Given | Linear
OverRecords = Quantified | Together | Total
"""What looks at the records of lists."""
Expr = Leaf | AllOf | AnyOf | AtLeast | Not | OnlyWhen | OverRecords | Constant | Reference | Sided


def children(expr: Expr) -> tuple[Expr, ...]:
    """Return the expressions directly inside, in the order they are written."""
    match expr:
        case AllOf() | AnyOf() | AtLeast():
            return expr.operands
        case Not():
            return (expr.operand,)
        case OnlyWhen():
            return (expr.condition, expr.operand)
        case Quantified():
            return tuple(each for each in (expr.where, expr.body) if each is not None)
        case Together():
            return () if expr.where is None else (expr.where,)
        case Total(parts):
            return tuple(each.where for each in parts if each.where is not None)
        case Sided():
            return (expr.met, expr.unmet)
        case _:
            return ()


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the expression and everything inside it, outermost first."""
    yield expr
    for child in children(expr):
        yield from walk(child)


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Return the same node with `change` applied to each expression directly inside; itself where none changes."""
    before = children(expr)
    after = tuple(map(change, before))
    if all(one is other for one, other in zip(before, after, strict=True)):
        return expr
    match expr:
        case AllOf() | AnyOf():
            return type(expr)(after, place=expr.place)
        case AtLeast():
            return AtLeast(expr.count, after, place=expr.place)
        case Not():
            return Not(after[0], place=expr.place)
        case OnlyWhen():
            return OnlyWhen(after[0], after[1], place=expr.place)
        case Quantified():
            found = iter(after)
            where = None if expr.where is None else next(found)
            return attrs.evolve(expr, where=where, body=None if expr.body is None else next(found))
        case Together():
            return attrs.evolve(expr, where=after[0])
        case Total():
            wheres = iter(after)
            parts = (
                each if each.where is None else attrs.evolve(each, where=next(wheres))
                for each in expr.records
            )
            return attrs.evolve(expr, records=tuple(parts))
        case Sided():
            return attrs.evolve(expr, met=after[0], unmet=after[1])
        case _:
            return expr


def terms(expr: Expr) -> tuple[Term, ...]:
    """Return the terms of this node itself (not of the expressions inside it), `Later` opened up."""
    opened: list[Term] = []
    for term in _terms(expr):
        opened.extend((term.start, term.amount) if isinstance(term, Later) else (term,))
    return tuple(opened)


def spans(expr: Expr) -> tuple[tuple[Term, Unit], ...]:
    """Return what this node itself adds to dates, each with its unit."""
    own = ((expr.amount, expr.unit),) if isinstance(expr, Within) else ()
    return (*own, *((each.amount, each.unit) for each in _terms(expr) if isinstance(each, Later)))


def with_terms(expr: Expr, change: Callable[[Term], Term]) -> Expr:
    """Return the same node with `change` applied to each term of its own that a setting or value may stand for.

    Of `Later`, to what it is made of. Itself where none changes.
    """

    def changed(term: Term) -> Term:
        if isinstance(term, Later):
            start, amount = changed(term.start), changed(term.amount)
            return term if start is term.start and amount is term.amount else Later(start, amount, term.unit)
        return change(term)

    match expr:
        case Compare():
            new: dict[str, Term] = {"left": changed(expr.left), "right": changed(expr.right)}
        case Within():
            new = {each: changed(getattr(expr, each)) for each in ("moment", "start", "amount")}
        case OneOf():
            new = {"item": changed(expr.item), "options": changed(expr.options)}
        case Includes():
            new = {"whole": changed(expr.whole), "items": changed(expr.items)}
        case Together():
            new = {"target": changed(expr.target)}
        case Empty():
            new = {"whole": changed(expr.whole)}
        case _:
            return expr
    same = all(getattr(expr, name) is term for name, term in new.items())
    return expr if same else attrs.evolve(expr, **new)  # type: ignore[arg-type]


def _terms(expr: Expr) -> tuple[Term, ...]:
    match expr:
        case Compare():
            return (expr.left, expr.right)
        case Within():
            return (expr.moment, expr.start, expr.amount)
        case OneOf():
            return (expr.item, expr.options)
        case Includes():
            return (expr.whole, expr.items)
        case Empty():
            return (expr.whole,)
        case Given():
            return (expr.term,)
        case Linear():
            return tuple(each.term for each in expr.sum)
        case Together():
            return (Field(expr.collection, expr.field), expr.target)
        case Total(records, numbers):
            amounts = (each.amount.term for each in records if each.amount is not None)
            return (*(each.term for each in numbers), *amounts)
        case _:
            return ()


def collections_of(expr: Expr) -> tuple[str, ...]:
    """Return the collections whose records this node itself looks at."""
    match expr:
        case Quantified() | Together():
            return (expr.collection,)
        case Total(records):
            return tuple(dict.fromkeys(each.collection for each in records))
        case _:
            return ()


def facts_of(expr: Expr) -> frozenset[str]:
    """Return the names of the facts and collections that the expression reads."""
    names: set[str] = set()
    for node in walk(expr):
        names.update(collections_of(node))
        names.update(term.name for term in terms(node) if isinstance(term, Fact))
    return frozenset(names)


def is_test(expr: Expr) -> bool:
    """Whether it looks at facts or at something named; a test of settings alone is the policy's affair."""
    match expr:
        case Compare() | OneOf() | Includes() | Empty() | Within():
            return not all(isinstance(each, Literal | On | Unset) for each in terms(expr))
        case Given() | Linear() | Quantified() | Together() | Total() | Reference() | Sided():
            return True
        case _:
            return False

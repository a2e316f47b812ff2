"""Terms: what a test compares, and how. Imported by way of `expressions`, as the tests are."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import attrs

from qa_rules.model.values import Scalar, Shown, Unit


@attrs.frozen(repr=False)
class Fact(Shown):
    """A fact of the subject, or a part of a document (`document.part`)."""

    name: str


@attrs.frozen(repr=False)
class Field(Shown):
    """A field of the record that a quantifier looks at."""

    collection: str
    name: str


@attrs.frozen(repr=False)
class Parameter(Shown):
    """A setting that a policy gives."""

    name: str


@attrs.frozen(repr=False)
class Named(Shown):
    """A value that the ruleset defines. Binding puts what it is made of in its place, so no engine sees one."""

    name: str


@attrs.frozen(repr=False)
class Unset(Shown):
    """A parameter that the policy is silent about. Every test of it is unknown."""

    name: str


@attrs.frozen(repr=False)
class On(Shown):
    """The date of the assessment."""


@attrs.frozen(repr=False)
class Literal(Shown):
    """A value written in the rule, or set by a policy."""

    value: Scalar | frozenset[str]
    setting: str = attrs.field(default="", eq=False)
    """The parameter of which it is the value."""


@attrs.frozen(repr=False)
class Later(Shown):
    """A date some time after another: `received plus 10 working days`."""

    start: Term
    amount: Term
    unit: Unit


@attrs.frozen(repr=False)
class Weighted(Shown):
    """A number of the subject so many times, with what its vocabulary says that it can be."""

    factor: int | Decimal
    term: Fact | Field
    least: int | Decimal | None = None
    most: int | Decimal | None = None
    may_be_none: bool = False
    whole: bool = False
    """Whether it is a whole number."""


Term = Fact | Field | Parameter | Named | Unset | On | Literal | Later


class Op(StrEnum):
    """How two values of one type are compared. Dates: less is before, more is after."""

    IS = "is"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    MORE = "more than"
    LESS = "less than"

    @property
    def mirrored(self) -> Op:
        """The comparison that says the same with its two sides exchanged."""
        return _MIRRORED.get(self, self)

    @property
    def opposite(self) -> Op | None:
        """The comparison that holds just where this one does not; None where no single one does."""
        return _OPPOSITE.get(self)


_MIRRORED = {
    Op.AT_LEAST: Op.AT_MOST,
    Op.AT_MOST: Op.AT_LEAST,
    Op.MORE: Op.LESS,
    Op.LESS: Op.MORE,
}
_OPPOSITE = {Op.AT_LEAST: Op.LESS, Op.LESS: Op.AT_LEAST, Op.AT_MOST: Op.MORE, Op.MORE: Op.AT_MOST}

"""What may be believed, as variables: one cell a fact, a list of cells a collection.

A cell is the symbolic form of `Held`. `known[i]` holds when the fact is believed at level i or more strongly. With
one level all evidence is taken as verified; with three the levels are stated, seen and verified.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import assert_never

import attrs

from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.nodes import overdue_of
from qa_rules.model.values import Scalar
from qa_rules.program.algebra import Levels
from qa_rules.program.gates import FALSE, TRUE, Assignment, Const, Lit, Moment, Number, NumberVar
from qa_rules.program.store import Store

DAY = "day of the assessment"
"""The variable of the day, where it is not one alone."""

YES = "yes"
"""A yes or no is held as the one item `yes`, there or not."""


@attrs.frozen
class Cell:
    """A value that may be believed."""

    known: Levels
    none: Lit = FALSE
    """The value is none."""
    items: Mapping[str, Lit] = attrs.field(factory=dict, hash=False)
    """Of a choice or code: which one it is. Of a set: which belong. Of a yes or no: `yes`."""
    number: Moment | None = None
    """Of a number or date."""
    whole: Levels | None = None
    """Of a set: that nothing else belongs to it. None: a single value."""

    def has(self, item: str) -> Lit:
        """Return: it is this item, or holds it."""
        return self.items.get(item, FALSE)


@attrs.frozen
class RecordCell:
    """A record that may be there."""

    there: Lit
    fields: Mapping[str, Cell] = attrs.field(hash=False)


@attrs.frozen
class ListCell:
    """The records of a collection."""

    listed: Levels
    """How well the list is believed."""
    complete: Lit
    """There are no others."""
    records: tuple[RecordCell, ...]


@attrs.frozen
class World:
    """Everything that may be believed, with what must hold between the variables."""

    cells: Mapping[str, Cell] = attrs.field(hash=False)
    lists: Mapping[str, ListCell] = attrs.field(hash=False)
    on: Moment


@attrs.frozen
class Limits:
    """What a proof rests on beside the vocabulary. All of it is printed."""

    on: datetime.date
    records: int = 2
    """The most records that a collection has, unless a rule counts further."""
    years: int = 20
    """Dates lie within so many years of `on`, and further where `first` or `last` is."""
    first: datetime.date | None = None
    last: datetime.date | None = None
    least_number: int = 0
    most_number: int = 1_000_000
    """Numbers without declared bounds lie between these."""
    codes: tuple[str, ...] = ("other-1", "other-2")
    """Codes that no rule names."""
    levels: int = 1
    """1: all evidence is verified. 3: it may be stated, seen or verified."""
    more_records: Mapping[str, int] = attrs.field(factory=dict, hash=False)
    """Collections with another number of records."""
    until: datetime.date | None = None
    """Proofs hold on every day from `on` to this one; None: on that day alone."""
    any_day: bool = False
    """No rule looks at the day, so what holds on one holds on all."""
    any_strength: bool = False
    """No rule asks for more than somebody's word, so what holds of verified evidence holds of all."""

    @property
    def day(self) -> Const | NumberVar:
        """The day of the assessment."""
        first = self.on.toordinal()
        return Const(first) if self.until is None else NumberVar(DAY, True, first, self.until.toordinal())

    def day_of(self, assignment: Assignment) -> datetime.date:
        """Return the day of the assessment under an assignment."""
        return datetime.date.fromordinal(int(assignment.get(DAY, self.on.toordinal())))

    @property
    def days(self) -> tuple[int, int]:
        """The first and the last day that a date can be, as day numbers."""
        on, span = self.on.toordinal(), 366 * self.years
        first = on - span if self.first is None else min(on - span, self.first.toordinal())
        last = on + span if self.last is None else max(on + span, self.last.toordinal())
        return max(first, 1), min(last, datetime.date.max.toordinal())

    def words(self, any_length: bool = False) -> list[str]:
        """Return the limits as sentences; `any_length` where lists were looked at as long as may matter."""
        first, last = map(datetime.date.fromordinal, self.days)
        wider = self.first is not None or self.last is not None
        dates = f"from {first} to {last}" if wider else f"within {self.years} years of that day"
        strength = "of any strength" if self.any_strength or self.levels > 1 else "taken as verified"
        until = "" if self.until is None else f"any day from {self.on} to {self.until}"
        day = "any day" if self.any_day else until or f"{self.on}"
        counted = "".join(f", {number} in {name}" for name, number in self.more_records.items())
        return [
            f"assessed on {day}",
            "lists of any length, but where a claim says otherwise"
            if any_length
            else f"at most {self.records} records in a collection{counted}",
            f"dates {dates}",
            f"numbers without declared bounds from {self.least_number} to {self.most_number}",
            f"codes that no rule names: {', '.join(self.codes)}",
            f"evidence {strength}",
        ]


@attrs.define
class WorldMaker:
    """Makes the variables of a vocabulary."""

    make: Store
    limits: Limits
    codes: Sequence[str]
    """Every code that a rule names, and those that none does."""
    laws: list[Lit] = attrs.field(factory=list)
    """Literals that hold in every world that the vocabulary allows."""

    def world(self, vocabulary: Vocabulary, names: frozenset[str], prefix: str = "") -> World:
        """Return the world of the facts and collections named, without what is overdue; `prefix` tells copies apart."""
        make = self.make
        cells = {
            name: self.cell(declared, prefix + name)
            for name, declared in vocabulary.scalars.items()
            if name in names and not overdue_of(name)
        }
        lists = {
            name: self.list_cell(declared, prefix + name)
            for name, declared in vocabulary.collections.items()
            if name in names
        }
        for name in cells:
            for other in vocabulary.scalars[name].excludes:
                if other in cells:
                    pair = (cells[name], cells[other])
                    self.laws.append(
                        -make.all(lit for cell in pair for lit in (cell.known[0], cell.has(YES)))
                    )
        return World(cells, lists, self.limits.day)

    def overdue(self, names: Iterable[str]) -> dict[str, Cell]:
        """Return for each condition named whether it is overdue: that is always known."""
        sure = (TRUE,) * self.limits.levels
        return {
            name: Cell(sure, items={YES: self.make.var(f"{name}=yes")})
            for name in sorted(names)
            if overdue_of(name)
        }

    def cell(self, declared: FactDeclaration, name: str) -> Cell:
        """Return the variables of one fact or field."""
        make = self.make
        known = self.levels(f"{name}?", declared.needs_no_evidence)
        none = make.var(f"{name}~none") if declared.may_be_none else FALSE
        match declared.type:
            case FactType.YES_NO | FactType.JUDGEMENT:
                return Cell(known, none, {YES: make.var(f"{name}=yes")})
            case FactType.INTEGER | FactType.DECIMAL:
                whole = declared.type is FactType.INTEGER
                least = _bound(declared.least, self.limits.least_number, whole)
                most = _bound(declared.most, self.limits.most_number, whole)
                return Cell(known, none, number=NumberVar(name, whole, least, most))
            case FactType.DATE:
                return Cell(known, none, number=NumberVar(name, True, *self.limits.days))
            case FactType.CHOICE | FactType.CODE:
                items = {item: make.var(f"{name}={item}") for item in self.items(declared)}
                self._one(list(items.values()))
                return Cell(known, none, items)
            case FactType.CHOICES | FactType.CODES:
                items = {item: make.var(f"{name}+{item}") for item in self.items(declared)}
                complete = make.var(f"{name}!")
                return Cell(known, none, items, whole=tuple(make.all((each, complete)) for each in known))
            case FactType.TEXT:
                return Cell(known, none)
            case FactType.DOCUMENT | FactType.COLLECTION:
                raise AssertionError(f"{name} has parts of its own")
            case _:
                assert_never(declared.type)

    def list_cell(self, declared: FactDeclaration, name: str) -> ListCell:
        """Return the variables of a collection. Records are there from the first on."""
        make = self.make
        listed = self.levels(f"{name}?")
        count = self.limits.more_records.get(declared.name, self.limits.records)
        records: list[RecordCell] = []
        for at in range(count):
            there = make.var(f"{name}[{at}]")
            fields = {key: self.cell(each, f"{name}[{at}].{key}") for key, each in declared.fields.items()}
            self.laws.append(make.implies(there, records[-1].there if records else listed[0]))
            records.append(RecordCell(there, fields))
        return ListCell(listed, make.var(f"{name}!"), tuple(records))

    def levels(self, name: str, needs_no_evidence: bool = False) -> Levels:
        """Return a chain of variables: what is believed strongly is believed; where no evidence is needed, always."""
        make = self.make
        found = tuple(make.var(f"{name}{level}") for level in range(1, self.limits.levels + 1))
        for weaker, stronger in pairwise(found):
            self.laws.append(make.implies(stronger, weaker))
            if needs_no_evidence:
                self.laws.append(make.implies(weaker, stronger))
        return found

    def items(self, declared: FactDeclaration) -> Sequence[str]:
        """Return what a choice, code or set may be made of."""
        return tuple(declared.options) or tuple(self.codes)

    def _one(self, literals: list[Lit]) -> None:
        make = self.make
        self.laws.append(make.any(literals))
        self.laws.append(-make.at_least(2, literals))


def literal_cell(value: Scalar | frozenset[str], levels: int) -> Cell:
    """Return a value written in a rule, known for certain."""
    sure = (TRUE,) * levels
    if isinstance(value, bool):
        return Cell(sure, items={YES: TRUE if value else FALSE})
    if isinstance(value, datetime.date):
        return Cell(sure, number=Const(value.toordinal()))
    if isinstance(value, frozenset):
        return Cell(sure, items=dict.fromkeys(sorted(value), TRUE), whole=sure)
    if isinstance(value, str):
        return Cell(sure, items={value: TRUE})
    return Cell(sure, number=Const(value))


def _bound(bound: Number | None, otherwise: Number, whole: bool) -> Number:
    found = otherwise if bound is None else bound
    return int(found) if whole else Decimal(found)

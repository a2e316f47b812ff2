"""A world in which nothing is left open: what is known stays, and everything else is taken from another world."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import attrs

from qa_rules.model.values import Unit
from qa_rules.verifier.cells import YES, Cell, ListCell, RecordCell, World
from qa_rules.verifier.formulas import Formulas
from qa_rules.verifier.gates import FALSE, TRUE, Choice, Lit, Moment, NumberVar

Cells = Mapping[str, Cell | ListCell]


@attrs.frozen
class Filling:
    """Fills the gaps of one world from another. What comes out is known throughout, and known to be whole."""

    make: Formulas
    levels: int
    prefix: str
    """Before the names of the variables that fill the gaps."""
    partners: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = attrs.field(factory=dict, hash=False)
    """For a fact ("", name) or field (collection, name) that is a date: the dates that some rule holds it against.

    A gap may be filled relative to one of those: "two days after it" speaks for many states at once.
    """

    def world(self, known: World, other: Cells) -> World:
        """Return the world in which each of the facts named in `other` is as known, or else as it is there."""
        cells = {
            name: self.cell(known.cells[name], cell, f"{self.prefix}{name}", self._beside(known, "", name))
            for name, cell in other.items()
            if isinstance(cell, Cell)
        }
        lists = {
            name: self.listing(known, name, listing)
            for name, listing in other.items()
            if isinstance(listing, ListCell)
        }
        return attrs.evolve(known, cells={**known.cells, **cells}, lists={**known.lists, **lists})

    def perhaps_none(
        self, name: str, other: Cell | ListCell, asked: Collection[tuple[str, str]]
    ) -> Cell | ListCell:
        """Return the same, with nothing for an answer where a rule asks whether there is one at all.

        `is given` asks what is known, so no completion can promise that it comes to hold.
        """
        if isinstance(other, Cell):
            return self._perhaps_none(name, other) if ("", name) in asked else other
        records = tuple(
            RecordCell(
                record.there,
                {
                    key: self._perhaps_none(f"{name}[{at}].{key}", cell) if (name, key) in asked else cell
                    for key, cell in record.fields.items()
                },
            )
            for at, record in enumerate(other.records)
        )
        return attrs.evolve(other, records=records)

    def _perhaps_none(self, name: str, cell: Cell) -> Cell:
        return attrs.evolve(
            cell, none=self.make.any((cell.none, self.make.var(f"{self.prefix}{name}~nothing")))
        )

    def _beside(
        self, known: World, collection: str, name: str, record: RecordCell | None = None
    ) -> list[Cell]:
        found = []
        for owner, other in self.partners.get((collection, name), ()):
            if owner and record is not None and owner == collection:
                found.append(record.fields[other])
            elif not owner and other in known.cells:
                found.append(known.cells[other])
        return found

    def _relative(self, number: NumberVar, name: str, beside: Sequence[Cell]) -> Moment:
        """The number, or, where that is chosen, some days from the first date beside it that is known."""
        span = number.most - number.least if number.most is not None and number.least is not None else 0
        apart = NumberVar(f"{name} apart", True, -int(span), int(span))
        found: Moment = number
        for cell in reversed(beside):
            if isinstance(cell.number, NumberVar):
                day, _ = self.make.shift(cell.number, apart, Unit.DAYS)
                chosen = self.make.all((self.make.var(f"{name} relative"), cell.known[0], -cell.none))
                found = Choice(chosen, day, found)
        return found

    def cell(self, cell: Cell, other: Cell, name: str = "", beside: Sequence[Cell] = ()) -> Cell:
        """Return a cell that is known for certain."""
        make, mine = self.make, cell.known[0]
        sure = (TRUE,) * self.levels
        none = make.either(mine, cell.none, other.none)
        if cell.whole is not None:
            closed = make.all((mine, cell.whole[0]))
            items = {
                item: make.any((make.all((mine, cell.has(item))), make.all((-closed, other.has(item)))))
                for item in cell.items
            }
            return Cell(sure, none, items, whole=sure)
        items = {item: make.either(mine, literal, other.has(item)) for item, literal in cell.items.items()}
        number = cell.number
        if number is not None and other.number is not None and mine != TRUE:
            filler: Moment = other.number
            if isinstance(filler, NumberVar) and beside:
                filler = self._relative(filler, name, beside)
            number = filler if mine == FALSE else Choice(mine, number, filler)
        return Cell(sure, none, items, number)

    def listing(self, known: World, name: str, other: ListCell) -> ListCell:
        """Return a list that is whole: the known records, and all the others unless it is known to be whole."""
        make, listing = self.make, known.lists[name]
        sure = (TRUE,) * self.levels
        closed = make.all((listing.listed[0], listing.complete))
        mine = [
            RecordCell(
                record.there,
                {
                    key: self.cell(
                        cell,
                        more.fields[key],
                        f"{self.prefix}{name}[{at}].{key}",
                        self._beside(known, name, key, record),
                    )
                    for key, cell in record.fields.items()
                },
            )
            for at, (record, more) in enumerate(zip(listing.records, other.records, strict=True))
        ]
        others = [
            RecordCell(
                make.all((-closed, record.there)),
                {
                    key: attrs.evolve(cell, known=sure, whole=cell.whole and sure)
                    for key, cell in record.fields.items()
                },
            )
            for record in other.records
        ]
        return ListCell(sure, TRUE, (*mine, *others))

    def excluded(self, world: World, pairs: Mapping[str, tuple[str, ...]]) -> Lit:
        """Return: no two facts that exclude each other are both yes."""
        return self.make.all(
            -self.make.all((world.cells[name].has(YES), world.cells[other].has(YES)))
            for name, others in pairs.items()
            for other in others
            if name in world.cells and other in world.cells
        )

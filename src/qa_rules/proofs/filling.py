"""A world in which nothing is left open: what is known stays, and everything else is taken from another world."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

from qa_rules.program.gates import FALSE, TRUE, Choice
from qa_rules.program.store import Store
from qa_rules.proofs.symbolic import Cell, ListCell, RecordCell, World

Cells = Mapping[str, Cell | ListCell]


@attrs.frozen
class Filled(Cell):
    """A cell that is known for certain, with what was known before."""

    before: Cell = attrs.field(kw_only=True)


@attrs.frozen
class Filling:
    """Fills the gaps of one world from another. What comes out is known throughout, and known to be whole."""

    make: Store
    levels: int
    prefix: str
    """Before the names of the variables that fill the gaps."""

    def world(self, known: World, other: Cells) -> World:
        """Return the world in which each of the facts named in `other` is as known, or else as it is there."""
        cells = {
            name: self.cell(known.cells[name], cell) for name, cell in other.items() if isinstance(cell, Cell)
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

    def cell(self, cell: Cell, other: Cell) -> Cell:
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
            return Filled(sure, none, items, whole=sure, before=cell)
        items = {item: make.either(mine, literal, other.has(item)) for item, literal in cell.items.items()}
        number = cell.number if mine == TRUE else other.number
        if cell.number is not None and other.number is not None and mine not in (TRUE, FALSE):
            number = Choice(mine, cell.number, other.number)
        return Filled(sure, none, items, number, before=cell)

    def listing(self, known: World, name: str, other: ListCell) -> ListCell:
        """Return a list that is whole: the known records, and all the others unless it is known to be whole."""
        make, listing = self.make, known.lists[name]
        sure = (TRUE,) * self.levels
        closed = make.all((listing.listed[0], listing.complete))
        mine = [
            RecordCell(
                record.there,
                {key: self.cell(cell, more.fields[key]) for key, cell in record.fields.items()},
            )
            for record, more in zip(listing.records, other.records, strict=True)
        ]
        others = [
            RecordCell(
                make.all((-closed, record.there)),
                {key: self.cell(self.unknown(cell), cell) for key, cell in record.fields.items()},
            )
            for record in other.records
        ]
        return ListCell(sure, TRUE, (*mine, *others))

    def unknown(self, cell: Cell) -> Cell:
        """Return the same, with nothing known of it."""
        no = (FALSE,) * self.levels
        return attrs.evolve(cell, known=no, whole=cell.whole and no)

"""Sums of numbers, to which records of lists may add: `semantics.linear` and `semantics.totals` on literals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from qa_rules.model import expressions as ex
from qa_rules.program.algebra import Pair
from qa_rules.program.decide import Nodes
from qa_rules.program.gates import Added, Choice, Const, Lit, Moment, Number
from qa_rules.program.store import Store
from qa_rules.proofs.symbolic import RecordCell

if TYPE_CHECKING:
    from qa_rules.proofs.encode import Encoder

End = tuple[list[Lit], list[Added]]
"""What has to hold for a sum to have an end at all, and what that end is made of."""


def reached(encoder: Encoder, leaf: ex.Linear | ex.Total, end: Callable[[int, bool], End]) -> Pair:
    """Return the pair: met where the least that it can be is enough, not met where the greatest is not, by level."""
    make = encoder.make

    def enough(at: int) -> Lit:
        sure, parts = end(at, False)
        opposite = [Added(-each.factor, each.when, each.number) for each in parts]
        beyond = -make.sum_at_least(-leaf.least, opposite)
        return make.all((*sure, beyond if leaf.strictly else make.sum_at_least(leaf.least, parts)))

    def short(at: int) -> Lit:
        sure, parts = end(at, True)
        opposite = [Added(-each.factor, each.when, each.number) for each in parts]
        at_most = make.sum_at_least(-leaf.least, opposite)
        return make.all((*sure, at_most if leaf.strictly else -make.sum_at_least(leaf.least, parts)))

    levels = range(encoder.levels)
    return Pair(tuple(map(enough, levels)), tuple(map(short, levels)))


def total(encoder: Encoder, leaf: ex.Total, nodes: Nodes) -> Pair:
    """Return the pair of a sum to which records add."""
    cells = [(part, encoder.cell(part.term, None)) for part in leaf.sum]
    listed = [_listed(encoder, part, nodes) for part in leaf.records]

    def end(at: int, upper: bool) -> End:
        sure, parts = encoder.end(cells, at, upper)
        for part, (records, whole) in zip(leaf.records, listed, strict=True):
            outward = (part.factor >= 0) is upper
            if _has_others(part, outward):
                sure.append(whole[at])
            for record, there, chosen in records:
                surely = encoder.make.all((there, chosen.t[at]))
                perhaps = encoder.make.all((there, -chosen.t[at], -chosen.f[at]))
                for more, added in _added(encoder.make, part, record, at, outward, surely, perhaps):
                    sure += more
                    parts += added
        return sure, parts

    return reached(encoder, leaf, end)


def _listed(
    encoder: Encoder, part: ex.OfRecords, nodes: Nodes
) -> tuple[list[tuple[RecordCell, Lit, Pair]], tuple[Lit, ...]]:
    records, whole = encoder.records(part.collection)
    chosen = [
        (record, there, encoder.selected(part.where, nodes, record, backed))
        for there, record, backed in records
    ]
    return chosen, whole


def _has_others(part: ex.OfRecords, outward: bool) -> bool:
    """Whether records that are not listed could move this end, or leave no sum."""
    if part.amount is None:
        return outward
    end = part.amount.most if outward else part.amount.least
    return part.amount.may_be_none or end is None or (end > 0 if outward else end < 0)


def _added(
    make: Store, part: ex.OfRecords, record: RecordCell, at: int, outward: bool, surely: Lit, perhaps: Lit
) -> Iterator[tuple[list[Lit], list[Added]]]:
    """What one record adds to an end: one that may count does where it moves the end outwards."""
    factor, amount = part.factor, part.amount
    if amount is None:
        yield [], [Added(factor, make.any((surely, perhaps)) if outward else surely)]
        return
    cell = record.fields[amount.term.name]
    assert cell.number is not None
    known = cell.known[at]
    if amount.may_be_none:
        yield [make.implies(make.any((surely, perhaps)), make.all((known, -cell.none)))], []
    end = amount.most if outward else amount.least
    moves = end is None or (end > 0 if outward else end < 0)
    nothing = Const(0)
    beyond = make.less(nothing, cell.number) if outward else make.less(cell.number, nothing)
    yield [], [*times(make, factor, make.all((surely, known)), cell.number)]
    if moves:
        yield [], [*times(make, factor, make.all((perhaps, known, beyond)), cell.number)]
    counting = make.any((surely, perhaps)) if moves else surely
    if end is None:
        yield [-make.all((counting, -known))], []
    elif end:
        yield [], [Added(factor * end, make.all((counting, -known)))]


def times(make: Store, factor: Number, when: Lit, number: Moment) -> Iterator[Added]:
    """Yield a number so many times where a literal holds; each of the numbers that it may be, where it is that."""
    if isinstance(number, Choice):
        yield from times(make, factor, make.all((when, number.when)), number.then)
        yield from times(make, factor, make.all((when, -number.when)), number.otherwise)
    else:
        yield Added(factor, when, number)

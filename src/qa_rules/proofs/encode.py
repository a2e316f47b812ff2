"""A closed ruleset over a world: each node a pair of what is known met and known not met, level by level.

This is the symbolic counterpart of `meaning.evaluating`; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, assert_never

import attrs

from qa_rules.model import expressions as ex
from qa_rules.model.expressions import terms
from qa_rules.program.algebra import Algebra, Levels, Pair
from qa_rules.program.decide import Nodes
from qa_rules.program.gates import FALSE, TRUE, Added, Lit
from qa_rules.program.graph import Node
from qa_rules.proofs.sums import reached, times, total
from qa_rules.proofs.symbolic import YES, Cell, RecordCell, World, literal_cell

SPEAKS: Final = "policies speak"
"""The variable under which what the policy is silent about may go either way; else it is unknown."""


@attrs.frozen
class Encoder(Algebra):
    """Encodes expressions over one world."""

    world: World
    free_settings: bool = False
    """Whether what a policy sets is left open: what holds of somebody then may do so under some policy."""

    def nodes(self, nodes: Iterable[Node], given: Nodes | None = None) -> dict[str, Pair]:
        """Return the pair of each node, by name; `given` names pairs that are taken as they are."""
        made: dict[str, Pair] = dict(given or {})
        for node in nodes:
            if node.name not in made:
                made[node.name] = self.of(node.expr, made)
        return made

    def again(self, nodes: Iterable[Node], given: Nodes) -> dict[str, Pair]:
        """Return `given` with these nodes made anew."""
        made: dict[str, Pair] = dict(given)
        for node in nodes:
            made[node.name] = self.of(node.expr, made)
        return made

    def of(self, expr: ex.Expr, nodes: Nodes, record: RecordCell | None = None) -> Pair:
        """Return the pair of an expression."""
        found = self._of(expr, nodes, record)
        if not any(isinstance(each, ex.Unset) for each in terms(expr)):
            return found
        said = self._open(f"{expr!r} {0 if record is None else record.there}")
        return Pair(
            self._each(lambda at: self.make.any((found.t[at], self.make.all((said.t[at], -found.f[0]))))),
            self._each(lambda at: self.make.any((found.f[at], self.make.all((said.f[at], -found.t[0]))))),
        )

    def _of(self, expr: ex.Expr, nodes: Nodes, record: RecordCell | None) -> Pair:
        match expr:
            case ex.AllOf(operands):
                return self.all_of([self.of(each, nodes, record) for each in operands])
            case ex.AnyOf(operands):
                return self.any_of([self.of(each, nodes, record) for each in operands])
            case ex.AtLeast(count, operands):
                return self.at_least(count, [self.of(each, nodes, record) for each in operands])
            case ex.Not(operand):
                inner = self.of(operand, nodes, record)
                return Pair(inner.f, inner.t)
            case ex.OnlyWhen(condition, operand):
                return self.only_when(self.of(condition, nodes, record), self.of(operand, nodes, record))
            case ex.Constant(holds, because):
                silent = because and (holds is None or self.free_settings)
                return self._open(because) if silent else self.sure(holds)
            case ex.Reference(name, _, strength):
                return nodes[name] if strength is None else self.at_strength(strength, nodes[name])
            case ex.Sided(_, met, unmet):
                return Pair(self.of(met, nodes, record).t, self.of(unmet, nodes, record).t)
            case ex.Quantified():
                return self._quantified(expr, nodes)
            case ex.Together():
                return self._together(expr, nodes)
            case ex.Total():
                return total(self, expr, nodes)
            case ex.Compare(left, op, right, ranks):
                return self._compared(self.cell(left, record), op, self.cell(right, record), ranks)
            case ex.Within():
                return self._within(expr, record)
            case ex.OneOf(item, options):
                return self._one_of(self.cell(item, record), self.cell(options, record))
            case ex.Includes(whole, how, items, count):
                return self._includes(self.cell(whole, record), how, self.cell(items, record), count)
            case ex.Empty(whole):
                return self._empty(self.cell(whole, record))
            case ex.Linear():
                return self._linear(expr, record)
            case ex.Given(term):
                cell = self.cell(term, record)
                return self.sure(None) if cell is None else self._judged(-cell.none, cell.known)
            case _:
                assert_never(expr)

    def _open(self, name: str) -> Pair:
        """Something that the policy has yet to say: unknown, or either way where policies are let speak."""
        speaks = TRUE if self.free_settings else self.make.var(SPEAKS)
        met, failed = self.make.var(f"setting {name} met"), self.make.var(f"setting {name} not met")
        return Pair(
            (self.make.all((speaks, met, -failed)),) * self.levels,
            (self.make.all((speaks, failed, -met)),) * self.levels,
        )

    # Terms

    def cell(self, term: ex.Term, record: RecordCell | None) -> Cell | None:
        """Return the cell of a term; None for a parameter that nobody set."""
        match term:
            case ex.Fact(name):
                return self.world.cells[name]
            case ex.Field(_, name):
                return None if record is None else record.fields[name]
            case ex.Literal(value):
                return literal_cell(value, self.levels)
            case ex.On():
                return Cell((TRUE,) * self.levels, number=self.world.on)
            case ex.Later(start, amount, unit):
                first, span = self.cell(start, record), self.cell(amount, record)
                if first is None or span is None or first.number is None or span.number is None:
                    return None
                day, reached = self.make.shift(first.number, span.number, unit)
                sure = (reached, -first.none, -span.none)
                known = self._weakest(first.known, span.known)
                return Cell(self._each(lambda at: self.make.all((known[at], *sure))), number=day)
            case ex.Parameter() | ex.Unset() | ex.Named():
                return None
            case _:
                assert_never(term)

    # Leaves

    def _compared(self, left: Cell | None, op: ex.Op, right: Cell | None, ranks: tuple[str, ...]) -> Pair:
        if left is None or right is None:
            return self.sure(None)
        holds = self._related(left, op, right, ranks)
        return self._guarded(
            self._judged(holds, self._weakest(left.known, right.known)), -left.none, -right.none
        )

    def _related(self, left: Cell, op: ex.Op, right: Cell, ranks: tuple[str, ...]) -> Lit:
        make = self.make
        if left.number is not None and right.number is not None:
            a, b = left.number, right.number
            match op:
                case ex.Op.IS:
                    return make.equal(a, b)
                case ex.Op.AT_LEAST:
                    return make.at_most(b, a)
                case ex.Op.AT_MOST:
                    return make.at_most(a, b)
                case ex.Op.MORE:
                    return make.less(b, a)
                case ex.Op.LESS:
                    return make.less(a, b)
                case _:
                    assert_never(op)
        if op is ex.Op.IS:
            if YES in left.items and YES in right.items and len(left.items) == len(right.items) == 1:
                return make.same(left.has(YES), right.has(YES))
            return make.any(make.all((lit, right.has(item))) for item, lit in left.items.items())
        rank = {item: at for at, item in enumerate(ranks)}
        return make.any(
            make.all((this, that))
            for one, this in left.items.items()
            for other, that in right.items.items()
            if _in_order(rank[one], op, rank[other])
        )

    def _linear(self, leaf: ex.Linear, record: RecordCell | None) -> Pair:
        cells = [(part, self.cell(part.term, record)) for part in leaf.sum]
        return reached(self, leaf, lambda at, upper: self.end(cells, at, upper))

    def end(
        self, cells: Sequence[tuple[ex.Weighted, Cell | None]], at: int, upper: bool
    ) -> tuple[list[Lit], list[Added]]:
        """Return what has to hold for a sum to have a least (or greatest) at a level, and what that is made of."""
        sure: list[Lit] = []
        parts: list[Added] = []
        for part, cell in cells:
            assert cell is not None
            assert cell.number is not None
            known = cell.known[at]
            end = part.most if (part.factor >= 0) is upper else part.least
            parts += times(self.make, part.factor, known, cell.number)
            if end is None or part.may_be_none:
                sure += [known, -cell.none]
            elif end:
                parts.append(Added(part.factor * end, -known))
        return sure, parts

    def _within(self, leaf: ex.Within, record: RecordCell | None) -> Pair:
        moment, start = self.cell(leaf.moment, record), self.cell(leaf.start, record)
        if moment is None or start is None or moment.number is None or start.number is None:
            return self.sure(None)
        make = self.make
        both = self._weakest(moment.known, start.known)
        early = make.less(moment.number, start.number)
        found = Pair((FALSE,) * self.levels, self._each(lambda at: make.all((both[at], early))))
        amount = self.cell(leaf.amount, record)
        if amount is not None and amount.number is not None:
            last, reached = make.shift(start.number, amount.number, leaf.unit)
            judged = self._judged(make.at_most(moment.number, last), self._weakest(both, amount.known))
            in_time = self._guarded(judged, -early, reached, -amount.none)
            found = Pair(in_time.t, self._each(lambda at: make.any((found.f[at], in_time.f[at]))))
        return self._guarded(found, -moment.none, -start.none)

    def _one_of(self, item: Cell | None, options: Cell | None) -> Pair:
        if item is None or options is None:
            return self.sure(None)
        inside = self.make.any(self.make.all((lit, options.has(name))) for name, lit in item.items.items())
        known = self._weakest(item.known, options.known)
        outside = self._weakest(item.known, options.known if options.whole is None else options.whole)
        return self._guarded(self._judged(inside, known, outside), -item.none, -options.none)

    def member(self, cell: Cell, item: str) -> Pair:
        """Return: the set, or the set of the one single value, has the item."""
        found = self._judged(cell.has(item), cell.known, cell.known if cell.whole is None else cell.whole)
        return self._guarded(found, -cell.none)

    def _every_item(self, items: Cell, judge: Callable[[str], Pair]) -> Pair:
        make = self.make
        whole = items.known if items.whole is None else items.whole
        judged = [(lit, judge(item)) for item, lit in items.items.items() if lit != FALSE]
        something = make.any(lit for lit, _ in judged)
        return Pair(
            self._each(
                lambda at: make.all(
                    (whole[at], something, *(make.implies(lit, each.t[at]) for lit, each in judged))
                )
            ),
            self._each(
                lambda at: make.all(
                    (items.known[at], make.any(make.all((lit, each.f[at])) for lit, each in judged))
                )
            ),
        )

    def _includes(self, whole: Cell | None, how: ex.Inclusion, items: Cell | None, count: int) -> Pair:
        if whole is None or items is None:
            return self.sure(None)
        make = self.make
        match how:
            case ex.Inclusion.ALL:
                found = self._every_item(items, lambda item: self.member(whole, item))
            case ex.Inclusion.ONLY:
                found = self._every_item(whole, lambda item: self.member(items, item))
            case ex.Inclusion.ANY | ex.Inclusion.AT_LEAST:
                complete = items.known if items.whole is None else items.whole
                pairs = [
                    self._chosen(lit, items.known, self.member(whole, item))
                    for item, lit in items.items.items()
                ]
                inner = self.any_of(pairs) if how is ex.Inclusion.ANY else self.at_least(count, pairs)
                sure = self._weakest(complete, whole.known)
                found = Pair(inner.t, self._each(lambda at: make.all((inner.f[at], sure[at]))))
            case _:
                assert_never(how)
        usable = (whole.known[0], items.known[0], -whole.none, -items.none)
        return self._guarded(found, *usable)

    def _empty(self, cell: Cell | None) -> Pair:
        if cell is None or cell.whole is None:
            return self.sure(None)
        nothing = self.make.all(-lit for lit in cell.items.values())
        return self._guarded(self._judged(nothing, cell.whole, cell.known), -cell.none)

    # Records

    def records(self, name: str) -> tuple[list[tuple[Lit, RecordCell, Levels]], Levels]:
        """Return each record with how well it is backed that there is such a record, and how whole the list is."""
        listing = self.world.lists[name]
        backed = [
            (
                record.there,
                record,
                tuple(
                    self.make.any((listing.listed[at], *(cell.known[at] for cell in record.fields.values())))
                    for at in range(self.levels)
                ),
            )
            for record in listing.records
        ]
        return backed, self._each(lambda at: self.make.all((listing.listed[at], listing.complete)))

    def selected(self, where: ex.Expr | None, nodes: Nodes, record: RecordCell, backed: Levels) -> Pair:
        """Return the pair of: there is this record, and `where` selects it."""
        found = self.sure(True) if where is None else self.of(where, nodes, record)
        return Pair(self._weakest(found.t, backed), found.f)

    def _quantified(self, expr: ex.Quantified, nodes: Nodes) -> Pair:
        make = self.make
        records, whole = self.records(expr.collection)
        found: list[tuple[Lit, Pair, Pair]] = []
        for there, record, backed in records:
            body = self.sure(True) if expr.body is None else self.of(expr.body, nodes, record)
            found.append((there, self.selected(expr.where, nodes, record, backed), body))
        sure = (TRUE,) * self.levels
        if expr.count is ex.Count.EVERY:
            asked = self.all_of(
                [self._absent_holds(there, self.only_when(where, body)) for there, where, body in found]
            )

            def something(at: int) -> Lit:
                return make.any(make.all((there, where.t[at])) for there, where, _ in found)

            t = self._each(
                lambda at: make.all((whole[at], asked.t[at], TRUE if expr.empty_is_met else something(at)))
            )
            return Pair(t, asked.f)
        pairs = [self._chosen(there, sure, self.all_of([where, body])) for there, where, body in found]
        inner = self.any_of(pairs) if expr.count is ex.Count.SOME else self.at_least(expr.number, pairs)
        return Pair(inner.t, self._each(lambda at: make.all((inner.f[at], whole[at]))))

    def _absent_holds(self, there: Lit, pair: Pair) -> Pair:
        return Pair(
            self._each(lambda at: self.make.any((-there, pair.t[at]))),
            self._each(lambda at: self.make.all((there, pair.f[at]))),
        )

    def _together(self, expr: ex.Together, nodes: Nodes) -> Pair:
        target = self.cell(expr.target, None)
        if target is None:
            return self.sure(None)
        records, whole = self.records(expr.collection)
        sure = (TRUE,) * self.levels
        chosen = [
            (there, self.selected(expr.where, nodes, record, backed), record.fields[expr.field])
            for there, record, backed in records
        ]

        def covered(item: str) -> Pair:
            pairs = [
                self._chosen(there, sure, self.all_of([where, self.member(field, item)]))
                for there, where, field in chosen
            ]
            inner = self.any_of(pairs)
            return Pair(inner.t, self._each(lambda at: self.make.all((inner.f[at], whole[at]))))

        return self._guarded(self._every_item(target, covered), -target.none, target.known[0])


def _in_order(one: int, op: ex.Op, other: int) -> bool:
    match op:
        case ex.Op.IS:
            return one == other
        case ex.Op.AT_LEAST:
            return one >= other
        case ex.Op.AT_MOST:
            return one <= other
        case ex.Op.MORE:
            return one > other
        case ex.Op.LESS:
            return one < other
        case _:
            assert_never(op)

"""Rules as expressions of Polars."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.lowering import Lowering, needed, plain_number
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
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
    Leaf,
    Literal,
    Not,
    On,
    OneOf,
    OnlyWhen,
    Op,
    Quantified,
    Reference,
    Sided,
    Term,
    Together,
    Total,
    Within,
    facts_of,
    rebuild,
    walk,
)
from qa_rules.model.values import Unit

if TYPE_CHECKING:
    import polars as pl


class PolarsLowering(Lowering):
    """Expressions of Polars."""

    def plan(self, frame: pl.LazyFrame, names: Iterable[str]) -> pl.LazyFrame:
        """Return the plan that gives these nodes as columns, a step for each stage of references."""
        import polars as pl

        wanted = list(names)
        beside = 0
        for stage in needed(self.closed, wanted):
            made = []
            for node in stage:
                expr = node.expr
                for each in walk(expr):
                    # `list.eval` sees one list only, so records are laid out where a row is asked about too.
                    if isinstance(each, Quantified) and self.outside(each):
                        frame = self.laid_out(frame, each, f"beside/{beside}")
                        expr = _replaced(expr, each, Reference(f"beside/{beside}"))
                        beside += 1
                made.append(self.lower(expr).alias(node.name))
            frame = frame.with_columns(made)
        return frame.select([pl.col(name) for name in wanted])

    def lower(self, expr: Expr, element: pl.Expr | None = None) -> pl.Expr:
        """Return a nullable boolean."""
        import polars as pl

        here = partial(self.lower, element=element)
        match expr:
            case AllOf(operands):
                return pl.all_horizontal([here(each) for each in operands]) if operands else pl.lit(True)
            case AnyOf(operands):
                return pl.any_horizontal([here(each) for each in operands]) if operands else pl.lit(False)
            case AtLeast(count, operands):
                every = [here(each) for each in operands]
                met = pl.sum_horizontal([each.fill_null(False).cast(pl.UInt8) for each in every]) >= count
                open_ = pl.sum_horizontal([each.fill_null(True).cast(pl.UInt8) for each in every]) >= count
                return pl.when(met).then(True).when(~open_).then(False)
            case Not(operand):
                return ~here(operand)
            case OnlyWhen(condition, operand):
                return ~here(condition) | here(operand)
            case Constant(holds):
                return pl.lit(holds, pl.Boolean)
            case Reference(name):
                return pl.col(name)
            case Sided(_, met, unmet):
                return pl.when(here(met)).then(True).when(here(unmet)).then(False)
            case Quantified():
                if expr.collection not in self.columns:
                    return pl.lit(None, pl.Boolean)
                record = pl.element()
                codes, chosen = self.codes(expr, record)
                listed = pl.col(expr.collection)
                best, some = listed.list.eval(codes).list, listed.list.eval(chosen).list
                return self.quantified(
                    expr,
                    best.max() if expr.count is Count.SOME else best.min(),
                    some.max(),
                    listed.list.len(),
                )
            case Together():
                return self.together(expr)
            case Total():
                raise NotImplementedError("no ruleset that is measured adds up records")
            case _:
                settled = self.settled(expr)
                if settled == "column":
                    return self.leaf(expr, element)
                return pl.lit(settled, pl.Boolean)

    def codes(self, expr: Quantified, record: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """Return what a record is worth, and whether it is chosen: 0, 1 or 2."""
        import polars as pl

        def code(truth: pl.Expr) -> pl.Expr:
            return (truth.cast(pl.Int8) * 2).fill_null(1)

        where = pl.lit(True) if expr.where is None else self.lower(expr.where, record)
        body = pl.lit(True) if expr.body is None else self.lower(expr.body, record)
        if expr.count is Count.SOME:
            return code(body if expr.where is None else where & body), pl.lit(2)
        return code(body if expr.where is None else ~where | body), code(where)

    def quantified(self, expr: Quantified, worth: pl.Expr, chosen: pl.Expr, length: pl.Expr) -> pl.Expr:
        """Return the truth of a quantifier from the least or greatest of its records."""
        import polars as pl

        match expr.count:
            case Count.SOME:
                return pl.when(worth == 2).then(True).when((worth == 0) | (length == 0)).then(False)
            case Count.EVERY:
                enough = pl.lit(True) if expr.empty_is_met or expr.where is None else chosen == 2
                empty = (length == 0) if expr.empty_is_met else pl.lit(False)
                return pl.when(empty | ((worth == 2) & enough)).then(True).when(worth == 0).then(False)
            case _:
                raise NotImplementedError(expr.count)

    def outside(self, expr: Quantified) -> list[str]:
        """The columns, other than its own, that a quantifier reads."""
        inner = [part for part in (expr.where, expr.body) if part is not None]
        used = {name for part in inner for name in facts_of(part)}
        return sorted(used & set(self.columns) - {expr.collection})

    def laid_out(self, frame: pl.LazyFrame, expr: Quantified, name: str) -> pl.LazyFrame:
        """Return the frame with a quantifier as a column, by a row for each record and a join."""
        import polars as pl

        listed, row = expr.collection, "beside/row"
        numbered = frame.with_row_index(row)
        codes, chosen = self.codes(expr, pl.col(listed))
        records = numbered.select(row, listed, *self.outside(expr)).explode(listed).drop_nulls(listed)
        worth = pl.col("worth").max() if expr.count is Count.SOME else pl.col("worth").min()
        counted = (
            records.select(
                row,
                codes.alias("worth"),
                pl.lit(2).alias("chosen") if expr.where is None else chosen.alias("chosen"),
            )
            .group_by(row)
            .agg(worth, pl.col("chosen").max())
        )
        found = self.quantified(expr, pl.col("worth"), pl.col("chosen"), pl.col(listed).list.len())
        joined = numbered.join(counted, on=row, how="left", maintain_order="left")
        return joined.with_columns(found.alias(name)).drop(row, "worth", "chosen")

    def together(self, expr: Together) -> pl.Expr:
        """Return whether the sets of the selected records cover a target."""
        import polars as pl

        assert isinstance(expr.target, Fact)
        if expr.collection not in self.columns or expr.target.name not in self.columns:
            return pl.lit(None, pl.Boolean)
        record, listed, target = pl.element(), pl.col(expr.collection), pl.col(expr.target.name)
        where = pl.lit(True) if expr.where is None else self.lower(expr.where, record)

        def items(chosen: pl.Expr) -> pl.Expr:
            return listed.list.eval(
                record.filter(chosen).struct.field(expr.field).list.explode().drop_nulls()
            )

        sure, possible = where.fill_null(False), where.fill_null(True)
        open_ = listed.list.eval(record.filter(possible).struct.field(expr.field).is_null()).list.any()
        lacking = target.list.set_difference(items(sure)).list.len()
        surely = target.list.set_difference(items(possible)).list.len()
        return (
            pl.when((lacking == 0) & (target.list.len() > 0))
            .then(True)
            .when((surely > 0) & ~open_)
            .then(False)
        )

    def term(self, term: Term, element: pl.Expr | None) -> pl.Expr:
        """Return a value."""
        import polars as pl

        match term:
            case Fact(name):
                return pl.col(name) if name in self.columns else pl.lit(plain_number(self.constants[name]))
            case Field(_, name):
                assert element is not None
                return element.struct.field(name)
            case Literal(value):
                return pl.lit(plain_number(value))
            case On():
                return pl.lit(self.on)
            case Later(start, Literal(amount), unit):
                name = {Unit.DAYS: "d", Unit.MONTHS: "mo", Unit.YEARS: "y"}[unit]
                return self.term(start, element).dt.offset_by(f"{amount}{name}")
            case Later(start, amount, Unit.DAYS):
                return self.term(start, element) + pl.duration(days=self.term(amount, element))
            case _:
                raise NotImplementedError(term)

    def leaf(self, leaf: Leaf, element: pl.Expr | None) -> pl.Expr:
        """Return the truth of a leaf, null where a fact is null."""
        import polars as pl

        term = partial(self.term, element=element)
        match leaf:
            case Given(what):
                return pl.when(term(what).is_not_null()).then(True)
            case Compare(what, Op.IS, Literal(bool() as value)):
                return term(what) if value else ~term(what)
            case Compare(what, _, Literal(), ranks) if ranks:
                return term(what).is_in(self.options(leaf))
            case Compare(left, op, right):
                one, two = term(left), term(right)
                tests = {
                    Op.IS: one.eq,
                    Op.AT_LEAST: one.ge,
                    Op.AT_MOST: one.le,
                    Op.MORE: one.gt,
                    Op.LESS: one.lt,
                }
                return tests[op](two)
            case Within(moment, start, amount, unit):
                first = self.first_start(leaf)
                if first is not None:
                    return (term(start) <= self.on) & (term(start) >= first)
                return (term(start) <= term(moment)) & (term(moment) <= term(Later(start, amount, unit)))
            case OneOf(item, Literal(frozenset() as options)):
                return term(item).is_in(sorted(options))
            case OneOf(item, options):
                one = term(item)
                return pl.when(one.is_not_null()).then(term(options).list.contains(one.cast(pl.String)))
            case Includes(whole, how, Literal(frozenset() as items), count):
                return self.includes(term(whole), how, sorted(items), count)
            case Includes(whole, Inclusion.ALL, items):
                return pl.when(term(items).list.len() > 0).then(
                    term(items).list.set_difference(term(whole)).list.len() == 0
                )
            case Empty(whole):
                return term(whole).list.len() == 0
            case _:
                raise NotImplementedError(leaf)

    def includes(self, whole: pl.Expr, how: Inclusion, items: list[str], count: int) -> pl.Expr:
        """Return whether a set holds items that stand in the rule."""
        import polars as pl

        match how:
            case Inclusion.ALL:
                return pl.all_horizontal([whole.list.contains(item) for item in items])
            case Inclusion.ANY:
                return pl.any_horizontal([whole.list.contains(item) for item in items])
            case Inclusion.AT_LEAST:
                hits = [whole.list.contains(item).cast(pl.UInt8) for item in items]
                return pl.sum_horizontal(hits, ignore_nulls=False) >= count
            case Inclusion.ONLY:
                return pl.when(whole.list.len() > 0).then(whole.list.set_difference(items).list.len() == 0)


def _replaced(expr: Expr, old: Expr, new: Expr) -> Expr:
    return new if expr == old else rebuild(expr, lambda each: _replaced(each, old, new))

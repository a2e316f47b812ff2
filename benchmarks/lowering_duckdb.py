"""Rules as SQL of DuckDB."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from benchmarks.lowering import SIGNS, Lowering, needed
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
)
from qa_rules.model.values import Unit


class DuckLowering(Lowering):
    """SQL of DuckDB."""

    def query(self, source: str, names: Iterable[str]) -> str:
        """Return the query that gives these nodes as columns, a subquery for each stage of references."""
        wanted = list(names)
        query = f"SELECT * FROM {source}"
        for stage in needed(self.closed, wanted):
            made = ", ".join(f'{self.lower(node.expr)} AS "{node.name}"' for node in stage)
            query = f"SELECT *, {made} FROM ({query})"
        listed = ", ".join(f'"{name}"' for name in wanted)
        return f"SELECT {listed} FROM ({query})"

    def lower(self, expr: Expr) -> str:
        """Return a nullable boolean."""
        match expr:
            case AllOf(operands):
                return "(" + " AND ".join(map(self.lower, operands)) + ")" if operands else "TRUE"
            case AnyOf(operands):
                return "(" + " OR ".join(map(self.lower, operands)) + ")" if operands else "FALSE"
            case AtLeast(count, operands):
                every = [self.lower(each) for each in operands]
                met = " + ".join(f"COALESCE({each}, FALSE)::TINYINT" for each in every)
                open_ = " + ".join(f"COALESCE({each}, TRUE)::TINYINT" for each in every)
                return f"(CASE WHEN {met} >= {count} THEN TRUE WHEN {open_} < {count} THEN FALSE END)"
            case Not(operand):
                return f"(NOT {self.lower(operand)})"
            case OnlyWhen(condition, operand):
                return f"(NOT {self.lower(condition)} OR {self.lower(operand)})"
            case Constant(holds):
                return "NULL::BOOLEAN" if holds is None else str(holds).upper()
            case Reference(name):
                return f'"{name}"'
            case Sided(_, met, unmet):
                return f"(CASE WHEN {self.lower(met)} THEN TRUE WHEN {self.lower(unmet)} THEN FALSE END)"
            case Quantified():
                return self.quantified(expr) if expr.collection in self.columns else "NULL::BOOLEAN"
            case Together():
                return self.together(expr)
            case Total():
                raise NotImplementedError("no ruleset that is measured adds up records")
            case _:
                settled = self.settled(expr)
                if settled == "column":
                    return self.leaf(expr)
                return "NULL::BOOLEAN" if settled is None else str(settled).upper()

    def quantified(self, expr: Quantified) -> str:
        """Return the truth of a quantifier from the least or greatest of its records."""
        where = "TRUE" if expr.where is None else self.lower(expr.where)
        body = "TRUE" if expr.body is None else self.lower(expr.body)
        listed = f'"{expr.collection}"'

        def codes(truth: str) -> str:
            return f"list_transform({listed}, lambda x: COALESCE(({truth})::TINYINT * 2, 1))"

        match expr.count:
            case Count.SOME:
                worth = f"list_max({codes(f'{where} AND {body}')})"
                return (
                    f"(CASE WHEN {worth} = 2 THEN TRUE WHEN {worth} = 0 OR len({listed}) = 0 THEN FALSE END)"
                )
            case Count.EVERY:
                worth = f"list_min({codes(f'NOT {where} OR {body}')})"
                chosen = f"list_max({codes(where)}) = 2"
                enough = "TRUE" if expr.empty_is_met or expr.where is None else chosen
                empty = f"WHEN len({listed}) = 0 THEN TRUE" if expr.empty_is_met else ""
                return (
                    f"(CASE {empty} WHEN {worth} = 2 AND {enough} THEN TRUE WHEN {worth} = 0 THEN FALSE END)"
                )
            case _:
                raise NotImplementedError(expr.count)

    def together(self, expr: Together) -> str:
        """Return whether the sets of the selected records cover a target."""
        assert isinstance(expr.target, Fact)
        if expr.collection not in self.columns or expr.target.name not in self.columns:
            return "NULL::BOOLEAN"
        where = "TRUE" if expr.where is None else self.lower(expr.where)
        target = f'"{expr.target.name}"'

        def kept(chosen: str) -> str:
            records = f'list_filter("{expr.collection}", lambda x: {chosen})'
            return f'list_transform({records}, lambda x: x."{expr.field}")'

        sure, possible = kept(f"COALESCE({where}, FALSE)"), kept(f"COALESCE({where}, TRUE)")
        covered = f"list_has_all(flatten({sure}), {target})"
        coverable = f"list_has_all(flatten({possible}), {target})"
        whole = f"len(list_filter({possible}, lambda y: y IS NULL)) = 0"
        return f"(CASE WHEN {covered} AND len({target}) > 0 THEN TRUE WHEN NOT {coverable} AND {whole} THEN FALSE END)"

    def term(self, term: Term) -> str:
        """Return a value."""
        match term:
            case Fact(name):
                return f'"{name}"' if name in self.columns else _quoted(self.constants[name])
            case Field(_, name):
                return f'x."{name}"'
            case Literal(value):
                return _quoted(value)
            case On():
                return _quoted(self.on)
            case Later(start, Literal(amount), unit):
                name = {Unit.DAYS: "DAY", Unit.MONTHS: "MONTH", Unit.YEARS: "YEAR"}[unit]
                return f"({self.term(start)} + INTERVAL '{amount}' {name})::DATE"
            case Later(start, amount, Unit.DAYS):
                return f"({self.term(start)} + {self.term(amount)}::INTEGER)"
            case _:
                raise NotImplementedError(term)

    def leaf(self, leaf: Leaf) -> str:
        """Return the truth of a leaf, null where a fact is null."""
        term = self.term
        match leaf:
            case Given(what):
                return f"(CASE WHEN {term(what)} IS NOT NULL THEN TRUE END)"
            case Compare(what, Op.IS, Literal(bool() as value)):
                return term(what) if value else f"(NOT {term(what)})"
            case Compare(what, _, Literal(), ranks) if ranks:
                return f"({term(what)} IN ({_listed(self.options(leaf))}))"
            case Compare(left, op, right):
                return f"({term(left)} {SIGNS[op]} {term(right)})"
            case Within(moment, start, amount, unit):
                first = self.first_start(leaf)
                if first is not None:
                    return f"({term(start)} <= {_quoted(self.on)} AND {term(start)} >= {_quoted(first)})"
                last = term(Later(start, amount, unit))
                return f"({term(start)} <= {term(moment)} AND {term(moment)} <= {last})"
            case OneOf(item, Literal(frozenset() as options)):
                return f"({term(item)} IN ({_listed(sorted(options))}))"
            case OneOf(item, options):
                return f"list_contains({term(options)}, {term(item)}::VARCHAR)"
            case Includes(whole, Inclusion.ALL, items):
                held = f"list_has_all({term(whole)}, {term(items)})"
                return (
                    held
                    if isinstance(items, Literal)
                    else f"(CASE WHEN len({term(items)}) > 0 THEN {held} END)"
                )
            case Includes(whole, Inclusion.ANY, items):
                return f"list_has_any({term(whole)}, {term(items)})"
            case Includes(whole, Inclusion.AT_LEAST, items, count):
                return f"(len(list_intersect({term(whole)}, {term(items)})) >= {count})"
            case Includes(whole, Inclusion.ONLY, items):
                return (
                    f"(CASE WHEN len({term(whole)}) > 0 THEN list_has_all({term(items)}, {term(whole)}) END)"
                )
            case Empty(whole):
                return f"(len({term(whole)}) = 0)"
            case _:
                raise NotImplementedError(leaf)


def _quoted(value: object) -> str:
    match value:
        case bool():
            return str(value).upper()
        case datetime.date():
            return f"DATE '{value.isoformat()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case frozenset():
            return f"[{_listed(sorted(value))}]"
        case _:
            return str(value)


def _listed(items: Iterable[str]) -> str:
    return ", ".join(map(_quoted, items))

"""The definition: what an expression is worth, by walking it. Short, slow, obviously right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from qa_rules.model import expressions as ex
from qa_rules.semantics.leaves import every_item, held, membership, settle
from qa_rules.semantics.snapshot import NO_RECORDS, Held, HeldRecord, Known
from qa_rules.semantics.totals import Chosen, total
from qa_rules.semantics.truth import Pair, all_of, any_of, at_least, at_strength, negated, only_when


def evaluate(
    expr: ex.Expr, known: Known, nodes: Mapping[str, Pair], record: HeldRecord | None = None
) -> Pair:
    """Return the pair of an expression.

    `nodes` holds the pairs of what references name; `record` is the record that an enclosing quantifier is at.
    """

    def lookup(term: ex.Fact | ex.Field) -> Held | None:
        if isinstance(term, ex.Fact):
            return known.values.get(term.name)
        return None if record is None else record.fields.get(term.name)

    def of(inner: ex.Expr) -> Pair:
        return evaluate(inner, known, nodes, record)

    match expr:
        case ex.AllOf(operands):
            return all_of(map(of, operands))
        case ex.AnyOf(operands):
            return any_of(map(of, operands))
        case ex.AtLeast(count, operands):
            return at_least(count, [of(operand) for operand in operands])
        case ex.Not(operand):
            return negated(of(operand))
        case ex.OnlyWhen(condition, operand):
            return only_when(of(condition), of(operand))
        case ex.Constant(holds):
            return (0, 0) if holds is None else (3, 0) if holds else (0, 3)
        case ex.Reference(name, _, strength):
            pair = nodes[name]
            return pair if strength is None else at_strength(strength, pair)
        case ex.Sided(_, met, unmet):
            return of(met)[0], of(unmet)[0]
        case ex.Quantified():
            return _quantified(expr, known, nodes)
        case ex.Together():
            return _together(expr, known, nodes)
        case ex.Total():
            return total(expr, lookup, [_listed(each, known, nodes) for each in expr.records])
        case ex.Compare() | ex.Within() | ex.OneOf() | ex.Includes() | ex.Empty() | ex.Given() | ex.Linear():
            return settle(expr, lookup, known.on, known.calendar)
        case _:
            assert_never(expr)


def _selected(where: ex.Expr | None, known: Known, nodes: Mapping[str, Pair], record: HeldRecord) -> Pair:
    """Whether there is this record and `where` selects it; that it exists is never denied."""
    t, f = (3, 0) if where is None else evaluate(where, known, nodes, record)
    return min(t, record.strength), f


def _quantified(expr: ex.Quantified, known: Known, nodes: Mapping[str, Pair]) -> Pair:
    records, whole = known.collections.get(expr.collection, NO_RECORDS)
    chosen = [_selected(expr.where, known, nodes, record) for record in records]
    bodies = [
        (3, 0) if expr.body is None else evaluate(expr.body, known, nodes, record) for record in records
    ]
    both = list(zip(chosen, bodies, strict=True))
    match expr.count:
        case ex.Count.EVERY:
            t, f = all_of(only_when(where, body) for where, body in both)
            something = 3 if expr.empty_is_met else any_of(chosen)[0]
            return min(whole, t, something), f
        case ex.Count.SOME:
            t, f = any_of(all_of(pair) for pair in both)
            return t, min(whole, f)
        case ex.Count.AT_LEAST:
            t, f = at_least(expr.number, [all_of(pair) for pair in both])
            return t, min(whole, f)
        case _:
            assert_never(expr.count)


def _listed(part: ex.OfRecords, known: Known, nodes: Mapping[str, Pair]) -> tuple[Chosen, int]:
    """The records of a list, whether each is selected and its number; and how sure it is that there are no others."""
    records, whole = known.collections.get(part.collection, NO_RECORDS)
    amount = None if part.amount is None else part.amount.term.name
    chosen = [
        (
            _selected(part.where, known, nodes, record),
            None if amount is None else record.fields.get(amount),
        )
        for record in records
    ]
    return chosen, whole


def _together(expr: ex.Together, known: Known, nodes: Mapping[str, Pair]) -> Pair:
    target = held(expr.target, lambda term: known.values.get(term.name), known.on, known.calendar)
    if target is None or not isinstance(target.value, frozenset):
        return 0, 0
    records, whole = known.collections.get(expr.collection, NO_RECORDS)
    chosen = [
        (_selected(expr.where, known, nodes, record), record.fields.get(expr.field)) for record in records
    ]

    def covered(item: str) -> Pair:
        pairs = [
            all_of([where, (0, 0) if field is None else membership(field, item)]) for where, field in chosen
        ]
        t, f = any_of(pairs)
        return t, min(whole, f)

    return every_item(target, covered)

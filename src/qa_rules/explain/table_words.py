"""What a decision table has and lacks, in words: regions of its inputs, holes, overlaps, rows that decide nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, assert_never

from qa_rules.explain.messages import say
from qa_rules.explain.wording import listed, value_words
from qa_rules.model import expressions as ex
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import Scalar
from qa_rules.program.decision_diagram import Branch, Diagram, Gap, Overlap, Step
from qa_rules.program.table_regions import Column, NoValue, Options, Piece, Region, Span, Truth, joined

MOST_TOLD: Final = 5
"""How many regions of one kind are told."""


def holes(diagram: Diagram) -> list[str]:
    """Return in words for which inputs a table gives nothing."""
    return [
        words for at, leaf in diagram.leaves.items() if isinstance(leaf, Gap) for words in _ways(diagram, at)
    ]


def overlaps(diagram: Diagram) -> list[tuple[Overlap, str]]:
    """Return each two rows that match together, with the first region in which they do in words."""
    found: dict[tuple[int, int], tuple[Overlap, str]] = {}
    for at, leaf in diagram.leaves.items():
        if isinstance(leaf, Overlap):
            for words in _ways(diagram, at):
                found.setdefault((leaf.one, leaf.other), (leaf, words))
    return list(found.values())


def dead_rows(diagram: Diagram) -> list[int]:
    """Return the rows, from 0, that decide nothing whatever the inputs are."""
    return [at for at in range(len(diagram.table.rows)) if at not in diagram.rows_used]


def _ways(diagram: Diagram, leaf: int) -> Iterator[str]:
    for path in islice(diagram.paths(leaf), MOST_TOLD):
        yield path_words(diagram, path)


def path_words(diagram: Diagram, path: Sequence[tuple[Step, Branch]]) -> str:
    """Return in words where a way through a diagram leads along: `customer: no; score: 130`."""
    parts = [
        say(
            "{input}: {values}",
            input=diagram.columns[step.column].input.label,
            values=_branch(diagram, step, branch),
        )
        for step, branch in path
    ]
    return "; ".join(parts) or say("whatever the inputs are")


def _branch(diagram: Diagram, step: Step, branch: Branch) -> str:
    return regions_words(diagram.columns[step.column], diagram.regions_of(step, branch))


def regions_words(column: Column, regions: Sequence[Region]) -> str:
    """Return some regions of an input in words."""
    if column.setting:
        return say("open, for the policy does not say {name}", name=column.setting)
    declared = column.declared
    whole = declared is not None and declared.type is FactType.INTEGER
    pieces = joined([piece for region in regions for piece in region.pieces], whole)
    return listed((piece_words(each, declared) for each in pieces), "or")


def piece_words(piece: Piece, declared: FactDeclaration | None) -> str:
    """Return a part of a region in words."""

    def words(value: Scalar) -> str:
        return value_words(value, declared)

    match piece:
        case Truth(holds):
            return say("yes") if holds else say("no")
        case NoValue(given):
            return say("given") if given else say("none")
        case Options(values, others):
            named = listed(map(words, sorted(values)), "or")
            return named if not others else say("not {values}", values=named) if values else say("any")
        case Span():
            return _span_words(piece, declared)
        case _:
            assert_never(piece)


def cell_words(cell: ex.Expr | None, declared: FactDeclaration | None) -> str:
    """Return a cell as a table on paper says it."""

    def inner(each: ex.Expr) -> str:
        return cell_words(each, declared)

    match cell:
        case None:
            return say("any")
        case ex.Constant(holds):
            return say("yes") if holds else say("no")
        case ex.AllOf(operands):
            return listed(map(inner, operands))
        case ex.AnyOf(operands):
            return listed(map(inner, operands), "or")
        case ex.Given():
            return say("given")
        case ex.Not(ex.Given()):
            return say("none")
        case ex.Not(operand):
            return say("not {values}", values=inner(operand))
        case ex.Compare(_, op, right):
            return _compared_words(op, _term_words(right, declared), declared)
        case ex.OneOf(_, options):
            return _term_words(options, declared)
        case _:
            raise AssertionError(f"{cell!r} is no test of a cell")


def _term_words(term: ex.Term, declared: FactDeclaration | None) -> str:
    match term:
        case ex.Literal(frozenset() as values):
            return listed((value_words(each, declared) for each in sorted(values)), "or")
        case ex.Literal(value):
            return value_words(value, declared)
        case ex.Parameter(name) | ex.Unset(name):
            return say("the local setting {name}", name=name.replace("_", " "))
        case _:
            raise AssertionError(f"{term!r} stands in no cell")


def _compared_words(op: ex.Op, value: str, declared: FactDeclaration | None) -> str:
    dates = declared is not None and declared.type is FactType.DATE
    match op:
        case ex.Op.IS:
            return value
        case ex.Op.AT_LEAST:
            form = say("on or after {value}") if dates else say("at least {value}")
        case ex.Op.AT_MOST:
            form = say("on or before {value}") if dates else say("at most {value}")
        case ex.Op.MORE:
            form = say("after {value}") if dates else say("more than {value}")
        case ex.Op.LESS:
            form = say("before {value}") if dates else say("less than {value}")
        case _:
            assert_never(op)
    return form.format(value=value)


def _span_words(span: Span, declared: FactDeclaration | None) -> str:
    if span.is_one and span.low is not None:
        return value_words(span.low, declared)
    ends = []
    for edge, is_open, ops in (
        (span.low, span.low_open, (ex.Op.AT_LEAST, ex.Op.MORE)),
        (span.high, span.high_open, (ex.Op.AT_MOST, ex.Op.LESS)),
    ):
        if edge is not None:
            ends.append(_compared_words(ops[is_open], value_words(edge, declared), declared))
    return listed(ends) or say("any")

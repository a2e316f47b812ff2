"""Why a requirement has its verdict: the tests that decided, in words, and why what is unknown is unknown.

Nothing here is needed for a verdict; it is computed only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import assert_never

from qa_rules.explain.describe import Describer
from qa_rules.explain.messages import count, say
from qa_rules.explain.notes import (
    HAS_TO_BE,
    MAY_NOT_BE,
    WHY,
    Note,
    Numbered,
    all_meet,
    either,
    facts_named,
    first_code,
    joined,
    none_to_judge_by,
    not_counted,
    tally,
    too_few,
    unique,
    with_needs,
)
from qa_rules.explain.table_reasons import TableReader
from qa_rules.explain.total_words import total_words
from qa_rules.model.assessments import Reason
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
    Linear,
    Not,
    OfRecords,
    OneOf,
    OnlyWhen,
    Quantified,
    Reference,
    Sided,
    Term,
    Together,
    Total,
    Weighted,
    Within,
    collections_of,
)
from qa_rules.model.facts import Facts
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.model.values import Verdict
from qa_rules.program.asked import routes_read
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.snapshot import NO_RECORDS, Known, disbelief
from qa_rules.semantics.truth import Pair
from qa_rules.semantics.written import written

_MOST_STEPS = 24
"""From reference to reference; a chain that is longer is told as far as this."""


class Explainer(Describer):
    """Explains the findings of one assessment."""

    asked: int

    every_way = False
    """Whether all that meets an any-of is told, not only the strongest."""

    def __init__(self, closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair]) -> None:
        super().__init__(closed, facts, known, pairs)
        self.nodes: Mapping[str, Expr] = closed.exprs
        self.tables: TableReader = TableReader(closed, known, pairs)
        self.told: dict[tuple[object, ...], list[Note]] = {}
        self.steps: int = 0

    def reason(self, name: str, verdict: Verdict) -> Reason:
        """Return why a requirement or group has this verdict."""
        applies = NodeId.applies(name)
        match verdict:
            case Verdict.NOT_APPLICABLE:
                ruling_out = SCOPE if self.is_outside else applies
                notes = unique(self._why_referred(ruling_out, False))
                return Reason("does_not_apply", joined(say("Does not apply"), notes), facts_named(notes))
            case Verdict.MET:
                notes = unique(self._why_referred(name, True))
                return Reason("met", joined(say("Met"), notes), facts_named(notes))
            case Verdict.NOT_MET:
                met = NodeId.met(name)
                notes = unique(self._why_referred(met if met in self.nodes else name, False))
                notes = self._without_routes(notes)
                return Reason("not_met", joined(say("Not met"), with_needs(notes)), facts_named(notes))
            case Verdict.UNKNOWN:
                notes = self.open(name)
                return Reason(first_code(notes), joined(say("Not known"), notes), facts_named(notes))
            case _:
                assert_never(verdict)

    def _without_routes(self, notes: list[Note]) -> list[Note]:
        """Leave out by which route a subject is assessed, which is no shortfall, where anything else is one."""
        routes = routes_read(self.closed)
        kept = [each for each in notes if not each.facts or not routes.issuperset(each.facts)]
        return kept if any(each.facts for each in kept) else notes

    @property
    def is_outside(self) -> bool:
        """Whether it is known that the ruleset as a whole does not apply."""
        scope = self.pairs.get(SCOPE)
        return scope is not None and scope[1] >= self.closed.strength

    def open(self, name: str) -> list[Note]:
        """Return what an unknown verdict still turns on."""
        return unique(self._open_referred(name, True))

    def deciding(self, expr: Expr, met: bool) -> list[Note]:
        """Return the tests that make an expression met, or not met."""
        return unique(self._why(expr, met, None))

    def lacking(self, expr: Expr, wanted: bool) -> list[Note]:
        """Return what keeps an expression from being met, or from being not met."""
        return unique(self._open(expr, wanted, None))

    # What decided

    def _why(self, expr: Expr, met: bool, record: Numbered | None) -> Iterator[Note]:
        """The tests that make the expression met, or not met."""
        match expr:
            case AllOf() | AnyOf() if (
                test := written(expr, self.closed.ruleset.vocabulary)
            ) is not expr and self._is(test, met, record):
                yield from self._why(test, met, record)
            case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands):
                deciding = [each for each in operands if self._is(each, met, record)]
                one_is_enough = isinstance(expr, AnyOf) if met else isinstance(expr, AllOf)
                if one_is_enough and met and not self.every_way:
                    deciding = sorted(deciding, key=lambda each: -self._pair(each, record)[0])[:1]
                found = [note for each in deciding for note in self._why(each, met, record)]
                if isinstance(expr, AtLeast):
                    found = [*self._tallied(expr, record), *found]
                yield from found if isinstance(expr, AllOf) else either(found)
            case Not(operand):
                yield from self._why(operand, not met, record)
            case OnlyWhen(condition, operand):
                if not met or self._is(operand, True, record):
                    yield from self._why(operand, met, record)
                else:
                    yield from self._why(condition, False, record)
            case Reference(name):
                yield from self._why_referred(name, met)
            case Constant(_, because):
                if because:
                    yield Note("constant", self._decided(because, met), ())
            case Quantified():
                yield from self._why_records(expr, met)
            case Together():
                yield self._covered(expr, met)
                if not met:
                    yield from self._left_out(expr)
            case Total():
                yield Note("", total_words(expr, self.words), collections_of(expr))
            case Sided():
                yield from self._tabled(expr, met)
            case Compare() | Within() | OneOf() | Includes() | Empty() | Given() | Linear():
                yield self._shown(expr, met, record)
            case _:
                assert_never(expr)

    def _tallied(self, expr: AtLeast, record: Numbered | None) -> Iterator[Note]:
        """How many of several are needed, and how many there are; nothing where all of them or any one will do."""
        if 1 < expr.count < len(expr.operands):
            held = sum(self._is(each, True, record) for each in expr.operands)
            yield Note("", tally(expr.count, len(expr.operands), held), ())

    def _why_referred(self, name: str, met: bool) -> Iterator[Note]:
        if name in self.closed.compared:
            yield self._figure(name, met)
            return
        yield from self._once(name, ("why", name, met), lambda: self._why(self.nodes[name], met, None))

    def _open_referred(self, name: str, wanted: bool) -> Iterator[Note]:
        key = ("open", name, wanted, self.asked)
        if name in self.closed.compared:
            yield self._open_figure(name, wanted)
        yield from self._once(name, key, lambda: self._open(self.nodes[name], wanted, None))

    def _once(self, name: str, key: tuple[object, ...], notes: Callable[[], Iterator[Note]]) -> list[Note]:
        """Tell of a node once, however often it is referred to, and of one too many references away by its name."""
        if key not in self.told:
            if self.steps == _MOST_STEPS:
                return [Note("missing", say("what {name} turns on", name=name), ())]
            self.steps += 1
            try:
                self.told[key] = unique(notes())
            finally:
                self.steps -= 1
        return self.told[key]

    def _why_records(self, expr: Quantified, met: bool) -> Iterator[Note]:
        records = self._records(expr.collection)
        collection = self._collection(expr.collection)
        name = (expr.collection,)
        chosen = [each for each in records if expr.where is None or self._is(expr.where, True, each)]
        if (expr.count is Count.EVERY and not met) or (expr.count is not Count.EVERY and met):
            body = expr.body
            deciding = [each for each in chosen if body is None or self._is(body, met, each)]
            if body is None:
                yield Note(
                    "",
                    count("{list}: {n} of them", "{list}: {n} of them", len(deciding), list=collection),
                    name,
                )
            for each in deciding[: 1 if expr.count is Count.SOME else None]:
                if body is not None:
                    yield from self._why(body, met, each)
        elif not chosen:
            yield Note("", say("{list}: none to look at", list=collection), name)
        elif met:
            yield Note("", all_meet(collection, len(chosen)), name)
        else:
            enough = [each for each in chosen if expr.body is None or self._is(expr.body, True, each)]
            few = say("{list}: none that meets this", list=collection)
            if enough:
                few = too_few(collection, len(enough), expr.number)
            yield Note("", few, name)
            for each in chosen[:3]:
                if expr.body is not None and self._is(expr.body, False, each):
                    yield from self._why(expr.body, False, each)

    def _left_out(self, expr: Together) -> Iterator[Note]:
        """Why records do not count that would cover something, such as an insurance that has run out."""
        if expr.where is None:
            return
        lacking = self._items(expr, False)
        left_out = [each for each in self._records(expr.collection) if self._is(expr.where, False, each)]
        for each in left_out[:3]:
            held = self._value(Field(expr.collection, expr.field), each)
            if isinstance(held, frozenset) and held & lacking:
                yield from self._why(expr.where, False, each)

    def _tabled(self, expr: Sided, met: bool) -> Iterator[Note]:
        """What a decision table gives, and by which row."""
        for output in self.tables.outputs_in(expr.of):
            if self.tables.says_tier(output):
                found = [
                    note
                    for each in self.tables.cells(output, expr.of, met)
                    for note in self._why(each, True, None)
                ]
                if found:
                    yield from either(found) if met else found
                    continue
            label = self.tables.declared(output).label
            value, row = self.tables.value_words(output, 1), self.tables.row_words(output)
            text = say("{label}: {value}", label=label, value=value)
            if row:
                text = say("{text}, by {row}", text=text, row=row)
            asks = isinstance(expr.of, Compare | OneOf)
            needs = self.words.needs(expr.of) if asks else ""  # type: ignore[arg-type]
            yield Note("", text, self.tables.facts(output), needs, MAY_NOT_BE if met else HAS_TO_BE)

    def _open_table(self, expr: Sided) -> Iterator[Note]:
        """What keeps a table from giving a value that settles the test: inputs that are not known, or a hole."""
        for output in self.tables.outputs_in(expr.of):
            if self.tables.hits_hole(output):
                label = self.tables.declared(output).label
                row = self.tables.row_words(output) or say("no row of the table matches")
                yield Note(
                    "table_gap", say("{label}: {value}", label=label, value=row), self.tables.facts(output)
                )
            for test in self.tables.open_tests(output, self.asked):
                yield from self._open(test, True, None)

    # What is missing

    def _open(self, expr: Expr, wanted: bool, record: Numbered | None) -> Iterator[Note]:
        """What keeps the expression from being met, or from being not met, at the strength asked."""
        if self._settled(expr, wanted, record):
            return
        match expr:
            case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands):
                inner = [note for each in operands for note in self._open(each, wanted, record)]
                if inner and isinstance(expr, AtLeast):
                    yield from self._tallied(expr, record)
                yield from inner
            case Not(operand):
                yield from self._open(operand, not wanted, record)
            case OnlyWhen(condition, operand):
                yield from self._open(condition, not wanted, record)
                yield from self._open(operand, wanted, record)
            case Reference(name, _, strength):
                asked, self.asked = self.asked, self.asked if strength is None else int(strength)
                yield from list(self._open_referred(name, wanted))
                self.asked = asked
            case Constant(None, because):
                if because:
                    yield self._silent(because)
            case Constant():
                return
            case Quantified(_, _, collection, where, body):
                yield from self._open_records(collection, (where, body), wanted)
            case Together(collection, where, _, target):
                yield from self._open_records(collection, (where,), wanted, target)
            case Total(parts, numbers):
                yield from self._open_total(parts, numbers, wanted)
            case Sided():
                yield from self._open_table(expr)
            case Compare() | Within() | OneOf() | Includes() | Empty() | Given() | Linear():
                yield self._unknown(expr, record)
            case _:
                assert_never(expr)

    def _settled(self, expr: Expr, wanted: bool, record: Numbered | None) -> bool:
        t, f = self._pair(expr, record)
        return t >= (self.asked if wanted else 1) or f >= (1 if wanted else self.asked)

    def _open_total(
        self, parts: Iterable[OfRecords], numbers: Iterable[Weighted], wanted: bool
    ) -> Iterator[Note]:
        """What keeps a sum open: numbers of the subject, and of records whether they count and how much."""
        found = [note for number in numbers for note in self._open(Given(number.term), True, None)]
        for part in parts:
            amount = None if part.amount is None else Given(part.amount.term)
            found += self._open_records(part.collection, (part.where, amount), wanted)
        # A list of which all is known adds what it adds, and keeps nothing open, whether or not a record counts.
        yield from [each for each in found if each.code != "nothing_there"] or found

    def _open_record(
        self, listed: str, asked: tuple[Expr | None, ...], wanted: bool, record: Numbered
    ) -> list[Note]:
        """What keeps one record open, of what is asked of it in the list that it stands in."""
        return [note for each in asked if each is not None for note in self._open(each, wanted, record)]

    def _open_records(
        self, listed: str, asked: tuple[Expr | None, ...], wanted: bool, target: Term | None = None
    ) -> Iterator[Note]:
        """What keeps a test of records open; the first of what is asked of each is whether it counts."""
        collection = self._collection(listed)
        given = self.facts.collections.get(listed)
        name = (listed,)
        if given is None:
            yield not_counted("missing", collection, say(WHY["missing"]), listed)
            return
        records = self._records(listed)
        whole = self.known.collections.get(listed, NO_RECORDS).whole
        where = asked[0]
        found: list[Note] = []
        for each in records:
            # Of what is known not to be asked about, nothing is missing.
            left_out = 0 if where is None else self._pair(where, each)[1]
            if left_out >= (self.asked if wanted else 1):
                continue
            found += self._open_record(listed, asked, wanted, each)
        yield from found
        if isinstance(target, Fact):
            held = self.known.values.get(target.name)
            if held is None or held.whole < self.asked:
                yield self._missing(target, None)
        if given.partial:
            yield Note("partial", say("{list}: there may be more than are listed", list=collection), name)
        elif whole < self.asked:
            declared = self.closed.ruleset.vocabulary.collections[listed]
            code = "too_weak" if whole else disbelief(given, declared, self.known.on) or "missing"
            text = self._too_weak(whole) if whole else say(WHY[code])
            yield not_counted(code, collection, text, listed)
        elif not found:
            yield Note("nothing_there", none_to_judge_by(collection, len(records)), name)

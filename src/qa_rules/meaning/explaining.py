"""Why a requirement has its verdict: the tests that decided, in words, and why what is unknown is unknown.

Nothing here is needed for a verdict; it is computed only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import assert_never

import attrs

from qa_rules.meaning import leaves
from qa_rules.meaning.believing import NO_RECORDS, Held, HeldRecord, Known, disbelief
from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.meaning.evaluating import evaluate
from qa_rules.meaning.messages import count, mark, say
from qa_rules.meaning.notes import (
    FIRST,
    HAS_TO_BE,
    LACKS,
    MAY_NOT_BE,
    NEEDS,
    WHY,
    Note,
    Numbered,
    all_meet,
    either,
    facts_named,
    held_of,
    joined,
    name_of,
    too_few,
    unique,
    with_needs,
)
from qa_rules.meaning.pairs import Pair
from qa_rules.meaning.wording import Wording, lacking_of, strength_words, subject_of, value_words
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
    Leaf,
    Literal,
    Not,
    OneOf,
    OnlyWhen,
    Quantified,
    Reference,
    Term,
    Together,
    Unset,
    Within,
    terms,
)
from qa_rules.model.facts import FactDeclaration, Facts, FactType, FactValue
from qa_rules.model.nodes import NodeId
from qa_rules.model.values import NONE, Strength, Value, Verdict

_MOST_STEPS = 24
"""From reference to reference; a chain that is longer is told as far as this."""
_CONSTANTS = {"no such severity": mark("nothing here has this weight")}
_SILENT = {"tiers": mark("which tiers there are"), "required_tier": mark("which tier is required here")}
_TRUTHS = (FactType.YES_NO, FactType.JUDGEMENT)


class Explainer:
    """Explains the findings of one assessment."""

    every_way = False
    """Whether all that meets an any-of is told, not only the strongest."""

    def __init__(self, closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair]) -> None:
        self.closed, self.facts, self.known, self.pairs = closed, facts, known, pairs
        self.words = Wording(closed.ruleset.vocabulary)
        self.nodes = closed.exprs
        self.asked = int(closed.strength)
        self.told: dict[tuple[object, ...], list[Note]] = {}
        self.steps = 0

    def reason(self, name: str, verdict: Verdict) -> Reason:
        """Return why a requirement or group has this verdict."""
        applies = NodeId.applies(name)
        match verdict:
            case Verdict.NOT_APPLICABLE:
                notes = unique(self._why_referred(applies, False))
                return Reason("does_not_apply", joined(say("Does not apply"), notes), facts_named(notes))
            case Verdict.MET:
                notes = unique(self._why_referred(name, True))
                return Reason("met", joined(say("Met"), notes), facts_named(notes))
            case Verdict.NOT_MET:
                met = NodeId.met(name)
                notes = unique(self._why_referred(met if met in self.nodes else name, False))
                return Reason("not_met", joined(say("Not met"), with_needs(notes)), facts_named(notes))
            case Verdict.UNKNOWN:
                notes = self.open(name)
                code = next((each for each in FIRST if any(note.code == each for note in notes)), "missing")
                return Reason(code, joined(say("Not known"), notes), facts_named(notes))
            case _:
                assert_never(verdict)

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

    def _pair(self, expr: Expr, record: HeldRecord | None) -> Pair:
        return evaluate(expr, self.known, self.pairs, record)

    def _why(self, expr: Expr, met: bool, record: Numbered | None) -> Iterator[Note]:
        """The tests that make the expression met, or not met."""
        match expr:
            case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands):
                deciding = [each for each in operands if self._is(each, met, record)]
                one_is_enough = isinstance(expr, AnyOf) if met else isinstance(expr, AllOf)
                if one_is_enough and met and not self.every_way:
                    deciding = sorted(deciding, key=lambda each: -self._pair(each, held_of(record))[0])[:1]
                found = [note for each in deciding for note in self._why(each, met, record)]
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
                    yield Note("constant", say(_CONSTANTS.get(because, because.replace("_", " "))), ())
            case Quantified():
                yield from self._why_records(expr, met)
            case Together():
                yield self._covered(expr, met)
            case Compare() | Within() | OneOf() | Includes() | Empty() | Given():
                yield self._shown(expr, met, record)
            case _:
                assert_never(expr)

    def _why_referred(self, name: str, met: bool) -> Iterator[Note]:
        yield from self._once(name, ("why", name, met), lambda: self._why(self.nodes[name], met, None))

    def _open_referred(self, name: str, wanted: bool) -> Iterator[Note]:
        key = ("open", name, wanted, self.asked)
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

    def _is(self, expr: Expr, met: bool, record: Numbered | None) -> bool:
        return self._pair(expr, held_of(record))[0 if met else 1] > 0

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

    def _covered(self, expr: Together, met: bool) -> Note:
        """Which items of the target the records cover together, or do not."""
        target, collection = expr.target, self._collection(expr.collection)
        names = (expr.collection, *((target.name,) if isinstance(target, Fact) else ()))
        whole = self._value(target, None)
        items = sorted(whole) if isinstance(whole, frozenset) else []
        shown = frozenset(
            item
            for item in items
            if self._is(attrs.evolve(expr, target=Literal(frozenset([item]))), met, None)
        )
        label = self.words.label(target) if isinstance(target, Fact) else say("what is needed")
        words = value_words(shown, self.words.vocabulary.declaration(target) or self._field(expr))
        form = mark("{what} that the {list} cover: {items}")
        if not met:
            form = mark("{what} that the {list} do not cover: {items}")
        return Note("", say(form, what=label, list=collection, items=words), names)

    def _field(self, expr: Together) -> FactDeclaration:
        return self.closed.ruleset.vocabulary.collections[expr.collection].fields[expr.field]

    def _shown(self, leaf: Leaf, met: bool, record: Numbered | None) -> Note:
        def known(term: Term) -> Value | None:
            return self._value(term, record)

        subject = subject_of(leaf)
        if subject is None:
            return Note("", self.words.needs(leaf), ())
        declared, value = self.words.vocabulary.declaration(subject), known(subject)
        shown = say("not known") if value is None else value_words(value, declared)
        text = say("{label}: {value}", label=self._named(subject, record), value=shown)
        if isinstance(leaf, Given) or (declared is not None and declared.type in _TRUTHS):
            return Note("", text, self._names(leaf, record))
        is_set = declared is not None and declared.type.is_set
        lead = MAY_NOT_BE if met else NEEDS if is_set else HAS_TO_BE
        lacking = lacking_of(leaf, known) if not met else frozenset()
        if lacking:
            return Note("", text, self._names(leaf, record), value_words(lacking, declared), LACKS)
        return Note("", text, self._names(leaf, record), self.words.needs(leaf, True, known), lead)

    def _value(self, term: Term, record: Numbered | None) -> Value | None:
        found = leaves.held(term, lambda each: self._lookup(each, record), self.known.on, self.known.calendar)
        return None if found is None else found.value

    # What is missing

    def _open(self, expr: Expr, wanted: bool, record: Numbered | None) -> Iterator[Note]:
        """What keeps the expression from being met, or from being not met, at the strength asked."""
        if self._settled(expr, wanted, record):
            return
        match expr:
            case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands):
                for operand in operands:
                    yield from self._open(operand, wanted, record)
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
            case Quantified() | Together():
                yield from self._open_records(expr, wanted)
            case Compare() | Within() | OneOf() | Includes() | Empty() | Given():
                yield self._unknown(expr, record)
            case _:
                assert_never(expr)

    def _settled(self, expr: Expr, wanted: bool, record: Numbered | None) -> bool:
        t, f = self._pair(expr, held_of(record))
        return t >= (self.asked if wanted else 1) or f >= (1 if wanted else self.asked)

    def _open_records(self, expr: Quantified | Together, wanted: bool) -> Iterator[Note]:
        collection = self._collection(expr.collection)
        given = self.facts.collections.get(expr.collection)
        name = (expr.collection,)
        if given is None:
            yield Note("missing", say("{label}: {value}", label=collection, value=say("not known")), name)
            return
        records = self._records(expr.collection)
        whole = self.known.collections.get(expr.collection, NO_RECORDS).whole
        found: list[Note] = []
        for each in records:
            for inner in (expr.where, expr.body if isinstance(expr, Quantified) else None):
                if inner is not None:
                    found += self._open(inner, wanted, each)
        yield from found
        if isinstance(expr, Together) and isinstance(expr.target, Fact):
            held = self.known.values.get(expr.target.name)
            if held is None or held.whole < self.asked:
                yield self._missing(expr.target, None)
        if given.partial:
            yield Note("partial", say("{list}: there may be more than are listed", list=collection), name)
        elif whole < self.asked:
            code = "too_weak" if whole else "expired"
            text = self._too_weak(whole) if whole else say(WHY[code])
            yield Note(code, say("{label}: {value}", label=collection, value=text), name)
        elif not found:
            yield Note("nothing_there", say("{list}: none yet to judge by", list=collection), name)

    def _silent(self, name: str) -> Note:
        parameter = self.closed.ruleset.parameter.get(name)
        what = say(_SILENT.get(name, name.replace("_", " "))) if parameter is None else parameter.question
        return Note("policy_silent", say("not decided locally: {what}", what=what), ())

    def _unknown(self, leaf: Leaf, record: Numbered | None) -> Note:
        for term in terms(leaf):
            if isinstance(term, Unset):
                return self._silent(term.name)
        for term in terms(leaf):
            if isinstance(term, Fact | Field):
                held = self._lookup(term, record)
                if held is None or held.value is NONE or held.strength < self.asked:
                    return self._missing(term, record)
        for term in terms(leaf):
            if isinstance(term, Fact | Field):
                held = self._lookup(term, record)
                if held is not None and isinstance(held.value, frozenset) and held.whole < self.asked:
                    text = say("{label}: there may be more than is listed", label=self._named(term, record))
                    return Note("partial", text, (name_of(term),))
                if held is not None and held.value == frozenset():
                    text = say("{label}: nothing to judge by", label=self._named(term, record))
                    return Note("nothing_there", text, (name_of(term),))
        subject = subject_of(leaf)
        label = say("a date") if subject is None else self.words.label(subject)
        text = say("{label}: outside the years whose working days are known", label=label)
        return Note("no_calendar", text, self._names(leaf, record))

    def _missing(self, term: Fact | Field, record: Numbered | None) -> Note:
        label = self._named(term, record)
        held = self._lookup(term, record)
        if held is not None and held.value is NONE:
            return Note("is_none", say("{label}: {value}", label=label, value=say("none")), (name_of(term),))
        if held is not None and held.strength < self.asked:
            text = say("{label}: {value}", label=label, value=self._too_weak(held.strength))
            return Note("too_weak", text, (name_of(term),))
        given = self._given(term, record)
        declared = self.words.vocabulary.declaration(term)
        code = "missing"
        if given is not None and declared is not None:
            code = disbelief(given, declared, self.known.on) or "missing"
        text = say("{label}: {value}", label=label, value=say(WHY[code]))
        return Note(code, text, (name_of(term),))

    def _too_weak(self, strength: int) -> str:
        found, asked = strength_words(Strength(strength)), strength_words(Strength(self.asked))
        return say("only {found} so far, and it has to be {asked}", found=found, asked=asked)

    # Facts

    def _lookup(self, term: Fact | Field, record: Numbered | None) -> Held | None:
        if isinstance(term, Fact):
            return self.known.values.get(term.name)
        return None if record is None else record.held.fields.get(term.name)

    def _given(self, term: Fact | Field, record: Numbered | None) -> FactValue | None:
        if isinstance(term, Fact):
            return self.facts.values.get(term.name)
        if record is None:
            return None
        return self.facts.collections[term.collection].records[record.number - 1].get(term.name)

    def _records(self, collection: str) -> list[Numbered]:
        held = self.known.collections.get(collection, NO_RECORDS).records
        word = self.closed.ruleset.vocabulary.collections[collection].record or say("record")
        return [Numbered(word, number, each) for number, each in enumerate(held, 1)]

    def _collection(self, name: str) -> str:
        return self.closed.ruleset.vocabulary.collections[name].label

    def _named(self, term: Fact | Field, record: Numbered | None) -> str:
        label = self.words.label(term)
        if record is None or isinstance(term, Fact):
            return label
        return say("{record} {number}, {label}", record=record.word, number=record.number, label=label)

    def _names(self, leaf: Leaf, record: Numbered | None) -> tuple[str, ...]:
        """The facts of a test that are known. A limit need not be: what comes too early is not within any."""
        asked = (term for term in terms(leaf) if isinstance(term, Fact | Field))
        return tuple(name_of(term) for term in asked if self._lookup(term, record) is not None)

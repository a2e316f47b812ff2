"""Why a requirement has its verdict: the tests that decided, in words, and why what is unknown is unknown.

Nothing here is needed for a verdict; it is computed only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

import attrs

from qa_rules.meaning.believing import NO_RECORDS, Held, HeldRecord, Known, disbelief
from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.meaning.evaluating import evaluate
from qa_rules.meaning.pairs import Pair
from qa_rules.meaning.wording import Wording, capital, subject_of, value_words
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
    Not,
    OneOf,
    OnlyWhen,
    Quantified,
    Reference,
    Together,
    Unset,
    Within,
    terms,
)
from qa_rules.model.facts import Facts, FactValue
from qa_rules.model.values import NONE, Strength, Verdict

_FIRST = (
    "policy_silent",
    "no_judge",
    "expired",
    "not_yet",
    "too_weak",
    "missing",
    "partial",
    "is_none",
    "nothing_there",
    "no_calendar",
)
"""Which code stands for a reason with several."""

_WHY = {
    "missing": "not known",
    "expired": "no longer believed: the evidence has run out",
    "not_yet": "not believed yet: the evidence is dated later",
    "no_judge": "not counted: a judgement needs the name of the person who made it and the date",
}


@attrs.frozen
class _Note:
    """One thing that decided or is missing."""

    code: str
    text: str
    facts: tuple[str, ...]


class Explainer:
    """Explains the findings of one assessment."""

    def __init__(self, closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair]) -> None:
        self.closed, self.facts, self.known, self.pairs = closed, facts, known, pairs
        self.words = Wording(closed.ruleset.vocabulary)
        self.nodes = {node.name: node.expr for node in closed.nodes}
        self.asked = int(closed.strength)

    def reason(self, name: str, verdict: Verdict) -> Reason:
        """Return why a requirement or group has this verdict."""
        applies = f"{name}/applies"
        match verdict:
            case Verdict.NOT_APPLICABLE:
                notes = _unique(self._why(self.nodes[applies], False, None))
                return Reason("does_not_apply", _joined("Does not apply", notes), _facts(notes))
            case Verdict.MET:
                notes = _unique(self._why(self.nodes[name], True, None))
                return Reason("met", _joined("Met", notes), _facts(notes))
            case Verdict.NOT_MET:
                notes = _unique(self._why(self.nodes.get(f"{name}/met", self.nodes[name]), False, None))
                return Reason("not_met", _joined("Not met", notes), _facts(notes))
            case Verdict.UNKNOWN:
                notes = self.open(name)
                code = next((each for each in _FIRST if any(note.code == each for note in notes)), "missing")
                return Reason(code, _joined("Not known", notes), _facts(notes))
            case _:
                assert_never(verdict)

    def open(self, name: str) -> list[_Note]:
        """Return what an unknown verdict still turns on."""
        return _unique(self._open(self.nodes[name], True, None))

    # What decided

    def _pair(self, expr: Expr, record: HeldRecord | None) -> Pair:
        return evaluate(expr, self.known, self.pairs, record)

    def _why(self, expr: Expr, met: bool, record: _Numbered | None) -> Iterator[_Note]:
        """The tests that make the expression met, or not met."""
        match expr:
            case AllOf(operands) | AnyOf(operands) | AtLeast(_, operands):
                deciding = [each for each in operands if self._is(each, met, record)]
                one_is_enough = isinstance(expr, AnyOf) if met else isinstance(expr, AllOf)
                if one_is_enough and met:
                    deciding = sorted(deciding, key=lambda each: -self._pair(each, _held(record))[0])[:1]
                for operand in deciding:
                    yield from self._why(operand, met, record)
            case Not(operand):
                yield from self._why(operand, not met, record)
            case OnlyWhen(condition, operand):
                if not met or self._is(operand, True, record):
                    yield from self._why(operand, met, record)
                else:
                    yield from self._why(condition, False, record)
            case Reference(name):
                yield from self._why(self.nodes[name], met, None)
            case Constant(_, because):
                if because:
                    yield _Note("constant", because.replace("_", " "), ())
            case Quantified():
                yield from self._why_records(expr, met)
            case Together():
                collection = self._collection(expr.collection)
                target = self.words.term(expr.target, None)
                verb = "cover" if met else "do not cover"
                names = (expr.target.name,) if isinstance(expr.target, Fact) else ()
                yield _Note("", f"the {collection} {verb} {target}", (expr.collection, *names))
            case Compare() | Within() | OneOf() | Includes() | Empty() | Given():
                yield self._shown(expr, met, record)
            case _:
                assert_never(expr)

    def _is(self, expr: Expr, met: bool, record: _Numbered | None) -> bool:
        return self._pair(expr, _held(record))[0 if met else 1] > 0

    def _why_records(self, expr: Quantified, met: bool) -> Iterator[_Note]:
        records = self._records(expr.collection)
        collection = self._collection(expr.collection)
        name = (expr.collection,)
        chosen = [each for each in records if expr.where is None or self._is(expr.where, True, each)]
        if (expr.count is Count.EVERY and not met) or (expr.count is not Count.EVERY and met):
            body = expr.body
            deciding = [each for each in chosen if body is None or self._is(body, met, each)]
            if body is None:
                yield _Note("", f"{len(deciding)} in the list of {collection}", name)
            for each in deciding[: 1 if expr.count is Count.SOME else None]:
                if body is not None:
                    yield from self._why(body, met, each)
        elif not chosen:
            yield _Note("", f"the list of {collection} has none that counts here", name)
        elif met:
            yield _Note(
                "",
                f"all {len(chosen)} of the {collection} do"
                if len(chosen) > 1
                else f"the one in the list of {collection} does",
                name,
            )
        else:
            yield _Note("", f"too few of the {collection} do", name)
            for each in chosen[:3]:
                if expr.body is not None and self._is(expr.body, False, each):
                    yield from self._why(expr.body, False, each)

    def _shown(self, leaf: Leaf, met: bool, record: _Numbered | None) -> _Note:
        subject = subject_of(leaf)
        if subject is None:
            return _Note("", self.words.needs(leaf), ())
        held = self._lookup(subject, record)
        declared = self.words.declared(subject)
        value = "not known" if held is None else value_words(held.value, declared)
        text = f"{self._whose(record)}{self.words.label(subject)}: {value}"
        needs = self.words.needs(leaf)
        if not met and needs != "yes" and not isinstance(leaf, Given):
            text += f" (needs {needs})" if not _is_plain(needs, value) else ""
        return _Note("", text, self._names(leaf))

    # What is missing

    def _open(self, expr: Expr, wanted: bool, record: _Numbered | None) -> Iterator[_Note]:
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
            case Reference(name):
                yield from self._open(self.nodes[name], wanted, None)
            case Constant(None, because):
                if because:
                    text = f"the policy says nothing about {because.replace('_', ' ')}"
                    yield _Note("policy_silent", text, ())
            case Constant():
                return
            case Quantified() | Together():
                yield from self._open_records(expr, wanted)
            case Compare() | Within() | OneOf() | Includes() | Empty() | Given():
                yield self._unknown(expr, record)
            case _:
                assert_never(expr)

    def _settled(self, expr: Expr, wanted: bool, record: _Numbered | None) -> bool:
        t, f = self._pair(expr, _held(record))
        return t >= (self.asked if wanted else 1) or f >= (1 if wanted else self.asked)

    def _open_records(self, expr: Quantified | Together, wanted: bool) -> Iterator[_Note]:
        collection = self._collection(expr.collection)
        given = self.facts.collections.get(expr.collection)
        name = (expr.collection,)
        if given is None:
            yield _Note("missing", f"{collection}: not known", name)
            return
        records = self._records(expr.collection)
        whole = self.known.collections.get(expr.collection, NO_RECORDS).whole
        found: list[_Note] = []
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
            yield _Note("partial", f"the list of {collection} may not be whole", name)
        elif whole < self.asked:
            code, text = ("too_weak", self._too_weak(whole)) if whole else ("expired", _WHY["expired"])
            yield _Note(code, f"{collection}: {text}", name)
        elif not found:
            yield _Note("nothing_there", f"nothing in the list of {collection} to judge by yet", name)

    def _unknown(self, leaf: Leaf, record: _Numbered | None) -> _Note:
        for term in terms(leaf):
            if isinstance(term, Unset):
                text = f"the policy says nothing about {term.name.replace('_', ' ')}"
                return _Note("policy_silent", text, ())
        for term in terms(leaf):
            if isinstance(term, Fact | Field):
                held = self._lookup(term, record)
                if held is None or held.value is NONE or held.strength < self.asked:
                    return self._missing(term, record)
        for term in terms(leaf):
            if isinstance(term, Fact | Field):
                held = self._lookup(term, record)
                if held is not None and isinstance(held.value, frozenset) and held.whole < self.asked:
                    text = f"{self._whose(record)}{self.words.label(term)}: the list may not be whole"
                    return _Note("partial", text, (_name(term),))
                if held is not None and held.value == frozenset():
                    text = f"{self._whose(record)}{self.words.label(term)}: nothing to judge by"
                    return _Note("nothing_there", text, (_name(term),))
        subject = subject_of(leaf)
        label = "a date" if subject is None else self.words.label(subject)
        return _Note("no_calendar", f"{label}: beyond the working-day calendar", self._names(leaf))

    def _missing(self, term: Fact | Field, record: _Numbered | None) -> _Note:
        label = f"{self._whose(record)}{self.words.label(term)}"
        held = self._lookup(term, record)
        if held is not None and held.value is NONE:
            return _Note("is_none", f"{label}: none", (_name(term),))
        if held is not None and held.strength < self.asked:
            return _Note("too_weak", f"{label}: {self._too_weak(held.strength)}", (_name(term),))
        given = self._given(term, record)
        declared = self.words.declared(term)
        code = "missing"
        if given is not None and declared is not None:
            code = disbelief(given, declared, self.known.on) or "missing"
        return _Note(code, f"{label}: {_WHY[code]}", (_name(term),))

    def _too_weak(self, strength: int) -> str:
        return f"only {Strength(strength).word}, and it must be {Strength(self.asked).word}"

    # Facts

    def _lookup(self, term: Fact | Field, record: _Numbered | None) -> Held | None:
        if isinstance(term, Fact):
            return self.known.values.get(term.name)
        return None if record is None else record.held.fields.get(term.name)

    def _given(self, term: Fact | Field, record: _Numbered | None) -> FactValue | None:
        if isinstance(term, Fact):
            return self.facts.values.get(term.name)
        if record is None:
            return None
        return self.facts.collections[term.collection].records[record.number - 1].get(term.name)

    def _records(self, collection: str) -> list[_Numbered]:
        held = self.known.collections.get(collection, NO_RECORDS).records
        word = self.closed.ruleset.vocabulary.collections[collection].record or "record"
        return [_Numbered(word, number, each) for number, each in enumerate(held, 1)]

    def _collection(self, name: str) -> str:
        return self.closed.ruleset.vocabulary.collections[name].label

    def _whose(self, record: _Numbered | None) -> str:
        return "" if record is None else f"{record.word} {record.number}, "

    def _names(self, leaf: Leaf) -> tuple[str, ...]:
        return tuple(_name(term) for term in terms(leaf) if isinstance(term, Fact | Field))


@attrs.frozen
class _Numbered:
    """A record with its number in the list."""

    word: str
    number: int
    held: HeldRecord


def _held(record: _Numbered | None) -> HeldRecord | None:
    return None if record is None else record.held


def _name(term: Fact | Field) -> str:
    return term.name if isinstance(term, Fact) else f"{term.collection}.{term.name}"


def _is_plain(needs: str, value: str) -> bool:
    return needs == value


def _unique(notes: Iterable[_Note]) -> list[_Note]:
    return list(dict.fromkeys(notes))


def _facts(notes: Iterable[_Note]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for note in notes for name in note.facts))


def _joined(lead: str, notes: list[_Note]) -> str:
    """A sentence a note; the lead alone when there is none."""
    return f"{'. '.join(capital(note.text) for note in notes)}." if notes else f"{lead}."

"""What a single test says in words: the value that decided, what is needed, and why what is unknown is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from qa_rules.explain.figures import as_fact, figure_words, value_told
from qa_rules.explain.messages import mark, say
from qa_rules.explain.notes import (
    HAS_TO_BE,
    LACKS,
    MAY_NOT_BE,
    NEEDS,
    WHY,
    Note,
    Numbered,
    held_of,
    name_of,
)
from qa_rules.explain.wording import (
    COMPARED,
    Wording,
    record_words,
    strength_words,
    subject_of,
    value_words,
)
from qa_rules.model import expressions as ex
from qa_rules.model.expressions import terms
from qa_rules.model.facts import FactDeclaration, Facts, FactType, FactValue
from qa_rules.model.lazy import lazy
from qa_rules.model.values import NONE, Strength, Value
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.figures import Figures
from qa_rules.program.guards import NO_SEVERITY, WEIGHT
from qa_rules.program.table_tests import named_facts
from qa_rules.semantics import leaves
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import NO_RECORDS, Held, Known, disbelief
from qa_rules.semantics.truth import Pair

_CONSTANTS = {NO_SEVERITY: mark("nothing here has this weight")}
_SILENT = {"tiers": mark("which tiers there are"), "required_tier": mark("which tier is required here")}
_TRUTHS = (FactType.YES_NO, FactType.JUDGEMENT)


class Describer:
    """Describes the tests of one assessment."""

    closed: ClosedRuleset
    facts: Facts
    known: Known
    pairs: Mapping[str, Pair]

    def __init__(self, closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair]) -> None:
        self.closed, self.facts, self.known, self.pairs = closed, facts, known, pairs
        self.words: Wording = Wording(closed.ruleset.vocabulary, named_facts(closed.ruleset, closed.policy))
        self.asked: int = int(closed.strength)

    def _pair(self, expr: ex.Expr, record: Numbered | None) -> Pair:
        return evaluate(expr, self.known, self.pairs, held_of(record))

    def _is(self, expr: ex.Expr, met: bool, record: Numbered | None) -> bool:
        return self._pair(expr, record)[0 if met else 1] > 0

    def _decided(self, because: str, met: bool) -> str:
        """What the policy has decided once for all; of a setting its question and the answer."""
        setting = self.closed.ruleset.parameter.get(because)
        if setting is None:
            return say(_CONSTANTS.get(because, because.replace("_", " ")))
        answer = say("yes") if met else say("no")
        return say("{question} Decided locally: {answer}", question=setting.question, answer=answer)

    def _covered(self, expr: ex.Together, met: bool) -> Note:
        """Which items of the target the records cover together, or do not."""
        target, collection = expr.target, self._collection(expr.collection)
        names = (expr.collection, *((target.name,) if isinstance(target, ex.Fact) else ()))
        shown = self._items(expr, met)
        label = self.words.label(target) if isinstance(target, ex.Fact) else say("what is needed")
        words = value_words(shown, self.words.vocabulary.declaration(target) or self._field(expr))
        form = mark("{what} that the {list} cover: {items}")
        if not met:
            form = mark("{what} that the {list} do not cover: {items}")
        return Note("", say(form, what=label, list=collection, items=words), names)

    def _items(self, expr: ex.Together, met: bool) -> frozenset[str]:
        """The items of the target that the records cover together, or do not."""
        whole = self._value(expr.target, None)
        items = sorted(whole) if isinstance(whole, frozenset) else []
        return frozenset(
            item
            for item in items
            if self._is(attrs.evolve(expr, target=ex.Literal(frozenset([item]))), met, None)
        )

    def _field(self, expr: ex.Together) -> FactDeclaration:
        return self.closed.ruleset.vocabulary.collections[expr.collection].fields[expr.field]

    def _shown(self, leaf: ex.Leaf, met: bool, record: Numbered | None) -> Note:
        def known(term: ex.Term) -> Value | None:
            return self._value(term, record)

        subject = subject_of(leaf)
        if subject is None or isinstance(subject, ex.Named):
            return Note("", self.words.needs(leaf), ())
        declared, value = self.words.vocabulary.declaration(subject), known(subject)
        shown = say("not known") if value is None else value_words(value, declared)
        text = say("{label}: {value}", label=self._named(subject, record), value=shown)
        if isinstance(leaf, ex.Given) or (declared is not None and declared.type in _TRUTHS):
            return Note("", text, self._names(leaf, record))
        is_set = declared is not None and declared.type.is_set
        lead = MAY_NOT_BE if met else NEEDS if is_set else HAS_TO_BE
        lacking = _lacking_of(leaf, known) if not met else frozenset()
        if lacking:
            return Note("", text, self._names(leaf, record), value_words(lacking, declared), LACKS)
        return Note("", text, self._names(leaf, record), self.words.needs(leaf, True, known), lead)

    @lazy
    def figures(self) -> Figures:
        """The numbers of the ruleset."""
        return Figures(self.closed, self.known, self.pairs)

    def _figure(self, name: str, met: bool) -> Note:
        """A number that is compared, with what it is made of."""
        test = self.closed.compared[name]
        assert isinstance(test.left, ex.Named)
        text = value_told(self.figures, self.words, test.left.name)
        facts = sorted(each for each in self.closed.reads[name] if each in self.known.values)
        lead = MAY_NOT_BE if met else HAS_TO_BE
        return Note("", text, tuple(facts), self._limit(test), lead)

    def _open_figure(self, name: str, wanted: bool) -> Note:
        """A number that is not known well enough to be compared, as far as it is known."""
        test = self.closed.compared[name]
        assert isinstance(test.left, ex.Named)
        text = value_told(self.figures, self.words, test.left.name, self.asked)
        lead = say(HAS_TO_BE if wanted else MAY_NOT_BE, what=self._limit(test))
        return Note("figure", say("{text} ({needs})", text=text, needs=lead), ())

    def _limit(self, test: ex.Compare) -> str:
        """What a number has to be, in words."""
        assert isinstance(test.left, ex.Named)
        if isinstance(test.right, ex.Named):
            limit = figure_words(self.figures.interval(test.right), as_fact(self.figures, test.right.name))
            label = self.closed.ruleset.value[test.right.name].label
            limit = say("{label}: {value}", label=label, value=limit)
        else:
            known = self._value(test.right, None)
            limit = self.words.term(test.right, as_fact(self.figures, test.left.name), lambda term: known)
        return limit if test.op is ex.Op.IS else say(COMPARED[test.op], value=limit)

    def _value(self, term: ex.Term, record: Numbered | None) -> Value | None:
        found = leaves.held(term, lambda each: self._lookup(each, record), self.known.on, self.known.calendar)
        return None if found is None else found.value

    def _silent(self, name: str) -> Note:
        ruleset = self.closed.ruleset
        parameter = ruleset.parameter.get(name)
        if name.startswith(WEIGHT):
            title = ruleset.requirement[name.removeprefix(WEIGHT)].title
            what = say("what a gap in “{title}” means for the answer", title=title)
        elif parameter is not None:
            what = parameter.question
        else:
            what = say(_SILENT.get(name, name.replace("_", " ")))
        return Note("policy_silent", say("not decided locally: {what}", what=what), ())

    def _unknown(self, leaf: ex.Leaf, record: Numbered | None) -> Note:
        for term in terms(leaf):
            if isinstance(term, ex.Unset):
                return self._silent(term.name)
        for term in terms(leaf):
            if isinstance(term, ex.Fact | ex.Field):
                held = self._lookup(term, record)
                if held is None or held.value is NONE or held.strength < self.asked:
                    return self._missing(term, record)
        for term in terms(leaf):
            if isinstance(term, ex.Fact | ex.Field):
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

    def _missing(self, term: ex.Fact | ex.Field, record: Numbered | None) -> Note:
        label = self._named(term, record)
        held = self._lookup(term, record)
        if held is not None and held.value is NONE:
            text = say("{label}: none, and the rule does not say what follows from none", label=label)
            return Note("is_none", text, (name_of(term),))
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

    def _lookup(self, term: ex.Fact | ex.Field, record: Numbered | None) -> Held | None:
        if isinstance(term, ex.Fact):
            return self.known.values.get(term.name)
        return None if record is None else record.held.fields.get(term.name)

    def _given(self, term: ex.Fact | ex.Field, record: Numbered | None) -> FactValue | None:
        if isinstance(term, ex.Fact):
            return self.facts.values.get(term.name)
        if record is None:
            return None
        return self.facts.collections[term.collection].records[record.number - 1].get(term.name)

    def _records(self, collection: str) -> list[Numbered]:
        held = self.known.collections.get(collection, NO_RECORDS).records
        return [Numbered(number, each) for number, each in enumerate(held, 1)]

    def _collection(self, name: str) -> str:
        return self.closed.ruleset.vocabulary.collections[name].label

    def _named(self, term: ex.Fact | ex.Field, record: Numbered | None) -> str:
        label = self.words.label(term)
        if record is None or isinstance(term, ex.Fact):
            return label
        name = self._record_named(term.collection, record)
        return say("{record}, {label}", record=name, label=label)

    def _record_named(self, collection: str, record: Numbered) -> str:
        declared = self.closed.ruleset.vocabulary.collections[collection]
        given = self.facts.collections[collection].records[record.number - 1]
        return record_words(declared, record.number, lambda field: _value_of(given.get(field)))

    def _names(self, leaf: ex.Leaf, record: Numbered | None) -> tuple[str, ...]:
        """The facts of a test that are known. A limit need not be: what comes too early is not within any."""
        asked = (term for term in terms(leaf) if isinstance(term, ex.Fact | ex.Field))
        return tuple(name_of(term) for term in asked if self._lookup(term, record) is not None)


def _value_of(given: FactValue | None) -> Value | None:
    return None if given is None else given.value


def _lacking_of(leaf: ex.Leaf, known: Callable[[ex.Term], Value | None]) -> frozenset[str]:
    """What a set has not of all that a test asks it to have; nothing for any other test."""
    if not (isinstance(leaf, ex.Includes) and leaf.how is ex.Inclusion.ALL):
        return frozenset()
    whole, items = known(leaf.whole), known(leaf.items)
    if isinstance(whole, frozenset) and isinstance(items, frozenset):
        return items - whole if len(items) > 1 or not isinstance(leaf.items, ex.Literal) else frozenset()
    return frozenset()

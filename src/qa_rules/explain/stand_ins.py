"""What may stand in for a group of requirements, such as a quality mark: what each counts for, or why it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import attrs

from qa_rules.explain.findings import Explainer
from qa_rules.explain.messages import mark, say
from qa_rules.explain.notes import Numbered, unique, with_needs
from qa_rules.explain.wording import capital, listed, record_words
from qa_rules.model.expressions import (
    AllOf,
    Compare,
    Count,
    Expr,
    Field,
    On,
    OnlyWhen,
    Op,
    Parameter,
    Quantified,
    Within,
    terms,
    walk,
)
from qa_rules.model.facts import FactDeclaration, Facts
from qa_rules.model.judged import Judged
from qa_rules.model.nodes import NodeId
from qa_rules.model.results import Result
from qa_rules.model.rulesets import Group
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.settings import Settings
from qa_rules.semantics.settled import settled
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair

StepKind = Literal["", "renew", "find_out", "judge", "not_accepted"]
FIND_OUT: Final = "find_out"
RENEW: Final = "renew"
JUDGE: Final = "judge"
NOT_ACCEPTED: Final = "not_accepted"
_UPTO = (Op.AT_LEAST, Op.MORE)


@attrs.frozen(repr=False)
class StandIn(Result):
    """One record that may stand in for groups."""

    collection: str
    """The name of the list."""
    label: str
    """What the list is called."""
    name: str
    """What the record is called."""
    counts_for: tuple[str, ...]
    """The titles of the groups for which it counts."""
    why_not: tuple[str, ...]
    """Why it counts for nothing; empty where it counts for something."""
    step: StepKind
    """What would make it count: `renew` it, `find_out` a date that is not known, or have it judged (`judge`);
    `not_accepted` here is none of them. Empty where it counts for something."""
    instead_of: tuple[str, ...]
    """The groups for which it could stand in."""
    useful_for: tuple[str, ...] = ()
    """Of one to renew, or of which a date is to be found out: the groups for which it may count then."""
    asks: tuple[str, ...] = ()
    """Where only a date is not known: the question for it, by the record's name, with whom to ask."""

    @property
    def text(self) -> str:
        """Return all of it as one line."""
        if self.counts_for:
            return say(
                "{name} counts for: {titles}.", name=capital(self.name), titles=listed(self.counts_for)
            )
        why = "; ".join(self.why_not)
        return say("{name} does not count: {why}.", name=capital(self.name), why=why)


def stand_ins(
    closed: ClosedRuleset, facts: Facts, known: Known, pairs: Mapping[str, Pair]
) -> tuple[StandIn, ...]:
    """Return every record that may stand in for a group that is asked of this subject, in the order of its list."""
    teller = _Teller(closed, facts, known, pairs)
    return () if teller.is_outside else tuple(map(teller.standing_in, teller.found()))


@attrs.define
class _Record:
    collection: str
    record: Numbered
    lacks: dict[str, list[tuple[Expr, Expr]]] = attrs.field(factory=dict)
    """Of each group for which it may stand in: what it lacks, as it is written and as it is asked."""


class _Teller(Explainer):
    """Tells what records count for. What one lacks for every group is why it counts for none."""

    def found(self) -> Iterable[_Record]:
        """Return each record with what it lacks."""
        found: dict[tuple[str, int], _Record] = {}
        for group in self.closed.ruleset.groups:
            test = _test(group)
            if test is None or not self._is_open_to(group, test):
                continue
            parts = [each for each in (test.where, test.body) if each is not None]
            asked = [one for each in parts for one in (each.operands if isinstance(each, AllOf) else (each,))]
            both = [(one, self._lowered(one)) for one in asked]
            for record in self._records(test.collection):
                of = found.setdefault((test.collection, record.number), _Record(test.collection, record))
                of.lacks[group.id] = [each for each in both if self._pair(each[1], record)[0] < self.asked]
        return found.values()

    def _lowered(self, expr: Expr) -> Expr:
        settings = Settings(self.closed.ruleset, self.closed.policy)
        return settled(settings.applied(expr), self.closed.ruleset.vocabulary)

    def _is_open_to(self, group: Group, test: Quantified) -> bool:
        """Whether a group applies, and nothing but the records keeps them from standing in: their route is in use."""
        if self.pairs.get(NodeId.applies(group.id), (0, 0))[1] >= self.closed.strength:
            return False
        whole = group.instead
        others = [each for each in whole.operands if each != test] if isinstance(whole, AllOf) else []
        return all(self._is(self._lowered(each), True, None) for each in others)

    def standing_in(self, found: _Record) -> StandIn:
        """Return what a record counts for, or why it counts for nothing and what to do about that."""
        ruleset, number = self.closed.ruleset, found.record.number
        declared = ruleset.vocabulary.collections[found.collection]
        given = self.facts.collections[found.collection].records[number - 1]
        name = record_words(declared, number, lambda field: given[field].value if field in given else None)
        counts = tuple(ruleset.group[each].title for each, lacking in found.lacks.items() if not lacking)
        groups = tuple(found.lacks)
        if counts:
            return StandIn(found.collection, declared.label, name, counts, (), "", groups)
        first, *others = found.lacks.values()
        common = [each for each in first if all(each in other for other in others)]
        told = self._concerning(found, common, declared)
        reasons = [one for each in told for one in self._reasons(found, *each, declared, name)]
        why = tuple(dict.fromkeys(reasons)) or (say("it is accepted for nothing that is asked here"),)
        step = self._step(found, common, declared)
        if step not in (RENEW, FIND_OUT):
            return StandIn(found.collection, declared.label, name, (), why, step, groups)
        useful = tuple(
            each
            for each, lacking in found.lacks.items()
            if not any(
                self._is(low, False, found.record) for written, low in lacking if not _has_ended(written)
            )
        )
        if not useful:
            why = (*why, say("it is accepted for nothing that is asked here"))
        asks = tuple(self._asks(found, common, declared, name)) if step == FIND_OUT else ()
        return StandIn(found.collection, declared.label, name, (), why, step, groups, useful, asks)

    def _asks(
        self, found: _Record, lacking: Iterable[tuple[Expr, Expr]], declared: FactDeclaration, name: str
    ) -> Iterator[str]:
        """What to ask about the dates of a record that are not known."""
        given = self.facts.collections[found.collection].records[found.record.number - 1]
        named = {
            one for _, low in lacking for note in self._open(low, True, found.record) for one in note.facts
        }
        for field, each in declared.fields.items():
            if f"{found.collection}.{field}" in named and field not in given:
                text = say("{record}: {question}", record=capital(name), question=each.question)
                yield asking(text, declared)

    def _concerning(
        self, found: _Record, lacking: Sequence[tuple[Expr, Expr]], declared: FactDeclaration
    ) -> Sequence[tuple[Expr, Expr]]:
        """What of it concerns this record: where it is refused that alone, and nothing that is asked of other kinds."""
        short = [each for each in lacking if self._is(each[1], False, found.record)]
        refused = [each for each in short if _is_refused(each[0], declared)]
        if refused:
            return refused
        own = [each for each in lacking if not self._is_of_others(each[1], found.record)]
        return own or lacking

    def _is_of_others(self, lowered: Expr, record: Numbered) -> bool:
        """Whether it is asked of other kinds than this record is said to be of, however weakly that is backed."""
        return isinstance(lowered, OnlyWhen) and self._pair(lowered.condition, record)[1] > 0

    def _reasons(
        self, found: _Record, written: Expr, lowered: Expr, declared: FactDeclaration, name: str
    ) -> Iterator[str]:
        is_known = self._is(lowered, False, found.record)
        if is_known and _is_refused(written, declared):
            yield say("the local policy does not accept it")
            return
        has_ended = is_known and _has_ended(written)
        looked = self._why if is_known else self._open
        notes = unique(looked(lowered, not is_known, found.record))
        for each in notes if has_ended or not is_known else with_needs(notes):
            text = each.text.removeprefix(f"{name}, ")
            yield say("it has run out ({what})", what=text) if has_ended else text

    def _step(
        self, found: _Record, lacking: Iterable[tuple[Expr, Expr]], declared: FactDeclaration
    ) -> StepKind:
        """What to do first: nothing helps what is not accepted; what has run out is renewed; else it is judged."""
        short = [written for written, each in lacking if self._is(each, False, found.record)]
        if any(_is_refused(each, declared) for each in short):
            return NOT_ACCEPTED
        if any(map(_has_ended, short)):
            return RENEW
        name = record_words(declared, found.record.number, lambda field: None)
        is_date = not short and all(
            _has_ended(written) and not self._is_of_others(low, found.record) for written, low in lacking
        )
        return FIND_OUT if is_date and any(self._asks(found, lacking, declared, name)) else JUDGE


def asking(text: str, declared: FactDeclaration) -> str:
    """Return a question with whom to ask."""
    who = who_may(declared.answered_by)
    return say("{question} (ask: {who})", question=text, who=who) if who else text


def who_may(names: Iterable[str]) -> str:
    """Return who may do something, in words."""
    return listed((each.replace("_", " ") for each in names), "or")


def first_steps(found: Iterable[StandIn], judged: Judged) -> Iterator[str]:
    """Yield what to do about what can be made to count, alike things together; `judged` is who has it."""
    found = tuple(found)
    yield from (text for each in found for text in each.asks)
    yield from _told(found, (RENEW, JUDGE), judged)


def last_steps(found: Iterable[StandIn], judged: Judged) -> Iterator[str]:
    """Yield what cannot be made to count, about which nothing is to be done: it does not come first."""
    return _told(found, (NOT_ACCEPTED,), judged)


def _told(found: Iterable[StandIn], steps: Iterable[StepKind], judged: Judged) -> Iterator[str]:
    by_step: dict[StepKind, list[str]] = {step: [] for step in steps}
    for each in found:
        if each.step in by_step:
            by_step[each.step].append(each.name)
    forms = {
        RENEW: mark("Ask the {subject} to renew: {names}."),
        JUDGE: mark("Have somebody competent look at this, judge it, and record that: {names}."),
        NOT_ACCEPTED: mark("Do not count on this, which the local policy does not accept: {names}."),
    }
    for step, names in by_step.items():
        if names:
            yield say(forms[step], names=listed(dict.fromkeys(names)), subject=judged.singular)


def _test(group: Group) -> Quantified | None:
    """The test of records that may stand in for a group."""
    parts = () if group.instead is None else walk(group.instead)
    return next((each for each in parts if isinstance(each, Quantified) and each.count is Count.SOME), None)


def _is_refused(expr: Expr, declared: FactDeclaration) -> bool:
    """Whether the policy says which records of this kind it takes, by what they are called."""
    for leaf in walk(expr):
        asked = list(terms(leaf))
        if any(isinstance(each, Parameter) for each in asked):
            return any(isinstance(each, Field) and each.name in declared.named_by for each in asked)
    return False


def _has_ended(expr: Expr) -> bool:
    """Whether this asks that something is still in date."""
    for leaf in walk(expr):
        match leaf:
            case Within(On(), Field()) | Compare(On(), Op.AT_MOST | Op.LESS, Field()):
                return True
            case Compare(Field(), op, On()) if op in _UPTO:
                return True
            case _:
                pass
    return False

"""What a step comes to in a plan, in words: what has to become so, what is to be found out, what is to be confirmed.

A step says the least that will do for the plan, the strictest thing that its changes have to reach. Where only part of
a requirement is missing it is of that part, not of the whole requirement.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

import attrs

from qa_rules.explain.circuits import Keep
from qa_rules.explain.messages import say
from qa_rules.explain.standing import declared, given_of, label
from qa_rules.explain.wording import (
    Wording,
    capital,
    listed,
    question_of,
    record_words,
    sentences,
    subject_of,
    value_words,
)
from qa_rules.model import expressions as ex
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import Value
from qa_rules.repair.consequences import cone
from qa_rules.repair.edits import Changing, backed
from qa_rules.repair.plans import FIND_OUT, FIX, SHOW, FixStep, Need, StepKind
from qa_rules.repair.repairs import Mended
from qa_rules.repair.sites import WHOLE, Spot, Variable
from qa_rules.repair.totals import adds_up, one_way
from qa_rules.semantics.leaves import Lookup
from qa_rules.semantics.leaves import held as held_of
from qa_rules.semantics.snapshot import Held

MOST_SAID = 3
"""How many missing parts of a requirement are said one by one; of more, the requirement's own words are told."""
_TRUTHS = (FactType.YES_NO, FactType.JUDGEMENT)


@attrs.frozen(eq=False)
class Telling:
    """Tells the steps of one plan."""

    mended: Mended
    ends: Mapping[str, datetime.date]

    @property
    def changing(self) -> Changing:
        """What could be changed."""
        return self.mended.changing

    def step(self, step: FixStep, keys: Collection[str], gates: Collection[int]) -> FixStep:
        """Return a step with what it comes to: it may change what has some keys, so that some gates are met."""
        mine = [each for each in self.mended.changes if each.key in keys]
        worded = dict(self._needs(mine, self._won(gates)))
        needs = tuple(worded)
        strength = max((self.mended.strength(each) for each in mine), default=None)
        step = attrs.evolve(
            step,
            needs=needs,
            strength="" if strength is None else strength.word,
            until=min((self.ends[each] for each in keys if each in self.ends), default=None),
        )
        if not needs:
            return step
        new = any(self.changing.is_new(each) for each in mine)
        step = attrs.evolve(step, kind=self._kind(step, needs))
        ruleset = self.changing.goal.closed.ruleset
        given = {declared(ruleset.vocabulary, each.name).about for each in mine} <= ruleset.given
        part = len(needs) <= MOST_SAID and not new and all(worded.values()) and self._is_part_met(keys, gates)
        if step.requirement and not (part or step.kind == SHOW or given):
            way = one_way(self.mended, mine) if adds_up(self.changing, self._won(gates)) else ""
            return attrs.evolve(step, text=f"{step.text} {way}".strip())
        asked = self._turning(gates, mine) if step.kind == FIND_OUT and step.requirement else ()
        text = " ".join([*asked, *self._said(needs)])
        if step.requirement and any(each.kind == FIX and self._is_truth(each) for each in needs):
            text = f"{text} {step.text}"
        return attrs.evolve(step, text=text, why=self._stands(needs), needs_part=bool(step.requirement))

    @staticmethod
    def _kind(step: FixStep, needs: Sequence[Need]) -> StepKind:
        """The kind by what is needed; of a requirement that is not known to fall short nothing is put right yet."""
        kinds = {each.kind for each in needs}
        if kinds == {SHOW}:
            return SHOW
        if step.requirement and step.kind != SHOW:
            return step.kind
        return FIX if FIX in kinds else FIND_OUT

    def _turning(self, gates: Collection[int], mine: Collection[Variable]) -> Sequence[str]:
        """The questions on which it turns whether what is changed is asked for at all."""
        changing, places = self.changing, {(each.name, each.place) for each in mine}
        fixed = any(changing.held(each) is not None for each in mine)
        vocabulary = changing.goal.closed.ruleset.vocabulary
        found: dict[str, None] = {}
        for gate in cone(changing, gates) if fixed else ():
            literal = changing.goal.literals.get(gate)
            if literal is None or changing.goal.keeps[gate] is not Keep.STAY or gate in changing.given_true:
                continue
            for each in sorted(changing.goal.reads[literal[0]], key=str):
                is_asked = bool(each.field) if each.place is not None else True
                beside = each.place is None or (each.name, each.place) in places
                if is_asked and beside and changing.held(each) is None and not changing.is_new(each):
                    number = self.mended.number(each)
                    words = label(
                        vocabulary, each.key, number, given_of(self.mended.before, each.key, number)
                    )
                    found[self._question(Need(FIND_OUT, each.key, number, words, "", "", "stated"))] = None
        return tuple(found)

    def _won(self, gates: Collection[int]) -> frozenset[int]:
        """The tests inside some gates that count with the changes, and did not."""
        changing = self.changing
        return frozenset(
            gate
            for gate in cone(changing, gates)
            if gate in changing.goal.literals
            and gate not in changing.given_true
            and changing.is_true(gate, self.mended.changes)
        )

    def _is_part_met(self, keys: Collection[str], gates: Collection[int]) -> bool:
        """Whether something that the step is about is so already."""
        changing = self.changing
        for gate in cone(changing, gates):
            test = changing.goal.literals.get(gate)
            if test is None or gate not in changing.given_true:
                continue
            spot = changing.goal.tests[test[0]]
            if isinstance(spot, Spot) and any(each.key in keys for each in changing.goal.reads[test[0]]):
                return True
        return False

    # What is needed

    def _needs(self, variables: Sequence[Variable], won: Collection[int]) -> Iterator[tuple[Need, bool]]:
        """What is needed, and whether the words are those of a test; else they are of one value that will do."""
        changing = self.changing
        vocabulary = changing.goal.closed.ruleset.vocabulary
        for variable in sorted(variables, key=lambda each: (each.name, each.place or 0, each.field)):
            gates = [gate for gate in changing.gates_of[variable] if gate in won]
            setting = self.mended.changes[variable]
            if isinstance(setting, bool):
                if gates and setting:
                    yield self._listed(variable), True
                continue
            if not gates and not changing.is_new(variable):
                continue
            about, before = declared(vocabulary, variable.key), changing.held(variable)
            number = self.mended.number(variable)
            kind: StepKind = FIND_OUT if before is None else SHOW if before.value == setting.value else FIX
            least = value_words(setting.value, about)
            worded = kind == SHOW or about.type in _TRUTHS
            if not worded:
                asked = self._asked_least(variable, gates) or self._bound(variable, about)
                worded, least = bool(asked), asked or self._value(before, setting, about)
            need = Need(
                kind,
                variable.key,
                number,
                label(vocabulary, variable.key, number, given_of(self.mended.before, variable.key, number)),
                self.mended.before_words(variable, about),
                least,
                self.mended.strength(variable).word,
            )
            yield need, worded

    @staticmethod
    def _value(before: Held | None, then: Held, about: FactDeclaration) -> str:
        """One value that will do; of a set what it has more."""
        if before is not None and isinstance(before.value, frozenset) and isinstance(then.value, frozenset):
            return value_words(then.value - before.value or then.value, about)
        return value_words(then.value, about)

    def _listed(self, variable: Variable) -> Need:
        vocabulary = self.changing.goal.closed.ruleset.vocabulary
        word = vocabulary.collections[variable.name].record or say("record")
        if variable.place == WHOLE:
            what = say("a full list, with nothing left out")
        else:
            what = say("one more {record} listed", record=word)
        change = self.mended.list_told(variable.name)
        known = self.changing.known.collections.get(variable.name)
        is_whole = known is not None and known.whole
        kind: StepKind = FIND_OUT  # There may be more than are listed.
        if is_whole:
            kind = SHOW if variable.place == WHOLE else FIX
        strength = self.mended.strength(variable).word
        return Need(
            kind, variable.name, None, label(vocabulary, variable.name), change.before, what, strength
        )

    def _asked_least(self, variable: Variable, gates: Sequence[int]) -> str:
        """What the tests ask that are met anew, without those that follow from others; nothing if it cannot be said."""
        changing = self.changing
        meets = {
            gate: frozenset(
                at
                for at, option in enumerate(changing.every(variable))
                if changing.is_true(gate, {variable: option.value})
            )
            for gate in gates
        }
        kept = [
            gate
            for at, gate in enumerate(gates)
            if not any(
                meets[other] < meets[gate] or (meets[other] == meets[gate] and gates.index(other) < at)
                for other in gates
            )
        ]
        kept.sort(key=lambda gate: not changing.goal.literals[gate][2])  # "a and not b", never "not b and a"
        said = [self._asked(variable, gate) for gate in kept]
        if not all(said):
            return ""
        return self._only(variable, kept) or listed(dict.fromkeys(said))

    def _only(self, variable: Variable, gates: Sequence[int]) -> str:
        """The one option of a choice that is left, where tests say only which it must not be; else nothing."""
        changing = self.changing
        about = declared(changing.goal.closed.ruleset.vocabulary, variable.key)
        if about.type is not FactType.CHOICE or any(changing.goal.literals[gate][2] for gate in gates):
            return ""
        options = [
            each
            for each in about.options
            if all(changing.is_true(gate, {variable: backed(Held(each, 0, 0))}) for gate in gates)
        ]
        return say("“{words}”", words=value_words(options[0], about)) if len(options) == 1 else ""

    def _bound(self, variable: Variable, about: FactDeclaration) -> str:
        """Of a number that is held against records: the least or the most that will do in the plan; else nothing."""
        if not about.type.is_number:
            return ""
        changing, changes = self.changing, self.mended.changes
        does = {
            each.value.value: self.mended.is_enough({**changes, variable: each.value})
            for each in changing.every(variable)
            if isinstance(each.value, Held) and isinstance(each.value.value, int | Decimal)
        }
        chosen = changes[variable]
        if isinstance(chosen, Held) and isinstance(chosen.value, int | Decimal):
            does[chosen.value] = True
        good = [value for value, is_enough in does.items() if is_enough]
        bad = [value for value, is_enough in does.items() if not is_enough]
        if good and (not bad or max(bad) < min(good)):
            return say("at least {value}", value=value_words(min(good), about))
        if good and min(bad) > max(good):
            return say("at most {value}", value=value_words(max(good), about))
        return ""

    def _asked(self, variable: Variable, gate: int) -> str:
        """What a test asks of a fact or field; nothing where it is mainly about another."""
        goal, known = self.changing.goal, self.changing.known
        at, _, wanted = goal.literals[gate]
        test = goal.tests[at]
        if not isinstance(test, Spot):
            return ""
        leaf = test.expr
        if not isinstance(leaf, ex.Compare | ex.Within | ex.OneOf | ex.Includes | ex.Empty | ex.Given):
            return ""
        subject = (
            ex.Fact(variable.name) if variable.place is None else ex.Field(variable.name, variable.field)
        )
        if subject_of(leaf) != subject:
            return ""
        if isinstance(leaf, ex.Given):
            return say("given") if wanted else ""
        if not wanted and isinstance(leaf, ex.Compare) and leaf.op.opposite is not None:
            leaf, wanted = attrs.evolve(leaf, op=leaf.op.opposite), True

        def value(term: ex.Term) -> Value | None:
            found = held_of(term, self._lookup(variable), known.on, known.calendar)
            return None if found is None else found.value

        return Wording(goal.closed.ruleset.vocabulary).needs(leaf, wanted, value)

    def _lookup(self, variable: Variable) -> Lookup:
        known, goal = self.changing.known, self.changing.goal

        def lookup(term: ex.Fact | ex.Field) -> Held | None:
            if isinstance(term, ex.Fact):
                return known.values.get(term.name)
            if variable.place is None:
                return None
            return goal.record(variable.name, variable.place, known, {}).fields.get(term.name)

        return lookup

    # In words

    def _said(self, needs: Sequence[Need]) -> Iterator[str]:
        shown = [each for each in needs if each.kind == SHOW]
        if shown:
            yield sentences(
                [
                    say("Confirm: {what}", what=each.has_to_be)
                    if len(needs) == 1
                    else say("Confirm: {label}: {what}", label=each.label, what=each.has_to_be)
                    for each in shown
                ]
            )
        wrong = [each for each in needs if each.kind == FIX]
        if wrong:
            yield sentences(map(self._missing, wrong))
        asked = [each for each in needs if each.kind == FIND_OUT]
        if asked:
            yield " ".join(dict.fromkeys(self._question(each) for each in asked))
            # A question alone does not say which answer would do.
            what = "; ".join(
                each.has_to_be if len(asked) == 1 else f"{each.label}: {each.has_to_be}" for each in asked
            )
            yield say("This plan counts on: {what}.", what=what)

    def _is_truth(self, need: Need) -> bool:
        return declared(self.changing.goal.closed.ruleset.vocabulary, need.fact).type in _TRUTHS

    def _is_judgement(self, need: Need) -> bool:
        vocabulary = self.changing.goal.closed.ruleset.vocabulary
        return declared(vocabulary, need.fact).type is FactType.JUDGEMENT

    def _missing(self, need: Need) -> str:
        """A judgement is not put right: what it is about is, and then somebody judges again."""
        if self._is_judgement(need):
            return say(
                "{label}: {now}. Ask who judged so for the reason, see to that, and have it judged again",
                label=need.label,
                now=need.now,
            )
        return say("Needed: {what}", what=self._wanted(need))

    def _wanted(self, need: Need) -> str:
        if self._is_truth(need) and need.has_to_be == value_words(True, None):
            return need.label
        return say("{label}: {value}", label=need.label, value=need.has_to_be)

    def _question(self, need: Need) -> str:
        vocabulary = self.changing.goal.closed.ruleset.vocabulary
        question = question_of(declared(vocabulary, need.fact), vocabulary)
        if need.record is None:
            return question
        given = given_of(self.mended.before, need.fact, need.record)
        name = capital(record_words(vocabulary.facts[need.fact.partition(".")[0]], need.record, given))
        return say("{record}: {question}", record=name, question=question)

    def _stands(self, needs: Sequence[Need]) -> str:
        return sentences(
            say("{label}: {value}", label=each.label, value=each.now or say("not known")) for each in needs
        )

"""Hypothesis strategies for the test suites of whoever uses a ruleset. Needs hypothesis: `qa-rules[testing]`.

    facts_for(ruleset)                         facts of one provider that reach every outcome and every tier
    providers_near(ruleset, outcome="refer")   one of whom this is decided, with a few things changed

Random facts hardly ever come to anything but *unknown*. So these start from providers of whom each thing is known to
be decided (the worked and the generated cases beside the ruleset, and the solver's, where there is one) and change
a few facts, mostly to values at which some rule changes its mind.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar, assert_never

import attrs
from hypothesis import strategies as st

from qa_rules.errors import QaRulesError
from qa_rules.language.cases import Case
from qa_rules.model import expressions as ex
from qa_rules.model.expressions import facts_of, terms, walk
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Record, Records
from qa_rules.model.lazy import lazy
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import NONE, Strength, Unit, Value
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.testing.seeds import TIER, Aim, aims, cases_beside, seeds, usual_date

_T = TypeVar("_T")

SOMEBODY = "A. Assessor"
_DAYS = {Unit.DAYS: 1, Unit.WORKING_DAYS: 1, Unit.MONTHS: 30, Unit.YEARS: 365}
_MOST_CHANGES = 3


def facts_for(
    ruleset: Ruleset,
    policy: Policy | None = None,
    *,
    on: datetime.date | None = None,
    cases: Iterable[Case] | None = None,
) -> st.SearchStrategy[Facts]:
    """Return a strategy for the facts of one provider. Every outcome and every tier comes up, each as often.

    Args:
        ruleset: what the facts are for.
        policy: the policy under which outcomes and tiers are reached, or none.
        on: the date of the assessments that will be made; else the date of most cases.
        cases: cases to start from; else those beside the ruleset's file.

    Raises:
        QaRulesError: there is no date.

    """
    work = _Making.of(ruleset, policy, on, cases)
    starts = [work.near(providers) for providers in work.seeds.values()]
    return st.one_of(*starts, work.near([Facts()]), work.anybody())


def providers_near(
    ruleset: Ruleset,
    outcome: str | None = None,
    *,
    tier: str | None = None,
    decision: str | None = None,
    policy: Policy | None = None,
    on: datetime.date | None = None,
    cases: Iterable[Case] | None = None,
) -> st.SearchStrategy[Facts]:
    """Return a strategy for providers like those of whom something is decided: the same, or a few facts away.

    Args:
        ruleset: what the facts are for.
        outcome: an answer of the decision, its undecided word included.
        tier: a tier attained, `none` for none; instead of an outcome.
        decision: the decision; the overall one if left out.
        policy: the policy under which it is decided, or none.
        on: the date of the assessments that will be made; else the date of most cases.
        cases: cases to start from; else those beside the ruleset's file.

    Raises:
        QaRulesError: there is no such outcome or tier, nobody was found who has it, or there is no date.

    """
    if (outcome is None) is (tier is None):
        raise QaRulesError("name an outcome or a tier, one of them")
    work = _Making.of(ruleset, policy, on, cases)
    if outcome is None:
        aim = Aim(TIER, tier or "")
    else:
        aim = Aim(decision or (ruleset.decisions[0].id if ruleset.decisions else ""), outcome)
    known = [each for each in aims(ruleset, policy) if each.of == aim.of]
    if aim not in known:
        listed = ", ".join(each.word for each in known) or "nothing"
        raise QaRulesError(f"`{aim.of}` never comes to `{aim.word}`; it comes to {listed}")
    if aim not in work.seeds:
        raise QaRulesError(
            f"nobody was found of whom `{aim.of}` is `{aim.word}`: no case shows it, and no solver found one "
            "(it needs qa-rules[verify])"
        )
    return work.near(work.seeds[aim])


@attrs.frozen(slots=False, eq=False)
class _Making:
    """One ruleset under a policy on a date."""

    closed: ClosedRuleset
    on: datetime.date
    cases: Sequence[Case]

    @classmethod
    def of(
        cls, ruleset: Ruleset, policy: Policy | None, on: datetime.date | None, cases: Iterable[Case] | None
    ) -> _Making:
        if cases is None:
            return _beside(ruleset, policy, on)
        given = tuple(cases)
        day = on or usual_date(given)
        if day is None:
            raise QaRulesError("there are no cases to take a date from; say `on`")
        return cls(close(ruleset, policy), day, given)

    @lazy
    def seeds(self) -> Mapping[Aim, Sequence[Facts]]:
        return seeds(self.closed.ruleset, self.closed.policy, self.on, self.cases)

    @lazy
    def read(self) -> Sequence[str]:
        """The facts and collections that anything turns on."""
        names = frozenset(name for node in self.closed.nodes for name in facts_of(node.expr))
        vocabulary = self.closed.ruleset.vocabulary
        return [name for name in (*vocabulary.scalars, *vocabulary.collections) if name in names]

    @lazy
    def cuts(self) -> Mapping[str, Sequence[Value]]:
        """The values beside which a rule changes its mind, by fact or by bare field."""
        found: dict[str, dict[Value, None]] = {}
        for node in self.closed.nodes:
            for inner in walk(node.expr):
                values = [value for term in terms(inner) for value in self._beside(term)]
                if isinstance(inner, ex.Within | ex.Compare):
                    values += self._spans(inner)
                for term in terms(inner):
                    if isinstance(term, ex.Fact | ex.Field):
                        found.setdefault(term.name, {}).update(dict.fromkeys(values))
        return {name: list(values) for name, values in found.items()}

    def _beside(self, term: ex.Term) -> Iterable[Value]:
        if not isinstance(term, ex.Literal) or isinstance(term.value, bool):
            return ()
        value = term.value
        if isinstance(value, int | Decimal):
            return (value - 1, value, value + 1)
        if isinstance(value, datetime.date):
            return tuple(value + datetime.timedelta(days=step) for step in (-1, 0, 1))
        return sorted(value) if isinstance(value, frozenset) else (value,)

    def _spans(self, leaf: ex.Within | ex.Compare) -> list[Value]:
        """Days as far from the assessment as a rule looks back or ahead, give or take one."""
        if isinstance(leaf, ex.Within):
            pairs = [(leaf.amount, leaf.unit)]
        else:
            sides = (each for each in (leaf.left, leaf.right) if isinstance(each, ex.Later))
            pairs = [(each.amount, each.unit) for each in sides]
        days = [
            sign * amount.value * _DAYS[unit] + step
            for amount, unit in pairs
            if isinstance(amount, ex.Literal) and isinstance(amount.value, int)
            for sign in (-1, 1)
            for step in (-1, 0, 1)
        ]
        return [self.on + datetime.timedelta(days=each) for each in days if abs(each) < 40_000]

    # Strategies

    def near(self, providers: Sequence[Facts]) -> st.SearchStrategy[Facts]:
        """Somebody of these, with a few facts forgotten or changed."""
        return _one(providers).flatmap(
            lambda facts: self._names(_MOST_CHANGES).flatmap(_changing(self, facts))
        )

    def anybody(self) -> st.SearchStrategy[Facts]:
        """Any of the facts, at random."""
        return self._names(40).flatmap(_changing(self, Facts()))

    def _names(self, most: int) -> st.SearchStrategy[list[str]]:
        return st.lists(_one(self.read), max_size=most, unique=True)

    def evidence(self) -> st.SearchStrategy[Evidence]:
        """Evidence of any strength, by somebody, of the day of the assessment."""
        return st.sampled_from(Strength).map(
            lambda strength: Evidence(strength=strength, by=SOMEBODY, on=self.on)
        )

    def value(self, declared: FactDeclaration) -> st.SearchStrategy[FactValue]:
        """A value that a fact or field may have, with its evidence; a set may be partial."""
        values = self.plain(declared)
        if declared.may_be_none:
            values = st.one_of(st.just(NONE), values)
        partial = st.booleans() if declared.type.is_set else st.just(False)
        return st.builds(FactValue, values, self.evidence(), partial)

    def plain(self, declared: FactDeclaration) -> st.SearchStrategy[Value]:
        """A value of the type, mostly one beside which some rule changes its mind."""
        name = declared.name
        cuts = self.cuts.get(name, ())
        match declared.type:
            case FactType.YES_NO | FactType.JUDGEMENT:
                return st.booleans()
            case FactType.INTEGER | FactType.DECIMAL:
                return self._number(declared, [each for each in cuts if isinstance(each, int | Decimal)])
            case FactType.DATE:
                days = [each for each in cuts if isinstance(each, datetime.date)]
                close_by = [self.on + datetime.timedelta(days=step) for step in (-1, 0, 1)]
                anywhen = st.integers(-1_500, 1_500).map(lambda step: self.on + datetime.timedelta(days=step))
                return st.one_of(st.sampled_from([*close_by, *days]), anywhen)
            case FactType.CHOICE | FactType.CODE:
                return st.sampled_from(self._items(declared, cuts))
            case FactType.CHOICES | FactType.CODES:
                return st.frozensets(st.sampled_from(self._items(declared, cuts)))
            case FactType.TEXT:
                return st.just("some text")
            case FactType.DOCUMENT | FactType.COLLECTION:
                raise AssertionError(f"{name} has parts of its own")
            case _:
                assert_never(declared.type)

    def _number(self, declared: FactDeclaration, cuts: Sequence[int | Decimal]) -> st.SearchStrategy[Value]:
        least = Decimal(0) if declared.least is None else declared.least
        most = max(least, Decimal(1_000) if declared.most is None else declared.most)
        inside = [each for each in cuts if least <= each <= most]
        anything = st.integers(int(least), int(most))
        found = st.one_of(st.sampled_from(inside), anything) if inside else anything
        whole = declared.type is FactType.INTEGER
        return found.map(lambda number: int(number) if whole else Decimal(number))

    def _items(self, declared: FactDeclaration, cuts: Iterable[Value]) -> list[str]:
        codes = [each for each in cuts if isinstance(each, str)]
        return list(declared.options) or [*dict.fromkeys(codes), "other-1"]

    def record(self, declared: FactDeclaration) -> st.SearchStrategy[Record]:
        """A record in which any field may be unknown."""
        fields = {name: self.value(field) for name, field in declared.fields.items()}
        return st.fixed_dictionaries({}, optional=fields)

    def records(self, declared: FactDeclaration) -> st.SearchStrategy[Records]:
        """Up to three records, whole or partial."""
        listed = st.lists(self.record(declared), max_size=3).map(tuple)
        return st.builds(Records, listed, self.evidence(), st.booleans())


@lru_cache(maxsize=16)
def _beside(ruleset: Ruleset, policy: Policy | None, on: datetime.date | None) -> _Making:
    """From the cases beside the file; kept, since everybody in them has to be assessed first."""
    return _Making.of(ruleset, policy, on, cases_beside(ruleset, policy))


def _one(things: Sequence[_T]) -> st.SearchStrategy[_T]:
    """One of many; a strategy that is printed with all of them would fill pages."""
    return st.integers(0, len(things) - 1).map(lambda at: things[at])


def _changing(work: _Making, facts: Facts) -> Callable[[list[str]], st.SearchStrategy[Facts]]:
    return lambda names: _change(work, facts, names)


@st.composite
def _change(draw: st.DrawFn, work: _Making, facts: Facts, names: Sequence[str]) -> Facts:
    """The facts with each of those named forgotten, now and then, or given anew."""
    vocabulary = work.closed.ruleset.vocabulary
    values, lists = dict(facts.values), dict(facts.collections)
    for name in names:
        values.pop(name, None)
        lists.pop(name, None)
        if not draw(st.integers(0, 4)):
            continue
        if name in vocabulary.collections:
            lists[name] = draw(work.records(vocabulary.collections[name]))
            continue
        values[name] = draw(work.value(vocabulary.scalars[name]))
        for other in vocabulary.scalars[name].excludes if values[name].value is True else ():
            values.pop(other, None)
    return Facts(values, lists, facts.subject)

"""What allows stands at the strength asked: what is weaker can be taken away, and learned anew as it may."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_rules import load_policy, load_ruleset
from qa_rules.engines.reference import prepare
from qa_rules.language.calendars import england_and_wales
from qa_rules.language.cases import load_cases
from qa_rules.language.library import ruleset_ids
from qa_rules.model.expressions import AllOf, Aspect, Compare, Expr, Fact, Literal, Op, Reference, walk
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.rulesets import Decision, Outcome, Policy, Requirement, Ruleset
from qa_rules.model.values import Strength
from qa_rules.program.answers import answer_of
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.graph import outcomes_of
from qa_rules.semantics.snapshot import Known, believe
from qa_rules.testing.cases import files_of
from tests.semantics.definition import masked
from tests.strategies import Case, cases, learned


def strong_only(facts: Facts, asked: Strength) -> Facts:
    """The facts without everything that is weaker than asked; of a list, without all of it."""

    def is_strong(given: Records) -> bool:
        own = [value.evidence for record in given.records for value in record.values()]
        return all(each.strength >= asked for each in (given.evidence, *own))

    return Facts(
        {name: each for name, each in facts.values.items() if each.evidence.strength >= asked},
        {name: each for name, each in facts.collections.items() if is_strong(each)},
        facts.subject,
    )


def asks_no_less(closed: ClosedRuleset, decision: Decision) -> bool:
    """Whether nothing behind a decision counts on less than the policy asks."""
    behind = closed.behind([*outcomes_of(decision), *closed.of_decision(decision.id)])
    nodes = (inner for name in behind for inner in walk(closed.exprs[name]))
    strengths = (each.strength for each in nodes if isinstance(each, Reference))
    return all(each is None or each >= closed.strength for each in strengths)


def allowed(closed: ClosedRuleset, known: Known, facts: Facts) -> Iterator[tuple[Decision, int]]:
    """Yield the decisions of which the answer allows, with the place of that answer."""
    results = prepare(closed).run(known)
    for decision in closed.ruleset.decisions:
        answer = answer_of(closed, results, attrs.evolve(decision, needs=""), facts)
        if answer is not None and answer.allows:
            yield decision, [each.id for each in decision.outcomes].index(answer.outcome)


@given(cases() | cases(plain=True), st.data())
def test_an_answer_that_allows_stays_so_without_weaker_facts_and_whatever_they_turn_out_to_be(
    case: Case, data: st.DataObject
) -> None:
    closed = case.closed
    before = [each for each in allowed(closed, case.known, case.facts) if asks_no_less(closed, each[0])]
    weaker = masked(case.known, closed.strength)
    kept = {decision.id: at for decision, at in allowed(closed, weaker, case.facts)}
    facts = data.draw(learned(closed.ruleset.vocabulary, strong_only(case.facts, closed.strength)))
    anew = believe(facts, closed.ruleset.vocabulary, case.on, case.calendar)
    then = {decision.id: at for decision, at in allowed(closed, anew, facts)}
    for decision, at in before:
        assert kept[decision.id] == at
        assert then[decision.id] >= at


@pytest.mark.parametrize("which", ruleset_ids())
@pytest.mark.parametrize("strength", Strength)
def test_what_a_shipped_decision_allows_rests_on_what_is_strong_enough(
    which: str, strength: Strength
) -> None:
    ruleset, calendar = load_ruleset(which), england_and_wales()
    policy = Policy("p", which, "P", strength=strength, activity_strength=strength)
    if ruleset.routes:
        given_ = load_policy("illustrative-three-tiers", ruleset)
        tiers = tuple(attrs.evolve(each, strength=max(strength, each.strength)) for each in given_.tiers)
        policy = attrs.evolve(given_, strength=strength, activity_strength=strength, tiers=tiers)
    closed = close(ruleset, policy)
    found = [case for file in files_of(which) for case in load_cases(file, ruleset)]
    allowing = 0
    for case in found[:: 1 + len(found) // 60]:
        known = believe(case.facts, ruleset.vocabulary, case.on, calendar)
        kept = {decision.id: at for decision, at in allowed(closed, masked(known, strength), case.facts)}
        for decision, at in allowed(closed, known, case.facts):
            if not ruleset.routes or asks_no_less(closed, decision):
                allowing += 1
                assert kept[decision.id] == at, case.name
    assert allowing or strength is not Strength.STATED


# By hand: a policy asks `seen`; a stop on R1, a condition on R2, and fine asks for both.


def yes(name: str) -> Expr:
    return Compare(Fact(name), Op.IS, Literal(True))


OUTCOMES = (
    Outcome("stop", "Stop", Reference("R1", Aspect.GAP), False),
    Outcome("condition", "On a condition", Reference("R2", Aspect.GAP), True),
    Outcome("fine", "Fine", AllOf((Reference("R1"), Reference("R2"))), True),
)
ON = datetime.date(2026, 11, 22)
STATED, SEEN = Strength.STATED, Strength.SEEN


@pytest.mark.parametrize(
    ("r1", "r2", "expected"),
    [
        ((True, SEEN), (True, STATED), ("condition", ("condition", "fine"), False)),
        ((True, SEEN), (True, SEEN), ("fine", ("fine",), True)),
        ((True, SEEN), None, ("condition", ("condition", "fine"), False)),
        ((True, SEEN), (False, STATED), ("condition", ("condition",), True)),
        ((True, STATED), (True, SEEN), ("undecided", ("stop", "fine"), False)),
        ((True, STATED), (False, STATED), ("undecided", ("stop", "condition"), False)),
        ((False, STATED), (True, SEEN), ("stop", ("stop",), True)),
        (None, None, ("undecided", ("stop", "condition", "fine"), False)),
    ],
)
def test_what_holds_on_less_than_is_asked_only_cuts_off_what_is_more_favourable(
    r1: tuple[bool, Strength] | None,
    r2: tuple[bool, Strength] | None,
    expected: tuple[str, tuple[str, ...], bool],
) -> None:
    vocabulary = Vocabulary({name: FactDeclaration(name, FactType.YES_NO, name, f"{name}?") for name in "ab"})
    requirements = tuple(
        Requirement(name, name, name, {}, yes(fact)) for name, fact in (("R1", "a"), ("R2", "b"))
    )
    decision = Decision("overall", "?", OUTCOMES, "undecided")
    closed = close(
        Ruleset("by-hand", "1", "By hand", vocabulary, requirements, decisions=(decision,)),
        Policy("p", "by-hand@1", "P", strength=SEEN),
    )
    facts = Facts(
        {
            name: FactValue(each[0], Evidence(strength=each[1]))
            for name, each in (("a", r1), ("b", r2))
            if each is not None
        }
    )
    found = answer_of(closed, prepare(closed).run(believe(facts, vocabulary, ON)), decision, facts)
    assert found is not None
    assert (found.outcome, found.possible, found.settled) == expected


@pytest.mark.parametrize(("backed", "expected"), [(STATED, "undecided"), (SEEN, "bronze")])
def test_what_allows_on_less_than_is_asked_is_no_answer(backed: Strength, expected: str) -> None:
    vocabulary = Vocabulary({name: FactDeclaration(name, FactType.YES_NO, name, f"{name}?") for name in "ab"})
    bronze, gold = Outcome("bronze", "", yes("a"), True), Outcome("gold", "", yes("b"), True)
    decision = Decision("overall", "?", (bronze, gold), "undecided")
    closed = close(
        Ruleset("by-hand", "1", "By hand", vocabulary, (), decisions=(decision,)),
        Policy("p", "by-hand@1", "P", strength=SEEN),
    )
    facts = Facts({"a": FactValue(True, Evidence(strength=backed))})
    found = answer_of(closed, prepare(closed).run(believe(facts, vocabulary, ON)), decision, facts)
    assert found is not None
    assert (found.outcome, found.possible) == (expected, ("bronze",))

"""The front door: what it takes, what it refuses, and what it says."""

from __future__ import annotations

import datetime
from typing import Any

import attrs
import pytest
from hypothesis import given

from qa_rules import (
    Assessment,
    Evidence,
    Facts,
    FactsError,
    FactValue,
    NotFoundError,
    RulesetError,
    Strength,
    Verdict,
    assess,
    facts_from,
)
from qa_rules.errors import ArgumentError
from qa_rules.model.expressions import Fact, Field, Parameter, Quantified, Reference, Together, terms, walk
from qa_rules.model.identity import hash_of_facts
from qa_rules.model.nodes import SCOPE, NodeId
from qa_rules.reports.shortfalls import is_outside
from tests.assessment.generating import assessed
from tests.assessment.small import ON, POLICY, RULESET
from tests.strategies import LIGHT, Case, cases

CODES = {
    Verdict.MET: {"met"},
    Verdict.NOT_MET: {"not_met"},
    Verdict.NOT_APPLICABLE: {"does_not_apply"},
    Verdict.UNKNOWN: {
        "missing",
        "expired",
        "not_yet",
        "no_judge",
        "too_weak",
        "partial",
        "nothing_there",
        "is_none",
        "policy_silent",
        "no_calendar",
    },
}


def test_a_plain_mapping_and_facts_say_the_same() -> None:
    plain = {"a": True, "visits": [{"done": "yes"}], "b": "no"}
    made = assess(RULESET, plain, on=ON, policy=POLICY)
    assert made.to_dict() == assess(RULESET, facts_from(plain, RULESET), on=ON, policy=POLICY).to_dict()
    assert dict(made.verdicts) == {
        "R1": Verdict.MET,
        "R2": Verdict.NOT_APPLICABLE,
        "R3": Verdict.MET,
    }
    assert (made.outcome, made.possible) == ("passes", ("passes",))


def test_what_is_known_already_settles_what_it_can() -> None:
    made = assess(RULESET, {"a": False}, on=ON)
    assert (made.outcome, made.answer("overall").settled) == ("fails", True)
    assert made.finding("R1").fix == "Do it."
    assert made.finding("R3").missing == ("visits",)
    assert made.groups[0].counts == (0, 1, 2, 0)


def test_nothing_known_is_nothing_decided() -> None:
    made = assess(RULESET, {}, on=ON)
    assert set(made.verdicts.values()) == {Verdict.UNKNOWN}
    assert (made.outcome, made.possible) == ("undetermined", ("fails", "passes"))
    assert made.missing == ("a", "b", "judged", "visits")


@pytest.mark.parametrize(
    ("facts", "code", "names"),
    [
        ({"b": True}, "missing", ("judged",)),
        ({"b": True, "judged": True}, "no_judge", ("judged",)),
        ({"b": True, "judged": {"value": True, "by": "A", "on": "2026-11-23"}}, "not_yet", ("judged",)),
        (
            {
                "b": True,
                "judged": {"value": True, "by": "A", "on": "2026-01-01", "valid_until": "2026-11-21"},
            },
            "expired",
            ("judged",),
        ),
        ({"b": True, "judged": {"value": True, "by": "A", "on": "2026-11-22"}}, "missing", ("marks",)),
        (
            {
                "b": True,
                "judged": {"value": True, "by": "A", "on": "2026-11-22"},
                "marks": {"value": ["y"], "partial": True},
            },
            "partial",
            ("marks",),
        ),
    ],
)
def test_why_a_verdict_is_not_known(facts: dict[str, Any], code: str, names: tuple[str, ...]) -> None:
    finding = assess(RULESET, facts, on=ON, policy=POLICY).finding("R2")
    assert (finding.verdict, finding.reason.code) == (Verdict.UNKNOWN, code)
    assert set(names) <= set(finding.missing)


def test_a_silent_policy_and_weak_evidence_are_reasons_too() -> None:
    known = {"b": True, "marks": ["y"], "judged": {"value": True, "by": "A", "on": "2026-11-22"}}
    assert assess(RULESET, known, on=ON).finding("R2").reason.code == "policy_silent"
    strict = attrs.evolve(POLICY, strength=Strength.SEEN)
    assert assess(RULESET, {"a": True}, on=ON, policy=strict).finding("R1").reason.code == "too_weak"
    assert assess(RULESET, {"visits": []}, on=ON).finding("R3").reason.code == "nothing_there"
    seen = {"a": {"value": True, "strength": "seen"}}
    assert assess(RULESET, seen, on=ON, policy=strict).finding("R1").strength is Strength.SEEN


@pytest.mark.parametrize("on", ["2026-11-22", datetime.datetime(2026, 11, 22), None, 20261122])
def test_on_is_a_date(on: Any) -> None:
    with pytest.raises(ArgumentError, match="`on` is a date"):
        assess(RULESET, {}, on=on)


def test_a_policy_for_another_ruleset_is_refused() -> None:
    with pytest.raises(RulesetError, match=r"is for other@1, not small@1"):
        assess(RULESET, {}, on=ON, policy=attrs.evolve(POLICY, ruleset="other@1"))


def test_facts_that_do_not_fit_are_refused_all_at_once_with_the_nearest_name() -> None:
    with pytest.raises(FactsError) as raised:
        assess(RULESET, {"mark": ["x"], "a": "perhaps", "price": "dear", "visits": [{"don": True}]}, on=ON)
    said = str(raised.value)
    assert len(raised.value.diagnostics) == 4
    for part in (
        "there is no fact `mark`",
        "did you mean `marks`?",
        "`perhaps`",
        "`dear`",
        "did you mean `done`?",
    ):
        assert part in said


def test_an_engine_that_is_none_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="there is no engine `warp`; there are compiled"):
        assess(RULESET, {}, on=ON, engine="warp")  # type: ignore[arg-type]


def test_an_assessment_and_what_it_holds_cannot_be_changed() -> None:
    made = assess(RULESET, {"a": True}, on=ON, policy=POLICY)
    for thing, field in (
        (made, "on"),
        (made.answers[0], "outcome"),
        (made.findings[0], "verdict"),
        (made.findings[0].reason, "text"),
        (made.groups[0], "verdict"),
    ):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(thing, field, None)
    for results in (made.answers, made.findings, made.groups, made.missing, made.possible):
        assert isinstance(results, tuple)


def test_hashes_do_not_turn_on_the_order_of_facts_or_of_fields() -> None:
    def hashed(plain: dict[str, object]) -> str:
        return hash_of_facts(facts_from(plain, RULESET))

    visit = {"done": True, "due": "2026-01-01"}
    one = hashed({"a": True, "marks": ["x", "y"], "visits": [visit]})
    other = hashed({"visits": [dict(reversed(list(visit.items())))], "marks": ["y", "x"], "a": True})
    assert one == other
    assert one != hashed({"a": True, "marks": ["x"], "visits": [visit]})
    assert one != hashed({"a": True, "marks": ["x", "y"], "visits": [visit, visit]})


def test_hashes_keep_every_digit_and_no_more() -> None:
    def hashed(price: str) -> str:
        return hash_of_facts(facts_from({"price": price}, RULESET))

    assert hashed("2.50") == hashed("2.5")
    assert hashed("0") == hashed("-0.0")
    assert hashed("1234567890123456789012345678.1") != hashed("1234567890123456789012345678.2")


@LIGHT
@given(cases())
def test_hashes_are_stable_under_the_order_of_facts(case: Case) -> None:
    facts = case.facts
    turned = Facts(
        dict(reversed(list(facts.values.items()))),
        dict(reversed(list(facts.collections.items()))),
        facts.subject,
    )
    assert hash_of_facts(turned) == hash_of_facts(facts)


@given(cases())
def test_every_finding_has_a_reason_in_words_with_a_known_code(case: Case) -> None:
    made = assessed(case)
    assert [each.requirement for each in made.findings] == [
        each.id for each in case.closed.ruleset.requirements
    ]
    for finding in made.findings:
        assert finding.reason.text.strip()
        assert finding.reason.text.rstrip().endswith((".", "?", "!", "”", "'")), finding.reason.text
        assert finding.reason.code in CODES[finding.verdict]
        assert finding.title
        assert finding.clause
        assert finding.missing == () or finding.verdict is Verdict.UNKNOWN
        assert (finding.fix != "") == (finding.verdict is Verdict.NOT_MET)


def reach(made: Assessment, name: str) -> set[str]:
    """The facts that a requirement may turn on, the scope, its references and the tests of the policy included.

    A requirement may refer to a lock, and a lock asks for conditions too once they are overdue.
    """
    found: set[str] = set()
    nodes = made.work.closed.exprs
    ahead, seen = [SCOPE, name, NodeId.applies(name), NodeId.met(name)], set()
    while ahead:
        at = ahead.pop()
        if at in seen or at not in nodes:
            continue
        seen.add(at)
        for inner in walk(nodes[at]):
            ahead += [inner.name] if isinstance(inner, Reference) else []
            found |= {inner.collection} if isinstance(inner, Quantified | Together) else set()
            for term in terms(inner):
                if isinstance(term, Fact):
                    found.add(term.name)
                elif isinstance(term, Field):
                    found |= {term.collection, f"{term.collection}.{term.name}"}
                assert not isinstance(term, Parameter)
    return found


@given(cases())
def test_what_is_missing_is_something_that_the_requirement_asks_about(case: Case) -> None:
    made = assessed(case)
    for finding in made.findings:
        own = reach(made, finding.requirement)
        assert set(finding.missing) <= own
        outside = reach(made, SCOPE) if is_outside(made) else set()
        assert set(finding.reason.facts) <= own | outside


@given(cases())
def test_giving_the_facts_again_with_their_evidence_says_the_same(case: Case) -> None:
    facts = case.facts
    again = Facts(
        {
            name: FactValue(given.value, attrs.evolve(given.evidence), given.partial)
            for name, given in facts.values.items()
        },
        facts.collections,
        facts.subject,
    )
    assert assessed(attrs.evolve(case, facts=again)).to_dict() == assessed(case).to_dict()


def test_without_a_person_there_is_no_answer_about_one() -> None:
    decision = attrs.evolve(RULESET.decisions[0], needs="person")
    person = attrs.evolve(RULESET.vocabulary.facts["b"], about="person")
    vocabulary = attrs.evolve(RULESET.vocabulary, facts=dict(RULESET.vocabulary.facts) | {"b": person})
    ruleset = attrs.evolve(RULESET, decisions=(decision,), vocabulary=vocabulary)
    made = assess(ruleset, Facts({"a": FactValue(False, Evidence())}), on=ON)
    assert (made.answers, made.outcome, made.possible, made.decisions) == ((), None, (), ("overall",))
    assert assess(ruleset, {"a": False, "b": False}, on=ON).outcome == "fails"

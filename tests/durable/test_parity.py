"""durable-rules says what the reference says: of shipped rulesets here, of generated ones with all other engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from qa_rules.engines import strata
from qa_rules.language.calendars import england_and_wales
from qa_rules.language.cases import load_cases
from qa_rules.language.library import ruleset_file, ruleset_ids
from qa_rules.language.policies import load_policy
from qa_rules.language.rulesets import load_ruleset
from qa_rules.model.expressions import (
    AllOf,
    AnyOf,
    AtLeast,
    Constant,
    Expr,
    Not,
    OnlyWhen,
    Quantified,
    Reference,
    walk,
)
from qa_rules.model.values import Strength
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.snapshot import Known, believe
from tests.durable.building import assert_agrees, closed_of, known, node, yes
from tests.strategies import Case, cases

pytest.importorskip("durable_rules_engine", exc_type=ImportError)

from qa_rules.engines import durable, reference

MANY = [f"f{at}" for at in range(400)]
SUBJECTS = [
    known({}),
    *(known(dict.fromkeys(MANY, truth), strength) for truth in (True, False) for strength in (1, 2, 3)),
    *(known({name: at % step != 0 for at, name in enumerate(MANY)}, 2) for step in (2, 7, 390)),
    known({name: True for at, name in enumerate(MANY) if at % 9}, 1),
]


def subjects_of(which: str) -> list[tuple[ClosedRuleset, Known]]:
    ruleset = load_ruleset(which)
    listed = load_cases(ruleset_file(which).parent / "cases.yaml", ruleset)
    policies = {
        case.policy: None if case.policy == "none" else load_policy(case.policy, ruleset) for case in listed
    }
    calendar = england_and_wales()
    found = []
    for case in listed:
        subject = believe(case.facts, ruleset.vocabulary, case.on, calendar)
        found.append((close(ruleset, policies[case.policy]), subject))
    return found


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize("which", ruleset_ids())
def test_every_case_of_a_shipped_ruleset_has_the_codes_of_the_reference(which: str, step: int) -> None:
    """Every ninth case in `make test`, all of them in `make deep`."""
    for closed, subject in subjects_of(which)[::step]:
        assert durable.prepare(closed).run(subject) == reference.prepare(closed).run(subject)


@given(case=cases())
def test_no_generated_ruleset_is_refused_and_asking_twice_changes_nothing(case: Case) -> None:
    prepared = durable.prepare(case.closed)
    expected = reference.prepare(case.closed).run(case.known)
    assert [prepared.run(case.known), prepared.run(case.known)] == [expected, expected]


@pytest.mark.parametrize("width", [0, 1, 2, 3, 15, 16, 17, 59, 64, 65, 128, 256, 257, 400])
@pytest.mark.parametrize("connective", [AllOf, AnyOf])
def test_connectives_of_any_width_agree(connective: Callable[[tuple[Expr, ...]], Expr], width: int) -> None:
    operands = tuple(map(yes, MANY[:width]))
    assert_agrees(closed_of([connective(operands), Not(connective(tuple(map(Not, operands))))]), *SUBJECTS)


@pytest.mark.parametrize("count", [0, 1, 2, 199, 200, 201])
def test_at_least_is_counted_between_strata(count: int) -> None:
    operands = tuple(AllOf((yes(name), yes("f0"))) for name in MANY[:200])
    some = AtLeast(count, operands)
    assert_agrees(closed_of([some, AnyOf((Not(some), yes("f1")))]), *SUBJECTS)


def test_an_operand_that_is_written_twice_counts_twice() -> None:
    twice = AtLeast(2, (yes("f1"), yes("f1"), AllOf((yes("f2"), yes("f3")))))
    assert_agrees(closed_of([twice, AllOf((twice, yes("f4")))]), *SUBJECTS)


def test_a_claim_at_a_strength_is_graded_between_strata() -> None:
    claim = AllOf((yes("f1"), yes("f2")))
    graded = [Reference("n0", strength=strength) for strength in Strength]
    assert_agrees(closed_of([claim, *graded, AllOf((*graded, yes("f4")))]), *SUBJECTS)


@pytest.mark.parametrize("holds", [True, False, None])
def test_constants_need_no_fact(holds: bool | None) -> None:
    constant = Constant(holds, "some reason")
    parts: list[Expr] = [constant, Not(constant)]
    for other in (yes("f1"), Not(constant), Constant(None, "another")):
        parts += [AllOf((constant, other)), AnyOf((constant, other)), OnlyWhen(other, constant)]
    closed = closed_of([*parts, AllOf(()), AnyOf(())])
    assert_agrees(closed, *SUBJECTS)
    read = {abs(wire) for bucket in strata.lower(closed.nodes).buckets for wire in bucket.tests.values()}
    assert read.isdisjoint({strata.TRUE, strata.UNKNOWN}), "rules that never fire are not made"


def test_a_thing_and_its_opposite_are_not_both_asserted() -> None:
    thing = yes("f1")
    assert_agrees(closed_of([AllOf((thing, Not(thing))), AnyOf((thing, Not(thing), yes("f2")))]), *SUBJECTS)


def test_expressions_as_deep_as_the_language_allows_and_far_deeper_agree() -> None:
    expr = yes("f0")
    for at in range(1, 150):
        expr = (AllOf, AnyOf)[at % 2]((Not(expr), yes(MANY[at])))
    assert_agrees(closed_of([expr]), *SUBJECTS)


def test_equal_expressions_share_their_rules() -> None:
    """256 rules with one condition crash durable-rules; here they are one rule with many conclusions."""
    common = AllOf((yes("f0"), yes("f1")))
    closed = closed_of([*(AllOf((common, yes(name))) for name in MANY[2:]), *(common for _ in range(300))])
    network = strata.lower(closed.nodes)
    for bucket in network.buckets:
        conditions = [rule.tests for rule in bucket.rules.values()]
        assert len(conditions) == len(set(conditions))
    assert_agrees(closed, *SUBJECTS)


def test_a_group_of_groups_is_chained_from_stratum_to_stratum() -> None:
    leaves = [AnyOf((yes(MANY[2 * at]), yes(MANY[2 * at + 1]))) for at in range(64)]
    middle = [AllOf(tuple(node(at) for at in range(first, first + 8))) for first in range(0, 64, 8)]
    closed = closed_of([*leaves, *middle, AtLeast(5, tuple(node(at) for at in range(64, 72)))])
    assert len(strata.lower(closed.nodes).strata) == 3
    assert_agrees(closed, *SUBJECTS)


def test_records_are_judged_by_the_shared_code_and_never_by_rules() -> None:
    for which in ruleset_ids():
        closed = close(load_ruleset(which))
        quantified = {
            inner for each in closed.nodes for inner in walk(each.expr) if isinstance(inner, Quantified)
        }
        settled = [
            source.expr
            for stratum in strata.lower(closed.nodes).strata
            for _, source in stratum.sources
            if isinstance(source, strata.Settled)
        ]
        assert quantified <= set(settled)

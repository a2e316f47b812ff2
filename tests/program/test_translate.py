"""A program that leaves open what is overdue decides as the policy does in which that is required."""

from __future__ import annotations

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from qa_rules.engines.reference import prepare
from qa_rules.program.bind import close
from qa_rules.program.conditions import hardened
from qa_rules.program.overdue import may_be_overdue, opened, with_overdue
from qa_rules.program.translate import translated
from tests.strategies import Case, cases


@given(cases(), st.data())
def test_the_program_comes_to_what_the_hardened_policy_comes_to(case: Case, data: st.DataObject) -> None:
    policy = case.closed.policy
    assume(policy is not None)
    assert policy is not None
    policy = attrs.evolve(policy, condition_days=10)
    program = opened(case.closed.ruleset, policy)
    late = frozenset(data.draw(st.sets(st.sampled_from(may_be_overdue(program) or ("none",)))) - {"none"})
    found = prepare(program).run(with_overdue(case.known, program, late))
    closed = close(case.closed.ruleset, hardened(policy, late) if late else policy)
    assert translated(closed, program, found, case.known) == prepare(closed).run(case.known)

"""What a suite owes about verdicts is what the program decides."""

from __future__ import annotations

from hypothesis import given

from qa_rules.engines.compiled import prepare
from qa_rules.model.values import Verdict
from qa_rules.testing.conditions import Shown
from qa_rules.testing.obligations import verdict
from tests.program.deciding import verdict_of
from tests.strategies import Case, cases


@given(case=cases() | cases(plain=True))
def test_just_the_verdict_that_there_is_is_shown(case: Case) -> None:
    closed = case.closed
    results = prepare(closed).run(case.known)
    shown = Shown(closed, [results], [case.facts])
    for name in (*closed.ruleset.requirement, *closed.ruleset.group):
        told = [word for word in Verdict if shown.mask(verdict(closed, name, word))]
        assert told == [verdict_of(closed, results, name)[0]], case.show(name)

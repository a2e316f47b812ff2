"""A name that nothing has is an error: never an empty result, which reads as *nothing is wrong*."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from qa_rules import ArgumentError, NotFoundError, QaRulesError, assess, facts_model, load_ruleset
from qa_rules.api.analyse import fixes, next_questions, why
from qa_rules.api.verify import verify

ON = datetime.date(2026, 11, 22)
RULESET = load_ruleset("ss2q")
MADE = assess(RULESET, {}, on=ON)
CALLS: dict[str, Callable[[], object]] = {
    "what to leave as it is": lambda: fixes(MADE, fixed=["zzz"]),
    "whom to ask about": lambda: next_questions(MADE, "everything", about=["zzz"]),
    "what nobody can tell": lambda: next_questions(MADE, "everything", closed_to=["zzz"]),
    "what was asked last": lambda: next_questions(MADE, "everything", last="zzz"),
    "what a form is about": lambda: facts_model(RULESET, about=["zzz"]),
    "what to explain": lambda: why(MADE, "zzz"),
}


@pytest.mark.parametrize("what", CALLS)
def test_a_name_that_nothing_has_is_an_error(what: str) -> None:
    with pytest.raises(NotFoundError, match="zzz"):
        CALLS[what]()


@pytest.mark.parametrize("questions", [["zzz"], "dead-test", ["dead-test", "dead-tests"]])
def test_a_question_that_nobody_has_is_not_proved_by_asking_nothing(questions: list[str]) -> None:
    pytest.importorskip("z3")
    with pytest.raises(QaRulesError, match=r"zzz|dead-test|a list of names"):
        verify(RULESET, on=ON, questions=questions)


@pytest.mark.parametrize(
    ("outputs", "error"), [(("zzz",), NotFoundError), (("verdict",), NotFoundError), ((), ArgumentError)]
)
def test_a_table_of_nothing_is_not_made(outputs: tuple[str, ...], error: type[Exception]) -> None:
    pa = pytest.importorskip("pyarrow")
    from qa_rules.tables import assess_table

    with pytest.raises(error, match="verdicts"):
        assess_table(RULESET, pa.table({"subject": ["a"]}), on=ON, key="subject", outputs=outputs)

"""A yes-or-no value is a test with a name: whoever writes the name or the test says the same."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from qa_rules import assess, ruleset_from
from qa_rules.api.verify import verify
from qa_rules.engines import ENGINES, EngineName
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Verdict
from qa_rules.proofs.claims import Status
from qa_rules.testing.mutants import mutants

ON = datetime.date(2026, 11, 30)
READY = {"all_of": ["kept", "trained"]}


def written(ready: Any, values: dict[str, Any]) -> Ruleset:
    yes_no = {"type": "yes_no", "label": "a", "question": "Is it?"}
    clause = {"says": "It is.", "source": {"clause": 1}}
    return ruleset_from(
        {
            "format": 1,
            "ruleset": "values",
            "edition": "1",
            "title": "Values",
            "source": {"title": "A source"},
            "caveats": [],
            "facts": {name: {**yes_no, "label": name} for name in ("kept", "trained", "small")},
            "values": values,
            "requirements": [
                {"id": "A", "title": "One", "met_when": ready, **clause},
                {"id": "B", "title": "Two", "met_when": {"any_of": [{"not": ready}, "small"]}, **clause},
            ],
            "decisions": [
                {
                    "id": "go",
                    "title": "Go?",
                    "outcomes": [
                        {"id": "stop", "words": "Stop", "allows": False, "when": "A is not met"},
                        {"id": "go", "words": "Go", "allows": True, "when": "A"},
                    ],
                }
            ],
        }
    )


NAMED = written("ready", {"ready": {"type": "yes_no", "label": "readiness", "when": READY}})
PLAIN = written(READY, {})


@pytest.mark.parametrize("kept", [True, False, None])
@pytest.mark.parametrize("trained", [True, False, None])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_named_test_answers_as_the_test_itself_with_the_same_reasons(
    kept: bool | None, trained: bool | None, engine: EngineName
) -> None:
    facts = {"kept": kept, "trained": trained, "small": False}
    named, plain = (assess(each, facts, on=ON, engine=engine) for each in (NAMED, PLAIN))
    assert named.outcome == plain.outcome
    for name in ("A", "B"):
        assert named.verdicts[name] is plain.verdicts[name]
        assert named.finding(name).reason == plain.finding(name).reason


def test_a_value_may_stand_before_what_it_uses_and_is_asked_for_yes_or_no() -> None:
    values = {
        "late": {"type": "yes_no", "label": "b", "when": "ready is no"},
        "ready": {"type": "yes_no", "label": "readiness", "when": READY},
    }
    ruleset = written("late is no", values)
    assert assess(ruleset, {"kept": True, "trained": True}, on=ON).verdicts["A"] is Verdict.MET
    assert assess(ruleset, {"kept": False}, on=ON).verdicts["A"] is Verdict.NOT_MET
    assert assess(ruleset, {"kept": True}, on=ON).verdicts["A"] is Verdict.UNKNOWN


def test_a_value_has_no_verdict_of_its_own_and_is_part_of_what_the_ruleset_means() -> None:
    found = assess(NAMED, {"kept": True, "trained": True}, on=ON)
    assert list(found.verdicts) == ["A", "B"]
    assert NAMED.hash != PLAIN.hash


def test_a_slip_in_a_value_is_a_mutant() -> None:
    assert [each.change for each in mutants(NAMED) if each.at == "ready"]


def test_proofs_see_through_values() -> None:
    never = {"type": "yes_no", "label": "c", "when": {"all_of": ["small", {"not": "small"}]}}
    proved = verify(written("never", {"never": never}), on=ON, questions=["requirement-live"], seconds=None)
    assert {each.at: each.status for each in proved.proofs}["B"] is Status.REFUTED, "it is met by everybody"

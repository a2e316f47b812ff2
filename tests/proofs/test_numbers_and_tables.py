"""Claims about numbers that come apart, tests that are settled by what stands beside them, and what tables give."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from qa_rules import Ruleset, load_ruleset
from qa_rules.api.verify import verify
from qa_rules.proofs.claims import Proof, Status
from qa_rules.reports.proofs import text

ON = datetime.date(2026, 11, 22)
NUMBER = {"type": "integer", "least": 0, "most": 3}
FACTS: dict[str, Any] = {
    "a": NUMBER,
    "b": NUMBER,
    "begun": {"type": "date"},
    "ended": {"type": "date"},
    "months": {"type": "integer", "least": 1, "most": 12, "unit": "months"},
    "wanted": {"type": "choice", "ordered": True, "options": {"low": "Low", "high": "High"}},
    "held": {"type": "choice", "ordered": True, "options": {"low": "Low", "high": "High"}},
    "halls": {
        "type": "collection",
        "record": "hall",
        "fields": {"ok": {"type": "yes_no", "label": "ok", "question": "Ok?"}},
    },
    "code": {"type": "code"},
    "safe": {"type": "yes_no"},
}
VALUES = {
    "risk": {"type": "number", "label": "risk points", "sum": [-2.5, "a", {"add": 3, "when": "safe is no"}]},
    "worst": {"type": "number", "label": "the worst", "least": ["a", "b"]},
}
TABLE = {
    "id": "loads",
    "title": "Loads",
    "inputs": ["a"],
    "outputs": {"load": {"type": "decimal", "label": "load"}},
    "hit_policy": "collect",
    "aggregation": "sum",
    "rows": [["at least 1", 50], ["at least 2", 75.5]],
    "otherwise": [0],
}
DECISION = {
    "id": "overall",
    "title": "Overall",
    "outcomes": [
        {"id": "stop", "words": "Stop", "allows": False, "when": "R1 is not met"},
        {"id": "go", "words": "Go", "allows": True, "when": "R1"},
    ],
}


def ruled(folder: Path, met_when: Any, *claims: dict[str, Any], **more: Any) -> Ruleset:
    """A ruleset in a file, so that its tests have places."""
    requirement = {"id": "R1", "title": "R", "says": "R", "source": {"clause": "1"}, "fix": "Mend."}
    made = {
        "format": 1,
        "ruleset": "small",
        "edition": "1",
        "title": "Small",
        "source": {"title": "Made up"},
        "caveats": ["For tests."],
        "facts": {name: {"label": name, "question": f"{name}?", **each} for name, each in FACTS.items()},
        "requirements": [{**requirement, "met_when": met_when}],
        "decisions": [DECISION],
        "claims": list(claims),
        "values": VALUES,
        "tables": [TABLE],
        **more,
    }
    file = folder / "ruleset.yaml"
    file.write_text(json.dumps(made, indent=1), encoding="utf-8")
    return load_ruleset(file)


def refuted(ruleset: Ruleset, question: str) -> list[Proof]:
    proofs = verify(ruleset, on=ON, questions=[question], seconds=None).proofs
    assert proofs
    return [each for each in proofs if each.status is not Status.PROVED]


@pytest.mark.parametrize(
    ("test", "beside"),
    [
        ("a more than b", "b less than 1"),
        ("a less than b", "a more than 1"),
        ("a is b", "a at least 3"),
        ("held at least wanted", "wanted is high"),
        ("held is wanted", "wanted is high"),
        ("ended within months months of begun", "months at most 1"),
        ("worst at least 1", "a at least 2"),
        ("load at most b", "b at least 3"),
        ("load more than worst", "b at most 0"),
    ],
)
def test_a_live_test_is_not_called_dead_for_what_settles_it(test: str, beside: str, tmp_path: Path) -> None:
    assert refuted(ruled(tmp_path, {"all_of": [test, beside]}), "dead-test") == []


@pytest.mark.parametrize("test", ["a at least 1", "worst at least 1"])
def test_a_dead_test_is_called_dead_beside_one_of_two_numbers(test: str, tmp_path: Path) -> None:
    (found,) = refuted(
        ruled(tmp_path, {"all_of": [test, "worst more than 0", "a more than b", "safe"]}), "dead-test"
    )[:1]
    assert "changes nothing in R1" in found.message


def test_a_case_inside_a_sum_is_no_threshold_that_anybody_asks(tmp_path: Path) -> None:
    assert refuted(ruled(tmp_path, "risk less than 0"), "threshold-attainable") == []


@pytest.mark.parametrize(
    ("met_when", "words"),
    [
        ("risk more than 4", "risk is more than 4"),
        ("worst at least 4", "worst is at least 4"),
        ({"any_of": ["safe", "risk less than -3"]}, "risk is less than -3"),
    ],
    ids=str,
)
def test_a_number_that_nobody_reaches_is_told_in_the_words_that_were_written(
    met_when: Any, words: str, tmp_path: Path
) -> None:
    (found,) = refuted(ruled(tmp_path, met_when), "threshold-attainable")
    assert found.message.endswith(words)


def test_a_threshold_inside_a_sum_that_nobody_reaches_is_told_too(tmp_path: Path) -> None:
    adding = {"type": "number", "label": "score", "sum": ["a", {"add": 3, "when": "b at least 4"}]}
    (found,) = refuted(ruled(tmp_path, "score at least 2", values={"score": adding}), "threshold-attainable")
    assert found.message.endswith("b is at least 4")


@pytest.mark.parametrize(
    ("never", "status"),
    [
        ("load more than 200", Status.PROVED),
        ("load more than 60", Status.REFUTED),
        ("load more than b", Status.REFUTED),
        ("risk more than 3.5", Status.PROVED),
        ("risk more than 3", Status.REFUTED),
        ("worst more than a", Status.PROVED),
        ("code is 'zebra'", Status.REFUTED),
        ({"at least 4 halls": "ok"}, Status.REFUTED),
        ({"all_of": [{"at least 3 halls": "ok"}, {"every halls": {"not": "ok"}}]}, Status.PROVED),
    ],
    ids=str,
)
def test_a_claim_may_ask_what_no_rule_asks(never: Any, status: Status, tmp_path: Path) -> None:
    ruleset = ruled(tmp_path, "safe", {"id": "never", "never": never})
    (found,) = verify(ruleset, on=ON, questions=["author-claim"], seconds=None).proofs
    assert found.status is status
    assert "at most" not in found.statement.partition("asked of")[2]
    assert (found.witness is None) is (status is Status.PROVED)


def test_idle_tests_of_one_rule_are_one_finding_that_names_each(tmp_path: Path) -> None:
    idle = ["a at least 1", "a more than 1", "worst at least 1"]
    ruleset = ruled(tmp_path, {"all_of": ["worst at least 2", *idle, "safe"]})
    verified = verify(ruleset, on=ON, questions=["dead-test"], seconds=None)
    told = text(verified)
    assert told.count("dead-test: ") == 1
    assert "the same, each by itself, of" in told
    for words in ("a is at least 1", "a is more than 1", "`worst` is at least 1"):
        assert told.count(words) == 1, told
    assert len({each.place for each in verified.open(Status.REFUTED)}) == len(idle)


def test_rules_that_nobody_falls_short_of_are_one_finding_that_names_each(tmp_path: Path) -> None:
    requirement = {"title": "R", "says": "R", "source": {"clause": "1"}, "fix": "Mend."}
    ids = ("R1", "R2", "R3")
    rules = [{"id": name, **requirement, "met_when": {"any_of": ["safe", {"not": "safe"}]}} for name in ids]
    never = {"id": "R4", **requirement, "met_when": {"all_of": ["safe", {"not": "safe"}]}}
    ruleset = ruled(tmp_path, "safe", requirements=[*rules, never])
    told = text(verify(ruleset, on=ON, questions=["requirement-live"], seconds=None))
    assert told.count("requirement-live: ") == 2
    assert "R4 can never be met" in told
    assert all(f"    {name} (" in told for name in ids[1:])

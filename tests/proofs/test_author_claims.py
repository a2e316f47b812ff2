"""What the author of a ruleset claims: proved, or refuted with somebody; a claim of nobody is told too."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from qa_rules import Ruleset, RulesetError, assess
from qa_rules.api.verify import verify
from qa_rules.proofs.claims import Status
from tests.standards.building import standard, yes_no

pytest.importorskip("z3")

ON = datetime.date(2026, 11, 22)
CODE = "author-claim"
OUTCOMES: list[dict[str, Any]] = [
    {"id": "poor", "words": "Poor", "when": "R1 is not met"},
    {"id": "fair", "words": "Fair", "when": {"any_of": ["R2 is not met", "breach"]}},
    {"id": "good", "words": "Good", "when": "otherwise"},
]


def rated(*claims: dict[str, Any], outcomes: Any = OUTCOMES) -> Ruleset:
    requirements = {"R1": {"met_when": "safe"}, "R2": {"met_when": "kind"}}
    decision = {"id": "overall", "title": "How good is it?", "kind": "rating", "outcomes": outcomes}
    return standard(yes_no("safe", "kind", "breach"), requirements, [decision], claims=list(claims))


def told(ruleset: Ruleset) -> list[tuple[str, Status]]:
    report = verify(ruleset, on=ON)
    return [(each.at, each.status) for each in report.proofs if each.code == CODE]


CAPPED = {"id": "breach_caps", "whoever": "breach", "gets": {"overall": ["poor", "fair"]}}


def test_a_claim_that_holds_for_everybody_is_proved() -> None:
    ruleset = rated(
        CAPPED,
        {"id": "no_good_without_kindness", "whoever": "R2 is not met", "gets": {"overall": ["poor", "fair"]}},
        {"id": "not_both", "never": {"all_of": ["safe", "R1 is not met"]}},
        {"id": "one_or_other", "always": {"any_of": ["safe", {"not": "safe"}]}},
    )
    assert {status for _, status in told(ruleset)} == {Status.PROVED}


def test_a_claim_that_somebody_breaks_is_refuted_with_them() -> None:
    slipped = [OUTCOMES[0], {**OUTCOMES[1], "when": "R2 is not met"}, OUTCOMES[2]]
    report = verify(rated(CAPPED, outcomes=slipped), on=ON)
    (refuted,) = [each for each in report.proofs if each.status is Status.REFUTED and each.code == CODE]
    assert refuted.witness is not None
    assert assess(rated(outcomes=slipped), refuted.witness.facts, on=ON).outcome == "good"
    assert refuted.witness.facts.values["breach"].value is True


def test_a_claim_about_nobody_claims_nothing() -> None:
    nobody = {**CAPPED, "whoever": {"all_of": ["safe", "R1 is not met"]}}
    assert told(rated(nobody)) == [("breach_caps", Status.REFUTED), ("breach_caps", Status.PROVED)]


def test_never_and_always_are_refuted_too() -> None:
    ruleset = rated({"id": "a", "never": "R1 is not met"}, {"id": "b", "always": "safe"})
    assert told(ruleset) == [("a", Status.REFUTED), ("b", Status.REFUTED)]


def test_a_claim_decides_nothing() -> None:
    assert rated(CAPPED).hash == rated().hash


@pytest.mark.parametrize(
    ("claim", "hint"),
    [
        ({"id": "a"}, "write `never:`, `always:`, or `whoever:` with `gets:`"),
        ({"id": "a", "whoever": "safe"}, "write `never:`, `always:`, or `whoever:` with `gets:`"),
        ({"id": "a", "never": "R1:required is not met"}, "name the requirement or group itself"),
        ({**CAPPED, "gets": {"overal": ["poor"]}}, "did you mean `overall`?"),
        ({**CAPPED, "gets": {"overall": ["por"]}}, "did you mean `poor`?"),
    ],
    ids=str,
)
def test_a_claim_that_does_not_say_one_thing_is_a_fault_of_the_file(claim: dict[str, Any], hint: str) -> None:
    with pytest.raises(RulesetError) as caught:
        rated(claim)
    assert [each for each in caught.value.diagnostics if hint in each.hint]

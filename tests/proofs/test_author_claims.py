"""What the author of a ruleset claims: proved, or refuted with somebody; a claim of nobody is told too."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from qa_rules import Ruleset, RulesetError, assess, load_policy, load_ruleset, policy_from
from qa_rules.api.verify import verify
from qa_rules.language.library import policy_file
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


def test_a_claim_says_what_its_tests_say() -> None:
    claim = {"id": "a", "whoever": "R2 is not met", "gets": {"overall": ["poor", "fair"]}}
    (_, proof) = [each for each in verify(rated(claim), on=ON).proofs if each.code == CODE]
    assert proof.statement == "where R2 is not met, `overall` never answers other than `poor`, `fair`"


SHIPPED: list[tuple[str, str | None]] = [
    ("sme-programme", None),
    ("commissioning-smp", None),
    ("connect-well-essex", None),
    ("smrc-licence", None),
    ("ss2q", None),
    ("social-prescribing", "illustrative-three-tiers"),
    ("social-prescribing", "illustrative-two-tiers"),
]


@pytest.mark.parametrize(("name", "policy"), SHIPPED, ids=str)
def test_what_the_shipped_rulesets_and_policies_claim_is_proved(name: str, policy: str | None) -> None:
    ruleset = load_ruleset(name)
    under = None if policy is None else load_policy(policy, ruleset)
    claims = [each.id for by in (ruleset, under) if by is not None for each in by.claims]
    proofs = verify(ruleset, under, on=ON, questions=[CODE], seconds=None).proofs
    assert {each.status for each in proofs} == {Status.PROVED}
    assert list(dict.fromkeys(each.at for each in proofs)) == claims
    assert claims


def broken(name: str, old: str, new: str, folder: Path) -> set[str]:
    """The claims that an example policy no longer keeps once a text in it is another."""
    ruleset, text = load_ruleset("social-prescribing"), policy_file(name).read_text("utf-8")
    assert text.count(old) == 1
    (folder / "slipped.yaml").write_text(text.replace(old, new), encoding="utf-8")
    policy = load_policy(folder / "slipped.yaml", ruleset)
    proofs = verify(ruleset, policy, on=ON, questions=[CODE], seconds=None).proofs
    return {each.at for each in proofs if each.status is Status.REFUTED and each.witness}


def test_a_policy_that_no_longer_does_what_it_claims_is_shown_with_somebody(tmp_path: Path) -> None:
    row = "      - [any, any, any, high, enhanced]\n"
    lost = "      - [any, any, high, high, enhanced]\n"
    assert broken("illustrative-three-tiers", row, lost, tmp_path) == {"harm_needs_the_top"}
    route = "      umbrella:\n        all_of:\n          - SP-35.um\n          - SP-T.M02.V.c\n"
    more = route.replace("umbrella", "link_worker_conversation").replace("SP-35.um", "SP-43")
    assert broken("illustrative-two-tiers", route, more, tmp_path) == {"a_conversation_is_not_the_top"}


@pytest.mark.parametrize(
    ("claim", "hint"),
    [
        ({"whoever": "person_acute_risk"}, "`needs:` or `attains_at_most:` and a tier"),
        ({"whoever": "person_acute_risk", "needs": "enhance"}, "did you mean `enhanced`?"),
        ({"never": "person_acute_risk", "needs": "enhanced"}, "`needs:` or `attains_at_most:` and a tier"),
    ],
    ids=str,
)
def test_a_claim_of_a_policy_that_says_nothing_is_a_fault_of_the_file(
    claim: dict[str, Any], hint: str
) -> None:
    ruleset = load_ruleset("social-prescribing")
    written = dict(load_policy("illustrative-two-tiers", ruleset).written or {})
    with pytest.raises(RulesetError) as caught:
        policy_from({**written, "claims": [{"id": "a", **claim}]}, ruleset)
    assert [each for each in caught.value.diagnostics if hint in each.hint]


def test_a_claim_of_a_ruleset_names_no_tier_of_a_policy() -> None:
    with pytest.raises(RulesetError, match="names no tier"):
        rated({"id": "a", "whoever": "safe", "needs": "top"})


def test_a_claim_of_a_policy_may_ask_about_tiers_and_decides_nothing() -> None:
    ruleset = load_ruleset("social-prescribing")
    old = load_policy("illustrative-two-tiers", ruleset)
    never = {"all_of": ["tier reaches required", "person_acute_risk", "SP-4 is not met"]}
    claims = [{"id": "a", "never": never}]
    policy = policy_from({**(old.written or {}), "claims": claims}, ruleset)
    proofs = verify(ruleset, policy, on=ON, questions=[CODE], seconds=None).proofs
    assert [each.status for each in proofs if each.at == "a"] == [Status.PROVED]
    assert policy.hash == old.hash

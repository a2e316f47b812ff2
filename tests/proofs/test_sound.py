"""Sound rulesets, each of which was once called faulty or left undecided: none of them draws a finding."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from qa_rules import load_policy, load_ruleset
from qa_rules.api.verify import Verified, verify
from qa_rules.proofs.claims import Status

FOLDER = Path(__file__).parent / "sound"
ON = datetime.date(2026, 11, 22)
SOUND = sorted(file.stem for file in FOLDER.glob("*.yaml"))


def verified(name: str) -> Verified:
    """Under a policy where the name is that of one: `walks.policy-conditions`."""
    ruleset = load_ruleset(FOLDER / f"{name.partition('.')[0]}.yaml")
    policy = load_policy(FOLDER / f"{name}.yaml", ruleset) if "." in name else None
    return verify(ruleset, policy, on=ON, seconds=None)


def with_policies() -> list[str]:
    """Rulesets that have policies are proved under these only."""
    bases = {name.partition(".")[0] for name in SOUND if "." in name}
    return [name for name in SOUND if name not in bases]


@pytest.mark.parametrize("name", with_policies())
def test_a_sound_ruleset_draws_no_finding(name: str) -> None:
    found = verified(name)
    open_ones = [each for each in found.proofs if each.status in (Status.REFUTED, Status.UNDECIDED)]
    assert [(each.code, each.at, each.message) for each in open_ones] == []
    assert len(found.proofs) > 20


def test_the_limits_that_are_printed_reach_to_what_the_rules_name() -> None:
    assert "dates from 1804-09-28 to 2152-02-25" in verified("halls").rests_on
    assert "numbers without declared bounds from -180 to 100000005" in verified("cover").rests_on
    assert "lists of any length, but where a claim says otherwise" in verified("governors").rests_on


def test_a_policy_without_conditions_is_no_fault_of_the_ruleset() -> None:
    found = verified("walks.policy-all-required")
    (noted,) = [
        each
        for each in found.proofs
        if each.at == "overall.with_conditions" and each.code == "outcome-reachable"
    ]
    assert noted.status is Status.NOTED
    assert noted.message == (
        "`with_conditions` is never the answer of `overall`: this policy gives nothing the severity `condition`"
    )


def test_a_contradiction_is_not_put_down_to_what_the_policy_leaves_out(tmp_path: Path) -> None:
    text = (FOLDER / "walks.yaml").read_text(encoding="utf-8")
    never = text.replace(
        "met_when: first_aiders at least 1,",
        "met_when: {all_of: [first_aiders at least 1, first_aiders at most 0]},",
    )
    assert never != text
    file = tmp_path / "walks.yaml"
    file.write_text(never, encoding="utf-8")
    ruleset = load_ruleset(file)
    policy = load_policy(FOLDER / "walks.policy-all-required.yaml", ruleset)
    found = verify(ruleset, policy, on=ON, seconds=None, questions=["outcome-reachable"])
    assert {each.status for each in found.proofs if each.at.startswith("overall.with")} == {Status.REFUTED}


def test_what_hangs_on_a_policy_is_undecided_without_one_and_names_what_is_left_open() -> None:
    found = verify(load_ruleset(FOLDER / "walks.yaml"), None, on=ON, seconds=None)
    assert [(each.code, each.at, each.message) for each in found.open(Status.REFUTED)] == []
    undecided = {(each.code, each.at): each.message for each in found.open(Status.UNDECIDED)}
    assert undecided["fact-decides", "in_use"] == "the ruleset alone leaves open tiers"
    assert "check_months" in undecided["requirement-live", "W-4"]

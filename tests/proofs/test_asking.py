"""Proofs under a policy that asks another ruleset: a witness may tell of facts that only that one knows."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from qa_rules import Policy, facts_from, load_policy, load_ruleset, under
from qa_rules.api.verify import Verified
from qa_rules.proofs.claims import Proof, Status, Witness
from qa_rules.proofs.symbolic import Limits
from qa_rules.reports.proofs import text

ON = datetime.date(2026, 11, 30)
RULESET = load_ruleset("social-prescribing")
ASKED = "programme_licensor_family"


@pytest.fixture(scope="module")
def policy() -> Policy:
    file = Path(__file__).parents[2] / "examples" / "licensed-course" / "licensed.yaml"
    return load_policy(file, RULESET)


def test_a_provider_is_told_with_facts_of_the_ruleset_that_is_asked(policy: Policy) -> None:
    facts = facts_from({ASKED: "stanford_smrc"}, under(RULESET, policy))
    assert ASKED not in RULESET.vocabulary.facts
    refuted = Proof("made-up", "Licence", "nobody", Status.REFUTED, "somebody", witness=Witness(facts))
    told = text(Verified(RULESET, policy, Limits(ON), (refuted,), 0))
    label = under(RULESET, policy).vocabulary.facts[ASKED].label
    assert f"{label[0].upper()}{label[1:]}: " in told


@pytest.mark.parametrize(
    ("code", "at", "accepted"),
    [
        ("settled-when-known", "smrc-licence@2018.SM-25b", True),
        ("settled-when-known", "smrc-licence@2018.SM-25a", False),
        ("dead-test", "smrc-licence@2018.SM-25b", False),
        ("settled-when-known", "SM-25b", False),
        ("settled-when-known", "SP-25", True),
    ],
)
def test_what_a_ruleset_accepts_of_itself_is_accepted_where_it_is_asked(
    policy: Policy, code: str, at: str, accepted: bool
) -> None:
    refuted = Proof(code, at, "nobody", Status.REFUTED, "somebody")
    found = Verified(RULESET, policy, Limits(ON), (refuted,), 0)
    assert (found.open(Status.REFUTED) == ()) is accepted

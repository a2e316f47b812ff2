"""What has to be found out is told whole, and not only what would do if something else were put right as well."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from qa_rules import assess, load_policy, load_ruleset, policy_from
from qa_rules.api import fixes
from qa_rules.language.load import facts_from
from tests.told.test_never_shorter import CAFE, SEEN

ON = datetime.date(2026, 11, 30)


def test_all_that_has_to_be_known_together_is_told_at_once() -> None:
    """Of a referrer, or a commissioner, that also provides, neutrality asks for safeguards that somebody has judged."""
    ruleset = load_ruleset("social-prescribing")
    written: Mapping[str, Any] = load_policy("illustrative-three-tiers", ruleset).written or {}
    severity = {**written["severity"], "SP-37": "required"}
    policy = policy_from({**written, "severity": severity, "counts": {"referral": ["SP-37"]}}, ruleset)
    given = {key: each if key == "changes" else {"value": each, **SEEN} for key, each in CAFE.items()}
    found = fixes(assess(ruleset, facts_from(given, ruleset), on=ON, policy=policy))
    asked = {each.fact for each in found.in_the_way}
    assert asked <= {
        "commissioner_is_provider",
        "referrer_is_provider",
        "neutrality_adequate",
        "neutrality_safeguard",
    }
    settled = {"commissioner_is_provider", "referrer_is_provider"}
    judged = {"neutrality_adequate", "neutrality_safeguard"}
    assert asked >= settled or (asked >= judged and asked & settled)

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_rules import RulesetError, load_policy, load_ruleset
from qa_rules.language.cases import load_cases
from qa_rules.testing.cases import Policies, try_cases

BAD = Path(__file__).parent / "language" / "bad"
SOUND = load_ruleset(BAD / "sound" / "ruleset.yaml")
POLICY = """
format: 1
policy: ours
for: walks@1
title: Two tiers
tiers:
  - {id: basic, title: Basic, routes: {by_post: W-1}}
  - {id: high, title: High, routes: {by_post: W-1}}
required_tier: [{tier: basic}]
"""
CASES = """
format: 1
ruleset: walks@1
policy: ours
on: 2026-11-22
cases:
  - {name: one, facts: {insured: yes}, expect: {tier: hihg, at_most: none}}
  - {name: two, facts: {insured: yes}, expect: {required: basic to heigh, tier: high}}
"""


def test_every_tier_that_a_policy_does_not_have_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, "utf-8")
    policies = Policies(SOUND, [load_policy(tmp_path / "policy.yaml", SOUND)])
    with pytest.raises(RulesetError) as raised:
        try_cases(load_cases(tmp_path / "cases.yaml", SOUND), SOUND, policies)
    told = [(each.place and each.place.line, each.message, each.hint) for each in raised.value.diagnostics]
    assert told == [
        (7, "the policy `ours` has no tier `hihg`", "did you mean `high`?"),
        (8, "the policy `ours` has no tier `heigh`", "did you mean `high`?"),
    ]
    right = re.sub("hihg|heigh", "high", CASES)
    (tmp_path / "cases.yaml").write_text(right, "utf-8")
    assert len(try_cases(load_cases(tmp_path / "cases.yaml", SOUND), SOUND, policies)) == 2

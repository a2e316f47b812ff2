"""What two policies decide otherwise: who shows it gets just these answers, one under each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_rules import assess, load_policy, load_ruleset
from qa_rules.api.verify import compare
from tests.proofs.test_planted import FOLDER, ON


@pytest.mark.parametrize("severities", ["{default: advice, R1: required}", "{default: advice}"])
def test_who_shows_a_difference_is_told_something_else_under_each_policy(
    severities: str, tmp_path: Path
) -> None:
    text = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
    text = text.replace("title: May it start?", "title: May it start?\n    needs: activity")
    text = text.replace("Everything is not met", "Everything:required is not met")
    (tmp_path / "ruleset.yaml").write_text(
        text.replace("[Everything, S1", "[Everything:required, S1"), encoding="utf-8"
    )
    ruleset = load_ruleset(tmp_path)
    policies = []
    for name, severity in (("old", "{default: required}"), ("new", severities)):
        policy = (FOLDER / "sound-policy.yaml").read_text(encoding="utf-8")
        policy = re.sub(r"severity: .*", f"severity: {severity}", policy)
        (tmp_path / f"{name}.yaml").write_text(policy, encoding="utf-8")
        policies.append(load_policy(tmp_path / f"{name}.yaml", ruleset))
    old, new = policies
    shown = [each for each in compare((ruleset, old), (ruleset, new), on=ON).proofs if each.witness]
    assert "nobody-newly-passes" in {each.code for each in shown}
    for each in shown:
        assert each.witness is not None
        made = [assess(ruleset, each.witness.facts, on=ON, policy=policy) for policy in policies]
        if each.code != "same-answer":  # about an answer, which needs something known of the activity
            assert [len(one.answers) for one in made] == [1, 1]
            assert made[0].answers[0].allows != made[1].answers[0].allows

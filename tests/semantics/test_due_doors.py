"""The day of a gap at the doors: the earlier assessment on the command line, faults of policies and of tables."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa_rules import load_policy, policy_from
from qa_rules.cli import group
from qa_rules.errors import RulesetError

SMALL = {
    "format": 1, "ruleset": "gaps", "edition": "1", "title": "Gaps", "source": {"title": "Made up"},
    "caveats": ["Made up."],
    "facts": {"a": {"type": "yes_no", "label": "a thing", "question": "Is it so?"}},
    "requirements": [
        {"id": "R", "title": "R", "says": "R", "source": {"clause": "1"}, "met_when": "a", "fix": "Do it."}
    ],
    "decisions": [],
}  # fmt: skip
POLICY = {
    "format": 1, "policy": "days", "for": "gaps@1", "title": "Days", "severity": {"default": "condition"},
    "condition_days": 30,
}  # fmt: skip


def written(folder: Path, name: str, data: object) -> str:
    (folder / name).write_text(json.dumps(data), encoding="utf-8")
    return str(folder / name)


def test_an_earlier_assessment_handed_in_on_the_command_line_keeps_the_day_of_a_gap(tmp_path: Path) -> None:
    rules, policy = written(tmp_path, "ruleset.json", SMALL), written(tmp_path, "policy.json", POLICY)

    def assessed(on: str, *more: str) -> dict[str, object]:
        facts = written(tmp_path, f"{on}.json", {"format": 1, "facts": {"a": {"value": False, "on": on}}})
        words = ["assess", rules, facts, "--on", on, "--policy", policy, "--format", "json", *more]
        done = CliRunner().invoke(group, words)
        assert done.exit_code == 0, done.output
        found: dict[str, object] = json.loads(done.output)
        return found

    first = assessed("2026-11-01")
    assert first["gaps"] == {"R": "2026-11-01"}
    earlier = written(tmp_path, "earlier.json", first)
    assert assessed("2026-11-20")["gaps"] == {"R": "2026-11-20"}
    kept = assessed("2026-11-20", "--earlier", earlier)
    assert kept["gaps"] == {"R": "2026-11-01"}
    assert kept["findings"][0]["due"] == "2026-12-01"  # type: ignore[index]
    late = assessed("2026-12-20", "--earlier", earlier)
    assert late["findings"][0]["severity"] == "required", "overdue"  # type: ignore[index]


@pytest.mark.parametrize("days", [-60, 0, -1])
def test_days_that_no_condition_can_have_are_a_fault_at_their_place(days: int, tmp_path: Path) -> None:
    from qa_rules import ruleset_from

    rules = ruleset_from(SMALL)
    path = tmp_path / "policy.yaml"
    head = "format: 1\npolicy: days\nfor: gaps@1\ntitle: Days\nseverity: {default: condition}\n"
    path.write_text(f"{head}condition_days: {days}\n", encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        load_policy(path, rules)
    (fault,) = caught.value.diagnostics
    assert fault.place is not None
    assert (fault.place.line, fault.place.column) == (6, 17)
    with pytest.raises(RulesetError):
        policy_from({**POLICY, "condition_days": days}, rules)
    assert policy_from({**POLICY, "condition_days": 1}, rules).condition_days == 1


def test_a_row_that_is_so_since_after_its_evidence_is_a_fault_of_the_table() -> None:
    pa = pytest.importorskip("pyarrow")
    from qa_rules import ruleset_from
    from qa_rules.tables import assess_table

    rules = ruleset_from(SMALL)
    day = datetime.date(2026, 11, 10)
    rows = {
        "a": [True, True, True],
        "a@on": [day] * 3,
        "a@since": [day, day + datetime.timedelta(days=1), None],
    }
    found = assess_table(rules, pa.table(rows), on=datetime.date(2026, 11, 20))
    assert found.table.column("R").to_pylist() == ["met", "unknown", "met"]
    (fault,) = found.faults.to_pylist()
    assert fault["row"] == 2
    assert "so since a day after that of its evidence" in str(fault)

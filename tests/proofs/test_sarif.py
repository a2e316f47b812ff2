"""What `check` and `verify` write as SARIF 2.1.0 has the parts that readers of it ask for, and no other.

The shape below says in words of our own what the standard asks of the parts that are written here. It is narrower than
the standard: a part that it does not name is a fault, so a part that is misspelt is one.
"""

from __future__ import annotations

import json
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


def of(due: tuple[str, ...] = (), **parts: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(due), "properties": parts}


def every(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": part, **more}


WORDS = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}
# An address relative to the checkout, or of a file: percent-encoded, so without blanks, quotes and back-slashes.
ADDRESS = {"type": "string", "pattern": r"^[A-Za-z0-9%._~/:-]+$"}
MESSAGE = of(("text",), text=WORDS)
PHYSICAL = of(
    ("artifactLocation", "region"),
    artifactLocation=of(("uri",), uri=ADDRESS),
    region=of(("startLine",), startLine=COUNT, startColumn=COUNT),
)
LOCATION = of(physicalLocation=PHYSICAL, logicalLocations=every(of(("name",), name=WORDS)), message=MESSAGE)
RESULT = of(
    ("ruleId", "level", "message", "locations"),
    ruleId=WORDS,
    kind={"enum": ["pass", "open", "informational", "notApplicable", "review", "fail"]},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations=every(LOCATION),
    relatedLocations=every(LOCATION),
    partialFingerprints={"type": "object", "minProperties": 1, "additionalProperties": WORDS},
    suppressions=every(
        of(("kind",), kind={"enum": ["inSource", "external"]}, justification=WORDS), minItems=1
    ),
)
DRIVER = of(
    ("name", "rules"),
    name=WORDS,
    rules=every(of(("id",), id=WORDS, shortDescription=MESSAGE), uniqueItems=True),
)
SHAPE = of(
    ("version", "runs"),
    **{"$schema": {"const": "https://json.schemastore.org/sarif-2.1.0.json"}},
    version={"const": "2.1.0"},
    runs=every(
        of(("tool", "results"), tool=of(("driver",), driver=DRIVER), results=every(RESULT)), minItems=1
    ),
)


def assert_readable(report: dict[str, Any]) -> None:
    jsonschema.validate(report, SHAPE)
    for run in report["runs"]:
        rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
        assert len(set(rules)) == len(rules)
        for result in run["results"]:
            assert result["ruleId"] in rules
            # A level says how bad a failure is: what is no failure has none.
            assert (result.get("kind", "fail") == "fail") == (result["level"] != "none")


@pytest.mark.parametrize(
    "result",
    [
        {"message": "a string"},
        {"ruleId": "a", "level": "fatal", "message": {"text": "a"}, "locations": []},
        {"ruleId": "a", "level": "error", "message": {"text": "a"}, "locations": [{"uri": "a"}]},
        {"ruleId": "a", "level": "error", "message": {"text": ""}, "locations": []},
        {"ruleId": "other", "level": "error", "message": {"text": "a"}, "locations": []},
        {"ruleId": "a", "kind": "pass", "level": "error", "message": {"text": "a"}, "locations": []},
    ],
)
def test_what_is_no_sarif_is_rejected(result: dict[str, Any]) -> None:
    driver = {"name": "a", "rules": [{"id": "a"}]}
    sound = {"ruleId": "a", "level": "error", "message": {"text": "a"}, "locations": []}
    report: dict[str, Any] = {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": [sound]}]}
    assert_readable(report)
    report["runs"][0]["results"] = [result]
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        assert_readable(report)


def test_proofs_with_findings_notes_and_culprits_are_valid(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(CONTRADICTS.replace(", tier reaches required", ""), encoding="utf-8")
    codes = ("requirement-live", "time-ends", "learning-settles")
    asked = [each for code in codes for each in ("--question", code)]
    report = run("verify", file, "--on", "2026-11-22", *asked)
    assert_readable(report)
    results = report["runs"][0]["results"]
    assert {each["kind"] for each in results} == {"pass", "fail", "informational"}
    failed = [each for each in results if each["kind"] == "fail"]
    assert any(len(each.get("relatedLocations", [])) == 2 for each in failed)


def test_checks_with_remarks_and_faults_are_valid(tmp_path: Path) -> None:
    remarked = tmp_path / "remarked.yaml"
    remarked.write_text(RULES.replace("title: Insurance,", "title: Insurance.,"), encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(RULES.replace("met_when: stop,", "met_when: stopp,"), encoding="utf-8")
    report = run("check", remarked, broken)
    assert_readable(report)
    assert {each["level"] for each in report["runs"][0]["results"]} == {"error", "warning"}

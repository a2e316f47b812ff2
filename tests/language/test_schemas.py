"""The JSON Schemas: valid themselves, and of one mind with the reader about shipped and broken files.

An editor reads YAML 1.2 and sees numbers, `true` and `false`; `yes` and `no` are words to it. That is what the
schemas are held against here.
"""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel

from qa_rules import assess, load_facts, load_policy, load_ruleset
from qa_rules.language.assessments import AssessmentDocument
from qa_rules.language.case_schema import CasesDocument
from qa_rules.language.facts_schema import facts_schema
from qa_rules.language.library import policy_names, ruleset_file, ruleset_ids, shipped
from qa_rules.language.reading import Plain, Raw, mapping, read_file
from qa_rules.language.schema import (
    FactsDocument,
    PolicyDocument,
    RulesetDocument,
    VocabularyDocument,
    schema_of,
)

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
DAY = datetime.date(2026, 11, 22)
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")

DOCUMENTS: dict[str, type[BaseModel]] = {
    "ruleset": RulesetDocument,
    "vocabulary": VocabularyDocument,
    "policy": PolicyDocument,
    "cases": CasesDocument,
    "facts": FactsDocument,
    "assessment": AssessmentDocument,
}


def as_an_editor_sees(raw: Raw) -> Any:
    """The data of a YAML 1.2 reader: plain words become numbers and truths where they look like them."""
    if isinstance(raw, dict):
        return {str(key): as_an_editor_sees(each) for key, each in raw.items()}
    if isinstance(raw, list):
        return [as_an_editor_sees(each) for each in raw]
    if not isinstance(raw, Plain):
        return raw
    if raw in ("true", "false"):
        return raw == "true"
    if _NUMBER.fullmatch(raw):
        return float(raw) if "." in raw else int(raw)
    return str(raw)


@lru_cache(maxsize=32)
def validator(document: str, ruleset: str = "") -> Draft202012Validator:
    found = (
        facts_schema(load_ruleset(ruleset))
        if ruleset
        else schema_of(DOCUMENTS[document], f"qa-rules {document}")
    )
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found, format_checker=FormatChecker())


def remarks(data: Any, document: str, ruleset: str = "") -> list[str]:
    found = validator(document, ruleset).iter_errors(data)
    return [f"{each.json_path}: {each.message[:200]}" for each in found]


@lru_cache(maxsize=64)
def read(path: Path) -> Any:
    source = read_file(path)
    assert source.diagnostics == []
    return as_an_editor_sees(source.data)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_schema_of_a_document_is_valid_and_says_which(document: str) -> None:
    schema = validator(document).schema
    assert isinstance(schema, dict)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == f"qa-rules {document}"
    assert remarks({}, document)
    assert remarks([], document)


@pytest.mark.parametrize("ruleset", ruleset_ids())
def test_the_schema_of_the_facts_of_a_ruleset_is_valid_and_knows_every_fact(ruleset: str) -> None:
    schema = validator("facts", ruleset).schema
    assert isinstance(schema, dict)
    facts = schema["properties"]["facts"]
    assert set(facts["properties"]) == set(load_ruleset(ruleset).vocabulary.facts)
    assert facts["additionalProperties"] is False
    assert all(each["title"] and each["description"] for each in facts["properties"].values())


RULESETS = [ruleset_file(each) for each in ruleset_ids()]
SHIPPED = [
    *(("ruleset", path) for path in RULESETS),
    *(("cases", path.parent / "cases.yaml") for path in RULESETS),
    *(("vocabulary", path) for path in sorted((shipped() / "vocabulary").glob("*.yaml"))),
    *(("policy", shipped() / "policies" / f"{name}.yaml") for name in policy_names()),
]


@pytest.mark.parametrize(("document", "path"), SHIPPED, ids=lambda each: str(each)[-40:])
def test_a_shipped_file_fits_its_schema(document: str, path: Path) -> None:
    assert remarks(read(path), document) == []


FACTS = {
    "social-prescribing@3.5": sorted((EXAMPLES / "social-prescribing" / "walking-group").glob("**/*.yaml")),
    "ss2q@2017": sorted((EXAMPLES / "ss2q").glob("*.yaml")),
}
EXAMPLE_FACTS = [
    (ruleset, path)
    for ruleset, paths in FACTS.items()
    for path in paths
    if "facts" in mapping(read_file(path).data)
]


@pytest.mark.parametrize(("ruleset", "path"), EXAMPLE_FACTS, ids=lambda each: str(each)[-40:])
def test_the_facts_of_an_example_fit_both_schemas(ruleset: str, path: Path) -> None:
    assert remarks(read(path), "facts") == []
    assert remarks(read(path), "facts", ruleset) == []


@pytest.mark.parametrize("ruleset", ruleset_ids())
def test_the_facts_of_the_cases_fit_the_schema_of_their_ruleset(ruleset: str) -> None:
    data = read(ruleset_file(ruleset).parent / "cases.yaml")
    given = [*data.get("base", {}).values(), *data["cases"]]
    files = [{"format": 1, "facts": each.get("facts", {})} for each in given]
    assert [remark for each in files for remark in remarks(each, "facts", ruleset)] == []


def test_the_schema_of_facts_takes_yes_as_a_word_and_as_a_truth() -> None:
    for word in ("yes", "no", True, False, None):
        facts = {"format": 1, "facts": {"volunteer_led": word}}
        assert remarks(facts, "facts", "social-prescribing@3.5") == []


Change = Callable[[Any], object]

BROKEN: dict[str, tuple[str, Path, Change]] = {
    "a ruleset of another format": ("ruleset", RULESETS[0], lambda data: data.update(format=2)),
    "a ruleset without a title": ("ruleset", RULESETS[0], lambda data: data.pop("title")),
    "a ruleset with a key too many": ("ruleset", RULESETS[0], lambda data: data.update(tilte="x")),
    "a ruleset that asks nothing": ("ruleset", RULESETS[0], lambda data: data.update(requirements=[])),
    "a rule that is a number": (
        "ruleset",
        RULESETS[0],
        lambda data: data["requirements"][0].update(met_when=1),
    ),
    "a rule of no known structure": (
        "ruleset",
        RULESETS[0],
        lambda data: data["requirements"][0].update(met_when={"al_of": ["x"]}),
    ),
    "a rule of two structures": (
        "ruleset",
        RULESETS[0],
        lambda data: data["requirements"][0].update(met_when={"all_of": ["x"], "any_of": ["y"]}),
    ),
    "a rule over an empty list": (
        "ruleset",
        RULESETS[0],
        lambda data: data["requirements"][0].update(met_when={"all_of": []}),
    ),
    "a severity that is none": (
        "ruleset",
        RULESETS[0],
        lambda data: data["requirements"][0].update(severity="must"),
    ),
    "a fact of no known type": (
        "vocabulary",
        SHIPPED[-4][1],
        lambda data: next(iter(data["facts"].values())).update(type="yesno"),
    ),
    "a strength that is none": ("policy", SHIPPED[-1][1], lambda data: data.update(strength="firm")),
    "a case that expects nothing": (
        "cases",
        RULESETS[0].parent / "cases.yaml",
        lambda data: data["cases"][0].pop("expect"),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_does_not_fit_its_schema(name: str) -> None:
    document, path, change = BROKEN[name]
    data = copy.deepcopy(read(path))
    assert remarks(data, document) == []
    change(data)
    assert remarks(data, document)


@pytest.mark.parametrize(
    "facts",
    [
        {"volunteer_lead": True},
        {"volunteer_led": "perhaps"},
        {"volunteer_led": {"by": "A. Person"}},
        {"volunteer_led": {"value": True, "buy": "A. Person"}},
        {"paid_staff": -1},
        {"paid_staff": "three"},
        {"provider_size": "huge"},
        {"routes_in_use": "link_worker_conversation"},
        {"routes_in_use": ["by_post"]},
        {"conversation_date": 2026},
    ],
    ids=str,
)
def test_broken_facts_do_not_fit_the_schema_of_their_ruleset(facts: dict[str, object]) -> None:
    assert remarks({"format": 1, "facts": facts}, "facts") == []
    assert remarks({"format": 1, "facts": facts}, "facts", "social-prescribing@3.5")


def assessment(ruleset: str, path: Path, policy: str | None) -> dict[str, Any]:
    guide = load_ruleset(ruleset)
    chosen = None if policy is None else load_policy(policy, guide)
    found: dict[str, Any] = dict(assess(guide, load_facts(path, guide), policy=chosen, on=DAY).to_dict())
    return found


ASSESSED = [
    ("ss2q@2017", EXAMPLES / "ss2q" / "compliant.yaml", None),
    ("social-prescribing@3.5", EXAMPLES / "social-prescribing/walking-group/group.yaml", None),
    *(
        ("social-prescribing@3.5", EXAMPLES / "social-prescribing/walking-group/group.yaml", policy)
        for policy in policy_names()
    ),
]


@pytest.mark.parametrize(("ruleset", "path", "policy"), ASSESSED, ids=lambda each: str(each)[-30:])
def test_the_record_of_an_assessment_fits_its_schema(ruleset: str, path: Path, policy: str | None) -> None:
    record = assessment(ruleset, path, policy)
    assert remarks(record, "assessment") == []
    for key in ("findings", "decided_by", "on"):
        assert remarks({name: each for name, each in record.items() if name != key}, "assessment")
    record["findings"][0]["verdict"] = "passed"
    assert remarks(record, "assessment")

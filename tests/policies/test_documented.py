"""The policy of the documentation does what a reader takes it to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_rules import Policy, load_policy, load_ruleset
from qa_rules.engines import EngineName
from qa_rules.language.cases import Case, load_cases
from qa_rules.testing.cases import try_case

PAGE = Path(__file__).resolve().parents[2] / "docs" / "policies.md"
RULESET = load_ruleset("social-prescribing@3.5")
CASES = load_cases(Path(__file__).parent / "riverside.yaml", RULESET)
BLOCK = re.compile(r"^```yaml\n(# file: riverside\.yaml\n.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def riverside(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """The policy as the page has it."""
    found = BLOCK.search(PAGE.read_text("utf-8"))
    assert found is not None
    path = tmp_path_factory.mktemp("policy") / "riverside.yaml"
    path.write_text(found[1], encoding="utf-8")
    return load_policy(path, RULESET)


@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_provider_is_judged_as_the_policy_reads(case: Case, engine: EngineName, riverside: Policy) -> None:
    assert try_case(case, RULESET, riverside, engine).mismatches == ()

"""The suites that are shipped show all that anybody can: what is not shown is listed as out of reach."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from qa_rules import Policy, Ruleset, load_policy, load_ruleset
from qa_rules.language.cases import Case, load_cases
from qa_rules.language.library import ruleset_file, ruleset_ids
from qa_rules.language.policies import shipped_policies
from qa_rules.testing.coverage import coverage

ANEW = "make the suite anew: qa-rules test {} --generate"


@lru_cache
def ruleset(which: str) -> Ruleset:
    return load_ruleset(which)


@lru_cache
def policy(name: str, which: str) -> Policy | None:
    return None if name == "none" else load_policy(name, ruleset(which))


def file(which: str) -> Path:
    return ruleset_file(which).parent / "generated.yaml"


@lru_cache
def cases(which: str) -> tuple[Case, ...]:
    return load_cases(file(which), ruleset(which))


def policies(which: str) -> list[str]:
    return [each.name for each in shipped_policies(ruleset(which))] or ["none"]


def every_suite() -> Iterator[object]:
    for which in ruleset_ids():
        for name in policies(which):
            yield pytest.param(which, name, id=f"{which} {name}")


@pytest.mark.parametrize(("which", "name"), list(every_suite()))
def test_a_suite_shows_all_but_what_its_file_says_nobody_can(which: str, name: str) -> None:
    text = file(which).read_text(encoding="utf-8").replace("\n#   ", " ")
    listed = [line.removeprefix("# - ") for line in text.splitlines() if line.startswith("# - ")]
    shown = coverage(ruleset(which), policy(name, which), cases(which))
    assert shown.ratio > 0.9
    for entry in shown.open:
        sentence = entry.obligation.sentence
        assert any(each == sentence or each.startswith(f"{sentence} (") for each in listed), ANEW.format(
            which
        )

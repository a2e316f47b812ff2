"""Under a sound policy nothing in a shipped ruleset is put down to whoever wrote the policy."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from pathlib import Path

import pytest

from qa_rules import Policy, Ruleset, load_policy, load_ruleset
from qa_rules.api.verify import Verified, verify
from qa_rules.checks import Subject, run
from qa_rules.proofs.claims import Status
from qa_rules.reports import proofs

ON = datetime.date(2026, 11, 22)
HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "policies.md"
SOUND = ("riverside", "wensdale", "minimal")
QUICK = ("requirement-live", "requirement-decides", "outcome-reachable", "better-never-lowers", "hard-stop")
"""The questions whose findings once fell on the author of a policy, but for the slowest."""


@lru_cache
def ruleset() -> Ruleset:
    return load_ruleset("social-prescribing@3.5")


def policy(name: str, folder: Path) -> Policy:
    file = HERE / "policies" / f"{name}.yaml"
    if name == "riverside":
        found = re.search(
            r"^```yaml\n(# file: riverside\.yaml\n.*?)^```", PAGE.read_text("utf-8"), re.M | re.S
        )
        assert found is not None
        file = folder / "riverside.yaml"
        file.write_text(found[1], encoding="utf-8")
    return load_policy(file, ruleset())


def open_ones(found: Verified) -> list[tuple[str, str, str]]:
    refuted = (*found.open(Status.REFUTED), *found.open(Status.UNDECIDED))
    return [(each.code, each.at, each.message) for each in refuted]


@pytest.mark.parametrize("name", SOUND)
def test_check_has_nothing_to_remark_on_under_a_sound_policy(name: str, tmp_path: Path) -> None:
    remarks = run(Subject(ruleset(), (policy(name, tmp_path),), None, ON))
    assert [each for each in remarks if each.accepted is None and each.code != "untested-verdict"] == []


@lru_cache
def quickly(name: str, folder: Path) -> Verified:
    return verify(ruleset(), policy(name, folder), on=ON, seconds=None, questions=QUICK)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policies")


@pytest.mark.parametrize(
    "name", ["riverside", *(pytest.param(each, marks=pytest.mark.deep) for each in ("wensdale", "minimal"))]
)
def test_verify_refutes_nothing_under_a_sound_policy(name: str, folder: Path) -> None:
    found = quickly(name, folder)
    assert open_ones(found) == []
    assert len(found.proofs) > 100


@pytest.mark.deep
@pytest.mark.parametrize("name", SOUND)
def test_no_question_of_verify_refutes_anything_under_a_sound_policy(name: str, tmp_path: Path) -> None:
    assert open_ones(verify(ruleset(), policy(name, tmp_path), on=ON, seconds=None)) == []


def test_what_a_policy_leaves_idle_is_told_to_its_author_and_names_what_makes_it_so(folder: Path) -> None:
    found = quickly("wensdale", folder)
    (noted,) = [each for each in found.proofs if each.because]
    assert (noted.code, noted.at, noted.status) == ("requirement-decides", "SP-35.sy", Status.NOTED)
    assert noted.place is not None
    assert noted.place.file.endswith("wensdale.yaml")
    assert (
        "worth knowing: because this policy has the tiers and routes that it has,\n"
        "  - no answer and no tier ever turns on SP-35.sy: nothing reads it\n"
    ) in proofs.text(found)

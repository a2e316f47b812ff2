"""Of fifty slips in the example standards `check` and `verify` find forty; in the standards as they are, nothing."""

from __future__ import annotations

import datetime
import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from qa_rules import Ruleset, RulesetError, load_ruleset
from qa_rules.api.verify import verify
from qa_rules.checks import Subject, run
from qa_rules.proofs.claims import Status
from tests.standards.slips import CLAIMS_OF_HALLS, HALLS, HYGIENE, LENDING

pytest.importorskip("z3")

ROOT = Path(__file__).resolve().parents[2]
ON = datetime.date(2026, 11, 22)
SLIPS: Final = [
    *(("food-hygiene", *each) for each in HYGIENE),
    *(("lending", *each) for each in LENDING),
    *(("village-halls", *each) for each in HALLS),
]
SAMPLE = SLIPS[::9]
_HOLE = ("no,more than 130,very_low", "no,at least 130,very_low")


@cache
def texts(name: str) -> dict[str, str]:
    """The files of a standard, by name."""
    if name == "village-halls":
        page = (ROOT / "docs" / "standard-with-levels.md").read_text("utf-8")
        found = re.search(r"```yaml\n# file: village-halls/ruleset.yaml\n(.*?)```", page, re.DOTALL)
        assert found is not None
        return {"ruleset.yaml": found[1] + CLAIMS_OF_HALLS}
    folder = ROOT / "examples" / name
    given = {
        each.name: each.read_text("utf-8") for each in folder.glob("r*") if each.suffix in (".yaml", ".csv")
    }
    return {file: text.replace(*_HOLE) for file, text in given.items()}


def told(name: str, folder: Path, old: str = "", new: str = "") -> set[tuple[str, str]]:
    """What `check` and `verify` say of a standard with one text in it changed; who reads it may refuse it."""
    parts = {file: text.partition("\nclaims:") for file, text in texts(name).items()}
    assert not old or sum(rules.count(old) for rules, _, _ in parts.values()) == 1, old
    for file, (rules, *claims) in parts.items():
        (folder / file).write_text("".join([rules.replace(old, new) if old else rules, *claims]), "utf-8")
    try:
        ruleset = load_ruleset(folder / "ruleset.yaml")
    except RulesetError as fault:
        return {(each.code, "") for each in fault.diagnostics}
    remarks = [each for each in run(Subject(ruleset, (), None, ON)) if each.accepted is None]
    said = {
        (each.code, each.at) for each in remarks if each.code != "untested-verdict"
    }  # no cases are at hand
    return said or proved_false(ruleset)


def proved_false(ruleset: Ruleset) -> set[tuple[str, str]]:
    """What `verify` refutes: what the author claims first, and everything else where that holds."""
    for asked in (["author-claim"], None):
        verified = verify(ruleset, on=ON, questions=asked, seconds=None)
        if found := {(each.code, each.at) for each in verified.open(Status.REFUTED)}:
            return found
    return set()


@pytest.mark.deep
@pytest.mark.parametrize("name", ["food-hygiene", "lending", "village-halls"])
def test_of_a_standard_as_it_is_nothing_is_told(name: str, tmp_path: Path) -> None:
    assert told(name, tmp_path) == set()


def test_there_are_fifty_slips_and_no_two_are_one() -> None:
    assert len(set(SLIPS)) == len(SLIPS) == 50


@pytest.mark.parametrize(("name", "old", "new"), SAMPLE, ids=str)
def test_a_slip_is_found(name: str, old: str, new: str, tmp_path: Path) -> None:
    assert told(name, tmp_path, old, new)


@pytest.mark.deep
def test_of_fifty_slips_forty_are_found(tmp_path: Path) -> None:
    missed = [each for each in SLIPS if not told(each[0], tmp_path, *each[1:])]
    assert len(SLIPS) - len(missed) >= 40, missed

"""What this is built, run and tested with: locked with hashes, under licences that may be."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from release.check import RUNS, needless
from release.licences import OF_TOOLS, PERMISSIVE, faults, listed, locked, may_be, needed_to_run

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


def test_every_licence_is_listed_and_may_be() -> None:
    assert list(faults(listed(), locked(), needed_to_run())) == []
    assert set(listed()) == set(locked())


@pytest.mark.parametrize(
    ("licence", "allowed", "comes_along"),
    [
        ("MIT", True, True),
        ("MPL-2.0", True, False),
        ("GPL-3.0-only", False, False),
        ("MIT OR GPL-3.0-only", True, True),
        ("(MIT OR GPL-3.0-only) AND Zlib", True, True),
        ("MIT AND GPL-3.0-only", False, False),
    ],
)
def test_a_licence_may_be_where_all_its_parts_may(licence: str, allowed: bool, comes_along: bool) -> None:
    assert may_be(licence, OF_TOOLS) is allowed
    assert may_be(licence, PERMISSIVE) is comes_along


def test_a_licence_that_may_not_be_is_named() -> None:
    told = "\n".join(faults({"attrs": "GPL-3.0-only", "click": "MIT"}, ["attrs", "click", "lark"], ["attrs"]))
    assert "attrs: GPL-3.0-only may not come along" in told
    assert "click: it is listed as MIT, and says that it is BSD-3-Clause" in told
    assert "lark: its licence is not listed" in told


@pytest.mark.parametrize(
    "file", [each for each in FILES if each.name != "licences.txt"], ids=lambda each: each.name
)
def test_a_locked_package_has_hashes_and_no_address(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)
    entries = re.split(r"\n(?=[a-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert entries
    for each in entries:
        assert re.match(
            r"[a-z0-9.-]+==\S+( ; .*)? \\\n( {4}--hash=sha256:[0-9a-f]{64}( \\\n|$))+", each + "\n"
        ), each


def test_what_the_project_asks_for_is_locked() -> None:
    project = PROJECT["project"]
    run = names(project["dependencies"]) | names(PROJECT["build-system"]["requires"])
    assert run <= set(locked("run"))
    extras = project["optional-dependencies"]
    installed = [each for name in ("columns", "editor", "matching", "verify") for each in extras[name]]
    develop = names(installed + PROJECT["dependency-groups"]["dev"])
    assert develop | run <= set(locked("develop"))
    assert names(extras["durable"]) == set(locked("durable"))
    for name, versions in locked("run").items():
        assert locked("develop")[name] == versions


def test_what_is_locked_is_within_the_ranges_and_no_pre_release() -> None:
    groups = [PROJECT["project"]["dependencies"], PROJECT["dependency-groups"]["dev"]]
    asked = [Requirement(each) for group in groups for each in group]
    for each in asked:
        for version in locked("develop")[canonicalize_name(each.name)]:
            assert each.specifier.contains(version, prereleases=False), each


def test_a_release_is_tried_with_examples_that_there_are() -> None:
    for command in RUNS:
        for word in command:
            assert not word.startswith("/") or Path(word).is_file()


def test_what_would_run_by_itself_is_needless(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.whl", "w") as archive:
        for name in ("qa_rules/__init__.py", "start.pth", "qa_rules/rulesets/a/1/generated.yaml"):
            archive.writestr(name, "")
    assert needless(tmp_path / "a.whl") == ["start.pth", "qa_rules/rulesets/a/1/generated.yaml"]

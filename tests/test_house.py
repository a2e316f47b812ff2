"""The house: what is public, what is imported when, how long a file may be, and that nothing reads a clock."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Literal, get_origin

import pytest

import qa_rules
from tests.cli.test_exits import CALLS, filled

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


def test_every_public_name_is_there_and_documented() -> None:
    assert len(qa_rules.__all__) == len(set(qa_rules.__all__))
    for name in qa_rules.__all__:
        thing = getattr(qa_rules, name)
        if callable(thing) and get_origin(thing) is not Literal:
            assert thing.__doc__, name


def test_importing_the_library_does_not_wait_for_what_only_files_need() -> None:
    heavy = ["pydantic", "yaml", "lark", "click", "holidays", "durable", "numpy", "pyarrow", "z3", "jinja2"]
    code = f"import sys, qa_rules; print([each for each in {heavy} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_is_short_and_reads_no_clock_and_no_network(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert not re.search(r"\b(today|now|utcnow|time\.time)\(", text)
    assert "importlib.metadata" not in text  # what is vendored or frozen has none
    assert not re.search(r"^\s*(import|from) (socket|urllib\.request|http|requests)\b", text, re.MULTILINE)


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "src" / "qa_rules" / "py.typed").is_file()


def test_nothing_names_a_machine() -> None:
    found = []
    for folder in ("src", "tests", "docs", "examples", "rulesets", "benchmarks"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in (".py", ".md", ".yaml", ".txt", ".toml") and file != Path(__file__):
                text = file.read_text(encoding="utf-8")
                if re.search(r"(^|[\s\"'(`])/(home|root|tmp|work|opt)/", text):
                    found.append(str(file.relative_to(ROOT)))
    assert found == []


def test_what_the_architecture_names_as_the_face_of_a_room_is_there_and_not_kept_to_itself() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## The faces")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", page.partition("\n## ")[0], re.MULTILINE)
    named = {f"qa_rules.{room}.{name}" for room, shown in rows for name in re.findall(r"`(\w+)`", shown)}
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    kept = {name for each in contracts["contracts"] for name in each.get("protected_modules", ())}
    assert len(named) > 40
    assert not named & kept
    for name in named:
        path = ROOT / "src" / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), name


@pytest.mark.parametrize("page", ["architecture", "algorithms"])
def test_every_module_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+/[a-z_/]+(?:\.py|\.lark)?)`", text))
    assert len(named) > 20
    package = ROOT / "src" / "qa_rules"
    assert [each for each in sorted(named) if not ((package / each).exists() or (ROOT / each).exists())] == []


ASSESS = (
    "import datetime, qa_rules; rules = qa_rules.load_ruleset('ss2q@2017');"
    "print(qa_rules.__file__, qa_rules.assess(rules, {}, on=datetime.date(2026, 11, 22)).outcome)"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True)
    (found,) = folder.glob("*.whl")
    return found


def assessed_by(python: str, folder: Path, **environment: str) -> None:
    done = subprocess.run(
        [python, "-c", ASSESS],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    where, outcome = done.stdout.split()
    assert Path(where).is_relative_to(folder)
    assert outcome == "undetermined"


def test_the_wheel_carries_its_rulesets(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    assessed_by(sys.executable, tmp_path, PYTHONPATH=str(tmp_path))


def test_the_wheel_leaves_out_what_only_tests_need(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert any(each.endswith("ss2q/2017/cases.yaml") for each in names)
    assert not [each for each in names if each.endswith("generated.yaml") or each.startswith("tests")]


def test_the_wheel_runs_nothing_by_being_installed(wheel: Path) -> None:
    """No file runs when Python starts, and pytest is given options only."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        points = archive.read(next(each for each in names if each.endswith("entry_points.txt"))).decode()
    assert not [each for each in names if each.endswith(".pth")]
    assert {each.split("/")[0] for each in names} == {"qa_rules", "qa_rules_pytest", names[-1].split("/")[0]}
    assert re.findall(r"^qa-rules = (.*)$", points, re.MULTILINE) == ["qa_rules.cli:main", "qa_rules_pytest"]
    code = "import sys, qa_rules_pytest; print('qa_rules' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.deep
def test_vendored_without_metadata_everything_works(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path, [each for each in archive.namelist() if "dist-info" not in each])
    code = (
        "import datetime, pickle, qa_rules; from qa_rules.reports import report;"
        "made = qa_rules.assess(qa_rules.load_ruleset('ss2q@2017'), {}, on=datetime.date(2026, 11, 22));"
        "print(made.to_dict()['decided_by']['qa_rules'], len(report(made)) > 100, bool(pickle.dumps(made)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split()[1:] == ["True", "True"]


@pytest.fixture(scope="module")
def plain(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command line of a fresh environment with no extra: no solver, no tables."""
    folder = tmp_path_factory.mktemp("plain")
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    return folder / "bin" / "qa-rules"


INSTALL = {"batch": "columns", "impact": "columns", "verify": "verify", "diff": "verify", "lsp": "editor"}
"""What a command says that needs more than a plain install; every other command runs."""


@pytest.mark.deep
@pytest.mark.parametrize("name", CALLS)
def test_a_plain_install_runs_every_command_or_says_what_to_install(
    name: str, plain: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [plain, *filled(name, tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert "Traceback" not in done.stderr
    if name in INSTALL:
        assert (done.returncode, f"qa-rules[{INSTALL[name]}]" in done.stderr) == (2, True), done.stderr
    else:
        # An empty folder of providers is no list, and an interview without input stops.
        assert done.returncode == {"shortlist": 2, "interview": 4}.get(name, 0), done.stderr


@pytest.mark.deep
def test_the_wheel_installs_in_a_fresh_environment_and_assesses(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "fresh", with_pip=True)
    python = str(tmp_path / "fresh" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    assessed_by(python, tmp_path)

"""Nothing that lies in the current folder is run, and nothing there is taken for what is shipped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_test import CASES, POLICY, RULESET

pytest.importorskip("z3")

MODULES = (
    "pickle",
    "json",
    "z3",
    "queue",
    "threading",
    "attrs",
    "attr",
    "yaml",
    "qa_rules",
    "sitecustomize",
    "re",
)
"""What the processes of proofs import, the first of them before anything of the library."""
COMMANDS: dict[str, list[str]] = {
    "verify": ["verify", "walks", "--policy", "here.yaml", "--on", "2026-11-22"],
    "diff": ["diff", "walks", "walks", "--new-policy", "here.yaml", "--on", "2026-11-22"],
    "test --generate": ["test", "walks", "--policy", "here.yaml", "--generate"],
    "test --coverage": ["test", "walks", "--policy", "here.yaml", "--coverage"],
    "test --mutants": ["test", "walks", "--policy", "here.yaml", "--mutants"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_modules_of_the_current_folder_are_never_run(command: str, tmp_path: Path) -> None:
    walks = tmp_path / "walks"
    walks.mkdir()
    (walks / "ruleset.yaml").write_text(RULESET)
    (walks / "cases.yaml").write_text(
        CASES.replace("W-2: not_met ", "W-2: met ").replace('"stops"', "starts")
    )
    (tmp_path / "here.yaml").write_text(POLICY)
    marker = tmp_path / "was run"
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(f"open({str(marker)!r}, 'a').write({name!r})\n")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "qa_rules", *COMMANDS[command]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not marker.exists(), marker.read_text()
    assert done.returncode in (0, 1, 4), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout

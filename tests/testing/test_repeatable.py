"""The command that makes a suite makes the same one every time, whatever the process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qa_rules.language.library import ruleset_file
from qa_rules.testing.cases import GENERATED

pytest.importorskip("z3")


def made(folder: Path, seed: str) -> str:
    """The file that the command writes; sets of words have another order in each process."""
    folder.mkdir()
    shutil.copy(ruleset_file("commissioning-smp"), folder)
    command = [sys.executable, "-m", "qa_rules", "test", str(folder), "--generate", "--on", "2026-11-25"]
    asked = subprocess.run(
        [*command, "--mutants", "--fail-under", "100"],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
    return (folder / GENERATED).read_text(encoding="utf-8")


def test_the_command_writes_the_same_file_every_time(tmp_path: Path) -> None:
    first, second = made(tmp_path / "first", "1"), made(tmp_path / "second", "2")
    assert "Slip caught" in first, (
        "cases that catch slips have to be the same too, not only those of obligations"
    )
    assert first == second

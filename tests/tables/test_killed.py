"""A run of `batch` that is killed at any write leaves old files or new ones, and the same command goes on."""

from __future__ import annotations

import itertools
import os
from functools import partial
from pathlib import Path

import pytest

from tests.mortal import killed
from tests.tables.clubs import ON, run, write_clubs

pytest.importorskip("pyarrow")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

ROWS = "".join(f'{{"id": "p{at}", "insured": {("true", "false", "7")[at % 3]}}}\n' for at in range(12))
OLD = b"what was there before\n"


def _worked(given: tuple[object, ...]) -> None:
    assert run(*given).exception is None


@pytest.mark.parametrize(
    ("suffix", "resume"),
    [
        ("ndjson", True),
        *(
            pytest.param(suffix, resume, marks=pytest.mark.deep)
            for suffix, resume in itertools.product(("ndjson", "csv", "parquet"), (False, True))
            if (suffix, resume) != ("ndjson", True)
        ),
    ],
)
def test_a_kill_at_any_write_leaves_old_files_or_new_ones_and_the_same_command_goes_on(
    suffix: str, resume: bool, tmp_path: Path
) -> None:
    rules, source = write_clubs(tmp_path), tmp_path / "in.ndjson"
    source.write_text(ROWS, encoding="utf-8")
    sound: list[bytes] = []
    for at in (10_000, 1, 2, 5, 13, 20, 23, 25, 27, 29, 31):
        folder = tmp_path / f"at-{at}"
        folder.mkdir()
        files = [folder / f"out.{suffix}", folder / f"faults.{suffix}"]
        for each in files:
            each.write_bytes(OLD)
        given: tuple[object, ...] = (
            "batch",
            rules,
            source,
            files[0],
            "--errors",
            files[1],
            "--on",
            ON,
            "--key",
            "id",
            "--quiet",
        )
        if resume:
            given = (*given, "--resume", folder / "parts")
        if killed(partial(_worked, given), at):
            assert all(each.read_bytes() in (OLD, new) for each, new in zip(files, sound, strict=True))
            done = run(*given)
            assert (done.exception, done.return_value) == (None, 3)
        sound = sound or [each.read_bytes() for each in files]
        assert OLD not in sound
        assert [each.read_bytes() for each in files] == sound
        assert sorted(folder.iterdir()) == sorted(files)

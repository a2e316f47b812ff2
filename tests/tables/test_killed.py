"""A run of `batch` that is killed at any write leaves old files or new ones, and the same command goes on."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.tables.clubs import ON, run, write_clubs

pytest.importorskip("pyarrow")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

ROWS = "".join(f'{{"id": "p{at}", "insured": {("true", "false", "7")[at % 3]}}}\n' for at in range(12))
OLD = b"what was there before\n"
STEPS = ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir"), (Path, "rmdir"))


class Mortal:
    """A file of which half of the last thing is written that its writer lives to write."""

    def __init__(self, file: Any, left: list[int]) -> None:
        self.file, self.left = file, left

    def write(self, data: Any) -> int:
        if self.left[0] == 1:
            self.file.write(bytes(data)[: len(bytes(data)) // 2])
            self.file.flush()
        died(self.left)
        return int(self.file.write(data))

    def __enter__(self) -> Mortal:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def died(left: list[int]) -> None:
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)


def dying(step: Any, left: list[int]) -> Any:
    def wrapped(*given: Any, **more: Any) -> Any:
        died(left)
        return step(*given, **more)

    return wrapped


def killed(given: tuple[object, ...], at: int) -> bool:
    """Run in a forked child that is killed at so many writes and other steps; False where it came to its end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            left, real = [at], Path.open
            for owner, name in STEPS:
                setattr(owner, name, dying(getattr(owner, name), left))

            def opened(path: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
                file = real(path, mode, *more, **options)
                return Mortal(file, left) if mode == "wb" and ".part" in path.name else file

            Path.open = opened  # type: ignore[assignment, method-assign]
            sys.stderr = None
            done = run(*given)
            os._exit(0 if done.exception is None else 1)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL)
    return code != 0


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
        if killed(given, at):
            assert all(each.read_bytes() in (OLD, new) for each, new in zip(files, sound, strict=True))
            done = run(*given)
            assert (done.exception, done.return_value) == (None, 3)
        sound = sound or [each.read_bytes() for each in files]
        assert OLD not in sound
        assert [each.read_bytes() for each in files] == sound
        assert sorted(folder.iterdir()) == sorted(files)

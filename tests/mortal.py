"""A child process that is killed at the so many-th write or other step that changes what is on the disk."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


def killed(work: Callable[[], object], at: int) -> bool:
    """Work in a forked child that is killed at so many writes and other steps; False where it came to its end.

    Work that raises fails the test.
    """
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
            work()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL)
    return code != 0

"""Texts that somebody has open and has not saved yet: read in the place of their files, while an editor asks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final

_NONE: Final[Mapping[str, str]] = {}
_OPEN: ContextVar[Mapping[str, str]] = ContextVar("texts that are open", default=_NONE)


@contextmanager
def opened(texts: Mapping[Path, str]) -> Iterator[None]:
    """Let files be read as these texts inside the block, in this thread alone."""
    token = _OPEN.set({os.path.realpath(path): text for path, text in texts.items()})
    try:
        yield
    finally:
        _OPEN.reset(token)


def open_text(path: Path) -> str | None:
    """Return the text that is open for a file, None where there is none."""
    texts = _OPEN.get()
    return texts.get(os.path.realpath(path)) if texts else None

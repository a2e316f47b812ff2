"""What was read of files is kept for as long as they hold the same text: the same object, and all worked out of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from qa_rules.errors import NotFoundError
from qa_rules.model.kept import Kept

T = TypeVar("T")
_Texts = dict[str, bytes | None]
"""The digest of each file that was looked for; None where there was none."""
_LOOKED_AT: ContextVar[_Texts | None] = ContextVar("files that were looked at", default=None)
_READ: Final[Kept[tuple[Hashable, ...], tuple[_Texts, Any]]] = Kept(256)


def looked_at(path: Path, text: str | None) -> None:
    """Note what a file held, or that there was none, for what is being read just now."""
    seen = _LOOKED_AT.get()
    if seen is not None:
        seen[str(path)] = None if text is None else _digest(text)


def unless_changed(
    key: tuple[Hashable, ...], text_now: Callable[[Path], str | None], read: Callable[[], T]
) -> T:
    """Return what `read` made of files under a key, made anew when one of them holds something else.

    `text_now` says what a file holds. What is at fault is read again each time.
    """
    known = _READ.find(key)
    if known is not None and all(_now(name, text_now) == digest for name, digest in known[0].items()):
        texts, found = known
    else:
        with _noting() as texts:
            found = read()
        if all(digest is None or os.path.isfile(name) for name, digest in texts.items()):  # noqa: PTH113
            meanwhile = _READ.find(key)  # another thread may have read the same
            if meanwhile is not None and meanwhile[0] == texts:
                found = meanwhile[1]
            else:
                _READ.put(key, (texts, found))
    outer = _LOOKED_AT.get()
    if outer is not None:
        outer.update(texts)
    return found  # type: ignore[no-any-return]


def _now(name: str, text_now: Callable[[Path], str | None]) -> bytes | None:
    if not os.path.isfile(name):  # noqa: PTH113  # never raises, and no pipe is waited for
        return None
    try:
        text = text_now(Path(name))
    except NotFoundError:
        return b""
    return b"" if text is None else _digest(text)


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


@contextmanager
def _noting() -> Iterator[_Texts]:
    seen: _Texts = {}
    token = _LOOKED_AT.set(seen)
    try:
        yield seen
    finally:
        _LOOKED_AT.reset(token)

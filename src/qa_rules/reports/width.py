"""How many columns text has: a page's, or fewer where whoever prints it says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

WIDTH: Final = 88
_LEAST: Final = 32
"""Below it a table cannot be laid out."""
_in_force: ContextVar[int] = ContextVar("width", default=WIDTH)


@contextmanager
def fitted(columns: int | None) -> Iterator[None]:
    """Lay out the text that is made inside for so many columns, never more than a page has; None leaves it so."""
    token = _in_force.set(_in_force.get() if columns is None else max(_LEAST, min(columns, WIDTH)))
    try:
        yield
    finally:
        _in_force.reset(token)


def width() -> int:
    """Return how many columns there are."""
    return _in_force.get()


__all__ = ["WIDTH", "fitted", "width"]

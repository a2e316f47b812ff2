"""Names that moved: the old path goes on for one release, with a warning that names the new one."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

Moved = Callable[[str], Any]


def moved(old: str, new: str) -> Moved:
    """Return the `__getattr__` of a module that moved. AttributeError for a name that the new one has not."""

    def found(name: str) -> Any:
        value = getattr(import_module(new), name)
        warnings.warn(f"`{old}` is now `{new}`", DeprecationWarning, stacklevel=2)
        return value

    return found

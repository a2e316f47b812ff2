"""Engines prepare a closed ruleset once and run it many times; each agrees with the reference.

`ENGINES` names them; a new engine is a new module and a row here.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

from qa_rules.errors import NotFoundError

if TYPE_CHECKING:
    from qa_rules.engines.protocol import Engine

ENGINES: Final[Mapping[str, str]] = {
    "compiled": "qa_rules.engines.compiled",
    "columns": "qa_rules.tables.engine",
    "durable": "qa_rules.engines.durable",
    "reference": "qa_rules.engines.reference",
}
"""Name to module."""

DEFAULT_ENGINE: Final = next(iter(ENGINES))


def engine(name: str) -> Engine:
    """Return an engine. NotFoundError for a name that is none; EngineUnavailableError when it cannot run here."""
    if name not in ENGINES:
        raise NotFoundError(f"there is no engine `{name}`; there are {', '.join(ENGINES)}")
    found: Engine = import_module(ENGINES[name]).prepare
    return found


__all__ = ["DEFAULT_ENGINE", "ENGINES", "engine"]

"""Engines prepare a closed ruleset once and run it many times; each agrees with the reference.

`ENGINES` names them; a new engine is a new module and a row here.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal

from qa_rules.errors import NotFoundError

if TYPE_CHECKING:
    from qa_rules.engines.protocol import Engine

EngineName = Literal["compiled", "columns", "durable", "reference"]

ENGINES: Final[Mapping[EngineName, str]] = {
    "compiled": "qa_rules.engines.compiled",
    "columns": "qa_rules.tables.engine",
    "durable": "qa_rules.engines.durable",
    "reference": "qa_rules.engines.reference",
}
"""Name to module."""

DEFAULT_ENGINE: Final[EngineName] = "compiled"


def engine(name: str) -> Engine:
    """Return an engine. NotFoundError for a name that is none; EngineUnavailableError when it cannot run here."""
    for known, module in ENGINES.items():
        if known == name:
            found: Engine = import_module(module).prepare
            return found
    raise NotFoundError(f"there is no engine `{name}`; there are {', '.join(ENGINES)}")


__all__ = ["DEFAULT_ENGINE", "ENGINES", "EngineName", "engine"]

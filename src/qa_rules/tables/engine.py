"""Whole tables at once: planes of bits over columns, one bit a row.

As an engine it runs one subject as a table of one row, so that it stands in the same tests as all the others.
"""

from __future__ import annotations

from qa_rules.errors import EngineUnavailableError

try:
    from qa_rules.tables.kernel import Kernel, prepare
except ImportError as error:
    if (error.name or "").partition(".")[0] not in ("numpy", "pyarrow"):
        raise
    raise EngineUnavailableError(
        f"the engine `columns` needs {error.name}; install qa-rules[columns]"
    ) from error

__all__ = ["Kernel", "prepare"]

"""Whole tables at once: planes of bits over columns, one bit a row.

As an engine it runs one subject as a table of one row, so that it stands in the same tests as all the others.
"""

from __future__ import annotations

from qa_rules.errors import EngineUnavailableError

try:
    from qa_rules.tables.kernel import Kernel, prepare
except ImportError as _fault:
    if (_fault.name or "").partition(".")[0] not in ("numpy", "pyarrow"):
        raise
    raise EngineUnavailableError(
        f"the engine `columns` needs {_fault.name}; install qa-rules[columns]"
    ) from _fault

__all__ = ["Kernel", "prepare"]

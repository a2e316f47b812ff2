"""How a process of its own is started: this Python, this library, and nothing of the folder it is started in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from qa_rules.errors import EngineUnavailableError

_HERE: Final = str(Path(__file__).resolve().parents[2])
"""Where the library was imported from, for when it is not installed."""


def started(module: str) -> subprocess.Popen[bytes]:
    """Start `main` of a module of this library, with pipes to and from it.

    Without `-P`, Python looks for modules in the current folder first: a `pickle.py` in the checkout of a pull request
    would be run. Where the library itself was imported from comes last, behind all that is installed.

    EngineUnavailableError when the program around it is no Python that can be started again.
    """
    if getattr(sys, "frozen", False) or not sys.executable:
        raise EngineUnavailableError(
            "proofs need a Python that can be started again, and this program is frozen; "
            "prove in this process (seconds=None), or run qa-rules from an installed Python"
        )
    code = f"import sys; sys.path.append({_HERE!r}); from {module} import main; main()"
    return subprocess.Popen(
        [sys.executable, "-P", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # The order of sets of words is part of what a proof shows first.
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )

"""What ends a command before its time, as one line and an exit code. It never ends with 1, which means *no*."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress
from typing import Final

from qa_rules.cli.exits import Exit
from qa_rules.cli.printing import echo
from qa_rules.errors import (
    ArgumentError,
    DocumentError,
    EngineError,
    NotFoundError,
    OutputError,
    QaRulesError,
)

EXTRAS: Final = {
    "z3": "verify",
    "numpy": "columns",
    "pyarrow": "columns",
    "pyspark": "spark",
    "hypothesis": "testing",
    "rapidfuzz": "matching",
    "pygls": "editor",
    "lsprotocol": "editor",
    "cattrs": "editor",
}
"""What is imported only by some commands, and the extra of the distribution that brings it."""


def broken(error: BaseException) -> int:
    """Say what went wrong, and return the exit code."""
    match error:
        case DocumentError(diagnostics=diagnostics):
            number = len(diagnostics)
            return _ended(f"{error}\n\n{number} fault{'s' if number != 1 else ''}.", Exit.FAULT)
        case ArgumentError() | NotFoundError() | OutputError() | EngineError():
            return _ended(f"error: {error}", Exit.USAGE)
        case QaRulesError():
            return _ended(f"error: {error}", Exit.FAULT)
        case KeyboardInterrupt():
            return _ended("stopped", Exit.USAGE)
        case BrokenPipeError():
            _leave_stdout()
            return _ended("stopped: nobody reads what is printed any more", Exit.USAGE)
        case OSError():
            if error.filename is None:
                _leave_stdout()
            where = "cannot write what is printed" if error.filename is None else str(error.filename)
            return _ended(f"error: {where}: {error.strerror or error}", Exit.USAGE)
        case ImportError():
            return _ended(f"error: {_missing(error)}", Exit.USAGE)
        case UnicodeError():
            return _ended(f"error: this is no text that can be read or written here: {error}", Exit.USAGE)
        case MemoryError():
            return _ended("error: there is not enough memory; split the file", Exit.USAGE)
        case RecursionError():
            return _ended("error: the data is nested too deeply", Exit.FAULT)
        case _ if type(error).__module__.partition(".")[0] == "pyarrow":
            return _ended(f"error: this table cannot be read or written: {error}".split("\n")[0], Exit.FAULT)
        case _:
            return _ended(_own_fault(error), Exit.DISAGREE)


def _missing(error: ImportError) -> str:
    name = (error.name or "").partition(".")[0]
    extra = EXTRAS.get(name)
    if extra is None:
        return f"{error}; install qa-rules again"
    return f"this needs {name}, which is not installed; install it with: pip install 'qa-rules[{extra}]'"


def _own_fault(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" at {os.path.basename(each.filename)}:{each.lineno}" for each in last)  # noqa: PTH119
    return (
        f"error: this is a fault of qa-rules itself: {type(error).__name__}{where}: {error}; "
        "nothing was decided. Please report it, with the command that you typed"
    )


def _leave_stdout() -> None:
    """Let nothing be written to it any more, so that Python does not stumble over it once more at the end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ended(words: str, code: Exit) -> int:
    # Whoever closed the error stream has no use for the words, but still for the code.
    with suppress(OSError, ValueError):
        echo(words, err=True)
    return code

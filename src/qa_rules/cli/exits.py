"""What every command's exit code means."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """One table for every command."""

    DONE = 0
    NO = 1
    """What was required does not hold, or a claim is refuted."""
    USAGE = 2
    """The command line, the files named on it, or the system: a missing folder, a full disk, a closed pipe, Ctrl-C."""
    FAULT = 3
    """The ruleset, policy, cases or facts are at fault."""
    UNDECIDED = 4
    DISAGREE = 5
    """Two engines disagree, or something else is wrong that should not be: a fault of this library."""

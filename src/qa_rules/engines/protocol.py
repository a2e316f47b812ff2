"""What every engine offers."""

from __future__ import annotations

from typing import Protocol

from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.snapshot import Known


class Prepared(Protocol):
    """A ruleset made ready. Safe to share between threads and to pickle."""

    def run(self, known: Known) -> tuple[int, ...]:
        """Return the six bits of every node of the closed ruleset, in its order."""
        ...


class Engine(Protocol):
    """Makes a closed ruleset ready."""

    def __call__(self, closed: ClosedRuleset) -> Prepared:
        """Prepare it; UnsupportedRulesetError when it is beyond the engine's limits."""
        ...

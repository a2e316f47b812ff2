"""What an explanation starts from: a closed ruleset, facts, and a function to evaluate with."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from qa_rules.model.facts import Facts
from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.snapshot import Known, believe

Evaluate = Callable[[Known], tuple[int, ...]]
"""The six bits of each node of the closed ruleset, in order: an engine's prepared ruleset."""


@attrs.frozen
class Situation:
    """One subject on one day."""

    closed: ClosedRuleset
    facts: Facts
    known: Known
    results: tuple[int, ...]
    evaluate: Evaluate = attrs.field(repr=False)

    def believed(self, facts: Facts) -> Known:
        """Return what would be believed on the day if these were the facts."""
        return believe(facts, self.closed.ruleset.vocabulary, self.known.on, self.known.calendar)

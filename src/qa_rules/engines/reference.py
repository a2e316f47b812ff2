"""The oracle: walks every expression, each time."""

from __future__ import annotations

import attrs

from qa_rules.program.bind import ClosedRuleset
from qa_rules.semantics.evaluate import evaluate
from qa_rules.semantics.snapshot import Known
from qa_rules.semantics.truth import Pair, pack


@attrs.frozen
class Walker:
    """A ruleset as it is."""

    closed: ClosedRuleset

    def run(self, known: Known) -> tuple[int, ...]:
        """Return the six bits of every node, in order."""
        pairs: dict[str, Pair] = {}
        for node in self.closed.nodes:
            pairs[node.name] = evaluate(node.expr, known, pairs)
        return tuple(pack(*pair) for pair in pairs.values())


def prepare(closed: ClosedRuleset) -> Walker:
    """Make a ruleset ready; nothing needs doing."""
    return Walker(closed)

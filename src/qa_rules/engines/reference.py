"""The oracle: walks every expression, each time."""

from __future__ import annotations

import attrs

from qa_rules.meaning.believing import Known
from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.meaning.evaluating import evaluate
from qa_rules.meaning.pairs import Pair, pack


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

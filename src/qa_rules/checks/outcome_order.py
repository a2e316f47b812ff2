"""Outcomes that stand in the wrong order, or of which none lets anybody go ahead."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.values import DecisionKind

CODE = "outcome-order"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield outcomes that allow and stand above one that forbids, and decisions of several that all forbid.

    A decision that only allows may be meant so: it gives advice.
    """
    for decision in subject.ruleset.decisions:
        if decision.kind is not DecisionKind.PERMISSION:
            continue
        outcomes = decision.outcomes
        for at, outcome in enumerate(outcomes):
            stricter = next((each for each in outcomes[at:] if not each.allows), None)
            if outcome.allows and stricter is not None:
                message = f"`{outcome.id}` allows, and stands above `{stricter.id}`, which forbids"
                hint = "outcomes stand strictest first: exchange them, or correct `allows`"
                yield Remark(CODE, f"{decision.id}.{outcome.id}", message, hint, outcome.place)
        if len(outcomes) > 1 and not any(each.allows for each in outcomes):
            message = (
                f"`{decision.id}` allows nobody: {', '.join(f'`{each.id}`' for each in outcomes)} all forbid"
            )
            hint = "say `allows: yes` at the outcome with which somebody may go ahead"
            yield Remark(CODE, decision.id, message, hint, decision.place)

"""A higher tier that leaves out what the tier below asks of the same route."""

from __future__ import annotations

from collections.abc import Iterator

from qa_rules.checks.protocol import Remark, Subject
from qa_rules.model.expressions import Expr, Reference, walk

CODE = "tier-needs"


def find(subject: Subject) -> Iterator[Remark]:
    """Yield references of a lower tier that the next one does not repeat; they count all the same."""
    for policy in subject.policies:
        for below, above in zip(policy.tiers, policy.tiers[1:], strict=False):
            for route, needs in above.needs.items():
                lost = _names(below.needs[route]) - _names(needs) if route in below.needs else set()
                for name in sorted(lost):
                    message = f"`{above.id}` leaves out {name}, which `{below.id}` asks on the route {route}"
                    hint = "repeat it: what a lower tier asks always counts, and a reader should see it"
                    yield Remark(CODE, f"{policy.name}.{above.id}", message, hint, above.place)
            if above.strength < below.strength:
                message = f"`{above.id}` asks weaker evidence than `{below.id}`"
                hint = "a higher tier asks at least the strength of the one below"
                yield Remark(CODE, f"{policy.name}.{above.id}", message, hint, above.place)


def _names(expr: Expr) -> set[str]:
    return {node.name for node in walk(expr) if isinstance(node, Reference)}

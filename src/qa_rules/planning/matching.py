"""Which of many providers may take this person: best fit first, by outcome and then by what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import attrs

from qa_rules.meaning.closing import ClosedRuleset
from qa_rules.meaning.deciding import Results
from qa_rules.meaning.pairs import PAIR
from qa_rules.model.assessments import Answer, TierResult
from qa_rules.model.expressions import Reference, walk
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Decision


@attrs.frozen
class Fit:
    """How one provider fits."""

    name: str
    outcome: str
    words: str
    allows: bool | None
    """None when it is not decided, or does not apply."""
    possible: tuple[str, ...]
    """The outcomes that are not ruled out, strictest first."""
    tier: str
    """Attained; empty for none, or where there are no tiers."""
    gaps: tuple[str, ...]
    """Requirements that the decision turns on and that are not met."""
    open: tuple[str, ...]
    """Those that are not known."""
    effort: Decimal
    """Of putting the gaps right, and of what is open as if it were a gap."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        plain = attrs.asdict(self)
        return {key: list(each) if isinstance(each, tuple) else each for key, each in plain.items()} | {
            "effort": str(self.effort)
        }


@attrs.frozen
class Shortlist:
    """Providers, the best fit first."""

    decision: str
    fits: tuple[Fit, ...]

    @property
    def may_refer(self) -> tuple[Fit, ...]:
        """Those to whom the decision allows to refer."""
        return tuple(each for each in self.fits if each.allows)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape."""
        return {"decision": self.decision, "fits": [each.to_dict() for each in self.fits]}


def fit(
    name: str,
    closed: ClosedRuleset,
    results: Results,
    decision: Decision,
    answer: Answer,
    tiers: TierResult | None,
) -> Fit:
    """Return how a provider fits, from the results of an engine."""
    asked = int(closed.strength)
    gaps: list[str] = []
    open_: list[str] = []
    effort = Decimal(0)
    for requirement, at, cost in turned_on(closed, decision.id):
        t, f = PAIR[results[at]]
        if f:
            gaps.append(requirement)
            effort += cost
        elif t < asked:
            open_.append(requirement)
            effort += cost
    attained = "" if tiers is None else tiers.attained
    return Fit(
        name,
        answer.outcome,
        answer.words,
        answer.allows,
        answer.possible,
        attained,
        tuple(gaps),
        tuple(open_),
        effort,
    )


def shortlisted(decision: Decision, fits: Iterable[Fit]) -> Shortlist:
    """Return fits in order: those that may be referred to, those not decided, those that may not, those out of scope.

    Within each the mildest outcome comes first, then the least effort, the fewest gaps, the fewest open questions.
    """
    places = {each.id: at for at, each in enumerate(decision.outcomes)}

    def rank(each: Fit) -> tuple[int, int, int, Decimal, int, int, str]:
        possible = [places[name] for name in each.possible if name in places]
        kind = 0 if each.allows else 2 if each.allows is False else 1
        if each.outcome == decision.not_applicable and each.outcome != decision.undecided:
            kind = 3
        mildest, strictest = max(possible, default=-1), min(possible, default=-1)
        if each.outcome in places:
            mildest = strictest = places[each.outcome]
        return kind, -strictest, -mildest, each.effort, len(each.gaps), len(each.open), each.name

    return Shortlist(decision.id, tuple(sorted(fits, key=rank)))


def together(provider: Facts, person: Facts) -> Facts:
    """Return the facts of a provider with those of the person, which stand where both say something."""
    return Facts(
        {**provider.values, **person.values},
        {**provider.collections, **person.collections},
        provider.subject,
    )


@lru_cache(maxsize=64)
def turned_on(closed: ClosedRuleset, decision: str) -> tuple[tuple[str, int, Decimal], ...]:
    """Return the requirements that a decision turns on, with the place and the effort of each."""
    names: Mapping[str, int] = closed.index
    left = [name for name in names if name.startswith((f"outcome/{decision}/", f"scope/{decision}"))]
    seen: set[str] = set()
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            inside = walk(closed.nodes[names[name]].expr)
            left += [each.name for each in inside if isinstance(each, Reference)]
    return tuple(
        (each.id, names[each.id], each.effort)
        for each in closed.ruleset.requirements
        if any(part in seen for part in (each.id, f"{each.id}/met", f"{each.id}/applies"))
    )

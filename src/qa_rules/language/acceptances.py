"""What a file accepts: remarks that somebody makes, of what there is, and never that a hard stop gives way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import attrs

from qa_rules.language.reading import Source, Trail
from qa_rules.language.statement_schema import AcceptDocument
from qa_rules.language.values import did_you_mean
from qa_rules.model.acceptances import Acceptance
from qa_rules.model.decision_tables import DecisionTable
from qa_rules.model.rulesets import Ruleset, Tier
from qa_rules.model.statements import Statement

CHECKED: Final = (
    "unused-fact",
    "unused-parameter",
    "untested-verdict",
    "clause-cited-twice",
    "same-words",
    "group-members",
    "ungrouped-requirement",
    "outcome-gap",
    "outcome-order",
    "tier-needs",
    "policy-gap",
    "table-hole",
    "table-overlap",
    "dead-row",
    "wording",
    "silent-follow-up",
    "outside-bounds",
    "self-comparison",
    "none-leaves-open",
    "repeated-test",
    "written-date",
    "same-fix",
    "idle-acceptance",
    "expired-acceptance",
)
"""The codes of the checks. They stand here, below those who make remarks, because files are read below them."""
PROVED: Final = (
    "requirement-live",
    "dead-test",
    "requirement-decides",
    "false-unknown",
    "settled-when-known",
    "group-possible",
    "implied-requirement",
    "decision-total",
    "table-decides",
    "outcome-reachable",
    "hard-stop",
    "forbidding-heeded",
    "meeting-never-harms",
    "independent-of",
    "author-claim",
    "tier-heeded",
    "tier-nested",
    "tier-reachable",
    "risk-reachable",
    "threshold-attainable",
    "threshold-order",
    "tier-cliff",
    "equivalence-adds",
    "tier-table",
    "tier-rises",
    "learning-settles",
    "hiding-never-helps",
    "better-never-lowers",
    "fact-decides",
    "time-ends",
    "time-mends",
)
"""The codes of the questions that are proved."""
_STOP: Final = "hard-stop"


@attrs.frozen
class Named:
    """What remarks may be about: one of the names, or one inside another, with a full stop between them."""

    alone: frozenset[str]
    inside: frozenset[str]
    """Names that stand only behind another: outcomes and fields."""
    open: bool = False
    """Whether there may be tiers of which only a policy knows."""

    def __contains__(self, at: str) -> bool:
        stops = [found.start() for found in re.finditer(r"\.", at)]
        return self._is_name(at, self.alone) or any(
            self._is_name(at[:stop], self.alone) and self._is_name(at[stop + 1 :], self.alone | self.inside)
            for stop in stops
        )

    def any_like(self, pattern: str) -> bool:
        """Return whether some name is like a pattern, in which a `*` stands for any text."""
        like = re.compile(".*".join(map(re.escape, pattern.split("*"))))
        inside = (f"{owner}.{name}" for owner in self.alone for name in self.inside)
        return self.open or any(map(like.fullmatch, self.alone)) or any(map(like.fullmatch, inside))

    def _is_name(self, word: str, names: Collection[str]) -> bool:
        return word in names or (self.open and re.fullmatch(r"[a-z0-9][a-z0-9_-]*", word) is not None)

    def near(self, at: str) -> str:
        """Return a hint that names what may have been meant, or empty."""
        owner, _, _ = at.rpartition(".")
        within = (f"{owner}.{name}" for name in self.inside) if owner in self.alone else ()
        return did_you_mean(at, (*self.alone, *within))


def named_in(
    ruleset: Ruleset,
    policy: str = "",
    tiers: Iterable[Tier] = (),
    tables: Iterable[DecisionTable] = (),
    claims: Iterable[Statement] = (),
) -> Named:
    """Return what the remarks about a ruleset may be about, or about a policy with these tiers, tables and claims."""
    facts = ruleset.vocabulary.facts.values()
    alone = {ruleset.id, policy, *ruleset.requirement, *ruleset.group, *ruleset.parameter, *ruleset.value}
    alone |= {name for table in (*ruleset.tables, *tables) for name in (table.id, *table.output)}
    alone |= {
        *ruleset.vocabulary.facts,
        *ruleset.vocabulary.scalars,
        *(each.id for each in (*tiers, *ruleset.levels)),
        *(each.id for each in (*ruleset.claims, *claims)),
    }
    for named in (ruleset.decisions, ruleset.routes, ruleset.conversation):
        alone |= {each.id for each in named}
    inside = {outcome.id for decision in ruleset.decisions for outcome in decision.outcomes}
    inside |= {field for fact in facts for field in fact.fields}
    return Named(frozenset(alone - {""}), frozenset(inside), bool(ruleset.routes) and not policy)


def acceptances(documents: Sequence[AcceptDocument], source: Source, named: Named) -> tuple[Acceptance, ...]:
    """Return the remarks that a file accepts; faults go to the source."""
    for index, each in enumerate(documents):
        trail: Trail = ("accept", index)
        if each.check not in (*CHECKED, *PROVED):
            hint = did_you_mean(each.check, (*CHECKED, *PROVED))
            hint = hint or "write the code that `qa-rules check` or `qa-rules verify` prints before a remark"
            message = f"there is no check or proof `{each.check}`"
            source.fault("unknown-check", message, (*trail, "check"), hint)
        elif each.check == _STOP:
            hint = "see to it that nothing overrides the hard stop, or take `hard_stop` away"
            message = "that a hard stop is overridden cannot be accepted"
            source.fault("accepted-stop", message, (*trail, "check"), hint)
        if "*" in each.at and not named.any_like(each.at):
            hint = "write the beginning of some ids and `*`, or `*` alone for all that the check remarks on"
            source.fault("unknown-reference", f"nothing here is like `{each.at}`", (*trail, "at"), hint)
        elif "*" not in each.at and each.at not in named:
            hint = (
                named.near(each.at)
                or "write the id that the remark names; one about a policy belongs in its file"
            )
            source.fault("unknown-reference", f"nothing here is called `{each.at}`", (*trail, "at"), hint)
    return tuple(
        Acceptance(each.check, each.at, each.reason, each.until, place=source.place(("accept", at, "check")))
        for at, each in enumerate(documents)
    )

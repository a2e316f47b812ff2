"""What an assessment was made from, and what is worked out of that when somebody asks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from qa_rules.assessment.ready import Ready
from qa_rules.model.facts import Facts
from qa_rules.model.kept import Kept
from qa_rules.model.lazy import lazy
from qa_rules.model.rulesets import Policy
from qa_rules.model.values import Verdict
from qa_rules.program.answers import answer_of, verdict_by
from qa_rules.program.asked import Asking
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.conditions import due_dates, gaps, hardened
from qa_rules.program.overdue import looks_at_overdue, with_overdue
from qa_rules.program.translate import Pairs, pairs_by, translated
from qa_rules.semantics.snapshot import Known


@attrs.frozen(slots=False, eq=False)
class Work:
    """What an assessment was made from."""

    ready: Ready
    facts: Facts
    known: Known
    found: tuple[int, ...]
    """The six bits of every node of the program."""
    overdue: frozenset[str]
    """Conditions that are required because they are overdue."""
    first: tuple[int, ...] = attrs.field(repr=False)
    """What the nodes would be worth were nothing overdue."""
    earlier: Mapping[str, datetime.date] = attrs.field(factory=dict)
    """The days that an earlier assessment found."""
    told_by: str = ""
    """Who handed the facts in, as the caller says."""
    handed_in: Facts | None = None
    """The facts as they were given, where it counts who handed them in: `facts` are as they count."""

    @property
    def policy(self) -> Policy | None:
        """The policy, as it was handed in."""
        return self.ready.policy

    @property
    def program(self) -> ClosedRuleset:
        """What decided: which conditions are overdue is left open in it."""
        return self.ready.program

    @property
    def given(self) -> Facts:
        """The facts as they were given."""
        return self.facts if self.handed_in is None else self.handed_in

    @lazy
    def closed(self) -> ClosedRuleset:
        """The ruleset under the policy, with conditions that are overdue made required: what is explained."""
        policy = self.policy
        if policy is None or not self.overdue:
            return self.ready.closed
        key = (self.program, self.overdue)
        return _HARDENED.get(key, lambda: close(self.ready.ruleset, hardened(policy, self.overdue)))

    @lazy
    def results(self) -> tuple[int, ...]:
        """The six bits of every node of what is explained."""
        return translated(self.closed, self.program, self.found, self.known)

    @lazy
    def explained(self) -> tuple[ClosedRuleset, Sequence[int], Pairs]:
        """Where requirements are explained: in the program, if none of them looks at what is overdue."""
        if looks_at_overdue(self.program):
            return self.closed, self.results, self.pairs
        return self.program, self.found, self.program.pairs(self.found)

    @lazy
    def pairs(self) -> Pairs:
        """The pair of each node of what is explained, worked out where somebody looks."""
        return pairs_by(self.closed, self.program, self.found, self.known)

    @lazy
    def asking(self) -> Asking:
        """What is asked of this subject, of what is explained."""
        return Asking(self.closed, self.known, self.pairs)

    @lazy
    def is_decided(self) -> bool:
        """Whether the overall decision is made: something is known of whom it needs."""
        overall = self.closed.ruleset.decisions[:1]
        return bool(overall) and answer_of(self.program, self.found, overall[0], self.facts) is not None

    @lazy
    def gaps(self) -> Mapping[str, datetime.date]:
        """The days on which the gaps of open conditions began; those of requirements that are met are not kept."""
        in_time = with_overdue(self.known, self.program, ())
        found = gaps(self.program, self.facts, in_time, self.first, self.earlier)
        stands = verdict_by(self.program, self.found)
        return {name: day for name, day in found.items() if stands(name)[0] is not Verdict.MET}

    @lazy
    def due(self) -> Mapping[str, datetime.date]:
        """Conditions that have a gap, and when they are due."""
        return due_dates(self.policy, self.gaps)


_HARDENED: Final[Kept[tuple[ClosedRuleset, frozenset[str]], ClosedRuleset]] = Kept(256)
"""Programs with the conditions that are overdue made required."""

"""A ruleset under a policy made ready for an engine: once for all that means the same, whatever the day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from qa_rules.engines import engine as find_engine
from qa_rules.errors import Diagnostic, RulesetError
from qa_rules.language.load import calendar_for
from qa_rules.model.calendars import Calendar
from qa_rules.model.kept import Kept
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program import joint
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.program.overdue import opened
from qa_rules.semantics.snapshot import Known


@attrs.frozen(eq=False)
class Bound:
    """A ruleset under a policy, and the program that decides by it."""

    ruleset: Ruleset
    """With all that the policy lets count."""
    program: ClosedRuleset
    """Which conditions are overdue is left open in it: so it is one, whoever is assessed on whatever day."""

    @classmethod
    def of(cls, ruleset: Ruleset, policy: Policy | None) -> Bound:
        """Bind a ruleset under a policy."""
        return cls(joint.under(ruleset, policy), opened(ruleset, policy))


KEPT: Final[Kept[tuple[Ruleset, Policy | None], Bound]] = Kept(4096)
"""What was assessed under, by what it means, with all that was made of it. See `prepare.keep_prepared`."""


@attrs.frozen(eq=False)
class Ready:
    """A ruleset under a policy, made ready for an engine."""

    ruleset: Ruleset
    """With all that the policy lets count."""
    policy: Policy | None
    program: ClosedRuleset
    """With conditions open."""
    engine: str
    calendar: Calendar | None
    """The working days, where any rule counts them."""
    run: Callable[[Known], tuple[int, ...]]

    @property
    def closed(self) -> ClosedRuleset:
        """The ruleset under the policy as it stands, no condition overdue."""
        return close(self.ruleset, self.policy)


def ready(ruleset: Ruleset, policy: Policy | None, engine: str, calendar: Calendar | None) -> Ready:
    """Return a ruleset under a policy made ready; it is kept, by what it means. See `assess` for the errors."""
    due_for(ruleset, policy)
    key = (ruleset.first, None if policy is None else policy.first)
    return _ready(KEPT.get(key, lambda: Bound.of(*key)), policy, engine, calendar)


def ready_once(ruleset: Ruleset, policy: Policy | None, engine: str, calendar: Calendar | None) -> Ready:
    """Return the same without keeping it: for rulesets that are only tried."""
    return _ready(Bound.of(ruleset, policy), policy, engine, calendar)


def _ready(bound: Bound, policy: Policy | None, engine: str, calendar: Calendar | None) -> Ready:
    program, calendar = bound.program, calendar_for(calendar, bound.program)
    return Ready(bound.ruleset, policy, program, engine, calendar, find_engine(engine)(program).run)


def days_for(ruleset: Ruleset, policy: Policy | None, calendar: Calendar | None) -> Calendar | None:
    """Return the working days that decide: those given, or the usual ones where any rule counts them, else None."""
    due_for(ruleset, policy)
    key = (ruleset.first, None if policy is None else policy.first)
    return calendar_for(calendar, KEPT.get(key, lambda: Bound.of(*key)).program)


def closed_under(ruleset: Ruleset, policy: Policy | None) -> ClosedRuleset:
    """Return a ruleset under a policy. RulesetError when the policy is for another ruleset."""
    due_for(ruleset, policy)
    return close(ruleset.first, None if policy is None else policy.first)


def due_for(ruleset: Ruleset, policy: Policy | None) -> None:
    """Do nothing for a policy that is for this ruleset. RulesetError for another one."""
    if policy is not None and policy.ruleset != ruleset.id:
        message = f"the policy {policy.name} is for {policy.ruleset}, not {ruleset.id}"
        raise RulesetError(
            [Diagnostic("other-ruleset", message, policy.place, "load the policy for this ruleset")]
        )

"""The second front door: why, what to fix, what to ask next, how long it holds, where else, what if.

Functions over assessments. Each computes on demand; an assessment that nobody asks about costs nothing.
"""

from __future__ import annotations

import datetime

from qa_rules.assessing import Assessment, assess
from qa_rules.meaning.closing import close
from qa_rules.meaning.dates import later
from qa_rules.model.values import Unit
from qa_rules.planning.horizon import Horizon
from qa_rules.planning.horizon import horizon as _horizon
from qa_rules.planning.standing import Standing

YEARS = 5
"""How far ahead `horizon` looks by default."""


def horizon(assessment: Assessment, until: datetime.date | None = None) -> Horizon:
    """Return how long an assessment holds if nothing is renewed, what comes then, and what falls due.

    The timeline is exact: it holds every day up to `until` (by default five years on) on which anything that is
    said changes. QaRulesError for an assessment that was read from a record.
    """
    work, on = assessment.work, assessment.on
    ruleset, calendar = work.closed.ruleset, work.known.calendar
    if until is None:
        until = later(on, YEARS, Unit.YEARS, None) or datetime.date.max

    def judge(day: datetime.date) -> Standing:
        again = assess(
            ruleset, work.facts, on=day, policy=work.policy, engine=assessment.engine, calendar=calendar
        )
        return standing(again)

    return _horizon(close(ruleset, work.policy), work.facts, on, until, calendar, judge, work.due)


def standing(assessment: Assessment) -> Standing:
    """Return what an assessment says, without its reasons."""
    groups = {each.group: each.verdict for each in assessment.groups}
    return Standing(assessment.answers, assessment.tiers, groups, assessment.verdicts)

"""A gap that nobody can put right, because of something that has happened: until when it stays one."""

from __future__ import annotations

import datetime

import attrs

from qa_rules.api.analyse import YEARS, fixes
from qa_rules.assessment.assess import Assessment, assessed
from qa_rules.assessment.situation import situation_of
from qa_rules.errors import EngineFailedError
from qa_rules.explain.targets import destination
from qa_rules.model.facts import FactType
from qa_rules.model.results import Result
from qa_rules.model.values import Unit
from qa_rules.repair.blockers import Obstacle
from qa_rules.repair.search import Fixing
from qa_rules.semantics.dates import later
from qa_rules.timeline.turning import days_of, still_believed

_DAY = datetime.timedelta(days=1)


@attrs.frozen(repr=False)
class Lasting(Result):
    """What keeps a gap from being put right."""

    in_the_way: tuple[Obstacle, ...]
    """What has happened, each with the reason why it stays so."""
    until: datetime.date | None
    """The last day on which it stands in the way; None where no such day is in sight."""


def lasting(assessment: Assessment, requirement: str) -> Lasting | None:
    """Return what keeps a requirement that is not met from being met, and until when; None where it can be put right.

    Only what has happened to something that is listed can be such: a referral that was answered too late. On the day
    after `until` the requirement can be met, though more may have to be done for it by then, and what is listed of
    later days may stand in its way again.
    """
    collections = assessment.work.closed.ruleset.vocabulary.collections
    read = {each.partition(".")[0] for each in assessment.finding(requirement).reason.facts}
    fields = [field for name in read & collections.keys() for field in collections[name].fields.values()]
    if all(each.type is not FactType.DATE for each in fields):
        return None
    found = _in_the_way(assessment, requirement)
    return None if not found else Lasting(found, _until(assessment, requirement))


def _in_the_way(assessment: Assessment, requirement: str) -> tuple[Obstacle, ...]:
    if not _stays(assessment, requirement):
        return ()
    try:
        found = fixes(assessment, requirement, 1)
    except EngineFailedError:
        return ()
    known = all(each.is_known for each in found.in_the_way)
    return found.in_the_way if found.can_be_reached is False and known else ()


def _stays(assessment: Assessment, requirement: str) -> bool:
    """Whether it is certain that no step meets the requirement."""
    situation = situation_of(assessment)
    goal = destination(situation.closed, situation.facts, situation.results, requirement)
    if goal.reached(situation.results):
        return False
    work = Fixing(situation, goal, ())
    return not work.reaches(frozenset(work.steps)) and not work.in_doubt


def _until(assessment: Assessment, requirement: str) -> datetime.date | None:
    """The day before the first on which the requirement can be met, or is.

    Every day is tried on which its tests may turn, in order: what is in the way may pass, and come again. What has
    happened stays so, however long its evidence is believed.
    """
    work, on = assessment.work, assessment.on
    closed = work.closed
    horizon = later(on, YEARS, Unit.YEARS, None) or datetime.date.max
    facts = still_believed(work.facts, closed.ruleset.vocabulary, on)
    for day in days_of(closed, requirement, facts, on, horizon, work.known.calendar):
        made = assessed(closed.ruleset, facts, day, work.policy, assessment.engine, work.known.calendar)
        if not _stays(made, requirement):
            return day - _DAY
    return None

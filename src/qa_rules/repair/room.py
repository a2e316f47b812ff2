"""The plans towards a goal, with places for as many new records as it takes to settle whether there is one."""

from __future__ import annotations

from collections.abc import Collection

from qa_rules.explain.situation import Situation
from qa_rules.explain.targets import Destination
from qa_rules.repair.blockers import in_the_way
from qa_rules.repair.plans import Fixes
from qa_rules.repair.search import MOST_TRIES, Fixing
from qa_rules.repair.sites import NEW
from qa_rules.repair.totals import short_of


def fixes(
    situation: Situation,
    destination: Destination,
    number: int,
    fixed: Collection[str],
    tries: int = MOST_TRIES,
) -> Fixes:
    """Return the cheapest plans; see `answering.fixes` for the arguments."""
    to, words = destination.to, destination.words
    if destination.reached(situation.results):
        return Fixes(to, words, True, (), True, True, ())
    work, is_enough = _with_room(situation, destination, fixed, tries)
    if not is_enough:
        if work.in_doubt:
            return Fixes(to, words, False, (), None, False, (), short_of(work.changing))
        hindered = in_the_way(work.changing, work.keys(work.steps), work.fixed, work.asking(), situation)
        can_be = False if any(each.is_known for each in hindered) or not hindered else None
        return Fixes(to, words, False, (), can_be, can_be is False, hindered)
    plans = tuple(work.plans(number))
    if not plans:  # There is a way, but none that its steps would say.
        return Fixes(to, words, False, (), None, False, ())
    return Fixes(to, words, False, plans, True, work.is_cheapest(plans[0]), ())


def _with_room(
    situation: Situation, destination: Destination, fixed: Collection[str], tries: int
) -> tuple[Fixing, bool]:
    """The work with places for as many new records as settle it, and whether all its steps are enough."""
    *few, most = NEW
    for new in few:
        work = Fixing(situation, destination, fixed, tries, new)
        is_enough = work.reaches(frozenset(work.steps))
        if is_enough or not (work.in_doubt and short_of(work.changing)):
            return work, is_enough
    work = Fixing(situation, destination, fixed, tries, most)
    return work, work.reaches(frozenset(work.steps))

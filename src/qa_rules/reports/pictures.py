"""The three locks and the ladder of tiers as grids: words first, so that a picture of them needs no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qa_rules.assessment.assess import Assessment
from qa_rules.errors import QaRulesError
from qa_rules.explain.messages import count, say
from qa_rules.explain.wording import capital, listed
from qa_rules.model.assessments import Finding, GroupResult, TierResult
from qa_rules.model.nodes import NodeId
from qa_rules.model.values import Verdict
from qa_rules.reports.blocks import NO, OPEN, OTHER, PLAIN, YES, Block, Cell, Grid, Items
from qa_rules.reports.findings import ORDER, counted, verdict_words

STANDS: Mapping[Verdict, str] = {
    Verdict.MET: YES,
    Verdict.NOT_MET: NO,
    Verdict.UNKNOWN: OPEN,
    Verdict.NOT_APPLICABLE: OTHER,
}


def locks(assessment: Assessment, stands_beside: Callable[[Finding], bool]) -> tuple[Block, ...]:
    """Return the locks by elements; nothing where the ruleset has no locks.

    A cell says how the required members stand, for they alone close a lock; what else is asked is counted below. What
    only a tier or route asks for that is not needed here stands beside, too.
    """
    found = [each for each in assessment.groups if each.kind == "lock"]
    elements = tuple(dict.fromkeys(each.about for each in assessment.findings if each.about))
    if not found:
        return ()
    rows = tuple(
        (
            _lock(assessment.findings, lock, stands_beside),
            *(_cell(assessment.findings, lock.group, element, stands_beside) for element in elements),
        )
        for lock in found
    )
    columns = (say("Lock"), *(capital(each.replace("_", " ")) for each in elements))
    caption = say(
        "What each lock asks. Only what is required closes it, and the answer may not need all of it."
    )
    return (Grid(caption, columns, rows),)


def _stands(verdict: Verdict, is_asked: bool) -> str:
    return STANDS[verdict] if is_asked else OTHER


def _lock(findings: tuple[Finding, ...], lock: GroupResult, stands_beside: Callable[[Finding], bool]) -> Cell:
    """A lock, with how it stands; where only a tier that is not needed here keeps it open, it says so."""
    inside = [each for each in findings if lock.group in each.groups and each.severity in ("required", None)]
    gaps = [each for each in inside if each.verdict is Verdict.NOT_MET]
    if lock.verdict is Verdict.NOT_MET and gaps and all(map(stands_beside, gaps)):
        return Cell(lock.title, say("Not met, by what only a tier asks that is not needed here"), OTHER)
    if not lock.asked and any(each.asked and each.verdict is not Verdict.NOT_APPLICABLE for each in inside):
        return Cell(lock.title, say("Only a part of it is asked here"), OTHER)
    return Cell(lock.title, verdict_words(lock.verdict, lock.asked), _stands(lock.verdict, lock.asked))


def _cell(
    findings: tuple[Finding, ...], lock: str, element: str, stands_beside: Callable[[Finding], bool]
) -> Cell:
    inside = [each for each in findings if lock in each.groups and each.about == element]
    closing = [each for each in inside if each.severity in ("required", None) and not stands_beside(each)]
    required = [each.verdict for each in closing]
    beside = [each.verdict for each in inside if each not in closing]
    notes = _counts(required) if len(set(required)) > 1 else ""
    if beside:
        besides = say("not required: {counts}", counts=_counts(beside))
        notes = f"{notes}; {besides}" if notes else besides
    worst = next((each for each in ORDER if each in required), None)
    if worst in (None, Verdict.NOT_APPLICABLE):
        return Cell(say("Nothing required"), notes, OTHER)
    is_asked = any(each.asked for each in inside if each.verdict is worst)
    return Cell(verdict_words(worst, is_asked), notes, _stands(worst, is_asked))


def _counts(verdicts: list[Verdict]) -> str:
    return ", ".join(counted(each, verdicts.count(each)) for each in ORDER if each in verdicts)


def groups(assessment: Assessment) -> tuple[Block, ...]:
    """Return every group of which something is asked, with its verdict and counts; locks have their own picture."""
    rows = tuple(
        (
            Cell(each.title),
            Cell(verdict_words(each.verdict, each.asked), "", _stands(each.verdict, each.asked)),
            Cell(_group_counts(each)),
        )
        for each in assessment.groups
        if any(each.counts) and each.kind != "lock"
    )
    columns = (say("Group"), say("Verdict"), say("Requirements"))
    return (Grid(say("Every group of requirements"), columns, rows),) if rows else ()


def _group_counts(group: GroupResult) -> str:
    by_verdict = dict(zip(Verdict, group.counts, strict=True))
    told = [counted(each, by_verdict[each]) for each in ORDER if by_verdict[each]]
    if group.explained:
        n = group.explained
        told.append(count("{n} of these by an explanation alone", "{n} of these by an explanation alone", n))
    return ", ".join(told)


class Titles:
    """What tiers and routes are called; of an assessment that was read from a record, their ids as words."""

    def __init__(self, assessment: Assessment) -> None:
        self.titles: dict[str, str] = {}
        try:
            work = assessment.work
        except QaRulesError:
            return
        self.titles.update((each.id, each.title) for each in work.closed.ruleset.routes)
        self.titles.update((each.id, each.title) for each in work.closed.ladder)

    def of(self, name: str) -> str:
        """Return a title, or for no tier the word for none."""
        return self.titles.get(name, capital(name.replace("_", " "))) if name else say("none")


def is_awarded(tiers: TierResult) -> bool:
    """Whether these are levels that a standard awards: no route leads to them, and nobody needs one."""
    return not (tiers.routes or tiers.required_greatest) and tiers.reaches == tiers.ladder[-1]


def ladder_title(assessment: Assessment) -> str:
    """Return what the steps of the ladder are called: levels of a standard, or tiers of a policy."""
    tiers = assessment.tiers
    return say("Levels") if tiers is not None and is_awarded(tiers) else say("Tiers")


def ladder(assessment: Assessment) -> tuple[Block, ...]:
    """Return the tiers as a ladder, the top one first, and in words; nothing where there are none."""
    tiers, titles = assessment.tiers, Titles(assessment)
    if tiers is None:
        return ()
    order = {tier: number for number, tier in enumerate(("", *tiers.ladder))}

    is_open = _are_routes_open(assessment, tiers)

    def graded(number: int, least: str, greatest: str) -> Cell:
        if number <= order[least]:
            return Cell(say("yes"), stands=YES)
        if number <= order[greatest]:
            return Cell(say("perhaps"), stands=OPEN)
        return Cell(say("no"), stands=OTHER)

    def reached(number: int) -> Cell:
        cell = graded(number, tiers.attained, tiers.at_most)
        is_needed = number <= order[tiers.required_least]
        return Cell(cell.words, stands=NO) if cell.stands == OTHER and is_needed else cell

    if is_awarded(tiers):
        steps = tuple((Cell(titles.of(tier)), reached(order[tier])) for tier in tiers.ladder[::-1])
        levels = Grid(say("The levels, the highest first"), (say("Level"), say("Reached")), steps)
        return levels, Items((reached_words(tiers, titles),))
    rows = tuple(
        (
            Cell(titles.of(tier)),
            Cell(graded(order[tier], tiers.required_least, tiers.required_greatest).words, stands=PLAIN),
            reached(order[tier]),
            Cell(say("yes"))
            if order[tier] <= order[tiers.reaches]
            else Cell(say("perhaps") if is_open else say("no")),
        )
        for tier in tiers.ladder[::-1]
    )
    columns = (say("Tier"), say("Needed here"), say("Reached"), say("Route can give it"))
    grid = Grid(say("The ladder of the policy, the top tier first"), columns, rows)
    return grid, Items(_in_words(tiers, titles, is_open))


def _are_routes_open(assessment: Assessment, tiers: TierResult) -> bool:
    """Whether it is not known by which routes it is assessed; of a record, as far as that shows."""
    try:
        work = assessment.work
    except QaRulesError:
        order = ("", *tiers.ladder)
        return order.index(tiers.at_most) > order.index(tiers.reaches)
    return any(not any(work.pairs[NodeId.used(each.id)]) for each in work.closed.ruleset.routes)


def _in_words(tiers: TierResult, titles: Titles, is_open: bool) -> tuple[str, ...]:
    least, greatest = titles.of(tiers.required_least), titles.of(tiers.required_greatest)
    needed = say("Needed here: {tier}", tier=least)
    if least != greatest:
        form = say("Needed here: between {least} and {greatest}, until more is known")
        needed = form.format(least=least, greatest=greatest)
    reached = reached_words(tiers, titles)
    routes = listed(map(titles.of, tiers.routes)) or (say("not known") if is_open else say("none"))
    if is_open and tiers.routes:
        routes = say("{routes}; there may be others", routes=routes)
    reaches = say("not known") if is_open and not tiers.reaches else titles.of(tiers.reaches)
    return (
        needed,
        reached,
        say("Highest that the routes in use can give: {tier}", tier=reaches),
        say("Routes in use: {routes}", routes=routes),
    )


def reached_words(tiers: TierResult, titles: Titles) -> str:
    """Return which tier is attained, and which at most."""
    tier = titles.of(tiers.attained) if tiers.attained else say("none yet")
    if tiers.at_most == tiers.attained:
        return say("Reached: {tier}", tier=tier)
    form = say("Reached: {tier} (at most {most}, if everything not known turns out well)")
    return form.format(tier=tier, most=titles.of(tiers.at_most))

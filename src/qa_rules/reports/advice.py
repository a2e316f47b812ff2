"""What a report says beyond the decision: what to ask, what to put right, how long it holds, and why, step by step.

All of it is worked out when a report asks for it, from what the assessment was made of. An assessment that was read
from a record holds no more than it says, and gets no advice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from qa_rules.api import analyse
from qa_rules.assessment.assess import Assessment
from qa_rules.assessment.needed import too_weak
from qa_rules.errors import EngineFailedError, QaRulesError
from qa_rules.explain.messages import count, say
from qa_rules.explain.span import words_of
from qa_rules.explain.stand_ins import StandIn, asking, stand_ins, who_may
from qa_rules.explain.standing import DECISION, TIER, Move, given_of
from qa_rules.explain.wording import capital, day, label_of, listed, question_of, record_words
from qa_rules.interview.ranking import Question, Questions
from qa_rules.model.assessments import Answer
from qa_rules.model.facts import FactType
from qa_rules.model.judged import UNNAMED, Judged
from qa_rules.model.values import Strength
from qa_rules.repair.plans import FIND_OUT, FIX, Fixes, FixStep, Plan
from qa_rules.reports.blocks import NO, OPEN, PLAIN, YES, Block, Items, Point, Timeline, Words
from qa_rules.reports.pictures import Titles
from qa_rules.reports.shortfalls import Shortfalls
from qa_rules.semantics.tellers import checked_by
from qa_rules.timeline.horizon import Change, Due, Horizon

_STANDS: Final = {True: YES, False: NO, None: PLAIN}
MOST_PLANS = 3
MOST_LISTED = 10
"""How many questions and renewals are listed."""


def is_live(assessment: Assessment) -> bool:
    """Whether there is more to an assessment than a record of it."""
    try:
        assessment.work  # noqa: B018
    except QaRulesError:
        return False
    return True


def judged_by(assessment: Assessment) -> Judged:
    """Return what is assessed, in the words of the ruleset; a record of an assessment does not say."""
    return assessment.work.closed.ruleset.subject if is_live(assessment) else UNNAMED


def mattering(assessment: Assessment, main: Answer) -> frozenset[str]:
    """Return the facts that can still change the overall answer, or make it stricter."""
    is_open = main.outcome not in main.possible
    names = [None] if is_open else [each for each in main.possible if each != main.outcome]
    found = (analyse.why(assessment, name) for name in names)
    return frozenset(name.partition(".")[0] for each in found for name in each.missing)


# What to ask


def asked(assessment: Assessment, matter: frozenset[str]) -> Questions:
    """Return the questions whose answers can change the overall answer, best first."""
    found = analyse.next_questions(assessment, "tier", 1000)
    kept = tuple(each for each in found.questions if each.fact.partition(".")[0] in matter)
    return found if not kept else Questions(found.purpose, kept, found.asked, len(kept))


def question_words(question: Question, assessment: Assessment) -> str:
    """Return what to ask and whom; of what is answered already, what is still to be done about the answer."""
    vocabulary = assessment.work.closed.ruleset.vocabulary
    declared, because = question.declared, question.because
    people = assessment.work.closed.ruleset.people
    if because == "not_yet":
        label = capital(label_of(declared, vocabulary))
        return say(
            "{label}: the answer counts from {day}", label=label, day=day(counts_from(question, assessment))
        )
    if because == "expired":
        text = say("The answer is out of date. {question}", question=question_of(declared, vocabulary))
        return asking(text, declared)
    if declared.type is FactType.COLLECTION and because != "missing":
        lacking = _record_lacking(question, assessment)
        if lacking is not None:
            return asking(say("{record}: {question}", record=lacking[0], question=lacking[1]), declared)
        asks = [
            text for each in stood_in_by(assessment) if each.collection == question.fact for text in each.asks
        ]
        if asks:
            return asks[0]
        because = "partial" if assessment.work.facts.collections[question.fact].partial else "too_weak"
    label, text = capital(label_of(declared, vocabulary)), question_of(declared, vocabulary)
    match because:
        case "too_weak" if (checkers := checked_by(declared, people)) and not _is_to_be_verified(
            question, assessment
        ):
            return say("Have this checked: {label} (by: {who})", label=label, who=who_may(checkers))
        case "too_weak" if _asks_for_proof(assessment):
            return say("Have this checked by somebody independent: {label}", label=label)
        case "too_weak":
            judged = judged_by(assessment).singular
            return say(
                "Have somebody else than the {subject} look at this: {label}", label=label, subject=judged
            )
        case "no_judge":
            return say("Record who judged this, and on which day: {label}", label=label)
        case "partial":
            text = say("Is this all of it? {question}", question=text)
        case _:
            pass
    return asking(text, declared)


def counts_from(question: Question, assessment: Assessment) -> datetime.date:
    """Return the day from which an answer counts; that of the assessment where it is not dated later."""
    facts = assessment.work.facts
    given = facts.values.get(question.fact) or facts.collections.get(question.fact)
    return assessment.on if given is None or given.evidence.dated is None else given.evidence.dated


def _asks_for_proof(assessment: Assessment) -> bool:
    """Whether something here has to be checked by somebody independent, and not just seen."""
    closed = assessment.work.closed
    asked = [closed.strength, *(each.strength for each in (closed.policy.tiers if closed.policy else ()))]
    return max(asked) >= Strength.VERIFIED


def _is_to_be_verified(question: Question, assessment: Assessment) -> bool:
    """Whether what it is asked for has to be checked by somebody independent: nobody's own word is as much as that."""
    weak = too_weak(assessment.work)
    return any(weak.get(each) is Strength.VERIFIED for each in question.requirements)


def stood_in_by(assessment: Assessment) -> tuple[StandIn, ...]:
    """Return what may stand in for something that is asked; of a record, which does not say, nothing."""
    if not is_live(assessment):
        return ()
    work = assessment.work
    return stand_ins(work.closed, work.facts, work.known, work.closed.pairs(work.results))


def _record_lacking(question: Question, assessment: Assessment) -> tuple[str, str] | None:
    """The first record of a list of which something is still to be asked, by its name, and the question."""
    work, declared = assessment.work, question.declared
    missing = {name for each in question.requirements for name in assessment.finding(each).missing}
    for number, record in enumerate(work.facts.collections[question.fact].records, 1):
        for name, field in declared.fields.items():
            if f"{question.fact}.{name}" in missing and name not in record:
                called = record_words(declared, number, given_of(work.facts, question.fact, number))
                return capital(called), field.question
    return None


def questions(found: Questions | None, assessment: Assessment) -> tuple[Block, ...]:
    """Return what is left to ask, and how much that is at most; nothing where no answer could change anything."""
    if found is None or found.is_done:
        return ()
    told = tuple(question_words(each, assessment) for each in found.questions)
    how_many = count("At most {n} question is left.", "At most {n} questions are left.", found.at_most)
    return Words((how_many,)), Items(_listed(told), is_numbered=True)


def _listed(items: tuple[str, ...]) -> tuple[str, ...]:
    """As many as are listed, and how many more there are."""
    more = len(items) - MOST_LISTED
    return (*items[:MOST_LISTED], count("And {n} more.", "And {n} more.", more)) if more > 0 else items


# What to put right


def plans(assessment: Assessment, main: Answer) -> tuple[Block, ...]:
    """Return the ways to a better answer that cost the least; nothing where there is nothing to gain by them."""
    if main.allows is None:  # the questions come first
        return ()
    try:
        found = analyse.fixes(assessment, n=MOST_PLANS)
    except EngineFailedError:
        return ()
    if found.is_reached:
        return ()
    if found.plans:
        return tuple(_planned(found))
    goal = _quoted(found.words)
    hindrances = tuple(each.text for each in found.in_the_way)
    if found.can_be_reached is None and hindrances:
        text = say("Whether {goal} can be reached turns on what is not known.", goal=goal)
        return Words((text,)), Items(hindrances, title=say("To find out first"))
    if found.can_be_reached is None and found.short_of:
        text = say(
            "No plan to reach {goal} was found with a few new records in {lists}. More were not tried.",
            goal=goal,
            lists=listed(found.short_of),
        )
        return (Words((text,)),)
    if found.can_be_reached is None:
        return (
            Words((say("Whether {goal} can be reached was not settled in reasonable time.", goal=goal),)),
        )
    text = say("Putting things right is not enough to bring the answer to {goal}.", goal=goal)
    blocks: list[Block] = [Words((text,))]
    if hindrances:
        blocks.append(Items(hindrances, title=say("What stays in the way")))
    return tuple(blocks)


def _planned(found: Fixes) -> Iterator[Block]:
    goal = _quoted(found.words)
    if found.is_cheapest:
        yield Words((say("The least that would bring the answer to {goal}:", goal=goal),))
    else:
        yield Words((say("What would bring the answer to {goal}:", goal=goal),))
    for number, each in enumerate(found.plans, 1):
        title = "" if len(found.plans) == 1 else _plan_title(number, each)
        without, own = each.beside(found.plans[0])
        if number == 1 or len(own) == len(each.steps):
            yield Items(tuple(map(_step, each.steps)), is_numbered=True, title=title)
            continue
        left_out = "; ".join(step.title for step in without)
        title = say("{way}: as way 1, but without: {titles}. Instead", way=title, titles=left_out)
        yield Items(tuple(map(_step, own)), is_numbered=True, title=title)


def _plan_title(number: int, plan: Plan) -> str:
    effort = format(plan.effort.normalize(), "f")
    return say("Way {number} (effort {effort})", number=number, effort=effort)


def _step(step: FixStep) -> str:
    if step.kind not in (FIX, FIND_OUT):
        return say("Get this checked: {what}. {text}", what=step.title, text=step.text)
    if not step.requirement or step.needs_part:
        return say("{title}. {text}", title=step.title, text=step.text)
    return (
        step.text
        if step.kind == FIX
        else say("Check this, and put it right if needed: {what}", what=step.text)
    )


def _quoted(words: str) -> str:
    return say("“{words}”", words=words)


# How long it holds


class Future:
    """How an answer fares if nothing is renewed."""

    assessment: Assessment
    main: Answer | None
    """Without an overall answer it is about the tier that is reached."""
    shortfalls: Shortfalls
    changes: list[Change]

    def __init__(self, assessment: Assessment, main: Answer | None, shortfalls: Shortfalls) -> None:
        self.assessment, self.main, self.shortfalls = assessment, main, shortfalls
        self.found: Horizon = analyse.horizon(assessment)
        self.titles: Titles = Titles(assessment)
        decisions = assessment.work.closed.ruleset.decisions
        self.outcomes: Mapping[str, tuple[str, str]] = {
            outcome.id: (outcome.words, _STANDS[outcome.allows])
            for each in decisions
            if main is not None and each.id == main.decision
            for outcome in each.outcomes
        }
        self.changes = [each for each in self.found.timeline if any(map(self._counts, each.moves))]

    def _counts(self, move: Move) -> bool:
        """Whether a move is of the overall answer, or of a tier that somebody would notice."""
        return self._is_answer(move) or (move.kind == TIER and move.name in ("attained", "required_least"))

    def _is_answer(self, move: Move) -> bool:
        """Whether a move is of the overall answer; where there is none, of the tier that is reached."""
        if self.main is None:
            return move.kind == TIER and move.name == "attained"
        return move.kind == DECISION and move.name == self.main.decision

    @property
    def review(self) -> str:
        """The day by which to look again: before the answer ends, or something that weighs in it runs out."""
        days: dict[datetime.date, dict[tuple[str, int | None], str]] = {}
        next_due = self.shortfalls.next_due
        for each in self.found.due:
            # A condition whose evidence has no date runs from today; assessed later it would run from then.
            is_task = each.kind == "condition_due" and each.by == next_due
            if is_task or (each in self.due and any(map(self._weighs, each.requirements))):
                days.setdefault(each.by, {})[each.fact, each.record] = each.text
        for change in self.changes:
            if any(map(self._is_answer, change.moves)):
                last = change.on - datetime.timedelta(days=1)
                turning = [each for each in change.causes if any(map(self._is_answer, each.moves))]
                first = {(each.fact, each.record): each.text for each in turning}
                due = days.get(last, {})  # in these words where both say it, and what turns the answer first
                days[last] = {name: due.get(name, text) for name, text in first.items()} | due
        if not days:
            return ""
        first_day = min(days)
        why = "; ".join(dict.fromkeys(days[first_day].values()))
        return say("{day} ({why})", day=day(first_day), why=why) if why else day(first_day)

    @property
    def next_turn(self) -> tuple[datetime.date, str] | None:
        """When the answer is another one, if nothing is renewed, and which in words; None where no day is known."""
        for change in self.changes if self.main is not None else ():
            for move in change.moves:
                if self._is_answer(move):
                    outcome = self._outcome(move.after)
                    text = say(
                        "From {day}, if nothing else changes: {outcome}.", day=day(change.on), outcome=outcome
                    )
                    return change.on, text
        return None

    @property
    def due(self) -> tuple[Due, ...]:
        """What to renew or review in time; not what only a tier asks for that is not needed here."""
        return tuple(each for each in self.found.due if each.changes and not self._is_beside(each))

    def _is_beside(self, due: Due) -> bool:
        asked = [self.assessment.finding(each) for each in due.requirements]
        return bool(asked) and all(map(self.shortfalls.stands_beside, asked))

    def _weighs(self, requirement: str) -> bool:
        finding = self.assessment.finding(requirement)
        return self.shortfalls.weighs(finding) and not self.shortfalls.stands_beside(finding)

    def blocks(self) -> tuple[Block, ...]:
        """Return the days on which the answer or a tier changes, and what falls due; of no answer, nothing."""
        if self.main is None:
            return ()
        first = Point(day(self.found.on), self.main.words, (), self._stands(self.main.outcome))
        points = [first, *map(self._point, self.changes[:MOST_LISTED])]
        blocks: list[Block] = []
        if len(points) > 1:
            blocks.append(Timeline(tuple(points)))
        else:
            text = say("Nothing is due to change this answer before {day}.", day=day(self.found.until))
            blocks.append(Words((text,)))
        due = tuple(say("by {day}: {what}", day=day(each.by), what=each.text) for each in self.due)
        if due:
            title = say("To renew or review, soonest first")
            blocks.append(Items(_listed(tuple(map(capital, due))), title=title))
        return tuple(blocks)

    def _point(self, change: Change) -> Point:
        kept = [each for each in change.moves if self._counts(each)]
        stands = next((self._stands(each.after) for each in kept if each.kind == DECISION), PLAIN)
        causes = listed(
            each.text for each in (*change.causes, *change.beside) if any(map(self._counts, each.moves))
        )
        notes = (say("because {causes}", causes=causes),) if causes else ()
        return Point(day(change.on), ". ".join(map(self._moved, kept)), notes, stands)

    def _moved(self, move: Move) -> str:
        if move.kind == DECISION:
            return self._outcome(move.after)
        before, after = self.titles.of(move.before), self.titles.of(move.after)
        if move.name == "attained":
            return say("Tier reached: {tier}, before {before}", tier=after, before=before)
        return say("Tier needed: {tier}, before {before}", tier=after, before=before)

    def _outcome(self, name: str) -> str:
        if name in self.outcomes:
            return self.outcomes[name][0]
        decision = next(
            each
            for each in self.assessment.work.closed.ruleset.decisions
            if each.id == self.assessment.overall
        )
        return words_of(decision)[name]

    def _stands(self, name: str) -> str:
        return self.outcomes[name][1] if name in self.outcomes else OPEN


def still_open(names: Iterable[str], matter: frozenset[str]) -> bool:
    """Whether one of some facts can still change the answer."""
    return any(each.partition(".")[0] in matter for each in names)

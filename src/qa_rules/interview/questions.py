"""What to ask next about an assessment."""

from __future__ import annotations

from collections.abc import Collection
from types import NoneType

from qa_rules.assessment.assess import Assessment
from qa_rules.assessment.situation import situation_of
from qa_rules.errors import NotFoundError, due, due_count, due_known, due_names
from qa_rules.interview.purpose import For, GoalWord
from qa_rules.interview.ranking import Questions
from qa_rules.interview.ranking import next_questions as _next_questions


def next_questions(
    assessment: Assessment,
    goal: GoalWord = "tier",
    n: int = 1,
    *,
    last: str | None = None,
    closed_to: Collection[str] = (),
    about: Collection[str] | None = None,
) -> Questions:
    """Return the facts to ask about next, best first, and how many there may be in all.

    Args:
        assessment: of the answers so far.
        goal: `tier` (the overall answer, or the tier where that is not asked for), `fixes` (that, and the verdict of
            every requirement that it may turn on) or `everything`.
        n: how many questions; those of one topic come together.
        last: the fact asked about last. Its topic is stayed with unless another question is four times better.
        closed_to: facts that were asked about and nobody can tell; they are not asked about again.
        about: the subjects that may be asked about. By default all, but not the one that a decision needs (the
            person) while nothing is known of it: then that decision is not made.

    Raises:
        NotFoundError: there is no such goal, fact or subject.

    >>> made = assess(load_ruleset("ss2q"), {}, on=datetime.date(2026, 11, 22))
    >>> next_questions(made, n=1).questions[0].fact
    'programme_is_structured_self_management'

    """
    due("assessment", assessment, Assessment, "an Assessment, as assess returns it")
    due("goal", goal, str, "text: tier, fixes or everything")
    due_count("n", n)
    due("last", last, (str, NoneType), "the name of a fact, or None")
    due_names("closed_to", closed_to)
    vocabulary = assessment.work.closed.ruleset.vocabulary
    for each in closed_to:
        if each not in vocabulary.scalars and each not in vocabulary.collections:
            raise NotFoundError(f"there is no fact `{each}` that was asked about")
    if about is not None:
        due_names("about", about)
        due_known("subject", about, {each.about for each in vocabulary.facts.values()})
    if goal not in list(For):
        raise NotFoundError(f"there is no goal `{goal}`; there are {', '.join(For)}")
    if last is not None and last not in vocabulary.scalars and last not in vocabulary.collections:
        raise NotFoundError(f"there is no fact `{last}` that was asked about last")
    return _next_questions(situation_of(assessment), For(goal), n, last, closed_to, about)

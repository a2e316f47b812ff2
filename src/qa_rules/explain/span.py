"""Between which answers one lies that is not settled: of a rating, say, or of two answers that both forbid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qa_rules.explain.messages import say
from qa_rules.model.assessments import Answer
from qa_rules.model.rulesets import Decision
from qa_rules.model.values import DecisionKind


def span_words(answer: Answer, decision: Decision | None) -> str:
    """Return between which answers this one lies, as a sentence; empty of one that is settled, or says so itself.

    Without the decision, as in a record of an assessment, answers are called by their ids.
    """
    is_told = answer.kind is not DecisionKind.PERMISSION and not (decision and decision.undecided_words)
    if answer.settled or len(answer.possible) < 2 or is_told:
        return ""
    return between(answer.possible, {} if decision is None else words_of(decision))


def between(possible: Iterable[str], words: Mapping[str, str]) -> str:
    """Return a sentence that names the strictest and the mildest of several answers."""
    first, *_, last = (words.get(each, each.replace("_", " ")) for each in possible)
    return say("Not settled yet: between “{first}” and “{last}”.", first=first, last=last)


def words_of(decision: Decision) -> dict[str, str]:
    """Return what each answer of a decision says, by its id."""
    found = {each.id: each.words for each in decision.outcomes}
    found[decision.not_applicable] = decision.not_applicable_words or say("Does not apply here")
    found[decision.undecided] = decision.undecided_words or say("Cannot be decided yet")
    return found

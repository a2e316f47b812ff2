"""What stands around a decision that is asked about: rules, facts, results, and how to evaluate other facts."""

from __future__ import annotations

from qa_rules.assessment.assess import Assessment
from qa_rules.engines import engine
from qa_rules.explain.situation import Situation


def situation_of(assessment: Assessment) -> Situation:
    """Return the situation of an assessment. QaRulesError for one that was read from a record."""
    work = assessment.work
    evaluate = engine(assessment.engine)(work.closed).run
    return Situation(work.closed, work.facts, work.known, work.results, evaluate)

"""Assessments of generated rulesets, as a user makes them."""

from __future__ import annotations

from qa_rules import Assessment, assess
from tests.strategies import Case


def assessed(case: Case) -> Assessment:
    """Assess a generated case through the front door."""
    closed = case.closed
    return assess(closed.ruleset, case.facts, on=case.on, policy=closed.policy, calendar=case.calendar)

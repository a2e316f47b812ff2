"""Hypothesis strategies for whole rulesets: random vocabularies, rulesets, policies, facts and dates.

What they make is what the loader could have made: well typed, acyclic, references only where they may stand.

    vocabularies()            facts of every type
    rulesets()                a ruleset over a random vocabulary, every kind of node and test in it
    policies(ruleset)         settings, severities, strengths and, where there are routes, tiers
    closed_rulesets()         a ruleset under a policy, or under none
    facts(vocabulary)         facts of one subject: unknown, none, weak, partial, expired, not yet dated
    crowds(vocabulary)        facts of several subjects at once, more of them known
    cases()                   a closed ruleset with facts, a date and a calendar (`Case`)
    learned(vocabulary, facts)     the same facts after something was learned
    scopes(), expressions(scope)   one expression alone

A parity test of an engine is `@given(cases())` and a comparison with `reference` on `case.known`.
"""

from __future__ import annotations

import datetime
from typing import Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.program.bind import ClosedRuleset, close
from qa_rules.semantics.snapshot import Known, believe
from tests.strategies.expressions import Place, Scope, expressions, scopes
from tests.strategies.facts import crowds, facts, moments
from tests.strategies.learning import learned
from tests.strategies.rulesets import policies, rulesets
from tests.strategies.vocabularies import CALENDAR, vocabularies

__all__ = [
    "CALENDAR",
    "FEW",
    "LIGHT",
    "Case",
    "Place",
    "Scope",
    "cases",
    "closed_rulesets",
    "crowds",
    "expressions",
    "facts",
    "learned",
    "moments",
    "policies",
    "rulesets",
    "scopes",
    "vocabularies",
]

LIGHT = settings(max_examples=max(10, settings().max_examples * 2 // 5))
"""For properties of which one example takes a while: two fifths of the usual examples, in every profile."""
FEW = settings(max_examples=max(5, settings().max_examples // 6))
"""For those of which one example takes seconds: a sixth."""


@attrs.frozen(repr=False)
class Case:
    """A closed ruleset with the facts of one subject, a date, and working days or none."""

    closed: ClosedRuleset
    facts: Facts
    on: datetime.date
    calendar: Calendar | None

    def __repr__(self) -> str:
        return f"Case(... {len(self.closed.nodes)} nodes, on {self.on})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What hypothesis prints of an example; a whole ruleset would be pages."""
        printer.text(repr(self))

    def show(self, node: str) -> str:
        """A node and the facts, for the message of a test that fails."""
        expr = self.closed.exprs[node]
        return f"{node}: {expr}\n{self.known}"

    @property
    def known(self) -> Known:
        """What is believed on the date: the input of an engine."""
        return self.believed(self.facts)

    def believed(self, facts: Facts) -> Known:
        """What would be believed if these were the facts."""
        return believe(facts, self.closed.ruleset.vocabulary, self.on, self.calendar)


@st.composite
def closed_rulesets(draw: st.DrawFn, plain: bool = False) -> ClosedRuleset:
    """A ruleset under a policy, now and then under none."""
    ruleset = draw(rulesets(plain))
    policy = None if draw(st.integers(0, 5)) == 0 else draw(policies(ruleset))
    return close(ruleset, policy)


@st.composite
def cases(draw: st.DrawFn, plain: bool = False) -> Case:
    """A closed ruleset, facts and a date. Plain ones turn on structure alone: see `rulesets`."""
    closed = draw(closed_rulesets(plain))
    calendar = None if draw(st.integers(0, 5)) == 0 else CALENDAR
    return Case(closed, draw(facts(closed.ruleset.vocabulary)), draw(moments()), calendar)

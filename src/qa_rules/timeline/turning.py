"""The days on which time alone may turn what one requirement asks."""

from __future__ import annotations

import datetime

import attrs

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, FactDeclaration, Facts, FactValue, Vocabulary
from qa_rules.model.nodes import NodeId
from qa_rules.program.bind import ClosedRuleset
from qa_rules.program.breakpoints import turning_days
from qa_rules.semantics.snapshot import believed_until


def days_of(
    closed: ClosedRuleset,
    requirement: str,
    facts: Facts,
    on: datetime.date,
    until: datetime.date,
    calendar: Calendar | None,
) -> list[datetime.date]:
    """Return the days later than `on` and no later than `until` on which its own test may turn, in order."""
    met = NodeId.met(requirement)
    asked = closed.exprs[met if met in closed.exprs else requirement]
    return sorted(turning_days([asked], facts, on, until, calendar))


def still_believed(facts: Facts, vocabulary: Vocabulary, on: datetime.date) -> Facts:
    """Return facts of which everything that is believed on a day stays believed for good."""

    def kept(evidence: Evidence, declared: FactDeclaration) -> Evidence:
        until = believed_until(evidence, declared)
        is_over = until is not None and until < on
        return evidence if is_over else attrs.evolve(evidence, valid_until=datetime.date.max)

    def value(given: FactValue, declared: FactDeclaration) -> FactValue:
        return attrs.evolve(given, evidence=kept(given.evidence, declared))

    collections = {}
    for name, given in facts.collections.items():
        declared = vocabulary.collections[name]
        records = tuple(
            {field: value(each, declared.fields[field]) for field, each in record.items()}
            for record in given.records
        )
        collections[name] = attrs.evolve(given, records=records, evidence=kept(given.evidence, declared))
    values = {name: value(each, vocabulary.scalars[name]) for name, each in facts.values.items()}
    return Facts(values, collections, facts.subject)

"""Facts as a facts file holds them: plain data, which JSON can hold and the reader reads back as they are."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Final

import attrs

from qa_rules.model.facts import Evidence, Facts, FactValue
from qa_rules.model.values import NoneGiven

FORMAT: Final = 1
"""The format of a facts file, and of all others."""


def facts_to_data(facts: Facts) -> dict[str, Any]:
    """Return facts in the shape of a facts file, every evidence written out. JSON can hold it."""
    found: dict[str, Any] = {}
    writer = _Writer()
    for name, value in facts.values.items():
        base, _, part = name.partition(".")
        if part:
            found.setdefault(base, {})[part] = writer.value(value)
        else:
            found[name] = writer.value(value)
    for name, given in facts.collections.items():
        records = [{key: writer.value(value) for key, value in record.items()} for record in given.records]
        evidence = dict(writer.evidence(given.evidence))
        inherits = all(
            getattr(value.evidence, key)
            for record in given.records
            for value in record.values()
            for key in evidence
        )
        # What a field's evidence does not say it would have from its list, when it is read again.
        key = "evidence" if inherits else "list_evidence"
        found[name] = {"records": records, "partial": given.partial, key: evidence}
    return {"format": FORMAT, "subject": facts.subject or None, "facts": found}


@attrs.frozen
class _Writer:
    """Writes values with their evidence, which is worked out once where many share it."""

    written: dict[int, dict[str, Any]] = attrs.field(factory=dict)

    def value(self, given: FactValue) -> dict[str, Any]:
        value = given.value if type(given.value) is bool else _plain(given.value)
        if given.partial:
            return {"value": value, "partial": True, **self.evidence(given.evidence)}
        return {"value": value, **self.evidence(given.evidence)}

    def evidence(self, evidence: Evidence) -> dict[str, Any]:
        found = self.written.get(id(evidence))
        if found is None:
            found = self.written[id(evidence)] = {
                field.name: evidence.strength.word if field.name == "strength" else _plain(given)
                for field in attrs.fields(Evidence)
                if (given := getattr(evidence, field.name))
            }
        return found


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, NoneGiven) else value

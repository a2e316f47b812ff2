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
    for name, value in facts.values.items():
        base, _, part = name.partition(".")
        if part:
            found.setdefault(base, {})[part] = _enveloped(value)
        else:
            found[name] = _enveloped(value)
    for name, given in facts.collections.items():
        records = [{key: _enveloped(value) for key, value in record.items()} for record in given.records]
        evidence = _evidence_data(given.evidence)
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


def _enveloped(given: FactValue) -> dict[str, Any]:
    partial = {"partial": True} if given.partial else {}
    return {"value": _plain(given.value), **partial, **_evidence_data(given.evidence)}


def _evidence_data(evidence: Evidence) -> dict[str, Any]:
    return {
        field.name: evidence.strength.word
        if field.name == "strength"
        else _plain(getattr(evidence, field.name))
        for field in attrs.fields(Evidence)
        if getattr(evidence, field.name)
    }


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, NoneGiven) else value

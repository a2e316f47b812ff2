"""Hashes of all that decides: two things with the same hash mean the same."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from functools import lru_cache

import attrs

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Facts
from qa_rules.model.rulesets import Policy, Ruleset


def _plain(value: object) -> object:
    """Data that JSON can write, the same for equal values; places in files are left out."""
    if attrs.has(type(value)):
        fields = [field for field in attrs.fields(type(value)) if field.eq]  # type: ignore[arg-type]
        told = (
            field for field in fields if not (field.metadata and getattr(value, field.name) == field.default)
        )
        parts = (getattr(value, field.name) for field in told)
        return [type(value).__name__, *map(_plain, parts)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return [[key, _plain(value[key])] for key in sorted(value)]
    if isinstance(value, frozenset | set):
        return sorted(str(_plain(each)) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return ["decimal", _exact(value)]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def _exact(number: Decimal) -> str:
    """The same text for equal numbers, with every digit (`normalize` would round to 28)."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) if number else "0"


def _digest(value: object) -> str:
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=256)
def hash_of(thing: Ruleset | Policy | Calendar) -> str:
    """Return the hash of a ruleset (its vocabulary included), a policy or a calendar."""
    return _digest(thing)


def hash_of_facts(facts: Facts) -> str:
    """Return the hash of facts; the order in which they are given does not matter."""
    return _digest([facts.values, facts.collections, facts.subject])

"""Hashes of all that decides: two things with the same hash mean the same."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Final

import attrs

from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts, FactValue, Records
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import exact_text


def _plain(value: object) -> object:
    """Data that JSON can write, the same for equal values; places in files are left out."""
    if attrs.has(type(value)):
        return [type(value).__name__, *_parts(value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return [[key, _plain(value[key])] for key in sorted(value)]
    if isinstance(value, frozenset | set):
        return sorted(str(_plain(each)) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return ["decimal", exact_text(value)]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def _parts(value: object) -> Iterator[list[object]]:
    """What was given: a field that is added later, and not used, leaves the hash as it was."""
    for field in attrs.fields(type(value)):  # type: ignore[arg-type]
        if field.eq:
            given, usual = getattr(value, field.name), field.default
            if usual is attrs.NOTHING or given != (usual.factory() if isinstance(usual, _FACTORY) else usual):
                yield [field.name, _plain(given)]


_FACTORY: Any = attrs.Factory


def _digest(value: object) -> str:
    return _hashed(_written(_plain(value)))


_quoted: Final = json.encoder.encode_basestring
_written: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _hashed(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=1024)
def hash_of(thing: Ruleset | Policy | Calendar) -> str:
    """Return the hash of a ruleset (its vocabulary included), of a policy, or of all days of a calendar."""
    if isinstance(thing, Calendar):
        return hash_of_days(thing, thing.first, thing.last)
    if isinstance(thing, Ruleset) and thing.base is not None:
        return hash_of(thing.base)
    return _digest(thing)


@lru_cache(maxsize=1024)
def hash_of_days(calendar: Calendar, first: datetime.date, last: datetime.date) -> str:
    """Return the hash of the days of a calendar from one day to another, as far as it reaches.

    Where the days come from is no part of it: two releases with the same days are the same.
    """
    reach = max(first, calendar.first), min(last, calendar.last)
    off = [day for day in sorted(calendar.holidays) if reach[0] <= day <= reach[1] and day.weekday() < 5]
    return _digest([*reach, *off])


def hash_of_all(hashes: Sequence[str | None]) -> str:
    """Return the hash of several hashes in their order."""
    return _digest(list(hashes))


def hash_of_facts(facts: Facts) -> str:
    """Return the hash of facts; the order in which they are given does not matter."""
    tails: dict[int, str] = {}
    """What follows a value, by the identity of its evidence: many values share one."""

    def value_of(given: FactValue) -> str:
        value, evidence = given.value, given.evidence
        tail = tails.get(id(evidence))
        if tail is None:
            tail = tails[id(evidence)] = _backing(evidence)
        text = "true" if value is True else "false" if value is False else _text(value)
        if given.partial:
            return f'["FactValue",["value",{text}]{tail},["partial",true]]'
        return f'["FactValue",["value",{text}]{tail}]'

    def fields_of(given: Mapping[str, FactValue]) -> str:
        return f"[{','.join([f'[{_quoted(name)},{value_of(given[name])}]' for name in sorted(given)])}]"

    def list_of(given: Records) -> str:
        partial = ',["partial",true]' if given.partial else ""
        return f'["Records",["records",[{",".join(map(fields_of, given.records))}]]{_backing(given.evidence)}{partial}]'

    lists = [f"[{_text(name)},{list_of(facts.collections[name])}]" for name in sorted(facts.collections)]
    return _hashed(f"[{fields_of(facts.values)},[{','.join(lists)}],{_text(facts.subject)}]")


_NOTHING: Final = Evidence()


@lru_cache(maxsize=4096)
def _backing(evidence: Evidence) -> str:
    """What follows a value: its evidence, where it says anything. Much of it is that of the subject before."""
    return "" if evidence == _NOTHING else f',["evidence",{_text(evidence)}]'


def _text(value: object) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is str:
        return _quoted(value)
    if type(value) is int:
        return str(value)
    if type(value) is datetime.date:
        return f'"{value}"'
    return _written(_plain(value))


def hashes_of(ruleset: Ruleset, policy: Policy | None) -> dict[str, str | None]:
    """Return what names exactly the ruleset and the policy that something was decided by, or is said of."""
    return {"ruleset": ruleset.hash, "policy": None if policy is None else policy.hash}

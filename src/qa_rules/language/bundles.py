"""Bundles: a ruleset, its vocabularies, a policy and a calendar as the files hold them, in one piece of plain data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import Field

from qa_rules.errors import Diagnostic, Place, RulesetError, due
from qa_rules.language.checking import check
from qa_rules.language.policies import policy_from
from qa_rules.language.reading import Plain, Raw, Source, read_data
from qa_rules.language.rulesets import resolve
from qa_rules.language.schema import Document
from qa_rules.language.shapes import Day, Format, Text
from qa_rules.model.calendars import Calendar
from qa_rules.model.identity import hash_of
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.writing import FORMAT


class CalendarDocument(Document):
    """The days on which nobody works."""

    name: Text
    version: Text
    first: Day
    last: Day
    holidays: list[Day]

    def to_calendar(self) -> Calendar:
        """Return the calendar of the model."""
        return Calendar(self.name, self.version, self.first, self.last, frozenset(self.holidays))


class HashesDocument(Document):
    """What the parts meant where the bundle was made."""

    ruleset: Text
    policy: Text | None
    calendar: Text | None


class AskedRulesetDocument(Document):
    """A ruleset that the policy asks."""

    ruleset: dict[str, Any]
    vocabularies: dict[str, dict[str, Any]]


class BundleDocument(Document):
    """A bundle."""

    format: Format
    bundle: Text
    ruleset: dict[str, Any]
    vocabularies: dict[str, dict[str, Any]]
    asks: dict[str, AskedRulesetDocument] = Field(default_factory=dict)
    """By id. A bundle of an earlier version has none, and asks those that are shipped."""
    policy: dict[str, Any] | None
    calendar: CalendarDocument | None
    hashes: HashesDocument


def bundle_data(ruleset: Ruleset, policy: Policy | None, calendar: Calendar | None) -> dict[str, Any]:
    """Return all that decides as plain data that JSON can hold.

    RulesetError for a ruleset or policy that was changed in Python since it was read: no file says what it asks.
    """
    due("ruleset", ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
    days = None
    if calendar is not None:
        days = {
            "name": calendar.name,
            "version": calendar.version,
            "first": calendar.first,
            "last": calendar.last,
            "holidays": sorted(calendar.holidays),
        }
    data = {
        "format": FORMAT,
        "bundle": ruleset.id,
        **_written(ruleset),
        "asks": {} if policy is None else {each.ruleset.id: _written(each.ruleset) for each in policy.asks},
        "policy": None if policy is None else _policy(policy),
        "calendar": days,
        "hashes": {
            "ruleset": ruleset.hash,
            "policy": None if policy is None else policy.hash,
            "calendar": None if calendar is None else hash_of(calendar),
        },
    }
    found: dict[str, Any] = _json(data)
    read_bundle(found)
    return found


def read_bundle(data: Mapping[str, Any]) -> tuple[Ruleset, Policy | None, Calendar | None]:
    """Return what a bundle holds. RulesetError when it is none, or when a part means something else here."""
    due("data", data, Mapping, "a mapping, as a bundle is written")
    source = read_data(_plain(data) if not read_data(data, "<bundle>").diagnostics else data, "<bundle>")
    document = check(BundleDocument, source)
    if document is None or source.diagnostics:
        raise RulesetError(source.diagnostics)
    ruleset = _resolved("", document)
    asks = [_resolved(f"asks {name}: ", each) for name, each in document.asks.items()]
    policy = None if document.policy is None else policy_from(document.policy, ruleset, asks)
    calendar = None if document.calendar is None else document.calendar.to_calendar()
    for what, part in (("ruleset", ruleset), ("policy", policy), ("calendar", calendar)):
        if getattr(document.hashes, what) != (None if part is None else hash_of(part)):
            message = f"the {what} of this bundle is not what it was when the bundle was made"
            hint = "it was changed in Python, or by hand, or this version of the library reads it otherwise"
            raise RulesetError([Diagnostic("bundle", message, Place("<bundle>"), hint, path=(what,))])
    return ruleset, policy, calendar


def _written(ruleset: Ruleset) -> dict[str, Any]:
    written = ruleset.written or {}
    return {"ruleset": written.get("ruleset", {}), "vocabularies": written.get("vocabularies", {})}


def _policy(policy: Policy) -> dict[str, Any]:
    """A policy as it is written, but for the rulesets that it asks: by their ids, since a path leads nowhere here."""
    written = dict(policy.written or {})
    if written.get("asks"):
        pairs = zip(written["asks"], policy.asks, strict=True)
        written["asks"] = [{**asked, "ruleset": each.ruleset.id} for asked, each in pairs]
    return written


def _resolved(where: str, document: BundleDocument | AskedRulesetDocument) -> Ruleset:
    vocabularies = document.vocabularies.items()
    beside = {name: Source(f"<{where}vocabulary {name}>", each) for name, each in vocabularies}
    return resolve(Source(f"<{where}ruleset>", document.ruleset), None, beside)


def _json(value: Raw) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json(each) for each in value]
    if isinstance(value, str | Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _plain(value: Any) -> Raw:
    """What JSON holds, as YAML would: text that may be read as a number where a number is due."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return Plain(value) if isinstance(value, str) else value

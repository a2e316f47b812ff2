"""What is declared, and what is believed of the facts of one subject on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tests.meaning.days import Working, later

Plain = Mapping[str, Any]
STRENGTHS = ("stated", "seen", "verified")
NONE = "none, which is an answer"
_PIECES = ("strength", "by", "on", "since", "valid_until")


class Value(NamedTuple):
    """A value that is believed on the day."""

    value: Any
    strength: int
    whole: bool
    counts: date
    """From when it counts for a gap, where the days run from the gap."""
    noted: date
    since: date | None


class Listed(NamedTuple):
    """The records of a collection."""

    records: Sequence[Mapping[str, Value]]
    claim: Value | None
    """That these are the records; None where it is not believed. Whole unless more may belong to it."""


class Declared:
    """The facts of a ruleset: each by its name, the parts of documents too."""

    def __init__(self, facts: Plain) -> None:
        self.scalars: dict[str, Plain] = {}
        self.lists: dict[str, Plain] = {}
        for name, each in facts.items():
            if each["type"] == "collection":
                self.lists[name] = each
            elif each["type"] == "document":
                about = {"about": each.get("about")}
                self.scalars[f"{name}.exists"] = {"type": "yes_no", **about}
                self.scalars[f"{name}.dated"] = {"type": "date", **about}
                self.scalars[f"{name}.review_due"] = {"type": "date", "may_be_none": True, **about}
                if "covers" in each:
                    covers = {"type": "choices", "options": each["covers"]}
                    self.scalars[f"{name}.covers"] = {**covers, **about}
            else:
                self.scalars[name] = each


class Believed:
    """The facts of a file, as far as they are believed on a day."""

    def __init__(self, declared: Declared, file: Plain, on: date, working: Working) -> None:
        self.declared, self.on, self.working = declared, on, working
        self.values: dict[str, Value] = {}
        self.lists: dict[str, Listed] = {}
        self.days: dict[str, list[tuple[date, date]]] = {}
        """Of each fact and list that is given, believed or not: since when it is so, and when it was noted."""
        self._said: list[tuple[date, date]] = []
        self.given_about: set[str | None] = set()
        self.as_of = _day(file.get("as_of"))
        around = _nearer({"strength": "stated"}, file.get("evidence", {}))
        for name, given in file["facts"].items():
            if given is not None:
                self._take(name, given, around)

    def _take(self, name: str, given: Any, around: Plain) -> None:
        self._said = self.days[name] = []
        scalars, lists = self.declared.scalars, self.declared.lists
        if name in scalars:
            self.given_about.add(scalars[name].get("about"))
            self._keep(name, self._value(scalars[name], given, around))
        elif name in lists:
            self.given_about.add(lists[name].get("about"))
            self.lists[name] = self._listed(lists[name], given, around)
        else:
            parts = given if isinstance(given, Mapping) else {"exists": given}
            inside = _nearer(around, parts.get("evidence", {}))
            for part, value in parts.items():
                if part != "evidence" and value is not None:
                    self._take(f"{name}.{part}", value, inside)

    def _keep(self, name: str, value: Value | None) -> None:
        if value is not None:
            self.values[name] = value

    def _value(self, declared: Plain, given: Any, around: Plain) -> Value | None:
        """What is believed of a value, None where nothing is."""
        own = {key: given[key] for key in _PIECES if key in given} if isinstance(given, Mapping) else {}
        pieces = _nearer(around, own)
        value = given["value"] if isinstance(given, Mapping) else given
        dated, since = _day(pieces.get("on")) or self.as_of, _day(pieces.get("since"))
        noted = dated or self.on
        self._said.append((since or noted, noted))
        if declared["type"] == "judgement" and not (pieces.get("by") and pieces.get("on")):
            return None
        if not self._is_believed(declared, pieces, dated):
            return None
        partial = isinstance(given, Mapping) and given.get("partial", False)
        strength = STRENGTHS.index(pieces["strength"]) + 1
        if declared.get("needs_no_evidence"):
            strength = 3
        return Value(read_value(declared, value), strength, not partial, since or noted, noted, since)

    def _is_believed(self, declared: Plain, pieces: Plain, dated: date | None) -> bool:
        until = _day(pieces.get("valid_until"))
        good_for = declared.get("good_for")
        if until is None and good_for and dated is not None:
            until = later(dated, int(good_for.split()[0]), "months", self.working)
        return not (dated is not None and dated > self.on) and not (until is not None and until < self.on)

    def _listed(self, declared: Plain, given: Any, around: Plain) -> Listed:
        whole = given if isinstance(given, Mapping) else {"records": given}
        inside = _nearer(around, whole.get("evidence", {}))
        dated, since = _day(inside.get("on")) or self.as_of, _day(inside.get("since"))
        records = []
        for record in whole["records"]:
            nearer = _nearer(inside, record.get("evidence", {}))
            fields = {
                name: self._value(declared["fields"][name], value, nearer)
                for name, value in record.items()
                if name != "evidence" and value is not None
            }
            records.append({name: value for name, value in fields.items() if value is not None})
        noted = dated or self.on
        counts = since or noted
        self._said.append((counts, noted))
        claim = None
        if self._is_believed(declared, inside, dated):
            strength = STRENGTHS.index(inside["strength"]) + 1
            claim = Value(None, strength, not whole.get("partial", False), counts, noted, since)
        return Listed(records, claim)


def _nearer(around: Plain, own: Plain) -> Plain:
    """Evidence with what stands nearer to the value. A day of its own takes no `since` from further away."""
    kept = {key: value for key, value in around.items() if key != "since" or "on" not in own}
    return {**kept, **own}


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def read_value(declared: Plain, value: Any) -> Any:
    """Return a value of plain data by the type that is declared; None for none at all."""
    kind = declared["type"]
    if value is None:
        return None
    if value == "none" and declared.get("may_be_none"):
        return NONE
    if kind in ("integer", "decimal"):
        return Decimal(str(value))
    if kind == "date":
        return date.fromisoformat(value)
    if kind in ("choices", "codes"):
        return frozenset(value)
    return value

"""Opportunities as OpenActive publishes them: a page of a feed, or one event, series or session.

What an operator says of access, ages and prices bears on whether people are treated fairly. That is judged by a person.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from qa_rules.adapters.entry import Entry, Looked, each_row
from qa_rules.adapters.node import Node, quoted
from qa_rules.adapters.reading import NoteKind, Reading
from qa_rules.explain.messages import say
from qa_rules.model.rulesets import Ruleset

SOURCE: Final = "OpenActive"
JUDGED: Final = "equality_compliant"


def read(
    data: Any, ruleset: Ruleset, *, fetched_on: datetime.date, published_on: datetime.date | None = None
) -> Reading:
    """Return notes of access, ages and prices, for each opportunity that is not deleted."""
    looked = Looked(ruleset, fetched_on, published_on)
    stale = _stale(data)
    return each_row(data, ("items",), lambda row: None if id(row.given) in stale else _item(row, looked))


def _stale(data: Any) -> set[int]:
    """Items that a later one of the same feed replaces: the last that was modified is what is so."""
    items = data.get("items") if isinstance(data, Mapping) else data
    last: dict[tuple[str, str], tuple[Decimal, int]] = {}
    found: set[int] = set()
    for each in items if isinstance(items, list | tuple) else ():
        node = Node(each, (), [])
        number, modified = node["id"].text(), node["modified"].number()
        if not number or node["state"].is_empty:
            continue
        key = node["kind"].text(), number
        this = (Decimal(0) if modified is None else modified), id(each)
        before = last.get(key)
        if before is None or this[0] >= before[0]:
            last[key] = this
            this = before or this
        if this[1] != last[key][1]:
            found.add(this[1])
    return found


def _item(row: Node, looked: Looked) -> Reading | None:
    state = row["state"].text()
    if state == "deleted":
        return None
    if state not in ("", "updated"):
        row["state"].fault(
            f"{quoted(state, 60)} is no state of an item", "an item is updated or deleted", "feed"
        )
        return Entry(looked, SOURCE, row).reading()
    if "data" in row.given:
        if row["data"].given is None:
            row["data"].fault("nothing stands here", "an item that is not deleted has `data`", "feed")
        if not row["data"].mapping():
            return Entry(looked, SOURCE, row).reading()
        found = Entry(looked, SOURCE, row["data"])
    else:
        found = Entry(looked, SOURCE, row)
    _event(found)
    return found.reading()


def _event(entry: Entry) -> None:
    event = entry.node
    names = [event["name"].text()]
    for organizer in (event["organizer"], event["superEvent"]["organizer"]):
        if organizer.given is not None and organizer.mapping():
            names.append(organizer["name"].text())
    number = event.first("@id", "id", "identifier")
    reference = number.text() if isinstance(number.given, str | int) else ""
    entry.subject = ", ".join(dict.fromkeys(filter(None, names))) or reference
    entry.reference = reference
    if not entry.subject:
        event.fault("this has neither a name nor an id", "give one of them, so that people know it", "feed")
    for each in (event, event["superEvent"]):
        if each.given is not None and isinstance(each.given, Mapping):
            _judged(entry, each)


def _judged(entry: Entry, event: Node) -> None:
    access = list(_words(event["accessibilitySupport"]))
    if access:
        text = say("It offers to people with a disability: {words}.", words=quoted(", ".join(access)))
        entry.note(NoteKind.JUDGE, text, event["accessibilitySupport"], JUDGED)
    told = event["accessibilityInformation"].text()
    if told:
        text = say("It says of access: {words}.", words=quoted(told))
        entry.note(NoteKind.JUDGE, text, event["accessibilityInformation"], JUDGED)
    ages = event["ageRange"]
    if ages.given is not None and ages.mapping():
        least, most = ages["minValue"].number(), ages["maxValue"].number()
        if least is not None or most is not None:
            text = (
                say("It is for ages up to {most}.", most=most)
                if least is None
                else say("It is for ages {least} and over.", least=least)
                if most is None
                else say("It is for ages {least} to {most}.", least=least, most=most)
            )
            entry.note(NoteKind.JUDGE, text, ages, JUDGED)
    free = event["isAccessibleForFree"]
    is_free = free.yes_no()
    if is_free is not None:
        text = say("It costs nothing to take part.") if is_free else say("It costs something to take part.")
        entry.note(NoteKind.JUDGE, text, free, JUDGED)


def _words(node: Node) -> Iterator[str]:
    for each in node.items() if not isinstance(node.given, str) else [node]:
        if isinstance(each.given, Mapping):
            label = each.first("prefLabel", "name", "@id", "id").text()
        else:
            label = each.text()
        if label:
            yield label


__all__ = ["read"]

"""The Information Commissioner's register of those who pay the data protection fee.

It knows nobody by a number that other registers have. So an entry is about a provider only when a person says so: until
then it is a note. Who is not on it may be exempt, so absence says nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Final

from qa_rules.adapters.entry import Entry, Looked, each_row, one_each, together
from qa_rules.adapters.node import Node, is_unread
from qa_rules.adapters.reading import Match, NoteKind, Reading
from qa_rules.errors import due
from qa_rules.explain.messages import say
from qa_rules.explain.wording import day as in_words
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength

SOURCE: Final = "Information Commissioner's register of fee payers"
SCHEME: Final = "ICO"
FACTS: Final = ("ico_status", "ico_registration_expires")


def read(
    data: Any,
    ruleset: Ruleset,
    *,
    fetched_on: datetime.date,
    published_on: datetime.date | None = None,
    matches: Iterable[Match] = (),
) -> Reading:
    """Return what the register says of one entry, or of each of a list: facts of those that a person matched.

    The register bears no date of its own: facts are *as of* the day on which it was looked at or, of a copy, the day
    `published_on` of the copy.
    """
    looked = Looked(ruleset, fetched_on, published_on)
    known: dict[str, list[Match]] = {}
    for each in matches:
        due("matches", each, Match, "a list of Match")
        known.setdefault(each.identifier.strip().upper(), []).append(each)
    found = each_row(data, ("registrations", "items"), lambda row: _entries(row, looked, known))
    return one_each(found, lambda row: (row.identifiers, row.subject))


def _entries(row: Node, looked: Looked, known: dict[str, list[Match]]) -> Reading:
    """An entry, for each provider that a person says it is about."""
    number = row.first("Registration_number", "registration_number").text().upper()
    matches = {each.subject: each for each in known.get(number, [])}
    return together(
        _entry(row if at == 0 else Node(row.given, row.path, []), looked, match)
        for at, match in enumerate(matches.values() or [None])
    )


def _entry(row: Node, looked: Looked, match: Match | None) -> Reading:
    entry = Entry(looked, SOURCE, row)
    number = row.first("Registration_number", "registration_number").text().upper()
    name = row.first("Organisation_name", "organisation_name").text()
    if not number:
        row.fault("there is no number of a registration here", "give `Registration_number`", "feed")
        return entry.reading()
    entry.identifier(SCHEME, number)
    entry.reference = f"{SCHEME} {number}"
    entry.subject = name or entry.reference if match is None else match.subject
    given = row.first("End_date_of_registration", "end_date_of_registration")
    began = row.first("Start_date_of_registration", "start_date_of_registration")
    start = began.day(british=True)
    end = given.day(british=True)
    if given.is_empty:
        given.fault("nothing says when this registration ends", "give `End_date_of_registration`", "date")
    if end is None or is_unread(began, start) or not entry.is_before_fetching(start, began):
        return entry.reading()
    if start is not None and start > end:
        given.fault(f"the registration ends on {end}, before it began on {start}", "check both dates", "date")
        return entry.reading()
    over = end < looked.as_of
    if match is None:
        text = say(
            "{name} is registered as {number} until {end}. If that is this provider, put your name to it.",
            name=name or number,
            number=number,
            end=in_words(end),
        )
        entry.note(NoteKind.MATCH, text, given, *FACTS)
        return entry.reading()
    reason = say(
        "matched with {name} by {by} on {on}", name=name or number, by=match.by, on=in_words(match.on)
    )
    if over:
        text = say(
            "The registration ended on {end}. Look again: it may be renewed by now.", end=in_words(end)
        )
        entry.note(NoteKind.WARNING, text, given, *FACTS)
    else:
        entry.fact("ico_status", "registered", given, Strength.VERIFIED, None, reason=reason)
    entry.fact("ico_registration_expires", end, given, Strength.VERIFIED, None, reason=reason)
    return entry.reading()


__all__ = ["read"]

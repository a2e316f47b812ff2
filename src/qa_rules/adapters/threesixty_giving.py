"""Grants as 360Giving publishes them: a package of grants, a list, one grant, or rows of its spreadsheet.

A grant that was awarded may be over, or be for another activity. So it is told to a person, and no contract is made
of it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, Final

from qa_rules.adapters.entry import Entry, Looked, each_row, together
from qa_rules.adapters.node import Node, quoted
from qa_rules.adapters.reading import NoteKind, Reading
from qa_rules.explain.messages import say
from qa_rules.explain.wording import day as in_words
from qa_rules.model.rulesets import Ruleset

SOURCE: Final = "360Giving"
_ORG_ID: Final = re.compile(r"([A-Z]{2}-[A-Z0-9]+)-(.+)", re.IGNORECASE)


def read(
    data: Any, ruleset: Ruleset, *, fetched_on: datetime.date, published_on: datetime.date | None = None
) -> Reading:
    """Return a note of each grant and the identifiers of who received it, a reading for each recipient."""
    looked = Looked(ruleset, fetched_on, published_on)
    seen: dict[str, Node] = {}
    found = each_row(data, ("grants", "results"), lambda row: _grant(row, looked, seen))
    if found.several is None:
        return found
    by_recipient: dict[str, list[Reading]] = {}
    for each in found.rows:
        by_recipient.setdefault(str(each.identifiers[0]) if each.identifiers else each.subject, []).append(
            each
        )
    of_rows = {id(fault) for row in found.rows for fault in row.diagnostics}
    faults = [each for each in found.diagnostics if id(each) not in of_rows]
    return together([_one(rows) for rows in by_recipient.values()], faults)


def _one(rows: list[Reading]) -> Reading:
    """The grants of one recipient."""
    return Reading(
        rows[0].facts,
        tuple(note for each in rows for note in each.notes),
        tuple(dict.fromkeys(one for each in rows for one in each.identifiers)),
        tuple(fault for each in rows for fault in each.diagnostics),
    )


def _is_again(row: Node, seen: dict[str, Node]) -> bool:
    """Whether this is a grant that was told before; a fault where it is another with the same id."""
    number = row.first("id", "Identifier")
    before = seen.setdefault(number.text(), row) if number.text() else row
    if before is row or before.given == row.given:
        return before is not row
    number.fault(
        f"the id {quoted(number.text(), 60)} is that of {before.pointer} too",
        "give it one of its own",
        "feed",
    )
    return False


def _grant(row: Node, looked: Looked, seen: dict[str, Node]) -> Reading | None:
    if isinstance(row["data"].given, Mapping):
        row = row["data"]
    if not row["recipientIndividual"].is_empty:
        return None  # nothing is held of people
    if _is_again(row, seen):
        return None
    recipients = [
        (each["id"].text(), each["charityNumber"].text(), each["companyNumber"].text(), each["name"].text())
        for each in row["recipientOrganization"].objects()
    ]
    if not recipients:
        keys = ("Identifier", "Charity Number", "Company Number", "Name")
        number, charity, company, name = (row[f"Recipient Org:{key}"].text() for key in keys)
        recipients = [(number, charity, company, name)]
    given = row.first("awardDate", "Award Date")
    awarded = given.day(british=True)
    if not Entry(looked, SOURCE, row).is_before_fetching(awarded, given):
        awarded = None
    faults, found = row.faults, []
    for number, charity, company, name in recipients:
        entry = Entry(looked, SOURCE, Node(row.given, row.path, faults))
        faults = []  # those of the grant are told once
        _recipient(entry, number, charity, company)
        entry.subject = name or str(next(iter(entry.identifiers), ""))
        _award(entry, awarded)
        found.append(entry.reading())
    return together(found)


def _award(entry: Entry, awarded: datetime.date | None) -> None:
    row = entry.node
    if not entry.subject:
        row.fault("nothing says who received this grant", "give `recipientOrganization`", "feed")
        return
    title = row.first("title", "Title").text() or row.first("id", "Identifier").text()
    funders = [each["name"].text() for each in row["fundingOrganization"].objects()]
    funder = ", ".join(filter(None, funders)) or row["Funding Org:Name"].text()
    text = say(
        "A grant was awarded: {title}{funder}{day}. Ask whether an agreement is in force, and for what.",
        title=quoted(title) if title else say("without a title"),
        funder=say(", by {name}", name=funder) if funder else "",
        day=say(", on {day}", day=in_words(awarded)) if awarded is not None else "",
    )
    entry.note(NoteKind.ASK, text, row, "contract_exists")


def _recipient(entry: Entry, number: str, charity: str, company: str) -> None:
    if found := _ORG_ID.fullmatch(number):
        scheme = found[1].upper()
        entry.identifier(scheme, found[2].upper().zfill(8) if scheme == "GB-COH" else found[2])
    if charity:
        entry.identifier("GB-CHC", charity)
    if company:
        entry.identifier("GB-COH", company.upper().zfill(8))


__all__ = ["read"]

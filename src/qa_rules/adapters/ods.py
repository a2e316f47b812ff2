"""The NHS Organisation Data Service: an Organization of its FHIR service, or an entry as its own service gives it.

Everybody who deals with the NHS has a code there, surgeries, care homes and charities too. So a code says nothing of
the legal form; only what the main role of an active organisation says does.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qa_rules.adapters.entry import Entry, Looked, each_row, one_each
from qa_rules.adapters.node import Node, is_unread, quoted
from qa_rules.adapters.reading import NoteKind, Reading
from qa_rules.explain.messages import say
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength

SOURCE: Final = "NHS Organisation Data Service"
SCHEME: Final = "GB-NHS"
PUBLIC: Final[Mapping[str, str]] = {
    "197": "nhs trust",
    "107": "care trust",
    "141": "local authority",
    "98": "clinical commissioning group",
    "116": "special health authority",
    "131": "government department",
    "318": "integrated care board",
}
"""Main roles that only a public body has, by code."""
NAMES: Final = frozenset({*PUBLIC.values(), "local health board", "welsh local health board", "health board"})


def read(
    data: Any, ruleset: Ruleset, *, fetched_on: datetime.date, published_on: datetime.date | None = None
) -> Reading:
    """Return what the service says of an organisation, of each of a list, or of each in a Bundle of FHIR."""
    looked = Looked(ruleset, fetched_on, published_on)
    return one_each(each_row(data, ("entry", "Organisations"), lambda row: _organisation(row, looked)))


def _organisation(row: Node, looked: Looked) -> Reading | None:
    whole = row
    if isinstance(row["resource"].given, Mapping):
        row = row["resource"]
    if isinstance(row["Organisation"].given, Mapping):
        row = row["Organisation"]
    kind = row["resourceType"].text()
    if kind not in ("", "Organization"):
        if row is not whole:
            return None  # a Bundle holds resources of other kinds too
        row.fault(
            f"this is of the kind {quoted(kind, 60)}, and no organisation", "give an Organization", "feed"
        )
        return Reading(diagnostics=tuple(row.faults))
    entry = Entry(looked, SOURCE, row)
    codes = [each for each in row["identifier"].objects() if "ods-organization-code" in each["system"].text()]
    code = codes[0]["value"].text() if codes else _code(row["OrgId"]) or row["id"].text()
    if not code:
        row.fault("there is no code of an organisation here", "give `identifier` or `OrgId`", "feed")
        return entry.reading()
    entry.identifier(SCHEME, code.upper())
    entry.reference = f"{SCHEME}-{code.upper()}"
    entry.subject = row.first("name", "Name").text() or entry.reference
    dated = row["meta"]["lastUpdated"] if row["meta"].given is not None else row["LastChangeDate"]
    on, active = dated.day(), row["active"].yes_no()
    state = row["Status"].text().casefold()
    if active is False or state == "inactive":
        text = say("The Organisation Data Service shows it as not active.")
        entry.note(NoteKind.WARNING, text, row["active"], "provider_type")
        return entry.reading()
    if not _is_in_force(row, looked):
        text = say("The Organisation Data Service shows days that do not say that it is in force.")
        entry.note(NoteKind.WARNING, text, row.first("Date", "extension"), "provider_type")
        return entry.reading()
    roles = list(_main_roles(row, looked))
    if not roles and not row.first("Roles", "extension").is_empty:
        text = say("The Organisation Data Service shows no main role of it that is in force.")
        entry.note(NoteKind.ASK, text, row.first("Roles", "extension"), "provider_type")
    others = [(at, name or code or "-") for at, code, name in roles if not _is_public(code, name)]
    for at, words in others:
        text = say(
            "Its main role there is {words}. That does not say what it is in law.", words=quoted(words)
        )
        entry.note(NoteKind.ASK, text, at, "provider_type")
    if roles and not others:
        if active is None and state != "active":
            hint = "give `active` or `Status`"
            row.first("active", "Status").fault("nothing says whether it is active", hint, "feed")
        elif on is None and looked.published_on is None:
            hint = "give `meta.lastUpdated` or `LastChangeDate`, or `published_on`"
            dated.fault("nothing says of which day this entry is", hint, "date")
        else:
            entry.fact(
                "provider_type", "public_body", roles[0][0], Strength.VERIFIED, on or looked.published_on
            )
    return entry.reading()


def _is_public(code: str, name: str) -> bool:
    """Whether only a public body has this role: by its code and its name, where both are there."""
    known, named = PUBLIC.get(code), name.casefold()
    return named in NAMES if known is None else named in ("", known)


def _code(node: Node) -> str:
    """The code of an entry: of its own in full, or of a line of a search."""
    return node["extension"].text() if isinstance(node.given, Mapping) else node.text()


def _is_in_force(node: Node, looked: Looked) -> bool:
    """Whether no day that stands on an organisation or role says that it is over, or has yet to begin."""
    periods = [(each["Start"], each["End"]) for each in node["Date"].objects()]
    for each in node["extension"].objects():
        period = each["valuePeriod"]
        if isinstance(period.given, Mapping):
            periods.append((period["start"], period["end"]))
    for begins, ends in periods:
        first, last = begins.day(), ends.day()
        if is_unread(begins, first) or is_unread(ends, last):
            return False
        if (first is not None and first > looked.as_of) or (last is not None and last < looked.as_of):
            return False
    return True


def _main_roles(row: Node, looked: Looked) -> Iterator[tuple[Node, str, str]]:
    """The main role that is in force: where it stands, its code without `RO`, and its name."""
    for each in row["extension"].objects():
        if "role" not in each["url"].text().rpartition("/")[2].casefold():
            continue
        parts = {part["url"].text(): part for part in each["extension"].objects()}
        main, status = parts.get("primaryRole"), parts.get("status")
        role = parts.get("role") or parts.get("roleCode")
        if role is None or main is None or main["valueBoolean"].yes_no() is not True:
            continue
        if not _is_in_force(each, looked):
            continue
        active = parts.get("active")
        if status is not None and status["valueString"].text().casefold() not in ("", "active"):
            continue
        if active is not None and active["valueBoolean"].yes_no() is False:
            continue
        for coding in (
            [role["valueCoding"]]
            if role["valueCoding"].given is not None
            else role["valueCodeableConcept"]["coding"].objects()
        ):
            if coding.mapping():
                yield coding, coding["code"].text().upper().removeprefix("RO"), coding["display"].text()
    for each in row["Roles"]["Role"].objects():
        is_active = each["Status"].text().casefold() in ("", "active") and _is_in_force(each, looked)
        if each["primaryRole"].yes_no() is True and is_active:
            yield each, each["id"].text().upper().removeprefix("RO"), each["displayName"].text()
    if (code := row["PrimaryRoleId"].text()) and row["Roles"].given is None:
        # a line of a search
        yield row["PrimaryRoleId"], code.upper().removeprefix("RO"), row["PrimaryRoleDescription"].text()


__all__ = ["read"]

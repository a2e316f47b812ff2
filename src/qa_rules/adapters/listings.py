"""Listings of directories: what Open Referral UK (1.0 and 3.0) and HSDS have alike.

A listing is what a body says of itself, and hardly a field of it is about quality. `assured_date`, `assurer_email` and
`licenses` are never looked at: nobody says what was assured, or by which rule.
"""

from __future__ import annotations

import copy
import datetime
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qa_rules.adapters.entry import Entry, Looked, each_row
from qa_rules.adapters.node import Node, is_unread, kind_of, quoted
from qa_rules.adapters.reading import NoteKind, Reading
from qa_rules.adapters.taxonomy import Published, id_of
from qa_rules.errors import ArgumentError
from qa_rules.explain.messages import say
from qa_rules.model.facts import FactDeclaration
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength

PAGES: Final = ("contents", "content", "services", "service_at_locations", "organizations")
"""Under which a page has its rows: of 3.0, of 1.0, and of files that people make of them."""
SCHEMES: Final[Mapping[str, str]] = {"charitynumber": "GB-CHC", "companynumber": "GB-COH"}
DAYS: Final = "write the day, or the first and the last, such as 2026-03-31/2027-03-30"
SERVICE: Final = ("status", "schedules", "cost_options", "costoptions", "service_areas", "eligibilitys")
"""What services have, and organisations do not."""


def read_listing(
    data: Any,
    ruleset: Ruleset,
    source: str,
    fetched_on: datetime.date,
    published_on: datetime.date | None,
    base: str,
) -> Reading:
    """Return what a listing says: a page of them, a list, or one service, organisation or service at a location."""
    looked = Looked(ruleset, fetched_on, published_on)
    keys = PAGES if not _is_one(data) else ()
    seen: dict[str, str] = {}
    return each_row(data, keys, lambda row: _row(Entry(looked, source, row), base, seen))


def _is_one(data: Any) -> bool:
    """Whether this is a service or an organisation, and no page: an organisation has a list of services too."""
    return isinstance(data, Mapping) and ("name" in data or "id" in data) and "contents" not in data


def _row(entry: Entry, base: str, seen: dict[str, str]) -> Reading:
    row = entry.node
    _look_over(row, seen)
    service = row["service"] if isinstance(row["service"].given, Mapping) else row
    organization = (
        service["organization"] if service["organization"].given is not None else row["organization"]
    )
    has_organization = organization.given is not None and organization.mapping()
    names = [service["name"].text(), organization["name"].text() if has_organization else ""]
    for node in (row, service, *([organization] if has_organization else [])):
        _identify(entry, node)
    number = service["id"].text()
    entry.subject = ", ".join(dict.fromkeys(filter(None, names))) or number
    entry.reference = number
    for each in (service, *([organization] if has_organization else [])):
        _form(each)
    _service(entry, service, base)
    if service is not row:
        _places(entry, [row["location"]])
    for inside in row["services"].objects() if service is row else ():
        _service(entry, inside, base)
    return entry.reading()


def _look_over(row: Node, seen: dict[str, str]) -> None:
    """Tell of a row that has the id of another, or none. Both are read."""
    number = row["id"].text()
    if row["id"].is_empty:
        row["id"].fault("this has no id", "give one, so that it can be found again", "feed")
    elif number in seen:
        row["id"].fault(
            f"the id {quoted(number, 60)} is that of {seen[number]} too", "give it one of its own", "feed"
        )
    elif number:
        seen[number] = row.pointer


def _form(node: Node) -> None:
    """Tell of what people need to know it and to get in touch, where it cannot be right."""
    if node["name"].is_empty:
        node["name"].fault("this has no name", "give one, so that people know it", "feed")
    for key in ("url", "website"):
        address = node[key].text()
        if address and not re.match(r"https?://[^\s/]+", address, re.IGNORECASE):
            node[key].fault(f"{quoted(address, 60)} is no address of a page", "write it with https://")
    email = node["email"].text()
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        node["email"].fault(f"{quoted(email, 60)} is no address for email", "write name@place")


def _identify(entry: Entry, node: Node) -> None:
    seen = node["organization_identifiers"]
    for each in seen.objects():
        scheme, value = each["identifier_scheme"].text(), each["identifier"].text()
        if not scheme:
            scheme = SCHEMES.get(re.sub("[^a-z]", "", each["identifier_type"].text().casefold()), "")
        prefix = f"{scheme}-"
        value = value.removeprefix(prefix) if scheme else value
        if scheme and value:
            entry.identifier(scheme.upper(), value.upper().zfill(8) if scheme.upper() == "GB-COH" else value)
        elif value:
            each.fault(f"the identifier {quoted(value)} has no scheme", "give one, such as GB-CHC", "feed")


def _service(entry: Entry, service: Node, base: str) -> None:
    given = service["accreditations"]
    text = given.text()
    if text:
        named = _schemes(entry, text)
        words = say(
            "It says of itself: {words}. A mark counts when a person has looked and accepts it.",
            words=quoted(text),
        )
        if named:
            words += " " + say("It may mean: {schemes}.", schemes="; ".join(named))
        entry.note(NoteKind.ASK, words, given, "marks")
    status = service["status"]
    word = status.text()
    if word and word.casefold() != "active":
        words = say(
            "The listing gives its status as {words}. Ask since when no referrals are taken.",
            words=quoted(word),
        )
        entry.note(NoteKind.ASK, words, status, "capacity_closed_on")
    alert = service["alert"].text()
    if alert:
        words = say("The listing warns: {words}. Ask whether referrals are taken.", words=quoted(alert))
        entry.note(NoteKind.ASK, words, service["alert"], "capacity_closed_on")
    _places(entry, [each["location"] for each in service["service_at_locations"].objects()])
    _places(entry, list(service["locations"].objects()))
    _marks(entry, service, base)


def _schemes(entry: Entry, text: str) -> list[str]:
    """The marks of the vocabulary that a text names in full: offered, and decided by a person."""
    marks = entry.looked.ruleset.vocabulary.facts.get("marks")
    declared: FactDeclaration | None = None if marks is None else marks.fields.get("scheme")
    if declared is None:
        return []
    return [
        words
        for key, words in declared.options.items()
        if key != "other" and words.casefold() in text.casefold()
    ]


def _places(entry: Entry, places: list[Node]) -> None:
    for place in places:
        if place.given is None or not place.mapping():
            continue
        for key in ("accessibility", "accessibility_for_disabilities", "accessibilities"):
            for each in place[key].objects():
                text = each.first("description", "accessibility", "details").text()
                if text:
                    words = say(
                        "The listing says of the place: {words}. Judge whether people could get in.",
                        words=quoted(text),
                    )
                    entry.note(NoteKind.JUDGE, words, each, "equality_compliant")


def _marks(entry: Entry, service: Node, base: str) -> None:
    found: dict[tuple[str, str], tuple[Node, Node]] = {}
    for each in service["attributes"].objects():
        term = each["taxonomy_term"]
        if term.given is None or not term.mapping():
            continue
        uri = term["term_uri"].text()
        at = re.fullmatch(rf"{re.escape(base)}:([^/]+)(?:/policy/([^/]+)/tier/[^/]+)?", uri)
        if at is not None:
            found[at[1], at[2] or ""] = each, term
    for (ruleset, policy), (each, term) in found.items():
        if not policy and any(other == ruleset and named for other, named in found):
            continue  # its tier says more
        _mark(entry, service, each, term)


def _mark(entry: Entry, service: Node, attribute: Node, term: Node) -> None:
    name = term["name"].text() or term["term_uri"].text()
    said = term["description"].text()
    words = say("The listing carries a term of quality assurance: {name}.", name=quoted(name))
    entry.note(NoteKind.ASK, f"{words} {said}".strip(), attribute, "marks")
    value = attribute["value"]
    if not value.is_empty and not isinstance(value.given, str):
        value.fault(f"`value` is {kind_of(value.given)}, and days are due", DAYS)
        return
    first, _, last = value.text().partition("/")
    begins, ends = (Node(each, value.path, value.faults) for each in (first, "" if last == ".." else last))
    on, end = begins.day(), ends.day()
    if is_unread(begins, on) or is_unread(ends, end):
        return
    on = on or service["last_modified"].day()
    if on is None:
        hint = "give `last_modified` of the service, or the days in `value`"
        attribute.fault("nothing says of which day this term is", hint, "date")
        return
    if not entry.is_before_fetching(on, attribute):
        return
    if end is not None and end < on:
        attribute["value"].fault(f"it ends on {end}, before it began on {on}", "check both dates", "date")
        return
    # Whatever a listing claims, it is the listing's own word.
    evidence = entry.evidence(Strength.STATED, on, valid_until=end, reference=term["term_uri"].text())
    entry.record("marks", {"scheme": "other"}, attribute, evidence)


def with_attributes(
    service: Mapping[str, Any], said: Published, base: str, *, with_value: bool
) -> dict[str, Any]:
    """Return a copy of a service whose attributes say what is published, and nothing that was published before."""
    if not isinstance(service, Mapping):
        raise ArgumentError(f"`service` is an object, as a directory holds it, not {type(service).__name__}")
    found: dict[str, Any] = copy.deepcopy(dict(service))
    given = found.get("attributes")
    listed = given if isinstance(given, list) else [] if given is None else [given]
    kept = [each for each in listed if not _is_ours(each, base)]
    found["attributes"] = [*kept, *_attributes(found.get("id"), said, base, with_value)]
    return found


def _is_ours(attribute: Any, base: str) -> bool:
    term = attribute.get("taxonomy_term") if isinstance(attribute, Mapping) else None
    uri = term.get("term_uri") if isinstance(term, Mapping) else None
    return isinstance(uri, str) and uri.startswith(f"{base}:")


def _attributes(of: Any, said: Published, base: str, with_value: bool) -> Iterator[dict[str, Any]]:
    for term in said.terms:
        linked = {"link_id": of} if isinstance(of, str) and of else {}
        entity = {"link_entity": "service", "value": said.span, "label": said.words} if with_value else {}
        yield {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{term.uri} {of}")),
            **linked,
            "taxonomy_term_id": id_of(term.uri),
            "link_type": "quality_assurance",
            **entity,
            "taxonomy_term": term.to_dict(base),
        }

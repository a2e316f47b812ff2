"""What the resources of FHIR that are read and written here have alike: references, bundles, and our own extensions."""

from __future__ import annotations

import datetime
import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from qa_rules.adapters.entry import each_row
from qa_rules.adapters.node import Node
from qa_rules.adapters.reading import Reading
from qa_rules.adapters.taxonomy import standing_of
from qa_rules.model.facts import Evidence
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Strength

EVIDENCE: Final = "urn:qa-rules:evidence"
PARTIAL: Final = "urn:qa-rules:partial"
POLICY: Final = "urn:qa-rules:policy"
RULESET: Final = "urn:qa-rules:ruleset"
TIER: Final = "urn:qa-rules:tier"
BODIES: Final = ("Device", "Organization", "HealthcareService", "Location")
REFERRED: Final = ("Patient", "RelatedPerson", "Person")
"""Somebody who is referred, or theirs: no name of such a person is held."""
TEXTS: Final = ("source", "by", "role", "reference", "reason")
DAYS: Final = ("on", "valid_until", "since", "as_of")


def resources(data: Any, kind: str, of: Callable[[Node], Reading | None]) -> Reading:
    """Return the readings of the resources of a kind: of one, of a list, or of those in a Bundle."""

    def each(row: Node) -> Reading | None:
        inside = row["resource"] if isinstance(row["resource"].given, Mapping) else row
        given = inside["resourceType"].text()
        if given == kind:
            return of(inside)
        if not given or inside is row:
            inside.fault(f"there is no {kind} here", f'a {kind} says `"resourceType": "{kind}"`', "feed")
            return Reading(diagnostics=tuple(inside.faults))
        return None  # a Bundle holds resources of other kinds too

    is_bundle = isinstance(data, Mapping) and data.get("resourceType") == "Bundle"
    return each_row(data, ("entry",) if is_bundle else (), each)


def extensions(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the extensions of an element: their addresses, and where they stand."""
    for each in node["extension"].objects():
        yield each["url"].text(), each


def evidence_in(node: Node, around: Evidence) -> Evidence:
    """Return the evidence that stands on an element as an extension of ours, laid over that around it."""
    found = next((each for url, each in extensions(node) if url == EVIDENCE), None)
    if found is None:
        return around
    # What is written out is whole: nothing of what is around belongs to it.
    parts = dict(extensions(found))
    known: dict[str, Any] = {}
    for name in TEXTS:
        if name in parts and (text := parts[name]["valueString"].text()):
            known[name] = text
    for name in DAYS:
        if name in parts and (day := parts[name]["valueDate"].day()) is not None:
            known[name] = day
    if "inherited" in parts:
        known["inherited"] = parts["inherited"]["valueBoolean"].yes_no() or False
    if "strength" in parts:
        word = parts["strength"]["valueCode"].text()
        if word in [str(each) for each in Strength]:
            known["strength"] = Strength.of(word)
        else:
            parts["strength"].fault(f"`{word[:60]}` is no strength", "stated, seen or verified")
    on = known.get("on") or known.get("as_of")
    if known.get("since") is not None and on is not None and known["since"] > on:
        parts["since"].fault(
            "it is so since a day after that of its evidence", "put one of the two right", "date"
        )
        del known["since"]
    if on is None:
        known |= {"on": around.on, "as_of": around.as_of}
    return Evidence(**known)


def evidence_out(evidence: Evidence) -> dict[str, Any]:
    """Return evidence as an extension of an element."""
    parts: list[dict[str, Any]] = [{"url": "strength", "valueCode": evidence.strength.word}]
    parts += [{"url": name, "valueString": text} for name in TEXTS if (text := getattr(evidence, name))]
    parts += [
        {"url": name, "valueDate": day.isoformat()} for name in DAYS if (day := getattr(evidence, name))
    ]
    if evidence.inherited:
        parts.append({"url": "inherited", "valueBoolean": True})
    return {"url": EVIDENCE, "extension": parts}


def partial_in(node: Node) -> bool:
    """Whether an element says that more may belong to it."""
    return any(
        url == PARTIAL and each["valueBoolean"].yes_no() is not False for url, each in extensions(node)
    )


def policy_out(ruleset: Ruleset, policy: Policy | None) -> list[dict[str, Any]]:
    """Return the extensions that say under which ruleset and policy, and of what standing the policy is."""
    found: list[dict[str, Any]] = [{"url": RULESET, "valueString": ruleset.id}]
    if policy is not None:
        parts = {
            "name": policy.name,
            "title": policy.title,
            "standing": standing_of(policy),
            "hash": policy.hash,
        }
        extension = [{"url": name, "valueString": text} for name, text in parts.items()]
        found.append({"url": POLICY, "extension": extension})
    return found


def policy_in(node: Node) -> tuple[str, str]:
    """Return the title of a policy and its standing; empty where none is named."""
    for url, each in extensions(node):
        if url == POLICY:
            parts = dict(extensions(each))
            return tuple(
                parts[name]["valueString"].text() if name in parts else "" for name in ("title", "standing")
            )  # type: ignore[return-value]
    return "", ""


def narrative(words: str) -> dict[str, str]:
    """Return the text of a resource for people."""
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{html.escape(words)}</div>',
    }


@attrs.frozen
class Who:
    """Whom a reference names."""

    name: str
    kind: str
    reference: str

    @property
    def is_person(self) -> bool:
        """Whether it can judge: a body and a machine cannot."""
        return bool(self.name) and self.kind not in BODIES


def who(node: Node) -> Who:
    """Return whom a reference names; nobody where there is none."""
    if node.given is None or not node.mapping():
        return Who("", "", "")
    reference = node["reference"].text()
    kind = node["type"].text() or (reference.split("/")[-2] if "/" in reference else "")
    name = node["display"].text() or node["identifier"]["value"].text() or reference
    return Who("", kind, "") if kind in REFERRED else Who(name, kind, reference)


def reference_out(given: str) -> dict[str, str]:
    """Return a reference to what is given, as `HealthcareService/1`, or to what is only named."""
    kind, slash, number = given.partition("/")
    is_local = slash and kind.isalpha() and number and " " not in given
    return (
        {"reference": given}
        if is_local or given.startswith(("http://", "https://", "urn:"))
        else {"display": given}
    )


def day_out(day: datetime.date | None, name: str) -> dict[str, str]:
    """Return a day under a name; nothing where there is none."""
    return {} if day is None else {name: day.isoformat()}

"""One subject while it is read: every fact with its source, the source's date and its strength, or it is none."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from qa_rules.adapters.node import Node
from qa_rules.adapters.reading import Identifier, Note, NoteKind, Reading, in_order
from qa_rules.assessment.arguments import due_day
from qa_rules.errors import ArgumentError, Diagnostic, due
from qa_rules.explain.messages import mark, say
from qa_rules.explain.wording import day as in_words
from qa_rules.language.values import ValueFault, parse_value
from qa_rules.model.facts import Evidence, Facts, FactValue, Record, Records
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength

LABELS: Final[Mapping[str, str]] = {
    "provider_type": mark("legal form"),
    "governance_document_kind": mark("governing document"),
    "annual_income": mark("yearly income"),
    "safeguarding_policy.exists": mark("safeguarding policy"),
    "equality_policy.exists": mark("equality policy"),
    "complaints_procedure.exists": mark("complaints procedure"),
    "people_policy.exists": mark("policy on managing people"),
    "ico_status": mark("standing with the Information Commissioner"),
    "ico_registration_expires": mark("end of the registration with the Information Commissioner"),
    "cert_decision": mark("entry in the certifier's register"),
    "cert_valid_to": mark("end of the certification"),
    "cert_register_checked_on": mark("day on which the certifier's register was looked up"),
    "marks": mark("quality mark"),
}
"""What adapters can fill, in words for rulesets that do not ask for it."""


@attrs.frozen
class Looked:
    """What a feed is read for, and when it was had."""

    ruleset: Ruleset
    fetched_on: datetime.date
    published_on: datetime.date | None = None

    def __attrs_post_init__(self) -> None:
        due("ruleset", self.ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
        due_day("fetched_on", self.fetched_on)
        if self.published_on is not None:
            due_day("published_on", self.published_on)
            if self.published_on > self.fetched_on:
                raise ArgumentError(
                    "`published_on` is after `fetched_on`: nothing is had before it is published"
                )

    @property
    def as_of(self) -> datetime.date:
        """The day of what a register without a date of its own shows: of its copy, or the day it was looked at."""
        return self.published_on or self.fetched_on


@attrs.define(eq=False)
class Entry:
    """Gathers what is read of one subject."""

    looked: Looked
    source: str
    """What evidence and notes call the feed."""
    node: Node
    subject: str = ""
    reference: str = ""
    values: dict[str, FactValue] = attrs.field(factory=dict)
    records: dict[str, list[Record]] = attrs.field(factory=dict)
    notes: list[Note] = attrs.field(factory=list)
    identifiers: dict[Identifier, None] = attrs.field(factory=dict)
    contradicted: set[str] = attrs.field(factory=set)

    def evidence(self, strength: Strength, on: datetime.date | None, **more: Any) -> Evidence:
        """Return evidence of a day of the source; without one, as of the day on which it was looked at."""
        as_of = self.looked.as_of if on is None else None
        told = {"source": self.source, "reference": self.reference, **more}
        return Evidence(strength=strength, on=on, as_of=as_of, **told)

    def is_before_fetching(self, on: datetime.date | None, at: Node) -> bool:
        """Whether what is dated so can have been had; a fault where it is of a day to come."""
        if on is None or on <= self.looked.fetched_on:
            return True
        message = f"this is of {on}, and it was fetched on {self.looked.fetched_on}"
        at.fault(message, "put one of the two dates right", "date")
        return False

    def fact(
        self,
        name: str,
        value: Any,
        at: Node,
        strength: Strength,
        on: datetime.date | None,
        **more: Any,
    ) -> None:
        """Take a fact; a note where the ruleset asks for none of it, a fault where it is dated after it was fetched."""
        if not self.is_before_fetching(on, at):
            return
        declared = self.looked.ruleset.vocabulary.scalars.get(name)
        try:
            fitting = None if declared is None else parse_value(value, declared)
        except ValueFault:
            fitting = None
        if fitting is None:
            self.not_asked(name, value, at)
            return
        found = FactValue(fitting, self.evidence(strength, on, **more))
        before = self.values.get(name)
        if name in self.contradicted or (before is not None and before.value != fitting):
            self.contradicted.add(name)
            self.values.pop(name, None)
            text = say("{source} says two things about {what}.", source=self.source, what=self._label(name))
            self.note(NoteKind.CONFLICT, text, at, name)
        elif before is None:
            self.values[name] = found

    def record(self, collection: str, fields: Mapping[str, Any], at: Node, evidence: Evidence) -> bool:
        """Take a record of a list that stays partial; a note where the ruleset has no such list. False then."""
        declared = self.looked.ruleset.vocabulary.collections.get(collection)
        found: dict[str, FactValue] = {}
        for name, value in fields.items():
            field = None if declared is None else declared.fields.get(name)
            try:
                fitting = None if field is None else parse_value(value, field)
            except ValueFault:
                fitting = None
            if fitting is not None:
                found[name] = FactValue(fitting, evidence)
        if not found:
            self.not_asked(collection, ", ".join(map(str, fields.values())), at)
            return False
        self.records.setdefault(collection, []).append(found)
        return True

    def not_asked(self, name: str, value: object, at: Node) -> None:
        """Note what a feed says and no fact of the ruleset takes."""
        text = say(
            "{source} gives {what}: {value}. {ruleset} does not ask for it.",
            source=self.source,
            what=self._label(name),
            value=_plain(value),
            ruleset=self.looked.ruleset.id,
        )
        self.note(NoteKind.TOLD, text, at)

    def note(self, kind: NoteKind, text: str, at: Node, *about: str) -> None:
        """Take a note, about facts that the ruleset knows."""
        vocabulary = self.looked.ruleset.vocabulary
        known = tuple(each for each in about if each in vocabulary.scalars or each in vocabulary.facts)
        self.notes.append(Note(kind, text, known, self.subject, at.pointer))

    def identifier(self, scheme: str, value: str) -> None:
        """Take what a register calls the subject."""
        if scheme and value:
            self.identifiers[Identifier(scheme, value)] = None

    def reading(self) -> Reading:
        """Return what was gathered."""
        collections = {
            name: Records(tuple(each), Evidence(), partial=True) for name, each in self.records.items()
        }
        facts = Facts(dict(self.values), collections, self.subject)
        notes = [attrs.evolve(each, subject=self.subject) for each in self.notes]
        return Reading(facts, in_order(notes), tuple(self.identifiers), tuple(self.node.faults))

    def _label(self, name: str) -> str:
        vocabulary = self.looked.ruleset.vocabulary
        declared = vocabulary.scalars.get(name) or vocabulary.facts.get(name)
        return declared.label if declared is not None else say(LABELS[name]) if name in LABELS else name


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, Decimal):
        return format(value, "f")
    return in_words(value) if isinstance(value, datetime.date) else str(value)


def together(readings: Iterable[Reading], faults: Iterable[Diagnostic] = ()) -> Reading:
    """Return the readings of the subjects of one feed as one, with the faults of the feed itself."""
    rows, faults = tuple(readings), tuple(faults)
    if len(rows) == 1:
        return attrs.evolve(rows[0], diagnostics=(*faults, *rows[0].diagnostics))
    return Reading(
        notes=in_order([note for each in rows for note in each.notes]),
        identifiers=tuple(dict.fromkeys(one for each in rows for one in each.identifiers)),
        diagnostics=(*faults, *(fault for each in rows for fault in each.diagnostics)),
        several=rows,
    )


def one_each(found: Reading, by: Callable[[Reading], object] = lambda row: row.identifiers) -> Reading:
    """Return the readings of a register with one for each body: of entries that differ, what all of them say alike."""
    groups: dict[object, list[Reading]] = {}
    for row in found.rows:
        groups.setdefault(by(row) if row.identifiers else id(row), []).append(row)
    if len(groups) == len(found.rows):
        return found
    of_rows = {id(fault) for row in found.rows for fault in row.diagnostics}
    faults = [each for each in found.diagnostics if id(each) not in of_rows]
    return together([_one_of(rows) for rows in groups.values()], faults)


def _one_of(rows: list[Reading]) -> Reading:
    """One body of which there are several entries."""
    first, *others = rows
    faults = tuple(fault for each in rows for fault in each.diagnostics)
    alike = {
        name: value
        for name, value in first.facts.values.items()
        if all(name in each.facts.values and each.facts.values[name].value == value.value for each in others)
    }
    notes = [note for each in rows for note in each.notes]
    if any(each.facts.values.keys() != alike.keys() for each in rows):
        text = say("There are several entries of {which}, and they differ.", which=str(first.identifiers[0]))
        about = tuple(dict.fromkeys(name for each in rows for name in each.facts.values if name not in alike))
        notes.append(Note(NoteKind.CONFLICT, text, about, first.subject))
    facts = attrs.evolve(first.facts, values=alike)
    return Reading(facts, in_order(notes), first.identifiers, faults)


def each_row(data: object, keys: tuple[str, ...], of: Callable[[Node], Reading | None]) -> Reading:
    """Return the readings of the rows of a feed: of a list, of what stands under one of the keys, or of one object."""
    root = Node(data, (), [])
    inside = next((key for key in keys if isinstance(data, Mapping) and key in data), None)
    place = root if inside is None else root[inside]
    if inside is None and not isinstance(data, Mapping | list | tuple):
        root.fault(
            "there is no object and no list here", "hand over what the feed holds, as JSON has it", "feed"
        )
    elif inside is None and not data and isinstance(data, Mapping):
        root.fault("there is nothing in this object", "hand over what the feed holds, as JSON has it", "feed")
    if isinstance(place.given, list | tuple):
        for at, each in enumerate(place.given):
            if each is None:
                Node(each, (*place.path, at), root.faults).fault("nothing stands here", "take it out", "feed")
    readings: list[Reading] = []
    for node in place.objects():
        found = of(Node(node.given, node.path, []))
        if found is not None:
            readings += found.rows
    return together(readings, root.faults)

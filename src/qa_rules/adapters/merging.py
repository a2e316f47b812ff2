"""Several sources of one subject: what they agree on is kept, what they differ about is shown and not settled."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from qa_rules.adapters.reading import WHAT_IS_READ, Conflict, Identifier, Merged, Reading, in_order
from qa_rules.errors import ArgumentError, due
from qa_rules.explain.messages import say
from qa_rules.explain.wording import day as in_words
from qa_rules.model.facts import Evidence, Facts, FactValue, Record, Records
from qa_rules.model.values import NONE


def merge(*sources: Reading | Facts) -> Merged:
    """Return what several sources of one subject say, and where they differ.

    A fact about which two sources differ is in `conflicts` and not in `facts`: it is not known until a person has found
    out. Where they agree, the stronger evidence stays, and of two of one strength the later. Lists come together and
    stay partial. Where two sources have different identifiers of one scheme, they may be about two bodies, and no fact
    is taken. ArgumentError for a reading of several subjects.
    """
    readings = [_read(each) for each in sources]
    identifiers = tuple(dict.fromkeys(one for each in readings for one in each.identifiers))
    notes = in_order([note for each in readings for note in each.notes])
    subjects = dict.fromkeys(each.subject for each in readings if each.subject)
    subject = "; ".join(subjects)
    strangers = _strangers(readings)
    if strangers:
        return Merged(Facts(subject=subject), tuple(strangers), notes, identifiers)
    facts, conflicts = _together([each.facts for each in readings], subject)
    return Merged(facts, tuple(conflicts), notes, identifiers)


def _read(source: Reading | Facts) -> Reading:
    due("sources", source, (Reading, Facts), WHAT_IS_READ)
    if isinstance(source, Facts):
        return Reading(source)
    if source.several is not None:
        raise ArgumentError("a reading of several subjects cannot be merged into one; take one of its `rows`")
    return source


def _strangers(readings: Sequence[Reading]) -> list[Conflict]:
    """The schemes in which two readings have nothing in common."""
    found = []
    schemes = dict.fromkeys(one.scheme for each in readings for one in each.identifiers)
    for scheme in schemes:
        sets = [
            {one.value for one in each.identifiers if one.scheme == scheme}
            for each in readings
            if any(one.scheme == scheme for one in each.identifiers)
        ]
        if not set.intersection(*sets):
            values = tuple(str(Identifier(scheme, each)) for each in sorted(set.union(*sets)))
            text = say("The sources may be about different bodies: {which}.", which=", ".join(values))
            found.append(Conflict(scheme, values, text))
    return found


def _together(sources: Sequence[Facts], subject: str) -> tuple[Facts, list[Conflict]]:
    values: dict[str, FactValue] = {}
    lists: dict[str, Records] = {}
    conflicts: list[Conflict] = []
    for name in dict.fromkeys(name for each in sources for name in each.values):
        given = [
            each.values[name]
            for each in sources
            # A value made by hand may be none.
            if name in each.values and each.values[name].value is not None  # pyright: ignore[reportUnnecessaryComparison]
        ]
        if not given:
            continue
        if all(_same(given[0], each) for each in given[1:]):
            values[name] = max(given, key=_weight)
        else:
            conflicts.append(Conflict(name, tuple(given), _told(name, given)))
    for name in dict.fromkeys(name for each in sources for name in each.collections):
        listed = [each.collections[name] for each in sources if name in each.collections]
        lists[name] = listed[0] if len(listed) == 1 else _joined(listed)
    return Facts(values, lists, subject), conflicts


def _same(one: FactValue, other: FactValue) -> bool:
    # True and 1 are equal in Python, and no two values of one fact.
    return (
        one.value == other.value
        and isinstance(one.value, bool) == isinstance(other.value, bool)
        and (one.partial == other.partial)
    )


def _weight(value: FactValue) -> tuple[int, datetime.date]:
    return int(value.evidence.strength), value.evidence.dated or datetime.date.min


def _told(name: str, given: Sequence[FactValue]) -> str:
    said = "; ".join(
        say(
            "{value} by {source}{day}",
            value=_value(each),
            source=each.evidence.source or say("a source without a name"),
            day="" if each.evidence.dated is None else say(", {day}", day=in_words(each.evidence.dated)),
        )
        for each in given
    )
    return say("{fact}: {said}. Find out which is right.", fact=name, said=said)


def _value(given: FactValue) -> str:
    value = given.value
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or say("nothing")
    if isinstance(value, datetime.date):
        return in_words(value)
    return say("none") if value is NONE else str(value)


def _joined(lists: Sequence[Records]) -> Records:
    """The records of several lists, each once. Nobody has said that together they are all."""
    records: list[Record] = []
    for each in lists:
        # What the evidence of a field does not say is that of its list; here every field has its own whole evidence.
        records += [record for record in each.records if record not in records]
    return Records(tuple(records), Evidence(), partial=True)


__all__ = ["merge"]

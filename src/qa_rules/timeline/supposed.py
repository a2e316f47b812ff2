"""Facts as they would be: a value that is only supposed has the evidence of the one in whose place it stands."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from qa_rules.model.facts import Evidence, Facts, FactType, FactValue, Records, Vocabulary

BY: Final = "supposed"
"""Who is named where a judgement is supposed and nobody has made one yet: without a name it would not count."""
_PIECES: Final = frozenset(each.name for each in attrs.fields(Evidence)) | {"evidence"}


def supposed(
    given: Facts, new: Facts, written: Mapping[str, object], vocabulary: Vocabulary, on: datetime.date
) -> Facts:
    """Return the facts with those that are `written` replaced, `new` being what they say.

    A value that is written without evidence keeps what stands there, as of the day `on`; where nothing stands it is
    stated, and a judgement is one of that day. A value as it is stays as it is. What is written with evidence has that.
    """
    values = {name: each for name, each in given.values.items() if name.partition(".")[0] not in written}
    collections = {name: each for name, each in given.collections.items() if name not in written}
    for name, each in new.values.items():
        first = name.partition(".")[0]
        old, is_judged = given.values.get(name), _is_judged(vocabulary, first)
        values[name] = _value(each, old, Evidence(), is_judged, on) if _is_bare(written[first]) else each
    for name, value in written.items():
        # A document that is said to exist, and does, is the document that it is.
        if value in (True, "yes") and f"{name}.exists" in values:
            parts = {each: found for each, found in given.values.items() if each.startswith(f"{name}.")}
            if values[f"{name}.exists"] == parts.get(f"{name}.exists"):
                values |= parts
    for name, records in new.collections.items():
        is_bare = _is_bare(written[name])
        collections[name] = (
            _records(name, records, given.collections.get(name), vocabulary, on) if is_bare else records
        )
    return Facts(values, collections, given.subject)


def _value(
    new: FactValue, old: FactValue | None, around: Evidence, is_judged: bool, on: datetime.date
) -> FactValue:
    if old is not None and (old.value, old.partial) == (new.value, new.partial):
        return old
    return FactValue(
        new.value, _evidence(around if old is None else old.evidence, is_judged, on), new.partial
    )


def _evidence(stands: Evidence, is_judged: bool, on: datetime.date) -> Evidence:
    """Return what stands behind a supposed value: not since when it was otherwise, nor how long that was believed."""
    if stands == Evidence() and not is_judged:
        return stands
    found = Evidence(stands.source, stands.strength, stands.by, stands.role, on, inherited=stands.inherited)
    # What nobody has said is nobody's own word: it is stated, whoever hands the facts in.
    return found if found.by or not is_judged else attrs.evolve(found, by=BY, inherited=True)


def _records(
    name: str, new: Records, old: Records | None, vocabulary: Vocabulary, on: datetime.date
) -> Records:
    if old is None:
        old = Records((), Evidence())
    judged = vocabulary.collections[name].judged
    made = []
    for place, record in enumerate(new.records):
        before = old.records[place] if place < len(old.records) else {}
        made.append(
            {
                field: _value(each, before.get(field), old.evidence, field in judged, on)
                for field, each in record.items()
            }
        )
    found = Records(tuple(made), old.evidence, new.partial)
    return found if found == old else attrs.evolve(found, evidence=_evidence(old.evidence, False, on))


def _is_judged(vocabulary: Vocabulary, name: str) -> bool:
    return vocabulary.facts[name].type is FactType.JUDGEMENT


def _is_bare(written: object) -> bool:
    """Whether a value is written without any evidence. The fields of a record may be called as evidence is."""
    if not isinstance(written, Mapping):
        return not _is_listed(written) or all(map(_is_bare_record, _listed(written)))
    if "records" in written:
        return not _PIECES & {*written} and _is_bare(written["records"])
    return not _PIECES & {*written} and all(map(_is_bare, written.values()))


def _is_listed(written: object) -> bool:
    return isinstance(written, Sequence) and not isinstance(written, str)


def _listed(written: object) -> list[object]:
    return [*written] if isinstance(written, Sequence) else []


def _is_bare_record(written: object) -> bool:
    if not isinstance(written, Mapping):
        return True
    return "evidence" not in written and all(map(_is_bare, written.values()))

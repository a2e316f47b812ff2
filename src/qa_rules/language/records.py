"""Records of assessments: sealed by a digest over all of them, signed by whoever has a key, and read with care."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from qa_rules.errors import ArgumentError, RecordError, due
from qa_rules.language.assessments import AssessmentDocument, CompactDocument
from qa_rules.language.checking import check
from qa_rules.language.facts_reader import DATES, TEXTS
from qa_rules.language.reading import Source, Trail, read_data
from qa_rules.language.schema import EvidenceDocument
from qa_rules.language.values import parse_date
from qa_rules.model.frozen import thaw
from qa_rules.model.results import canonical
from qa_rules.model.values import Verdict

DIGEST, SIGNATURE = "digest", "signature"
_BROKEN: Final = "this record was changed after it was made"


@attrs.frozen(eq=False, repr=False)
class Record:
    """A record that was read."""

    document: AssessmentDocument
    data: Mapping[str, Any]
    """All of it, with keys that this version does not know."""
    is_sealed: bool
    """Whether it has a digest, which is that of the whole record."""


def _due_secret(key: object) -> None:
    """An empty secret, as from a setting that is not there, is one that everybody knows."""
    due("key", key, bytes, "the bytes of a secret")
    if not key:
        raise ArgumentError("`key` is the bytes of a secret, and this one is empty")


Written = Mapping[str, str]
"""Parts of a record whose canonical text is known already."""


def sealed(data: dict[str, Any], key: bytes | None = None, written: Written | None = None) -> dict[str, Any]:
    """Return a record with the digest of all of it, and with a signature when a key is given."""
    by = {name: each for name, each in data["decided_by"].items() if name not in (DIGEST, SIGNATURE)}
    by[DIGEST] = _digest({**data, "decided_by": by}, written)
    if key is not None:
        _due_secret(key)
        by[SIGNATURE] = _signature({**data, "decided_by": by}, key, written)
    return {**data, "decided_by": by}


def _canonical(data: Mapping[str, Any], written: Written | None) -> bytes:
    """The same bytes for the same record, whatever the order of keys and however it was kept."""
    if written is None:
        return canonical(data).encode()
    parts = (f"{canonical(name)}:{written.get(name) or canonical(data[name])}" for name in sorted(data))
    return f"{{{','.join(parts)}}}".encode()


def _without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    by = {name: each for name, each in data["decided_by"].items() if name not in names}
    return {**data, "decided_by": by}


def _digest(data: Mapping[str, Any], written: Written | None = None) -> str:
    return "sha256:" + hashlib.sha256(_canonical(_without(data, DIGEST, SIGNATURE), written)).hexdigest()


def _signature(data: Mapping[str, Any], key: bytes, written: Written | None = None) -> str:
    text = _canonical(_without(data, SIGNATURE), written)
    return "hmac-sha256:" + hmac.new(key, text, hashlib.sha256).hexdigest()


def read_record(data: Mapping[str, Any], key: bytes | None = None, *, as_it_is: bool = False) -> Record:
    """Return a record. RecordError with every diagnostic when it is no record, or was changed, or is not signed.

    With a key the signature must be there and be right. `as_it_is` leaves digest and sense to whoever compares it
    with what is decided again.
    """
    due("data", data, Mapping, "a mapping, as to_dict writes it")
    if key is not None:
        _due_secret(key)
    source = read_data(data, "<record>")
    if source.diagnostics:
        raise RecordError(source.diagnostics)
    source.data = thaw(data)
    is_compact = isinstance(data, Mapping) and data.get("compact") is True
    document = check(CompactDocument if is_compact else AssessmentDocument, source)
    if document is None or source.diagnostics:
        raise RecordError(source.diagnostics)
    _check_facts(document.facts, source)
    is_sealed = _check_seal(document, source, key, as_it_is)
    if is_compact and not as_it_is:
        source.fault("record", "this record is compact, and holds no findings", ("compact",), "`replay` it")
    elif not as_it_is:
        _check_sense(document, source)
    if source.diagnostics:
        raise RecordError(source.diagnostics)
    return Record(document, source.data, is_sealed)


def _check_seal(document: AssessmentDocument, source: Source, key: bytes | None, as_it_is: bool) -> bool:
    by, trail = document.decided_by, ("decided_by", DIGEST)
    try:
        digest = _digest(source.data)
        signature = "" if key is None else _signature(source.data, key)
    except (TypeError, ValueError):
        source.fault("value", "a record holds what JSON can hold, and this does not", (), "read it from JSON")
        return False
    if key is not None and not hmac.compare_digest((by.signature or "").encode(), signature.encode()):
        missing = by.signature is None
        message = (
            "this record is not signed"
            if missing
            else "this record is not signed with this key, or was changed"
        )
        source.fault("signature", message, ("decided_by",), "ask for the record as it was kept")
    if by.digest is not None and by.digest != digest and not as_it_is:
        source.fault(DIGEST, _BROKEN, trail, "take it from where it was kept; `replay` says what differs")
    return by.digest == digest


def _check_sense(document: AssessmentDocument, source: Source) -> None:
    """What a record says twice it says alike."""
    made = {each.decision: each for each in document.answers}
    main = made.get(document.decisions[0]) if document.decisions else None
    for decision in _odd([each.decision for each in document.answers], document.decisions):
        source.fault(
            "record", f"`{decision}` is answered twice, or is no decision of this record", ("answers",)
        )
    if document.outcome != (None if main is None else main.outcome):
        source.fault("record", "the outcome is not that of the overall answer", ("outcome",), "see `answers`")
    names = [each.requirement for each in document.findings]
    for name in _odd(names, names):
        source.fault("record", f"there are two findings of `{name}`", ("findings",))
    values = [each.value for each in document.values]
    for name in _odd(values, values):
        source.fault("record", f"the value `{name}` stands there twice", ("values",))
    missing = dict.fromkeys(name for each in document.findings for name in each.missing)
    if document.missing != list(missing):
        source.fault("record", "`missing` is not what the findings miss", ("missing",), "see `findings`")
    if document.facts.get("subject") != document.subject:
        source.fault("record", "the subject is not that of the facts", ("subject",), "see `facts`")
    for at, group in enumerate(document.groups):
        inside = [each.verdict for each in document.findings if group.group in each.groups]
        if group.counts != tuple(inside.count(each.value) for each in Verdict):
            message = f"the counts of `{group.group}` are not those of its findings"
            source.fault("record", message, ("groups", at, "counts"), "see `findings`")


def _odd(names: list[str], known: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen or name not in known:
            yield name
        seen.add(name)


def _check_facts(data: Mapping[str, Any], source: Source) -> None:
    """Whether facts are those of a facts file with all their evidence. What they mean, only a vocabulary can tell."""
    given = data.get("facts")
    if not isinstance(given, Mapping):
        source.fault("value", "here the facts are due, by name", ("facts", "facts"), "see `Facts.to_dict`")
        return
    if not isinstance(data.get("subject"), str | None):
        source.fault("value", "the subject is text", ("facts", "subject"), "write text, or null")
    for name, each in given.items():
        _check_fact(each, source, ("facts", "facts", name))


def _check_fact(given: Any, source: Source, trail: Trail, depth: int = 0) -> None:
    if not isinstance(given, Mapping):
        source.fault("value", "a fact is written with its evidence", trail, "write `value:` and its evidence")
    elif "value" in given:
        rest = {key: each for key, each in given.items() if key not in ("value", "partial")}
        _check_evidence(rest, source, trail)
        if given["value"] is None or isinstance(given["value"], Mapping):
            source.fault(
                "value", "here a value is due", (*trail, "value"), "leave the fact out when it is unknown"
            )
    elif "records" in given and isinstance(given["records"], list):
        for key in ("evidence", "list_evidence"):
            _check_evidence(given.get(key, {}), source, (*trail, key))
        for at, record in enumerate(given["records"]):
            fields = record.items() if isinstance(record, Mapping) else [("", None)]
            for key, each in fields:
                _check_fact(each, source, (*trail, "records", at, key), 1)
    elif depth or not given:
        source.fault("value", "a fact is written with its evidence", trail, "write `value:` and its evidence")
    else:
        for key, each in given.items():
            _check_fact(each, source, (*trail, key), 1)


def _check_evidence(given: Any, source: Source, trail: Trail) -> None:
    if not isinstance(given, Mapping):
        source.fault("evidence", "evidence is a mapping", trail)
        return
    try:
        known = {key: each for key, each in given.items() if key in EvidenceDocument.model_fields}
        EvidenceDocument.model_validate(known)
        if given.get("as_of") is not None:
            parse_date(given["as_of"])
    except ValueError:  # of pydantic, of a date, or of half a character
        hint = f"its keys are strength, {', '.join((*TEXTS, *DATES))}"
        source.fault("evidence", "this evidence cannot be read", trail, hint)

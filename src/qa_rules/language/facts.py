"""From facts as a file or a caller gives them to the model, and back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from types import NoneType
from typing import Any, Final

from qa_rules.errors import FactsError, due
from qa_rules.language.checking import check
from qa_rules.language.facts_quick import Quick, quick_reader
from qa_rules.language.facts_reader import FactsReader, around, report_since
from qa_rules.language.plain_json import plain_json
from qa_rules.language.reading import Raw, Source, Trail, read_data, read_file, read_json
from qa_rules.language.schema import EvidenceDocument, FactsDocument
from qa_rules.language.unknown_facts import report_unknown
from qa_rules.language.values import ValueFault, parse_text
from qa_rules.model.facts import Evidence, Facts, FactType, FactValue, Records, Vocabulary
from qa_rules.model.kept import Kept
from qa_rules.model.rulesets import Ruleset
from qa_rules.model.values import Strength
from qa_rules.model.writing import FORMAT


def load_facts(path: str | Path, ruleset: Ruleset) -> Facts:
    """Return the facts of a file. NotFoundError when there is none; FactsError with every diagnostic."""
    return facts_of_document(read_file(Path(path)), ruleset.vocabulary)


def facts_from(values: Mapping[str, object], ruleset: Ruleset) -> Facts:
    """Return facts from a plain mapping of names to values, or from what a facts file holds, made in Python.

    What a file holds has `facts`, and may have `subject`, `as_of` and `evidence`, as `Facts.to_dict` writes it.
    FactsError with every diagnostic, and its path in what was handed in; ArgumentError for anything else.
    """
    due("facts", values, Mapping, "Facts or a mapping of names to values")
    due("ruleset", ruleset, Ruleset, "a Ruleset, as load_ruleset returns it")
    vocabulary = ruleset.vocabulary
    if is_document(values, vocabulary):
        found = _quick_document(values, vocabulary)
        return found or facts_of_document(read_data({"format": FORMAT, **values}, "<facts>"), vocabulary)
    quick = quick_reader(vocabulary).read(values, _NOTHING) if type(values) is dict else None
    if quick is not None and not quick.odd:
        return _fitting(quick, vocabulary)
    source = read_data({"facts": values}, "<facts>", base=1)
    facts = Facts()
    if not source.diagnostics:
        facts = read_facts(values, source, ("facts",), vocabulary, _NOTHING, quick=quick)
    if source.diagnostics:
        raise FactsError(source.diagnostics)
    return facts


_NOTHING: Final = Evidence()


def _fitting(quick: Quick, vocabulary: Vocabulary, subject: str = "") -> Facts:
    facts = Facts(quick.values, quick.lists, subject)
    facts.found_to_fit(vocabulary)
    return facts


_HEADS: Final[Kept[tuple[Any, ...], Evidence | None]] = Kept(256)
"""The evidence of whole documents, by how it is written; None for what has to be looked at with care."""


def _quick_document(values: Mapping[str, object], vocabulary: Vocabulary) -> Facts | None:
    """Return the facts of a document that is written as usual, None for another."""
    given, subject, evidence = values.get("facts"), values.get("subject"), values.get("evidence", {})
    is_usual = values.keys() <= {"format", "subject", "as_of", "evidence", "facts"}
    if not is_usual or type(given) is not dict or type(evidence) is not dict:
        return None
    head = (values.get("format", FORMAT), values.get("as_of"), *evidence.values())
    if not all(type(each) in (str, datetime.date, NoneType) for each in head[1:]) or type(head[0]) is not int:
        return None
    around_all = _HEADS.get((*head, *evidence), lambda: _head(head[0], head[1], evidence))
    if around_all is None:
        return None
    try:
        whom = "" if subject is None else parse_text(subject)
    except ValueFault:
        return None
    quick = quick_reader(vocabulary).read(given, around_all)
    return None if quick.odd else _fitting(quick, vocabulary, whom)


def _head(format_: Raw, as_of: Raw, evidence: Raw) -> Evidence | None:
    """Return the evidence of a document, None where something is wrong with it."""
    dated = {} if as_of is None else {"as_of": as_of}
    source = read_data({"format": format_, **dated, "evidence": evidence, "facts": {}}, "<facts>")
    document = check(FactsDocument, source)
    if document is None:
        return None
    found = around(evidence_of(document.evidence, document.as_of))
    report_since(source, found, ("evidence", "since"))
    return None if source.diagnostics else found


def facts_from_json(data: bytes | str, ruleset: Ruleset) -> Facts:
    """Return facts from JSON: names and values, or what a facts file holds. FactsError with every diagnostic."""
    data = data if isinstance(data, str) else bytes(data)
    plain = plain_json(data)
    if plain is not None:
        try:
            return facts_from(plain, ruleset)
        except FactsError:
            pass  # told below with the place of each fault
    source = read_json(data, "<facts>")
    if source.diagnostics:
        raise FactsError(source.diagnostics)
    if not isinstance(source.data, dict):
        source.fault("value", "facts are names and values", (), "write an object, with names as keys")
        raise FactsError(source.diagnostics)
    vocabulary = ruleset.vocabulary
    if is_document(source.data, vocabulary):
        source.data = {"format": FORMAT, **source.data}
        return facts_of_document(source, vocabulary)
    facts = read_facts(source.data, source, (), vocabulary, Evidence())
    if source.diagnostics:
        raise FactsError(source.diagnostics)
    return facts


def is_document(values: Mapping[str, object], vocabulary: Vocabulary) -> bool:
    """Whether this is what a facts file holds, and not facts by their names."""
    return isinstance(values.get("facts"), Mapping) and not {"facts", "subject"} & vocabulary.facts.keys()


def facts_of_document(source: Source, vocabulary: Vocabulary) -> Facts:
    """Return the facts of a file that was read."""
    document = check(FactsDocument, source)
    facts = Facts()
    if document is not None:
        inherited = around(evidence_of(document.evidence, document.as_of))
        report_since(source, inherited, ("evidence", "since"))
        facts = read_facts(document.facts, source, ("facts",), vocabulary, inherited, document.subject or "")
    if source.diagnostics:
        raise FactsError(source.diagnostics)
    return facts


def evidence_of(document: EvidenceDocument, as_of: datetime.date | None) -> Evidence:
    """Return the evidence that everything in a file inherits."""
    given = {key: value for key, value in document.model_dump().items() if value is not None}
    if "strength" in given:
        given["strength"] = Strength.of(given["strength"])
    return Evidence(as_of=as_of, **given)


def merge(first: Facts, *others: Facts) -> Facts:
    """Return the facts of several files as one. A fact given twice is a FactsError."""
    values, collections = dict(first.values), dict(first.collections)
    source = Source("<facts>")
    for each in others:
        for name in [*each.values, *each.collections]:
            if name in values or name in collections:
                hint = "keep the current value with its evidence"
                source.fault("duplicate-fact", f"the fact `{name}` is given twice", (), hint)
        values |= each.values
        collections |= each.collections
    if source.diagnostics:
        raise FactsError(source.diagnostics)
    subjects = [each.subject for each in (first, *others) if each.subject]
    return Facts(values, collections, "; ".join(dict.fromkeys(subjects)))


def read_facts(
    raw: Mapping[str, Raw],
    source: Source,
    trail: Trail,
    vocabulary: Vocabulary,
    inherited: Evidence,
    subject: str = "",
    quick: Quick | None = None,
) -> Facts:
    """Return the facts of a mapping; faults go to the source. What was read at a look is not read again."""
    reader = FactsReader(source)
    values: dict[str, FactValue] = {}
    collections: dict[str, Records] = {}
    # Most of what is given is a bare yes or no: two values, of which all with this evidence are one.
    bare = {answer: FactValue(answer, inherited) for answer in (True, False)}
    unknown: list[Trail] = []
    odd = frozenset() if quick is None else frozenset(quick.odd)
    for name, given in reader.items(raw, trail):
        declared = vocabulary.facts.get(name)
        if (given is True or given is False) and declared is not None and declared.type is FactType.YES_NO:
            values[name] = bare[given]
            continue
        here = (*trail, name)
        if quick is not None and name not in odd:
            parts = (name,) if declared is None else (name, *(each.name for each in declared.fields.values()))
            values.update((each, quick.values[each]) for each in parts if each in quick.values)
            collections.update((each, quick.lists[each]) for each in parts if each in quick.lists)
        elif declared is None:
            unknown.append(here)
        elif given is None:
            continue
        elif declared.type is FactType.DOCUMENT:
            values.update(reader.document(given, declared, here, inherited))
        elif declared.type is FactType.COLLECTION:
            records = reader.collection(given, declared, here, inherited)
            if records is not None:
                collections[name] = records
        else:
            value = reader.value(given, declared, here, inherited)
            if value is not None:
                values[name] = value
    report_unknown(unknown, reader, vocabulary)
    facts = Facts(values, collections, subject)
    if not source.diagnostics:
        facts.found_to_fit(vocabulary)
    return facts

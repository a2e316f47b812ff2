"""From vocabulary files to the declarations of facts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import attrs

from qa_rules.errors import Diagnostic, in_order
from qa_rules.language.checking import check
from qa_rules.language.placeholders import says_nothing
from qa_rules.language.reading import Source, Trail, read_file
from qa_rules.language.schema import FactDocument, PeopleDocument, VocabularyDocument
from qa_rules.language.values import near
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.judged import People

_OF_NUMBERS = ("unit", "least", "most")
_OF_CHOICES = ("options", "ordered")


def read_vocabulary(source: Source) -> dict[str, FactDeclaration]:
    """Return the facts that a vocabulary file declares; faults go to the source."""
    document = check(VocabularyDocument, source)
    return {} if document is None else declare(document.facts, source, ("facts",))


def vocabulary_faults(path: Path) -> tuple[Diagnostic, ...]:
    """Return the faults of a vocabulary file by itself. NotFoundError when there is none."""
    source = read_file(path)
    if not source.diagnostics:
        gather([(source, read_vocabulary(source))])
    return in_order(source.diagnostics)


def declare(
    documents: Mapping[str, FactDocument], source: Source, trail: Trail
) -> dict[str, FactDeclaration]:
    """Return the declarations of a mapping of facts at `trail`."""
    return {name: _fact(name, document, source, (*trail, name)) for name, document in documents.items()}


def gather(parts: list[tuple[Source, dict[str, FactDeclaration]]]) -> Vocabulary:
    """Return one vocabulary from several; a name declared twice, or both field and fact, is a fault."""
    facts: dict[str, FactDeclaration] = {}
    for source, declared in parts:
        for name, fact in declared.items():
            if name in facts:
                hint = f"it is also declared at {facts[name].place}; rename one of them"
                source.fault(
                    "duplicate-fact", f"the fact `{name}` is declared twice", ("facts", name), hint, key=True
                )
            facts.setdefault(name, fact)
    for source, declared in parts:
        for name, fact in declared.items():
            _against(name, fact, facts, source)
    return Vocabulary(facts)


def _against(name: str, fact: FactDeclaration, facts: Mapping[str, FactDeclaration], source: Source) -> None:
    if fact.type is FactType.COLLECTION:
        for field in fact.fields:
            if field in facts:
                trail = ("facts", name, "fields", field)
                message = f"the field `{field}` has the name of a fact"
                source.fault(
                    "duplicate-fact", message, trail, "rename the field, so that tests read one way", key=True
                )
    for at, other in enumerate(fact.excludes):
        where: Trail = ("facts", name, "excludes", at)
        if other == name:
            source.fault(
                "fact", f"`{name}` excludes itself, so it could never be yes", where, "name the other fact"
            )
        elif other not in facts or facts[other].type not in (FactType.YES_NO, FactType.JUDGEMENT):
            hint = near(source, other, facts) or "exclusions hold between yes-or-no facts"
            source.fault("unknown-fact", f"`{other}` is no yes-or-no fact", where, hint)


def people_of(document: PeopleDocument) -> People:
    """Return whose word answers are."""
    return People(tuple(document.speak_for_it), tuple(document.own_word_seen))


def answering(vocabulary: Vocabulary, people: People) -> Vocabulary:
    """Return the vocabulary with whose own word counts as seen of each fact: of none that the subject answers too."""
    if not people.own_word_seen:
        return vocabulary

    def told(fact: FactDeclaration) -> FactDeclaration:
        is_its_own = any(each in people.speak_for_it for each in fact.answered_by)
        seen = () if is_its_own else tuple(each for each in people.own_word_seen if each in fact.answered_by)
        fields = {name: told(each) for name, each in fact.fields.items()}
        return attrs.evolve(fact, own_word_of=seen, fields=fields)

    return Vocabulary({name: told(each) for name, each in vocabulary.facts.items()})


def _fact(
    name: str, document: FactDocument, source: Source, trail: Trail, field: bool = False
) -> FactDeclaration:
    kind = FactType(document.type)
    _check_keys(name, document, kind, source, trail, field)
    declared = FactDeclaration(
        name=name,
        type=kind,
        label=document.label,
        question=document.question,
        meaning=document.meaning or "",
        about=document.about or "",
        answered_by=tuple(document.answered_by),
        topic=document.topic or "",
        options=document.options,
        ordered=document.ordered,
        unit=document.unit or "",
        least=document.least,
        most=document.most,
        may_be_none=document.may_be_none,
        good_for_months=document.good_for,
        effort=document.effort,
        likelihood=document.likelihood,
        direction=document.direction or "",
        excludes=tuple(document.excludes),
        needs_no_evidence=document.needs_no_evidence,
        real_words=tuple(document.real_words),
        record=document.record or "",
        place=source.place(trail, key=True),
    )
    if kind is FactType.DOCUMENT:
        return attrs.evolve(declared, fields=_parts(declared, document))
    if kind is FactType.COLLECTION:
        fields = {}
        for key, inner in document.fields.items():
            one = _fact(key, inner, source, (*trail, "fields", key), field=True)
            fields[key] = attrs.evolve(
                one,
                about=one.about or declared.about,
                answered_by=one.answered_by or declared.answered_by,
                topic=one.topic or declared.topic,
            )
        return attrs.evolve(declared, fields=fields, named_by=_named_by(document, fields))
    return declared


def _parts(declared: FactDeclaration, document: FactDocument) -> dict[str, FactDeclaration]:
    """The facts inside a document: whether it exists, its date, its review date, and what it covers."""

    def part(key: str, kind: FactType, label: str, question: str, none: bool = False) -> FactDeclaration:
        name = f"{declared.name}.{key}"
        return attrs.evolve(
            declared,
            name=name,
            type=kind,
            label=label,
            question=question,
            may_be_none=none,
            options={},
            fields={},
        )

    label = declared.label
    parts = {
        "exists": part("exists", FactType.YES_NO, label, declared.question),
        "dated": part("dated", FactType.DATE, f"date of the {label}", f"What date is on the {label}?"),
        "review_due": part(
            "review_due",
            FactType.DATE,
            f"review date of the {label}",
            f"When is the {label} due for review?",
            True,
        ),
    }
    if document.covers:
        covers = part(
            "covers", FactType.CHOICES, f"what is covered by the {label}", f"What is covered by the {label}?"
        )
        parts["covers"] = attrs.evolve(covers, options=document.covers)
    return parts


def _check_keys(
    name: str, document: FactDocument, kind: FactType, source: Source, trail: Trail, field: bool
) -> None:
    def fault(message: str, hint: str, *inner: str) -> None:
        source.fault("fact", message, (*trail, *inner), hint, key=True)

    given = document.model_fields_set
    chooses = kind in (FactType.CHOICE, FactType.CHOICES)
    if chooses and len(document.options) < 1:
        fault(f"`{name}` has no options", "write `options:` with a key and words for each")
    for key in _OF_CHOICES:
        if key in given and not chooses:
            fault(f"`{key}` is for choices, and `{name}` is {kind.words}", f"delete `{key}`", key)
    for key in _OF_NUMBERS:
        if key in given and not kind.is_number:
            fault(f"`{key}` is for numbers, and `{name}` is {kind.words}", f"delete `{key}`", key)
    if "real_words" in given and kind not in (FactType.CODE, FactType.CODES, FactType.TEXT):
        fault(f"`real_words` is for text and codes, and `{name}` is {kind.words}", "delete it", "real_words")
    for at, word in enumerate(document.real_words):
        if not says_nothing(word):
            hint = "delete it; only words such as `NA` have to be named"
            source.fault("fact", f"`{word}` is taken as a value anyhow", (*trail, "real_words", at), hint)
    if document.ordered and kind is not FactType.CHOICE:
        fault("only a single choice has an order", "delete `ordered`", "ordered")
    if document.may_be_none and "none" in document.options:
        fault("`none` is an option and `may_be_none` says it is not", "keep one of them", "may_be_none")
    if document.may_be_none and kind in (
        FactType.DOCUMENT,
        FactType.COLLECTION,
        FactType.YES_NO,
        FactType.JUDGEMENT,
    ):
        fault(f"{kind.words} has no answer none", "an empty list or `no` says it", "may_be_none")
    if "fields" in given and kind is not FactType.COLLECTION:
        fault("only a collection has fields", "delete `fields`", "fields")
    if "record" in given and kind is not FactType.COLLECTION:
        fault("only a collection has records", "delete `record`", "record")
    if "named_by" in given and kind is not FactType.COLLECTION:
        fault("only a collection has records to name", "delete `named_by`", "named_by")
    for each in document.named_by:
        if each not in document.fields:
            hint = f"name fields of the collection: {', '.join(document.fields) or 'it has none'}"
            fault(f"`{name}` has no field `{each}` to name a record by", hint, "named_by")
    if document.needs_no_evidence and (field or kind in (FactType.COLLECTION, FactType.DOCUMENT)):
        hint = "delete it; it is for facts of one value, or a set, that say how the assessment is made"
        fault(f"`{name}` has parts of its own, or is one, and needs evidence", hint, "needs_no_evidence")
    if "covers" in given and kind is not FactType.DOCUMENT:
        fault("only a document covers things", "delete `covers`", "covers")
    if kind is FactType.COLLECTION and not document.fields:
        fault(f"the records of `{name}` have no fields", "write `fields:`")
    if field and kind in (FactType.COLLECTION, FactType.DOCUMENT):
        fault(
            f"a field cannot be {kind.words}",
            "give the collection a field for each thing that is asked",
            "type",
        )
    if document.least is not None and document.most is not None and document.least > document.most:
        fault("`least` is above `most`", "exchange them", "least")
    if document.likelihood is not None and not Decimal(0) <= document.likelihood <= Decimal(1):
        fault("a likelihood is from 0 to 1", "write a decimal such as 0.8", "likelihood")
    if not document.question.rstrip().endswith("?"):
        fault("a question ends in a question mark", "word it as a question", "question")


def _named_by(document: FactDocument, fields: Mapping[str, FactDeclaration]) -> tuple[str, ...]:
    """The fields that name a record: those the vocabulary says, else the first text."""
    if document.named_by:
        return tuple(document.named_by)
    return tuple(name for name, each in fields.items() if each.type is FactType.TEXT)[:1]

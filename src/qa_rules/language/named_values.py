"""The `values:` of a ruleset: what they are called and are, and then what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_rules.language.expressions import ExpressionReader, Slot
from qa_rules.language.reading import Source, Trail
from qa_rules.language.schema import ValueDocument
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.rulesets import NamedValue


def declared_values(
    documents: Mapping[str, ValueDocument], vocabulary: Vocabulary, source: Source
) -> Mapping[str, FactDeclaration]:
    """Return what is known of values before any of them is read: tests of them are checked as tests of facts are."""
    for name in documents:
        if name in vocabulary.facts:
            message = f"`{name}` is the name of a fact, and of a value"
            source.fault("duplicate-id", message, ("values", name), "rename the value", key=True)
    return {
        name: FactDeclaration(name, FactType(each.type), each.label, "") for name, each in documents.items()
    }


def read_values(
    documents: Mapping[str, ValueDocument], reader: ExpressionReader
) -> Iterator[tuple[NamedValue, Trail]]:
    """Yield each value with its trail."""
    for name, each in documents.items():
        trail: Trail = ("values", name)
        definition = reader.read(each.when, (*trail, "when"), Slot.VALUE)
        place = reader.source.place(trail, key=True)
        kind = FactType(each.type)
        yield NamedValue(name, kind, each.label, definition, says=each.says or "", place=place), trail

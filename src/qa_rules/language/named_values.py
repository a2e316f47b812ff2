"""The `values:` of a ruleset: what they are called and are, and then what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qa_rules.language.expressions import Slot
from qa_rules.language.numbers import KEYS, NumberReader
from qa_rules.language.reading import Source, Trail
from qa_rules.language.schema import ValueDocument
from qa_rules.model import numbers as nu
from qa_rules.model.expressions import Constant, Expr
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.model.named_values import NamedValue

_TYPES = {"yes_no": FactType.YES_NO, "number": FactType.DECIMAL}


def declared_values(
    documents: Mapping[str, ValueDocument], vocabulary: Vocabulary, source: Source
) -> Mapping[str, FactDeclaration]:
    """Return what is known of values before any of them is read: tests of them are checked as tests of facts are."""
    for name in documents:
        if name in vocabulary.facts:
            message = f"`{name}` is the name of a fact, and of a value"
            source.fault("duplicate-id", message, ("values", name), "rename the value", key=True)
    return {
        name: FactDeclaration(name, _TYPES[each.type], each.label, "", unit=_unit(each))
        for name, each in documents.items()
    }


def _unit(document: ValueDocument) -> str:
    return document.unit or ("percent" if document.share is not None else "")


def read_values(
    documents: Mapping[str, ValueDocument], reader: NumberReader
) -> Iterator[tuple[NamedValue, Trail]]:
    """Yield each value with its trail."""
    for name, each in documents.items():
        trail: Trail = ("values", name)
        definition = _test(each, reader, trail) if each.type == "yes_no" else _number(each, reader, trail)
        place = reader.reader.source.place(trail, key=True)
        says = each.says or ""
        yield (
            NamedValue(name, _TYPES[each.type], each.label, definition, _unit(each), says, place=place),
            trail,
        )


def _test(document: ValueDocument, reader: NumberReader, trail: Trail) -> Expr:
    source = reader.reader.source
    for key in (*KEYS, "bounded", "unit"):
        if getattr(document, key) is not None:
            hint = "write `type: number`, or delete it"
            source.fault("value", f"a yes or no has no `{key}`", (*trail, key), hint, key=True)
    if document.when is None:
        source.fault("missing-key", "`when` is missing", trail, "write `when:` and a test", key=True)
        return Constant(None, "fault")
    return reader.reader.read(document.when, (*trail, "when"), Slot.VALUE)


def _number(document: ValueDocument, reader: NumberReader, trail: Trail) -> nu.Number:
    source = reader.reader.source
    found = [key for key in KEYS if getattr(document, key) is not None]
    if document.when is not None:
        hint = "write `type: yes_no`, or `{add: 1, when: ...}` among the parts of a `sum`"
        source.fault("value", "a number has no `when`", (*trail, "when"), hint, key=True)
    if len(found) != 1:
        hint = f"write one of {', '.join(f'`{key}:`' for key in KEYS)}"
        what = "does not say what it is made of" if not found else f"says it {len(found)} times"
        source.fault("number", f"this value {what}", trail, hint, key=True)
        return reader.limit("0", trail)
    number = reader.read(found[0], getattr(document, found[0]), (*trail, found[0]))
    for key, limit in (document.bounded or {}).items():
        end = reader.limit(limit, (*trail, "bounded", key))
        if isinstance(number, nu.Share):
            source.fault(
                "number", "a share is bounded as it is", (*trail, "bounded"), "delete `bounded`", key=True
            )
        else:
            number = nu.Greatest((number, end)) if key == "least" else nu.Least((number, end))
    return number

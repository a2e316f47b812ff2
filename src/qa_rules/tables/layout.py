"""Which column of a table says what. A column that says nothing that the vocabulary knows is refused by name.

A fact's column has the fact's name (`document.part` for the part of a document; the bare name of a document says
whether it exists). Columns beside it: `fact@strength`, `fact@on`, `fact@valid_until`, `fact@by`, `fact@none` (the
value is known to be none) and `fact@partial` (more may belong to the set or list). Those of a document hold for all
its parts. A collection is a list of structs whose fields are named alike, `@strength` and so on for the whole record.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

import attrs
import pyarrow as pa
import pyarrow.compute as pc

from qa_rules.errors import Diagnostic, FactsError
from qa_rules.language.values import did_you_mean
from qa_rules.model.facts import FactDeclaration, FactType, Vocabulary
from qa_rules.tables.decode import fits, is_list, zone_of
from qa_rules.tables.evidence import PARTS

AT: Final = "@"
FLAGS: Final[Mapping[str, FactDeclaration]] = {
    "none": FactDeclaration("none", FactType.YES_NO, "none", ""),
    "partial": FactDeclaration("partial", FactType.YES_NO, "partial", ""),
}
_SIDE: Final = {**PARTS, **FLAGS}
_NEEDED: Final = {
    FactType.YES_NO: "booleans",
    FactType.JUDGEMENT: "booleans",
    FactType.INTEGER: "whole numbers",
    FactType.DECIMAL: "numbers",
    FactType.DATE: "dates",
    FactType.CHOICES: "lists of text",
    FactType.CODES: "lists of text",
    FactType.COLLECTION: "lists of structs",
}


@attrs.define
class FactColumns:
    """The columns of one fact or field, by name."""

    declared: FactDeclaration
    value: str = ""
    sides: dict[str, str] = attrs.field(factory=dict)
    """What stands beside it: `strength`, `none`, ... to the name of the column."""


@attrs.define
class RecordColumns:
    """The columns of one collection: a list column, or a child table when `value` is empty."""

    declared: FactDeclaration
    value: str = ""
    sides: dict[str, str] = attrs.field(factory=dict)
    fields: dict[str, FactColumns] = attrs.field(factory=dict)
    own: dict[str, str] = attrs.field(factory=dict)
    """The columns of the records themselves: `strength` to `@strength`."""


@attrs.define
class Layout:
    """The columns of a table by what they say."""

    facts: dict[str, FactColumns] = attrs.field(factory=dict)
    documents: dict[str, dict[str, str]] = attrs.field(factory=dict)
    """Columns beside a whole document."""
    collections: dict[str, RecordColumns] = attrs.field(factory=dict)

    def only(self, names: Collection[str]) -> Layout:
        """Return the columns of some facts and collections."""
        facts = {name: each for name, each in self.facts.items() if name in names}
        lists = {name: each for name, each in self.collections.items() if name in names}
        return Layout(facts, self.documents, lists)

    @property
    def dated(self) -> bool:
        """Whether some column dates the evidence of another."""
        sides = [*self.documents.values(), *(each.sides for each in self.facts.values())]
        for records in self.collections.values():
            sides += [records.sides, records.own, *(each.sides for each in records.fields.values())]
        return any("on" in each for each in sides)

    @classmethod
    def of(
        cls,
        schema: pa.Schema,
        vocabulary: Vocabulary,
        *,
        others: Collection[str] = (),
        children: Mapping[str, pa.Schema] | None = None,
        key: str = "",
        holds_nothing: Callable[[str], bool] = lambda _: False,
    ) -> Layout:
        """Sort the columns; those named in `others` are no facts. FactsError with every column that does not fit.

        A column of another type is left out where it `holds_nothing`: who writes nulls alone writes them in any type.
        """
        sorter = _Sorter(vocabulary, {field.name: field.type for field in schema}, holds_nothing, key)
        sorter.twice(schema.names)
        for name in dict.fromkeys(schema.names):
            if name not in others:
                sorter.place(name)
        for name, inner in (children or {}).items():
            sorter.child(name, inner, key)
        if sorter.faults:
            raise FactsError(sorter.faults)
        return sorter.layout


@attrs.define
class _Sorter:
    vocabulary: Vocabulary
    types: dict[str, pa.DataType]
    holds_nothing: Callable[[str], bool]
    key: str
    """The column that names a row, or would."""
    layout: Layout = attrs.field(factory=Layout)
    faults: list[Diagnostic] = attrs.field(factory=list)

    def fault(self, code: str, message: str, hint: str) -> None:
        self.faults.append(Diagnostic(code, message, hint=hint))

    def place(self, name: str) -> None:
        base, _, side = name.partition(AT)
        declared = self.vocabulary.scalars.get(base) or self.vocabulary.facts.get(base)
        if declared is None:
            self.unknown(name, base)
        elif AT in name and not self.may_stand(side, declared):
            self.no_side(name, base, side, declared)
        elif declared.type is FactType.DOCUMENT:
            if AT in name:
                self.side(self.layout.documents.setdefault(base, {}), side, name)
            else:
                self.value(self.fact(declared.fields["exists"]), name)
        elif declared.type is FactType.COLLECTION:
            found = self.layout.collections.setdefault(base, RecordColumns(declared))
            if AT in name:
                self.side(found.sides, side, name)
            elif self.is_records(name, self.types[name]):
                found.value = name
                self.record(found, self.types[name].value_type, f"{name}.")
        elif AT in name:
            self.side(self.fact(declared).sides, side, name)
        else:
            self.value(self.fact(declared), name)

    def fact(self, declared: FactDeclaration) -> FactColumns:
        return self.layout.facts.setdefault(declared.name, FactColumns(declared))

    def value(self, columns: FactColumns, name: str) -> None:
        if columns.value:
            message = f"`{columns.value}` and `{name}` say the same"
            self.fault("duplicate-fact", message, "keep one of them")
        if self.typed(name, self.types[name], columns.declared):
            columns.value = name

    def side(self, sides: dict[str, str], side: str, name: str) -> None:
        if self.typed(name, self.types[name], _SIDE[side]):
            sides[side] = name

    def typed(self, name: str, kind: pa.DataType, declared: FactDeclaration) -> bool:
        """Whether a column is to be read; one whose type does not fit is told, unless it holds nothing."""
        if (zone := zone_of(kind)) and not _is_zone(kind):
            message = f"the column `{name}` is of the zone `{zone}`, which is not known here"
            self.fault("column-type", message, "name a zone such as Europe/London, or give dates")
        elif not fits(kind, declared):
            if self.holds_nothing(name):
                return False
            needed = _NEEDED.get(declared.type, "text")
            hint = f"cast it to {needed}, or to text as a facts file would have it"
            document = name in self.vocabulary.facts and self.vocabulary.facts[name].type is FactType.DOCUMENT
            if document and pa.types.is_struct(kind):
                parts = [f"`{name}.{part}`" for part in self.vocabulary.facts[name].fields]
                hint = f"give each part of the document a column of its own, such as {', '.join(parts[:2])}"
            message = f"the column `{name}` holds {kind}, and {declared.type.words} is due"
            self.fault("column-type", message, hint)
        return True

    def is_records(self, name: str, kind: pa.DataType) -> bool:
        if is_list(kind) and pa.types.is_struct(kind.value_type):
            return True
        if not pa.types.is_null(kind) and not self.holds_nothing(name):
            message = f"the column `{name}` holds {kind}, and a collection is due"
            hint = "give a list of structs, or a child table with one record a row"
            self.fault("column-type", message, hint)
        return False

    def record(
        self, found: RecordColumns, fields: Iterable[pa.Field], prefix: str, others: Collection[str] = ()
    ) -> None:
        known = found.declared.fields
        inner = [field for field in fields if field.name not in others]
        self.twice([field.name for field in inner], prefix)
        self.types |= {prefix + field.name: field.type for field in inner}
        for field in inner:
            base, _, side = field.name.partition(AT)
            label = prefix + field.name
            if base and base not in known:
                hint = did_you_mean(base, known) or f"its fields are {', '.join(known)}"
                self.fault("unknown-fact", f"{found.declared.a_record} has no field `{base}`", hint)
            elif not self.may_stand(side, known.get(base)) and (AT in field.name or not base):
                self.no_side(label, prefix + base, side, known.get(base))
            elif not self.typed(label, field.type, _SIDE[side] if AT in field.name else known[base]):
                continue
            elif not base:
                found.own[side] = field.name
            elif AT in field.name:
                columns = found.fields.setdefault(base, FactColumns(known[base]))
                columns.sides[side] = field.name
            else:
                columns = found.fields.setdefault(base, FactColumns(known[base]))
                columns.value = field.name

    def child(self, name: str, schema: pa.Schema, key: str) -> None:
        declared = self.vocabulary.collections.get(name)
        if declared is None:
            self.unknown(name, name)
            return
        found = self.layout.collections.setdefault(name, RecordColumns(declared))
        if found.value:
            message = f"`{name}` is both a column and a child table"
            self.fault("duplicate-fact", message, "keep one of them")
        if schema.names.count(key) > 1:
            self.twice([key, key], f"{name}.")
        if key not in schema.names:
            hint = f"give each record the `{key}` of the row that it belongs to"
            self.fault("no-key", f"the child table `{name}` has no column `{key}`", hint)
        self.record(found, schema, f"{name}.", (key,))

    def unknown(self, name: str, base: str) -> None:
        known = [*self.vocabulary.scalars, *self.vocabulary.facts, *({self.key} - {""})]
        hint = did_you_mean(base, known) or "leave it out, or name it among the columns to keep or to ignore"
        self.fault("unknown-fact", f"the column `{name}` is no fact that the vocabulary knows", hint)

    def twice(self, names: Sequence[str], prefix: str = "") -> None:
        for name in dict.fromkeys(each for each in names if names.count(each) > 1):
            self.fault("duplicate-fact", f"the column `{prefix}{name}` is there twice", "keep one of them")

    @staticmethod
    def may_stand(side: str, beside: FactDeclaration | None) -> bool:
        """Whether something can be said beside a fact; None stands for a record or for what no fact has the name of."""
        if side == "partial":
            return beside is not None and (beside.type.is_set or beside.type is FactType.COLLECTION)
        if side == "none":
            return beside is not None and beside.type not in (FactType.DOCUMENT, FactType.COLLECTION)
        return side in PARTS

    def no_side(self, name: str, base: str, side: str, beside: FactDeclaration | None) -> None:
        there = [each for each in _SIDE if self.may_stand(each, beside)]
        near = "" if side in _SIDE else did_you_mean(side, there)
        hint = near or f"beside it stand {', '.join(AT + each for each in there)}"
        self.fault(
            "unknown-key", f"the column `{name}` says nothing that is known of `{base or 'a record'}`", hint
        )


def _is_zone(kind: pa.DataType) -> bool:
    try:
        pc.local_timestamp(pa.array([0], kind))
    except pa.ArrowInvalid:
        return False
    return True

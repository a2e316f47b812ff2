"""Decision tables of ours as DMN, to be opened in other tools, and read back to the same tables.

A cell is written from the values that it takes, as simple unary tests. What DMN cannot say so is refused by name and
place, all of it at once: columns that are tests, values that a ruleset works out, cells that wait for a policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

import attrs

from qa_rules.errors import Diagnostic, Place, RulesetError
from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import Aggregation, DecisionTable, HitPolicy, TableInput
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.model.values import Scalar, exact_text
from qa_rules.program.bind import close
from qa_rules.program.decision_diagram import Diagram
from qa_rules.program.table_regions import Column, NoValue, Options, Piece, Span, Truth, joined
from qa_rules.program.table_tests import Output, tables_of

DMN: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
"""DMN 1.3, which later tools read as well."""
OURS: Final = "urn:qa-rules:dmn"
"""The namespace of what DMN has no word for: what a table, an output and a whole number are called here."""
_POLICIES: Final = {HitPolicy.UNIQUE: "UNIQUE", HitPolicy.FIRST: "FIRST", HitPolicy.COLLECT: "COLLECT"}
_AGGREGATIONS: Final = {
    Aggregation.SUM: "SUM",
    Aggregation.COUNT: "COUNT",
    Aggregation.LEAST: "MIN",
    Aggregation.GREATEST: "MAX",
}
_TYPES: Final[Mapping[FactType, str]] = {
    FactType.YES_NO: "boolean",
    FactType.JUDGEMENT: "boolean",
    FactType.INTEGER: "number",
    FactType.DECIMAL: "number",
    FactType.DATE: "date",
    FactType.CHOICE: "string",
    FactType.CODE: "string",
}


def write(ruleset: Ruleset, policy: Policy | None = None) -> str:
    """Return the decision tables of a ruleset, and of a policy, as a DMN 1.3 model.

    RulesetError with every fault at once: what tables of DMN with simple unary tests cannot say.
    """
    return _Writing(ruleset, policy).text()


@attrs.frozen
class _Unsaid(Exception):
    """Something that DMN cannot say, and what to do instead."""

    message: str
    hint: str


class _Writing:
    def __init__(self, ruleset: Ruleset, policy: Policy | None) -> None:
        self.ruleset, self.faults = ruleset, list[Diagnostic]()
        self.tables = tables_of(ruleset, policy)
        self.outputs: Mapping[str, Output] = close(ruleset, policy).outputs if self.tables else {}
        self.inputs: dict[str, FactDeclaration] = {}
        self.given = {
            name: (table, table.outputs[at]) for table in self.tables for name, at in table.output.items()
        }

    def text(self) -> str:
        if not self.tables:
            self.fault(
                "there is no decision table here", self.ruleset.place, "a policy may have some: name it"
            )
        root = ET.Element(
            f"{{{DMN}}}definitions",
            {"name": self.ruleset.title, "id": "definitions", "namespace": f"urn:qa-rules:{self.ruleset.id}"},
        )
        decisions = [self.decision(each) for each in self.tables]
        if self.faults:
            raise RulesetError(self.faults)
        for each in self.inputs.values():
            if allowed := _allowed(each):
                kind = _element(root, "itemDefinition", name=f"t_{each.name}")
                _element(kind, "typeRef").text = _TYPES[each.type]
                _text(_element(kind, "allowedValues"), allowed)
        for each in self.inputs.values():
            data = _element(root, "inputData", id=f"input_{each.name}", name=each.name)
            if each.type is FactType.INTEGER:
                data.set(f"{{{OURS}}}type", "integer")
            _element(data, "variable", name=each.name, typeRef=_type_of(each))
        root.extend(decisions)
        ET.register_namespace("", DMN)
        ET.register_namespace("qa", OURS)
        ET.indent(root)
        return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"

    def fault(self, message: str, place: Place | None, hint: str) -> None:
        self.faults.append(Diagnostic("dmn", message, place, hint))

    # Tables

    def decision(self, table: DecisionTable) -> ET.Element:
        drawn = self.outputs[table.outputs[0].name].diagram
        name = _called(table)
        made = ET.Element(f"{{{DMN}}}decision", {"id": f"decision_{table.id}", "name": name})
        single = _TYPES[table.outputs[0].type] if len(table.outputs) == 1 else ""
        _element(made, "variable", name=name, **({"typeRef": single} if single else {}))
        columns = {each.input.name: each for each in drawn.columns if not each.setting}
        for at, each in enumerate(drawn.columns):
            if each.setting:
                waiting = self.waiting(table, drawn, at)
                place = table.rows[waiting].place or table.place
                message = f"row {waiting + 1} of `{table.id}` goes by the local setting `{each.setting}`"
                self.fault(message, place, "name a policy that gives it")
        asked = [self.asked(table, each) for each in table.inputs]
        for required, kind in dict.fromkeys(each for each in asked if each is not None):
            inside = _element(made, "informationRequirement")
            _element(inside, kind, href=f"#{required}")
        inner = _element(made, "decisionTable", id=table.id, hitPolicy=_POLICIES[table.hit_policy])
        if table.aggregation is not None:
            inner.set("aggregation", _AGGREGATIONS[table.aggregation])
        for key, said in (("id", table.id), ("title", table.title), ("says", table.says)):
            if said:
                inner.set(f"{{{OURS}}}{key}", said)
        for column in table.inputs:
            _text(_element(_element(inner, "input"), "inputExpression"), self.expression(column))
        for at, output in enumerate(table.outputs):
            self.output(inner, table, at, output)
        for at, row in enumerate(table.rows):
            rule = _element(inner, "rule")
            for column in table.inputs:
                cell = self.cell(table, columns.get(column.name), column, at)
                _text(_element(rule, "inputEntry"), cell)
            for value, output in zip(row.outputs, table.outputs, strict=True):
                _text(_element(rule, "outputEntry"), _value(value, output))
        return made

    @staticmethod
    def waiting(table: DecisionTable, drawn: Diagram, at: int) -> int:
        """The row of a cell that nobody has set."""
        rows = frozenset(range(len(table.rows)))
        return min(rows - frozenset.intersection(*(each.rows for each in drawn.columns[at].regions)))

    def asked(self, table: DecisionTable, column: TableInput) -> tuple[str, str] | None:
        """What the column of an input needs: input data, or another decision."""
        if isinstance(column.term, ex.Named) and column.term.name in self.given:
            return f"decision_{self.given[column.term.name][0].id}", "requiredDecision"
        declared = (
            self.ruleset.vocabulary.scalars.get(column.term.name)
            if isinstance(column.term, ex.Fact)
            else None
        )
        where = column.place or table.place
        if column.term is None or isinstance(column.term, ex.Named):
            what = "a test" if column.term is None else "a value that the ruleset works out"
            message = f"the column `{column.name}` of `{table.id}` is {what}, which DMN's tables cannot say"
            self.fault(message, where, "make it a fact, or what another table gives")
        elif declared is None or declared.type not in _TYPES or "." in declared.name:
            message = f"the column `{column.name}` of `{table.id}` is of a type that DMN does not know"
            self.fault(
                message, where, "make it a fact of its own: yes or no, a number, a date, a choice or a code"
            )
        else:
            self.inputs[declared.name] = declared
            return f"input_{declared.name}", "requiredInput"
        return None

    def expression(self, column: TableInput) -> str:
        if not isinstance(column.term, ex.Named) or column.term.name not in self.given:
            return column.name
        table, output = self.given[column.term.name]
        return output.name if len(table.outputs) == 1 else f"{_called(table)}.{output.name}"

    @staticmethod
    def output(inner: ET.Element, table: DecisionTable, at: int, output: FactDeclaration) -> None:
        made = _element(inner, "output", name=output.name, typeRef=_TYPES[output.type])
        said = {"name": output.name, "label": output.label, "unit": output.unit}
        said["ordered"] = "yes" if output.ordered else ""
        said["type"] = output.type.value if output.type.is_number else ""
        for key, each in said.items():
            if each:
                made.set(f"{{{OURS}}}{key}", each)
        if output.options:
            _text(_element(made, "outputValues"), ", ".join(map(_quoted, output.options)))
        if table.otherwise is not None:
            _text(_element(made, "defaultOutputEntry"), _value(table.otherwise[at], output))

    # Cells

    def cell(self, table: DecisionTable, column: Column | None, asked: TableInput, row: int) -> str:
        if table.rows[row].cells[table.inputs.index(asked)] is None or column is None or asked.term is None:
            return "-"
        try:
            return _cell(column, row)
        except _Unsaid as fault:
            message = f"row {row + 1} of `{table.id}`: {fault.message}"
            self.fault(message, table.rows[row].place or table.place, fault.hint)
            return "-"


def _cell(column: Column, row: int) -> str:
    """The values that a row takes, as simple unary tests."""
    declared = column.declared
    whole = declared is not None and declared.type is FactType.INTEGER
    found = [piece for region in column.regions if row in region.rows for piece in region.pieces]
    if not found:
        raise _Unsaid("it takes no value at all", "take the row out")
    pieces = list(joined(found, whole))
    if all(row in region.rows for region in column.regions):
        return "-"
    left_out = [piece for region in column.regions if row not in region.rows for piece in region.pieces]
    if all(map(_is_none, left_out)):
        return "not(null)"
    others = [each for each in pieces if isinstance(each, Options) and each.others]
    if others and len(pieces) > 1:
        raise _Unsaid("none, or anything but some codes, is no simple unary test", "write two rows")
    return ", ".join(_tests(pieces, declared))


def _is_none(piece: Piece) -> bool:
    return piece == NoValue()


def _tests(pieces: Sequence[Piece], declared: FactDeclaration | None) -> Iterator[str]:
    for piece in pieces:
        match piece:
            case NoValue(given):
                yield "not(null)" if given else "null"
            case Truth(holds):
                yield "true" if holds else "false"
            case Options(values, others):
                order = list(declared.options) if declared is not None else []
                named = [each for each in order if each in values] or sorted(values)
                text = ", ".join(map(_quoted, named))
                yield f"not({text})" if others else text
            case Span():
                yield _span(piece)


def _span(span: Span) -> str:
    if span.is_one and span.low is not None:
        return _value(span.low)
    if span.low is None or span.high is None:
        edge, is_open = (span.high, span.high_open) if span.low is None else (span.low, span.low_open)
        assert edge is not None
        sign = "<" if span.low is None else ">"
        return f"{sign}{'' if is_open else '='} {_value(edge)}"
    first, last = "(" if span.low_open else "[", ")" if span.high_open else "]"
    return f"{first}{_value(span.low)}..{_value(span.high)}{last}"


def _value(value: Scalar, declared: FactDeclaration | None = None) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _quoted(value)
        case int():
            return str(value)
        case Decimal():
            return exact_text(value)
        case _:
            return f'date("{value.isoformat()}")'


def _quoted(text: str) -> str:
    if "'" in text or "\n" in text:
        raise _Unsaid(f"`{text}` is not read back", "leave out quotation marks and line breaks")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _allowed(declared: FactDeclaration) -> str:
    """The values that an input can have, where they are listed or lie between two ends; else nothing."""
    none = ", null" if declared.may_be_none else ""
    if declared.options:
        return f"{', '.join(map(_quoted, declared.options))}{none}"
    if declared.type.is_number and declared.least is not None and declared.most is not None:
        return f"[{_value(declared.least)}..{_value(declared.most)}]{none}"
    return ""


def _type_of(declared: FactDeclaration) -> str:
    return f"t_{declared.name}" if _allowed(declared) else _TYPES[declared.type]


def _called(table: DecisionTable) -> str:
    """The name of a decision: what it gives, or with several outputs that of the table."""
    return table.outputs[0].name if len(table.outputs) == 1 else table.id


def _element(inside: ET.Element, tag: str, /, **attributes: str) -> ET.Element:
    return ET.SubElement(inside, f"{{{DMN}}}{tag}", attributes)


def _text(inside: ET.Element, text: str) -> None:
    _element(inside, "text").text = text

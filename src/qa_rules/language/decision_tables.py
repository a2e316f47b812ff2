"""The `tables:` of a ruleset, with their rows in the file itself or as CSV beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from qa_rules.errors import NotFoundError
from qa_rules.language.cells import CellReader
from qa_rules.language.expressions import ExpressionReader, Slot
from qa_rules.language.reading import Plain, Raw, Source, Span, Trail, mapping, text_of
from qa_rules.language.table_schema import TableDocument, TableInputDocument, TableOutputDocument
from qa_rules.language.values import ValueFault, near, parse_value
from qa_rules.model import expressions as ex
from qa_rules.model.decision_tables import Aggregation, DecisionTable, HitPolicy, TableInput, TableRow
from qa_rules.model.facts import FactDeclaration, FactType
from qa_rules.model.values import Scalar
from qa_rules.program.decision_diagram import MOST_STEPS, TooManyStepsError
from qa_rules.program.table_tests import drawn_of

MOST_ROWS = 2_000


def _silent(cell: ex.Expr) -> ex.Expr:
    """A cell under a policy that says nothing."""

    def open_term(term: ex.Term) -> ex.Term:
        return ex.Unset(term.name) if isinstance(term, ex.Parameter) else term

    return ex.rebuild(ex.with_terms(cell, open_term), _silent)


_NOT_ASKED = (FactType.CHOICES, FactType.CODES, FactType.DOCUMENT, FactType.COLLECTION)


def with_rows(source: Source, folder: Path | None) -> Mapping[int, Source]:
    """Put the rows of CSV files in the place of their names, and return where they stand, by table.

    What was read then holds all of the ruleset, wherever it is kept.
    """
    found: dict[int, Source] = {}
    tables = mapping(source.data).get("tables")
    for at, table in enumerate(tables if isinstance(tables, list) else ()):
        name = mapping(table).get("csv")
        if not isinstance(name, str):
            continue
        trail: Trail = ("tables", at, "csv")
        if "rows" in table:
            source.fault("table", "the rows stand here and in a file", trail, "keep one of the two", key=True)
            continue
        if folder is None or Path(name).name != name or not name.endswith(".csv"):
            hint = "name a file that ends in .csv, in the folder of the ruleset"
            source.fault("table", f"`{name}` cannot be read", trail, hint)
            continue
        try:
            text, unread = text_of(folder / name)
        except NotFoundError as error:
            source.fault("table", str(error), trail, "name a file in the folder of the ruleset")
            continue
        inner = found[at] = unread if text is None else _read_csv(text, str(folder / name))
        head, *rows = inner.data or [[]]
        del table["csv"]
        table["header"], table["rows"] = head, rows
    return found


def _read_csv(text: str, name: str) -> Source:
    """The cells of a CSV file as a list of lists, each with its place."""
    source = Source(name, [], text.splitlines())
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    row, line = 0, 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                _note(source, row, line, cells)
                source.data.append([Plain(cell.strip()) for cell in cells])
                row += 1
            line = reader.line_num + 1
    except csv.Error as error:
        source.values[()] = Span(reader.line_num, 1, 1)
        source.fault(
            "table", f"this is not CSV: {error}", (), "put cells with a comma or a quotation mark in quotes"
        )
    if row < 2:
        source.values.setdefault((), Span(1, 1, 1))
        source.fault("table", "a table has a line of names, and rows below it", (), "write them")
    return source


def _note(source: Source, row: int, line: int, cells: Sequence[str]) -> None:
    written = source.lines[line - 1] if line <= len(source.lines) else ""
    source.values[(row,)] = Span(line, 1, max(1, len(written)))
    start = 0
    for at, cell in enumerate(cells):
        found = written.find(cell, start)
        start = found if found >= 0 else start
        stripped = len(cell) - len(cell.lstrip())
        source.values[row, at] = Span(line, start + stripped + 1, max(1, len(cell.strip())))
        start += len(cell)


def declared_outputs(
    documents: Sequence[TableDocument], taken: Mapping[str, object], source: Source
) -> Mapping[str, FactDeclaration]:
    """Return what is known of the outputs of tables before any table is read; names that are `taken` are faults."""
    found: dict[str, FactDeclaration] = {}
    for at, document in enumerate(documents):
        for name, each in document.outputs.items():
            trail: Trail = ("tables", at, "outputs", name)
            if name in taken or name in found:
                hint = "give the output a name of its own"
                source.fault(
                    "duplicate-id", f"`{name}` is the name of something else too", trail, hint, key=True
                )
            found[name] = _output(name, each, trail, source)
    return found


def _output(name: str, document: TableOutputDocument, trail: Trail, source: Source) -> FactDeclaration:
    if (document.type == "choice") != bool(document.options):
        message = f"`{name}` has no options" if document.type == "choice" else f"`{name}` is no choice"
        source.fault("table", message, trail, "write `type: choice` and `options:`", key=True)
    return FactDeclaration(
        name,
        FactType(document.type),
        document.label,
        "",
        options=document.options,
        ordered=document.ordered,
        unit=document.unit or "",
    )


@attrs.frozen
class TableReader:
    """Reads the tables of a ruleset."""

    source: Source
    reader: ExpressionReader
    beside: Mapping[int, Source]
    """The CSV files of tables, by the place of the table."""

    def tables(self, documents: Sequence[TableDocument]) -> tuple[DecisionTable, ...]:
        """Return the tables; faults are recorded."""
        ids = [each.id for each in documents]
        for at, name in enumerate(ids):
            if name in ids[:at]:
                self.source.fault(
                    "duplicate-id", f"`{name}` is used twice", ("tables", at, "id"), "rename one of them"
                )
        found = tuple(self._table(at, each) for at, each in enumerate(documents))
        if not self.source.diagnostics and not any(each.diagnostics for each in self.beside.values()):
            for at, table in enumerate(found):
                self._drawn(at, table)
        return found

    def _drawn(self, at: int, table: DecisionTable) -> None:
        """A table that hangs together in too many ways is a fault of the file, not of whoever is assessed by it."""
        scope = self.reader.scope
        try:
            drawn_of(table, scope.vocabulary, scope.values, _silent)
        except TooManyStepsError:
            message = f"`{table.id}` can come out in more than {MOST_STEPS:,} ways"
            hint = "split it into tables of fewer inputs, and add up what they give"
            self.source.fault("too-large", message, ("tables", at, "id"), hint)

    def _table(self, at: int, document: TableDocument) -> DecisionTable:
        trail: Trail = ("tables", at)
        inputs = [self._input(each, (*trail, "inputs", index)) for index, each in enumerate(document.inputs)]
        outputs = [self.reader.scope.values[name] for name in document.outputs]
        policy = HitPolicy(document.hit_policy)
        self._collects(document, outputs, trail)
        rows = self._rows(at, document, inputs, outputs)
        otherwise = None
        if document.otherwise is not None:
            below = (*trail, "otherwise")
            otherwise = self._outputs(self.source, document.otherwise, outputs, below, 0)
        return DecisionTable(
            id=document.id,
            title=document.title,
            hit_policy=policy,
            inputs=tuple(each for each, _ in inputs),
            outputs=tuple(outputs),
            rows=tuple(rows),
            aggregation=None if document.aggregation is None else Aggregation(document.aggregation),
            otherwise=otherwise,
            says=document.says or "",
            source=document.source,
            place=self.source.place((*trail, "id")),
        )

    def _input(
        self, document: str | TableInputDocument, trail: Trail
    ) -> tuple[TableInput, FactDeclaration | None]:
        place = self.source.place(trail)
        if isinstance(document, TableInputDocument):
            test = self.reader.read(document.test, (*trail, "test"), Slot.VALUE)
            label = document.label or document.name.replace("_", " ")
            return TableInput(document.name, label, None, test, place=place), None
        found = self.reader.subject(document, trail)
        if found is None:
            return TableInput(document, document, None, None, place=place), None
        term, declared = found
        if declared.type in _NOT_ASKED:
            hint = "ask a test of it: `- {name: ..., test: ...}`, with yes and no in the cells"
            self.source.fault(
                "table", f"`{document}` is {declared.type.words}, which no cell can test", trail, hint
            )
        return TableInput(document, declared.label, term, place=place), declared

    def _collects(self, document: TableDocument, outputs: Sequence[FactDeclaration], trail: Trail) -> None:
        collects = HitPolicy(document.hit_policy) is HitPolicy.COLLECT
        if collects and document.aggregation is None:
            hint = "write `aggregation:` and sum, count, least or greatest"
            self.source.fault("table", "a table that collects says how", (*trail, "hit_policy"), hint)
        if not collects and document.aggregation is not None:
            hint = "write `hit_policy: collect`, or delete the line"
            self.source.fault(
                "table", "only a table that collects takes rows together", (*trail, "aggregation"), hint
            )
        if collects and (len(outputs) != 1 or not outputs[0].type.is_number):
            hint = "write a table for each output, of type integer or decimal"
            self.source.fault(
                "table", "a table that collects has one output, a number", (*trail, "outputs"), hint, key=True
            )

    # Rows

    def _rows(
        self,
        at: int,
        document: TableDocument,
        inputs: Sequence[tuple[TableInput, FactDeclaration | None]],
        outputs: Sequence[FactDeclaration],
    ) -> list[TableRow]:
        source, trail = (
            self.beside.get(at, self.source),
            ("tables", at, "rows") if at not in self.beside else (),
        )
        skip = 1 if at in self.beside else 0
        reader = attrs.evolve(self.reader, source=source)
        names = [each.name for each, _ in inputs] + [each.name for each in outputs]
        order = (
            self._order(document.header, names, source) if document.header is not None else range(len(names))
        )
        if order is None:
            return []
        if len(document.rows) > MOST_ROWS:
            source.fault("too-large", f"a table has at most {MOST_ROWS} rows", trail, "split it")
            return []
        readers = [CellReader(reader, each, declared) for each, declared in inputs]
        rows: list[TableRow] = []
        for number, raw in enumerate(document.rows):
            here: Trail = (*trail, number + skip)
            if not isinstance(raw, list) or len(raw) != len(names):
                message = f"a row has {len(names)} cells: {', '.join(names)}"
                source.fault("table", message, here, "write `any` where anything does")
                continue
            cells = [
                each.read(raw[index], (*here, index))
                for each, index in zip(readers, order, strict=False)
                if each.column.term is not None or each.column.test is not None
            ]
            given = [raw[index] for index in order[len(inputs) :]]
            places = order[len(inputs) :]
            values = self._outputs(source, given, outputs, here, places)
            rows.append(TableRow(tuple(cells), values, place=source.place(here)))
        return rows

    def _order(self, header: Sequence[Raw], names: Sequence[str], source: Source) -> list[int] | None:
        """Where each column stands in a CSV file."""
        found = [str(each) for each in header]
        for at, each in enumerate(found):
            if each not in names or each in found[:at]:
                hint = near(source, each, names) or f"the columns are {', '.join(names)}"
                source.fault("table", f"there is no column `{each}`, or it is there twice", (0, at), hint)
        missing = [each for each in names if each not in found]
        if missing:
            source.fault(
                "table", f"there is no column {', '.join(missing)}", (0,), "add it to the first line"
            )
        if missing or len(found) != len(names):
            return None
        return [found.index(each) for each in names]

    def _outputs(
        self,
        source: Source,
        raw: Sequence[Raw],
        outputs: Sequence[FactDeclaration],
        trail: Trail,
        places: int | Sequence[int],
    ) -> tuple[Scalar, ...]:
        if len(raw) != len(outputs):
            names = ", ".join(each.name for each in outputs)
            source.fault("table", f"here stands what the table gives: {names}", trail, "write each of them")
            return ()
        found: list[Scalar] = []
        for at, (each, declared) in enumerate(zip(raw, outputs, strict=True)):
            place = (*trail, at if isinstance(places, int) else places[at])
            try:
                value = parse_value(each, declared)
            except ValueFault as fault:
                source.fault("value", fault.message, place, fault.hint)
                continue
            if value is None or isinstance(value, frozenset):
                source.fault("value", f"`{declared.name}` is empty here", place, "write what the row gives")
                continue
            found.append(value)  # type: ignore[arg-type]
        return tuple(found)

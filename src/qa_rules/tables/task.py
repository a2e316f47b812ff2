"""Assess every row of a table, at once or batch by batch."""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import Any, Final

import attrs
import pyarrow as pa

from qa_rules.engines.columns.batches import OUTPUTS, Judged, TableKernel
from qa_rules.engines.columns.layout import Layout
from qa_rules.engines.columns.reading import Child, ColumnFaults
from qa_rules.errors import Diagnostic, FactsError
from qa_rules.judging import closed_under
from qa_rules.loading import calendar_for
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.tables.summary import Summary

MOST: Final = 524_288
"""Rows of a batch at most: enough that a plane is worth an operation, few enough that it stays near the processor."""
FEWEST: Final = 65_536
"""Smaller batches of a stream are joined up to this many rows."""
BYTES: Final = 2**28
"""So much memory of columns is worked at once, when a batch has enough rows."""

FAULTS: Final = pa.schema(
    [
        ("row", pa.int64()),
        ("key", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("problem", pa.string()),
        ("hint", pa.string()),
    ]
)
"""The columns of the table of faults. Rows count from 1."""


@attrs.frozen(eq=False)
class TableBatch:
    """What a batch of rows came to."""

    table: pa.RecordBatch
    """The columns that were kept, and the results."""
    faults: pa.RecordBatch
    summary: Summary


@attrs.frozen(eq=False)
class TableAssessment:
    """What the rows of a table came to."""

    table: pa.Table
    """A row for each row: the columns that were kept, outcomes, tiers, groups and verdicts."""
    faults: pa.Table
    """Values that do not fit the vocabulary, by row and column. The fact is unknown in that row."""
    summary: Summary

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


@attrs.frozen(eq=False, kw_only=True)
class TableTask:
    """How to assess a table; see `assess_table`."""

    ruleset: Ruleset
    on: datetime.date
    policy: Policy | None = None
    persons: Mapping[str, Facts] = attrs.field(factory=dict)
    evidence: Evidence = Evidence()
    key: str = ""
    keep: Sequence[str] = ()
    ignore: Sequence[str] = ()
    children: Mapping[str, Any] = attrs.field(factory=dict)
    outputs: Sequence[str] = OUTPUTS
    calendar: Calendar | None = None
    threads: int = 1
    rows_at_once: int = 0
    """Rows of a batch; 0 goes by the size of a row."""

    @cached_property
    def kernel(self) -> TableKernel:
        """The rules made ready. RulesetError when the policy is for another ruleset."""
        closed = closed_under(self.ruleset, self.policy)
        calendar = calendar_for(self.calendar, closed)
        return TableKernel.of(
            self.ruleset, self.policy, self.on, calendar, self.evidence, self.persons, self.outputs
        )

    @cached_property
    def sorted_children(self) -> dict[str, Child]:
        """The child tables, made ready to find the records of a row."""
        return {name: Child.of(pa.table(table), self.key) for name, table in self.children.items()}

    @property
    def kept(self) -> list[str]:
        """The columns that go from the table to the result as they are."""
        return list(dict.fromkeys([*([self.key] if self.key else []), *self.keep]))

    def layout(self, schema: pa.Schema) -> Layout:
        """Return what the columns say. FactsError with every column that does not fit."""
        faults = [
            Diagnostic(
                "no-column", f"there is no column `{name}`", hint=f"there are {', '.join(schema.names)}"
            )
            for name in self.kept
            if name not in schema.names
        ]
        if self.children and not self.key:
            hint = "name the column by which records find their row"
            faults.append(Diagnostic("no-key", "child tables need a key", hint=hint))
        if faults:
            raise FactsError(faults)
        inner = {name: pa.table(table).schema for name, table in self.children.items()}
        others = {*self.kept, *self.ignore}
        return Layout.of(schema, self.ruleset.vocabulary, others=others, children=inner, key=self.key)

    def assess(self, table: Any) -> TableAssessment:
        """Assess a table that is at hand whole."""
        given = pa.table(table)
        batches = list(self.batches(given))
        return TableAssessment(
            pa.Table.from_batches([each.table for each in batches]),
            pa.Table.from_batches([each.faults for each in batches], FAULTS),
            Summary.of(each.summary for each in batches),
        )

    def batches(self, source: Any) -> Iterator[TableBatch]:
        """Assess a stream of batches, in order; only a few are in memory at a time."""
        schema, batches = _opened(source)
        layout = self.layout(schema)
        numbered = _numbered(joined(_some(schema, batches), self.rows_at_once))
        if self.threads == 1:
            for first, batch in numbered:
                yield self.judged(batch, layout, first)
            return
        waiting: deque[Future[TableBatch]] = deque()
        with ThreadPoolExecutor(self.threads) as pool:
            for first, batch in numbered:
                waiting.append(pool.submit(self.judged, batch, layout, first))
                if len(waiting) > self.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def judged(self, batch: pa.RecordBatch, layout: Layout, first: int = 0) -> TableBatch:
        """Assess one batch whose first row is row `first`, counted from 0."""
        judged = self.kernel.judge(batch, layout, self.sorted_children, self.key)
        arrays = [batch.column(name) for name in self.kept]
        arrays += [column.to_arrow() for column in judged.columns.values()]
        table = pa.RecordBatch.from_arrays(arrays, [*self.kept, *judged.columns])
        keys = batch.column(self.key) if self.key else None
        faults = _faults(judged.faults, first, keys)
        return TableBatch(table, faults, self._summary(judged, batch.num_rows, faults))

    def _summary(self, judged: Judged, rows: int, faults: pa.RecordBatch) -> Summary:
        return Summary(
            ruleset=self.ruleset.id,
            policy="" if self.policy is None else self.policy.name,
            on=self.on,
            rows=rows,
            faults=faults.num_rows,
            rows_at_fault=len(set(faults.column("row").to_pylist())),
            counts={
                name: column.counts()
                for name, column in judged.columns.items()
                if "@" not in name or self.persons
            },
        )


def batches_of(source: Any, rows: int = 0) -> Iterator[pa.RecordBatch]:
    """Return batches of about so many rows of anything that speaks Arrow."""
    schema, batches = _opened(source)
    yield from joined(_some(schema, batches), rows)


def _opened(source: Any) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
    """Anything that speaks Arrow as a schema and its batches."""
    if isinstance(source, pa.Table):
        return source.schema, source.to_batches()
    if isinstance(source, pa.RecordBatch):
        return source.schema, [source]
    if not isinstance(source, pa.RecordBatchReader):
        if hasattr(source, "__arrow_c_stream__"):
            source = pa.RecordBatchReader.from_stream(source)
        else:
            table = pa.table(source)
            return table.schema, table.to_batches()
    return source.schema, source


def _some(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, and an empty one first, so that there is one."""
    yield empty(schema)
    yield from batches


def empty(schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch without rows."""
    columns = [column.combine_chunks() for column in schema.empty_table().columns]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def joined(batches: Iterable[pa.RecordBatch], rows: int = 0) -> Iterator[pa.RecordBatch]:
    """Cut large batches and join small ones; one batch at least, though it be empty."""
    waiting: list[pa.RecordBatch] = []
    given = False
    for batch in batches:
        rows = rows or _fitting(batch)
        for at in range(0, max(batch.num_rows, 1), rows or 1):
            waiting.append(batch.slice(at, rows))
            if sum(each.num_rows for each in waiting) >= min(rows or FEWEST, FEWEST):
                given = True
                yield _joined(waiting)
                waiting = []
    if any(each.num_rows for each in waiting) or (waiting and not given):
        yield _joined(waiting)


def _fitting(batch: pa.RecordBatch) -> int:
    """Return how many rows like these to work at once; 0 when there is none to go by."""
    if not batch.num_rows:
        return 0
    rows = BYTES // max(int(batch.nbytes) // int(batch.num_rows), 1)
    return min(max(rows, FEWEST), MOST) // 64 * 64


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) > 1:
        batches = [each for each in batches if each.num_rows] or batches[:1]
    if len(batches) == 1:
        return batches[0]
    whole: pa.RecordBatch = pa.Table.from_batches(batches).combine_chunks().to_batches()[0]
    return whole


def _numbered(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    first = 0
    for batch in batches:
        yield first, batch
        first += batch.num_rows


def _faults(found: Sequence[ColumnFaults], first: int, keys: pa.Array | None) -> pa.RecordBatch:
    rows = [row for each in found for row in each.faults.rows.tolist()]
    columns = [
        [first + row + 1 for row in rows],
        [None] * len(rows)
        if keys is None
        else [str(each) for each in keys.take(pa.array(rows, pa.int64())).to_pylist()],
        [each.column for each in found for _ in each.faults.rows],
        [value for each in found for value in each.faults.values],
        [message for each in found for message in each.faults.messages],
        [hint for each in found for hint in each.faults.hints],
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, FAULTS, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=FAULTS)

"""Assess every row of a table, at once or batch by batch."""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import attrs
import pyarrow as pa

from qa_rules.assessment.arguments import due_to_decide, teller_named
from qa_rules.assessment.ready import closed_under
from qa_rules.engines import DEFAULT_ENGINE
from qa_rules.errors import ArgumentError, FactsError, QaRulesError, due, due_count, due_known, due_names
from qa_rules.language.load import calendar_for
from qa_rules.language.values import did_you_mean
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts
from qa_rules.model.identity import hashes_of
from qa_rules.model.lazy import lazy
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.tables import results
from qa_rules.tables.batches import OUTPUTS, Judged, TableKernel
from qa_rules.tables.children import Child, comparable
from qa_rules.tables.faults import FAULTS, Collector, faults_of
from qa_rules.tables.frames import spoken
from qa_rules.tables.layout import Layout
from qa_rules.tables.plain import plain_schema
from qa_rules.tables.streams import (
    as_table,
    column_of,
    empty,
    holds_nothing,
    joined,
    opened,
    repeatable,
    unread_of,
)
from qa_rules.tables.summary import Summary

SUBJECT: Final = "subject"
"""The column that names a row where no key is given."""
_SHOWN: Final = 12


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
    """What was not used, by row and column: values that do not fit, which are unknown in their row; lines that cannot
    be read; records of child tables that belong to no row."""
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
    told_by: str | None = None
    """Who hands the facts in, as for `assess`."""

    def __attrs_post_init__(self) -> None:
        due_to_decide(self.ruleset, self.on, self.policy, DEFAULT_ENGINE, self.calendar)
        teller_named(self.told_by, self.ruleset)
        due("persons", self.persons, Mapping, "Facts by name")
        for each in self.persons.values():
            due("persons", each, Facts, "Facts by name")
        due("evidence", self.evidence, Evidence, "an Evidence")
        due("key", self.key, str, "the name of a column")
        for argument in ("keep", "ignore", "outputs"):
            due_names(argument, getattr(self, argument))
        due_known("output", self.outputs, OUTPUTS)
        if not self.outputs:
            raise ArgumentError(f"`outputs` names at least one of {', '.join(OUTPUTS)}")
        due("children", self.children, Mapping, "tables by the name of a collection")
        due_count("threads", self.threads)
        if isinstance(self.rows_at_once, bool) or self.rows_at_once != 0:
            due_count("rows_at_once", self.rows_at_once)

    @lazy
    def kernel(self) -> TableKernel:
        """The rules made ready. RulesetError when the policy is for another ruleset."""
        closed = closed_under(self.ruleset, self.policy)
        calendar = calendar_for(self.calendar, closed)
        return TableKernel.of(
            self.ruleset,
            self.policy,
            self.on,
            calendar,
            self.evidence,
            self.persons,
            self.outputs,
            told_by=self.told_by or "",
        )

    @lazy
    def grouped(self) -> dict[str, Child]:
        """The child tables, made ready to find the records of a row. FactsError when their keys cannot be compared."""
        return {
            name: Child.of(name, as_table(table), self.row_key, unread_of(table))
            for name, table in self.records.items()
        }

    @lazy
    def records(self) -> dict[str, Any]:
        """The child tables, as something that speaks Arrow and can be read more than once."""
        collections = self.ruleset.vocabulary.collections
        fields = {name: collections[name].fields if name in collections else {} for name in self.children}
        return {name: repeatable(spoken(table, fields[name])) for name, table in self.children.items()}

    def named_by(self, schema: pa.Schema) -> str:
        """Return the column that names a row: the key, else `subject`, where no fact has that name; empty for none."""
        return self.row_key if self.key or self.row_key in schema.names else ""

    @lazy
    def row_key(self) -> str:
        """The column that names a row, if it is there; empty when `subject` is the name of something else."""
        vocabulary = self.ruleset.vocabulary
        taken = SUBJECT in vocabulary.facts or SUBJECT in vocabulary.scalars or SUBJECT in self.ignore
        return self.key or ("" if taken else SUBJECT)

    def kept(self, schema: pa.Schema) -> list[str]:
        """Return the columns that go from the table to the result as they are."""
        key = self.named_by(schema)
        return list(dict.fromkeys([*([key] if key else []), *self.keep]))

    def layout(self, schema: pa.Schema, nothing_in: Callable[[str], bool] = lambda _: False) -> Layout:
        """Return what the columns say. FactsError with every column that does not fit and that holds something.

        ArgumentError when a column that is asked for by its name is not there.
        """
        kept = self.kept(schema)
        for name in kept:
            if name not in schema.names:
                raise ArgumentError(f"there is no column `{name}`; {_columns(name, schema.names)}")
        if self.children and not self.named_by(schema):
            raise ArgumentError("child tables need a key: name the column by which records find their row")
        inner = {name: plain_schema(as_table(table).schema) for name, table in self.records.items()}
        found = Layout.of(
            schema,
            self.ruleset.vocabulary,
            others={*kept, *self.ignore},
            children=inner,
            key=self.row_key,
            holds_nothing=nothing_in,
        )
        if self.children:
            comparable(pa.array([], schema.field(self.row_key).type), self.row_key, "table")
        return found

    def collector(self, source: Any) -> Collector:
        """Return what gathers, over one run, what is not used of a table and of the child tables.

        Where there are child tables, the table is one that can be read again.
        """
        children = {name: each.afresh(column_of(source, self.row_key)) for name, each in self.grouped.items()}
        return Collector(children, unread_of(source))

    def assess(self, table: Any) -> TableAssessment:
        """Assess a table that is at hand whole."""
        batches = list(self.batches(table))
        return TableAssessment(
            pa.Table.from_batches([each.table for each in batches]),
            pa.Table.from_batches([each.faults for each in batches], FAULTS),
            Summary.of(each.summary for each in batches),
        )

    def batches(self, source: Any, after: int = 0) -> Iterator[TableBatch]:
        """Assess a stream of batches, in order; only a few are in memory at a time.

        The last batch may have no rows: it tells what belongs to no row. `after` is how many rows were done in a run
        before, and are passed over. QaRulesError when that run worked other batches.
        """
        source, schema, batches, (layout,) = laid(source, self)
        collector = self.collector(source)
        key = self.named_by(schema)
        cut = joined(batches, self.rows_at_once)
        while collector.first < after:
            batch = next(cut, None)
            if batch is None or collector.first + batch.num_rows > after:
                raise QaRulesError("the rows that were done before are not those of this table; begin anew")
            collector.pass_over(batch, self.row_key)
        for batch, judged in self._judged(cut, layout, collector):
            yield self._told(batch, judged, collector.of_batch([judged.faults], batch, key))
        none = empty(schema)
        rest = faults_of(collector.rest())
        if rest.num_rows or not collector.first:
            yield self._told(none, self.kernel.judge(none, layout, collector.children, key), rest)

    def _judged(
        self, batches: Iterable[pa.RecordBatch], layout: Layout, collector: Collector
    ) -> Iterator[tuple[pa.RecordBatch, Judged]]:
        """Judge batches in order, as many at once as there are threads."""

        def judge(batch: pa.RecordBatch) -> Judged:
            return self.kernel.judge(batch, layout, collector.children, self.named_by(batch.schema))

        if self.threads == 1:
            for batch in batches:
                yield batch, judge(batch)
            return
        waiting: deque[tuple[pa.RecordBatch, Future[Judged]]] = deque()
        with ThreadPoolExecutor(self.threads) as pool:
            for batch in batches:
                waiting.append((batch, pool.submit(judge, batch)))
                if len(waiting) > self.threads:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()

    def judged(self, batch: pa.RecordBatch, layout: Layout) -> TableBatch:
        """Assess one batch by itself; without child tables."""
        judged = self.kernel.judge(batch, layout, {}, self.named_by(batch.schema))
        faults = Collector({}).of_batch([judged.faults], batch, self.named_by(batch.schema))
        return self._told(batch, judged, faults)

    def _told(self, batch: pa.RecordBatch, judged: Judged, faults: pa.RecordBatch) -> TableBatch:
        kept = self.kept(batch.schema)
        arrays = [batch.column(name) for name in kept]
        arrays += [column.to_arrow() for column in judged.columns.values()]
        arrays += [column.to_arrow() for column in judged.amounts.values()]
        table = pa.RecordBatch.from_arrays(arrays, [*kept, *judged.columns, *judged.amounts])
        return TableBatch(table, faults, self._summary(judged, batch.num_rows, faults))

    def _summary(self, judged: Judged, rows: int, faults: pa.RecordBatch) -> Summary:
        return Summary(
            ruleset=self.ruleset.id,
            policy="" if self.policy is None else self.policy.name,
            hashes=hashes_of(self.ruleset, self.policy),
            on=self.on,
            rows=rows,
            faults=faults.num_rows,
            rows_at_fault=len({*faults.column("row").to_pylist()} - {None}),
            counts={
                name: column.counts()
                for name, column in judged.columns.items()
                if "@" not in name or self.persons or name.endswith(results.EXPLAINED)
            },
        )


def laid(
    source: Any, *tasks: TableTask
) -> tuple[Any, pa.Schema, Iterator[pa.RecordBatch], tuple[Layout, ...]]:
    """Open a source for tasks: itself, its columns, its batches, and what the columns say to each task.

    FactsError when it is no table, or with every column that does not fit.
    """
    vocabulary = tasks[0].ruleset.vocabulary
    source = spoken(source, {**vocabulary.facts, **vocabulary.scalars})
    if any(each.children for each in tasks):
        source = repeatable(source)
    schema, batches = opened(source)
    try:
        return source, schema, batches, tuple(each.layout(schema) for each in tasks)
    except FactsError as error:
        if {each.code for each in error.diagnostics} != {"column-type"}:
            raise
    # Columns are of another type than is due: perhaps nothing stands in them, and to see that is to read them first.
    del batches  # a connection of DuckDB answers one query at a time
    source = repeatable(source)
    schema, batches = opened(source)
    layouts = (each.layout(schema, partial(holds_nothing, source, each.records)) for each in tasks)
    return source, schema, batches, tuple(layouts)


def _columns(name: str, there: Sequence[str]) -> str:
    """Which columns there are, where one is looked for."""
    near = did_you_mean(name, there)
    if near or not there:
        return near or "the table has no column at all"
    more = f", and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
    return f"there {'is' if len(there) == 1 else 'are'} {', '.join(f'`{each}`' for each in there[:_SHOWN])}{more}"

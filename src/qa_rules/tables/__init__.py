"""The front door for tables: a row for each subject, verdicts, tiers and outcomes for all of them at once.

Needs the extra `columns`. A column has the name of its fact (`document.part` for the part of a document); beside it
may stand `fact@strength`, `fact@on`, `fact@since`, `fact@valid_until`, `fact@by`, `fact@none` and `fact@partial`.
Sets are lists of text, collections lists of structs or child tables. A null is unknown.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa_rules.assessment.arguments import due_to_decide
from qa_rules.engines import DEFAULT_ENGINE
from qa_rules.errors import EngineUnavailableError, due
from qa_rules.model.calendars import Calendar
from qa_rules.model.facts import Evidence, Facts
from qa_rules.model.rulesets import Policy, Ruleset
from qa_rules.program.joint import under

try:
    from qa_rules.tables.batches import OUTPUTS
    from qa_rules.tables.impact import Impact, impact
    from qa_rules.tables.summary import Summary
    from qa_rules.tables.task import TableAssessment, TableBatch, TableTask
    from qa_rules.tables.write import table_of
except ImportError as _fault:
    if (_fault.name or "").partition(".")[0] not in ("numpy", "pyarrow"):
        raise
    raise EngineUnavailableError(f"tables need {_fault.name}; install qa-rules[columns]") from _fault


def assess_table(
    ruleset: Ruleset,
    table: Any,
    *,
    on: datetime.date,
    policy: Policy | None = None,
    persons: Mapping[str, Facts] | None = None,
    evidence: Evidence | None = None,
    key: str = "",
    keep: Sequence[str] = (),
    ignore: Sequence[str] = (),
    children: Mapping[str, Any] | None = None,
    outputs: Sequence[str] = OUTPUTS,
    calendar: Calendar | None = None,
    threads: int = 1,
    told_by: str | None = None,
) -> TableAssessment:
    """Assess every row of a table.

    Args:
        ruleset: what is asked.
        table: anything that speaks Arrow: a table of pyarrow, Polars, pandas or DuckDB. A row is a subject.
        on: the date of the assessment. Nothing reads a clock.
        policy: the locality's decisions, as for `assess`.
        persons: facts about persons to refer, by name. Outcomes and tiers then stand once for each of them, as
            `outcome.overall@NAME`; so does a verdict that depends on the person.
        evidence: where all values come from, as far as no column says otherwise. By default they are stated, undated.
        key: the column by which the records of child tables find their row; it is kept.
        keep: other columns that are no facts and go into the result as they are.
        ignore: columns that are no facts and are left out.
        children: collections as tables of their own, one record a row, with the column `key`. A row without records
            says nothing of the collection, unless the column `collection@partial` is false there.
        outputs: which of `outcomes`, `tiers`, `groups`, `verdicts`, `strengths` and `asked` to work out.
        calendar: the working days. By default those of England and Wales, where the ruleset counts them.
        threads: how many batches to work at once.
        told_by: who hands the table in, as for `assess`: what such a person says herself counts as seen in the rows
            in which the columns `fact@by` and `fact@on` say who and when.

    Raises:
        FactsError: columns that do not fit the vocabulary, every one with a hint. A value that does not fit is no
            error: it stands in `faults`, and the fact is unknown in its row.
        RulesetError: the policy is for another ruleset.

    """
    due_to_decide(ruleset, on, policy, DEFAULT_ENGINE, calendar)
    task = TableTask(
        ruleset=under(ruleset, policy),
        on=on,
        policy=policy,
        persons={} if persons is None else persons,
        evidence=Evidence() if evidence is None else evidence,
        key=key,
        keep=keep,
        ignore=ignore,
        children={} if children is None else children,
        outputs=outputs,
        calendar=calendar,
        threads=threads,
        told_by=told_by,
    )
    return task.assess(table)


def assess_batches(source: Any, task: TableTask) -> Iterator[TableBatch]:
    """Assess a stream that may be larger than memory, batch by batch, in order.

    `source` is a record batch reader or anything else that speaks Arrow; `task` holds what `assess_table` takes.
    Raises what `assess_table` raises, before the first batch.
    """
    due("task", task, TableTask, "a TableTask")
    return task.batches(source)


__all__ = [
    "OUTPUTS",
    "Impact",
    "Summary",
    "TableAssessment",
    "TableBatch",
    "TableTask",
    "assess_batches",
    "assess_table",
    "impact",
    "table_of",
]
